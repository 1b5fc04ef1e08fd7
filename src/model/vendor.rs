//! A print vendor: `jobs/vendors/<vendor>.toml`: its presses and the layouts it cuts and inserts.

use super::Inserter;
use super::layout::Layout;
use super::process::{Finishing, Process, Rate, Spoilage, Web};
use crate::measure::{Extent, Length};
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
    /// What its presses print with.
    #[serde(default)]
    pub colour: Colour,
    /// Its presses.
    pub press: Vec<Press>,
    /// Its layouts; of those that fit a run the cheapest is taken, else the first.
    pub layout: Vec<Layout>,
    /// The machines after the press.
    #[serde(default)]
    pub finishing: Finishing,
    /// Classes of fewer pieces than this join the next leaf class of their run (混在小ロット).
    #[serde(default)]
    pub merge_below: u32,
    /// Its inserters; the first that takes a run's envelope and leaves is taken.
    #[serde(default)]
    pub inserter: Vec<Inserter>,
}

impl Vendor {
    /// The press of that id.
    #[must_use]
    pub fn press(&self, id: &str) -> Option<&Press> {
        self.press.iter().find(|press| press.id == id)
    }
}

/// What the presses of a vendor print with.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Colour {
    /// The inks.
    pub intent: Inks,
    /// The ICC profile of press and paper, relative to `jobs/vendors`; four inks only.
    pub profile: Option<String>,
    /// The printing condition: its name in the ICC's registry, or words; four inks only.
    pub condition: Option<String>,
}

/// The inks of a press.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Inks {
    /// Black only.
    #[default]
    Grey,
    /// Cyan, magenta, yellow and black.
    Cmyk,
}

/// A press.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Press {
    /// The id.
    pub id: String,
    /// The name on tickets.
    pub name: String,
    /// How it is fed.
    #[serde(default)]
    pub process: Process,
    /// Whether it strikes, as multi-part paper (複写) needs.
    #[serde(default)]
    pub impact: bool,
    /// The sheet sizes it takes, in millimetres; of a web press see `web`.
    #[serde(default)]
    pub sheets: Vec<Extent>,
    /// The webs that it takes.
    #[serde(default)]
    pub web: Option<Web>,
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
    /// The most sheets of a lot: what its stacker holds.
    pub sheets_per_lot: u32,
    /// Whether a slip sheet (区切り紙) is wanted before each lot and stack.
    #[serde(default)]
    pub slip_sheets: bool,
    /// The most sheets that it prints in a shift, when lots are not to run into the next.
    #[serde(default)]
    pub sheets_per_shift: Option<u32>,
    /// What it spoils; what its process usually spoils when not given.
    #[serde(default)]
    pub spoilage: Option<Spoilage>,
    /// What it costs.
    #[serde(default)]
    pub rate: Rate,
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

/// What press files conform to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum FileKind {
    /// PDF/X-4: sheets as they are printed.
    #[default]
    #[serde(rename = "pdf-x-4")]
    PdfX4,
    /// PDF/VT-1: PDF/X-4 whose document parts say which pages are whose, for presses that impose
    /// or finish by record.
    #[serde(rename = "pdf-vt-1")]
    PdfVt1,
}
