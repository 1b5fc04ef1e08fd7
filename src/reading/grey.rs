//! Pictures in greys, as readers of symbols look at them.

use std::ops::Range;

/// A dot darker than this is ink.
const DARK: u8 = 128;

/// A picture: one byte a dot, row after row from the top left; 0 is black, 255 is paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grey {
    width: usize,
    height: usize,
    dots: Vec<u8>,
}

/// Where something lies in a picture, in dots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bounds {
    pub(super) x: Range<usize>,
    pub(super) y: Range<usize>,
}

impl Bounds {
    pub(super) fn width(&self) -> usize {
        self.x.len()
    }

    pub(super) fn height(&self) -> usize {
        self.y.len()
    }
}

impl Grey {
    /// A picture of its dots.
    ///
    /// # Panics
    /// When there are not `width` times `height` of them.
    #[must_use]
    pub fn new(width: usize, height: usize, dots: Vec<u8>) -> Self {
        assert_eq!(dots.len(), width * height, "a picture has all its dots");
        Self { width, height, dots }
    }

    /// Dots in a row.
    #[must_use]
    pub const fn width(&self) -> usize {
        self.width
    }

    /// Rows.
    #[must_use]
    pub const fn height(&self) -> usize {
        self.height
    }

    /// All dots.
    #[must_use]
    pub fn dots(&self) -> &[u8] {
        &self.dots
    }

    /// A row of dots.
    pub(super) fn row(&self, y: usize) -> &[u8] {
        &self.dots[y * self.width..(y + 1) * self.width]
    }

    /// Whether a dot is ink.
    pub(super) fn is_dark(&self, x: usize, y: usize) -> bool {
        self.dots[y * self.width + x] < DARK
    }

    /// Turned by 180 degrees.
    pub(super) fn turn(&mut self) {
        self.dots.reverse();
    }

    /// Where the ink lies; none on blank paper.
    pub(super) fn ink(&self) -> Option<Bounds> {
        let mut rows = (0..self.height).filter(|&y| self.row(y).iter().any(|&dot| dot < DARK));
        let top = rows.next()?;
        let bottom = rows.next_back().unwrap_or(top);
        let mut columns = (0..self.width).filter(|&x| (top..=bottom).any(|y| self.is_dark(x, y)));
        let left = columns.next()?;
        let right = columns.next_back().unwrap_or(left);
        Some(Bounds { x: left..right + 1, y: top..bottom + 1 })
    }

    /// Whether most of a cell's middle is ink. The cell is column `x` of `columns` in `bounds`, row
    /// `y` of `rows`.
    pub(super) fn cell(
        &self,
        bounds: &Bounds,
        [x, y]: [usize; 2],
        [columns, rows]: [usize; 2],
    ) -> bool {
        let middle = |start: usize, length: usize, at: usize, of: usize| {
            let first = start + (length * (4 * at + 1)).div_euclid(4 * of);
            let last = start + (length * (4 * at + 3)).div_euclid(4 * of);
            first..last.max(first + 1)
        };
        let across = middle(bounds.x.start, bounds.width(), x, columns);
        let down = middle(bounds.y.start, bounds.height(), y, rows);
        let count = across.len() * down.len();
        let sum: usize =
            down.flat_map(|y| &self.row(y)[across.clone()]).map(|&dot| usize::from(dot)).sum();
        sum < count * usize::from(DARK)
    }
}

/// Where a row of dots changes between paper and ink, in 256ths of a dot: first into ink, then out of
/// it, and so on. An edge lies where the greys of two dots' middles pass the half.
pub(super) fn edges(row: &[u8], out: &mut Vec<i64>) {
    out.clear();
    let mut last = u8::MAX;
    for (x, &dot) in (0_i64..).zip(row) {
        if (last < DARK) != (dot < DARK) {
            let (from, to, half) = (i64::from(last), i64::from(dot), i64::from(DARK));
            out.push(x * 256 - 128 + (256 * (from - half)).div_euclid(from - to));
        }
        last = dot;
    }
    if last < DARK {
        out.push(i64::try_from(row.len()).unwrap_or(i64::MAX >> 9) * 256);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ink_is_found_and_cut_out() {
        let mut dots = vec![255; 30];
        for at in [12, 13, 18] {
            dots[at] = 0;
        }
        let grey = Grey::new(6, 5, dots);
        let ink = grey.ink().expect("ink");
        assert_eq!((ink.x.clone(), ink.y.clone()), (0..2, 2..4));
        let mut turned = Grey::new(2, 2, vec![0, 0, 0, 255]);
        turned.turn();
        assert_eq!(turned.dots(), [255, 0, 0, 0]);
        assert_eq!(Grey::new(2, 2, vec![200; 4]).ink(), None);
    }

    #[test]
    fn edges_lie_between_dots() {
        let mut found = Vec::new();
        edges(&[255, 255, 0, 0, 255], &mut found);
        // From paper to ink the half lies in the middle between the dots' middles.
        assert_eq!(found.iter().map(|edge| (edge + 8) >> 4).collect::<Vec<_>>(), [32, 64]);
        // A bar of two dots that lies between dots is still two dots wide.
        edges(&[255, 128, 0, 127, 255], &mut found);
        assert_eq!((found[1] - found[0] + 64) >> 7, 4);
        edges(&[0, 0], &mut found);
        assert_eq!((found.len(), found[1]), (2, 512));
    }
}
