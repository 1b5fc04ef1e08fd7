//! `[[fold]]` and `[[perforation]]`: lines of the paper, and what is printed of them.

use super::codes;
use super::keys;
use super::layout::{Item, Rule};
use super::paper::{Crease, CreaseKind};
use super::reader::{self, Keys, Node};
use super::site::{Site, outline};
use super::source::Document;
use crate::measure::{Extent, Length, Point};
use crate::page::Stroke;
use toml::de::DeValue;

/// The length of ticks at both ends of a line.
const TICK: Length = Length::mm(4);

/// What is printed of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Print {
    None,
    Ticks,
    Line,
}

const PRINTS: &[(&str, Print)] =
    &[("none", Print::None), ("ticks", Print::Ticks), ("line", Print::Line)];

/// Which way lines go.
const DOWN: &[(&str, bool)] = &[("width", false), ("height", true)];

impl CreaseKind {
    /// Dashes of a printed line: those of a perforation are its cuts and ties.
    pub(super) const fn dash(self) -> (Length, Length) {
        match self {
            Self::Fold => (Length::mm(3), Length::um(1500)),
            Self::Perforation => (Length::mm(1), Length::um(800)),
        }
    }
}

impl Site<'_> {
    /// All `[[fold]]` and `[[perforation]]` of a face or part.
    pub(super) fn creases<'d>(&mut self, doc: &'d Document<'d>, keys: &Keys<'d>) {
        for node in keys.tables("fold") {
            self.crease(doc, node, CreaseKind::Fold);
        }
        for node in keys.tables("perforation") {
            self.crease(doc, node, CreaseKind::Perforation);
        }
    }

    fn crease<'d>(&mut self, doc: &'d Document<'d>, node: &'d Node<'d>, kind: CreaseKind) {
        let what = match kind {
            CreaseKind::Fold => "[[fold]]",
            CreaseKind::Perforation => "[[perforation]]",
        };
        let Some(keys) = Keys::open_value(doc, what, keys::FOLD, node) else { return };
        let positions = positions(&keys);
        let down = keys.word("across", DOWN).unwrap_or(false);
        let print = keys.word("print", PRINTS).unwrap_or(Print::None);
        let span = keys.two_lengths("span");
        let mut stroke = outline(&keys, keys.length("line").unwrap_or(Length::um(100)));
        let (dash, gap) = *stroke.dash.get_or_insert(kind.dash());
        if dash <= Length::ZERO || gap <= Length::ZERO {
            keys.blame("dash", "dashes and gaps are longer than 0");
        }
        let Ok(when) = self.condition(&keys) else { return };
        if when.is_some() {
            let message = "the paper is the same for every record";
            let span = keys.get("when").map_or(keys.span(), toml::Spanned::span);
            let hint = "ask for parameters or the tenant here, not for fields";
            doc.push(doc.error(codes::ON_STOCK, span, message).hint(hint));
        }
        let Extent { width, height } = self.extent;
        let (length, start) = if down { (height, self.corner.y) } else { (width, self.corner.x) };
        let (from, to) = match span {
            Some([from, to]) => (start + from, start + to),
            None => (Length::ZERO, length),
        };
        if to <= from {
            keys.blame("span", "`span` goes from a smaller length to a larger one");
            return;
        }
        let origin = self.origin(&keys);
        for at in positions.unwrap_or_default() {
            let at = at + if down { self.corner.x } else { self.corner.y };
            let point = |along: Length| {
                if down { Point { x: at, y: along } } else { Point { x: along, y: at } }
            };
            let marks = match print {
                Print::None => Vec::new(),
                Print::Ticks => {
                    let tick = Stroke { dash: None, ..stroke };
                    let ends = [(from, from + TICK), (to - TICK, to)];
                    ends.map(|(from, to)| rule(point(from), point(to), tick)).into()
                }
                Print::Line => vec![dashed(point(from), point(to), stroke)],
            };
            let (from, to) = (point(from), point(to));
            self.add(Item::Crease(Crease { kind, from, to, marks }), &origin);
        }
    }
}

const fn rule(from: Point, to: Point, stroke: Stroke) -> Rule {
    Rule { from, to, stroke, when: None }
}

/// A dashed line from dash to dash: the gaps are fitted so that both ends are dashes.
pub(super) fn dashed(from: Point, to: Point, stroke: Stroke) -> Rule {
    let length = (to.x - from.x) + (to.y - from.y);
    let dash = stroke.dash.map(|dash| fitted(dash, length));
    rule(from, to, Stroke { dash, ..stroke })
}

/// Dashes with the gap that lets a line of this length end in a dash.
fn fitted((dash, gap): (Length, Length), length: Length) -> (Length, Length) {
    let (rest, period) = ((length - dash).as_um(), (dash + gap).as_um().max(1));
    #[expect(clippy::integer_division, reason = "whole gaps, to the micrometre")]
    let gap_fitted = {
        let gaps = ((rest + period / 2) / period).max(1);
        Length::um(rest / gaps) - dash
    };
    if gap_fitted > Length::ZERO { (dash, gap_fitted) } else { (dash, gap) }
}

/// `at`: a length, or a list of lengths.
fn positions(keys: &Keys<'_>) -> Option<Vec<Length>> {
    let value = keys.need("at")?;
    match value.get_ref() {
        DeValue::Array(items) => {
            items.iter().map(|item| reader::length(keys.doc, "at", item)).collect()
        }
        _ => reader::length(keys.doc, "at", value).map(|at| vec![at]),
    }
}

#[cfg(test)]
mod tests {
    use super::{Length, fitted};

    #[test]
    fn dashed_lines_end_in_dashes() {
        let perforation = (Length::um(1000), Length::um(800));
        for (length, gap) in [(210_000, 800), (85_600, 800), (2_700, 700), (2_900, 900)] {
            let (dash, fitted) = fitted(perforation, Length::um(length));
            assert_eq!((dash.as_um(), fitted.as_um().abs_diff(gap) < 25), (1000, true), "{fitted}");
            // What is left over is less than a micrometre for each gap.
            let left = (length - 1000).rem_euclid(dash.as_um() + fitted.as_um());
            assert!(left < 130, "{length}: {left}");
        }
        assert_eq!(fitted(perforation, Length::um(900)), perforation, "shorter than a dash");
    }
}
