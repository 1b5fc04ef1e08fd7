//! What a mark tells an inserter of a sheet: digits of a code, or OMR bars whose list and parity are the
//! machine's own.

use serde::{Deserialize, Serialize};
use std::fmt;

/// What an inserter must know of a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sheet {
    /// The job's number.
    pub job: u64,
    /// The piece's number in the job.
    pub sequence: u64,
    /// The sheet's number in its set, from 1, as the machine takes them.
    pub sheet: u64,
    /// The sheets of the set.
    pub sheets: u64,
    /// A bit for each feeder whose insert goes in: eight at most.
    pub inserts: u8,
    /// Where the set is diverted to; 0 for nowhere.
    pub divert: u64,
    /// The running number, already wrapped.
    pub wrap: u64,
}

impl Sheet {
    /// Whether it is the last of its set.
    #[must_use]
    pub const fn ends_set(&self) -> bool {
        self.sheet == self.sheets
    }
}

/// A number that has more digits than its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLarge {
    /// Which.
    pub digit: Digit,
    /// The place.
    pub width: u8,
    /// The number.
    pub value: u64,
}

/// What digits of a code say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Digit {
    /// The job's number.
    Job,
    /// The piece's serial.
    Sequence,
    /// The sheet's number in its set.
    Sheet,
    /// The sheets of the set.
    Sheets,
    /// 1 on the last sheet of a set.
    End,
    /// Feeders as a number: 1, 2, 4 …
    Inserts,
    /// Where the set is diverted to.
    Divert,
    /// The running number.
    Wrap,
    /// The sheet's number modulo 8.
    SheetWrap,
    /// The serial modulo 10.
    SequenceCheck,
    /// Two digits: the sum of all digits before, weighted 3 and 1 in turn, modulo 97.
    Check,
}

/// The 24 digits of a `DataMatrix` of 16 by 16 modules.
pub const DIGITS: [(Digit, u8); 10] = [
    (Digit::Job, 4),
    (Digit::Sequence, 7),
    (Digit::Sheet, 2),
    (Digit::Sheets, 2),
    (Digit::End, 1),
    (Digit::Inserts, 3),
    (Digit::Divert, 1),
    (Digit::SheetWrap, 1),
    (Digit::SequenceCheck, 1),
    (Digit::Check, 2),
];

/// Appends the digits of a layout.
///
/// # Errors
/// The first number that does not fit into its place; `out` ends before it.
pub fn digits(layout: &[(Digit, u8)], sheet: &Sheet, out: &mut String) -> Result<(), TooLarge> {
    use fmt::Write as _;
    let start = out.len();
    for &(digit, width) in layout {
        let value = match digit {
            Digit::Job => sheet.job,
            Digit::Sequence => sheet.sequence,
            Digit::Sheet => sheet.sheet,
            Digit::Sheets => sheet.sheets,
            Digit::End => u64::from(sheet.ends_set()),
            Digit::Inserts => sheet.inserts.into(),
            Digit::Divert => sheet.divert,
            Digit::Wrap => sheet.wrap,
            Digit::SheetWrap => sheet.sheet % 8,
            Digit::SequenceCheck => sheet.sequence % 10,
            Digit::Check => {
                let weighted = out.as_bytes()[start..].iter().zip([3, 1].into_iter().cycle());
                weighted.map(|(b, weight)| u64::from(b - b'0') * weight).sum::<u64>() % 97
            }
        };
        if value >= 10_u64.saturating_pow(width.into()) {
            return Err(TooLarge { digit, width, value });
        }
        write!(out, "{value:0width$}", width = usize::from(width)).expect("a string takes it");
    }
    Ok(())
}

/// A place for an OMR bar: whether it is printed depends on the sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Bar {
    /// Always printed: where the code begins.
    Benchmark,
    /// Always printed: proves that the reader works.
    Safety,
    /// Always printed: keeps the reader in step.
    Retiming,
    /// Printed on the last sheet of a set.
    Last,
    /// Printed on all sheets but the last of a set (not end of collation).
    NotLast,
    /// Printed on the first sheet of a set.
    First,
    /// Printed on all sheets but the first of a set (not beginning of collation).
    NotFirst,
    /// Printed when the insert of this feeder, from 1, goes in.
    Insert(u8),
    /// Printed when the set is diverted.
    Divert,
    /// A bit of the running number, by its weight: 1, 2, 4 …
    Wrap(u8),
    /// Makes the number of printed bars even, or odd.
    Parity,
    /// Never printed: a place that the machine knows and the job does not use.
    Empty,
}

impl Bar {
    /// Whether it is printed on a sheet; parity is not known from one bar alone.
    const fn is_printed(self, sheet: &Sheet) -> bool {
        match self {
            Self::Benchmark | Self::Safety | Self::Retiming => true,
            Self::Last => sheet.ends_set(),
            Self::NotLast => !sheet.ends_set(),
            Self::First => sheet.sheet == 1,
            Self::NotFirst => sheet.sheet > 1,
            Self::Insert(feeder) => {
                feeder >= 1 && feeder <= 8 && sheet.inserts >> (feeder - 1) & 1 == 1
            }
            Self::Divert => sheet.divert > 0,
            Self::Wrap(weight) => sheet.wrap & weight as u64 != 0,
            Self::Parity | Self::Empty => false,
        }
    }
}

impl fmt::Display for Bar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Benchmark => f.write_str("benchmark"),
            Self::Safety => f.write_str("safety"),
            Self::Retiming => f.write_str("retiming"),
            Self::Last => f.write_str("last"),
            Self::NotLast => f.write_str("not-last"),
            Self::First => f.write_str("first"),
            Self::NotFirst => f.write_str("not-first"),
            Self::Insert(feeder) => write!(f, "insert-{feeder}"),
            Self::Divert => f.write_str("divert"),
            Self::Wrap(weight) => write!(f, "wrap-{weight}"),
            Self::Parity => f.write_str("parity"),
            Self::Empty => f.write_str("empty"),
        }
    }
}

impl From<Bar> for String {
    fn from(bar: Bar) -> Self {
        bar.to_string()
    }
}

impl TryFrom<String> for Bar {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let number = |prefix: &str| text.strip_prefix(prefix)?.parse::<u8>().ok();
        let feeder = number("insert-").filter(|feeder| (1..=8).contains(feeder));
        let weight = number("wrap-").filter(|weight| weight.is_power_of_two());
        let bar = match (text.as_str(), feeder, weight) {
            (_, Some(feeder), _) => Self::Insert(feeder),
            (_, _, Some(weight)) => Self::Wrap(weight),
            ("benchmark", ..) => Self::Benchmark,
            ("safety", ..) => Self::Safety,
            ("retiming", ..) => Self::Retiming,
            ("last", ..) => Self::Last,
            ("not-last", ..) => Self::NotLast,
            ("first", ..) => Self::First,
            ("not-first", ..) => Self::NotFirst,
            ("divert", ..) => Self::Divert,
            ("parity", ..) => Self::Parity,
            ("empty", ..) => Self::Empty,
            _ => {
                return Err(format!(
                    "no bar is called `{text}`; bars are benchmark, safety, retiming, last, not-last, first, not-first, insert-1 to insert-8, divert, wrap-1, wrap-2, wrap-4 …, parity, empty"
                ));
            }
        };
        // One way of writing each, so that manifests stay canonical.
        if bar.to_string() == text { Ok(bar) } else { Err(format!("`{text}` is written `{bar}`")) }
    }
}

/// What the number of printed bars is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Parity {
    /// Even.
    #[default]
    Even,
    /// Odd.
    Odd,
}

/// Appends `1` for each bar of a list that is printed on a sheet, and `0` for the others.
pub fn omr(list: &[Bar], parity: Parity, sheet: &Sheet, out: &mut String) {
    let printed = list.iter().filter(|bar| bar.is_printed(sheet)).count();
    let adds = (printed % 2 == 1) == (parity == Parity::Even);
    out.extend(
        list.iter().map(|bar| {
            if bar.is_printed(sheet) || (*bar == Bar::Parity && adds) { '1' } else { '0' }
        }),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHEET: Sheet =
        Sheet { job: 1, sequence: 1, sheet: 1, sheets: 1, inserts: 0, divert: 0, wrap: 0 };

    #[test]
    fn numbers_beyond_their_places_are_refused() {
        let payload = |sheet: Sheet| digits(&DIGITS, &sheet, &mut String::new());
        assert_eq!(payload(SHEET), Ok(()));
        for (wrong, digit) in [
            (Sheet { job: 10_000, ..SHEET }, Digit::Job),
            (Sheet { sequence: 10_000_000, ..SHEET }, Digit::Sequence),
            (Sheet { sheet: 100, ..SHEET }, Digit::Sheet),
            (Sheet { sheets: 100, ..SHEET }, Digit::Sheets),
            (Sheet { divert: 10, ..SHEET }, Digit::Divert),
        ] {
            assert_eq!(payload(wrong).expect_err("too large").digit, digit);
        }
    }

    #[test]
    fn bars_keep_their_parity_and_their_names() {
        let names = "benchmark safety retiming last not-last first not-first insert-1 insert-8 divert wrap-1 wrap-128 parity empty";
        let list: Vec<Bar> =
            names.split(' ').map(|name| Bar::try_from(name.to_owned()).expect("a bar")).collect();
        let back: Vec<String> = list.iter().map(ToString::to_string).collect();
        assert_eq!(back.join(" "), names);
        for wrong in ["insert-0", "insert-9", "insert-01", "wrap-3", "wrap-0", "begin", ""] {
            assert!(Bar::try_from(wrong.to_owned()).is_err(), "{wrong}");
        }
        for n in 0..64_u8 {
            let sheet = u64::from(n % 4) + 1;
            let sheet = Sheet { sheet, sheets: 4, inserts: n, wrap: n.into(), ..SHEET };
            for (parity, rest) in [(Parity::Even, 0), (Parity::Odd, 1)] {
                let mut bars = String::new();
                omr(&list, parity, &sheet, &mut bars);
                assert_eq!(bars.matches('1').count() % 2, rest, "{bars}");
            }
        }
    }
}
