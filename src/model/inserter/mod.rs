//! An inserter (封入封緘機) of a vendor: what it takes, the mark by which it knows each sheet, and the file
//! that controls it. Machines of one make differ by what their service set up, so all of it is data.

mod mark;

pub use mark::{Bar, DIGITS, Digit, Parity, Sheet, TooLarge, digits, omr};

use super::Serial;
use crate::measure::{Length, Rect};
use serde::{Deserialize, Serialize};

/// An inserter: `[[inserter]]` of a vendor's file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inserter {
    /// The id.
    pub id: String,
    /// The name on tickets.
    pub name: String,
    /// The ids of the envelopes that it fills.
    pub envelopes: Vec<String>,
    /// The most leaves that it gathers for one envelope.
    pub leaves_max: u16,
    /// How many feeders for inserts (同封物) it has: eight at most.
    #[serde(default)]
    pub feeders: u8,
    /// Which sheet of a set it takes first.
    #[serde(default)]
    pub takes_first: TakesFirst,
    /// How sheets or pieces of a lot are counted, to notice one that is missing.
    #[serde(default)]
    pub wrap: Wrap,
    /// Whether it gathers pieces that are too thick for their envelope, too, and diverts them.
    #[serde(default)]
    pub diverts_by_hand: bool,
    /// Every so many pieces of a lot one is diverted to be looked at (抜取り検査), beginning with the first;
    /// none when left out.
    #[serde(default)]
    pub sample_every: Option<u32>,
    /// The mark on the front of every leaf.
    pub mark: MarkPlace,
    /// The control file of a lot.
    #[serde(default)]
    pub control: Control,
}

/// Which sheet of a set the machine takes first. The address stands on the first leaf.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TakesFirst {
    /// The first leaf: lots are fed from their first piece on.
    #[default]
    FirstLeaf,
    /// The last leaf, the one with the address last: lots are fed from their last piece on (reverse
    /// collation).
    LastLeaf,
}

/// A running number that begins again from 0 after a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wrap {
    /// What is counted, from 0 in each lot.
    #[serde(default)]
    pub counts: Counts,
    /// How many numbers there are.
    pub modulus: u32,
}

impl Default for Wrap {
    fn default() -> Self {
        Self { counts: Counts::Leaves, modulus: 8 }
    }
}

/// What a running number counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Counts {
    /// Leaves.
    #[default]
    Leaves,
    /// Pieces.
    Pieces,
}

/// The mark of an inserter and its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MarkPlace {
    /// What it is.
    pub kind: MarkKind,
    /// Its box on the front of a leaf: left, top, width and height. Codes have their quiet zone inside;
    /// OMR bars are as wide as it and begin at its top.
    pub r#box: [Length; 4],
    /// How far beside the box, and before and behind it in the direction in which sheets are fed, nothing
    /// may stand.
    #[serde(default)]
    pub clear: [Length; 2],
    /// What a code says.
    #[serde(default = "usual_digits")]
    pub digits: Vec<(Digit, u8)>,
    /// The bars of OMR.
    #[serde(default)]
    pub omr: Option<Omr>,
}

fn usual_digits() -> Vec<(Digit, u8)> {
    DIGITS.to_vec()
}

impl MarkPlace {
    /// Its box.
    #[must_use]
    pub fn rect(&self) -> Rect {
        Rect::from(self.r#box)
    }

    /// Where its ink may lie: a code has at least [`QUIET`] of its box around it.
    #[must_use]
    pub fn ink(&self) -> Rect {
        let rect = self.rect();
        let (across, down) = match self.kind {
            MarkKind::Omr => return rect,
            MarkKind::DataMatrix => (QUIET, QUIET),
            MarkKind::Code39 | MarkKind::Itf => (QUIET, Length::ZERO),
        };
        let (width, height) = (rect.width - across * 2, rect.height - down * 2);
        Rect::new(rect.x + across, rect.y + down, width, height)
    }

    /// Its box with what must be clear around it.
    #[must_use]
    pub fn zone(&self) -> Rect {
        let ([across, along], rect) = (self.clear, self.rect());
        let (width, height) = (rect.width + across * 2, rect.height + along * 2);
        Rect::new(rect.x - across, rect.y - along, width, height)
    }
}

/// The least light space that codes of inserters have around them.
pub const QUIET: Length = Length::mm(2);

/// What a mark is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MarkKind {
    /// A square `DataMatrix`.
    DataMatrix,
    /// Code 39.
    #[serde(rename = "code-39")]
    Code39,
    /// Interleaved 2 of 5; an even number of digits.
    Itf,
    /// Bars across the direction in which sheets are fed.
    Omr,
}

/// OMR bars, from the top of the box downwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Omr {
    /// The places of bars in order.
    pub bars: Vec<Bar>,
    /// From bar to bar.
    pub pitch: Length,
    /// How thick a bar is.
    pub thickness: Length,
    /// What the parity bar makes of the number of printed bars.
    #[serde(default)]
    pub parity: Parity,
    /// How far bars must be from the edges that a leaf is fed with, first and last (top and bottom).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edges: Option<[Length; 2]>,
    /// Between what distances from the middle of the leaf's width the middle of the bars must lie.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_middle: Option<[Length; 2]>,
}

/// The control file of a lot: one row a piece.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Control {
    /// How its characters are bytes.
    #[serde(default)]
    pub encoding: ControlEncoding,
    /// What stands between columns.
    #[serde(default = "comma")]
    pub delimiter: char,
    /// How rows end.
    #[serde(default)]
    pub line_end: LineEnd,
    /// Whether it begins with the columns' names.
    #[serde(default = "yes")]
    pub heading: bool,
    /// Its columns: the name and what it says.
    #[serde(default = "usual_columns")]
    pub columns: Vec<(String, ControlColumn)>,
}

impl Default for Control {
    fn default() -> Self {
        Self {
            encoding: ControlEncoding::default(),
            delimiter: comma(),
            line_end: LineEnd::default(),
            heading: yes(),
            columns: usual_columns(),
        }
    }
}

const fn comma() -> char {
    ','
}

const fn yes() -> bool {
    true
}

fn usual_columns() -> Vec<(String, ControlColumn)> {
    use ControlColumn::{Divert, Envelope, Feeders, First, Last, Leaves, Sequence, Serial};
    let all = [
        ("sequence", Sequence),
        ("serial", Serial),
        ("leaves", Leaves),
        ("envelope", Envelope),
        ("feeders", Feeders),
        ("divert", Divert),
        ("first", First),
        ("last", Last),
    ];
    all.into_iter().map(|(name, column)| (name.to_owned(), column)).collect()
}

/// How characters of a control file are bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ControlEncoding {
    /// UTF-8 without a byte order mark.
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
    /// `Shift_JIS` (code page 932).
    ShiftJis,
}

/// How rows end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LineEnd {
    /// CR LF.
    #[default]
    Crlf,
    /// LF.
    Lf,
}

/// What a column of a control file says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ControlColumn {
    /// The piece's number in the lot, from 1, as the machine takes them.
    Sequence,
    /// Its serial, seven digits.
    Serial,
    /// Its leaves.
    Leaves,
    /// Its envelope's id.
    Envelope,
    /// The feeders whose inserts go in: `1+3`.
    Feeders,
    /// The same as a number: 1, 2, 4 … added up.
    Inserts,
    /// 1 when it is diverted.
    Divert,
    /// What the mark of its first sheet says, as the machine takes them.
    First,
    /// What the mark of its last sheet says.
    Last,
}

/// A lot as it is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LotSize {
    /// Its pieces.
    pub pieces: u32,
    /// Their leaves.
    pub leaves: u32,
}

/// A piece as an inserter must know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsertedPiece {
    /// Its serial.
    pub serial: Serial,
    /// Its position in the lot, from 0.
    pub index: u32,
    /// Leaves of the lot before its own.
    pub before: u32,
    /// Its leaves.
    pub leaves: u16,
    /// A bit for each feeder whose insert goes in.
    pub inserts: u8,
    /// Whether it is too thick for its envelope.
    pub by_hand: bool,
}

impl Inserter {
    /// Whether it has no more digits, bars and columns than any machine, so that what a manifest says of one
    /// can be worked with.
    #[must_use]
    pub fn is_plausible(&self) -> bool {
        const MOST: usize = 100;
        let bars = self.mark.omr.as_ref().map_or(0, |omr| omr.bars.len());
        let names = self.control.columns.iter().all(|(name, _)| name.len() <= MOST);
        [self.mark.digits.len(), bars, self.control.columns.len()].iter().all(|&n| n <= MOST)
            && self.mark.digits.iter().all(|(_, width)| *width <= 20)
            && names
    }

    /// Whether a piece is diverted.
    #[must_use]
    pub fn diverts(&self, piece: &InsertedPiece) -> bool {
        let sampled = self.sample_every.is_some_and(|every| piece.index.is_multiple_of(every));
        sampled || (piece.by_hand && self.diverts_by_hand)
    }

    /// What the mark on a leaf (from 1) of a piece is about.
    #[must_use]
    pub fn sheet(&self, job: u16, lot: LotSize, piece: &InsertedPiece, leaf: u16) -> Sheet {
        let leaf_index = piece.before.saturating_add(u32::from(leaf.saturating_sub(1)));
        let (counted, all) = match self.wrap.counts {
            Counts::Leaves => (leaf_index, lot.leaves),
            Counts::Pieces => (piece.index, lot.pieces),
        };
        let (sheet, running) = match self.takes_first {
            TakesFirst::FirstLeaf => (leaf, counted),
            TakesFirst::LastLeaf => {
                let after = piece.leaves.saturating_sub(leaf);
                (after.saturating_add(1), all.saturating_sub(counted.saturating_add(1)))
            }
        };
        Sheet {
            job: job.into(),
            sequence: piece.serial.0.into(),
            sheet: sheet.into(),
            sheets: piece.leaves.into(),
            inserts: piece.inserts,
            divert: u64::from(self.diverts(piece)),
            wrap: (running % self.wrap.modulus.max(1)).into(),
        }
    }

    /// The leaf (from 1) that the machine takes at a place (from 1) of a set.
    #[must_use]
    pub const fn leaf_at(&self, sheet: u16, leaves: u16) -> u16 {
        match self.takes_first {
            TakesFirst::FirstLeaf => sheet,
            TakesFirst::LastLeaf => leaves.saturating_sub(sheet).saturating_add(1),
        }
    }

    /// Appends what the mark of a sheet says: its digits, or `1` and `0` for bars.
    ///
    /// # Errors
    /// When a number does not fit into its digits.
    pub fn says(&self, sheet: &Sheet, out: &mut String) -> Result<(), TooLarge> {
        match &self.mark.omr {
            Some(list) if self.mark.kind == MarkKind::Omr => {
                omr(&list.bars, list.parity, sheet, out);
                Ok(())
            }
            _ => digits(&self.mark.digits, sheet, out),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROFILE: &str = "id = 'a'\nname = 'A'\nenvelopes = ['n']\nleaves_max = 6\n[mark]\nkind = 'data-matrix'\nbox = [10, 10, 11, 11]\n";

    fn profile(more: &str) -> Inserter {
        toml::from_str(&format!("{more}\n{PROFILE}")).expect("a profile")
    }

    /// Three pieces of 1, 3 and 2 leaves.
    fn pieces() -> Vec<InsertedPiece> {
        let piece = |index: u32, before, leaves| InsertedPiece {
            serial: Serial(index + 8),
            index,
            before,
            leaves,
            inserts: 0,
            by_hand: false,
        };
        vec![piece(0, 0, 1), piece(1, 1, 3), piece(2, 4, 2)]
    }

    fn sheets(inserter: &Inserter) -> Vec<(u64, u64, u64, u64)> {
        let lot = LotSize { pieces: 3, leaves: 6 };
        let pieces = pieces();
        let all = pieces.iter().flat_map(|piece| (1..=piece.leaves).map(move |leaf| (piece, leaf)));
        all.map(|(piece, leaf)| inserter.sheet(17, lot, piece, leaf))
            .map(|sheet| (sheet.sequence, sheet.sheet, sheet.wrap, sheet.divert))
            .collect()
    }

    #[test]
    fn sheets_are_counted_as_the_machine_takes_them() {
        let all = |wrap: [u64; 6], sheet: [u64; 6]| {
            let sequence = [8, 9, 9, 9, 10, 10];
            (0..6).map(|n| (sequence[n], sheet[n], wrap[n], 0)).collect::<Vec<_>>()
        };
        let wrap4 = "wrap = { modulus = 4 }";
        assert_eq!(sheets(&profile(wrap4)), all([0, 1, 2, 3, 0, 1], [1, 1, 2, 3, 1, 2]));
        let reverse = format!("takes_first = 'last-leaf'\n{wrap4}");
        assert_eq!(sheets(&profile(&reverse)), all([1, 0, 3, 2, 1, 0], [1, 3, 2, 1, 2, 1]));
        let by_piece = "wrap = { modulus = 2, counts = 'pieces' }";
        assert_eq!(sheets(&profile(by_piece)), all([0, 1, 1, 1, 0, 0], [1, 1, 2, 3, 1, 2]));
        let sampled: Vec<u64> =
            sheets(&profile("sample_every = 2")).iter().map(|sheet| sheet.3).collect();
        assert_eq!(sampled, [1, 0, 0, 0, 1, 1]);
    }

    #[test]
    fn a_profile_reads_back_from_a_manifest() {
        let profile = profile("feeders = 3\nsample_every = 1000");
        let json = serde_json::to_string(&profile).expect("JSON");
        assert_eq!(serde_json::from_str::<Inserter>(&json).expect("a profile"), profile);
        let wrong = PROFILE.replace("[mark]", "hoppers = 3\n[mark]");
        assert!(toml::from_str::<Inserter>(&wrong).is_err());
    }
}
