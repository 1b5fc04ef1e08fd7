//! The notations of a date in input files.

use super::Date;

/// Why a text is not a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateFault {
    /// No notation that is known.
    Notation,
    /// A day that does not exist.
    NoSuchDay,
}

/// Reads `YYYYMMDD` or `YYYY-MM-DD`; `99999999` means none.
///
/// # Errors
/// [`DateFault`] when the text is no date.
pub fn parse_date(text: &str) -> Result<Option<Date>, DateFault> {
    let bytes = text.as_bytes();
    let digits = |range: std::ops::Range<usize>| -> Result<i16, DateFault> {
        let part = bytes.get(range).ok_or(DateFault::Notation)?;
        part.iter().try_fold(0_i16, |n, b| {
            b.is_ascii_digit().then(|| n * 10 + i16::from(b - b'0')).ok_or(DateFault::Notation)
        })
    };
    let (year, month, day) = match bytes.len() {
        8 if text == "99999999" => return Ok(None),
        8 => (digits(0..4)?, digits(4..6)?, digits(6..8)?),
        10 if bytes[4] == b'-' && bytes[7] == b'-' => {
            (digits(0..4)?, digits(5..7)?, digits(8..10)?)
        }
        _ => return Err(DateFault::Notation),
    };
    let (month, day) = (i8::try_from(month), i8::try_from(day));
    let (Ok(month), Ok(day)) = (month, day) else { return Err(DateFault::NoSuchDay) };
    Date::new(year, month, day).map(Some).map_err(|_| DateFault::NoSuchDay)
}
