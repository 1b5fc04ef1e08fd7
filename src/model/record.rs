//! A record as it was read, and the notice it becomes once its cells have types.

use super::schema::{FieldIndex, ParseFault, Schema, Value};
use crate::diag::Place;

/// Cells of text in one buffer: a record's fields, or all its rows one after another.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cells {
    text: String,
    ends: Vec<u32>,
}

impl Cells {
    /// Forgets all cells and keeps the memory.
    pub fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    /// Adds a cell.
    pub fn push(&mut self, cell: &str) {
        self.text.push_str(cell);
        self.end_cell();
    }

    /// The buffer, to append the text of the next cell to; [`Cells::end_cell`] closes it.
    pub fn buffer(&mut self) -> &mut String {
        &mut self.text
    }

    /// Closes the cell whose text was appended to [`Cells::buffer`].
    pub fn end_cell(&mut self) {
        let end = u32::try_from(self.text.len()).expect("a record is limited to far below 4 GiB");
        self.ends.push(end);
    }

    /// How many cells there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no cell.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The text of cell `index`.
    #[must_use]
    pub fn get(&self, index: usize) -> &str {
        let start = if index == 0 { 0 } else { self.ends[index - 1] as usize };
        &self.text[start..self.ends[index] as usize]
    }
}

/// A record: one cell for each field of the schema, in its order, and its detail rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    /// The record's number in its file, from 1 (headers and trailers not counted).
    pub number: u64,
    /// The fields of the record.
    pub fields: Cells,
    /// The fields of all rows, row after row.
    pub rows: Cells,
}

impl Record {
    /// The text of a field.
    #[must_use]
    pub fn field(&self, index: FieldIndex) -> &str {
        self.fields.get(usize::from(index))
    }

    /// A hash of all cells and rows: two readings of one record that differ have, but for one case
    /// in four thousand million, another.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "half of the hash is kept")]
    pub fn fingerprint(&self) -> u32 {
        let fields = key_hash(self.fields.text.as_bytes());
        let rows = key_hash(self.rows.text.as_bytes());
        (fields ^ rows.rotate_left(17)) as u32
    }

    /// How many detail rows there are.
    #[must_use]
    pub fn row_count(&self, schema: &Schema) -> usize {
        self.rows.len().checked_div(schema.rows.len()).unwrap_or(0)
    }
}

/// Names one cell of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cell {
    /// A field of the record.
    Field(FieldIndex),
    /// A field of the row with this 0-based index.
    Row(u32, FieldIndex),
    /// The record as a whole.
    Whole,
}

/// A 64-bit hash of a key, the same in every run of every build. Two keys may share a hash, so who
/// finds equal hashes compares the keys themselves.
#[must_use]
pub fn key_hash(key: &[u8]) -> u64 {
    const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut hash = FACTOR ^ key.len() as u64;
    let mut chunks = key.chunks_exact(8);
    for chunk in &mut chunks {
        let word = u64::from_le_bytes(chunk.try_into().expect("a chunk has eight bytes"));
        hash = (hash ^ word).wrapping_mul(FACTOR);
        hash ^= hash >> 29;
    }
    let mut rest = [0; 8];
    rest[..chunks.remainder().len()].copy_from_slice(chunks.remainder());
    hash = (hash ^ u64::from_le_bytes(rest)).wrapping_mul(FACTOR);
    hash ^= hash >> 32;
    hash = hash.wrapping_mul(0xD6E8_FEB8_6659_FD93);
    hash ^ (hash >> 32)
}

/// Finds the place of a cell in its file; intake knows how, validation asks only when it must.
pub trait Locate {
    /// The place of `cell`, with its source line.
    fn place(&self, cell: Cell) -> Place;
}

/// A record whose cells have their types: one notice to one addressee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice<'r> {
    fields: Vec<Value<'r>>,
    rows: Vec<Value<'r>>,
    row_width: usize,
}

impl<'r> Notice<'r> {
    /// Types every cell of `record`; a cell that is not of its kind becomes [`Value::Empty`] and is
    /// told to `fault`.
    pub fn read(
        schema: &Schema,
        record: &'r Record,
        mut fault: impl FnMut(Cell, ParseFault),
    ) -> Self {
        let mut fields = Vec::with_capacity(schema.fields.len());
        for (index, field) in (0..).zip(&schema.fields) {
            fields.push(field.kind.parse(record.field(index)).unwrap_or_else(|reason| {
                fault(Cell::Field(index), reason);
                Value::Empty
            }));
        }
        let mut rows = Vec::with_capacity(record.rows.len());
        for row in 0..record.row_count(schema) {
            for (index, field) in (0..).zip(&schema.rows) {
                let text = record.rows.get(row * schema.rows.len() + usize::from(index));
                rows.push(field.kind.parse(text).unwrap_or_else(|reason| {
                    let row = u32::try_from(row).expect("rows of a record are limited");
                    fault(Cell::Row(row, index), reason);
                    Value::Empty
                }));
            }
        }
        Self { fields, rows, row_width: schema.rows.len() }
    }

    /// The value of a field.
    #[must_use]
    pub fn field(&self, index: FieldIndex) -> Value<'r> {
        self.fields[usize::from(index)]
    }

    /// How many rows there are.
    #[must_use]
    pub fn row_count(&self) -> usize {
        self.rows.len().checked_div(self.row_width).unwrap_or(0)
    }

    /// The value of a field of the row with this 0-based index.
    #[must_use]
    pub fn row_field(&self, row: usize, index: FieldIndex) -> Value<'r> {
        self.rows[row * self.row_width + usize::from(index)]
    }
}
