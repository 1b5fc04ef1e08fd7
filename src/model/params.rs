//! Parameters that templates may read: what a tenant, a job and a form's defaults say, by dotted
//! path (`tenant.mayor.name`). A form never forks for a tenant; it asks a parameter.

use super::schema::{Decimal, FieldKind, Value};
use crate::calendar::Date;
use std::collections::BTreeMap;
use std::mem;

/// The value of a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Param {
    /// A text.
    Text(String),
    /// A whole number.
    Int(i64),
    /// A decimal number, such as a length.
    Decimal(Decimal),
    /// Yes or no.
    Flag(bool),
    /// A date.
    Date(Date),
    /// A list of texts (lines of an address, of a contact); numbers are told as texts.
    List(Vec<String>),
}

impl Param {
    /// The number that a file writes with a point; `None` when it has too many digits for one, or is
    /// none.
    #[must_use]
    pub fn of_float(number: f64) -> Option<Self> {
        let text = number.to_string();
        let scale = text.split_once('.').map_or(0, |(_, places)| places.len());
        let scale = u8::try_from(scale).ok().filter(|scale| *scale <= 9)?;
        match (FieldKind::Decimal { scale }).parse(&text) {
            Ok(Value::Decimal(decimal)) => Some(Self::Decimal(decimal)),
            _ => None,
        }
    }

    /// The same value as one of the type of `default`: a whole number may stand for a decimal;
    /// `None` when it is of another type.
    #[must_use]
    pub fn like(&self, default: &Self) -> Option<Self> {
        match (self, default) {
            (Self::Int(number), Self::Decimal(_)) => {
                Some(Self::Decimal(Decimal { unscaled: *number, scale: 0 }))
            }
            _ => (mem::discriminant(self) == mem::discriminant(default)).then(|| self.clone()),
        }
    }
}

/// All parameters by dotted path, in path order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Params(BTreeMap<String, Param>);

impl Params {
    /// No parameters.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a parameter.
    pub fn set(&mut self, path: impl Into<String>, value: Param) {
        self.0.insert(path.into(), value);
    }

    /// The parameter of that path.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&Param> {
        self.0.get(path)
    }

    /// All parameters in path order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Param)> {
        self.0.iter().map(|(path, value)| (path.as_str(), value))
    }

    /// Sets every leaf of a TOML table under `prefix`; tables in arrays are skipped,
    /// since no template reads them.
    pub fn set_table(&mut self, prefix: &str, table: &toml::Table) {
        for (key, value) in table {
            let path = format!("{prefix}.{key}");
            if let toml::Value::Table(inner) = value {
                self.set_table(&path, inner);
            } else if let Some(value) = param(value) {
                self.set(path, value);
            }
        }
    }
}

fn param(value: &toml::Value) -> Option<Param> {
    match value {
        toml::Value::String(text) => Some(Param::Text(text.clone())),
        toml::Value::Integer(n) => Some(Param::Int(*n)),
        toml::Value::Boolean(flag) => Some(Param::Flag(*flag)),
        toml::Value::Datetime(at) => {
            let date = at.date?;
            let (year, month, day) = (
                i16::try_from(date.year).ok()?,
                i8::try_from(date.month).ok()?,
                i8::try_from(date.day).ok()?,
            );
            Date::new(year, month, day).ok().map(Param::Date)
        }
        toml::Value::Array(items) => {
            let lines = items.iter().map(|item| match item {
                toml::Value::Integer(number) => Some(number.to_string()),
                toml::Value::Float(number) => Some(number.to_string()),
                item => item.as_str().map(str::to_owned),
            });
            lines.collect::<Option<Vec<_>>>().map(Param::List)
        }
        toml::Value::Float(number) => Param::of_float(*number),
        toml::Value::Table(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Decimal, Param, Params};

    #[test]
    fn numbers_with_a_point_are_exact_and_whole_ones_may_stand_for_them() {
        let decimal = |unscaled, scale| Param::Decimal(Decimal { unscaled, scale });
        assert_eq!(Param::of_float(7.5), Some(decimal(75, 1)));
        assert_eq!(Param::of_float(-0.05), Some(decimal(-5, 2)));
        assert_eq!(Param::of_float(7.0), Some(decimal(7, 0)));
        assert_eq!(Param::of_float(1e300), None);
        assert_eq!(Param::of_float(1e-12), None);
        assert_eq!(Param::of_float(f64::NAN), None);
        assert_eq!(Param::Int(8).like(&decimal(75, 1)), Some(decimal(8, 0)));
        assert_eq!(decimal(75, 1).like(&Param::Int(8)), None);
        let mut params = Params::new();
        let table = "height = 7.5\ncorner = [15, 60.5]".parse().expect("TOML");
        params.set_table("param", &table);
        assert_eq!(params.get("param.height"), Some(&decimal(75, 1)));
        assert_eq!(
            params.get("param.corner"),
            Some(&Param::List(vec!["15".into(), "60.5".into()]))
        );
    }
}
