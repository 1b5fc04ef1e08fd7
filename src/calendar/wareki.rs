//! Wareki (和暦): the eras since Meiji and dates written in them. Source of the boundaries: the
//! imperial edicts of 1868, 1912 and 1926 and the cabinet orders of 1989 and 2019.

use super::Date;
use jiff::civil::date;
use std::fmt;

/// An era (元号). Its number is the one that input files use: 1 Meiji to 5 Reiwa.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Era {
    /// 明治, from 23 October 1868 (the eighth day of the ninth month of Keiō 4). Until the end of
    /// 1872 the civil calendar was lunisolar: only the years of such dates are meaningful.
    Meiji = 1,
    /// 大正, from 30 July 1912; the same day was also the last of Meiji.
    Taisho,
    /// 昭和, from 25 December 1926; the same day was also the last of Taishō.
    Showa,
    /// 平成, from 8 January 1989.
    Heisei,
    /// 令和, from 1 May 2019.
    Reiwa,
}

impl Era {
    /// All eras, the first one first.
    pub const ALL: [Self; 5] = [Self::Meiji, Self::Taisho, Self::Showa, Self::Heisei, Self::Reiwa];

    /// The era of a day; `None` before Meiji. A day on which two eras met belongs to the later.
    #[must_use]
    pub fn of(day: Date) -> Option<Self> {
        Self::ALL.into_iter().rev().find(|era| era.first_day() <= day)
    }

    /// The first day of the era.
    #[must_use]
    pub const fn first_day(self) -> Date {
        match self {
            Self::Meiji => date(1868, 10, 23),
            Self::Taisho => date(1912, 7, 30),
            Self::Showa => date(1926, 12, 25),
            Self::Heisei => date(1989, 1, 8),
            Self::Reiwa => date(2019, 5, 1),
        }
    }

    /// The last day on which the era was written; `None` for the present one.
    #[must_use]
    pub const fn last_day(self) -> Option<Date> {
        match self {
            Self::Meiji => Some(date(1912, 7, 30)),
            Self::Taisho => Some(date(1926, 12, 25)),
            Self::Showa => Some(date(1989, 1, 7)),
            Self::Heisei => Some(date(2019, 4, 30)),
            Self::Reiwa => None,
        }
    }

    /// The name in kanji.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Meiji => "明治",
            Self::Taisho => "大正",
            Self::Showa => "昭和",
            Self::Heisei => "平成",
            Self::Reiwa => "令和",
        }
    }

    /// The letter of short notations.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Self::Meiji => 'M',
            Self::Taisho => 'T',
            Self::Showa => 'S',
            Self::Heisei => 'H',
            Self::Reiwa => 'R',
        }
    }

    /// The era that an input file means by a letter (`M T S H R`) or a digit (`1` to `5`).
    #[must_use]
    pub fn from_mark(mark: u8) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|&era| u32::from(mark) == era.letter() as u32 || mark == b'0' + era as u8)
    }

    /// The Gregorian year of the era's year `number` (from 1).
    #[must_use]
    pub fn gregorian(self, number: i16) -> i16 {
        self.first_day().year() + number - 1
    }

    /// The era's year in which the Gregorian `year` falls, from 1.
    #[must_use]
    pub fn number(self, year: i16) -> i16 {
        year - self.first_day().year() + 1
    }
}

/// A date in words: `令和8年4月6日`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wareki {
    day: Date,
    gannen: bool,
}

/// `day` in words; an era's first year as `元年` with `gannen`, else as `1年`. A day before Meiji is
/// written by its Gregorian year.
#[must_use]
pub const fn wareki(day: Date, gannen: bool) -> Wareki {
    Wareki { day, gannen }
}

impl fmt::Display for Wareki {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_year(f, Era::of(self.day), self.day.year(), self.gannen)?;
        write!(f, "年{}", month_day(self.day))
    }
}

/// The year of `era` in which the Gregorian `year` falls, without `年`: `令和8`, `令和元`.
pub(super) fn write_year(
    f: &mut fmt::Formatter<'_>,
    era: Option<Era>,
    year: i16,
    gannen: bool,
) -> fmt::Result {
    match era {
        None => write!(f, "{year}"),
        Some(era) if gannen && era.number(year) == 1 => write!(f, "{}元", era.name()),
        Some(era) => write!(f, "{}{}", era.name(), era.number(year)),
    }
}

/// A date in a narrow column: `R8.4.6`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WarekiShort(Date);

/// `day` for narrow columns; the first year is always a number (`R1.5.1`).
#[must_use]
pub const fn wareki_short(day: Date) -> WarekiShort {
    WarekiShort(day)
}

impl fmt::Display for WarekiShort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let day = self.0;
        match Era::of(day) {
            Some(era) => write!(f, "{}{}", era.letter(), era.number(day.year()))?,
            None => write!(f, "{}", day.year())?,
        }
        write!(f, ".{}.{}", day.month(), day.day())
    }
}

/// A day of a year that is known from elsewhere: `4月30日`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MonthDay(Date);

/// Month and day of `day`.
#[must_use]
pub const fn month_day(day: Date) -> MonthDay {
    MonthDay(day)
}

impl fmt::Display for MonthDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}月{}日", self.0.month(), self.0.day())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(day: Date, long: &str, short: &str) {
        assert_eq!(wareki(day, true).to_string(), long);
        assert_eq!(wareki_short(day).to_string(), short);
    }

    #[test]
    fn dates_in_words_at_every_boundary() {
        case(date(2026, 4, 6), "令和8年4月6日", "R8.4.6");
        case(date(2019, 5, 1), "令和元年5月1日", "R1.5.1");
        case(date(2019, 4, 30), "平成31年4月30日", "H31.4.30");
        case(date(1989, 1, 8), "平成元年1月8日", "H1.1.8");
        case(date(1989, 1, 7), "昭和64年1月7日", "S64.1.7");
        case(date(1926, 12, 25), "昭和元年12月25日", "S1.12.25");
        case(date(1926, 12, 24), "大正15年12月24日", "T15.12.24");
        case(date(1912, 7, 30), "大正元年7月30日", "T1.7.30");
        case(date(1912, 7, 29), "明治45年7月29日", "M45.7.29");
        case(date(1873, 1, 1), "明治6年1月1日", "M6.1.1");
        case(date(1868, 10, 22), "1868年10月22日", "1868.10.22");
    }

    #[test]
    fn the_first_year_may_be_a_number() {
        assert_eq!(wareki(date(2019, 12, 2), false).to_string(), "令和1年12月2日");
        assert_eq!(month_day(date(2026, 4, 30)).to_string(), "4月30日");
    }

    #[test]
    fn eras_follow_each_other_without_a_gap() {
        for pair in Era::ALL.windows(2) {
            let end = pair[0].last_day().expect("only the last era is open");
            let next = pair[1].first_day();
            assert!(next == end || end.tomorrow().is_ok_and(|day| day == next), "{pair:?}");
        }
    }

    #[test]
    fn marks_name_eras() {
        assert_eq!(Era::from_mark(b'R'), Some(Era::Reiwa));
        assert_eq!(Era::from_mark(b'3'), Some(Era::Showa));
        for mark in [b'0', b'6', b'r', b'X'] {
            assert_eq!(Era::from_mark(mark), None);
        }
        assert_eq!(Era::Reiwa.gregorian(8), 2026);
        assert_eq!(Era::Reiwa.number(2026), 8);
    }
}
