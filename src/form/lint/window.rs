//! The envelope's window: all of the address shows in it and nothing else, however the leaf lies in
//! its envelope.

use super::{Lint, is_name, outlines, says, touches};
use crate::diag::Diagnostic;
use crate::form::codes;
use crate::form::compile::Compiled;
use crate::form::layout::Item;
use crate::form::role::FaceRole;
use crate::form::site::Reach;
use crate::form::symbol::SymbolKind;
use crate::form::text::Scope;
use crate::measure::{Extent, Length, Rect};
use crate::model::Envelope;

impl Compiled {
    /// Nothing but the part that prints the addressee's name shows in the envelope's window, and
    /// that does, at every shift of the leaf.
    pub(super) fn window(&self, lint: &mut Lint<'_>, envelope: &Envelope) {
        let Some((window, (face, origins))) =
            envelope.window.zip(self.face_of(FaceRole::FirstFront))
        else {
            return;
        };
        let Extent { width, height } = envelope.play;
        let (width, height) = (width.max(Length::ZERO), height.max(Length::ZERO));
        let play = format!("{width} × {height} mm");
        // What may show at some shift, and what shows at every shift.
        let seen = grown(window, width, height);
        let always = grown(window, Length::ZERO - width, Length::ZERO - height);
        let named = face.items.iter().zip(origins).find(|(item, _)| match item {
            Item::Text(text) => {
                seen.overlaps(&text.rect)
                    && says(&self.form, &text.text, Scope::Field(self.form.name))
            }
            _ => false,
        });
        let Some((_, name)) = named else {
            let message = "the addressee's name does not stand in the envelope's window";
            lint.error(codes::IN_WINDOW, message, &self.mark);
            return;
        };
        for (item, origin) in
            face.items.iter().zip(origins).filter(|(_, o)| o.reach != Reach::Background)
        {
            // Sorting machines read the customer barcode beside the address.
            let is_barcode = matches!(item, Item::Symbol(symbol) if matches!(symbol.kind, SymbolKind::Customer { .. }));
            let of_address = origin.part == name.part && origin.part != 0
                || is_barcode && outlines(item).iter().any(|rect| touches(&seen, rect));
            let rects: Vec<Rect> = outlines(item)
                .into_iter()
                .map(|rect| grown(rect, origin.clear, origin.clear))
                .collect();
            let within = |area: &Rect| rects.iter().all(|rect| area.contains(rect));
            let shows = |area: &Rect| rects.iter().any(|rect| touches(area, rect));
            let mut report = |message: String, hint: &str| {
                let finding = Diagnostic::error(codes::IN_WINDOW, message);
                lint.findings.push(finding.at(origin.place.clone()).hint(hint));
            };
            if of_address || (is_name(item, &self.form) && shows(&seen)) {
                let Rect { x, y, width, height } = always;
                let hint = format!("what shows at every shift is [{x}, {y}, {width}, {height}]");
                if matches!(item, Item::Rule(_) | Item::Panel(_)) || within(&always) {
                    continue;
                }
                if within(&window) {
                    let message = "part of the address leaves the envelope's window when the leaf \
                                   shifts in it by up to";
                    report(format!("{message} {play}"), &hint);
                } else {
                    let message = "part of the address lies outside the envelope's window";
                    report(message.to_owned(), &hint);
                }
            } else if shows(&window) {
                let hint = "only the part that prints the addressee's name may stand there";
                report("this would show in the envelope's window".to_owned(), hint);
            } else if shows(&seen) {
                let Rect { x, y, width, height } = seen;
                let message = "this would show in the envelope's window when the leaf shifts in \
                               it by up to";
                let hint = format!("keep it out of [{x}, {y}, {width}, {height}]");
                report(format!("{message} {play}"), &hint);
            }
        }
    }
}

fn grown(rect: Rect, across: Length, down: Length) -> Rect {
    let (width, height) = (rect.width + across * 2, rect.height + down * 2);
    Rect::new(rect.x - across, rect.y - down, width, height)
}
