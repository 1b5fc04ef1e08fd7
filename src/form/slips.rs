//! `[[slips]]` and `[[slip]]`: payment slips (納付書), one for each instalment. A part holds them;
//! they fill places on the first leaf, then on leaves of their own that follow the notice.

use super::cards::partings;
use super::codes;
use super::condition::When;
use super::keys;
use super::layout::Item;
use super::names::Names;
use super::parts::Parts;
use super::payable::Pays;
use super::reader::{Keys, Node};
use super::role::FaceRole;
use super::site::{Origin, Site};
use super::source::{Document, TomlText};
use super::text::{Condition, Text};
use crate::measure::{Extent, Length, Point, Rect};
use crate::model::{FieldKind, Period};

/// Places of payment slips on a face.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slips {
    /// Their top left corners, in the order in which slips fill them.
    pub corners: Vec<Point>,
    /// The size of a slip.
    pub size: Extent,
    /// What stands in a place that has no slip, from its corner.
    pub blank: Vec<Item>,
}

impl Slips {
    /// The boxes of all places.
    pub fn rects(&self) -> impl DoubleEndedIterator<Item = Rect> {
        let Extent { width, height } = self.size;
        self.corners.iter().map(move |corner| Rect::new(corner.x, corner.y, width, height))
    }
}

/// A payment slip of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slip {
    /// The position in the form's faces of what it holds.
    pub face: usize,
    /// The piece has it only when this holds.
    pub when: Option<Condition>,
    /// Which instalment it is.
    pub period: Period,
}

/// How far what stands in a place without a slip keeps from its edge.
const SAFE: Length = Length::mm(6);
/// The most slips of a form: instalments of a year, and one for the whole of it.
const SLIPS_MAX: usize = 60;

/// A slip as it is compiled.
pub(super) struct Made {
    pub(super) when: Option<Condition>,
    pub(super) period: Period,
    pub(super) items: Vec<(Item, Origin)>,
}

/// What was said about the slips of a form so far.
#[derive(Default)]
pub(super) struct Bundle<'d> {
    /// The part that holds them, as it was first named.
    part: Option<TomlText<'d>>,
    size: Extent,
    pub(super) slips: Vec<Made>,
    /// Places on the first leaf, and on each leaf that follows.
    places: [usize; 2],
}

impl Site<'_> {
    /// `[[slips]]`
    pub(super) fn slips<'d>(
        &mut self,
        doc: &'d Document<'d>,
        node: &'d Node<'d>,
        parts: &'d Parts<'d>,
        role: FaceRole,
        bundle: &mut Bundle<'d>,
    ) {
        let Some(keys) = Keys::open_value(doc, "[[slips]]", keys::SLIPS, node) else { return };
        let Some(name) = keys.need_text("use") else { return };
        match bundle.part {
            None => {
                bundle.part = Some(name);
                let Some(size) = self.made(&keys, name, parts, bundle) else { return };
                bundle.size = size;
            }
            Some(first) if first.text != name.text => {
                let message = format!("the slips of the form are those of `{}`", first.text);
                name.push(name.error(codes::SLIPS, 0..name.text.len(), message));
                return;
            }
            Some(_) => {}
        }
        let size = bundle.size;
        let Some(corners) = self.corners(&keys, size) else { return };
        let leaf = self.desk.leaf;
        let at = &mut bundle.places[usize::from(role != FaceRole::FirstFront)];
        if *at > 0 {
            keys.blame("at", "slips have their places on a face once");
        }
        *at += corners.len();
        let origin = self.origin(&keys);
        for crease in partings(&keys, &corners, size) {
            // What coincides with the edge of the leaf is cut, not torn.
            let [x, y, right, bottom] = [crease.from.x, crease.from.y, crease.to.x, crease.to.y];
            let is_edge = (x == right && (x <= Length::ZERO || x >= leaf.width))
                || (y == bottom && (y <= Length::ZERO || y >= leaf.height));
            if !is_edge {
                self.add(Item::Crease(crease), &origin);
            }
        }
        let blank = self.blank(&keys, size, SAFE, false).unwrap_or_default();
        self.add(Item::Slips(Slips { corners, size, blank }), &origin);
    }

    /// Compiles the slips of a part; how large they are.
    fn made<'d>(
        &self,
        keys: &Keys<'d>,
        name: TomlText<'d>,
        parts: &'d Parts<'d>,
        bundle: &mut Bundle<'d>,
    ) -> Option<Extent> {
        let part = parts.get(name.text)?;
        let opened = self.open_part(keys, name, part)?;
        let at_name =
            |message: String| name.push(name.error(codes::SLIPS, 0..name.text.len(), message));
        let Some(size) = opened.head.extent("size") else {
            at_name(format!("the part `{}` does not say the `size` of a slip", name.text));
            return None;
        };
        let nodes = opened.root.tables("slip");
        if nodes.is_empty() {
            at_name(format!("the part `{}` has no `[[slip]]`", name.text));
        }
        if nodes.len() > SLIPS_MAX {
            at_name(format!("a form has at most {SLIPS_MAX} slips"));
        }
        for node in nodes.into_iter().take(SLIPS_MAX) {
            let keys = Keys::open_value(&part.doc, "[[slip]]", keys::SLIP, node);
            let Some(keys) = keys else { continue };
            let site = Site {
                desk: self.desk,
                names: Names { with: &opened.with, ..self.names },
                style: opened.style.clone(),
                corner: Point::default(),
                extent: size,
                when: When::Always,
                part: 0,
                preprinted: false,
                pays: None,
                items: Vec::new(),
            };
            bundle.slips.extend(site.slip(&part.doc, &keys));
        }
        Some(size)
    }

    /// `[[slip]]`
    fn slip<'d>(mut self, doc: &'d Document<'d>, keys: &Keys<'d>) -> Option<Made> {
        let when = self.own_condition(keys, &self.names);
        let known = |text: TomlText<'_>| {
            if let Some(Text::Static(said)) = self.compile(text) {
                return Some(said);
            }
            let message = "this is known beforehand: it says which slip it is";
            text.push(text.error(codes::SLIPS, 0..text.text.len(), message));
            None
        };
        let label = keys.need_text("label").and_then(known);
        let code = keys.has("period").then(|| keys.text("period")).flatten();
        let code = code.and_then(|text| {
            let said = known(text)?;
            if said.len() != 2 || !said.bytes().all(|b| b.is_ascii_digit()) {
                let message =
                    format!("`{said}` is not the two digits by which codes name a period");
                text.push(text.error(codes::BAD_VALUE, 0..text.text.len(), message));
            }
            Some(said)
        });
        self.pays = self.pays_of(keys, code.clone());
        self.elements(doc, keys, None);
        let period = Period { label: label?, code };
        let when = match when? {
            When::Never => return None,
            When::Always => None,
            When::If(condition) => Some(condition),
        };
        let items = self.items;
        inside(doc, &items, self.extent);
        Some(Made { when, period, items })
    }

    /// What the symbols of a slip must agree with.
    fn pays_of(&self, keys: &Keys<'_>, period: Option<String>) -> Option<Pays> {
        let is_date = |kind: &FieldKind| matches!(kind, FieldKind::Date);
        let is_flag = |kind: &FieldKind| matches!(kind, FieldKind::Flag);
        let is_yen = |kind: &FieldKind| matches!(kind, FieldKind::Yen { .. });
        let maybe = |key: &str| keys.has(key).then(|| keys.text(key)).flatten();
        let amount = self.field(keys.need_text("amount"), "an amount of yen", is_yen);
        let due = self.field(maybe("due"), "a date", is_date);
        let limit = self.field(maybe("limit"), "a date", is_date);
        let corrected = self.field(maybe("corrected"), "a flag", is_flag);
        Some(Pays { amount: amount?, due, limit, corrected, period })
    }
}

/// Reports what lies outside its slip.
fn inside(doc: &Document<'_>, items: &[(Item, Origin)], size: Extent) {
    let allowed = Rect::new(Length::ZERO, Length::ZERO, size.width, size.height);
    for (item, origin) in items {
        if super::lint::outlines(item).iter().any(|rect| !allowed.contains(rect)) {
            let message = "this lies outside its slip";
            let finding = crate::diag::Diagnostic::error(codes::SLIPS, message);
            let hint = format!("a slip is {} × {} mm", size.width, size.height);
            doc.push(finding.at(origin.place.clone()).hint(hint));
        }
    }
}

impl Bundle<'_> {
    /// Reports slips that may have no place, and slips that must tell one from the other.
    pub(super) fn check(&self) {
        let Some(name) = self.part else { return };
        let report = |message: String, hint: &str| {
            name.push(name.error(codes::SLIPS, 0..name.text.len(), message).hint(hint));
        };
        let [first, more] = self.places;
        if more == 0 && self.slips.len() > first {
            let message = format!("{} slips have {first} places", self.slips.len());
            report(message, "print them on face.slip-front too");
        }
        for (n, slip) in self.slips.iter().enumerate() {
            if self.slips[..n].iter().any(|other| other.period.label == slip.period.label) {
                let label = &slip.period.label;
                report(format!("two slips are labelled `{label}`"), "give each a label of its own");
            }
        }
    }
}
