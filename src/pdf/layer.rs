//! A static layer of a form: what all pages of a face share, drawn once.

use super::Deflater;
use crate::font::Usage;
use crate::measure::Extent;

/// A static layer, ready to be written: what all leaves of one face of a form have in common.
#[derive(Debug, Clone)]
pub struct Layer {
    /// Its operators, compressed.
    pub(super) compressed: Vec<u8>,
    /// The characters it uses.
    pub(super) usage: Usage,
    /// Its size: that of the leaf.
    pub(super) extent: Extent,
}

impl Layer {
    /// A layer with nothing on it, to stand for one that no page of a file paints.
    #[must_use]
    pub fn blank(&self) -> Self {
        let compressed = Deflater::for_once().deflate(b"").to_vec();
        Self { compressed, usage: Usage::new(), extent: self.extent }
    }
}
