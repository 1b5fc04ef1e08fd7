//! Lanes: leaves that lie under each other in a stack. A stack of sheets has as many lanes as piles come
//! off it when it is cut: one a slot, one a column of a web. Pieces fill one lane after another.

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

/// The leaves of one lane through a block, top to bottom; blanks follow up to the block's depth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Pile {
    /// Its first leaf, counted through the lot.
    leaf: u32,
    /// How many leaves it has.
    leaves: u32,
}

/// The stacks of a lot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lanes {
    /// Lanes of a sheet.
    across: u32,
    /// Leaves that a lane has on a sheet.
    a_sheet: u32,
    blocks: Vec<Block>,
    /// `across` piles a block.
    piles: Vec<Pile>,
    sheets: u32,
}

impl Lanes {
    /// Fills block after block with the pieces whose first leaves are `starts`; the last is as shallow
    /// as its pieces allow.
    pub(super) fn new(
        [across, a_sheet]: [u32; 2],
        depth: u32,
        starts: &[u32],
    ) -> Result<Self, TooThick> {
        let mut new = Self { across, a_sheet, blocks: vec![], piles: vec![], sheets: 0 };
        let pieces = starts.len() - 1;
        let mut piece = 0;
        while piece < pieces {
            let (mut end, mut fill) = new.fill(starts, piece, depth, None);
            if end == piece {
                let leaves = starts[piece + 1] - starts[piece];
                return Err(TooThick {
                    piece: u32::try_from(piece).unwrap_or(u32::MAX),
                    leaves: u16::try_from(leaves).unwrap_or(u16::MAX),
                });
            }
            let mut cap = depth;
            if end == pieces {
                cap = new.shallowest(starts, piece, fill);
                (end, fill) = new.fill(starts, piece, cap, None);
            }
            let mut piles = std::mem::take(&mut new.piles);
            new.fill(starts, piece, cap, Some(&mut piles));
            new.piles = piles;
            new.blocks.push(Block { sheet: new.sheets, depth: fill });
            new.sheets += fill;
            piece = end;
        }
        Ok(new)
    }

    /// The smallest depth at which all pieces from `piece` on fit into one block, knowing that they
    /// fit at `enough`.
    fn shallowest(&self, starts: &[u32], piece: usize, enough: u32) -> u32 {
        let pieces = starts.len() - 1;
        let rest = starts[pieces] - starts[piece];
        let (mut low, mut high) = (rest.div_ceil(self.across * self.a_sheet).max(1), enough);
        while low < high {
            let middle = low.midpoint(high);
            if self.fill(starts, piece, middle, None).0 == pieces {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        high
    }

    /// Fills one block with whole pieces from `piece` on, at most `cap` sheets deep: the piece after
    /// the last that fits, and the sheets of the tallest pile.
    fn fill(
        &self,
        starts: &[u32],
        piece: usize,
        cap: u32,
        mut piles: Option<&mut Vec<Pile>>,
    ) -> (usize, u32) {
        let (mut piece, mut tallest) = (piece, 0);
        let cap = cap.saturating_mul(self.a_sheet);
        for _ in 0..self.across {
            let leaf = starts[piece];
            let fits = starts[piece + 1..].partition_point(|&end| end - leaf <= cap);
            piece += fits;
            let leaves = starts[piece] - leaf;
            tallest = tallest.max(leaves.div_ceil(self.a_sheet));
            if let Some(piles) = piles.as_deref_mut() {
                piles.push(Pile { leaf, leaves });
            }
        }
        (piece, tallest)
    }

    /// Sheets of all stacks.
    pub(super) const fn sheets(&self) -> u32 {
        self.sheets
    }

    /// The depths of the stacks, in sheet order.
    pub(super) fn depths(&self) -> impl Iterator<Item = u32> {
        self.blocks.iter().map(|block| block.depth)
    }

    /// The leaf at a place of a lane on a sheet. A pile that comes off face down is turned over as a
    /// whole: its first leaf lies on the stack's last sheet.
    pub(super) fn leaf(&self, sheet: u32, lane: u32, place: u32, face_down: bool) -> Option<u32> {
        let at = self.blocks.partition_point(|block| block.sheet <= sheet) - 1;
        let block = self.blocks[at];
        let pile = self.piles[at * self.across as usize + lane as usize];
        let above = sheet - block.sheet;
        let above = if face_down { block.depth - 1 - above } else { above };
        let leaf = above * self.a_sheet + place;
        (leaf < pile.leaves).then_some(pile.leaf + leaf)
    }

    /// Where a leaf lies: sheet, lane, and place on the sheet.
    #[expect(clippy::integer_division, reason = "piles stand in rows of one block each")]
    pub(super) fn place(&self, leaf: u32, face_down: impl Fn(u32) -> bool) -> (u32, u32, u32) {
        let pile = self.piles.partition_point(|pile| pile.leaf <= leaf) - 1;
        let (block, lane) = (pile / self.across as usize, pile % self.across as usize);
        let (block, place) = (self.blocks[block], leaf - self.piles[pile].leaf);
        let lane = u32::try_from(lane).expect("lanes are few");
        let above = place / self.a_sheet;
        let above = if face_down(lane) { block.depth - 1 - above } else { above };
        (block.sheet + above, lane, place % self.a_sheet)
    }
}
