//! Files of held records: the rows as they came, byte for byte, with the reason in added columns.
//! Corrected, such a file is an input like any other.

use super::cells::{CellSpan, split_cells};
use super::columns::Columns;
use super::detail::{Group, ReadAt};
use super::rows::{RowBatch, RowReader};
use super::{Error, charset};
use crate::diag::{Diagnostic, Findings, Severity};
use std::io::{self, Read, Write};

/// The headings of the added columns: code, reason, place.
pub const HELD_HEADINGS: [&str; 3] = ["保留コード", "保留理由", "保留場所"];

/// More reasons than these are only counted.
const REASONS_MAX: usize = 5;

/// Why a record is held, in the words of a file of held records. Small enough to be kept for every
/// held record until all are known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HeldReason {
    /// The codes, separated by spaces.
    pub codes: String,
    /// The Japanese sentences.
    pub reasons: String,
    /// The places, as `file:line:column`.
    pub places: String,
}

impl HeldReason {
    /// The reasons that a record's findings give; warnings are none.
    #[must_use]
    pub fn of(findings: &Findings) -> Self {
        let mut reason = Self::default();
        for diagnostic in findings.iter().filter(|d| d.severity == Severity::Error) {
            reason.add(diagnostic);
        }
        reason
    }

    /// Adds one more finding.
    pub fn add(&mut self, diagnostic: &Diagnostic) {
        let known = self.reasons.matches('／').count() + usize::from(!self.reasons.is_empty());
        if known >= REASONS_MAX {
            if !self.codes.ends_with('…') {
                self.codes.push_str(" …");
                self.reasons.push_str("（ほかにもあります）");
            }
            return;
        }
        if !self.codes.split(' ').any(|code| code == diagnostic.code.0) {
            separate(&mut self.codes, " ");
            self.codes.push_str(diagnostic.code.0);
        }
        separate(&mut self.reasons, "／");
        if diagnostic.message_ja.is_empty() {
            self.reasons.push_str(&diagnostic.message);
        } else {
            self.reasons.push_str(&diagnostic.message_ja);
        }
        if let Some(place) = &diagnostic.place {
            separate(&mut self.places, "／");
            self.places.push_str(&place.to_string());
        }
    }
}

fn separate(text: &mut String, separator: &str) {
    if !text.is_empty() {
        text.push_str(separator);
    }
}

/// Writes held rows of one file.
#[derive(Debug)]
pub struct HeldWriter<'c, W> {
    out: W,
    columns: &'c Columns,
    cells: Vec<CellSpan>,
    line: Vec<u8>,
    rows: u64,
}

impl<'c, W: Write> HeldWriter<'c, W> {
    /// Begins a file that looks like the one with these columns: the same encoding, byte order mark,
    /// heading and line ends.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn new(mut out: W, columns: &'c Columns) -> Result<Self, Error> {
        if columns.mark {
            out.write_all("\u{FEFF}".as_bytes()).map_err(Error::Write)?;
        }
        let mut writer = Self { out, columns, cells: Vec::new(), line: Vec::new(), rows: 0 };
        writer.write(&columns.heading, HELD_HEADINGS)?;
        Ok(writer)
    }

    /// Writes one row with its reason.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn row(&mut self, row: &[u8], reason: &HeldReason) -> Result<(), Error> {
        self.rows += 1;
        self.write(row, [&reason.codes, &reason.reasons, &reason.places])
    }

    /// Writes all rows of a group of the detail file, each with the reason.
    ///
    /// # Errors
    /// [`Error::Read`] and [`Error::Write`].
    pub fn group(
        &mut self,
        file: &dyn ReadAt,
        group: &Group,
        reason: &HeldReason,
    ) -> Result<(), Error> {
        let part = Part { file, at: group.offset, end: group.end };
        let mut reader = RowReader::new(self.columns.source.clone(), part);
        let mut batch = RowBatch::default();
        while reader.next(&mut batch)? {
            for row in batch.iter() {
                self.row(row.bytes, reason)?;
            }
        }
        Ok(())
    }

    /// Ends the file; gives back the writer and the number of rows.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn finish(mut self) -> Result<(W, u64), Error> {
        self.out.flush().map_err(Error::Write)?;
        Ok((self.out, self.rows))
    }

    /// Writes a row without the columns that an earlier file of held records had added, and with
    /// new ones.
    fn write(&mut self, row: &[u8], added: [&str; 3]) -> Result<(), Error> {
        self.line.clear();
        self.line.extend_from_slice(own_part(self.columns, row, &mut self.cells));
        for text in added {
            self.line.push(b',');
            let quoted = text.contains(['"', ',', '\n', '\r']);
            let text =
                if quoted { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.into() };
            charset::encode(self.columns.source.encoding, &text, &mut self.line);
        }
        self.line.extend_from_slice(if self.columns.crlf { b"\r\n" } else { b"\n" });
        self.out.write_all(&self.line).map_err(Error::Write)
    }
}

/// A row without the cells that an earlier file of held records had added.
fn own_part<'r>(columns: &Columns, row: &'r [u8], cells: &mut Vec<CellSpan>) -> &'r [u8] {
    if !columns.is_correction() {
        return row;
    }
    split_cells(row, cells);
    let Some(added) = cells.get(columns.own_cells(row, cells)) else { return row };
    let added = added.start as usize;
    let comma = memchr::memrchr(b',', &row[..added]).expect("a comma precedes the added cells");
    &row[..comma]
}

/// A part of a file as a reader.
struct Part<'a> {
    file: &'a dyn ReadAt,
    at: u64,
    end: u64,
}

impl Read for Part<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end - self.at).unwrap_or(usize::MAX);
        let n = buffer.len().min(left);
        self.file.read_at(self.at, &mut buffer[..n])?;
        self.at += n as u64;
        Ok(n)
    }
}
