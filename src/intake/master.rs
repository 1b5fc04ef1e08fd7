//! The master file: heading, records in batches, trailer. Pass 1 goes through it once.

use super::columns::{Columns, Wanted};
use super::control::Totals;
use super::rows::{RowBatch, RowReader};
use super::source::Source;
use super::{Error, RawRow, cells, charset, codes};
use crate::diag::{Diagnostic, Findings};
use crate::model::Schema;
use crate::model::job::{Control, Input};
use std::io::Read;
use std::sync::Arc;

/// Reads the records of a master file.
#[derive(Debug)]
pub struct Master<R> {
    reader: RowReader<R>,
    columns: Arc<Columns>,
    /// The batch that the heading was found in, before it is handed out.
    first: Option<RowBatch>,
    /// The first cell of the trailer, in the bytes of the file.
    marker: Option<Vec<u8>>,
    totals: Option<Totals>,
    records: u64,
    findings: Findings,
}

/// What is known when a master file was read to its end.
#[derive(Debug)]
pub struct Ending {
    /// How many records there are, those that could not be decoded included.
    pub records: u64,
    /// The trailer's totals, to be compared once the amounts are added up.
    pub totals: Option<Totals>,
    /// Warnings about the file as a whole.
    pub findings: Findings,
}

impl<R: Read> Master<R> {
    /// Opens the master file `file` and reads its heading.
    ///
    /// # Errors
    /// [`Error::Read`], and [`Error::Refused`] when a column is missing or the job does not fit the
    /// form.
    pub fn open(file: &str, input: &Input, schema: &Schema, read: R) -> Result<Self, Error> {
        check_detail(input, schema)?;
        let mut reader = RowReader::new(Source::new(file, input.encoding), read);
        let wanted = Wanted::master(schema, &input.columns);
        let (first, columns, mut findings) = read_heading(&mut reader, &wanted)?;
        let mut marker = None;
        if let Some(control) = &input.control {
            if columns.is_correction() {
                findings.push(waived(reader.source()));
            } else {
                marker = trailer_marker(control, reader.source());
            }
        }
        Ok(Self {
            reader,
            columns: Arc::new(columns),
            first: Some(first),
            marker,
            totals: None,
            records: 0,
            findings,
        })
    }

    /// The columns of the file.
    pub const fn columns(&self) -> &Arc<Columns> {
        &self.columns
    }

    /// Fills `batch` with the next records; `false` when there are none left.
    ///
    /// # Errors
    /// [`Error::Read`], and [`Error::Refused`] when rows cannot be told apart or stand behind the
    /// trailer.
    pub fn next(&mut self, batch: &mut RowBatch) -> Result<bool, Error> {
        loop {
            if let Some(mut first) = self.first.take() {
                std::mem::swap(batch, &mut first);
            } else if !self.reader.next(batch)? {
                return Ok(false);
            }
            self.take_trailer(batch)?;
            batch.first_number = self.records + 1;
            self.records += batch.len() as u64;
            if !batch.is_empty() {
                return Ok(true);
            }
        }
    }

    fn take_trailer(&mut self, batch: &mut RowBatch) -> Result<(), Error> {
        let Some(marker) = &self.marker else { return Ok(()) };
        let source = self.reader.source();
        let mut records = 0;
        for row in batch.iter() {
            if self.totals.is_some() {
                let place = source.place(row.line, row.bytes, 0..row.bytes.len());
                let message = "a row stands after the trailer row";
                return Err(Diagnostic::error(codes::TRAILER_NOT_LAST, message)
                    .ja("トレーラ行の後に行があります")
                    .at(place)
                    .hint("send the file again with the trailer as its last row")
                    .into());
            }
            if is_trailer(row, marker) {
                self.totals = Some(Totals::read(source, row, 1)?);
            } else {
                records += 1;
            }
        }
        batch.rows.truncate(records);
        Ok(())
    }

    /// Checks how the file ended, and gives the reader back. Call it after [`Master::next`] returned
    /// `false`.
    ///
    /// # Errors
    /// [`Error::Refused`] without a record, or without the trailer that the job announces.
    pub fn finish(self) -> Result<(Ending, R), Error> {
        let source = self.reader.source();
        if self.marker.is_some() && self.totals.is_none() {
            return Err(Diagnostic::error(codes::TRAILER_MISSING, "the trailer row is missing")
                .ja("トレーラ行がありません。ファイルが途中で切れている可能性があります")
                .at(source.whole())
                .hint("send the file again: it may have been cut off")
                .into());
        }
        if self.records == 0 {
            let message = "the file has a heading row and no records";
            return Err(Diagnostic::error(codes::HEADING_ONLY, message)
                .ja("見出し行だけで、レコードがありません")
                .at(source.whole())
                .hint("send the file again with its records")
                .into());
        }
        let Self { reader, totals, records, findings, .. } = self;
        Ok((Ending { records, totals, findings }, reader.into_inner()))
    }
}

/// Reads the first batch, takes the heading off it and finds the columns.
pub(super) fn read_heading<R: Read>(
    reader: &mut RowReader<R>,
    wanted: &Wanted<'_>,
) -> Result<(RowBatch, Columns, Findings), Error> {
    let mut batch = RowBatch::default();
    if !reader.next(&mut batch)? {
        return Err(empty_file(reader.source()));
    }
    let (crlf, mark) = (batch.has_return(0), reader.has_mark());
    let (columns, findings) = wanted.find(reader.source(), batch.row(0), crlf, mark)?;
    batch.rows.remove(0);
    Ok((batch, columns, findings))
}

pub(super) fn empty_file(source: &Source) -> Error {
    Diagnostic::error(codes::EMPTY, "the file is empty")
        .ja("ファイルが空です")
        .at(source.whole())
        .hint("send the file again")
        .into()
}

fn check_detail(input: &Input, schema: &Schema) -> Result<(), Error> {
    let (message, hint) = match (&input.detail, schema.rows.is_empty()) {
        (None, true) | (Some(_), false) => return Ok(()),
        (None, false) => {
            ("the form has detail rows and the job names no detail file", "add `[input.detail]`")
        }
        (Some(_), true) => {
            ("the job names a detail file and the form has no rows", "remove `[input.detail]`")
        }
    };
    Err(Diagnostic::error(codes::DETAIL_UNWANTED, message)
        .hint(format!("{hint} in the job"))
        .into())
}

fn waived(source: &Source) -> Diagnostic {
    let message = "control totals are not applied to a file of held records";
    Diagnostic::warning(codes::CONTROL_WAIVED, message)
        .ja("保留レコードのファイルには、件数・合計金額の照合を行いません")
        .at(source.whole())
        .hint("compare the corrected records by hand")
}

fn trailer_marker(control: &Control, source: &Source) -> Option<Vec<u8>> {
    let marker = control.trailer.as_deref()?;
    let mut bytes = Vec::new();
    charset::encode(source.encoding, marker, &mut bytes);
    Some(bytes)
}

/// Whether the first cell of a row is the trailer's marker.
fn is_trailer(row: RawRow<'_>, marker: &[u8]) -> bool {
    let unquoted = row.bytes.strip_prefix(b"\"").unwrap_or(row.bytes);
    if !unquoted.starts_with(marker) {
        return false;
    }
    cells::nth_cell(row.bytes, 0).is_some_and(|(cell, _)| cell.raw(row.bytes) == marker)
}
