//! How the rows of a record flow through the tables of a form: tables of one name continue each
//! other from face to face, first leaf front and back, then as many continuation leaves as needed.

use super::layout::{Layout, Seats};
use super::sums;
use crate::form::{Cards, FaceRole, Form, Item, Table};
use crate::model::{FieldIndex, Notice};
use std::ops::Range;

/// A piece has at most so many leaves: the slot mark counts them with three digits.
pub(super) const LEAVES_MAX: u16 = 999;

/// Tables of one name.
#[derive(Debug, Clone)]
pub(super) struct Chain<'f> {
    /// The name.
    pub(super) name: &'f str,
    /// Only rows whose field has this text; lint sees to it that all tables of the chain agree.
    pub(super) rows_when: Option<(FieldIndex, &'f str)>,
    /// Rows on the first leaf.
    first: u32,
    /// Rows on each continuation leaf.
    more: u32,
    /// The position of its seats in [`Flow::seats`], when its tables have bands.
    pub(super) banded: Option<usize>,
}

/// A table's part in its chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Link {
    /// The chain's position.
    pub(super) chain: usize,
    /// Rows that stand on the same leaf before this table.
    before: u32,
    /// Rows of this table.
    capacity: u32,
    /// The seats of a table with bands.
    pub(super) seats: Range<usize>,
}

impl Link {
    /// The numbers (from 0, in the chain) of the rows that this table holds on leaf `leaf`.
    pub(super) fn rows(&self, chain: &Chain<'_>, leaf: u16) -> Range<u32> {
        let earlier = match leaf {
            0 | 1 => 0,
            leaf => chain.first.saturating_add(chain.more.saturating_mul(u32::from(leaf) - 2)),
        };
        let start = earlier.saturating_add(self.before);
        start..start.saturating_add(self.capacity)
    }
}

impl Chain<'_> {
    /// How many rows of the notice it takes.
    pub(super) fn count(&self, notice: &Notice<'_>) -> u32 {
        let count = match self.rows_when {
            None => notice.row_count(),
            Some(when) => (0..notice.row_count()).filter(|&row| admits(notice, row, when)).count(),
        };
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// The rows (their positions in the record) with the numbers `wanted`, into `rows`.
    pub(super) fn select(&self, notice: &Notice<'_>, wanted: Range<u32>, rows: &mut Vec<u32>) {
        rows.clear();
        let count = u32::try_from(notice.row_count()).unwrap_or(u32::MAX);
        let Some(when) = self.rows_when else {
            rows.extend(wanted.start..wanted.end.min(count));
            return;
        };
        let (skip, take) = (wanted.start as usize, wanted.len());
        let admitted = (0..count).filter(|&row| admits(notice, row as usize, when));
        rows.extend(admitted.skip(skip).take(take));
    }

    /// How many leaves `rows` rows need; `None` when they do not fit at all.
    pub(super) fn leaves(&self, rows: u32) -> Option<u16> {
        let rest = rows.saturating_sub(self.first);
        if rest == 0 {
            return Some(1);
        }
        let more = rest.checked_add(self.more.checked_sub(1)?)?.checked_div(self.more)?;
        u16::try_from(more.checked_add(1)?).ok().filter(|&leaves| leaves <= LEAVES_MAX)
    }

    /// The most rows it can ever hold.
    pub(super) fn capacity(&self) -> u32 {
        let further = u32::from(LEAVES_MAX) - 1;
        self.first.saturating_add(self.more.saturating_mul(further))
    }
}

fn admits(notice: &Notice<'_>, row: usize, (field, text): (FieldIndex, &str)) -> bool {
    notice.row_field(row, field).text() == text
}

/// The chains of a form, and the link of each table by face and item.
#[derive(Debug, Clone, Default)]
pub(super) struct Flow<'f> {
    pub(super) chains: Vec<Chain<'f>>,
    /// The seats of chains with bands.
    pub(super) seats: Vec<Seats<'f>>,
    /// Row fields that their bands add up.
    summed: &'f [FieldIndex],
    links: Vec<((usize, usize), Link)>,
}

/// What keeps the rows of a record from being printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Misfit {
    /// There are more than the form holds.
    TooMany { rows: u32, capacity: u32 },
    /// A field of them adds up to more than can be exact.
    Sum(FieldIndex),
}

impl<'f> Flow<'f> {
    /// Joins the tables of a form. Backs of forms printed on one side take no rows.
    pub(super) fn new(form: &'f Form) -> Self {
        let mut flow = Self { summed: &form.summed, ..Self::default() };
        let order =
            [FaceRole::FirstFront, FaceRole::FirstBack, FaceRole::MoreFront, FaceRole::MoreBack];
        for role in order {
            let is_printed =
                form.duplex || !matches!(role, FaceRole::FirstBack | FaceRole::MoreBack);
            let Some((face, items)) = form.face(role).filter(|_| is_printed) else { continue };
            for (index, item) in items.items.iter().enumerate() {
                match item {
                    Item::Table(table) => flow.join(form, (face, index), table, role),
                    Item::Cards(cards) => flow.join_cards(form, (face, index), cards, role),
                    _ => {}
                }
            }
        }
        flow
    }

    /// New seats for a chain, when any of its tables has bands.
    fn banded(&mut self, form: &Form, first: &Table) -> Option<usize> {
        let items = form.faces.iter().flat_map(|face| &face.items);
        let has_bands = items.into_iter().any(|item| match item {
            Item::Table(table) => table.name == first.name && table.bands.is_some(),
            _ => false,
        });
        has_bands.then(|| {
            self.seats.push(Seats::default());
            self.seats.len() - 1
        })
    }

    /// Joins cards to their chain; their backs show the rows of their fronts.
    fn join_cards(&mut self, form: &Form, at: (usize, usize), cards: &'f Cards, role: FaceRole) {
        let chain = self.chains.iter().position(|chain| chain.name == cards.name);
        if cards.is_back {
            let front = match role {
                FaceRole::FirstFront | FaceRole::FirstBack => FaceRole::FirstFront,
                _ => FaceRole::MoreFront,
            };
            let front = self.links.iter().find(|((face, _), link)| {
                Some(link.chain) == chain && form.faces[*face].role == front
            });
            self.links.extend(front.map(|(_, link)| (at, link.clone())));
            return;
        }
        let chain = chain.unwrap_or_else(|| {
            let rows_when = cards.rows_when.as_ref().map(|(field, text)| (*field, text.as_str()));
            let name = cards.name.as_str();
            self.chains.push(Chain { name, rows_when, first: 0, more: 0, banded: None });
            self.chains.len() - 1
        });
        let link = self.link_to(chain, cards.capacity(), role == FaceRole::FirstFront);
        self.links.push((at, link));
    }

    /// A link of so many rows at the end of what a chain has on a leaf.
    fn link_to(&mut self, chain: usize, capacity: u32, on_first: bool) -> Link {
        let joined = &mut self.chains[chain];
        let rows = if on_first { &mut joined.first } else { &mut joined.more };
        let before = *rows;
        *rows = rows.saturating_add(capacity);
        Link { chain, before, capacity, seats: 0..0 }
    }

    fn join(&mut self, form: &Form, at: (usize, usize), table: &'f Table, role: FaceRole) {
        let rows_when = table.rows_when.as_ref().map(|(field, text)| (*field, text.as_str()));
        let chain = self.chains.iter().position(|chain| chain.name == table.name);
        let chain = chain.unwrap_or_else(|| {
            let (name, banded) = (table.name.as_str(), self.banded(form, table));
            self.chains.push(Chain { name, rows_when, first: 0, more: 0, banded });
            self.chains.len() - 1
        });
        let on_first = matches!(role, FaceRole::FirstFront | FaceRole::FirstBack);
        let mut link = self.link_to(chain, table.capacity(), on_first);
        if let Some(banded) = self.chains[chain].banded {
            link.seats = self.seats[banded].add(table, on_first);
        }
        self.links.push((at, link));
    }

    /// The leaves that a chain takes for a notice; where its rows and bands stand into `layouts`.
    pub(super) fn leaves(
        &self,
        chain: &Chain<'_>,
        notice: &Notice<'_>,
        layouts: &mut [Layout],
    ) -> Result<u16, Misfit> {
        let Some(banded) = chain.banded else {
            let rows = chain.count(notice);
            let capacity = chain.capacity();
            return chain.leaves(rows).ok_or(Misfit::TooMany { rows, capacity });
        };
        let (seats, layout) = (&self.seats[banded], &mut layouts[banded]);
        let all = u32::try_from(notice.row_count()).unwrap_or(u32::MAX);
        chain.select(notice, 0..all, &mut layout.rows);
        let rows = &layout.rows;
        if let Some(field) = self.summed.iter().find(|field| sums::overflows(notice, rows, **field))
        {
            return Err(Misfit::Sum(*field));
        }
        let rows = u32::try_from(layout.rows.len()).unwrap_or(u32::MAX);
        seats.place(notice, layout).map_err(|capacity| Misfit::TooMany { rows, capacity })
    }

    /// The link of a table.
    pub(super) fn link(&self, face: usize, item: usize) -> Option<Link> {
        self.links.iter().find(|(at, _)| *at == (face, item)).map(|(_, link)| link.clone())
    }
}
