//! The exclude list: keys of records to leave out. It does not say why, and must not.

use super::cells::nth_cell;
use super::master::empty_file;
use super::rows::{RowBatch, RowReader};
use super::source::Source;
use super::{Error, RawRow, charset, codes};
use crate::diag::{Diagnostic, Findings};
use std::io::Read;
use std::sync::atomic::{AtomicBool, Ordering};

/// Keys of records to leave out.
#[derive(Debug)]
pub struct ExcludeList {
    source: Source,
    /// By key; a key that stands twice counts once.
    keys: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    key: String,
    line: u32,
    /// Whether it stands where the heading is expected.
    heading: bool,
    used: AtomicBool,
}

impl ExcludeList {
    /// Reads a list: a heading row, then keys in the first column.
    ///
    /// # Errors
    /// [`Error::Read`], and [`Error::Refused`] when the file is empty or a key cannot be read: a
    /// record that should be left out would be sent.
    pub fn read(source: Source, read: impl Read) -> Result<Self, Error> {
        let mut reader = RowReader::new(source, read);
        let mut batch = RowBatch::default();
        let (mut keys, mut faults) = (Vec::new(), Findings::new());
        while reader.next(&mut batch)? {
            for row in batch.iter() {
                let heading = row.number == 1;
                match read_key(reader.source(), row) {
                    Some(key) => {
                        let used = AtomicBool::new(false);
                        keys.push(Entry { key, line: row.line, heading, used });
                    }
                    None if heading => {}
                    None => faults.push(no_key(reader.source(), row)),
                }
            }
        }
        if !faults.is_empty() {
            return Err(faults.into());
        }
        let source = reader.source().clone();
        if keys.is_empty() {
            return Err(empty_file(&source));
        }
        keys.sort_by(|a, b| a.key.cmp(&b.key).then(a.line.cmp(&b.line)));
        keys.dedup_by(|later, earlier| later.key == earlier.key);
        Ok(Self { source, keys })
    }

    /// How many keys the list has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.iter().filter(|entry| !entry.heading).count()
    }

    /// Whether the list has no key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the record with this key is to be left out; remembers that it was asked for.
    ///
    /// The cell where the heading is expected counts as a key too: when a record has it, the list
    /// has no heading, and its first key must not be lost.
    pub fn contains(&self, key: &str) -> bool {
        let found = self.keys.binary_search_by(|entry| entry.key.as_str().cmp(key));
        found.is_ok_and(|at| {
            self.keys[at].used.store(true, Ordering::Relaxed);
            true
        })
    }

    /// Warnings about keys that no record has, and about a missing heading. Call it when all records
    /// were asked for.
    #[must_use]
    pub fn unused(&self) -> Findings {
        let mut entries: Vec<&Entry> = self.keys.iter().collect();
        entries.sort_by_key(|entry| entry.line);
        let mut findings = Findings::new();
        for entry in entries {
            let used = entry.used.load(Ordering::Relaxed);
            if used == entry.heading {
                findings.push(self.warning(entry));
            }
        }
        findings
    }

    fn warning(&self, entry: &Entry) -> Diagnostic {
        let place = self.source.line(entry.line);
        if entry.heading {
            let message = "the first row of the exclude list is the key of a record, not a heading";
            return Diagnostic::warning(codes::EXCLUDE_HEADING, message)
                .ja("除外リストの1行目が見出しではなくキーになっています。そのレコードも除外しました")
                .at(place)
                .hint("put a heading row above the keys");
        }
        Diagnostic::warning(codes::EXCLUDE_UNUSED, "a key of the exclude list is in no record")
            .ja("除外リストのキーに当たるレコードがありません")
            .at(place)
            .hint("check the key, and that its leading zeros are not lost")
    }
}

fn read_key(source: &Source, row: RawRow<'_>) -> Option<String> {
    let (cell, sound) = nth_cell(row.bytes, 0)?;
    let mut buffer = Vec::new();
    let bytes = cell.bytes(row.bytes, &mut buffer);
    let mut key = String::new();
    charset::decode(source.encoding, bytes, &mut key).ok()?;
    (sound && !key.is_empty() && !charset::has_control(bytes)).then_some(key)
}

fn no_key(source: &Source, row: RawRow<'_>) -> Diagnostic {
    Diagnostic::error(codes::EXCLUDE_KEY, "the row of the exclude list has no key that can be read")
        .ja("除外リストの行のキーを読めません")
        .at(source.place(row.line, row.bytes, 0..row.bytes.len()))
        .hint("write the key in the first column")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::job::Encoding;

    fn read(text: &str) -> Result<ExcludeList, String> {
        let source = Source::new("exclude.csv", Encoding::Utf8);
        ExcludeList::read(source, text.as_bytes()).map_err(|error| match error {
            Error::Refused(findings) => {
                let first = findings.iter().next().expect("a refusal has a reason");
                format!("{} {}", first.code, first.place.as_ref().expect("placed"))
            }
            error => error.to_string(),
        })
    }

    fn codes(findings: &Findings) -> Vec<String> {
        findings
            .iter()
            .map(|d| format!("{} {}", d.code, d.place.as_ref().expect("placed")))
            .collect()
    }

    #[test]
    fn keys_are_found_and_the_unused_ones_told() {
        let list = read("通知書番号,理由\n0001,x\n\"0002\"\n0002\n9,y\n").expect("sound");
        assert_eq!(list.len(), 3);
        assert!(list.contains("0001") && list.contains("0002") && !list.contains("1"));
        assert_eq!(codes(&list.unused()), ["W142 exclude.csv:5"]);
        let list = read("0001\n0002\n").expect("sound");
        assert!(list.contains("0001") && list.contains("0002"));
        assert_eq!(codes(&list.unused()), ["W143 exclude.csv:1"]);
        assert!(read("番号\n").expect("a list may be empty").is_empty());
    }

    #[test]
    fn a_key_that_cannot_be_read_refuses_the_list() {
        assert_eq!(read("").err().as_deref(), Some("E101 exclude.csv"));
        assert_eq!(read("番号\n0001\n,x\n").err().as_deref(), Some("E141 exclude.csv:3:1"));
        assert_eq!(read("番号\n\"1\"x\n").err().as_deref(), Some("E141 exclude.csv:2:1"));
    }
}
