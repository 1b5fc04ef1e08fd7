//! The marks of one side of a sheet, or of a layer, as PDF operators. Remembers the graphics state
//! and writes only what changes; allocates nothing once its buffer has grown.

mod cells;
mod string;

use super::Layer;
use super::number::{centipoints, hundredths, integer, millionths, points, thousandths};
use super::{Artwork, Deflater};
use crate::font::{FaceId, Usage};
use crate::measure::{Extent, Length, Point, Rect, div_round};
use crate::page::{Canvas, Cells, ImageId, Ink, LayerId, Stroke, TextRun, Turn};

/// At most so many segments are gathered in one path: enough to save bytes, few enough for any RIP.
const SEGMENTS_MAX: u16 = 200;

/// What is known of the graphics state; `None` where it is not known.
#[derive(Debug, Clone, Copy, Default)]
struct State {
    font: Option<(FaceId, u16)>,
    squeeze: Option<u8>,
    spacing: Option<Length>,
    fill: Option<Ink>,
    stroke_ink: Option<Ink>,
    stroke_width: Option<Length>,
    dash: Option<Dash>,
}

impl State {
    /// The state in which every page begins (ISO 32000-1, tables 52 and 104).
    const PAGE: Self = Self {
        font: None,
        squeeze: Some(100),
        spacing: Some(Length::ZERO),
        fill: Some(Ink::BLACK),
        stroke_ink: Some(Ink::BLACK),
        stroke_width: None,
        dash: Some(Dash::Solid),
    };
}

/// How lines are broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dash {
    Solid,
    Of(Length, Length),
}

impl Dash {
    fn of(stroke: Stroke) -> Self {
        stroke.dash.map_or(Self::Solid, |(on, off)| Self::Of(on, off))
    }
}

/// What has been begun and can be continued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    Nothing,
    Text,
    Strokes(u16),
    Fills(u16),
}

/// The coordinates in which marks are placed: those of the sheet, a leaf on it, or a layer.
#[derive(Debug, Clone, Copy)]
struct Frame {
    height: Length,
    state: State,
}

/// The place on the sheet of a leaf's lower left corner, and whether the leaf stands upside down there.
#[derive(Debug, Clone, Copy, Default)]
struct Corner {
    at: Point,
    turned: bool,
}

/// Takes marks as PDF operators. Use one for each worker, for any number of sides in turn.
#[derive(Debug)]
pub struct Content {
    out: Vec<u8>,
    usage: Usage,
    state: State,
    open: Open,
    /// Start of the current text line, in hundredths of a point, while text is open.
    line: (i64, i64),
    /// Which way text goes while it is open.
    turn: Turn,
    frame: Length,
    sheet: Option<Frame>,
    corner: Corner,
    extent: Extent,
    /// The coordinates of each picture: its size in thousandths of a point, or the unit square.
    spaces: Vec<Option<[i64; 2]>>,
}

impl Default for Content {
    fn default() -> Self {
        Self::new()
    }
}

impl Content {
    /// Nothing begun yet, and no pictures to place.
    #[must_use]
    pub fn new() -> Self {
        Self::with_artwork(&[])
    }

    /// Nothing begun yet. [`crate::page::ImageId`] are positions in `artwork`.
    #[must_use]
    pub fn with_artwork(artwork: &[Artwork]) -> Self {
        Self {
            out: Vec::with_capacity(8192),
            usage: Usage::new(),
            state: State::PAGE,
            open: Open::Nothing,
            line: (0, 0),
            turn: Turn::Upright,
            frame: Length::ZERO,
            sheet: None,
            corner: Corner::default(),
            extent: Extent::default(),
            spaces: artwork.iter().map(Artwork::space).collect(),
        }
    }

    /// Begins a side of a sheet and forgets the operators of the one before. Marks are placed from
    /// the sheet's top left, except inside a slot.
    pub fn begin_sheet(&mut self, sheet: Extent) {
        self.begin(sheet, State::PAGE);
    }

    /// Begins a layer of the size of a leaf.
    pub fn begin_layer(&mut self, leaf: Extent) {
        // A layer is painted in whatever state the side happens to be in.
        self.begin(leaf, State::default());
    }

    fn begin(&mut self, extent: Extent, state: State) {
        self.out.clear();
        self.state = state;
        self.open = Open::Nothing;
        self.frame = extent.height;
        self.extent = extent;
        self.corner = Corner::default();
        self.sheet = None;
    }

    /// Begins a leaf whose top left corner is at `origin` on the sheet: from here marks are placed
    /// from the leaf's top left.
    ///
    /// # Panics
    /// When a slot is begun inside another.
    pub fn begin_slot(&mut self, origin: Point, leaf: Extent) {
        self.begin_leaf(origin, leaf, false);
    }

    /// The same for a leaf that stands upside down: its bottom right corner is at `origin`.
    ///
    /// # Panics
    /// When a slot is begun inside another.
    pub fn begin_turned_slot(&mut self, origin: Point, leaf: Extent) {
        self.begin_leaf(origin, leaf, true);
    }

    fn begin_leaf(&mut self, origin: Point, leaf: Extent, turned: bool) {
        assert!(self.sheet.is_none(), "slots do not nest");
        self.close();
        let bottom = self.frame - origin.y - leaf.height;
        self.sheet = Some(Frame { height: self.frame, state: self.state });
        self.frame = leaf.height;
        self.corner = Corner { at: Point { x: origin.x, y: bottom }, turned };
        let matrix: &[u8] = if turned { b"q -1 0 0 -1 " } else { b"q 1 0 0 1 " };
        self.out.extend_from_slice(matrix);
        if turned {
            self.corner.at = Point { x: origin.x + leaf.width, y: bottom + leaf.height };
        }
        points(&mut self.out, self.corner.at.x);
        self.out.push(b' ');
        points(&mut self.out, self.corner.at.y);
        self.out.extend_from_slice(b" cm\n");
    }

    /// Ends the leaf.
    ///
    /// # Panics
    /// When no slot was begun.
    pub fn end_slot(&mut self) {
        self.close();
        let sheet = self.sheet.take().expect("a slot that ends was begun");
        self.frame = sheet.height;
        self.corner = Corner::default();
        self.state = sheet.state;
        self.out.extend_from_slice(b"Q\n");
    }

    /// Ends the side and gives its operators, valid until the next side begins.
    ///
    /// # Panics
    /// When a slot is still open.
    pub fn finish(&mut self) -> &[u8] {
        assert!(self.sheet.is_none(), "every slot was ended");
        self.close();
        &self.out
    }

    /// Ends the layer and compresses it; the characters used since [`Self::take_usage`] go with it.
    pub fn finish_layer(&mut self, deflater: &mut Deflater) -> Layer {
        let compressed = deflater.deflate(self.finish()).to_vec();
        Layer { compressed, usage: self.take_usage(), extent: self.extent }
    }

    /// The characters used by all that was drawn since the last time they were taken.
    #[must_use]
    pub const fn usage(&self) -> &Usage {
        &self.usage
    }

    /// Takes the characters used so far; what is drawn from now on counts anew.
    #[must_use]
    pub fn take_usage(&mut self) -> Usage {
        std::mem::take(&mut self.usage)
    }

    /// Ends a text object or paints a gathered path.
    fn close(&mut self) {
        match std::mem::replace(&mut self.open, Open::Nothing) {
            Open::Nothing => {}
            Open::Text => self.out.extend_from_slice(b"ET\n"),
            Open::Strokes(_) => self.out.extend_from_slice(b"S\n"),
            Open::Fills(_) => self.out.extend_from_slice(b"f\n"),
        }
    }

    /// Appends a point of the frame, in points to the thousandth, and an operator.
    fn point(&mut self, x: Length, y: Length, operator: &[u8]) {
        points(&mut self.out, x);
        self.out.push(b' ');
        points(&mut self.out, self.frame - y);
        self.out.extend_from_slice(operator);
    }

    fn fill_ink(&mut self, ink: Ink) {
        if self.state.fill != Some(ink) {
            self.state.fill = Some(ink);
            self.grey(ink, b" g\n");
        }
    }

    /// `DeviceGray` runs from 0, black, to 1, paper.
    fn grey(&mut self, ink: Ink, operator: &[u8]) {
        hundredths(&mut self.out, 100 - i64::from(ink.0.min(100)));
        self.out.extend_from_slice(operator);
    }

    fn stroke_state(&mut self, stroke: Stroke) {
        if self.state.stroke_ink != Some(stroke.ink) {
            self.state.stroke_ink = Some(stroke.ink);
            self.grey(stroke.ink, b" G\n");
        }
        if self.state.stroke_width != Some(stroke.width) {
            self.state.stroke_width = Some(stroke.width);
            points(&mut self.out, stroke.width);
            self.out.extend_from_slice(b" w\n");
        }
        let dash = Dash::of(stroke);
        if self.state.dash != Some(dash) {
            self.state.dash = Some(dash);
            self.out.push(b'[');
            if let Dash::Of(on, off) = dash {
                points(&mut self.out, on);
                self.out.push(b' ');
                points(&mut self.out, off);
            }
            self.out.extend_from_slice(b"]0 d\n");
        }
    }

    fn strokes_as(&self, stroke: Stroke) -> bool {
        let State { stroke_ink, stroke_width, dash, .. } = self.state;
        (stroke_ink, stroke_width, dash)
            == (Some(stroke.ink), Some(stroke.width), Some(Dash::of(stroke)))
    }

    /// `x y w h re`, in points to the thousandth.
    fn rectangle(&mut self, rect: Rect) {
        self.point(rect.x, rect.bottom(), b" ");
        points(&mut self.out, rect.width);
        self.out.push(b' ');
        points(&mut self.out, rect.height);
        self.out.extend_from_slice(b" re\n");
    }

    /// A box whose corners are quarter circles (Bézier, to 0.03 % of the radius).
    fn rounded(&mut self, rect: Rect, radius: Length) {
        let (left, right) = (rect.x.as_millipoints(), rect.right().as_millipoints());
        let (bottom, top) =
            ((self.frame - rect.bottom()).as_millipoints(), (self.frame - rect.y).as_millipoints());
        let most = (right - left).min(top - bottom) >> 1;
        let r = radius.as_millipoints().min(most);
        let k = div_round(r * 4477, 10_000);
        let (x0, x1, y0, y1) = (left + r, right - r, bottom + r, top - r);
        self.path(&[x0, bottom], b"m\n");
        self.path(&[x1, bottom], b"l\n");
        self.path(&[right - k, bottom, right, bottom + k, right, y0], b"c\n");
        self.path(&[right, y1], b"l\n");
        self.path(&[right, top - k, right - k, top, x1, top], b"c\n");
        self.path(&[x0, top], b"l\n");
        self.path(&[left + k, top, left, top - k, left, y1], b"c\n");
        self.path(&[left, y0], b"l\n");
        self.path(&[left, bottom + k, left + k, bottom, x0, bottom], b"c\n");
        self.out.extend_from_slice(b"h\n");
    }

    fn path(&mut self, numbers: &[i64], operator: &[u8]) {
        for &n in numbers {
            thousandths(&mut self.out, n);
            self.out.push(b' ');
        }
        self.out.extend_from_slice(operator);
    }

    /// How much larger `shown` is than `own`, which is in thousandths of a point.
    fn scale(&mut self, shown: Length, own: i64) {
        millionths(&mut self.out, div_round(shown.as_millipoints() * 1_000_000, own));
    }

    /// The text state a run needs, as far as it is not in force.
    fn text_state(&mut self, run: &TextRun<'_>) {
        self.fill_ink(run.ink);
        let size = run.size.as_centipoints();
        if self.state.font != Some((run.face, size)) {
            self.state.font = Some((run.face, size));
            self.out.extend_from_slice(b"/F");
            integer(&mut self.out, u64::from(run.face));
            self.out.push(b' ');
            hundredths(&mut self.out, i64::from(size));
            self.out.extend_from_slice(b" Tf\n");
        }
        if self.state.squeeze != Some(run.squeeze) {
            self.state.squeeze = Some(run.squeeze);
            integer(&mut self.out, u64::from(run.squeeze));
            self.out.extend_from_slice(b" Tz\n");
        }
        if self.state.spacing != Some(run.spacing) {
            self.state.spacing = Some(run.spacing);
            points(&mut self.out, run.spacing);
            self.out.extend_from_slice(b" Tc\n");
        }
    }

    /// Begins a matrix that says which way a line of text goes; where places are counted from.
    #[cold]
    fn direction(&mut self, turn: Turn) -> (i64, i64) {
        self.turn = turn;
        let upright = turn == Turn::Upright;
        let matrix: &[u8] = if upright { b"1 0 0 1 " } else { b"0 -1 1 0 " };
        self.out.extend_from_slice(matrix);
        (0, 0)
    }
}

impl Canvas for Content {
    fn layer(&mut self, layer: LayerId, at: Point) {
        self.close();
        let is_moved = at != Point::default();
        if is_moved {
            self.out.extend_from_slice(b"q 1 0 0 1 ");
            points(&mut self.out, at.x);
            self.out.push(b' ');
            points(&mut self.out, -at.y);
            self.out.extend_from_slice(b" cm ");
        }
        self.out.extend_from_slice(b"/L");
        integer(&mut self.out, u64::from(layer));
        self.out.extend_from_slice(if is_moved { b" Do Q\n" } else { b" Do\n" });
    }

    fn text(&mut self, run: &TextRun<'_>) {
        if run.cids.is_empty() {
            return;
        }
        self.usage.mark(run.face, run.cids);
        if self.open != Open::Text {
            self.close();
            self.open = Open::Text;
            self.line = (0, 0);
            self.turn = Turn::Upright;
            self.out.extend_from_slice(b"BT\n");
        }
        self.text_state(run);
        let (x, y) = (centipoints(run.at.x), centipoints(self.frame - run.at.y));
        // Moves are relative to the line before: shorter than a matrix, and exact, because they
        // are differences of rounded places.
        let moves = run.turn == Turn::Upright && self.turn == Turn::Upright;
        let (from_x, from_y) = if moves { self.line } else { self.direction(run.turn) };
        hundredths(&mut self.out, x - from_x);
        self.out.push(b' ');
        hundredths(&mut self.out, y - from_y);
        self.out.extend_from_slice(if moves { b" Td" } else { b" Tm" });
        self.line = (x, y);
        string::write(&mut self.out, run.cids);
        self.out.extend_from_slice(b"Tj\n");
    }

    fn line(&mut self, from: Point, to: Point, stroke: Stroke) {
        let segments = match self.open {
            Open::Strokes(n) if n < SEGMENTS_MAX && self.strokes_as(stroke) => n,
            _ => {
                self.close();
                self.stroke_state(stroke);
                0
            }
        };
        self.open = Open::Strokes(segments + 1);
        self.point(from.x, from.y, b" m ");
        self.point(to.x, to.y, b" l\n");
    }

    fn area(&mut self, rect: Rect, radius: Length, fill: Option<Ink>, stroke: Option<Stroke>) {
        let operator: &[u8] = match (fill, stroke) {
            (None, None) => return,
            (Some(ink), None) if radius <= Length::ZERO => {
                let areas = match self.open {
                    Open::Fills(n) if n < SEGMENTS_MAX && self.state.fill == Some(ink) => n,
                    _ => {
                        self.close();
                        self.fill_ink(ink);
                        0
                    }
                };
                self.open = Open::Fills(areas + 1);
                return self.rectangle(rect);
            }
            (Some(_), None) => b"f\n",
            (None, Some(_)) => b"S\n",
            (Some(_), Some(_)) => b"B\n",
        };
        self.close();
        if let Some(ink) = fill {
            self.fill_ink(ink);
        }
        if let Some(stroke) = stroke {
            self.stroke_state(stroke);
        }
        if radius > Length::ZERO {
            self.rounded(rect, radius);
        } else {
            self.rectangle(rect);
        }
        self.out.extend_from_slice(operator);
    }

    fn image(&mut self, image: ImageId, rect: Rect) {
        self.close();
        // A mask is painted in the fill ink.
        self.fill_ink(Ink::BLACK);
        self.out.extend_from_slice(b"q ");
        match self.spaces.get(usize::from(image)).copied().flatten() {
            None => {
                points(&mut self.out, rect.width);
                self.out.extend_from_slice(b" 0 0 ");
                points(&mut self.out, rect.height);
            }
            Some([width, height]) => {
                self.scale(rect.width, width);
                self.out.extend_from_slice(b" 0 0 ");
                self.scale(rect.height, height);
            }
        }
        self.out.push(b' ');
        self.point(rect.x, rect.bottom(), b" cm /I");
        integer(&mut self.out, u64::from(image));
        self.out.extend_from_slice(b" Do Q\n");
    }

    fn cells(&mut self, cells: &Cells<'_>) {
        self.close();
        self.fill_ink(Ink::BLACK);
        cells::write(&mut self.out, cells, self.corner, self.frame);
    }
}

#[cfg(test)]
mod tests;
