//! Digit strings of fixed length in byte buffers: written without allocating, checked, summed.

use super::{Error, ErrorKind};
use crate::calendar::Date;

/// Writes `value` with leading zeros over the whole of `out`.
pub(super) fn put(out: &mut [u8], value: u64, field: &'static str) -> Result<(), Error> {
    let mut rest = value;
    for place in out.iter_mut().rev() {
        *place = b'0' + (rest % 10) as u8;
        #[expect(clippy::integer_division, reason = "the next digit to the left")]
        let next = rest / 10;
        rest = next;
    }
    if rest == 0 { Ok(()) } else { Err(ErrorKind::TooLarge { max: largest(out.len()) }.of(field)) }
}

/// Writes `text` flush right over the whole of `out`, with leading zeros.
pub(super) fn put_right(out: &mut [u8], text: &str, field: &'static str) -> Result<(), Error> {
    check(text, 0, out.len(), field)?;
    let (zeros, digits) = out.split_at_mut(out.len() - text.len());
    zeros.fill(b'0');
    digits.copy_from_slice(text.as_bytes());
    Ok(())
}

/// Writes `text` over the whole of `out`; it must be as long.
pub(super) fn put_whole(out: &mut [u8], text: &str, field: &'static str) -> Result<(), Error> {
    check(text, out.len(), out.len(), field)?;
    out.copy_from_slice(text.as_bytes());
    Ok(())
}

/// Demands `min` to `max` ASCII digits.
pub(super) fn check(text: &str, min: usize, max: usize, field: &'static str) -> Result<(), Error> {
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(ErrorKind::NotDigits.of(field));
    }
    if !(min..=max).contains(&text.len()) {
        return Err(ErrorKind::Length { found: text.len(), min, max }.of(field));
    }
    Ok(())
}

/// Month and day as a number: 1231.
pub(super) fn month_day(day: Date) -> u64 {
    u64::from(day.month().unsigned_abs()) * 100 + u64::from(day.day().unsigned_abs())
}

/// The number that ASCII digits say; at most 19 of them.
pub(super) fn number(digits: &[u8]) -> u64 {
    digits.iter().fold(0, |number, b| number * 10 + u64::from(b - b'0'))
}

/// The largest number of so many digits.
fn largest(places: usize) -> u64 {
    (0..places).try_fold(0u64, |n, _| n.checked_mul(10)?.checked_add(9)).unwrap_or(u64::MAX)
}

/// The check digit of modulus 10 with weights 3 and 1 from the right, as ASCII. `digits` must be ASCII
/// digits.
pub(super) fn modulus_10_weight_3_1(digits: &[u8]) -> u8 {
    let values = digits.iter().rev().map(|b| u32::from(b - b'0'));
    let sum: u32 =
        values.zip([3, 1].into_iter().cycle()).map(|(digit, weight)| digit * weight).sum();
    b'0' + ((10 - sum % 10) % 10) as u8
}

/// A digit string as text.
pub(super) fn text(digits: &[u8]) -> &str {
    std::str::from_utf8(digits).expect("only ASCII was written")
}
