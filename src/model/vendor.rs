//! A print vendor: `jobs/vendors/<vendor>.toml`: its presses and the layouts it cuts and inserts.

use crate::measure::{Extent, Length, Point};
use serde::{Deserialize, Serialize};

/// An outsourced print and delivery vendor.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vendor {
    /// The id: the file's name without `.toml`.
    #[serde(skip)]
    pub id: String,
    /// The vendor's name.
    pub name: String,
    /// Whom to call at the vendor.
    pub contact: String,
    /// Its presses.
    pub press: Vec<Press>,
    /// Its layouts; the first that fits a run is taken.
    pub layout: Vec<Layout>,
}

impl Vendor {
    /// The press of that id.
    #[must_use]
    pub fn press(&self, id: &str) -> Option<&Press> {
        self.press.iter().find(|press| press.id == id)
    }
}

/// A press.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Press {
    /// The id.
    pub id: String,
    /// The name on tickets.
    pub name: String,
    /// The sheet sizes it takes, in millimetres.
    pub sheets: Vec<Extent>,
    /// Whether it prints both sides.
    pub duplex: bool,
    /// The edge over which it turns a sheet.
    #[serde(default)]
    pub flip: Flip,
    /// The margin that it cannot print, on each edge.
    pub margin: Length,
    /// Device dots per inch.
    pub dpi: u16,
    /// Dots by which its ink makes bars wider: so much is taken off each (黒バー補正).
    #[serde(default)]
    pub bar_reduction: u8,
    /// The most sheets of a lot: what its stacker or a box holds.
    pub sheets_per_lot: u32,
}

/// The edge over which a sheet is turned for its back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Flip {
    /// Left and right change places on the back.
    #[default]
    LongEdge,
    /// Top and bottom change places on the back.
    ShortEdge,
}

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
    /// The order in which leaves fill slots.
    pub scheme: Scheme,
    /// The most sheets of one cut stack (cut-and-stack only).
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
}

impl Layout {
    /// Slots on one side of a sheet.
    #[must_use]
    pub fn slots(&self) -> u32 {
        u32::from(self.columns) * u32::from(self.rows)
    }
}

/// The order in which leaves fill the slots of successive sheets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scheme {
    /// Reading order on each sheet.
    NUp,
    /// Stacks that, cut apart and laid on each other, are in sequence.
    CutAndStack,
}
