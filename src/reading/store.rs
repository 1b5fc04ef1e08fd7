//! Reads the barcode of stores (GS1-128) from a picture, by the reference algorithm of Code 128
//! (ISO/IEC 15417): distances between like edges, which the gain of ink does not change. The table is
//! the standard's; nothing is shared with the encoder.

use super::grey::{self, Grey};

/// Bars and spaces of the characters in modules, by value; after them the stop.
const CHARACTERS: &str = "212222222122222221121223121322131222122213122312132212221213\
221312231212112232122132122231113222123122123221223211221132221231213212223112312131311222321122\
321221312212322112322211212123212321232121111323131123131321112313132113132311211313231113231311\
112133112331132131113123113321133121313121211331231131213113213311213131311123311321331121312113\
312311332111314111221411431111111224111422121124121421141122141221112214112412122114122411142112\
142211241211221114413111241112134111111242121142121241114212124112124211411212421112421211212141\
214121412121111143111341131141114113114311411113411311113141114131311141411131211412211214211232";
/// Bars and spaces of the stop.
const STOP: [i64; 7] = [2, 3, 3, 1, 1, 1, 2];

const FNC1: u8 = 102;
const START_C: u8 = 105;
/// Start, FNC1, 22 pairs of digits, check character.
const CODES: usize = 25;
/// Each of them has three bars and three spaces; the stop has a bar more.
const EDGES: usize = CODES * 6 + 8;
/// Rows that are given up at each end of the bars, where ink fades.
const FRINGE: usize = 1;

/// What the bars say: 44 digits. `None` when any row of the bars says something else, or nothing.
pub(super) fn read(picture: &Grey) -> Option<String> {
    let ink = picture.ink()?;
    let rows = ink.y.start + FRINGE..ink.y.end.checked_sub(FRINGE)?;
    let (mut edges, mut said) = (Vec::with_capacity(EDGES), None);
    for row in rows {
        grey::edges(picture.row(row), &mut edges);
        let codes = codes(&edges)?;
        match &said {
            None => said = Some(codes),
            Some(first) if *first == codes => {}
            Some(_) => return None,
        }
    }
    digits(&said?)
}

/// The values of the characters between edges.
fn codes(edges: &[i64]) -> Option<[u8; CODES]> {
    if edges.len() != EDGES {
        return None;
    }
    let mut codes = [0; CODES];
    for (code, edges) in codes.iter_mut().zip(edges.windows(7).step_by(6)) {
        *code = character(edges)?;
    }
    let stop = &edges[CODES * 6..];
    let width = stop[7] - stop[0];
    let fits =
        (0..6).all(|n| modules(stop[n + 2] - stop[n], width, 13) == Some(STOP[n] + STOP[n + 1]));
    fits.then_some(codes)
}

/// How many modules a distance has where `whole` has `of`; none when it lies between two numbers.
fn modules(distance: i64, whole: i64, of: i64) -> Option<i64> {
    let scaled = distance * of;
    let count = (2 * scaled + whole).div_euclid(2 * whole);
    ((scaled - count * whole).abs() * 5 < whole * 2).then_some(count)
}

/// The value of the character between seven edges.
fn character(edges: &[i64]) -> Option<u8> {
    let whole = edges[6] - edges[0];
    let mut like = [0; 4];
    for (n, like) in like.iter_mut().enumerate() {
        *like = modules(edges[n + 2] - edges[n], whole, 11)?;
    }
    let ink = (edges[1] - edges[0]) + (edges[3] - edges[2]) + (edges[5] - edges[4]);
    let is = |parts: &&[u8]| {
        let part = |n: usize| i64::from(parts[n] - b'0');
        let dark = part(0) + part(2) + part(4);
        (0..4).all(|n| part(n) + part(n + 1) == like[n])
            && (ink * 11 - dark * whole).abs() * 4 < whole * 7
    };
    let value = CHARACTERS.as_bytes().chunks_exact(6).position(|parts| is(&parts))?;
    u8::try_from(value).ok()
}

/// The digits of a symbol's characters, when it is one of stores and its check character is right.
fn digits(codes: &[u8; CODES]) -> Option<String> {
    let [first, rest @ .., check] = codes;
    let sum: u32 = (1..).zip(rest).map(|(n, &code)| n * u32::from(code)).sum();
    let sum = (sum + u32::from(*first)) % 103;
    let (function, pairs) = rest.split_first()?;
    let sound = (*first, *function) == (START_C, FNC1) && sum == u32::from(*check);
    if !sound || pairs.iter().any(|&pair| pair > 99) {
        return None;
    }
    let figure = |n: u8| char::from(b'0' + n);
    Some(pairs.iter().flat_map(|pair| [figure(pair.div_euclid(10)), figure(pair % 10)]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    const TEXT: &str = "91959919833262024010101043480024071000395003";

    /// The bars of a text, by the table, each module `unit` dots wide.
    fn bars(text: &str, unit: usize) -> Vec<u8> {
        let pair = |at: usize| text[at..at + 2].parse::<u8>().expect("digits");
        let mut codes = vec![START_C, FNC1];
        codes.extend((0..text.len()).step_by(2).map(pair));
        let weighed = (1_u32..).zip(&codes[1..]).map(|(n, &code)| n * u32::from(code));
        let sum = (weighed.sum::<u32>() + u32::from(START_C)) % 103;
        codes.push(u8::try_from(sum).expect("below 103"));
        let parts = codes.iter().flat_map(|&code| {
            CHARACTERS.as_bytes()[usize::from(code) * 6..][..6]
                .iter()
                .map(|b| usize::from(b - b'0'))
        });
        let parts: Vec<usize> = parts.chain([2, 3, 3, 1, 1, 1, 2]).collect();
        let mut row = vec![255; unit * 10];
        for (n, part) in parts.into_iter().enumerate() {
            row.extend(std::iter::repeat_n(if n % 2 == 0 { 0 } else { 255 }, part * unit));
        }
        row.extend(vec![255; unit * 10]);
        row
    }

    fn picture(row: &[u8]) -> Grey {
        let blank = vec![255; row.len() * 3];
        let dots = [blank.clone(), row.repeat(20), blank].concat();
        Grey::new(row.len(), 26, dots)
    }

    #[test]
    fn the_table_is_sound() {
        assert_eq!(CHARACTERS.len(), 106 * 6);
        let mut distances = BTreeSet::new();
        for parts in CHARACTERS.as_bytes().chunks_exact(6) {
            let parts: Vec<u8> = parts.iter().map(|b| b - b'0').collect();
            assert_eq!(parts.iter().sum::<u8>(), 11);
            assert_eq!((parts[0] + parts[2] + parts[4]) % 2, 0, "bars have an even sum");
            assert!(
                distances.insert(parts.windows(2).map(|p| p[0] + p[1]).take(4).collect::<Vec<_>>())
            );
        }
    }

    #[test]
    fn a_real_slip_is_read() {
        for unit in [2, 3, 4, 8] {
            assert_eq!(read(&picture(&bars(TEXT, unit))).as_deref(), Some(TEXT), "{unit}");
        }
        // As a coarser scanner sees it, between its dots.
        let fine = bars(TEXT, 5);
        for shift in 0..2 {
            let seen = fine[shift..].chunks_exact(2).map(|two| (two[0] >> 1) + (two[1] >> 1));
            assert_eq!(read(&picture(&seen.collect::<Vec<_>>())).as_deref(), Some(TEXT), "{shift}");
        }
    }

    #[test]
    fn bars_that_gained_or_lost_ink_are_read() {
        let row = bars(TEXT, 4);
        let mut gained = row.clone();
        let mut lost = row.clone();
        for x in 1..row.len() {
            match (row[x - 1], row[x]) {
                (0, 255) => gained[x] = 0,
                (255, 0) => lost[x] = 255,
                _ => {}
            }
        }
        for row in [gained, lost] {
            assert_eq!(read(&picture(&row)).as_deref(), Some(TEXT));
        }
    }

    #[test]
    fn one_wrong_row_is_enough() {
        let row = bars(TEXT, 4);
        let sound = picture(&row);
        let width = row.len();
        // A scratch through one row, a dot of dirt in the quiet zone, a bar that ends early.
        for (what, at, grey) in
            [("scratch", 10 * width + width.div_euclid(2), None), ("dirt", 12 * width + 3, Some(0))]
        {
            let mut dots = sound.dots().to_vec();
            match grey {
                Some(grey) => dots[at] = grey,
                None => (at..at + 12).for_each(|at| dots[at] = 255 - dots[at]),
            }
            assert_eq!(read(&Grey::new(width, 26, dots)), None, "{what}");
        }
        let other = bars("91959919833262024010101043470024071000435007", 4);
        let blank = vec![255; width * 3];
        let dots = [blank.clone(), row.repeat(10), other.repeat(10), blank].concat();
        assert_eq!(read(&Grey::new(width, 26, dots)), None, "two codes");
        assert_eq!(read(&Grey::new(4, 4, vec![255; 16])), None);
        assert_eq!(read(&Grey::new(4, 4, vec![0; 16])), None);
    }

    #[test]
    fn check_characters_are_checked() {
        let mut codes = [0; CODES];
        (codes[0], codes[1]) = (START_C, FNC1);
        let sum = (u32::from(START_C) + u32::from(FNC1)) % 103;
        codes[CODES - 1] = u8::try_from(sum).expect("small");
        assert_eq!(digits(&codes), Some("0".repeat(44)));
        codes[5] = 1;
        assert_eq!(digits(&codes), None);
    }
}
