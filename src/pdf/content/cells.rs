//! Symbols: dark cells of whole press dots, as inline masks of one bit a cell.

use super::super::number::{integer, ten_thousandths};
use super::Corner;
use crate::measure::{Length, div_round};
use crate::page::Cells;

/// Micrometres of an inch.
const INCH_UM: i64 = 25_400;
/// Ten-thousandths of a point of an inch.
const INCH_POINTS: i64 = 720_000;

/// A mask is smaller than its dots by so small a part of one on each side: renderers disagree about
/// whether an edge that lies on a dot's edge touches the next dot.
const HAIR: i64 = 60;

/// Writes the cells as a mask of which one sample is one cell, so placed that every edge falls on a dot
/// of the **sheet**, counted from its lower left corner: `corner` is the leaf's lower left one, whose
/// place was written in thousandths of a point, `height` the leaf's.
pub(super) fn write(out: &mut Vec<u8>, cells: &Cells<'_>, corner: Corner, height: Length) {
    let Cells { at, offset, dpi, cell, columns, rows, bits } = *cells;
    let dpi = i64::from(dpi);
    let dot = INCH_POINTS.div_euclid(dpi);
    let hair = dot.div_euclid(HAIR);
    let dots = |place: Length| div_round(i64::from(place.as_um()) * dpi, INCH_UM);
    let size = [columns * cell[0], rows * cell[1]].map(i64::from);
    // From the leaf's corner to the right and up, on the sheet to the left and down if it is turned.
    let Corner { at: corner, turned } = corner;
    let sign: i32 = if turned { -1 } else { 1 };
    let inside = [at.x, height - at.y];
    let inset = [i64::from(offset[0]), -i64::from(offset[1]) - size[1]];
    let corners = [corner.x, corner.y];
    let from: [i64; 2] =
        std::array::from_fn(|n| i64::from(sign) * dots(corners[n] + inside[n] * sign) + inset[n]);
    let corner = corners.map(|place| i64::from(sign) * place.as_millipoints() * 10);
    out.extend_from_slice(b"q ");
    ten_thousandths(out, size[0] * dot - 2 * hair);
    out.extend_from_slice(b" 0 0 ");
    ten_thousandths(out, size[1] * dot - 2 * hair);
    for (from, corner) in from.into_iter().zip(corner) {
        out.push(b' ');
        ten_thousandths(out, from * dot - corner + hair);
    }
    out.extend_from_slice(b" cm BI/W ");
    integer(out, columns.into());
    out.extend_from_slice(b"/H ");
    integer(out, rows.into());
    // In figures: bytes that a reader could take for the end of the mask cannot occur.
    out.extend_from_slice(b"/IM true/F/AHx ID ");
    for &byte in bits {
        // A mask paints where its samples are 0.
        let byte = !byte;
        out.extend([byte >> 4, byte & 15].map(|half| b"0123456789ABCDEF"[usize::from(half)]));
    }
    // Not all readers look for the end of the data: a space before `EI` serves those that do not.
    out.extend_from_slice(b"> EI Q\n");
}
