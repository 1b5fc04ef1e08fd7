//! The register of notices, `forms/inventory.toml`: what every municipality's sub-systems send.

use super::super::REGISTER_WRONG;
use crate::diag::{Diagnostic, Findings, Place};
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeSet;

/// The register.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// The sub-systems in order.
    pub business: Vec<Business>,
}

/// A sub-system (業務).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Business {
    /// Its id.
    pub id: String,
    /// The system that it is part of.
    pub system: String,
    /// Its name.
    pub name: String,
    /// Why it sends nothing.
    pub none: Option<String>,
    /// Whether it stands beside the municipality's systems.
    #[serde(default)]
    pub extra: bool,
    /// What it sends in bulk.
    #[serde(default)]
    pub notice: Vec<Notice>,
}

/// A notice (帳票).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// Its name.
    pub title: String,
    /// The form of the library that prints it.
    pub form: Option<String>,
    /// What it is for.
    pub purpose: String,
    /// What it says.
    pub items: Vec<String>,
    /// How it is made.
    pub output: Output,
    /// The paper that it needs.
    pub paper: PaperUse,
    /// The months (1 to 12) in which it is sent.
    pub months: Vec<u8>,
    /// How often.
    pub frequency: Frequency,
    /// Whether the ratio is of each month, not of the year.
    #[serde(default)]
    pub per_time: bool,
    /// Pieces of each of its base.
    pub ratio: Option<Millionths>,
    /// What the ratio is of.
    #[serde(default)]
    pub base: Base,
    /// Leaves of a piece.
    pub leaves: Option<Millionths>,
    /// Whether a vendor may print it.
    pub outsource: Outsource,
    /// Why.
    pub reason: String,
    /// Whatever else there is to say.
    #[serde(default)]
    pub note: String,
}

/// A number with six decimal places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Millionths(pub u32);

impl<'de> Deserialize<'de> for Millionths {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = f64::deserialize(deserializer)?;
        let millionths = (number * 1_000_000.0).round();
        if !(0.0..=1_000_000_000.0).contains(&millionths) {
            return Err(serde::de::Error::custom("a number from 0 to 1000 is wanted"));
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "in the range of the line before"
        )]
        Ok(Self(millionths as u32))
    }
}

macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($(#[$what:meta])* $variant:ident = $ja:literal,)* }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name { $($(#[$what])* $variant,)* }

        impl $name {
            /// As it stands in the inventory.
            #[must_use]
            pub const fn ja(self) -> &'static str {
                match self { $(Self::$variant => $ja,)* }
            }
        }
    };
}

words! {
    /// How a notice is made (出力方法).
    Output {
        /// In bulk.
        Batch = "一括",
        /// One by one, when it is asked for.
        Daily = "随時",
        /// Not on paper.
        Online = "オンライン",
    }
}

words! {
    /// The kind of paper (出力用紙).
    PaperUse {
        /// Plain paper.
        General = "汎用紙",
        /// Printed or perforated for this notice.
        Dedicated = "専用紙",
        /// Pressure-sealed (圧着).
        PressureSeal = "圧着紙",
        /// Cards.
        Card = "カード",
        /// Several parts on each other.
        MultiPart = "複写紙",
        /// Labels.
        Label = "ラベル",
    }
}

words! {
    /// How often (出力頻度).
    Frequency {
        /// Once a year.
        Annual = "年1回",
        /// Every month.
        Monthly = "毎月",
        /// Several times a year.
        Several = "年数回",
        /// When something happens.
        Event = "都度",
        /// Once.
        OneOff = "1回限り",
    }
}

words! {
    /// Whether a vendor may print it (外部委託候補).
    Outsource {
        /// It is a candidate.
        Yes = "候補",
        /// It is not.
        No = "対象外",
        /// A part of it is.
        Partly = "一部",
    }
}

/// What a ratio is of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Base {
    /// Inhabitants.
    #[default]
    Population,
    /// Households.
    Households,
    /// The municipality's own staff.
    Employees,
}

impl Register {
    /// Reads a register.
    ///
    /// # Errors
    /// E901 with the place: a business that neither sends anything nor says why, an id twice, a month that is
    /// none.
    pub fn read(text: &str, file: &str) -> Result<Self, Findings> {
        let register: Self = toml::from_str(text).map_err(|error| {
            let place = Place::in_text(file, text, error.span().unwrap_or(0..0));
            let message = error.message().lines().next().unwrap_or("not TOML").to_owned();
            Findings::from(Diagnostic::error(REGISTER_WRONG, message).at(place))
        })?;
        let (mut findings, mut ids) = (Findings::new(), BTreeSet::new());
        for business in &register.business {
            let Business { id, none, notice, .. } = business;
            let mut wrong = |what: String| {
                let message = format!("business `{id}`: {what}");
                let finding = Diagnostic::error(REGISTER_WRONG, message);
                findings.push(finding.at(Place::file(file)));
            };
            if !ids.insert(id) {
                wrong("its id stands twice".to_owned());
            }
            if none.is_some() != notice.is_empty() {
                wrong("it either has notices or says by `none` why not".to_owned());
            }
            for notice in notice {
                let months: BTreeSet<u8> = notice.months.iter().copied().collect();
                let sound =
                    !months.is_empty() && months.iter().all(|month| (1..=12).contains(month));
                if !sound || months.len() != notice.months.len() {
                    wrong(format!("the months of `{}` are not months of a year", notice.title));
                }
                if notice.items.is_empty() || notice.purpose.is_empty() || notice.reason.is_empty()
                {
                    wrong(format!("`{}` lacks items, purpose or reason", notice.title));
                }
            }
        }
        if findings.is_empty() { Ok(register) } else { Err(findings) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_is_found() {
        let said = |text: &str| {
            let findings = Register::read(text, "forms/inventory.toml").expect_err(text);
            findings.iter().map(|finding| finding.message.clone()).collect::<Vec<_>>().join("; ")
        };
        let business = "[[business]]\nid = \"a\"\nsystem = \"税\"\nname = \"税\"\n";
        assert!(said(business).contains("says by `none` why not"));
        let twice = format!("{business}none = \"x\"\n{business}none = \"y\"\n");
        assert!(said(&twice).contains("stands twice"));
        let notice = "[[business.notice]]\ntitle = \"t\"\npurpose = \"p\"\nitems = [\"i\"]\n\
            output = \"batch\"\npaper = \"general\"\nfrequency = \"annual\"\noutsource = \"yes\"\n\
            reason = \"r\"\nmonths = ";
        assert!(said(&format!("{business}{notice}[13]\n")).contains("months"));
        assert!(said(&format!("{business}{notice}[]\n")).contains("months"));
        assert!(said(&format!("{business}{notice}[4, 4]\n")).contains("months"));
        assert!(said(&format!("{business}{notice}[4]\nratio = -1.0\n")).contains("0 to 1000"));
        assert!(said(&format!("{business}{notice}[4]\nrato = 1.0\n")).contains("unknown field"));
        assert!(said("[[business]\n").len() > 3);
        assert!(Register::read(&format!("{business}{notice}[4]\nratio = 0.5\n"), "f").is_ok());
    }
}
