//! The notations of a date in input files: Gregorian with or without separators, wareki as an era
//! mark and six digits, and the special values for none and unknown.

use super::{Date, Era};

/// Why a text is not a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateFault {
    /// No notation that is known.
    Notation,
    /// A day that does not exist.
    NoSuchDay,
    /// A day outside the era that it names (`S64.1.8`, `H31.5.1`).
    OutsideEra,
    /// Month or day are given as unknown (不詳日), `00` or `99`: no date, yet not nothing.
    Unknown,
}

/// Reads a date: `YYYYMMDD`, `YYYY-MM-DD`, `YYYY/MM/DD` or `GYYMMDD`, where G is an era's letter
/// (`M T S H R`) or digit (`1` to `5`). `99999999` means none.
///
/// # Errors
/// [`DateFault`] when the text is no date.
pub fn parse_date(text: &str) -> Result<Option<Date>, DateFault> {
    let bytes = text.as_bytes();
    match bytes.len() {
        8 if text == "99999999" => Ok(None),
        8 => gregorian(bytes, 4, 6).map(Some),
        10 if matches!(bytes[4], b'-' | b'/') && bytes[4] == bytes[7] => {
            gregorian(bytes, 5, 8).map(Some)
        }
        7 => wareki(bytes).map(Some),
        _ => Err(DateFault::Notation),
    }
}

fn gregorian(bytes: &[u8], month_at: usize, day_at: usize) -> Result<Date, DateFault> {
    let year = i16::from(number(bytes, 0)?) * 100 + i16::from(number(bytes, 2)?);
    on(year, number(bytes, month_at)?, number(bytes, day_at)?)
}

fn wareki(bytes: &[u8]) -> Result<Date, DateFault> {
    let era = Era::from_mark(bytes[0]).ok_or(DateFault::Notation)?;
    let (year, month, day) = (number(bytes, 1)?, number(bytes, 3)?, number(bytes, 5)?);
    if year == 0 {
        return Err(DateFault::NoSuchDay);
    }
    let date = on(era.gregorian(i16::from(year)), month, day)?;
    let inside = era.first_day() <= date && era.last_day().is_none_or(|last| date <= last);
    if inside { Ok(date) } else { Err(DateFault::OutsideEra) }
}

fn on(year: i16, month: i8, day: i8) -> Result<Date, DateFault> {
    if matches!(month, 0 | 99) || matches!(day, 0 | 99) {
        return Err(DateFault::Unknown);
    }
    Date::new(year, month, day).map_err(|_| DateFault::NoSuchDay)
}

/// The number of the two digits at `at`.
#[expect(clippy::cast_possible_wrap, reason = "two digits make at most 99")]
fn number(bytes: &[u8], at: usize) -> Result<i8, DateFault> {
    match bytes[at..at + 2] {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => Ok(((tens - b'0') * 10 + (ones - b'0')) as i8),
        _ => Err(DateFault::Notation),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[track_caller]
    fn case(text: &str, expected: Result<Option<Date>, DateFault>) {
        assert_eq!(parse_date(text), expected, "{text}");
    }

    #[test]
    fn every_notation() {
        let day = Ok(Some(date(2026, 4, 6)));
        for text in ["20260406", "2026-04-06", "2026/04/06", "R080406", "5080406"] {
            case(text, day);
        }
        case("99999999", Ok(None));
        case("M450730", Ok(Some(date(1912, 7, 30))));
        case("T010730", Ok(Some(date(1912, 7, 30))));
        case("3640107", Ok(Some(date(1989, 1, 7))));
        case("4010108", Ok(Some(date(1989, 1, 8))));
        case("H310430", Ok(Some(date(2019, 4, 30))));
    }

    #[test]
    fn faults_are_told_apart() {
        for text in ["", "2026", "2026-4-6", "2026-04/06", "X080406", "6080406", "２０２６０４０６"]
        {
            case(text, Err(DateFault::Notation));
        }
        case("2026+0406", Err(DateFault::Notation));
        case("+2026-4-6", Err(DateFault::Notation));
        for text in ["20260230", "2026-13-01", "R000101", "20230229"] {
            case(text, Err(DateFault::NoSuchDay));
        }
        for text in ["S640108", "H310501", "R010430", "M010101"] {
            case(text, Err(DateFault::OutsideEra));
        }
        for text in ["20260400", "20260099", "2026-00-00", "R089999", "S550100"] {
            case(text, Err(DateFault::Unknown));
        }
    }
}
