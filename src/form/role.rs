//! Which face of which leaf: the six faces of a form, and what a payment slip holds.

use serde::Deserialize;

/// Which face of which leaf.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaceRole {
    /// The front of the first leaf.
    FirstFront,
    /// The back of the first leaf.
    FirstBack,
    /// The front of every further leaf (continuation).
    MoreFront,
    /// The back of every further leaf.
    MoreBack,
    /// The front of every leaf that carries payment slips.
    SlipFront,
    /// The back of every leaf that carries payment slips.
    SlipBack,
    /// No face of a leaf: what one payment slip holds, from its corner; counted from 0.
    Slip(u8),
}

impl FaceRole {
    /// As forms and `sheets.csv` name it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::FirstFront => "first-front",
            Self::FirstBack => "first-back",
            Self::MoreFront => "more-front",
            Self::MoreBack => "more-back",
            Self::SlipFront => "slip-front",
            Self::SlipBack => "slip-back",
            Self::Slip(_) => "slip",
        }
    }

    /// Whether it is the back of a leaf.
    #[must_use]
    pub const fn is_back(self) -> bool {
        matches!(self, Self::FirstBack | Self::MoreBack | Self::SlipBack)
    }
}
