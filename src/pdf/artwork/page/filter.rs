//! Streams of a PDF file, decoded within a budget (ISO 32000-1, 7.4). What stays encoded in the
//! press file (photographs) is not decoded here.

use super::object::{Dictionary, Object, is_space, nibble};
use super::{Outcome, Refusal};

/// How a stream is encoded, outermost first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Coding {
    pub(super) filter: Filter,
    /// The parameters of its predictor.
    predictor: Predictor,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Filter {
    Flate,
    Lzw,
    Ascii85,
    AsciiHex,
    RunLength,
    /// Samples of an image, which stay as they are.
    Image(&'static str),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Predictor {
    kind: i64,
    colors: usize,
    bits: usize,
    columns: usize,
    early_change: bool,
}

const FILTERS: &[(&str, &str, Filter)] = &[
    ("FlateDecode", "Fl", Filter::Flate),
    ("LZWDecode", "LZW", Filter::Lzw),
    ("ASCII85Decode", "A85", Filter::Ascii85),
    ("ASCIIHexDecode", "AHx", Filter::AsciiHex),
    ("RunLengthDecode", "RL", Filter::RunLength),
    ("DCTDecode", "DCT", Filter::Image("DCTDecode")),
    ("CCITTFaxDecode", "CCF", Filter::Image("CCITTFaxDecode")),
    ("JBIG2Decode", "", Filter::Image("JBIG2Decode")),
    ("JPXDecode", "", Filter::Image("JPXDecode")),
];

/// How a stream is encoded, by its filters and their parameters.
pub(super) fn codings(
    filter: Option<&Object>,
    parameters: Option<&Object>,
) -> Outcome<Vec<Coding>> {
    fn list(object: Option<&Object>) -> Vec<&Object> {
        match object {
            None | Some(Object::Null) => Vec::new(),
            Some(Object::Array(items)) => items.iter().collect(),
            Some(one) => vec![one],
        }
    }
    let (names, parameters) = (list(filter), list(parameters));
    if names.len() > 8 {
        return Err(Refusal::broken("a stream has too many filters"));
    }
    let one = |(n, name): (usize, &&Object)| {
        let name = name.as_name().unwrap_or_default();
        let known = FILTERS.iter().find(|(long, short, _)| {
            name == long.as_bytes() || (!short.is_empty() && name == short.as_bytes())
        });
        let Some((_, _, filter)) = known else {
            let name = String::from_utf8_lossy(name).into_owned();
            return Err(Refusal::broken(format!("a stream has the filter `{name}`")));
        };
        let given = parameters.get(n).and_then(|given| given.as_dictionary());
        Ok(Coding { filter: *filter, predictor: Predictor::of(given) })
    };
    names.iter().enumerate().map(one).collect()
}

impl Predictor {
    fn of(parameters: Option<&Dictionary>) -> Self {
        let whole = |key: &str, default: i64| {
            let number = parameters.and_then(|given| given.get(key)?.as_number()?.whole());
            number.unwrap_or(default)
        };
        let size = |key, default| usize::try_from(whole(key, default)).unwrap_or(0).min(1 << 20);
        Self {
            kind: whole("Predictor", 1),
            colors: size("Colors", 1),
            bits: size("BitsPerComponent", 8),
            columns: size("Columns", 1),
            early_change: whole("EarlyChange", 1) != 0,
        }
    }
}

/// Decodes a stream up to the first filter of an image; gives how many filters were undone. What it
/// becomes is taken off the `budget`, in bytes.
pub(super) fn decode(
    data: &[u8],
    codings: &[Coding],
    budget: &mut usize,
) -> Outcome<(Vec<u8>, usize)> {
    let mut out = data.to_vec();
    let mut undone = 0;
    for coding in codings {
        out = match coding.filter {
            Filter::Image(_) => break,
            Filter::Flate => predicted(inflate(&out, *budget)?, &coding.predictor)?,
            Filter::Lzw => {
                let early = coding.predictor.early_change;
                predicted(lzw(&out, early, *budget)?, &coding.predictor)?
            }
            Filter::Ascii85 => ascii85(&out)?,
            Filter::AsciiHex => ascii_hex(&out)?,
            Filter::RunLength => run_length(&out, *budget)?,
        };
        undone += 1;
        *budget = budget.checked_sub(out.len()).ok_or_else(Refusal::too_large)?;
    }
    Ok((out, undone))
}

/// Undoes `/FlateDecode`. A wrong check sum at the end is overlooked, as all readers do.
pub(super) fn inflate(data: &[u8], max: usize) -> Outcome<Vec<u8>> {
    use libdeflater::{DecompressionError, Decompressor};
    let mut inflater = Decompressor::new();
    let mut out = vec![0; data.len().saturating_mul(4).max(1024).min(max)];
    loop {
        let whole = inflater.zlib_decompress(data, &mut out);
        let decoded = match (whole, data.get(2..)) {
            (Err(DecompressionError::BadData), Some(bare)) => {
                inflater.deflate_decompress(bare, &mut out)
            }
            (decoded, _) => decoded,
        };
        match decoded {
            Ok(len) => {
                out.truncate(len);
                return Ok(out);
            }
            Err(DecompressionError::InsufficientSpace) if out.len() < max => {
                out = vec![0; out.len().saturating_mul(4).min(max)];
            }
            Err(DecompressionError::InsufficientSpace) => return Err(Refusal::too_large()),
            Err(DecompressionError::BadData) => {
                return Err(Refusal::broken("a compressed stream is damaged"));
            }
        }
    }
}

/// Whether a compressed stream is sound to its last byte, given that it can be read.
pub(super) fn is_sound(data: &[u8], max: usize) -> bool {
    let mut out = vec![0; max];
    libdeflater::Decompressor::new().zlib_decompress(data, &mut out).is_ok()
}

/// Undoes the prediction of samples from those before (ISO 32000-1, 7.4.4.4).
fn predicted(data: Vec<u8>, predictor: &Predictor) -> Outcome<Vec<u8>> {
    let Predictor { kind, colors, bits, columns, .. } = *predictor;
    if kind < 2 {
        return Ok(data);
    }
    let sound = matches!(bits, 1 | 2 | 4 | 8 | 16) && (1..=32).contains(&colors) && columns > 0;
    if !sound {
        return Err(Refusal::broken("a stream has a predictor that cannot be"));
    }
    let pixel = (colors * bits).div_ceil(8);
    let row = (colors * bits * columns).div_ceil(8);
    if kind == 2 {
        return Ok(tiff(data, row, colors, bits));
    }
    let mut out: Vec<u8> = Vec::with_capacity(data.len());
    let mut above = vec![0; row];
    for line in data.chunks(row + 1) {
        let (kind, samples) = line.split_first().expect("a chunk is not empty");
        let start = out.len();
        for (n, &sample) in samples.iter().enumerate() {
            let left = if n >= pixel { out[start + n - pixel] } else { 0 };
            let corner = if n >= pixel { above[n - pixel] } else { 0 };
            let guess = match kind {
                0 => 0,
                1 => left,
                2 => above[n],
                3 => mean(left, above[n]),
                4 => paeth(left, above[n], corner),
                _ => return Err(Refusal::broken("a stream has a predictor that cannot be")),
            };
            out.push(sample.wrapping_add(guess));
        }
        above[..samples.len()].copy_from_slice(&out[start..]);
    }
    Ok(out)
}

/// TIFF predictor 2: every sample is told as the difference from the one to its left.
fn tiff(mut data: Vec<u8>, row: usize, colors: usize, bits: usize) -> Vec<u8> {
    for line in data.chunks_mut(row) {
        match bits {
            8 => {
                for n in colors..line.len() {
                    line[n] = line[n].wrapping_add(line[n - colors]);
                }
            }
            16 => {
                for n in (colors * 2..line.len().saturating_sub(1)).step_by(2) {
                    let at = |n: usize| u16::from_be_bytes([line[n], line[n + 1]]);
                    let sum = at(n).wrapping_add(at(n - colors * 2));
                    line[n..n + 2].copy_from_slice(&sum.to_be_bytes());
                }
            }
            _ => {
                let mask = (1_u8 << bits) - 1;
                let mut left = vec![0_u8; colors];
                for (n, bit) in (0..line.len() * 8).step_by(bits).enumerate() {
                    let (byte, shift) = (bit >> 3, 8 - bits - (bit & 7));
                    let sum = (line[byte] >> shift).wrapping_add(left[n % colors]) & mask;
                    line[byte] = (line[byte] & !(mask << shift)) | (sum << shift);
                    left[n % colors] = sum;
                }
            }
        }
    }
    data
}

const fn mean(left: u8, above: u8) -> u8 {
    (left & above) + ((left ^ above) >> 1)
}

fn paeth(left: u8, above: u8, corner: u8) -> u8 {
    let [a, b, c] = [left, above, corner].map(i32::from);
    let [from_a, from_b, from_c] = [b - c, a - c, a + b - c - c].map(i32::abs);
    if from_a <= from_b && from_a <= from_c {
        left
    } else if from_b <= from_c {
        above
    } else {
        corner
    }
}

fn ascii_hex(data: &[u8]) -> Outcome<Vec<u8>> {
    let mut digits = Vec::with_capacity(data.len());
    for &byte in data.iter().take_while(|byte| **byte != b'>') {
        match nibble(byte) {
            Some(digit) => digits.push(digit),
            None if is_space(byte) => {}
            None => return Err(Refusal::broken("a stream in hexadecimal is damaged")),
        }
    }
    Ok(digits.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).unwrap_or(&0)).collect())
}

fn ascii85(data: &[u8]) -> Outcome<Vec<u8>> {
    let damaged = || Refusal::broken("a stream in base 85 is damaged");
    let mut out = Vec::with_capacity(data.len());
    let (mut group, mut count) = (0_u64, 0_usize);
    for &byte in data {
        match byte {
            b'~' => break,
            b'z' if count == 0 => out.extend_from_slice(&[0; 4]),
            b'!'..=b'u' => {
                group = group * 85 + u64::from(byte - b'!');
                count += 1;
                if count == 5 {
                    let word = u32::try_from(group).map_err(|_| damaged())?;
                    out.extend_from_slice(&word.to_be_bytes());
                    (group, count) = (0, 0);
                }
            }
            byte if is_space(byte) => {}
            _ => return Err(damaged()),
        }
    }
    if count == 1 {
        return Err(damaged());
    }
    if count > 1 {
        for _ in count..5 {
            group = group * 85 + 84;
        }
        let word = u32::try_from(group).map_err(|_| damaged())?;
        out.extend_from_slice(&word.to_be_bytes()[..count - 1]);
    }
    Ok(out)
}

fn run_length(data: &[u8], max: usize) -> Outcome<Vec<u8>> {
    let mut out = Vec::new();
    let mut rest = data;
    while let [length, after @ ..] = rest {
        let length = usize::from(*length);
        let taken = match length {
            0..=127 => {
                let run = after.get(..=length).unwrap_or(after);
                out.extend_from_slice(run);
                run.len()
            }
            128 => break,
            _ => {
                let byte = after.first().copied().unwrap_or_default();
                out.resize(out.len() + 257 - length, byte);
                1.min(after.len())
            }
        };
        if out.len() > max {
            return Err(Refusal::too_large());
        }
        rest = &after[taken..];
    }
    Ok(out)
}

fn lzw(data: &[u8], early: bool, max: usize) -> Outcome<Vec<u8>> {
    const CLEAR: usize = 256;
    const END: usize = 257;
    const BYTES: [u8; 256] = {
        let mut bytes = [0; 256];
        let mut byte = 0_u8;
        while byte < u8::MAX {
            byte += 1;
            bytes[byte as usize] = byte;
        }
        bytes
    };
    let damaged = || Refusal::broken("a stream of LZW is damaged");
    let mut out: Vec<u8> = Vec::new();
    // Where in the output the text of each code from 258 stands, and how long it is.
    let mut table: Vec<(usize, usize)> = Vec::new();
    let mut last: Option<(usize, usize)> = None;
    let (mut bits, mut held, mut bytes) = (0_u32, 0_u32, data.iter());
    loop {
        let next = END + 1 + table.len() + usize::from(early);
        let width = match next {
            0..512 => 9,
            512..1024 => 10,
            1024..2048 => 11,
            _ => 12,
        };
        while held < width {
            let Some(&byte) = bytes.next() else { return Ok(out) };
            bits = bits << 8 | u32::from(byte);
            held += 8;
        }
        held -= width;
        let code = (bits >> held & ((1 << width) - 1)) as usize;
        if code == END {
            return Ok(out);
        }
        if code == CLEAR {
            table.clear();
            last = None;
            continue;
        }
        let start = out.len();
        let known = table.get(code.wrapping_sub(END + 1)).copied();
        match (known, last) {
            _ if code < CLEAR => out.push(BYTES[code]),
            (Some((at, len)), _) => out.extend_from_within(at..at + len),
            (None, Some((at, len))) if code == END + 1 + table.len() => {
                out.extend_from_within(at..at + len);
                out.push(out[at]);
            }
            _ => return Err(damaged()),
        }
        if let Some((at, len)) = last
            && table.len() < 4096 - 258
        {
            // The text before and one more character, which now stands behind it.
            table.push((at, len + 1));
        }
        last = Some((start, out.len() - start));
        if out.len() > max {
            return Err(Refusal::too_large());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Predictor, ascii_hex, ascii85, inflate, lzw, predicted, run_length};
    use crate::pdf::Deflater;

    #[test]
    fn known_answers() {
        assert_eq!(ascii85(b"87cURD]i,\"Ebo80~>").expect("sound"), b"Hello World!");
        assert_eq!(ascii85(b"z!!~>").expect("sound"), [0, 0, 0, 0, 0]);
        assert_eq!(ascii_hex(b"48 65\n6C6c6>").expect("sound"), b"Hell`");
        assert_eq!(
            run_length(&[2, 1, 2, 3, 254, 9, 128, 7], 99).expect("sound"),
            [1, 2, 3, 9, 9, 9]
        );
        // The example of ISO 32000-1, 7.4.4.2.
        let encoded = [0x80, 0x0B, 0x60, 0x50, 0x22, 0x0C, 0x0C, 0x85, 0x01];
        let decoded = lzw(&encoded, true, 99).expect("sound");
        assert_eq!(decoded, [45, 45, 45, 45, 45, 65, 45, 45, 45, 66]);
    }

    #[test]
    fn predictors_are_undone() {
        let png = Predictor { kind: 15, colors: 1, bits: 8, columns: 3, early_change: true };
        let data = vec![1, 1, 1, 1, 2, 1, 1, 1, 4, 1, 0, 0, 3, 1, 1, 1, 0, 9, 9, 9];
        let expected = [1, 2, 3, 2, 3, 4, 3, 3, 4, 2, 3, 4, 9, 9, 9];
        assert_eq!(predicted(data, &png).expect("sound"), expected);
        let tiff = Predictor { kind: 2, colors: 2, ..png.clone() };
        let tiff = Predictor { columns: 2, ..tiff };
        assert_eq!(predicted(vec![1, 2, 3, 4], &tiff).expect("sound"), [1, 2, 4, 6]);
        let bits = Predictor { kind: 2, bits: 4, columns: 4, ..png.clone() };
        assert_eq!(predicted(vec![0x11, 0x1F], &bits).expect("sound"), [0x12, 0x32]);
        let nonsense = Predictor { bits: 3, ..png };
        assert!(predicted(vec![1], &nonsense).is_err());
    }

    #[test]
    fn what_is_compressed_is_bounded() {
        let mut deflater = Deflater::for_once();
        let bomb = deflater.deflate(&vec![0; 1 << 20]).to_vec();
        assert_eq!(inflate(&bomb, 1 << 20).expect("as large as allowed").len(), 1 << 20);
        assert!(inflate(&bomb, (1 << 20) - 1).is_err());
        let mut damaged = bomb.clone();
        *damaged.last_mut().expect("bytes") ^= 1;
        assert_eq!(inflate(&damaged, 1 << 20).expect("only its check sum").len(), 1 << 20);
        assert!(inflate(&bomb[..bomb.len() >> 1], 1 << 20).is_err());
        assert!(inflate(b"no zlib stream", 99).is_err());
        assert!(run_length(&[129, 0].repeat(100), 99).is_err());
        assert!(lzw(&[0x80, 0x0B, 0x60, 0x50, 0x22], true, 3).is_err());
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
            let _ = (lzw(&bytes, true, 10_000), lzw(&bytes, false, 10_000));
            let _ = (ascii85(&bytes), ascii_hex(&bytes), run_length(&bytes, 10_000));
            let _ = inflate(&bytes, 10_000);
            for (kind, bits, colors) in [(15, 8, 3), (2, 8, 3), (2, 16, 3), (2, 4, 3), (2, 1, 1)] {
                let columns = bytes.len() % 7 + 1;
                let predictor = Predictor { kind, colors, bits, columns, early_change: true };
                let _ = predicted(bytes.clone(), &predictor);
            }
        }
    }
}
