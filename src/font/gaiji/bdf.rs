//! Bitmap fonts in the Glyph Bitmap Distribution Format (BDF 2.1 and 2.2), as user-defined
//! characters are handed over. Only what pictures of single characters need: the em, and for each
//! encoded glyph its advance, its box and its bits.

use std::collections::BTreeMap;
use std::str::FromStr;

/// The most bytes of a file: ten thousand characters of 48 × 48 pixels fill a half of it.
pub(super) const BYTES_MAX: usize = 8 << 20;
/// The most glyphs of a file: more than the private use area has code points.
const GLYPHS_MAX: usize = 10_000;
/// The most pixels of a side of a glyph and of the em.
pub(super) const SIDE_MAX: i32 = 256;
/// How far a glyph may stand from its origin, in pixels.
const OFFSET_MAX: i32 = 1_024;
/// The most bytes of a line.
const LINE_MAX: usize = 64 << 10;

/// A bitmap font. All measures are in pixels.
#[derive(Debug)]
pub(super) struct Bdf {
    /// The side of the em.
    pub(super) em: i32,
    /// Top of the em above the baseline.
    pub(super) ascent: i32,
    /// Bottom of the em below the baseline, positive downwards.
    pub(super) descent: i32,
    /// The glyphs by their encodings.
    pub(super) glyphs: BTreeMap<u32, Glyph>,
}

/// A glyph of a bitmap font.
#[derive(Debug)]
pub(super) struct Glyph {
    pub(super) advance: i32,
    /// Left side of the bitmap right of the origin.
    pub(super) left: i32,
    /// Bottom of the bitmap above the baseline.
    pub(super) bottom: i32,
    pub(super) bitmap: Bitmap,
}

/// Pixels that are ink or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bitmap {
    pub(super) width: i32,
    pub(super) height: i32,
    /// Rows of whole bytes, the top one first; the highest bit is on the left.
    rows: Vec<u8>,
}

/// What is wrong with a file, and in which line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) line: usize,
    pub(super) reason: &'static str,
}

impl Bitmap {
    /// A bitmap whose rows are `rows`, the top one first, each of whole bytes.
    pub(super) fn new(width: i32, height: i32, rows: Vec<u8>) -> Self {
        Self { width, height, rows }
    }

    /// Whether a pixel is ink, counted from the lower left; nothing outside is.
    pub(super) fn ink(&self, x: i32, y: i32) -> bool {
        let inside = (0..self.width).contains(&x) && (0..self.height).contains(&y);
        let at = || {
            let (row, x) = (usize::try_from(self.height - 1 - y).ok()?, usize::try_from(x).ok()?);
            let byte = self.rows.get(row * bytes_of(self.width) + (x >> 3))?;
            Some(byte >> (7 - (x & 7)) & 1 == 1)
        };
        inside && at().unwrap_or(false)
    }

    /// Whether no pixel is ink.
    pub(super) fn is_blank(&self) -> bool {
        !(0..self.height).any(|y| (0..self.width).any(|x| self.ink(x, y)))
    }
}

/// The bytes of a row.
fn bytes_of(width: i32) -> usize {
    usize::try_from(width.max(0)).map_or(0, |width| (width + 7) >> 3)
}

/// Reads a file.
pub(super) fn read(data: &[u8]) -> Result<Bdf, Fault> {
    let mut reader = Reader { lines: data.split(|&byte| byte == b'\n'), line: 0 };
    if data.len() > BYTES_MAX {
        return Err(reader.fault("it has more than 8 MiB"));
    }
    let Some((b"STARTFONT", _)) = reader.next()? else {
        return Err(reader.fault("it does not begin with STARTFONT"));
    };
    let (mut bdf, advance) = reader.header()?;
    loop {
        match reader.next()? {
            Some((b"STARTCHAR", _)) => {
                let (encoding, glyph) = reader.glyph(advance)?;
                if bdf.glyphs.len() >= GLYPHS_MAX {
                    return Err(reader.fault("it has more than 10,000 glyphs"));
                }
                if encoding.is_some_and(|code| bdf.glyphs.insert(code, glyph).is_some()) {
                    return Err(reader.fault("two glyphs have this encoding"));
                }
            }
            Some((b"ENDFONT", _)) => return Ok(bdf),
            Some((b"COMMENT", _)) => {}
            Some(_) => return Err(reader.fault("STARTCHAR or ENDFONT should stand here")),
            None => return Err(reader.fault("it ends before ENDFONT")),
        }
    }
}

/// A keyword and what follows it.
type Line<'a> = (&'a [u8], &'a [u8]);

/// The lines of a file.
struct Reader<'a, L: Iterator<Item = &'a [u8]>> {
    lines: L,
    line: usize,
}

impl<'a, L: Iterator<Item = &'a [u8]>> Reader<'a, L> {
    fn fault(&self, reason: &'static str) -> Fault {
        Fault { line: self.line.max(1), reason }
    }

    /// The keyword and the rest of the next line that is not blank.
    fn next(&mut self) -> Result<Option<Line<'a>>, Fault> {
        for line in self.lines.by_ref() {
            self.line += 1;
            if line.len() > LINE_MAX {
                return Err(self.fault("the line has more than 64 KiB"));
            }
            let line = line.trim_ascii();
            if !line.is_empty() {
                let end = line.iter().position(u8::is_ascii_whitespace).unwrap_or(line.len());
                return Ok(Some(line.split_at(end)));
            }
        }
        Ok(None)
    }

    /// The numbers of a line.
    fn numbers<const N: usize>(&self, text: &[u8]) -> Result<[i32; N], Fault> {
        let mut words = text.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
        let mut numbers = [0; N];
        for number in &mut numbers {
            *number = parse(words.next()).ok_or_else(|| self.fault("a whole number is missing"))?;
        }
        Ok(numbers)
    }

    /// The same within limits.
    fn bounded<const N: usize>(&self, text: &[u8], max: i32) -> Result<[i32; N], Fault> {
        let numbers = self.numbers::<N>(text)?;
        if numbers.iter().any(|number| number.unsigned_abs() > max.unsigned_abs()) {
            return Err(self.fault("a number is out of all proportion"));
        }
        Ok(numbers)
    }

    /// A box: width, height and the place of its lower left corner.
    fn bounds(&self, text: &[u8]) -> Result<[i32; 4], Fault> {
        let [width, height, left, bottom] = self.bounded(text, OFFSET_MAX)?;
        let side = 0..=SIDE_MAX;
        if !side.contains(&width) || !side.contains(&height) {
            return Err(self.fault("a glyph has from 0 to 256 pixels on a side"));
        }
        Ok([width, height, left, bottom])
    }

    /// What stands before the glyphs: the em, and the advance of glyphs that have none.
    fn header(&mut self) -> Result<(Bdf, Option<i32>), Fault> {
        let (mut bounds, mut em, mut advance) = (None, None, None);
        let (mut ascent, mut descent) = (None, None);
        loop {
            let Some((keyword, rest)) = self.next()? else {
                return Err(self.fault("it ends before CHARS"));
            };
            match keyword {
                b"FONTBOUNDINGBOX" => bounds = Some(self.bounds(rest)?),
                b"PIXEL_SIZE" => em = Some(self.bounded::<1>(rest, SIDE_MAX)?[0]),
                b"FONT_ASCENT" => ascent = Some(self.bounded::<1>(rest, OFFSET_MAX)?[0]),
                b"FONT_DESCENT" => descent = Some(self.bounded::<1>(rest, OFFSET_MAX)?[0]),
                b"DWIDTH" => advance = Some(self.bounded::<2>(rest, OFFSET_MAX)?[0]),
                b"CHARS" => break,
                _ => {}
            }
        }
        let [_, height, _, bottom] = bounds.ok_or_else(|| self.fault("no FONTBOUNDINGBOX"))?;
        let em = em.unwrap_or(height);
        if em < 1 {
            return Err(self.fault("the font has no height"));
        }
        let (ascent, descent) = (ascent.unwrap_or(height + bottom), descent.unwrap_or(-bottom));
        Ok((Bdf { em, ascent, descent, glyphs: BTreeMap::new() }, advance))
    }

    /// A glyph after its STARTCHAR, with its encoding if it has one.
    fn glyph(&mut self, advance: Option<i32>) -> Result<(Option<u32>, Glyph), Fault> {
        let (mut encoding, mut advance, mut bounds) = (None, advance, None);
        loop {
            let Some((keyword, rest)) = self.next()? else {
                return Err(self.fault("it ends within a glyph"));
            };
            match keyword {
                b"ENCODING" => encoding = Some(self.numbers::<1>(rest)?[0]),
                b"DWIDTH" => advance = Some(self.bounded::<2>(rest, OFFSET_MAX)?[0]),
                b"BBX" => bounds = Some(self.bounds(rest)?),
                b"BITMAP" => break,
                b"STARTCHAR" | b"ENDCHAR" | b"ENDFONT" => {
                    return Err(self.fault("a glyph has no BITMAP"));
                }
                _ => {}
            }
        }
        let encoding = encoding.ok_or_else(|| self.fault("a glyph has no ENCODING"))?;
        let [width, height, left, bottom] =
            bounds.ok_or_else(|| self.fault("a glyph has no BBX"))?;
        let advance = advance.filter(|&advance| advance >= 0);
        let advance = advance.ok_or_else(|| self.fault("a glyph has no DWIDTH to the right"))?;
        let mut rows = Vec::new();
        for _ in 0..height {
            let (digits, _) = self.next()?.ok_or_else(|| self.fault("it ends within a bitmap"))?;
            self.row(digits, width, &mut rows)?;
        }
        let Some((b"ENDCHAR", _)) = self.next()? else {
            return Err(self.fault("ENDCHAR should stand here: the bitmap has its rows by BBX"));
        };
        let bitmap = Bitmap::new(width, height, rows);
        Ok((u32::try_from(encoding).ok(), Glyph { advance, left, bottom, bitmap }))
    }

    /// A row of a bitmap in hexadecimal digits.
    fn row(&self, digits: &[u8], width: i32, rows: &mut Vec<u8>) -> Result<(), Fault> {
        if digits.len() != bytes_of(width) * 2 {
            return Err(self.fault("a row of a bitmap is too short or too long for its BBX"));
        }
        for pair in digits.chunks_exact(2) {
            let byte = std::str::from_utf8(pair).ok().filter(|pair| !pair.contains('+'));
            let byte = byte.and_then(|pair| u8::from_str_radix(pair, 16).ok());
            rows.push(byte.ok_or_else(|| self.fault("a bitmap holds no hexadecimal digits"))?);
        }
        Ok(())
    }
}

fn parse(word: Option<&[u8]>) -> Option<i32> {
    i32::from_str(std::str::from_utf8(word?).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SMALL: &str = "STARTFONT 2.1\r\nCOMMENT \u{FF}free text\nFONT -city-\nSIZE 8 75 75\n\
        FONTBOUNDINGBOX 8 8 0 -1\nSTARTPROPERTIES 2\nFONT_ASCENT 7\nFONT_DESCENT 1\nENDPROPERTIES\n\
        CHARS 2\nSTARTCHAR E001\nENCODING 57345\nSWIDTH 1000 0\nDWIDTH 8 0\nBBX 5 2 1 -1\nBITMAP\n\
        f8\n08\nENDCHAR\nSTARTCHAR none\nENCODING -1 5\nDWIDTH 8 0\nBBX 0 0 0 0\nBITMAP\nENDCHAR\n\
        ENDFONT\n";

    #[test]
    fn glyphs_are_read_with_their_boxes() {
        let bdf = read(SMALL.as_bytes()).expect("a sound file");
        assert_eq!((bdf.em, bdf.ascent, bdf.descent, bdf.glyphs.len()), (8, 7, 1, 1));
        let glyph = &bdf.glyphs[&0xE001];
        assert_eq!((glyph.advance, glyph.left, glyph.bottom), (8, 1, -1));
        let ink = |y| (-1..6).map(|x| u8::from(glyph.bitmap.ink(x, y))).collect::<Vec<_>>();
        assert_eq!((ink(1), ink(0)), (vec![0, 1, 1, 1, 1, 1, 0], vec![0, 0, 0, 0, 0, 1, 0]));
        assert_eq!((ink(2), glyph.bitmap.is_blank()), (vec![0; 7], false));
    }

    #[test]
    fn faults_have_their_line() {
        let case = |from: &str, to: &str, line: usize, reason: &str| {
            assert!(SMALL.contains(from), "{from}");
            let fault = read(SMALL.replacen(from, to, 1).as_bytes()).expect_err(reason);
            assert!(fault.line == line && fault.reason.contains(reason), "{fault:?}");
        };
        case("STARTFONT", "STARTER", 1, "STARTFONT");
        case("BBX 5 2 1 -1", "BBX 300 2 1 -1", 15, "0 to 256");
        case("BBX 5 2 1 -1", "BBX 5 2 1", 15, "a whole number");
        case("BBX 5 2 1 -1", "BBX 9 2 1 -1", 17, "too short");
        case("BBX 5 2 1 -1", "BBX 5 3 1 -1", 19, "too short");
        case("08\n", "0g\n", 18, "hexadecimal");
        case("08\n", "+8\n", 18, "hexadecimal");
        case("ENCODING 57345", "ATTRIBUTES 1", 16, "no ENCODING");
        case("ENCODING -1 5", "ENCODING 57345", 25, "two glyphs");
        case("ENDFONT", "", 27, "ENDFONT");
        case("FONTBOUNDINGBOX 8 8 0 -1", "", 10, "FONTBOUNDINGBOX");
        case("DWIDTH 8 0", "DWIDTH 99999 0", 14, "proportion");
        assert_eq!(read(b"").expect_err("empty").line, 1);
        let long = format!("STARTFONT 2.1\n{}\n", "x".repeat(LINE_MAX + 1));
        assert_eq!(read(long.as_bytes()).expect_err("a long line").line, 2);
    }

    proptest! {
        #[test]
        fn bytes_of_any_kind_never_panic(data in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = read(&data);
        }

        #[test]
        fn changed_files_never_panic(
            cuts in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
            end in any::<prop::sample::Index>(),
        ) {
            let mut data = SMALL.as_bytes().to_vec();
            for (at, byte) in cuts {
                let at = at.index(data.len());
                data[at] = byte;
            }
            data.truncate(end.index(data.len() * 2));
            if let Ok(bdf) = read(&data) {
                let pixels = |glyph: &Glyph| glyph.bitmap.rows.len() <= data.len();
                prop_assert!(bdf.em >= 1 && bdf.glyphs.values().all(pixels));
            }
        }
    }
}
