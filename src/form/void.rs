//! The element `[[void]]`: overprints an area so that it cannot be used (a payment slip of a direct
//! debit, places of cards that stay empty).

use super::condition::When;
use super::keys;
use super::layout::{Align, Item, Rule};
use super::reader::{Keys, Node};
use super::site::{self, Site};
use super::source::Document;
use super::style::{Lines, Look};
use super::text::Text;
use super::writing::Writing;
use crate::measure::{Length, Point, Rect};

/// How an area is made void.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    /// Rows of the void mark.
    Stars,
    /// Both diagonals.
    Cross,
    /// The diagonal from the bottom left to the top right.
    Diagonal,
}

const STYLES: &[(&str, Style)] =
    &[("stars", Style::Stars), ("cross", Style::Cross), ("diagonal", Style::Diagonal)];

/// The width of its lines.
const LINE: Length = Length::um(500);

impl Site<'_> {
    /// `[[void]]`
    pub(super) fn void<'d>(&mut self, doc: &'d Document<'d>, node: &'d Node<'d>) {
        let Some(keys) = Keys::open_value(doc, "[[void]]", keys::VOID, node) else { return };
        let rect = keys.need_rect("box");
        let style = keys.word("style", STYLES).unwrap_or(Style::Stars);
        let stroke = site::outline(&keys, keys.length("line").unwrap_or(LINE));
        let mut look = self.style.look.clone();
        look.read(&keys);
        let (Some(rect), Ok(when)) = (rect, self.condition(&keys)) else { return };
        let (rect, origin) = (self.place(rect), self.origin(&keys));
        let (top, bottom) = (rect.y, rect.bottom());
        let line = |left: Length, right: Length| {
            let (from, to) = (Point { x: left, y: bottom }, Point { x: right, y: top });
            Item::Rule(Rule { from, to, stroke, when: when.clone() })
        };
        let items = match style {
            Style::Stars => {
                let outer = when.map_or(When::Always, When::If);
                stars(&self.style.void, rect, &look, outer).into_iter().collect()
            }
            Style::Cross => vec![line(rect.x, rect.right()), line(rect.right(), rect.x)],
            Style::Diagonal => vec![line(rect.x, rect.right())],
        };
        for item in items {
            self.add(item, &origin);
        }
    }
}

/// Rows of the void mark, as many as the area holds.
fn stars(mark: &str, rect: Rect, look: &Look, outer: When) -> Option<Item> {
    let mut look = Look { align: Align::Spread, squeeze: 50, min: None, ..look.clone() };
    let rows = look.lines_in(rect.height);
    look.lines = Lines::Most(rows);
    let row = filled(mark, rect.width, look.size.em());
    let text = Text::Static(vec![row; usize::from(rows)].join("\n"));
    let writing = Writing { text, when: When::Always, void: true };
    writing.text_box(&look, rect, outer).map(Item::Text)
}

/// `mark` as often as a width takes its characters: half an em for those of ASCII.
fn filled(mark: &str, width: Length, em: Length) -> String {
    let half_ems = |c: char| if c.is_ascii() { 1 } else { 2 };
    let mut room = i64::from(width.as_um()) * 2;
    let mut row = String::new();
    for c in mark.chars().cycle() {
        room -= i64::from(em.as_um()) * half_ems(c);
        if room < 0 {
            break;
        }
        row.push(c);
    }
    if row.is_empty() { mark.to_owned() } else { row }
}

#[cfg(test)]
mod tests {
    use super::filled;
    use crate::measure::{Length, TypeSize};

    #[test]
    fn marks_fill_a_width() {
        let em = TypeSize::pt(10).em();
        assert_eq!(filled("＊", Length::um(3 * em.as_um() + 3_000), em), "＊＊＊");
        assert_eq!(filled("無効", Length::um(5 * em.as_um()), em), "無効無効無");
        assert_eq!(filled("***", Length::um(5 * em.as_um()), em), "**********");
        assert_eq!(filled("＊", Length::um(3_000), em), "＊", "it is squeezed, or told of");
    }
}
