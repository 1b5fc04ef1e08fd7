//! The element `[[void]]`: what overprints an area that must not be used (a payment slip of a direct
//! debit, a card that was not filled).

use super::keys;
use super::layout::{Align, Item, Rule, TextBox};
use super::reader::{Keys, Node};
use super::site::{Nothing, Site};
use super::source::Document;
use super::style::Look;
use super::text::{Condition, Text};
use super::writing::{filled, void_mark};
use crate::measure::{Length, Point, Rect};
use crate::page::Stroke;

/// How an area is made void.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// Lines of the void mark.
    Stars,
    /// Both diagonals.
    Cross,
    /// One diagonal, from the bottom left.
    Diagonal,
}

pub(super) const STYLES: &[(&str, Style)] =
    &[("stars", Style::Stars), ("cross", Style::Cross), ("diagonal", Style::Diagonal)];

impl Site<'_> {
    /// `[[void]]`
    pub(super) fn void<'d>(&mut self, doc: &'d Document<'d>, node: &'d Node<'d>) {
        let Some(keys) = Keys::open_value(doc, "[[void]]", keys::VOID, node) else { return };
        let rect = keys.need_rect("box");
        let mut look = self.style.look.clone();
        look.read(&keys);
        let style = keys.word("style", STYLES).unwrap_or(Style::Diagonal);
        let stroke = super::site::outline(&keys, keys.length("line").unwrap_or(Length::um(500)));
        let said = self.void_text(&keys);
        let when = self.condition(&keys);
        let (Some(rect), Ok(said), Ok(when)) = (rect, said, when) else { return };
        let origin = self.origin(&keys);
        for item in self.void_items(self.place(rect), style, stroke, &look, said, when) {
            self.add(item, &origin);
        }
    }

    /// `text`: what a void area says, the same on every page.
    pub(super) fn void_text(&self, keys: &Keys<'_>) -> Result<Option<Text>, Nothing> {
        let Some(text) = keys.has("text").then(|| keys.text("text")) else { return Ok(None) };
        let said = text.and_then(|text| self.compile(text)).ok_or(Nothing)?;
        Ok(Some(said))
    }

    /// What makes an area void.
    pub(super) fn void_items(
        &self,
        rect: Rect,
        style: Style,
        stroke: Stroke,
        look: &Look,
        said: Option<Text>,
        when: Option<Condition>,
    ) -> Vec<Item> {
        let (left, right, top, bottom) = (rect.x, rect.right(), rect.y, rect.bottom());
        let line = |from: (Length, Length), to: (Length, Length)| {
            let (from, to) = (Point { x: from.0, y: from.1 }, Point { x: to.0, y: to.1 });
            Item::Rule(Rule { from, to, stroke, when: when.clone() })
        };
        let rising = || line((left, bottom), (right, top));
        let mut items = match style {
            Style::Stars => vec![Item::Text(self.stars(rect, look, when.clone()))],
            Style::Cross => vec![line((left, top), (right, bottom)), rising()],
            Style::Diagonal => vec![rising()],
        };
        if let Some(said) = said {
            let look = Look { align: Align::Center, ..look.clone() };
            let beside = beside(rect, style).filter(|place| place.height >= look.size.em() * 2);
            items.push(Item::Text(look.text_box(beside.unwrap_or(rect), said, when)));
        }
        items
    }

    /// Lines of the void mark over the whole area.
    fn stars(&self, rect: Rect, look: &Look, when: Option<Condition>) -> TextBox {
        let em = look.size.em();
        let line = filled(&self.style.void, rect.width, em);
        let mut stars = void_mark(look, rect, &self.style.void, true, when);
        let lines = look.lines_in(rect.height);
        stars.text = Text::Static(vec![line; usize::from(lines)].join("\n"));
        stars.fit.lines = lines;
        stars
    }
}

/// Where a text can be read that stands in an area struck through: beside the lines, not under them.
fn beside(rect: Rect, style: Style) -> Option<Rect> {
    #[expect(clippy::integer_division, reason = "a micrometre more or less")]
    let part = |length: Length, n: i32| Length::um(length.as_um() / n);
    let Rect { x, y, width, height } = rect;
    match style {
        Style::Stars => None,
        Style::Diagonal => Some(Rect::new(x, y, part(width, 3) * 2, part(height, 2))),
        Style::Cross => Some(Rect::new(x + part(width, 4), y, part(width, 2), part(height, 3))),
    }
}
