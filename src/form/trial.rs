//! Tries a template that Tera is to render, with values of every kind that its fields may have, so
//! that it fails while the form is compiled and not on somebody's notice.

use super::eval::Bounded;
use super::names::{Kind, Names};
use super::text::Scope;
use super::vet::Needs;
use crate::model::Field;
use crate::model::schema::FieldKind;
use std::collections::BTreeMap;
use tera::{Context, Tera, Value};

/// The most trials of one template.
const TRIALS_MAX: usize = 64;

/// Renders the template with all values given, with all that may be empty empty, and with every
/// choice and flag; the first failure.
pub(super) fn run(
    tera: &Tera,
    template: &str,
    known: &Context,
    needs: &Needs,
    names: &Names<'_>,
) -> Result<(), tera::Error> {
    let values: Vec<(&str, Vec<Value>)> = needs
        .varies
        .iter()
        .map(|(name, scope)| (name.as_str(), samples(names.field(*scope), *scope)))
        .collect();
    let most = values.iter().map(|(_, samples)| samples.len()).max().unwrap_or(1);
    let full = |_: &str| 0;
    attempt(tera, template, known, &values, full)?;
    // All at their n-th sample together, then each alone.
    for n in 1..most.min(TRIALS_MAX) {
        attempt(tera, template, known, &values, |_| n)?;
    }
    let alone = values.iter().flat_map(|(name, all)| (1..all.len()).map(move |n| (*name, n)));
    for (alone, n) in alone.take(TRIALS_MAX) {
        attempt(tera, template, known, &values, |name| if name == alone { n } else { 0 })?;
    }
    Ok(())
}

fn attempt(
    tera: &Tera,
    template: &str,
    known: &Context,
    values: &[(&str, Vec<Value>)],
    choose: impl Fn(&str) -> usize,
) -> Result<(), tera::Error> {
    let mut context = known.clone();
    let mut dotted: BTreeMap<&str, BTreeMap<&str, Value>> = BTreeMap::new();
    for (name, samples) in values {
        let sample = samples[choose(name).min(samples.len() - 1)].clone();
        match name.split_once('.') {
            Some((root, name)) => {
                dotted.entry(root).or_default().insert(name, sample);
            }
            None => context.insert_value((*name).to_owned(), sample),
        }
    }
    for (root, names) in dotted {
        let table: tera::Map =
            names.into_iter().map(|(name, value)| (name.to_owned().into(), value)).collect();
        context.insert_value(root.to_owned(), Value::from(table));
    }
    let mut out = String::new();
    tera.render_to(template, &context, Bounded::new(&mut out))
}

/// Values that a field may have: first one that is given, then nothing when it may be empty.
fn samples(field: Option<&Field>, scope: Scope) -> Vec<Value> {
    let Some(field) = field else {
        return match scope {
            Scope::Serial | Scope::Mark => vec![Value::normal_string("0000123")],
            _ => vec![Value::from(1_i64), Value::from(2_i64)],
        };
    };
    let text = Value::normal_string;
    let mut samples = match &field.kind {
        FieldKind::Choice(choices) => choices.iter().map(|choice| text(choice)).collect(),
        FieldKind::Flag => vec![Value::from(true), Value::from(false)],
        kind => match Kind::of(kind) {
            Kind::Yen | Kind::Int => vec![Value::from(1_234_i64), Value::from(0_i64)],
            Kind::Decimal => vec![text("120.50")],
            Kind::Date => vec![text("2026-04-30")],
            Kind::Digits | Kind::Postcode => vec![text("9990001")],
            Kind::Text | Kind::Flag | Kind::List => vec![text("山田")],
        },
    };
    if !field.required {
        samples.push(Value::none());
    }
    samples
}
