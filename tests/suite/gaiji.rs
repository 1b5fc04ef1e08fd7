//! User-defined characters from the input file to the press file: a tenant with a table of all
//! kinds, records that hold its codes, and outsiders who read and look at what was built.

use crate::judges;
use crate::program::{Said, home_copy, repository, tayori};
use encoding_rs::SHIFT_JIS;
use std::path::{Path, PathBuf};
use tayori::digest::Digest;
use tayori::measure::div_round;

const JOB: &str = "shiomigaura/payslip-2026-04";
const BUNDLE: &str = "out/shiomigaura-payslip-2026-04";
const MASTER: &str = "samples/shiomigaura/payslip-2026-04.csv";
const TABLE: &str = "jobs/shiomigaura/gaiji.toml";

/// Names of the sample that are replaced, and what stands there instead: in the table are F040 to
/// F043, F04F is not.
const NAMES: [(&str, &[u8]); 3] = [
    ("川端　隆", b"\xF0\x40\x92\x5B\x81\x40\x97\xB2"),
    ("高橋　拓也", b"\xF0\x41\xF0\x42\xF0\x43"),
    ("佐藤　キヨ", b"\xF0\x42\xF0\x42\xF0\x42"),
];

fn file(name: &str, fixture: &str) -> String {
    let data = std::fs::read(repository().join("tests/fixtures/fonts").join(fixture));
    let digest = Digest::of(&data.expect("a fixture"));
    format!("[[file]]\nname = \"{name}\"\nfile = \"gaiji/{fixture}\"\nsha256 = \"{digest}\"\n\n")
}

fn table() -> String {
    file("city", "TayoriTest.ttf")
        + &file("drawn", "Gaiji48.bdf")
        + "[[character]]\nsjis = \"F040\"\nas = \"髙\"\nnote = \"identified\"\n\n\
           [[character]]\ncode = \"E001\"\nfile = \"drawn\"\ntext = \"渣\"\n\n\
           [[character]]\ncode = \"E002\"\nfile = \"drawn\"\n\n\
           [[character]]\ncode = \"E003\"\nfile = \"city\"\nglyph = 4\n"
}

fn replace(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let at = bytes.windows(from.len()).position(|part| part == from).expect("it is in the sample");
    [&bytes[..at], to, &bytes[at + from.len()..]].concat()
}

/// A home whose first records have the names above.
fn home(table: &str) -> tempfile::TempDir {
    let home = home_copy();
    let fixtures = repository().join("tests/fixtures/fonts");
    let own = home.path().join("jobs/shiomigaura/gaiji");
    std::fs::create_dir(&own).expect("a directory");
    for fixture in ["TayoriTest.ttf", "TayoriTest-bound.ttf", "Gaiji48.bdf"] {
        std::fs::copy(fixtures.join(fixture), own.join(fixture)).expect("a copy");
    }
    std::fs::write(home.path().join(TABLE), table).expect("a file");
    let master = home.path().join(MASTER);
    let mut bytes = std::fs::read(&master).expect("a sample");
    for (name, instead) in NAMES {
        bytes = replace(&bytes, &SHIFT_JIS.encode(name).0, instead);
    }
    std::fs::write(&master, bytes).expect("a file");
    home
}

fn run(home: &Path, arguments: &[&str]) -> Said {
    tayori(home, &[arguments, &["--format", "short"]].concat())
}

fn lots(home: &Path) -> Vec<PathBuf> {
    let lots = std::fs::read_dir(home.join(BUNDLE).join("data/lots")).expect("lots");
    let mut lots: Vec<_> = lots.map(|lot| lot.expect("an entry").path()).collect();
    lots.sort();
    lots
}

/// The words of a press file: page, box in dots of 600 to the inch, text.
fn words(lot: &Path) -> Vec<(usize, [i64; 4], String)> {
    let html = judges::content("pdftotext", &["-bbox", lot.to_str().expect("UTF-8"), "-"]);
    let mut page = 0;
    let mut words = Vec::new();
    for line in html.lines() {
        page += usize::from(line.contains("<page "));
        let number = |key: &str| -> Option<i64> {
            let (_, rest) = line.split_once(&format!(" {key}=\""))?;
            let (points, millionths) = rest.split('"').next()?.split_once('.')?;
            let millionths =
                points.parse::<i64>().ok()? * 1_000_000 + millionths.parse::<i64>().ok()?;
            Some(div_round(millionths * 600, 72_000_000))
        };
        let Some((_, text)) = line.split_once("\">").filter(|_| line.contains("<word ")) else {
            continue;
        };
        let bounds = ["xMin", "yMin", "xMax", "yMax"].map(|key| number(key).expect("a number"));
        words.push((page, bounds, text.trim_end_matches("</word>").to_owned()));
    }
    words
}

#[test]
fn gaiji_are_printed_and_read_back() {
    let home = home(&table());
    let said = run(home.path(), &["build", JOB, "--out", "out"]);
    assert_eq!(said.code, 3, "some are held as ever: {}{}", said.out, said.err);
    assert!(!said.err.contains("E501"), "{}", said.err);
    let verified = tayori(home.path(), &["verify", BUNDLE]);
    assert_eq!(verified.code, 0, "{}{}", verified.out, verified.err);
    let lots = lots(home.path());
    let lot = &lots[0];
    let path = lot.to_str().expect("UTF-8");
    let text = judges::content("pdftotext", &["-layout", path, "-"]);
    for name in ["髙端", "渣\u{E002}\u{E003}", "\u{E002}\u{E002}\u{E002}"] {
        assert!(text.contains(name), "{}: {text}", name.escape_unicode());
    }
    let fonts = judges::content("pdffonts", &[path]);
    let drawn = fonts.lines().find(|line| line.contains("+TayoriGaiji")).expect("it is embedded");
    assert!(drawn.contains("CID TrueType") && drawn.contains("yes yes yes"), "{drawn}");
    judges::content("qpdf", &["--check", path]);

    let manifest = std::fs::read_to_string(home.path().join(BUNDLE).join("data/manifest.json"));
    let manifest = manifest.expect("a manifest");
    for name in ["TayoriGaiji", "TayoriTest-Regular", TABLE, "gaiji/Gaiji48.bdf"] {
        assert!(manifest.contains(&format!("\"name\": \"{name}\"")), "{name}: {manifest}");
    }
    ink(lot, home.path());
}

/// Every private character of the press file has ink in its box, and not all of it is ink.
fn ink(lot: &Path, scratch: &Path) {
    let mut seen = 0;
    for (page, [left, top, right, bottom], text) in words(lot) {
        let count = i64::try_from(text.chars().count()).expect("a short word");
        for (at, _) in (0..).zip(text.chars()).filter(|(_, c)| "\u{E002}\u{E003}渣".contains(*c)) {
            let picture = scratch.join("glyph");
            let width = div_round(right - left, count);
            let (left, height) = (left + width * at, bottom - top);
            let page = page.to_string();
            let crop = [left, top, width, height].map(|dots| dots.to_string());
            let [left, top, wide, high] = crop.each_ref().map(String::as_str);
            let arguments = ["-gray", "-singlefile", "-r", "600", "-f", &page];
            let crop = ["-x", left, "-y", top, "-W", wide, "-H", high];
            let files = [lot.to_str().expect("UTF-8"), picture.to_str().expect("UTF-8")];
            judges::content("pdftoppm", &[&arguments[..], &crop, &files].concat());
            let picture = std::fs::read(picture.with_extension("pgm")).expect("a picture");
            // The samples stand at the end, a byte each.
            let size = usize::try_from(width * height).expect("a small picture");
            let dark = picture[picture.len() - size..].iter().filter(|&&sample| sample < 128);
            let percent = dark.count() * 100;
            assert!((size * 5..size * 70).contains(&percent), "{percent} of {size} % is ink");
            seen += 1;
        }
    }
    assert!(seen >= 6, "{seen} private characters were looked at");
}

#[test]
fn a_code_without_an_entry_is_held_and_the_hint_names_the_table() {
    let home = home(&table().replace("E003", "E0F3"));
    let said = run(home.path(), &["build", JOB, "--out", "out"]);
    assert_eq!(said.code, 3, "{}{}", said.out, said.err);
    let line = said.err.lines().find(|line| line.contains("E501")).expect("the record is held");
    assert!(line.contains("payslip-2026-04.csv:3:") && line.contains("U+E003"), "{line}");
    let said = tayori(home.path(), &["validate", JOB]);
    assert!(said.err.contains("gaiji.toml") || said.out.contains("gaiji.toml"), "{}", said.err);
}

#[test]
fn what_is_wrong_with_the_table_stops_the_job_and_is_linted() {
    let table = table().replace("glyph = 4", "glyph = 40").replace("\"drawn\"\n\n", "\"gone\"\n\n");
    let home = home(&table);
    for arguments in [&["validate", JOB][..], &["build", JOB], &["forms", "lint", "payslip"]] {
        let said = run(home.path(), arguments);
        assert_eq!(said.code, 78, "{arguments:?}: {}{}", said.out, said.err);
        let all = said.out + &said.err;
        for (code, place) in [("E367", ":28:9"), ("E361", ":23:8")] {
            let found = all
                .lines()
                .any(|line| line.contains(code) && line.contains(&format!("{TABLE}{place}")));
            assert!(found, "{arguments:?}: no {code} at {place}:\n{all}");
        }
    }
    let other = tayori(home.path(), &["forms", "lint", "nhi_card"]);
    assert_eq!(other.code, 0, "other tenants are not concerned: {}{}", other.out, other.err);
}
