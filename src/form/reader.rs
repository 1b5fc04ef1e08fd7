//! Reads typed values out of a TOML table and notes everything that is wrong with it: unknown keys,
//! missing keys, wrong types. It never stops at the first.

use super::codes;
use super::keys::Key;
use super::nearest::nearest;
use super::series;
use super::source::{Document, TomlText};
use crate::calendar::Date;
use crate::measure::{Extent, Length, Point, Rect, TypeSize};
use std::fmt::Display;
use std::ops::{Range, RangeInclusive};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

pub(super) type Node<'d> = Spanned<DeValue<'d>>;

/// A table of the file whose keys are known.
#[derive(Debug, Clone, Copy)]
pub(super) struct Keys<'d> {
    pub(super) doc: &'d Document<'d>,
    /// What the table is, as the author writes it: `[[text]]`.
    pub(super) what: &'static str,
    table: &'d DeTable<'d>,
    /// Where keys are looked for that the table does not have.
    first: Option<&'d DeTable<'d>>,
    start: usize,
    end: usize,
    /// How far places are moved: the table is a copy of a series.
    shift: [Length; 2],
}

impl<'d> Keys<'d> {
    /// Opens a table and reports every key that is not `known`.
    pub(super) fn open(
        doc: &'d Document<'d>,
        what: &'static str,
        known: &[Key],
        table: &'d DeTable<'d>,
        span: Range<usize>,
    ) -> Self {
        for key in table.keys() {
            let name = key.get_ref().as_ref();
            if known.iter().any(|k| k.name == name) {
                continue;
            }
            let finding = doc.error(
                codes::UNKNOWN_KEY,
                key.span(),
                format!("unknown key in `{what}`: `{name}`"),
            );
            let names = known.iter().map(|k| k.name);
            doc.push(match nearest(name, names.clone()) {
                Some(near) => finding.hint(format!("did you mean `{near}`?")),
                None => finding.hint(format!("keys here: {}", join(names))),
            });
        }
        let shift = series::shift(table).unwrap_or_default();
        Self { doc, what, table, first: None, start: span.start, end: span.end, shift }
    }

    /// Opens a value that must be a table.
    pub(super) fn open_value(
        doc: &'d Document<'d>,
        what: &'static str,
        known: &[Key],
        value: &'d Node<'d>,
    ) -> Option<Self> {
        let Some(table) = value.get_ref().as_table() else {
            wrong(doc, what, "a table", value);
            return None;
        };
        Some(Self::open(doc, what, known, table, value.span()))
    }

    /// The same table, taking from `first` what it does not say itself.
    pub(super) fn continuing(self, first: &'d Node<'d>) -> Self {
        Self { first: first.get_ref().as_table(), ..self }
    }

    /// Where the table begins: its header, or its braces.
    pub(super) fn span(&self) -> Range<usize> {
        self.start..self.end
    }

    pub(super) fn get(&self, key: &str) -> Option<&'d Node<'d>> {
        self.table.get(key).or_else(|| self.first?.get(key))
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// The value of a key that must be there.
    pub(super) fn need(&self, key: &str) -> Option<&'d Node<'d>> {
        let value = self.get(key);
        if value.is_none() {
            let message = format!("`{}` lacks `{key}`", self.what);
            self.doc.push(self.doc.error(codes::MISSING_KEY, self.span(), message));
        }
        value
    }

    /// A finding about the value of a key (or the table, when the key is not there).
    pub(super) fn blame(&self, key: &str, message: impl Into<String>) {
        let span = self.get(key).map_or(self.span(), Spanned::span);
        self.doc.push(self.doc.error(codes::BAD_VALUE, span, message));
    }

    pub(super) fn text(&self, key: &str) -> Option<TomlText<'d>> {
        text(self.doc, key, self.get(key)?)
    }

    pub(super) fn need_text(&self, key: &str) -> Option<TomlText<'d>> {
        text(self.doc, key, self.need(key)?)
    }

    pub(super) fn flag(&self, key: &str) -> Option<bool> {
        let value = self.get(key)?;
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            wrong(self.doc, key, "`true` or `false`", value);
        }
        flag
    }

    /// A whole number in a range.
    pub(super) fn whole<T>(&self, key: &str, range: RangeInclusive<T>) -> Option<T>
    where
        T: TryFrom<i64> + PartialOrd + Display + Copy,
    {
        whole(self.doc, key, self.get(key)?, range)
    }

    pub(super) fn length(&self, key: &str) -> Option<Length> {
        length(self.doc, key, self.get(key)?)
    }

    pub(super) fn need_length(&self, key: &str) -> Option<Length> {
        length(self.doc, key, self.need(key)?)
    }

    pub(super) fn size(&self, key: &str) -> Option<TypeSize> {
        size(self.doc, key, self.get(key)?)
    }

    pub(super) fn need_rect(&self, key: &str) -> Option<Rect> {
        let [x, y, width, height] = self.lengths(key, self.need(key)?)?;
        if width <= Length::ZERO || height <= Length::ZERO {
            self.blame(key, format!("`{key}` has no area: width and height must be above 0"));
            return None;
        }
        let [right, down] = self.shift;
        Some(Rect::new(x + right, y + down, width, height))
    }

    pub(super) fn need_point(&self, key: &str) -> Option<Point> {
        let [right, down] = self.shift;
        self.lengths(key, self.need(key)?).map(|[x, y]| Point { x: x + right, y: y + down })
    }

    pub(super) fn extent(&self, key: &str) -> Option<Extent> {
        let [width, height] = self.lengths(key, self.get(key)?)?;
        if width <= Length::ZERO || height <= Length::ZERO {
            self.blame(key, format!("`{key}` must be above 0 both ways"));
            return None;
        }
        Some(Extent { width, height })
    }

    /// Exactly `N` lengths.
    fn lengths<const N: usize>(&self, key: &str, value: &'d Node<'d>) -> Option<[Length; N]> {
        let wanted = match N {
            4 => "`[x, y, width, height]` in millimetres",
            _ => "two numbers in millimetres",
        };
        let array = value.get_ref().as_array();
        let items: Option<Vec<Length>> = array.and_then(|array| {
            array.iter().map(|item| number(item).and_then(Length::from_mm)).collect()
        });
        let lengths = items.and_then(|items| <[Length; N]>::try_from(items).ok());
        if lengths.is_none() {
            wrong(self.doc, key, wanted, value);
        }
        lengths
    }

    pub(super) fn two_lengths(&self, key: &str) -> Option<[Length; 2]> {
        self.lengths(key, self.get(key)?)
    }

    /// One of a list of words.
    pub(super) fn word<T: Copy>(&self, key: &str, words: &[(&str, T)]) -> Option<T> {
        word(self.doc, key, self.get(key)?, words)
    }

    /// The items of an array; a single value is an array of one when `single` allows it.
    pub(super) fn array(&self, key: &str) -> Option<&'d [Node<'d>]> {
        array(self.doc, key, self.get(key)?)
    }

    /// The tables of an array of tables (`[[…]]`, or inline).
    pub(super) fn tables(&self, key: &str) -> Vec<&'d Node<'d>> {
        self.get(key).map(|value| tables(self.doc, key, value)).unwrap_or_default()
    }

    /// Texts of an array.
    pub(super) fn texts(&self, key: &str) -> Vec<TomlText<'d>> {
        let items = self.array(key).unwrap_or_default();
        items.iter().filter_map(|item| text(self.doc, key, item)).collect()
    }

    /// A table whose keys are the author's own: entries in the order of the file.
    pub(super) fn entries(&self, key: &str) -> Vec<Entry<'d>> {
        match self.get(key) {
            Some(value) => entries(self.doc, key, value),
            None => Vec::new(),
        }
    }
}

/// A key of the author's own and its value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry<'d> {
    pub(super) name: &'d str,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) value: &'d Node<'d>,
}

pub(super) fn entries<'d>(doc: &Document<'_>, key: &str, value: &'d Node<'d>) -> Vec<Entry<'d>> {
    let Some(table) = value.get_ref().as_table() else {
        wrong(doc, key, "a table", value);
        return Vec::new();
    };
    let mut entries: Vec<Entry<'d>> = table
        .iter()
        .map(|(name, value)| {
            let span = name.span();
            Entry { name: name.get_ref().as_ref(), start: span.start, end: span.end, value }
        })
        .collect();
    entries.sort_by_key(|entry| entry.start);
    entries
}

pub(super) fn tables<'d>(doc: &Document<'_>, key: &str, value: &'d Node<'d>) -> Vec<&'d Node<'d>> {
    let items = match value.get_ref().as_array() {
        Some(array) => array.iter().collect(),
        None => vec![value],
    };
    let (tables, others): (Vec<_>, Vec<_>) =
        items.into_iter().partition(|item| item.get_ref().is_table());
    for other in others {
        wrong(doc, key, "a table, written `[[…]]`", other);
    }
    tables
}

pub(super) fn array<'d>(
    doc: &Document<'_>,
    key: &str,
    value: &'d Node<'d>,
) -> Option<&'d [Node<'d>]> {
    let array = value.get_ref().as_array();
    if array.is_none() {
        wrong(doc, key, "a list", value);
    }
    array.map(|array| &array[..])
}

pub(super) fn text<'d>(
    doc: &'d Document<'d>,
    key: &str,
    value: &'d Node<'d>,
) -> Option<TomlText<'d>> {
    let span = value.span();
    let text = value.get_ref().as_str();
    if text.is_none() {
        wrong(doc, key, "a text in quotes", value);
    }
    text.map(|text| TomlText { doc, text, start: span.start, end: span.end, shift: 0 })
}

/// A number of the file; floats end here.
pub(super) fn number(value: &Node<'_>) -> Option<f64> {
    match value.get_ref() {
        DeValue::Integer(n) if n.radix() == 10 => n.as_str().parse().ok(),
        DeValue::Float(n) => n.as_str().parse().ok(),
        _ => None,
    }
}

pub(super) fn integer(value: &Node<'_>) -> Option<i64> {
    match value.get_ref() {
        DeValue::Integer(n) => i64::from_str_radix(n.as_str(), n.radix()).ok(),
        _ => None,
    }
}

pub(super) fn date(value: &Node<'_>) -> Option<Date> {
    let date = value.get_ref().as_datetime()?.date?;
    let (month, day) = (i8::try_from(date.month).ok()?, i8::try_from(date.day).ok()?);
    Date::new(i16::try_from(date.year).ok()?, month, day).ok()
}

pub(super) fn length(doc: &Document<'_>, key: &str, value: &Node<'_>) -> Option<Length> {
    let length = number(value).and_then(Length::from_mm).filter(|n| *n >= Length::ZERO);
    if length.is_none() {
        wrong(doc, key, "a length in millimetres", value);
    }
    length
}

pub(super) fn size(doc: &Document<'_>, key: &str, value: &Node<'_>) -> Option<TypeSize> {
    let hundredths = number(value).map(|pt| (pt * 100.0).round());
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the range is checked on this line"
    )]
    let size = hundredths
        .filter(|n| (200.0..=20_000.0).contains(n))
        .map(|n| TypeSize::centipoints(n as u16));
    if size.is_none() {
        wrong(doc, key, "a type size from 2 to 200 points", value);
    }
    size
}

pub(super) fn whole<T>(
    doc: &Document<'_>,
    key: &str,
    value: &Node<'_>,
    range: RangeInclusive<T>,
) -> Option<T>
where
    T: TryFrom<i64> + PartialOrd + Display + Copy,
{
    let number = integer(value).and_then(|n| T::try_from(n).ok()).filter(|n| range.contains(n));
    if number.is_none() {
        let wanted = format!("a whole number from {} to {}", range.start(), range.end());
        wrong(doc, key, &wanted, value);
    }
    number
}

pub(super) fn word<T: Copy>(
    doc: &Document<'_>,
    key: &str,
    value: &Node<'_>,
    words: &[(&str, T)],
) -> Option<T> {
    let said = value.get_ref().as_str();
    if let Some((_, meaning)) = words.iter().find(|(word, _)| Some(*word) == said) {
        return Some(*meaning);
    }
    let names = || words.iter().map(|(word, _)| *word);
    let message = format!("`{key}` must be one of {}", join(names()));
    let mut finding = doc.error(codes::BAD_VALUE, value.span(), message);
    if let Some(near) = said.and_then(|said| nearest(said, names())) {
        finding = finding.hint(format!("did you mean `{near}`?"));
    }
    doc.push(finding);
    None
}

/// Reports a value of the wrong type.
pub(super) fn wrong(doc: &Document<'_>, key: &str, wanted: &str, value: &Node<'_>) {
    let found = match value.get_ref() {
        DeValue::String(_) => "a text",
        DeValue::Integer(n) => n.as_str(),
        DeValue::Float(n) => n.as_str(),
        DeValue::Boolean(_) => "`true` or `false`",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    };
    let message = format!("`{key}` must be {wanted}, found {found}");
    doc.push(doc.error(codes::BAD_VALUE, value.span(), message));
}

/// Names in back quotes, separated by commas.
pub(super) fn join<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
