//! Where slots lie on a sheet, front and back, in micrometres. Knows nothing of leaves.

use super::codes;
use crate::diag::{Diagnostic, Findings};
use crate::measure::{Extent, Length, Point, Rect};
use crate::model::layout::WorkStyle;
use crate::model::vendor::Flip;
use crate::model::{Arrangement, Layout, Press, Scheme, Side};

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
    arrangement: Arrangement,
    /// How far the sheets of a booklet push each other out.
    creep: Length,
}

/// Where the page of a leaf lies on a side of a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The top left corner of the box that the page fills.
    pub origin: Point,
    /// Whether the page stands upside down there.
    pub turned: bool,
    /// Which page of the leaf it is.
    pub page: Side,
}

impl Geometry {
    /// The slots of `layout` on `press`.
    ///
    /// # Errors
    /// E601 when a slot leaves the sheet or the layout has none, E602 when the back is wanted of a
    /// press that prints one side only, E604 when scheme, work style and slots do not go
    /// together, E605 when bleeds overlap or leave the sheet.
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
        let (across, down) = (gutter.width, gutter.height);
        let bleed = layout.bleed;
        let overlaps = (columns > 1 && across < bleed * 2) || (rows > 1 && down < bleed * 2);
        let leaves_sheet = layout.origin.x < bleed
            || layout.origin.y < bleed
            || right + bleed > layout.sheet.width
            || bottom + bleed > layout.sheet.height;
        let has_room =
            bleed == Length::ZERO || (bleed > Length::ZERO && !overlaps && !leaves_sheet);
        if sound && inside && !has_room {
            let message = format!(
                "the bleed of layout `{}` has no room: {bleed} mm around each slot, gutters of {across} and {down} mm",
                layout.id
            );
            let hint = "give `gutter` twice the `bleed`, and `origin` as much; or no bleed";
            findings.push(Diagnostic::error(codes::NO_BLEED, message).hint(hint));
        }
        if sound && let Some(why) = contradiction(layout, duplex) {
            let message = format!("layout `{}` cannot be: {why}", layout.id);
            let hint = "correct `scheme`, `work_style`, `columns`, `rows` or `origin` in the vendor's file";
            findings.push(Diagnostic::error(codes::CONTRADICTION, message).hint(hint));
        }
        if duplex && !press.duplex && layout.work_style == WorkStyle::Sheetwise {
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
            flip: match layout.work_style {
                WorkStyle::Sheetwise => press.flip,
                WorkStyle::WorkAndTurn => Flip::LongEdge,
                WorkStyle::WorkAndTumble => Flip::ShortEdge,
            },
            margin: press.margin,
            arrangement: layout.arrangement(),
            creep: layout.creep.unwrap_or(Length::ZERO),
        })
    }

    /// The order of slots, without lengths.
    #[must_use]
    pub const fn arrangement(&self) -> Arrangement {
        self.arrangement
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

    /// Where the page of a leaf lies that is printed in a slot on a side, `nesting` sheets deep in its
    /// booklet. A sheet that is turned over top to bottom carries its backs on their heads, so that the
    /// heads of both pages of a leaf meet; a leaf that lies face down has its back on the front. Sheets
    /// inside a booklet are pushed out at its open edge, and their pages move to the fold by as much.
    #[must_use]
    pub fn place(&self, slot: u32, side: Side, nesting: u32) -> Place {
        let mut origin = self.origin(slot, side);
        if nesting > 0 {
            let nesting = i32::try_from(nesting).expect("sheets are few");
            let to_the_fold =
                if origin.x * 2 + self.leaf.width < self.sheet.width { 1 } else { -1 };
            origin.x += self.creep * (nesting * to_the_fold);
        }
        let is_back = (side == Side::Back) != self.arrangement.is_face_down(slot);
        Place {
            origin,
            turned: side == Side::Back && self.flip == Flip::ShortEdge,
            page: if is_back { Side::Back } else { Side::Front },
        }
    }

    /// The box of a slot on a side.
    #[must_use]
    pub fn rect(&self, slot: u32, side: Side) -> Rect {
        let Point { x, y } = self.origin(slot, side);
        Rect::new(x, y, self.leaf.width, self.leaf.height)
    }
}

/// Why a layout contradicts itself, with all its slots on the sheet.
fn contradiction(layout: &Layout, duplex: bool) -> Option<String> {
    let Layout { columns, rows, sheet, leaf, origin, gutter, scheme, work_style, .. } = layout;
    let is_centred = |sheet: Length, first: Length, leaf: Length, gap: Length, count: u16| {
        first * 2 + (leaf + gap) * i32::from(count) - gap == sheet
    };
    let across = is_centred(sheet.width, origin.x, leaf.width, gutter.width, *columns);
    let down = is_centred(sheet.height, origin.y, leaf.height, gutter.height, *rows);
    let mirrored = match work_style {
        WorkStyle::Sheetwise => true,
        WorkStyle::WorkAndTurn => across && columns.is_multiple_of(2),
        WorkStyle::WorkAndTumble => down && rows.is_multiple_of(2),
    };
    if *work_style != WorkStyle::Sheetwise && !duplex {
        return Some("a form without backs is not turned".to_owned());
    }
    if !mirrored {
        return Some(
            "a pile that is turned needs an even number of slots about its middle".to_owned(),
        );
    }
    match scheme {
        Scheme::StackByColumn if *work_style != WorkStyle::Sheetwise => {
            Some("a web is not turned".to_owned())
        }
        Scheme::Booklet if (*columns, *rows) != (2, 1) || !across => {
            Some("a booklet has two leaves about the fold in the middle of its sheet".to_owned())
        }
        Scheme::Booklet if gutter.width != Length::ZERO => {
            Some("the leaves of a booklet meet at its fold".to_owned())
        }
        Scheme::Booklet if *work_style != WorkStyle::Sheetwise => {
            Some("the sheets of a booklet are turned one by one".to_owned())
        }
        Scheme::Booklet if !duplex => Some("a booklet has backs".to_owned()),
        _ => None,
    }
}
