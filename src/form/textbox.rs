//! The element `[[text]]`: a text in its box, and what it does when it does not fit there.

use super::codes;
use super::keys;
use super::layout::{Alternative, Item, TextBox, Writing};
use super::reader::{Keys, Node};
use super::site::Site;
use super::source::{Document, TomlText};
use super::style::{Lines, Look};
use super::text::Text;

const WRITINGS: &[(&str, Writing)] =
    &[("horizontal", Writing::Horizontal), ("vertical", Writing::Vertical { tcy: 2 })];

impl Look {
    /// Takes the direction of writing of a text in a box of its own.
    fn read_writing(&mut self, keys: &Keys<'_>) {
        self.writing = keys.word("writing", WRITINGS).unwrap_or(self.writing);
        let most = keys.whole("tcy", 0..=4);
        match &mut self.writing {
            Writing::Vertical { tcy } => {
                *tcy = most.unwrap_or(*tcy);
                if keys.has("squeeze") {
                    let message = "`squeeze` is of horizontal text; vertical text only shrinks";
                    keys.blame("squeeze", message);
                }
            }
            Writing::Horizontal if keys.has("tcy") => {
                keys.blame("tcy", "`tcy` is of vertical text, and this one is horizontal");
            }
            Writing::Horizontal => {}
        }
    }
}

impl Site<'_> {
    /// `[[text]]`
    pub(super) fn text<'d>(&mut self, doc: &'d Document<'d>, node: &'d Node<'d>) {
        let Some(keys) = Keys::open_value(doc, "[[text]]", keys::TEXT, node) else { return };
        let mut look = self.style.look.clone();
        look.read(&keys);
        look.read_writing(&keys);
        let rect = keys.need_rect("box");
        keys.need("text");
        let writings = self.writings(&keys, "text", &self.names);
        let other = keys.get("alternative").and_then(|value| {
            let keys = Keys::open_value(doc, "alternative", keys::ALTERNATIVE, value)?;
            let mut place = Look { lines: Lines::Fill, ..look.clone() };
            place.read(&keys);
            place.read_writing(&keys);
            let note = keys.text("note").and_then(|note| self.note(note));
            Some((keys.need_rect("box")?, place, note))
        });
        let (Some(rect), Some(writings)) = (rect, writings) else { return };
        let (rect, origin, fills) = (self.place(rect), self.origin(&keys), self.fills(&keys));
        for writing in writings {
            let void = writing.void;
            let when = self.when.clone();
            let Some(mut text_box) = self.written(&look, rect, writing, fills, when) else {
                continue;
            };
            text_box.hang = look.hang;
            if let Some((other, place, note)) = other.as_ref().filter(|_| !void) {
                let note = note.clone().map(|note| look.text_box(rect, Text::Static(note), None));
                let own = place.text_box(self.place(*other), text_box.text.clone(), None);
                let place = TextBox { hang: place.hang, ..own };
                text_box.alternative = Some(Box::new(Alternative { note, place }));
            }
            self.add(Item::Text(text_box), &origin);
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
