//! Tables of rows: the heading and the lines become static items, the cells stay text boxes that
//! are drawn once for each row.

use super::codes;
use super::condition::When;
use super::faces::Flow;
use super::keys;
use super::layout::{Align, Column, Item, Panel, Rule, Table, TextBox};
use super::names::{Names, Rows};
use super::nearest::nearest;
use super::reader::{self, Keys, Node};
use super::site::{Origin, Site};
use super::source::Document;
use super::style::{self, Look};
use super::writing::Writing;
use crate::diag::Code;
use crate::measure::{Length, Point, Rect};
use crate::model::FieldIndex;
use crate::model::schema::FieldKind;
use crate::page::Ink;
use std::collections::BTreeMap;
use toml::de::DeValue;

/// Tables by file and name as they were first written: continuations in the same file take from them
/// what they do not say.
pub(super) type Firsts<'d> = BTreeMap<(&'d str, &'d str), &'d Node<'d>>;

/// The measures of a table.
pub(super) struct Frame {
    pub(super) at: Point,
    pub(super) heading: Length,
    pub(super) row_height: Length,
    pub(super) rows: u16,
    blocks: u16,
    step: Length,
    /// Left edges of columns from 0, and the width.
    pub(super) xs: Vec<Length>,
}

/// How far the lines of a table go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// Over its whole capacity.
    Full,
    /// Over the rows that are there.
    Rows,
    /// Only under the heading.
    None,
}

impl Frame {
    pub(super) fn width(&self) -> Length {
        self.xs[self.xs.len() - 1]
    }

    /// The height of a block without its heading.
    pub(super) fn body(&self) -> Length {
        self.row_height * i32::from(self.rows)
    }

    fn height(&self) -> Length {
        self.heading + self.body()
    }

    /// The left edges of the lines between columns, from the left edge of a block.
    pub(super) fn dividers(&self) -> &[Length] {
        self.xs.get(1..self.xs.len() - 1).unwrap_or_default()
    }

    /// The left edges of the blocks.
    fn lefts(&self) -> impl Iterator<Item = Length> + use<'_> {
        (0..i32::from(self.blocks)).map(|n| self.at.x + self.step * n)
    }
}

impl Site<'_> {
    /// `[[table]]`
    pub(super) fn table<'d>(
        &mut self,
        doc: &'d Document<'d>,
        node: &'d Node<'d>,
        flow: &mut Flow<'d>,
    ) {
        let Some(mut keys) = Keys::open_value(doc, "[[table]]", keys::TABLE, node) else { return };
        let Some(name) = keys.need_text("name") else { return };
        if !self.is_there(&keys, codes::TABLE) {
            return;
        }
        flow.once(name);
        keys = keys.continuing(flow.firsts.entry((&*doc.file, name.text)).or_insert(node));
        if self.names.schema.rows.is_empty() {
            let message = "a table prints rows, and the form has no `[input.rows]`";
            doc.push(doc.error(codes::TABLE, keys.span(), message));
            return;
        }
        let names = Names { rows: Rows::ROW, ..self.names };
        let mut look = self.style.look.clone();
        look.read_shared(&keys);
        let origin = self.origin(&keys);
        let columns = self.columns(&keys, &look, names);
        let rows_when = keys.get("rows_when").map(|value| row_condition(doc, value, &names));
        let (Some(frame), Some(columns)) = (self.frame(&keys, columns.as_deref()), columns) else {
            return;
        };
        let Some(rows_when) = rows_when.map_or(Some(None), |when| when.map(Some)) else { return };
        let extent = extent(&keys);
        let head = self.heading(&keys, &look, &frame, &columns, &origin);
        let Ok(mut bands) = self.bands(&keys, &look, &frame, &columns, extent) else { return };
        let lines = bands.as_mut().and_then(|bands| bands.lines.as_mut());
        match lines {
            Some(lines) if extent == Extent::Rows => {
                lines.head = head.into_iter().map(|(item, _)| item).collect();
            }
            Some(_) => self.items.extend(head),
            None => {
                self.items.extend(head);
                self.table_lines(&keys, &frame, extent, &origin);
            }
        }
        let top = frame.at.y + frame.heading;
        let table = Table {
            name: name.text.to_owned(),
            rect: Rect::new(frame.at.x, top, frame.width(), frame.body()),
            rows_when,
            row_height: frame.row_height,
            rows: frame.rows,
            blocks: frame.blocks,
            block_step: frame.step,
            columns: self.placed(&frame, columns),
            zebra: keys.whole("zebra", 0..=100).map(Ink),
            row_rule: keys.length("row_rule").and_then(style::stroke),
            bands: bands.map(Box::new),
        };
        self.add(Item::Table(table), &origin);
    }

    /// Whether a table, or cards, are on the face: that is known beforehand, so that rows have their
    /// places.
    pub(super) fn is_there(&self, keys: &Keys<'_>, code: Code) -> bool {
        let Ok(when) = self.condition(keys) else { return false };
        if when.is_some() {
            let span = keys.get("when").map_or(keys.span(), toml::Spanned::span);
            let message = "what rows flow through is the same for every record";
            let hint = "ask for parameters, the tenant or the job here; `rows_when` chooses rows";
            keys.doc.push(keys.doc.error(code, span, message).hint(hint));
        }
        true
    }

    fn frame(&self, keys: &Keys<'_>, columns: Option<&[Drawn<'_>]>) -> Option<Frame> {
        let at = self.need_point(keys, "at");
        let row_height = self.need_length(keys, "row_height");
        keys.need("rows");
        let rows = self.count(keys, "rows", 1..=500);
        let blocks = if keys.has("blocks") { self.count(keys, "blocks", 1..=20)? } else { 1 };
        let heading = self.length(keys, "heading_height").unwrap_or_default();
        let mut xs = vec![Length::ZERO];
        let mut x = Length::ZERO;
        for column in columns? {
            x += column.width;
            xs.push(x);
        }
        let step = self.length(keys, "block_step").unwrap_or(x);
        if step < x {
            let message = format!("blocks {step} mm apart overlap: a block is {x} mm wide");
            keys.blame("block_step", message);
        }
        let row_height = row_height?;
        if row_height <= Length::ZERO {
            keys.blame("row_height", "`row_height` must be above 0");
            return None;
        }
        Some(Frame { at: at?, heading, row_height, rows: rows?, blocks, step, xs })
    }

    /// The columns; `None` when one of them is wrong, after looking at all.
    fn columns<'d>(
        &self,
        keys: &Keys<'d>,
        look: &Look,
        names: Names<'_>,
    ) -> Option<Vec<Drawn<'d>>> {
        let nodes = keys.need("columns").map(|_| keys.tables("columns"))?;
        if nodes.is_empty() || nodes.len() > 100 {
            keys.blame("columns", "a table has from 1 to 100 columns");
            return None;
        }
        let pad = keys.length("pad").unwrap_or(self.style.pad);
        let count = nodes.len();
        let columns: Vec<Drawn<'d>> = nodes
            .into_iter()
            .filter_map(|node| self.column(keys.doc, node, look, pad, names))
            .collect();
        (columns.len() == count).then_some(columns)
    }

    fn column<'d>(
        &self,
        doc: &'d Document<'d>,
        node: &'d Node<'d>,
        look: &Look,
        pad: Length,
        names: Names<'_>,
    ) -> Option<Drawn<'d>> {
        let keys = Keys::open_value(doc, "a column", keys::COLUMN, node)?;
        let mut look = look.clone();
        look.read(&keys);
        let width = self.need_length(&keys, "width");
        let pad = keys.length("pad").unwrap_or(pad);
        let texts: Vec<(&str, &Node<'_>)> = match (keys.get("text"), keys.get("stack")) {
            (Some(text), None) => vec![("text", text)],
            (None, Some(_)) => {
                let items = keys.array("stack").unwrap_or_default();
                items.iter().map(|item| ("stack", item)).collect()
            }
            _ => {
                let message = "a column has either `text` or `stack`";
                doc.push(doc.error(codes::MISSING_KEY, keys.span(), message));
                return None;
            }
        };
        let is_empty = texts.is_empty();
        let texts = self.stack(&keys, texts, &names);
        let (width, texts) = (width?, texts?);
        if width <= Length::ZERO {
            keys.blame("width", "`width` must be above 0");
            return None;
        }
        let (title, fills) = (keys.get("title"), self.fills(&keys));
        let printed = self.membership(&keys)?;
        (!is_empty).then_some(Drawn { width, pad, title, printed, texts, look, fills })
    }

    /// The shade and the titles of the heading: for each block, or for the first only when they
    /// are drawn with the rows.
    fn heading(
        &self,
        keys: &Keys<'_>,
        look: &Look,
        frame: &Frame,
        columns: &[Drawn<'_>],
        origin: &Origin,
    ) -> Vec<(Item, Origin)> {
        let mut items = Vec::new();
        if frame.heading <= Length::ZERO {
            return items;
        }
        let blocks = if extent(keys) == Extent::Rows { 1 } else { usize::from(frame.blocks) };
        let fill = keys.whole("label_fill", 0..=100).map_or(self.style.label_fill, Ink);
        let mut look = Look { align: Align::Center, ..look.clone() };
        look.size = keys.size("heading_size").unwrap_or(look.size);
        keys.text("heading_role")
            .map_or(&*self.style.label_role, |role| role.text)
            .clone_into(&mut look.role);
        for left in frame.lefts().take(blocks) {
            let rect = Rect::new(left, frame.at.y, frame.width(), frame.heading);
            if fill.0 > 0 {
                let panel = Panel {
                    rect,
                    radius: Length::ZERO,
                    fill: Some(fill),
                    stroke: None,
                    when: None,
                };
                items.push((Item::Panel(panel), origin.clone()));
            }
            for (column, x) in columns.iter().zip(&frame.xs) {
                let Some(title) = column.title else { continue };
                let said =
                    self.said(keys.doc, "title", title, &self.names, false).unwrap_or_default();
                let cell = Rect::new(left + *x, frame.at.y, column.width, frame.heading);
                let cell = style::padded(cell, Length::um(500));
                let origin = Origin { place: keys.doc.place(title.span()), ..origin.clone() };
                for writing in said.into_iter().filter(|said| !said.is_empty()) {
                    let when = column.printed.clone();
                    let text = self.written(&look, cell, writing, false, when);
                    items.extend(text.map(|text| (Item::Text(text), origin.clone())));
                }
            }
        }
        items
    }

    /// The cells of the columns, relative to the left top of a row.
    fn placed(&self, frame: &Frame, columns: Vec<Drawn<'_>>) -> Vec<Column> {
        let mut placed = Vec::new();
        let height = frame.row_height.as_um();
        for (column, x) in columns.into_iter().zip(&frame.xs) {
            let count = i32::try_from(column.texts.len()).unwrap_or(i32::MAX);
            let mut cells: Vec<TextBox> = Vec::new();
            for (n, writings) in (0..).zip(column.texts) {
                #[expect(
                    clippy::integer_division,
                    reason = "cells share the row to the micrometre"
                )]
                let (top, bottom) = (height * n / count, height * (n + 1) / count);
                let rect = Rect::new(*x, Length::um(top), column.width, Length::um(bottom - top));
                let rect = style::padded(rect, column.pad);
                cells.extend(writings.into_iter().filter_map(|writing| {
                    self.written(&column.look, rect, writing, column.fills, When::Always)
                }));
            }
            placed.push(Column { cells });
        }
        placed
    }

    fn table_lines(&mut self, keys: &Keys<'_>, frame: &Frame, extent: Extent, origin: &Origin) {
        let line = style::stroke(keys.length("line").unwrap_or(self.style.line));
        let outer = style::stroke(keys.length("frame").unwrap_or(self.style.frame));
        let grid = extent == Extent::Full;
        let (top, bottom) = (frame.at.y, frame.at.y + frame.height());
        for left in frame.lefts().collect::<Vec<_>>() {
            let mut rule = |from: Point, to: Point| {
                if let Some(stroke) = line {
                    self.add(Item::Rule(Rule { from, to, stroke, when: None }), origin);
                }
            };
            let across = |y: Length| (Point { x: left, y }, Point { x: left + frame.width(), y });
            let first = i32::from(frame.heading <= Length::ZERO);
            let last = if grid { i32::from(frame.rows) } else { 1 };
            for row in first..last {
                let (from, to) = across(top + frame.heading + frame.row_height * row);
                rule(from, to);
            }
            for x in frame.dividers().iter().filter(|_| grid) {
                rule(Point { x: left + *x, y: top }, Point { x: left + *x, y: bottom });
            }
            if outer.is_some() {
                let rect = Rect::new(left, top, frame.width(), frame.height());
                let panel =
                    Panel { rect, radius: Length::ZERO, fill: None, stroke: outer, when: None };
                self.add(Item::Panel(panel), origin);
            }
        }
    }
}

/// A column on its way into a table.
pub(super) struct Drawn<'d> {
    width: Length,
    pub(super) pad: Length,
    title: Option<&'d Node<'d>>,
    /// Whether its title is printed: its item and language are.
    printed: When,
    /// What stands one above the other.
    texts: Vec<Vec<Writing>>,
    pub(super) look: Look,
    fills: bool,
}

/// How far the lines go: `grid`.
fn extent(keys: &Keys<'_>) -> Extent {
    const EXTENTS: &[(&str, Extent)] =
        &[("full", Extent::Full), ("rows", Extent::Rows), ("none", Extent::None)];
    match keys.get("grid").map(toml::Spanned::get_ref) {
        None => Extent::Full,
        Some(DeValue::Boolean(grid)) => {
            if *grid {
                Extent::Full
            } else {
                Extent::None
            }
        }
        Some(_) => keys.word("grid", EXTENTS).unwrap_or(Extent::Full),
    }
}

/// `{ row_field = "text" }`: the field and the text that rows must have.
pub(super) fn row_condition(
    doc: &Document<'_>,
    value: &Node<'_>,
    names: &Names<'_>,
) -> Option<(FieldIndex, String)> {
    let entries = reader::entries(doc, "rows_when", value);
    let [entry] = entries.as_slice() else {
        let message = "a condition of rows is one field and its text: `{ kind = \"土地\" }`";
        doc.push(doc.error(codes::BAD_VALUE, value.span(), message));
        return None;
    };
    let Some(index) = names.schema.row_field(entry.name) else {
        let message = format!("unknown row field: `{}`", entry.name);
        let finding = doc.error(codes::UNKNOWN_NAME, entry.start..entry.end, message);
        let ids = names.schema.rows.iter().map(|field| field.id.as_str());
        doc.push(match nearest(entry.name, ids) {
            Some(near) => finding.hint(format!("did you mean `{near}`?")),
            None => finding,
        });
        return None;
    };
    let Some(text) = entry.value.get_ref().as_str() else {
        reader::wrong(doc, entry.name, "a text in quotes", entry.value);
        return None;
    };
    let field = &names.schema.rows[usize::from(index)];
    if let FieldKind::Choice(choices) = &field.kind
        && !choices.iter().any(|choice| choice == text)
    {
        let message = format!("`{}` is never `{text}`", field.id);
        let finding = doc.error(codes::BAD_VALUE, entry.value.span(), message);
        let all = reader::join(choices.iter().map(String::as_str));
        doc.push(finding.hint(format!("it is one of {all}")));
        return None;
    }
    Some((index, text.to_owned()))
}
