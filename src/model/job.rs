//! A job (案件): `jobs/<tenant>/<job>.toml`, one mailing of one tenant.

use crate::calendar::Date;
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;

/// One mailing of one tenant: a form, an input, dates, a vendor.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Job {
    /// The id: the file's name without `.toml`.
    #[serde(skip)]
    pub id: String,
    /// The Japanese title on tickets.
    pub title: String,
    /// The form's id.
    pub form: String,
    /// The vendor's id.
    pub vendor: String,
    /// 課税年度 or business year.
    pub levy_year: i16,
    /// 発行日: prints on the notice and picks the form's edition.
    #[serde(deserialize_with = "date")]
    pub issue_date: Date,
    /// The form's edition, when it is not the one in force on that day: a tenant that is not ready for
    /// the newest of a season.
    #[serde(default, deserialize_with = "optional_date")]
    pub edition: Option<Date>,
    /// When the pieces must be posted.
    #[serde(default, deserialize_with = "optional_date")]
    pub posting_date: Option<Date>,
    /// What is read.
    pub input: Input,
    /// How it is planned.
    #[serde(default)]
    pub plan: Planning,
    /// Stop before packing when more than this share of records is held, in percent.
    #[serde(default = "default_held_limit")]
    pub held_limit_percent: u8,
    /// Values for the form's parameters.
    #[serde(default)]
    pub params: toml::Table,
    /// What the notices are for (使用目的): one of the form's purposes.
    #[serde(default)]
    pub purpose: Option<String>,
    /// Single items of the form that are printed or not, whatever the purpose says.
    #[serde(default)]
    pub items: BTreeMap<String, bool>,
}

const fn default_held_limit() -> u8 {
    20
}

/// The input files of a job. Paths are relative to the home.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The master file: one record a row.
    pub file: String,
    /// How its bytes are characters.
    #[serde(default)]
    pub encoding: Encoding,
    /// Column headings by field id; a field that is not named has its `ja` name as heading.
    #[serde(default)]
    pub columns: BTreeMap<String, String>,
    /// The detail file: rows joined to the master by key.
    #[serde(default)]
    pub detail: Option<Detail>,
    /// Totals that the sender gave.
    #[serde(default)]
    pub control: Option<Control>,
}

/// A detail file. A record's rows stand together; groups may stand in any order.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Detail {
    /// The file.
    pub file: String,
    /// The heading of the column that holds the master's key.
    pub key: String,
    /// Column headings by row field id.
    #[serde(default)]
    pub columns: BTreeMap<String, String>,
}

/// Where the sender's control totals are.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Control {
    /// The first cell of the master's last row, when it is a trailer: `[marker, count, amount]`.
    #[serde(default)]
    pub trailer: Option<String>,
    /// A file of one row: count and amount.
    #[serde(default)]
    pub count_file: Option<String>,
}

/// Character encoding of an input file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
    /// Windows code page 932 (`Shift_JIS` with the vendors' extensions).
    Cp932,
}

/// How the pieces of a job are excluded, sorted and split.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Planning {
    /// A CSV whose first column holds keys of records to leave out, with a heading row.
    pub exclude: Option<String>,
    /// Field ids by which pieces are sorted; the key is always the last.
    pub sort: Vec<String>,
    /// The field that names the delivery class; all `default_delivery` without it.
    pub delivery_field: Option<String>,
    /// The delivery class of records that name none.
    pub default_delivery: Option<String>,
    /// The field that names the former municipality.
    pub former_field: Option<String>,
    /// The envelope by a field's value: first match; the form's envelope otherwise.
    pub envelope: Vec<EnvelopeRule>,
    /// What is inserted beside the leaves, by a field's value: every rule that holds counts.
    pub insert: Vec<InsertRule>,
    /// The vendor's layouts that may be taken; when empty, all but booklets and copies, which must be named.
    pub layouts: Vec<String>,
    /// Lower bounds of the sheets-per-piece classes, ascending from 1; `[1, 2, 3, 4]` when empty.
    pub leaf_classes: Vec<u16>,
}

/// Chooses an envelope for records whose field has a value.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnvelopeRule {
    /// The field's id.
    pub field: String,
    /// The text that it must have.
    pub is: String,
    /// The envelope's id in `forms/stocks.toml`.
    pub envelope: String,
}

/// Inserts (同封物) for records whose field has a value, or for all.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InsertRule {
    /// What it is, for people.
    pub name: String,
    /// The inserter's feeders that hold it, from 1.
    pub feeders: Vec<u8>,
    /// The field's id; all records when left out.
    #[serde(default)]
    pub field: Option<String>,
    /// The text that it must have.
    #[serde(default)]
    pub is: String,
}

fn date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    let at = toml::value::Datetime::deserialize(deserializer)?;
    at.date
        .and_then(|d| {
            Date::new(d.year.try_into().ok()?, d.month.try_into().ok()?, d.day.try_into().ok()?)
                .ok()
        })
        .ok_or_else(|| serde::de::Error::custom("a date such as 2026-04-06 is wanted"))
}

fn optional_date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
    date(deserializer).map(Some)
}
