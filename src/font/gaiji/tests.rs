//! Tests of tables of user-defined characters: what they show and what is wrong with them.

use crate::diag::Diagnostic;
use crate::digest::Digest;
use crate::font::{CODES, Error, FontSet, Glyph, Missing, Usage};
use std::io;

const TEST: &[u8] = include_bytes!("../../../tests/fixtures/fonts/TayoriTest.ttf");
const BOUND: &[u8] = include_bytes!("../../../tests/fixtures/fonts/TayoriTest-bound.ttf");
const MINCHO: &[u8] = include_bytes!("../../../fonts/BIZUDMincho-Regular.ttf");
const BDF24: &[u8] = include_bytes!("../../../tests/fixtures/fonts/Gaiji24.bdf");
const BDF48: &[u8] = include_bytes!("../../../tests/fixtures/fonts/Gaiji48.bdf");

#[expect(clippy::unnecessary_wraps, reason = "it stands for the disk")]
fn read(path: &str) -> io::Result<Option<Vec<u8>>> {
    let data = match path {
        "mincho.ttf" => MINCHO,
        "city.tte" | "gaiji/city.ttf" => TEST,
        "bound.ttf" => BOUND,
        "24.bdf" => BDF24,
        "48.BDF" => BDF48,
        "broken.bdf" => b"STARTFONT 2.1\nCHARS\n",
        "page.ttf" => b"<!DOCTYPE html>",
        "licence.txt" => b"you may",
        _ => return Ok(None),
    };
    Ok(Some(data.to_vec()))
}

fn deployed() -> FontSet {
    let config = format!(
        "[[face]]\nname = \"mincho\"\nfile = \"mincho.ttf\"\nsha256 = \"{}\"\n\
         licence = \"licence.txt\"\n[roles]\nname = [\"mincho\"]\nstatic = [\"mincho\"]\n",
        Digest::of(MINCHO)
    );
    FontSet::load(&config, "fonts.toml", &mut read).expect("the configuration is good")
}

fn file(name: &str, file: &str) -> String {
    let data = read(file).ok().flatten().unwrap_or_default();
    let digest = Digest::of(&data);
    format!("[[file]]\nname = \"{name}\"\nfile = \"{file}\"\nsha256 = \"{digest}\"\n")
}

fn with(table: &str) -> Result<FontSet, Error> {
    deployed().with_gaiji(table, "jobs/city/gaiji.toml", &mut read)
}

const CHARACTERS: &str = "
    [[character]]\ncode = \"E000\"\nas = \"髙\"
    [[character]]\nsjis = \"F041\"\nfile = \"dots\"\ntext = \"邉\"
    [[character]]\ncode = \"E002\"\nfile = \"large\"
    [[character]]\ncode = \"E003\"\nfile = \"city\"\nchar = \"A\"
    [[character]]\ncode = \"E004\"\nfile = \"city\"\nglyph = 4\ntext = \"葛\u{E0103}\"
    [[character]]\ncode = \"E005\"\nfile = \"large\"\nencoding = 57345\nnote = \"also E001\"
    [[character]]\nsjis = \"F9FC\"\nas = \"葛\u{E0100}\"\n";

fn table() -> String {
    file("city", "city.tte") + &file("dots", "24.bdf") + &file("large", "48.BDF") + CHARACTERS
}

fn shape(set: &FontSet, role: &str, text: &str) -> Result<Vec<Glyph>, Missing> {
    let mut glyphs = Vec::new();
    set.shape(set.role(role).expect("a role"), text, &mut glyphs).map(|()| glyphs)
}

const ALL: &str = "\u{E000}\u{E001}\u{E002}\u{E003}\u{E004}\u{E005}\u{E757}";

#[test]
fn codes_are_shown_as_the_table_says_in_every_role() {
    let set = with(&table()).expect("a good table");
    for role in ["name", "static"] {
        let glyphs = shape(&set, role, ALL).expect("all are in the table");
        let back = glyphs.iter().map(|glyph| set.text_of(glyph.face, glyph.cid));
        let expected =
            ["髙", "邉", "\u{E002}", "\u{E003}", "葛\u{E0103}", "\u{E005}", "葛\u{E0100}"];
        assert_eq!(back.collect::<Vec<_>>(), expected);
        let faces: Vec<_> = glyphs.iter().map(|glyph| glyph.face).collect();
        assert_eq!(faces, [0, 2, 2, 1, 1, 2, 0], "the drawn face is the last");
        let ems = glyphs.iter().map(|glyph| (glyph.advance, set.face(glyph.face).units_per_em));
        let ems: Vec<_> = ems.collect();
        assert_eq!(ems[..4], [(2048, 2048), (2048, 2048), (2048, 2048), (600, 1000)]);
        assert!(glyphs.iter().all(|glyph| glyph.bytes == 3), "the text is still the private one");
    }
    for missing in ["\u{E006}", "\u{E001}\u{E0100}", "𠮷"] {
        assert!(shape(&set, "name", missing).is_err(), "{}", missing.escape_unicode());
    }
    let plain = "霞ヶ原市髙葛\u{E0100}";
    assert_eq!(shape(&set, "name", plain), shape(&deployed(), "name", plain));
}

#[test]
fn what_is_embedded_gives_the_texts_back() {
    let set = with(&table()).expect("a good table");
    let mut usage = Usage::new();
    for glyph in shape(&set, "name", ALL).expect("all are in the table") {
        usage.mark(glyph.face, &[glyph.cid]);
    }
    for (face, lines) in
        [(1, ["<0001> <E003>", "<0002> <845BDB40DD03>"]), (2, ["<0001> <9089>", "<0003> <E005>"])]
    {
        let subset = set.face(face).subset(face, &usage).expect("a sound font");
        let cmap = String::from_utf8(subset.to_unicode).expect("ASCII");
        assert!(lines.iter().all(|line| cmap.contains(line)), "{cmap}");
        assert!(subset.cid_to_gid.is_some());
    }
    assert!(set.face(2).subset(2, &usage).expect("sound").name.ends_with("+TayoriGaiji"));
    let [left, bottom, right, top] = set.face(2).bbox;
    assert!(left >= 0 && bottom >= -246 && right <= 2048 && top <= 1802, "within the em");
}

#[test]
fn digests_follow_the_table_and_its_files() {
    let (plain, one, again) = (deployed(), with(&table()), with(&table()));
    let (one, again) = (one.expect("a good table"), again.expect("a good table"));
    assert_ne!(plain.digest(), one.digest());
    assert_eq!(one.digest(), again.digest());
    assert_eq!(one.face(2).digest, again.face(2).digest, "the drawn face has the same bytes");
    let other = with(&table().replace("as = \"髙\"", "as = \"高\"")).expect("a good table");
    assert_ne!(one.digest(), other.digest());
    let names: Vec<_> = one.gaiji_files().map(|(name, _)| name).collect();
    assert_eq!(names, ["jobs/city/gaiji.toml", "24.bdf", "48.BDF"]);
    assert_eq!(plain.gaiji_files().count(), 0);
}

#[track_caller]
fn refused(table: &str, code: &str, line: u32, message: &str) -> Diagnostic {
    let Error::Findings(findings) = with(table).expect_err("refused") else { panic!("findings") };
    assert_eq!(findings.errors(), 1, "{findings:?}");
    let first = findings.iter().next().expect("a finding").clone();
    let place = first.place.as_ref().expect("a place");
    assert_eq!((first.code.0, place.line), (code, line), "{first:?}");
    assert_eq!(place.file.as_ref(), "jobs/city/gaiji.toml");
    assert!(first.message.contains(message), "{}", first.message);
    assert!(CODES.iter().any(|(known, ..)| *known == code) && !first.hints.is_empty());
    first
}

#[test]
fn what_is_wrong_with_a_character_has_its_place() {
    let one = |line: &str| format!("[[character]]\n{line}\n");
    refused("[[character]]\ncodes = 1\n", "E361", 2, "unknown field");
    refused(&one("as = \"髙\""), "E362", 1, "a `code` or an `sjis`");
    refused(&one("code = \"E000\"\nsjis = \"F040\"\nas = \"髙\""), "E362", 1, "one of them");
    for code in ["DFFF", "F900", "4E00", "E0000", "", "+E00", "外"] {
        refused(&one(&format!("code = \"{code}\"\nas = \"髙\"")), "E362", 2, "private use area");
    }
    for sjis in ["EFFC", "FA40", "F07F", "F0FD", "F03F", "E000"] {
        refused(&one(&format!("sjis = \"{sjis}\"\nas = \"髙\"")), "E362", 2, "private use area");
    }
    let twice = one("code = \"E000\"\nas = \"髙\"") + &one("sjis = \"F040\"\nas = \"﨑\"");
    refused(&twice, "E362", 5, "U+E000 is entered twice");
    for what in
        ["", "as = \"髙\"\nfile = \"a\"", "as = \"髙\"\nglyph = 1", "as = \"髙\"\ntext = \"高\""]
    {
        refused(&one(&format!("code = \"E000\"\n{what}")), "E361", 1, "either `as`, or `file`");
    }
    for same in ["", "高橋", "\u{E001}", "\u{E0100}", "\\u0007", "e\u{301}"] {
        refused(&one(&format!("code = \"E000\"\nas = \"{same}\"")), "E361", 3, "character");
    }
    let nameless = one("code = \"E000\"\nfile = \"cities\"");
    refused(&nameless, "E361", 3, "no `[[file]]` has the name `cities`");
}

#[test]
fn what_is_wrong_with_a_file_has_its_place() {
    let uses = "[[character]]\ncode = \"E000\"\nfile = \"a\"\n";
    let case = |path: &str, code, message| refused(&(file("a", path) + uses), code, 3, message);
    case("gone.bdf", "E363", "no such file of gaiji");
    case("broken.bdf", "E365", "line 2 of `broken.bdf`: no FONTBOUNDINGBOX");
    case("page.ttf", "E365", "`page.ttf` cannot be used");
    case("bound.ttf", "E366", "embedding is forbidden");
    for path in ["../city.tte", "/city.tte", "a//city.tte", "city.otf", "city", "c:city.tte"] {
        case(path, "E361", "inside the tenant's directory");
    }
    let other = file("a", "24.bdf").replace(&Digest::of(BDF24).to_string(), &"0".repeat(64));
    refused(&(other.clone() + uses), "E364", 4, "its SHA-256 is");
    refused(&other.replace(&"0".repeat(64), "123"), "E361", 4, "64 hexadecimal digits");
    refused(&(file("a", "24.bdf") + &file("a", "48.BDF")), "E361", 6, "named twice");
    let many: String = (0..65).map(|n| file(&format!("f{n}"), "24.bdf")).collect();
    refused(&many, "E361", 258, "too many files");
}

#[test]
fn a_glyph_that_is_not_there_has_its_place() {
    let case = |path: &str, code: &str, key: &str, line, message| {
        let entry = format!("[[character]]\ncode = \"E005\"\nfile = \"a\"\n{key}\n");
        refused(&(file("a", path) + &entry), code, line, message);
    };
    case("24.bdf", "E367", "", 7, "encoding 57349: it is blank");
    case("24.bdf", "E367", "encoding = 1", 8, "it has no encoding 1");
    case("24.bdf", "E361", "char = \"E001\"", 8, "use `encoding`");
    case("city.tte", "E367", "", 7, "it has no U+E005");
    case("city.tte", "E367", "char = \"4E00\"", 8, "it has no U+4E00");
    case("city.tte", "E367", "char = \" \"", 8, "its glyph 1 is blank");
    case("city.tte", "E367", "glyph = 0", 8, "it has no glyph 0: they go from 1 to 6");
    case("city.tte", "E367", "glyph = 70000", 8, "it has no glyph 70000");
    case("city.tte", "E361", "encoding = 1", 8, "use `char` or `glyph`");
    case("city.tte", "E361", "char = \"4E0\"", 8, "four digits");
}
