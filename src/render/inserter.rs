//! Draws the marks of inserters. They are no part of a form: the vendor's machine says where they stand, and
//! the run which of them a leaf carries.

use super::symbol::{LINEAR_MODULES, Pen};
use crate::barcode::lay::{Place, Press, Quiet};
use crate::barcode::{Error, ErrorKind, Linear, Matrix, data_matrix, linear};
use crate::measure::{Length, Point, Rect};
use crate::model::inserter::{self, MarkKind, MarkPlace, Omr};
use crate::page::{Canvas, Cells};
use std::ops::RangeInclusive;

/// What cameras of inserters read.
const MODULES: RangeInclusive<Length> = Length::um(400)..=Length::um(600);
const QUIET: Quiet = Quiet::Length(inserter::QUIET);

/// Draws marks, with buffers that each of them reuses.
#[derive(Debug, Default)]
pub struct MarkPen {
    linear: Linear,
    matrix: Matrix,
    bits: Vec<u8>,
}

impl MarkPen {
    /// Draws a mark that says `text`: digits, or `1` and `0` for bars.
    ///
    /// # Errors
    /// When it does not fit into its box on whole dots of the press.
    pub fn draw(
        &mut self,
        mark: &MarkPlace,
        text: &str,
        press: Press,
        canvas: &mut impl Canvas,
    ) -> Result<(), Error> {
        let Rect { x, y, width, height } = mark.rect();
        let (at, place) = (Point { x, y }, Place { width, height });
        let mut pen = Pen { at, press, bits: &mut self.bits, canvas };
        let (check, ratio) = (false, linear::Ratio::FIVE_TO_TWO);
        match mark.kind {
            MarkKind::DataMatrix => {
                let shape = data_matrix::Shape::Square;
                data_matrix::encode(text.as_bytes(), shape, &mut self.matrix)?;
                pen.matrix(&self.matrix, place, &MODULES, QUIET)
            }
            MarkKind::Code39 => {
                linear::code_39(text, check, ratio, &mut self.linear)?;
                pen.linear(&self.linear, place, &LINEAR_MODULES, Quiet::Modules(10))
            }
            MarkKind::Itf => {
                linear::itf(text, check, ratio, &mut self.linear)?;
                pen.linear(&self.linear, place, &LINEAR_MODULES, Quiet::Modules(10))
            }
            MarkKind::Omr => {
                let none = Error { field: "omr", kind: ErrorKind::NoWholeDots };
                bars(mark.omr.as_ref().ok_or(none)?, text, pen.at, width, press, pen.canvas);
                Ok(())
            }
        }
    }
}

/// Bars are equally thick in dots; each begins on the dot nearest to its place, so that a code is as long as
/// it should be at any resolution. Ink that makes bars wider is taken off their
/// thickness only: nobody measures their length.
fn bars(omr: &Omr, text: &str, at: Point, length: Length, press: Press, canvas: &mut impl Canvas) {
    let dots = |length: Length| u32::try_from(press.dots(length)).unwrap_or_default().max(1);
    let thick = dots(omr.thickness).saturating_sub(press.reduction()).max(1);
    let cell = [dots(length), thick];
    let place = |n: i32| u32::try_from(press.dots(omr.pitch * n)).unwrap_or_default();
    for (n, _) in (0..).zip(text.bytes()).filter(|(_, bit)| *bit == b'1') {
        canvas.cells(&Cells {
            at,
            offset: [0, place(n)],
            dpi: press.dpi(),
            cell,
            columns: 1,
            rows: 1,
            bits: &[0x80],
        });
    }
}
