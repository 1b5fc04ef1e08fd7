//! What the paper itself has: lines along which it is folded and torn, cards that it carries.

use super::layout::{Item, Rule};
use crate::measure::{Extent, Length, Point, Rect};
use crate::model::FieldIndex;

/// A line along which leaves are folded or torn, straight across or down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crease {
    /// What is done there.
    pub kind: CreaseKind,
    /// Its upper or left end.
    pub from: Point,
    /// Its lower or right end.
    pub to: Point,
    /// What is printed of it.
    pub marks: Vec<Rule>,
}

/// What is done along a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CreaseKind {
    /// Leaves are folded (折り線).
    Fold,
    /// Leaves are torn (ミシン目).
    Perforation,
}

impl CreaseKind {
    /// As it is written in a form.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Fold => "fold",
            Self::Perforation => "perforation",
        }
    }
}

impl Crease {
    /// Whether it goes through the inside of a box.
    #[must_use]
    pub fn crosses(&self, rect: &Rect) -> bool {
        let (from, to) = (self.from, self.to);
        if from.y == to.y {
            rect.y < from.y && from.y < rect.bottom() && from.x < rect.right() && rect.x < to.x
        } else {
            rect.x < from.x && from.x < rect.right() && from.y < rect.bottom() && rect.y < to.y
        }
    }

    /// Whether it goes through a leaf of this size from edge to edge.
    #[must_use]
    pub fn is_whole(&self, leaf: Extent) -> bool {
        let (from, to) = (self.from, self.to);
        let across = from.x <= Length::ZERO && to.x >= leaf.width;
        let down = from.y <= Length::ZERO && to.y >= leaf.height;
        if from.y == to.y { across } else { down }
    }

    /// The same line as it is seen from the other side of a leaf of this width.
    #[must_use]
    pub fn behind(&self, width: Length) -> Self {
        let across = |point: Point| Point { x: width - point.x, ..point };
        let (mut from, mut to) = (across(self.from), across(self.to));
        if from.x > to.x {
            std::mem::swap(&mut from, &mut to);
        }
        Self { kind: self.kind, from, to, marks: Vec::new() }
    }
}

/// Cards on a carrier leaf (台紙): equal cards, one for each row of the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cards {
    /// The name that joins them with those of other leaves, and with their backs.
    pub name: String,
    /// Their top left corners on this face, in the order in which rows fill them.
    pub corners: Vec<Point>,
    /// The size of a card.
    pub size: Extent,
    /// Only rows whose field has this text.
    pub rows_when: Option<(FieldIndex, String)>,
    /// What stands on each card, in painting order, from its corner.
    pub items: Vec<Item>,
    /// What stands on a card that has no row.
    pub blank: Vec<Item>,
    /// Whether these are the backs of the cards on the front of the leaf: they show the same rows.
    pub is_back: bool,
}

impl Cards {
    /// How many fit on one leaf.
    #[must_use]
    pub fn capacity(&self) -> u32 {
        u32::try_from(self.corners.len()).unwrap_or(u32::MAX)
    }

    /// The boxes of all cards.
    pub fn rects(&self) -> impl DoubleEndedIterator<Item = Rect> {
        let Extent { width, height } = self.size;
        self.corners.iter().map(move |corner| Rect::new(corner.x, corner.y, width, height))
    }
}
