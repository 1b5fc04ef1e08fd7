//! Where the rows and bands of a table stand: groups with their headings and subtotals, totals, and
//! rows that went to continuation leaves as a whole. It places, and draws nothing.

use super::flow::LEAVES_MAX;
use crate::form::{Band, Bands, Table};
use crate::measure::Length;
use crate::model::Notice;
use std::ops::Range;

/// A block of a table as a place for rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seat<'f> {
    pub(super) table: &'f Table,
    /// Whether it is the table's last block on its page.
    last: bool,
}

/// The blocks of a chain whose tables have bands, in the order in which rows fill them.
#[derive(Debug, Clone, Default)]
pub(super) struct Seats<'f> {
    pub(super) first: Vec<Seat<'f>>,
    pub(super) more: Vec<Seat<'f>>,
}

/// What stands in a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SlotKind {
    Row,
    Heading,
    HeadingMore,
    Subtotal,
    PageTotal,
    Total,
    End,
}

/// A row or a band where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slot {
    pub(super) kind: SlotKind,
    pub(super) leaf: u16,
    /// Its seat: an index of `first` on the first leaf, of `more` on others.
    pub(super) seat: usize,
    /// From the top of the block.
    pub(super) y: Length,
    pub(super) height: Length,
    /// The rows that it prints or adds up, by their numbers in the chain from 0.
    pub(super) start: u32,
    pub(super) end: u32,
}

/// All slots of a chain for one record, in the order of pages.
#[derive(Debug, Default)]
pub(super) struct Layout {
    /// The rows of the chain, by their positions in the record.
    pub(super) rows: Vec<u32>,
    pub(super) slots: Vec<Slot>,
    /// Whether all rows went to continuation leaves.
    pub(super) attached: bool,
}

impl Layout {
    /// The slots of one leaf.
    pub(super) fn on_leaf(&self, leaf: u16) -> &[Slot] {
        let start = self.slots.partition_point(|slot| slot.leaf < leaf);
        let end = self.slots.partition_point(|slot| slot.leaf <= leaf);
        &self.slots[start..end]
    }
}

impl<'f> Seats<'f> {
    /// Adds the blocks of a table; the seats that they are.
    pub(super) fn add(&mut self, table: &'f Table, on_first: bool) -> Range<usize> {
        let seats = if on_first { &mut self.first } else { &mut self.more };
        let start = seats.len();
        let blocks = table.blocks.max(1);
        seats.extend((1..=blocks).map(|block| Seat { table, last: block == blocks }));
        start..seats.len()
    }

    fn on(&self, leaf: u16) -> &[Seat<'f>] {
        if leaf <= 1 { &self.first } else { &self.more }
    }

    /// Places the rows that stand in `layout.rows`: how many leaves they take.
    ///
    /// # Errors
    /// How many rows found a place, when not all do.
    pub(super) fn place(&self, notice: &Notice<'_>, layout: &mut Layout) -> Result<u16, u32> {
        let attach = self.first.iter().any(|seat| bands(seat).is_some_and(|b| b.attach.is_some()));
        layout.attached = false;
        let start = if self.first.is_empty() { 2 } else { 1 };
        let leaves = self.place_from(start, notice, layout);
        if !attach || leaves == Ok(1) {
            return leaves;
        }
        layout.attached = true;
        self.place_from(2, notice, layout)
    }

    fn place_from(&self, leaf: u16, notice: &Notice<'_>, layout: &mut Layout) -> Result<u16, u32> {
        let Layout { rows, slots, .. } = layout;
        slots.clear();
        let y = Length::ZERO;
        let mut placing = Placing { seats: self, slots, leaf, seat: 0, y, page: None };
        let placed = placing.all(rows, notice);
        let leaves = slots.last().map_or(1, |slot| slot.leaf);
        match placed {
            Some(()) => Ok(leaves),
            None => Err(count(slots.iter().filter(|slot| slot.kind == SlotKind::Row).count())),
        }
    }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn bands<'f>(seat: &Seat<'f>) -> Option<&'f Bands> {
    seat.table.bands.as_deref()
}

/// The band of a kind in a seat's table; `None` for rows and where there is none.
pub(super) fn band(table: &Table, kind: SlotKind) -> Option<&Band> {
    let bands = table.bands.as_deref()?;
    let group = bands.group.as_ref();
    match kind {
        SlotKind::Row => None,
        SlotKind::Heading => group?.heading.as_ref(),
        SlotKind::HeadingMore => group?.heading_more.as_ref(),
        SlotKind::Subtotal => group?.subtotal.as_ref(),
        SlotKind::PageTotal => bands.page_total.as_ref(),
        SlotKind::Total => bands.total.as_ref(),
        SlotKind::End => bands.end.as_ref(),
    }
}

fn seat_height(seat: &Seat<'_>) -> Length {
    seat.table.row_height * i32::from(seat.table.rows)
}

/// The height that rows may take in a seat: in the last block of a page its total has its place,
/// which is counted with the rows when they are the last of all.
fn room(seat: &Seat<'_>, tail: bool) -> Length {
    let reserved =
        if seat.last && !tail { height(seat, SlotKind::PageTotal) } else { Length::ZERO };
    seat_height(seat) - reserved
}

/// What stands after the last row of all.
fn totals(seat: &Seat<'_>) -> Length {
    height(seat, SlotKind::PageTotal) + height(seat, SlotKind::Total)
}

fn height(seat: &Seat<'_>, kind: SlotKind) -> Length {
    match kind {
        SlotKind::Row => seat.table.row_height,
        other => band(seat.table, other).map_or(Length::ZERO, |band| band.height),
    }
}

/// Rows on their way into seats.
struct Placing<'p, 'f> {
    seats: &'p Seats<'f>,
    slots: &'p mut Vec<Slot>,
    leaf: u16,
    seat: usize,
    /// Where the next slot starts in the seat.
    y: Length,
    /// The first row on this page.
    page: Option<u32>,
}

impl<'f> Placing<'_, 'f> {
    fn all(&mut self, rows: &[u32], notice: &Notice<'_>) -> Option<()> {
        let end = count(rows.len());
        let mut start = 0;
        while start < end {
            let group = start..self.group_end(start, rows, notice);
            self.group(&group, end)?;
            start = group.end;
        }
        if self.current().is_none() {
            // Without rows there is no continuation leaf for a total to stand on.
            return (end == 0).then_some(());
        }
        self.page_total(end);
        self.put_if(SlotKind::Total, 0..end);
        let seat = self.current()?;
        if self.y + height(seat, SlotKind::End) <= seat_height(seat) {
            self.put_if(SlotKind::End, end..end);
        }
        Some(())
    }

    /// Where the group that starts with row `start` ends; without groups all rows are one.
    fn group_end(&self, start: u32, rows: &[u32], notice: &Notice<'_>) -> u32 {
        let all = self.seats.first.iter().chain(&self.seats.more);
        let by = all.filter_map(bands).find_map(|bands| Some(bands.group.as_ref()?.by));
        let Some(by) = by else { return count(rows.len()) };
        let value = |row: &u32| notice.row_field(*row as usize, by);
        let rest = &rows[start as usize..];
        let same = rest.iter().take_while(|row| value(row) == value(&rest[0])).count();
        start + count(same)
    }

    /// Places the rows of a group with its heading and subtotal, and keeps it together if it can.
    fn group(&mut self, group: &Range<u32>, end: u32) -> Option<()> {
        let is_last = group.end == end;
        self.keep(group, is_last)?;
        for row in group.clone() {
            let (first, last) = (row == group.start, row + 1 == group.end);
            // A heading stands before a row, subtotals and totals after one: never alone.
            let tail = last && is_last;
            self.make_room(tail, |seat, y| {
                let mut needed = height(seat, SlotKind::Row);
                if first {
                    needed += height(seat, SlotKind::Heading);
                } else if y == Length::ZERO {
                    needed += height(seat, SlotKind::HeadingMore);
                }
                if last {
                    needed += height(seat, SlotKind::Subtotal);
                }
                needed + if tail { totals(seat) } else { Length::ZERO }
            })?;
            if first {
                self.put_if(SlotKind::Heading, group.clone());
            } else if self.y == Length::ZERO {
                self.put_if(SlotKind::HeadingMore, group.clone());
            }
            self.page.get_or_insert(row);
            self.put(SlotKind::Row, row..row + 1);
            if last {
                self.put_if(SlotKind::Subtotal, group.clone());
            }
        }
        Some(())
    }

    /// Goes on to the first block that holds the whole group, if the group is to be kept together
    /// and any block does.
    fn keep(&mut self, group: &Range<u32>, is_last: bool) -> Option<()> {
        let Some(seat) = self.current() else { return Some(()) };
        if !bands(seat).is_some_and(|bands| bands.keep) {
            return Some(());
        }
        let fits = |seat: &Seat<'_>, y: Length| {
            let rows = i64::from(seat.table.row_height.as_um()) * i64::from(count(group.len()));
            let bands = height(seat, SlotKind::Heading) + height(seat, SlotKind::Subtotal);
            let bands = bands + if is_last { totals(seat) } else { Length::ZERO };
            rows + i64::from((y + bands).as_um()) <= i64::from(room(seat, is_last).as_um())
        };
        if fits(seat, self.y) {
            return Some(());
        }
        let here = &self.seats.on(self.leaf)[self.seat + 1..];
        let mut later = here.iter().chain(&self.seats.more);
        let Some(steps) = later.position(|seat| fits(seat, Length::ZERO)) else { return Some(()) };
        for _ in 0..=steps {
            self.advance()?;
        }
        Some(())
    }

    /// Goes on until a seat has room for what is needed there, below what stands in it.
    fn make_room(
        &mut self,
        tail: bool,
        needed: impl Fn(&Seat<'_>, Length) -> Length,
    ) -> Option<()> {
        let most = self.seats.first.len() + 2 * self.seats.more.len();
        for _ in 0..=most {
            if let Some(seat) = self.current()
                && self.y + needed(seat, self.y) <= room(seat, tail)
            {
                return Some(());
            }
            self.advance()?;
        }
        None
    }

    fn current(&self) -> Option<&Seat<'f>> {
        self.seats.on(self.leaf).get(self.seat)
    }

    /// Goes on to the next seat; a page that is left gets its total.
    fn advance(&mut self) -> Option<()> {
        let seats = self.seats.on(self.leaf);
        let leaves_page = seats.get(self.seat).is_none_or(|seat| seat.last);
        if leaves_page {
            let row = self.slots.iter().rev().find(|slot| slot.kind == SlotKind::Row);
            if let Some(end) = row.map(|slot| slot.end) {
                self.page_total(end);
            }
            self.page = None;
        }
        self.y = Length::ZERO;
        self.seat += 1;
        if self.seat < seats.len() {
            return Some(());
        }
        (self.leaf, self.seat) = (self.leaf + 1, 0);
        (self.leaf <= LEAVES_MAX && !self.seats.more.is_empty()).then_some(())
    }

    /// The total of the page whose last row is before `end`: below the last slot, or at the top of
    /// the page's next block when that block is full.
    fn page_total(&mut self, end: u32) {
        let Some((start, last)) = self.page.zip(self.slots.last().copied()) else { return };
        let kind = SlotKind::PageTotal;
        let seats = self.seats.on(self.leaf);
        let Some(band) = seats.get(last.seat).and_then(|seat| band(seat.table, kind)) else {
            return;
        };
        let bottom = last.y + last.height;
        let below = bottom + band.height <= seat_height(&seats[last.seat]);
        let (seat, y) = if below { (last.seat, bottom) } else { (last.seat + 1, Length::ZERO) };
        let (leaf, height) = (self.leaf, band.height);
        self.slots.push(Slot { kind, leaf, seat, y, height, start, end });
        if seat == self.seat {
            self.y = y + height;
        }
    }

    /// Puts a band where there is one.
    fn put_if(&mut self, kind: SlotKind, rows: Range<u32>) {
        if self.current().is_some_and(|seat| band(seat.table, kind).is_some()) {
            self.put(kind, rows);
        }
    }

    fn put(&mut self, kind: SlotKind, rows: Range<u32>) {
        let Some(seat) = self.current() else { return };
        let height = height(seat, kind);
        let Range { start, end } = rows;
        let (leaf, seat, y) = (self.leaf, self.seat, self.y);
        self.slots.push(Slot { kind, leaf, seat, y, height, start, end });
        self.y += height;
    }
}

#[cfg(test)]
mod tests;
