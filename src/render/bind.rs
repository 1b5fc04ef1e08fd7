//! Binds the values of one leaf of one piece, and of the current row, to the texts of a form.

use super::sums::Sums;
use crate::barcode::lay::Press;
use crate::form::Scope;
use crate::form::text::Values;
use crate::model::{Notice, Serial, Value};

/// One leaf of a piece, as the texts on it see it.
#[derive(Debug, Clone, Copy)]
pub struct PieceContext<'a> {
    /// The notice.
    pub notice: &'a Notice<'a>,
    /// The piece's serial.
    pub serial: Serial,
    /// The slot mark of this leaf, as printed.
    pub mark: &'a str,
    /// This leaf's number in its piece, from 1.
    pub leaf: u16,
    /// How many leaves the piece has: [`super::Measured::leaves`].
    pub leaves: u16,
    /// The press that prints it, on whose dots symbols lie.
    pub press: Press,
}

/// The serial's seven digits (or more), without allocating.
#[derive(Debug, Clone, Copy)]
pub(super) struct SerialText {
    digits: [u8; 10],
    start: usize,
}

impl SerialText {
    pub(super) fn new(serial: Serial) -> Self {
        let mut digits = [b'0'; 10];
        let (mut start, mut rest) = (digits.len(), serial.0);
        while rest > 0 || digits.len() - start < 7 {
            start -= 1;
            digits[start] = b'0' + (rest % 10) as u8;
            rest = rest.checked_div(10).unwrap_or(0);
        }
        Self { digits, start }
    }

    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.digits[self.start..]).expect("digits are ASCII")
    }
}

/// A row of the record as it stands in a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Row {
    /// Its 0-based index in the record.
    pub(super) index: u32,
    /// Its number in its table, from 1.
    pub(super) number: u32,
}

/// The values of a leaf, and of the current row where there is one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bound<'a> {
    pub(super) piece: &'a PieceContext<'a>,
    pub(super) serial: &'a SerialText,
    pub(super) row: Option<Row>,
    /// In bands: the rows that they add up.
    pub(super) sums: Option<Sums<'a>>,
}

impl Values for Bound<'_> {
    fn value(&self, scope: Scope) -> Value<'_> {
        let piece = self.piece;
        match scope {
            Scope::Field(field) => piece.notice.field(field),
            Scope::Row(field) => self
                .row
                .map_or(Value::Empty, |row| piece.notice.row_field(row.index as usize, field)),
            Scope::Serial => Value::Text(self.serial.as_str()),
            Scope::Mark => Value::Text(piece.mark),
            Scope::Leaf => Value::Int(piece.leaf.into()),
            Scope::Leaves => Value::Int(piece.leaves.into()),
            Scope::RowNumber => self.row.map_or(Value::Empty, |row| Value::Int(row.number.into())),
            Scope::RowCount => {
                Value::Int(i64::try_from(piece.notice.row_count()).unwrap_or(i64::MAX))
            }
            Scope::Sum(field) => self.sums.map_or(Value::Empty, |sums| sums.sum(field)),
            Scope::Running(field) => self.sums.map_or(Value::Empty, |sums| sums.running(field)),
            Scope::GroupRows => {
                self.sums.map_or(Value::Empty, |sums| Value::Int(sums.count().into()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serials_have_seven_digits_or_more() {
        for (serial, text) in [(0, "0000000"), (123, "0000123"), (u32::MAX, "4294967295")] {
            assert_eq!(SerialText::new(Serial(serial)).as_str(), text);
            assert_eq!(SerialText::new(Serial(serial)).as_str(), Serial(serial).to_string());
        }
    }
}
