//! Whether a box of a leaf is vacant: where an inserter's mark may stand, which no form knows of.

use super::{outlines, touches};
use crate::diag::Place;
use crate::form::FaceRole;
use crate::form::compile::Compiled;
use crate::form::layout::{Item, TextBox};
use crate::form::site::{Origin, Reach};
use crate::measure::{Length, Rect};

impl Compiled {
    /// What stands in a box of fronts, or of backs: the first thing on any face of that side, whatever it
    /// depends on. Lines and frames are in the way when they cross the box, not when they surround it.
    #[must_use]
    pub fn in_the_way(&self, area: Rect, is_back: bool) -> Option<(FaceRole, Place)> {
        let mark = if is_back { &self.form.mark_back } else { &self.form.mark };
        if (!is_back || self.form.duplex) && touches(&area, &mark.rect) {
            let role = if is_back { FaceRole::FirstBack } else { FaceRole::FirstFront };
            return Some((role, self.mark.clone()));
        }
        let faces = self.form.faces.iter().zip(&self.origins);
        let of_side = faces.filter(|(face, _)| {
            !matches!(face.role, FaceRole::Slip(_)) && face.role.is_back() == is_back
        });
        of_side
            .flat_map(|(face, origins)| {
                let here = face.items.iter().zip(origins).filter_map(move |(item, origin)| {
                    self.stands(item, origin, area).map(|place| (face.role, place))
                });
                here.collect::<Vec<_>>()
            })
            .next()
    }

    fn stands(&self, item: &Item, origin: &Origin, area: Rect) -> Option<Place> {
        let Item::Slips(slips) = item else {
            return is_in(item, origin, area).then(|| origin.place.clone());
        };
        slips.corners.iter().find_map(|corner| {
            let area = Rect { x: area.x - corner.x, y: area.y - corner.y, ..area };
            let blank = slips.blank.iter().any(|item| match item {
                Item::Text(text) => touches(&area, &line(text)),
                _ => is_in(item, origin, area),
            });
            let held = || self.form.slips.iter().filter_map(|slip| self.of_slip(slip.face, area));
            if blank { Some(origin.place.clone()) } else { held().next() }
        })
    }

    fn of_slip(&self, face: usize, area: Rect) -> Option<Place> {
        let items = self.form.faces.get(face)?.items.iter().zip(self.origins.get(face)?);
        let mut there = items.filter(|(item, origin)| is_in(item, origin, area));
        there.next().map(|(_, origin)| origin.place.clone())
    }
}

/// Where the words of a place without a slip stand: in its middle, however large it is.
fn line(text: &TextBox) -> Rect {
    let lines = i32::from(text.fit.lines).max(1);
    let height = (text.size.em() * 2 * lines).min(text.rect.height);
    let above = Length::um((text.rect.height - height).as_um() >> 1);
    Rect { y: text.rect.y + above, height, ..text.rect }
}

/// Whether an item stands in a box. What a form calls background keeps clear of nothing.
fn is_in(item: &Item, origin: &Origin, area: Rect) -> bool {
    if origin.reach == Reach::Background {
        return false;
    }
    let zone = Rect::new(
        area.x - origin.clear,
        area.y - origin.clear,
        area.width + origin.clear * 2,
        area.height + origin.clear * 2,
    );
    outlines(item).iter().any(|rect| match item {
        Item::Panel(panel) if panel.fill.is_none() => touches(&zone, rect) && !rect.contains(&zone),
        _ => touches(&zone, rect),
    })
}
