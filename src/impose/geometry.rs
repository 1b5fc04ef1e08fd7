//! Where slots lie on a sheet, front and back, in micrometres. Knows nothing of leaves.

use super::codes;
use crate::diag::{Diagnostic, Findings};
use crate::measure::{Extent, Length, Point, Rect};
use crate::model::vendor::Flip;
use crate::model::{Layout, Press, Side};

/// The slots of a layout on its sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Geometry {
    sheet: Extent,
    leaf: Extent,
    columns: u16,
    rows: u16,
    first: Point,
    step: Extent,
    flip: Flip,
    margin: Length,
}

impl Geometry {
    /// The slots of `layout` on `press`.
    ///
    /// # Errors
    /// E601 when a slot leaves the sheet or the layout has none, E602 when the back is wanted of a
    /// press that prints one side only.
    pub fn new(layout: &Layout, press: &Press, duplex: bool) -> Result<Self, Findings> {
        let mut findings = Findings::new();
        let (columns, rows) = (i32::from(layout.columns), i32::from(layout.rows));
        let gutter = layout.gutter;
        let step = Extent {
            width: layout.leaf.width + gutter.width,
            height: layout.leaf.height + gutter.height,
        };
        let right = layout.origin.x + step.width * columns - gutter.width;
        let bottom = layout.origin.y + step.height * rows - gutter.height;
        let positive = |extent: Extent| extent.width > Length::ZERO && extent.height > Length::ZERO;
        let inside = layout.origin.x >= Length::ZERO
            && layout.origin.y >= Length::ZERO
            && right <= layout.sheet.width
            && bottom <= layout.sheet.height;
        let sound = layout.slots() > 0 && positive(layout.leaf) && positive(layout.sheet);
        if !sound || !inside || gutter.width < Length::ZERO || gutter.height < Length::ZERO {
            let message = format!(
                "the slots of layout `{}` do not lie on its sheet: they reach {right} x {bottom} mm of {} x {} mm",
                layout.id, layout.sheet.width, layout.sheet.height
            );
            let hint = "correct `origin`, `columns`, `rows` or `gutter` in the vendor's file";
            findings.push(Diagnostic::error(codes::SLOTS_OFF_SHEET, message).hint(hint));
        }
        if duplex && !press.duplex {
            let message = format!("press `{}` does not print both sides", press.id);
            let hint = "give the layout a duplex press in the vendor's file";
            findings.push(Diagnostic::error(codes::NO_DUPLEX, message).hint(hint));
        }
        if !findings.is_empty() {
            return Err(findings);
        }
        Ok(Self {
            sheet: layout.sheet,
            leaf: layout.leaf,
            columns: layout.columns,
            rows: layout.rows,
            first: layout.origin,
            step,
            flip: press.flip,
            margin: press.margin,
        })
    }

    /// The sheet.
    #[must_use]
    pub const fn sheet(&self) -> Extent {
        self.sheet
    }

    /// The finished leaf.
    #[must_use]
    pub const fn leaf(&self) -> Extent {
        self.leaf
    }

    /// The margin that the press cannot print.
    #[must_use]
    pub const fn margin(&self) -> Length {
        self.margin
    }

    /// Slots on one side.
    #[must_use]
    pub fn slots(&self) -> u32 {
        u32::from(self.columns) * u32::from(self.rows)
    }

    /// The top left corner of a slot (from 0, in reading order of the front) on a side of the
    /// sheet, as that side is seen. A back lies behind its front: turning the sheet over its long
    /// edge mirrors columns, over its short edge rows.
    #[must_use]
    pub fn origin(&self, slot: u32, side: Side) -> Point {
        debug_assert!(slot < self.slots(), "a slot of this layout");
        let at = |n: u32| i32::try_from(n).expect("columns and rows are 16-bit numbers");
        #[expect(clippy::integer_division, reason = "whole rows before the slot")]
        let (row, column) =
            (at(slot / u32::from(self.columns)), at(slot % u32::from(self.columns)));
        let x = self.first.x + self.step.width * column;
        let y = self.first.y + self.step.height * row;
        match (side, self.flip) {
            (Side::Front, _) => Point { x, y },
            (Side::Back, Flip::LongEdge) => Point { x: self.sheet.width - x - self.leaf.width, y },
            (Side::Back, Flip::ShortEdge) => {
                Point { x, y: self.sheet.height - y - self.leaf.height }
            }
        }
    }

    /// Whether pages stand upside down on a side, so that the heads of both pages of a leaf meet:
    /// a sheet that is turned over top to bottom carries its backs on their heads.
    #[must_use]
    pub fn turned(&self, side: Side) -> bool {
        side == Side::Back && self.flip == Flip::ShortEdge
    }

    /// The box of a slot on a side.
    #[must_use]
    pub fn rect(&self, slot: u32, side: Side) -> Rect {
        let Point { x, y } = self.origin(slot, side);
        Rect::new(x, y, self.leaf.width, self.leaf.height)
    }
}
