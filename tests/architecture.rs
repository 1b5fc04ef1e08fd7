//! Keeps the rooms of `src/` apart: reads the sources and fails on an import that the table below
//! does not allow, on a machine call outside the engine, and on files without an opening sentence.
//! Inside one crate nothing else does this.

#![expect(clippy::disallowed_methods, reason = "this test reads the sources")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// Room, and the rooms that it may import besides its own. `docs/architecture.md` has the picture.
const ROOMS: &[(&str, &[&str])] = &[
    ("diag", &[]),
    ("measure", &[]),
    ("digest", &[]),
    ("calendar", &[]),
    ("model", &["diag", "measure", "digest", "calendar"]),
    ("font", &["diag", "measure", "digest", "calendar"]),
    ("barcode", &["diag", "measure", "digest", "calendar"]),
    ("page", &["diag", "measure", "digest", "calendar", "model", "font", "barcode"]),
    ("form", &["diag", "measure", "digest", "calendar", "model", "barcode", "page"]),
    ("intake", &["diag", "digest", "model"]),
    ("validate", &["diag", "calendar", "model", "barcode", "form"]),
    ("sample", &["diag", "measure", "digest", "calendar", "model", "barcode", "form"]),
    ("plan", &["diag", "measure", "digest", "calendar", "model", "form"]),
    (
        "render",
        &["diag", "measure", "digest", "calendar", "model", "font", "barcode", "form", "page"],
    ),
    ("impose", &["diag", "measure", "digest", "calendar", "model", "page"]),
    ("pdf", &["diag", "measure", "digest", "calendar", "model", "font", "page"]),
    ("package", &["diag", "measure", "digest", "calendar", "model"]),
    ("reading", &["diag", "measure", "digest", "calendar", "model", "barcode"]),
    ("track", &["diag", "measure", "digest", "calendar", "model"]),
    ("cost", &["diag", "measure", "digest", "calendar", "model"]),
    ("schedule", &["diag", "measure", "digest", "calendar", "model"]),
    ("engine", EVERYTHING),
    ("cli", &["diag", "model", "engine"]),
    ("console", &["diag", "model", "engine"]),
];

/// What the engine may import: every room below it.
const EVERYTHING: &[&str] = &[
    "diag", "measure", "digest", "calendar", "model", "font", "barcode", "form", "page", "intake",
    "validate", "sample", "plan", "render", "impose", "pdf", "package", "reading", "track", "cost",
    "schedule",
];

/// What touches the machine, and the rooms that may.
const MACHINE: &[(&str, &[&str])] = &[
    ("std::fs", &["engine"]),
    ("std::net", &["engine"]),
    ("std::process", &["engine", "cli"]),
    ("std::thread", &["engine"]),
    ("std::env", &["engine", "cli"]),
    ("SystemTime", &["engine"]),
    ("Instant", &["engine"]),
    ("rayon", &["engine"]),
    ("tempfile", &["engine"]),
    ("indicatif", &["cli"]),
    ("clap", &["cli"]),
];

/// Names under which anything could hide.
const NO_ROOMS: &[&str] = &["util", "utils", "common", "helper", "helpers", "misc"];

/// The most lines of a file before its tests.
const LINES_MAX: usize = 500;

/// A file of `src/` and its content.
struct Source<'a> {
    path: &'a str,
    text: &'a str,
}

/// The room of a path inside `src/`; `None` for the crate's root and the binaries.
fn room_of(path: &str) -> Option<&str> {
    let (first, rest) = path.split_once('/').unwrap_or((path, ""));
    let room = first.strip_suffix(".rs").unwrap_or(first);
    let root = rest.is_empty() && matches!(room, "lib" | "main");
    (!root && room != "bin").then_some(room)
}

/// Everything that is wrong with a file, as `path:line: why`.
fn violations(source: &Source<'_>) -> Vec<String> {
    let mut found = Vec::new();
    let mut report =
        |line: usize, why: String| found.push(format!("{}:{line}: {why}", source.path));
    if !source.text.starts_with("//! ") {
        report(1, "the file does not open with `//!` and a sentence".into());
    }
    if let Some(name) = source.path.split(['/', '.']).find(|part| NO_ROOMS.contains(part)) {
        report(1, format!("`{name}` names nothing"));
    }
    let code = production(source.text);
    let lines = code.lines().count();
    if lines > LINES_MAX {
        report(lines, format!("{lines} lines before the tests, at most {LINES_MAX}"));
    }
    if let Some(room) = room_of(source.path) {
        match ROOMS.iter().find(|(name, _)| *name == room) {
            None => report(1, format!("room `{room}` is not in the table of rooms")),
            Some((_, allowed)) => imports(code, room, allowed, &mut report),
        }
        machine_calls(code, room, &mut report);
    }
    for (number, line) in lines_of_code(code) {
        if line.contains("use super::*") {
            report(number, "`use super::*` hides where names come from".into());
        }
    }
    found
}

/// Reports every path through `crate::` or `tayori::` into a room that is not allowed.
fn imports(code: &str, room: &str, allowed: &[&str], report: &mut impl FnMut(usize, String)) {
    for (number, reached) in reached_rooms(code) {
        if reached != room && !allowed.contains(&reached.as_str()) {
            report(number, format!("`{room}` may not import `{reached}`"));
        }
    }
}

/// Reports what touches the machine outside the rooms that may.
fn machine_calls(code: &str, room: &str, report: &mut impl FnMut(usize, String)) {
    for (number, line) in lines_of_code(code) {
        for (call, rooms) in MACHINE {
            if !rooms.contains(&room) && has_path(line, call) {
                report(number, format!("`{room}` may not touch the machine: `{call}`"));
            }
        }
    }
    // `use std::{fs, io}` names a module without its path.
    for (number, group) in groups(code, "std::") {
        for (call, rooms) in MACHINE {
            let Some(module) = call.strip_prefix("std::") else { continue };
            let named = group.split(',').any(|part| first_name(part) == module);
            if named && !rooms.contains(&room) {
                report(number, format!("`{room}` may not touch the machine: `{call}`"));
            }
        }
    }
}

/// The rooms that paths through the crate's root reach, with their lines.
fn reached_rooms(code: &str) -> Vec<(usize, String)> {
    let mut reached = Vec::new();
    for (number, line) in lines_of_code(code) {
        for root in ["crate::", "tayori::"] {
            for (at, _) in line.match_indices(root) {
                let before = line[..at].chars().next_back();
                let name = first_name(&line[at + root.len()..]);
                if !before.is_some_and(is_name_char) && !name.is_empty() {
                    reached.push((number, name.to_owned()));
                }
            }
        }
        // A file directly under the root could also climb out of its room.
        for (at, _) in line.match_indices("super::super::") {
            let name = first_name(&line[at + "super::super::".len()..]);
            if ROOMS.iter().any(|(room, _)| *room == name) {
                reached.push((number, name.to_owned()));
            }
        }
    }
    for (number, group) in groups(code, "crate::") {
        let names = split_group(&group);
        reached.extend(names.into_iter().map(|name| (number, name)));
    }
    reached
}

/// The texts in braces right after `root`, which may go over several lines.
fn groups(code: &str, root: &str) -> Vec<(usize, String)> {
    let opening = format!("{root}{{");
    let starts = code.match_indices(&opening).map(|(at, _)| {
        let inner = &code[at + opening.len()..];
        let mut depth = 1;
        let end = inner.find(|c| {
            depth += match c {
                '{' => 1,
                '}' => -1,
                _ => 0,
            };
            depth == 0
        });
        let number = code[..at].matches('\n').count() + 1;
        (number, inner[..end.unwrap_or(inner.len())].to_owned())
    });
    starts.collect()
}

/// The first names of the paths in a group: `diag::{Code, Place}, model` gives `diag`, `model`.
fn split_group(group: &str) -> Vec<String> {
    let mut depth = 0;
    let mut names = Vec::new();
    for part in group.split_inclusive(['{', '}', ',']) {
        if depth == 0 {
            let name = first_name(part);
            if !name.is_empty() {
                names.push(name.to_owned());
            }
        }
        match part.chars().next_back() {
            Some('{') => depth += 1,
            Some('}') => depth -= 1,
            _ => {}
        }
    }
    names
}

fn is_name_char(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The name at the start of a text.
fn first_name(text: &str) -> &str {
    let text = text.trim_start();
    &text[..text.find(|c| !is_name_char(c)).unwrap_or(text.len())]
}

/// Whether `line` has `path` as a whole name or at the start of a longer path.
fn has_path(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + path.len()..].chars().next();
        !before.is_some_and(is_name_char) && !after.is_some_and(is_name_char)
    })
}

/// The part of a file before its unit tests.
fn production(text: &str) -> &str {
    let tests = text.find("\n#[cfg(test)]\nmod ").filter(|&at| {
        // `mod tests;` in the middle of a file of modules is no end of anything.
        let declaration = &text[at + "\n#[cfg(test)]\n".len()..];
        declaration.lines().next().is_some_and(|line| line.ends_with('{'))
    });
    &text[..tests.unwrap_or(text.len())]
}

/// Lines with their numbers, without comments.
fn lines_of_code(code: &str) -> impl Iterator<Item = (usize, &str)> {
    let numbered = (1..).zip(code.lines());
    numbered.map(|(n, line)| (n, line.split_once("//").map_or(line, |(code, _)| code)))
}

/// All Rust files below `directory`, sorted, relative to `root`.
fn files(root: &Path, directory: &Path, found: &mut Vec<(String, PathBuf)>) {
    let entries = fs::read_dir(directory).expect("the sources can be listed");
    let mut paths: Vec<PathBuf> =
        entries.map(|entry| entry.expect("an entry can be read").path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            files(root, &path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let relative = path.strip_prefix(root).expect("below the root").to_string_lossy();
            found.push((relative.replace('\\', "/"), path.clone()));
        }
    }
}

#[test]
fn the_sources_keep_to_the_rooms() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    files(&root, &root, &mut found);
    assert!(found.len() > 20, "the sources are somewhere else");
    let mut report = String::new();
    for (relative, path) in found {
        // Test modules in files of their own are not production code.
        if relative.ends_with("/tests.rs") || relative.contains("/tests/") {
            continue;
        }
        let text = fs::read_to_string(path).expect("a source can be read");
        for violation in violations(&Source { path: &relative, text: &text }) {
            writeln!(report, "src/{violation}").expect("a string takes everything");
        }
    }
    assert!(report.is_empty(), "\n{report}");
}

#[test]
fn the_table_has_no_circle_and_no_unknown_room() {
    for (n, (room, allowed)) in ROOMS.iter().enumerate() {
        for other in *allowed {
            let at = ROOMS.iter().position(|(name, _)| name == other);
            let earlier = at.is_some_and(|at| at < n);
            assert!(earlier, "`{room}` may import `{other}`, which does not stand before it");
        }
    }
}

#[test]
fn the_crate_root_declares_only_rooms_of_the_table() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs");
    let text = fs::read_to_string(root).expect("the crate has a root");
    for line in text.lines() {
        let Some(room) = line.trim_start_matches("pub ").strip_prefix("mod ") else { continue };
        let room = room.trim_end_matches(';');
        assert!(ROOMS.iter().any(|(name, _)| *name == room), "`{room}` is no room");
    }
}

/// The check itself must be able to fail.
mod the_check {
    use super::{Source, violations};

    #[track_caller]
    fn bad(path: &str, code: &str, expected: &str) {
        let text = format!("//! A file.\n{code}");
        let found = violations(&Source { path, text: &text });
        assert!(found.iter().any(|why| why.contains(expected)), "{path}: {code}: {found:?}");
    }

    #[track_caller]
    fn good(path: &str, code: &str) {
        let text = format!("//! A file.\n{code}");
        assert_eq!(violations(&Source { path, text: &text }), [""; 0]);
    }

    #[test]
    fn sees_forbidden_imports() {
        bad("plan/mod.rs", "use crate::impose::Imposition;", "`plan` may not import `impose`");
        bad("diag/mod.rs", "use crate::model::Job;", ":2: `diag` may not import `model`");
        bad("pdf/lot.rs", "fn f() { crate::render::draw(); }", "may not import `render`");
        bad("intake/csv.rs", "use crate::{\n    diag::{Code, Place},\n    form,\n};", "`form`");
        bad("model/mod.rs", "pub use crate::engine;", "`model` may not import `engine`");
        bad("cli/mod.rs", "use crate::pdf;", "`cli` may not import `pdf`");
        bad("model/job.rs", "use super::super::form::Form;", "`model` may not import `form`");
        bad("newroom/mod.rs", "", "`newroom` is not in the table");
        good("pdf/lot.rs", "use crate::page::Canvas;\nuse crate::{diag, font::Face};");
        good("engine/mod.rs", "use crate::pdf;\nuse std::fs;");
        good("plan/mod.rs", "// use crate::impose::Imposition;");
        good("model/mod.rs", "use mycrate::form;\nuse crate::model::Yen;");
    }

    #[test]
    fn sees_the_machine() {
        bad("intake/csv.rs", "use std::fs::File;", "may not touch the machine: `std::fs`");
        bad("pdf/mod.rs", "use std::{\n    fs,\n    io,\n};", "`std::fs`");
        bad("plan/mod.rs", "let t = std::time::SystemTime::now();", "`SystemTime`");
        bad("render/mod.rs", "use std::time::{Duration, Instant};", "`Instant`");
        bad("form/mod.rs", "std::env::var(\"HOME\")", "`std::env`");
        bad("impose/mod.rs", "use rayon::prelude::*;", "`rayon`");
        bad("render/mod.rs", "use clap::Parser;", "`clap`");
        good("render/mod.rs", "struct Instantiate;\nuse std::io::Read;");
        good("cli/mod.rs", "let args = std::env::args();");
    }

    #[test]
    fn sees_style() {
        bad("pdf/mod.rs", "use super::*;", "`use super::*`");
        bad("pdf/util.rs", "", "`util` names nothing");
        bad("helpers.rs", "", "`helpers` names nothing");
        bad("pdf/mod.rs", &"fn f() {}\n".repeat(501), "502 lines before the tests");
        let opening = Source { path: "pdf/mod.rs", text: "use std::io;" };
        assert!(violations(&opening)[0].contains("does not open with `//!`"));
        good("pdf/mod.rs", "fn f() {}\n\n#[cfg(test)]\nmod tests {\n    use super::*;\n}\n");
        bad("pdf/mod.rs", "#[cfg(test)]\nmod tests;\nuse crate::render;", "`render`");
    }
}
