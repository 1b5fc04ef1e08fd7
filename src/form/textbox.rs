//! The element `[[text]]`: a text in its box, and what it does when it does not fit there.

use super::codes;
use super::condition::When;
use super::keys;
use super::layout::{Alternative, Item, TextBox};
use super::reader::{Keys, Node};
use super::site::Site;
use super::source::{Document, TomlText};
use super::style::{Lines, Look};
use super::text::Text;

impl Site<'_> {
    /// `[[text]]`
    pub(super) fn text<'d>(&mut self, doc: &'d Document<'d>, node: &'d Node<'d>) {
        let Some(keys) = Keys::open_value(doc, "[[text]]", keys::TEXT, node) else { return };
        let mut look = self.style.look.clone();
        look.read(&keys);
        let rect = keys.need_rect("box");
        let writings = keys.need("text").and_then(|_| self.writings(&keys, &self.names));
        let when = self.condition(&keys);
        let other = keys.get("alternative").and_then(|value| {
            let keys = Keys::open_value(doc, "alternative", keys::ALTERNATIVE, value)?;
            let mut place = Look { lines: Lines::Fill, ..look.clone() };
            place.read(&keys);
            let note = keys.text("note").and_then(|note| self.note(note));
            Some((keys.need_rect("box")?, place, note))
        });
        let (Some(rect), Some(writings), Ok(when)) = (rect, writings, when) else { return };
        let rect = self.place(rect);
        let outer = when.map_or(When::Always, When::If);
        let origin = self.origin(&keys);
        for writing in writings {
            let void = writing.void;
            let Some(mut text) = writing.text_box(&look, rect, outer.clone()) else { continue };
            text.hang = look.hang;
            // A void mark stands where the value would: it has nowhere else to go.
            if let Some((other, place, note)) = other.as_ref().filter(|_| !void) {
                let note = note.clone().map(Text::Static);
                let own = place.text_box(self.place(*other), text.text.clone(), None);
                text.alternative = Some(Box::new(Alternative {
                    note: note.map(|note| look.text_box(rect, note, None)),
                    place: TextBox { hang: place.hang, ..own },
                }));
            }
            self.add(Item::Text(text), &origin);
        }
    }

    /// What stands in the box of a text that stands elsewhere; it is known beforehand.
    fn note(&self, note: TomlText<'_>) -> Option<String> {
        match self.compile(note)? {
            Text::Static(said) => Some(said).filter(|said| !said.is_empty()),
            Text::Segments(_) | Text::Template(_) => {
                let message = "a note is the same on every page";
                let finding = note.error(codes::BAD_VALUE, 0..note.text.len(), message);
                note.push(finding.hint("name tenant, job or parameters here, not fields"));
                None
            }
        }
    }
}
