//! The element `[[text]]`: a text in its box, and what it does when it does not fit there.

use super::codes;
use super::keys;
use super::layout::{Alternative, Item, RubyLook, TextBox, Writing};
use super::reader::{Keys, Node};
use super::site::Site;
use super::source::{Document, TomlText};
use super::style::{Lines, Look};
use super::text::{Rich, Ruby, Span, SpanLook, Text};

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
        let reading = keys.text("ruby").map(|ruby| self.compile(ruby));
        let rich = if keys.has("ruby") { Some("ruby") } else { None };
        let rich = rich.or((keys.flag("rich") == Some(true)).then_some("rich"));
        if let Some(rich) = rich.filter(|_| look.writing != Writing::Horizontal) {
            keys.blame(rich, format!("`{rich}` is of horizontal text, and this one is vertical"));
        }
        let other = keys.get("alternative").and_then(|value| {
            let keys = Keys::open_value(doc, "alternative", keys::ALTERNATIVE, value)?;
            let mut place = Look { lines: Lines::Fill, ..look.clone() };
            place.read(&keys);
            place.read_writing(&keys);
            if let Some(rich) =
                rich.filter(|_| keys.has("writing") && place.writing != Writing::Horizontal)
            {
                let message = format!("a text with `{rich}` is horizontal in both places");
                keys.blame("writing", message);
            }
            let ruby = ruby_look(&keys, &place);
            let note = keys.text("note").and_then(|note| self.note(note));
            Some((keys.need_rect("box")?, place, ruby, note))
        });
        let ruby = ruby_look(&keys, &look);
        let (Some(rect), Some(writings)) = (rect, writings) else { return };
        let (rect, origin, fills) = (self.place(rect), self.origin(&keys), self.fills(&keys));
        for mut writing in writings {
            let void = writing.void;
            if let Some(reading) = reading.as_ref().filter(|_| !void) {
                let Some(reading) = reading else { continue };
                let Some(text) = under(writing.text, reading, &look, &keys) else { continue };
                writing.text = text;
            }
            let when = self.when.clone();
            let Some(mut text_box) = self.written(&look, rect, writing, fills, when) else {
                continue;
            };
            (text_box.hang, text_box.ruby) = (look.hang, ruby);
            // A void mark stands where the value would: it has nowhere else to go.
            if let Some((other, place, ruby, note)) = other.as_ref().filter(|_| !void) {
                let note = note.clone().map(|note| look.text_box(rect, Text::Static(note), None));
                let own = place.text_box(self.place(*other), text_box.text.clone(), None);
                let place = TextBox { hang: place.hang, ruby: *ruby, ..own };
                text_box.alternative = Some(Box::new(Alternative { note, place }));
            }
            self.add(Item::Text(text_box), &origin);
        }
    }

    /// What stands in the box of a text that stands elsewhere; it is known beforehand.
    fn note(&self, note: TomlText<'_>) -> Option<String> {
        match self.compile(note)? {
            Text::Static(said) => Some(said).filter(|said| !said.is_empty()),
            Text::Segments(_) | Text::Template(_) | Text::Rich(_) => {
                let message = "a note is the same on every page";
                let finding = note.error(codes::BAD_VALUE, 0..note.text.len(), message);
                note.push(finding.hint("name tenant, job or parameters here, not fields"));
                None
            }
        }
    }
}

/// The type of ruby: half the text's size unless it says otherwise.
fn ruby_look(keys: &Keys<'_>, look: &Look) -> RubyLook {
    let half = RubyLook::half(look.size);
    let size = keys.size("ruby_size").unwrap_or(half.size);
    let size_min = keys.size("ruby_min").unwrap_or(size);
    if size > look.size {
        keys.blame("ruby_size", "ruby is not larger than its text");
    }
    if size_min > size {
        keys.blame("ruby_min", "`ruby_min` is larger than the ruby");
    }
    RubyLook { size, size_min: size_min.min(size) }
}

/// A text with a reading over all of it, on one line.
fn under(text: Text, reading: &Text, look: &Look, keys: &Keys<'_>) -> Option<Text> {
    let spans = match text {
        Text::Rich(rich) if rich.rubies.is_empty() => rich.spans,
        Text::Rich(_) => {
            keys.blame("ruby", "the text has `<ruby>` of its own");
            return None;
        }
        text => vec![Span { text, look: SpanLook::default() }],
    };
    let text = Text::Rich(Box::new(Rich {
        rubies: vec![Ruby { spans: 0..spans.len(), text: reading.clone() }],
        spans,
        one_line: true,
    }));
    if !matches!(look.lines, Lines::Forced | Lines::Most(1))
        || super::style::forced_lines(&text) > 1
    {
        keys.blame(
            "ruby",
            "a text under `ruby` is one line; ruby of words is `<ruby>` in a `rich` text",
        );
        return None;
    }
    Some(text)
}
