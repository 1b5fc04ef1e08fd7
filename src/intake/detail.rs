//! The detail file: an index of groups of rows by key, built in one pass, and the reading of a
//! record's group by its place. Rows are never held in memory together.

use super::cells::nth_cell;
use super::columns::{Columns, Key, Wanted};
use super::master::read_heading;
use super::rows::{RowReader, rows_of};
use super::source::Source;
use super::{Error, ROW_BYTES_MAX, RawRow, codes};
use crate::diag::{Diagnostic, Findings};
use crate::model::job::{Detail, Encoding};
use crate::model::{Schema, key_hash};
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The most detail rows of a record.
pub const ROWS_MAX: u32 = 10_000;

/// The most bytes of a record's detail rows.
const GROUP_BYTES_MAX: u64 = 16 << 20;

/// Reads bytes at a place of a file. The engine implements it for files.
pub trait ReadAt: Sync {
    /// Fills `buffer` with the bytes from `offset` on.
    ///
    /// # Errors
    /// When the file cannot be read or ends before.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()>;
}

impl ReadAt for &[u8] {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let start = usize::try_from(offset).ok();
        let bytes = start.and_then(|start| self.get(start..)?.get(..buffer.len()));
        buffer.copy_from_slice(bytes.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }
}

/// Rows of one key that stand together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Group {
    hash: u64,
    /// Where the first row begins.
    pub offset: u64,
    /// Where the last row ends, without its line end.
    pub end: u64,
    /// The line of the first row.
    pub line: u32,
    /// How many rows.
    pub rows: u32,
}

const _: () = assert!(size_of::<Group>() == 32, "the index stays small");

impl Group {
    pub(super) const fn is_too_large(&self) -> bool {
        self.rows > ROWS_MAX || self.end - self.offset > GROUP_BYTES_MAX
    }
}

/// The index of a detail file.
#[derive(Debug)]
pub struct DetailIndex {
    columns: Arc<Columns>,
    /// By hash, then by place.
    groups: Vec<Group>,
    /// One bit for each group: whether a record asked for it.
    claimed: Vec<AtomicU64>,
    rows: u64,
    findings: Findings,
}

/// A detail file with its index: what decoding needs to join rows to records.
#[derive(Clone, Copy)]
pub struct Details<'a> {
    /// The index.
    pub index: &'a DetailIndex,
    /// The file that was indexed.
    pub file: &'a dyn ReadAt,
}

/// The groups of one key.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Found {
    pub(super) first: Option<Group>,
    /// A second group of the same key: the file is not sorted by it.
    pub(super) second: Option<Group>,
}

impl DetailIndex {
    /// Reads the detail file `file` once, to its end.
    ///
    /// # Errors
    /// [`Error::Read`], and [`Error::Refused`] when a column is missing, rows cannot be told apart, or
    /// a row has no key: it would silently be missing from a notice.
    pub fn build(
        file: &str,
        encoding: Encoding,
        detail: &Detail,
        schema: &Schema,
        read: impl Read,
    ) -> Result<Self, Error> {
        let mut reader = RowReader::new(Source::new(file, encoding), read);
        let wanted =
            Wanted { fields: &schema.rows, named: &detail.columns, key: Key::Heading(&detail.key) };
        let (mut batch, columns, findings) = read_heading(&mut reader, &wanted)?;
        let mut builder = Builder { columns: &columns, groups: Vec::new(), key: Vec::new() };
        let mut faults = Findings::new();
        let mut rows = 0;
        loop {
            for row in batch.iter() {
                rows += 1;
                if let Err(fault) = builder.add(row) {
                    faults.push(*fault);
                }
            }
            if !reader.next(&mut batch)? {
                break;
            }
        }
        if !faults.is_empty() {
            return Err(faults.into());
        }
        let mut groups = builder.groups;
        groups.sort_unstable_by_key(|group| (group.hash, group.offset));
        let words = groups.len().div_ceil(64);
        let claimed = std::iter::repeat_with(AtomicU64::default).take(words).collect();
        Ok(Self { columns: Arc::new(columns), groups, claimed, rows, findings })
    }

    /// The columns of the file.
    #[must_use]
    pub const fn columns(&self) -> &Arc<Columns> {
        &self.columns
    }

    /// How many rows the file has.
    #[must_use]
    pub const fn rows(&self) -> u64 {
        self.rows
    }

    /// Warnings about the file as a whole.
    #[must_use]
    pub const fn findings(&self) -> &Findings {
        &self.findings
    }

    /// Finds the groups of `key` and claims them; the rows of the first are in `buffer` afterwards,
    /// unless they are too many.
    pub(super) fn find(
        &self,
        key: &[u8],
        file: &dyn ReadAt,
        buffer: &mut Vec<u8>,
    ) -> Result<Found, Error> {
        let hash = key_hash(key);
        let mut found = Found::default();
        let mut at = self.groups.partition_point(|group| group.hash < hash);
        let mut other = Vec::new();
        buffer.clear();
        while let Some(group) = self.groups.get(at).filter(|group| group.hash == hash) {
            let target = if found.first.is_none() { &mut *buffer } else { &mut other };
            self.load(group, file, target)?;
            if self.key_of(target) == Some(key.to_vec()) {
                #[expect(clippy::integer_division, reason = "the word that holds the bit")]
                let word = at / 64;
                self.claimed[word].fetch_or(1 << (at % 64), Ordering::Relaxed);
                if found.first.is_none() {
                    found.first = Some(*group);
                } else {
                    found.second = found.second.or(Some(*group));
                }
            }
            at += 1;
        }
        if found.first.is_none() {
            buffer.clear();
        }
        Ok(found)
    }

    /// Reads a group, or the start of one that is too large.
    fn load(&self, group: &Group, file: &dyn ReadAt, bytes: &mut Vec<u8>) -> Result<(), Error> {
        let mut len = group.end - group.offset;
        if group.is_too_large() {
            len = len.min(ROW_BYTES_MAX as u64 + 1);
        }
        bytes.resize(usize::try_from(len).expect("limited to 16 MiB"), 0);
        file.read_at(group.offset, bytes)
            .map_err(|error| Error::read(&self.columns.source.file, error))
    }

    fn key_of(&self, rows: &[u8]) -> Option<Vec<u8>> {
        let (_, _, row) = rows_of(rows).next()?;
        let (cell, _) = nth_cell(row, self.columns.key)?;
        Some(cell.bytes(row, &mut Vec::new()).to_vec())
    }

    /// All groups of `key` (raw bytes of the master's key cell), in file order.
    ///
    /// # Errors
    /// [`Error::Read`].
    pub fn groups_of(&self, key: &[u8], file: &dyn ReadAt) -> Result<Vec<Group>, Error> {
        let hash = key_hash(key);
        let start = self.groups.partition_point(|group| group.hash < hash);
        let same = self.groups[start..].iter().take_while(|group| group.hash == hash);
        let (mut groups, mut bytes) = (Vec::new(), Vec::new());
        for group in same {
            self.load(group, file, &mut bytes)?;
            if self.key_of(&bytes).as_deref() == Some(key) {
                groups.push(*group);
            }
        }
        Ok(groups)
    }

    /// The groups that no record asked for, in file order, with a finding for each. Call it when all
    /// records of the master were decoded.
    ///
    /// # Errors
    /// [`Error::Read`].
    pub fn orphans(&self, file: &dyn ReadAt) -> Result<(Vec<Group>, Findings), Error> {
        #[expect(clippy::integer_division, reason = "the word that holds the bit")]
        let is_claimed =
            |at: usize| self.claimed[at / 64].load(Ordering::Relaxed) & (1 << (at % 64)) != 0;
        let orphans = self.groups.iter().enumerate().filter(|&(at, _)| !is_claimed(at));
        let mut orphans: Vec<Group> = orphans.map(|(_, group)| *group).collect();
        orphans.sort_unstable_by_key(|group| group.offset);
        let (mut findings, mut bytes) = (Findings::new(), Vec::new());
        for group in &orphans {
            self.load(group, file, &mut bytes)?;
            let rows = group.rows;
            let message = format!("detail rows belong to no record of the master file: {rows}");
            findings.push(
                Diagnostic::error(codes::NO_MASTER, message)
                    .ja(format!("マスタにないキーの明細行が{rows}行あります"))
                    .at(self.key_place(group, &bytes))
                    .hint("add the record to the master file, or remove the rows"),
            );
        }
        Ok((orphans, findings))
    }

    /// The place of the key in the first row of a group whose bytes were read.
    pub(super) fn key_place(&self, group: &Group, bytes: &[u8]) -> crate::diag::Place {
        let row = rows_of(bytes).next().map_or(bytes, |(_, _, row)| row);
        let span = nth_cell(row, self.columns.key).map_or(0..row.len(), |(cell, _)| cell.range());
        self.columns.source.place(group.line, row, span)
    }
}

struct Builder<'a> {
    columns: &'a Columns,
    groups: Vec<Group>,
    /// The key of the last group.
    key: Vec<u8>,
}

impl Builder<'_> {
    fn add(&mut self, row: RawRow<'_>) -> Result<(), Box<Diagnostic>> {
        let mut buffer = Vec::new();
        let cell = nth_cell(row.bytes, self.columns.key).filter(|&(_, sound)| sound);
        let key = cell.map_or(&[][..], |(cell, _)| cell.bytes(row.bytes, &mut buffer));
        if key.is_empty() {
            let span = cell.map_or(0..row.bytes.len(), |(cell, _)| cell.range());
            let place = self.columns.source.place(row.line, row.bytes, span);
            return Err(Box::new(no_key(place)));
        }
        let end = row.offset + row.bytes.len() as u64;
        match self.groups.last_mut() {
            Some(group) if self.key == key => {
                group.end = end;
                group.rows = group.rows.saturating_add(1);
            }
            _ => {
                let hash = key_hash(key);
                self.groups.push(Group { hash, offset: row.offset, end, line: row.line, rows: 1 });
                self.key.clear();
                self.key.extend_from_slice(key);
            }
        }
        Ok(())
    }
}

fn no_key(place: crate::diag::Place) -> Diagnostic {
    Diagnostic::error(codes::NO_KEY, "the detail row has no key that can be read")
        .ja("明細行のキーを読めません。どのレコードの明細か分からないため、ファイル全体を受け付けません")
        .at(place)
        .hint("write the key of the record that the row belongs to")
}

impl std::fmt::Debug for Details<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Details").field("index", self.index).finish_non_exhaustive()
    }
}
