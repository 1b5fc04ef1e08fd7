//! What a box says and when: its value, or the mark that stands there when the value is void.

use super::codes;
use super::condition::{self, When};
use super::layout::TextBox;
use super::names::Names;
use super::reader::Keys;
use super::site::Site;
use super::style::Look;
use super::template;
use super::text::Text;
use crate::measure::Rect;

/// A text and when it is written. Of the writings of a box at most one is written on a page.
#[derive(Debug, Clone)]
pub(super) struct Writing {
    pub(super) text: Text,
    pub(super) when: When,
    /// Whether it stands instead of a value that is void.
    pub(super) void: bool,
}

impl Writing {
    /// A text that is always written.
    pub(super) fn alone(text: Text) -> Vec<Self> {
        vec![Self { text, when: When::Always, void: false }]
    }

    /// Its text box; `None` when it is never written or says nothing.
    pub(super) fn text_box(self, look: &Look, rect: Rect, outer: When) -> Option<TextBox> {
        if self.text == Text::Static(String::new()) {
            return None;
        }
        match outer.and(self.when) {
            When::Never => None,
            When::Always => Some(look.text_box(rect, self.text, None)),
            When::If(condition) => Some(look.text_box(rect, self.text, Some(condition))),
        }
    }
}

impl Site<'_> {
    /// What `text` of an element says, and its void mark; none when it has no `text`. `None` when
    /// something is wrong with them, which was reported.
    pub(super) fn writings(&self, keys: &Keys<'_>, names: &Names<'_>) -> Option<Vec<Writing>> {
        let store = &self.desk.store;
        let said = match keys.get("text") {
            Some(_) => keys.text("text").and_then(|text| template::compile(text, names, store)),
            None => Some(Text::Static(String::new())),
        };
        if !keys.has("void") {
            if keys.has("void_text") {
                keys.blame("void_text", "`void_text` goes with `void`");
            }
            return said.map(Writing::alone);
        }
        let void = keys.text("void").and_then(|void| condition::compile(void, names, store));
        let mark = match keys.get("void_text") {
            Some(_) => {
                keys.text("void_text").and_then(|text| template::compile(text, names, store))
            }
            None => Some(Text::Static(self.style.void.clone())),
        };
        if mark == Some(Text::Static(String::new())) {
            let key = if keys.has("void_text") { "void_text" } else { "void" };
            let message = "a void mark says something: an empty box could be filled in";
            let span = keys.get(key).map_or(keys.span(), toml::Spanned::span);
            let finding = keys.doc.error(codes::BAD_VALUE, span, message);
            keys.doc.push(finding.hint("write `***`, or take `void` out and use `when`"));
        }
        let (text, void, mark) = (said?, void?, mark?);
        Some(vec![
            Writing { text, when: void.clone().not(), void: false },
            Writing { text: mark, when: void, void: true },
        ])
    }
}
