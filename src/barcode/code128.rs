//! Code 128: 107 patterns, three code sets, and the shortest way through them. Source: JIS X 0504.

use super::linear::LENGTH_MAX;
use super::{Error, ErrorKind, Linear};

/// The widths of the values 0 to 105: bar, space, bar, space, bar, space.
const PATTERNS: &[[u8; 6]; 106] = &patterns(
    b"212222222122222221121223121322131222122213122312132212221213\
      221312231212112232122132122231113222123122123221223211221132\
      221231213212223112312131311222321122321221312212322112322211\
      212123212321232121111323131123131321112313132113132311211313\
      231113231311112133112331132131113123113321133121313121211331\
      231131213113213311213131311123311321331121312113312311332111\
      314111221411431111111224111422121124121421141122141221112214\
      112412122114122411142112142211241211221114413111241112134111\
      111242121142121241114212124112124211411212421112421211212141\
      214121412121111143111341131141114113114311411113411311113141\
      114131311141411131211412211214211232",
);
/// The widths of the stop character.
const STOP: [u8; 7] = [2, 3, 3, 1, 1, 1, 2];

const CODE_C: u8 = 99;
const CODE_B: u8 = 100;
const CODE_A: u8 = 101;
const FNC1: u8 = 102;
/// The start characters of the code sets A, B and C.
const STARTS: [u8; 3] = [103, 104, 105];

/// Reads the table above, which is written as text so that it can be compared with the standard.
const fn patterns(text: &[u8]) -> [[u8; 6]; 106] {
    let mut patterns = [[0; 6]; 106];
    let (mut at, mut n): (usize, usize) = (0, 0);
    while at < text.len() {
        if text[at].is_ascii_digit() {
            let place = n - n % 6;
            patterns[place.div_euclid(6)][n % 6] = text[at] - b'0';
            n += 1;
        }
        at += 1;
    }
    assert!(n == 106 * 6, "a pattern has six widths");
    patterns
}

/// Takes values, writes their widths and sums them up.
pub(super) struct Writer<'a> {
    out: &'a mut Linear,
    sum: u32,
    position: u32,
}

impl<'a> Writer<'a> {
    /// Clears `out` and writes the start character of code set C and FNC1: GS1-128 of digits.
    pub(super) fn gs1_digits(out: &'a mut Linear) -> Self {
        let mut writer = Self::start(out, STARTS[C]);
        writer.value(FNC1);
        writer
    }

    fn start(out: &'a mut Linear, start: u8) -> Self {
        out.clear();
        out.push(&PATTERNS[usize::from(start)]);
        Self { out, sum: start.into(), position: 0 }
    }

    /// Writes a value.
    pub(super) fn value(&mut self, value: u8) {
        self.out.push(&PATTERNS[usize::from(value)]);
        self.position += 1;
        self.sum += self.position * u32::from(value);
    }

    /// Writes check and stop character.
    pub(super) fn finish(self) {
        self.out.push(&PATTERNS[(self.sum % 103) as usize]);
        self.out.push(&STOP);
    }
}

/// Writes `text` as Code 128 to `out`, in as few characters as the code sets allow.
///
/// # Errors
/// When a character is not ASCII, or there is none, or there are more than 256.
pub fn code_128(text: &str, out: &mut Linear) -> Result<(), Error> {
    encode(text, false, out)
}

/// Writes element strings as GS1-128 to `out`: FNC1 comes first, and wherever `text` has the
/// separator GS (U+001D).
///
/// # Errors
/// As [`code_128`].
pub fn gs1_128(text: &str, out: &mut Linear) -> Result<(), Error> {
    encode(text, true, out)
}

/// The code sets: their index, and bit, in the tables below.
const A: usize = 0;
const B: usize = 1;
const C: usize = 2;
const SETS: [usize; 3] = [A, B, C];

/// A way that does not exist.
const NEVER: u16 = u16::MAX;

fn encode(text: &str, gs1: bool, out: &mut Linear) -> Result<(), Error> {
    let text = text.as_bytes();
    if !text.is_ascii() {
        return Err(ErrorKind::Character.of("text"));
    }
    if text.is_empty() || text.len() > LENGTH_MAX {
        return Err(ErrorKind::TooMuch.of("text"));
    }
    // How many characters it takes from each place on in each set, a change of set included: worked out
    // from the end. `next` is the set to be in.
    let mut cost = [[0u16; 3]; LENGTH_MAX + 1];
    let mut next = [[A; 3]; LENGTH_MAX + 1];
    for at in (0..text.len()).rev() {
        let mut here = [NEVER; 3];
        for set in SETS {
            if let Some((_, taken)) = value(text, at, set, gs1) {
                here[set] = cost[at + taken][set].saturating_add(1);
            }
        }
        for from in SETS {
            // To stay wins against a change at the same cost.
            let change = |to: usize| here[to].saturating_add(u16::from(to != from));
            let order = [from, (from + 1) % 3, (from + 2) % 3];
            let best = order.into_iter().min_by_key(|&to| change(to)).unwrap_or(from);
            next[at][from] = best;
            cost[at][from] = change(best);
        }
    }
    // A start character is a set without a change.
    let mut set = [C, B, A]
        .into_iter()
        .min_by_key(|&set| cost[0][set] + u16::from(next[0][set] != set))
        .unwrap_or(B);
    set = next[0][set];
    let mut writer = Writer::start(out, STARTS[set]);
    if gs1 {
        writer.value(FNC1);
    }
    let mut at = 0;
    while at < text.len() {
        if next[at][set] != set {
            set = next[at][set];
            writer.value([CODE_A, CODE_B, CODE_C][set]);
        }
        let (value, taken) = value(text, at, set, gs1).expect("only ways that exist were chosen");
        writer.value(value);
        at += taken;
    }
    writer.finish();
    Ok(())
}

/// The value of what stands at a place in a code set, and how many characters it takes.
fn value(text: &[u8], at: usize, set: usize, gs1: bool) -> Option<(u8, usize)> {
    let b = text[at];
    if gs1 && b == 0x1D {
        return Some((FNC1, 1));
    }
    match (set, b) {
        (A, 0..=31) => Some((b + 64, 1)),
        (A, 32..=95) | (B, 32..=127) => Some((b - 32, 1)),
        (C, b'0'..=b'9') => {
            let second = text.get(at + 1).filter(|b| b.is_ascii_digit())?;
            Some(((b - b'0') * 10 + (second - b'0'), 2))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn patterns_are_as_the_standard_says() {
        for (n, pattern) in PATTERNS.iter().enumerate() {
            assert_eq!(pattern.iter().sum::<u8>(), 11, "{n}");
            assert_eq!((pattern[0] + pattern[2] + pattern[4]) % 2, 0, "{n}: bars are even");
            assert!(!PATTERNS[..n].contains(pattern), "{n} stands there twice");
        }
    }

    /// The characters of a symbol, read back from its widths.
    fn values(symbol: &Linear) -> Vec<u8> {
        let (body, stop) = symbol.widths().split_at(symbol.widths().len() - 7);
        assert_eq!(stop, STOP);
        let of = |six: &[u8]| PATTERNS.iter().position(|p| p == six).expect("a pattern");
        body.chunks(6).map(|six| u8::try_from(of(six)).expect("at most 105")).collect()
    }

    /// What a symbol says: FNC1 as GS.
    fn decode(symbol: &Linear) -> Vec<u8> {
        let values = values(symbol);
        let (check, values) = values.split_last().expect("a check character");
        let sum = (0..).zip(values).map(|(n, &v): (u32, _)| u32::from(v) * n.max(1)).sum::<u32>();
        assert_eq!(u32::from(*check), sum % 103);
        let mut set = usize::from(values[0] - STARTS[A]);
        let mut text = Vec::new();
        for &value in &values[1..] {
            match (set, value) {
                (_, FNC1) => text.push(0x1D),
                (A | B, CODE_C) => set = C,
                (A | C, CODE_B) => set = B,
                (B | C, CODE_A) => set = A,
                (C, _) => text.extend(format!("{value:02}").bytes()),
                (A, 64..) => text.push(value - 64),
                _ => text.push(value + 32),
            }
        }
        text
    }

    #[test]
    fn the_shortest_way_is_taken() {
        let mut out = Linear::new();
        for (text, characters) in [
            ("1234567890", 6),
            ("12345", 5),
            ("A1", 3),
            ("A12345678", 7),
            ("A123456B", 8),
            ("1234AB", 6),
            ("12AB", 5),
            ("\x01\x02ab", 6),
            ("0", 2),
        ] {
            code_128(text, &mut out).expect("a symbol");
            assert_eq!(values(&out).len() - 1, characters, "{text:?}");
            assert_eq!(decode(&out), text.as_bytes());
        }
    }

    #[test]
    fn what_has_no_code_is_refused() {
        let mut out = Linear::new();
        for text in ["", "あ", "é", &"1".repeat(257)] {
            assert!(code_128(text, &mut out).is_err());
        }
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(text in "[\x00-\x1c\x1e-\x7f]{1,60}|[0-9A-Fa-f]{1,60}|[0-9]{1,60}") {
            let mut out = Linear::new();
            code_128(&text, &mut out)?;
            prop_assert_eq!(decode(&out), text.as_bytes());
            prop_assert_eq!(out.modules() % 11, 2);
        }

        #[test]
        fn gs1_separators_are_fnc1(text in "[0-9A-Za-z\x1d]{1,40}") {
            let mut out = Linear::new();
            gs1_128(&text, &mut out)?;
            prop_assert_eq!(decode(&out), format!("\x1d{text}").into_bytes());
        }
    }
}
