//! The penalty of a mask (JIS X 0510, 8.8.2), a line of modules as one word. Gives the same numbers as
//! a walk over the modules, at a fraction of its cost.

/// A line's modules stand from this bit on, so that the light border of both sides is in the word.
const BORDER: u32 = 11;
/// The longest line that has room for both borders.
pub(super) const SIDE_MAX: u32 = 64 - 2 * BORDER;

/// The penalty of runs and of finder-like patterns along lines of `side` modules, the first in the
/// lowest bit.
pub(super) fn lines<const N: usize>(lines: &[u64; N], side: u32) -> u32 {
    let pairs_of_line = (1 << (side - 1)) - 1;
    // Three for a run of five, and one for each module more.
    let (mut fives, mut starts, mut patterns) = ([0; N], [0; N], 0);
    for ((&modules, fives), starts) in lines.iter().zip(&mut fives).zip(&mut starts) {
        let same = !(modules ^ modules >> 1) & pairs_of_line;
        let pairs = same & same >> 1;
        *fives = pairs & pairs >> 2;
        *starts = *fives & !(*fives << 1);
        patterns += finders(modules, side);
    }
    ones(&fives) + 2 * ones(&starts) + 40 * patterns
}

/// How often dark 1:1:3:1:1 stands with light of four beside it, and light of one on the other side.
/// Each side with four counts.
fn finders(modules: u64, side: u32) -> u32 {
    let dark = modules << BORDER;
    let light = !dark;
    // The place is that of the light module before the pattern.
    let small = light
        & dark >> 1
        & light >> 2
        & dark >> 3
        & dark >> 4
        & dark >> 5
        & light >> 6
        & dark >> 7
        & light >> 8;
    // The middle of a pattern of twice the size is a dark run of six, of a larger one of nine or more.
    let two = dark & dark >> 1;
    let six = two & two >> 2 & two >> 4 & light << 1 & light << 2;
    let twice = six & dark << 3 & dark << 4 & light >> 6 & light >> 7;
    let more = six & light << 3 & two >> 6 & dark >> 8;
    let larger_may_be = twice | more;
    if small | larger_may_be == 0 {
        return 0;
    }
    let before = small & light << 1 & light << 2 & light << 3;
    let after = small & light >> 9 & light >> 10 & light >> 11;
    let larger = if larger_may_be == 0 { 0 } else { larger(modules, side) };
    before.count_ones() + after.count_ones() + larger
}

/// The ones of many words. Most processors that the program is compiled for need a dozen steps to count
/// those of one word, so eight words are first added up bit by bit (Harley and Seal).
pub(super) fn ones(words: &[u64]) -> u32 {
    let sum = |x: u64, y: u64, z: u64| (x & y | (x ^ y) & z, x ^ y ^ z);
    let (mut one, mut two, mut four, mut eights) = (0, 0, 0, 0);
    let groups = words.chunks_exact(8);
    let rest: u32 = groups.remainder().iter().map(|word| word.count_ones()).sum();
    for group in groups {
        let (two_1, two_2, four_1, four_2, eight);
        (two_1, one) = sum(one, group[0], group[1]);
        (two_2, one) = sum(one, group[2], group[3]);
        (four_1, two) = sum(two, two_1, two_2);
        let (two_1, two_2);
        (two_1, one) = sum(one, group[4], group[5]);
        (two_2, one) = sum(one, group[6], group[7]);
        (four_2, two) = sum(two, two_1, two_2);
        (eight, four) = sum(four, four_1, four_2);
        eights += eight.count_ones();
    }
    rest + one.count_ones() + 2 * two.count_ones() + 4 * four.count_ones() + 8 * eights
}

/// The same patterns in larger sizes, which are rare: run by run.
fn larger(modules: u64, side: u32) -> u32 {
    // Light, dark, light, …: the first and the last are light and endless.
    let mut lengths = [0; SIDE_MAX as usize + 2];
    let (mut count, mut at, mut dark) = (0, 0, false);
    while at < side {
        let rest = modules >> at;
        let run = if dark { rest.trailing_ones() } else { rest.trailing_zeros() }.min(side - at);
        lengths[count] = run;
        (count, at, dark) = (count + 1, at + run, !dark);
    }
    if !dark {
        // After the last dark run comes the border alone.
        count += 1;
    }
    lengths[0] += side;
    lengths[count - 1] += side;
    let patterns = lengths[..count].windows(7).step_by(2).map(|window| {
        let [before, core @ .., after] = window else { return 0 };
        let one = core[0];
        let is_pattern = one > 1 && *core == [one, one, 3 * one, one, one];
        u32::from(is_pattern && *before >= 4 * one && *after >= one)
            + u32::from(is_pattern && *after >= 4 * one && *before >= one)
    });
    patterns.sum()
}

/// Three for every square of two by two that is of one colour.
pub(super) fn squares<const N: usize>(rows: &[u64; N], side: u32) -> u32 {
    let pairs_of_line = (1 << (side - 1)) - 1;
    let mut squares = [0; N];
    for (squares, two) in squares.iter_mut().zip(rows.windows(2)) {
        let &[row, next] = two else { continue };
        *squares = !(row ^ row >> 1) & !(next ^ next >> 1) & !(row ^ next) & pairs_of_line;
    }
    3 * ones(&squares)
}

/// Ten for every twentieth by which dark is more or less than half.
pub(super) fn balance(dark: u32, side: u32) -> u32 {
    let total = side * side;
    10 * ((dark * 20).abs_diff(total * 10).div_ceil(total).saturating_sub(1))
}
