//! What a box says and when: its text in one or several languages, the mark that stands there when
//! its value is void, and the conditions of its element.

use super::codes;
use super::condition::{self, When};
use super::layout::{Align, TextBox};
use super::names::Names;
use super::reader::{self, Keys, Node};
use super::rich;
use super::site::Site;
use super::source::Document;
use super::style::{Lines, Look};
use super::template;
use super::text::{Condition, Text};
use crate::measure::{Length, Rect};
use std::collections::BTreeSet;

/// A text and when it is written; never [`When::Never`].
#[derive(Debug, Clone)]
pub(super) struct Writing {
    pub(super) text: Text,
    pub(super) when: When,
    /// Whether it stands instead of a value that is void.
    pub(super) void: bool,
}

impl Writing {
    /// Whether there is nothing to write.
    pub(super) fn is_empty(&self) -> bool {
        self.when == When::Never || self.text == Text::Static(String::new())
    }
}

impl Site<'_> {
    /// What `key` says, and the void mark of the element; `None` when something is wrong with
    /// them. Empty when it is never written.
    pub(super) fn writings<'d>(
        &self,
        keys: &Keys<'d>,
        key: &'d str,
        names: &Names<'_>,
    ) -> Option<Vec<Writing>> {
        let values = keys.get(key).map(|value| (key, value));
        self.stack(keys, values, names).map(|stack| stack.into_iter().flatten().collect())
    }

    /// The same for several values of one element.
    pub(super) fn stack<'d>(
        &self,
        keys: &Keys<'d>,
        values: impl IntoIterator<Item = (&'d str, &'d Node<'d>)>,
        names: &Names<'_>,
    ) -> Option<Vec<Vec<Writing>>> {
        let rich = keys.flag("rich").unwrap_or(false);
        let said: Vec<Option<Vec<Writing>>> = values
            .into_iter()
            .map(|(key, node)| self.said(keys.doc, key, node, names, rich))
            .collect();
        let own = self.own_condition(keys, names);
        let void = match keys.has("void").then(|| keys.text("void")) {
            Some(void) => condition::compile(void?, names, &self.desk.store)?,
            None => When::Never,
        };
        let own = own?;
        let mut stack = said.into_iter().collect::<Option<Vec<_>>>()?;
        for writings in &mut stack {
            for writing in &mut *writings {
                let when = std::mem::replace(&mut writing.when, When::Never);
                writing.when = own.clone().and(when).and(void.clone().not());
            }
            let text = Text::Static(self.style.void.clone());
            let when = own.clone().and(void.clone());
            writings.push(Writing { text, when, void: true });
            writings.retain(|writing| !writing.is_empty());
        }
        Some(stack)
    }

    /// What a text says that stands there by itself.
    pub(super) fn plain(&self, text: super::source::TomlText<'_>) -> Option<Vec<Writing>> {
        let text = self.compile(text)?;
        let writing = Writing { text, when: When::Always, void: false };
        Some(if writing.is_empty() { Vec::new() } else { vec![writing] })
    }

    /// What a value says: a text, or one in each of several languages.
    pub(super) fn said<'d>(
        &self,
        doc: &'d Document<'d>,
        key: &str,
        value: &'d Node<'d>,
        names: &Names<'_>,
        rich: bool,
    ) -> Option<Vec<Writing>> {
        let store = &self.desk.store;
        let compile = if rich { rich::compile } else { template::compile };
        if !value.get_ref().is_table() {
            let text = compile(reader::text(doc, key, value)?, names, store)?;
            return Some(vec![Writing { text, when: When::Always, void: false }]);
        }
        let entries = reader::entries(doc, key, value);
        let all: BTreeSet<String> = entries.iter().map(|entry| entry.name.to_owned()).collect();
        if !all.contains(super::language::DEFAULT) {
            let message = "a text in several languages has one in `ja`";
            doc.push(doc.error(codes::LANGUAGE, value.span(), message));
            return None;
        }
        self.desk.languages.note(doc, value.span(), all.clone())?;
        let mut writings = Some(Vec::new());
        for entry in entries {
            let name = super::source::TomlText {
                doc,
                text: entry.name,
                start: entry.start.saturating_sub(1),
                end: entry.end,
                shift: 0,
            };
            let when = self.desk.languages.text(name, &all);
            let text = reader::text(doc, entry.name, entry.value);
            let text = text.and_then(|text| compile(text, names, store));
            match (when.zip(text), writings.as_mut()) {
                (Some((when, text)), Some(all)) => all.push(Writing { text, when, void: false }),
                _ => writings = None,
            }
        }
        writings
    }

    /// Whether the item and the language of an element are printed.
    pub(super) fn membership(&self, keys: &Keys<'_>) -> Option<When> {
        let text = |key: &str| if keys.has(key) { keys.text(key) } else { None };
        let item = match text("item") {
            Some(id) => self.desk.items.when(id),
            None => Some(When::Always),
        };
        let language = match text("lang") {
            Some(language) => self.desk.languages.block(language),
            None => Some(When::Always),
        };
        Some(item?.and(language?))
    }

    /// The condition of an element itself: `when`, and whether its item and its language are
    /// printed. `None` when something is wrong with it, which was reported.
    pub(super) fn own_condition(&self, keys: &Keys<'_>, names: &Names<'_>) -> Option<When> {
        let when = match keys.has("when").then(|| keys.text("when")) {
            Some(when) => condition::compile(when?, names, &self.desk.store),
            None => Some(When::Always),
        };
        let printed = self.membership(keys);
        Some(when?.and(printed?))
    }

    /// Whether void marks of an element fill the width of their boxes.
    pub(super) fn fills(&self, keys: &Keys<'_>) -> bool {
        let own = if keys.has("void_fill") { keys.flag("void_fill") } else { None };
        own.unwrap_or(self.style.void_fill)
    }

    /// The text box of a writing.
    pub(super) fn written(
        &self,
        look: &Look,
        rect: Rect,
        writing: Writing,
        fills: bool,
        outer: When,
    ) -> Option<TextBox> {
        let when = match outer.and(writing.when) {
            When::Never => return None,
            When::Always => None,
            When::If(condition) => Some(condition),
        };
        Some(if writing.void {
            void_mark(look, rect, &self.style.void, fills, when)
        } else {
            look.text_box(rect, writing.text, when)
        })
    }
}

/// A void mark in a box: as it is, or repeated over the whole width.
pub(super) fn void_mark(
    look: &Look,
    rect: Rect,
    mark: &str,
    fills: bool,
    when: Option<Condition>,
) -> TextBox {
    let mut look = Look { lines: Lines::Most(1), ..look.clone() };
    let mut said = mark.to_owned();
    if fills {
        look.align = Align::Spread;
        said = filled(mark, rect.width, look.size.em());
    }
    look.text_box(rect, Text::Static(said), when)
}

/// `mark` repeated as often as a width takes its characters: half an em for those of ASCII.
pub(super) fn filled(mark: &str, width: Length, em: Length) -> String {
    let mut room = i64::from(width.as_um()) * 2;
    let mut said = String::new();
    for c in mark.chars().cycle() {
        let half_ems = if c.is_ascii() { 1 } else { 2 };
        room -= i64::from(em.as_um()) * half_ems;
        if room < 0 {
            break;
        }
        said.push(c);
    }
    if said.is_empty() { mark.to_owned() } else { said }
}

#[cfg(test)]
mod tests {
    use super::filled;
    use crate::measure::{Length, TypeSize};

    #[test]
    fn void_marks_fill_a_width() {
        let em = TypeSize::pt(10).em();
        assert_eq!(filled("＊", Length::um(3 * 3_528 + 3_000), em), "＊＊＊");
        assert_eq!(filled("＊＊＊", Length::um(5 * 3_528), em), "＊＊＊＊＊");
        assert_eq!(filled("*", Length::um(5 * 3_528), em), "**********");
        assert_eq!(filled("＊", Length::um(3_000), em), "＊", "it is squeezed or told of");
    }
}
