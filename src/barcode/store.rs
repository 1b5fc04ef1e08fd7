//! The barcode by which convenience stores take payments (GS1-128, AI 91): 44 digits, two lines
//! for people, 288 modules. Source: 標準料金代理収納ガイドライン.

use super::{Error, ErrorKind, Linear, code128, digits};
use crate::calendar::Date;

/// The most that stores take for one slip, in yen.
pub const LIMIT_YEN: u64 = 300_000;
/// The due date of a payment without one.
const NO_DUE_DATE: &[u8; 6] = b"999999";

/// What a slip says to a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StorePayment<'a> {
    /// 請求書発行企業コード: six digits, as the contract says.
    pub issuer: &'a str,
    /// At most 21 digits of the issuer's own; zeros follow when there are less.
    pub free_field: &'a str,
    /// How many times the slip was issued again: 0 to 9.
    pub reissue: u64,
    /// The last day on which stores take it; they take it always when absent.
    pub due: Option<Date>,
    /// 印紙フラグ: 1 when the receipt needs a revenue stamp, which public money never does.
    pub stamp_flag: u64,
    /// The amount: the code holds up to 999,999 yen, stores take up to [`LIMIT_YEN`].
    pub amount: u64,
}

/// Why stores do not take a payment, so that no barcode may be printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotTaken {
    /// There is nothing to pay.
    #[error("there is nothing to pay")]
    NothingToPay,
    /// More than stores take for one slip.
    #[error("the amount is more than {limit_yen} yen")]
    OverLimit {
        /// The most, in yen.
        limit_yen: u64,
    },
    /// The last day is over when the slip is issued.
    #[error("it is due before it is issued")]
    PastDue,
}

impl NotTaken {
    /// The same in Japanese, for the slip's reader.
    #[must_use]
    pub const fn ja(self) -> &'static str {
        match self {
            Self::NothingToPay => "お支払いいただく金額はありません。",
            Self::OverLimit { .. } => {
                "コンビニエンスストアでは30万円を超えるお支払いはできません。"
            }
            Self::PastDue => "納期限を過ぎているため、コンビニエンスストアではお支払いできません。",
        }
    }
}

impl StorePayment<'_> {
    /// Whether stores take it, when it is issued on a day.
    ///
    /// # Errors
    /// The reason why they do not.
    pub fn taken(&self, issued: Option<Date>) -> Result<(), NotTaken> {
        if self.amount == 0 {
            return Err(NotTaken::NothingToPay);
        }
        if self.amount > LIMIT_YEN {
            return Err(NotTaken::OverLimit { limit_yen: LIMIT_YEN });
        }
        match (self.due, issued) {
            (Some(due), Some(issued)) if due < issued => Err(NotTaken::PastDue),
            _ => Ok(()),
        }
    }

    /// The 44 digits. Whether the payment is [taken](Self::taken) is another question.
    ///
    /// # Errors
    /// When an item is not what its place holds; a due date must lie in the years 2000 to 2099.
    pub fn code(&self) -> Result<StoreCode, Error> {
        let mut code = [b'0'; 44];
        code[..2].copy_from_slice(b"91");
        digits::put_whole(&mut code[2..8], self.issuer, "issuer")?;
        digits::check(self.free_field, 0, 21, "free_field")?;
        code[8..8 + self.free_field.len()].copy_from_slice(self.free_field.as_bytes());
        digits::put(&mut code[29..30], self.reissue, "reissue")?;
        match self.due {
            None => code[30..36].copy_from_slice(NO_DUE_DATE),
            Some(due) => {
                let year = u64::try_from(due.year() - 2000).ok().filter(|&year| year < 100);
                let year = year.ok_or(ErrorKind::NotADate.of("due"))?;
                let day = year * 10_000 + digits::month_day(due);
                digits::put(&mut code[30..36], day, "due")?;
            }
        }
        if self.stamp_flag > 1 {
            return Err(ErrorKind::TooLarge { max: 1 }.of("stamp_flag"));
        }
        digits::put(&mut code[36..37], self.stamp_flag, "stamp_flag")?;
        digits::put(&mut code[37..43], self.amount, "amount")?;
        code[43] = digits::modulus_10_weight_3_1(&code[..43]);
        Ok(StoreCode { digits: code })
    }
}

/// The date of a due date as the code has it: `YYMMDD`, or `999999` for none.
///
/// # Errors
/// When it is something else.
pub fn due_date(text: &str) -> Result<Option<Date>, Error> {
    digits::check(text, 6, 6, "due")?;
    if text.as_bytes() == NO_DUE_DATE {
        return Ok(None);
    }
    let part = |range| digits::number(&text.as_bytes()[range]);
    let year = i16::try_from(2000 + part(0..2));
    let (month, day) = (i8::try_from(part(2..4)), i8::try_from(part(4..6)));
    let (Ok(year), Ok(month), Ok(day)) = (year, month, day) else {
        return Err(ErrorKind::NotADate.of("due"));
    };
    Date::new(year, month, day).map(Some).map_err(|_| ErrorKind::NotADate.of("due"))
}

/// The 44 digits of a store's barcode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoreCode {
    digits: [u8; 44],
}

impl StoreCode {
    /// Reads 44 digits that came from elsewhere.
    ///
    /// # Errors
    /// When they are not 44, do not begin with 91, or have a wrong check digit, date or flag.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut code = [0; 44];
        digits::put_whole(&mut code, text, "data44")?;
        if !text.starts_with("91") {
            return Err(ErrorKind::Structure { at: 1 }.of("data44"));
        }
        if digits::modulus_10_weight_3_1(&code[..43]) != code[43] {
            return Err(ErrorKind::CheckDigit.of("data44"));
        }
        if code[36] > b'1' {
            return Err(ErrorKind::Structure { at: 37 }.of("data44"));
        }
        let code = Self { digits: code };
        code.due()?;
        Ok(code)
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        digits::text(&self.digits)
    }

    /// The amount in yen.
    #[must_use]
    pub fn amount(&self) -> u64 {
        digits::number(&self.digits[37..43])
    }

    /// The due date, when there is one.
    ///
    /// # Errors
    /// Never for a code that was made or read here.
    pub fn due(&self) -> Result<Option<Date>, Error> {
        due_date(digits::text(&self.digits[30..36]))
    }

    /// The first line for people: `(91)959919-8332620240101010434800`.
    #[must_use]
    pub fn line_1(&self) -> [u8; 33] {
        let mut line = [b'-'; 33];
        line[..4].copy_from_slice(b"(91)");
        line[4..10].copy_from_slice(&self.digits[2..8]);
        line[11..].copy_from_slice(&self.digits[8..30]);
        line
    }

    /// The second line for people: `240710-0-039500-3`.
    #[must_use]
    pub fn line_2(&self) -> [u8; 17] {
        let mut line = [b'-'; 17];
        line[..6].copy_from_slice(&self.digits[30..36]);
        line[7] = self.digits[36];
        line[9..15].copy_from_slice(&self.digits[37..43]);
        line[16] = self.digits[43];
        line
    }

    /// Writes the symbol to `out`: 288 modules.
    pub fn symbol(&self, out: &mut Linear) {
        let mut writer = code128::Writer::gs1_digits(out);
        for pair in self.digits.chunks_exact(2) {
            writer.value((pair[0] - b'0') * 10 + (pair[1] - b'0'));
        }
        writer.finish();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn date(year: i16, month: i8, day: i8) -> Date {
        Date::new(year, month, day).expect("a date")
    }

    fn payment() -> StorePayment<'static> {
        StorePayment {
            issuer: "959919",
            free_field: "833262024010101043480",
            reissue: 0,
            due: Some(date(2024, 7, 10)),
            stamp_flag: 0,
            amount: 39_500,
        }
    }

    #[test]
    fn a_slip_that_a_city_printed() {
        let code = payment().code().expect("a code");
        assert_eq!(code.as_str(), "91959919833262024010101043480024071000395003");
        assert_eq!(&code.line_1(), b"(91)959919-8332620240101010434800");
        assert_eq!(&code.line_2(), b"240710-0-039500-3");
        assert_eq!(StoreCode::parse(code.as_str()), Ok(code));
        assert_eq!((code.amount(), code.due()), (39_500, Ok(Some(date(2024, 7, 10)))));
        let mut symbol = Linear::new();
        code.symbol(&mut symbol);
        assert_eq!(symbol.modules(), 288);
    }

    #[test]
    fn short_free_fields_end_in_zeros() {
        let code = StorePayment { free_field: "123", ..payment() }.code().expect("a code");
        assert_eq!(&code.as_str()[8..29], "123000000000000000000");
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let refused = |payment: StorePayment<'_>| payment.code().map(|_| ()).expect_err("refused");
        let length = |found, min, max| ErrorKind::Length { found, min, max };
        assert_eq!(
            refused(StorePayment { issuer: "95991", ..payment() }),
            length(5, 6, 6).of("issuer")
        );
        let wide = StorePayment { issuer: "９５９９１９", ..payment() };
        assert_eq!(refused(wide), ErrorKind::NotDigits.of("issuer"));
        let long = "1".repeat(22);
        let long = StorePayment { free_field: &long, ..payment() };
        assert_eq!(refused(long), length(22, 0, 21).of("free_field"));
        let large = ErrorKind::TooLarge { max: 999_999 }.of("amount");
        assert_eq!(refused(StorePayment { amount: 1_000_000, ..payment() }), large);
        assert_eq!(refused(StorePayment { reissue: 10, ..payment() }).field, "reissue");
        assert_eq!(refused(StorePayment { stamp_flag: 2, ..payment() }).field, "stamp_flag");
        let late = StorePayment { due: Some(date(2100, 1, 1)), ..payment() };
        assert_eq!(refused(late), ErrorKind::NotADate.of("due"));
        for text in ["240230", "241301", "000000", "24071", "２４０７１０", ""] {
            assert!(due_date(text).is_err(), "{text}");
        }
        assert_eq!(due_date("999999"), Ok(None));
    }

    #[test]
    fn stores_take_what_the_contract_says() {
        let with = |amount| StorePayment { amount, ..payment() };
        assert_eq!(with(0).taken(None), Err(NotTaken::NothingToPay));
        assert_eq!(with(300_000).taken(None), Ok(()));
        assert_eq!(with(300_001).taken(None), Err(NotTaken::OverLimit { limit_yen: 300_000 }));
        assert_eq!(with(1).taken(Some(date(2024, 7, 10))), Ok(()));
        assert_eq!(with(1).taken(Some(date(2024, 7, 11))), Err(NotTaken::PastDue));
        let always = StorePayment { due: None, ..payment() };
        assert_eq!(always.taken(Some(date(2030, 1, 1))), Ok(()));
    }

    proptest! {
        #[test]
        fn one_wrong_digit_is_noticed(
            free in "[0-9]{0,21}", amount in 0u64..1_000_000, at in 0usize..44, more in 1u8..10,
        ) {
            let code = StorePayment { free_field: &free, amount, ..payment() }.code()?;
            prop_assert_eq!(StoreCode::parse(code.as_str()), Ok(code));
            prop_assert_eq!(code.amount(), amount);
            let mut wrong = code.digits;
            wrong[at] = b'0' + (wrong[at] - b'0' + more) % 10;
            prop_assert!(StoreCode::parse(digits::text(&wrong)).is_err());
        }

        #[test]
        fn nothing_that_is_read_panics(text in "\\PC{0,50}|91[0-9]{42}") {
            let _ = StoreCode::parse(&text);
            let _ = due_date(&text);
            let any = StorePayment { issuer: &text, free_field: &text, ..payment() };
            let _ = any.code();
        }
    }
}
