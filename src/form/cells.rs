//! The cells of a grid as they are written, and which of them are merged.

use super::codes;
use super::keys;
use super::reader::{self, Keys, Node};
use super::source::{Document, TomlText};

/// A cell as it is written.
pub(super) enum Written<'d> {
    /// `"<"`
    Left,
    /// `"^"`
    Up,
    Text(TomlText<'d>),
    Table(Keys<'d>),
    /// It was wrong, and reported.
    Wrong,
}

/// The cells of `rows` rows.
pub(super) fn read<'d>(
    keys: &Keys<'d>,
    columns: usize,
    rows: usize,
) -> Option<Vec<Vec<Written<'d>>>> {
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

/// For every cell the cell (row, column) that it is part of; `None` when merged cells do not form
/// boxes.
pub(super) fn owners(
    keys: &Keys<'_>,
    cells: &[Vec<Written<'_>>],
) -> Option<Vec<Vec<(usize, usize)>>> {
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
