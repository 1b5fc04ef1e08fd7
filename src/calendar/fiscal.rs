//! The fiscal year (年度), April to March, and its label, which may name another era than the dates
//! inside it: 平成31年度 kept its name while its dates were written in 令和元年.

use super::Date;
use super::wareki::{Era, write_year};
use jiff::civil::date;
use std::fmt;

/// The fiscal year of a day: the Gregorian year in which it began, on 1 April.
#[must_use]
pub fn fiscal_year(day: Date) -> i16 {
    if day.month() >= 4 { day.year() } else { day.year() - 1 }
}

/// Which era names a fiscal year in which two eras meet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum FiscalLabelRule {
    /// The era of its first day, 1 April: 平成31年度. The rule of municipal levies.
    #[default]
    FirstDay,
    /// The era of 31 December, so that an era begun since April names it: 令和元年度.
    YearEnd,
}

/// The label of a fiscal year: `令和8年度`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FiscalLabel {
    year: i16,
    gannen: bool,
    rule: FiscalLabelRule,
}

/// The label of the fiscal year that began in the Gregorian `year`; an era's first year as `元年度`
/// with `gannen`, else as `1年度`.
#[must_use]
pub const fn fiscal_label(year: i16, gannen: bool, rule: FiscalLabelRule) -> FiscalLabel {
    FiscalLabel { year, gannen, rule }
}

impl fmt::Display for FiscalLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let era = match self.year {
            1868..=9999 => Era::of(match self.rule {
                FiscalLabelRule::FirstDay => date(self.year, 4, 1),
                FiscalLabelRule::YearEnd => date(self.year, 12, 31),
            }),
            _ => None,
        };
        write_year(f, era, self.year, self.gannen)?;
        f.write_str("年度")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(year: i16, gannen: bool, rule: FiscalLabelRule, expected: &str) {
        assert_eq!(fiscal_label(year, gannen, rule).to_string(), expected);
    }

    #[test]
    fn labels_at_the_change_of_an_era() {
        use FiscalLabelRule::{FirstDay, YearEnd};
        case(2026, true, FirstDay, "令和8年度");
        case(2019, true, FirstDay, "平成31年度");
        case(2019, true, YearEnd, "令和元年度");
        case(2019, false, YearEnd, "令和1年度");
        case(1989, true, FirstDay, "平成元年度");
        case(1988, true, FirstDay, "昭和63年度");
        case(1988, true, YearEnd, "昭和63年度");
        case(1926, true, FirstDay, "大正15年度");
        case(1926, true, YearEnd, "昭和元年度");
        case(0, true, FirstDay, "0年度");
    }

    #[test]
    fn a_fiscal_year_begins_in_april() {
        assert_eq!(fiscal_year(date(2026, 3, 31)), 2025);
        assert_eq!(fiscal_year(date(2026, 4, 1)), 2026);
    }
}
