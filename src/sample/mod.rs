//! Fictional input for any form: a pure function of the form, its sample hints and a seed, the same
//! bytes on every machine. Nobody in it exists; names, towns, firms and banks are invented.
//!
//! What a field gets is said by its `sample` hint, `word` or `word(value, key=value, …)`; without
//! one it follows from the form's checks and the field's kind, so that sums, instalments, check
//! digits, due dates and honorifics are right by themselves. `docs/sample-hints.md` has the reference
//! of all words. Some of the records (`hard_percent`) are hard cases in turn: rare and variant kanji,
//! 60-character names, long 方書, many co-owners, zero yen, 60 rows, and so on.

mod compile;
mod facts;
mod hint;
mod names;
mod places;
mod profile;
mod random;
mod slips;
mod source;
#[cfg(test)]
mod tests;
mod values;
mod words;

pub use places::Town;

use crate::calendar::{Date, December};
use crate::diag::{Code, Findings};
use crate::form::Form;
use crate::model::job::Encoding;
use crate::model::{Field, Tenant, Yen};
use profile::World;
use std::collections::BTreeMap;
use std::io::{self, Write};
use values::{Maker, Values};

const E392: Code = Code("E392");
const E393: Code = Code("E393");
const E394: Code = Code("E394");
const E395: Code = Code("E395");

/// The codes of this room: code, meaning, what to do.
pub const CODES: &[(&str, &str, &str)] = &[
    ("E392", "a sample hint cannot be read", "correct the word or its brackets"),
    ("E393", "a sample hint has a wrong argument", "give a value that the field can have"),
    ("E394", "a sample hint names an unknown field", "name a field of the same record or row"),
    (
        "E395",
        "sample hints wait for each other in a circle",
        "give one of the fields its own value",
    ),
];

/// Why no sample was made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Hints of the form cannot be used.
    #[error("the sample hints of the form cannot be used")]
    Hints(Findings),
    /// The output cannot be written.
    #[error("the sample cannot be written")]
    Write(#[from] io::Error),
    /// A row needs a character that the encoding lacks.
    #[error("record {record} has a character that code page 932 lacks")]
    Unwritable {
        /// The record's number, from 1.
        record: u64,
    },
}

/// What is made, and for whom.
#[derive(Debug, Clone)]
pub struct Options {
    /// How many records.
    pub records: u64,
    /// Another seed, other people.
    pub seed: u64,
    /// The share of hard cases in percent.
    pub hard_percent: u32,
    /// 課税年度 or business year.
    pub levy_year: i16,
    /// The day from which ages count.
    pub issue_date: Date,
    /// The encoding of the files.
    pub encoding: Encoding,
    /// Column headings by field id; others have the field's `ja` name.
    pub headings: BTreeMap<String, String>,
    /// Column headings by row field id.
    pub detail_headings: BTreeMap<String, String>,
    /// The heading of the key in the detail file; that of the master without it.
    pub detail_key: Option<String>,
    /// The marker of a trailer row `[marker, count, amount]`, when there shall be one.
    pub trailer: Option<String>,
    /// The towns of the municipality.
    pub towns: Vec<Town>,
    tenant_code: String,
    tenant_name: String,
    prefecture: String,
    december: December,
    honorifics: (String, String),
}

impl Options {
    /// A hundred records of a tenant, five of them hard.
    #[must_use]
    pub fn new(tenant: &Tenant, levy_year: i16, issue_date: Date) -> Self {
        Self {
            records: 100,
            seed: 1,
            hard_percent: 5,
            levy_year,
            issue_date,
            encoding: Encoding::Utf8,
            headings: BTreeMap::new(),
            detail_headings: BTreeMap::new(),
            detail_key: None,
            trailer: None,
            towns: places::towns_of(tenant),
            tenant_code: tenant.code.clone(),
            tenant_name: tenant.name.clone(),
            prefecture: tenant.prefecture.clone(),
            december: tenant.calendar.december,
            honorifics: (tenant.style.honorific.clone(), tenant.style.honorific_body.clone()),
        }
    }
}

/// What was made: the control totals.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Made {
    /// Records.
    pub records: u64,
    /// Detail rows.
    pub rows: u64,
    /// The sum of the form's amount; zero for forms without money.
    pub amount: Yen,
}

/// Writes a master file, and a detail file when the form has rows and one is wanted.
///
/// # Errors
/// [`Error`] when a hint of the form cannot be used or the output cannot be written.
pub fn generate(
    form: &Form,
    options: &Options,
    master: &mut dyn Write,
    detail: Option<&mut dyn Write>,
) -> Result<Made, Error> {
    let cp932 = options.encoding == Encoding::Cp932;
    let sources = compile::compile(form, cp932).map_err(Error::Hints)?;
    let world = World {
        seed: options.seed,
        hard_percent: options.hard_percent,
        prefecture: options.prefecture.clone(),
        municipality: options.tenant_name.clone(),
        towns: options.towns.clone(),
        today: options.issue_date,
    };
    let maker = Maker { form, options, sources: &sources, world: &world };
    let mut master = Lines::new(master, cp932);
    let mut detail =
        detail.filter(|_| !form.schema.rows.is_empty()).map(|out| Lines::new(out, cp932));
    let key = usize::from(form.schema.key);
    write_headings(form, options, &mut master, detail.as_mut())?;
    let (mut made, mut values, mut rows) = (Made::default(), Values::default(), Vec::new());
    let mut household = 0;
    while made.records < options.records {
        for member in 1..=world.members(household, &sources.policy) {
            if made.records == options.records {
                break;
            }
            let profile = world.profile(household, member, &sources.policy);
            let count = maker.rows(&profile, made.records, &mut rows);
            maker.record(&profile, made.records, &rows[..count], &mut values);
            made.records += 1;
            made.rows += count as u64;
            if let Some(amount) = form.amount {
                made.amount += Yen(values.number[usize::from(amount)]);
            }
            master.row(values.text.iter().map(String::as_str), made.records)?;
            if let Some(detail) = &mut detail {
                for row in &rows[..count] {
                    let cells = row.text.iter().map(String::as_str);
                    let cells = std::iter::once(values.text[key].as_str()).chain(cells);
                    detail.row(cells, made.records)?;
                }
            }
        }
        household += 1;
    }
    if let Some(marker) = &options.trailer {
        let (count, amount) = (made.records.to_string(), made.amount.0.to_string());
        master.row([marker.as_str(), &count, &amount].into_iter(), made.records)?;
    }
    master.finish()?;
    detail.map_or(Ok(()), Lines::finish)?;
    Ok(made)
}

fn write_headings(
    form: &Form,
    options: &Options,
    master: &mut Lines<'_>,
    detail: Option<&mut Lines<'_>>,
) -> Result<(), Error> {
    let heading = |field: &Field, named: &BTreeMap<String, String>| {
        named.get(&field.id).unwrap_or(&field.ja).clone()
    };
    let schema = &form.schema;
    let columns: Vec<_> = schema.fields.iter().map(|f| heading(f, &options.headings)).collect();
    master.row(columns.iter().map(String::as_str), 0)?;
    let Some(detail) = detail else { return Ok(()) };
    let key = options.detail_key.as_ref().unwrap_or(&columns[usize::from(schema.key)]);
    let rows: Vec<_> = schema.rows.iter().map(|f| heading(f, &options.detail_headings)).collect();
    let cells = std::iter::once(key.as_str()).chain(rows.iter().map(String::as_str));
    detail.row(cells, 0)
}

/// Bytes that are gathered before they are written.
const GATHERED: usize = 64 << 10;

/// Rows of a CSV file: quotes where needed, CRLF.
struct Lines<'w> {
    out: &'w mut dyn Write,
    cp932: bool,
    line: String,
    bytes: Vec<u8>,
}

impl<'w> Lines<'w> {
    fn new(out: &'w mut dyn Write, cp932: bool) -> Self {
        Self { out, cp932, line: String::new(), bytes: Vec::with_capacity(GATHERED * 2) }
    }

    fn row<'c>(&mut self, cells: impl Iterator<Item = &'c str>, record: u64) -> Result<(), Error> {
        self.line.clear();
        for (n, cell) in cells.enumerate() {
            if n > 0 {
                self.line.push(',');
            }
            if cell.bytes().any(|b| matches!(b, b',' | b'"' | b'\r' | b'\n')) {
                self.line.push('"');
                for c in cell.chars() {
                    self.line.extend(std::iter::repeat_n(c, if c == '"' { 2 } else { 1 }));
                }
                self.line.push('"');
            } else {
                self.line.push_str(cell);
            }
        }
        self.line.push_str("\r\n");
        if self.cp932 {
            let (bytes, _, lost) = encoding_rs::SHIFT_JIS.encode(&self.line);
            if lost {
                return Err(Error::Unwritable { record });
            }
            self.bytes.extend_from_slice(&bytes);
        } else {
            self.bytes.extend_from_slice(self.line.as_bytes());
        }
        if self.bytes.len() >= GATHERED {
            self.out.write_all(&self.bytes)?;
            self.bytes.clear();
        }
        Ok(())
    }

    fn finish(self) -> Result<(), Error> {
        self.out.write_all(&self.bytes)?;
        self.out.flush()?;
        Ok(())
    }
}
