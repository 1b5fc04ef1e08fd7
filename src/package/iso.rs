//! Dates of the manifest: `2026-04-06`.

#![expect(
    clippy::trivially_copy_pass_by_ref,
    clippy::ref_option,
    reason = "the signatures that serde asks for"
)]

use crate::calendar::Date;
use serde::{Deserialize, Deserializer, Serializer};

const WANTED: &str = "a date such as 2026-04-06 is wanted";

pub(super) fn serialize<S: Serializer>(date: &Date, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(date)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Date, D::Error> {
    let text = String::deserialize(from)?;
    text.parse().map_err(|_| serde::de::Error::custom(WANTED))
}

pub(super) mod optional {
    use super::{Date, Deserialize, Deserializer, Serializer, WANTED};

    pub(crate) fn serialize<S: Serializer>(date: &Option<Date>, to: S) -> Result<S::Ok, S::Error> {
        match date {
            Some(date) => to.collect_str(date),
            None => to.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Date>, D::Error> {
        let text = Option::<String>::deserialize(from)?;
        let date = text.map(|text| text.parse()).transpose();
        date.map_err(|_| serde::de::Error::custom(WANTED))
    }
}
