//! The text dump of a page: what golden tests compare. One line a mark, in painting order, with
//! coordinates in millimetres and the text itself, not glyph numbers.

use super::{Canvas, Cells, Cid, FaceId, ImageId, Ink, LayerId, Stroke, TextRun, Turn};
use crate::measure::{Length, Point, Rect};
use std::fmt::Write as _;

/// A canvas that writes what is drawn as lines of text.
pub struct Dump<'a> {
    text_of: &'a dyn Fn(FaceId, Cid) -> String,
    out: String,
}

impl<'a> Dump<'a> {
    /// A dump that asks `text_of` for the text of each character.
    pub fn new(text_of: &'a dyn Fn(FaceId, Cid) -> String) -> Self {
        Self { text_of, out: String::new() }
    }

    /// The lines.
    #[must_use]
    pub fn finish(self) -> String {
        self.out
    }

    fn stroke(stroke: Stroke) -> String {
        let dash = stroke.dash.map(|(on, off)| format!(" dash {on}/{off}")).unwrap_or_default();
        format!("{}k{}{dash}", stroke.width, stroke.ink.0)
    }

    fn line(&mut self, line: std::fmt::Arguments<'_>) {
        writeln!(self.out, "{line}").expect("writing to a string cannot fail");
    }
}

impl Canvas for Dump<'_> {
    fn layer(&mut self, layer: LayerId, at: Point) {
        if at == Point::default() {
            self.line(format_args!("layer {layer}"));
        } else {
            self.line(format_args!("layer {layer} at {},{}", at.x, at.y));
        }
    }

    fn text(&mut self, run: &TextRun<'_>) {
        let text: String = run.cids.iter().map(|&cid| (self.text_of)(run.face, cid)).collect();
        let squeeze = if run.squeeze == 100 { String::new() } else { format!(" {}%", run.squeeze) };
        let spacing =
            if run.spacing == Length::ZERO { String::new() } else { format!(" +{}", run.spacing) };
        let turn = match run.turn {
            Turn::Upright => "",
            Turn::Right => " turned",
        };
        let (Point { x, y }, size, face) = (run.at, run.size, run.face);
        self.line(format_args!("text {x},{y} f{face} {size}pt{squeeze}{spacing}{turn} {text:?}"));
    }

    fn line(&mut self, from: Point, to: Point, stroke: Stroke) {
        let stroke = Self::stroke(stroke);
        Self::line(self, format_args!("line {},{} {},{} {stroke}", from.x, from.y, to.x, to.y));
    }

    fn area(&mut self, rect: Rect, radius: Length, fill: Option<Ink>, stroke: Option<Stroke>) {
        let fill = fill.map(|ink| format!(" fill k{}", ink.0)).unwrap_or_default();
        let stroke = stroke.map(|s| format!(" stroke {}", Self::stroke(s))).unwrap_or_default();
        let Rect { x, y, width, height } = rect;
        let radius = if radius == Length::ZERO { String::new() } else { format!(" r{radius}") };
        self.line(format_args!("area {x},{y} {width}x{height}{radius}{fill}{stroke}"));
    }

    fn image(&mut self, image: ImageId, rect: Rect) {
        let Rect { x, y, width, height } = rect;
        self.line(format_args!("image {image} {x},{y} {width}x{height}"));
    }

    fn cells(&mut self, cells: &Cells<'_>) {
        let Cells { at: Point { x, y }, offset, dpi, cell, columns, rows, bits } = *cells;
        let [[right, down], [width, height]] = [offset, cell];
        let bits = bits.iter().fold(String::new(), |bits, byte| format!("{bits}{byte:02x}"));
        self.line(format_args!(
            "cells {x},{y} +{right},{down} {dpi}dpi {columns}x{rows} of {width}x{height} {bits}"
        ));
    }
}
