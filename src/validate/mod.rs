//! Validation: records to notices that may be sent, with a finding for each cell or rule that is not
//! met. It reads no file and lays out nothing: what does not fit on paper is found by rendering.

mod cells;
mod codes;
mod dates;
mod rules;
mod unique;

pub use codes::CODES;
pub use unique::{Duplicate, KeyMark, duplicates};

use crate::barcode::yucho;
use crate::diag::{Diagnostic, Findings, Place};
use crate::form::{Check, Form};
use crate::model::CheckDigit;
use crate::model::schema::Field;
use crate::model::{Cell, FieldIndex, Locate, Notice, ParseFault, Postcodes, Record, Tenant};

/// The honorifics (敬称) that every tenant may use, besides its own.
const HONORIFICS: [&str; 3] = ["様", "御中", "殿"];

/// Checks the notices of one job. Shared by all threads.
#[derive(Debug)]
pub struct Checker<'f> {
    form: &'f Form,
    honorifics: Vec<String>,
    /// For each check of the form: its algorithm, when it is one of check digits.
    algorithms: Vec<Option<Algorithm>>,
    unique: Vec<FieldIndex>,
    /// The register of postcodes, with the tenant's prefecture and name.
    postcodes: Option<(&'f Postcodes, (&'f str, &'f str))>,
}

impl<'f> Checker<'f> {
    /// A checker of notices on `form` for `tenant`.
    ///
    /// # Errors
    /// A finding when the form names an algorithm of check digits that does not exist.
    pub fn new(form: &'f Form, tenant: &Tenant) -> Result<Self, Findings> {
        let mut findings = Findings::new();
        let mut algorithms = Vec::with_capacity(form.checks.len());
        for check in &form.checks {
            let Check::CheckDigit { algorithm, .. } = check else {
                algorithms.push(None);
                continue;
            };
            let known = Algorithm::named(algorithm);
            if known.is_none() {
                findings.push(unknown_algorithm(algorithm));
            }
            algorithms.push(known);
        }
        if !findings.is_empty() {
            return Err(findings);
        }
        let mut honorifics: Vec<String> = HONORIFICS.map(str::to_owned).to_vec();
        for own in [&tenant.style.honorific, &tenant.style.honorific_body] {
            if !own.is_empty() && !honorifics.contains(own) {
                honorifics.push(own.clone());
            }
        }
        let key = form.schema.key;
        let fields = (0..).zip(&form.schema.fields);
        let unique = fields.filter(|&(n, field)| n == key || field.unique).map(|(n, _)| n);
        Ok(Self { form, honorifics, algorithms, unique: unique.collect(), postcodes: None })
    }

    /// The same, comparing postcodes with addresses by a register.
    #[must_use]
    pub fn with_postcodes(self, register: &'f Postcodes, tenant: &'f Tenant) -> Self {
        Self { postcodes: Some((register, (&tenant.prefecture, &tenant.name))), ..self }
    }

    /// Checks one record: `faults` are what [`Notice::read`] told of its cells. Every error is a
    /// reason to hold the record; `locate` is asked only then.
    ///
    /// A rule is not applied to cells that are faulty themselves, so that one slip is one finding.
    pub fn check(
        &self,
        record: &Record,
        notice: &Notice<'_>,
        faults: &[(Cell, ParseFault)],
        locate: &dyn Locate,
        findings: &mut Findings,
    ) {
        let schema = &self.form.schema;
        for &(cell, fault) in faults {
            findings.push(cells::fault(
                self.name(cell),
                self.field(cell),
                fault,
                locate.place(cell),
            ));
        }
        for (index, field) in (0..).zip(&schema.fields) {
            let cell = Cell::Field(index);
            if field.required && notice.field(index).is_empty() && !is_faulty(faults, cell) {
                findings.push(cells::missing(self.name(cell), field, locate.place(cell)));
            }
        }
        for (index, field) in (0..).zip(&schema.rows).filter(|(_, field)| field.required) {
            for row in 0..notice.row_count() {
                if notice.row_field(row, index).is_empty() {
                    let cell = Cell::Row(u32::try_from(row).unwrap_or(u32::MAX), index);
                    if !is_faulty(faults, cell) {
                        findings.push(cells::missing(self.name(cell), field, locate.place(cell)));
                    }
                }
            }
        }
        let subject = rules::Subject { checker: self, record, notice, faults, locate };
        for (check, algorithm) in self.form.checks.iter().zip(&self.algorithms) {
            subject.apply(check, *algorithm, findings);
        }
    }

    /// Appends one mark for each value of the record that no other record may have; `index` is the
    /// record's position in the pass-1 index. Empty values are not marked.
    pub fn mark(&self, index: u32, record: &Record, marks: &mut Vec<KeyMark>) {
        for &field in &self.unique {
            let text = record.field(field);
            if !text.is_empty() {
                marks.push(KeyMark::new(field, text, index));
            }
        }
    }

    /// The finding about one record of a duplicate: every record that shares the value is held,
    /// since nobody can tell here which one is right.
    #[must_use]
    pub fn duplicate(&self, duplicate: &Duplicate, place: Place) -> Diagnostic {
        unique::finding(duplicate, &self.form.schema.fields[usize::from(duplicate.field)], place)
    }

    fn field(&self, cell: Cell) -> &'f Field {
        let schema = &self.form.schema;
        match cell {
            Cell::Field(index) => &schema.fields[usize::from(index)],
            Cell::Row(_, index) => &schema.rows[usize::from(index)],
            Cell::Whole => unreachable!("a fault is told of a cell"),
        }
    }

    /// How a cell is spoken of, in English and in Japanese.
    fn name(&self, cell: Cell) -> (String, String) {
        let Field { id, ja, .. } = self.field(cell);
        match cell {
            Cell::Row(row, _) => {
                let row = u64::from(row) + 1;
                (format!("`{id}` of detail row {row}"), format!("明細{row}行目の「{ja}」({id}) "))
            }
            Cell::Field(_) | Cell::Whole => (format!("`{id}`"), format!("「{ja}」({id}) ")),
        }
    }
}

/// How the check digits of a number are judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Algorithm {
    Number(CheckDigit),
    /// The two in front of a Yucho MT line.
    YuchoMt,
}

impl Algorithm {
    const YUCHO_MT: &str = "yucho-mt";

    fn named(name: &str) -> Option<Self> {
        let yucho = (name == Self::YUCHO_MT).then_some(Self::YuchoMt);
        yucho.or_else(|| CheckDigit::named(name).map(Self::Number))
    }

    fn holds(self, text: &str) -> bool {
        match self {
            Self::Number(kind) => kind.holds(text),
            Self::YuchoMt => yucho::holds(text),
        }
    }
}

fn is_faulty(faults: &[(Cell, ParseFault)], cell: Cell) -> bool {
    faults.iter().any(|&(faulty, _)| faulty == cell)
}

fn unknown_algorithm(name: &str) -> Diagnostic {
    let numbers = CheckDigit::ALL.map(CheckDigit::name);
    let known = numbers.into_iter().chain([Algorithm::YUCHO_MT]).map(|name| format!("`{name}`"));
    let known = known.collect::<Vec<_>>().join(", ");
    Diagnostic::error(codes::ALGORITHM, format!("no algorithm of check digits is called `{name}`"))
        .hint(format!("name one of {known} in the form's `[[check]]`"))
}
