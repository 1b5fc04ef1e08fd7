//! Numbers as PDF wants them: decimal, shortest, from integers. Appends to a byte buffer and is
//! the innermost loop of a page.
#![expect(clippy::integer_division, reason = "whole and fractional parts are wanted apart")]

use crate::measure::{Length, div_round};

const PAIRS: &[u8; 200] = b"00010203040506070809101112131415161718192021222324252627282930313233343536373839\
4041424344454647484950515253545556575859606162636465666768697071727374757677787980818283848586878889\
90919293949596979899";

/// Appends a whole number.
#[inline]
pub(super) fn integer(out: &mut Vec<u8>, mut n: u64) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    while n >= 100 {
        at -= 2;
        digits[at..at + 2].copy_from_slice(pair(n % 100));
        n /= 100;
    }
    if n >= 10 {
        at -= 2;
        digits[at..at + 2].copy_from_slice(pair(n));
    } else {
        at -= 1;
        digits[at] = digit(n);
    }
    out.extend_from_slice(&digits[at..]);
}

#[inline]
fn pair(n: u64) -> &'static [u8] {
    #[expect(clippy::cast_possible_truncation, reason = "n is below 100")]
    let at = n as usize * 2;
    &PAIRS[at..at + 2]
}

#[inline]
#[expect(clippy::cast_possible_truncation, reason = "n is below 10")]
const fn digit(n: u64) -> u8 {
    b'0' + n as u8
}

/// Appends a number of hundredths.
#[inline]
pub(super) fn hundredths(out: &mut Vec<u8>, n: i64) {
    let size = sign(out, n);
    let (whole, rest) = (size / 100, size % 100);
    if whole != 0 || rest == 0 {
        integer(out, whole);
    }
    match rest {
        0 => {}
        _ if rest % 10 == 0 => out.extend_from_slice(&[b'.', digit(rest / 10)]),
        _ => out.extend_from_slice(&[b'.', digit(rest / 10), digit(rest % 10)]),
    }
}

/// Appends a number of thousandths.
#[inline]
pub(super) fn thousandths(out: &mut Vec<u8>, n: i64) {
    if n % 10 == 0 {
        return hundredths(out, n / 10);
    }
    let size = sign(out, n);
    let (whole, rest) = (size / 1000, size % 1000);
    if whole != 0 {
        integer(out, whole);
    }
    out.extend_from_slice(&[b'.', digit(rest / 100), digit(rest / 10 % 10), digit(rest % 10)]);
}

#[inline]
fn sign(out: &mut Vec<u8>, n: i64) -> u64 {
    if n < 0 {
        out.push(b'-');
    }
    n.unsigned_abs()
}

/// Appends a length in points, to the thousandth.
#[inline]
pub(super) fn points(out: &mut Vec<u8>, length: Length) {
    thousandths(out, length.as_millipoints());
}

/// A length in hundredths of a point (3.5 µm), fine enough for where a letter stands.
#[inline]
pub(super) const fn centipoints(length: Length) -> i64 {
    div_round(length.as_um() as i64 * 36, 127)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(write: impl Fn(&mut Vec<u8>), expected: &str) {
        let mut out = Vec::new();
        write(&mut out);
        assert_eq!(String::from_utf8(out).expect("ASCII"), expected);
    }

    #[test]
    fn numbers_are_shortest() {
        for n in [0, 7, 10, 42, 100, 999, 1_000, 65_535, 1_234_567, u64::MAX] {
            case(|out| integer(out, n), &n.to_string());
        }
        let table = [(0, "0"), (5, ".05"), (-5, "-.05"), (50, ".5"), (100, "1"), (-1234, "-12.34")];
        for (n, text) in table {
            case(|out| hundredths(out, n), text);
        }
        let table =
            [(0, "0"), (5, ".005"), (-50, "-.05"), (595_276, "595.276"), (-841_890, "-841.89")];
        for (n, text) in table {
            case(|out| thousandths(out, n), text);
        }
        case(|out| points(out, Length::mm(210)), "595.276");
        case(|out| hundredths(out, centipoints(Length::mm(210))), "595.28");
    }

    proptest::proptest! {
        #[test]
        fn a_number_reads_back_as_itself(n in -10_000_000_000_i64..10_000_000_000) {
            let mut out = Vec::new();
            thousandths(&mut out, n);
            let text = String::from_utf8(out).expect("ASCII");
            let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
            let digits = format!("{whole}{rest:0<3}");
            proptest::prop_assert_eq!(digits.parse::<i64>().ok(), Some(n));
            proptest::prop_assert!(rest.is_empty() || !rest.ends_with('0'));
        }
    }
}
