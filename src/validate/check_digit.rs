//! Check digits of numbers that notices carry.

use crate::model::tenant;

/// An algorithm of check digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckDigit {
    /// 保険者番号: modulus 10, weights 2 and 1 from the right of the body, digits of products added.
    Insurer,
    /// 全国地方公共団体コード: six digits.
    LgCode,
    /// 法人番号: thirteen digits, the first of which is the check digit, modulus 9.
    Corporate,
}

impl CheckDigit {
    /// The names by which forms call the algorithms.
    pub const NAMES: [(&'static str, Self); 3] =
        [("insurer", Self::Insurer), ("lg-code", Self::LgCode), ("corporate", Self::Corporate)];

    /// The algorithm of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|&(_, algorithm)| algorithm)
    }

    /// Whether `number` has as many digits as it must, and the right check digit.
    #[must_use]
    pub fn holds(self, number: &str) -> bool {
        if !number.bytes().all(|b| b.is_ascii_digit()) {
            return false;
        }
        match self {
            Self::Insurer => insurer(number.as_bytes()),
            Self::LgCode => tenant::is_valid_code(number),
            Self::Corporate => corporate(number.as_bytes()),
        }
    }
}

fn value(digit: u8) -> u32 {
    u32::from(digit - b'0')
}

/// Eight digits, or six without the number of the law (国民健康保険).
fn insurer(number: &[u8]) -> bool {
    let [body @ .., check] = number else { return false };
    let weighted = body.iter().rev().zip([2, 1].into_iter().cycle());
    let sum: u32 = weighted
        .map(|(&digit, weight)| {
            let product = value(digit) * weight;
            if product > 9 { product - 9 } else { product }
        })
        .sum();
    matches!(number.len(), 6 | 8) && (10 - sum % 10) % 10 == value(*check)
}

/// 法人番号の指定等に関する省令 第2条: `9 - (sum of P(n) × Q(n)) mod 9`, n from the right, Q = 1 for odd n
/// and 2 for even n.
fn corporate(number: &[u8]) -> bool {
    let [check, body @ ..] = number else { return false };
    let weighted = body.iter().rev().zip([1, 2].into_iter().cycle());
    let sum: u32 = weighted.map(|(&digit, weight)| value(digit) * weight).sum();
    number.len() == 13 && 9 - sum % 9 == value(*check)
}

#[cfg(test)]
mod tests {
    use super::CheckDigit::{self, Corporate, Insurer, LgCode};

    #[track_caller]
    fn case(algorithm: CheckDigit, number: &str, expected: bool) {
        assert_eq!(algorithm.holds(number), expected, "{number}");
    }

    /// From the published and computed vectors of `check_digits.json`.
    #[test]
    fn known_answers() {
        for number in ["33120015", "39131032", "00010033"] {
            case(Insurer, number, true);
        }
        for number in
            ["7000012050002", "9824591510225", "5171521335058", "5669764803937", "9754124340965"]
        {
            case(Corporate, number, true);
        }
        case(Corporate, "1234567890123", false);
        for number in ["011002", "131032", "271004", "472018", "130001", "470007"] {
            case(LgCode, number, true);
        }
        case(LgCode, "011003", false);
    }

    #[test]
    fn every_other_check_digit_and_length_is_wrong() {
        for digit in (0..=9).filter(|&digit| digit != 5) {
            case(Insurer, &format!("3312001{digit}"), false);
        }
        for digit in (0..=9).filter(|&digit| digit != 7) {
            case(Corporate, &format!("{digit}000012050002"), false);
        }
        for number in ["", "5", "3312001", "331200150", "３３１２００１５", "3312001x"] {
            case(Insurer, number, false);
            case(Corporate, number, false);
            case(LgCode, number, false);
        }
    }
}
