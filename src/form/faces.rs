//! The faces of a form file: their elements in painting order.

use super::cards::Carriers;
use super::codes;
use super::compile::{Compiler, no_part};
use super::condition::When;
use super::keys;
use super::layout::{Face, Item};
use super::names::Names;
use super::parts::Parts;
use super::reader::{self, Keys, Node};
use super::role::FaceRole;
use super::site::{Desk, Origin, Site};
use super::slips::Bundle;
use super::source::Document;
use super::style::Style;
use super::table::Firsts;
use crate::measure::Point;
use std::collections::BTreeSet;

/// What flows from face to face.
#[derive(Default)]
struct Flowing<'d> {
    firsts: Firsts<'d>,
    carriers: Carriers<'d>,
    slips: Bundle<'d>,
}

impl<'d> Compiler<'_, 'd> {
    /// The faces, and the slips that have places on them.
    pub(super) fn faces(
        &self,
        root: &Keys<'d>,
        desk: &Desk<'_>,
        names: Names<'_>,
        duplex: bool,
    ) -> (Vec<(Face, Vec<Origin>)>, Bundle<'d>) {
        const ROLES: [(&str, FaceRole, bool); 6] = [
            ("first-front", FaceRole::FirstFront, false),
            ("first-back", FaceRole::FirstBack, true),
            ("more-front", FaceRole::MoreFront, false),
            ("more-back", FaceRole::MoreBack, true),
            ("slip-front", FaceRole::SlipFront, false),
            ("slip-back", FaceRole::SlipBack, true),
        ];
        let (mut faces, mut flowing) = (Vec::new(), Flowing::default());
        let Some(all) = root
            .need("face")
            .and_then(|value| Keys::open_value(self.doc, "[face]", keys::FACES, value))
        else {
            return (faces, flowing.slips);
        };
        all.need("first-front");
        let mut style = Style::default();
        if let Some(value) = root.get("defaults") {
            style.read(self.doc, value);
        }
        for (name, role, back) in ROLES {
            let Some(value) = all.get(name) else { continue };
            let Some(keys) = Keys::open_value(self.doc, "face", keys::FACE, value) else {
                continue;
            };
            if back && !duplex {
                let message = format!("`{name}` is never printed: the form is simplex");
                self.doc.push(
                    self.doc
                        .error(codes::FACE, value.span(), message)
                        .hint("write `sides = \"duplex\"`, or take the face out"),
                );
            }
            let site = Site {
                desk,
                names,
                style: style.clone(),
                corner: Point::default(),
                extent: desk.leaf,
                when: When::Always,
                part: 0,
                preprinted: false,
                pays: None,
                items: Vec::new(),
            };
            let (items, origins): (Vec<Item>, Vec<Origin>) =
                self.face(site, &keys, role, &mut flowing).into_iter().unzip();
            faces.push((Face { role, items }, origins));
        }
        (faces, flowing.slips)
    }

    /// The items of a face, in painting order.
    fn face(
        &self,
        mut site: Site<'_>,
        keys: &Keys<'d>,
        role: FaceRole,
        flowing: &mut Flowing<'d>,
    ) -> Vec<(Item, Origin)> {
        site.images(self.doc, keys, true);
        for (number, node) in (1..).zip(keys.tables("part")) {
            known_part(self.doc, node, self.parts);
            site.part(self.doc, node, self.parts, number);
        }
        for node in keys.tables("box") {
            site.panel(self.doc, node);
        }
        site.images(self.doc, keys, false);
        for node in keys.tables("rule") {
            site.rule(self.doc, node);
        }
        site.creases(self.doc, keys);
        for node in keys.tables("grid") {
            site.grid(self.doc, node);
        }
        let mut here = BTreeSet::new();
        for node in keys.tables("table") {
            self.twice(node, &mut here);
            site.table(self.doc, node, &mut flowing.firsts);
        }
        for node in keys.tables("cards") {
            self.twice(node, &mut here);
            site.cards(self.doc, node, self.parts, role, &mut flowing.carriers);
        }
        for node in keys.tables("slips") {
            known_part(self.doc, node, self.parts);
            if matches!(role, FaceRole::FirstFront | FaceRole::SlipFront) {
                site.slips(self.doc, node, self.parts, role, &mut flowing.slips);
            } else {
                let message = format!("payment slips do not stand on `{}`", role.word());
                let finding = self.doc.error(codes::SLIPS, node.span(), message);
                self.doc.push(finding.hint("they stand on `first-front` and `slip-front`"));
            }
        }
        site.symbols(self.doc, keys);
        site.texts(self.doc, keys);
        for node in keys.tables("void") {
            site.void(self.doc, node);
        }
        site.items
    }

    /// Two tables of one name on one face would print the same rows in an order that nobody sees.
    fn twice(&self, node: &'d Node<'d>, here: &mut BTreeSet<&'d str>) {
        let name = node.get_ref().as_table().and_then(|table| table.get("name"));
        let Some(name) = name.and_then(|name| reader::text(self.doc, "name", name)) else { return };
        if !here.insert(name.text) {
            let message = format!("rows of `{}` stand twice on this face", name.text);
            let finding = name.error(codes::DUPLICATE, 0..name.text.len(), message);
            name.push(finding.hint("use `blocks` for columns of rows side by side"));
        }
    }
}

/// Reports a part that does not exist.
pub(super) fn known_part<'d>(doc: &'d Document<'d>, node: &'d Node<'d>, parts: &Parts<'d>) {
    let used = node.get_ref().as_table().and_then(|part| part.get("use"));
    if let Some(name) = used.and_then(|used| reader::text(doc, "use", used))
        && !parts.contains_key(name.text)
    {
        no_part(name);
    }
}
