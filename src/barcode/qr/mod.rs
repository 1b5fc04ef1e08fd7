//! QR codes (JIS X 0510) of any content, by explicit segments, and a fast encoder for the one that
//! every tax slip has: 255 digits in version 6, level M.

mod penalty;
mod version_6;

pub use version_6::DIGITS as VERSION_6_DIGITS;

use super::{Error, ErrorKind, Matrix, digits};
use encoding_rs::SHIFT_JIS;
use qrcodegen::{QrCode, QrCodeEcc, QrSegment, QrSegmentMode, Version};
use std::ops::RangeInclusive;

/// A part of the content, in the way it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Segment<'a> {
    /// Digits.
    Numeric(&'a str),
    /// `0-9 A-Z space $ % * + - . / :`.
    Alphanumeric(&'a str),
    /// Bytes as they are.
    Bytes(&'a [u8]),
    /// Text of two-byte Shift-JIS characters only.
    Kanji(&'a str),
    /// The charset of what follows (ECI); 26 is UTF-8.
    Charset(u32),
}

/// How much of a symbol may be lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// About 7 %.
    Low,
    /// About 15 %.
    Medium,
    /// About 25 %.
    Quartile,
    /// About 30 %.
    High,
}

/// Writes segments to `out` as the smallest version of a range (1 to 40) that holds them; the version.
///
/// # Errors
/// When a segment has characters that it cannot hold, or all is more than the largest version holds.
pub fn encode(
    segments: &[Segment<'_>],
    level: Level,
    versions: RangeInclusive<u8>,
    out: &mut Matrix,
) -> Result<u8, Error> {
    let made: Result<Vec<QrSegment>, Error> = segments.iter().map(segment).collect();
    let level = match level {
        Level::Low => QrCodeEcc::Low,
        Level::Medium => QrCodeEcc::Medium,
        Level::Quartile => QrCodeEcc::Quartile,
        Level::High => QrCodeEcc::High,
    };
    let (least, most) = (*versions.start(), *versions.end());
    if !(1..=40).contains(&least) || !(least..=40).contains(&most) {
        return Err(ErrorKind::TooLarge { max: 40 }.of("version"));
    }
    let (least, most) = (Version::new(least), Version::new(most));
    let code = QrCode::encode_segments_advanced(&made?, level, least, most, None, false)
        .map_err(|_| ErrorKind::TooMuch.of("text"))?;
    let size = code.size();
    let side = size.unsigned_abs();
    out.reset(side, side);
    for (y, row) in (0..size).zip(0..) {
        for (x, column) in (0..size).zip(0..) {
            if code.get_module(x, y) {
                out.set_dark(column, row);
            }
        }
    }
    Ok(code.version().value())
}

fn segment(segment: &Segment<'_>) -> Result<QrSegment, Error> {
    let character = ErrorKind::Character.of("text");
    Ok(match *segment {
        Segment::Numeric(text) if QrSegment::is_numeric(text) => QrSegment::make_numeric(text),
        Segment::Alphanumeric(text) if QrSegment::is_alphanumeric(text) => {
            QrSegment::make_alphanumeric(text)
        }
        Segment::Bytes(bytes) => QrSegment::make_bytes(bytes),
        Segment::Kanji(text) => kanji(text).ok_or(character)?,
        Segment::Charset(number) if number < 1_000_000 => QrSegment::make_eci(number),
        Segment::Charset(_) => return Err(ErrorKind::TooLarge { max: 999_999 }.of("charset")),
        Segment::Numeric(_) | Segment::Alphanumeric(_) => return Err(character),
    })
}

/// Text in 13 bits a character; `None` when one has no such code.
fn kanji(text: &str) -> Option<QrSegment> {
    let (bytes, _, unmappable) = SHIFT_JIS.encode(text);
    if unmappable || bytes.len() % 2 != 0 {
        return None;
    }
    let mut bits = Vec::with_capacity(bytes.len() * 7);
    for pair in bytes.chunks_exact(2) {
        let code = u16::from_be_bytes([pair[0], pair[1]]);
        let code = match code {
            0x8140..=0x9FFC => code - 0x8140,
            0xE040..=0xEBBF => code - 0xC140,
            _ => return None,
        };
        let value = (code >> 8) * 0xC0 + (code & 0xFF);
        bits.extend((0..13).rev().map(|bit| value >> bit & 1 == 1));
    }
    Some(QrSegment::new(QrSegmentMode::Kanji, text.chars().count(), bits))
}

/// Writes a text to `out` in the shortest single mode that holds it: digits, capitals, kanji, else
/// bytes, which are UTF-8 and say so when they are not ASCII.
///
/// # Errors
/// When it is more than version 40 holds.
pub fn encode_text(text: &str, level: Level, out: &mut Matrix) -> Result<u8, Error> {
    let bytes = Segment::Bytes(text.as_bytes());
    let all = 1..=40;
    if QrSegment::is_numeric(text) {
        encode(&[Segment::Numeric(text)], level, all, out)
    } else if QrSegment::is_alphanumeric(text) {
        encode(&[Segment::Alphanumeric(text)], level, all, out)
    } else if text.is_ascii() {
        encode(&[bytes], level, all, out)
    } else if kanji(text).is_some() {
        encode(&[Segment::Kanji(text)], level, all, out)
    } else {
        encode(&[Segment::Charset(26), bytes], level, all, out)
    }
}

/// Writes 255 digits to `out` as version 6, level M: the symbol of an eL-QR.
///
/// # Errors
/// When they are not 255 ASCII digits.
pub fn encode_255_digits(text: &str, out: &mut Matrix) -> Result<(), Error> {
    digits::check(text, VERSION_6_DIGITS, VERSION_6_DIGITS, "payload")?;
    version_6::encode(text.as_bytes(), out);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_segment_cannot_hold_is_refused() {
        let mut out = Matrix::new();
        let mut refused = |segment| encode(&[segment], Level::Low, 1..=40, &mut out).is_err();
        assert!(refused(Segment::Numeric("12a")) && refused(Segment::Numeric("１２")));
        assert!(refused(Segment::Alphanumeric("a")));
        assert!(refused(Segment::Kanji("a漢")) && refused(Segment::Kanji("ｱｲ")));
        assert!(refused(Segment::Kanji("😀")));
        assert!(refused(Segment::Charset(1_000_000)));
        let long = "1".repeat(7_090);
        assert!(refused(Segment::Numeric(&long)));
        #[expect(clippy::reversed_empty_ranges, reason = "that is what is refused")]
        for versions in [0..=1, 2..=1, 1..=41] {
            let segments = [Segment::Numeric("1")];
            assert!(encode(&segments, Level::Low, versions, &mut out).is_err());
        }
        for text in ["１", "", &"1".repeat(254)] {
            assert!(encode_255_digits(text, &mut out).is_err());
        }
    }

    #[test]
    fn texts_take_their_shortest_mode() {
        let mut out = Matrix::new();
        let mut version = |text: &str| encode_text(text, Level::Medium, &mut out).expect("fits");
        assert_eq!(version(&"1".repeat(34)), 1);
        assert_eq!(version(&"A".repeat(20)), 1);
        assert_eq!(version("https://"), 1);
        assert_eq!(version("霞ヶ原市役所税務"), 1);
        assert_eq!(version("霞ヶ原市役所税務課"), 2);
        assert!(version("霞ヶ原市役所 tax") > 1);
    }
}
