//! The cells of one CSV row, as byte spans of its raw bytes. What a byte means as a character is not
//! known here, and need not be: no byte of a multi-byte character is a comma or a quote.

use memchr::{memchr, memchr_iter};

/// Where a cell stands in the raw bytes of its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CellSpan {
    /// The first byte of the cell's text, behind its opening quote.
    pub start: u32,
    /// The byte behind the cell's text, before its closing quote.
    pub end: u32,
    /// Whether the text holds doubled quotes, each of which means one.
    pub escaped: bool,
}

impl CellSpan {
    fn new(start: usize, end: usize, escaped: bool) -> Self {
        let narrow = |n| u32::try_from(n).expect("a row is limited to 1 MiB");
        Self { start: narrow(start), end: narrow(end), escaped }
    }

    /// The span as a range of the row's bytes.
    #[must_use]
    pub const fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The raw bytes of the cell, with doubled quotes as they stand.
    #[must_use]
    pub fn raw(self, row: &[u8]) -> &[u8] {
        &row[self.range()]
    }

    /// The bytes of the cell with doubled quotes made single, in `buffer` when there are any.
    pub(super) fn bytes<'a>(self, row: &'a [u8], buffer: &'a mut Vec<u8>) -> &'a [u8] {
        let raw = self.raw(row);
        if !self.escaped {
            return raw;
        }
        buffer.clear();
        let mut rest = raw;
        while let Some(at) = memchr(b'"', rest) {
            buffer.extend_from_slice(&rest[..=at]);
            let doubled = rest.get(at + 1) == Some(&b'"');
            rest = &rest[at + 1 + usize::from(doubled)..];
        }
        buffer.extend_from_slice(rest);
        buffer
    }
}

/// Splits `row` (without its line end) into `cells`, which is cleared before.
///
/// A quote opens a cell only as its first byte; elsewhere in an unquoted cell it is text. Returns
/// the place of the first byte of text behind a closing quote, when there is any: such a row is
/// damaged, and its cells from there on are only a guess.
pub fn split_cells(row: &[u8], cells: &mut Vec<CellSpan>) -> Option<usize> {
    cells.clear();
    if memchr(b'"', row).is_none() {
        let mut start = 0;
        for comma in memchr_iter(b',', row) {
            cells.push(CellSpan::new(start, comma, false));
            start = comma + 1;
        }
        cells.push(CellSpan::new(start, row.len(), false));
        return None;
    }
    let mut fault = None;
    let mut at = 0;
    loop {
        let cell = next_cell(row, at);
        cells.push(cell.span);
        fault = fault.or(cell.fault);
        match cell.next {
            Some(next) => at = next,
            None => return fault,
        }
    }
}

/// The cell at position `wanted` of `row`, and whether the row is sound up to its end; `None` when
/// the row is shorter.
pub(super) fn nth_cell(row: &[u8], wanted: usize) -> Option<(CellSpan, bool)> {
    let mut at = 0;
    let mut sound = true;
    for _ in 0..wanted {
        let cell = next_cell(row, at);
        sound &= cell.fault.is_none();
        at = cell.next?;
    }
    let cell = next_cell(row, at);
    Some((cell.span, sound && cell.fault.is_none()))
}

struct NextCell {
    span: CellSpan,
    /// Where the next cell begins; `None` behind the last.
    next: Option<usize>,
    fault: Option<usize>,
}

fn next_cell(row: &[u8], at: usize) -> NextCell {
    let comma_from = |from: usize| memchr(b',', &row[from..]).map(|n| from + n);
    if row.get(at) != Some(&b'"') {
        let comma = comma_from(at);
        let span = CellSpan::new(at, comma.unwrap_or(row.len()), false);
        return NextCell { span, next: comma.map(|n| n + 1), fault: None };
    }
    let (close, escaped) = closing_quote(row, at);
    let behind = (close + 1).min(row.len());
    let span = CellSpan::new(at + 1, close, escaped);
    match row.get(behind) {
        None => NextCell { span, next: None, fault: None },
        Some(b',') => NextCell { span, next: Some(behind + 1), fault: None },
        Some(_) => NextCell { span, next: comma_from(behind).map(|n| n + 1), fault: Some(behind) },
    }
}

/// The quote that closes the one at `open` (the row's end when none does), and whether a doubled
/// quote stands before it.
fn closing_quote(row: &[u8], open: usize) -> (usize, bool) {
    let mut escaped = false;
    let mut at = open + 1;
    loop {
        let Some(found) = memchr(b'"', &row[at..]) else { return (row.len(), escaped) };
        let quote = at + found;
        if row.get(quote + 1) != Some(&b'"') {
            return (quote, escaped);
        }
        escaped = true;
        at = quote + 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(row: &str, expected: &[&str], fault: Option<usize>) {
        let (mut cells, mut buffer) = (Vec::new(), Vec::new());
        assert_eq!(split_cells(row.as_bytes(), &mut cells), fault, "{row}");
        let mut texts = Vec::new();
        for (n, cell) in cells.iter().enumerate() {
            let bytes = cell.bytes(row.as_bytes(), &mut buffer).to_vec();
            texts.push(String::from_utf8(bytes).expect("cut at ASCII"));
            let nth = nth_cell(row.as_bytes(), n).expect("as many cells");
            assert_eq!(nth.0, *cell, "{row}");
            assert!(nth.1 || fault.is_some());
        }
        assert_eq!(texts, expected, "{row}");
        assert_eq!(nth_cell(row.as_bytes(), cells.len()), None, "{row}");
    }

    #[test]
    fn rows_fall_into_cells() {
        case("", &[""], None);
        case("a,b", &["a", "b"], None);
        case(",", &["", ""], None);
        case("\"a\",\"b,c\",", &["a", "b,c", ""], None);
        case("\"a\"\"b\",\"\"", &["a\"b", ""], None);
        case("\"\"\"\",x", &["\"", "x"], None);
        case("\"一\n二\",三", &["一\n二", "三"], None);
        case("5\"角,x", &["5\"角", "x"], None);
        case(" \"a\",b", &[" \"a\"", "b"], None);
        case("\"a\"b,c", &["a", "c"], Some(3));
        case("x,\"a\" ,\"c\"", &["x", "a", "c"], Some(5));
    }
}
