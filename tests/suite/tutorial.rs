//! The tutorial of forms is followed word by word: its files are written, its commands are run.

use crate::program::{home_copy, repository, tayori};
use std::collections::BTreeMap;
use std::fs;

/// The fenced blocks of a language, in order.
fn blocks<'p>(page: &'p str, language: &str) -> Vec<&'p str> {
    let fence = format!("```{language}\n");
    let starts = page.match_indices(&fence).map(|(at, _)| at + fence.len());
    starts
        .map(|start| {
            let rest = &page[start..];
            &rest[..rest.find("```").expect("a block ends")]
        })
        .collect()
}

#[test]
fn the_tutorial_works_as_it_stands() {
    let page = fs::read_to_string(repository().join("docs/forms-tutorial.md")).expect("the page");
    let home = home_copy();
    let mut files: BTreeMap<&str, String> = BTreeMap::new();
    for block in blocks(&page, "toml") {
        let (head, body) = block.split_once('\n').expect("a block names its file");
        let file = head.strip_prefix("# ").expect("a block names its file");
        let (path, section) = file.split_once(' ').map_or((file, None), |(p, s)| (p, Some(s)));
        let text = files
            .entry(path)
            .or_insert_with(|| fs::read_to_string(home.path().join(path)).unwrap_or_default());
        match section {
            None => text.push_str(body),
            Some(section) => {
                let head = format!("{section}\n");
                let at = text.find(&head).expect("the section is there") + head.len();
                text.insert_str(at, body);
            }
        }
    }
    for (path, text) in &files {
        let path = home.path().join(path);
        fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
        fs::write(path, text).expect("a file");
    }
    let form = &files["forms/childcare_fee/2026-04-01.toml"];
    let lines = form.lines().filter(|line| !line.trim().is_empty()).count();
    assert!(lines <= 80, "a new notice takes few lines, this one {lines}");

    let commands: Vec<&str> = blocks(&page, "console")
        .iter()
        .flat_map(|block| block.lines())
        .filter_map(|line| line.strip_prefix("$ tayori "))
        .collect();
    assert!(commands.len() >= 7, "{commands:?}");
    for command in commands {
        let said = tayori(home.path(), &command.split(' ').collect::<Vec<_>>());
        assert_eq!(said.code, 0, "tayori {command}\n{}", said.err);
    }
    let pdf = fs::read(home.path().join("preview.pdf")).expect("a preview");
    assert!(pdf.starts_with(b"%PDF"));
}
