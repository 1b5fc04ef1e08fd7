//! The manifest's readings: each stands on a face that the form has, inside its leaf, and names
//! symbols that exist. What is printed there is the business of reading back.

use super::super::manifest::{FormInfo, Manifest};
use super::super::{codes, paths};
use super::{Report, Subject};
use crate::measure::Length;
use crate::model::{LeafKind, Reading, Side};

/// More readings than any form has, and more corners, symbols or texts than any of them.
const READINGS_MAX: usize = 1_000;
const PARTS_MAX: usize = 200;
/// The kinds of symbols, as forms name them.
const KINDS: [&str; 8] =
    ["customer", "store", "el-qr", "qr", "data-matrix", "code-39", "nw-7", "itf"];

/// Checks all readings of the manifest.
pub(super) fn check(manifest: &Manifest, report: &mut Report) {
    let form = &manifest.form;
    let mut fail = |message: String| {
        report.fail(Subject::Manifest, codes::MANIFEST, paths::MANIFEST, message);
    };
    if form.readings.len() > READINGS_MAX {
        return fail("more readings than any form has".to_owned());
    }
    for (number, reading) in (1..).zip(&form.readings) {
        if let Err(why) = sound(reading, form) {
            fail(format!("reading {number}: {why}"));
        }
    }
    report.count(Subject::Manifest, form.readings.len() as u64);
}

fn sound(reading: &Reading, form: &FormInfo) -> Result<(), String> {
    let Reading { face, at, period, symbols, texts } = reading;
    match LeafKind::of_face(face) {
        Some((_, Side::Back)) if !form.duplex => return Err("leaves have no back".to_owned()),
        Some(_) => {}
        None => return Err("it names no face".to_owned()),
    }
    let parts = [at.len(), symbols.len(), texts.len()];
    if parts.into_iter().any(|parts| parts > PARTS_MAX) || at.is_empty() {
        return Err("it has no corner, or more parts than any".to_owned());
    }
    if let Some(symbol) = symbols.iter().find(|symbol| !KINDS.contains(&symbol.kind.as_str())) {
        return Err(format!("there is no symbol `{}`", symbol.kind.escape_debug()));
    }
    let digits = |code: &String| code.len() <= 8 && code.bytes().all(|b| b.is_ascii_digit());
    if !period.as_ref().and_then(|period| period.code.as_ref()).is_none_or(digits) {
        return Err("the code of its instalment is no number".to_owned());
    }
    let boxes = symbols.iter().flat_map(|symbol| [Some(symbol.r#box), symbol.reason]).flatten();
    let boxes: Vec<_> = boxes.chain(texts.iter().map(|text| text.r#box)).collect();
    let inside = |&[x, y]: &[Length; 2]| boxes.iter().all(|it| is_inside(*it, [x, y], form.leaf));
    if at.iter().all(inside) { Ok(()) } else { Err("a box lies outside the leaf".to_owned()) }
}

/// Whether a box at a corner has a size and lies on the leaf.
fn is_inside(part: [Length; 4], corner: [Length; 2], leaf: [Length; 2]) -> bool {
    (0..2).all(|axis| {
        let um = |length: Length| i64::from(length.as_um());
        let (start, size) = (um(corner[axis]) + um(part[axis]), um(part[axis + 2]));
        size > 0 && start >= 0 && start + size <= um(leaf[axis])
    })
}
