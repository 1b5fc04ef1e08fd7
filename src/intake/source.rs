//! A named input file, and how a byte of one of its rows becomes a place to show.

use super::charset;
use crate::diag::{Place, SourceText};
use crate::model::job::Encoding;
use std::ops::Range;
use std::sync::Arc;

/// Longer source lines are not shown whole: a thousand findings are kept, each with its line.
const SHOWN_MAX: usize = 2_000;

/// The name and encoding of an input file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The file as the operator named it.
    pub file: Arc<str>,
    /// How its bytes are characters.
    pub encoding: Encoding,
}

impl Source {
    /// A file of that name and encoding.
    #[must_use]
    pub fn new(file: &str, encoding: Encoding) -> Self {
        Self { file: file.into(), encoding }
    }

    /// The place of `span` in a row that begins on `line`; `row` are its raw bytes, which may hold
    /// line breaks inside quotes. The source line is marked as personal.
    #[must_use]
    pub fn place(&self, line: u32, row: &[u8], span: Range<usize>) -> Place {
        let start = span.start.min(row.len());
        let above = memchr::memchr_iter(b'\n', &row[..start]).count();
        let line_start = memchr::memrchr(b'\n', &row[..start]).map_or(0, |n| n + 1);
        let line_end = memchr::memchr(b'\n', &row[start..]).map_or(row.len(), |n| start + n);
        let end = span.end.clamp(start, line_end);
        let text = |range: Range<usize>| charset::decode_lossy(self.encoding, &row[range]);
        let before = text(line_start..start);
        let meant = text(start..end);
        let column = before.chars().count() + 1;
        let line = line.saturating_add(u32::try_from(above).unwrap_or(u32::MAX));
        let place =
            Place::at(Arc::clone(&self.file), line, u32::try_from(column).unwrap_or(u32::MAX));
        let source = if line_end - line_start <= SHOWN_MAX {
            let behind = text(end..line_end);
            SourceText {
                span: before.len()..before.len() + meant.len(),
                line: format!("{before}{meant}{}", behind.trim_end_matches('\r')),
                personal: true,
            }
        } else {
            let line: String = meant.chars().take(SHOWN_MAX).collect();
            SourceText { span: 0..line.len(), line, personal: true }
        };
        place.with_source(source)
    }

    /// The place of a line as a whole, without showing it.
    #[must_use]
    pub fn line(&self, line: u32) -> Place {
        Place::at(Arc::clone(&self.file), line, 0)
    }

    /// The file as a whole.
    #[must_use]
    pub fn whole(&self) -> Place {
        Place::file(Arc::clone(&self.file))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(row: &str, meant: &str, line: u32, column: u32, shown: &str) {
        let at = row.find(meant).expect("the part is in the row");
        let place =
            Source::new("a.csv", Encoding::Utf8).place(7, row.as_bytes(), at..at + meant.len());
        let source = place.source.expect("a row can be shown");
        assert_eq!((place.line, place.column, source.line.as_str()), (line, column, shown));
        assert_eq!(&source.line[source.span], meant);
        assert!(source.personal);
    }

    #[test]
    fn places_count_lines_and_characters() {
        case("一,二,三", "三", 7, 5, "一,二,三");
        case("\"一\r\n二,\",三", "三", 8, 5, "二,\",三");
        case("\"一\r\n二\",三", "一", 7, 2, "\"一");
        let long = format!("{},三", "字".repeat(1_000));
        case(&long, "三", 7, 1_002, "三");
    }
}
