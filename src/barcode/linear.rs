//! A linear symbol as its widths, and the two-width codes Code 39, NW-7 and ITF.

use super::{Error, ErrorKind, digits};

/// Bars and spaces in turn, in modules: the first and the last are bars. The vector is used again for
/// symbol after symbol.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Linear {
    widths: Vec<u8>,
}

impl Linear {
    /// No bars yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Bar, space, bar and so on, in modules.
    #[must_use]
    pub fn widths(&self) -> &[u8] {
        &self.widths
    }

    /// The width of all in modules.
    #[must_use]
    pub fn modules(&self) -> u32 {
        self.widths.iter().map(|&width| u32::from(width)).sum()
    }

    /// Appends the modules as `1` (bar) and `0` (space).
    pub fn write_modules(&self, out: &mut String) {
        for (&width, module) in self.widths.iter().zip(['1', '0'].into_iter().cycle()) {
            out.extend(std::iter::repeat_n(module, width.into()));
        }
    }

    pub(super) fn clear(&mut self) {
        self.widths.clear();
    }

    pub(super) fn push(&mut self, widths: &[u8]) {
        self.widths.extend_from_slice(widths);
    }
}

/// How wide the two widths of Code 39, NW-7 and ITF are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ratio {
    narrow: u8,
    wide: u8,
}

impl Ratio {
    /// Wide is 2.5 times narrow; a module is half a narrow bar.
    pub const FIVE_TO_TWO: Self = Self { narrow: 2, wide: 5 };
    /// Wide is twice narrow.
    pub const TWO_TO_ONE: Self = Self { narrow: 1, wide: 2 };
    /// Wide is three times narrow.
    pub const THREE_TO_ONE: Self = Self { narrow: 1, wide: 3 };

    const fn of(self, wide: bool) -> u8 {
        if wide { self.wide } else { self.narrow }
    }
}

/// Code 39: each character's five bars and four spaces, a bit a width, 1 wide, the first bar
/// highest. The last is `*`, start and stop.
const CODE_39: &[(u8, u16)] = &[
    (b'0', 0b000_110_100),
    (b'1', 0b100_100_001),
    (b'2', 0b001_100_001),
    (b'3', 0b101_100_000),
    (b'4', 0b000_110_001),
    (b'5', 0b100_110_000),
    (b'6', 0b001_110_000),
    (b'7', 0b000_100_101),
    (b'8', 0b100_100_100),
    (b'9', 0b001_100_100),
    (b'A', 0b100_001_001),
    (b'B', 0b001_001_001),
    (b'C', 0b101_001_000),
    (b'D', 0b000_011_001),
    (b'E', 0b100_011_000),
    (b'F', 0b001_011_000),
    (b'G', 0b000_001_101),
    (b'H', 0b100_001_100),
    (b'I', 0b001_001_100),
    (b'J', 0b000_011_100),
    (b'K', 0b100_000_011),
    (b'L', 0b001_000_011),
    (b'M', 0b101_000_010),
    (b'N', 0b000_010_011),
    (b'O', 0b100_010_010),
    (b'P', 0b001_010_010),
    (b'Q', 0b000_000_111),
    (b'R', 0b100_000_110),
    (b'S', 0b001_000_110),
    (b'T', 0b000_010_110),
    (b'U', 0b110_000_001),
    (b'V', 0b011_000_001),
    (b'W', 0b111_000_000),
    (b'X', 0b010_010_001),
    (b'Y', 0b110_010_000),
    (b'Z', 0b011_010_000),
    (b'-', 0b010_000_101),
    (b'.', 0b110_000_100),
    (b' ', 0b011_000_100),
    (b'$', 0b010_101_000),
    (b'/', 0b010_100_010),
    (b'+', 0b010_001_010),
    (b'%', 0b000_101_010),
    (b'*', 0b010_010_100),
];
/// Start and stop of Code 39.
const ASTERISK: usize = 43;

/// Writes `text` as Code 39 to `out`, with its check character (modulus 43) when `check`.
///
/// # Errors
/// When a character is none of `0-9 A-Z - . space $ / + %`, or there is none at all.
pub fn code_39(text: &str, check: bool, ratio: Ratio, out: &mut Linear) -> Result<(), Error> {
    out.clear();
    if text.is_empty() {
        return Err(ErrorKind::Length { found: 0, min: 1, max: LENGTH_MAX }.of("text"));
    }
    limit(text)?;
    let mut character = |n: usize, last: bool| {
        let widths = CODE_39[n].1;
        out.widths.extend((0..9).rev().map(|bit| ratio.of(widths >> bit & 1 == 1)));
        if !last {
            out.widths.push(ratio.narrow);
        }
    };
    character(ASTERISK, false);
    let mut sum = 0;
    for b in text.bytes() {
        let n = CODE_39[..ASTERISK].iter().position(|&(c, _)| c == b);
        let n = n.ok_or(ErrorKind::Character.of("text"))?;
        character(n, false);
        sum += n;
    }
    if check {
        character(sum % ASTERISK, false);
    }
    character(ASTERISK, true);
    Ok(())
}

/// NW-7 (Codabar): each character's four bars and three spaces, a bit a width, 1 wide, the first bar
/// highest.
const NW_7: &[(u8, u8)] = &[
    (b'0', 0b000_0011),
    (b'1', 0b000_0110),
    (b'2', 0b000_1001),
    (b'3', 0b110_0000),
    (b'4', 0b001_0010),
    (b'5', 0b100_0010),
    (b'6', 0b010_0001),
    (b'7', 0b010_0100),
    (b'8', 0b011_0000),
    (b'9', 0b100_1000),
    (b'-', 0b000_1100),
    (b'$', 0b001_1000),
    (b':', 0b100_0101),
    (b'/', 0b101_0001),
    (b'.', 0b101_0100),
    (b'+', 0b001_0101),
    (b'A', 0b001_1010),
    (b'B', 0b010_1001),
    (b'C', 0b000_1011),
    (b'D', 0b000_1110),
];
/// Where the start and stop characters of NW-7 begin.
const NW_7_STARTS: usize = 16;

/// Writes `text` as NW-7 to `out`; it begins and ends with a letter from A to D. With `check`, the
/// check character (modulus 16) goes before the last letter.
///
/// # Errors
/// When it does not begin and end so, or has a character that is none of `0-9 - $ : / . +`.
pub fn nw_7(text: &str, check: bool, ratio: Ratio, out: &mut Linear) -> Result<(), Error> {
    out.clear();
    limit(text)?;
    let of = |b: u8| NW_7.iter().position(|&(c, _)| c == b).ok_or(ErrorKind::Character.of("text"));
    let mut character = |n: usize, last: bool| {
        let widths = NW_7[n].1;
        out.widths.extend((0..7).rev().map(|bit| ratio.of(widths >> bit & 1 == 1)));
        if !last {
            out.widths.push(ratio.narrow);
        }
    };
    let [start, body @ .., stop] = text.as_bytes() else {
        return Err(ErrorKind::Length { found: text.len(), min: 3, max: LENGTH_MAX }.of("text"));
    };
    let (start, stop) = (of(*start)?, of(*stop)?);
    if start < NW_7_STARTS || stop < NW_7_STARTS || body.is_empty() {
        return Err(ErrorKind::Structure { at: 1 }.of("text"));
    }
    character(start, false);
    let mut sum = start + stop;
    for (at, b) in (2..).zip(body) {
        let n = of(*b)?;
        if n >= NW_7_STARTS {
            return Err(ErrorKind::Structure { at }.of("text"));
        }
        character(n, false);
        sum += n;
    }
    if check {
        character((16 - sum % 16) % 16, false);
    }
    character(stop, true);
    Ok(())
}

/// Interleaved 2 of 5: each digit's five widths, 1 wide, the first highest.
const ITF: [u8; 10] =
    [0b00110, 0b10001, 0b01001, 0b11000, 0b00101, 0b10100, 0b01100, 0b00011, 0b10010, 0b01010];

/// Writes digits as ITF (Interleaved 2 of 5) to `out`, with their check digit (modulus 10, weights 3
/// and 1) when `check`. An odd number of digits gets a zero in front.
///
/// # Errors
/// When there are none, or something else than digits.
pub fn itf(text: &str, check: bool, ratio: Ratio, out: &mut Linear) -> Result<(), Error> {
    out.clear();
    digits::check(text, 1, LENGTH_MAX, "text")?;
    let check = check.then(|| digits::modulus_10_weight_3_1(text.as_bytes()));
    let odd = (text.len() + usize::from(check.is_some())) % 2 == 1;
    let mut all = odd.then_some(b'0').into_iter().chain(text.bytes()).chain(check);
    out.push(&[ratio.narrow; 4]);
    while let (Some(bars), Some(spaces)) = (all.next(), all.next()) {
        let (bars, spaces) = (ITF[usize::from(bars - b'0')], ITF[usize::from(spaces - b'0')]);
        for bit in (0..5).rev() {
            out.push(&[ratio.of(bars >> bit & 1 == 1), ratio.of(spaces >> bit & 1 == 1)]);
        }
    }
    out.push(&[ratio.wide, ratio.narrow, ratio.narrow]);
    Ok(())
}

/// The most characters of a linear symbol: more is wider than any sheet.
pub(super) const LENGTH_MAX: usize = 256;

fn limit(text: &str) -> Result<(), Error> {
    if text.len() > LENGTH_MAX { Err(ErrorKind::TooMuch.of("text")) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_have_as_many_wide_ones_as_the_standards_say() {
        assert!(CODE_39.iter().all(|(_, widths)| widths.count_ones() == 3));
        assert!(NW_7.iter().all(|(_, widths)| matches!(widths.count_ones(), 2 | 3)));
        assert!(ITF.iter().all(|widths| widths.count_ones() == 2));
        for (n, row) in CODE_39.iter().enumerate() {
            assert!(!CODE_39[..n].iter().any(|other| other.1 == row.1));
        }
    }

    fn modules(made: &Linear) -> String {
        let mut text = String::new();
        made.write_modules(&mut text);
        text
    }

    #[test]
    fn symbols_begin_and_end_with_bars() {
        let mut out = Linear::new();
        code_39("A", false, Ratio::TWO_TO_ONE, &mut out).expect("a symbol");
        assert_eq!(modules(&out), "1001011011010110101001011010010110110 1".replace(' ', ""));
        itf("12", false, Ratio::THREE_TO_ONE, &mut out).expect("a symbol");
        assert_eq!(modules(&out), "1010111010001010111000 11101".replace(' ', ""));
        nw_7("A1B", false, Ratio::TWO_TO_ONE, &mut out).expect("a symbol");
        assert_eq!((out.widths().len(), out.modules()), (3 * 8 - 1, 10 + 1 + 9 + 1 + 10));
    }

    #[test]
    fn check_characters() {
        let (mut with, mut without) = (Linear::new(), Linear::new());
        // Origin: sums by hand: 75 is 32 (W) over 43, 65 is one over 64.
        code_39("CODE39", true, Ratio::TWO_TO_ONE, &mut with).expect("a symbol");
        code_39("CODE39W", false, Ratio::TWO_TO_ONE, &mut without).expect("a symbol");
        assert_eq!(with, without);
        nw_7("A37859B", true, Ratio::TWO_TO_ONE, &mut with).expect("a symbol");
        nw_7("A37859+B", false, Ratio::TWO_TO_ONE, &mut without).expect("a symbol");
        assert_eq!(with, without);
        itf("1234567", true, Ratio::TWO_TO_ONE, &mut with).expect("a symbol");
        itf("12345670", false, Ratio::TWO_TO_ONE, &mut without).expect("a symbol");
        assert_eq!(with, without);
    }

    #[test]
    fn what_has_no_code_is_refused() {
        let (mut out, ratio) = (Linear::new(), Ratio::THREE_TO_ONE);
        for text in ["", "a", "あ", "A*B", &"1".repeat(300)] {
            assert!(code_39(text, true, ratio, &mut out).is_err(), "{text}");
        }
        for text in ["", "A", "AB", "123", "A12", "A1B2C", "Ａ1Ａ", "A1 B"] {
            assert!(nw_7(text, true, ratio, &mut out).is_err(), "{text}");
        }
        for text in ["", "1A", "１２", "-1"] {
            assert!(itf(text, true, ratio, &mut out).is_err(), "{text}");
        }
    }
}
