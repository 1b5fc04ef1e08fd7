//! The manual shows what it explains: every example of the form language that has a picture below it
//! is compiled and printed as it stands there, and its picture compared. `UPDATE=1` rewrites the
//! pictures, and fails.

use crate::pictures::Grey;
use crate::program::{home_copy, repository};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use tayori::engine::{Error, Fiction, Filled, Home, InputFiles, Picture, Preview};

const DPI: u16 = 120;
/// White that is left around what is printed, in dots: 2 mm.
const MARGIN: usize = 9;
/// The slot mark at the leaf's foot is not part of an example: 110 mm down.
const FOOT: usize = 519;
/// Where pictures are, as pages of `docs/forms/` write it.
const PICTURES: &str = "../pictures/forms/";

/// An example of the manual.
struct Example<'p> {
    toml: &'p str,
    picture: &'p str,
}

/// The fenced blocks of a page that have a picture below them.
fn examples(page: &str) -> Vec<Example<'_>> {
    let mut found = Vec::new();
    let mut rest = page;
    while let Some((_, block)) = rest.split_once("```toml\n") {
        let (toml, after) = block.split_once("```\n").expect("a block ends");
        rest = after;
        let image = after.trim_start_matches('\n').strip_prefix("![");
        let Some((alt, link)) = image.and_then(|image| image.split_once("](")) else { continue };
        assert!(!alt.contains('\n'), "a picture says on its line what it shows: {alt}");
        let link = link.split(')').next().expect("a link");
        let picture = link.strip_prefix(PICTURES).and_then(|name| name.strip_suffix(".png"));
        found.push(Example { toml, picture: picture.expect("a picture of the forms") });
    }
    found
}

/// Writes the part files of a page: blocks that begin with their path.
fn write_parts(home: &Path, page: &str) {
    for block in page.split("```toml\n").skip(1) {
        let block = block.split_once("```\n").expect("a block ends").0;
        let first = block.lines().next().unwrap_or_default();
        if let Some(path) = first.strip_prefix("# ").filter(|path| path.starts_with("forms/parts/"))
        {
            fs::write(home.join(path), block).expect("a part");
        }
    }
}

/// The first page of the example, as far as something stands on it.
fn shown(home: &Path, example: &Example<'_>) -> Grey {
    let cases = repository().join("tests/cases/pictured");
    let head = fs::read_to_string(cases.join("head.toml")).expect("the head");
    let whole = example.toml.lines().any(|line| line == "[form]");
    let form = if whole { example.toml.to_owned() } else { format!("{head}\n{}", example.toml) };
    let path = home.join("forms/pictured/2026-04-01.toml");
    fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
    fs::write(path, form).expect("a form");
    let home = Home::open(home).expect("a home");
    let fiction = Fiction { form: "pictured", tenant: Some("mitsumori"), records: 1, seed: 1 };
    let master = (!whole).then(|| cases.join("records.csv"));
    let files = InputFiles { master, ..InputFiles::default() };
    let preview = Preview { fiction, files, page: Some(1), dpi: DPI, grid: false };
    let wrong = |error| match error {
        Error::Configuration(findings) => {
            let said: Vec<_> = findings.iter().map(|f| (f.code, &f.message)).collect();
            panic!("{}: {said:?}", example.picture)
        }
        error => panic!("{}: {error:?}", example.picture),
    };
    let filled = Filled::load(&home, &preview).unwrap_or_else(wrong);
    assert_eq!(filled.held(), 0, "{}: {:?}", example.picture, filled.into_findings());
    let mut pictures = Vec::new();
    let mut take = |_, picture: Picture| {
        pictures.push(Grey::of(&picture));
        Ok(())
    };
    filled.pictures(DPI, &mut take).expect("pictures");
    cropped(&pictures[0], if whole { usize::MAX } else { FOOT })
}

/// What is printed above `foot`, with a margin.
fn cropped(grey: &Grey, foot: usize) -> Grey {
    let rows: Vec<&[u8]> = grey.samples.chunks(grey.width).take(foot).collect();
    let inked = |row: &&[u8]| row.iter().any(|&sample| sample < u8::MAX);
    let inked_column = |&x: &usize| rows.iter().any(|row| row[x] < u8::MAX);
    let top = rows.iter().position(inked).expect("something is printed");
    let bottom = rows.iter().rposition(inked).expect("something is printed");
    let left = (0..grey.width).find(inked_column).expect("something is printed");
    let right = (0..grey.width).rev().find(inked_column).expect("something is printed");
    let (top, left) = (top.saturating_sub(MARGIN), left.saturating_sub(MARGIN));
    let bottom = (bottom + MARGIN + 1).min(rows.len());
    let right = (right + MARGIN + 1).min(grey.width);
    let samples = rows[top..bottom].iter().flat_map(|row| row[left..right].iter().copied());
    Grey { width: right - left, height: bottom - top, samples: samples.collect() }
}

#[test]
fn every_picture_of_the_manual_is_its_example() {
    let docs = repository().join("docs");
    let kept = docs.join("pictures/forms");
    let home = home_copy();
    let tenant = home.path().join("jobs/mitsumori/tenant.toml");
    let text = fs::read_to_string(&tenant).expect("a tenant");
    let sealed = text.replacen("forms = [", "forms = [\"pictured\", ", 1);
    fs::write(&tenant, sealed).expect("a tenant that seals the examples");
    let update = std::env::var_os("UPDATE").is_some();
    let (mut wrong, mut names) = (Vec::new(), BTreeSet::new());
    for page in fs::read_dir(docs.join("forms")).expect("pages") {
        let text = fs::read_to_string(page.expect("a page").path()).expect("a page");
        write_parts(home.path(), &text);
        for example in examples(&text) {
            assert!(names.insert(format!("{}.png", example.picture)), "{}", example.picture);
            let path = kept.join(format!("{}.png", example.picture));
            let grey = shown(home.path(), &example);
            if let Some(different) = grey.differs_from(&path) {
                wrong.push(different);
                if update {
                    fs::write(&path, grey.png()).expect("a writable picture");
                }
            }
        }
    }
    let there = fs::read_dir(&kept).expect("pictures");
    let there = there.map(|f| f.expect("a file").file_name().to_string_lossy().into_owned());
    let stale: Vec<String> = there.filter(|name| !names.contains(name)).collect();
    assert!(stale.is_empty(), "no example has these pictures: {stale:?}");
    assert!(wrong.is_empty(), "{}\nUPDATE=1 rewrites them", wrong.join("\n"));
}

/// What stands on a face, and what a page of the manual shows of it.
#[test]
fn every_element_has_a_picture() {
    let docs = repository().join("docs/forms");
    let mut pictured = String::new();
    for page in fs::read_dir(docs).expect("pages") {
        let text = fs::read_to_string(page.expect("a page").path()).expect("a page");
        pictured.extend(examples(&text).iter().map(|example| example.toml));
    }
    let elements = tayori::form::keys::LANGUAGE.iter().find(|section| section.name == "face");
    for element in elements.expect("the faces").keys {
        let written = format!("[[face.first-front.{}]]", element.name);
        assert!(pictured.contains(&written), "no picture shows {written}");
    }
}
