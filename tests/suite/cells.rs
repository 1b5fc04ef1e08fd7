//! Cells of symbols on press sheets: three renderers show every one of them on whole dots, as a press
//! would print it, wherever the leaf lies.

use crate::judges::ask;
use std::fs;
use std::path::Path;
use tayori::digest::Digest;
use tayori::font::FontSet;
use tayori::measure::{Extent, Length, Point};
use tayori::page::{Canvas, Cells};
use tayori::pdf::{Content, Deflater, LotInfo, LotWriter, OutputIntent, Standard};

use crate::render_pages::FONTS;

/// An inch on its width and height, so that every resolution has a whole number of dots.
const SHEET: Extent = Extent { width: Length::um(50_800), height: Length::um(25_400) };
const LEAF: Extent = Extent { width: Length::um(30_000), height: Length::um(20_000) };
/// 37 cells side by side and 3 rows, with all neighbours that two cells can have.
const COLUMNS: u32 = 37;
const ROWS: u32 = 3;
const BITS: [u8; 15] = [
    0b1010_0110,
    0b1100_0101,
    0b1001_1110,
    0b0011_0101,
    0b1000_0000, //
    0b1111_0000,
    0b1010_1010,
    0b0000_1111,
    0b1100_1100,
    0b0000_0000, //
    0b0000_0001,
    0b0100_0101,
    0b1011_1011,
    0b0111_0010,
    0b1000_0000,
];

/// Where leaf and symbol are, in micrometres: none of them on a dot.
const PLACES: [(Point, Point); 3] = [
    (
        Point { x: Length::ZERO, y: Length::ZERO },
        Point { x: Length::um(1_003), y: Length::um(2_017) },
    ),
    (
        Point { x: Length::um(7_777), y: Length::um(3_331) },
        Point { x: Length::um(999), y: Length::um(4_444) },
    ),
    (
        Point { x: Length::um(17_301), y: Length::um(5_001) },
        Point { x: Length::um(12_345), y: Length::um(56) },
    ),
];

/// Whether there is a cell, and a dark one.
fn is_dark(column: i64, row: i64) -> bool {
    let (Ok(column), Ok(row)) = (u32::try_from(column), u32::try_from(row)) else { return false };
    if column >= COLUMNS || row >= ROWS {
        return false;
    }
    let byte = BITS[(row * COLUMNS.div_ceil(8) + column.div_euclid(8)) as usize];
    byte >> (7 - column.rem_euclid(8)) & 1 == 1
}

/// The dots of a picture, row by row.
fn dots_of(width: usize) -> impl Iterator<Item = (i64, i64)> {
    (0..).flat_map(move |y| (0..).take(width).map(move |x| (x, y)))
}

fn sheet(
    fonts: &FontSet,
    dpi: u32,
    cell: [u32; 2],
    (corner, at): (Point, Point),
    turned: bool,
) -> Vec<u8> {
    let info = LotInfo {
        title: "cells",
        producer: "Tayori",
        id_seed: Digest::of(b"cells"),
        sheet: SHEET,
        trims: &[],
        standard: Standard::PdfX4,
        date: "2026-04-06".parse().expect("a date"),
        intent: &OutputIntent::grey(),
    };
    let mut writer = LotWriter::new(Vec::new(), &info, &[], &[]).expect("a lot");
    let mut content = Content::new();
    content.begin_sheet(SHEET);
    if turned {
        content.begin_turned_slot(corner, LEAF);
    } else {
        content.begin_slot(corner, LEAF);
    }
    let (columns, rows) = (COLUMNS, ROWS);
    content.cells(&Cells { at, offset: [2, 1], dpi, cell, columns, rows, bits: &BITS });
    content.end_slot();
    let mut deflater = Deflater::for_once();
    writer.side(deflater.deflate(content.finish())).expect("a side");
    writer.finish(fonts, &content.take_usage()).expect("a lot").out
}

/// The samples of a greyscale picture in Netpbm's binary form.
pub(crate) fn picture(path: &Path) -> (usize, Vec<u8>) {
    let data = fs::read(path).expect("a picture");
    let mut rest = &data[..];
    let mut words = Vec::new();
    while words.len() < 4 {
        if rest[0] == b'#' {
            let end = rest.iter().position(|&byte| byte == b'\n').expect("a remark ends");
            rest = &rest[end + 1..];
            continue;
        }
        let end = rest.iter().position(u8::is_ascii_whitespace).expect("a heading");
        words.push(String::from_utf8_lossy(&rest[..end]).into_owned());
        rest = &rest[end + 1..];
    }
    assert_eq!(words[0], "P5");
    (words[1].parse().expect("a width"), rest.to_vec())
}

/// The dot from which a place is counted, from the same edge.
fn dot(place: i64, dpi: u32) -> i64 {
    (place * i64::from(dpi) * 2 + 25_400).div_euclid(50_800)
}

#[test]
fn every_cell_is_whole_dots_on_the_sheet() {
    let work = tempfile::tempdir().expect("a temporary directory");
    let [pdf, out] = ["cells.pdf", "cells"].map(|name| work.path().join(name));
    let shown = |path: &Path| path.display().to_string();
    for (dpi, cell) in [
        (300, [2, 9]),
        (600, [5, 20]),
        (240, [1, 7]),
        (400, [3, 3]),
        (480, [4, 11]),
        (1200, [8, 40]),
    ] {
        for (place, turned) in PLACES.into_iter().flat_map(|place| [(place, false), (place, true)])
        {
            fs::write(&pdf, sheet(&FONTS, dpi, cell, place, turned)).expect("a file");
            assert!(ask("qpdf", &["--check", &shown(&pdf)]).status.success());
            let resolution = dpi.to_string();
            let target = shown(&out);
            let pictures = [
                (
                    "pdftoppm",
                    vec!["-r", &resolution, "-gray", "-singlefile", "-aa", "no", "-aaVector", "no"],
                ),
                ("mutool", vec!["draw", "-q", "-r", &resolution, "-c", "gray", "-A", "0", "-o"]),
                ("gs", vec!["-q", "-dBATCH", "-dNOPAUSE", "-dSAFER", "-sDEVICE=pgmraw"]),
            ];
            let (corner, at) = place;
            let um = |length: Length| i64::from(length.as_um());
            let mut left = dot(um(corner.x + at.x), dpi) + 2;
            let mut top = i64::from(dpi) - dot(um(SHEET.height - corner.y - at.y), dpi) + 1;
            // Upside down the last cell comes first.
            let last = [COLUMNS, ROWS].map(|count| i64::from(count) - 1);
            let size = [COLUMNS * cell[0], ROWS * cell[1]].map(i64::from);
            if turned {
                let (x, y) = (corner.x + LEAF.width - at.x, corner.y + LEAF.height - at.y);
                left = dot(um(x), dpi) - 2 - size[0];
                top = i64::from(dpi) - dot(um(SHEET.height - y), dpi) - 1 - size[1];
            }
            for (renderer, options) in pictures {
                let path = work.path().join("cells.pgm");
                let _ = fs::remove_file(&path);
                let file = shown(&pdf);
                let picture_file = shown(&path);
                let (res, output) =
                    (format!("-r{resolution}"), format!("-sOutputFile={picture_file}"));
                let mut arguments = options;
                match renderer {
                    "pdftoppm" => arguments.extend([file.as_str(), target.as_str()]),
                    "mutool" => arguments.extend([picture_file.as_str(), file.as_str()]),
                    _ => arguments.extend([res.as_str(), output.as_str(), file.as_str()]),
                }
                let said = ask(renderer, &arguments);
                assert!(said.status.success(), "{renderer}: {said:?}");
                let (width, samples) = picture(&path);
                assert_eq!(width, (2 * dpi) as usize, "{renderer} at {dpi}");
                for ((x, y), &sample) in dots_of(width).zip(&samples) {
                    let (x, y) = (x - left, y - top);
                    let (column, row) =
                        (x.div_euclid(cell[0].into()), y.div_euclid(cell[1].into()));
                    let (column, row) =
                        if turned { (last[0] - column, last[1] - row) } else { (column, row) };
                    let dark = is_dark(column, row);
                    assert_eq!(
                        sample < 128,
                        dark,
                        "{renderer} at {dpi}: dot {x}, {y} of {place:?}"
                    );
                }
            }
        }
    }
}
