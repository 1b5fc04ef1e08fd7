//! Counts and lengths that a known value gives instead of the form file: `rows = "param.rows"`.

use super::codes;
use super::filter;
use super::names::{Kind, Meaning};
use super::reader::Keys;
use super::site::Site;
use super::source::TomlText;
use super::template::value_of;
use crate::measure::{Extent, Length, Point};
use crate::model::Param;
use std::fmt::Display;
use std::ops::RangeInclusive;

/// A known value where a key names it.
struct Named<'a, 'd> {
    key: &'a str,
    path: TomlText<'d>,
    value: &'a Param,
}

/// What a key says of its value.
enum Given<'a, 'd> {
    /// It says the value itself, or is not there.
    Itself,
    Named(Named<'a, 'd>),
    /// It names something that is not known beforehand, which was reported.
    Wrong,
}

impl Named<'_, '_> {
    /// Reports a value that is not what the key wants.
    fn wrong(&self, wanted: &str) {
        let mut found = String::new();
        filter::plain(value_of(self.value), &mut found);
        let found = match Kind::of_param(self.value) {
            Kind::Int | Kind::Decimal => found,
            kind => kind.word().to_owned(),
        };
        let path = self.path;
        let message = format!("`{}` must be {wanted}; `{}` is {found}", self.key, path.text);
        path.push(path.error(codes::PARAMETER, 0..path.text.len(), message));
    }

    /// A length in millimetres of 0 or more.
    fn length(&self) -> Option<Length> {
        let mut text = String::new();
        if matches!(self.value, Param::Int(_) | Param::Decimal(_)) {
            filter::plain(value_of(self.value), &mut text);
        }
        let length = text.parse().ok().and_then(Length::from_mm).filter(|n| *n >= Length::ZERO);
        if length.is_none() {
            self.wrong("a length in millimetres");
        }
        length
    }

    fn two(&self) -> Option<[Length; 2]> {
        let lengths: Option<Vec<Length>> = match self.value {
            Param::List(items) => {
                items.iter().map(|item| item.parse().ok().and_then(Length::from_mm)).collect()
            }
            _ => None,
        };
        let two = lengths.and_then(|lengths| lengths.try_into().ok());
        if two.is_none() {
            self.wrong("two numbers in millimetres");
        }
        two
    }
}

impl Site<'_> {
    /// The value that a key names.
    fn named<'a, 'd>(&'a self, keys: &Keys<'d>, key: &'a str) -> Given<'a, 'd> {
        let is_text = keys.get(key).is_some_and(|node| node.get_ref().is_str());
        let Some(path) = is_text.then(|| keys.text(key)).flatten() else { return Given::Itself };
        let hint = "name a parameter: `param.x`, in parts `with.x`";
        let (code, message, near) = match self.names.resolve(path.text) {
            Ok(Meaning::Known(value)) => return Given::Named(Named { key, path, value }),
            Ok(_) => {
                (codes::PARAMETER, format!("`{key}` must be known before the first page"), None)
            }
            Err(unknown) => (codes::UNKNOWN_NAME, unknown.message, unknown.hint),
        };
        let finding = path.error(code, 0..path.text.len(), message);
        path.push(finding.hint(near.unwrap_or_else(|| hint.to_owned())));
        Given::Wrong
    }

    /// A whole number in a range, or the known value that gives it.
    pub(super) fn count<T>(&self, keys: &Keys<'_>, key: &str, range: RangeInclusive<T>) -> Option<T>
    where
        T: TryFrom<i64> + PartialOrd + Display + Copy,
    {
        let named = match self.named(keys, key) {
            Given::Itself => return keys.whole(key, range),
            Given::Named(named) => named,
            Given::Wrong => return None,
        };
        let number = match named.value {
            Param::Int(number) => T::try_from(*number).ok().filter(|n| range.contains(n)),
            _ => None,
        };
        if number.is_none() {
            let wanted = format!("a whole number from {} to {}", range.start(), range.end());
            named.wrong(&wanted);
        }
        number
    }

    /// A length, or the known value that gives it.
    pub(super) fn length(&self, keys: &Keys<'_>, key: &str) -> Option<Length> {
        match self.named(keys, key) {
            Given::Itself => keys.length(key),
            Given::Named(named) => named.length(),
            Given::Wrong => None,
        }
    }

    pub(super) fn need_length(&self, keys: &Keys<'_>, key: &str) -> Option<Length> {
        keys.need(key)?;
        self.length(keys, key)
    }

    /// Two lengths, or the list of two that gives them.
    pub(super) fn two_lengths(&self, keys: &Keys<'_>, key: &str) -> Option<[Length; 2]> {
        match self.named(keys, key) {
            Given::Itself => keys.two_lengths(key),
            Given::Named(named) => named.two(),
            Given::Wrong => None,
        }
    }

    /// A point of the page, from the corner of what is being compiled.
    pub(super) fn need_point(&self, keys: &Keys<'_>, key: &str) -> Option<Point> {
        let point = match self.named(keys, key) {
            Given::Itself => keys.need_point(key),
            Given::Named(named) => named.two().map(|[x, y]| Point { x, y }),
            Given::Wrong => None,
        };
        point.map(|point| self.point(point))
    }

    pub(super) fn extent(&self, keys: &Keys<'_>, key: &str) -> Option<Extent> {
        let named = match self.named(keys, key) {
            Given::Itself => return keys.extent(key),
            Given::Named(named) => named,
            Given::Wrong => return None,
        };
        let [width, height] = named.two()?;
        if width <= Length::ZERO || height <= Length::ZERO {
            named.wrong("above 0 both ways");
            return None;
        }
        Some(Extent { width, height })
    }
}
