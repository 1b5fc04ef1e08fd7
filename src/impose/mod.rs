//! Imposition (面付け): which leaf lies in which slot of which sheet, where that slot is on the
//! front and on the back, and the marks in the sheet's margins. It moves pages; it never draws one.
//!
//! The order comes first and knows no lengths, the geometry second and knows no leaves. The unit
//! that moves is the leaf with both its pages, so a back can never belong to another piece.

mod creases;
mod geometry;
mod lanes;
mod marks;
mod order;
mod slip_sheet;

pub use creases::LeafCrease;
pub use geometry::{Geometry, Place};
pub use marks::{SetText, SheetMarks, Ticket};
pub use slip_sheet::{draw_ticket, ticket_box};

use crate::diag::{Diagnostic, Findings};
use crate::model::guillotine::Pile;
use crate::model::{Arrangement, Guillotine, Layout, Piece, Press, Side};
use order::Order;

/// The codes of this room: code, what it means, what to do.
pub const CODES: &[(&str, &str, &str)] = &[
    (
        "E601",
        "the slots of a layout do not lie on its sheet",
        "correct `origin`, `columns`, `rows` or `gutter` of the layout in the vendor's file",
    ),
    (
        "E602",
        "a back is wanted of a press that prints one side only",
        "give the layout a press with `duplex = true`",
    ),
    (
        "E603",
        "a piece has more leaves than a cut stack is deep",
        "raise `stack_depth` of the layout, or send thick pieces to a layout without stacks",
    ),
    (
        "E604",
        "scheme, work style and slots of a layout do not go together",
        "correct `scheme`, `work_style`, `columns`, `rows` or `origin` in the vendor's file",
    ),
    (
        "E605",
        "the bleed of a layout's slots overlaps or leaves the sheet",
        "give `gutter` twice the `bleed`, and `origin` as much; or no bleed",
    ),
];

mod codes {
    use crate::diag::Code;
    pub(super) const SLOTS_OFF_SHEET: Code = Code("E601");
    pub(super) const NO_DUPLEX: Code = Code("E602");
    pub(super) const TOO_THICK: Code = Code("E603");
    pub(super) const CONTRADICTION: Code = Code("E604");
    pub(super) const NO_BLEED: Code = Code("E605");
}

/// A leaf in a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LeafRef {
    /// The piece, by its position in the lot.
    pub piece: u32,
    /// The leaf's number in its piece, from 1.
    pub leaf: u16,
    /// How many leaves the piece has.
    pub leaves: u16,
}

/// The imposition of a lot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imposition {
    order: Order,
    geometry: Geometry,
    duplex: bool,
}

impl Imposition {
    /// Imposes pieces, given in order by the number of their leaves.
    ///
    /// Cut-and-stack fills stacks of at most the layout's `stack_depth` sheets with whole pieces:
    /// in a stack of `d` sheets, sheet `q` holds in slot `p` the leaf `p·d + q`. A piece never
    /// crosses a pile's end: where pieces differ, the pile ends with blanks. The last stack is as
    /// shallow as its pieces allow. The columns of a web are stacked likewise, leaf under leaf; copies
    /// lie in all slots. Pieces on sheets of their own begin on a new sheet, and a booklet of `s` sheets
    /// has on its sheet `q` the leaves `q` and `2·s - 1 - q`, the latter face down.
    ///
    /// # Errors
    /// E601, E602, E604 and E605 as [`Geometry::new`]; E603 when a piece has more leaves than a stack is deep.
    pub fn new(
        layout: &Layout,
        press: &Press,
        duplex: bool,
        leaves: impl Iterator<Item = u16>,
    ) -> Result<Self, Findings> {
        let geometry = Geometry::new(layout, press, duplex)?;
        let order = Order::new(layout.arrangement(), depth(layout), leaves)
            .map_err(|thick| too_thick(layout, thick))?;
        Ok(Self { order, geometry, duplex })
    }

    /// Sheets of the lot.
    #[must_use]
    pub const fn sheets(&self) -> u32 {
        self.order.sheets()
    }

    /// Leaves of the lot.
    #[must_use]
    pub fn leaves(&self) -> u32 {
        self.order.leaves()
    }

    /// Printed sides of a sheet, in the order of the press file.
    #[must_use]
    pub const fn sides(&self) -> &'static [Side] {
        if self.duplex { &[Side::Front, Side::Back] } else { &[Side::Front] }
    }

    /// Slots on one side.
    #[must_use]
    pub fn slots(&self) -> u32 {
        self.geometry.slots()
    }

    /// The sheets that are cut or folded together, in order; empty where sheets are cut one by one.
    #[must_use]
    pub fn stacks(&self) -> Vec<u32> {
        self.order.stacks()
    }

    /// Where slots lie.
    #[must_use]
    pub const fn geometry(&self) -> &Geometry {
        &self.geometry
    }

    /// Where the page of the leaf lies that a slot of a sheet has on a side.
    #[must_use]
    pub fn place(&self, sheet: u32, slot: u32, side: Side) -> Place {
        self.geometry.place(slot, side, self.order.nesting(sheet))
    }

    /// The leaf at a slot (both from 0); `None` where the slot stays blank.
    #[must_use]
    pub fn leaf_at(&self, sheet: u32, slot: u32) -> Option<LeafRef> {
        self.order.leaf_number(sheet, slot).map(|leaf| self.order.leaf_ref(leaf))
    }

    /// The sheet and slot (both from 0) of a leaf (from 1) of a piece of the lot; of copies the first.
    #[must_use]
    pub fn slot_of(&self, piece: u32, leaf: u16) -> Option<(u32, u32)> {
        self.order.slot_of(piece, leaf)
    }

    /// Walks the sheets of a range in order, cheaper than asking for each slot.
    #[must_use]
    pub fn walk(&self, sheets: std::ops::Range<u32>) -> Walk<'_> {
        let slots = self.slots() as usize;
        let end = sheets.end.min(self.sheets());
        Walk { order: &self.order, next: sheets.start, end, slots: vec![None; slots] }
    }

    /// What comes off the [`Guillotine`]: the piles in the order in which they are laid on each other,
    /// each from top to bottom. Laid together they are the lot's leaves in piece order, which tests prove
    /// for every layout.
    #[must_use]
    pub fn cut(&self) -> Vec<Vec<LeafRef>> {
        let stacks = self.stacks();
        let piles = Guillotine::new(self.geometry.arrangement(), &stacks, self.sheets()).piles();
        let pile = |pile: Pile| {
            pile.cells().filter_map(|(sheet, slot)| self.leaf_at(sheet, slot)).collect::<Vec<_>>()
        };
        piles.map(pile).filter(|pile| !pile.is_empty()).collect()
    }
}

/// Goes through consecutive sheets.
#[derive(Debug)]
pub struct Walk<'a> {
    order: &'a Order,
    next: u32,
    end: u32,
    slots: Vec<Option<LeafRef>>,
}

impl Walk<'_> {
    /// The next sheet: its number from 0 and what lies in each of its slots.
    pub fn next_sheet(&mut self) -> Option<(u32, &[Option<LeafRef>])> {
        if self.next >= self.end {
            return None;
        }
        let sheet = self.next;
        self.next += 1;
        for (slot, held) in (0..).zip(&mut self.slots) {
            let number = self.order.leaf_number(sheet, slot);
            // Through a stack a slot's leaves follow each other: the same piece, or the next.
            *held = number.map(|leaf| match *held {
                Some(above) => self.order.leaf_ref_near(leaf, above.piece),
                None => self.order.leaf_ref(leaf),
            });
        }
        Some((sheet, &self.slots))
    }
}

/// The press sheets that pieces take in a layout; `None` when a piece is thicker than its stacks.
#[must_use]
pub fn sheets(layout: &Layout, pieces: &[Piece]) -> Option<u32> {
    let leaves = pieces.iter().map(|piece| piece.leaves);
    let order = Order::new(with_slots(layout), depth(layout), leaves).ok()?;
    Some(order.sheets())
}

/// How many of the leading pieces fit on at most `sheets_max` sheets.
#[must_use]
pub fn fit(layout: &Layout, pieces: &[Piece], sheets_max: u32) -> usize {
    let leaves = pieces.iter().map(|piece| piece.leaves);
    order::fit(with_slots(layout), depth(layout), leaves, sheets_max)
}

/// Whether a layout can be on a press, for forms with or without backs.
///
/// # Errors
/// The first finding of [`Geometry::new`].
pub fn sound(layout: &Layout, press: &Press, duplex: bool) -> Result<(), Box<Diagnostic>> {
    let Err(findings) = Geometry::new(layout, press, duplex) else { return Ok(()) };
    findings.into_iter().next().map_or(Ok(()), |finding| Err(Box::new(finding)))
}

/// The arrangement of a layout that nobody has checked yet.
fn with_slots(layout: &Layout) -> Arrangement {
    let Arrangement { columns, rows, .. } = layout.arrangement();
    Arrangement { columns: columns.max(1), rows: rows.max(1), ..layout.arrangement() }
}

/// The depth of a stack; without one, a whole lot is one stack.
fn depth(layout: &Layout) -> u32 {
    layout.stack_depth.unwrap_or(u32::MAX)
}

fn too_thick(layout: &Layout, thick: lanes::TooThick) -> Findings {
    debug_assert!(layout.scheme.cuts_stacks(), "only stacks have a depth");
    let message = format!(
        "piece {} of the lot has more leaves than a stack of layout `{}` is deep: {} of {}",
        u64::from(thick.piece) + 1,
        layout.id,
        thick.leaves,
        depth(layout)
    );
    let hint = "raise `stack_depth` of the layout, or send thick pieces to a layout without stacks";
    Diagnostic::error(codes::TOO_THICK, message).hint(hint).into()
}
