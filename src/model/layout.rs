//! A layout: how the leaves of a run lie on press sheets, and how the sheets become leaves again.

use super::vendor::FileKind;
use crate::measure::{Extent, Length, Point};
use serde::{Deserialize, Serialize};

/// How the leaves of a run lie on a press sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// The id.
    pub id: String,
    /// The name on tickets.
    pub name: String,
    /// The press.
    pub press: String,
    /// The press sheet, width by height as it is printed.
    pub sheet: Extent,
    /// The finished leaf that it is for.
    pub leaf: Extent,
    /// Slots side by side.
    pub columns: u16,
    /// Slots one above another.
    pub rows: u16,
    /// The top left corner of the first slot on the front.
    pub origin: Point,
    /// The gap between columns and between rows.
    #[serde(default)]
    pub gutter: Extent,
    /// How far leaves print over their edge (塗り足し): slots keep twice as much between them.
    #[serde(default)]
    pub bleed: Length,
    /// The order in which leaves fill slots.
    pub scheme: Scheme,
    /// How a sheet comes to its back.
    #[serde(default)]
    pub work_style: WorkStyle,
    /// The edge at which booklets are bound (booklets only).
    #[serde(default)]
    pub binding: Binding,
    /// How far each sheet of a booklet is pushed out by the one that lies in it; the stock's thickness
    /// when not given (booklets only).
    #[serde(default)]
    pub creep: Option<Length>,
    /// The most sheets of one cut stack (schemes that cut stacks only).
    #[serde(default)]
    pub stack_depth: Option<u32>,
    /// The fewest leaves of a run for which the layout is worth its set-up.
    #[serde(default)]
    pub leaves_min: u32,
    /// The most leaves of a run for which it is used.
    #[serde(default)]
    pub leaves_max: Option<u32>,
    /// Whether crop marks are printed around each slot.
    #[serde(default)]
    pub crop_marks: bool,
    /// Whether registration marks (見当) are printed, by which front and back are seen to meet.
    #[serde(default)]
    pub registration_marks: bool,
    /// What press files conform to.
    #[serde(default)]
    pub file: FileKind,
}

impl Layout {
    /// Slots on one side of a sheet.
    #[must_use]
    pub fn slots(&self) -> u32 {
        self.arrangement().slots()
    }

    /// Whether each page of a press file is a page of a leaf, so that pieces are ranges of pages.
    #[must_use]
    pub fn is_reading_order(&self) -> bool {
        self.slots() == 1 && self.sheet == self.leaf
    }

    /// How leaves are arranged, without lengths.
    #[must_use]
    pub const fn arrangement(&self) -> Arrangement {
        Arrangement {
            scheme: self.scheme,
            work_style: self.work_style,
            binding: self.binding,
            columns: self.columns as u32,
            rows: self.rows as u32,
        }
    }
}

/// The order in which leaves fill the slots of successive sheets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scheme {
    /// Reading order on each sheet; sheets are cut one by one.
    NUp,
    /// The same leaf in every slot: as many copies as slots.
    StepAndRepeat,
    /// Stacks that, cut apart and laid on each other, are in sequence.
    CutAndStack,
    /// Reading order, each piece on sheets of its own: cards of a household, sets that stay together.
    PerPiece,
    /// Columns of a web, slit into ribbons whose leaves follow each other down the web.
    StackByColumn,
    /// Sheets that are nested and folded in the middle, one booklet a piece.
    Booklet,
}

impl Scheme {
    /// Whether a job must ask for it: what comes of it is another thing than single leaves, once each.
    #[must_use]
    pub const fn must_be_named(self) -> bool {
        matches!(self, Self::Booklet | Self::StepAndRepeat)
    }

    /// Whether sheets are cut in stacks, so that `stack_depth` has a meaning.
    #[must_use]
    pub const fn cuts_stacks(self) -> bool {
        matches!(self, Self::CutAndStack | Self::StackByColumn | Self::StepAndRepeat)
    }
}

/// How a sheet comes to its back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WorkStyle {
    /// Fronts on one side, backs on the other: the press turns each sheet by its own edge.
    #[default]
    Sheetwise,
    /// The pile is turned left to right and printed again: half of the slots lie face down.
    WorkAndTurn,
    /// The pile is tumbled top to bottom and printed again: half of the slots lie face down.
    WorkAndTumble,
}

/// The edge at which a booklet is bound.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Binding {
    /// 左綴じ: horizontal writing.
    #[default]
    Left,
    /// 右綴じ: vertical writing.
    Right,
}

/// What decides which slot holds what, without any length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrangement {
    /// The order of leaves.
    pub scheme: Scheme,
    /// How sheets come to their backs.
    pub work_style: WorkStyle,
    /// The edge at which booklets are bound.
    pub binding: Binding,
    /// Slots side by side.
    pub columns: u32,
    /// Slots one above another.
    pub rows: u32,
}

impl Arrangement {
    /// Slots on one side of a sheet.
    #[must_use]
    pub const fn slots(self) -> u32 {
        self.columns * self.rows
    }

    /// The slots of a booklet's sheet: the one whose leaf lies face up on the front, and its counterpart
    /// across the fold.
    #[must_use]
    pub const fn folded(self) -> [u32; 2] {
        match self.binding {
            Binding::Left => [1, 0],
            Binding::Right => [0, 1],
        }
    }

    /// Whether the leaf in a slot lies face down: its back on the sheet's front.
    #[must_use]
    pub const fn is_face_down(self, slot: u32) -> bool {
        if matches!(self.scheme, Scheme::Booklet) {
            return slot == self.folded()[1];
        }
        #[expect(clippy::integer_division, reason = "whole rows before the slot")]
        match self.work_style {
            WorkStyle::Sheetwise => false,
            WorkStyle::WorkAndTurn => slot % self.columns * 2 >= self.columns,
            WorkStyle::WorkAndTumble => slot / self.columns * 2 >= self.rows,
        }
    }
}
