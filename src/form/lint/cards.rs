//! Cards on carriers: what lies over them, cards without backs, rows that have no card.

use super::{Lint, outlines, touches};
use crate::diag::Diagnostic;
use crate::form::codes;
use crate::form::compile::Compiled;
use crate::form::layout::Item;
use crate::form::paper::Cards;
use crate::form::role::FaceRole;
use crate::form::site::Origin;

impl Compiled {
    /// Every card is whole: nothing else lies on it, it has its back, and every row has a card.
    pub(super) fn carried(&self, lint: &mut Lint<'_>) {
        for (face, origins) in self.form.faces.iter().zip(&self.origins) {
            let all = || face.items.iter().zip(origins);
            for (item, origin) in all() {
                let Item::Cards(cards) = item else { continue };
                for (other, near) in all().filter(|(other, near)| lies(other, near, origin)) {
                    let over = outlines(other);
                    if cards.rects().any(|card| over.iter().any(|rect| touches(&card, rect))) {
                        let message = format!("this lies on a card of `{}`", cards.name);
                        let finding = Diagnostic::error(codes::CARDS, message);
                        let hint = "print it as an element of the cards, or move it";
                        lint.findings.push(finding.at(near.place.clone()).hint(hint));
                    }
                }
                self.continued(lint, face.role, cards, origin);
            }
        }
    }

    /// Rows that find no card go to continuation leaves, and cards with backs have them there too.
    fn continued(&self, lint: &mut Lint<'_>, role: FaceRole, cards: &Cards, origin: &Origin) {
        let on = |role| {
            let items = self.form.face(role).map_or(&[][..], |(_, face)| &face.items);
            items.iter().any(|item| matches!(item, Item::Cards(o) if o.name == cards.name))
        };
        let as_table = self.form.faces.iter().flat_map(|face| &face.items);
        let mut as_table = as_table.filter_map(|item| match item {
            Item::Table(table) => Some(&table.name),
            _ => None,
        });
        if as_table.any(|name| *name == cards.name) {
            let message = format!("`{}` names a table and cards", cards.name);
            lint.error(codes::DUPLICATE, &message, &origin.place);
        }
        match role {
            FaceRole::FirstFront if !on(FaceRole::MoreFront) => {
                let message = format!("rows that have no card of `{}` hold the record", cards.name);
                let finding = Diagnostic::warning(codes::NO_CONTINUATION, message);
                let finding = finding.at(origin.place.clone());
                lint.findings.push(finding.hint("print the cards on face.more-front too"));
            }
            FaceRole::MoreFront if on(FaceRole::FirstBack) && !on(FaceRole::MoreBack) => {
                let message = format!("the cards `{}` of this leaf have no backs", cards.name);
                let finding = Diagnostic::error(codes::CARDS, message).at(origin.place.clone());
                lint.findings.push(finding.hint("print them on face.more-back too"));
            }
            _ => {}
        }
    }
}

/// Whether something that is read stands beside the elements of the cards at `origin`.
fn lies(other: &Item, near: &Origin, origin: &Origin) -> bool {
    let is_read = !matches!(other, Item::Rule(_) | Item::Panel(_) | Item::Crease(_));
    // What the paper brings on each card was written inside the cards.
    is_read && near.place != origin.place && !near.preprinted
}
