//! The numbers by which people pay through Pay-easy (マルチペイメントネットワーク): digit strings that keep their
//! leading zeros, shown in groups.

use super::{Error, digits};

/// The four numbers of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PayEasy<'a> {
    /// 収納機関番号: five digits.
    pub agency: &'a str,
    /// 納付番号 or お客様番号: at most 20 digits.
    pub number: &'a str,
    /// 確認番号: at most 6 digits.
    pub confirmation: &'a str,
    /// 納付区分: at most 10 digits.
    pub category: &'a str,
}

impl PayEasy<'_> {
    /// Demands that each has only digits and not too many.
    ///
    /// # Errors
    /// The first that has.
    pub fn check(&self) -> Result<(), Error> {
        digits::check(self.agency, 5, 5, "agency")?;
        digits::check(self.number, 1, 20, "number")?;
        digits::check(self.confirmation, 1, 6, "confirmation")?;
        digits::check(self.category, 1, 10, "category")
    }
}

/// Appends `number` in groups of `size` digits, counted from the left, with `separator` between them:
/// `2452-0422-0293-0078`.
pub fn write_groups(number: &str, size: usize, separator: char, out: &mut String) {
    for (n, digit) in number.chars().enumerate() {
        if n > 0 && size > 0 && n % size == 0 {
            out.push(separator);
        }
        out.push(digit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::barcode::ErrorKind;

    #[test]
    fn numbers_are_checked() {
        let right = PayEasy {
            agency: "00200",
            number: "2452042202930078",
            confirmation: "778284",
            category: "7124096256",
        };
        assert_eq!(right.check(), Ok(()));
        let short = PayEasy { agency: "200", ..right };
        assert_eq!(short.check(), Err(ErrorKind::Length { found: 3, min: 5, max: 5 }.of("agency")));
        let wide = PayEasy { confirmation: "７７８２８４", ..right };
        assert_eq!(wide.check(), Err(ErrorKind::NotDigits.of("confirmation")));
        let long = "1".repeat(21);
        assert_eq!(PayEasy { number: &long, ..right }.check().map_err(|e| e.field), Err("number"));
        assert_eq!(PayEasy { category: "", ..right }.check().map_err(|e| e.field), Err("category"));
    }

    #[test]
    fn numbers_are_grouped() {
        let grouped = |number: &str, size| {
            let mut out = String::new();
            write_groups(number, size, '-', &mut out);
            out
        };
        assert_eq!(grouped("2452042202930078", 4), "2452-0422-0293-0078");
        assert_eq!(grouped("12345", 4), "1234-5");
        assert_eq!((grouped("12345", 0), grouped("", 4)), ("12345".into(), String::new()));
    }
}
