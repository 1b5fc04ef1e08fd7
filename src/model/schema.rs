//! The input schema of a form: which fields a record has, their types, and what a cell's text means.

use super::Yen;
use crate::calendar::{self, Date};
use std::fmt;

/// The position of a field in its schema; also the position of its cell in a [`super::Record`].
pub type FieldIndex = u16;

/// What a form reads: the fields of a record and, for forms with rows, the fields of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schema {
    /// The fields of a record, in the order of the form file.
    pub fields: Vec<Field>,
    /// The field whose value names the record (通知書番号, 職員番号 …) and is unique in a job.
    pub key: FieldIndex,
    /// The fields of a detail row; empty when the form has none.
    pub rows: Vec<Field>,
}

impl Schema {
    /// The index of a record field by its id.
    #[must_use]
    pub fn field(&self, id: &str) -> Option<FieldIndex> {
        index_of(&self.fields, id)
    }

    /// The index of a row field by its id.
    #[must_use]
    pub fn row_field(&self, id: &str) -> Option<FieldIndex> {
        index_of(&self.rows, id)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the form compiler admits at most 1,000 fields"
)]
fn index_of(fields: &[Field], id: &str) -> Option<FieldIndex> {
    fields.iter().position(|f| f.id == id).map(|n| n as FieldIndex)
}

/// One field of a record or a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// ASCII id, used in templates.
    pub id: String,
    /// The name that tax staff know.
    pub ja: String,
    /// What its text must be.
    pub kind: FieldKind,
    /// Whether an empty cell is a finding.
    pub required: bool,
    /// Whether two records may not share a value.
    pub unique: bool,
    /// The generator of fictional values for `tayori sample`, when not derived from the kind.
    pub sample: Option<String>,
}

/// The type of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldKind {
    /// Any text without control characters, at most `max` characters (IVS selectors not counted).
    Text {
        /// The most characters.
        max: u32,
    },
    /// ASCII digits only, kept as text with leading zeros; from `min` to `max` of them.
    Digits {
        /// The fewest digits.
        min: u32,
        /// The most digits.
        max: u32,
    },
    /// A postcode: seven digits, with or without one hyphen after the third.
    Postcode,
    /// Whole yen: digits with an optional leading minus; no comma, no currency mark.
    Yen {
        /// The smallest amount allowed (0 unless the form says otherwise).
        min: i64,
        /// The largest amount allowed.
        max: i64,
        /// It is a multiple of this; 1 allows any.
        step: i64,
    },
    /// A whole number.
    Int {
        /// The smallest number allowed.
        min: i64,
        /// The largest number allowed.
        max: i64,
        /// It is a multiple of this; 1 allows any.
        step: i64,
    },
    /// A decimal with at most `scale` digits after the point (areas in m²).
    Decimal {
        /// The most digits after the point.
        scale: u8,
    },
    /// A date in any of the accepted notations; `99999999` means none.
    Date,
    /// `1`/`0`, `true`/`false`, `有`/`無`.
    Flag,
    /// One of a list of texts.
    Choice(Vec<String>),
}

/// A typed cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value<'a> {
    /// Nothing was given.
    Empty,
    /// Text, digits, a choice, or a postcode without its hyphen.
    Text(&'a str),
    /// An amount.
    Yen(Yen),
    /// A whole number.
    Int(i64),
    /// A decimal.
    Decimal(Decimal),
    /// A date.
    Date(Date),
    /// Yes or no.
    Flag(bool),
}

/// A decimal number: `unscaled` divided by ten to the power of `scale`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    /// All digits as one number.
    pub unscaled: i64,
    /// How many of them stand after the point.
    pub scale: u8,
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.scale == 0 {
            return write!(f, "{}", Yen(self.unscaled));
        }
        let unit = 10_i64.pow(u32::from(self.scale));
        let sign = if self.unscaled < 0 { "-" } else { "" };
        let digits = self.unscaled.unsigned_abs();
        #[expect(clippy::integer_division, reason = "whole and fractional part are wanted apart")]
        let (whole, rest) = (digits / unit.unsigned_abs(), digits % unit.unsigned_abs());
        #[expect(clippy::cast_possible_wrap, reason = "at most a tenth of i64::MAX")]
        let whole = Yen(whole as i64);
        write!(f, "{sign}{whole}.{rest:0width$}", width = usize::from(self.scale))
    }
}

impl<'a> Value<'a> {
    /// Whether the cell was empty.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }

    /// The text of a textual value; empty otherwise.
    #[must_use]
    pub const fn text(&self) -> &'a str {
        match *self {
            Self::Text(text) => text,
            _ => "",
        }
    }

    /// The amount; `None` when it is none.
    #[must_use]
    pub const fn yen(&self) -> Option<Yen> {
        match *self {
            Self::Yen(yen) => Some(yen),
            _ => None,
        }
    }

    /// The amount or number as an integer; `None` when it is no number.
    #[must_use]
    pub const fn number(&self) -> Option<i64> {
        match *self {
            Self::Yen(yen) => Some(yen.0),
            Self::Int(n) => Some(n),
            _ => None,
        }
    }
}

/// Why a cell's text is not of its field's kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParseFault {
    /// More characters than the field takes.
    TooLong,
    /// A control character.
    Control,
    /// Not digits only, or the wrong number of them.
    Digits,
    /// Not a postcode.
    Postcode,
    /// Not a whole number without commas.
    Number,
    /// A number outside the allowed range.
    Range,
    /// A number that is not a multiple of what its field says.
    Step,
    /// Not a decimal, or too many digits after the point.
    Decimal,
    /// Not a date, or a date that does not exist.
    Date,
    /// Not yes or no.
    Flag,
    /// Not one of the choices.
    Choice,
}

impl FieldKind {
    /// The typed value of a cell's text.
    ///
    /// # Errors
    /// The reason why the text is not of this kind.
    pub fn parse<'a>(&self, text: &'a str) -> Result<Value<'a>, ParseFault> {
        if text.is_empty() {
            return Ok(Value::Empty);
        }
        match self {
            Self::Text { max } => parse_text(text, *max),
            Self::Digits { min, max } => {
                let n = text.len();
                let fits = (*min as usize..=*max as usize).contains(&n);
                let digits = text.bytes().all(|b| b.is_ascii_digit());
                if fits && digits { Ok(Value::Text(text)) } else { Err(ParseFault::Digits) }
            }
            Self::Postcode => parse_postcode(text),
            Self::Yen { min, max, step } => {
                parse_multiple(text, *min, *max, *step).map(|n| Value::Yen(Yen(n)))
            }
            Self::Int { min, max, step } => parse_multiple(text, *min, *max, *step).map(Value::Int),
            Self::Decimal { scale } => parse_decimal(text, *scale).map(Value::Decimal),
            Self::Date => match calendar::parse_date(text) {
                Ok(Some(date)) => Ok(Value::Date(date)),
                Ok(None) => Ok(Value::Empty),
                Err(_) => Err(ParseFault::Date),
            },
            Self::Flag => match text {
                "1" | "true" | "有" => Ok(Value::Flag(true)),
                "0" | "false" | "無" => Ok(Value::Flag(false)),
                _ => Err(ParseFault::Flag),
            },
            Self::Choice(choices) => {
                let known = choices.iter().any(|choice| choice == text);
                if known { Ok(Value::Text(text)) } else { Err(ParseFault::Choice) }
            }
        }
    }
}

fn parse_text(text: &str, max: u32) -> Result<Value<'_>, ParseFault> {
    if text.len() > max as usize {
        let visible = text.chars().filter(|&c| !is_variation_selector(c)).count();
        if visible > max as usize {
            return Err(ParseFault::TooLong);
        }
    }
    if text.chars().any(char::is_control) {
        return Err(ParseFault::Control);
    }
    Ok(Value::Text(text))
}

/// Whether `c` selects a glyph variant of the character before it (IVS and standardised variants).
#[must_use]
pub const fn is_variation_selector(c: char) -> bool {
    matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

fn parse_postcode(text: &str) -> Result<Value<'_>, ParseFault> {
    let bytes = text.as_bytes();
    let plain = bytes.len() == 7 && bytes.iter().all(u8::is_ascii_digit);
    let hyphened = bytes.len() == 8
        && bytes[3] == b'-'
        && bytes.iter().enumerate().all(|(n, b)| n == 3 || b.is_ascii_digit());
    if plain || hyphened { Ok(Value::Text(text)) } else { Err(ParseFault::Postcode) }
}

fn parse_whole(text: &str, min: i64, max: i64) -> Result<i64, ParseFault> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(ParseFault::Number);
    }
    let number: i64 = text.parse().map_err(|_| ParseFault::Range)?;
    if (min..=max).contains(&number) { Ok(number) } else { Err(ParseFault::Range) }
}

/// A whole number that is a multiple of `step`.
fn parse_multiple(text: &str, min: i64, max: i64, step: i64) -> Result<i64, ParseFault> {
    let number = parse_whole(text, min, max)?;
    if step > 1 && number % step != 0 { Err(ParseFault::Step) } else { Ok(number) }
}

fn parse_decimal(text: &str, scale: u8) -> Result<Decimal, ParseFault> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    if rest.len() > usize::from(scale) || (rest.is_empty() && text.contains('.')) {
        return Err(ParseFault::Decimal);
    }
    if !rest.bytes().all(|b| b.is_ascii_digit()) {
        return Err(ParseFault::Decimal);
    }
    let negative = whole.starts_with('-');
    let whole = parse_whole(whole, i64::MIN, i64::MAX).map_err(|_| ParseFault::Decimal)?;
    let mut unscaled = whole.unsigned_abs();
    let padding = std::iter::repeat_n(b'0', usize::from(scale) - rest.len());
    for digit in rest.bytes().chain(padding) {
        unscaled = unscaled
            .checked_mul(10)
            .and_then(|n| n.checked_add(u64::from(digit - b'0')))
            .ok_or(ParseFault::Decimal)?;
    }
    let unscaled = i64::try_from(unscaled).map_err(|_| ParseFault::Decimal)?;
    Ok(Decimal { unscaled: if negative { -unscaled } else { unscaled }, scale })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(kind: &FieldKind, text: &str, expected: Result<Value<'_>, ParseFault>) {
        assert_eq!(kind.parse(text), expected, "{text}");
    }

    #[test]
    fn cells_are_read_by_their_kind() {
        let yen = FieldKind::Yen { min: 0, max: 9_999_999_999, step: 1 };
        case(&yen, "12300", Ok(Value::Yen(Yen(12_300))));
        case(&yen, "12,300", Err(ParseFault::Number));
        case(&yen, "-1", Err(ParseFault::Range));
        case(&yen, "99999999999999999999", Err(ParseFault::Range));
        case(&yen, "", Ok(Value::Empty));
        let floored = FieldKind::Yen { min: -9_000, max: 9_000, step: 1_000 };
        case(&floored, "-2000", Ok(Value::Yen(Yen(-2_000))));
        case(&floored, "0", Ok(Value::Yen(Yen(0))));
        case(&floored, "1100", Err(ParseFault::Step));
        case(&floored, "10000", Err(ParseFault::Range));
        let area = FieldKind::Decimal { scale: 2 };
        case(&area, "120.5", Ok(Value::Decimal(Decimal { unscaled: 12_050, scale: 2 })));
        case(&area, "-0.5", Ok(Value::Decimal(Decimal { unscaled: -50, scale: 2 })));
        case(&area, "1.", Err(ParseFault::Decimal));
        case(&area, "1.234", Err(ParseFault::Decimal));
        case(&FieldKind::Digits { min: 3, max: 5 }, "0123", Ok(Value::Text("0123")));
        case(&FieldKind::Digits { min: 3, max: 5 }, "01", Err(ParseFault::Digits));
        case(&FieldKind::Postcode, "999-0001", Ok(Value::Text("999-0001")));
        case(&FieldKind::Postcode, "99-90001", Err(ParseFault::Postcode));
        case(&FieldKind::Flag, "有", Ok(Value::Flag(true)));
        case(&FieldKind::Text { max: 2 }, "葛\u{E0100}飾", Ok(Value::Text("葛\u{E0100}飾")));
        case(&FieldKind::Text { max: 2 }, "あいう", Err(ParseFault::TooLong));
        case(&FieldKind::Text { max: 9 }, "あ\u{0}う", Err(ParseFault::Control));
    }

    #[test]
    fn decimals_show_all_their_places() {
        assert_eq!(Decimal { unscaled: 123_456, scale: 2 }.to_string(), "1,234.56");
        assert_eq!(Decimal { unscaled: -5, scale: 2 }.to_string(), "-0.05");
        assert_eq!(Decimal { unscaled: 1500, scale: 0 }.to_string(), "1,500");
    }
}
