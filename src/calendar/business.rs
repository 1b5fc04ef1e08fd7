//! Business days of a municipality, and due dates at the end of a month. Sources: 地方自治法 §4の2 and
//! the closing days of nearly every 休日条例 (29 December to 3 January); 地方税法 §20の5 for due dates
//! that fall on a closed day.

use super::{Date, Weekday, holiday};
use serde::Deserialize;

/// Whether offices and banks are open: no Saturday, Sunday or holiday, nor 29 December to 3 January.
#[must_use]
pub fn is_business_day(day: Date) -> bool {
    let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
    let closing = matches!((day.month(), day.day()), (12, 29..=31) | (1, 1..=3));
    !weekend && !closing && holiday(day).is_none()
}

/// `day` itself when it is a business day, else the next one.
#[must_use]
pub fn on_or_after(day: Date) -> Date {
    if is_business_day(day) { day } else { next_business_day(day) }
}

/// `day` itself when it is a business day, else the one before.
#[must_use]
pub fn on_or_before(day: Date) -> Date {
    if is_business_day(day) { day } else { previous_business_day(day) }
}

/// The first business day after `day`.
#[must_use]
pub fn next_business_day(day: Date) -> Date {
    step(day, |day| day.tomorrow().ok())
}

/// The last business day before `day`.
#[must_use]
pub fn previous_business_day(day: Date) -> Date {
    step(day, |day| day.yesterday().ok())
}

fn step(day: Date, next: impl Fn(Date) -> Option<Date>) -> Date {
    std::iter::successors(next(day), |&day| next(day))
        .find(|&day| is_business_day(day))
        .unwrap_or(day)
}

/// What a due date at the end of December becomes; it differs from tenant to tenant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum December {
    /// 25 December, or the next business day.
    #[serde(rename = "25")]
    TwentyFifth,
    /// The last business day before the year-end closing.
    LastBusinessDay,
    /// 4 January, or the next business day.
    #[default]
    #[serde(rename = "january-4")]
    FourthOfJanuary,
}

/// The due date (納期限) at the end of the month of `day`: its last day or, when that is closed, the
/// next business day; in December by the tenant's rule.
#[must_use]
pub fn due_at_month_end(day: Date, december: December) -> Date {
    let last = day.last_of_month();
    if last.month() != 12 {
        return on_or_after(last);
    }
    match december {
        December::TwentyFifth => on_or_after(jiff::civil::date(last.year(), 12, 25)),
        December::LastBusinessDay => on_or_before(last),
        December::FourthOfJanuary => on_or_after(last),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    /// Due dates that municipalities published, as (nominal year, month), rule and day.
    /// Origin: 春日井市 令和6年度, 吉川市 令和5年度, 朝日町 (富山) 令和2年度.
    #[test]
    fn published_due_dates() {
        use December::{FourthOfJanuary, LastBusinessDay, TwentyFifth};
        let kasugai = "2024-04:2024-04-30 2024-05:2024-05-31 2024-06:2024-07-01 \
            2024-07:2024-07-31 2024-08:2024-09-02 2024-09:2024-09-30 2024-10:2024-10-31 \
            2024-11:2024-12-02 2024-12:2024-12-27 2025-01:2025-01-31 2025-02:2025-02-28 \
            2025-03:2025-03-31";
        let yoshikawa = "2023-05:2023-05-31 2023-06:2023-06-30 2023-07:2023-07-31 \
            2023-08:2023-08-31 2023-09:2023-10-02 2023-10:2023-10-31 2023-11:2023-11-30 \
            2023-12:2024-01-04 2024-01:2024-01-31 2024-02:2024-02-29";
        let asahi = "2020-07:2020-07-31 2020-08:2020-08-31 2020-09:2020-09-30 \
            2020-10:2020-11-02 2020-11:2020-11-30 2020-12:2020-12-25 2021-01:2021-02-01 \
            2021-02:2021-03-01";
        let all = [(kasugai, LastBusinessDay), (yoshikawa, FourthOfJanuary), (asahi, TwentyFifth)];
        for (pairs, rule) in all {
            for pair in pairs.split_whitespace() {
                let (month, due) = pair.split_once(':').expect("month and day");
                let month: Date = format!("{month}-01").parse().expect("a month");
                assert_eq!(due_at_month_end(month, rule).to_string(), due, "{month}");
            }
        }
    }

    #[test]
    fn december_rules_when_the_day_is_closed() {
        let december = date(2026, 12, 1);
        assert_eq!(due_at_month_end(december, December::TwentyFifth), date(2026, 12, 25));
        assert_eq!(due_at_month_end(december, December::LastBusinessDay), date(2026, 12, 28));
        assert_eq!(due_at_month_end(december, December::FourthOfJanuary), date(2027, 1, 4));
        // 25 December 2027 is a Saturday, 4 January 2025 another.
        assert_eq!(due_at_month_end(date(2027, 12, 1), December::TwentyFifth), date(2027, 12, 27));
        let due = due_at_month_end(date(2024, 12, 1), December::FourthOfJanuary);
        assert_eq!(due, date(2025, 1, 6));
    }

    #[test]
    fn moves_pass_over_closed_days() {
        assert_eq!(next_business_day(date(2026, 5, 1)), date(2026, 5, 7));
        assert_eq!(previous_business_day(date(2026, 5, 7)), date(2026, 5, 1));
        assert_eq!(on_or_after(date(2026, 9, 21)), date(2026, 9, 24));
        assert_eq!(on_or_before(date(2027, 1, 3)), date(2026, 12, 28));
        assert!(is_business_day(date(2026, 12, 28)));
    }
}
