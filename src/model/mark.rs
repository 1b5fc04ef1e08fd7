//! The mark that stands on every slot, so that either half of a cut sheet says whose it is.
//! Source of the rule: the 2004 accident in which a restarted cut-and-stack job shifted by one page.

use super::Serial;
use std::fmt;

/// Job code, serial, leaf k of n, generation and a check digit, printed as
/// `K7Q2-0000123-1/3-8`; a remake appends its generation: `K7Q2-0000123-1/3-4 R1`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SlotMark {
    /// The job's short code, four characters.
    pub job_code: String,
    /// The piece.
    pub serial: Serial,
    /// The leaf's number in its piece, from 1.
    pub leaf: u16,
    /// How many leaves the piece has.
    pub leaves: u16,
    /// 0 for the first make, then one more for each remake.
    pub generation: u8,
}

impl SlotMark {
    /// The check digit: modulus 10, weights 3 and 1 from the right, over the base-36 values of
    /// the job code, the serial (7), leaf and leaves (3 each) and the generation.
    #[must_use]
    pub fn check_digit(&self) -> u8 {
        let text = format!(
            "{}{}{:03}{:03}{}",
            self.job_code, self.serial, self.leaf, self.leaves, self.generation
        );
        let sum: u32 = text
            .bytes()
            .rev()
            .enumerate()
            .map(|(n, b)| char::from(b).to_digit(36).unwrap_or(0) * if n % 2 == 0 { 3 } else { 1 })
            .sum();
        u8::try_from((10 - sum % 10) % 10).expect("a remainder by ten is a digit")
    }

    /// Reads a printed mark; `None` when it is no mark or its check digit is wrong.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (text, generation) = match text.split_once(" R") {
            Some((text, generation)) => (text, generation.parse().ok()?),
            None => (text, 0),
        };
        let mut parts = text.split('-');
        let (job_code, serial) = (parts.next()?, parts.next()?);
        let ((leaf, leaves), check) = (parts.next()?.split_once('/')?, parts.next()?);
        let mark = Self {
            job_code: job_code.to_owned(),
            serial: Serial(serial.parse().ok()?),
            leaf: leaf.parse().ok()?,
            leaves: leaves.parse().ok()?,
            generation,
        };
        let well_formed = parts.next().is_none() && job_code.len() == 4 && mark.leaf >= 1;
        (well_formed && mark.leaf <= mark.leaves && check.parse() == Ok(mark.check_digit()))
            .then_some(mark)
    }
}

impl fmt::Display for SlotMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let check = self.check_digit();
        write!(f, "{}-{}-{}/{}-{check}", self.job_code, self.serial, self.leaf, self.leaves)?;
        if self.generation > 0 {
            write!(f, " R{}", self.generation)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark() -> SlotMark {
        SlotMark { job_code: "K7Q2".into(), serial: Serial(123), leaf: 1, leaves: 3, generation: 0 }
    }

    #[test]
    fn a_mark_reads_back() {
        let remake = SlotMark { generation: 2, ..mark() };
        for mark in [mark(), remake] {
            assert_eq!(SlotMark::parse(&mark.to_string()), Some(mark));
        }
    }

    #[test]
    fn one_wrong_digit_is_noticed() {
        let text = mark().to_string();
        for (at, c) in text.char_indices().filter(|(_, c)| c.is_ascii_digit()) {
            let other = char::from_digit((c.to_digit(10).unwrap_or(0) + 1) % 10, 10).unwrap_or('0');
            let wrong = format!("{}{other}{}", &text[..at], &text[at + 1..]);
            assert_eq!(SlotMark::parse(&wrong), None, "{wrong}");
        }
    }
}
