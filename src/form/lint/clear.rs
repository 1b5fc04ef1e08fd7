//! Clear zones: what stands too near to a code that a machine reads, or to a picture that wants room.

use super::{Lint, outlines, touches};
use crate::diag::{Diagnostic, Place};
use crate::form::compile::Compiled;
use crate::form::layout::Item;
use crate::form::role::FaceRole;
use crate::form::text::Condition;
use crate::form::{codes, site::Origin};
use crate::measure::{Length, Rect};

impl Compiled {
    /// Nothing stands in what an element wants to be clear around it, and it ends on the leaf.
    pub(super) fn cleared(&self, lint: &mut Lint<'_>) {
        for (face, origins) in self.form.faces.iter().zip(&self.origins) {
            let all = || face.items.iter().zip(origins);
            let is_leaf = !matches!(face.role, FaceRole::Slip(_));
            for (item, origin) in all().filter(|(_, origin)| origin.clear > Length::ZERO) {
                let zones = outlines(item).into_iter().map(|rect| around(rect, origin.clear));
                for zone in zones {
                    if is_leaf {
                        self.zone(lint, &zone, origin, face.role.is_back());
                    }
                    for (other, near) in all() {
                        // Not the element itself, in another language or for another record.
                        if near.place != origin.place
                            && !excluded(item, other)
                            && stands_in(&zone, other)
                        {
                            report(lint, origin, &near.place);
                        }
                    }
                }
            }
        }
    }

    fn zone(&self, lint: &mut Lint<'_>, zone: &Rect, origin: &Origin, is_back: bool) {
        let leaf = self.form.leaf;
        if !Rect::new(Length::ZERO, Length::ZERO, leaf.width, leaf.height).contains(zone) {
            let message = format!("the leaf ends within {} mm of this", origin.clear);
            let finding = Diagnostic::error(codes::CLEAR, message).at(origin.place.clone());
            lint.findings.push(finding.hint("move it away from the edge"));
        }
        let mark = if is_back { &self.form.mark_back } else { &self.form.mark };
        if touches(zone, &mark.rect) {
            report(lint, origin, &self.mark);
        }
    }
}

fn report(lint: &mut Lint<'_>, origin: &Origin, place: &Place) {
    let (line, clear) = (origin.place.line, origin.clear);
    let message = format!("this stands within {clear} mm of what line {line} keeps clear");
    let finding = Diagnostic::error(codes::CLEAR, message).at(place.clone());
    lint.findings.push(finding.hint("move it, or make `clear` there smaller"));
}

fn around(rect: Rect, clear: Length) -> Rect {
    let both = clear * 2;
    Rect::new(rect.x - clear, rect.y - clear, rect.width + both, rect.height + both)
}

/// Whether something is drawn in a zone; an outline around it is not.
fn stands_in(zone: &Rect, item: &Item) -> bool {
    match item {
        Item::Panel(panel) if panel.fill.is_none() && panel.rect.contains(zone) => false,
        _ => outlines(item).iter().any(|rect| touches(zone, rect)),
    }
}

/// Whether two items never stand on the same page.
fn excluded(one: &Item, other: &Item) -> bool {
    when(one).zip(when(other)).is_some_and(|(one, other)| one.excludes(other))
}

fn when(item: &Item) -> Option<&Condition> {
    match item {
        Item::Text(text) => text.when.as_ref(),
        Item::Rule(rule) => rule.when.as_ref(),
        Item::Panel(panel) => panel.when.as_ref(),
        Item::Image(image) => image.when.as_ref(),
        Item::Symbol(symbol) => symbol.when.as_ref(),
        Item::Table(_) | Item::Crease(_) | Item::Cards(_) | Item::Slips(_) => None,
    }
}
