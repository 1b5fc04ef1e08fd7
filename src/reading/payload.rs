//! What the codes of payments say: the 44 digits of stores and the 255 digits of local taxes, taken
//! apart by their descriptions. Nothing is shared with what makes them.

use super::printed;
use crate::calendar::Date;

/// What the code of a payment says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Payment<'t> {
    /// 納付額.
    pub(super) amount: u64,
    /// The last day on which it pays; `None` when it names none.
    pub(super) limit: Option<Date>,
    /// 納期限, where the code says it.
    pub(super) due: Option<Date>,
    /// 期別, where the code says it.
    pub(super) period: Option<&'t str>,
    /// What no other payment has.
    pub(super) key: [&'t str; 2],
}

/// Takes the 44 digits of stores apart. `None` when they contradict themselves: the check digit
/// (modulus 10, weights 3 and 1), the application identifier, the date.
pub(super) fn store(text: &str) -> Option<Payment<'_>> {
    if text.len() != 44 || !text.starts_with("91") || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let weighed = text.bytes().zip([3, 1].into_iter().cycle()).take(43);
    let sum: u32 = weighed.map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    if text[43..].parse() != Ok((10 - sum % 10) % 10) {
        return None;
    }
    let due = &text[30..36];
    let limit = match due {
        "999999" => None,
        _ => Some(printed::day(2000 + due[..2].parse::<i16>().ok()?, &due[2..4], &due[4..])?),
    };
    let amount = text[37..43].parse().ok()?;
    Some(Payment { amount, limit, due: None, period: None, key: [text, ""] })
}

/// Takes the 255 digits of local taxes apart. `None` when they contradict themselves: the lengths of
/// the items, the two amounts, the dates, the CRC.
pub(super) fn el_qr(text: &str) -> Option<Payment<'_>> {
    if text.len() != 255 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let items = [
        (0, "000201"),
        (6, "010212"),
        (12, "2796000513800"),
        (25, "0183"),
        (112, "5411"),
        (127, "6226"),
        (157, "8085"),
        (246, "6305"),
    ];
    if !items.iter().all(|(at, item)| text[*at..].starts_with(item)) {
        return None;
    }
    let amount = &text[116..127];
    let sum = crc(&text.as_bytes()[..250]);
    if text[42..53] != *amount || text[250..].parse() != Ok(sum) {
        return None;
    }
    let date = |at: usize| {
        let text = &text[at..at + 8];
        printed::day(text[..4].parse().ok()?, &text[4..6], &text[6..])
    };
    Some(Payment {
        amount: amount.parse().ok()?,
        limit: Some(date(149)?),
        due: Some(date(141)?),
        period: Some(&text[139..141]),
        // 案件特定キー, then 課税年度 and 期別.
        key: [&text[70..90], &text[135..141]],
    })
}

/// CRC-16 with polynomial 0x1021, all ones at first, nothing reflected.
fn crc(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0xFFFF, |crc, &byte| {
        (0..8).fold(crc ^ u16::from(byte) << 8, |crc, _| {
            (crc << 1) ^ if crc & 0x8000 == 0 { 0 } else { 0x1021 }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_real_store_code_is_taken_apart() {
        let text = "91959919833262024010101043480024071000395003";
        let payment = store(text).expect("sound");
        assert_eq!((payment.amount, payment.limit), (39_500, Some(date(2024, 7, 10))));
        for (at, digit) in text.bytes().enumerate().skip(2) {
            let other = if digit == b'9' { '0' } else { char::from(digit + 1) };
            let mut wrong = text.to_owned();
            wrong.replace_range(at..=at, &other.to_string());
            assert_eq!(store(&wrong), None, "digit {at}");
        }
        assert_eq!(store(&text[1..]), None);
    }

    #[test]
    fn el_qr_codes_are_taken_apart() {
        let file = include_str!("../../tests/vectors/elqr.json");
        let file: serde_json::Value = serde_json::from_str(file).expect("vectors");
        let cases = file["cases"].as_array().or(file.as_array()).expect("cases");
        let texts = cases.iter().filter_map(|case| case["payload"].as_str());
        let mut count = 0;
        for text in texts {
            let payment = el_qr(text).expect("sound");
            count += 1;
            assert!(payment.limit.is_some() && payment.due.is_some() && payment.period.is_some());
            let wrong =
                text.replacen(&payment.amount.to_string(), &(payment.amount + 1).to_string(), 1);
            assert!(wrong == text || el_qr(&wrong).is_none());
        }
        assert!(count >= 2, "{count} cases");
        assert_eq!(crc(b"123456789"), 10_673);
    }
}
