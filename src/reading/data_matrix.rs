//! Samples a Data Matrix (ECC 200) that stands upright, and has its crate decode the modules.

use super::grey::Grey;
use datamatrix::DataMatrix;

/// The most modules of a side.
const SIDE_MAX: usize = 144;

/// What the symbol says. `None` when there is none that can be read.
pub(super) fn read(picture: &Grey) -> Option<Vec<u8>> {
    let ink = picture.ink().filter(|ink| ink.width() >= 8 && ink.height() >= 8)?;
    // The upper row and the right column take turns: one change a module.
    let right = ink.x.end - 1;
    let changes = |dark: &mut dyn Iterator<Item = bool>| {
        let (mut last, mut count) = (dark.next()?, 1);
        for dark in dark {
            count += usize::from(dark != last);
            last = dark;
        }
        Some(count)
    };
    // The upper right module is paper: the row ends with it.
    let top = ink.y.start + 1;
    let columns = changes(&mut ink.x.clone().map(|x| picture.is_dark(x, top)))?;
    let rows = changes(&mut ink.y.clone().map(|y| picture.is_dark(right.saturating_sub(1), y)))?;
    if [columns, rows].iter().any(|side| side % 2 == 1 || !(8..=SIDE_MAX).contains(side)) {
        return None;
    }
    let cell =
        |at: usize| picture.cell(&ink, [at % columns, at.div_euclid(columns)], [columns, rows]);
    let modules: Vec<bool> = (0..columns * rows).map(cell).collect();
    let edges = (0..rows).all(|y| modules[y * columns])
        && modules[(rows - 1) * columns..].iter().all(|&m| m);
    if !edges {
        return None;
    }
    DataMatrix::decode(&modules, columns).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::barcode::{Matrix, data_matrix};

    #[test]
    fn symbols_of_all_shapes_are_read() {
        for text in ["1", "0123456789", "便り 12345-67890", &"9".repeat(300)] {
            let mut symbol = Matrix::new();
            data_matrix::encode(text.as_bytes(), data_matrix::Shape::Any, &mut symbol)
                .expect("it fits");
            let (wide, high, unit) = (symbol.width() as usize, symbol.height() as usize, 5);
            let width = (wide + 4) * unit;
            let mut dots = vec![255; width * (high + 4) * unit];
            for (at, dot) in dots.iter_mut().enumerate() {
                let (x, y) = ((at % width).div_euclid(unit), at.div_euclid(width).div_euclid(unit));
                let inside = (2..wide + 2).contains(&x) && (2..high + 2).contains(&y);
                let module = |n: usize| u32::try_from(n - 2).expect("small");
                if inside && symbol.is_dark(module(x), module(y)) {
                    *dot = 0;
                }
            }
            let height = (high + 4) * unit;
            let sound = Grey::new(width, height, dots.clone());
            assert_eq!(read(&sound).as_deref(), Some(text.as_bytes()), "{text}");
            // Dirt outside moves the symbol's bounds.
            dots[0] = 0;
            assert_eq!(read(&Grey::new(width, height, dots)), None, "{text}");
        }
        assert_eq!(read(&Grey::new(9, 9, vec![0; 81])), None);
    }
}
