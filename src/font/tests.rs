//! Tests of the font room: a small face made for them, and two of the faces of `fonts/`.

use super::*;
use crate::diag::Diagnostic;
use proptest::prelude::*;

const TEST: &[u8] = include_bytes!("../../tests/fixtures/fonts/TayoriTest.ttf");
const BOUND: &[u8] = include_bytes!("../../tests/fixtures/fonts/TayoriTest-bound.ttf");
const MINCHO: &[u8] = include_bytes!("../../fonts/BIZUDMincho-Regular.ttf");
const LATIN: &[u8] = include_bytes!("../../fonts/NotoSerif-Regular.ttf");
const HANGUL: &[u8] = include_bytes!("../../fonts/NanumMyeongjo.ttf");
const CHINESE: &[u8] = include_bytes!("../../fonts/DroidSansFallbackFull.ttf");
const OCR_B: &[u8] = include_bytes!("../../fonts/OCRB.otf");

fn read(path: &str) -> io::Result<Option<Vec<u8>>> {
    let data = match path {
        "test.ttf" => TEST,
        "bound.ttf" => BOUND,
        "mincho.ttf" => MINCHO,
        "ocrb.otf" => OCR_B,
        "latin.ttf" => LATIN,
        "hangul.ttf" => HANGUL,
        "chinese.ttf" => CHINESE,
        "page.html" => b"<!DOCTYPE html><title>Not found</title>",
        "licence.txt" => b"you may",
        "broken" => return Err(io::Error::other("the disk is gone")),
        _ => return Ok(None),
    };
    Ok(Some(data.to_vec()))
}

fn face(name: &str, file: &str, more: &str) -> String {
    let data = read(file).ok().flatten().unwrap_or_default();
    let digest = Digest::of(&data);
    format!(
        "[[face]]\nname = \"{name}\"\nfile = \"{file}\"\nsha256 = \"{digest}\"\n\
         licence = \"licence.txt\"\n{more}\n"
    )
}

fn set() -> FontSet {
    let config = [
        face("mincho", "mincho.ttf", ""),
        face("gone", "gone.ttf", "optional = true"),
        face("test", "test.ttf", ""),
        face("ocr-b", "ocrb.otf", ""),
        face("latin", "latin.ttf", ""),
        face("hangul", "hangul.ttf", ""),
        face("chinese", "chinese.ttf", ""),
        "[roles]\nname = [\"mincho\", \"gone\", \"test\"]\nocr = [\"ocr-b\"]\ntest = [\"test\"]\n\
         world = [\"mincho\", \"latin\", \"hangul\", \"chinese\"]\nlatin = [\"latin\"]"
            .to_owned(),
    ];
    FontSet::load(&config.concat(), "fonts.toml", &mut read).expect("the configuration is good")
}

fn shape(set: &FontSet, role: &str, text: &str) -> Result<Vec<Glyph>, Missing> {
    let mut glyphs = Vec::new();
    set.shape(set.role(role).expect("a role"), text, &mut glyphs).map(|()| glyphs)
}

#[track_caller]
fn refused(config: &str, code: &str, line: u32, message: &str) -> Diagnostic {
    let error = FontSet::load(config, "fonts/fonts.toml", &mut read).expect_err("refused");
    let Error::Findings(findings) = error else { panic!("{error}") };
    let first = findings.iter().next().expect("a finding").clone();
    let place = first.place.as_ref().expect("a place");
    assert_eq!((first.code.0, place.line), (code, line), "{first:?}");
    assert!(first.message.contains(message), "{}", first.message);
    assert!(CODES.iter().any(|(known, ..)| *known == code));
    first
}

#[test]
fn names_of_people_are_shown_as_written() {
    let set = set();
    let text = "髙﨑葛\u{E0100}城𠮷か\u{3099}";
    let glyphs = shape(&set, "name", text).expect("every cluster is in a face");
    let faces: Vec<_> = glyphs.iter().map(|glyph| glyph.face).collect();
    assert_eq!(faces, [0, 0, 0, 0, 2, 0], "an absent face keeps its number");
    let back: String = glyphs.iter().map(|g| set.text_of(g.face, g.cid)).collect();
    assert_eq!(back, text, "the text of the characters is the text that was shaped");
    let bytes: usize = glyphs.iter().map(|glyph| usize::from(glyph.bytes)).sum();
    assert_eq!(bytes, text.len());
    let absent: Vec<&str> = set.absent().iter().map(|absent| absent.name.as_str()).collect();
    assert_eq!(absent, ["gone"]);
    assert_eq!(set.face(0).units_per_em, 2048);
    assert!(glyphs.iter().all(|g| g.advance == set.face(g.face).units_per_em));
}

#[test]
fn a_sequence_shows_its_own_glyph() {
    let set = set();
    let glyph = |text| {
        let glyph = shape(&set, "name", text).expect("shown")[0];
        (glyph.cid, set.face(0).characters.glyph(glyph.cid))
    };
    let (plain, e0100, e0101) = (glyph("葛"), glyph("葛\u{E0100}"), glyph("葛\u{E0101}"));
    assert_eq!(plain.1, plain.0, "the primary text of a glyph has its number");
    assert_ne!(plain.1, e0100.1, "U+E0100 is another shape");
    assert_eq!(plain.1, e0101.1, "U+E0101 is the default shape");
    assert_ne!(plain.0, e0101.0, "but has a character of its own");
    assert_eq!(glyph("か\u{3099}").1, glyph("が").1);
}

#[test]
fn what_no_face_has_is_missing_and_never_dropped() {
    let set = set();
    let missing = shape(&set, "name", "葛\u{E0105}城").expect_err("no face has that selector");
    assert_eq!((missing.at, missing.to_string().as_str()), (0, "U+845B U+E0105"));
    // The second face of the role has this sequence, the first only its base.
    assert_eq!(shape(&set, "name", "葛\u{E0103}").expect("by fallback")[0].face, 2);
    for text in
        ["a\u{200B}b", "z\u{301}\u{E0100}", "\u{301}", "\u{7}", "\u{FEFF}x", "\u{FFFD}", "\n"]
    {
        for role in ["test", "name", "world", "latin"] {
            assert!(shape(&set, role, text).is_err(), "{role} {}", text.escape_unicode());
        }
    }
    let role = set.role("ocr").expect("a role");
    let all: Vec<_> = set.missing(role, "12税3額").map(|m| (m.at, m.text)).collect();
    assert_eq!(all, [(2, "税".to_owned()), (6, "額".to_owned())]);
    let mut glyphs = shape(&set, "ocr", "1").expect("a digit");
    let before = glyphs.clone();
    set.shape(role, "2税", &mut glyphs).expect_err("no kanji there");
    assert_eq!(glyphs, before, "nothing is added when something is missing");
}

#[test]
fn texts_that_share_a_glyph_keep_their_own_text() {
    let set = set();
    let glyphs = shape(&set, "test", "AΑ \u{A0}").expect("shown");
    assert_eq!(glyphs.iter().map(|glyph| glyph.cid).collect::<Vec<_>>(), [2, 8, 1, 7]);
    assert_eq!(set.face(2).coverage(), (6, 2));
    assert_eq!(set.text_of(2, 8), "Α");
    assert_eq!((set.text_of(2, 0), set.text_of(2, 60_000)), (String::new(), String::new()));
    assert_eq!((set.advance(2, 8), set.advance(2, 60_000)), (600, 0));
}

#[test]
fn a_subset_leads_from_characters_to_glyphs_widths_and_text() {
    let set = set();
    let mut usage = Usage::new();
    let used: Vec<_> =
        shape(&set, "test", "AΑ葛\u{E0103}𠮷").expect("shown").iter().map(|g| g.cid).collect();
    usage.mark(2, &used);
    let subset = set.face(2).subset(2, &usage).expect("a sound font");
    assert_eq!(subset.widths, [(2, 600), (3, 1000), (5, 1000), (8, 600)]);
    assert_eq!(subset.default_width, 1000);
    // Glyphs A, yoshi and katsu.var become 1, 2, 3; both A's are glyph 1.
    let map = subset.cid_to_gid.as_ref().expect("TrueType");
    assert_eq!(map.chunks(2).map(|gid| gid[1]).collect::<Vec<_>>(), [0, 0, 1, 2, 0, 3, 0, 0, 1]);
    let (tag, name) = subset.name.split_once('+').expect("a tag");
    assert_eq!((tag.len(), name), (6, "TayoriTest-Regular"));
    assert!(tag.bytes().all(|b| b.is_ascii_uppercase()));
    let cmap = String::from_utf8(subset.to_unicode.clone()).expect("ASCII");
    for line in ["<0003> <D842DFB7>", "<0005> <845BDB40DD03>", "<0008> <0391>"] {
        assert!(cmap.contains(line), "{line}");
    }
    assert_eq!(set.face(2).subset(2, &usage).expect("again"), subset);
    usage.mark(2, &[1]);
    assert_ne!(set.face(2).subset(2, &usage).expect("more").name, subset.name);
}

#[test]
fn a_cff_face_is_embedded_whole_and_its_characters_are_its_glyphs() {
    let set = set();
    let mut usage = Usage::new();
    let cids: Vec<_> =
        shape(&set, "ocr", "0123").expect("digits").iter().map(|glyph| glyph.cid).collect();
    usage.mark(3, &cids);
    let subset = set.face(3).subset(3, &usage).expect("a sound font");
    assert!(set.face(3).is_cff && subset.cid_to_gid.is_none());
    assert_eq!(subset.name, "OCRB-Regular");
    assert_eq!(&subset.program[..2], [1, 0], "a CFF table begins with its version");
    assert_eq!(subset.widths.len(), 4);
}

#[test]
fn vertical_writing_has_other_glyphs_and_the_same_text() {
    let set = set();
    let (mut turned, mut usage) = (Vec::new(), Usage::new());
    for glyph in shape(&set, "name", "（、。ーっ「～").expect("shown") {
        let vertical = set.vertical(0, glyph.cid).expect("`vert` has them");
        assert_eq!(set.text_of(0, vertical), set.text_of(0, glyph.cid));
        let face = &set.face(0).characters;
        assert_ne!(face.glyph(vertical), face.glyph(glyph.cid));
        assert_eq!((set.advance(0, vertical), set.height(0, vertical)), (2048, 2048));
        assert_eq!(set.vertical(0, vertical), None);
        turned.push(vertical);
    }
    for glyph in shape(&set, "name", "国あA1葛\u{E0100}").expect("shown") {
        assert_eq!(set.vertical(0, glyph.cid), None, "{}", set.text_of(0, glyph.cid));
    }
    assert_eq!(set.face(0).em_top(), 1802, "the top of the em box, from which glyphs hang");
    usage.mark(0, &turned);
    let subset = set.face(0).subset(0, &usage).expect("a sound font");
    let cmap = String::from_utf8(subset.to_unicode).expect("ASCII");
    assert!(cmap.contains(&format!("<{:04X}> <3002>", turned[2])), "{cmap}");
    let map = subset.cid_to_gid.expect("TrueType");
    let gids: std::collections::BTreeSet<_> =
        turned.iter().map(|&cid| &map[usize::from(cid) * 2..][..2]).collect();
    assert_eq!(gids.len(), 7, "each has a glyph of its own in the subset");
    assert!(
        shape(&set, "ocr", "(-)").expect("shown").iter().all(|g| set.vertical(3, g.cid).is_none())
    );
}

fn shape_down(font: &harfrust::ShaperFont<'_, '_>, c: char) -> u16 {
    let mut buffer = harfrust::Buffer::new();
    buffer.push(u32::from(c), 0);
    buffer.set_direction(harfrust::Direction::TopToBottom);
    buffer.set_script(Some(harfrust::Script::HAN));
    harfrust::shape(font, &mut buffer, harfrust::ShapeOptions::new()).expect("a direction is set");
    let [glyph] = buffer.glyph_infos() else { panic!("{c} is not one glyph") };
    u16::try_from(glyph.glyph_id).expect("a glyph number")
}

/// A whole shaper puts the same glyphs into vertical lines.
#[test]
fn vertical_glyphs_are_those_of_a_shaper() {
    let set = set();
    let face = set.face(0);
    let font = harfrust::Font::new(MINCHO.to_vec(), 0).expect("a font");
    let shaper = harfrust::ShaperFont::new(&font);
    let mut found = 0;
    for cid in 1..=Cid::MAX {
        let text = face.text_of(cid);
        let mut chars = text.chars();
        let (Some(c), None) = (chars.next(), chars.next()) else { continue };
        if shape(&set, "name", &text).map_or(true, |glyphs| glyphs[0].cid != cid) {
            continue;
        }
        let expected = shape_down(&shaper, c);
        let cid = set.vertical(0, cid).unwrap_or(cid);
        assert_eq!(face.characters.glyph(cid), expected, "U+{:04X}", u32::from(c));
        found += 1;
    }
    assert_eq!(found, face.coverage().0, "every code point was compared");
}

/// The texts of glyphs, those of one cluster joined by `+`, and their faces.
fn told(set: &FontSet, glyphs: &[Glyph]) -> (String, Vec<FaceId>) {
    let mut text = String::new();
    for glyph in glyphs {
        text.extend((glyph.bytes == 0).then_some('+'));
        text.push_str(&set.text_of(glyph.face, glyph.cid));
    }
    (text, glyphs.iter().map(|glyph| glyph.face).collect())
}

#[test]
fn clusters_are_composed_where_no_face_has_them_as_written() {
    let set = set();
    for (text, composed, face) in [
        ("e\u{301}", "é", 0),
        ("か\u{3099}", "か\u{3099}", 0),
        ("か\u{309A}", "か\u{309A}", 0),
        ("â\u{323}", "ậ", 4),
        ("\u{1112}\u{1161}\u{11AB}", "한", 5),
        ("\u{1100}\u{1161}", "가", 5),
        ("x\u{30C}", "x+\u{30C}", 4),
        ("i\u{30B}\u{325}", "i+\u{325}+\u{30B}", 4),
        ("\u{105}\u{301}", "ą+\u{301}", 4),
    ] {
        let glyphs = shape(&set, "world", text).expect("shown");
        let (told, faces) = told(&set, &glyphs);
        assert_eq!((told.as_str(), faces[0]), (composed, face), "{}", text.escape_unicode());
        assert_eq!(usize::from(glyphs[0].bytes), text.len());
    }
}

#[test]
fn marks_are_placed_by_the_face() {
    let set = set();
    let glyphs = shape(&set, "latin", "x\u{30C}i\u{30B}").expect("shown");
    let [x, caron, i, acute] = glyphs[..] else { panic!("{glyphs:?}") };
    assert!(!x.apart && !i.apart && caron.apart && acute.apart);
    assert_eq!((caron.bytes, caron.advance, x.advance), (0, 0, set.advance(4, x.cid)));
    // The caron's own place is left of the pen, over the middle of a letter of its width.
    assert!(caron.x.unsigned_abs() < x.advance && caron.y.unsigned_abs() < 300, "{caron:?}");
    let plain = shape(&set, "latin", "i").expect("shown")[0];
    assert_ne!(plain.cid, i.cid, "the dot gives way");
    assert_eq!(set.text_of(4, i.cid), "i");
    let tall = shape(&set, "latin", "X\u{30C}").expect("shown")[1];
    assert!(tall.y > caron.y || tall.cid != caron.cid, "over a capital it stands higher");
    let mut usage = Usage::new();
    usage.mark(4, &[x.cid, caron.cid, i.cid, acute.cid]);
    let subset = set.face(4).subset(4, &usage).expect("a sound font");
    let cmap = String::from_utf8(subset.to_unicode).expect("ASCII");
    for cid in [(x.cid, "0078"), (caron.cid, "030C"), (i.cid, "0069"), (acute.cid, "030B")] {
        assert!(cmap.contains(&format!("<{:04X}> <{}>", cid.0, cid.1)), "{cmap}");
    }
}

#[test]
fn names_of_all_residents_are_shown() {
    let set = set();
    for name in [
        "Nguyễn Thị Ánh Nguyệt",
        "Đặng Văn Ước",
        "Müller-Łukasiewicz Åse",
        "Nguye\u{302}\u{303}n Thi\u{323} A\u{301}nh",
        "王 晓明",
        "陳 怡君",
        "김 민수",
        "\u{1100}\u{1175}\u{11B7} 민수",
        "Şükrü Çağlayan",
        "Κώστας Παπαδόπουλος",
        "Дмитрий Ёлкин",
        "M\u{328}\u{301}",
    ] {
        let glyphs = shape(&set, "world", name);
        let bytes: usize = glyphs.expect(name).iter().map(|glyph| usize::from(glyph.bytes)).sum();
        assert_eq!(bytes, name.len());
    }
    for (text, expected) in [
        ("Nguyễn Thị Ánh 様", "4444444444444400"),
        ("A棟 Aế", "00044"),
        ("王 Ự x\u{30C} 様 John", "0044440000000"),
    ] {
        let glyphs = shape(&set, "world", text).expect(text);
        let faces: String = glyphs.iter().map(|glyph| glyph.face.to_string()).collect();
        assert_eq!(faces, expected, "{text}: words are of one face");
        assert_eq!(glyphs.iter().map(|glyph| usize::from(glyph.bytes)).sum::<usize>(), text.len());
    }
    let long = "a".to_owned() + &"\u{316}".repeat(16);
    assert_eq!(shape(&set, "world", &long).expect_err("no writing").text, long);
    let role = set.role("world").expect("a role");
    assert_eq!(set.missing(role, &format!("x\u{30C}{long}界")).count(), 1);
}

#[test]
fn complaints_have_a_place() {
    let roles = "[roles]\nname = [\"test\"]\n";
    let good = face("test", "test.ttf", "");
    refused("face = 1", "E370", 1, "expected");
    refused(&format!("{good}bold = true\n{roles}"), "E370", 7, "unknown field `bold`");
    refused(&format!("{good}[roles]\nname = [\"tset\"]"), "E376", 8, "no such face: `tset`");
    refused(&format!("{good}[roles]\nname = []"), "E376", 8, "no face that is always present");
    refused(&format!("{good}{good}{roles}"), "E370", 8, "defined twice");
    refused(&(face("test", "gone.ttf", "") + roles), "E371", 3, "no such font file: `gone.ttf`");
    refused(&(face("test", "page.html", "") + roles), "E373", 3, "`page.html` is not a font");
    refused(&(face("test", "test.ttf", "index = 1") + roles), "E373", 3, "is not a font");
    refused(&(face("test", "bound.ttf", "") + roles), "E375", 3, "embedding is forbidden");
    let other = good.replace(&Digest::of(TEST).to_string(), &Digest::of(b"").to_string());
    let finding = refused(&(other + roles), "E372", 4, "its SHA-256 is");
    assert_eq!(finding.place.expect("a place").to_string(), "fonts/fonts.toml:4:10");
    let short = good.replace(&Digest::of(TEST).to_string(), "abc");
    refused(&(short + roles), "E370", 4, "64 hexadecimal digits");
    refused(&(good.replace("licence.txt", "none") + roles), "E377", 5, "no licence text");
    let none = good.replace("licence = \"licence.txt\"\n", "");
    refused(&(none + roles), "E377", 2, "names no licence");
    let optional = face("test", "gone.ttf", "optional = true");
    refused(&(optional + roles), "E376", 8, "no face that is always present");
}

#[test]
fn a_failing_disk_is_an_error_not_a_finding() {
    let config = face("test", "broken", "") + "[roles]\nname = [\"test\"]\n";
    let error = FontSet::load(&config, "fonts.toml", &mut read).expect_err("cannot be read");
    assert_eq!(error.to_string(), "cannot read font file `broken`");
}

#[test]
fn the_digest_of_a_set_follows_its_roles() {
    let one = face("test", "test.ttf", "") + "[roles]\nname = [\"test\"]\n";
    let two = one.clone() + "mark = [\"test\"]\n";
    let digest = |config: &str| {
        FontSet::load(config, "fonts.toml", &mut read).expect("a good configuration").digest()
    };
    assert_eq!(digest(&one), digest(&one));
    assert_ne!(digest(&one), digest(&two));
}

/// Loads a file as the only face, shapes with it in both directions and subsets what was shaped.
fn use_up(data: &[u8]) -> bool {
    let digest = Digest::of(data);
    let config = format!(
        "[[face]]\nname = \"f\"\nfile = \"f.ttf\"\nsha256 = \"{digest}\"\nlicence = \"l\"\n\
         [roles]\nname = [\"f\"]\n"
    );
    let mut read = |file: &str| Ok(Some(if file == "f.ttf" { data } else { b"free" }.to_vec()));
    let set = match FontSet::load(&config, "fonts.toml", &mut read) {
        Ok(set) => set,
        Err(Error::Findings(findings)) => {
            let known = |code: &str| matches!(code, "E373" | "E374" | "E375");
            assert!(findings.iter().all(|f| known(f.code.0) && f.place.is_some()), "{findings:?}");
            return false;
        }
        Err(error) => panic!("{error}"),
    };
    let role = set.role("name").expect("the role");
    let (mut glyphs, mut usage) = (Vec::new(), Usage::new());
    for text in [
        "0123<+",
        "AΑaz\u{A0}",
        "葛\u{E0103}𠮷",
        "x\u{30C}i\u{30B}Q\u{323}\u{302}",
        "（ー。」",
        "か\u{309A}",
    ] {
        let _ = set.shape(role, text, &mut glyphs);
        for c in text.chars() {
            let _ = set.shape(role, c.encode_utf8(&mut [0; 4]), &mut glyphs);
        }
        assert!(set.missing(role, text).count() <= text.len());
    }
    for glyph in &glyphs {
        usage.mark(glyph.face, &[glyph.cid]);
        let turned = set.vertical(glyph.face, glyph.cid);
        usage.mark(glyph.face, turned.as_slice());
        let _ = (set.height(glyph.face, glyph.cid), set.face(glyph.face).em_top());
    }
    for (id, face) in set.faces() {
        let _ = face.subset(id, &usage);
    }
    true
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn broken_fonts_are_refused_or_used_without_harm(
        face in prop::sample::select(vec![TEST, OCR_B]),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
        // Half the changes are made in the directory and the heads of tables.
        near in any::<bool>(),
        length in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut data = face.to_vec();
        let reach = if near { 1024.min(data.len()) } else { data.len() };
        for (at, byte) in changes {
            data[at.index(reach)] = byte;
        }
        if let Some(length) = length {
            data.truncate(length.index(face.len()));
        }
        use_up(&data);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// A face with marks, anchors and sequences of look-ups, changed where those are read.
    #[test]
    fn broken_layout_tables_do_no_harm(
        table in prop::sample::select(vec![*b"GSUB", *b"GPOS", *b"GDEF", *b"cmap", *b"loca", *b"glyf"]),
        changes in prop::collection::vec((0_usize..4096, any::<u8>()), 1..40),
    ) {
        let mut data = LATIN.to_vec();
        let font = skrifa::FontRef::new(LATIN).expect("a font");
        let mut records = font.table_directory().table_records().iter();
        let record = records.find(|record| record.tag().to_be_bytes() == table);
        let start = record.map_or(0, |record| record.offset() as usize);
        for (at, byte) in changes {
            data[start + at] = byte;
        }
        use_up(&data);
    }
}

/// Extremes where they hurt most: every pair of bytes in the heads of the tables that are read.
#[test]
fn extreme_counts_and_offsets_do_no_harm() {
    let (mut used, mut refused) = (0, 0);
    for face in [TEST, OCR_B] {
        let tables = usize::from(u16::from_be_bytes([face[4], face[5]]));
        for entry in face[12..12 + tables * 16].chunks_exact(16) {
            let offset = u32::from_be_bytes([entry[8], entry[9], entry[10], entry[11]]) as usize;
            for at in (offset..face.len().min(offset + 24)).step_by(2) {
                for value in [[0, 0], [0xFF, 0xFF], [0x80, 0]] {
                    let mut data = face.to_vec();
                    data[at..face.len().min(at + 2)]
                        .copy_from_slice(&value[..face.len().min(at + 2) - at]);
                    if use_up(&data) { used += 1 } else { refused += 1 }
                }
            }
        }
    }
    assert!(used > 100 && refused > 20, "{used} {refused}");
    assert!(use_up(TEST) && use_up(OCR_B), "the faces themselves are sound");
}
