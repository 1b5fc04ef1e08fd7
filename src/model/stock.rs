//! Paper and envelopes: `forms/stocks.toml`.

use crate::measure::{Extent, Rect};
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
    /// The sheet sizes it is bought in, in millimetres, either way round.
    pub sizes: Vec<Extent>,
    /// What to know about it (year colour, forgery-proof card …).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
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
