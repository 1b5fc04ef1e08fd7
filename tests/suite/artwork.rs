//! Artwork in press files, looked at by outsiders: what mupdf shows of an SVG file or of a page of a
//! PDF by itself is compared with what it shows of the press file that holds it.

use crate::judges;
use crate::pictures::Grey;
use crate::program::{home_copy, tayori};
use std::path::{Path, PathBuf};
use tayori::diag::Findings;
use tayori::digest::Digest;
use tayori::font::{FontSet, Usage};
use tayori::measure::{Extent, Length, Point, Rect};
use tayori::page::Canvas;
use tayori::pdf::{Artwork, Content, Deflater, LotInfo, LotWriter};

/// A file of `tests/cases/artwork`.
pub(crate) fn case(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/artwork").join(name)
}

fn fonts() -> FontSet {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("fonts");
    let config = std::fs::read_to_string(home.join("fonts.toml")).expect("fonts.toml is there");
    let mut read = |path: &str| match std::fs::read(home.join(path)) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        read => read.map(Some),
    };
    FontSet::load(&config, "fonts/fonts.toml", &mut read).expect("the fonts are sound")
}

/// A press file of `sides` sides, each of the size `sheet` with the picture in `places`.
fn press_file(artwork: &[Artwork], sheet: Extent, places: &[Rect], sides: u32) -> Vec<u8> {
    let info = LotInfo {
        title: "artwork",
        producer: "tayori test",
        id_seed: Digest::of(b"artwork"),
        sheet,
        trim: None,
    };
    let mut writer = LotWriter::new(Vec::new(), &info, &[], artwork).expect("a vector");
    let (mut content, mut deflater) = (Content::with_artwork(artwork), Deflater::for_sides());
    for _ in 0..sides {
        content.begin_sheet(sheet);
        content.begin_slot(Point::default(), sheet);
        for place in places {
            content.image(0, *place);
        }
        content.end_slot();
        writer.side(deflater.deflate(content.finish())).expect("a vector");
    }
    writer.finish(&fonts(), &Usage::new()).expect("the fonts are sound").out
}

fn mm(width: i32, height: i32) -> Extent {
    Extent { width: Length::mm(width), height: Length::mm(height) }
}

fn whole(extent: Extent) -> Rect {
    Rect::new(Length::ZERO, Length::ZERO, extent.width, extent.height)
}

/// The first page of a file, as mupdf shows it.
fn shown(file: &Path, dpi: u32) -> Grey {
    let out = file.with_extension("shown.png");
    let (file, target) = (file.to_str().expect("UTF-8"), out.to_str().expect("UTF-8"));
    let dpi = dpi.to_string();
    judges::content(
        "mutool",
        &["draw", "-q", "-N", "-c", "gray", "-r", &dpi, "-o", target, file, "1"],
    );
    Grey::read(&out)
}

/// All judges accept a press file without a word.
#[track_caller]
fn accepted(file: &Path) {
    let path = file.to_str().expect("UTF-8");
    let said = judges::content("qpdf", &["--check", path]);
    assert!(said.contains("No syntax or stream encoding errors found"), "{said}");
    judges::silent("mutool", &["draw", "-q", "-N", "-F", "pgm", "-o", "/dev/null", path]);
    let said = judges::ask(
        "gs",
        &["-q", "-dNOPAUSE", "-dBATCH", "-dPDFSTOPONWARNING", "-sDEVICE=nullpage", path],
    );
    let said = [said.stdout, said.stderr].map(|said| String::from_utf8_lossy(&said).into_owned());
    assert!(said.iter().all(|said| said.trim().is_empty()), "{said:?}");
    let png = file.with_extension("poppler");
    judges::silent("pdftoppm", &["-r", "40", "-gray", path, png.to_str().expect("UTF-8")]);
}

#[test]
fn a_drawing_is_printed_as_its_file_shows_it() {
    let home = tempfile::tempdir().expect("a temporary directory");
    let svg = std::fs::read(case("shapes.svg")).expect("a drawing");
    let mut doubts = Findings::new();
    let artwork = [Artwork::read("shapes.svg", &svg, &mut doubts).expect("a drawing")];
    assert!(doubts.is_empty(), "{doubts:?}");
    let sheet = mm(60, 60);
    let pdf = press_file(&artwork, sheet, &[whole(sheet)], 3);
    let pdf_path = home.path().join("shapes.pdf");
    std::fs::write(&pdf_path, &pdf).expect("a file");
    accepted(&pdf_path);
    let svg_path = home.path().join("shapes.svg");
    std::fs::copy(case("shapes.svg"), &svg_path).expect("a copy");
    let apart = shown(&pdf_path, 300).apart(&shown(&svg_path, 300));
    assert!(apart.mean < 60 && apart.worst < 5_000, "{apart:?}");
    let names = String::from_utf8_lossy(&pdf).matches("/Subtype/Form").count();
    assert_eq!(names, 1, "it is written once");
    assert_eq!(pdf, press_file(&artwork, sheet, &[whole(sheet)], 3));
}

/// A home whose payslip has one more element.
fn home_with(element: &str) -> tempfile::TempDir {
    let home = home_copy();
    let form = home.path().join("forms/payslip/2026-04-01.toml");
    let text = std::fs::read_to_string(&form).expect("the form");
    std::fs::write(&form, format!("{text}\n[[face.first-front.image]]\n{element}\n"))
        .expect("a form");
    std::fs::create_dir(home.path().join("forms/art")).expect("a directory");
    for name in ["emblem.svg", "shapes.svg"] {
        std::fs::copy(case(name), home.path().join("forms/art").join(name)).expect("a copy");
    }
    home
}

#[test]
fn a_form_may_show_a_drawing() {
    let home = home_with("box = [190, 8, 10, 10]\nfile = \"art/emblem.svg\"");
    let said = tayori(home.path(), &["forms", "lint", "payslip"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{}", said.out);
    let said =
        tayori(home.path(), &["forms", "preview", "payslip", "--records", "3", "--out", "p.pdf"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let pdf = home.path().join("p.pdf");
    accepted(&pdf);
    let objects = judges::content("qpdf", &["--json", pdf.to_str().expect("UTF-8")]);
    assert_eq!(objects.matches("\"/BBox\"").count(), 3, "the drawing and the form's two layers");
}

#[test]
fn what_is_wrong_with_a_drawing_is_told_with_its_place() {
    let home = home_with("box = [190, 8, 10, 11]\nfile = \"art/emblem.svg\"");
    let said = tayori(home.path(), &["forms", "lint", "payslip"]);
    assert_eq!(said.code, 0);
    assert!(said.err.contains("W396") && said.err.contains("10 mm high"), "{}", said.err);
    let drawing = home.path().join("forms/art/emblem.svg");
    let text = std::fs::read_to_string(&drawing).expect("a drawing");
    std::fs::write(&drawing, text.replace("<rect class", "<text>x</text><rect class"))
        .expect("a file");
    let said = tayori(home.path(), &["forms", "preview", "payslip", "--format", "short"]);
    assert_eq!(said.code, 78);
    assert!(
        said.err.contains("forms/art/emblem.svg:14:3: error[E705]: `<text>` cannot"),
        "{}",
        said.err
    );
    let build = tayori(home.path(), &["build", "shiomigaura/payslip-2026-04"]);
    assert_eq!(build.code, 78, "{}", build.err);
}
