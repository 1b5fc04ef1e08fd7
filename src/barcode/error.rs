//! Why a value makes no symbol: which item of it, and what is wrong. Never the value itself, which
//! may be personal.

use crate::diag::Code;

/// An item of a symbol's content that cannot be what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("`{field}` {kind}")]
pub struct Error {
    /// The item, named as in the JSON Lines of `tayori barcode`.
    pub field: &'static str,
    /// What is wrong with it.
    pub kind: ErrorKind,
}

/// What is wrong with an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A character that is no ASCII digit; full-width digits are none.
    #[error("has a character that is no ASCII digit")]
    NotDigits,
    /// Too few or too many characters.
    #[error("has {found} characters, not {}", lengths(*.min, *.max))]
    Length {
        /// How many there are.
        found: usize,
        /// How many there must be at least.
        min: usize,
        /// How many there may be.
        max: usize,
    },
    /// A number beyond its place.
    #[error("is more than {max}")]
    TooLarge {
        /// The largest that fits.
        max: u64,
    },
    /// Digits that are no day of the calendar, or a day that the symbol cannot say.
    #[error("is no date that the symbol can hold")]
    NotADate,
    /// A character that the symbol has no code for.
    #[error("has a character that this symbol has no code for")]
    Character,
    /// A check digit is not what the digits before it give.
    #[error("has a wrong check digit")]
    CheckDigit,
    /// A CRC is not what the digits before it give.
    #[error("has the CRC {found:05}, its digits give {expected:05}")]
    Crc {
        /// What the digits give.
        expected: u16,
        /// What stands there; 65536 and above are shown as 65535.
        found: u16,
    },
    /// A tag, a length or a fixed value is not where it belongs.
    #[error("is not built as it should be at position {at}")]
    Structure {
        /// The position of the element, from 1.
        at: usize,
    },
    /// Two places that must say the same do not.
    #[error("does not say the same in both of its places")]
    Differs,
    /// More than any symbol of the kind holds.
    #[error("is more than a symbol of this kind holds")]
    TooMuch,
    /// A place that is too small for the symbol.
    #[error("is {missing_um} µm too small for the symbol and its quiet zone")]
    TooSmall {
        /// By how much, in micrometres.
        missing_um: i64,
    },
    /// A resolution at which the symbol cannot be made within its tolerances.
    #[error("has no width in whole dots that is within the tolerances")]
    NoWholeDots,
}

impl ErrorKind {
    /// The finding that tells it.
    #[must_use]
    pub const fn code(self) -> Code {
        match self {
            Self::NotDigits => NOT_DIGITS,
            Self::Length { .. } => LENGTH,
            Self::TooLarge { .. } => TOO_LARGE,
            Self::NotADate => NOT_A_DATE,
            Self::Character => CHARACTER,
            Self::CheckDigit | Self::Crc { .. } => CHECK,
            Self::Structure { .. } => STRUCTURE,
            Self::Differs => DIFFERS,
            Self::TooMuch => TOO_MUCH,
            Self::TooSmall { .. } | Self::NoWholeDots => NO_PLACE,
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(self) -> &'static str {
        let row = CODES.iter().find(|(code, ..)| *code == self.code().0);
        row.map_or("", |(_, _, hint)| hint)
    }

    /// The same about an item.
    pub(super) const fn of(self, field: &'static str) -> Error {
        Error { field, kind: self }
    }
}

const NOT_DIGITS: Code = Code("E261");
const LENGTH: Code = Code("E262");
const TOO_LARGE: Code = Code("E263");
const NOT_A_DATE: Code = Code("E264");
const CHARACTER: Code = Code("E265");
const CHECK: Code = Code("E266");
const STRUCTURE: Code = Code("E267");
const DIFFERS: Code = Code("E268");
const TOO_MUCH: Code = Code("E269");
const NO_PLACE: Code = Code("E270");
/// An address from which nothing can be taken into the customer barcode.
pub const NO_DISPLAY_NUMBER: Code = Code("W261");
/// A payment that stores do not take.
pub const NOT_TAKEN: Code = Code("W262");

/// A postcode with which no customer barcode is printed.
pub const NO_BARCODE: Code = Code("W263");

/// The codes of this room: what each means and what to do.
pub const CODES: &[(&str, &str, &str)] = &[
    (
        "E261",
        "a number of a symbol has something else than ASCII digits",
        "write half-width digits only",
    ),
    (
        "E262",
        "a number of a symbol has too few or too many characters",
        "compare it with its source",
    ),
    ("E263", "an amount or number is larger than its place in the symbol", "print no such symbol"),
    ("E264", "a date of a symbol is no date", "write a day of the calendar, or leave it out"),
    ("E265", "a symbol has no code for a character", "take another character or another symbol"),
    ("E266", "a check digit or a CRC is wrong", "compare the number with its source"),
    ("E267", "an eL-QR payload is not built as the standard says", "ask for the payload again"),
    ("E268", "two places of a payload do not say the same", "ask for the payload again"),
    ("E269", "a symbol cannot hold so much", "write less, or take a symbol that holds more"),
    ("E270", "a symbol does not fit into its place", "make the place larger"),
    (
        "W261",
        "nothing in an address can be taken into the customer barcode",
        "compare the address: the barcode says the postcode only",
    ),
    (
        "W262",
        "convenience stores do not take this payment",
        "print no barcode, and a text that says why",
    ),
    (
        "W263",
        "a postcode is that of a whole city, with which no customer barcode is printed",
        "look the town's own postcode up",
    ),
];

fn lengths(min: usize, max: usize) -> String {
    if min == max { min.to_string() } else { format!("{min} to {max}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_code_with_a_hint_and_says_what_is_wrong() {
        let kinds = [
            ErrorKind::NotDigits,
            ErrorKind::Length { found: 1, min: 2, max: 3 },
            ErrorKind::TooLarge { max: 9 },
            ErrorKind::NotADate,
            ErrorKind::Character,
            ErrorKind::CheckDigit,
            ErrorKind::Crc { expected: 7, found: 65535 },
            ErrorKind::Structure { at: 17 },
            ErrorKind::Differs,
            ErrorKind::TooMuch,
            ErrorKind::TooSmall { missing_um: 40 },
            ErrorKind::NoWholeDots,
        ];
        for kind in kinds {
            assert!(!kind.hint().is_empty(), "{kind:?}");
        }
        let length = kinds[1].of("issuer");
        assert_eq!(length.to_string(), "`issuer` has 1 characters, not 2 to 3");
        let crc = kinds[6].of("payload");
        assert_eq!(crc.to_string(), "`payload` has the CRC 65535, its digits give 00007");
    }
}
