//! Control totals: the sender's count and sum of amounts, from a trailer row or a count file, and
//! their comparison with what was read.

use super::cells::{CellSpan, split_cells};
use super::rows::{RowBatch, RowReader};
use super::source::Source;
use super::{Error, RawRow, charset, codes};
use crate::diag::{Diagnostic, Findings, Place};
use crate::model::Yen;
use std::io::Read;

/// What the sender says that the file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Totals {
    /// How many records.
    pub records: u64,
    /// The sum of their amounts, when it is given.
    pub amount: Option<Yen>,
    /// Where it is said.
    pub place: Place,
}

/// What was counted while reading.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counted {
    /// All records, the rejected ones included.
    pub records: u64,
    /// The sum of their amounts; `None` when the form has no amount.
    pub amount: Option<Yen>,
    /// How many records have no amount that can be read.
    pub unreadable: u64,
}

impl Totals {
    /// Compares with what was counted. A difference is an error: records are missing, doubled or
    /// damaged, and the file is to be refused. While some amounts cannot be read, the sum cannot be
    /// compared, which is a warning.
    #[must_use]
    pub fn compare(&self, counted: &Counted) -> Findings {
        let mut findings = Findings::new();
        if self.records != counted.records {
            let (wanted, found) = (self.records, counted.records);
            let message = format!(
                "the number of records differs from the control total: {found} read, {wanted} announced"
            );
            let ja = format!(
                "件数が合いません。読み込んだ件数は{found}件、通知された件数は{wanted}件です"
            );
            findings.push(
                Diagnostic::error(codes::COUNT_DIFFERS, message)
                    .ja(ja)
                    .at(self.place.clone())
                    .hint("send the file again: records may be missing or doubled"),
            );
        }
        let (Some(wanted), Some(found)) = (self.amount, counted.amount) else { return findings };
        if wanted == found && counted.unreadable == 0 {
            return findings;
        }
        findings.push(if counted.unreadable > 0 {
            let n = counted.unreadable;
            let message = format!("the sum of amounts cannot be compared with the control total; records without an amount that can be read: {n}");
            Diagnostic::warning(codes::AMOUNT_UNKNOWN, message)
                .ja(format!("金額を読めないレコードが{n}件あるため、合計金額を照合できません"))
                .at(self.place.clone())
                .hint("correct the rejected records and compare again")
        } else {
            let message = format!("the sum of amounts differs from the control total: {found} yen read, {wanted} yen announced");
            let ja = format!("合計金額が合いません。読み込んだ合計は{found}円、通知された合計は{wanted}円です");
            Diagnostic::error(codes::AMOUNT_DIFFERS, message)
                .ja(ja)
                .at(self.place.clone())
                .hint("send the file again: amounts may be damaged")
        });
        findings
    }

    /// Reads count and amount from two neighbouring cells of a row; the amount may be empty or
    /// absent.
    pub(super) fn read(source: &Source, row: RawRow<'_>, first_cell: usize) -> Result<Self, Error> {
        let mut cells = Vec::new();
        let fault = split_cells(row.bytes, &mut cells);
        let mut buffer = Vec::new();
        let mut text = |cell: Option<&CellSpan>| -> Option<String> {
            let bytes = cell.map_or(&[][..], |cell| cell.bytes(row.bytes, &mut buffer));
            let mut text = String::new();
            charset::decode(source.encoding, bytes, &mut text).ok()?;
            Some(text)
        };
        let count = text(cells.get(first_cell));
        let amount = text(cells.get(first_cell + 1));
        let records = count.filter(|_| fault.is_none()).and_then(|text| whole(&text));
        let amount = amount.and_then(|text| match text.as_str() {
            "" => Some(None),
            _ => whole(&text).map(|yen| Some(Yen(yen))),
        });
        let unreadable = if records.is_none() { first_cell } else { first_cell + 1 };
        let end = u32::try_from(row.bytes.len()).unwrap_or(u32::MAX);
        let whole_row = CellSpan { start: 0, end, escaped: false };
        let span = cells.get(unreadable).copied().unwrap_or(whole_row).range();
        let records = records.and_then(|n| u64::try_from(n).ok());
        let (Some(records), Some(amount)) = (records, amount) else {
            return Err(unreadable_totals(source.place(row.line, row.bytes, span)).into());
        };
        let place = source.place(row.line, row.bytes, 0..row.bytes.len());
        Ok(Self { records, amount, place })
    }
}

/// A whole number of plain ASCII digits with an optional minus.
fn whole(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

fn unreadable_totals(place: Place) -> Diagnostic {
    Diagnostic::error(codes::TOTALS_UNREADABLE, "a control total cannot be read")
        .ja("件数または合計金額を読めません")
        .at(place)
        .hint("write count and amount as plain digits, without commas")
}

/// Reads a count file: one row of count and amount, without a heading.
///
/// # Errors
/// [`Error::Read`], and [`Error::Refused`] when it is anything else.
pub fn read_count_file(source: Source, read: impl Read) -> Result<Totals, Error> {
    let mut reader = RowReader::new(source, read);
    let mut batch = RowBatch::default();
    let mut totals = None;
    while reader.next(&mut batch)? {
        for row in batch.iter() {
            if totals.is_some() {
                let place = reader.source().place(row.line, row.bytes, 0..row.bytes.len());
                let hint = "leave one row in the count file";
                return Err(unreadable_totals(place).hint(hint).into());
            }
            totals = Some(Totals::read(reader.source(), row, 0)?);
        }
    }
    totals.ok_or_else(|| unreadable_totals(reader.source().whole()).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::job::Encoding;

    fn first(findings: &Findings) -> Option<&str> {
        findings.iter().next().map(|diagnostic| diagnostic.code.0)
    }

    #[track_caller]
    fn case(text: &str, expected: Result<(u64, Option<i64>), &str>) {
        let source = Source::new("count.csv", Encoding::Utf8);
        let found = match read_count_file(source, text.as_bytes()) {
            Ok(totals) => Ok((totals.records, totals.amount.map(|yen| yen.0))),
            Err(Error::Refused(findings)) => {
                let place = findings.iter().next().and_then(|d| d.place.clone());
                Err(place.expect("placed").to_string())
            }
            Err(error) => panic!("{error}"),
        };
        assert_eq!(found, expected.map_err(str::to_owned), "{text}");
    }

    #[test]
    fn count_files_are_read() {
        case("12,34500\r\n", Ok((12, Some(34_500))));
        case("\"12\",\"-5\"", Ok((12, Some(-5))));
        case("12", Ok((12, None)));
        case("12,", Ok((12, None)));
        case("12,\"34,500\"\n", Err("count.csv:1:5"));
        case("件数,金額\n12,34500\n", Err("count.csv:1:1"));
        case("12,1\n13,1\n", Err("count.csv:2:1"));
        case("-1,5\n", Err("count.csv:1:4"));
        case("", Err("count.csv"));
    }

    #[test]
    fn totals_are_compared() {
        let source = Source::new("count.csv", Encoding::Utf8);
        let totals = read_count_file(source, &b"2,300"[..]).expect("readable");
        let counted = |records, amount, unreadable| Counted { records, amount, unreadable };
        let amount = Some(Yen(300));
        assert!(totals.compare(&counted(2, amount, 0)).is_empty());
        assert!(totals.compare(&counted(2, None, 0)).is_empty());
        assert_eq!(first(&totals.compare(&counted(3, amount, 0))), Some("E134"));
        assert_eq!(first(&totals.compare(&counted(2, Some(Yen(299)), 0))), Some("E135"));
        let unknown = totals.compare(&counted(2, Some(Yen(100)), 1));
        assert_eq!((first(&unknown), unknown.errors()), (Some("W136"), 0));
    }
}
