//! From the hints of a form to sources: what each field's values are made of, and in which order
//! they must be made. What a hint's words mean is in `words`; what fields without a hint get is here.

use super::profile::Policy;
use super::random::key_of;
use super::source::{AddressStyle, Fact, Moment, Notation, Source};
use super::words::Words;
use super::{E392, E395};
use crate::diag::{Diagnostic, Findings};
use crate::form::{Check, Form};
use crate::model::{CheckDigit, Field, FieldIndex, FieldKind};

/// The sources of a form's record and rows.
#[derive(Debug, Clone)]
pub(super) struct Sources {
    pub(super) record: Group,
    pub(super) row: Group,
    pub(super) policy: Policy,
}

/// The sources of the fields of a record or a row.
#[derive(Debug, Clone)]
pub(super) struct Group {
    /// One for each field, in schema order.
    pub(super) sources: Vec<Source>,
    /// The order in which values can be made.
    pub(super) order: Vec<usize>,
    /// What tells the random numbers of the fields apart.
    pub(super) keys: Vec<u64>,
}

/// Compiles all hints of a form.
pub(super) fn compile(form: &Form, cp932: bool) -> Result<Sources, Findings> {
    let mut findings = Findings::new();
    let mut policy = Policy {
        bodies: 8,
        foreign: 1,
        name_max: usize::MAX,
        extra: 30,
        co_owners: 12,
        roles: 2,
        care_of: 1,
        households: false,
        cp932,
    };
    let mut read = |fields: &[Field], rows: bool| -> Vec<Option<Source>> {
        let hinted = fields.iter().map(|field| {
            let hint = field.sample.as_deref()?;
            let schema = &form.schema;
            let mut words = Words { fields, schema, field, rows, policy: &mut policy };
            words.read(hint).map_err(|finding| findings.push(*finding)).ok()
        });
        hinted.collect()
    };
    let mut record = read(&form.schema.fields, false);
    let row = read(&form.schema.rows, true);
    from_checks(form, &mut record);
    let record = finish(form, &form.schema.fields, record);
    let row = finish(form, &form.schema.rows, row);
    limit_names(form, &record, &mut policy);
    let record = ordered(&form.schema.fields, record, &mut findings);
    let row = ordered(&form.schema.rows, row, &mut findings);
    if findings.is_empty() { Ok(Sources { record, row, policy }) } else { Err(findings) }
}

/// Names must fit the narrowest field that takes one.
fn limit_names(form: &Form, record: &[Source], policy: &mut Policy) {
    for (field, source) in form.schema.fields.iter().zip(record) {
        let name = matches!(source, Source::Fact(Fact::Name | Fact::PayerName | Fact::MemberName));
        if let (true, FieldKind::Text { max }) = (name, &field.kind) {
            policy.name_max = policy.name_max.min(*max as usize);
        }
    }
}

/// Gives fields without a hint what the form's checks ask of them.
fn from_checks(form: &Form, record: &mut [Option<Source>]) {
    let set = |record: &mut [Option<Source>], field: FieldIndex, source: Source| {
        record[usize::from(field)].get_or_insert(source);
    };
    set(record, form.schema.key, Source::Serial { start: 1, step: 1, prefix: String::new() });
    set(record, form.name, Source::Fact(Fact::Name));
    for check in &form.checks {
        match check {
            Check::RowsSum { term, when, floor, equals } => {
                let source = Source::RowsSum { of: *term, when: when.clone(), round: *floor };
                set(record, *equals, source);
            }
            Check::CheckDigit { field, algorithm } => {
                let source = match CheckDigit::named(algorithm) {
                    Some(CheckDigit::Insurer) => Source::Fact(Fact::InsurerNumber),
                    Some(CheckDigit::LgCode) => Source::Fact(Fact::TenantCode),
                    other => Source::Digits(other),
                };
                set(record, *field, source);
            }
            Check::Honorific { name, honorific } => {
                set(record, *name, Source::Fact(Fact::Name));
                if let Some(field) = honorific {
                    set(record, *field, Source::Fact(Fact::Honorific { full: false }));
                }
            }
            Check::Postcode { postcode, address } => {
                set(record, *postcode, Source::Fact(Fact::Postcode));
                set(record, *address, Source::Fact(Fact::Address(AddressStyle::Usual)));
            }
            Check::Ascending { fields } => {
                for (n, &field) in fields.iter().enumerate() {
                    set(record, field, due(n, fields.len()));
                }
            }
            Check::ExactlyOne { fields } => {
                for &field in fields.iter().skip(1) {
                    set(record, field, Source::Empty);
                }
            }
            Check::Sum { .. }
            | Check::RowsWhenPositive { .. }
            | Check::RequiredWhen { .. }
            | Check::Date(_)
            | Check::Pictured { .. }
            | Check::OcrLine { .. } => {}
        }
    }
    sums(form, record);
    for check in &form.checks {
        if let Check::RequiredWhen { field, is, required } = check {
            for &needed in required {
                fill_when(form, record, (*field, is), needed);
            }
        }
    }
}

/// The due date of instalment `n` of `of`, evenly over the fiscal year.
#[expect(clippy::integer_division, reason = "whole months")]
fn due(n: usize, of: usize) -> Source {
    let month = (3 + n * 12 / of.max(1)) % 12 + 1;
    let moment = Moment::Due(i8::try_from(month).unwrap_or(4));
    Source::Dates { from: moment, to: moment, notation: Notation::Plain }
}

/// Fields of a sum; `true`: taken away.
type Terms = Vec<(FieldIndex, bool)>;

/// Lets totals and terms of sums follow from each other, as far as hints leave them open.
fn sums(form: &Form, record: &mut [Option<Source>]) {
    let all: Vec<_> = form
        .checks
        .iter()
        .filter_map(|check| match check {
            Check::Sum { terms, less, floor, equals } => {
                let terms = terms.iter().map(|&term| (term, false));
                let terms: Terms = terms.chain(less.iter().map(|&term| (term, true))).collect();
                Some((terms, *floor, *equals))
            }
            _ => None,
        })
        .collect();
    let mut assume_terms = false;
    loop {
        let mut changed = false;
        for (terms, floor, equals) in &all {
            changed |= one_sum(record, terms, *floor, *equals, assume_terms);
        }
        if !changed && assume_terms {
            return;
        }
        assume_terms = !changed;
    }
}

/// One step for one sum; whether anything became known. With `assume_terms` a total of which
/// nothing is known is the sum of whatever its terms are.
fn one_sum(
    record: &mut [Option<Source>],
    terms: &[(FieldIndex, bool)],
    floor: i64,
    equals: FieldIndex,
    assume_terms: bool,
) -> bool {
    let open: Vec<usize> =
        (0..terms.len()).filter(|&n| record[usize::from(terms[n].0)].is_none()).collect();
    let total_known = record[usize::from(equals)].is_some();
    if !total_known && (open.is_empty() || assume_terms) {
        record[usize::from(equals)] = Some(Source::Sum { terms: terms.to_vec(), round: floor });
        return true;
    }
    if total_known && open.len() == 1 {
        // What is added makes up for the others, what is taken away for what they are too much.
        let (missing, taken) = terms[open[0]];
        let others = terms.iter().filter(|(term, _)| *term != missing);
        let others = others.map(|&(term, minus)| (term, minus == taken));
        let terms = std::iter::once((equals, taken)).chain(others).collect();
        record[usize::from(missing)] = Some(Source::Sum { terms, round: 1 });
        return true;
    }
    let has = |field: &FieldIndex| terms.iter().any(|(term, _)| term == field);
    let follows = matches!(&record[usize::from(equals)],
        Some(Source::Sum { terms: summed, .. }) if summed.iter().any(|(term, _)| has(term)));
    let is_split = terms.iter().all(|(_, taken)| !taken);
    if total_known && open.len() == terms.len() && is_split && !follows {
        let parts = i64::try_from(terms.len()).unwrap_or(1);
        for (part, &(term, _)) in (1..).zip(terms) {
            record[usize::from(term)] = Some(Source::Instalment { part, parts, of: equals });
        }
        return true;
    }
    false
}

/// A field that must be given when another has a text.
fn fill_when(
    form: &Form,
    record: &mut [Option<Source>],
    condition: (FieldIndex, &str),
    needed: FieldIndex,
) {
    let field = &form.schema.fields[usize::from(needed)];
    let other = record[usize::from(needed)].take().unwrap_or_else(|| by_kind(field));
    let filled = match &other {
        Source::Often(_, inner, _) => (**inner).clone(),
        Source::Empty => Source::Fixed(field.ja.clone()),
        _ => other.clone(),
    };
    let cases = vec![(condition.1.to_owned(), filled)];
    record[usize::from(needed)] = Some(Source::By(condition.0, cases, Box::new(other)));
}

/// Fields about which neither a hint nor a check says anything.
fn finish(form: &Form, fields: &[Field], sources: Vec<Option<Source>>) -> Vec<Source> {
    let rows = std::ptr::eq(fields, form.schema.rows.as_slice());
    let open = fields.iter().zip(sources).map(|(field, source)| match source {
        Some(source) => source,
        None if field.unique && !rows => {
            Source::Serial { start: 1, step: 1, prefix: String::new() }
        }
        None => by_kind(field),
    });
    open.collect()
}

/// What a kind alone suggests.
pub(super) fn by_kind(field: &Field) -> Source {
    match &field.kind {
        FieldKind::Text { .. } if field.required => Source::Fixed(field.ja.clone()),
        FieldKind::Text { .. } => Source::Empty,
        FieldKind::Digits { .. } => Source::Digits(None),
        FieldKind::Postcode => Source::Fact(Fact::Postcode),
        FieldKind::Yen { min, max, step } => {
            let round = if *step > 1 { *step } else { 100 };
            Source::Skewed { low: *min.max(&0), high: (*max).min(300_000), round, zero: 0 }
        }
        FieldKind::Int { min, max, step: step @ 2.. } => {
            Source::Skewed { low: *min.max(&0), high: *max, round: *step, zero: 0 }
        }
        FieldKind::Int { min, max, .. } => {
            Source::Even { low: *min, high: (*max).min(min.saturating_add(99)) }
        }
        FieldKind::Decimal { scale } => {
            let unit = 10_i64.pow(u32::from((*scale).min(9)));
            Source::Skewed { low: unit, high: 500 * unit, round: 1, zero: 0 }
        }
        FieldKind::Date => Source::Dates {
            from: Moment::Issue,
            to: Moment::FiscalEnd(0),
            notation: Notation::Plain,
        },
        FieldKind::Flag => Source::Flag { percent: 50, debit: false },
        FieldKind::Choice(choices) => {
            Source::Pick(choices.iter().map(|choice| (1, choice.clone())).collect())
        }
    }
}

/// Puts the fields in an order in which each follows those that it needs.
fn ordered(fields: &[Field], sources: Vec<Source>, findings: &mut Findings) -> Group {
    let mut order = Vec::with_capacity(sources.len());
    let mut state = vec![State::Open; sources.len()];
    for n in 0..sources.len() {
        if let Err(at) = visit(n, &sources, &mut state, &mut order) {
            let message = "sample values of fields wait for each other in a circle";
            let hint = "break the circle: let one of the fields have a value of its own";
            let finding = Diagnostic::error(E395, message).field(&fields[at].id).hint(hint);
            findings.push(finding);
            break;
        }
    }
    let keys = fields.iter().map(|field| key_of(&field.id)).collect();
    Group { sources, order, keys }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    Waiting,
    Done,
}

fn visit(
    n: usize,
    sources: &[Source],
    state: &mut [State],
    order: &mut Vec<usize>,
) -> Result<(), usize> {
    match state[n] {
        State::Done => return Ok(()),
        State::Waiting => return Err(n),
        State::Open => state[n] = State::Waiting,
    }
    let mut needs = Vec::new();
    sources[n].needs(&mut |field| needs.push(usize::from(field)));
    for need in needs {
        visit(need, sources, state, order)?;
    }
    state[n] = State::Done;
    order.push(n);
    Ok(())
}

/// A finding about the hint of `field`.
pub(super) fn bad_hint(field: &Field, message: String) -> Box<Diagnostic> {
    let hint = "see `docs/sample-hints.md`";
    Box::new(Diagnostic::error(E392, message).field(&field.id).hint(hint))
}
