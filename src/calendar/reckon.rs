//! Terms reckoned from a day: ages, years and months later, the next day of a name, the end of a
//! month. Sources: 年齢計算ニ関スル法律 and 民法143条 for ages.

use super::Date;
use jiff::Span;

/// The day at whose end somebody born on `birth` is `age` years old: the day before the birthday.
/// Who was born on 29 February reaches it on the 28th every year. `None` when no calendar has it.
#[must_use]
pub fn reaches_age(birth: Date, age: u8) -> Option<Date> {
    let year = birth.year().checked_add(age.into())?;
    match Date::new(year, birth.month(), birth.day()) {
        Ok(birthday) => birthday.yesterday().ok(),
        Err(_) => Date::new(year, birth.month(), 28).ok(),
    }
}

/// So many years, months and days later (earlier when negative), in this order; a day that the
/// month does not have is its last.
#[must_use]
pub fn later(day: Date, years: i16, months: i32, days: i32) -> Option<Date> {
    let month = day.checked_add(Span::new().try_years(years).ok()?).ok()?;
    let month = month.checked_add(Span::new().try_months(months).ok()?).ok()?;
    month.checked_add(Span::new().try_days(days).ok()?).ok()
}

/// The first day of that month and number from `day` on.
#[must_use]
pub fn first_from(day: Date, month: i8, number: i8) -> Option<Date> {
    // Eight years always have a 29 February.
    let years = (0..=8).filter_map(|n| day.year().checked_add(n));
    years.filter_map(|year| Date::new(year, month, number).ok()).find(|found| *found >= day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().expect("a date")
    }

    #[test]
    fn an_age_is_reached_on_the_eve_of_the_birthday() {
        // 介護保険の資格取得: born 2 April on 1 April, born 1 April on 31 March.
        assert_eq!(reaches_age(day("1961-04-02"), 65), Some(day("2026-04-01")));
        assert_eq!(reaches_age(day("1961-04-01"), 65), Some(day("2026-03-31")));
        assert_eq!(reaches_age(day("1951-01-01"), 75), Some(day("2025-12-31")));
        assert_eq!(reaches_age(day("1952-02-29"), 75), Some(day("2027-02-28")));
        assert_eq!(reaches_age(day("1952-02-29"), 76), Some(day("2028-02-28")));
        assert_eq!(reaches_age(day("9950-01-01"), 75), None);
    }

    #[test]
    fn terms_end_in_the_month_they_reach() {
        assert_eq!(later(day("2024-01-31"), 0, 1, 0), Some(day("2024-02-29")));
        assert_eq!(later(day("2026-08-01"), 5, 0, -1), Some(day("2031-07-31")));
        assert_eq!(later(day("2026-06-30"), 0, 0, -10), Some(day("2026-06-20")));
        assert_eq!(later(day("9999-12-31"), 0, 0, 1), None);
        assert_eq!(later(day("2026-01-01"), i16::MAX, 0, 0), None);
    }

    #[test]
    fn the_next_day_of_a_name_may_be_today() {
        assert_eq!(first_from(day("2026-07-31"), 7, 31), Some(day("2026-07-31")));
        assert_eq!(first_from(day("2026-08-01"), 7, 31), Some(day("2027-07-31")));
        assert_eq!(first_from(day("2096-03-01"), 2, 29), Some(day("2104-02-29")));
        assert_eq!(first_from(day("2026-01-01"), 2, 30), None);
    }
}
