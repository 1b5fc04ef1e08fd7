//! Honorifics (敬称) that stand by themselves beside the addressee's name: pre-printed ones above all.

use super::{HONORIFICS, Lint, printed_honorifics, says};
use crate::diag::Diagnostic;
use crate::form::codes;
use crate::form::compile::Compiled;
use crate::form::layout::{Item, TextBox};
use crate::form::text::{Scope, Text};
use crate::measure::Length;

/// An honorific that stands by itself belongs to a name whose box ends so near before it.
const NEAR: Length = Length::mm(20);

impl Compiled {
    /// How many honorifics stand beside the addressee's name; one beside a name that has its own
    /// is reported.
    pub(super) fn beside(&self, lint: &mut Lint<'_>) -> usize {
        let name = Scope::Field(self.form.name);
        let mut count = 0;
        for (face, origins) in self.form.faces.iter().zip(&self.origins) {
            let texts = || {
                face.items.iter().zip(origins).filter_map(|(item, origin)| match item {
                    Item::Text(text) => Some((text, origin)),
                    _ => None,
                })
            };
            let names: Vec<&TextBox> = texts()
                .map(|(text, _)| text)
                .filter(|text| says(&self.form, &text.text, name))
                .collect();
            for (text, origin) in texts().filter(|(text, _)| is_honorific(&text.text)) {
                let Some(named) = names.iter().find(|named| is_beside(named, text)) else {
                    continue;
                };
                count += 1;
                if self.has_own(&named.text) {
                    let message = "the addressee would get two honorifics";
                    let finding = Diagnostic::error(codes::HONORIFIC, message);
                    let hint = "print it with the name or beside it, not both";
                    lint.findings.push(finding.at(origin.place.clone()).hint(hint));
                }
            }
        }
        count
    }

    /// Whether a text prints the name together with its honorific.
    fn has_own(&self, text: &Text) -> bool {
        let fields = self.form.checks.iter().filter_map(|check| match check {
            crate::form::Check::Honorific { honorific, .. } => *honorific,
            _ => None,
        });
        printed_honorifics(text, Scope::Field(self.form.name)) > 0
            || fields.into_iter().any(|field| says(&self.form, text, Scope::Field(field)))
    }
}

fn is_honorific(text: &Text) -> bool {
    matches!(text, Text::Static(said) if HONORIFICS.contains(&said.trim()))
}

/// Whether a text stands in or right after the box of a name, on one page with it.
fn is_beside(named: &TextBox, text: &TextBox) -> bool {
    let (name, rect) = (&named.rect, &text.rect);
    let is_level = rect.y < name.bottom() && name.y < rect.bottom();
    let excluded =
        named.when.as_ref().zip(text.when.as_ref()).is_some_and(|(one, other)| one.excludes(other));
    is_level && name.x <= rect.x && rect.x <= name.right() + NEAR && !excluded
}
