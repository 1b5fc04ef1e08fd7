//! Values that no two records may share, over a whole job: hashes are collected record by record,
//! and equal ones are confirmed by the values themselves.

use super::codes;
use crate::diag::{Diagnostic, Place};
use crate::model::schema::Field;
use crate::model::{FieldIndex, key_hash};

/// More records than these are not named in a finding.
const NAMED_MAX: usize = 8;

/// The hash of a value that must be unique, and whose it is. Sorts by field, hash, record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyMark {
    field: FieldIndex,
    hash: u64,
    record: u32,
}

const _: () = assert!(size_of::<KeyMark>() <= 16, "a million records take 16 MB");

impl KeyMark {
    pub(super) fn new(field: FieldIndex, text: &str, record: u32) -> Self {
        Self { field, hash: key_hash(text.as_bytes()), record }
    }
}

/// Records that share a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duplicate {
    /// The field that must be unique.
    pub field: FieldIndex,
    /// The positions of the records in the pass-1 index, ascending; at least two.
    pub records: Vec<u32>,
}

/// The records that really share a value. `read` gives the text of a field of a record again; it is
/// asked only about equal hashes.
///
/// # Errors
/// What `read` fails with.
pub fn duplicates<E>(
    mut marks: Vec<KeyMark>,
    mut read: impl FnMut(u32, FieldIndex) -> Result<String, E>,
) -> Result<Vec<Duplicate>, E> {
    marks.sort_unstable();
    let mut duplicates = Vec::new();
    for same in marks.chunk_by(|a, b| (a.field, a.hash) == (b.field, b.hash)) {
        if same.len() < 2 {
            continue;
        }
        let mut texts = Vec::with_capacity(same.len());
        for mark in same {
            texts.push((read(mark.record, mark.field)?, mark.record));
        }
        texts.sort_unstable();
        for equal in texts.chunk_by(|(a, _), (b, _)| a == b).filter(|equal| equal.len() > 1) {
            let records = equal.iter().map(|&(_, record)| record).collect();
            duplicates.push(Duplicate { field: same[0].field, records });
        }
    }
    duplicates.sort_by(|a, b| (a.records[0], a.field).cmp(&(b.records[0], b.field)));
    Ok(duplicates)
}

pub(super) fn finding(duplicate: &Duplicate, field: &Field, place: Place) -> Diagnostic {
    let count = duplicate.records.len();
    let shown = duplicate.records.iter().take(NAMED_MAX);
    let numbers: Vec<String> = shown.map(|record| (u64::from(*record) + 1).to_string()).collect();
    let (more, more_ja) = if count > NAMED_MAX { (" and more", "ほか") } else { ("", "") };
    let message =
        format!("`{}` is the same in {count} records: {}{more}", field.id, numbers.join(", "));
    let ja = format!(
        "「{}」({}) が{count}件で重複しています（レコード{}{more_ja}）",
        field.ja,
        field.id,
        numbers.join("、")
    );
    Diagnostic::error(codes::DUPLICATE, message)
        .ja(ja)
        .at(place)
        .field(&field.id)
        .hint("remove the doubled record or correct its value")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;

    #[test]
    fn equal_values_are_found_and_equal_hashes_alone_are_not() {
        let texts = ["一", "二", "一", "三", "二", "一"];
        let mut marks: Vec<KeyMark> =
            (0..).zip(texts).map(|(n, text)| KeyMark::new(0, text, n)).collect();
        // A forged collision: record 3 claims the hash of record 1.
        marks[3].hash = marks[1].hash;
        marks.push(KeyMark::new(7, "一", 3));
        let read = |record: u32, _| Ok::<_, Infallible>(texts[record as usize].to_owned());
        let Ok(found) = duplicates(marks, read);
        assert_eq!(
            found,
            [
                Duplicate { field: 0, records: vec![0, 2, 5] },
                Duplicate { field: 0, records: vec![1, 4] },
            ]
        );
    }
}
