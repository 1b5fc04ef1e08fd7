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
use super::source::{Document, TomlText};
use super::style::Style;
use super::table::Firsts;
use crate::measure::Point;
use std::collections::BTreeSet;

/// What flows from face to face.
pub(super) struct Flow<'d> {
    /// The face that is being compiled.
    pub(super) role: FaceRole,
    pub(super) parts: &'d Parts<'d>,
    /// Tables and cards that this face has, by name.
    here: BTreeSet<&'d str>,
    pub(super) firsts: Firsts<'d>,
    pub(super) carriers: Carriers<'d>,
    slips: Bundle<'d>,
}

impl<'d> Flow<'d> {
    fn new(parts: &'d Parts<'d>) -> Self {
        Self {
            role: FaceRole::FirstFront,
            parts,
            here: BTreeSet::new(),
            firsts: Firsts::new(),
            carriers: Carriers::default(),
            slips: Bundle::default(),
        }
    }

    /// Two tables of one name on one face would print the same rows in an order that nobody sees.
    pub(super) fn once(&mut self, name: TomlText<'d>) {
        if !self.here.insert(name.text) {
            let message = format!("rows of `{}` stand twice on this face", name.text);
            let finding = name.error(codes::DUPLICATE, 0..name.text.len(), message);
            name.push(finding.hint("use `blocks` for columns of rows side by side"));
        }
    }
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
        let (mut faces, mut flow) = (Vec::new(), Flow::new(self.parts));
        let Some(all) = root
            .need("face")
            .and_then(|value| Keys::open_value(self.doc, "[face]", keys::FACES, value))
        else {
            return (faces, flow.slips);
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
            (flow.role, flow.here) = (role, BTreeSet::new());
            let (items, origins): (Vec<Item>, Vec<Origin>) =
                self.face(site, &keys, &mut flow).into_iter().unzip();
            faces.push((Face { role, items }, origins));
        }
        (faces, flow.slips)
    }

    /// The items of a face, in painting order.
    fn face(
        &self,
        mut site: Site<'_>,
        keys: &Keys<'d>,
        flow: &mut Flow<'d>,
    ) -> Vec<(Item, Origin)> {
        site.images(self.doc, keys, true);
        for (number, node) in (1..).zip(keys.tables("part")) {
            known_part(self.doc, node, self.parts);
            site.part(self.doc, node, self.parts, number, Some(&mut *flow));
        }
        site.foreground(self.doc, keys, Some(flow));
        site.items
    }
}

impl Site<'_> {
    /// Tables, cards and places of slips: what flows from face to face.
    pub(super) fn flowing<'d>(
        &mut self,
        doc: &'d Document<'d>,
        keys: &Keys<'d>,
        flow: Option<&mut Flow<'d>>,
    ) {
        let Some(flow) = flow else {
            for node in ["table", "cards"].into_iter().flat_map(|key| keys.tables(key)) {
                let message = "rows of the record do not flow over a card";
                let finding = doc.error(codes::CARDS, node.span(), message);
                doc.push(finding.hint("a card prints one row; use the part on a face"));
            }
            return;
        };
        for node in keys.tables("table") {
            self.table(doc, node, flow);
        }
        for node in keys.tables("cards") {
            self.cards(doc, node, flow);
        }
        for node in keys.tables("slips") {
            known_part(doc, node, flow.parts);
            if matches!(flow.role, FaceRole::FirstFront | FaceRole::SlipFront) {
                self.slips(doc, node, flow.parts, flow.role, &mut flow.slips);
            } else {
                let message = format!("payment slips do not stand on `{}`", flow.role.word());
                let finding = doc.error(codes::SLIPS, node.span(), message);
                doc.push(finding.hint("they stand on `first-front` and `slip-front`"));
            }
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
