//! Checks of dates: a date of the record, or of the job, lies between days that follow from others
//! (納期限の20日後), or is the day on which something ends (有効期限).

use super::Check;
use super::codes;
use super::keys;
use super::names::{Kind, Meaning, Names};
use super::reader::{self, Keys, Node};
use super::source::{Document, TomlText};
use super::text::Scope;
use crate::calendar::{self, Date};
use crate::model::{FieldIndex, Param};
use std::iter;

/// A date that a rule starts from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DateBase {
    /// Of the record.
    Field(FieldIndex),
    /// Known beforehand, with the name that it has in the form.
    Known(Date, String),
}

/// A day that follows from a date; the steps are taken in the order of the fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// The date.
    pub of: DateBase,
    /// The day on which who was born then reaches this age.
    pub age: Option<u8>,
    /// Years later; earlier when negative.
    pub years: i16,
    /// Months later.
    pub months: i32,
    /// Days later.
    pub days: i32,
    /// The first day of this month and number from there on.
    pub next: Option<(i8, i8)>,
    /// The last day of that month.
    pub month_end: bool,
}

impl Day {
    /// The day, from the date that it follows from; `None` when no calendar has it.
    #[must_use]
    pub fn from(&self, date: Date) -> Option<Date> {
        let day = self.age.map_or(Some(date), |age| calendar::reaches_age(date, age))?;
        let day = calendar::later(day, self.years, self.months, self.days)?;
        let day = match self.next {
            Some((month, number)) => calendar::first_from(day, month, number)?,
            None => day,
        };
        Some(if self.month_end { day.last_of_month() } else { day })
    }
}

/// What must be so about a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateRule {
    /// The date.
    pub date: DateBase,
    /// It is not before this day.
    pub from: Option<Day>,
    /// It is not after this day.
    pub until: Option<Day>,
    /// It is the earliest of these days; any when there are none.
    pub earliest: Vec<Day>,
}

impl DateRule {
    /// The dates that it is about.
    fn bases(&self) -> impl Iterator<Item = &DateBase> {
        let days = self.from.iter().chain(&self.until).chain(&self.earliest);
        iter::once(&self.date).chain(days.map(|day| &day.of))
    }

    /// The fields that it is about, the one that it speaks of first.
    pub fn fields(&self) -> impl Iterator<Item = FieldIndex> {
        self.bases().filter_map(|base| match base {
            DateBase::Field(field) => Some(*field),
            DateBase::Known(..) => None,
        })
    }
}

/// Reads a check of a date.
pub(super) fn read(doc: &Document<'_>, keys: &Keys<'_>, names: &Names<'_>) -> Option<Check> {
    let date = base(keys.need_text("date")?, names);
    let day = |key: &str| match keys.get(key) {
        Some(node) => self::day(doc, key, node, names).map(Some),
        None => Some(None),
    };
    let (from, until) = (day("from"), day("until"));
    let earliest = if keys.has("earliest") { keys.array("earliest")? } else { &[] };
    let count = earliest.len();
    let earliest: Vec<Day> =
        earliest.iter().filter_map(|node| self::day(doc, "earliest", node, names)).collect();
    if !["from", "until", "earliest"].iter().any(|key| keys.has(key))
        || keys.has("earliest") && count == 0
    {
        let message = "a check of a date says `from`, `until` or `earliest`";
        doc.push(doc.error(codes::CHECK, keys.span(), message));
        return None;
    }
    let rule = DateRule { date: date?, from: from?, until: until?, earliest };
    if rule.earliest.len() != count {
        return None;
    }
    if rule.fields().next().is_none() {
        return beforehand(doc, keys, &rule);
    }
    Some(Check::Date(Box::new(rule)))
}

/// A rule about dates that are all known: it holds for every record or for none.
fn beforehand(doc: &Document<'_>, keys: &Keys<'_>, rule: &DateRule) -> Option<Check> {
    let known = |base: &DateBase| match base {
        DateBase::Known(date, _) => Some(*date),
        DateBase::Field(_) => None,
    };
    let of = |day: &Day| day.from(known(&day.of)?);
    let date = known(&rule.date)?;
    let early = rule.from.as_ref().and_then(of).is_some_and(|from| date < from);
    let late = rule.until.as_ref().and_then(of).is_some_and(|until| date > until);
    let other = rule.earliest.iter().filter_map(of).min().is_some_and(|day| date != day);
    if early || late || other {
        let key = if early {
            "from"
        } else if late {
            "until"
        } else {
            "earliest"
        };
        let span = keys.get(key).map_or(keys.span(), toml::Spanned::span);
        let message = format!("{date} is not the day that this check wants, for any record");
        let finding = doc.error(codes::CHECK, span, message);
        doc.push(finding.hint("correct the issue date of the job, or its parameters"));
    }
    None
}

/// A day: the name of a date, or a table that says how it follows from one.
fn day(doc: &Document<'_>, key: &str, node: &Node<'_>, names: &Names<'_>) -> Option<Day> {
    let plain =
        |of| Day { of, age: None, years: 0, months: 0, days: 0, next: None, month_end: false };
    if !node.get_ref().is_table() {
        return base(reader::text(doc, key, node)?, names).map(plain);
    }
    let keys = Keys::open_value(doc, "a day", keys::DAY, node)?;
    let of = base(keys.need_text("of")?, names);
    let next = if keys.has("next") { Some(named_day(keys.text("next")?)?) } else { None };
    let flag = |key: &str| keys.has(key).then(|| keys.flag(key)).flatten();
    Some(Day {
        age: if keys.has("age") { Some(keys.whole("age", 0..=150)?) } else { None },
        years: if keys.has("years") { keys.whole("years", -200..=200)? } else { 0 },
        months: if keys.has("months") { keys.whole("months", -2400..=2400)? } else { 0 },
        days: if keys.has("days") { keys.whole("days", -99_999..=99_999)? } else { 0 },
        next,
        month_end: flag("month_end").unwrap_or(false),
        ..plain(of?)
    })
}

/// `07-31`
fn named_day(text: TomlText<'_>) -> Option<(i8, i8)> {
    let numbers = text.text.split_once('-').and_then(|(month, day)| {
        let number = |text: &str| (text.len() == 2).then(|| text.parse::<i8>().ok()).flatten();
        Some((number(month)?, number(day)?))
    });
    // The 29th of February is one too.
    let found = numbers.filter(|(month, day)| Date::new(2024, *month, *day).is_ok());
    if found.is_none() {
        let message = "a day of every year is its month and number: `07-31`";
        text.push(text.error(codes::BAD_VALUE, 0..text.text.len(), message));
    }
    found
}

/// The date that a name means.
fn base(text: TomlText<'_>, names: &Names<'_>) -> Option<DateBase> {
    let whole = 0..text.text.len();
    let kind = match names.resolve(text.text) {
        Ok(Meaning::Varies(Scope::Field(field), Kind::Date)) => {
            return Some(DateBase::Field(field));
        }
        Ok(Meaning::Known(Param::Date(date))) => {
            return Some(DateBase::Known(*date, text.text.to_owned()));
        }
        Ok(Meaning::Varies(_, kind)) => kind.word(),
        Ok(Meaning::Known(param)) => Kind::of_param(param).word(),
        Ok(Meaning::Group | Meaning::Absent) => "no value",
        Err(unknown) => {
            let finding = text.error(codes::UNKNOWN_NAME, whole, unknown.message);
            text.push(match unknown.hint {
                Some(hint) => finding.hint(hint),
                None => finding,
            });
            return None;
        }
    };
    let message = format!("`{}` is {kind}; this check wants a date", text.text);
    let finding = text.error(codes::CHECK, whole, message);
    text.push(finding.hint("name a date field, `job.issue_date` or a parameter"));
    None
}
