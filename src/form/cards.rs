//! `[[cards]]`: cards on a carrier (台紙), one for each row of the record. On the back of the leaf
//! each lies behind its front.

use super::codes;
use super::condition::When;
use super::creases::dashed;
use super::faces::Flow;
use super::keys;
use super::layout::{Align, Item};
use super::lint::outlines;
use super::names::{Names, Rows};
use super::paper::{Cards, Crease, CreaseKind};
use super::parts::Parts;
use super::reader::{Keys, Node};
use super::role::FaceRole;
use super::site::{Origin, Reach, Site};
use super::source::{Document, TomlText};
use super::style::Look;
use super::table::{Firsts, row_condition};
use super::voids::{STYLES, Style as VoidStyle};
use crate::diag::Diagnostic;
use crate::measure::{Extent, Length, Point, Rect};
use crate::model::FieldIndex;
use crate::page::{Ink, Stroke};
use std::collections::{BTreeMap, BTreeSet};

/// Keys about where cards lie; their backs lie behind them.
const GEOMETRY: [&str; 9] =
    ["at", "card", "columns", "rows", "gap", "order", "rows_when", "safe", "perforated"];

/// How far what stands on a card keeps from its edge unless it says otherwise.
const SAFE: Length = Length::mm(2);

/// How cards are parted from the carrier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Parting {
    /// They are cut.
    None,
    /// Perforations that the paper has.
    Stock,
    /// Perforations along printed lines.
    Line,
}

const PARTINGS: &[(&str, Parting)] =
    &[("none", Parting::None), ("stock", Parting::Stock), ("line", Parting::Line)];

/// Whether the second card lies below the first.
const ORDERS: &[(&str, bool)] = &[("across", false), ("down", true)];

/// What has been said about cards so far.
#[derive(Default)]
pub(super) struct Carriers<'d> {
    /// Cards by name as they were first written, on fronts and on backs: those of continuation
    /// leaves take from them what they do not say.
    firsts: [Firsts<'d>; 2],
    /// Where cards lie on fronts, by name and whether it is the first leaf.
    fronts: BTreeMap<(&'d str, bool), Placed>,
}

/// Where cards lie.
#[derive(Debug, Clone)]
struct Placed {
    corners: Vec<Point>,
    size: Extent,
    safe: Length,
    rows_when: Option<(FieldIndex, String)>,
}

impl Placed {
    /// The same cards as they are seen from the other side of the leaf.
    fn behind(&self, leaf: Length) -> Self {
        let behind = |corner: &Point| Point { x: leaf - corner.x - self.size.width, ..*corner };
        Self { corners: self.corners.iter().map(behind).collect(), ..self.clone() }
    }
}

impl Site<'_> {
    /// `[[cards]]`
    pub(super) fn cards<'d>(
        &mut self,
        doc: &'d Document<'d>,
        node: &'d Node<'d>,
        flow: &mut Flow<'d>,
    ) {
        let Some(own) = Keys::open_value(doc, "[[cards]]", keys::CARDS, node) else { return };
        let Some(name) = own.need_text("name") else { return };
        if self.names.schema.rows.is_empty() {
            let message = "a card stands for a row, and the form has no `[input.rows]`";
            doc.push(doc.error(codes::TABLE, own.span(), message));
            return;
        }
        if !self.is_there(&own, codes::CARDS) {
            return;
        }
        flow.once(name);
        let (role, parts, carriers) = (flow.role, flow.parts, &mut flow.carriers);
        let is_back = matches!(role, FaceRole::FirstBack | FaceRole::MoreBack);
        let is_first = matches!(role, FaceRole::FirstFront | FaceRole::FirstBack);
        let firsts = &mut carriers.firsts[usize::from(is_back)];
        let keys = own.continuing(firsts.entry((&*doc.file, name.text)).or_insert(node));
        let origin = self.origin(&keys);
        let placed = if is_back {
            self.behind(&own, name, carriers.fronts.get(&(name.text, is_first)))
        } else {
            let placed = self.placed_cards(&keys);
            let fronts = &mut carriers.fronts;
            placed.inspect(|placed| drop(fronts.insert((name.text, is_first), placed.clone())))
        };
        let (items, blank) = self.on_card(doc, &keys, parts, placed.as_ref());
        let Some(Placed { corners, size, safe, rows_when }) = placed else { return };
        let (stock, items): (Vec<_>, Vec<_>) =
            items.into_iter().partition(|(_, origin)| origin.preprinted);
        for (item, origin) in &items {
            inside(doc, item, origin, size, safe);
        }
        for (item, origin) in &stock {
            inside(doc, item, origin, size, safe);
            for corner in &corners {
                self.add(item.moved(*corner), origin);
            }
        }
        if !is_back {
            for crease in partings(&keys, &corners, size) {
                self.add(Item::Crease(crease), &origin);
            }
        }
        let items = items.into_iter().map(|(item, _)| item).collect();
        let name = name.text.to_owned();
        let cards = Cards { name, corners, size, rows_when, items, blank, is_back };
        self.add(Item::Cards(cards), &origin);
    }

    /// Where cards lie on a front.
    fn placed_cards(&self, keys: &Keys<'_>) -> Option<Placed> {
        keys.need("card");
        let size = self.extent(keys, "card");
        let safe = self.length(keys, "safe").unwrap_or(SAFE);
        let rows_when = match keys.get("rows_when") {
            Some(value) => Some(row_condition(keys.doc, value, &self.names)?),
            None => None,
        };
        let corners = self.corners(keys, size.unwrap_or_default());
        Some(Placed { size: size?, corners: corners?, safe, rows_when })
    }

    /// The corners of places of this size, in the order in which they are filled.
    pub(super) fn corners(&self, keys: &Keys<'_>, size: Extent) -> Option<Vec<Point>> {
        let at = self.need_point(keys, "at");
        let count = |key| if keys.has(key) { self.count(keys, key, 1..=20) } else { Some(1) };
        let (columns, rows) = (count("columns"), count("rows"));
        let gap = self.two_lengths(keys, "gap").unwrap_or_default();
        if gap.iter().any(|gap| *gap < Length::ZERO) {
            keys.blame("gap", "they do not overlap: `gap` is 0 or more");
        }
        let down = keys.word("order", ORDERS).unwrap_or(false);
        let (at, columns, rows): (Point, i32, i32) = (at?, columns?, rows?);
        let corner = |column: i32, row: i32| Point {
            x: at.x + (size.width + gap[0]) * column,
            y: at.y + (size.height + gap[1]) * row,
        };
        let corners = if down {
            (0..columns).flat_map(|column| (0..rows).map(move |row| (column, row))).collect()
        } else {
            (0..rows).flat_map(|row| (0..columns).map(move |column| (column, row))).collect()
        };
        let corners: Vec<(i32, i32)> = corners;
        Some(corners.into_iter().map(|(column, row)| corner(column, row)).collect())
    }

    /// Where cards lie on a back: behind their fronts.
    fn behind(&self, own: &Keys<'_>, name: TomlText<'_>, front: Option<&Placed>) -> Option<Placed> {
        for key in GEOMETRY.into_iter().filter(|key| own.has(key)) {
            let span = own.get(key).map_or(own.span(), toml::Spanned::span);
            let message = "the back of a card lies behind its front";
            let finding = own.doc.error(codes::CARDS, span, message);
            own.doc.push(finding.hint(format!("take `{key}` out")));
        }
        if front.is_none() {
            let message = format!("no cards `{}` lie on the front of this leaf", name.text);
            let finding = name.error(codes::CARDS, 0..name.text.len(), message);
            name.push(finding.hint("print them on the front, with the same `name`"));
        }
        front.map(|front| front.behind(self.desk.leaf.width))
    }

    /// What stands on a card, and what stands on one without a row, from the card's corner.
    fn on_card<'d>(
        &self,
        doc: &'d Document<'d>,
        keys: &Keys<'d>,
        parts: &'d Parts<'d>,
        placed: Option<&Placed>,
    ) -> (Vec<(Item, Origin)>, Vec<Item>) {
        let mut site = Site {
            desk: self.desk,
            names: Names { rows: Rows::ROW, ..self.names },
            style: self.style.clone(),
            corner: Point::default(),
            extent: self.desk.leaf,
            when: When::Always,
            part: 0,
            preprinted: false,
            pays: None,
            items: Vec::new(),
        };
        for (number, node) in (1..).zip(keys.tables("part")) {
            super::faces::known_part(doc, node, parts);
            site.part(doc, node, parts, number, None);
        }
        site.elements(doc, keys, None);
        let blank = placed.and_then(|placed| self.blank(keys, placed.size, placed.safe, true));
        (site.items, blank.unwrap_or_default())
    }

    /// What stands in a place that nothing fills: struck `through` unless it says otherwise.
    pub(super) fn blank(
        &self,
        keys: &Keys<'_>,
        size: Extent,
        safe: Length,
        through: bool,
    ) -> Option<Vec<Item>> {
        let style = match keys.get("blank").map(|_| keys.word("blank", BLANKS)) {
            None => through.then_some(VoidStyle::Diagonal),
            Some(style) => style.flatten(),
        };
        let said = keys.has("blank_text").then(|| keys.text("blank_text")).flatten();
        let said = said.and_then(|text| self.compile(text));
        let Extent { width, height } = size;
        let rect = Rect::new(safe, safe, width - safe * 2, height - safe * 2);
        let Some(style) = style else {
            let look = Look { align: Align::Center, ..self.style.look.clone() };
            return said.map(|said| vec![Item::Text(look.text_box(rect, said, None))]);
        };
        let stroke = Stroke { width: Length::um(300), ink: Ink::BLACK, dash: None };
        Some(self.void_items(rect, style, stroke, &self.style.look, said, None))
    }
}

/// The perforations around places.
pub(super) fn partings(keys: &Keys<'_>, corners: &[Point], size: Extent) -> Vec<Crease> {
    perforations(corners, size, keys.word("perforated", PARTINGS).unwrap_or(Parting::None))
}

/// What stands on a card without a row; `none` is nothing.
const BLANKS: &[(&str, Option<VoidStyle>)] = &[
    ("none", None),
    (STYLES[0].0, Some(STYLES[0].1)),
    (STYLES[1].0, Some(STYLES[1].1)),
    (STYLES[2].0, Some(STYLES[2].1)),
];

/// Reports what does not keep within the safe margin of its card, or has no place on one.
fn inside(doc: &Document<'_>, item: &Item, origin: &Origin, size: Extent, safe: Length) {
    let margin = if origin.reach == Reach::Bleed { Length::ZERO } else { safe };
    let both = margin * 2;
    let allowed = Rect::new(margin, margin, size.width - both, size.height - both);
    let report = |message: String, hint: &str| {
        let finding = Diagnostic::error(codes::CARDS, message).at(origin.place.clone());
        doc.push(finding.hint(hint));
    };
    if matches!(item, Item::Crease(_)) {
        report("a card has no folds and perforations of its own".into(), "take it out");
    } else if outlines(item).iter().any(|rect| !allowed.contains(rect)) {
        let message = format!("this comes nearer to the edge of its card than {margin} mm");
        report(message, "move it; what goes to the edge of the card is marked `bleed = true`");
    }
}

/// The perforations around cards; those that two cards have in common once.
fn perforations(corners: &[Point], size: Extent, parting: Parting) -> Vec<Crease> {
    let mut sides: BTreeSet<[Length; 4]> = BTreeSet::new();
    if parting == Parting::None {
        return Vec::new();
    }
    for Point { x, y } in corners {
        let (x, y, right, bottom) = (*x, *y, *x + size.width, *y + size.height);
        sides.extend([
            [x, y, right, y],
            [x, bottom, right, bottom],
            [x, y, x, bottom],
            [right, y, right, bottom],
        ]);
    }
    let kind = CreaseKind::Perforation;
    let stroke = Stroke { width: Length::um(100), ink: Ink::BLACK, dash: Some(kind.dash()) };
    let crease = |[x, y, right, bottom]: [Length; 4]| {
        let (from, to) = (Point { x, y }, Point { x: right, y: bottom });
        let printed = parting == Parting::Line;
        let marks = if printed { vec![dashed(from, to, stroke)] } else { Vec::new() };
        Crease { kind, from, to, marks }
    };
    sides.into_iter().map(crease).collect()
}
