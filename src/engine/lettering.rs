//! Sets the small texts that no form asks for: marks of sheets, numbers of a preview's grid.

use crate::font::{FontSet, Glyph, RoleId};
use crate::measure::{Length, Point, TypeSize};
use crate::page::{Canvas, Cid, Ink, TextRun, Turn};

/// Sets the small texts of sheets.
pub(super) struct Lettering<'w> {
    fonts: &'w FontSet,
    role: RoleId,
    glyphs: &'w mut Vec<Glyph>,
    ink: Ink,
}

impl<'w> Lettering<'w> {
    /// Sets in `role`, in black.
    pub(super) fn new(fonts: &'w FontSet, role: RoleId, glyphs: &'w mut Vec<Glyph>) -> Self {
        Self { fonts, role, glyphs, ink: Ink::BLACK }
    }

    /// Sets in another ink.
    pub(super) const fn ink(mut self, ink: Ink) -> Self {
        self.ink = ink;
        self
    }

    /// What sets a text at a point and gives its width.
    pub(super) fn set(
        &mut self,
    ) -> impl FnMut(&mut dyn Canvas, &str, Point, TypeSize) -> Length + '_ {
        |canvas, text, at, size| {
            self.glyphs.clear();
            // A sheet's text names ids and dates; what its face lacks is left out of the margin.
            let _ = self.fonts.shape(self.role, text, self.glyphs);
            let mut x = at.x;
            for run in self.glyphs.chunk_by(|a, b| a.face == b.face) {
                let face = self.fonts.face(run[0].face);
                let cids: Vec<Cid> = run.iter().map(|glyph| glyph.cid).collect();
                let at = Point { x, y: at.y };
                let (squeeze, spacing, ink) = (100, Length::ZERO, self.ink);
                let face_id = run[0].face;
                canvas.text(&TextRun {
                    face: face_id,
                    size,
                    squeeze,
                    spacing,
                    at,
                    turn: Turn::Upright,
                    ink,
                    cids: &cids,
                });
                let units = run.iter().map(|glyph| i64::from(glyph.advance)).sum();
                x += size.advance(units, face.units_per_em, 100);
            }
            x - at.x
        }
    }
}
