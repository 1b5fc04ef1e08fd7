//! Artwork in press files, looked at by outsiders: what mupdf shows of an SVG file or of a page of a
//! PDF by itself is compared with what it shows of the press file that holds it.

use crate::judges;
use crate::pictures::Grey;
use crate::program::{home_copy, tayori};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use tayori::diag::Findings;
use tayori::digest::Digest;
use tayori::font::{FontSet, Usage};
use tayori::measure::{Extent, Length, Point, Rect};
use tayori::page::Canvas;
use tayori::pdf::{
    Area, Artwork, Content, Deflater, LotInfo, LotWriter, OutputIntent, Plates, Request, Standard,
};

/// A file of `tests/cases/artwork`.
pub(crate) fn case(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/artwork").join(name)
}

fn fonts() -> &'static FontSet {
    static FONTS: OnceLock<FontSet> = OnceLock::new();
    FONTS.get_or_init(read_fonts)
}

fn read_fonts() -> FontSet {
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
        trims: &[],
        standard: Standard::PdfX4,
        date: "2026-04-06".parse().expect("a date"),
        intent: &OutputIntent::grey(),
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
    writer.finish(fonts(), &Usage::new()).expect("the fonts are sound").out
}

/// A page of a file as viewers show it.
fn request(file: &str, page: u32) -> Request<'_> {
    Request { file, page, area: Area::Crop, plates: Plates::Grey }
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
    let artwork = [Artwork::read(request("shapes.svg", 1), &svg, &mut doubts).expect("a drawing")];
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
    for name in ["emblem.svg", "shapes.svg", "leaflet.pdf"] {
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

/// Two pages as a designer might make them: type, a photograph, a gradient, a spot colour, a clip.
const DESIGN: &str = "%!PS\n\
    << /PageSize [360 216] >> setpagedevice\n\
    /Times-Roman findfont 30 scalefont setfont 20 180 moveto (A page of artwork) show\n\
    gsave 60 90 40 0 360 arc clip 0 setgray 20 50 80 80 rectfill 1 setgray\n\
    0 1 20 { 8 mul 20 add 50 moveto 30 80 rlineto stroke } for grestore\n\
    gsave 120 50 translate 80 80 scale 8 8 8 [8 0 0 8 0 0]\n\
    { <00224466 88aaccee 112233445566778899aabbccddeeff00> } image grestore\n\
    << /ShadingType 2 /ColorSpace /DeviceGray /Coords [210 0 320 0] /BBox [210 50 320 130]\n\
    /Function << /FunctionType 2 /Domain [0 1] /C0 [0] /C1 [1] /N 1 >> >> shfill\n\
    /Courier findfont 10 scalefont setfont 20 20 moveto (second line 0123456789) show showpage\n\
    1 0 0 setrgbcolor 20 20 300 187 rectfill showpage\n";

/// A PDF file that Ghostscript made of a design.
fn design(home: &Path) -> PathBuf {
    let (source, pdf) = (home.join("design.ps"), home.join("design.pdf"));
    std::fs::write(&source, DESIGN).expect("a file");
    let [source, out] = [&source, &pdf].map(|path| path.to_str().expect("UTF-8").to_owned());
    let out = format!("-sOutputFile={out}");
    let device = ["-q", "-dNOPAUSE", "-dBATCH", "-sDEVICE=pdfwrite", &out];
    // Left to itself it leaves out the fonts that every printer had once.
    let embed = ["-c", "<< /NeverEmbed [] >> setdistillerparams", "-f", &source];
    judges::content("gs", &[&device[..], &embed].concat());
    pdf
}

/// Imports a page, and compares the press file that shows it with the page itself.
#[track_caller]
fn same_as_page(home: &Path, file: &Path, sheet: Extent) -> Findings {
    let data = std::fs::read(file).expect("a PDF file");
    let mut doubts = Findings::new();
    let artwork = Artwork::read(request("design.pdf", 1), &data, &mut doubts);
    let artwork = [artwork.unwrap_or_else(|findings| panic!("{}: {findings:?}", file.display()))];
    let pdf = press_file(&artwork, sheet, &[whole(sheet)], 2);
    let path = home.join("press.pdf");
    std::fs::write(&path, &pdf).expect("a file");
    judges::content("qpdf", &["--check", path.to_str().expect("UTF-8")]);
    let apart = shown(&path, 144).apart(&shown(file, 144));
    assert!(apart.mean < 40 && apart.worst < 3_000, "{}: {apart:?}", file.display());
    assert_eq!(pdf, press_file(&artwork, sheet, &[whole(sheet)], 2), "the same bytes");
    doubts
}

#[test]
fn a_page_of_a_pdf_is_printed_as_it_is() {
    let home = tempfile::tempdir().expect("a temporary directory");
    let pdf = design(home.path());
    let sheet = Extent { width: Length::um(127_000), height: Length::um(76_200) };
    let doubts = same_as_page(home.path(), &pdf, sheet);
    assert!(doubts.is_empty(), "{doubts:?}");
    let said =
        judges::content("pdffonts", &[home.path().join("press.pdf").to_str().expect("UTF-8")]);
    assert_eq!(said.lines().count(), 4, "two fonts, once each: {said}");
    let path = |name: &str| home.path().join(name).to_str().expect("UTF-8").to_owned();
    let text = judges::content("pdftotext", &["-l", "1", &path("press.pdf"), "-"]);
    assert!(
        text.contains("A page of artwork") && text.contains("second line 0123456789"),
        "its text is found: {text}"
    );
    let (from, to) = (path("design.pdf"), path("again.pdf"));
    for way in [
        &["--linearize"][..],
        &["--object-streams=generate"],
        &["--object-streams=disable", "--stream-data=uncompress"],
        &["--qdf"],
    ] {
        judges::content("qpdf", &[way, &[&from, &to]].concat());
        same_as_page(home.path(), Path::new(&to), sheet);
    }
    let turned = Extent { width: sheet.height, height: sheet.width };
    for (angle, sheet) in [("90", turned), ("180", sheet), ("270", turned)] {
        judges::content("qpdf", &[&format!("--rotate={angle}:1"), &from, &to]);
        same_as_page(home.path(), Path::new(&to), sheet);
    }
    judges::content("pdftocairo", &["-pdf", "-l", "1", &from, &to]);
    // cairo writes greys as colours, which become grey, and images too, which cannot.
    let data = std::fs::read(&to).expect("a PDF file");
    let refused = Artwork::read(request("design.pdf", 1), &data, &mut Findings::new());
    let refused = refused.expect_err("colours that the press has not");
    let said = refused.iter().next().expect("a finding");
    assert_eq!(said.code.0, "E713");
    assert!(said.message.ends_with(": DeviceRGB"), "{}", said.message);
    let grey = path("grey.pdf");
    let ways = ["-sDEVICE=pdfwrite", "-sColorConversionStrategy=Gray", "-dPDFSETTINGS=/prepress"];
    judges::content("gs", &[&ways[..], &["-q", "-o", &grey, &to]].concat());
    let doubts = same_as_page(home.path(), Path::new(&grey), sheet);
    assert!(doubts.is_empty(), "{doubts:?}");
    accepted(&home.path().join("press.pdf"));
    judges::content("mutool", &["clean", "-gggg", "-z", &from, &to]);
    same_as_page(home.path(), Path::new(&to), sheet);
}

#[test]
fn our_own_pages_are_artwork_too() {
    let home = tempfile::tempdir().expect("a temporary directory");
    let pdf = home.path().join("own.pdf");
    let target = pdf.to_str().expect("UTF-8");
    let said = tayori(
        &crate::program::repository(),
        &["forms", "preview", "property_tax_notice", "--records", "1", "--out", target],
    );
    assert_eq!(said.code, 0, "{}", said.err);
    let doubts = same_as_page(home.path(), &pdf, mm(210, 297));
    accepted(&home.path().join("press.pdf"));
    assert!(doubts.is_empty(), "{doubts:?}");
}

#[test]
fn colours_and_locks_of_a_pdf_are_told() {
    let home = tempfile::tempdir().expect("a temporary directory");
    let pdf = design(home.path());
    let data = std::fs::read(&pdf).expect("a file");
    let mut doubts = Findings::new();
    Artwork::read(request("design.pdf", 2), &data, &mut doubts).expect("a page");
    let doubts: Vec<String> = doubts.iter().map(|doubt| doubt.message.clone()).collect();
    assert_eq!(doubts, ["page 2 is not black only: DeviceRGB"]);
    let locked = home.path().join("locked.pdf");
    let [from, to] = [&pdf, &locked].map(|path| path.to_str().expect("UTF-8"));
    judges::content("qpdf", &["--encrypt", "", "owner", "256", "--", from, to]);
    let data = std::fs::read(&locked).expect("a file");
    let refused = Artwork::read(request("locked.pdf", 1), &data, &mut Findings::new());
    let refused = refused.expect_err("refused");
    assert_eq!(refused.iter().next().expect("a finding").code.0, "E709");
}

#[test]
fn a_whole_leaf_may_be_artwork() {
    let element = "box = [-3, -3, 216, 154.5]\nfile = \"art/leaflet.pdf\"\narea = \"bleed\"\nbackground = true";
    let home = home_with(element);
    let said = tayori(home.path(), &["forms", "lint", "payslip"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{}", said.out);
    let job = "shiomigaura/payslip-2026-04";
    let said = tayori(home.path(), &["build", job, "--out", "out", "--no-zip"]);
    assert_eq!(said.code, 3, "{}", said.err);
    let bundle = home.path().join("out/shiomigaura-payslip-2026-04");
    let lots = std::fs::read_dir(bundle.join("data/lots")).expect("lots");
    for lot in lots {
        let lot = lot.expect("a lot").path();
        let copy = home.path().join("lot.pdf");
        std::fs::copy(&lot, &copy).expect("a copy");
        accepted(&copy);
        let said = judges::content("qpdf", &["--json", lot.to_str().expect("UTF-8")]);
        assert_eq!(said.matches("\"/ShadingType\"").count(), 1, "it is written once");
    }
    let said = tayori(home.path(), &["verify", bundle.to_str().expect("UTF-8")]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    // Another picture makes another form, though its text is the same.
    let digest = |out: &str| -> String {
        let path = home.path().join(out).join("shiomigaura-payslip-2026-04/data/manifest.json");
        let manifest = std::fs::read_to_string(path).expect("a manifest");
        let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("JSON");
        manifest["form"]["sha256"].as_str().expect("a digest").to_owned()
    };
    let art = home.path().join("forms/art/leaflet.pdf");
    let data = std::fs::read(&art).expect("the artwork");
    std::fs::write(&art, [&data[..], b"\n"].concat()).expect("a file");
    let again = tayori(home.path(), &["build", job, "--out", "again", "--no-zip"]);
    assert_eq!(again.code, 3, "{}", again.err);
    assert_ne!(digest("out"), digest("again"));
}

#[test]
fn a_page_that_is_not_there_is_told_before_anything_is_printed() {
    let home = home_with("box = [190, 8, 10, 15]\nfile = \"art/leaflet.pdf\"\npage = 3");
    for command in [
        &["forms", "lint", "payslip", "--format", "short"][..],
        &["forms", "preview", "payslip", "--format", "short"],
    ] {
        let said = tayori(home.path(), command);
        assert_eq!(said.code, 78, "{}", said.err);
        let expected = "forms/art/leaflet.pdf: error[E711]: there is no page 3: the PDF file has 2";
        assert!(said.err.contains(expected), "{}", said.err);
    }
}
