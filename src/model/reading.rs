//! What a reader must find on a page: symbols, and the printed texts that must say the same.

use super::run::Side;
use crate::measure::Length;
use serde::{Deserialize, Serialize};

/// Symbols and texts that belong together: a payment slip, an addressee with its customer barcode.
/// All boxes are left, top, width, height in millimetres from a corner in `at`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// The face, as `sheets.csv` names it.
    pub face: String,
    /// The corners at which it may stand, from the leaf's top left. Slips fill the places of their
    /// leaves in order: of all readings with such a corner one stands there, or none.
    pub at: Vec<[Length; 2]>,
    /// Which instalment it is; none where nothing is paid.
    pub period: Option<Period>,
    /// Its symbols.
    pub symbols: Vec<SymbolPlace>,
    /// Its printed texts.
    pub texts: Vec<TextPlace>,
}

/// An instalment (期別) as a slip prints it and as its codes say it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// What [`Says::Period`] prints: `第1期`, `全期`.
    pub label: String,
    /// The digits of a code that says it (eL-QR: two digits); none when they are not compared.
    pub code: Option<String>,
}

/// A symbol in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SymbolPlace {
    /// Its kind, as forms name it: `customer`, `store`, `el-qr`, `qr`, `data-matrix`, `code-39`, `nw-7`, `itf`.
    pub kind: String,
    /// Its box with its quiet zone.
    pub r#box: [Length; 4],
    /// Where a text stands instead when it is not printed: exactly one of them is.
    pub reason: Option<[Length; 4]>,
}

/// A text in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextPlace {
    /// What it says.
    pub says: Says,
    /// Its box.
    pub r#box: [Length; 4],
}

/// What a printed text says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Says {
    /// 期別.
    Period,
    /// 納付額: digits, with commas, ¥ or 円 around them; or void marks.
    Amount,
    /// 納期限, in wareki.
    Due,
    /// 支払期限, the last day on which codes pay, in wareki.
    Limit,
    /// The addressee's postcode.
    Postcode,
    /// The addressee's address.
    Address,
}

/// What a leaf of a piece is. Leaves of a piece stand in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LeafKind {
    /// Its first leaf.
    First,
    /// A further leaf.
    More,
    /// A leaf of payment slips (納付書) after all others.
    Slip,
}

impl LeafKind {
    /// The kinds in order.
    pub const ALL: [Self; 3] = [Self::First, Self::More, Self::Slip];

    /// The face that a leaf of this kind shows on a side, as `sheets.csv` and
    /// [`Reading::face`] name it.
    #[must_use]
    pub const fn face(self, side: Side) -> &'static str {
        match (self, side) {
            (Self::First, Side::Front) => "first-front",
            (Self::First, Side::Back) => "first-back",
            (Self::More, Side::Front) => "more-front",
            (Self::More, Side::Back) => "more-back",
            (Self::Slip, Side::Front) => "slip-front",
            (Self::Slip, Side::Back) => "slip-back",
        }
    }

    /// The kind and the side that a face names.
    #[must_use]
    pub fn of_face(face: &str) -> Option<(Self, Side)> {
        let sides = [Side::Front, Side::Back];
        let mut faces = Self::ALL.into_iter().flat_map(|kind| sides.map(|side| (kind, side)));
        faces.find(|(kind, side)| kind.face(*side) == face)
    }
}
