//! `DataMatrix` ECC 200, by the crate `datamatrix`.

use super::{Error, ErrorKind, Matrix};
use datamatrix::{DataMatrix, SymbolList};

/// Which shapes a symbol may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Squares only.
    Square,
    /// Rectangles only.
    Rectangle,
    /// Whichever is smallest.
    Any,
}

/// Writes bytes to `out` as the smallest symbol of a shape.
///
/// # Errors
/// When they are more than the largest holds.
pub fn encode(data: &[u8], shape: Shape, out: &mut Matrix) -> Result<(), Error> {
    let sizes = SymbolList::default();
    let sizes = match shape {
        Shape::Square => sizes.enforce_square(),
        Shape::Rectangle => sizes.enforce_rectangular(),
        Shape::Any => sizes,
    };
    let made = DataMatrix::encode(data, sizes).map_err(|_| ErrorKind::TooMuch.of("text"))?;
    let bitmap = made.bitmap();
    let side = |n: usize| u32::try_from(n).expect("a symbol has at most 144 modules a side");
    out.reset(side(bitmap.width()), side(bitmap.height()));
    for (x, y) in bitmap.pixels() {
        out.set_dark(side(x), side(y));
    }
    Ok(())
}
