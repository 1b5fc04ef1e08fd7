//! Reads the marks of inserters, and compares them with what the machine must be told of a leaf.

use super::grey::Grey;
use super::places::Leaf;
use super::{codes, data_matrix, linear};
use crate::diag::Code;
use crate::measure::{Length, Rect};
use crate::model::inserter::{MarkKind, MarkPlace, Omr};

/// Checks the mark of a leaf against what it must say; `draw` takes a picture of a box of the sheet.
///
/// # Errors
/// When its box cannot be drawn.
pub fn check_mark(
    mark: &MarkPlace,
    expected: &str,
    leaf: &Leaf,
    draw: &mut dyn FnMut(Rect) -> Result<Grey, String>,
) -> Result<Option<(Code, String)>, String> {
    let mut picture = draw(leaf.on_sheet(mark.rect()))?;
    if leaf.turned {
        picture.turn();
    }
    let said = match (mark.kind, &mark.omr) {
        (MarkKind::DataMatrix, _) => data_matrix::read(&picture),
        (MarkKind::Code39, _) => linear::code_39(&picture),
        (MarkKind::Itf, _) => linear::itf(&picture),
        (MarkKind::Omr, Some(omr)) => bars(&picture, omr, mark.rect().height),
        (MarkKind::Omr, None) => None,
    };
    Ok(match said {
        None => Some((codes::NO_MARK, "the inserter's mark cannot be read".to_owned())),
        Some(said) if said == expected.as_bytes() => None,
        Some(said) => {
            let said = String::from_utf8_lossy(&said).into_owned();
            Some((codes::WRONG_MARK, format!("the inserter's mark says {said}, not {expected}")))
        }
    })
}

/// How far dots of presses may move a bar, in micrometres.
const MOVED_UM: usize = 200;

/// Which bars of a list stand in a picture of their box, as `1` and `0`. `None` when something else stands
/// there: every row is a bar's from end to end, or paper.
fn bars(picture: &Grey, omr: &Omr, height: Length) -> Option<Vec<u8>> {
    let rows = picture.height();
    let um = usize::try_from(height.as_um()).ok().filter(|um| *um > 0)?;
    let row = |at: usize| (at * rows).div_euclid(um);
    let part = |length: Length| usize::try_from(length.as_um()).ok();
    let (pitch, thick) = (part(omr.pitch)?, part(omr.thickness)?);
    let moved = row(MOVED_UM) + 1;
    let margin = picture.width().div_euclid(20) + 1;
    let mut dark = Vec::with_capacity(rows);
    for y in 0..rows {
        let dots = picture.row(y).get(margin..picture.width().checked_sub(margin)?)?;
        let count = dots.iter().filter(|dot| **dot < 128).count();
        dark.push(count * 2 > dots.len());
        // A row that is neither is no bar, or has a hole.
        if count > 0 && count < dots.len() {
            return None;
        }
    }
    let mut bits = Vec::with_capacity(omr.bars.len());
    for n in 0..omr.bars.len() {
        let (top, bottom) = (row(n * pitch), row(n * pitch + thick));
        let middle = (top + bottom).div_euclid(2);
        let is_bar = *dark.get(middle)?;
        bits.push(b'0' + u8::from(is_bar));
        // What belongs to a bar, wherever the dots of the press moved it, is looked at once.
        let around = dark.get_mut(top.saturating_sub(moved)..(bottom + moved).min(rows))?;
        let count = around.iter().filter(|dark| **dark).count();
        if is_bar != (count * 2 + 4 > bottom - top) || (!is_bar && count > 0) {
            return None;
        }
        around.fill(false);
    }
    dark.iter().all(|dark| !dark).then_some(bits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::inserter::{Bar, Parity};

    const WIDTH: usize = 120;
    const ROWS: usize = 12 * 40;

    /// Bars of 6 dots, 50 dots apart, at 12 dots a millimetre.
    fn painted(bits: &str) -> Vec<u8> {
        let mut dots = vec![255; WIDTH * ROWS];
        for (n, _) in bits.bytes().enumerate().filter(|(_, bit)| *bit == b'1') {
            dots[n * 50 * WIDTH..(n * 50 + 6) * WIDTH].fill(0);
        }
        dots
    }

    fn list() -> Omr {
        let pitch = Length::um(50_000_i32.div_euclid(12));
        Omr {
            bars: vec![Bar::Retiming; 8],
            pitch,
            thickness: Length::um(500),
            parity: Parity::Even,
            edges: None,
            from_middle: None,
        }
    }

    fn read(dots: Vec<u8>) -> Option<String> {
        let picture = Grey::new(WIDTH, ROWS, dots);
        bars(&picture, &list(), Length::mm(40)).and_then(|bits| String::from_utf8(bits).ok())
    }

    #[test]
    fn bars_are_read() {
        for n in 0..=255_u8 {
            let bits = format!("{n:08b}");
            assert_eq!(read(painted(&bits)).as_deref(), Some(bits.as_str()));
        }
    }

    #[test]
    fn what_is_no_bar_is_noticed() {
        let mut hole = painted("10101010");
        hole[2 * WIDTH + 60] = 255;
        assert_eq!(read(hole), None, "a hole in a bar");
        let mut between = painted("10101010");
        between[25 * WIDTH..31 * WIDTH].fill(0);
        assert_eq!(read(between), None, "a bar between bars");
        let mut thick = painted("10101010");
        thick[..20 * WIDTH].fill(0);
        assert_eq!(read(thick), None, "a bar that is too thick");
        let mut word = painted("00000000");
        word[200 * WIDTH + 30..200 * WIDTH + 50].fill(0);
        assert_eq!(read(word), None, "something else");
    }
}
