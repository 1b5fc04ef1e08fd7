//! The narrow waist: what render draws, impose moves and pdf prints. A page is *walked*: render
//! calls a [`Canvas`], and whoever listens writes PDF operators, measures, or dumps text.

mod dump;
mod tint;

pub use dump::Dump;
pub use tint::Tint;

pub use crate::font::{Cid, FaceId};

use crate::measure::{Length, Point, Rect, TypeSize};

/// A grey of the black separation: 0 is paper, 100 is solid black. The press files are K only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ink(pub u8);

impl Ink {
    /// Solid black.
    pub const BLACK: Self = Self(100);
}

/// Which way a run of text goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Turn {
    /// From left to right.
    #[default]
    Upright,
    /// From top to bottom, its characters turned clockwise by a quarter: Latin in vertical text.
    Right,
}

/// A line of text in one face and size. "Horizontal" and "baseline" are those of its characters,
/// which go to the right, or downwards when they are turned.
#[derive(Debug, Clone, Copy)]
pub struct TextRun<'a> {
    /// The face.
    pub face: FaceId,
    /// The type size.
    pub size: TypeSize,
    /// Horizontal scale in percent (長体): 100 is natural, never below 50.
    pub squeeze: u8,
    /// Extra space after every character, before squeezing; for justified and spread lines.
    pub spacing: Length,
    /// Where the baseline starts.
    pub at: Point,
    /// Which way it goes from there.
    pub turn: Turn,
    /// The ink.
    pub ink: Ink,
    /// The characters.
    pub cids: &'a [Cid],
}

/// How a line is stroked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Stroke {
    /// Line width.
    pub width: Length,
    /// The ink.
    pub ink: Ink,
    /// Length of dashes and gaps; solid when `None`.
    pub dash: Option<(Length, Length)>,
}

/// An image of the build (a seal, a logo), by its position in the build's images.
pub type ImageId = u16;

/// Dark cells of a symbol, or of a part of one, each so many press dots wide and high.
#[derive(Debug, Clone, Copy)]
pub struct Cells<'a> {
    /// The upper left corner of the symbol's place; it moves to the nearest dot of the sheet.
    pub at: Point,
    /// From there to the cells, in dots to the right and down.
    pub offset: [u32; 2],
    /// Dots an inch: one that an inch of 720,000 ten-thousandths of a point is a multiple of.
    pub dpi: u32,
    /// Width and height of a cell in dots.
    pub cell: [u32; 2],
    /// Cells side by side.
    pub columns: u32,
    /// Cells one below the other.
    pub rows: u32,
    /// Row by row from the top, each in whole bytes, from the highest bit; 1 is dark.
    pub bits: &'a [u8],
}

/// A static layer: what all pages of one face of a form, or all slips of one instalment, have in
/// common; drawn once and referred to.
pub type LayerId = u16;

/// Takes the marks of a page, in painting order. Coordinates are on the page: micrometres, origin
/// top left, y down.
pub trait Canvas {
    /// Paints a static layer whose top left corner is at `at`: over the whole page, where that is
    /// the page's own corner.
    fn layer(&mut self, layer: LayerId, at: Point);
    /// Sets a line of text.
    fn text(&mut self, run: &TextRun<'_>);
    /// Strokes a straight line.
    fn line(&mut self, from: Point, to: Point, stroke: Stroke);
    /// Fills and strokes a box with corners of `radius` (zero: square corners).
    fn area(&mut self, rect: Rect, radius: Length, fill: Option<Ink>, stroke: Option<Stroke>);
    /// Paints an image into a box.
    fn image(&mut self, image: ImageId, rect: Rect);
    /// Prints cells in solid black.
    fn cells(&mut self, cells: &Cells<'_>);
}

/// A canvas that listens to nothing: drawing on it only measures.
#[derive(Debug, Clone, Copy, Default)]
pub struct Blank;

impl Canvas for Blank {
    fn layer(&mut self, _: LayerId, _: Point) {}
    fn text(&mut self, _: &TextRun<'_>) {}
    fn line(&mut self, _: Point, _: Point, _: Stroke) {}
    fn area(&mut self, _: Rect, _: Length, _: Option<Ink>, _: Option<Stroke>) {}
    fn image(&mut self, _: ImageId, _: Rect) {}
    fn cells(&mut self, _: &Cells<'_>) {}
}
