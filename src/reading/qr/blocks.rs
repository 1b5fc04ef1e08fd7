//! The blocks of a QR code: how codewords are dealt to them, and whether each is without an error
//! (ISO/IEC 18004, table 9 and annex A).

/// Error correction codewords of a block, by level L M Q H and version.
const CORRECTION: [[usize; 40]; 4] = [
    [
        7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28, 28, 28, 30,
        30, 26, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
    ],
    [
        10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28,
        28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28,
    ],
    [
        13, 22, 18, 26, 18, 24, 18, 22, 20, 24, 28, 26, 24, 20, 30, 24, 28, 28, 26, 30, 28, 30, 30,
        30, 30, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
    ],
    [
        17, 28, 22, 16, 22, 28, 26, 26, 24, 28, 24, 28, 22, 24, 24, 30, 28, 28, 26, 28, 30, 24, 30,
        30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
    ],
];

/// Blocks of a symbol, by level and version.
const COUNT: [[usize; 40]; 4] = [
    [
        1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8, 9, 9, 10, 12, 12, 12, 13,
        14, 15, 16, 17, 18, 19, 19, 20, 21, 22, 24, 25,
    ],
    [
        1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23,
        25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49,
    ],
    [
        1, 1, 2, 2, 4, 4, 6, 6, 8, 8, 8, 10, 12, 16, 12, 17, 16, 18, 21, 20, 23, 23, 25, 27, 29,
        34, 34, 35, 38, 40, 43, 45, 48, 51, 53, 56, 59, 62, 65, 68,
    ],
    [
        1, 1, 2, 4, 4, 4, 5, 6, 8, 8, 11, 11, 16, 16, 18, 16, 19, 21, 25, 25, 25, 34, 30, 32, 35,
        37, 40, 42, 45, 48, 51, 54, 57, 60, 63, 66, 70, 74, 77, 81,
    ],
];

/// How a symbol's codewords are dealt.
pub(super) struct Blocks {
    count: usize,
    correction: usize,
}

impl Blocks {
    /// The blocks of a version from 1 to 40 and a level by the two bits of the format.
    pub(super) fn of(version: usize, level: u32) -> Self {
        let level = match level {
            1 => 0,
            0 => 1,
            3 => 2,
            _ => 3,
        };
        Self { count: COUNT[level][version - 1], correction: CORRECTION[level][version - 1] }
    }

    /// The data of all blocks in order, when none has an error.
    pub(super) fn data(&self, codewords: &[u8]) -> Option<Vec<u8>> {
        let short = codewords.len().div_euclid(self.count).checked_sub(self.correction)?;
        // The last blocks have a codeword more.
        let longer = codewords.len() % self.count;
        let lengths = (0..self.count).map(|n| short + usize::from(n >= self.count - longer));
        let mut blocks: Vec<Vec<u8>> = lengths.clone().map(Vec::with_capacity).collect();
        let mut dealt = codewords.iter().copied();
        for place in 0..=short {
            for (block, length) in blocks.iter_mut().zip(lengths.clone()) {
                if place < length {
                    block.push(dealt.next()?);
                }
            }
        }
        let correction: Vec<u8> = dealt.collect();
        let mut data = Vec::with_capacity(codewords.len());
        for (n, block) in blocks.iter().enumerate() {
            let own = correction.iter().skip(n).step_by(self.count).copied();
            if !is_sound(&block.iter().copied().chain(own), self.correction) {
                return None;
            }
            data.extend_from_slice(block);
        }
        Some(data)
    }
}

/// Whether a block is a codeword of its Reed-Solomon code: all syndromes are zero.
fn is_sound(block: &(impl Iterator<Item = u8> + Clone), correction: usize) -> bool {
    let mut root = 1;
    (0..correction).all(|_| {
        let syndrome = block.clone().fold(0, |sum, word| times(sum, root) ^ word);
        root = times(root, 2);
        syndrome == 0
    })
}

/// The product in the field of 256 elements with x⁸ + x⁴ + x³ + x² + 1.
fn times(a: u8, b: u8) -> u8 {
    let mut product = 0;
    for bit in (0..8).rev() {
        product = (product << 1) ^ if product & 0x80 == 0 { 0 } else { 0x1D };
        if b >> bit & 1 == 1 {
            product ^= a;
        }
    }
    product
}
