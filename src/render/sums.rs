//! Adds up fields of rows for the bands of tables, exactly.

use crate::model::{Decimal, FieldIndex, Notice, Value, Yen};
use std::ops::Range;

/// The rows whose fields a band adds up.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sums<'a> {
    pub(super) notice: &'a Notice<'a>,
    /// The positions of all rows of the table.
    pub(super) rows: &'a [u32],
    /// The band's own rows, by their numbers in `rows`.
    pub(super) start: u32,
    pub(super) end: u32,
}

impl Sums<'_> {
    /// How many rows it adds up.
    pub(super) fn count(&self) -> u32 {
        self.end - self.start
    }

    /// The sum over the band's rows.
    pub(super) fn sum(&self, field: FieldIndex) -> Value<'static> {
        self.added(self.start..self.end, field)
    }

    /// The sum from the table's first row to the band's last.
    pub(super) fn running(&self, field: FieldIndex) -> Value<'static> {
        self.added(0..self.end, field)
    }

    /// A sum that does not fit is empty here: [`overflows`] told of it when the record was measured.
    fn added(&self, range: Range<u32>, field: FieldIndex) -> Value<'static> {
        let rows = &self.rows[range.start as usize..range.end as usize];
        added(self.notice, rows, field, |n| n).unwrap_or(Value::Empty)
    }
}

/// The field added up over the rows; 0 over no rows, empty when no row gives a value, `None` when
/// the sum does not fit.
fn added(
    notice: &Notice<'_>,
    rows: &[u32],
    field: FieldIndex,
    part: fn(i64) -> i64,
) -> Option<Value<'static>> {
    let mut total = if rows.is_empty() { Value::Int(0) } else { Value::Empty };
    for &row in rows {
        let value = notice.row_field(row as usize, field);
        let add = |total: i64, n: i64| total.checked_add(part(n));
        total = match (total, value) {
            (Value::Empty, Value::Yen(Yen(n))) => Value::Yen(Yen(part(n))),
            (Value::Empty, Value::Int(n)) => Value::Int(part(n)),
            (Value::Empty, Value::Decimal(n)) => {
                Value::Decimal(Decimal { unscaled: part(n.unscaled), ..n })
            }
            (Value::Yen(Yen(total)), Value::Yen(Yen(n))) => Value::Yen(Yen(add(total, n)?)),
            (Value::Int(total), Value::Int(n)) => Value::Int(add(total, n)?),
            // A field has one scale, which its cells were filled up to when they were read.
            (Value::Decimal(total), Value::Decimal(n)) if total.scale == n.scale => {
                Value::Decimal(Decimal { unscaled: add(total.unscaled, n.unscaled)?, ..n })
            }
            (total, _) => total,
        };
    }
    Some(total)
}

/// Whether any sum of the field over some of the rows could be too large to be exact: then none is
/// printed.
pub(super) fn overflows(notice: &Notice<'_>, rows: &[u32], field: FieldIndex) -> bool {
    added(notice, rows, field, i64::saturating_abs).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Field, FieldKind, Record, Schema};

    fn schema() -> Schema {
        let field = |id: &str, kind| Field {
            id: id.into(),
            ja: id.into(),
            kind,
            required: false,
            unique: false,
            sample: None,
        };
        let whole = (i64::MIN, i64::MAX);
        let rows = vec![
            field("tax", FieldKind::Yen { min: whole.0, max: whole.1, step: 1 }),
            field("area", FieldKind::Decimal { scale: 2 }),
            field("count", FieldKind::Int { min: whole.0, max: whole.1, step: 1 }),
        ];
        Schema { fields: vec![], key: 0, rows }
    }

    fn with_rows(rows: &[[&str; 3]], test: impl FnOnce(&Notice<'_>, &[u32])) {
        let mut record = Record::default();
        for cell in rows.iter().flatten() {
            record.rows.push(cell);
        }
        let schema = schema();
        let notice = Notice::read(&schema, &record, |cell, fault| panic!("{cell:?} {fault:?}"));
        let numbers: Vec<u32> = (0..).take(rows.len()).collect();
        test(&notice, &numbers);
    }

    #[test]
    fn sums_are_exact_and_of_their_kind() {
        let rows =
            [["100", "10.5", ""], ["-30", "0.25", ""], ["", "", ""], ["9007199254740993", "", ""]];
        with_rows(&rows, |notice, rows| {
            let sums = |start, end| Sums { notice, rows, start, end };
            assert_eq!(sums(0, 2).sum(0), Value::Yen(Yen(70)));
            assert_eq!(sums(1, 4).sum(0), Value::Yen(Yen(9_007_199_254_740_963)));
            assert_eq!(sums(1, 4).running(0), Value::Yen(Yen(9_007_199_254_741_063)));
            let area = Value::Decimal(Decimal { unscaled: 1_075, scale: 2 });
            assert_eq!(sums(0, 3).sum(1), area);
            assert_eq!(sums(0, 4).sum(2), Value::Empty, "nothing is given");
            assert_eq!(sums(2, 2).sum(2), Value::Int(0), "there is no row");
            assert_eq!(sums(1, 4).count(), 3);
        });
    }

    #[test]
    fn a_sum_that_does_not_fit_is_told_of() {
        let most = i64::MAX.to_string();
        for (second, expected) in [("0", false), ("1", true), ("-1", true)] {
            with_rows(&[[&most, "", ""], [second, "", ""]], |notice, rows| {
                assert_eq!(overflows(notice, rows, 0), expected, "{second}");
            });
        }
        with_rows(&[["", "", &i64::MIN.to_string()], ["", "", "1"]], |notice, rows| {
            assert!(overflows(notice, rows, 2));
            assert!(!overflows(notice, &rows[..1], 2));
        });
    }
}
