//! The compressor of content and object streams: libdeflate with its buffer kept.

use libdeflater::{CompressionLvl, Compressor};

/// Compresses into zlib streams (`/FlateDecode`). One for each worker: it keeps its tables and its
/// buffer, so that nothing is allocated once it has seen the largest side.
pub struct Deflater {
    compressor: Compressor,
    buffer: Vec<u8>,
}

impl std::fmt::Debug for Deflater {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Deflater").finish_non_exhaustive()
    }
}

/// Sides are many and their text hardly repeats: level 1 is within a few percent of level 6 in
/// size at about half the time.
const LEVEL_SIDES: i32 = 1;
/// Layers, fonts, images and tables are few and big.
const LEVEL_ONCE: i32 = 6;

impl Deflater {
    /// A compressor for the sides of sheets.
    #[must_use]
    pub fn for_sides() -> Self {
        Self::new(LEVEL_SIDES)
    }

    /// A compressor for what is written once in a file.
    #[must_use]
    pub fn for_once() -> Self {
        Self::new(LEVEL_ONCE)
    }

    fn new(level: i32) -> Self {
        let level = CompressionLvl::new(level).expect("libdeflate knows levels 1 to 12");
        Self { compressor: Compressor::new(level), buffer: Vec::new() }
    }

    /// The zlib stream of `data`; valid until the next call.
    pub fn deflate(&mut self, data: &[u8]) -> &[u8] {
        let bound = self.compressor.zlib_compress_bound(data.len());
        if self.buffer.len() < bound {
            self.buffer.resize(bound, 0);
        }
        let written = self.compressor.zlib_compress(data, &mut self.buffer);
        let len = written.expect("the buffer has the size libdeflate asked for");
        &self.buffer[..len]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_inflate_to_what_was_deflated() {
        let mut deflater = Deflater::for_sides();
        let mut inflater = libdeflater::Decompressor::new();
        for data in [Vec::new(), b"BT ET".to_vec(), vec![7; 100_000], (0..=255).collect()] {
            let stream = deflater.deflate(&data).to_vec();
            let mut out = vec![0; data.len()];
            let len = inflater.zlib_decompress(&stream, &mut out).expect("a zlib stream");
            assert_eq!((len, out), (data.len(), data));
        }
    }
}
