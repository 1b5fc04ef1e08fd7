//! What printed texts say, however they are set: full width or half width, spread over cells, with
//! commas, 円 or ¥; days in wareki or by the Gregorian year.

use crate::calendar::{Date, Era};

/// The text in half width, without spaces.
pub(super) fn plain(text: &str) -> String {
    let narrow = |c: char| match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '￥' => '¥',
        '−' | '‐' | '―' | '–' => '-',
        _ => c,
    };
    text.chars().filter(|c| !c.is_whitespace()).map(narrow).collect()
}

/// The yen of an amount; `None` for void marks and whatever else is no number.
pub(super) fn amount(text: &str) -> Option<u64> {
    let text = plain(text);
    let text = text.trim_start_matches(['金', '¥', '*', '-']);
    let text = text.trim_end_matches(['也', '円', '*', '-']);
    let digits: String = text.chars().filter(|&c| c != ',').collect();
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten()
}

/// A day: `令和8年6月30日`, `R8.6.30`, `2026年6月30日`, `2026-06-30`.
pub(super) fn date(text: &str) -> Option<Date> {
    let text = plain(text).replace('元', "1");
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let (before, rest) = text.split_at(start);
    let era = Era::ALL
        .into_iter()
        .find(|era| before.ends_with(era.name()) || before.ends_with(era.letter()));
    let mut numbers = rest.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
    let year: i16 = numbers.next()?.parse().ok()?;
    let year = match era {
        Some(era) if (1..=99).contains(&year) => era.gregorian(year),
        Some(_) => return None,
        None => year,
    };
    let found = day(year, numbers.next()?, numbers.next()?)?;
    numbers.next().is_none().then_some(found)
}

/// The day of a year, a month and a day of the month in digits; of this century or the last.
pub(super) fn day(year: i16, month: &str, day: &str) -> Option<Date> {
    let date = Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()?;
    (1900..2100).contains(&date.year()).then_some(date)
}

/// The seven digits of a postcode: `〒100-0013`.
pub(super) fn postcode(text: &str) -> Option<String> {
    let text = plain(text);
    let digits: String = text.trim_start_matches('〒').chars().filter(|&c| c != '-').collect();
    (digits.len() == 7 && digits.bytes().all(|b| b.is_ascii_digit())).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil;

    #[test]
    fn amounts_are_read_however_they_are_set() {
        for text in [
            "48600",
            "48,600円",
            "￥48,600-",
            "４８，６００ 円",
            "4 8 6 0 0",
            "金48,600円也",
            "*48,600*",
        ] {
            assert_eq!(amount(text), Some(48_600), "{text}");
        }
        for text in [
            "",
            "***",
            "＊＊＊＊＊＊",
            "円",
            "48.600",
            "48,60O",
            "該当なし",
            "99999999999999999999999",
        ] {
            assert_eq!(amount(text), None, "{text}");
        }
        assert_eq!(amount("0円"), Some(0));
    }

    #[test]
    fn days_are_read_in_every_notation() {
        let day = Some(civil::date(2026, 6, 30));
        for text in [
            "令和8年6月30日",
            "令和８年６月３０日",
            "令和 8年 6月30日",
            "R8.6.30",
            "2026年6月30日",
            "2026-06-30",
            "納期限 令和8年6月30日(火)",
            "８年６月３０日 令和",
        ] {
            let expected = if text.starts_with('８') { None } else { day };
            assert_eq!(date(text), expected, "{text}");
        }
        assert_eq!(date("令和元年5月1日"), Some(civil::date(2019, 5, 1)));
        for text in [
            "",
            "***",
            "令和8年6月31日",
            "8年6月30日",
            "令和8年6月",
            "令和2026年6月30日",
            "令和8年6月30日7",
        ] {
            assert_eq!(date(text), None, "{text}");
        }
    }

    #[test]
    fn postcodes_have_seven_digits() {
        for text in ["100-0013", "〒100-0013", "１００－００１３", "1 0 0 0 0 1 3"] {
            assert_eq!(postcode(text).as_deref(), Some("1000013"), "{text}");
        }
        assert_eq!(postcode("100-001"), None);
    }
}
