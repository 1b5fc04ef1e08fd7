//! The documents say what the sources say: codes, glossary, decisions, licences. Style that is not
//! executed rots.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

type Codes = &'static [(&'static str, &'static str, &'static str)];

/// The tables of all rooms, in the order of the stages.
const TABLES: &[(&str, Codes)] = &[
    ("Intake", tayori::intake::CODES),
    ("Validation", tayori::validate::CODES),
    ("Forms", tayori::form::CODES),
    ("Fonts", tayori::font::CODES),
    ("Home and configuration", tayori::engine::CODES),
    ("Sample hints", tayori::sample::CODES),
    ("Barcodes", tayori::barcode::CODES),
    ("Planning", tayori::plan::CODES),
    ("Rendering", tayori::render::CODES),
    ("Imposition", tayori::impose::CODES),
    ("Press files", tayori::pdf::CODES),
    ("Bundle and verification", tayori::package::CODES),
    ("Reading back", tayori::reading::CODES),
    ("The year's mailings", tayori::schedule::CODES),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// All files with an extension below a directory, sorted.
fn files(directory: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(directory).expect("a directory of the repository");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            files(&path, extension, found);
        } else if path.extension().is_some_and(|e| e == extension) {
            found.push(path);
        }
    }
}

fn sources() -> Vec<(PathBuf, String)> {
    let mut paths = Vec::new();
    files(&root().join("src"), "rs", &mut paths);
    let text = |path: &PathBuf| std::fs::read_to_string(path).expect("a source");
    paths.iter().map(|path| (path.clone(), text(path))).collect()
}

fn diagnostics() -> String {
    let mut text = String::from(
        "# Diagnostics\n\nEvery code, what it means and what to do; `tayori explain CODE` says the \
         same. E: the record, form or file\ncannot be used as it is. W: worth a look. The first digit \
         names the stage: 1 intake, 2 validation, 3 forms, fonts and\nconfiguration, 4 planning, 5 \
         rendering, 6 imposition, 7 press files, 8 bundle. A code is never used again for something\n\
         else.\n\nThis file is made from the tables in the sources: `UPDATE=1` with the suite's \
         `repository` tests writes it anew.\n",
    );
    for (title, codes) in TABLES {
        write!(text, "\n## {title}\n\n| code | meaning | what to do |\n|---|---|---|\n")
            .expect("a string takes everything");
        let mut codes: Vec<_> = codes.iter().collect();
        codes.sort();
        for (code, meaning, action) in codes {
            let cell = |text: &str| text.replace('|', "\\|");
            writeln!(text, "| {code} | {} | {} |", cell(meaning), cell(action))
                .expect("a string takes everything");
        }
    }
    text
}

#[test]
fn the_reference_of_codes_is_made_from_the_tables() {
    let path = root().join("docs/diagnostics.md");
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    let wanted = diagnostics();
    if written != wanted && std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &wanted).expect("the file can be written");
    }
    assert!(written == wanted, "docs/diagnostics.md is not what the tables say: run with UPDATE=1");
}

#[test]
fn codes_are_unique_and_in_the_voice_of_the_house() {
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for (room, codes) in TABLES {
        for (code, meaning, action) in *codes {
            if let Some(other) = seen.insert(code, room) {
                panic!("{code} is used by {other} and by {room}");
            }
            let digits = code.strip_prefix(['E', 'W']).expect("E or W");
            assert!(digits.len() == 3 && digits.bytes().all(|b| b.is_ascii_digit()), "{code}");
            for text in [meaning, action] {
                assert!(!text.is_empty() && !text.ends_with('.'), "{code}: {text}");
            }
        }
    }
    assert!(seen.len() > 50, "the tables are somewhere else");
}

/// Where a room declares a code as a literal, its table has a row for it.
#[test]
fn every_code_of_the_sources_is_in_a_table() {
    let known: Vec<&str> =
        TABLES.iter().flat_map(|(_, codes)| codes.iter().map(|(code, ..)| *code)).collect();
    let mut declared = 0;
    for (path, text) in sources() {
        // Unit tests make up codes of their own.
        let code = text.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        if path.ends_with("tests.rs") {
            continue;
        }
        for (at, _) in code.match_indices("Code(\"") {
            let literal = &code[at + 6..];
            let literal = literal.split('"').next().unwrap_or_default();
            assert!(known.contains(&literal), "{}: {literal}", path.display());
            declared += 1;
        }
    }
    assert!(declared > 50, "codes are declared in another way");
}

#[test]
fn the_glossary_has_only_words_in_use() {
    let sources: String = sources().into_iter().map(|(_, text)| text).collect();
    let mut checked = 0;
    for line in read("docs/glossary.md").lines().filter(|line| line.starts_with("| ")) {
        let cell = line.split('|').nth(2).unwrap_or_default();
        let Some(word) = cell.split('`').nth(1) else { continue };
        let used = sources.match_indices(word).any(|(at, _)| {
            let name = |c: char| c.is_alphanumeric() || c == '_';
            let before = sources[..at].chars().next_back();
            let after = sources[at + word.len()..].chars().next();
            !before.is_some_and(name) && !after.is_some_and(name)
        });
        assert!(used, "`{word}` stands in the glossary and nowhere in the sources");
        checked += 1;
    }
    assert!(checked > 30, "{checked} words");
}

#[test]
fn documents_keep_to_their_length_and_their_links_lead_somewhere() {
    let lines = read("docs/architecture.md").lines().count();
    assert!(lines <= 150, "docs/architecture.md has {lines} lines");
    let mut paths = Vec::new();
    files(&root().join("docs"), "md", &mut paths);
    for path in paths {
        let text = std::fs::read_to_string(&path).expect("a document");
        if path.parent().is_some_and(|parent| parent.ends_with("adr")) {
            let lines = text.lines().count();
            assert!(lines <= 60, "{} has {lines} lines", path.display());
        }
        for (at, _) in text.match_indices("](") {
            let link = text[at + 2..].split([')', '#']).next().unwrap_or_default();
            if !link.is_empty() && !link.contains("://") {
                let target = path.parent().expect("a directory").join(link);
                assert!(target.exists(), "{} links to {link}", path.display());
            }
        }
    }
}

#[test]
fn every_room_stands_in_the_architecture() {
    let text = read("docs/architecture.md");
    for line in read("src/lib.rs").lines() {
        let Some(room) = line.strip_prefix("pub mod ").map(|room| room.trim_end_matches(';'))
        else {
            continue;
        };
        assert!(text.contains(&format!("| `{room}` |")), "`{room}` is not in docs/architecture.md");
    }
}

#[test]
fn both_licences_are_there() {
    assert!(read("Cargo.toml").contains("license = \"MIT OR Apache-2.0\""));
    assert!(read("LICENSE-MIT").contains("Permission is hereby granted"));
    assert!(read("LICENSE-APACHE").contains("Version 2.0, January 2004"));
}
