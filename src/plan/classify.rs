//! What a record's values say of its run and its place there: delivery class, envelope, former
//! municipality and the sort key, by the rules of the job file.

use super::candidate::{Candidates, Class, Measured};
use super::codes;
use crate::calendar::Date;
use crate::diag::{Code, Diagnostic, Findings};
use crate::form::Form;
use crate::model::record::Cell;
use crate::model::{FieldIndex, FieldKind, Job, Notice, Record, Stocks, Tenant, Value};

/// The delivery class of a job that names none at all.
const DELIVERY: &str = "ordinary";

/// The rules of a job, resolved against its form.
#[derive(Debug, Clone)]
pub struct Classifier {
    stock: String,
    envelope: String,
    envelope_rules: Vec<(FieldIndex, String, String)>,
    delivery_field: Option<FieldIndex>,
    delivery: Option<String>,
    former_field: Option<FieldIndex>,
    former: Vec<String>,
    sort: Vec<(FieldIndex, FieldKind)>,
}

/// A record that belongs to no run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unclassed {
    /// It names no delivery class, and the job has none for it.
    Delivery(FieldIndex),
    /// Its former municipality is not one of the tenant's.
    Former(FieldIndex),
}

impl Unclassed {
    /// The cell that is wrong, to find its place.
    #[must_use]
    pub const fn cell(self) -> Cell {
        match self {
            Self::Delivery(field) | Self::Former(field) => Cell::Field(field),
        }
    }

    /// The finding, still without its place.
    #[must_use]
    pub fn diagnostic(self, form: &Form) -> Diagnostic {
        let (Self::Delivery(index) | Self::Former(index)) = self;
        let field = &form.schema.fields[usize::from(index)];
        let (code, message, ja, hint) = match self {
            Self::Delivery(_) => (
                codes::NO_DELIVERY,
                "the record names no delivery class",
                "発送区分がありません",
                "fill the cell, or give the job `plan.default_delivery`",
            ),
            Self::Former(_) => (
                codes::UNKNOWN_FORMER,
                "the former municipality's code is not one of the tenant's",
                "旧団体コードが登録されていません",
                "correct the cell, or add the code under `[former]` in the tenant's file",
            ),
        };
        Diagnostic::error(code, message).ja(ja).field(&field.id).hint(hint)
    }
}

impl Classifier {
    /// Resolves the planning rules of `job`.
    ///
    /// # Errors
    /// E401 and E402 for a stock or an envelope that is not in `stocks`, E407 for a field that the
    /// form does not have, E408 for leaf classes that do not ascend from 1.
    pub fn new(job: &Job, form: &Form, tenant: &Tenant, stocks: &Stocks) -> Result<Self, Findings> {
        let mut findings = Findings::new();
        let rules = &job.plan;
        if !stocks.stock.contains_key(&form.stock) {
            findings.push(unknown(codes::NO_STOCK, "stock", &form.stock, stocks.stock.keys()));
        }
        let envelopes = rules.envelope.iter().map(|rule| &rule.envelope).chain(&form.envelope);
        for id in envelopes.filter(|id| !stocks.envelope.contains_key(*id)) {
            findings.push(unknown(codes::NO_ENVELOPE, "envelope", id, stocks.envelope.keys()));
        }
        let ascending = rules.leaf_classes.windows(2).all(|pair| pair[0] < pair[1]);
        if !ascending || rules.leaf_classes.first().is_some_and(|&first| first != 1) {
            let message = format!(
                "`plan.leaf_classes` must ascend from 1, found: {}",
                rules.leaf_classes.iter().map(u16::to_string).collect::<Vec<_>>().join(", ")
            );
            let hint = "write the lower bounds, such as `[1, 2, 3, 4]`";
            findings.push(Diagnostic::error(codes::LEAF_CLASSES, message).hint(hint));
        }
        let mut field = |key: &str, id: &str| {
            let index = form.schema.field(id);
            if index.is_none() {
                let fields = form.schema.fields.iter().map(|field| &field.id);
                findings.push(
                    unknown(codes::NO_FIELD, "field", id, fields).field(format!("plan.{key}")),
                );
            }
            index
        };
        let sort: Vec<_> = rules.sort.iter().filter_map(|id| field("sort", id)).collect();
        let rule = |rule: &crate::model::job::EnvelopeRule| {
            Some((field("envelope", &rule.field)?, rule.is.clone(), rule.envelope.clone()))
        };
        let envelope_rules = rules.envelope.iter().filter_map(rule).collect();
        let delivery_field =
            rules.delivery_field.as_deref().and_then(|id| field("delivery_field", id));
        let former_field = rules.former_field.as_deref().and_then(|id| field("former_field", id));
        if !findings.is_empty() {
            return Err(findings);
        }
        let default = delivery_field.is_none().then(|| DELIVERY.to_owned());
        let kind = |field: FieldIndex| form.schema.fields[usize::from(field)].kind.clone();
        Ok(Self {
            stock: form.stock.clone(),
            envelope: form.envelope.clone().unwrap_or_default(),
            envelope_rules,
            delivery_field,
            delivery: rules.default_delivery.clone().or(default),
            former_field,
            former: tenant.former.keys().cloned().collect(),
            sort: sort.into_iter().chain([form.schema.key]).map(|f| (f, kind(f))).collect(),
        })
    }

    /// Adds a record that passed its checks to the candidates.
    ///
    /// # Errors
    /// The reason why it belongs to no run; nothing is added then.
    pub fn push(
        &self,
        candidates: &mut Candidates,
        measured: Measured,
        record: &Record,
        notice: &Notice<'_>,
    ) -> Result<(), Unclassed> {
        let class = self.class(record)?;
        candidates.push(measured, class, |key| self.write_key(notice, key));
        Ok(())
    }

    /// The class of a record.
    ///
    /// # Errors
    /// The reason why it has none.
    pub fn class<'a>(&'a self, record: &'a Record) -> Result<Class<'a>, Unclassed> {
        let given = |field: Option<FieldIndex>| {
            field.map(|field| record.field(field)).filter(|text| !text.is_empty())
        };
        let delivery = match (given(self.delivery_field), &self.delivery, self.delivery_field) {
            (Some(named), ..) => named,
            (None, Some(default), _) => default,
            (None, None, field) => {
                return Err(Unclassed::Delivery(
                    field.expect("without a field there is a default"),
                ));
            }
        };
        let former = given(self.former_field).unwrap_or_default();
        if let Some(field) = self.former_field
            && !former.is_empty()
            && !self.former.iter().any(|known| known == former)
        {
            return Err(Unclassed::Former(field));
        }
        let rule = self.envelope_rules.iter().find(|(field, is, _)| record.field(*field) == is);
        let envelope = rule.map_or(&self.envelope, |(_, _, envelope)| envelope);
        Ok(Class { stock: &self.stock, envelope, delivery, former })
    }

    /// Appends the sort key: bytes whose order is the order of the sort fields, the key last.
    pub fn write_key(&self, notice: &Notice<'_>, key: &mut Vec<u8>) {
        for (field, kind) in &self.sort {
            write_value(notice.field(*field), kind, key);
        }
    }
}

/// Appends a value so that bytes compare as values do: nothing first; numbers by size; digits by
/// length, then as text; choices in the form's order; text by code point.
fn write_value(value: Value<'_>, kind: &FieldKind, key: &mut Vec<u8>) {
    let number = |n: i64, key: &mut Vec<u8>| {
        key.extend((n.cast_unsigned() ^ (1 << 63)).to_be_bytes());
    };
    key.push(u8::from(!value.is_empty()));
    match value {
        Value::Empty => {}
        Value::Yen(yen) => number(yen.0, key),
        Value::Int(n) => number(n, key),
        Value::Decimal(decimal) => number(decimal.unscaled, key),
        Value::Date(date) => number(day_number(date), key),
        Value::Flag(flag) => key.push(u8::from(flag)),
        Value::Text(text) => {
            match kind {
                FieldKind::Choice(of) => {
                    let at = of.iter().position(|choice| choice == text).unwrap_or(of.len());
                    key.extend(u16::try_from(at).unwrap_or(u16::MAX).to_be_bytes());
                }
                FieldKind::Digits { .. } => {
                    key.extend(u16::try_from(text.len()).unwrap_or(u16::MAX).to_be_bytes());
                }
                _ => {}
            }
            // Cells hold no control characters, so a zero ends a text before any longer one.
            key.extend(text.as_bytes());
            key.push(0);
        }
    }
}

fn day_number(date: Date) -> i64 {
    (i64::from(date.year()) * 16 + i64::from(date.month())) * 32 + i64::from(date.day())
}

fn unknown<'a>(
    code: Code,
    what: &str,
    id: &str,
    known: impl Iterator<Item = &'a String>,
) -> Diagnostic {
    let known: Vec<&str> = known.map(String::as_str).collect();
    let near = known.iter().find(|known| is_near(known, id));
    let hint = match near {
        Some(near) => format!("did you mean `{near}`"),
        None if known.is_empty() => format!("define the {what} first"),
        None => format!("use one of: {}", known.join(", ")),
    };
    Diagnostic::error(code, format!("there is no {what} `{id}`")).hint(hint)
}

/// Whether two ids differ by at most two characters put in, left out or changed.
fn is_near(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let change = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()] <= 2.min(b.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Yen;

    #[track_caller]
    fn ascending(kind: &FieldKind, values: &[Value<'_>]) {
        let keys: Vec<Vec<u8>> = values
            .iter()
            .map(|&value| {
                let mut key = Vec::new();
                write_value(value, kind, &mut key);
                // What follows must not change the order.
                key.push(0xff);
                key
            })
            .collect();
        assert!(keys.is_sorted_by(|a, b| a < b), "{values:?}: {keys:?}");
    }

    #[test]
    fn keys_sort_as_their_values_do() {
        let date = |text: &str| Value::Date(text.parse().expect("a date"));
        let yen = FieldKind::Yen { min: i64::MIN, max: i64::MAX, step: 1 };
        ascending(
            &yen,
            &[Value::Empty, Value::Yen(Yen(-5)), Value::Yen(Yen(0)), Value::Yen(Yen(300))],
        );
        ascending(&FieldKind::Date, &[Value::Empty, date("2026-03-31"), date("2026-04-01")]);
        ascending(
            &FieldKind::Digits { min: 1, max: 5 },
            &["9", "10", "0010", "0011"].map(Value::Text),
        );
        ascending(&FieldKind::Text { max: 9 }, &["あ", "あい", "い", "葛", "髙"].map(Value::Text));
        let choice = FieldKind::Choice(vec!["土地".into(), "家屋".into(), "一括".into()]);
        ascending(&choice, &["土地", "家屋", "一括"].map(Value::Text));
    }

    #[test]
    fn near_ids() {
        assert!(is_near("notice_no", "notce_no"));
        assert!(is_near("naga3", "naga-3"));
        assert!(!is_near("naga3", "kaku2"));
    }
}
