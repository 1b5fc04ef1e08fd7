//! One row (and its detail rows) to a record, and any cell of it back to its place. The same
//! function serves both passes, so both see the same record.

use super::cells::{CellSpan, split_cells};
use super::columns::{Columns, after_quote};
use super::detail::{Details, Group};
use super::rows::rows_of;
use super::{Error, RawRow, ReadAt, RowRef, charset, codes};
use crate::diag::{Diagnostic, Findings, Place};
use crate::model::job::Encoding;
use crate::model::{Cell, Cells, Locate, Record};
use std::sync::Arc;

/// Decodes the rows of a master file and joins their detail rows. Shared by all threads.
#[derive(Debug, Clone)]
pub struct Decoder {
    master: Arc<Columns>,
    detail: Option<Arc<Columns>>,
}

/// Buffers of one thread, reused from record to record. It holds the detail rows of the last one.
#[derive(Debug, Default)]
pub struct Scratch {
    cells: Vec<CellSpan>,
    bytes: Vec<u8>,
    key: Vec<u8>,
    group: Vec<u8>,
    group_line: u32,
}

/// How far a row became a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decoded {
    /// All of it.
    Whole,
    /// The row is sound and its detail rows are not; the record has no rows and must be held. Rules
    /// about rows would only repeat that: validate nothing but whole records.
    Held,
    /// The row is no record. Its fields are filled as far as they can be read when the number of
    /// cells is right (so that an amount can still be counted), and absent otherwise.
    Rejected,
}

impl Decoder {
    /// A decoder for files with these columns.
    #[must_use]
    pub const fn new(master: Arc<Columns>, detail: Option<Arc<Columns>>) -> Self {
        Self { master, detail }
    }

    /// The columns of the master file: for the file of held records.
    #[must_use]
    pub const fn master_columns(&self) -> &Arc<Columns> {
        &self.master
    }

    /// The columns of the master file.
    #[must_use]
    pub const fn columns(&self) -> &Arc<Columns> {
        &self.master
    }

    /// Fills `record` from `row`; what is wrong is told to `findings`, with its place.
    ///
    /// # Errors
    /// [`Error::Read`] when detail rows cannot be read. Damage of the row is no error.
    pub fn record(
        &self,
        row: RawRow<'_>,
        details: Option<Details<'_>>,
        scratch: &mut Scratch,
        record: &mut Record,
        findings: &mut Findings,
    ) -> Result<Decoded, Error> {
        record.number = row.number;
        record.fields.clear();
        record.rows.clear();
        scratch.group.clear();
        let columns = &self.master;
        let sound = read_cells(columns, row.line, row.bytes, scratch, &mut record.fields, findings);
        let mut rows_sound = true;
        if let Some(details) = details {
            scratch.key.clear();
            let cell = columns.key_cell(&scratch.cells);
            if let Some(cell) = cell {
                let key = cell.bytes(row.bytes, &mut scratch.bytes);
                scratch.key.extend_from_slice(key);
            }
            rows_sound = join(details, scratch, record, findings)?;
        }
        Ok(match (sound, rows_sound) {
            (false, _) => Decoded::Rejected,
            (true, false) => Decoded::Held,
            (true, true) => Decoded::Whole,
        })
    }

    /// Reads a row again by its place, into `buffer`.
    ///
    /// # Errors
    /// [`Error::Read`].
    pub fn fetch<'b>(
        &self,
        file: &dyn ReadAt,
        number: u64,
        reference: RowRef,
        buffer: &'b mut Vec<u8>,
    ) -> Result<RawRow<'b>, Error> {
        buffer.resize(reference.len as usize, 0);
        file.read_at(reference.offset, buffer)
            .map_err(|error| Error::read(&self.master.source.file, error))?;
        Ok(RawRow { number, offset: reference.offset, line: reference.line, bytes: buffer })
    }

    /// The groups of detail rows that belong to a row, in file order: for the file of held details.
    ///
    /// # Errors
    /// [`Error::Read`].
    pub fn groups(&self, row: RawRow<'_>, details: Details<'_>) -> Result<Vec<Group>, Error> {
        let (mut cells, mut buffer) = (Vec::new(), Vec::new());
        split_cells(row.bytes, &mut cells);
        let Some(cell) = self.master.key_cell(&cells) else { return Ok(Vec::new()) };
        details.index.groups_of(cell.bytes(row.bytes, &mut buffer), details.file)
    }

    /// Finds places in the record that was decoded last with `scratch`, from `row`.
    #[must_use]
    pub fn places<'a>(&'a self, row: RawRow<'a>, scratch: &'a Scratch) -> RecordPlace<'a> {
        RecordPlace { decoder: self, row, scratch }
    }
}

/// Reads the detail rows of the key in `scratch.key`; `false` when they are damaged.
fn join(
    details: Details<'_>,
    scratch: &mut Scratch,
    record: &mut Record,
    findings: &mut Findings,
) -> Result<bool, Error> {
    if scratch.key.is_empty() {
        return Ok(true);
    }
    let found = details.index.find(&scratch.key, details.file, &mut scratch.group)?;
    let Some(group) = found.first else { return Ok(true) };
    scratch.group_line = group.line;
    let columns = details.index.columns();
    if let Some(second) = found.second {
        findings.push(scattered(columns, &second, group.line));
        return Ok(false);
    }
    if group.is_too_large() {
        findings.push(too_many(details.index.key_place(&group, &scratch.group), group.rows));
        return Ok(false);
    }
    let bytes = std::mem::take(&mut scratch.group);
    let mut sound = true;
    for (_, line, row) in rows_of(&bytes) {
        sound &= read_cells(columns, group.line + line, row, scratch, &mut record.rows, findings);
    }
    scratch.group = bytes;
    if !sound {
        record.rows.clear();
    }
    Ok(sound)
}

impl Columns {
    /// The key's cell, when the row reaches so far.
    fn key_cell(&self, cells: &[CellSpan]) -> Option<CellSpan> {
        cells.get(self.key).copied()
    }
}

/// Finds the places of a record's cells, by splitting its rows again: it is asked only when
/// something is wrong.
#[derive(Debug, Clone, Copy)]
pub struct RecordPlace<'a> {
    decoder: &'a Decoder,
    row: RawRow<'a>,
    scratch: &'a Scratch,
}

impl Locate for RecordPlace<'_> {
    fn place(&self, cell: Cell) -> Place {
        let master = &self.decoder.master;
        match cell {
            Cell::Whole => master.place(self.row.line, self.row.bytes, None),
            Cell::Field(field) => {
                master.place(self.row.line, self.row.bytes, Some(usize::from(field)))
            }
            Cell::Row(index, field) => {
                let columns = self.decoder.detail.as_ref().expect("rows come from a detail file");
                let (_, line, row) = rows_of(&self.scratch.group)
                    .nth(index as usize)
                    .expect("the scratch holds the detail rows of this record");
                columns.place(self.scratch.group_line + line, row, Some(usize::from(field)))
            }
        }
    }
}

/// Appends the fields of one row to `out`, in schema order; `false` when the row is damaged. Leaves
/// the row's cells in `scratch.cells`.
fn read_cells(
    columns: &Columns,
    line: u32,
    row: &[u8],
    scratch: &mut Scratch,
    out: &mut Cells,
    findings: &mut Findings,
) -> bool {
    let after = split_cells(row, &mut scratch.cells);
    if let Some(at) = after {
        findings.push(after_quote(columns.source.place(line, row, at..at + 1)));
        return false;
    }
    if columns.own_cells(row, &scratch.cells) != columns.own_width {
        findings.push(wrong_width(columns, line, row, &scratch.cells));
        return false;
    }
    let encoding = columns.source.encoding;
    let clean = !charset::has_control(row) && charset::lost_character(encoding, row).is_none();
    let same_as_utf8 = encoding == Encoding::Utf8 || row.is_ascii();
    let text = (clean && same_as_utf8).then(|| std::str::from_utf8(row).ok()).flatten();
    let mut sound = true;
    for field in 0..columns.field_count() {
        if let Some(column) = columns.column(field) {
            let cell = scratch.cells[column];
            match text {
                Some(text) if !cell.escaped => out.buffer().push_str(&text[cell.range()]),
                _ => {
                    let at = CellAt { columns, line, row, field, cell };
                    sound &= at.read(&mut scratch.bytes, out.buffer(), findings);
                }
            }
        }
        out.end_cell();
    }
    sound
}

/// One cell that is read with care.
struct CellAt<'a> {
    columns: &'a Columns,
    line: u32,
    row: &'a [u8],
    field: usize,
    cell: CellSpan,
}

impl CellAt<'_> {
    fn read(&self, buffer: &mut Vec<u8>, text: &mut String, findings: &mut Findings) -> bool {
        let encoding = self.columns.source.encoding;
        let raw = self.cell.raw(self.row);
        if charset::decode(encoding, self.cell.bytes(self.row, buffer), text).is_err() {
            let fault = charset::decode(encoding, raw, &mut String::new());
            let (at, len) = fault.err().map_or((0, raw.len()), |fault| (fault.at, fault.len));
            findings.push(self.no_character(at, len));
            return false;
        }
        if let Some(at) = raw.iter().position(|&byte| charset::is_control(byte)) {
            findings.push(self.finding(
                codes::CONTROL,
                (at, 1),
                |id| format!("`{id}` holds a control character"),
                "に制御文字が含まれています",
                "remove the control character",
            ));
            return false;
        }
        if let Some(at) = charset::lost_character(encoding, raw) {
            findings.push(self.finding(
                codes::LOST_CHARACTER,
                (at, 3),
                |id| format!("`{id}` holds U+FFFD: a character was lost before"),
                "に文字化けの跡（U+FFFD）があります。元の文字が失われています",
                "write the lost character again at its source",
            ));
            return false;
        }
        true
    }

    fn no_character(&self, at: usize, len: usize) -> Diagnostic {
        let name = match self.columns.source.encoding {
            Encoding::Utf8 => "UTF-8",
            Encoding::Cp932 => "CP932",
        };
        self.finding(
            codes::NO_CHARACTER,
            (at, len),
            |id| format!("`{id}` holds bytes that are no character of {name}"),
            "に文字として読めないバイトがあります",
            "write the character again, or correct `encoding` in the job's `[input]`",
        )
    }

    fn finding(
        &self,
        code: crate::diag::Code,
        (at, len): (usize, usize),
        message: impl FnOnce(&str) -> String,
        ja: &str,
        hint: &str,
    ) -> Diagnostic {
        let (id, name) = self.columns.field(self.field);
        let start = self.cell.start as usize + at;
        Diagnostic::error(code, message(id))
            .ja(format!("「{name}」({id}) {ja}"))
            .at(self.columns.source.place(self.line, self.row, start..start + len))
            .field(id)
            .hint(hint)
    }
}

fn wrong_width(columns: &Columns, line: u32, row: &[u8], cells: &[CellSpan]) -> Diagnostic {
    let (found, wanted) = (columns.own_cells(row, cells), columns.own_width);
    let extra = cells.get(wanted).filter(|_| found > wanted);
    let span = extra.map_or(0..row.len(), |first| first.start as usize..row.len());
    let (code, word, hint) = if found < wanted {
        (codes::CELLS_FEW, "不足しています", "add the missing cells to the row")
    } else {
        (codes::CELLS_MANY, "多すぎます", "put a cell that holds a comma in quotes")
    };
    let few = if found < wanted { "few" } else { "many" };
    let message = format!("the row has too {few} cells: {found}, wanted: {wanted}");
    Diagnostic::error(code, message)
        .ja(format!("列数が{word}（{found}列、見出しは{wanted}列）"))
        .at(columns.source.place(line, row, span))
        .hint(hint)
}

fn scattered(columns: &Columns, second: &Group, first_line: u32) -> Diagnostic {
    let message = format!(
        "detail rows of this record stand in separate places: here and on line {first_line}"
    );
    Diagnostic::error(codes::SCATTERED, message)
        .ja(format!(
            "同じキーの明細行が離れた場所にあります（{first_line}行目と{}行目）",
            second.line
        ))
        .at(columns.source.line(second.line))
        .hint("sort the detail file by its key")
}

fn too_many(place: Place, rows: u32) -> Diagnostic {
    let message = format!("the record has {rows} detail rows, more than 10,000 or 16 MiB");
    Diagnostic::error(codes::ROWS_MANY, message)
        .ja(format!("明細行が多すぎます（{rows}行）"))
        .at(place)
        .hint("split the record")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decoders_are_shared_by_threads() {
        fn shared<T: Send + Sync>() {}
        shared::<Decoder>();
        shared::<Details<'_>>();
    }
}
