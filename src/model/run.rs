//! What planning decides: pieces in output order, runs, lots.

use super::{Balance, Inserter, Layout, Press, Serial, Yen};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// The plan of a job: every piece once, in output order, split into runs and lots.
#[derive(Debug, Clone)]
pub struct Plan {
    /// All pieces in output order; `serial = first_serial + index`.
    pub pieces: Vec<Piece>,
    /// The serial of the first piece.
    pub first_serial: Serial,
    /// The runs, in output order; their pieces partition `pieces`.
    pub runs: Vec<Run>,
    /// The balance in records, pieces, leaves, pages, sheets and yen.
    pub balance: Balance,
}

impl Plan {
    /// The serial of the piece at `index` of [`Plan::pieces`].
    #[must_use]
    pub fn serial(&self, index: u32) -> Serial {
        Serial(self.first_serial.0 + index)
    }
}

/// What planning keeps of a piece: where its record is, and how many leaves it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// The record's position in the pass-1 index (see `intake`): which bytes to read again.
    pub record: u32,
    /// How many leaves (sheets of finished paper) the piece has.
    pub leaves: u16,
    /// The amount that balances.
    pub amount: Yen,
}

/// A side of a sheet (表・裏).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// The side printed first (表).
    Front,
    /// Its back (裏).
    Back,
}

/// What the pieces of a run share.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct RunClass {
    /// The stock's id.
    pub stock: String,
    /// The envelope's id; empty when the pieces are not inserted.
    pub envelope: String,
    /// The delivery class.
    pub delivery: String,
    /// The former municipality's code; empty without one.
    pub former: String,
    /// The fewest and the most leaves of a piece in this class (`u16::MAX`: no limit).
    pub leaves: (u16, u16),
    /// Whether pieces have more leaves than the inserter takes and are enveloped by hand.
    pub by_hand: bool,
}

/// What a run takes and costs, as far as it decides between layouts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Sizing {
    /// Press sheets with leaves.
    pub sheets: u64,
    /// Sheets that press and finishing may spoil (予備): so many more are needed.
    pub spoiled: u64,
    /// Lots.
    pub lots: u32,
    /// Yen for setting up.
    pub setup_yen: u64,
    /// Yen for printed sides.
    pub print_yen: u64,
    /// Yen for paper.
    pub paper_yen: u64,
    /// Yen for cutting, folding, inserting and sealing.
    pub finishing_yen: u64,
}

impl Sizing {
    /// All of it in yen; 0 without prices.
    #[must_use]
    pub const fn yen(&self) -> u64 {
        self.setup_yen + self.print_yen + self.paper_yen + self.finishing_yen
    }
}

/// Pieces that share stock, envelope, delivery, sheets-per-piece class and press layout.
#[derive(Debug, Clone)]
pub struct Run {
    /// 1-based number in the job.
    pub number: u16,
    /// What its pieces share.
    pub class: RunClass,
    /// The press.
    pub press: Press,
    /// The layout.
    pub layout: Layout,
    /// Whether both sides are printed.
    pub duplex: bool,
    /// The inserter; none when no machine of the vendor fills the envelope, or people do.
    pub inserter: Option<Inserter>,
    /// Its pieces, as a range of [`Plan::pieces`].
    pub pieces: Range<u32>,
    /// Its lots, which partition `pieces`.
    pub lots: Vec<Lot>,
    /// What it takes and costs.
    pub sizing: Sizing,
    /// Which rule chose layout, press and lot size, one sentence each, for `tayori plan`.
    pub why: Vec<String>,
}

/// A consecutive slice of a run that becomes one PDF file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lot {
    /// 1-based number in the run.
    pub number: u16,
    /// Its pieces, as a range of [`Plan::pieces`].
    pub pieces: Range<u32>,
    /// Leaves of its pieces.
    pub leaves: u32,
    /// Press sheets, as imposition computes them.
    pub sheets: u32,
}

impl Lot {
    /// The lot's name in file names and lists: run and lot number, `01-003`.
    #[must_use]
    pub fn name(&self, run: u16) -> String {
        format!("{run:02}-{:03}", self.number)
    }
}
