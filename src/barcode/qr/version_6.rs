//! Version 6, level M, 255 digits: everything that does not depend on the digits is worked out by the
//! compiler, lines are words, and the eight masks are judged by `penalty`.

use super::penalty;
use crate::barcode::Matrix;

/// The digits that version 6, level M holds: 864 bits, not one more.
pub const DIGITS: usize = 255;
/// Modules of a side.
const SIDE: usize = 41;
const SIDE_MODULES: u32 = 41;
const SIDE_MODULES_U8: u8 = 41;
/// Blocks of codewords, and of each its data and its error correction.
const BLOCKS: usize = 4;
const DATA: usize = 27;
const CORRECTION: usize = 16;
const CODEWORDS: usize = BLOCKS * (DATA + CORRECTION);

/// Lines of modules: rows, or columns.
type Lines = [u64; SIDE];

/// Writes 255 ASCII digits to `out`.
pub(super) fn encode(digits: &[u8], out: &mut Matrix) {
    let codewords = codewords(digits);
    let mut rows = PATTERNS.rows;
    for (codeword, places) in codewords.iter().zip(ORDER.chunks_exact(8)) {
        for (bit, &(x, y)) in places.iter().enumerate() {
            rows[usize::from(y)] |= u64::from(codeword >> (7 - bit) & 1) << x;
        }
    }
    let columns = transposed(&rows);
    let mut best = (u32::MAX, &MASKS[0]);
    for mask in &MASKS {
        let penalty = judge(&rows, &columns, mask, best.0);
        if penalty < best.0 {
            best = (penalty, mask);
        }
    }
    let masked = rows.iter().zip(&best.1.rows).map(|(row, mask)| row ^ mask);
    out.set_rows(SIDE_MODULES, masked);
}

/// The penalty under a mask; it may stop when it is not less than `limit`.
fn judge(rows: &Lines, columns: &Lines, mask: &Mask, limit: u32) -> u32 {
    let masked =
        |lines: &Lines, mask: &Lines| -> Lines { std::array::from_fn(|n| lines[n] ^ mask[n]) };
    let rows = masked(rows, &mask.rows);
    let dark = penalty::ones(&rows);
    let penalty = penalty::balance(dark, SIDE_MODULES)
        + penalty::squares(&rows, SIDE_MODULES)
        + penalty::lines(&rows, SIDE_MODULES);
    if penalty >= limit {
        return penalty;
    }
    penalty + penalty::lines(&masked(columns, &mask.columns), SIDE_MODULES)
}

/// Rows as columns: squares of 32, 16, … modules change places across the diagonal.
fn transposed(lines: &Lines) -> Lines {
    let mut square = [0_u64; 64];
    square[..SIDE].copy_from_slice(lines);
    let (mut half, mut mask) = (32, u64::from(u32::MAX));
    while half > 0 {
        for y in (0..64).filter(|y| y & half == 0) {
            let change = (square[y] >> half ^ square[y | half]) & mask;
            square[y] ^= change << half;
            square[y | half] ^= change;
        }
        half >>= 1;
        mask ^= mask << half;
    }
    std::array::from_fn(|n| square[n])
}

/// The codewords in the order in which they are drawn.
fn codewords(digits: &[u8]) -> [u8; CODEWORDS] {
    let mut data = [0; BLOCKS * DATA];
    let mut places = data.iter_mut();
    // Numeric mode and the count, then ten bits for three digits.
    let (mut bits, mut waiting) = (0b0001 << 10 | 255_u32, 14);
    let mut put = |value: u32, width: u32| {
        bits = bits << width | value;
        waiting += width;
        while waiting >= 8 {
            waiting -= 8;
            if let Some(place) = places.next() {
                *place = (bits >> waiting & 0xFF) as u8;
            }
        }
    };
    for three in digits.chunks_exact(3) {
        let value = three.iter().fold(0, |n, digit| n * 10 + u32::from(digit - b'0'));
        put(value, 10);
    }
    let mut drawn = [0; CODEWORDS];
    for (block, data) in data.chunks_exact(DATA).enumerate() {
        for (n, &codeword) in data.iter().enumerate() {
            drawn[n * BLOCKS + block] = codeword;
        }
        for (n, codeword) in correction(data).into_iter().enumerate() {
            drawn[(DATA + n) * BLOCKS + block] = codeword;
        }
    }
    drawn
}

/// The error correction of a block: the remainder by the generator of degree 16.
fn correction(data: &[u8]) -> [u8; CORRECTION] {
    let remainder = data.iter().fold(0_u128, |remainder, codeword| {
        remainder << 8 ^ PRODUCTS[usize::from((remainder >> 120) as u8 ^ codeword)]
    });
    remainder.to_be_bytes()
}

/// The generator times every byte, the highest coefficient first.
static PRODUCTS: [u128; 256] = products();

const fn products() -> [u128; 256] {
    // The product of (x - 2^n) for n from 0 to 15; the leading 1 is left out.
    let mut generator = [0; CORRECTION];
    generator[CORRECTION - 1] = 1;
    let (mut root, mut n) = (1, 0);
    while n < CORRECTION {
        let mut at = 0;
        while at < CORRECTION {
            generator[at] = multiply(generator[at], root);
            if at + 1 < CORRECTION {
                generator[at] ^= generator[at + 1];
            }
            at += 1;
        }
        root = multiply(root, 2);
        n += 1;
    }
    let mut table = [0; 256];
    let mut factor: u8 = 0;
    loop {
        let (mut product, mut at) = (0_u128, 0);
        while at < CORRECTION {
            product = product << 8 | multiply(generator[at], factor) as u128;
            at += 1;
        }
        table[factor as usize] = product;
        if factor == 255 {
            return table;
        }
        factor += 1;
    }
}

/// The product in the field of 256 elements, modulo 0x11D.
const fn multiply(a: u8, b: u8) -> u8 {
    let (mut product, mut bit) = (0_u16, 8);
    while bit > 0 {
        bit -= 1;
        product <<= 1;
        if product & 0x100 != 0 {
            product ^= 0x11D;
        }
        if b >> bit & 1 == 1 {
            product ^= a as u16;
        }
    }
    (product & 0xFF) as u8
}

/// What is drawn in every symbol, without the format.
struct Patterns {
    /// Which modules are no data.
    taken: Lines,
    rows: Lines,
}

static PATTERNS: Patterns = patterns();

const fn patterns() -> Patterns {
    let (mut taken, mut rows) = ([0; SIDE], [0; SIDE]);
    let mut y = 0;
    while y < SIDE {
        let mut x = 0;
        while x < SIDE {
            let kind = pattern(x, y);
            if kind > 0 {
                taken[y] |= 1 << x;
            }
            if kind > 1 {
                rows[y] |= 1 << x;
            }
            x += 1;
        }
        y += 1;
    }
    Patterns { taken, rows }
}

/// 0 for data, 1 for a light module of a pattern or one of the format, 2 for a dark one.
const fn pattern(x: usize, y: usize) -> u8 {
    let (left, right, top, bottom) = (x < 9, x >= SIDE - 8, y < 9, y >= SIDE - 8);
    let finder = if left && top {
        ring(x, y, 3, 3)
    } else if right && top {
        ring(x, y, SIDE - 4, 3)
    } else if left && bottom {
        ring(x, y, 3, SIDE - 4)
    } else {
        return if x == 6 || y == 6 {
            if (x + y).is_multiple_of(2) { 2 } else { 1 }
        } else {
            // One alignment pattern.
            match ring(x, y, 34, 34) {
                0 | 2 => 2,
                1 => 1,
                _ => 0,
            }
        };
    };
    // The module above the lower left separator is always dark.
    let always = x == 8 && y == SIDE - 8;
    let timing = (x == 6 && y == 8) || (x == 8 && y == 6);
    if finder == 0 || finder == 1 || finder == 3 || always || timing { 2 } else { 1 }
}

/// How far a module is from a centre, along the longer way.
const fn ring(x: usize, y: usize, centre_x: usize, centre_y: usize) -> usize {
    let (dx, dy) = (x.abs_diff(centre_x), y.abs_diff(centre_y));
    if dx > dy { dx } else { dy }
}

/// The places of the data's bits, in order: two columns a time from the right, up and down in turn.
static ORDER: [(u8, u8); CODEWORDS * 8] = order();

const fn order() -> [(u8, u8); CODEWORDS * 8] {
    let mut places = [(0, 0); CODEWORDS * 8];
    let (mut count, mut right, mut up) = (0, SIDE_MODULES_U8 - 1, true);
    loop {
        let mut n: u8 = 0;
        while n < 2 * SIDE_MODULES_U8 {
            let (x, down) = (right - n % 2, n.div_euclid(2));
            let y = if up { SIDE_MODULES_U8 - 1 - down } else { down };
            if pattern(x as usize, y as usize) == 0 && count < places.len() {
                places[count] = (x, y);
                count += 1;
            }
            n += 1;
        }
        if right < 2 {
            assert!(count == places.len(), "every bit has a place");
            return places;
        }
        // The timing column is passed over.
        right -= if right == 8 { 3 } else { 2 };
        up = !up;
    }
}

/// A mask over data and remainder, and the format that names it.
struct Mask {
    rows: Lines,
    columns: Lines,
}

static MASKS: [Mask; 8] = [mask(0), mask(1), mask(2), mask(3), mask(4), mask(5), mask(6), mask(7)];

const fn mask(number: u32) -> Mask {
    let taken = patterns().taken;
    let (mut rows, mut columns) = ([0; SIDE], [0; SIDE]);
    let format = format(number);
    let mut y = 0;
    while y < SIDE {
        let mut x = 0;
        while x < SIDE {
            let dark = match format_bit(x, y) {
                Some(bit) => format >> bit & 1 == 1,
                None => taken[y] >> x & 1 == 0 && inverts(number, x, y),
            };
            if dark {
                rows[y] |= 1 << x;
                columns[x] |= 1 << y;
            }
            x += 1;
        }
        y += 1;
    }
    Mask { rows, columns }
}

const fn inverts(number: u32, x: usize, y: usize) -> bool {
    match number {
        0 => (x + y).is_multiple_of(2),
        1 => y.is_multiple_of(2),
        2 => x.is_multiple_of(3),
        3 => (x + y).is_multiple_of(3),
        4 => (x.div_euclid(3) + y.div_euclid(2)).is_multiple_of(2),
        5 => x * y % 2 + x * y % 3 == 0,
        6 => (x * y % 2 + x * y % 3).is_multiple_of(2),
        _ => ((x + y) % 2 + x * y % 3).is_multiple_of(2),
    }
}

/// The 15 bits that say level M, whose number is 0, and the mask.
const fn format(mask: u32) -> u32 {
    let (mut remainder, mut n) = (mask, 0);
    while n < 10 {
        remainder = (remainder << 1) ^ ((remainder >> 9) * 0x537);
        n += 1;
    }
    (mask << 10 | remainder) ^ 0x5412
}

/// Which bit of the format stands at a place: each stands twice.
const fn format_bit(x: usize, y: usize) -> Option<usize> {
    Some(match (x, y) {
        (8, 0..=5) => y,
        (8, 7) => 6,
        (8, 8) => 7,
        (7, 8) => 8,
        (0..=5, 8) => 14 - x,
        (33..=40, 8) => SIDE - 1 - x,
        (8, 34..=40) => y + 15 - SIDE,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use qrcodegen::{Mask as GivenMask, QrCode, QrCodeEcc, QrSegment, Version};

    /// The symbol of another program, under a mask or its own choice.
    fn other(digits: &str, mask: Option<u8>) -> (QrCode, Lines) {
        let segments = [QrSegment::make_numeric(digits)];
        let (six, mask) = (Version::new(6), mask.map(GivenMask::new));
        let level = QrCodeEcc::Medium;
        let code = QrCode::encode_segments_advanced(&segments, level, six, six, mask, false)
            .expect("it fits");
        let mut rows = [0; SIDE];
        for (y, row) in rows.iter_mut().enumerate() {
            for x in 0..SIDE {
                let place = |n: usize| i32::try_from(n).expect("small");
                *row |= u64::from(code.get_module(place(x), place(y))) << x;
            }
        }
        (code, rows)
    }

    fn ours(digits: &str) -> Lines {
        let mut out = Matrix::new();
        encode(digits.as_bytes(), &mut out);
        let row =
            |y: u32| (0..SIDE_MODULES).fold(0, |row, x| row | u64::from(out.is_dark(x, y)) << x);
        std::array::from_fn(|y| row(u32::try_from(y).expect("small")))
    }

    fn columns(rows: &Lines) -> Lines {
        std::array::from_fn(|x| (0..SIDE).fold(0, |column, y| column | (rows[y] >> x & 1) << y))
    }

    /// The penalty as the standard tells it, module by module.
    fn slow_penalty(rows: &Lines) -> u32 {
        let mut penalty = 0;
        for lines in [*rows, columns(rows)] {
            for line in lines {
                // A light border as wide as the symbol on both sides.
                let at = |n: i32| (0..41).contains(&n) && line >> n & 1 == 1;
                let mut start = 0;
                for n in 1..=41 {
                    if n == 41 || at(n) != at(start) {
                        let run = u32::try_from(n - start).expect("a run");
                        penalty += if run >= 5 { run - 2 } else { 0 };
                        start = n;
                    }
                }
                let mut runs = vec![(false, -41)];
                for n in -41..=82 {
                    if runs.last().is_some_and(|&(dark, _)| dark != at(n)) {
                        runs.push((at(n), n));
                    }
                }
                runs.push((true, 82));
                let lengths: Vec<i32> = runs.windows(2).map(|two| two[1].1 - two[0].1).collect();
                for w in lengths.windows(7).step_by(2) {
                    let a = w[1];
                    if w[2] == a && w[3] == 3 * a && w[4] == a && w[5] == a {
                        penalty += 40 * u32::from(w[0] >= 4 * a && w[6] >= a);
                        penalty += 40 * u32::from(w[6] >= 4 * a && w[0] >= a);
                    }
                }
            }
        }
        for y in 0..SIDE - 1 {
            for x in 0..SIDE - 1 {
                let four = [rows[y] >> x & 3, rows[y + 1] >> x & 3];
                penalty += if four == [0, 0] || four == [3, 3] { 3 } else { 0 };
            }
        }
        let dark: u32 = rows.iter().map(|row| row.count_ones()).sum();
        penalty + penalty::balance(dark, SIDE_MODULES)
    }

    fn fast_penalty(rows: &Lines) -> u32 {
        let none = Mask { rows: [0; SIDE], columns: [0; SIDE] };
        judge(rows, &columns(rows), &none, u32::MAX)
    }

    #[test]
    fn the_patterns_leave_room_for_the_data() {
        let taken: u32 = PATTERNS.taken.iter().map(|row| row.count_ones()).sum();
        assert_eq!(SIDE_MODULES * SIDE_MODULES - taken, 172 * 8 + 7);
        assert_eq!(columns(&PATTERNS.rows), transposed(&PATTERNS.rows));
        for mask in &MASKS {
            assert_eq!(columns(&mask.rows), mask.columns);
        }
    }

    #[test]
    fn every_mask_is_drawn_as_another_program_draws_it() {
        let digits: String = (0..255_u32).map(|n| char::from(b'0' + (n * 7 % 10) as u8)).collect();
        let codewords = codewords(digits.as_bytes());
        let mut rows = PATTERNS.rows;
        for (codeword, places) in codewords.iter().zip(ORDER.chunks_exact(8)) {
            for (bit, &(x, y)) in places.iter().enumerate() {
                rows[usize::from(y)] |= u64::from(codeword >> (7 - bit) & 1) << x;
            }
        }
        for (number, mask) in (0..8).zip(&MASKS) {
            let masked: Lines = std::array::from_fn(|y| rows[y] ^ mask.rows[y]);
            assert_eq!(masked, other(&digits, Some(number)).1, "mask {number}");
        }
    }

    proptest! {
        #[test]
        fn the_symbol_is_that_of_another_program(digits in "[0-9]{255}|(0{20,40}[0-9]{1,9}){12}0{255}") {
            let digits = &digits[..255];
            prop_assert_eq!(ours(digits), other(digits, None).1);
        }

        /// Lines with long runs, in which patterns of all sizes and borders meet.
        #[test]
        fn the_penalty_is_that_of_the_standard(
            runs in proptest::collection::vec(
                prop_oneof![4 => 1u32..4, 1 => 4u32..9, 1 => 9u32..20, 2 => Just(2u32), 2 => Just(6u32)], 41 * 12,
            ),
            pattern in 1u32..6, shift in 0u32..41, row in 0usize..41,
        ) {
            let mut rows = [0; SIDE];
            let (mut at, mut dark) = (0, false);
            for run in runs {
                for _ in 0..run {
                    if at < SIDE * SIDE && dark {
                        rows[at.div_euclid(SIDE)] |= 1 << (at % SIDE);
                    }
                    at += 1;
                }
                dark = !dark;
            }
            // A finder-like pattern of some size somewhere.
            let mut line = 0_u64;
            for (n, dark) in (0..7).zip([1, 0, 1, 1, 1, 0, 1]) {
                for k in 0..pattern {
                    line |= dark << (n * pattern + k);
                }
            }
            rows[row] = line << shift & ((1 << SIDE) - 1);
            prop_assert_eq!(fast_penalty(&rows), slow_penalty(&rows));
        }
    }
}
