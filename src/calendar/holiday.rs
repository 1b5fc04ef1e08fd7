//! National holidays (国民の祝日に関する法律, Act No. 178 of 1948) from 1970 on, computed from the law
//! with its amendments; not a table. Future equinox days become law only when gazetted.

use super::{Date, Weekday};
use jiff::civil::date;

/// The last year whose equinox days the gazette (暦要項) has fixed; later ones are computed.
pub const GAZETTED_UNTIL: i16 = 2027;

/// Whether the holidays of a year may still change, because the gazette has not fixed them.
#[must_use]
pub const fn is_provisional(year: i16) -> bool {
    year > GAZETTED_UNTIL
}

/// The name of the holiday on `day`, substitute (振替休日) and citizens' (国民の休日) holidays included;
/// `None` on other days and before 1970.
#[must_use]
pub fn holiday(day: Date) -> Option<&'static str> {
    if day.year() < 1970 {
        return None;
    }
    national(day)
        .or_else(|| is_substitute(day).then_some("振替休日"))
        .or_else(|| is_between(day).then_some("国民の休日"))
}

/// The national holiday (国民の祝日) proper on `day`.
fn national(day: Date) -> Option<&'static str> {
    let (year, month, at) = (day.year(), day.month(), day.day());
    let monday = |nth: i8| day.weekday() == Weekday::Monday && week_of_month(at) == nth;
    match (month, at) {
        (1, 1) => Some("元日"),
        (1, 15) if year < 2000 => Some("成人の日"),
        (1, _) if year >= 2000 && monday(2) => Some("成人の日"),
        (2, 11) => Some("建国記念の日"),
        (2, 23) if year >= 2020 => Some("天皇誕生日"),
        (3, at) if at == equinox(year, VERNAL) => Some("春分の日"),
        (4, 29) if year >= 2007 => Some("昭和の日"),
        (4, 29) if year >= 1989 => Some("みどりの日"),
        (4, 29) => Some("天皇誕生日"),
        (5, 3) => Some("憲法記念日"),
        (5, 4) if year >= 2007 => Some("みどりの日"),
        (5, 5) => Some("こどもの日"),
        (7 | 8 | 10, _) if matches!(year, 2020 | 2021) => olympic(year, month, at),
        (7, _) if year >= 2003 && monday(3) => Some("海の日"),
        (7, 20) if (1996..2003).contains(&year) => Some("海の日"),
        (8, 11) if year >= 2016 => Some("山の日"),
        (9, 15) if year < 2003 => Some("敬老の日"),
        (9, _) if year >= 2003 && monday(3) => Some("敬老の日"),
        (9, at) if at == equinox(year, AUTUMNAL) => Some("秋分の日"),
        (10, 10) if year < 2000 => Some("体育の日"),
        (10, _) if year >= 2020 && monday(2) => Some("スポーツの日"),
        (10, _) if year >= 2000 && monday(2) => Some("体育の日"),
        (11, 3) => Some("文化の日"),
        (11, 23) => Some("勤労感謝の日"),
        (12, 23) if (1989..2019).contains(&year) => Some("天皇誕生日"),
        _ => None,
    }
    .or_else(|| once(year, month, at))
}

/// The holidays that the Olympic years moved (平成三十二年東京オリンピック競技大会…特別措置法).
fn olympic(year: i16, month: i8, at: i8) -> Option<&'static str> {
    match (year, month, at) {
        (2020, 7, 23) | (2021, 7, 22) => Some("海の日"),
        (2020, 7, 24) | (2021, 7, 23) => Some("スポーツの日"),
        (2020, 8, 10) | (2021, 8, 8) => Some("山の日"),
        _ => None,
    }
}

/// Holidays of one year only, each by its own law.
fn once(year: i16, month: i8, at: i8) -> Option<&'static str> {
    match (year, month, at) {
        (1989, 2, 24) => Some("昭和天皇の大喪の礼"),
        (1990, 11, 12) => Some("即位礼正殿の儀"),
        (1993, 6, 9) => Some("皇太子徳仁親王の結婚の儀"),
        (2019, 5, 1) => Some("天皇の即位の日"),
        (2019, 10, 22) => Some("即位礼正殿の儀が行われる日"),
        _ => None,
    }
}

/// Article 3 (2): since 12 April 1973 the day after a holiday on a Sunday; since 2007 the next day
/// that is not itself a holiday.
fn is_substitute(day: Date) -> bool {
    if day < date(1973, 4, 12) || national(day).is_some() {
        return false;
    }
    let reach = if day.year() >= 2007 { 7 } else { 1 };
    let mut earlier = day;
    for _ in 0..reach {
        let Ok(before) = earlier.yesterday() else { return false };
        if national(before).is_none() {
            return false;
        }
        if before.weekday() == Weekday::Sunday {
            return true;
        }
        earlier = before;
    }
    false
}

/// Article 3 (3): since 27 December 1985 a day between two holidays; before 2007 not on a Sunday.
fn is_between(day: Date) -> bool {
    if day < date(1985, 12, 27) || (day.year() < 2007 && day.weekday() == Weekday::Sunday) {
        return false;
    }
    let (Ok(before), Ok(after)) = (day.yesterday(), day.tomorrow()) else { return false };
    national(before).is_some() && national(after).is_some()
}

/// The days of an equinox in March or September 1980, in millionths.
const VERNAL: i64 = 20_843_100;
const AUTUMNAL: i64 = 23_248_800;

/// The day of the month of an equinox: the known approximation, exact for 1970 to 2099, in whole
/// millionths of a day.
#[expect(clippy::cast_possible_truncation, reason = "a day of the month")]
fn equinox(year: i16, day_in_1980: i64) -> i8 {
    let years = i64::from(year) - 1980;
    ((day_in_1980 + 242_194 * years).div_euclid(1_000_000) - years.div_euclid(4)) as i8
}

/// Which Monday, Tuesday … of its month a day is, from 1.
#[expect(clippy::integer_division, reason = "whole weeks before the day")]
const fn week_of_month(day: i8) -> i8 {
    (day - 1) / 7 + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_year(year: i16) -> Vec<(i8, i8)> {
        date(year, 1, 1)
            .series(jiff::Span::new().days(1))
            .take_while(|day| day.year() == year)
            .filter(|&day| holiday(day).is_some())
            .map(|day| (day.month(), day.day()))
            .collect()
    }

    #[track_caller]
    fn year(year: i16, days: &str) {
        let found: Vec<_> = of_year(year).iter().map(|(m, d)| format!("{m}/{d}")).collect();
        assert_eq!(found.join(" "), days);
    }

    #[track_caller]
    fn case(day: Date, name: Option<&str>) {
        assert_eq!(holiday(day), name, "{day}");
    }

    /// The Cabinet Office's list (内閣府「国民の祝日について」) for years in which the rules bend.
    #[test]
    fn years_in_which_the_rules_bend() {
        year(
            2019,
            "1/1 1/14 2/11 3/21 4/29 4/30 5/1 5/2 5/3 5/4 5/5 5/6 7/15 8/11 8/12 \
            9/16 9/23 10/14 10/22 11/3 11/4 11/23",
        );
        year(
            2020,
            "1/1 1/13 2/11 2/23 2/24 3/20 4/29 5/3 5/4 5/5 5/6 7/23 7/24 8/10 9/21 \
            9/22 11/3 11/23",
        );
        year(
            2021,
            "1/1 1/11 2/11 2/23 3/20 4/29 5/3 5/4 5/5 7/22 7/23 8/8 8/9 9/20 9/23 \
            11/3 11/23",
        );
        year(
            2026,
            "1/1 1/12 2/11 2/23 3/20 4/29 5/3 5/4 5/5 5/6 7/20 8/11 9/21 9/22 9/23 \
            10/12 11/3 11/23",
        );
    }

    /// Every holiday from 1970 to 2050, one `YYYY-MM-DD` a line, as an independent implementation
    /// lists them (python-holidays 0.109).
    #[test]
    fn all_days_from_1970_to_2050() {
        use std::fmt::Write as _;
        let mut list = String::new();
        for year in 1970..=2050 {
            for (month, day) in of_year(year) {
                writeln!(list, "{year}-{month:02}-{day:02}").expect("a string takes everything");
            }
        }
        assert_eq!(list.lines().count(), 1329);
        let digest = crate::digest::Digest::of(list.as_bytes()).to_string();
        assert_eq!(digest, "e326d9d67e2d2a44c823a2228e9c3b89a6df9373e8ee4140fc95565ebca7a813");
    }

    #[test]
    fn substitute_and_citizens_holidays() {
        case(date(1973, 2, 12), None);
        case(date(1973, 4, 30), Some("振替休日"));
        case(date(1985, 5, 4), None);
        case(date(1986, 5, 4), None);
        case(date(1987, 5, 4), Some("振替休日"));
        case(date(1988, 5, 4), Some("国民の休日"));
        case(date(2008, 5, 6), Some("振替休日"));
        case(date(2009, 9, 22), Some("国民の休日"));
        case(date(2015, 5, 6), Some("振替休日"));
        case(date(2019, 4, 30), Some("国民の休日"));
        case(date(2019, 12, 23), None);
        case(date(1969, 1, 1), None);
    }
}
