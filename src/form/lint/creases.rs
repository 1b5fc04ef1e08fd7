//! Folds and perforations: what would be folded or torn.

use super::{Lint, outlines};
use crate::diag::{Diagnostic, Place};
use crate::form::compile::Compiled;
use crate::form::layout::{Face, Item};
use crate::form::paper::{Crease, CreaseKind};
use crate::form::role::FaceRole;
use crate::form::{
    codes,
    site::{Origin, Reach},
};
use crate::measure::{Length, Rect};

/// The faces of a leaf, front and back.
const LEAVES: [[FaceRole; 2]; 3] = [
    [FaceRole::FirstFront, FaceRole::FirstBack],
    [FaceRole::MoreFront, FaceRole::MoreBack],
    [FaceRole::SlipFront, FaceRole::SlipBack],
];

impl Compiled {
    /// Nothing that is read stands across a fold or a perforation of its leaf, on either side.
    pub(super) fn creased(&self, lint: &mut Lint<'_>) {
        let width = self.form.leaf.width;
        for roles in LEAVES {
            let creases = roles.map(|role| self.creases_of(role));
            for (side, role) in roles.into_iter().enumerate() {
                let [own, other] = [&creases[side], &creases[1 - side]];
                let behind = other.iter().map(|crease| crease.behind(width));
                let mut all: Vec<Crease> = own.iter().copied().cloned().collect();
                all.extend(behind.filter(|behind| !own.iter().any(|crease| same(crease, behind))));
                let Some((items, origins)) = self.face_of(role) else { continue };
                for (item, origin) in items.items.iter().zip(origins) {
                    for crease in &all {
                        crossed(lint, crease, item, origin);
                    }
                }
                let mark = if side == 0 { Some(&self.form.mark) } else { None };
                let back = if self.form.duplex { Some(&self.form.mark_back) } else { None };
                if let Some(mark) = mark.or(back) {
                    for crease in all.iter().filter(|crease| crease.crosses(&mark.rect)) {
                        report(lint, crease, "the slot mark", &self.mark, "move the mark");
                    }
                }
            }
        }
    }

    /// The same for what each slip holds, and its own perforations.
    pub(super) fn creased_slips(&self, lint: &mut Lint<'_>) {
        for slip in &self.form.slips {
            let (Some(face), Some(origins)) =
                (self.form.faces.get(slip.face), self.origins.get(slip.face))
            else {
                continue;
            };
            for crease in self.creases_of(face.role) {
                for (item, origin) in face.items.iter().zip(origins) {
                    crossed(lint, crease, item, origin);
                }
            }
        }
    }

    fn creases_of(&self, role: FaceRole) -> Vec<&Crease> {
        let items = self.form.face(role).map(|(_, face)| face.items.as_slice());
        let creases = items.unwrap_or_default().iter().filter_map(|item| match item {
            Item::Crease(crease) => Some(crease),
            _ => None,
        });
        creases.collect()
    }

    /// A face with the origins of its items.
    pub(super) fn face_of(&self, role: FaceRole) -> Option<(&Face, &[Origin])> {
        let (index, face) = self.form.face(role)?;
        Some((face, self.origins.get(index)?))
    }
}

fn same(one: &Crease, other: &Crease) -> bool {
    (one.kind, one.from, one.to) == (other.kind, other.from, other.to)
}

fn crossed(lint: &mut Lint<'_>, crease: &Crease, item: &Item, origin: &Origin) {
    let is_read = match item {
        // A designed leaf lies across them by its nature.
        Item::Text(_) | Item::Image(_) => !origin.over_fold && origin.reach != Reach::Background,
        // Rows stand everywhere on a page; a fold does not hurt them, a tear does.
        Item::Table(_) => crease.kind == CreaseKind::Perforation,
        Item::Cards(_) | Item::Symbol(_) | Item::Slips(_) => true,
        Item::Rule(_) | Item::Panel(_) | Item::Crease(_) => false,
    };
    if is_read && outlines(item).iter().any(|rect: &Rect| crease.crosses(rect)) {
        let hint = match item {
            Item::Table(_) => "move it, or give it fewer rows",
            Item::Cards(_) => "move the cards: none is folded or torn",
            Item::Slips(_) => "lay the places of slips between the lines",
            _ => "move it; what belongs there (割印) is marked `over_fold = true`",
        };
        report(lint, crease, "this", &origin.place, hint);
    }
}

fn report(lint: &mut Lint<'_>, crease: &Crease, what: &str, place: &Place, hint: &str) {
    let (axis, at): (char, Length) =
        if crease.from.y == crease.to.y { ('y', crease.from.y) } else { ('x', crease.from.x) };
    let kind = crease.kind.word();
    let message = format!("{what} lies across the {kind} at {axis} = {at} mm");
    lint.findings.push(Diagnostic::error(codes::OVER_FOLD, message).at(place.clone()).hint(hint));
}
