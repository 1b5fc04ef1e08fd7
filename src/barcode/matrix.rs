//! A matrix symbol: dark and light modules in rows.

/// Modules of a QR code or a `DataMatrix`, without its quiet zone. The vector is used again for symbol
/// after symbol.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Matrix {
    width: u32,
    height: u32,
    /// Rows from the top, each in whole words; the lowest bit is the leftmost module.
    words: Vec<u64>,
}

impl Matrix {
    /// No modules yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Modules in a row.
    #[must_use]
    pub const fn width(&self) -> u32 {
        self.width
    }

    /// Rows.
    #[must_use]
    pub const fn height(&self) -> u32 {
        self.height
    }

    /// Whether a module is dark; outside all are light.
    #[must_use]
    pub fn is_dark(&self, x: u32, y: u32) -> bool {
        if x >= self.width || y >= self.height {
            return false;
        }
        let word = y as usize * self.words_in_row() + x.div_euclid(64) as usize;
        self.words[word] >> (x % 64) & 1 == 1
    }

    /// Appends the modules as `1` (dark) and `0` (light), a line a row.
    pub fn write_modules(&self, out: &mut String) {
        for y in 0..self.height {
            out.extend((0..self.width).map(|x| if self.is_dark(x, y) { '1' } else { '0' }));
            out.push('\n');
        }
    }

    fn words_in_row(&self) -> usize {
        self.width.div_ceil(64) as usize
    }

    /// Makes it light and of a size.
    pub(super) fn reset(&mut self, width: u32, height: u32) {
        (self.width, self.height) = (width, height);
        self.words.clear();
        self.words.resize(self.words_in_row() * height as usize, 0);
    }

    /// Takes rows of at most 64 modules.
    pub(super) fn set_rows(&mut self, width: u32, rows: impl ExactSizeIterator<Item = u64>) {
        assert!(width <= 64, "a row is a word");
        self.width = width;
        self.height = u32::try_from(rows.len()).expect("a symbol has a few rows");
        self.words.clear();
        self.words.extend(rows);
    }

    pub(super) fn set_dark(&mut self, x: u32, y: u32) {
        let word = y as usize * self.words_in_row() + x.div_euclid(64) as usize;
        self.words[word] |= 1 << (x % 64);
    }
}
