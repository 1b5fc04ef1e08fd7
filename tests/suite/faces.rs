//! The faces of `fonts/`: names of all residents, and `IPAmj` Mincho, which a home may have besides.
//! What was printed is read back by poppler.

use crate::judges;
use crate::program::repository;
use skrifa::charmap::MapVariant;
use skrifa::instance::{LocationRef, Size};
use skrifa::outline::DrawSettings;
use skrifa::outline::pen::SvgPen;
use skrifa::{FontRef, GlyphId, MetadataProvider as _};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use tayori::digest::Digest;
use tayori::font::{Cid, FaceId, FontSet, Usage};
use tayori::measure::{Extent, Length, Point, TypeSize, div_round};
use tayori::page::{Canvas as _, Ink, TextRun, Turn};
use tayori::pdf::{Content, Deflater, LotInfo, LotWriter, OutputIntent, Standard};

/// Where Debian's package `fonts-ipamj-mincho` puts the face; `bash tests/run.sh` installs it.
const IPAMJ: &str = "/usr/share/fonts/truetype/ipamj/ipamjm.ttf";

fn ipamj() -> Vec<u8> {
    std::fs::read(IPAMJ).unwrap_or_else(|error| {
        panic!("{IPAMJ}: {error}: run `bash tests/run.sh`, which installs it")
    })
}

/// The home's faces, with `IPAmj` (which only the digest in `fonts.toml` admits) or without.
fn fonts(with_ipamj: bool) -> FontSet {
    let home = repository().join("fonts");
    let config = std::fs::read_to_string(home.join("fonts.toml")).expect("fonts.toml");
    let mut read = |file: &str| match file {
        "ipamjm.ttf" => Ok(with_ipamj.then(ipamj)),
        file => std::fs::read(home.join(file)).map(Some),
    };
    FontSet::load(&config, "fonts/fonts.toml", &mut read).expect("the faces are sound")
}

/// Prints one line a text, twelve points high, and returns the file.
pub(crate) fn print(fonts: &FontSet, role: &str, texts: &[&str]) -> Vec<u8> {
    let page = Extent { width: Length::mm(210), height: Length::mm(297) };
    let role = fonts.role(role).expect("a role");
    let size = TypeSize::pt(12);
    let mut content = Content::new();
    content.begin_sheet(page);
    for (line, text) in (0..).zip(texts) {
        let mut glyphs = Vec::new();
        let shaped = fonts.shape(role, text, &mut glyphs);
        shaped.unwrap_or_else(|missing| panic!("{missing} is missing"));
        let mut at = Point { x: Length::mm(20), y: Length::mm(20 + 8 * line) };
        for run in glyphs.chunk_by(|a, b| a.face == b.face && !a.apart && !b.apart) {
            let face = run[0].face;
            let em = fonts.face(face).units_per_em;
            let up = i64::from(size.em().as_um()) * i64::from(run[0].y);
            let up = Length::um(i32::try_from(div_round(up, em.into())).expect("a mark"));
            let cids: Vec<u16> = run.iter().map(|glyph| glyph.cid).collect();
            let place = Point { x: at.x + size.advance(run[0].x.into(), em, 100), y: at.y - up };
            let (squeeze, spacing, ink) = (100, Length::ZERO, Ink::BLACK);
            let (turn, cids) = (Turn::Upright, &cids);
            content.text(&TextRun { face, size, squeeze, spacing, turn, at: place, ink, cids });
            let units = run.iter().map(|glyph| i64::from(glyph.advance)).sum();
            at.x += size.advance(units, em, 100);
        }
    }
    let info = LotInfo {
        title: "faces",
        producer: "tayori test",
        id_seed: Digest::of(b"faces"),
        sheet: page,
        trims: &[],
        standard: Standard::PdfX4,
        date: "2026-04-06".parse().expect("a date"),
        intent: &OutputIntent::grey(),
    };
    let mut writer = LotWriter::new(Vec::new(), &info, &[], &[]).expect("a vector takes it");
    let mut deflater = Deflater::for_sides();
    writer.side(deflater.deflate(content.finish())).expect("a vector takes it");
    writer.finish(fonts, content.usage()).expect("the faces can be embedded").out
}

/// The lines that poppler reads out of a file.
pub(crate) fn read_back(directory: &Path, file: &[u8]) -> Vec<String> {
    let path = directory.join("faces.pdf");
    std::fs::write(&path, file).expect("a file");
    let path = path.to_str().expect("UTF-8");
    judges::content("qpdf", &["--check", path]);
    let text = judges::content("pdftotext", &["-raw", path, "-"]);
    text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
}

#[test]
fn names_of_all_residents_are_printed_and_read_back() {
    let fonts = fonts(false);
    let names = [
        "Nguyễn Thị Ánh Nguyệt 様",
        "Nguye\u{302}\u{303}n Thi\u{323} A\u{301}nh Nguye\u{323}\u{302}t",
        "Đặng Văn Ước",
        "王 晓明",
        "陳 怡君",
        "김 민수",
        "\u{1100}\u{1175}\u{11B7} \u{1106}\u{1175}\u{11AB}\u{1109}\u{116E}",
        "Müller-Łukasiewicz Åse",
        "Şükrü Çağlayan",
        "J\u{30C}x\u{30C}i\u{30B} Vy\u{303} Q\u{323}\u{302}",
        "か\u{3099}く か\u{309A} 葛\u{E0100}城 髙﨑",
    ];
    let home = tempfile::tempdir().expect("a temporary directory");
    let file = print(&fonts, "foreign", &names);
    let read = read_back(home.path(), &file);
    let expected = [
        "Nguyễn Thị Ánh Nguyệt 様",
        "Nguyễn Thị Ánh Nguyệt",
        "Đặng Văn Ước",
        "王 晓明",
        "陳 怡君",
        "김 민수",
        "김 민수",
        "Müller-Łukasiewicz Åse",
        "Şükrü Çağlayan",
        "J\u{30C}x\u{30C}i\u{30B} Vỹ Q\u{323}\u{302}",
        "か\u{3099}く か\u{309A} 葛\u{E0100}城 髙﨑",
    ];
    assert_eq!(read, expected);
    assert_eq!(print(&fonts, "foreign", &names), file, "the same bytes again");
}

/// The texts that a font's own tables name, with their glyphs: code points and sequences that are
/// not the same as their base.
fn texts_of(font: &FontRef<'_>) -> BTreeMap<String, GlyphId> {
    let charmap = font.charmap();
    let text = |chars: &[u32]| chars.iter().copied().filter_map(char::from_u32).collect::<String>();
    let alone = charmap.mappings().map(|(c, glyph)| (text(&[c]), glyph));
    let sequences =
        charmap.variant_mappings().filter_map(|(base, selector, variant)| match variant {
            MapVariant::Variant(glyph) => Some((text(&[base, selector]), glyph)),
            MapVariant::UseDefault => None,
        });
    alone.chain(sequences).collect()
}

fn outline(font: &FontRef<'_>, glyph: GlyphId) -> String {
    let mut path = SvgPen::new();
    let glyph = font.outline_glyphs().get(glyph).expect("a glyph");
    glyph
        .draw(DrawSettings::unhinted(Size::unscaled(), LocationRef::default()), &mut path)
        .expect("a path");
    path.to_string()
}

#[test]
fn ipamj_shows_all_its_characters_and_sequences() {
    let (fonts, data) = (fonts(true), ipamj());
    let font = FontRef::new(&data).expect("a font");
    let (role, texts) = (fonts.role("name").expect("a role"), texts_of(&font));
    let parts: Vec<_> = fonts.faces().filter(|(_, face)| face.name == "ipamj").collect();
    let [(first, _), (second, face)] = parts[..] else { panic!("{} faces", parts.len()) };
    assert!(face.is_continuation, "one space of numbers is too small for all");
    assert_eq!(fonts.role_faces(role)[1..3], [first, second]);

    let mut numbers: BTreeMap<String, (FaceId, Cid)> = BTreeMap::new();
    for &(id, face) in &parts {
        for cid in (1..=Cid::MAX).filter(|&cid| !face.text_of(cid).is_empty()) {
            numbers.entry(face.text_of(cid)).or_insert((id, cid));
        }
    }
    let lost: Vec<_> = texts.keys().filter(|&text| !numbers.contains_key(text)).collect();
    assert_eq!(lost, ["\u{AD}"], "only the soft hyphen is never shown");
    let kanji = texts.keys().filter(|text| text.chars().all(|c| c > '\u{2E80}')).count();
    assert!(texts.len() > 65_535 && kanji > 65_000, "{} {kanji}", texts.len());

    // What is embedded for a number has the outline that the font gives the text.
    let sample: Vec<_> = texts.iter().step_by(23).filter(|(text, _)| *text != "\u{AD}").collect();
    let mut usage = Usage::new();
    for (text, _) in &sample {
        let (id, cid) = numbers[*text];
        usage.mark(id, &[cid]);
    }
    let subsets: BTreeMap<_, _> = parts
        .iter()
        .map(|(id, face)| (*id, face.subset(*id, &usage).expect("a sound face")))
        .collect();
    for (text, glyph) in sample {
        let (id, cid) = numbers[text];
        let subset = &subsets[&id];
        let map = subset.cid_to_gid.as_ref().expect("TrueType");
        let at = usize::from(cid) * 2;
        let embedded = GlyphId::new(u32::from(map[at]) << 8 | u32::from(map[at + 1]));
        let program = FontRef::new(&subset.program).expect("a font");
        assert_eq!(
            outline(&program, embedded),
            outline(&font, *glyph),
            "{}",
            text.escape_unicode()
        );
    }
}

#[test]
fn ipamj_prints_what_other_faces_lack() {
    let fonts = fonts(true);
    let mut glyphs = Vec::new();
    let role = fonts.role("name").expect("a role");
    let names = ["𠮷野家", "邉\u{E010F}邉\u{E0110} 𩸽", "葛\u{E0102}城辻\u{E0103}"];
    for name in names {
        fonts.shape(role, name, &mut glyphs).expect(name);
    }
    let cids: BTreeSet<_> = glyphs.iter().map(|glyph| (glyph.face, glyph.cid)).collect();
    assert_eq!(cids.len(), glyphs.len(), "every sequence has a number of its own");
    let home = tempfile::tempdir().expect("a temporary directory");
    assert_eq!(read_back(home.path(), &print(&fonts, "name", &names)), names);
}
