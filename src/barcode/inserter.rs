//! Marks that steer an inserter: the digits of a `DataMatrix`, and OMR marks whose list and parity are
//! the machine's own.

use super::{Error, digits};

/// What an inserter must know of a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sheet {
    /// The job, at most four digits.
    pub job: u64,
    /// The piece's number in the job, at most seven digits.
    pub sequence: u64,
    /// The sheet's number in its set, from 1, at most two digits.
    pub sheet: u64,
    /// The sheets of the set, at most two digits.
    pub sheets: u64,
    /// A bit for each hopper whose insert goes in: eight at most.
    pub inserts: u8,
    /// Where the set is diverted to, one digit; 0 for nowhere.
    pub divert: u64,
}

/// Digits of [`Sheet::payload`].
pub const DIGITS: usize = 24;

impl Sheet {
    /// The digits of the `DataMatrix`: job 4, sequence 7, sheet 2, sheets 2, set end 1, inserts 3, divert 1,
    /// sheet modulo 8, sequence modulo 10, check 2.
    ///
    /// # Errors
    /// When a number does not fit into its place.
    pub fn payload(&self) -> Result<[u8; DIGITS], Error> {
        let mut all = [b'0'; DIGITS];
        digits::put(&mut all[..4], self.job, "job")?;
        digits::put(&mut all[4..11], self.sequence, "seq")?;
        digits::put(&mut all[11..13], self.sheet, "sheet")?;
        digits::put(&mut all[13..15], self.sheets, "total")?;
        all[15] = b'0' + u8::from(self.ends_set());
        digits::put(&mut all[16..19], self.inserts.into(), "insert_bits")?;
        digits::put(&mut all[19..20], self.divert, "divert")?;
        digits::put(&mut all[20..21], self.sheet % 8, "sheet")?;
        digits::put(&mut all[21..22], self.sequence % 10, "seq")?;
        let weighted = all[..22].iter().zip([3, 1].into_iter().cycle());
        let sum: u64 = weighted.map(|(b, weight)| u64::from(b - b'0') * weight).sum();
        digits::put(&mut all[22..], sum % 97, "check")?;
        Ok(all)
    }

    /// Whether it is the last of its set.
    #[must_use]
    pub const fn ends_set(&self) -> bool {
        self.sheet == self.sheets
    }
}

/// A place for a mark: whether it is printed depends on the sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Always printed: benchmark, safety, retiming.
    Always,
    /// Printed on all sheets but the last of a set (not end of collation).
    NotLast,
    /// Printed on all sheets but the first of a set (not beginning of collation).
    NotFirst,
    /// Printed on the last sheet of a set.
    Last,
    /// Printed when the insert of this hopper, from 0, goes in.
    Insert(u8),
    /// Printed when the set is diverted.
    Divert,
    /// A bit of the running number, from 0: 1, 2, 4.
    Wrap(u8),
    /// Makes the number of printed marks even.
    Parity,
    /// Never printed: a place that the machine knows and the job does not use.
    Never,
}

/// The enhanced code of Pitney Bowes' inserters, from the benchmark on.
pub const PITNEY_BOWES: [Mark; 14] = [
    Mark::Always,
    Mark::Always,
    Mark::NotLast,
    Mark::NotFirst,
    Mark::Parity,
    Mark::Always,
    Mark::Insert(0),
    Mark::Insert(1),
    Mark::Divert,
    Mark::Always,
    Mark::Wrap(2),
    Mark::Wrap(1),
    Mark::Wrap(0),
    Mark::Always,
];

/// Which marks of a list are printed on a sheet, `wrap` being its running number: appended to `out`.
pub fn omr(list: &[Mark], sheet: &Sheet, wrap: u64, out: &mut Vec<bool>) {
    let printed = |mark: &Mark| match *mark {
        Mark::Always => true,
        Mark::NotLast => !sheet.ends_set(),
        Mark::NotFirst => sheet.sheet > 1,
        Mark::Last => sheet.ends_set(),
        Mark::Insert(hopper) => hopper < 8 && sheet.inserts >> hopper & 1 == 1,
        Mark::Divert => sheet.divert > 0,
        Mark::Wrap(bit) => bit < 64 && wrap >> bit & 1 == 1,
        Mark::Parity | Mark::Never => false,
    };
    let odd = list.iter().filter(|mark| printed(mark)).count() % 2 == 1;
    out.extend(list.iter().map(|mark| printed(mark) || (*mark == Mark::Parity && odd)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_beyond_their_places_are_refused() {
        let sheet = Sheet { job: 1, sequence: 1, sheet: 1, sheets: 1, inserts: 0, divert: 0 };
        assert!(sheet.payload().is_ok());
        for wrong in [
            Sheet { job: 10_000, ..sheet },
            Sheet { sequence: 10_000_000, ..sheet },
            Sheet { sheet: 100, ..sheet },
            Sheet { sheets: 100, ..sheet },
            Sheet { divert: 10, ..sheet },
        ] {
            assert!(wrong.payload().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn marks_are_always_even() {
        for n in 0..64_u8 {
            let (sheet, sheets) = (u64::from(n % 4) + 1, 4);
            let sheet = Sheet { job: 1, sequence: 1, sheet, sheets, inserts: n, divert: 0 };
            let mut marks = Vec::new();
            omr(&PITNEY_BOWES, &sheet, n.into(), &mut marks);
            assert_eq!(marks.iter().filter(|printed| **printed).count() % 2, 0);
        }
    }
}
