//! Reads a QR code that stands upright from a picture (ISO/IEC 18004). It finds damage and corrects
//! none: what a press is to print has every module right. Nothing is shared with the encoder.

mod blocks;
mod segments;

use super::grey::Grey;
use blocks::Blocks;

/// Modules on a side of a finder pattern.
const FINDER: usize = 7;

/// Modules of a symbol.
struct Modules {
    side: usize,
    dark: Vec<bool>,
}

impl Modules {
    fn is_dark(&self, x: usize, y: usize) -> bool {
        self.dark[y * self.side + x]
    }

    const fn version(&self) -> usize {
        (self.side - 17) >> 2
    }
}

/// What the symbol says. `None` when there is none, or anything of it is damaged.
pub(super) fn read(picture: &Grey) -> Option<Vec<u8>> {
    let modules = sample(picture)?;
    let alignments = alignments(modules.version());
    check_patterns(&modules, &alignments)?;
    let (level, mask) = format(&modules)?;
    let codewords = codewords(&modules, &alignments, mask);
    let data = Blocks::of(modules.version(), level).data(&codewords)?;
    segments::read(&data, modules.version())
}

/// The modules by their middles.
fn sample(picture: &Grey) -> Option<Modules> {
    let ink = picture.ink()?;
    if ink.width().abs_diff(ink.height()) > 2 || ink.height() < 21 {
        return None;
    }
    // The top left finder's upper edge, one row inside: seven modules of ink.
    let row = &picture.row(ink.y.start + 1)[ink.x.clone()];
    let finder = row.iter().take_while(|&&dot| dot < 128).count();
    let modules = (ink.width() * FINDER * 2 + finder).checked_div(2 * finder)?;
    // To the nearest side that a version has.
    let version = (modules.checked_sub(17)? + 2) >> 2;
    if !(1..=40).contains(&version) {
        return None;
    }
    let side = version * 4 + 17;
    if ink.width() < side {
        return None;
    }
    let cell = |at: usize| picture.cell(&ink, [at % side, at.div_euclid(side)], [side, side]);
    Some(Modules { side, dark: (0..side * side).map(cell).collect() })
}

/// The middles of the alignment patterns in one direction.
fn alignments(version: usize) -> Vec<usize> {
    if version == 1 {
        return Vec::new();
    }
    let count = version.div_euclid(7) + 2;
    let step = match version {
        32 => 26,
        _ => (version * 4 + count * 2 + 1).div_euclid(count * 2 - 2) * 2,
    };
    let last = version * 4 + 10;
    let mut middles: Vec<usize> = (0..count - 1).map(|n| last - n * step).collect();
    middles.push(6);
    middles.reverse();
    middles
}

/// The middles of all alignment patterns of a symbol.
fn alignment_middles(middles: &[usize]) -> impl Iterator<Item = (usize, usize)> + '_ {
    let last = middles.last().copied().unwrap_or_default();
    let all = middles.iter().flat_map(move |&x| middles.iter().map(move |&y| (x, y)));
    all.filter(move |&at| at != (6, 6) && at != (6, last) && at != (last, 6))
}

/// Finder, timing and alignment patterns are as they must be.
fn check_patterns(modules: &Modules, alignments: &[usize]) -> Option<()> {
    let side = modules.side;
    let ring = |x: usize, y: usize, middle: usize| x.abs_diff(middle).max(y.abs_diff(middle));
    for (left, top) in [(0, 0), (side - FINDER, 0), (0, side - FINDER)] {
        for at in 0..FINDER * FINDER {
            let (x, y) = (at % FINDER, at.div_euclid(FINDER));
            if modules.is_dark(left + x, top + y) != (ring(x, y, 3) != 2) {
                return None;
            }
        }
    }
    let timing = |n: usize| {
        modules.is_dark(n, 6) == n.is_multiple_of(2) && modules.is_dark(6, n) == n.is_multiple_of(2)
    };
    if !(FINDER + 1..side - FINDER - 1).all(timing) {
        return None;
    }
    for (column, row) in alignment_middles(alignments) {
        for at in 0..25_usize {
            let (x, y) = (at % 5, at.div_euclid(5));
            if modules.is_dark(column + x - 2, row + y - 2) != (ring(x, y, 2) != 1) {
                return None;
            }
        }
    }
    Some(())
}

/// Level (by its two bits) and mask, when both copies are without an error.
fn format(modules: &Modules) -> Option<(u32, u32)> {
    let side = modules.side;
    let bit = |x, y, n: usize| u32::from(modules.is_dark(x, y)) << n;
    let first: u32 = (0..15)
        .map(|n| match n {
            0..6 => bit(8, n, n),
            6 | 7 => bit(8, n + 1, n),
            8 => bit(7, 8, n),
            _ => bit(14 - n, 8, n),
        })
        .sum();
    let second: u32 = (0..15)
        .map(|n| if n < 8 { bit(side - 1 - n, 8, n) } else { bit(8, side - 15 + n, n) })
        .sum();
    let data = (first ^ 0x5412) >> 10;
    let mut rest = data << 10;
    for n in (10..15).rev() {
        if rest >> n & 1 == 1 {
            rest ^= 0x537 << (n - 10);
        }
    }
    let sound = first == second && (data << 10 | rest) ^ 0x5412 == first;
    (sound && modules.is_dark(8, side - 8)).then_some((data >> 3, data & 7))
}

/// Whether a module holds no data.
fn is_function(x: usize, y: usize, side: usize, alignments: &[usize]) -> bool {
    let corner = |x: usize, y: usize| x <= 8 && y <= 8;
    let version = side >= 45
        && ((x < 6 && (side - 11..side - 8).contains(&y))
            || (y < 6 && (side - 11..side - 8).contains(&x)));
    x == 6
        || y == 6
        || corner(x, y)
        || (x >= side - 8 && y <= 8)
        || (x <= 8 && y >= side - 8)
        || version
        || alignment_middles(alignments)
            .any(|(column, row)| x.abs_diff(column) <= 2 && y.abs_diff(row) <= 2)
}

/// All codewords in the order in which they are placed, unmasked.
fn codewords(modules: &Modules, alignments: &[usize], mask: u32) -> Vec<u8> {
    let side = modules.side;
    let mut words = Vec::new();
    let (mut word, mut bits) = (0_u8, 0);
    // Pairs of columns from the right, the first upwards; the column of timing is left out.
    let pairs = (0..side).rev().filter(|&x| x != 6).collect::<Vec<_>>();
    for (n, pair) in pairs.chunks(2).enumerate() {
        for step in 0..side {
            let y = if n % 2 == 0 { side - 1 - step } else { step };
            for &x in pair {
                if is_function(x, y, side, alignments) {
                    continue;
                }
                let dark = modules.is_dark(x, y) != is_masked(mask, x, y);
                word = word << 1 | u8::from(dark);
                bits += 1;
                if bits == 8 {
                    words.push(word);
                    (word, bits) = (0, 0);
                }
            }
        }
    }
    words
}

fn is_masked(mask: u32, x: usize, y: usize) -> bool {
    0 == match mask {
        0 => (x + y) % 2,
        1 => y % 2,
        2 => x % 3,
        3 => (x + y) % 3,
        4 => (x.div_euclid(3) + (y >> 1)) % 2,
        5 => x * y % 2 + x * y % 3,
        6 => (x * y % 2 + x * y % 3) % 2,
        _ => ((x + y) % 2 + x * y % 3) % 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use qrcodegen::{QrCode, QrCodeEcc, QrSegment, Version};

    fn paint(code: &QrCode, unit: usize) -> Grey {
        let side = usize::try_from(code.size()).expect("a size");
        let width = (side + 8) * unit;
        let mut dots = vec![255; width * width];
        for (at, dot) in dots.iter_mut().enumerate() {
            let (x, y) = ((at % width).div_euclid(unit), at.div_euclid(width).div_euclid(unit));
            let module = |n: usize| i32::try_from(n).expect("small") - 4;
            if code.get_module(module(x), module(y)) {
                *dot = 0;
            }
        }
        Grey::new(width, width, dots)
    }

    #[test]
    fn every_version_and_level_is_read() {
        for version in 1..=40 {
            for level in [QrCodeEcc::Low, QrCodeEcc::Medium, QrCodeEcc::Quartile, QrCodeEcc::High] {
                let text: String = (0..version * 5).map(|n| char::from(b'0' + n % 10)).collect();
                let segments = QrSegment::make_segments(&text);
                let version = Version::new(version);
                let code = QrCode::encode_segments_advanced(
                    &segments, level, version, version, None, false,
                );
                let Ok(code) = code else { continue };
                let read = read(&paint(&code, 3)).expect("a symbol");
                assert_eq!(read, text.as_bytes(), "{version:?} {level:?}");
            }
        }
    }

    #[test]
    fn all_kinds_of_segments_are_read() {
        let text = "https://www.city.kasumigahara.example/zei/?n=12 便り";
        for segments in [
            QrSegment::make_segments(text),
            vec![
                QrSegment::make_numeric("1234567"),
                QrSegment::make_alphanumeric("ABC-12 3"),
                QrSegment::make_numeric("12345678"),
                QrSegment::make_bytes("z".as_bytes()),
            ],
        ] {
            let (low, high) = (Version::new(1), Version::new(12));
            let level = QrCodeEcc::Medium;
            let code = QrCode::encode_segments_advanced(&segments, level, low, high, None, true);
            let read = read(&paint(&code.expect("it fits"), 4)).expect("a symbol");
            let text = String::from_utf8(read).expect("UTF-8");
            assert!(text == "1234567ABC-12 312345678z" || text.ends_with("便り"), "{text}");
        }
    }

    #[test]
    fn one_wrong_module_is_noticed() {
        let code = QrCode::encode_text("91959919833262024010", QrCodeEcc::Medium).expect("it fits");
        let (sound, unit) = (paint(&code, 4), 4);
        let side = usize::try_from(code.size()).expect("a size");
        let (width, mut noticed) = (sound.width(), 0);
        for (x, y) in (0..side * side).map(|at| (at % side, at.div_euclid(side))) {
            let mut dots = sound.dots().to_vec();
            for row in 0..unit {
                let start = ((y + 4) * unit + row) * width + (x + 4) * unit;
                dots[start..start + unit].iter_mut().for_each(|dot| *dot = 255 - *dot);
            }
            noticed += usize::from(read(&Grey::new(width, width, dots)).is_none());
        }
        // Separators between finders and data are the only modules that say nothing.
        assert!(noticed >= side * side - 3 * 15, "{noticed} of {}", side * side);
    }

    #[test]
    fn what_is_no_symbol_is_none() {
        for (width, height, grey) in [(1, 1, 0), (2, 2, 255), (50, 50, 0), (100, 30, 0)] {
            assert_eq!(read(&Grey::new(width, height, vec![grey; width * height])), None);
        }
    }

    proptest::proptest! {
        #[test]
        fn no_picture_makes_it_panic(dots in proptest::collection::vec(proptest::num::u8::ANY, 1_600)) {
            let _ = read(&Grey::new(40, 40, dots));
        }
    }
}
