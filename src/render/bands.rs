//! Draws tables with bands: rows and bands where the layout has placed them, and lines around what
//! stands there.

use super::bind::Row;
use super::draw::{TableItem, Walk, Work, draw_panel, moved};
use super::item::TextItem;
use super::layout::{self, Layout, Slot, SlotKind};
use super::sums::Sums;
use crate::form::{Lines, Table};
use crate::measure::{Length, Point, Rect};
use crate::page::{Canvas, Stroke};

/// The bands of a table made ready.
#[derive(Debug)]
pub(super) struct BandItems<'a> {
    /// Which of the form's layouts tells where they stand.
    pub(super) layout: usize,
    pub(super) heading: Vec<TextItem<'a>>,
    pub(super) heading_more: Vec<TextItem<'a>>,
    pub(super) subtotal: Vec<TextItem<'a>>,
    pub(super) total: Vec<TextItem<'a>>,
    pub(super) page_total: Vec<TextItem<'a>>,
    pub(super) end: Vec<TextItem<'a>>,
    pub(super) attach: Option<TextItem<'a>>,
    /// The heading of a block, when it is drawn with the rows.
    pub(super) head: Vec<Work<'a>>,
}

impl<'a> BandItems<'a> {
    fn cells(&self, kind: SlotKind) -> &[TextItem<'a>] {
        match kind {
            SlotKind::Row => &[],
            SlotKind::Heading => &self.heading,
            SlotKind::HeadingMore => &self.heading_more,
            SlotKind::Subtotal => &self.subtotal,
            SlotKind::PageTotal => &self.page_total,
            SlotKind::Total => &self.total,
            SlotKind::End => &self.end,
        }
    }
}

/// The slots of one block of a table on one page.
struct Block<'l> {
    /// Its top left corner, below the heading.
    at: Point,
    slots: &'l [Slot],
    /// How far down it has lines.
    extent: Length,
    /// Whether it is empty because all rows went to continuation leaves.
    attached: bool,
}

/// The blocks of a table on a leaf.
fn blocks<'l>(item: &TableItem<'_>, layout: &'l Layout, leaf: u16) -> Vec<Block<'l>> {
    let table = item.table;
    let slots = layout.on_leaf(leaf);
    let attached = layout.attached && leaf <= 1;
    let blocks = (0..).zip(item.link.seats.clone()).map(|(block, seat)| {
        let start = slots.partition_point(|slot| slot.seat < seat);
        let end = slots.partition_point(|slot| slot.seat <= seat);
        let slots = &slots[start..end];
        let attached = attached && block == 0;
        let content = slots.last().map_or(Length::ZERO, |slot| slot.y + slot.height);
        let rows_min = match lines(table) {
            Some(lines) => lines.rows_min.max(u16::from(attached)),
            None => 0,
        };
        let extent = content.max(table.row_height * i32::from(rows_min));
        let at = Point { x: table.rect.x + table.block_step * block, y: table.rect.y };
        Block { at, slots, extent, attached }
    });
    blocks.collect()
}

fn lines(table: &Table) -> Option<&Lines> {
    table.bands.as_ref()?.lines.as_ref()
}

impl<'w, C: Canvas> Walk<'w, '_, C> {
    /// Shades what stands in a table with bands.
    pub(super) fn shade_bands(&mut self, item: &TableItem<'_>, bands: &BandItems<'_>) {
        let table = item.table;
        let layout = &self.layouts[bands.layout];
        let mut rows = 0;
        for block in blocks(item, layout, self.bound.piece.leaf) {
            if block.extent > Length::ZERO {
                for work in &bands.head {
                    if let Work::Panel(panel) = work {
                        let rect = moved(panel.rect, from_first(table, &block));
                        draw_panel(&crate::form::Panel { rect, ..(*panel).clone() }, self.canvas);
                    }
                }
            }
            for slot in block.slots {
                let fill = match slot.kind {
                    SlotKind::Row => {
                        rows += 1;
                        table.zebra.filter(|_| rows % 2 == 0)
                    }
                    kind => layout::band(table, kind).and_then(|band| band.fill),
                };
                if fill.is_some() {
                    let y = block.at.y + slot.y;
                    let rect = Rect::new(block.at.x, y, table.rect.width, slot.height);
                    self.canvas.area(rect, Length::ZERO, fill, None);
                }
            }
        }
    }

    /// Draws the rows and bands of a table on this page, and its lines.
    pub(super) fn bands(&mut self, item: &TableItem<'_>, bands: &BandItems<'_>) {
        let layout = &self.layouts[bands.layout];
        for block in blocks(item, layout, self.bound.piece.leaf) {
            if let Some(lines) = lines(item.table).filter(|_| block.extent > Length::ZERO) {
                self.lines(item.table, lines, &block);
                for work in &bands.head {
                    if let Work::Text(text) = work {
                        self.text(text, from_first(item.table, &block));
                    }
                }
            }
            if let Some(attach) = bands.attach.as_ref().filter(|_| block.attached) {
                let end = u32::try_from(layout.rows.len()).unwrap_or(u32::MAX);
                self.add_up(layout, 0, end);
                self.text(attach, block.at);
            }
            for slot in block.slots {
                self.slot(item, bands, layout, slot, block.at);
            }
        }
        (self.bound.row, self.bound.sums) = (None, None);
    }

    fn slot(
        &mut self,
        item: &TableItem<'_>,
        bands: &BandItems<'_>,
        layout: &'w Layout,
        slot: &Slot,
        block: Point,
    ) {
        let row = |number: u32| Row { index: layout.rows[number as usize], number: number + 1 };
        self.bound.row = match slot.kind {
            SlotKind::Row | SlotKind::Heading | SlotKind::HeadingMore => Some(row(slot.start)),
            SlotKind::Subtotal => Some(row(slot.end - 1)),
            SlotKind::PageTotal | SlotKind::Total | SlotKind::End => None,
        };
        self.add_up(layout, slot.start, slot.end);
        let by = Point { x: block.x, y: block.y + slot.y };
        let cells = if slot.kind == SlotKind::Row { &item.cells } else { bands.cells(slot.kind) };
        for cell in cells {
            self.text(cell, by);
        }
        if let Some(stroke) = item.table.row_rule.filter(|_| slot.kind == SlotKind::Row) {
            let y = by.y + slot.height;
            let right = by.x + item.table.rect.width;
            self.canvas.line(Point { x: by.x, y }, Point { x: right, y }, stroke);
        }
    }

    /// The rows that the next texts add up.
    fn add_up(&mut self, layout: &'w Layout, start: u32, end: u32) {
        let notice = self.bound.piece.notice;
        self.bound.sums = Some(Sums { notice, rows: &layout.rows, start, end });
    }

    /// The frame, the lines between slots and those between columns, as far as they go.
    fn lines(&mut self, table: &Table, lines: &Lines, block: &Block<'_>) {
        let (left, right) = (block.at.x, block.at.x + table.rect.width);
        let (top, bottom) = (block.at.y - lines.heading, block.at.y + block.extent);
        if let Some(stroke) = lines.line {
            for y in across(table, lines, block) {
                let y = block.at.y + y;
                self.canvas.line(Point { x: left, y }, Point { x: right, y }, stroke);
            }
            for &divider in &lines.dividers {
                self.divider(table, lines, block, divider, stroke);
            }
        }
        if lines.frame.is_some() {
            let rect = Rect::new(left, top, right - left, bottom - top);
            self.canvas.area(rect, Length::ZERO, None, lines.frame);
        }
    }

    /// A line between columns, interrupted by bands whose cells go over it.
    fn divider(
        &mut self,
        table: &Table,
        lines: &Lines,
        block: &Block<'_>,
        divider: Length,
        stroke: Stroke,
    ) {
        let x = block.at.x + divider;
        let mut start = -lines.heading;
        let mut line = |from: Length, to: Length| {
            if to > from {
                let (from, to) = (block.at.y + from, block.at.y + to);
                self.canvas.line(Point { x, y: from }, Point { x, y: to }, stroke);
            }
        };
        if block.attached {
            return line(start, Length::ZERO);
        }
        for slot in block.slots {
            let band = layout::band(table, slot.kind);
            if band.is_some_and(|band| !band.dividers.contains(&divider)) {
                line(start, slot.y);
                start = slot.y + slot.height;
            }
        }
        line(start, block.extent);
    }
}

/// Where lines go across a block, from its top: under the heading, between slots, and between the
/// empty rows below.
fn across(table: &Table, lines: &Lines, block: &Block<'_>) -> Vec<Length> {
    let mut ys = Vec::new();
    if lines.heading > Length::ZERO {
        ys.push(Length::ZERO);
    }
    if block.attached {
        return ys;
    }
    let mut y = Length::ZERO;
    for slot in block.slots {
        y = slot.y + slot.height;
        ys.push(y);
    }
    while y < block.extent {
        y += table.row_height;
        ys.push(y);
    }
    ys.retain(|y| *y < block.extent);
    ys
}

/// How far a block lies from the table's first.
fn from_first(table: &Table, block: &Block<'_>) -> Point {
    Point { x: block.at.x - table.rect.x, y: block.at.y - table.rect.y }
}
