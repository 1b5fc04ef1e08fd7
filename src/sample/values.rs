//! Makes the values of a record and its rows from their sources.

use super::compile::{Group, Sources};
use super::profile::{Hard, Profile, World};
use super::random::Random;
use super::source::{Item, Moment, Notation, Source};
use super::{Options, facts, places};
use crate::calendar::{self, Date, Era};
use crate::form::Form;
use crate::model::{CheckDigit, Field, FieldIndex, FieldKind};
use std::fmt::Write as _;

/// The values of one record or row, in schema order.
#[derive(Debug, Clone, Default)]
pub(super) struct Values {
    pub(super) text: Vec<String>,
    /// The number of numeric fields, in units of their last place; 0 elsewhere.
    pub(super) number: Vec<i64>,
}

/// What a value may depend on.
pub(super) struct Context<'c> {
    pub(super) profile: &'c Profile,
    /// The record's number, from 0.
    pub(super) record: u64,
    /// The rows of the record, once they are made.
    pub(super) rows: &'c [Values],
    pub(super) row: Option<Row<'c>>,
}

pub(super) struct Row<'c> {
    pub(super) number: usize,
    item: Option<(&'c Item, i64)>,
}

/// Makes values.
pub(super) struct Maker<'a> {
    pub(super) form: &'a Form,
    pub(super) options: &'a Options,
    pub(super) sources: &'a Sources,
    pub(super) world: &'a World,
}

impl Maker<'_> {
    /// Makes the rows of a record into `pool`; how many there are.
    pub(super) fn rows(&self, profile: &Profile, record: u64, pool: &mut Vec<Values>) -> usize {
        if self.form.schema.rows.is_empty() {
            return 0;
        }
        let mut random = Random::of(&[self.options.seed, record, 4]);
        let chosen: Vec<Option<(&Item, i64)>> = match self.row_source() {
            Some(Source::Items(items)) => {
                let there = items.iter().filter(|item| random.percent(item.percent));
                let there: Vec<&Item> = there.collect();
                there
                    .into_iter()
                    .map(|item| Some((item, random.skewed(item.low, item.high))))
                    .collect()
            }
            Some(Source::People(weights)) => {
                vec![None; people_count(&mut random, profile.hard, weights)]
            }
            _ => vec![None; row_count(&mut random, profile.hard)],
        };
        while pool.len() < chosen.len() {
            pool.push(Values::default());
        }
        for (number, item) in chosen.iter().enumerate() {
            let row = Some(Row { number, item: *item });
            let context = Context { profile, record, rows: &[], row };
            let salt = number as u64 + 1;
            self.fill(&self.form.schema.rows, &self.sources.row, &context, salt, &mut pool[number]);
        }
        chosen.len()
    }

    /// The hint that decides how many rows there are.
    fn row_source(&self) -> Option<&Source> {
        let decides = |source: &&Source| matches!(source, Source::Items(_) | Source::People(_));
        self.sources.row.sources.iter().find(decides)
    }

    /// Makes the fields of a record whose rows are made.
    pub(super) fn record(&self, profile: &Profile, record: u64, rows: &[Values], out: &mut Values) {
        let context = Context { profile, record, rows, row: None };
        self.fill(&self.form.schema.fields, &self.sources.record, &context, 0, out);
    }

    fn fill(&self, fields: &[Field], group: &Group, cx: &Context<'_>, salt: u64, out: &mut Values) {
        out.text.resize_with(fields.len(), String::new);
        out.number.clear();
        out.number.resize(fields.len(), 0);
        for &n in &group.order {
            let field = &fields[n];
            let mut random = Random::of(&[self.options.seed, cx.record, salt, group.keys[n]]);
            let mut text = std::mem::take(&mut out.text[n]);
            text.clear();
            let mut pen = Pen { maker: self, fields, field, cx, values: out, random: &mut random };
            pen.write(&group.sources[n], &mut text);
            if text.is_empty() && field.required && is_numeric(&field.kind) {
                text.push('0');
            }
            shorten(field, &mut text);
            out.number[n] = number_of(&field.kind, &text);
            out.text[n] = text;
        }
    }
}

/// How many people a record has, by the weights of their numbers.
fn people_count(random: &mut Random, hard: Option<Hard>, weights: &[(u32, u32)]) -> usize {
    let counts = || weights.iter().map(|(_, count)| *count);
    let drawn = weights[random.weighted(weights.iter().map(|(weight, _)| *weight))].1;
    let count = match hard {
        Some(Hard::ManyRows) => counts().max().unwrap_or(drawn),
        Some(Hard::OneRow) => counts().min().unwrap_or(drawn),
        _ => drawn,
    };
    usize::try_from(count).unwrap_or(1)
}

/// How many property rows a record has: median 4, mean 5.4, up to 60 (`municipal.md` §3.3).
fn row_count(random: &mut Random, hard: Option<Hard>) -> usize {
    let count = match hard {
        Some(Hard::ManyRows) => 60,
        Some(Hard::OneRow) => 1,
        _ => match random.weighted([36, 34, 28, 22, 16, 13, 10, 8, 6, 16, 8, 3].into_iter()) {
            small @ 0..=8 => small as u64 + 1,
            9 => 10 + random.below(5),
            10 => 15 + random.below(10),
            _ => 25 + random.below(36),
        },
    };
    usize::try_from(count).unwrap_or(1)
}

const fn is_numeric(kind: &FieldKind) -> bool {
    matches!(kind, FieldKind::Yen { .. } | FieldKind::Int { .. } | FieldKind::Decimal { .. })
}

/// The units of a field's number: 100 for two decimal places.
const fn units(kind: &FieldKind) -> i128 {
    match kind {
        FieldKind::Decimal { scale } => 10_i128.pow(*scale as u32),
        _ => 1,
    }
}

fn number_of(kind: &FieldKind, text: &str) -> i64 {
    if !is_numeric(kind) && *kind != FieldKind::Flag {
        return 0;
    }
    match kind.parse(text) {
        Ok(crate::model::Value::Decimal(decimal)) => decimal.unscaled,
        Ok(crate::model::Value::Flag(flag)) => i64::from(flag),
        Ok(value) => value.number().unwrap_or(0),
        Err(_) => 0,
    }
}

/// An invented text that is too long for its field: left out when it may be, else cut.
fn shorten(field: &Field, text: &mut String) {
    let FieldKind::Text { max } = field.kind else { return };
    if text.len() <= max as usize || field.kind.parse(text).is_ok() {
        return;
    }
    if field.required {
        let end = text.char_indices().nth(max as usize).map_or(text.len(), |(at, _)| at);
        text.truncate(end);
    } else {
        text.clear();
    }
}

/// Writes one value.
pub(super) struct Pen<'p> {
    pub(super) maker: &'p Maker<'p>,
    fields: &'p [Field],
    pub(super) field: &'p Field,
    pub(super) cx: &'p Context<'p>,
    pub(super) values: &'p Values,
    pub(super) random: &'p mut Random,
}

impl Pen<'_> {
    fn write(&mut self, source: &Source, out: &mut String) {
        match source {
            Source::Empty => {}
            Source::Fixed(text) => out.push_str(text),
            Source::Fact(fact) => {
                facts::write(*fact, self.maker, self.cx, self.field, self.random, out);
            }
            Source::Pick(choices) => {
                let at = self.random.weighted(choices.iter().map(|(weight, _)| *weight));
                out.push_str(&choices[at].1);
            }
            Source::Flag { percent, debit } => {
                let on = self.random.percent(*percent)
                    || (*debit && self.cx.profile.hard == Some(Hard::DirectDebit));
                out.push(if on { '1' } else { '0' });
            }
            Source::Copy(field) => out.push_str(&self.values.text[usize::from(*field)]),
            Source::Often(..)
            | Source::If(..)
            | Source::IfAge { .. }
            | Source::By(..)
            | Source::WhenZero(_)
            | Source::Place(..) => self.branch(source, out),
            Source::Serial { .. } | Source::Digits(_) => self.digits(source, out),
            Source::Dates { from, to, notation } => self.date(*from, *to, *notation, out),
            Source::After { from, days, count, notation } => {
                if let Some(day) = self.day(*from).and_then(|from| count.after(from, *days)) {
                    write_date(day, *notation, out);
                }
            }
            Source::Slip(slip) => self.slip(slip, out),
            Source::Items(_)
            | Source::People(_)
            | Source::PersonKana
            | Source::PersonBirth(_)
            | Source::ItemGroup
            | Source::ItemYen
            | Source::ItemText
            | Source::RowNumber
            | Source::Location
            | Source::HouseNumber
            | Source::WarekiYear { .. } => self.row(source, out),
            Source::Skewed { .. }
            | Source::Even { .. }
            | Source::Rate { .. }
            | Source::Ratio { .. }
            | Source::Sum { .. }
            | Source::RowsSum { .. }
            | Source::Instalment { .. } => {
                let number = self.number(source);
                self.write_number(number, out);
            }
        }
    }

    fn branch(&mut self, source: &Source, out: &mut String) {
        let given = |field: FieldIndex| {
            let text = self.values.text[usize::from(field)].as_str();
            !matches!(text, "" | "0" | "false" | "無")
        };
        let chosen: &Source = match source {
            Source::Often(percent, one, other) => {
                if self.random.percent(*percent) {
                    one
                } else {
                    other
                }
            }
            Source::If(field, one, other) => {
                if given(*field) {
                    one
                } else {
                    other
                }
            }
            Source::IfAge { birth, ages, then, other } => {
                let age = self.day(Moment::Field(*birth)).map(|birth| self.age(birth));
                if age.is_some_and(|age| (ages.0..=ages.1).contains(&age)) { then } else { other }
            }
            Source::By(field, cases, other) => {
                let text = &self.values.text[usize::from(*field)];
                cases.iter().find(|(case, _)| case == text).map_or(other, |(_, source)| source)
            }
            Source::WhenZero(inner) => match self.cx.profile.hard {
                Some(Hard::ZeroYen) => inner,
                _ if is_numeric(&self.field.kind) => return out.push('0'),
                _ => &Source::Empty,
            },
            Source::Place(one, other) => {
                if self.cx.profile.address.in_town {
                    one
                } else {
                    other
                }
            }
            _ => &Source::Empty,
        };
        self.write(chosen, out);
    }

    fn digits(&mut self, source: &Source, out: &mut String) {
        let width = match self.field.kind {
            FieldKind::Digits { max, .. } => max as usize,
            _ => 0,
        };
        match source {
            Source::Serial { start, step, prefix } => {
                let number = start.saturating_add(step.saturating_mul(self.cx.record));
                let width = width.saturating_sub(prefix.len());
                let _ = write!(out, "{prefix}{number:0width$}");
            }
            Source::Digits(check) => {
                let checked = check.and_then(|kind| {
                    let body = self.body(width.saturating_sub(1));
                    CheckDigit::complete(kind, &body)
                });
                let number = checked.unwrap_or_else(|| self.body(width.max(1)));
                out.push_str(&number);
            }
            _ => {}
        }
    }

    fn body(&mut self, width: usize) -> String {
        (0..width).map(|_| char::from(b'0' + self.random.below(10).to_le_bytes()[0])).collect()
    }

    fn number(&mut self, source: &Source) -> i128 {
        let own = units(&self.field.kind);
        let value = |field: FieldIndex| i128::from(self.values.number[usize::from(field)]);
        let unit = |field: FieldIndex| units(&self.fields[usize::from(field)].kind);
        match source {
            Source::Skewed { low, high, round, zero } => {
                let none = *zero > 0 && self.cx.profile.hard == Some(Hard::ZeroYen);
                if none || self.random.percent(*zero) {
                    return 0;
                }
                down(self.random.skewed(*low, *high).into(), *round).max((*low).into())
            }
            Source::Even { low, high } => self.random.between(*low, *high).into(),
            Source::Rate { keep: false, .. } if self.cx.profile.hard == Some(Hard::ZeroYen) => 0,
            Source::Rate { of, ratio, round, .. } => {
                let exact = value(*of) * i128::from(ratio.0) * own;
                down(exact.div_euclid(i128::from(ratio.1) * unit(*of)), *round)
            }
            Source::Ratio { of, over, factor } => match value(*over) * unit(*of) {
                0 => 0,
                below => (value(*of) * unit(*over) * i128::from(*factor) * own).div_euclid(below),
            },
            Source::Sum { terms, round } => {
                let signed = |(field, minus): &(FieldIndex, bool)| {
                    if *minus { -value(*field) } else { value(*field) }
                };
                down(terms.iter().map(signed).sum(), *round)
            }
            Source::RowsSum { of, when, round } => {
                let admitted = self.cx.rows.iter().filter(|row| {
                    when.as_ref().is_none_or(|(field, text)| row.text[usize::from(*field)] == *text)
                });
                down(admitted.map(|row| i128::from(row.number[usize::from(*of)])).sum(), *round)
            }
            Source::Instalment { part, parts, of } => {
                let (total, parts) = (value(*of), i128::from(*parts));
                let later = down(total.div_euclid(parts), 1_000);
                if *part == 1 { total - later * (parts - 1) } else { later }
            }
            _ => 0,
        }
    }

    fn write_number(&self, number: i128, out: &mut String) {
        let unit = units(&self.field.kind);
        let sign = if number < 0 { "-" } else { "" };
        let (whole, rest) = (number.abs().div_euclid(unit), number.abs().rem_euclid(unit));
        let _ = write!(out, "{sign}{whole}");
        if let FieldKind::Decimal { scale: scale @ 1.. } = self.field.kind {
            let _ = write!(out, ".{rest:0width$}", width = usize::from(scale));
        }
    }

    fn date(&mut self, from: Moment, to: Moment, notation: Notation, out: &mut String) {
        let (Some(from), Some(to)) = (self.day(from), self.day(to)) else { return };
        let days = (to - from).get_days();
        let days = self.random.between(0, i64::from(days.max(0)));
        write_date(from.saturating_add(jiff::Span::new().days(days)), notation, out);
    }

    pub(super) fn day(&self, moment: Moment) -> Option<Date> {
        let options = self.maker.options;
        match moment {
            Moment::Day(day) => Some(day),
            Moment::Field(field) => {
                calendar::parse_date(&self.values.text[usize::from(field)]).ok().flatten()
            }
            Moment::Issue => Some(options.issue_date),
            Moment::Due(month) => {
                let year = options.levy_year + i16::from(month < 4);
                let month = Date::new(year, month, 1).ok()?;
                Some(calendar::due_at_month_end(month, options.december))
            }
            Moment::FiscalEnd(years) => Date::new(options.levy_year + 1 + years, 3, 31).ok(),
            Moment::JulyEnd(years) => Date::new(options.issue_date.year() + years, 7, 31).ok(),
            Moment::Birth => Some(self.cx.profile.party.birth),
            Moment::MemberBirth => Some(self.cx.profile.member.birth),
        }
    }

    fn age(&self, birth: Date) -> i64 {
        let today = self.maker.options.issue_date;
        let before = (today.month(), today.day()) < (birth.month(), birth.day());
        i64::from(today.year() - birth.year()) - i64::from(before)
    }

    fn row(&mut self, source: &Source, out: &mut String) {
        if let Source::WarekiYear { low, high } = source {
            let year = i16::try_from(self.random.between(*low, *high)).unwrap_or(2000);
            let era = Date::new(year, 12, 31).ok().and_then(Era::of);
            let _ = match era {
                Some(era) => write!(out, "{}{}年", era.name(), era.number(year)),
                None => write!(out, "{year}年"),
            };
            return;
        }
        let Some(row) = &self.cx.row else { return };
        let person = || {
            let number = u32::try_from(row.number).unwrap_or(0) + 1;
            self.maker.world.person_of_row(self.cx.profile, number, &self.maker.sources.policy)
        };
        match (source, row.item) {
            (Source::People(_), _) => out.push_str(&person().name),
            (Source::PersonKana, _) => out.push_str(&person().kana),
            (Source::PersonBirth(notation), _) => write_date(person().birth, *notation, out),
            (Source::Items(_), Some((item, _))) => out.push_str(&item.label),
            (Source::ItemGroup, Some((item, _))) => out.push_str(&item.group),
            (Source::ItemYen, Some((item, n))) if item.unit.is_empty() => {
                self.write_number(n.into(), out);
            }
            (Source::ItemText, Some((item, n))) if !item.unit.is_empty() => {
                let _ = write!(out, "{n}{}", item.unit);
            }
            (Source::RowNumber, _) => {
                let _ = write!(out, "{}", row.number + 1);
            }
            (Source::Location, _) => out.push_str(&self.lot(row.number).0),
            (Source::HouseNumber, _) => out.push_str(&self.lot(row.number).1),
            _ => {}
        }
    }

    /// A row's location, mostly in the town of the other rows, and the number of a house on it.
    fn lot(&self, row: usize) -> (String, String) {
        let key = [self.maker.options.seed, self.cx.record, 5, row as u64];
        let mut random = Random::of(&key);
        let mut home = Random::of(&key[..3]);
        let towns = &self.maker.world.towns;
        let town = home.choose(towns);
        let town = if random.percent(75) { town } else { random.choose(towns) };
        let mut location = town.name.clone();
        places::write_lot(&mut random, &mut location, places::Lot::Land);
        let number = &location[town.name.len()..];
        let number = number.split_once("丁目").map_or(number, |(_, number)| number).to_owned();
        (location, number)
    }
}

fn write_date(day: Date, notation: Notation, out: &mut String) {
    let (year, month, at) = (day.year(), day.month(), day.day());
    let _ = match (notation, Era::of(day)) {
        (Notation::Iso, _) => write!(out, "{year:04}-{month:02}-{at:02}"),
        (Notation::Slash, _) => write!(out, "{year:04}/{month:02}/{at:02}"),
        (Notation::Era, Some(era)) => {
            write!(out, "{}{:02}{month:02}{at:02}", era.letter(), era.number(year))
        }
        (Notation::Plain | Notation::Era, _) => write!(out, "{year:04}{month:02}{at:02}"),
    };
}

/// The multiple of `round` that is not above `number`.
fn down(number: i128, round: i64) -> i128 {
    let round = i128::from(round.max(1));
    number.div_euclid(round) * round
}
