//! Numbers as PDF wants them: decimal, shortest, from integers. Appends to a byte buffer and is
//! the innermost loop of a page.
#![expect(clippy::integer_division, reason = "whole and fractional parts are wanted apart")]

use crate::measure::{Length, div_round};

/// Digits of the largest number, a point and a sign.
const ROOM: usize = 24;

/// Digits written from the back, appended at once.
struct Digits {
    buffer: [u8; ROOM],
    at: usize,
}

impl Digits {
    #[inline]
    const fn new() -> Self {
        Self { buffer: [0; ROOM], at: ROOM }
    }

    #[inline]
    fn push(&mut self, byte: u8) {
        self.at -= 1;
        self.buffer[self.at] = byte;
    }

    #[inline]
    fn whole(&mut self, mut n: u64) {
        loop {
            self.push(b'0' + (n % 10) as u8);
            n /= 10;
            if n == 0 {
                return;
            }
        }
    }

    /// `rest` of a power of ten with `places` zeros, without zeros at its end.
    #[inline]
    fn fraction(&mut self, mut rest: u64, mut places: u32) {
        if rest == 0 {
            return;
        }
        while rest.is_multiple_of(10) {
            rest /= 10;
            places -= 1;
        }
        for _ in 0..places {
            self.push(b'0' + (rest % 10) as u8);
            rest /= 10;
        }
        self.push(b'.');
    }

    #[inline]
    fn append(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.buffer[self.at..]);
    }
}

/// Appends a whole number.
#[inline]
pub(super) fn integer(out: &mut Vec<u8>, n: u64) {
    let mut digits = Digits::new();
    digits.whole(n);
    digits.append(out);
}

/// Appends a number of hundredths.
#[inline]
pub(super) fn hundredths(out: &mut Vec<u8>, n: i64) {
    decimal::<100>(out, n, 2);
}

/// Appends a number of thousandths.
#[inline]
pub(super) fn thousandths(out: &mut Vec<u8>, n: i64) {
    decimal::<1000>(out, n, 3);
}

/// Appends a number of ten-thousandths.
pub(super) fn ten_thousandths(out: &mut Vec<u8>, n: i64) {
    decimal::<10_000>(out, n, 4);
}

/// Appends a number of millionths.
pub(super) fn millionths(out: &mut Vec<u8>, n: i64) {
    decimal::<1_000_000>(out, n, 6);
}

#[inline]
fn decimal<const UNIT: u64>(out: &mut Vec<u8>, n: i64, places: u32) {
    let size = n.unsigned_abs();
    let (whole, rest) = (size / UNIT, size % UNIT);
    let mut digits = Digits::new();
    digits.fraction(rest, places);
    if whole != 0 || rest == 0 {
        digits.whole(whole);
    }
    if n < 0 {
        digits.push(b'-');
    }
    digits.append(out);
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
