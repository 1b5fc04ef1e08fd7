//! Bytes to characters and back, for the two encodings of input files. Nothing is ever replaced on
//! the way in: a byte that is no character is told, with its place.

use crate::model::job::Encoding;
use encoding_rs::{DecoderResult, EncoderResult, SHIFT_JIS};
use memchr::memmem;
use std::borrow::Cow;
use std::fmt::Write as _;

/// The UTF-8 bytes of U+FFFD.
const LOST: &[u8] = "\u{FFFD}".as_bytes();

/// Bytes that are no character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NoCharacter {
    /// Their place in what was decoded.
    pub(super) at: usize,
    /// How many they are.
    pub(super) len: usize,
}

/// Appends the characters of `bytes` to `text`; on a fault nothing is appended.
pub(super) fn decode(
    encoding: Encoding,
    bytes: &[u8],
    text: &mut String,
) -> Result<(), NoCharacter> {
    match encoding {
        Encoding::Utf8 => {
            text.push_str(utf8(bytes)?);
            Ok(())
        }
        Encoding::Cp932 if bytes.is_ascii() => {
            text.push_str(utf8(bytes)?);
            Ok(())
        }
        Encoding::Cp932 => decode_cp932(bytes, text),
    }
}

fn utf8(bytes: &[u8]) -> Result<&str, NoCharacter> {
    std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        NoCharacter { at, len: error.error_len().unwrap_or(bytes.len() - at) }
    })
}

fn decode_cp932(bytes: &[u8], text: &mut String) -> Result<(), NoCharacter> {
    let start = text.len();
    let mut decoder = SHIFT_JIS.new_decoder_without_bom_handling();
    let room = decoder.max_utf8_buffer_length_without_replacement(bytes.len());
    text.reserve(room.expect("a cell is limited to 1 MiB"));
    let (result, read) = decoder.decode_to_string_without_replacement(bytes, text, true);
    match result {
        DecoderResult::InputEmpty => Ok(()),
        DecoderResult::OutputFull => unreachable!("room for every character was reserved"),
        DecoderResult::Malformed(len, behind) => {
            text.truncate(start);
            let (len, behind) = (usize::from(len), usize::from(behind));
            Err(NoCharacter { at: read - len - behind, len })
        }
    }
}

/// The characters of `bytes`, with U+FFFD where there are none: to show, never to print.
pub(super) fn decode_lossy(encoding: Encoding, bytes: &[u8]) -> Cow<'_, str> {
    match encoding {
        Encoding::Utf8 => String::from_utf8_lossy(bytes),
        Encoding::Cp932 => SHIFT_JIS.decode_without_bom_handling(bytes).0,
    }
}

/// Appends `text` in an encoding; a character that CP932 does not have becomes its `U+` notation.
pub(super) fn encode(encoding: Encoding, text: &str, bytes: &mut Vec<u8>) {
    if encoding == Encoding::Utf8 {
        bytes.extend_from_slice(text.as_bytes());
        return;
    }
    let mut encoder = SHIFT_JIS.new_encoder();
    let mut rest = text;
    while !rest.is_empty() {
        let room = encoder.max_buffer_length_from_utf8_without_replacement(rest.len());
        bytes.reserve(room.expect("a reason is short"));
        let (result, read) = encoder.encode_from_utf8_to_vec_without_replacement(rest, bytes, true);
        rest = &rest[read..];
        match result {
            EncoderResult::InputEmpty => break,
            EncoderResult::OutputFull => unreachable!("room for every character was reserved"),
            EncoderResult::Unmappable(character) => {
                let mut notation = String::new();
                write!(notation, "U+{:04X}", u32::from(character)).expect("a string takes all");
                bytes.extend_from_slice(notation.as_bytes());
            }
        }
    }
}

/// Whether a byte is a control character that no cell may hold. Tabs and line breaks are left to
/// the checks of the field.
pub(super) const fn is_control(byte: u8) -> bool {
    (byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r')) || byte == 0x7F
}

/// Whether there is any such control character; without branches, so that it is fast on the rows
/// that have none.
pub(super) fn has_control(bytes: &[u8]) -> bool {
    bytes.iter().fold(false, |found, &byte| found | is_control(byte))
}

/// The place of U+FFFD in UTF-8 bytes: the trace of a character that was lost earlier.
pub(super) fn lost_character(encoding: Encoding, bytes: &[u8]) -> Option<usize> {
    match encoding {
        Encoding::Utf8 => memmem::find(bytes, LOST),
        Encoding::Cp932 => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(encoding: Encoding, bytes: &[u8], expected: Result<&str, (usize, usize)>) {
        let mut text = "前".to_owned();
        let result = decode(encoding, bytes, &mut text);
        let expected = expected.map_err(|(at, len)| NoCharacter { at, len });
        assert_eq!(result.map(|()| text.strip_prefix('前').expect("kept")), expected, "{bytes:x?}");
    }

    #[test]
    fn bytes_are_characters_or_a_fault_with_its_place() {
        case(Encoding::Utf8, "霞ヶ原".as_bytes(), Ok("霞ヶ原"));
        case(Encoding::Utf8, b"ab\xE9\x9C", Err((2, 2)));
        case(Encoding::Utf8, b"ab\xFFcd", Err((2, 1)));
        case(Encoding::Cp932, b"abc", Ok("abc"));
        case(Encoding::Cp932, &[0x8E, 0x52, 0x93, 0x63], Ok("山田"));
        // Extensions of the vendors, as windows-31j has them: 髙, ①, half-width kana, the wave.
        case(Encoding::Cp932, &[0xFB, 0xFC, 0x87, 0x40, 0xB1, 0x81, 0x60], Ok("髙①ｱ～"));
        // The user-defined area keeps its private code points, for the fallback faces to answer.
        case(Encoding::Cp932, &[0xF0, 0x40], Ok("\u{E000}"));
        case(Encoding::Cp932, &[0x8E, 0x52, 0x81], Err((2, 1)));
        case(Encoding::Cp932, &[0x8E, 0x52, 0x85, 0xFC, 0x41], Err((2, 2)));
        case(Encoding::Cp932, &[0x8E, 0x52, 0x81, 0x20], Err((2, 1)));
        case(Encoding::Cp932, &[0xFF], Err((0, 1)));
    }

    #[test]
    fn text_is_written_back_or_named() {
        let mut bytes = Vec::new();
        encode(Encoding::Cp932, "山\u{20BB7}田〜", &mut bytes);
        assert_eq!(decode_lossy(Encoding::Cp932, &bytes), "山U+20BB7田U+301C");
    }

    #[test]
    fn control_characters_are_seen() {
        assert!(has_control(b"a\0b") && has_control(b"\x1b") && has_control(b"\x7f"));
        assert!(!has_control("霞\t\r\n".as_bytes()));
    }
}
