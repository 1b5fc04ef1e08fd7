//! Money in whole yen.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub};

/// An amount in whole yen; may be negative (a refund, a correction). Never a float.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Yen(pub i64);

impl fmt::Display for Yen {
    /// With a comma every three digits: `-1,234,567`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut buffer = [0; 27];
        f.write_str(self.with_commas(&mut buffer))
    }
}

impl Yen {
    /// The amount with a comma every three digits, written into `buffer` without allocating.
    pub fn with_commas(self, buffer: &mut [u8; 27]) -> &str {
        let mut at = buffer.len();
        let mut rest = self.0.unsigned_abs();
        let mut digits = 0;
        loop {
            if digits > 0 && digits % 3 == 0 {
                at -= 1;
                buffer[at] = b',';
            }
            at -= 1;
            let digit = (rest % 10) as u8;
            buffer[at] = b'0' + digit;
            digits += 1;
            #[expect(clippy::integer_division, reason = "the next digit to the left")]
            let next = rest / 10;
            rest = next;
            if rest == 0 {
                break;
            }
        }
        if self.0 < 0 {
            at -= 1;
            buffer[at] = b'-';
        }
        std::str::from_utf8(&buffer[at..]).expect("digits, commas and a sign are ASCII")
    }
}

impl Add for Yen {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Yen {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Neg for Yen {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl AddAssign for Yen {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sum for Yen {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self(0), Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::Yen;

    #[test]
    fn commas_every_three_digits() {
        for (yen, text) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (-1_234_567, "-1,234,567"),
            (i64::MAX, "9,223,372,036,854,775,807"),
            (i64::MIN, "-9,223,372,036,854,775,808"),
        ] {
            assert_eq!(Yen(yen).to_string(), text);
        }
    }
}
