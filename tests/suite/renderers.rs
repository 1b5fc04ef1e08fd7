//! Three renderers, those of Poppler, `MuPDF` and Ghostscript, draw press files alike: whatever RIP a vendor
//! has, the sheet is the same.

use crate::cells::picture;
use crate::{jobs, judges};
use std::path::Path;

const DPI: &str = "200";
/// Darker than this is ink; lighter than [`PALE`] is none. Between them are edges.
const DARK: u8 = 96;
const PALE: u8 = 192;
/// Of 100,000 inked dots so many may have no neighbour in the other picture: corners of letters that are
/// rounded in another way. Measured: up to 240; a shift by two dots makes tens of thousands.
const STRAY_MAX: usize = 500;
/// Side of the blocks whose mean grey is compared, so that tints are too; and how far it may be apart.
const BLOCK: usize = 32;
const GREY_MAX: u64 = 64;

struct Drawn {
    width: usize,
    samples: Vec<u8>,
}

impl Drawn {
    fn rows(&self) -> usize {
        self.samples.len().div_euclid(self.width)
    }

    fn at(&self, x: usize, y: usize) -> u8 {
        self.samples[y * self.width + x]
    }

    /// Whether there is no ink on or next to a dot.
    fn is_blank_about(&self, x: usize, y: usize) -> bool {
        let around = |n: usize, end: usize| n.saturating_sub(1)..(n + 2).min(end);
        around(y, self.rows()).all(|y| around(x, self.width).all(|x| self.at(x, y) >= PALE))
    }

    /// Inked dots of 100,000 that another picture has not, or not near.
    fn strays(&self, other: &Self) -> usize {
        let (rows, width) = (self.rows().min(other.rows()), self.width.min(other.width));
        let (mut dark, mut stray) = (0, 0);
        for (x, y) in (0..rows).flat_map(|y| (0..width).map(move |x| (x, y))) {
            if self.at(x, y) < DARK {
                dark += 1;
                stray += usize::from(other.is_blank_about(x, y));
            }
        }
        assert!(dark > 10_000, "the sheet is printed");
        (stray * 100_000).div_euclid(dark)
    }

    fn mean(&self, left: usize, top: usize) -> u64 {
        let dots = (top..top + BLOCK).flat_map(|y| (left..left + BLOCK).map(move |x| (x, y)));
        let sum: u64 = dots.map(|(x, y)| u64::from(self.at(x, y))).sum();
        sum.div_euclid((BLOCK * BLOCK) as u64)
    }

    /// The most that the mean greys of a block are apart.
    fn grey_apart(&self, other: &Self) -> u64 {
        let (rows, width) = (self.rows().min(other.rows()), self.width.min(other.width));
        let tops = (0..rows - BLOCK).step_by(BLOCK);
        let blocks = tops.flat_map(|y| (0..width - BLOCK).step_by(BLOCK).map(move |x| (x, y)));
        blocks.map(|(x, y)| self.mean(x, y).abs_diff(other.mean(x, y))).max().unwrap_or(0)
    }

    fn shifted(&self, by: usize) -> Self {
        let mut samples = vec![u8::MAX; by];
        samples.extend_from_slice(&self.samples[..self.samples.len() - by]);
        Self { width: self.width, samples }
    }
}

/// A page (from 1) as each of the three draws it.
fn drawn(lot: &Path, page: &str) -> [Drawn; 3] {
    let work = tempfile::tempdir().expect("a temporary directory");
    let at = |name: &str| work.path().join(name).to_str().expect("UTF-8").to_owned();
    let lot = lot.to_str().expect("UTF-8");
    let root = at("poppler");
    let raster = ["-r", DPI, "-gray", "-f", page, "-l", page, "-singlefile", lot, &root];
    judges::content("pdftoppm", &raster);
    let file = at("mupdf.pgm");
    let said =
        judges::ask("mutool", &["draw", "-q", "-r", DPI, "-c", "gray", "-o", &file, lot, page]);
    assert!(said.status.success(), "{said:?}");
    let (resolution, output) = (format!("-r{DPI}"), format!("-sOutputFile={}", at("gs.pgm")));
    let (first, last) = (format!("-dFirstPage={page}"), format!("-dLastPage={page}"));
    let mut arguments =
        vec!["-q", "-dBATCH", "-dNOPAUSE", "-dSAFER", "-sDEVICE=pgmraw", "-dTextAlphaBits=4"];
    arguments.extend(["-dGraphicsAlphaBits=4", &resolution, &first, &last, &output, lot]);
    judges::content("gs", &arguments);
    ["poppler.pgm", "mupdf.pgm", "gs.pgm"].map(|name| {
        let (width, samples) = picture(&work.path().join(name));
        Drawn { width, samples }
    })
}

#[test]
fn three_renderers_draw_the_sheets_of_every_job_alike() {
    for (_, bundle) in jobs::JOBS {
        let lot = jobs::lots(bundle).swap_remove(0);
        for page in ["1", "2"] {
            let pictures = drawn(&lot, page);
            for (n, one) in pictures.iter().enumerate() {
                for other in pictures.iter().skip(n + 1) {
                    let strays = one.strays(other).max(other.strays(one));
                    let apart = one.grey_apart(other);
                    let found =
                        format!("{bundle}, page {page}: {strays} strays, greys {apart} apart");
                    assert!(strays <= STRAY_MAX && apart <= GREY_MAX, "{found}");
                }
            }
            // Two dots to the right, a quarter of a millimetre, would be noticed.
            let [poppler, mupdf, _] = &pictures;
            assert!(poppler.shifted(2).strays(mupdf) > 4 * STRAY_MAX, "{bundle}");
        }
    }
}
