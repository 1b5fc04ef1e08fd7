//! The penalty of a mask (JIS X 0510, 8.8.2), a line of modules as one word. Gives the same numbers as
//! a walk over the modules, at a fraction of its cost.

/// A line's modules stand from this bit on, so that the light border of both sides is in the word.
const BORDER: u32 = 11;
/// The longest line that has room for both borders.
pub(super) const SIDE_MAX: u32 = 64 - 2 * BORDER;

/// The penalty of runs and of finder-like patterns along a line of `side` modules, the first in the
/// lowest bit.
pub(super) fn line(modules: u64, side: u32) -> u32 {
    runs(modules, side) + 40 * finders(modules, side)
}

/// Three for a run of five, and one for each module more.
fn runs(modules: u64, side: u32) -> u32 {
    let same = !(modules ^ modules >> 1) & ((1 << (side - 1)) - 1);
    let pairs = same & same >> 1;
    let fives = pairs & pairs >> 2;
    let starts = fives & !(fives << 1);
    fives.count_ones() + 2 * starts.count_ones()
}

/// How often dark 1:1:3:1:1 stands with light of four beside it, and light of one on the other side.
/// Each side with four counts.
fn finders(modules: u64, side: u32) -> u32 {
    let dark = modules << BORDER;
    let light = !dark;
    // The place is that of the light module before the pattern.
    let ones = light
        & dark >> 1
        & light >> 2
        & dark >> 3
        & dark >> 4
        & dark >> 5
        & light >> 6
        & dark >> 7
        & light >> 8;
    // A larger pattern has a dark run of six or more after two light modules or more.
    let two = dark & dark >> 1;
    let four = two & two >> 2;
    let larger_may_be = four & two >> 4 & light << 1 & light << 2;
    let mut count = 0;
    if ones != 0 {
        let before = light << 1 & light << 2 & light << 3;
        let after = light >> 9 & light >> 10 & light >> 11;
        count += (ones & before).count_ones() + (ones & after).count_ones();
    }
    if larger_may_be != 0 {
        count += larger(modules, side);
    }
    count
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

/// Three for every square of two by two that is of one colour: of a row and the next.
pub(super) fn squares(row: u64, next: u64, side: u32) -> u32 {
    let same = !(row ^ row >> 1) & !(next ^ next >> 1) & !(row ^ next);
    3 * (same & ((1 << (side - 1)) - 1)).count_ones()
}

/// Ten for every twentieth by which dark is more or less than half.
pub(super) fn balance(dark: u32, side: u32) -> u32 {
    let total = side * side;
    10 * ((dark * 20).abs_diff(total * 10).div_ceil(total).saturating_sub(1))
}
