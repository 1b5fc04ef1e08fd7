//! The words of sample hints and their arguments. The reference is `docs/sample-hints.md`.

use super::compile::bad_hint;
use super::hint::{self, Hint};
use super::profile::Policy;
use super::source::{AddressStyle, Count, Fact, Item, Moment, Notation, Source};
use super::{E393, E394};
use crate::calendar::parse_date;
use crate::diag::Diagnostic;
use crate::model::{CheckDigit, Field, FieldIndex, FieldKind, Schema};

/// Reads the hint of one field.
pub(super) struct Words<'a> {
    /// The fields to which ids in the hint refer: those of the record or of the row.
    pub(super) fields: &'a [Field],
    /// The whole schema.
    pub(super) schema: &'a Schema,
    /// The field.
    pub(super) field: &'a Field,
    /// Whether it is a row field.
    pub(super) rows: bool,
    /// What the hints of the form ask of people.
    pub(super) policy: &'a mut Policy,
}

pub(super) type Read<T> = Result<T, Box<Diagnostic>>;

impl Words<'_> {
    /// The source that the hint describes.
    pub(super) fn read(&mut self, text: &str) -> Read<Source> {
        let hint = hint::parse(text).map_err(|why| {
            bad_hint(
                self.field,
                format!("sample hint of `{}` cannot be read: {why}", self.field.id),
            )
        })?;
        self.source(&hint)
    }

    fn source(&mut self, hint: &Hint) -> Read<Source> {
        if let Some(fact) = self.fact(hint)? {
            return Ok(Source::Fact(fact));
        }
        if let Some(source) = self.choice(hint)? {
            return Ok(source);
        }
        if let Some(source) = self.number(hint)? {
            return Ok(source);
        }
        if let Some(source) = self.date(hint)? {
            return Ok(source);
        }
        if let Some(slip) = self.slip(hint)? {
            return Ok(Source::Slip(Box::new(slip)));
        }
        if self.rows
            && let Some(source) = self.row(hint)?
        {
            return Ok(source);
        }
        if hint.number::<i64>().is_some() {
            return self.fixed(&hint.word).map(Source::Fixed);
        }
        Err(bad_hint(self.field, format!("unknown sample hint: `{}`", hint.word)))
    }

    fn fact(&mut self, hint: &Hint) -> Read<Option<Fact>> {
        let first = hint.plain().next();
        let word = |expected: &str| first.is_some_and(|value| value.word == expected);
        let percent = |now: u32| match first {
            Some(value) => {
                value.number().filter(|&n: &u32| n <= 100).ok_or_else(|| self.argument(hint))
            }
            None => Ok(now),
        };
        Ok(Some(match hint.word.as_str() {
            "name" => {
                self.policy.bodies = self.share(hint, "corporate", self.policy.bodies)?;
                self.policy.foreign = self.share(hint, "foreign", self.policy.foreign)?;
                Fact::Name
            }
            "kana" => Fact::Kana,
            "honorific" => Fact::Honorific { full: word("full") },
            "co_owners" => {
                self.policy.co_owners = percent(self.policy.co_owners)?;
                Fact::CoOwners
            }
            "role_label" => {
                self.policy.roles = percent(self.policy.roles)?;
                Fact::RoleLabel
            }
            "care_of" => {
                self.policy.care_of = percent(self.policy.care_of)?;
                Fact::CareOf
            }
            "extra" => {
                self.policy.extra = percent(self.policy.extra)?;
                Fact::Extra
            }
            "postcode" => Fact::Postcode,
            "address" if word("town") => Fact::Address(AddressStyle::Town),
            "address" if word("full") => Fact::Address(AddressStyle::Full),
            "address" => Fact::Address(AddressStyle::Usual),
            "former" => Fact::Former,
            "district" => Fact::District,
            "payer_name" => Fact::PayerName,
            "payer_address" => Fact::PayerAddress,
            "sex" => Fact::Sex,
            "member_name" | "member_kana" | "member_sex" | "member_number" | "household_no" => {
                self.member(&hint.word)
            }
            "bank" => Fact::Bank,
            "branch" => Fact::Branch,
            "account" => Fact::Account,
            "holder" => Fact::Holder,
            "levy_year" => Fact::LevyYear,
            "tenant_code" => Fact::TenantCode,
            "tenant_name" => Fact::TenantName,
            "insurer_no" => Fact::InsurerNumber,
            _ => return Ok(None),
        }))
    }

    fn member(&mut self, word: &str) -> Fact {
        self.policy.households = true;
        match word {
            "member_name" => Fact::MemberName,
            "member_kana" => Fact::MemberKana,
            "member_sex" => Fact::MemberSex,
            "member_number" => Fact::MemberNumber,
            _ => Fact::HouseholdNumber,
        }
    }

    fn choice(&mut self, hint: &Hint) -> Read<Option<Source>> {
        let args: Vec<&Hint> = hint.plain().collect();
        Ok(Some(match (hint.word.as_str(), args.as_slice()) {
            ("empty", []) => Source::Empty,
            ("fixed", [text]) => Source::Fixed(self.fixed(&text.word)?),
            ("pick", _) => self.pick(hint)?,
            ("flag", [percent]) => self.flag(percent, false)?,
            ("debit", [percent]) => self.flag(percent, true)?,
            ("often", [percent, one, rest @ ..]) if rest.len() <= 1 => {
                let percent = percent.number().ok_or_else(|| self.argument(hint))?;
                Source::Often(percent, self.inner(one)?, self.other(rest)?)
            }
            ("if", [field, one, rest @ ..]) if rest.len() <= 1 => {
                Source::If(self.index(&field.word)?, self.inner(one)?, self.other(rest)?)
            }
            ("if_age", [field, ages, one, rest @ ..]) if rest.len() <= 1 => {
                let birth = self.index(&field.word)?;
                let ages = self.whole_range(ages)?;
                Source::IfAge { birth, ages, then: self.inner(one)?, other: self.other(rest)? }
            }
            ("by", [field]) => self.by(hint, &field.word)?,
            ("when_zero", [inner]) => Source::WhenZero(self.inner(inner)?),
            ("place", [one, other]) => Source::Place(self.inner(one)?, self.inner(other)?),
            ("copy", [field]) => Source::Copy(self.index(&field.word)?),
            _ => return Ok(None),
        }))
    }

    fn pick(&mut self, hint: &Hint) -> Read<Source> {
        let mut choices = Vec::with_capacity(hint.args.len());
        for arg in &hint.args {
            let (text, weight) = match &arg.key {
                Some(key) => (key, arg.value.number().ok_or_else(|| self.argument(hint))?),
                None => (&arg.value.word, 1),
            };
            choices.push((weight, self.fixed(text)?));
        }
        let any = choices.iter().any(|(weight, _)| *weight > 0);
        if any { Ok(Source::Pick(choices)) } else { Err(self.argument(hint)) }
    }

    fn flag(&mut self, percent: &Hint, debit: bool) -> Read<Source> {
        let percent = percent.number().ok_or_else(|| self.argument(percent))?;
        Ok(Source::Flag { percent, debit })
    }

    fn by(&mut self, hint: &Hint, id: &str) -> Read<Source> {
        let field = self.index(id)?;
        let kind = &self.fields[usize::from(field)].kind;
        let (mut cases, mut other) = (Vec::new(), Source::Empty);
        for arg in &hint.args {
            match arg.key.as_deref() {
                None => {}
                Some("else") => other = self.source(&arg.value)?,
                Some(key) if kind.parse(key).is_err() => {
                    let message = format!("`{id}` is never `{key}`");
                    return Err(Box::new(Diagnostic::error(E393, message).field(&self.field.id)));
                }
                Some(key) => cases.push((key.to_owned(), self.source(&arg.value)?)),
            }
        }
        Ok(Source::By(field, cases, Box::new(other)))
    }

    fn number(&mut self, hint: &Hint) -> Read<Option<Source>> {
        let args: Vec<&Hint> = hint.plain().collect();
        let round = self.keyed(hint, "round", 1)?;
        Ok(Some(match (hint.word.as_str(), args.as_slice()) {
            ("serial", []) => Source::Serial {
                start: self.keyed(hint, "start", 1)?,
                step: self.keyed(hint, "step", 1)?,
                prefix: hint.keyed("prefix").map_or_else(String::new, |text| text.word.clone()),
            },
            ("digits", []) => match hint.keyed("check") {
                None => Source::Digits(None),
                Some(name) => {
                    let kind = CheckDigit::named(&name.word).ok_or_else(|| self.argument(hint))?;
                    Source::Digits(Some(kind))
                }
            },
            ("yen" | "decimal", [range]) => {
                let (low, high) = self.scaled_range(range)?;
                Source::Skewed { low, high, round, zero: self.keyed(hint, "zero", 0)? }
            }
            ("int", [range]) => {
                let (low, high) = self.whole_range(range)?;
                Source::Even { low, high }
            }
            ("rate", [of, ratio, rest @ ..]) if rest.len() <= 1 => {
                let keep = rest.first().is_some_and(|word| word.word == "keep");
                let ratio = ratio.ratio().filter(|_| keep || rest.is_empty());
                let ratio = ratio.ok_or_else(|| self.argument(hint))?;
                Source::Rate { of: self.index(&of.word)?, ratio, round, keep }
            }
            ("floor", [of, to]) => {
                let round = to.number().filter(|&n| n > 0).ok_or_else(|| self.argument(hint))?;
                Source::Rate { of: self.index(&of.word)?, ratio: (1, 1), round, keep: true }
            }
            ("ratio", [of, over, rest @ ..]) if rest.len() <= 1 => Source::Ratio {
                of: self.index(&of.word)?,
                over: self.index(&over.word)?,
                factor: rest.first().and_then(|n| n.number()).unwrap_or(1),
            },
            ("sum", [_, ..]) => {
                let terms = args.iter().map(|term| match term.word.strip_prefix('-') {
                    Some(id) => Ok((self.index(id)?, true)),
                    None => Ok((self.index(&term.word)?, false)),
                });
                Source::Sum { terms: terms.collect::<Read<_>>()?, round }
            }
            ("rows_sum", [of]) if !self.rows => self.rows_sum(hint, &of.word, round)?,
            ("instalment", [part, of]) => {
                let (part, parts) = part.ratio().ok_or_else(|| self.argument(hint))?;
                Source::Instalment { part, parts, of: self.index(&of.word)? }
            }
            _ => return Ok(None),
        }))
    }

    fn rows_sum(&self, hint: &Hint, of: &str, round: i64) -> Read<Source> {
        let row_field = |id: &str| self.schema.row_field(id).ok_or_else(|| self.unknown(id));
        let condition =
            hint.args.iter().find(|arg| !matches!(arg.key.as_deref(), None | Some("round")));
        let when = match condition {
            Some(arg) => {
                let id = arg.key.as_deref().unwrap_or_default();
                Some((row_field(id)?, arg.value.word.clone()))
            }
            None => None,
        };
        Ok(Source::RowsSum { of: row_field(of)?, when, round })
    }

    fn date(&mut self, hint: &Hint) -> Read<Option<Source>> {
        let mut notation = Notation::Plain;
        let mut args = Vec::with_capacity(2);
        for arg in hint.plain() {
            match arg.word.as_str() {
                "iso" => notation = Notation::Iso,
                "slash" => notation = Notation::Slash,
                "era" => notation = Notation::Era,
                _ => args.push(arg),
            }
        }
        let (from, to) = match (hint.word.as_str(), args.as_slice()) {
            ("date", [day]) => match day.range() {
                Some((from, to)) => (self.moment(from)?, self.moment(to)?),
                None => (self.moment(&day.word)?, self.moment(&day.word)?),
            },
            ("between", [from, to]) => (self.moment(&from.word)?, self.moment(&to.word)?),
            ("due", [month]) => {
                let month = month.number().filter(|n| (1..=12).contains(n));
                twice(Moment::Due(month.ok_or_else(|| self.argument(hint))?))
            }
            ("fiscal_end", [years]) => {
                twice(Moment::FiscalEnd(years.number().ok_or_else(|| self.argument(hint))?))
            }
            ("july_end", [years]) => {
                twice(Moment::JulyEnd(years.number().ok_or_else(|| self.argument(hint))?))
            }
            ("after", [from, days, rest @ ..]) => {
                let from = self.moment(&from.word)?;
                let days = days.number().filter(|n| (-999..=999).contains(n));
                let days = days.ok_or_else(|| self.argument(hint))?;
                let count = match rest {
                    [] => Count::Days,
                    [word] if word.word == "open" => Count::ThenOpen,
                    [word] if word.word == "business" => Count::BusinessDays,
                    _ => return Err(self.argument(hint)),
                };
                return Ok(Some(Source::After { from, days, count, notation }));
            }
            ("person_birth", []) => return Ok(Some(Source::PersonBirth(notation))),
            ("issue_date", []) => twice(Moment::Issue),
            ("birth", []) => twice(Moment::Birth),
            ("member_birth", []) => {
                self.policy.households = true;
                twice(Moment::MemberBirth)
            }
            _ => return Ok(None),
        };
        Ok(Some(Source::Dates { from, to, notation }))
    }

    fn moment(&self, text: &str) -> Read<Moment> {
        match parse_date(text) {
            Ok(Some(day)) => Ok(Moment::Day(day)),
            _ if text == "issue_date" => Ok(Moment::Issue),
            _ => self.index(text).map(Moment::Field),
        }
    }

    /// `people(1=55, 2=27, 3=11)`: how many there are, by weight.
    fn people(&mut self, hint: &Hint) -> Read<Source> {
        let weights = hint.args.iter().map(|arg| {
            let count: u32 =
                arg.key.as_ref()?.parse().ok().filter(|count| (1..=99).contains(count))?;
            Some((arg.value.number()?, count))
        });
        let weights: Option<Vec<(u32, u32)>> = weights.collect();
        let weights = weights.filter(|weights| weights.iter().any(|(weight, _)| *weight > 0));
        Ok(Source::People(weights.ok_or_else(|| self.argument(hint))?))
    }

    fn row(&mut self, hint: &Hint) -> Read<Option<Source>> {
        let args: Vec<&Hint> = hint.plain().collect();
        Ok(Some(match (hint.word.as_str(), args.as_slice()) {
            ("items", [_, ..]) => {
                let items = args
                    .iter()
                    .map(|item| read_item(&item.word).ok_or_else(|| self.argument(item)));
                Source::Items(items.collect::<Read<_>>()?)
            }
            ("people", []) => self.people(hint)?,
            ("person_kana", []) => Source::PersonKana,
            ("item_group", []) => Source::ItemGroup,
            ("item_yen", []) => Source::ItemYen,
            ("item_text", []) => Source::ItemText,
            ("row_number", []) => Source::RowNumber,
            ("location", []) => Source::Location,
            ("house_no", []) => Source::HouseNumber,
            ("wareki_year", [range]) => {
                let (low, high) = self.whole_range(range)?;
                Source::WarekiYear { low, high }
            }
            _ => return Ok(None),
        }))
    }

    fn inner(&mut self, hint: &Hint) -> Read<Box<Source>> {
        self.source(hint).map(Box::new)
    }

    fn other(&mut self, rest: &[&Hint]) -> Read<Box<Source>> {
        rest.first().map_or_else(|| Ok(Box::new(Source::Empty)), |hint| self.inner(hint))
    }

    fn share(&self, hint: &Hint, key: &str, now: u32) -> Read<u32> {
        let share = self.keyed(hint, key, now)?;
        if share <= 100 { Ok(share) } else { Err(self.argument(hint)) }
    }

    pub(super) fn keyed<T: std::str::FromStr>(
        &self,
        hint: &Hint,
        key: &str,
        default: T,
    ) -> Read<T> {
        hint.keyed(key).map_or(Ok(default), |n| n.number().ok_or_else(|| self.argument(hint)))
    }

    /// A text that the field itself must accept.
    fn fixed(&self, text: &str) -> Read<String> {
        if self.field.kind.parse(text).is_ok() {
            return Ok(text.to_owned());
        }
        let message = format!("`{}` can never be `{text}`", self.field.id);
        Err(Box::new(Diagnostic::error(E393, message).field(&self.field.id)))
    }

    fn whole_range(&self, hint: &Hint) -> Read<(i64, i64)> {
        let range = hint.range().and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)));
        range.filter(|(low, high)| low <= high).ok_or_else(|| self.argument(hint))
    }

    /// A range in units of the field's last decimal place.
    fn scaled_range(&self, hint: &Hint) -> Read<(i64, i64)> {
        let FieldKind::Decimal { scale } = self.field.kind else { return self.whole_range(hint) };
        let scaled = |text: &str| match (FieldKind::Decimal { scale }).parse(text) {
            Ok(crate::model::Value::Decimal(decimal)) => Some(decimal.unscaled),
            _ => None,
        };
        let range = hint.range().and_then(|(a, b)| Some((scaled(a)?, scaled(b)?)));
        range.filter(|(low, high)| low <= high).ok_or_else(|| self.argument(hint))
    }

    #[expect(clippy::cast_possible_truncation, reason = "forms have at most 1,000 fields")]
    pub(super) fn index(&self, id: &str) -> Read<FieldIndex> {
        let at = self.fields.iter().position(|field| field.id == id);
        at.map(|n| n as FieldIndex).ok_or_else(|| self.unknown(id))
    }

    fn unknown(&self, id: &str) -> Box<Diagnostic> {
        let message = format!("sample hint of `{}` names an unknown field: `{id}`", self.field.id);
        Box::new(Diagnostic::error(E394, message).field(&self.field.id))
    }

    pub(super) fn argument(&self, hint: &Hint) -> Box<Diagnostic> {
        let message =
            format!("sample hint of `{}` has a wrong argument: `{}`", self.field.id, hint.word);
        Box::new(Diagnostic::error(E393, message).field(&self.field.id))
    }
}

fn twice(moment: Moment) -> (Moment, Moment) {
    (moment, moment)
}

/// `group/label percent% low..high unit`.
fn read_item(text: &str) -> Option<Item> {
    let mut words = text.split_whitespace();
    let (group, label) = words.next()?.split_once('/')?;
    let percent = words.next()?.strip_suffix('%')?.parse().ok().filter(|&n: &u32| n <= 100)?;
    let (low, high) = words.next()?.split_once("..")?;
    let (low, high) = (low.parse().ok()?, high.parse().ok()?);
    let unit = words.next().unwrap_or_default().to_owned();
    let whole = words.next().is_none() && low <= high;
    let (group, label) = (group.to_owned(), label.to_owned());
    whole.then_some(Item { group, label, percent, low, high, unit })
}
