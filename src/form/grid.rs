//! Grids: the boxes of labels and values on Japanese notices. They become lines, shades and texts.

use super::codes;
use super::condition::When;
use super::keys;
use super::layout::{Item, Panel, Rule};
use super::reader::{self, Keys, Node};
use super::site::{Origin, Site};
use super::source::{Document, TomlText};
use super::style::{self, ALIGNS, Look};
use super::text::Condition;
use crate::measure::{Length, Point, Rect};
use crate::page::Ink;

/// Columns and rows of a grid, at most.
const SIDE_MAX: usize = 200;

/// A cell as it is written.
enum Written<'d> {
    /// `"<"`
    Left,
    /// `"^"`
    Up,
    Text(TomlText<'d>),
    Table(Keys<'d>),
    /// It was wrong, and reported.
    Wrong,
}

/// What a grid is made of, before it becomes items.
struct Grid<'d> {
    /// Left edges of columns and the right edge of the last.
    xs: Vec<Length>,
    /// Top edges of rows and the bottom edge of the last.
    ys: Vec<Length>,
    cells: Vec<Vec<Written<'d>>>,
    /// For every cell the cell (row, column) that it is part of.
    owners: Vec<Vec<(usize, usize)>>,
    labels: Vec<usize>,
    label_rows: Vec<usize>,
}

impl Site<'_> {
    /// `[[grid]]`
    pub(super) fn grid<'d>(&mut self, doc: &'d Document<'d>, node: &'d Node<'d>) {
        let Some(keys) = Keys::open_value(doc, "[[grid]]", keys::GRID, node) else { return };
        let Some(at) = keys.need_point("at").map(|at| self.point(at)) else { return };
        let widths = lengths(&keys, "columns");
        let heights = heights(&keys);
        let (Some(widths), Some(heights)) = (widths, heights) else { return };
        let Some(cells) = cells(&keys, widths.len(), heights.len()) else { return };
        let Some(owners) = owners(&keys, &cells) else {
            self.look_over(&cells);
            return;
        };
        let Ok(when) = self.condition(&keys) else { return };
        let grid = Grid {
            xs: edges(at.x, &widths),
            ys: edges(at.y, &heights),
            owners,
            labels: indices(&keys, "labels", widths.len()),
            label_rows: indices(&keys, "label_rows", heights.len()),
            cells,
        };
        let origin = self.origin(&keys);
        self.grid_shades(&keys, &grid, when.as_ref(), &origin);
        self.grid_lines(&keys, &grid, when.as_ref(), &origin);
        self.grid_texts(&keys, &grid, when, &origin);
    }

    /// Compiles the texts of cells that are not drawn, for what is wrong with them.
    fn look_over(&self, cells: &[Vec<Written<'_>>]) {
        for cell in cells.iter().flatten() {
            match cell {
                Written::Text(text) => {
                    self.compile(*text);
                }
                Written::Table(keys) => {
                    self.writings(keys, "text", &self.names);
                }
                Written::Left | Written::Up | Written::Wrong => {}
            }
        }
    }

    fn grid_shades(
        &mut self,
        keys: &Keys<'_>,
        grid: &Grid<'_>,
        when: Option<&Condition>,
        origin: &Origin,
    ) {
        let label_fill = keys.whole("label_fill", 0..=100).map_or(self.style.label_fill, Ink);
        for (row, cells) in grid.cells.iter().enumerate() {
            for (column, cell) in cells.iter().enumerate() {
                if grid.owners[row][column] != (row, column) {
                    continue;
                }
                let own = match cell {
                    Written::Table(keys) => keys.whole("fill", 0..=100).map(Ink),
                    _ => None,
                };
                let label = grid.is_label(row, column).then_some(label_fill);
                let Some(fill) = own.or(label).filter(|fill| fill.0 > 0) else { continue };
                let panel = Panel {
                    rect: grid.rect(row, column),
                    radius: Length::ZERO,
                    fill: Some(fill),
                    stroke: None,
                    when: when.cloned(),
                };
                self.add(Item::Panel(panel), origin);
            }
        }
    }

    fn grid_lines(
        &mut self,
        keys: &Keys<'_>,
        grid: &Grid<'_>,
        when: Option<&Condition>,
        origin: &Origin,
    ) {
        let line = style::stroke(keys.length("line").unwrap_or(self.style.line));
        if let Some(stroke) = line {
            for (from, to) in grid.lines() {
                self.add(Item::Rule(Rule { from, to, stroke, when: when.cloned() }), origin);
            }
        }
        let frame = style::stroke(keys.length("frame").unwrap_or(self.style.frame));
        if frame.is_some() {
            let panel = Panel {
                rect: grid.all(),
                radius: Length::ZERO,
                fill: None,
                stroke: frame,
                when: when.cloned(),
            };
            self.add(Item::Panel(panel), origin);
        }
    }

    fn grid_texts(
        &mut self,
        keys: &Keys<'_>,
        grid: &Grid<'_>,
        when: Option<Condition>,
        origin: &Origin,
    ) {
        let pad = keys.length("pad").unwrap_or(self.style.pad);
        let looks = self.column_looks(keys, grid.xs.len() - 1);
        let labels = LabelLook::read(keys, &self.style.label_role);
        let (outer, doc) = (when.map_or(When::Always, When::If), keys.doc);
        for (row, cells) in grid.cells.iter().enumerate() {
            for (column, cell) in cells.iter().enumerate() {
                let mut look = looks[column].clone();
                if grid.is_label(row, column) {
                    labels.put_on(&mut look, grid.label_rows.contains(&row));
                }
                let mut prints = origin.prints;
                let (writings, fills, place) = match cell {
                    Written::Text(text) => (self.plain(*text), false, text.span()),
                    Written::Table(keys) => {
                        look.read(keys);
                        prints = self.origin(keys).prints;
                        (self.writings(keys, "text", &self.names), self.fills(keys), keys.span())
                    }
                    Written::Left | Written::Up | Written::Wrong => continue,
                };
                let rect = style::padded(grid.rect(row, column), pad);
                let origin = Origin { place: doc.place(place), prints, ..origin.clone() };
                for writing in writings.unwrap_or_default() {
                    let text = self.written(&look, rect, writing, fills, outer.clone());
                    self.items.extend(text.map(|text| (Item::Text(text), origin.clone())));
                }
            }
        }
    }

    /// The look of every column: a key is one value for all, or a list with one for each.
    fn column_looks(&self, keys: &Keys<'_>, columns: usize) -> Vec<Look> {
        let base = self.style.look.clone();
        let mut looks = vec![base; columns];
        let doc = keys.doc;
        per_column(keys, "size", &mut looks, |look, key, value| {
            look.size = reader::size(doc, key, value).unwrap_or(look.size);
        });
        per_column(keys, "min", &mut looks, |look, key, value| {
            look.min = reader::size(doc, key, value).or(look.min);
        });
        per_column(keys, "role", &mut looks, |look, key, value| {
            if let Some(role) = reader::text(doc, key, value) {
                role.text.clone_into(&mut look.role);
            }
        });
        per_column(keys, "align", &mut looks, |look, key, value| {
            look.align = reader::word(doc, key, value, ALIGNS).unwrap_or(look.align);
        });
        per_column(keys, "squeeze", &mut looks, |look, key, value| {
            look.squeeze = reader::whole(doc, key, value, 50..=100).unwrap_or(look.squeeze);
        });
        let shared = |look: &mut Look| {
            look.valign = keys.word("valign", style::VALIGNS).unwrap_or(look.valign);
            look.leading = keys.whole("leading", 80..=400).unwrap_or(look.leading);
            look.ink = keys.whole("ink", 0..=100).map_or(look.ink, Ink);
            look.read_lines(keys);
        };
        // Read once, so that a wrong value is reported once.
        if let Some((first, rest)) = looks.split_first_mut() {
            shared(first);
            for look in rest {
                look.valign = first.valign;
                look.leading = first.leading;
                look.ink = first.ink;
                look.lines = first.lines;
            }
        }
        looks
    }
}

/// How labels differ from values.
struct LabelLook {
    size: Option<crate::measure::TypeSize>,
    role: String,
    align: Option<super::layout::Align>,
}

impl LabelLook {
    fn read(keys: &Keys<'_>, role: &str) -> Self {
        let role = keys.text("label_role").map_or(role, |role| role.text).to_owned();
        Self { size: keys.size("label_size"), role, align: keys.word("label_align", ALIGNS) }
    }

    fn put_on(&self, look: &mut Look, in_label_row: bool) {
        look.size = self.size.unwrap_or(look.size);
        look.role.clone_from(&self.role);
        match self.align {
            Some(align) => look.align = align,
            // A heading over a column of amounts stands in the middle.
            None if in_label_row => look.align = super::layout::Align::Center,
            None => {}
        }
    }
}

fn per_column<'d>(
    keys: &Keys<'d>,
    key: &str,
    looks: &mut [Look],
    mut set: impl FnMut(&mut Look, &str, &'d Node<'d>),
) {
    let Some(value) = keys.get(key) else { return };
    let Some(values) = value.get_ref().as_array() else {
        // One value for all: set on the first (and reported once), then copied.
        let Some((first, rest)) = looks.split_first_mut() else { return };
        set(first, key, value);
        for look in rest {
            match key {
                "size" => look.size = first.size,
                "min" => look.min = first.min,
                "role" => look.role.clone_from(&first.role),
                "align" => look.align = first.align,
                _ => look.squeeze = first.squeeze,
            }
        }
        return;
    };
    if values.len() != looks.len() {
        let message = format!("`{key}` has {} values for {} columns", values.len(), looks.len());
        keys.blame(key, message);
        return;
    }
    for (look, value) in looks.iter_mut().zip(values.iter()) {
        set(look, key, value);
    }
}

impl Grid<'_> {
    /// The box of the cell at `row`, `column` with all cells merged into it.
    fn rect(&self, row: usize, column: usize) -> Rect {
        let (mut right, mut bottom) = (column, row);
        while self.owners[row].get(right + 1) == Some(&(row, column)) {
            right += 1;
        }
        while self.owners.get(bottom + 1).is_some_and(|r| r[column] == (row, column)) {
            bottom += 1;
        }
        let (x, y) = (self.xs[column], self.ys[row]);
        Rect::new(x, y, self.xs[right + 1] - x, self.ys[bottom + 1] - y)
    }

    fn all(&self) -> Rect {
        let (x, y) = (self.xs[0], self.ys[0]);
        Rect::new(x, y, self.xs[self.xs.len() - 1] - x, self.ys[self.ys.len() - 1] - y)
    }

    fn is_label(&self, row: usize, column: usize) -> bool {
        if let Written::Table(keys) = &self.cells[row][column]
            && let Some(label) = keys.flag("label")
        {
            return label;
        }
        self.labels.contains(&column) || self.label_rows.contains(&row)
    }

    /// The inner lines, each as long as it goes without a merged cell in its way.
    fn lines(&self) -> Vec<(Point, Point)> {
        let (rows, columns) = (self.owners.len(), self.xs.len() - 1);
        let mut lines = Vec::new();
        for row in 1..rows {
            let divides = |column: usize| self.owners[row - 1][column] != self.owners[row][column];
            for (start, end) in stretches(columns, divides) {
                let y = self.ys[row];
                lines.push((Point { x: self.xs[start], y }, Point { x: self.xs[end], y }));
            }
        }
        for column in 1..columns {
            let divides = |row: usize| self.owners[row][column - 1] != self.owners[row][column];
            for (start, end) in stretches(rows, divides) {
                let x = self.xs[column];
                lines.push((Point { x, y: self.ys[start] }, Point { x, y: self.ys[end] }));
            }
        }
        lines
    }
}

/// The longest stretches of `0..n` in which `holds` is true, as half-open ranges.
fn stretches(n: usize, holds: impl Fn(usize) -> bool) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    for at in (0..n).filter(|&at| holds(at)) {
        match found.last_mut() {
            Some(last) if last.1 == at => last.1 = at + 1,
            _ => found.push((at, at + 1)),
        }
    }
    found
}

/// Lengths of a list, all above zero.
pub(super) fn lengths(keys: &Keys<'_>, key: &str) -> Option<Vec<Length>> {
    keys.need(key)?;
    let items = keys.array(key)?;
    let lengths: Vec<Length> = items
        .iter()
        .filter_map(|item| reader::length(keys.doc, key, item))
        .filter(|length| *length > Length::ZERO)
        .collect();
    if lengths.is_empty() || lengths.len() != items.len() || lengths.len() > SIDE_MAX {
        keys.blame(key, format!("`{key}` must list from 1 to {SIDE_MAX} lengths above 0"));
        return None;
    }
    Some(lengths)
}

/// Row heights: `rows`, or `row_height` as often as there are rows of cells.
fn heights(keys: &Keys<'_>) -> Option<Vec<Length>> {
    if keys.has("rows") {
        if keys.has("row_height") {
            keys.blame("row_height", "give `rows` or `row_height`, not both");
        }
        return lengths(keys, "rows");
    }
    let height = keys.need_length("row_height")?;
    keys.need("cells")?;
    let rows = keys.array("cells")?.len();
    if height <= Length::ZERO || rows == 0 || rows > SIDE_MAX {
        keys.blame("row_height", format!("a grid has from 1 to {SIDE_MAX} rows of some height"));
        return None;
    }
    Some(vec![height; rows])
}

fn edges(start: Length, steps: &[Length]) -> Vec<Length> {
    let mut edges = vec![start];
    let mut at = start;
    for step in steps {
        at += *step;
        edges.push(at);
    }
    edges
}

/// Indices below `limit`, from 0.
fn indices(keys: &Keys<'_>, key: &str, limit: usize) -> Vec<usize> {
    let Some(items) = keys.has(key).then(|| keys.array(key)).flatten() else { return Vec::new() };
    items
        .iter()
        .filter_map(|item| {
            let last = i64::try_from(limit).unwrap_or(i64::MAX) - 1;
            reader::whole(keys.doc, key, item, 0..=last).and_then(|n| usize::try_from(n).ok())
        })
        .collect()
}

fn cells<'d>(keys: &Keys<'d>, columns: usize, rows: usize) -> Option<Vec<Vec<Written<'d>>>> {
    keys.need("cells")?;
    let lists = keys.array("cells")?;
    if lists.len() != rows {
        keys.blame("cells", format!("{} rows of cells for {rows} rows", lists.len()));
        return None;
    }
    let mut all = Vec::new();
    for list in lists {
        let items = reader::array(keys.doc, "cells", list)?;
        if items.len() != columns {
            let message = format!("{} cells for {columns} columns", items.len());
            let finding = keys.doc.error(codes::GRID, list.span(), message);
            keys.doc
                .push(finding.hint("write `<` for cells that are merged to the left, `^` upwards"));
            return None;
        }
        all.push(items.iter().map(|item| cell(keys.doc, item)).collect());
    }
    Some(all)
}

fn cell<'d>(doc: &'d Document<'d>, item: &'d Node<'d>) -> Written<'d> {
    if item.get_ref().is_table() {
        return match Keys::open_value(doc, "a cell", keys::GRID_CELL, item) {
            Some(keys) => Written::Table(keys),
            None => Written::Wrong,
        };
    }
    match reader::text(doc, "a cell", item) {
        Some(text) if text.text == "<" => Written::Left,
        Some(text) if text.text == "^" => Written::Up,
        Some(text) => Written::Text(text),
        None => Written::Wrong,
    }
}

/// Whose part every cell is; `None` when merged cells do not form boxes.
fn owners(keys: &Keys<'_>, cells: &[Vec<Written<'_>>]) -> Option<Vec<Vec<(usize, usize)>>> {
    let mut owners: Vec<Vec<(usize, usize)>> = Vec::new();
    let mut sound = true;
    for (row, list) in cells.iter().enumerate() {
        let mut line: Vec<(usize, usize)> = Vec::new();
        for (column, cell) in list.iter().enumerate() {
            let owner = match cell {
                Written::Left => column.checked_sub(1).map(|left| line[left]),
                Written::Up => row.checked_sub(1).map(|up| owners[up][column]),
                Written::Text(_) | Written::Table(_) | Written::Wrong => Some((row, column)),
            };
            sound &= owner.is_some();
            line.push(owner.unwrap_or((row, column)));
        }
        owners.push(line);
    }
    for (row, line) in owners.iter().enumerate() {
        for (column, owner) in line.iter().enumerate() {
            let span = span_of(&owners, *owner);
            let inside = (owner.0..=span.0).contains(&row) && (owner.1..=span.1).contains(&column);
            sound &= inside
                && (owner.0..=span.0)
                    .all(|r| owners[r][owner.1..=span.1].iter().all(|o| o == owner));
        }
    }
    if !sound {
        let span = keys.get("cells").map_or(keys.span(), toml::Spanned::span);
        let finding = keys.doc.error(codes::GRID, span, "merged cells do not form a box");
        keys.doc.push(
            finding
                .hint("merge whole rectangles: `<` takes the cell to the left, `^` the one above"),
        );
        return None;
    }
    Some(owners)
}

/// The last row and column that belong to `owner` going straight down and right.
fn span_of(owners: &[Vec<(usize, usize)>], owner: (usize, usize)) -> (usize, usize) {
    let (row, column) = owner;
    let right = owners[row][column..].iter().take_while(|o| **o == owner).count();
    let down = owners[row..].iter().take_while(|line| line[column] == owner).count();
    (row + down.max(1) - 1, column + right.max(1) - 1)
}

#[cfg(test)]
mod tests {
    use super::stretches;

    #[test]
    fn lines_run_as_far_as_they_can() {
        assert_eq!(stretches(5, |n| n != 2), [(0, 2), (3, 5)]);
        assert_eq!(stretches(3, |_| false), []);
    }
}
