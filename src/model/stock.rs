//! Paper and envelopes: `forms/stocks.toml`.

use super::process::Process;
use crate::measure::{Extent, Length, Rect};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// All stocks and envelopes that forms and vendors may name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stocks {
    /// Paper by id.
    #[serde(default)]
    pub stock: BTreeMap<String, Stock>,
    /// Envelopes by id.
    #[serde(default)]
    pub envelope: BTreeMap<String, Envelope>,
}

/// A paper: what a press is fed with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stock {
    /// The Japanese name on tickets.
    pub name: String,
    /// Weight in g/m².
    pub weight_gsm: u16,
    /// Thickness in micrometres.
    pub thickness_um: u16,
    /// What it is.
    #[serde(default)]
    pub kind: PaperKind,
    /// The sheet sizes it is bought in, in millimetres, either way round; of fan-fold paper the form as
    /// it runs, with its sprocket strips.
    #[serde(default)]
    pub sizes: Vec<Extent>,
    /// The roll, of paper that is bought in rolls.
    #[serde(default)]
    pub roll: Option<Roll>,
    /// Stocks that are the same paper in another form, such as a roll: planning takes what is cheapest.
    #[serde(default)]
    pub alternatives: Vec<String>,
    /// The width of the strip with sprocket holes on either side, of fan-fold paper: nothing is printed there.
    #[serde(default)]
    pub sprocket: Option<Length>,
    /// How many parts lie on each other (複写).
    #[serde(default = "one")]
    pub parts: u8,
    /// Whether each sheet has a number that must be accounted for.
    #[serde(default)]
    pub numbered: bool,
    /// Sheets in a box.
    #[serde(default)]
    pub per_box: Option<u32>,
    /// Where finished leaves are folded, from their top.
    #[serde(default)]
    pub folds: Vec<Length>,
    /// Cards that are perforated out of a leaf: left, top, width, height on it.
    #[serde(default)]
    pub cards: Vec<Rect>,
    /// Yen for a thousand sheets, of rolls for a thousand metres.
    #[serde(default)]
    pub yen_per_1000: u32,
    /// What to know about it (year colour, forgery-proof card …).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

const fn one() -> u8 {
    1
}

impl Stock {
    /// The process that it is made for.
    #[must_use]
    pub const fn process(&self) -> Process {
        if self.roll.is_some() {
            Process::Web
        } else if self.sprocket.is_some() {
            Process::Continuous
        } else if matches!(self.kind, PaperKind::Card) {
            Process::Card
        } else {
            Process::CutSheet
        }
    }
}

/// What a paper is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PaperKind {
    /// Plain paper (上質紙).
    #[default]
    Plain,
    /// With perforations (ミシン目入り).
    Perforated,
    /// Sheets of cards.
    Card,
    /// Pressure-sealed letter or card of two panels (圧着はがきV折り).
    PressureSealV,
    /// The same of three (Z折り).
    PressureSealZ,
    /// Labels (宛名ラベル).
    Label,
    /// Paper of several parts (複写).
    MultiPart,
    /// Preprinted forms (専用紙).
    Preprinted,
    /// With copy guard, microtext or the like (偽造防止用紙).
    Security,
}

impl PaperKind {
    /// Whether leaves are folded and sealed upon themselves.
    #[must_use]
    pub const fn is_sealed(self) -> bool {
        matches!(self, Self::PressureSealV | Self::PressureSealZ)
    }
}

/// A roll of paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Roll {
    /// Its width.
    pub width: Length,
    /// Its diameter.
    pub outer: Length,
    /// The diameter of its core.
    pub core: Length,
}

impl Roll {
    /// The length of the paper in millimetres: `π · (D² - d²) / 4t` for paper of thickness `t`, rounded down.
    #[must_use]
    pub fn length_mm(self, thickness_um: u16) -> u64 {
        let square = |length: Length| i128::from(length.as_um()).pow(2);
        let ring = (square(self.outer) - square(self.core)).max(0);
        // 355/113 is π to seven digits.
        let length = ring * 355;
        let by = 4 * 113 * i128::from(thickness_um.max(1)) * 1000;
        u64::try_from(length.div_euclid(by)).unwrap_or(0)
    }
}

/// An envelope and its window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Envelope {
    /// The Japanese name on tickets.
    pub name: String,
    /// Width and height in millimetres, flap closed, window side up.
    pub size: Extent,
    /// The window on the folded leaf, as a box on the **page** that shows through it when the leaf
    /// lies centred; `None` for envelopes without a window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Rect>,
    /// How far the folded leaf may lie from the centre of the envelope, across and down, in
    /// millimetres: the window shows more of the page at one shift and less at another.
    #[serde(default)]
    pub play: Extent,
    /// Weight of the empty envelope in milligrams.
    pub weight_mg: u32,
    /// The most leaves that the inserter puts into it; more goes to hand work.
    pub leaves_max: u16,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `municipal.md` 5.1: 1,270 mm on a core of 76 mm with 85 µm paper is about 14.8 km.
    #[test]
    fn the_length_of_a_roll() {
        let roll = Roll { width: Length::mm(520), outer: Length::mm(1270), core: Length::mm(76) };
        assert_eq!(roll.length_mm(85), 14_849_792);
        assert_eq!(Roll { outer: Length::mm(76), ..roll }.length_mm(85), 0);
    }
}
