//! The customer barcode of Japan Post (カスタマバーコード): postcode and display number as 67 bars of
//! four heights. Source: 郵便番号・バーコードマニュアル, pages 11 to 25.

mod address;
mod size;

pub use address::display_number;
pub use size::{BarDots, Size};

use super::{Error, ErrorKind, digits};

/// Bars of one symbol.
pub const BARS: usize = 67;
/// Characters of the display number that a symbol holds; the rest is cut.
const PLACES: usize = 13;

/// A postcode: seven digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Postcode([u8; 7]);

impl Postcode {
    /// Reads `1000013` or `100-0013`.
    ///
    /// # Errors
    /// When it is something else; full-width digits are.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut postcode = [0; 7];
        match text.split_once('-') {
            Some((area, town)) if area.len() == 3 => {
                digits::put_whole(&mut postcode[..3], area, "postcode")?;
                digits::put_whole(&mut postcode[3..], town, "postcode")?;
            }
            _ => digits::put_whole(&mut postcode, text, "postcode")?,
        }
        Ok(Self(postcode))
    }

    /// The seven digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        digits::text(&self.0)
    }

    /// Whether it is a whole city's, for towns that are not listed (以下に掲載がない場合). In Japan Post's
    /// files of 2026 all of these end in 00, and of the others only three single businesses do.
    #[must_use]
    pub fn is_representative(&self) -> bool {
        self.0.ends_with(b"00") && !SINGLE_BUSINESSES.contains(&&self.0)
    }
}

/// The postcodes of single businesses that end in 00.
const SINGLE_BUSINESSES: [&[u8; 7]; 3] = [b"1518600", b"1988700", b"5088500"];

/// What a postcode belongs to, which decides what the barcode says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PostcodeKind {
    /// A town: postcode and display number.
    #[default]
    Town,
    /// A city without its towns (以下に掲載がない場合): no barcode at all.
    Representative,
    /// A single business (大口事業所個別番号): the postcode alone.
    Business,
    /// Post-office boxes with one postcode (私書箱, 包括番号): postcode and box number.
    PostOfficeBox,
}

/// A bar: which of its ends reach beyond the timing part in the middle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bar {
    /// Both ends, the long bar.
    Full,
    /// The upper end.
    Ascender,
    /// The lower end.
    Descender,
    /// None, the timing bar.
    Timing,
}

impl Bar {
    /// The usual letter: F, A, D or T.
    #[must_use]
    pub const fn letter(self) -> u8 {
        match self {
            Self::Full => b'F',
            Self::Ascender => b'A',
            Self::Descender => b'D',
            Self::Timing => b'T',
        }
    }

    /// Whether it reaches up.
    #[must_use]
    pub const fn is_up(self) -> bool {
        matches!(self, Self::Full | Self::Ascender)
    }

    /// Whether it reaches down.
    #[must_use]
    pub const fn is_down(self) -> bool {
        matches!(self, Self::Full | Self::Descender)
    }
}

const F: Bar = Bar::Full;
const A: Bar = Bar::Ascender;
const D: Bar = Bar::Descender;
const T: Bar = Bar::Timing;

/// The bars of the characters: 0 to 9, hyphen, CC1 to CC8. The index is the check value.
const CHARACTERS: [[Bar; 3]; 19] = [
    [F, T, T],
    [F, F, T],
    [F, D, A],
    [D, F, A],
    [F, A, D],
    [F, T, F],
    [D, A, F],
    [A, F, D],
    [A, D, F],
    [T, F, F],
    [T, F, T],
    [D, A, T],
    [D, T, A],
    [A, D, T],
    [T, D, A],
    [A, T, D],
    [T, A, D],
    [T, T, F],
    [F, F, F],
];

const HYPHEN: u8 = 10;
/// CC1, which stands before a digit for the letters A to J.
const CC1: u8 = 11;
/// CC4, which fills up.
const FILL: u8 = 14;

/// A symbol: 20 characters and the check character, each as its value from 0 to 18.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Customer {
    codes: [u8; 21],
}

impl Customer {
    /// The symbol of a postcode and a display number, which is cut where it is too long: of a letter
    /// whose second character falls off the control code stays.
    ///
    /// # Errors
    /// When `display_number` has anything else than digits, capital letters and hyphens.
    pub fn new(postcode: Postcode, display_number: &str) -> Result<Self, Error> {
        let mut codes = [FILL; 21];
        for (code, digit) in codes.iter_mut().zip(postcode.0) {
            *code = digit - b'0';
        }
        let places = &mut codes[7..7 + PLACES];
        let mut at = 0;
        let mut put = |code: u8| {
            if let Some(place) = places.get_mut(at) {
                *place = code;
                at += 1;
            }
        };
        for b in display_number.bytes() {
            match b {
                b'0'..=b'9' => put(b - b'0'),
                b'-' => put(HYPHEN),
                b'A'..=b'Z' => {
                    let nth = b - b'A';
                    put(CC1 + nth.div_euclid(10));
                    put(nth % 10);
                }
                _ => return Err(ErrorKind::Character.of("display_number")),
            }
        }
        let sum: u32 = codes[..20].iter().map(|&code| u32::from(code)).sum();
        codes[20] = ((19 - sum % 19) % 19) as u8;
        Ok(Self { codes })
    }

    /// The symbol of an address, `None` where none is printed. `display_number` is working space; what it
    /// holds afterwards is the whole display number, before it is cut.
    ///
    /// # Errors
    /// When a post-office box has no number of one to four digits at the end of `address_b`.
    pub fn of_address(
        postcode: Postcode,
        kind: PostcodeKind,
        address_b: &str,
        display_number: &mut String,
    ) -> Result<Option<Self>, Error> {
        display_number.clear();
        match kind {
            PostcodeKind::Representative => return Ok(None),
            PostcodeKind::Business => {}
            PostcodeKind::Town => self::display_number(address_b, display_number),
            PostcodeKind::PostOfficeBox => {
                self::display_number(address_b, display_number);
                let start = display_number.rfind('-').map_or(0, |at| at + 1);
                display_number.drain(..start);
                digits::check(display_number, 1, 4, "address_b")?;
            }
        }
        Self::new(postcode, display_number).map(Some)
    }

    /// The values of the 20 characters and of the check character.
    #[must_use]
    pub const fn values(&self) -> &[u8; 21] {
        &self.codes
    }

    /// The 21 characters as fonts for this barcode are typed: CC1 to CC8 as a to h.
    #[must_use]
    pub fn font_string(&self) -> [u8; 21] {
        self.codes.map(|code| b"0123456789-abcdefgh"[usize::from(code)])
    }

    /// The bars from left to right, start and stop included.
    #[must_use]
    pub fn bars(&self) -> [Bar; BARS] {
        let mut bars = [T; BARS];
        [bars[0], bars[1]] = [F, D];
        [bars[BARS - 2], bars[BARS - 1]] = [D, F];
        for (three, code) in bars[2..].chunks_exact_mut(3).zip(self.codes) {
            three.copy_from_slice(&CHARACTERS[usize::from(code)]);
        }
        bars
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn font_string(postcode: &str, number: &str) -> String {
        let postcode = Postcode::parse(postcode).expect("a postcode");
        let symbol = Customer::new(postcode, number).expect("a display number");
        String::from_utf8(symbol.font_string().to_vec()).expect("ASCII")
    }

    /// Origin: page 20 of the manual.
    #[test]
    fn long_numbers_are_cut() {
        assert_eq!(font_string("0640804", "29-1524-23-2-501"), "064080429-1524-23-2-3");
        assert_eq!(font_string("9100067", "3-80-25J1-2B"), "91000673-80-25a91-2a9");
        assert_eq!(font_string("273-0102", "3-20-5B604"), "27301023-20-5a1604dd0");
    }

    #[test]
    fn every_character_has_bars_of_its_own() {
        for (n, bars) in CHARACTERS.iter().enumerate() {
            assert!(!CHARACTERS[..n].contains(bars), "{n}");
        }
    }

    #[test]
    fn postcodes_say_what_is_printed() {
        let postcode = Postcode::parse("9808691").expect("a postcode");
        let mut number = String::new();
        let mut of = |kind, address: &str| {
            let symbol = Customer::of_address(postcode, kind, address, &mut number);
            symbol.map(|symbol| {
                symbol.map(|s| String::from_utf8(s.font_string().to_vec()).expect("ASCII"))
            })
        };
        assert_eq!(of(PostcodeKind::Representative, "1-2"), Ok(None));
        let alone = of(PostcodeKind::Business, "1-2").expect("a symbol").expect("it is printed");
        assert_eq!(&alone[..20], "9808691ddddddddddddd");
        let boxed = Ok(Some("9808691215dddddddddd1".into()));
        assert_eq!(of(PostcodeKind::PostOfficeBox, "私書箱第２１５号"), boxed);
        assert_eq!(of(PostcodeKind::PostOfficeBox, "1-2 仙台中央郵便局私書箱215号"), boxed);
        let wrong = ErrorKind::Length { found: 5, min: 1, max: 4 }.of("address_b");
        assert_eq!(of(PostcodeKind::PostOfficeBox, "12345"), Err(wrong));
        assert!(of(PostcodeKind::PostOfficeBox, "私書箱").is_err());
    }

    #[test]
    fn what_is_no_postcode_is_refused() {
        let digits = Err(ErrorKind::NotDigits.of("postcode"));
        assert_eq!(Postcode::parse("１０００００１"), digits);
        assert_eq!(Postcode::parse("1000-001"), digits);
        assert!(Postcode::parse("100000").is_err() && Postcode::parse("100-00133").is_err());
        assert!(Postcode::parse("").is_err() && Postcode::parse("-").is_err());
        let is_representative =
            |text| Postcode::parse(text).expect("a postcode").is_representative();
        assert!(is_representative("0600000") && is_representative("899-8600"));
        assert!(!is_representative("1988700") && !is_representative("1000013"));
        let postcode = Postcode::parse("1000013").expect("a postcode");
        assert!(Customer::new(postcode, "1ー2").is_err() && Customer::new(postcode, "a").is_err());
    }

    proptest! {
        /// The whole symbol sums to a multiple of 19, and reading its bars gives the font string.
        #[test]
        fn the_sum_is_a_multiple_of_19(postcode in "[0-9]{7}", number in "[0-9A-Z-]{0,20}") {
            let symbol = Customer::new(Postcode::parse(&postcode)?, &number)?;
            let sum: u32 = symbol.values().iter().map(|&v| u32::from(v)).sum();
            prop_assert_eq!(sum % 19, 0);
            let bars = symbol.bars();
            prop_assert_eq!(bars[..2].to_vec(), vec![F, D]);
            prop_assert_eq!(bars[65..].to_vec(), vec![D, F]);
            for (three, value) in bars[2..65].chunks_exact(3).zip(symbol.values()) {
                prop_assert_eq!(CHARACTERS.iter().position(|c| c == three), Some(usize::from(*value)));
            }
        }
    }
}
