//! A lot of a few hundred sides, written by `pdf` with the faces of `fonts/`, and looked at by
//! outsiders: qpdf, mupdf, Ghostscript, poppler and lopdf. A judge that is not installed fails.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use tayori::digest::Digest;
use tayori::font::{FontSet, Glyph};
use tayori::measure::{Extent, Length, Point, Rect, TypeSize};
use tayori::page::{Canvas, Ink, Stroke, TextRun, Turn};
use tayori::pdf::{
    Artwork, Content, Deflater, Image, Layer, LotInfo, LotWriter, OutputIntent, Standard,
};

/// Sides of the lot: more than one group of the page tree.
const SIDES: u32 = 430;
/// An SRA3 sheet with two A4 leaves side by side.
const SHEET: Extent = Extent { width: Length::mm(450), height: Length::mm(320) };
const LEAF: Extent = Extent { width: Length::mm(210), height: Length::mm(297) };

fn fonts() -> FontSet {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("fonts");
    let config = fs::read_to_string(home.join("fonts.toml")).expect("fonts.toml is there");
    let mut read = |path: &str| match fs::read(home.join(path)) {
        Ok(data) => Ok(Some(data)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    };
    FontSet::load(&config, "fonts/fonts.toml", &mut read).expect("the fonts are sound")
}

/// Draws lines of text, face by face, as render does.
struct Pen<'a> {
    fonts: &'a FontSet,
    glyphs: Vec<Glyph>,
}

#[derive(Clone, Copy)]
struct Style {
    role: &'static str,
    size: u16,
    squeeze: u8,
    spacing: i32,
}

const fn style(role: &'static str, size: u16) -> Style {
    Style { role, size, squeeze: 100, spacing: 0 }
}

impl Pen<'_> {
    fn write(&mut self, canvas: &mut dyn Canvas, x: i32, y: i32, style: Style, text: &str) {
        let role = self.fonts.role(style.role).expect("a role of fonts.toml");
        self.glyphs.clear();
        let shaped = self.fonts.shape(role, text, &mut self.glyphs);
        shaped.unwrap_or_else(|missing| panic!("{missing} is missing"));
        let size = TypeSize::centipoints(style.size);
        let spacing = Length::um(style.spacing);
        let mut at = Point { x: Length::um(x), y: Length::um(y) };
        for run in self.glyphs.chunk_by(|a, b| a.face == b.face) {
            let cids: Vec<u16> = run.iter().map(|glyph| glyph.cid).collect();
            let face = run[0].face;
            let (squeeze, ink) = (style.squeeze, Ink::BLACK);
            let turn = Turn::Upright;
            canvas.text(&TextRun { face, size, squeeze, spacing, at, turn, ink, cids: &cids });
            let units = run.iter().map(|glyph| i64::from(glyph.advance)).sum();
            let em = self.fonts.face(face).units_per_em;
            let extra = spacing.as_um() * i32::try_from(run.len()).expect("a line");
            at.x += size.advance(units, em, style.squeeze) + Length::um(extra);
        }
    }
}

fn rect(x: i32, y: i32, width: i32, height: i32) -> Rect {
    Rect::new(Length::um(x), Length::um(y), Length::um(width), Length::um(height))
}

const fn stroke(um: i32) -> Stroke {
    Stroke { width: Length::um(um), ink: Ink::BLACK, dash: None }
}

/// What all leaves share: a heading, boxes with round corners, a table, a cutting line.
fn layer(fonts: &FontSet, content: &mut Content) -> Layer {
    let mut pen = Pen { fonts, glyphs: Vec::new() };
    content.begin_layer(LEAF);
    content.area(rect(15_000, 100_000, 28_000, 49_000), Length::ZERO, Some(Ink(10)), None);
    for row in 0..=7 {
        let y = Length::um(100_000 + row * 7_000);
        let (from, to) = (Length::mm(15), Length::mm(195));
        content.line(Point { x: from, y }, Point { x: to, y }, stroke(200));
    }
    for (row, label) in ["通知書番号", "所有者", "課税標準額", "税額", "第1期", "第2期", "第3期"]
        .into_iter()
        .enumerate()
    {
        let y = 104_700 + i32::try_from(row).expect("seven rows") * 7_000;
        pen.write(content, 17_000, y, style("static", 850), label);
    }
    content.area(rect(15_000, 100_000, 180_000, 49_000), Length::ZERO, None, Some(stroke(400)));
    let grey = Stroke { ink: Ink(50), ..stroke(300) };
    let round = Length::mm(3);
    content.area(rect(20_000, 160_000, 60_000, 20_000), round, Some(Ink(8)), Some(grey));
    content.area(rect(90_000, 160_000, 60_000, 20_000), round, None, Some(stroke(300)));
    let dash = Some((Length::mm(2), Length::mm(1)));
    let cut = Stroke { dash, ..stroke(100) };
    let y = Length::mm(200);
    content.line(Point { x: Length::ZERO, y }, Point { x: LEAF.width, y }, cut);
    pen.write(content, 50_000, 80_000, style("heading", 1600), "固定資産税・都市計画税 納税通知書");
    pen.write(
        content,
        20_000,
        210_000,
        style("body", 900),
        "この通知書は、地方税法の規定により送付します。",
    );
    content.finish_layer(&mut Deflater::for_once())
}

/// The lines of one leaf, each as a reader should get it back.
fn texts(n: u32) -> [(Style, &'static str, String); 6] {
    let squeezed = Style { squeeze: 70, ..style("address", 1050) };
    let spread = Style { spacing: 2_000, ..style("name", 1200) };
    let plain = ["髙﨑 太郎 様", "葛\u{E0100}城 花子 様", "渡邉 か\u{3099}く 様"];
    let name = plain[n as usize % plain.len()].to_owned();
    [
        (style("number", 900), "postcode", format!("〒{:03}-{:04}", n % 1000, n * 7 % 10_000)),
        (squeezed, "address", format!("北潮県霞ヶ原市大字上沢渡字(東)平{n}番地の{}", n % 17)),
        (spread, "name", name),
        (style("number", 1000), "amount", format!("{}円", 1000 * n + 300)),
        (style("ocr", 1200), "ocr", format!("{n:010}+{:09}<", n * 997)),
        (style("mark", 600), "mark", format!("TYR-{n:07}")),
    ]
}

fn leaf(pen: &mut Pen<'_>, content: &mut Content, n: u32) {
    content.layer(0, Point::default());
    let places = [(20, 14), (20, 20), (20, 28), (60, 126), (20, 260), (150, 291)];
    for ((style, _, text), (x, y)) in texts(n).into_iter().zip(places) {
        pen.write(content, x * 1000, y * 1000, style, &text);
    }
    content.image(0, rect(165_000, 40_000, 24_000, 24_000));
    content.image(1, rect(165_000, 70_000, 24_000, 12_000));
}

fn side(pen: &mut Pen<'_>, content: &mut Content, n: u32) {
    content.begin_sheet(SHEET);
    for (slot, x) in [(0, 15), (1, 225)] {
        content.begin_slot(Point { x: Length::mm(x), y: Length::um(11_500) }, LEAF);
        leaf(pen, content, n * 2 + slot);
        content.end_slot();
    }
    let y = Length::um(11_500);
    let (from, to) = (Point { x: Length::mm(5), y }, Point { x: Length::mm(12), y });
    content.line(from, to, stroke(88));
    pen.write(content, 15_000, 317_000, style("static", 600), &format!("ロット 1 {} 枚目", n + 1));
}

/// A round seal of one bit, and a grey wedge.
fn images() -> [Artwork; 2] {
    let seal = |x: i32, y: i32| {
        let far = (x - 120) * (x - 120) + (y - 120) * (y - 120);
        let ring = (100 * 100..115 * 115).contains(&far);
        let cross = far < 90 * 90 && (x % 40 < 8 || y % 40 < 8);
        if ring || cross { 0 } else { 255 }
    };
    let wedge = |x: i32, _: i32| u8::try_from(x & 255).expect("a byte");
    [png(240, 240, &seal), png(256, 8, &wedge)]
        .map(|png| Artwork::Raster(Image::from_png("seal.png", &png).expect("a PNG image")))
}

fn png(width: i32, height: i32, sample: &dyn Fn(i32, i32) -> u8) -> Vec<u8> {
    let samples: Vec<u8> = (0..height)
        .flat_map(|y| (0..width).map(move |x| (x, y)))
        .map(|(x, y)| sample(x, y))
        .collect();
    let (mut out, size) = (Vec::new(), |n: i32| n.unsigned_abs());
    let mut encoder = png::Encoder::new(&mut out, size(width), size(height));
    encoder.set_color(png::ColorType::Grayscale);
    let mut writer = encoder.write_header().expect("a vector takes everything");
    writer.write_image_data(&samples).expect("a vector takes everything");
    writer.finish().expect("a vector takes everything");
    out
}

fn lot(fonts: &FontSet) -> Vec<u8> {
    let mut content = Content::new();
    let layers = [layer(fonts, &mut content)];
    let info = LotInfo {
        title: "固定資産税 (試験) lot 1",
        producer: "tayori test",
        id_seed: Digest::of(b"a lot"),
        sheet: SHEET,
        trims: &[rect(15_000, 11_500, 420_000, 297_000)],
        standard: Standard::PdfX4,
        date: "2026-04-06".parse().expect("a date"),
        intent: &OutputIntent::grey(),
    };
    let mut writer =
        LotWriter::new(Vec::new(), &info, &layers, &images()).expect("a vector takes everything");
    let mut deflater = Deflater::for_sides();
    let mut pen = Pen { fonts, glyphs: Vec::new() };
    for n in 0..SIDES {
        side(&mut pen, &mut content, n);
        writer.side(deflater.deflate(content.finish())).expect("a vector takes everything");
    }
    assert_eq!(writer.sides(), u64::from(SIDES));
    let written = writer.finish(fonts, content.usage()).expect("the fonts are sound");
    assert_eq!((written.bytes, written.pages), (written.out.len() as u64, u64::from(SIDES)));
    written.out
}

/// Runs a judge and gives what it says; it must be there and be content.
#[track_caller]
fn judge(program: &str, arguments: &[&str]) -> (String, String) {
    let output = Command::new(program)
        .args(arguments)
        .output()
        .unwrap_or_else(|error| panic!("the judge `{program}` must be installed: {error}"));
    let [out, err] =
        [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    assert!(output.status.success(), "{program} {arguments:?}: {}\n{out}\n{err}", output.status);
    (out, err)
}

fn file(name: &str, data: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let home = tempfile::tempdir().expect("a temporary directory");
    let path = home.path().join(name);
    fs::write(&path, data).expect("the directory takes a file");
    (home, path)
}

#[test]
fn outsiders_find_no_fault_with_a_lot() {
    let pdf = lot(&fonts());
    let (home, path) = file("lot.pdf", &pdf);
    let path = path.to_str().expect("a plain path");

    let (out, err) = judge("qpdf", &["--check", path]);
    assert!(
        out.contains("No syntax or stream encoding errors found") && err.is_empty(),
        "{out}{err}"
    );
    let (out, _) = judge("qpdf", &["--show-npages", path]);
    assert_eq!(out.trim(), SIDES.to_string());

    let (out, err) = judge("mutool", &["info", path]);
    assert!(out.contains(&format!("Pages: {SIDES}")) && err.is_empty(), "{out}{err}");
    let drawn = home.path().join("drawn.png");
    let drawn = drawn.to_str().expect("a plain path");
    let (_, err) =
        judge("mutool", &["draw", "-q", "-N", "-r", "20", "-o", drawn, path, "1,200,201,N"]);
    assert!(err.is_empty(), "{err}");

    let ghostscript = ["-dNOPAUSE", "-dBATCH", "-dPDFSTOPONWARNING", "-sDEVICE=nullpage", path];
    let (out, err) = judge("gs", &ghostscript);
    let complaints = ["Warning", "warning", "Error", "error", "****"];
    assert!(!complaints.iter().any(|word| out.contains(word)) && err.is_empty(), "{out}{err}");
    assert!(out.contains(&format!("Page {SIDES}")), "{out}");

    let (out, err) = judge("pdffonts", &[path]);
    assert!(err.is_empty(), "{err}");
    for line in out.lines().skip(2) {
        let columns: Vec<_> = line.split_whitespace().rev().collect();
        // From the right: object number twice, then uni, sub, emb.
        assert_eq!((columns[2], columns[4]), ("yes", "yes"), "embedded, with text: {line}");
        assert!(columns[3] == "yes" || line.starts_with("OCRB-Regular"), "subset: {line}");
    }
    assert_eq!(out.lines().count(), 2 + 5, "only the faces in use: {out}");

    let (out, _) = judge("pdfinfo", &["-box", path]);
    for line in ["Title:           固定資産税 (試験) lot 1", "PDF version:     1.6"] {
        assert!(out.contains(line), "{out}");
    }
    assert!(out.contains("TrimBox:            42.52    32.60  1233.07   874.49"), "{out}");
}

/// Checks the text that a reader found on each side.
#[track_caller]
fn read_back(reader: &str, sides: &[&str], of_interest: &dyn Fn(&str) -> bool) {
    // Readers put blanks where letters stand apart, and break lines as they like.
    let bare = |text: &str| text.replace([' ', '\n', '\r'], "");
    assert!(sides.len() >= SIDES as usize, "{reader}: {} sides", sides.len());
    for (n, page) in (0..SIDES).zip(sides) {
        let page = bare(page);
        for (_, what, text) in texts(n * 2).into_iter().chain(texts(n * 2 + 1)) {
            let found = page.contains(&bare(&text)) || !of_interest(&text);
            assert!(found, "{reader}: {what} of side {n}: {text}\n{page}");
        }
        for text in
            ["固定資産税・都市計画税納税通知書", "この通知書は、地方税法の規定により送付します。"]
        {
            assert_eq!(page.matches(text).count(), 2, "{reader}: {text}\n{page}");
        }
    }
}

#[test]
fn text_comes_back_as_it_was_written() {
    let (_home, path) = file("lot.pdf", &lot(&fonts()));
    let path = path.to_str().expect("a plain path");
    let (out, err) = judge("pdftotext", &["-raw", path, "-"]);
    assert!(err.is_empty(), "{err}");
    read_back("poppler", &out.split('\u{C}').collect::<Vec<_>>(), &|_| true);
    let (out, err) = judge("mutool", &["draw", "-q", "-N", "-F", "txt", path]);
    assert!(err.is_empty(), "{err}");
    // Its text device writes a selector as two surrogates.
    let plane = |text: &str| !text.contains('\u{E0100}');
    read_back("mupdf", &out.split('\u{C}').collect::<Vec<_>>(), &plane);
}

/// Characters whose numbers hold every byte that a string treats in its own way, side by side.
fn awkward(fonts: &FontSet) -> Vec<u16> {
    let special = b"\n\r()\\\0 \t%<";
    let pairs = special.iter().flat_map(|&high| special.map(|low| u16::from_be_bytes([high, low])));
    let mincho = fonts.role_faces(fonts.role("name").expect("a role"))[0];
    let all: Vec<u16> = pairs.filter(|&cid| !fonts.text_of(mincho, cid).is_empty()).collect();
    assert!(all.len() > 50, "{}", all.len());
    all
}

/// A side of big letters, ten to a line.
fn letters(fonts: &FontSet) -> Vec<u8> {
    let info = LotInfo {
        title: "letters",
        producer: "tayori test",
        id_seed: Digest::of(b"letters"),
        sheet: LEAF,
        trims: &[],
        standard: Standard::PdfX4,
        date: "2026-04-06".parse().expect("a date"),
        intent: &OutputIntent::grey(),
    };
    let mut writer = LotWriter::new(Vec::new(), &info, &[], &[]).expect("a vector");
    let mut content = Content::new();
    content.begin_sheet(LEAF);
    let mut pen = Pen { fonts, glyphs: Vec::new() };
    pen.write(&mut content, 5_000, 20_000, style("name", 5_600), "髙﨑葛葛\u{E0100}が");
    pen.write(&mut content, 110_000, 20_000, style("ocr", 5_600), "12345");
    let mincho = fonts.role_faces(fonts.role("name").expect("a role"))[0];
    for (n, cids) in (2..).zip(awkward(fonts).chunks(10)) {
        let at = Point { x: Length::mm(5), y: Length::mm(20 * n) };
        let (size, spacing) = (TypeSize::pt(56), Length::ZERO);
        let (face, squeeze, turn, ink) = (mincho, 100, Turn::Upright, Ink::BLACK);
        content.text(&TextRun { face, size, squeeze, spacing, at, turn, ink, cids });
    }
    writer.side(Deflater::for_sides().deflate(content.finish())).expect("a vector");
    writer.finish(fonts, content.usage()).expect("the fonts are sound").out
}

/// A grey raster (PGM, binary) as means of cells of some samples a side.
fn cells(data: &[u8], side: usize) -> Vec<Vec<u32>> {
    assert_eq!(&data[..2], b"P5");
    let mut fields = Vec::new();
    let mut at = 2;
    while fields.len() < 3 {
        let start = at + data[at..].iter().position(|b| !b.is_ascii_whitespace()).expect("more");
        at = start + data[start..].iter().position(|b| b"\n \t\r".contains(b)).expect("more");
        if data[start] == b'#' {
            at = start + data[start..].iter().position(|&b| b == b'\n').expect("an end");
            continue;
        }
        let field = std::str::from_utf8(&data[start..at]).expect("ASCII");
        fields.push(field.parse::<usize>().expect("a number"));
    }
    let (width, samples) = (fields[0], &data[at + 1..]);
    let rows: Vec<&[u8]> = samples.chunks_exact(width).collect();
    let mean = |rows: &[&[u8]], x: usize| {
        let sum: u32 = rows.iter().flat_map(|row| &row[x..x + side]).map(|&s| u32::from(s)).sum();
        sum.div_ceil(u32::try_from(side * side).expect("a small cell"))
    };
    let across = || (0..=width - side).step_by(side);
    rows.chunks_exact(side).map(|rows| across().map(|x| mean(rows, x)).collect()).collect()
}

#[test]
fn three_renderers_show_the_same_letters() {
    let fonts = fonts();
    let (home, path) = file("letters.pdf", &letters(&fonts));
    let path = path.to_str().expect("a plain path");
    let place = |name: &str| home.path().join(name).to_str().expect("a plain path").to_owned();
    let (poppler, mupdf, ghostscript) = (place("poppler"), place("mupdf.pgm"), place("gs.pgm"));
    judge("pdftoppm", &["-gray", "-r", "72", "-singlefile", path, &poppler]);
    judge("mutool", &["draw", "-q", "-N", "-c", "gray", "-r", "72", "-o", &mupdf, path]);
    judge(
        "gs",
        &[
            "-q",
            "-dBATCH",
            "-sDEVICE=pgmraw",
            "-r72",
            "-dTextAlphaBits=4",
            "-o",
            &ghostscript,
            path,
        ],
    );
    let read = |name: &str| cells(&fs::read(name).expect("a raster"), 14);
    let first = read(&format!("{poppler}.pgm"));
    // Renderers differ by some 25 of 255 where a stem falls between samples; a wrong letter, or a
    // blank box, by 60 and more.
    for (name, other) in [("mupdf", read(&mupdf)), ("Ghostscript", read(&ghostscript))] {
        for (y, (ours, theirs)) in first.iter().zip(&other).enumerate() {
            for (x, (a, b)) in ours.iter().zip(theirs).enumerate() {
                assert!(a.abs_diff(*b) < 40, "{name} differs at {x},{y}: {a} and {b}");
            }
        }
    }
    let dark = first.iter().flatten().filter(|&&mean| mean < 230).count();
    assert!(dark > 500, "the side is covered with letters: {dark}");

    // And each reader finds their text.
    let text: String = awkward(&fonts).iter().map(|&cid| fonts.text_of(3, cid)).collect();
    let (out, _) = judge("pdftotext", &["-raw", path, "-"]);
    let bare = |text: &str| text.replace([' ', '\n', '\u{3000}', '\u{C}'], "");
    assert!(bare(&out).ends_with(&bare(&text)), "{text}\n{out}");
}

#[test]
fn lopdf_reads_the_same() {
    let document = lopdf::Document::load_mem(&lot(&fonts())).expect("a PDF file");
    let pages = document.get_pages();
    assert_eq!(pages.len(), SIDES as usize);
    for n in [1, 200, 201, SIDES] {
        let text = document.extract_text(&[n]).expect("text").replace([' ', '\n'], "");
        for (_, what, line) in texts(n * 2 - 2).into_iter().chain(texts(n * 2 - 1)) {
            assert!(text.contains(&line.replace(' ', "")), "{what} of side {n}: {line}\n{text}");
        }
    }
}

#[test]
fn the_same_lot_gives_the_same_bytes() {
    let first = lot(&fonts());
    assert_eq!(Digest::of(&first), Digest::of(&lot(&fonts())));
}

#[test]
fn a_file_without_sides_layers_or_images_is_still_a_file() {
    let fonts = fonts();
    let info = LotInfo {
        title: "",
        producer: "tayori test",
        id_seed: Digest::of(b""),
        sheet: LEAF,
        trims: &[],
        standard: Standard::PdfX4,
        date: "2026-04-06".parse().expect("a date"),
        intent: &OutputIntent::grey(),
    };
    let mut writer = LotWriter::new(Vec::new(), &info, &[], &[]).expect("a vector");
    writer.side(Deflater::for_sides().deflate(b"")).expect("a vector");
    let written = writer.finish(&fonts, &tayori::font::Usage::new()).expect("no fonts at all");
    let (_home, path) = file("empty.pdf", &written.out);
    let (out, err) = judge("qpdf", &["--check", path.to_str().expect("a plain path")]);
    assert!(out.contains("No syntax or stream encoding errors") && err.is_empty(), "{out}{err}");
}

/// A sink that breaks after some bytes, as a full disk does.
struct Full(usize);

impl io::Write for Full {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        self.0 = self.0.checked_sub(data.len()).ok_or(io::ErrorKind::StorageFull)?;
        Ok(data.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_is_an_error() {
    let fonts = fonts();
    let info = LotInfo {
        title: "t",
        producer: "p",
        id_seed: Digest::of(b""),
        sheet: LEAF,
        trims: &[],
        standard: Standard::PdfX4,
        date: "2026-04-06".parse().expect("a date"),
        intent: &OutputIntent::grey(),
    };
    let mut writer = LotWriter::new(Full(300_000), &info, &[], &[]).expect("still room");
    let result = (0..1000).try_for_each(|_| writer.side(&[0; 4000]));
    let error = result.expect_err("the disk is full");
    assert!(
        matches!(error, tayori::pdf::Error::Write(e) if e.kind() == io::ErrorKind::StorageFull)
    );
    let writer = LotWriter::new(Full(10), &info, &[], &[]).expect("nothing written yet");
    assert!(writer.finish(&fonts, &tayori::font::Usage::new()).is_err());
}
