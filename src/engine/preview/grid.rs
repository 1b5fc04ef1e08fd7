//! What a form's author measures with: a millimetre grid under a page, and over it outlines of what
//! the paper, the envelope and the mark leave free. Never in a press file.

use super::super::home::Setup;
use super::super::lettering::Lettering;
use super::FilledPage;
use crate::font::{Glyph, RoleId};
use crate::form::{FaceRole, Item};
use crate::measure::{Length, Point, Rect, TypeSize};
use crate::model::LeafKind;
use crate::page::{Canvas, Ink, Stroke};

/// Every so many millimetres, hairlines of this ink; a screen shows any hairline a dot wide.
const LINES: [(u32, Ink); 3] = [(1, Ink(8)), (5, Ink(18)), (10, Ink(35))];
const HAIRLINE: Length = Length::um(25);

/// Type of numbers and labels.
const SIZE: TypeSize = TypeSize::centipoints(450);
const INK: Ink = Ink(65);

/// Draws grids on the pages of a form.
pub(super) struct Grid<'a> {
    setup: &'a Setup,
    role: RoleId,
    glyphs: Vec<Glyph>,
}

impl<'a> Grid<'a> {
    /// For the pages of a form; numbers are set in `role`.
    pub(super) const fn new(setup: &'a Setup, role: RoleId) -> Self {
        Self { setup, role, glyphs: Vec::new() }
    }

    /// Draws outlines and numbers, over the page.
    pub(super) fn over(&mut self, page: FilledPage, canvas: &mut impl Canvas) {
        self.numbers(canvas);
        self.outlines(page, canvas);
        self.creases(page, canvas);
    }

    /// Draws the lines, under the page: what is printed stays as readable as it is.
    pub(super) fn under(&self, canvas: &mut impl Canvas) {
        let leaf = self.setup.compiled.form.leaf;
        for (n, &(step, ink)) in LINES.iter().enumerate() {
            // A line that a stronger one covers is left out.
            let covered = |mm: &i32| {
                LINES.iter().skip(n + 1).any(|&(more, _)| mm.unsigned_abs().is_multiple_of(more))
            };
            let stroke = Stroke { width: HAIRLINE, ink, dash: None };
            for x in (0..)
                .step_by(step as usize)
                .filter(|mm| !covered(mm))
                .map(Length::mm)
                .take_while(|&x| x <= leaf.width)
            {
                canvas.line(Point { x, y: Length::ZERO }, Point { x, y: leaf.height }, stroke);
            }
            for y in (0..)
                .step_by(step as usize)
                .filter(|mm| !covered(mm))
                .map(Length::mm)
                .take_while(|&y| y <= leaf.height)
            {
                canvas.line(Point { x: Length::ZERO, y }, Point { x: leaf.width, y }, stroke);
            }
        }
    }

    /// Millimetres along all edges, each number right of or below its line.
    fn numbers(&mut self, canvas: &mut impl Canvas) {
        let leaf = self.setup.compiled.form.leaf;
        let (near, far) = (Length::um(400), Length::um(4200));
        let tens = |end: Length| {
            (10..).step_by(10).take_while(move |&mm| Length::mm(mm) + Length::mm(4) < end)
        };
        for mm in tens(leaf.width) {
            let x = Length::mm(mm) + near;
            for y in [Length::um(1800), leaf.height - near] {
                self.text(canvas, &mm.to_string(), Point { x, y });
            }
        }
        for mm in tens(leaf.height) {
            let y = Length::mm(mm) + Length::um(1800);
            for x in [near, leaf.width - far] {
                self.text(canvas, &mm.to_string(), Point { x, y });
            }
        }
    }

    fn outlines(&mut self, page: FilledPage, canvas: &mut impl Canvas) {
        let setup = self.setup;
        let form = &setup.compiled.form;
        let (leaf, margin) = (form.leaf, form.safe_margin);
        let safe = Rect::new(margin, margin, leaf.width - margin * 2, leaf.height - margin * 2);
        Self::outline(canvas, safe, Length::mm(2));
        // In the margin, where nothing of the form stands, if there is room beside the numbers.
        if margin >= Length::mm(5) {
            let at = Point { x: margin, y: safe.bottom() + Length::um(1900) };
            self.text(canvas, &format!("安全余白 {margin} mm"), at);
        }
        let mark = if page.back { &form.mark_back } else { &form.mark };
        Self::outline(canvas, mark.rect, Length::um(500));
        let envelope = form.envelope.as_ref().filter(|_| page.leaf == 1 && !page.back);
        if let Some(id) = envelope
            && let Some(window) = setup.stocks.envelope.get(id).and_then(|known| known.window)
        {
            Self::outline(canvas, window, Length::mm(1));
            let inside = Length::um(600);
            let at = Point { x: window.x + inside, y: window.bottom() - inside };
            self.text(canvas, &format!("窓 {id}"), at);
        }
    }

    /// The folds and perforations of the leaf that are not printed, whichever face names them.
    fn creases(&self, page: FilledPage, canvas: &mut impl Canvas) {
        let form = &self.setup.compiled.form;
        let [front, back] = match page.kind {
            LeafKind::First => [FaceRole::FirstFront, FaceRole::FirstBack],
            LeafKind::More => [FaceRole::MoreFront, FaceRole::MoreBack],
            LeafKind::Slip => [FaceRole::SlipFront, FaceRole::SlipBack],
        };
        let dash = Some((Length::mm(4), Length::mm(2)));
        let stroke = Stroke { width: Length::um(120), ink: INK, dash };
        for (role, is_back) in [(front, false), (back, true)] {
            let items = form.face(role).map_or(&[][..], |(_, face)| &face.items);
            for item in items {
                let Item::Crease(crease) = item else { continue };
                if crease.marks.is_empty() && is_back == page.back {
                    canvas.line(crease.from, crease.to, stroke);
                } else if is_back != page.back {
                    let crease = crease.behind(form.leaf.width);
                    canvas.line(crease.from, crease.to, stroke);
                }
            }
        }
    }

    /// A dashed box.
    fn outline(canvas: &mut impl Canvas, rect: Rect, dash: Length) {
        let stroke = Stroke { width: Length::um(120), ink: INK, dash: Some((dash, dash)) };
        canvas.area(rect, Length::ZERO, None, Some(stroke));
    }

    fn text(&mut self, canvas: &mut impl Canvas, text: &str, at: Point) {
        let mut set = Lettering::new(&self.setup.fonts, self.role, &mut self.glyphs).ink(INK);
        set.set()(canvas, text, at, SIZE);
    }
}
