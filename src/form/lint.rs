//! Looks over a finished form as a printer would: what is outside the page, over the slot mark, in
//! the window, too high for its box; where an honorific is missing or double; where rows could get
//! lost. It reads no file.

mod cards;
mod clear;
mod creases;
mod honorific;
mod slips;
mod stock;
mod vacant;
mod window;

use super::codes;
use super::compile::{Compiled, once};
use super::layout::{Item, Rule, Table, TextBox, Writing};
use super::role::FaceRole;
use super::site::{Origin, Reach};
use super::text::{Filter, Scope, Segment, Text};
use super::{Check, Form};
use crate::diag::{Diagnostic, Findings, Place};
use crate::measure::{Length, Rect};
use crate::model::{Envelope, Stocks};
use std::collections::{BTreeMap, BTreeSet};

/// How far a bleeding box may go over the leaf's edge.
const BLEED_MAX: Length = Length::mm(3);

/// Honorifics that a form may print itself.
const HONORIFICS: [&str; 3] = ["様", "御中", "殿"];

impl Compiled {
    /// Everything about the finished form that is wrong or doubtful, in the order of its files.
    #[must_use]
    pub fn lint(&self, stocks: &Stocks) -> Findings {
        let mut lint = Lint { form: &self.form, findings: self.warnings.clone() };
        lint.stocks(stocks, &self.mark);
        lint.mark(&self.mark);
        for (face, origins) in self.form.faces.iter().zip(&self.origins) {
            for (item, origin) in face.items.iter().zip(origins) {
                lint.item(face.role, item, origin);
            }
        }
        let envelope = self.form.envelope.as_ref().and_then(|id| stocks.envelope.get(id));
        if let Some(envelope) = envelope {
            self.window(&mut lint, envelope);
        }
        self.creased(&mut lint);
        self.creased_slips(&mut lint);
        self.placed(&mut lint);
        self.cleared(&mut lint);
        self.carried(&mut lint);
        self.on_stock(&mut lint);
        self.honorific(&mut lint);
        self.tables(&mut lint);
        once(lint.findings)
    }

    /// What the window of another envelope shows that a job puts some of its pieces into.
    #[must_use]
    pub fn lint_envelope(&self, envelope: &Envelope) -> Findings {
        let mut lint = Lint { form: &self.form, findings: Findings::new() };
        self.window(&mut lint, envelope);
        once(lint.findings)
    }

    /// Exactly one honorific follows the addressee's name.
    fn honorific(&self, lint: &mut Lint<'_>) {
        let Some(honorific) = self.form.checks.iter().find_map(|check| match check {
            Check::Honorific { name, honorific } if *name == self.form.name => Some(*honorific),
            _ => None,
        }) else {
            return;
        };
        let given = |text: &TextBox| {
            honorific.is_some_and(|field| says(&self.form, &text.text, Scope::Field(field)))
        };
        let mut sources = 0;
        for (face, origins) in self.form.faces.iter().zip(&self.origins) {
            for (item, origin) in face.items.iter().zip(origins) {
                for text in texts(item) {
                    let name = Scope::Field(self.form.name);
                    let printed = printed_honorifics(&text.text, name) + usize::from(given(text));
                    sources += printed;
                    if says(&self.form, &text.text, name) && printed > 1 {
                        let message = "the addressee would get two honorifics";
                        let finding = Diagnostic::error(codes::HONORIFIC, message)
                            .at(origin.place.clone())
                            .hint("print the honorific from its field, or in the form, not both");
                        lint.findings.push(finding);
                    }
                }
            }
        }
        sources += self.beside(lint);
        if sources == 0 {
            let message = "the addressee's name is printed without an honorific";
            let finding = Diagnostic::warning(codes::NO_HONORIFIC, message).at(self.mark.clone());
            lint.findings.push(finding);
        }
    }

    /// Tables of one name continue each other: same columns, and somewhere for the last row to go.
    fn tables(&self, lint: &mut Lint<'_>) {
        let mut firsts: BTreeMap<&str, (&Table, &Place)> = BTreeMap::new();
        let mut continued: BTreeSet<&str> = BTreeSet::new();
        for (face, origins) in self.form.faces.iter().zip(&self.origins) {
            for (item, origin) in face.items.iter().zip(origins) {
                let Item::Table(table) = item else { continue };
                if face.role == FaceRole::MoreFront || face.role == FaceRole::MoreBack {
                    continued.insert(&table.name);
                }
                let Some((first, _)) = firsts.get(table.name.as_str()) else {
                    firsts.insert(&table.name, (table, &origin.place));
                    continue;
                };
                if first.rows_when != table.rows_when {
                    let message = format!("the table `{}` continues with other rows", table.name);
                    lint.error(codes::TABLE, &message, &origin.place);
                }
                if !same_bands(first, table) {
                    let message =
                        format!("the table `{}` continues with other groups or bands", table.name);
                    lint.error(codes::TABLE, &message, &origin.place);
                }
                let widths = |table: &Table| table.columns.len();
                if widths(first) != widths(table) {
                    let message =
                        format!("the table `{}` continues with other columns", table.name);
                    lint.error(codes::TABLE, &message, &origin.place);
                }
            }
        }
        for (name, (table, place)) in firsts {
            if continued.contains(name) {
                continue;
            }
            if table.bands.as_ref().is_some_and(|bands| bands.attach.is_some()) {
                let message = format!("the rows of the table `{name}` have no leaf to go to");
                let finding = Diagnostic::error(codes::TABLE, message).at(place.clone());
                lint.findings.push(finding.hint("print the table on face.more-front too"));
            } else {
                let message = format!("rows that do not fit the table `{name}` hold the record");
                let finding = Diagnostic::warning(codes::NO_CONTINUATION, message)
                    .at(place.clone())
                    .hint("print the table on face.more-front too");
                lint.findings.push(finding);
            }
        }
    }
}

/// Whether two tables of one name have the same groups and bands.
fn same_bands(one: &Table, other: &Table) -> bool {
    let of = |table: &Table| {
        let bands = table.bands.as_ref();
        let group = bands.and_then(|bands| bands.group.as_ref()).map(|group| group.by);
        let keys: Vec<&str> =
            bands.iter().flat_map(|bands| bands.all()).map(|band| band.0).collect();
        (group, bands.is_some_and(|bands| bands.keep), keys)
    };
    of(one) == of(other)
}

/// A form being looked over.
struct Lint<'f> {
    form: &'f Form,
    findings: Findings,
}

impl Lint<'_> {
    fn error(&mut self, code: crate::diag::Code, message: &str, place: &Place) {
        self.findings.push(Diagnostic::error(code, message).at(place.clone()));
    }

    /// The leaf must be cut or fed from a size of its stock, and folded into its envelope.
    fn stocks(&mut self, stocks: &Stocks, place: &Place) {
        let leaf = self.form.leaf;
        match stocks.stock.get(&self.form.stock) {
            None => {
                let message = format!("unknown stock: `{}`", self.form.stock);
                self.error(codes::STOCK, &message, place);
            }
            Some(stock) => {
                let fits = stock.sizes.iter().any(|size| {
                    let upright = leaf.width <= size.width && leaf.height <= size.height;
                    let turned = leaf.width <= size.height && leaf.height <= size.width;
                    upright || turned
                });
                if !fits && stock.roll.is_none_or(|roll| leaf.width.min(leaf.height) > roll.width) {
                    let message = format!(
                        "no size of the stock `{}` is large enough for a leaf of {} × {} mm",
                        self.form.stock, leaf.width, leaf.height
                    );
                    self.error(codes::STOCK, &message, place);
                }
            }
        }
        if let Some(id) =
            self.form.envelope.as_ref().filter(|id| !stocks.envelope.contains_key(*id))
        {
            let message = format!("unknown envelope: `{id}`");
            self.error(codes::STOCK, &message, place);
        }
    }

    fn mark(&mut self, place: &Place) {
        let sides = [Some(&self.form.mark), self.form.duplex.then_some(&self.form.mark_back)];
        if sides.into_iter().flatten().any(|mark| !self.safe().contains(&mark.rect)) {
            self.error(codes::OUTSIDE, "the slot mark lies outside the safe margin", place);
        }
        for mark in sides.into_iter().flatten() {
            self.height(mark, place);
        }
    }

    /// The leaf without its safe margin.
    fn safe(&self) -> Rect {
        let (margin, leaf) = (self.form.safe_margin, self.form.leaf);
        Rect::new(margin, margin, leaf.width - margin * 2, leaf.height - margin * 2)
    }

    fn item(&mut self, role: FaceRole, item: &Item, origin: &Origin) {
        // What a slip holds is looked at in its places.
        if !matches!(role, FaceRole::Slip(_)) {
            self.on_leaf(role, item, &outlines(item), origin);
        }
        if origin.reach == Reach::Background {
            return;
        }
        for text in texts(item) {
            self.height(text, &origin.place);
            if let Some(other) = &text.alternative {
                self.height(&other.place, &origin.place);
            }
        }
    }

    /// Whether an item that covers these boxes keeps to the leaf and away from the slot mark.
    fn on_leaf(&mut self, role: FaceRole, item: &Item, rects: &[Rect], origin: &Origin) {
        let leaf = self.form.leaf;
        let allowed = match item {
            _ if origin.reach != Reach::Safe => {
                let more = BLEED_MAX * 2;
                Rect::new(-BLEED_MAX, -BLEED_MAX, leaf.width + more, leaf.height + more)
            }
            // They go to the edge, where the leaf is folded or torn.
            Item::Crease(_) | Item::Slips(_) => {
                Rect::new(Length::ZERO, Length::ZERO, leaf.width, leaf.height)
            }
            _ => self.safe(),
        };
        if rects.iter().any(|rect| !allowed.contains(rect)) {
            let page = Rect::new(Length::ZERO, Length::ZERO, leaf.width, leaf.height);
            let (message, hint) = if rects.iter().all(|rect| page.contains(rect)) {
                let message = format!(
                    "this comes nearer to the edge than the safe margin of {} mm",
                    self.form.safe_margin
                );
                (message, "move it; what may be cut off is marked `bleed = true`")
            } else {
                ("this lies outside the leaf".to_owned(), "move it or make it smaller")
            };
            let finding = Diagnostic::error(codes::OUTSIDE, message).at(origin.place.clone());
            self.findings.push(finding.hint(hint));
        }
        // Places of slips may be as large as the leaf; what slips hold keeps clear of the mark.
        if origin.reach == Reach::Background || matches!(item, Item::Slips(_)) {
            return;
        }
        let (mark, hint) = if role.is_back() {
            (
                self.form.duplex.then_some(&self.form.mark_back),
                "keep the mark's box clear on every back, or give the mark another `back`",
            )
        } else {
            (Some(&self.form.mark), "keep the mark's box clear on every front")
        };
        if mark.is_some_and(|mark| rects.iter().any(|rect| touches(&mark.rect, rect))) {
            let finding = Diagnostic::error(codes::OVER_MARK, "this lies over the slot mark")
                .at(origin.place.clone());
            self.findings.push(finding.hint(hint));
        }
    }

    /// Type must not be higher than its box: the smallest is an error, the natural size a warning.
    fn height(&mut self, text: &TextBox, place: &Place) {
        let (height, is) = (text.depth(), wide_or_high(text));
        let percent = text.line_percent();
        let line = |size: crate::measure::TypeSize| {
            let um = i64::from(size.em().as_um()) * i64::from(percent);
            Length::um(i32::try_from(crate::measure::div_round(um, 100)).unwrap_or(i32::MAX))
        };
        if text.fit.lines > 1 && text.leading < percent {
            let message = format!(
                "lines with ruby or larger type are {percent} % high, the leading is {} %",
                text.leading
            );
            self.error(codes::TOO_CLOSE, &message, place);
        }
        if line(text.fit.size_min) > height {
            let message =
                format!("type of {} pt is {is} than its box of {height} mm", text.fit.size_min);
            self.error(codes::TOO_HIGH, &message, place);
        } else if line(text.size) > height {
            let message = format!("type of {} pt is {is} than its box of {height} mm", text.size);
            let finding = Diagnostic::warning(codes::TIGHT, message).at(place.clone());
            self.findings.push(finding.hint("it is always shrunk to `min`"));
        }
    }
}

/// What type is that its box has no room for.
const fn wide_or_high(text: &TextBox) -> &'static str {
    match text.writing {
        Writing::Horizontal => "higher",
        Writing::Vertical { .. } => "wider",
    }
}

/// The boxes that an item covers.
pub(super) fn outlines(item: &Item) -> Vec<Rect> {
    match item {
        Item::Text(text) => {
            let other = text.alternative.as_ref().map(|other| covered(&other.place));
            std::iter::once(covered(text)).chain(other).collect()
        }
        Item::Panel(panel) => vec![panel.rect],
        Item::Image(image) => vec![image.rect],
        Item::Symbol(symbol) => vec![symbol.rect],
        Item::Rule(rule) => vec![outline(rule)],
        Item::Cards(cards) => cards.rects().collect(),
        Item::Slips(slips) => slips.rects().collect(),
        Item::Crease(crease) => crease.marks.iter().map(outline).collect(),
        Item::Table(table) => {
            let lines = table.bands.as_ref().and_then(|bands| bands.lines.as_ref());
            let heading = lines.map_or(Length::ZERO, |lines| lines.heading);
            let (y, height) = (table.rect.y - heading, table.rect.height + heading);
            (0..i32::from(table.blocks))
                .map(|n| Rect { x: table.rect.x + table.block_step * n, y, height, ..table.rect })
                .collect()
        }
    }
}

fn outline(rule: &Rule) -> Rect {
    let (x, right) = (rule.from.x.min(rule.to.x), rule.from.x.max(rule.to.x));
    let (y, bottom) = (rule.from.y.min(rule.to.y), rule.from.y.max(rule.to.y));
    Rect::new(x, y, right - x, bottom - y)
}

/// What a text may cover: its box, and what hangs outside.
fn covered(text: &TextBox) -> Rect {
    let outside = if text.hang && text.fit.lines > 1 { text.size.em() } else { Length::ZERO };
    match text.writing {
        Writing::Horizontal => Rect { width: text.rect.width + outside, ..text.rect },
        Writing::Vertical { .. } => Rect { height: text.rect.height + outside, ..text.rect },
    }
}

/// Whether `rect` shows inside `area`; lines have no width and show all the same.
fn touches(area: &Rect, rect: &Rect) -> bool {
    let thick = |n: Length| n.max(Length::um(1));
    let rect = Rect { width: thick(rect.width), height: thick(rect.height), ..*rect };
    area.overlaps(&rect)
}

pub(super) fn texts(item: &Item) -> Vec<&TextBox> {
    match item {
        Item::Text(text) => vec![text],
        Item::Table(table) => table.texts().collect(),
        Item::Cards(cards) => cards.items.iter().chain(&cards.blank).flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

fn is_name(item: &Item, form: &Form) -> bool {
    matches!(item, Item::Text(text) if says(form, &text.text, Scope::Field(form.name)))
}

/// Whether a text prints a value, or may.
fn says(form: &Form, text: &Text, wanted: Scope) -> bool {
    text.texts().any(|text| match text {
        Text::Static(_) | Text::Rich(_) => false,
        Text::Segments(segments) => segments
            .iter()
            .any(|segment| matches!(segment, Segment::Value(scope, _) if *scope == wanted)),
        Text::Template(name) => form
            .templates
            .programs
            .iter()
            .filter(|program| program.name == *name)
            .any(|program| program.fields.iter().any(|(_, scope)| *scope == wanted)),
    })
}

fn segments_of(text: &Text) -> Vec<Segment> {
    match text {
        Text::Static(text) => vec![Segment::Literal(text.clone())],
        Text::Segments(segments) => segments.clone(),
        Text::Template(_) | Text::Rich(_) => Vec::new(),
    }
}

/// Honorifics that the form itself prints right after the name.
fn printed_honorifics(text: &Text, name: Scope) -> usize {
    let segments: Vec<Segment> = match text {
        Text::Segments(segments) => segments.clone(),
        Text::Rich(rich) => rich.spans.iter().flat_map(|span| segments_of(&span.text)).collect(),
        Text::Static(_) | Text::Template(_) => return 0,
    };
    let starts = |text: &str| {
        let text = text.trim_start();
        HONORIFICS.iter().any(|honorific| text.starts_with(honorific)) && !text.starts_with("様方")
    };
    let after = segments.windows(2).filter(|pair| match pair {
        [Segment::Value(scope, _), Segment::Literal(text)] => *scope == name && starts(text),
        _ => false,
    });
    let suffixed = segments.iter().filter(|segment| match segment {
        Segment::Value(scope, filters) if *scope == name => filters.iter().any(
            |filter| matches!(filter, Filter::Suffix(text) | Filter::Ending(text) if starts(text)),
        ),
        Segment::Value(..) | Segment::Literal(_) => false,
    });
    after.count() + suffixed.count()
}
