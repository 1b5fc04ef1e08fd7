//! Lines for OCR readers (OCR-B) as municipalities define them: parts in order, and check digits over
//! some of them.

use super::{Error, ErrorKind, digits, yucho};
use std::ops::Range;

/// A line's parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    parts: Vec<Part>,
}

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// The same in every line.
    Literal(String),
    /// A value, the nth of those that a line is made from.
    Value {
        /// Which value, from 0.
        value: usize,
        /// How many characters it takes.
        length: usize,
        /// What is added to a shorter one.
        pad: Pad,
    },
    /// Check digits over other parts, in the order that is listed.
    Check {
        /// How they are computed.
        algorithm: Algorithm,
        /// The parts, from 0; other check digits among them must stand before this part.
        over: Vec<usize>,
    },
}

/// How a value is brought to its length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pad {
    /// It must have it.
    None,
    /// This character goes in front.
    Front(u8),
    /// This character goes behind.
    Behind(u8),
}

/// How check digits are computed. Sums go from the right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// Modulus 10, weights 3 and 1: ten less the remainder.
    Mod10Weight31,
    /// Modulus 10, weights 2 and 1, a product's digits added up (Luhn): ten less the remainder.
    Mod10Weight21,
    /// Modulus 10, weight 1: the remainder itself.
    Mod10Plain,
    /// Modulus 11, weights 2 to a last one and again: eleven less the remainder.
    Mod11 {
        /// The last weight, 7 or 10.
        last: u8,
        /// What stands for ten: `0` or `X`.
        ten: u8,
        /// What stands for eleven: `0` or `1`.
        eleven: u8,
    },
    /// Modulus 11, weights 2 to 7: the remainder itself, 0 for ten.
    Mod11Plain,
    /// The remainder of the whole number by 7, 9 or 97 (7DR, 9DR).
    Remainder(u8),
    /// 7, 9 or 97 less that remainder (7DSR, 9DSR).
    Complement(u8),
    /// The two of a Yucho MT slip.
    YuchoMt,
}

impl Algorithm {
    /// The algorithm that a template file names.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let mod11 = |last| Self::Mod11 { last, ten: b'0', eleven: b'0' };
        Some(match name {
            "mod10w31" => Self::Mod10Weight31,
            "mod10w21" => Self::Mod10Weight21,
            "mod10plain" => Self::Mod10Plain,
            "mod11w2-7" => mod11(7),
            "mod11w2-10" => mod11(10),
            "mod11plain" => Self::Mod11Plain,
            "7dr" => Self::Remainder(7),
            "7dsr" => Self::Complement(7),
            "9dr" => Self::Remainder(9),
            "9dsr" => Self::Complement(9),
            "97" => Self::Remainder(97),
            "97c" => Self::Complement(97),
            "yucho-mt" => Self::YuchoMt,
            _ => return None,
        })
    }

    /// How many characters it gives.
    #[must_use]
    pub const fn length(self) -> usize {
        match self {
            Self::Remainder(97) | Self::Complement(97) | Self::YuchoMt => 2,
            _ => 1,
        }
    }

    /// Writes the check digits over `covered` to `out`, which is [`length`](Self::length) long.
    fn write(self, covered: &[u8], out: &mut [u8]) -> Result<(), Error> {
        if self == Self::YuchoMt {
            out.copy_from_slice(&yucho::check_digits_of(covered)?);
            return Ok(());
        }
        if !covered.iter().all(u8::is_ascii_digit) {
            return Err(ErrorKind::NotDigits.of("check"));
        }
        let sum = |weights: Range<u32>| -> u32 {
            let from_right = covered.iter().rev().map(|b| u32::from(b - b'0'));
            from_right.zip(weights.cycle()).map(|(digit, weight)| digit * weight).sum()
        };
        let remainder = |modulus: u8| {
            let modulus = u64::from(modulus);
            covered.iter().fold(0, |rest, b| (rest * 10 + u64::from(b - b'0')) % modulus)
        };
        let digit = match self {
            Self::Mod10Weight31 => {
                out[0] = digits::modulus_10_weight_3_1(covered);
                return Ok(());
            }
            Self::Mod10Weight21 => {
                let products = covered.iter().rev().zip([2, 1].into_iter().cycle());
                let sum: u32 = products
                    .map(|(b, weight)| u32::from(b - b'0') * weight)
                    .map(|product| if product > 9 { product - 9 } else { product })
                    .sum();
                u64::from((10 - sum % 10) % 10)
            }
            Self::Mod10Plain => u64::from(sum(1..2) % 10),
            Self::Mod11 { last, ten, eleven } => match 11 - sum(2..u32::from(last) + 1) % 11 {
                10 => {
                    out[0] = ten;
                    return Ok(());
                }
                11 => {
                    out[0] = eleven;
                    return Ok(());
                }
                digit => u64::from(digit),
            },
            Self::Mod11Plain => u64::from(sum(2..8) % 11 % 10),
            Self::Remainder(modulus) => remainder(modulus),
            Self::Complement(modulus) => u64::from(modulus) - remainder(modulus),
            Self::YuchoMt => unreachable!("it has returned above"),
        };
        digits::put(out, digit, "check")
    }
}

impl Template {
    /// A template of parts.
    ///
    /// # Errors
    /// When check digits are over a part that does not exist, over themselves or over later check
    /// digits, when a literal or a padding is not ASCII, or a modulus is none of 7, 9 and 97.
    pub fn new(parts: Vec<Part>) -> Result<Self, Error> {
        for (n, part) in parts.iter().enumerate() {
            let at = n + 1;
            let right = match part {
                Part::Literal(text) => text.is_ascii(),
                Part::Value { pad, .. } => match pad {
                    Pad::None => true,
                    Pad::Front(b) | Pad::Behind(b) => b.is_ascii(),
                },
                Part::Check { algorithm, over } => {
                    let known = |m: &usize| match parts.get(*m) {
                        Some(Part::Check { .. }) => *m < n,
                        other => other.is_some(),
                    };
                    let modulus = match algorithm {
                        Algorithm::Remainder(m) | Algorithm::Complement(m) => {
                            matches!(m, 7 | 9 | 97)
                        }
                        Algorithm::Mod11 { last, ten, eleven } => {
                            (2..=10).contains(last) && ten.is_ascii() && eleven.is_ascii()
                        }
                        _ => true,
                    };
                    !over.is_empty() && over.iter().all(known) && modulus
                }
            };
            if !right {
                return Err(ErrorKind::Structure { at }.of("template"));
            }
        }
        Ok(Self { parts })
    }

    /// How many characters a line has.
    #[must_use]
    pub fn length(&self) -> usize {
        self.parts.iter().map(length).sum()
    }

    /// Appends the line of some values to `line`.
    ///
    /// # Errors
    /// When a value is missing, not ASCII or not as long as it must be, or covered by check digits that
    /// cannot be computed over it; `line` is as before then.
    pub fn write(&self, values: &[&str], line: &mut String) -> Result<(), Error> {
        let mut all = vec![b'0'; self.length()];
        let mut at = 0;
        for part in &self.parts {
            let place = &mut all[at..at + length(part)];
            at += place.len();
            match part {
                Part::Literal(text) => place.copy_from_slice(text.as_bytes()),
                Part::Value { value, pad, .. } => {
                    let text = values.get(*value).copied().unwrap_or_default();
                    put(place, text, *pad)?;
                }
                Part::Check { .. } => {}
            }
        }
        let mut covered = Vec::new();
        for (n, part) in self.parts.iter().enumerate() {
            let Part::Check { algorithm, over } = part else { continue };
            covered.clear();
            for &other in over {
                covered.extend_from_slice(&all[self.place(other)]);
            }
            algorithm.write(&covered, &mut all[self.place(n)])?;
        }
        line.push_str(digits::text(&all));
        Ok(())
    }

    /// Where a part stands in a line.
    ///
    /// # Panics
    /// When there is no such part.
    #[must_use]
    pub fn place(&self, part: usize) -> Range<usize> {
        let start: usize = self.parts[..part].iter().map(length).sum();
        start..start + length(&self.parts[part])
    }
}

fn length(part: &Part) -> usize {
    match part {
        Part::Literal(text) => text.len(),
        Part::Value { length, .. } => *length,
        Part::Check { algorithm, .. } => algorithm.length(),
    }
}

fn put(place: &mut [u8], text: &str, pad: Pad) -> Result<(), Error> {
    if !text.is_ascii() {
        return Err(ErrorKind::Character.of("value"));
    }
    let max = place.len();
    let min = if pad == Pad::None { max } else { 0 };
    if !(min..=max).contains(&text.len()) {
        return Err(ErrorKind::Length { found: text.len(), min, max }.of("value"));
    }
    let start = match pad {
        Pad::Front(b) => {
            place.fill(b);
            max - text.len()
        }
        Pad::Behind(b) => {
            place.fill(b);
            0
        }
        Pad::None => 0,
    };
    place[start..start + text.len()].copy_from_slice(text.as_bytes());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn case(name: &str, covered: &str, expected: &str) {
        let algorithm = Algorithm::named(name).expect("it is known");
        let mut out = vec![0; algorithm.length()];
        algorithm.write(covered.as_bytes(), &mut out).expect("digits");
        assert_eq!(digits::text(&out), expected, "{name} {covered}");
    }

    /// Origin: EAN 4901234567894, Luhn 79927398713, the rest by hand.
    #[test]
    fn algorithms() {
        case("mod10w31", "490123456789", "4");
        case("mod10w21", "7992739871", "3");
        case("mod10plain", "123456789", "5");
        case("mod11w2-10", "477411234", "8");
        case("mod11w2-7", "1234567", "4");
        case("mod11w2-7", "0000000", "0");
        case("mod11plain", "1234567", "7");
        case("7dr", "1234567", "5");
        case("7dsr", "1234567", "2");
        case("9dr", "1234567", "1");
        case("9dsr", "1234567", "8");
        case("97", "1234567", "48");
        case("97c", "1234567", "49");
        case("yucho-mt", "0000000000000000039500213800012700000", "38");
        assert_eq!(Algorithm::named("crc"), None);
        let x = Algorithm::Mod11 { last: 7, ten: b'X', eleven: b'1' };
        let mut out = [0];
        x.write(b"6", &mut out).expect("digits");
        assert_eq!(&out, b"X");
        x.write(b"0", &mut out).expect("digits");
        assert_eq!(&out, b"1");
    }

    fn value(value: usize, length: usize, pad: Pad) -> Part {
        Part::Value { value, length, pad }
    }

    fn check(name: &str, over: &[usize]) -> Part {
        let algorithm = Algorithm::named(name).expect("it is known");
        Part::Check { algorithm, over: over.to_vec() }
    }

    #[test]
    fn a_line_is_made_of_its_parts() {
        // Yucho's line: check digits in front of what they cover.
        let parts = vec![
            check("yucho-mt", &[1, 2, 3]),
            value(0, 11, Pad::Front(b'0')),
            value(1, 11, Pad::Front(b'0')),
            Part::Literal("213800012700000".into()),
            Part::Literal("   X".into()),
        ];
        let template = Template::new(parts).expect("a template");
        let mut line = "> ".to_owned();
        template.write(&["0", "39500"], &mut line).expect("a line");
        assert_eq!(line, "> 380000000000000000039500213800012700000   X");
        assert_eq!(template.length(), 43);
        // A check digit over an earlier one; the padding behind.
        let parts = vec![
            value(0, 4, Pad::Behind(b'9')),
            check("mod10w31", &[0]),
            check("mod11plain", &[0, 1]),
        ];
        let template = Template::new(parts).expect("a template");
        line.clear();
        template.write(&["12"], &mut line).expect("a line");
        assert_eq!(line, "129975");
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        for parts in [
            vec![check("97", &[])],
            vec![check("97", &[0])],
            vec![check("97", &[7])],
            vec![check("97", &[1]), check("97", &[0])],
            vec![Part::Literal("円".into())],
            vec![value(0, 1, Pad::Front(0xE3))],
            vec![
                Part::Literal("1".into()),
                Part::Check { algorithm: Algorithm::Remainder(0), over: vec![0] },
            ],
        ] {
            assert!(Template::new(parts.clone()).is_err(), "{parts:?}");
        }
        let parts = vec![value(0, 3, Pad::None), check("7dr", &[0])];
        let template = Template::new(parts).expect("a template");
        let mut line = "as before".to_owned();
        for values in [&["12"][..], &["1234"], &["１２３"], &["12x"], &[]] {
            assert!(template.write(values, &mut line).is_err(), "{values:?}");
        }
        assert_eq!(line, "as before");
    }

    proptest! {
        #[test]
        fn lines_have_their_length(text in "[0-9]{0,8}", name in prop::sample::select(vec![
            "mod10w31", "mod10w21", "mod10plain", "mod11w2-7", "mod11w2-10", "mod11plain", "7dr", "7dsr",
            "9dr", "9dsr", "97", "97c", "yucho-mt",
        ])) {
            let parts = vec![value(0, 8, Pad::Front(b'0')), check(name, &[0])];
            let template = Template::new(parts)?;
            let mut line = String::new();
            template.write(&[&text], &mut line)?;
            prop_assert_eq!(line.len(), template.length());
            prop_assert!(line.bytes().all(|b| b.is_ascii_digit()));
        }
    }
}
