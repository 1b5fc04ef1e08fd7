//! The payload of an eL-QR (地方税統一QRコード): 255 digits, built from a payment's items or read and
//! checked. It holds both lines of a Yucho MT slip; two pairs of check digits, a CRC and two places for
//! the amount must agree.

use super::{Error, ErrorKind, digits, yucho};
use crate::calendar::Date;
use std::ops::Range;

/// Digits of a payload.
pub const DIGITS: usize = 255;
/// The two lines of the Yucho MT slip and what stands in them.
const LINE_1: Range<usize> = 29..68;
const LINE_2: Range<usize> = 68..112;
const ACCOUNT: Range<usize> = 31..42;
const LINE_AMOUNT: Range<usize> = 42..53;
const FEE: usize = 53;
const AGENCY: Range<usize> = 54..59;
const STAMP: usize = 59;
const ITEM: Range<usize> = 60..63;
const EXTENSION_1: Range<usize> = 63..68;
const KEY: Range<usize> = 70..90;
const CONFIRMATION: Range<usize> = 90..96;
const AREA: usize = 96;
const ORGANISATION: Range<usize> = 97..102;
const OFFICE: Range<usize> = 102..105;
const EXTENSION_2: Range<usize> = 105..112;
/// What stands after the lines.
const AMOUNT: Range<usize> = 116..127;
const LEVY_YEAR: Range<usize> = 131..135;
const TAX_YEAR: Range<usize> = 135..139;
const PERIOD: Range<usize> = 139..141;
const DUE: Range<usize> = 141..149;
const PAY_BY: Range<usize> = 149..157;
const RESERVED: Range<usize> = 161..246;
const CRC: Range<usize> = 250..255;

/// Tags, lengths and values that are the same in every payload, with their places.
const FIXED: [(usize, &[u8]); 7] = [
    (0, b"000201"),
    (6, b"010212"),
    (12, b"27960005138000183"),
    (112, b"5411"),
    (127, b"6226"),
    (157, b"8085"),
    (246, b"6305"),
];
/// 地方税共同機構.
const AGENCY_VALUE: &[u8; 5] = b"13800";

/// The items of a payment. Digit strings that may be short get zeros in front.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Payment<'a> {
    /// 口座番号 of the agency: at most 11 digits.
    pub account: &'a str,
    /// The amount in yen, at most 11 digits.
    pub amount: u64,
    /// 税目・料金番号: three digits.
    pub item: &'a str,
    /// 案件特定キー: at most 20 digits.
    pub key: &'a str,
    /// 確認番号: at most 6 digits.
    pub confirmation: &'a str,
    /// 共通納税機関コード: five digits.
    pub organisation: &'a str,
    /// 税務事務所コード: three digits.
    pub office: &'a str,
    /// 賦課年度: four digits.
    pub levy_year: &'a str,
    /// 課税年度: four digits.
    pub tax_year: &'a str,
    /// 期別: two digits, 00 for the whole year.
    pub period: &'a str,
    /// 納期限.
    pub due: Date,
    /// 支払期限, until which it can be paid.
    pub pay_by: Date,
    /// What today's payloads have as zeros.
    pub extension: Extension<'a>,
}

/// Digits that are zeros in every payload seen so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extension<'a> {
    /// Five digits at the end of the first line.
    pub line_1: &'a str,
    /// Seven digits at the end of the second line.
    pub line_2: &'a str,
    /// 85 digits before the CRC.
    pub reserved: &'a str,
}

impl Default for Extension<'static> {
    fn default() -> Self {
        const ZEROS: &str =
            "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000";
        Self { line_1: "00000", line_2: "0000000", reserved: ZEROS }
    }
}

/// The numbers by which the payment is made without the QR code (eL番号).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ElNumber<'a> {
    /// 収納機関番号: 共通納税機関コード.
    pub agency: &'a str,
    /// 納付番号: 案件特定キー.
    pub number: &'a str,
    /// 確認番号.
    pub confirmation: &'a str,
    /// 納付区分: 税目・料金番号.
    pub category: &'a str,
}

/// A payload whose digits agree with each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Payload {
    digits: [u8; DIGITS],
}

impl Payment<'_> {
    /// The payload.
    ///
    /// # Errors
    /// When an item does not fit into its place.
    pub fn payload(&self) -> Result<Payload, Error> {
        let mut all = [b'0'; DIGITS];
        for (at, value) in FIXED {
            all[at..at + value.len()].copy_from_slice(value);
        }
        digits::put_right(&mut all[ACCOUNT], self.account, "acct")?;
        digits::put(&mut all[LINE_AMOUNT], self.amount, "amt")?;
        all[FEE] = b'2';
        all[AGENCY].copy_from_slice(AGENCY_VALUE);
        digits::put_whole(&mut all[ITEM], self.item, "item")?;
        digits::put_whole(&mut all[EXTENSION_1], self.extension.line_1, "extension.line_1")?;
        digits::put_right(&mut all[KEY], self.key, "key")?;
        digits::put_right(&mut all[CONFIRMATION], self.confirmation, "conf")?;
        digits::put_whole(&mut all[ORGANISATION], self.organisation, "org")?;
        digits::put_whole(&mut all[OFFICE], self.office, "office")?;
        digits::put_whole(&mut all[EXTENSION_2], self.extension.line_2, "extension.line_2")?;
        digits::put(&mut all[AMOUNT], self.amount, "amt")?;
        digits::put_whole(&mut all[LEVY_YEAR], self.levy_year, "levy")?;
        digits::put_whole(&mut all[TAX_YEAR], self.tax_year, "tax")?;
        digits::put_whole(&mut all[PERIOD], self.period, "period")?;
        put_date(&mut all[DUE], self.due, "nokigen")?;
        put_date(&mut all[PAY_BY], self.pay_by, "shiharai")?;
        digits::put_whole(&mut all[RESERVED], self.extension.reserved, "extension.reserved")?;
        for line in [LINE_1, LINE_2] {
            let check = yucho::check_digits_of(&all[line.start + 2..line.end])?;
            all[line.start..line.start + 2].copy_from_slice(&check);
        }
        let crc = crc(&all[..CRC.start]);
        digits::put(&mut all[CRC], crc.into(), "payload")?;
        Ok(Payload { digits: all })
    }
}

fn put_date(out: &mut [u8], day: Date, field: &'static str) -> Result<(), Error> {
    let year = u64::try_from(day.year()).map_err(|_| ErrorKind::NotADate.of(field))?;
    digits::put(out, year * 10_000 + digits::month_day(day), field)
}

/// The date of eight digits, `yyyyMMdd`.
///
/// # Errors
/// When they are no date.
pub fn date(text: &str, field: &'static str) -> Result<Date, Error> {
    digits::check(text, 8, 8, field)?;
    let part = |range: Range<usize>| digits::number(&text.as_bytes()[range]);
    let (year, month, day) =
        (i16::try_from(part(0..4)), i8::try_from(part(4..6)), i8::try_from(part(6..8)));
    let (Ok(year), Ok(month), Ok(day)) = (year, month, day) else {
        return Err(ErrorKind::NotADate.of(field));
    };
    Date::new(year, month, day).map_err(|_| ErrorKind::NotADate.of(field))
}

impl Payload {
    /// Reads a payload that came ready made, and checks everything that can be checked: length, tags,
    /// agency, both pairs of check digits, both amounts, both dates, CRC.
    ///
    /// # Errors
    /// The first that is wrong.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut all = [0; DIGITS];
        digits::put_whole(&mut all, text, "payload")?;
        let found = digits::number(&all[CRC]);
        let expected = crc(&all[..CRC.start]);
        if found != u64::from(expected) {
            let found = u16::try_from(found).unwrap_or(u16::MAX);
            return Err(ErrorKind::Crc { expected, found }.of("payload"));
        }
        let agency: (usize, &[u8]) = (AGENCY.start, AGENCY_VALUE);
        for (at, value) in FIXED.into_iter().chain([agency]) {
            if !all[at..].starts_with(value) {
                return Err(ErrorKind::Structure { at: at + 1 }.of("payload"));
            }
        }
        if all[STAMP] != b'0' || all[AREA] != b'0' {
            let at = if all[STAMP] == b'0' { AREA } else { STAMP };
            return Err(ErrorKind::Structure { at: at + 1 }.of("payload"));
        }
        for (line, name) in [(LINE_1, "mpn_line1"), (LINE_2, "mpn_line2")] {
            if yucho::check_digits_of(&all[line.start + 2..line.end])? != all[line.start..][..2] {
                return Err(ErrorKind::CheckDigit.of(name));
            }
        }
        if all[AMOUNT] != all[LINE_AMOUNT] {
            return Err(ErrorKind::Differs.of("amt"));
        }
        date(digits::text(&all[DUE]), "nokigen")?;
        date(digits::text(&all[PAY_BY]), "shiharai")?;
        Ok(Self { digits: all })
    }

    /// Demands that it says what the slip prints.
    ///
    /// # Errors
    /// When its amount or its last day to pay is another one.
    pub fn agrees(&self, amount: u64, pay_by: Option<Date>) -> Result<(), Error> {
        if self.amount() != amount {
            return Err(ErrorKind::Differs.of("amt"));
        }
        match pay_by {
            Some(day) if self.pay_by()? != day => Err(ErrorKind::Differs.of("shiharai")),
            _ => Ok(()),
        }
    }

    fn part(&self, range: Range<usize>) -> &str {
        digits::text(&self.digits[range])
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        digits::text(&self.digits)
    }

    /// The amount in yen.
    #[must_use]
    pub fn amount(&self) -> u64 {
        digits::number(&self.digits[AMOUNT])
    }

    /// 支払期限, the last day to pay.
    ///
    /// # Errors
    /// Never for a payload that was made or read here.
    pub fn pay_by(&self) -> Result<Date, Error> {
        date(self.part(PAY_BY), "shiharai")
    }

    /// 納期限.
    ///
    /// # Errors
    /// Never for a payload that was made or read here.
    pub fn due(&self) -> Result<Date, Error> {
        date(self.part(DUE), "nokigen")
    }

    /// 期別, two digits.
    #[must_use]
    pub fn period(&self) -> &str {
        self.part(PERIOD)
    }

    /// The first line of the Yucho MT slip, 39 digits.
    #[must_use]
    pub fn line_1(&self) -> &str {
        self.part(LINE_1)
    }

    /// The second line of the Yucho MT slip, 44 digits.
    #[must_use]
    pub fn line_2(&self) -> &str {
        self.part(LINE_2)
    }

    /// The numbers to print beside the QR code.
    #[must_use]
    pub fn el_number(&self) -> ElNumber<'_> {
        ElNumber {
            agency: self.part(ORGANISATION),
            number: self.part(KEY),
            confirmation: self.part(CONFIRMATION),
            category: self.part(ITEM),
        }
    }
}

/// CRC-16/CCITT-FALSE: polynomial 0x1021, initial value 0xFFFF.
fn crc(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0xFFFF, |crc, &b| crc << 8 ^ CRCS[usize::from((crc >> 8) as u8 ^ b)])
}

const CRCS: [u16; 256] = crcs();

const fn crcs() -> [u16; 256] {
    let mut table = [0; 256];
    let mut n: u16 = 0;
    while n < 256 {
        let (mut crc, mut bit) = (n << 8, 0);
        while bit < 8 {
            crc = if crc & 0x8000 == 0 { crc << 1 } else { crc << 1 ^ 0x1021 };
            bit += 1;
        }
        table[n as usize] = crc;
        n += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn payment() -> Payment<'static> {
        Payment {
            account: "0",
            amount: 39_500,
            item: "127",
            key: "202401010104348",
            confirmation: "778284",
            organisation: "44000",
            office: "040",
            levy_year: "2024",
            tax_year: "2024",
            period: "00",
            due: Date::new(2024, 5, 31).expect("a date"),
            pay_by: Date::new(2024, 7, 10).expect("a date"),
            extension: Extension::default(),
        }
    }

    #[test]
    fn the_crc_is_the_usual_one() {
        assert_eq!(crc(b"123456789"), 10_673);
    }

    /// What a payload becomes when one place says something else and the CRC is made good again.
    fn altered(change: impl Fn(&mut [u8; DIGITS])) -> Error {
        let mut all = payment().payload().expect("a payload").digits;
        change(&mut all);
        let crc = crc(&all[..CRC.start]);
        digits::put(&mut all[CRC], crc.into(), "payload").expect("five digits");
        Payload::parse(digits::text(&all)).expect_err("it is wrong")
    }

    #[test]
    fn every_fault_has_its_name() {
        let payload = payment().payload().expect("a payload");
        assert_eq!(Payload::parse(payload.as_str()), Ok(payload));
        let text = payload.as_str();
        let wrong = text[..254].to_owned() + "9";
        let crc = Payload::parse(&wrong).expect_err("a wrong CRC");
        assert!(matches!(crc.kind, ErrorKind::Crc { expected: 20_201, found: 20_209 }), "{crc}");
        let short = ErrorKind::Length { found: 254, min: 255, max: 255 }.of("payload");
        assert_eq!(Payload::parse(&text[..254]), Err(short));
        assert_eq!(altered(|all| all[AMOUNT.end - 1] = b'1'), ErrorKind::Differs.of("amt"));
        let line = altered(|all| all[LINE_AMOUNT.end - 1] = b'1');
        assert_eq!(line, ErrorKind::CheckDigit.of("mpn_line1"));
        let key = altered(|all| all[KEY.end - 1] = b'1');
        assert_eq!(key, ErrorKind::CheckDigit.of("mpn_line2"));
        assert_eq!(altered(|all| all[7] = b'9').kind, ErrorKind::Structure { at: 7 });
        assert_eq!(altered(|all| all[AGENCY.start] = b'2').kind, ErrorKind::Structure { at: 55 });
        assert_eq!(altered(|all| all[DUE.start + 4] = b'9').field, "nokigen");
        assert_eq!(altered(|all| all[AREA] = b'1').kind, ErrorKind::Structure { at: 97 });
    }

    #[test]
    fn a_payload_must_say_what_the_slip_says() {
        let payload = payment().payload().expect("a payload");
        assert_eq!(payload.agrees(39_500, Date::new(2024, 7, 10).ok()), Ok(()));
        assert_eq!(payload.agrees(39_500, None), Ok(()));
        assert_eq!(payload.agrees(43_500, None), Err(ErrorKind::Differs.of("amt")));
        let other = payload.agrees(39_500, Date::new(2024, 7, 11).ok());
        assert_eq!(other, Err(ErrorKind::Differs.of("shiharai")));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let refused = |payment: Payment<'_>| payment.payload().expect_err("refused");
        let large = ErrorKind::TooLarge { max: 99_999_999_999 }.of("amt");
        assert_eq!(refused(Payment { amount: 100_000_000_000, ..payment() }), large);
        assert_eq!(refused(Payment { item: "12", ..payment() }).field, "item");
        assert_eq!(
            refused(Payment { organisation: "４４０００", ..payment() }).kind,
            ErrorKind::NotDigits
        );
        let key = "1".repeat(21);
        assert_eq!(refused(Payment { key: &key, ..payment() }).field, "key");
        for text in ["20240230", "2024053", "00000000", "２０２４０５３１", "20241301"] {
            assert!(date(text, "nokigen").is_err(), "{text}");
        }
    }

    proptest! {
        /// A digit that changed on the way is always noticed: by the CRC.
        #[test]
        fn one_wrong_digit_is_noticed(amount in 0u64..100_000_000_000, at in 0usize..255, more in 1u8..10) {
            let payload = Payment { amount, ..payment() }.payload()?;
            prop_assert_eq!(Payload::parse(payload.as_str()), Ok(payload));
            prop_assert_eq!(payload.amount(), amount);
            let mut wrong = payload.digits;
            wrong[at] = b'0' + (wrong[at] - b'0' + more) % 10;
            prop_assert!(Payload::parse(digits::text(&wrong)).is_err());
        }

        #[test]
        fn nothing_that_is_read_panics(text in "\\PC{0,300}|[0-9]{255}") {
            prop_assert!(Payload::parse(&text).is_err());
            let _ = date(&text, "nokigen");
        }
    }
}
