//! The order in which leaves fill slots: pure integer arithmetic, no lengths. Which leaf lies where, and
//! where a leaf lies.

use super::LeafRef;
use super::lanes::{Lanes, TooThick};
use crate::model::{Arrangement, Scheme};

/// The order of a lot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Order {
    arrangement: Arrangement,
    slots: u32,
    /// The first leaf of each piece, and one past the last leaf of all.
    starts: Vec<u32>,
    kind: Kind,
    sheets: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    /// Leaf after leaf in reading order.
    Rows,
    /// The first sheet of each piece, and one past the last sheet of all.
    Sets(Vec<u32>),
    /// Stacks of lanes.
    Lanes(Lanes),
}

impl Order {
    /// Lays the pieces, given by their leaves, in slots. `depth` is the most sheets of a stack.
    pub(super) fn new(
        arrangement: Arrangement,
        depth: u32,
        leaves: impl Iterator<Item = u16>,
    ) -> Result<Self, TooThick> {
        let mut starts = vec![0];
        let mut end = 0_u32;
        for n in leaves {
            end = end.checked_add(u32::from(n)).expect("a lot has far fewer than 2^32 leaves");
            starts.push(end);
        }
        let slots = arrangement.slots();
        let (kind, sheets) = match arrangement.scheme {
            Scheme::NUp => (Kind::Rows, end.div_ceil(slots)),
            Scheme::PerPiece | Scheme::Booklet => {
                let firsts = sets(&starts, set_leaves(arrangement));
                let sheets = firsts[firsts.len() - 1];
                (Kind::Sets(firsts), sheets)
            }
            Scheme::CutAndStack | Scheme::StackByColumn | Scheme::StepAndRepeat => {
                let lanes = Lanes::new(lanes(arrangement), depth, &starts)?;
                let sheets = lanes.sheets();
                (Kind::Lanes(lanes), sheets)
            }
        };
        Ok(Self { arrangement, slots, starts, kind, sheets })
    }

    /// Sheets of the lot.
    pub(super) const fn sheets(&self) -> u32 {
        self.sheets
    }

    /// Leaves of the lot.
    pub(super) fn leaves(&self) -> u32 {
        self.starts[self.starts.len() - 1]
    }

    /// The sheets that are cut or folded together, in order; none where sheets are cut one by one.
    pub(super) fn stacks(&self) -> Vec<u32> {
        match &self.kind {
            Kind::Lanes(lanes) => lanes.depths().collect(),
            Kind::Sets(firsts) if self.arrangement.scheme == Scheme::Booklet => {
                firsts.windows(2).map(|pair| pair[1] - pair[0]).collect()
            }
            Kind::Sets(_) | Kind::Rows => Vec::new(),
        }
    }

    /// How deep a sheet lies in its booklet: the outermost is 0.
    pub(super) fn nesting(&self, sheet: u32) -> u32 {
        match &self.kind {
            Kind::Sets(firsts) if self.arrangement.scheme == Scheme::Booklet => {
                sheet - firsts[set_of(firsts, sheet)]
            }
            _ => 0,
        }
    }

    /// The number of the leaf, counted through the lot, at a slot.
    pub(super) fn leaf_number(&self, sheet: u32, slot: u32) -> Option<u32> {
        if sheet >= self.sheets || slot >= self.slots {
            return None;
        }
        match &self.kind {
            Kind::Rows => Some(sheet * self.slots + slot).filter(|&leaf| leaf < self.leaves()),
            Kind::Sets(firsts) => {
                let piece = set_of(firsts, sheet);
                let above = sheet - firsts[piece];
                let place = if self.arrangement.scheme == Scheme::Booklet {
                    let all = (firsts[piece + 1] - firsts[piece]) * 2;
                    let [near, _] = self.arrangement.folded();
                    if slot == near { above } else { all - 1 - above }
                } else {
                    above * self.slots + slot
                };
                Some(self.starts[piece] + place).filter(|&leaf| leaf < self.starts[piece + 1])
            }
            Kind::Lanes(lanes) => {
                let (lane, place) = self.lane(slot);
                lanes.leaf(sheet, lane, place, self.arrangement.is_face_down(slot))
            }
        }
    }

    /// The lane of a slot, and its place among the lane's leaves of a sheet.
    fn lane(&self, slot: u32) -> (u32, u32) {
        #[expect(clippy::integer_division, reason = "whole rows above the slot")]
        match self.arrangement.scheme {
            Scheme::StackByColumn => {
                (slot % self.arrangement.columns, slot / self.arrangement.columns)
            }
            Scheme::StepAndRepeat => (0, 0),
            _ => (slot, 0),
        }
    }

    /// Which leaf of which piece a leaf number is.
    pub(super) fn leaf_ref(&self, leaf: u32) -> LeafRef {
        let piece = self.starts.partition_point(|&start| start <= leaf) - 1;
        self.leaf_of(piece, leaf)
    }

    /// The same, quicker when the piece is most likely `hint` or the next.
    pub(super) fn leaf_ref_near(&self, leaf: u32, hint: u32) -> LeafRef {
        let hint = hint as usize;
        for (piece, span) in self.starts.windows(2).enumerate().skip(hint).take(2) {
            if (span[0]..span[1]).contains(&leaf) {
                return self.leaf_of(piece, leaf);
            }
        }
        self.leaf_ref(leaf)
    }

    fn leaf_of(&self, piece: usize, leaf: u32) -> LeafRef {
        let (start, end) = (self.starts[piece], self.starts[piece + 1]);
        let count = |n: u32| u16::try_from(n).expect("a piece has at most 65,535 leaves");
        LeafRef {
            piece: u32::try_from(piece).expect("a lot has far fewer than 2^32 pieces"),
            leaf: count(leaf - start + 1),
            leaves: count(end - start),
        }
    }

    /// Where a leaf (from 1) of a piece lies: sheet and slot; of copies the first.
    #[expect(clippy::integer_division, reason = "whole sheets before the leaf")]
    pub(super) fn slot_of(&self, piece: u32, leaf: u16) -> Option<(u32, u32)> {
        let piece = piece as usize;
        let [start, end] = *self.starts.get(piece..)?.first_chunk()?;
        let place = u32::from(leaf).checked_sub(1).filter(|&place| start + place < end)?;
        match &self.kind {
            Kind::Rows => Some(((start + place) / self.slots, (start + place) % self.slots)),
            Kind::Sets(firsts) if self.arrangement.scheme == Scheme::Booklet => {
                let sheets = firsts[piece + 1] - firsts[piece];
                let [near, far] = self.arrangement.folded();
                let (above, slot) =
                    if place < sheets { (place, near) } else { (2 * sheets - 1 - place, far) };
                Some((firsts[piece] + above, slot))
            }
            Kind::Sets(firsts) => Some((firsts[piece] + place / self.slots, place % self.slots)),
            Kind::Lanes(lanes) => {
                let is_face_down = |lane| self.arrangement.is_face_down(lane);
                let (sheet, lane, row) = lanes.place(start + place, is_face_down);
                Some((sheet, lane + row * self.arrangement.columns))
            }
        }
    }
}

/// Leaves of a sheet that belong to one piece.
const fn set_leaves(arrangement: Arrangement) -> u32 {
    match arrangement.scheme {
        Scheme::Booklet => 2,
        _ => arrangement.slots(),
    }
}

/// Lanes of a sheet, and how many leaves each has on it.
const fn lanes(arrangement: Arrangement) -> [u32; 2] {
    match arrangement.scheme {
        Scheme::StackByColumn => [arrangement.columns, arrangement.rows],
        Scheme::StepAndRepeat => [1, 1],
        _ => [arrangement.slots(), 1],
    }
}

/// The first sheet of each piece on sheets of its own, and one past the last.
fn sets(starts: &[u32], leaves_a_sheet: u32) -> Vec<u32> {
    let mut end = 0;
    let ends = starts.windows(2).map(|pair| {
        end += (pair[1] - pair[0]).div_ceil(leaves_a_sheet);
        end
    });
    std::iter::once(0).chain(ends).collect()
}

/// The piece whose sheets have this one.
fn set_of(firsts: &[u32], sheet: u32) -> usize {
    firsts.partition_point(|&first| first <= sheet) - 1
}

/// How many of the leading pieces, given by their leaves, fit on at most `sheets_max` sheets.
pub(super) fn fit(
    arrangement: Arrangement,
    depth: u32,
    leaves: impl Iterator<Item = u16>,
    sheets_max: u32,
) -> usize {
    let mut leaves = leaves.map(u64::from).peekable();
    let (mut fitted, mut budget) = (0, u64::from(sheets_max));
    match arrangement.scheme {
        Scheme::NUp => {
            let mut room = budget * u64::from(arrangement.slots());
            while let Some(n) = leaves.next_if(|&n| n <= room) {
                room -= n;
                fitted += 1;
            }
        }
        Scheme::PerPiece | Scheme::Booklet => {
            let a_sheet = u64::from(set_leaves(arrangement));
            while let Some(n) = leaves.next_if(|&n| n.div_ceil(a_sheet) <= budget) {
                budget -= n.div_ceil(a_sheet);
                fitted += 1;
            }
        }
        Scheme::CutAndStack | Scheme::StackByColumn | Scheme::StepAndRepeat => {
            let [lanes, a_sheet] = lanes(arrangement).map(u64::from);
            loop {
                let cap = budget.min(u64::from(depth));
                let mut tallest = 0;
                for _ in 0..lanes {
                    let mut pile = 0;
                    while let Some(n) = leaves.next_if(|&n| pile + n <= cap * a_sheet) {
                        pile += n;
                        fitted += 1;
                    }
                    tallest = tallest.max(pile.div_ceil(a_sheet));
                }
                budget -= tallest;
                // A block shallower than a full stack is a lot's last.
                if tallest == 0 || cap < u64::from(depth) || leaves.peek().is_none() {
                    break;
                }
            }
        }
    }
    fitted
}
