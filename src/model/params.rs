//! Parameters that templates may read: what a tenant, a job and a form's defaults say, by dotted
//! path (`tenant.mayor.name`). A form never forks for a tenant; it asks a parameter.

use crate::calendar::Date;
use std::collections::BTreeMap;

/// The value of a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Param {
    /// A text.
    Text(String),
    /// A whole number.
    Int(i64),
    /// Yes or no.
    Flag(bool),
    /// A date.
    Date(Date),
    /// A list of texts (lines of an address, of a contact); whole numbers are told as texts.
    List(Vec<String>),
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

    /// Sets every leaf of a TOML table under `prefix`; floats and tables in arrays are skipped,
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
                item => item.as_str().map(str::to_owned),
            });
            lines.collect::<Option<Vec<_>>>().map(Param::List)
        }
        toml::Value::Float(_) | toml::Value::Table(_) => None,
    }
}
