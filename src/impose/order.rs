//! The order in which leaves fill slots: pure integer arithmetic, no lengths. Which leaf lies where,
//! where a leaf lies, and what the guillotine makes of the sheets.

use super::LeafRef;
use crate::model::Scheme;
use std::ops::Range;

/// A pile that cannot be made: a piece has more leaves than a stack is deep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooThick {
    pub(super) piece: u32,
    pub(super) leaves: u16,
}

/// A block of sheets that is cut as one stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Block {
    /// Its first sheet.
    sheet: u32,
    /// Its sheets.
    depth: u32,
}

/// The leaves of one slot through a block, top to bottom; blanks follow up to the block's depth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Pile {
    /// Its first leaf, counted through the lot.
    leaf: u32,
    /// How many leaves it has.
    leaves: u32,
}

/// The order of a lot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Order {
    slots: u32,
    /// The first leaf of each piece, and one past the last leaf of all.
    starts: Vec<u32>,
    /// Cut-and-stack only; n-up needs no table.
    blocks: Vec<Block>,
    /// `slots` piles a block.
    piles: Vec<Pile>,
    stacked: bool,
    sheets: u32,
}

impl Order {
    /// Lays the pieces, given by their leaves, in slots. `depth` is the most sheets of a stack.
    pub(super) fn new(
        scheme: Scheme,
        slots: u32,
        depth: u32,
        leaves: impl Iterator<Item = u16>,
    ) -> Result<Self, TooThick> {
        let mut starts = vec![0];
        let mut end = 0_u32;
        for n in leaves {
            end = end.checked_add(u32::from(n)).expect("a lot has far fewer than 2^32 leaves");
            starts.push(end);
        }
        let stacked = scheme == Scheme::CutAndStack;
        let mut order = Self { slots, starts, blocks: vec![], piles: vec![], stacked, sheets: 0 };
        if stacked {
            order.stack(depth)?;
        } else {
            order.sheets = end.div_ceil(slots);
        }
        Ok(order)
    }

    fn pieces(&self) -> usize {
        self.starts.len() - 1
    }

    /// Fills block after block; the last is as shallow as its pieces allow.
    fn stack(&mut self, depth: u32) -> Result<(), TooThick> {
        let mut piece = 0;
        while piece < self.pieces() {
            let (mut end, mut fill) = self.fill(piece, depth, None);
            if end == piece {
                let leaves = self.starts[piece + 1] - self.starts[piece];
                return Err(TooThick {
                    piece: u32::try_from(piece).unwrap_or(u32::MAX),
                    leaves: u16::try_from(leaves).unwrap_or(u16::MAX),
                });
            }
            let mut cap = depth;
            if end == self.pieces() {
                cap = self.shallowest(piece, fill);
                (end, fill) = self.fill(piece, cap, None);
            }
            let mut piles = std::mem::take(&mut self.piles);
            self.fill(piece, cap, Some(&mut piles));
            self.piles = piles;
            self.blocks.push(Block { sheet: self.sheets, depth: fill });
            self.sheets += fill;
            piece = end;
        }
        Ok(())
    }

    /// The smallest depth at which all pieces from `piece` on fit into one block, knowing that they
    /// fit at `enough`.
    fn shallowest(&self, piece: usize, enough: u32) -> u32 {
        let rest = self.starts[self.pieces()] - self.starts[piece];
        let (mut low, mut high) = (rest.div_ceil(self.slots).max(1), enough);
        while low < high {
            let middle = low.midpoint(high);
            if self.fill(piece, middle, None).0 == self.pieces() {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        high
    }

    /// Fills one block with whole pieces from `piece` on, at most `cap` leaves a pile: the piece
    /// after the last that fits, and the leaves of the tallest pile.
    fn fill(&self, piece: usize, cap: u32, mut piles: Option<&mut Vec<Pile>>) -> (usize, u32) {
        let (mut piece, mut tallest) = (piece, 0);
        for _ in 0..self.slots {
            let leaf = self.starts[piece];
            let fits = self.starts[piece + 1..].partition_point(|&end| end - leaf <= cap);
            piece += fits;
            let leaves = self.starts[piece] - leaf;
            tallest = tallest.max(leaves);
            if let Some(piles) = piles.as_deref_mut() {
                piles.push(Pile { leaf, leaves });
            }
        }
        (piece, tallest)
    }

    /// Sheets of the lot.
    pub(super) const fn sheets(&self) -> u32 {
        self.sheets
    }

    /// Leaves of the lot.
    pub(super) fn leaves(&self) -> u32 {
        self.starts[self.pieces()]
    }

    /// The depths of the stacks, in sheet order; none for n-up.
    pub(super) fn stacks(&self) -> Vec<u32> {
        self.blocks.iter().map(|block| block.depth).collect()
    }

    /// The block that a sheet belongs to, and the sheets above it there.
    fn block_of(&self, sheet: u32) -> (usize, u32) {
        let block = self.blocks.partition_point(|block| block.sheet <= sheet) - 1;
        (block, sheet - self.blocks[block].sheet)
    }

    /// The number of the leaf, counted through the lot, at a slot.
    pub(super) fn leaf_number(&self, sheet: u32, slot: u32) -> Option<u32> {
        if sheet >= self.sheets || slot >= self.slots {
            return None;
        }
        if !self.stacked {
            return Some(sheet * self.slots + slot).filter(|&leaf| leaf < self.leaves());
        }
        let (block, above) = self.block_of(sheet);
        let pile = self.piles[block * self.slots as usize + slot as usize];
        (above < pile.leaves).then_some(pile.leaf + above)
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

    /// Where a leaf (from 1) of a piece lies: sheet and slot.
    pub(super) fn slot_of(&self, piece: u32, leaf: u16) -> Option<(u32, u32)> {
        let [start, end] = *self.starts.get(piece as usize..)?.first_chunk()?;
        let number = (start + u32::from(leaf)).checked_sub(1).filter(|&n| n < end && leaf > 0)?;
        if !self.stacked {
            #[expect(clippy::integer_division, reason = "whole sheets before the leaf")]
            return Some((number / self.slots, number % self.slots));
        }
        let pile = self.piles.partition_point(|pile| pile.leaf <= number) - 1;
        #[expect(clippy::integer_division, reason = "piles stand in rows of one block each")]
        let (block, slot) = (pile / self.slots as usize, pile % self.slots as usize);
        let sheet = self.blocks[block].sheet + (number - self.piles[pile].leaf);
        Some((sheet, u32::try_from(slot).expect("slots are few")))
    }

    /// The sheets that are cut together, block after block; for n-up each sheet by itself.
    pub(super) fn blocks(&self) -> impl Iterator<Item = Range<u32>> {
        let single = if self.stacked { 0..0 } else { 0..self.sheets };
        let blocks = self.blocks.iter().map(|block| block.sheet..block.sheet + block.depth);
        blocks.chain(single.map(|sheet| sheet..sheet + 1))
    }
}

/// How many of the leading pieces, given by their leaves, fit on at most `sheets_max` sheets.
pub(super) fn fit(
    scheme: Scheme,
    slots: u32,
    depth: u32,
    leaves: impl Iterator<Item = u16>,
    sheets_max: u32,
) -> usize {
    let mut leaves = leaves.map(u64::from).peekable();
    let (mut fitted, mut budget) = (0, u64::from(sheets_max));
    if scheme == Scheme::NUp {
        let mut room = budget * u64::from(slots);
        while let Some(n) = leaves.next_if(|&n| n <= room) {
            room -= n;
            fitted += 1;
        }
        return fitted;
    }
    loop {
        let cap = budget.min(u64::from(depth));
        let mut tallest = 0;
        for _ in 0..slots {
            let mut pile = 0;
            while let Some(n) = leaves.next_if(|&n| pile + n <= cap) {
                pile += n;
                fitted += 1;
            }
            tallest = tallest.max(pile);
        }
        budget -= tallest;
        // A block shallower than a full stack is a lot's last.
        if tallest == 0 || cap < u64::from(depth) || leaves.peek().is_none() {
            return fitted;
        }
    }
}
