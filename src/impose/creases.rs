//! Marks beside leaves that are folded or perforated from edge to edge, for whoever sets up those machines:
//! fold marks (折りトンボ) and perforation marks (ミシントンボ) in the sheet's margins.

use super::Geometry;
use super::marks::{mark, printable, room};
use crate::measure::{Length, Point, Rect};
use crate::model::Side;

/// A line of a leaf from edge to edge, as its front is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeafCrease {
    /// Whether it goes down from the top edge; else across from the left edge.
    pub down: bool,
    /// How far it is from the left, or from the top.
    pub at: Length,
    /// Whether leaves are torn there, not folded.
    pub perforation: bool,
}

/// The ends of the marks of a side, and whether leaves are torn there. Marks stand where crop marks may,
/// outside every slot; none in the margin (`slug_at`, the slug's baseline) that has the slug line.
pub(super) fn crease_marks(
    geometry: &Geometry,
    side: Side,
    creases: &[LeafCrease],
    slug_at: Option<Point>,
) -> Vec<(Point, Point, bool)> {
    let slots: Vec<Rect> = (0..geometry.slots()).map(|slot| geometry.rect(slot, side)).collect();
    let page = printable(geometry);
    let mut marks = Vec::new();
    for (n, slot) in (0..).zip(&slots) {
        let place = geometry.place(n, side, 0);
        for &LeafCrease { down, at, perforation } in creases {
            let size = if down { slot.width } else { slot.height };
            // Seen from behind left and right change places, on the head both do and top and bottom too.
            let is_mirrored = (down && place.page == Side::Back) != place.turned;
            let at = if is_mirrored { size - at } else { at };
            let ends = if down {
                let x = slot.x + at;
                [(slot.y, -1), (slot.bottom(), 1)].map(|(y, way)| {
                    let along = ((y, way), (page.y, page.bottom()));
                    let room =
                        room(along, &slots, |s| (s.x <= x && x <= s.right(), s.y, s.bottom()));
                    let is_slug = slug_at.is_some_and(|slug| (slug.y > y) == (way > 0));
                    mark(room, |length| Point { x, y: y + length * way }).filter(|_| !is_slug)
                })
            } else {
                let y = slot.y + at;
                [(slot.x, -1), (slot.right(), 1)].map(|(x, way)| {
                    let across = ((x, way), (page.x, page.right()));
                    let room =
                        room(across, &slots, |s| (s.y <= y && y <= s.bottom(), s.x, s.right()));
                    mark(room, |length| Point { x: x + length * way, y })
                })
            };
            marks.extend(ends.into_iter().flatten().map(|(from, to)| (from, to, perforation)));
        }
    }
    let prints = |p: &Point| page.contains(&Rect::new(p.x, p.y, Length::ZERO, Length::ZERO));
    marks.retain(|(from, to, _)| prints(from) && prints(to));
    marks.sort_by_key(|(from, to, perforation)| (from.x, from.y, to.x, to.y, *perforation));
    marks.dedup();
    marks
}
