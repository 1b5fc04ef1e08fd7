//! A canvas that draws everything lighter onto another: what is shown and not printed.

use super::{Canvas, Cells, ImageId, Ink, LayerId, Stroke, TextRun};
use crate::measure::{Length, Point, Rect};

/// A canvas that passes on what is drawn with so many percent of its ink. Images have no ink and
/// stay as they are.
#[derive(Debug)]
pub struct Tint<'c, C> {
    canvas: &'c mut C,
    percent: u8,
}

impl<'c, C> Tint<'c, C> {
    /// A tint of `percent` (0 to 100) onto `canvas`.
    pub const fn new(canvas: &'c mut C, percent: u8) -> Self {
        Self { canvas, percent }
    }

    fn ink(&self, ink: Ink) -> Ink {
        let percent = (u16::from(ink.0) * u16::from(self.percent)).div_ceil(100);
        Ink(u8::try_from(percent).unwrap_or(ink.0))
    }

    fn stroke(&self, stroke: Stroke) -> Stroke {
        Stroke { ink: self.ink(stroke.ink), ..stroke }
    }
}

impl<C: Canvas> Canvas for Tint<'_, C> {
    fn layer(&mut self, layer: LayerId, at: Point) {
        self.canvas.layer(layer, at);
    }

    fn text(&mut self, run: &TextRun<'_>) {
        self.canvas.text(&TextRun { ink: self.ink(run.ink), ..*run });
    }

    fn line(&mut self, from: Point, to: Point, stroke: Stroke) {
        self.canvas.line(from, to, self.stroke(stroke));
    }

    fn area(&mut self, rect: Rect, radius: Length, fill: Option<Ink>, stroke: Option<Stroke>) {
        let (fill, stroke) = (fill.map(|ink| self.ink(ink)), stroke.map(|s| self.stroke(s)));
        self.canvas.area(rect, radius, fill, stroke);
    }

    fn image(&mut self, image: ImageId, rect: Rect) {
        self.canvas.image(image, rect);
    }

    fn cells(&mut self, cells: &Cells<'_>) {
        self.canvas.cells(cells);
    }
}
