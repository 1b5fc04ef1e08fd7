//! A tenant (団体): `jobs/<tenant>/tenant.toml`.

pub use crate::calendar::December;
use crate::measure::Length;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A municipality that shares the system.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tenant {
    /// The id: the name of its directory.
    #[serde(skip)]
    pub id: String,
    /// 全国地方公共団体コード, six digits with its check digit.
    pub code: String,
    /// The name with its kind: `霞ヶ原市`.
    pub name: String,
    /// The name in kana.
    pub kana: String,
    /// The prefecture's name, printed in addresses outside the municipality.
    pub prefecture: String,
    /// Residents, for volumes and cost sharing.
    pub population: u32,
    /// The head who issues notices.
    pub mayor: Mayor,
    /// The official seal; absent when every form prints 公印省略.
    #[serde(default)]
    pub seal: Option<Seal>,
    /// Contact blocks by business (`property_tax`, `nhi`, `payroll` …), read by templates.
    #[serde(default)]
    pub contact: BTreeMap<String, Contact>,
    /// Legal and other texts by name, read by templates.
    #[serde(default)]
    pub text: BTreeMap<String, String>,
    /// House style.
    #[serde(default)]
    pub style: Style,
    /// Rules for due dates.
    #[serde(default)]
    pub calendar: TenantCalendar,
    /// Former municipalities (旧団体) by the code that input records carry.
    #[serde(default)]
    pub former: BTreeMap<String, String>,
}

/// The head of a municipality.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mayor {
    /// `霞ヶ原市長`.
    pub title: String,
    /// The name.
    pub name: String,
}

/// An official seal (公印): an image under control.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seal {
    /// A PNG beside `tenant.toml`.
    pub file: String,
    /// Its side, by the municipality's seal rule.
    pub size: Length,
    /// The forms on which it may stand (公印台帳).
    pub forms: Vec<String>,
}

/// Whom to ask (問合せ先).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// Department and section.
    pub section: String,
    /// Postcode of the office.
    pub postcode: String,
    /// Address of the office.
    pub address: String,
    /// Telephone, with extensions.
    pub phone: String,
    /// Opening hours or other words.
    #[serde(default)]
    pub note: String,
}

/// House style of a tenant.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Style {
    /// The honorific of persons.
    pub honorific: String,
    /// The honorific of bodies.
    pub honorific_body: String,
    /// The word before the number of co-owners: `外` or `他`.
    pub co_owners: String,
    /// Whether the first year of an era is `元年` (else `1年`).
    pub gannen: bool,
    /// What stands before negative amounts.
    pub negative: Negative,
    /// How addresses inside the municipality are printed; those elsewhere stay as they are.
    pub address_inside: AddressInside,
}

/// How an address inside the municipality is printed (住所編集, 管内).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AddressInside {
    /// As the input has it.
    #[default]
    Full,
    /// From the municipality's name on, without the prefecture.
    Municipality,
    /// From the town's name on.
    Town,
}

impl AddressInside {
    /// As the tenant's file writes it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Municipality => "municipality",
            Self::Town => "town",
        }
    }
}

/// What stands before negative amounts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub enum Negative {
    /// `△`, as accounts of municipalities have it.
    #[default]
    #[serde(rename = "△")]
    White,
    /// `▲`.
    #[serde(rename = "▲")]
    Black,
    /// `-`.
    #[serde(rename = "-")]
    Minus,
}

impl Negative {
    /// As it is printed.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::White => "△",
            Self::Black => "▲",
            Self::Minus => "-",
        }
    }

    /// The style that prints a sign; the default for any other.
    #[must_use]
    pub fn of(sign: &str) -> Self {
        let all = [Self::White, Self::Black, Self::Minus];
        all.into_iter().find(|style| style.sign() == sign).unwrap_or_default()
    }
}

impl Default for Style {
    fn default() -> Self {
        Self {
            honorific: "様".into(),
            honorific_body: "御中".into(),
            co_owners: "外".into(),
            gannen: true,
            negative: Negative::White,
            address_inside: AddressInside::Full,
        }
    }
}

/// Due-date rules of a tenant.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TenantCalendar {
    /// What a due date at the end of December becomes.
    pub december: December,
}
