//! What a form reads, and what form files may say, for programs that make or check them.

use super::fiction::{self, Fiction, Source};
use super::{Error, Home};
use crate::form;
use crate::model::Field;
use crate::model::schema::FieldKind;
use serde::Serialize;
use serde_json::Value;
use std::path::Path;

/// The columns of a form's input, headed by the fields' names in Japanese.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InputSchema {
    /// The form's id.
    pub form: String,
    /// The day from which the edition is used.
    pub edition: String,
    /// The field that names a record; it heads the first column of the detail file too.
    pub key: String,
    /// The fields of a record.
    pub fields: Vec<Column>,
    /// The fields of a detail row; empty when the form has none.
    pub rows: Vec<Column>,
}

/// A field as a column of a CSV file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Column {
    /// The field's id, as templates name it.
    pub id: String,
    /// The column's heading.
    pub heading: String,
    /// `text`, `digits`, `postcode`, `yen`, `int`, `decimal`, `date`, `flag`, `choice`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Whether an empty cell is a finding.
    pub required: bool,
    /// Whether two records may not share a value.
    pub unique: bool,
    /// The fewest digits, or the smallest number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<i64>,
    /// The most characters or digits, or the largest number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<i64>,
    /// The number is a multiple of this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<i64>,
    /// The most digits after the point.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale: Option<u8>,
    /// The texts of a choice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<Vec<String>>,
}

/// What a form reads, in its latest edition for a tenant: the given one, or the first that uses
/// the form.
///
/// # Errors
/// When form or tenant do not exist, or the form is wrong.
pub fn input_schema(home: &Home, form: &str, tenant: Option<&str>) -> Result<InputSchema, Error> {
    let fiction = Fiction { form, tenant, records: 0, seed: 0 };
    let nowhere = Path::new("-");
    let form = fiction::setup(home, &fiction, Source::Sample(nowhere, nowhere))?.compiled.form;
    Ok(InputSchema {
        edition: form.edition.to_string(),
        key: form.schema.fields[usize::from(form.schema.key)].id.clone(),
        fields: form.schema.fields.iter().map(column).collect(),
        rows: form.schema.rows.iter().map(column).collect(),
        form: form.id,
    })
}

/// The JSON Schema of form files and part files.
#[must_use]
pub fn form_schema() -> Value {
    form::json_schema()
}

fn column(field: &Field) -> Column {
    let plain = Column {
        id: field.id.clone(),
        heading: field.ja.clone(),
        required: field.required,
        unique: field.unique,
        ..Column::default()
    };
    let count = |count: u32| Some(i64::from(count));
    let steps = |step: i64| (step > 1).then_some(step);
    match &field.kind {
        FieldKind::Text { max } => Column { kind: "text", max: count(*max), ..plain },
        FieldKind::Digits { min, max } => {
            Column { kind: "digits", min: count(*min), max: count(*max), ..plain }
        }
        FieldKind::Postcode => Column { kind: "postcode", ..plain },
        FieldKind::Yen { min, max, step } => {
            Column { kind: "yen", min: Some(*min), max: Some(*max), step: steps(*step), ..plain }
        }
        FieldKind::Int { min, max, step } => {
            Column { kind: "int", min: Some(*min), max: Some(*max), step: steps(*step), ..plain }
        }
        FieldKind::Decimal { scale } => Column { kind: "decimal", scale: Some(*scale), ..plain },
        FieldKind::Date => Column { kind: "date", ..plain },
        FieldKind::Flag => Column { kind: "flag", ..plain },
        FieldKind::Choice(of) => Column { kind: "choice", of: Some(of.clone()), ..plain },
    }
}
