//! Payment slips in their places: what they hold keeps to the leaf, and nothing else lies on them.

use super::{Lint, outlines, touches};
use crate::diag::Diagnostic;
use crate::form::codes;
use crate::form::compile::Compiled;
use crate::form::layout::Item;
use crate::form::slips::Slips;
use crate::form::{layout::Face, site::Origin};
use crate::measure::{Point, Rect};

impl Compiled {
    /// Every slip is whole, wherever it stands.
    pub(super) fn placed(&self, lint: &mut Lint<'_>) {
        for (face, origins) in self.form.faces.iter().zip(&self.origins) {
            let all = || face.items.iter().zip(origins);
            for (item, origin) in all() {
                let Item::Slips(places) = item else { continue };
                self.held(lint, face, places);
                for (other, near) in all() {
                    let is_read =
                        !matches!(other, Item::Rule(_) | Item::Panel(_) | Item::Crease(_));
                    let over = outlines(other);
                    let lies = |place: Rect| over.iter().any(|rect| touches(&place, rect));
                    if is_read && near.place != origin.place && places.rects().any(lies) {
                        let message = "this lies on a payment slip";
                        let finding = Diagnostic::error(codes::SLIPS, message);
                        let hint = "print it as an element of the slips, or move it";
                        lint.findings.push(finding.at(near.place.clone()).hint(hint));
                    }
                }
            }
        }
    }

    /// What the slips hold, in each of their places.
    fn held(&self, lint: &mut Lint<'_>, face: &Face, places: &Slips) {
        for slip in &self.form.slips {
            let held = self.form.faces.get(slip.face).zip(self.origins.get(slip.face));
            let Some((held, origins)) = held else { continue };
            for (item, origin) in held.items.iter().zip(origins) {
                let origin: &Origin = origin;
                let rects = outlines(item);
                let known = lint.findings.errors();
                for corner in &places.corners {
                    let there: Vec<Rect> = rects.iter().map(|rect| moved(*rect, *corner)).collect();
                    lint.on_leaf(face.role, item, &there, origin);
                    // The same is wrong in one place or another.
                    if lint.findings.errors() > known {
                        break;
                    }
                }
            }
        }
    }
}

fn moved(rect: Rect, by: Point) -> Rect {
    Rect { x: rect.x + by.x, y: rect.y + by.y, ..rect }
}
