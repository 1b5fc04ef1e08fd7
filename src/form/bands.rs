//! Bands of tables: headings and subtotals of groups, totals, what stands after the last row and
//! instead of all of them. They become text boxes that are drawn where the rows leave them.

use super::codes;
use super::condition::When;
use super::keys;
use super::layout::{Align, Band, Bands, Group, Lines, TextBox};
use super::names::{Names, Rows};
use super::nearest::nearest;
use super::reader::{self, Keys, Node};
use super::site::{Nothing, Site};
use super::source::{Document, TomlText};
use super::style::{self, Look};
use super::table::{Drawn, Extent, Frame};
use super::template;
use super::writing::Writing;
use crate::measure::{Length, Rect};
use crate::model::FieldIndex;
use crate::page::Ink;
use toml::de::DeValue;

/// What the bands of a table have in common.
struct Shape<'a, 'd> {
    look: &'a Look,
    frame: &'a Frame,
    columns: &'a [Drawn<'d>],
}

impl Site<'_> {
    /// The bands of a table; `Ok(None)` when it has neither bands nor lines of its own, `Err` when
    /// something is wrong with them, which was reported.
    pub(super) fn bands(
        &self,
        keys: &Keys<'_>,
        look: &Look,
        frame: &Frame,
        columns: &[Drawn<'_>],
        extent: Extent,
    ) -> Result<Option<Bands>, Nothing> {
        let shape = Shape { look, frame, columns };
        let own = ["group", "total", "page_total", "end", "attach"].into_iter();
        let has_bands = own.filter(|key| keys.has(key)).count() > 0;
        let rows_min = self.rows_min(keys, frame, extent);
        if keys.has("keep") && keys.word("keep", &[("group", ())]).is_some() && !keys.has("group") {
            keys.blame("keep", "the table has no `group` to keep together");
        }
        if !has_bands && extent != Extent::Rows {
            return Ok(None);
        }
        let band = |key, rows| self.band_of(keys, key, &shape, rows);
        let group = match keys.get("group") {
            Some(value) => self.group(keys.doc, value, &shape).map(Some),
            None => Ok(None),
        };
        let (total, page_total) = (band("total", Rows::TOTAL), band("page_total", Rows::PAGE));
        let end = band("end", Rows::default());
        let attach = match keys.get("attach") {
            Some(value) => self.attach(keys.doc, value, &shape, rows_min).ok_or(Nothing).map(Some),
            None => Ok(None),
        };
        let lines = (extent != Extent::None).then(|| Lines {
            line: style::stroke(keys.length("line").unwrap_or(self.style.line)),
            frame: style::stroke(keys.length("frame").unwrap_or(self.style.frame)),
            dividers: frame.dividers().to_vec(),
            rows_min,
            heading: frame.heading,
            head: Vec::new(),
        });
        let bands = Bands {
            group: group?,
            keep: keys.has("keep"),
            total: total?,
            page_total: page_total?,
            end: end?,
            attach: attach?,
            lines,
        };
        has_room(keys, &bands, frame)?;
        Ok(Some(bands))
    }

    fn group<'d>(
        &self,
        doc: &'d Document<'d>,
        value: &'d Node<'d>,
        shape: &Shape<'_, '_>,
    ) -> Result<Group, Nothing> {
        let keys = Keys::open_value(doc, "group", keys::GROUP, value).ok_or(Nothing)?;
        let by = keys.need_text("by").and_then(|by| self.row_field(by));
        let band = |key| self.band_of(&keys, key, shape, Rows::GROUP);
        let (heading, heading_more) = (band("heading"), band("heading_more"));
        let subtotal = band("subtotal");
        Ok(Group {
            by: by.ok_or(Nothing)?,
            heading: heading?,
            heading_more: heading_more?,
            subtotal: subtotal?,
        })
    }

    /// The band of a key; `Ok(None)` when the table does not have it.
    fn band_of(
        &self,
        keys: &Keys<'_>,
        key: &str,
        shape: &Shape<'_, '_>,
        rows: Rows,
    ) -> Result<Option<Band>, Nothing> {
        match keys.get(key) {
            Some(value) => self.band(keys.doc, key, value, shape, rows).ok_or(Nothing).map(Some),
            None => Ok(None),
        }
    }

    fn row_field(&self, name: TomlText<'_>) -> Option<FieldIndex> {
        let schema = self.names.schema;
        let index = schema.row_field(name.text);
        if index.is_none() {
            let message = format!("unknown row field: `{}`", name.text);
            let finding = name.error(codes::UNKNOWN_NAME, 0..name.text.len(), message);
            let ids = schema.rows.iter().map(|field| field.id.as_str());
            name.push(match nearest(name.text, ids) {
                Some(near) => finding.hint(format!("did you mean `{near}`?")),
                None => finding,
            });
        }
        index
    }

    /// A band: a text over all columns, a list of cells, or a table that says more.
    fn band<'d>(
        &self,
        doc: &'d Document<'d>,
        key: &str,
        value: &'d Node<'d>,
        shape: &Shape<'_, '_>,
        rows: Rows,
    ) -> Option<Band> {
        let names = Names { rows, ..self.names };
        let frame = shape.frame;
        let mut band =
            Band { height: frame.row_height, cells: Vec::new(), fill: None, dividers: Vec::new() };
        match value.get_ref() {
            DeValue::Array(_) => self.cells(doc, key, value, None, shape, &names, &mut band)?,
            DeValue::Table(_) => {
                let keys = Keys::open_value(doc, "a band", keys::BAND, value)?;
                if let Some(height) = keys.length("height") {
                    if height <= Length::ZERO {
                        keys.blame("height", "a band has a height above 0");
                        return None;
                    }
                    band.height = height;
                }
                band.fill = keys.whole("fill", 0..=100).map(Ink).filter(|fill| fill.0 > 0);
                match (keys.get("text"), keys.get("cells")) {
                    (Some(text), None) => {
                        let mut look = shape.look.clone();
                        look.read(&keys);
                        self.over_all(doc, text, &look, shape, &names, &mut band)?;
                    }
                    (None, Some(cells)) => {
                        self.cells(doc, "cells", cells, Some(&keys), shape, &names, &mut band)?;
                    }
                    _ => {
                        let message = "a band has either `text` or `cells`";
                        doc.push(doc.error(codes::MISSING_KEY, keys.span(), message));
                        return None;
                    }
                }
            }
            _ => {
                self.over_all(doc, value, shape.look, shape, &names, &mut band)?;
            }
        }
        Some(band)
    }

    /// A text over all columns.
    fn over_all<'d>(
        &self,
        doc: &'d Document<'d>,
        value: &'d Node<'d>,
        look: &Look,
        shape: &Shape<'_, '_>,
        names: &Names<'_>,
        band: &mut Band,
    ) -> Option<()> {
        let writings = self.said(doc, "text", value, names, false)?;
        let pad = shape.columns.first().map_or(self.style.pad, |column| column.pad);
        let rect = Rect::new(Length::ZERO, Length::ZERO, shape.frame.width(), band.height);
        let rect = style::padded(rect, pad);
        let writings = writings.into_iter().filter(|writing| !writing.is_empty());
        let cells =
            writings.filter_map(|writing| self.written(look, rect, writing, false, When::Always));
        band.cells.extend(cells);
        Some(())
    }

    /// One cell for each column; `<` takes a column to the cell at its left.
    #[expect(clippy::too_many_arguments, reason = "a band is read in one place")]
    fn cells<'d>(
        &self,
        doc: &'d Document<'d>,
        key: &str,
        value: &'d Node<'d>,
        band_keys: Option<&Keys<'d>>,
        shape: &Shape<'_, '_>,
        names: &Names<'_>,
        band: &mut Band,
    ) -> Option<()> {
        let items = reader::array(doc, key, value)?;
        let (count, columns) = (items.len(), shape.columns.len());
        let merges = |item: &Node<'_>| item.get_ref().as_str() == Some("<");
        if count != columns || items.first().is_some_and(merges) {
            let message = if count == columns {
                "the first cell has nothing to merge with".to_owned()
            } else {
                format!("{count} cells for {columns} columns")
            };
            let finding = doc.error(codes::GRID, value.span(), message);
            doc.push(finding.hint("write `<` for cells that are merged to the left"));
            return None;
        }
        let xs = &shape.frame.xs;
        let mut sound = true;
        for (at, item) in items.iter().enumerate().filter(|(_, item)| !merges(item)) {
            let more = items[at + 1..].iter().take_while(|item| merges(item)).count();
            let column = &shape.columns[at];
            let mut look = column.look.clone();
            if let Some(keys) = band_keys {
                look.read(keys);
            }
            let (left, right) = (xs[at], xs[at + more + 1]);
            if at > 0 {
                band.dividers.push(left);
            }
            let Some((writings, fills)) = self.cell(doc, key, item, &mut look, names) else {
                sound = false;
                continue;
            };
            let rect = Rect::new(left, Length::ZERO, right - left, band.height);
            let rect = style::padded(rect, column.pad);
            band.cells.extend(
                writings
                    .into_iter()
                    .filter_map(|writing| self.written(&look, rect, writing, fills, When::Always)),
            );
        }
        sound.then_some(())
    }

    /// The writings of a cell, and whether void marks fill it.
    fn cell<'d>(
        &self,
        doc: &'d Document<'d>,
        key: &str,
        item: &'d Node<'d>,
        look: &mut Look,
        names: &Names<'_>,
    ) -> Option<(Vec<Writing>, bool)> {
        if !item.get_ref().is_table() {
            let mut writings = self.said(doc, key, item, names, false)?;
            writings.retain(|writing| !writing.is_empty());
            return Some((writings, false));
        }
        let keys = Keys::open_value(doc, "a cell of a band", keys::BAND_CELL, item)?;
        look.read(&keys);
        keys.need("text")?;
        Some((self.writings(&keys, "text", names)?, self.fills(&keys)))
    }

    /// `attach`: what stands over the empty table when its rows went to continuation leaves.
    fn attach<'d>(
        &self,
        doc: &'d Document<'d>,
        value: &'d Node<'d>,
        shape: &Shape<'_, '_>,
        rows_min: u16,
    ) -> Option<TextBox> {
        let keys = Keys::open_value(doc, "attach", keys::ATTACH, value)?;
        let mut look = Look { align: Align::Center, ..shape.look.clone() };
        look.read(&keys);
        let names = Names { rows: Rows::TOTAL, ..self.names };
        let text = keys.need_text("text")?;
        let text = template::compile(text, &names, &self.desk.store)?;
        let height = shape.frame.row_height * i32::from(rows_min.max(1));
        let rect = Rect::new(Length::ZERO, Length::ZERO, shape.frame.width(), height);
        Some(look.text_box(style::padded(rect, self.style.pad), text, None))
    }

    /// How many rows have lines at least.
    fn rows_min(&self, keys: &Keys<'_>, frame: &Frame, extent: Extent) -> u16 {
        let rows = self.count(keys, "min_rows", 0..=frame.rows);
        if keys.has("min_rows") && extent != Extent::Rows {
            keys.blame("min_rows", "`min_rows` goes with `grid = \"rows\"`");
        }
        match extent {
            Extent::Rows => rows.unwrap_or(1),
            Extent::Full | Extent::None => frame.rows,
        }
    }
}

/// A block must hold a group of one row with all that may stand around it: otherwise its parts
/// could not stay together on any page.
fn has_room(keys: &Keys<'_>, bands: &Bands, frame: &Frame) -> Result<(), Nothing> {
    let height = |band: &Option<Band>| band.as_ref().map_or(Length::ZERO, |band| band.height);
    let mut needed = frame.row_height + height(&bands.total) + height(&bands.page_total);
    if let Some(group) = &bands.group {
        needed += height(&group.heading).max(height(&group.heading_more)) + height(&group.subtotal);
    }
    if needed <= frame.body() {
        return Ok(());
    }
    let message = format!(
        "a block of {} mm cannot hold one row with its headings and totals: {needed} mm",
        frame.body()
    );
    let span = keys.get("rows").map_or(keys.span(), toml::Spanned::span);
    let finding = keys.doc.error(codes::TABLE, span, message);
    keys.doc.push(finding.hint("give more `rows`, or lower bands"));
    Err(Nothing)
}
