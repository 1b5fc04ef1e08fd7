//! Rows of a CSV file as raw bytes, streamed in batches whose buffers are reused. Finds row ends and
//! nothing else, so that one thread keeps many decoders busy.

use super::source::Source;
use super::{Error, codes};
use crate::diag::Diagnostic;
use crate::model::job::Encoding;
use memchr::{memchr, memchr2};
use std::io::Read;

/// The longest row, in bytes. No record of the trade comes near it; whatever is longer is not rows.
pub const ROW_BYTES_MAX: usize = 1 << 20;

/// How much is read for one batch: some hundred rows, and small enough to stay in the cache.
const BATCH_BYTES: usize = 256 << 10;

const UTF8_MARK: &[u8] = b"\xEF\xBB\xBF";

/// One row as it stands in its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RawRow<'b> {
    /// Its number among the records, from 1 (heading and trailer are not counted).
    pub number: u64,
    /// Where its first byte stands in the file.
    pub offset: u64,
    /// The line on which it begins.
    pub line: u32,
    /// Its bytes, without the line end.
    pub bytes: &'b [u8],
}

/// Where a row stands in its file: what pass 2 needs to read it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowRef {
    /// The first byte.
    pub offset: u64,
    /// How many bytes, without the line end.
    pub len: u32,
    /// The line on which it begins.
    pub line: u32,
}

impl RawRow<'_> {
    /// Where the row stands.
    #[must_use]
    pub fn reference(&self) -> RowRef {
        let len = u32::try_from(self.bytes.len()).expect("a row is limited to 1 MiB");
        RowRef { offset: self.offset, len, line: self.line }
    }
}

/// A run of rows with the bytes they stand in. Give it back to the reader when done.
#[derive(Debug, Clone, Default)]
pub struct RowBatch {
    buffer: Vec<u8>,
    filled: usize,
    offset: u64,
    pub(super) first_number: u64,
    pub(super) rows: Vec<RowSpan>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct RowSpan {
    start: u32,
    end: u32,
    line: u32,
}

impl RowBatch {
    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The row at `index` of this batch.
    #[must_use]
    pub fn row(&self, index: usize) -> RawRow<'_> {
        let span = self.rows[index];
        RawRow {
            number: self.first_number + index as u64,
            offset: self.offset + u64::from(span.start),
            line: span.line,
            bytes: &self.buffer[span.start as usize..span.end as usize],
        }
    }

    /// All rows in order.
    pub fn iter(&self) -> impl Iterator<Item = RawRow<'_>> {
        (0..self.len()).map(|index| self.row(index))
    }

    /// Whether the line of the row at `index` ends with a carriage return.
    pub(super) fn has_return(&self, index: usize) -> bool {
        self.buffer.get(self.rows[index].end as usize) == Some(&b'\r')
    }

    fn clear(&mut self, offset: u64) {
        (self.filled, self.offset) = (0, offset);
        self.rows.clear();
    }
}

/// Reads the rows of a file. Blank lines are passed over, and so is a lone `0x1A` at the end, which
/// old systems write.
#[derive(Debug)]
pub struct RowReader<R> {
    source: Source,
    read: R,
    carry: Vec<u8>,
    offset: u64,
    line: u32,
    rows: u64,
    ended: bool,
    mark: bool,
}

impl<R: Read> RowReader<R> {
    /// Reads rows of the file `source` through `read`.
    pub fn new(source: Source, read: R) -> Self {
        Self {
            source,
            read,
            carry: Vec::new(),
            offset: 0,
            line: 1,
            rows: 0,
            ended: false,
            mark: false,
        }
    }

    /// The stream, as far as it was read.
    pub fn into_inner(self) -> R {
        self.read
    }

    /// The file.
    pub const fn source(&self) -> &Source {
        &self.source
    }

    /// Whether the file began with a UTF-8 byte order mark, known after the first batch.
    pub const fn has_mark(&self) -> bool {
        self.mark
    }

    /// Fills `batch` with the next rows; `false` when there are none left. Rows are numbered from 1.
    ///
    /// # Errors
    /// [`Error::Read`], and [`Error::Refused`] when rows cannot be told apart.
    pub fn next(&mut self, batch: &mut RowBatch) -> Result<bool, Error> {
        batch.clear(self.offset);
        batch.first_number = self.rows + 1;
        self.restore_carry(batch);
        let mut target = BATCH_BYTES;
        let mut start = 0;
        loop {
            self.fill(batch, target)?;
            if batch.offset == 0 && start == 0 {
                start = self.byte_order_mark(&batch.buffer[..batch.filled])?;
            }
            start = self.split(batch, start)?;
            if self.ended || !batch.is_empty() {
                break;
            }
            target *= 2;
        }
        self.carry.extend_from_slice(&batch.buffer[start..batch.filled]);
        self.offset += start as u64;
        self.rows += batch.len() as u64;
        Ok(!batch.is_empty())
    }

    fn restore_carry(&mut self, batch: &mut RowBatch) {
        let room = BATCH_BYTES.max(self.carry.len());
        if batch.buffer.len() < room {
            batch.buffer.resize(room, 0);
        }
        batch.buffer[..self.carry.len()].copy_from_slice(&self.carry);
        batch.filled = self.carry.len();
        self.carry.clear();
    }

    /// Reads until `target` bytes are there or the file ends, so that the size of single reads never
    /// shows in the result.
    fn fill(&mut self, batch: &mut RowBatch, target: usize) -> Result<(), Error> {
        if batch.buffer.len() < target {
            batch.buffer.resize(target, 0);
        }
        while !self.ended && batch.filled < target {
            match self.read.read(&mut batch.buffer[batch.filled..target]) {
                Ok(0) => self.ended = true,
                Ok(n) => batch.filled += n,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Error::read(&self.source.file, error)),
            }
        }
        Ok(())
    }

    /// Where the text begins behind a byte order mark.
    fn byte_order_mark(&mut self, bytes: &[u8]) -> Result<usize, Error> {
        let encoding = self.source.encoding;
        let found = match bytes {
            [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => "UTF-16",
            _ if !bytes.starts_with(UTF8_MARK) => return Ok(0),
            _ if encoding == Encoding::Utf8 => {
                self.mark = true;
                return Ok(UTF8_MARK.len());
            }
            _ => "UTF-8",
        };
        let wanted = if encoding == Encoding::Utf8 { "UTF-8" } else { "CP932" };
        let hint = if found == "UTF-8" {
            "set `encoding = \"utf-8\"` in the job's `[input]`"
        } else {
            "save the file as UTF-8"
        };
        let message = format!("the file begins with the mark of {found}, wanted: {wanted}");
        let ja =
            format!("ファイルの先頭に{found}の印があります。指定された文字コードは{wanted}です");
        Err(Diagnostic::error(codes::ENCODING, message)
            .ja(ja)
            .at(self.source.whole())
            .hint(hint)
            .into())
    }

    /// Notes the rows that are complete from `start` on; returns where the next one begins.
    fn split(&mut self, batch: &mut RowBatch, mut start: usize) -> Result<usize, Error> {
        let bytes = &batch.buffer[..batch.filled];
        loop {
            let (end, next, lines) = match scan(bytes, start, self.ended) {
                Scan::Row { end, next, lines } if end - start <= ROW_BYTES_MAX => {
                    (end, next, lines)
                }
                Scan::Row { .. } => return Err(self.too_long()),
                Scan::Open { quote } => return Err(self.open_quote(bytes, start, quote)),
                Scan::More if bytes.len() - start > ROW_BYTES_MAX => {
                    return Err(match scan(bytes, start, true) {
                        Scan::Open { quote } => self.open_quote(bytes, start, quote),
                        Scan::Row { .. } | Scan::More => self.too_long(),
                    });
                }
                Scan::More => return Ok(start),
            };
            let at_end = self.ended && next == bytes.len();
            if end > start && !(at_end && bytes[start..end] == *b"\x1A") {
                let narrow = |n| u32::try_from(n).expect("a batch is far below 4 GiB");
                let span = RowSpan { start: narrow(start), end: narrow(end), line: self.line };
                batch.rows.push(span);
            }
            self.line = self.line.saturating_add(lines);
            start = next;
        }
    }

    fn open_quote(&self, bytes: &[u8], start: usize, quote: usize) -> Error {
        let line_end = memchr(b'\n', &bytes[quote..]).map_or(bytes.len(), |n| quote + n);
        let row = &bytes[start..line_end];
        let place = self.source.place(self.line, row, quote - start..quote - start + 1);
        Diagnostic::error(codes::QUOTE_OPEN, "this quote is never closed")
            .ja("引用符（\"）が閉じられていません。以降の行を区別できないため、ファイル全体を受け付けません")
            .at(place)
            .hint("close the quote in that cell, or double a quote that belongs to the text")
            .into()
    }

    fn too_long(&self) -> Error {
        Diagnostic::error(codes::ROW_TOO_LONG, "the row that begins here is longer than 1 MiB")
            .ja("1行が1MiBを超えています。改行コードまたは文字コードが正しくない可能性があります")
            .at(self.source.line(self.line))
            .hint("check the line ends and the encoding of the file")
            .into()
    }
}

/// What a scan for the end of a row came to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Scan {
    /// A row: where it ends, where the next begins, and how many lines it takes.
    Row { end: usize, next: usize, lines: u32 },
    /// The row does not end in these bytes.
    More,
    /// The quote is not closed where it should be.
    Open { quote: usize },
}

/// Scans for the end of the row that begins at `start`; `last` says that no bytes follow.
///
/// A quoted cell may span lines. When it does, and text follows its closing quote, the quote that
/// closed it was meant to open another cell: the rows between cannot be told apart, and the scan
/// ends as for a quote that never closes.
pub(super) fn scan(bytes: &[u8], start: usize, last: bool) -> Scan {
    let mut at = start;
    let mut lines = 0;
    loop {
        // In a row of quoted cells the next quote is where the last cell ended: no need to search.
        let is_next =
            at > start && bytes.get(at - 1) == Some(&b',') && bytes.get(at) == Some(&b'"');
        let found =
            if is_next { Some(at) } else { memchr2(b'\n', b'"', &bytes[at..]).map(|n| at + n) };
        let Some(found) = found else {
            if !last || start == bytes.len() {
                return Scan::More;
            }
            let end = without_return(bytes, start, bytes.len());
            return Scan::Row { end, next: bytes.len(), lines };
        };
        if bytes[found] == b'\n' {
            let end = without_return(bytes, start, found);
            return Scan::Row { end, next: found + 1, lines: lines + 1 };
        }
        at = found + 1;
        if found > start && bytes[found - 1] != b',' {
            continue;
        }
        let Some((close, inside)) = closing_quote(bytes, at, last) else {
            return if last { Scan::Open { quote: found } } else { Scan::More };
        };
        if inside > 0 {
            match bytes.get(close + 1..).unwrap_or_default() {
                [] | [b',' | b'\n', ..] | [b'\r', b'\n', ..] => {}
                [b'\r'] if last => {}
                [b'\r'] => return Scan::More,
                _ => return Scan::Open { quote: found },
            }
            lines += inside;
        }
        at = close + 1;
        at += usize::from(bytes.get(at) == Some(&b','));
    }
}

/// The quote that closes a cell whose text begins at `at`, and the line breaks before it; `None` when
/// it is not there, or when the bytes end where a second quote could follow.
fn closing_quote(bytes: &[u8], mut at: usize, last: bool) -> Option<(usize, u32)> {
    let mut lines = 0;
    loop {
        let found = at + memchr2(b'"', b'\n', &bytes[at..])?;
        if bytes[found] == b'\n' {
            lines += 1;
            at = found + 1;
            continue;
        }
        match bytes.get(found + 1) {
            Some(b'"') => at = found + 2,
            None if !last => return None,
            _ => return Some((found, lines)),
        }
    }
}

fn without_return(bytes: &[u8], start: usize, end: usize) -> usize {
    if end > start && bytes[end - 1] == b'\r' { end - 1 } else { end }
}

/// The rows of bytes that are whole in memory (a group of detail rows), each with its place in them
/// and the lines above it.
pub(super) fn rows_of(bytes: &[u8]) -> impl Iterator<Item = (usize, u32, &[u8])> {
    let (mut at, mut line) = (0, 0);
    std::iter::from_fn(move || {
        loop {
            let Scan::Row { end, next, lines } = scan(bytes, at, true) else { return None };
            let row = (at, line, &bytes[at..end]);
            at = next;
            line += lines;
            if !row.2.is_empty() {
                return Some(row);
            }
        }
    })
}

#[cfg(test)]
mod tests;
