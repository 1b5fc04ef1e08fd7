//! Reads the older codes of two widths from a picture: Code 39 (ISO/IEC 16388), NW-7 (JIS X 0506) and
//! interleaved 2 of 5 (ISO/IEC 16390). Every row of the bars must say the same.

use super::grey::{self, Grey};

/// Rows that are given up at each end of the bars, where ink fades.
const FRINGE: usize = 1;

/// Characters of Code 39 with the widths of their five bars and four spaces, 1 is wide.
const CODE_39: &str = "0000110100 1100100001 2001100001 3101100000 4000110001 5100110000 6001110000 \
7000100101 8100100100 9001100100 A100001001 B001001001 C101001000 D000011001 E100011000 F001011000 \
G000001101 H100001100 I001001100 J000011100 K100000011 L001000011 M101000010 N000010011 O100010010 \
P001010010 Q000000111 R100000110 S001000110 T000010110 U110000001 V011000001 W111000000 X010010001 \
Y110010000 Z011010000 -010000101 .110000100 $010101000 /010100010 +010001010 %000101010 *010010100 \
_011000100";
/// Characters of NW-7 with the widths of their four bars and three spaces.
const NW_7: &str = "00000011 10000110 20001001 31100000 40010010 51000010 60100001 70100100 80110000 \
91001000 -0001100 $0011000 :1000101 /1010001 .1010100 +0010101 A0011010 B0101001 C0001011 D0001110";
/// Digits of interleaved 2 of 5 by the widths of their five bars or spaces.
const ITF: [&[u8]; 10] = [
    b"00110", b"10001", b"01001", b"11000", b"00101", b"10100", b"01100", b"00011", b"10010",
    b"01010",
];

/// What a Code 39 says, without its asterisks.
pub(super) fn code_39(picture: &Grey) -> Option<Vec<u8>> {
    let text = rows(picture, |widths| characters(widths, CODE_39, 9))?;
    let inner = text.strip_prefix(b"*")?.strip_suffix(b"*")?;
    // A space is written `_` in the table.
    (!inner.contains(&b'*'))
        .then(|| inner.iter().map(|&c| if c == b'_' { b' ' } else { c }).collect())
}

/// What an NW-7 says, with its start and stop letters.
pub(super) fn nw_7(picture: &Grey) -> Option<Vec<u8>> {
    let text = rows(picture, |widths| characters(widths, NW_7, 7))?;
    let is_end = |c: Option<&u8>| c.is_some_and(u8::is_ascii_uppercase);
    let inner = text.get(1..text.len().checked_sub(1)?)?;
    let ends = is_end(text.first()) && is_end(text.last()) && !inner.is_empty();
    (ends && !inner.iter().any(u8::is_ascii_uppercase)).then_some(text)
}

/// The digits of an interleaved 2 of 5.
pub(super) fn itf(picture: &Grey) -> Option<Vec<u8>> {
    rows(picture, |widths| {
        let inner = widths.strip_prefix(b"0000")?.strip_suffix(b"100")?;
        let digit = |widths: Vec<u8>| ITF.iter().position(|each| *each == widths.as_slice());
        let mut text = Vec::new();
        let pairs = inner.chunks_exact(10);
        if !pairs.remainder().is_empty() || inner.is_empty() {
            return None;
        }
        for pair in pairs {
            for first in 0..2 {
                let found = digit(pair.iter().skip(first).step_by(2).copied().collect())?;
                text.push(b'0' + u8::try_from(found).ok()?);
            }
        }
        Some(text)
    })
}

/// What all rows of the bars say.
fn rows(picture: &Grey, read: impl Fn(&[u8]) -> Option<Vec<u8>>) -> Option<Vec<u8>> {
    let ink = picture.ink()?;
    let (mut edges, mut said) = (Vec::new(), None);
    for row in ink.y.start + FRINGE..ink.y.end.checked_sub(FRINGE)? {
        grey::edges(picture.row(row), &mut edges);
        let text = read(&widths(&edges)?)?;
        match &said {
            None => said = Some(text),
            Some(first) if *first == text => {}
            Some(_) => return None,
        }
    }
    said
}

/// The bars and spaces between edges as `0` and `1`, narrow and wide: bars among bars, spaces among
/// spaces, since ink gains on all bars alike. Wide ones are at least twice as wide as narrow ones, but
/// for half a dot.
fn widths(edges: &[i64]) -> Option<Vec<u8>> {
    let parts: Vec<i64> = edges.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let mut out = vec![b'0'; parts.len()];
    for colour in 0..2 {
        let of = || parts.iter().skip(colour).step_by(2).copied();
        let (least, most) = (of().min()?, of().max()?);
        let middle = (least + most) >> 1;
        for (out, part) in out.iter_mut().zip(&parts).skip(colour).step_by(2) {
            let near = if *part > middle { most } else { least };
            if (part - near).abs() > 256 {
                return None;
            }
            *out = b'0' + u8::from(*part > middle);
        }
        if most * 5 < least * 8 {
            return None;
        }
    }
    Some(out)
}

/// Characters of `length` bars and spaces with a narrow space between them.
fn characters(widths: &[u8], table: &str, length: usize) -> Option<Vec<u8>> {
    let mut text = Vec::new();
    for (n, chunk) in widths.chunks(length + 1).enumerate() {
        let is_last = (n + 1) * (length + 1) > widths.len();
        let (parts, gap) = chunk.split_at_checked(length)?;
        if (is_last && !gap.is_empty()) || (!is_last && gap != b"0") {
            return None;
        }
        let found = table.split(' ').find(|entry| entry.as_bytes()[1..] == *parts)?;
        text.push(found.as_bytes()[0]);
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::barcode::Linear;
    use crate::barcode::linear::{self, Ratio};

    fn paint(symbol: &Linear, unit: usize) -> Grey {
        let mut row = vec![255; 10 * unit];
        for (width, is_dark) in symbol.widths().iter().zip([true, false].into_iter().cycle()) {
            row.extend(std::iter::repeat_n(
                if is_dark { 0 } else { 255 },
                usize::from(*width) * unit,
            ));
        }
        row.extend(vec![255; 10 * unit]);
        Grey::new(row.len(), 12, row.repeat(12))
    }

    #[test]
    fn what_is_encoded_is_read() {
        let mut symbol = Linear::new();
        for unit in [1, 2, 4] {
            let all = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%";
            linear::code_39(all, false, Ratio::FIVE_TO_TWO, &mut symbol).expect("it can say that");
            assert_eq!(code_39(&paint(&symbol, unit)).as_deref(), Some(all.as_bytes()));
            let all = "A0123456789-$:/.+D";
            linear::nw_7(all, false, Ratio::FIVE_TO_TWO, &mut symbol).expect("it can say that");
            assert_eq!(nw_7(&paint(&symbol, unit)).as_deref(), Some(all.as_bytes()));
            linear::itf("01234567890987", false, Ratio::FIVE_TO_TWO, &mut symbol).expect("digits");
            assert_eq!(itf(&paint(&symbol, unit)).as_deref(), Some(&b"01234567890987"[..]));
            assert_eq!(code_39(&paint(&symbol, unit)), None);
        }
    }

    #[test]
    fn a_scratch_is_noticed() {
        let mut symbol = Linear::new();
        linear::itf("0123", false, Ratio::FIVE_TO_TWO, &mut symbol).expect("digits");
        let sound = paint(&symbol, 3);
        let mut dots = sound.dots().to_vec();
        let at = 5 * sound.width() + sound.width().div_euclid(2);
        dots[at..at + 9].iter_mut().for_each(|dot| *dot = 255 - *dot);
        assert_eq!(itf(&Grey::new(sound.width(), sound.height(), dots)), None);
    }
}
