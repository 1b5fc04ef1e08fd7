//! Tests of row reading: tables, and properties against the `csv` crate.

use super::*;
use proptest::prelude::*;

/// A reader that gives at most so many bytes at a time, by turns.
struct Drip<'a> {
    bytes: &'a [u8],
    sizes: &'a [usize],
    turn: usize,
}

impl Read for Drip<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let size = self.sizes[self.turn % self.sizes.len()].min(buffer.len());
        self.turn += 1;
        let n = size.min(self.bytes.len());
        buffer[..n].copy_from_slice(&self.bytes[..n]);
        self.bytes = &self.bytes[n..];
        Ok(n)
    }
}

type Row = (u64, u64, u32, Vec<u8>);

fn rows(read: impl Read) -> Result<Vec<Row>, String> {
    let mut reader = RowReader::new(Source::new("a.csv", Encoding::Utf8), read);
    let mut batch = RowBatch::default();
    let mut rows = Vec::new();
    loop {
        match reader.next(&mut batch) {
            Ok(true) => {
                rows.extend(batch.iter().map(|r| (r.number, r.offset, r.line, r.bytes.to_vec())));
            }
            Ok(false) => return Ok(rows),
            Err(Error::Refused(findings)) => {
                let first = findings.iter().next().expect("a refusal has a reason");
                return Err(format!("{} {}", first.code, first.place.as_ref().expect("placed")));
            }
            Err(error) => panic!("{error}"),
        }
    }
}

#[track_caller]
fn case(text: &str, expected: &[(u64, u32, &str)]) {
    let found = rows(text.as_bytes()).expect("rows can be told apart");
    let found: Vec<_> = found
        .iter()
        .map(|(_, offset, line, bytes)| {
            (*offset, *line, std::str::from_utf8(bytes).expect("cut at ASCII"))
        })
        .collect();
    assert_eq!(found, expected, "{text:?}");
}

#[test]
fn lines_become_rows() {
    case("", &[]);
    case("a\nb", &[(0, 1, "a"), (2, 2, "b")]);
    case("a\r\nb\r\n", &[(0, 1, "a"), (3, 2, "b")]);
    case("a\n\n\r\nb\r", &[(0, 1, "a"), (5, 4, "b")]);
    case("\u{FEFF}a\nb\n\u{1A}", &[(3, 1, "a"), (5, 2, "b")]);
    case("\"x\ny\",1\nb", &[(0, 1, "\"x\ny\",1"), (8, 3, "b")]);
    case("\"x\"\"\r\n\",1\r\nb", &[(0, 1, "\"x\"\"\r\n\",1"), (11, 3, "b")]);
    case("5\"角,\nb", &[(0, 1, "5\"角,"), (7, 2, "b")]);
    case("\"a\"b\nc", &[(0, 1, "\"a\"b"), (5, 2, "c")]);
}

#[track_caller]
fn refused(text: &str, expected: &str) {
    assert_eq!(rows(text.as_bytes()), Err(expected.to_owned()), "{text:.40}");
}

#[test]
fn rows_that_cannot_be_told_apart_are_refused() {
    refused("a,b\nc,\"d\ne,f\n", "E109 a.csv:2:3");
    refused("a,b\nc,\"d\ne,\"f\"\ng,h\n", "E109 a.csv:2:3");
    refused("\"", "E109 a.csv:1:1");
    let long = "a,".repeat(ROW_BYTES_MAX);
    refused(&format!("x\n{long}"), "E110 a.csv:2");
    refused(&format!("x\n1,\"{long}"), "E109 a.csv:2:3");
    refused(&format!("x\n{long}\ny\n"), "E110 a.csv:2");
}

#[test]
fn a_long_row_within_the_limit_is_read() {
    let long = "字".repeat(300_000);
    let text = format!("a\n{long}\n{long}\nb\n");
    let found = rows(text.as_bytes()).expect("rows can be told apart");
    assert_eq!(found.len(), 4);
    assert_eq!(found[2].3, long.as_bytes());
}

#[test]
fn the_mark_of_another_encoding_is_refused() {
    assert_eq!(rows(&b"\xFF\xFEa\0"[..]), Err("E103 a.csv".to_owned()));
}

proptest! {
    /// Whatever the sizes of single reads: the same rows, the same refusal.
    #[test]
    fn reads_of_any_size_give_the_same_rows(
        text in "[a,\"\n\r字]{0,60}",
        repeat in prop_oneof![4 => Just(1_usize), 1 => Just(30_000)],
        sizes in prop::collection::vec(1_usize..70_000, 1..5),
    ) {
        let text = text.repeat(repeat);
        let drip = Drip { bytes: text.as_bytes(), sizes: &sizes, turn: 0 };
        let dripped = rows(drip);
        prop_assert_eq!(&dripped, &rows(text.as_bytes()));
        for (_, offset, _, bytes) in dripped.unwrap_or_default() {
            let at = usize::try_from(offset).expect("small");
            prop_assert_eq!(&text.as_bytes()[at..at + bytes.len()], &bytes[..]);
        }
    }

    /// The same cells as the `csv` crate reads, for every text whose rows are not damaged.
    #[test]
    fn cells_are_those_of_the_csv_crate(text in "(a|,|\"|\n|\r\n|字|\",\"|\"\"){0,40}") {
        let Ok(rows) = rows(text.as_bytes()) else { return Ok(()) };
        let mut ours = Vec::new();
        let (mut cells, mut buffer) = (Vec::new(), Vec::new());
        for (_, _, _, row) in &rows {
            if crate::intake::split_cells(row, &mut cells).is_some() {
                return Ok(());
            }
            let row: Vec<Vec<u8>> =
                cells.iter().map(|cell| cell.bytes(row, &mut buffer).to_vec()).collect();
            ours.push(row);
        }
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let theirs: Vec<Vec<Vec<u8>>> = reader
            .byte_records()
            .map(|row| row.expect("in memory").iter().map(<[u8]>::to_vec).collect())
            .collect();
        prop_assert_eq!(ours, theirs);
    }

    /// Cells written by the `csv` crate are read back as they were.
    #[test]
    fn cells_written_by_the_csv_crate_come_back(
        table in prop::collection::vec(
            prop::collection::vec("[a,\"\n\r字 ]{0,6}", 3), 1..8),
    ) {
        let mut writer = csv::Writer::from_writer(Vec::new());
        for row in &table {
            writer.write_record(row).expect("in memory");
        }
        let bytes = writer.into_inner().expect("in memory");
        let rows = rows(&bytes[..]).expect("sound rows");
        prop_assert_eq!(rows.len(), table.len());
        let (mut cells, mut buffer) = (Vec::new(), Vec::new());
        for ((_, _, _, row), expected) in rows.iter().zip(&table) {
            prop_assert_eq!(crate::intake::split_cells(row, &mut cells), None);
            let found: Vec<String> = cells
                .iter()
                .map(|c| String::from_utf8(c.bytes(row, &mut buffer).to_vec()).expect("UTF-8"))
                .collect();
            prop_assert_eq!(&found, expected);
        }
    }
}
