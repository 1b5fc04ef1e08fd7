//! The guillotine (断裁): what comes of sheets that are cut, turned, folded and laid together as their
//! scheme says. It knows sheets and slots, and nothing of the order in which leaves were placed: whoever
//! follows its piles sees what the machine will hold in its hands.

use super::layout::{Arrangement, Scheme};
use std::ops::Range;

/// The finishing of a lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guillotine<'a> {
    arrangement: Arrangement,
    /// Sheets that are cut or folded together, in order; for schemes whose sheets are cut one by one none.
    stacks: &'a [u32],
    sheets: u32,
}

/// Leaves that lie on each other after cutting, all face up, the first on top.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pile {
    kind: Kind,
    first: u32,
    sheets: u32,
    /// The slots that its cells are of: see [`Kind`].
    slots: [u32; 2],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// One sheet, leaf by leaf in reading order; `slots[0]` leaves.
    Sheet,
    /// What was under slot `slots[0]`.
    Slot,
    /// The same, turned over as a whole: the last sheet's leaf comes to lie on top.
    TurnedSlot,
    /// Column `slots[0]` of a web of `slots[1]` columns, leaf under leaf.
    Ribbon { rows: u32 },
    /// Nested sheets, folded: up `slots[0]`, back down `slots[1]`.
    Folded,
}

/// Where a leaf is printed: sheet and slot, from 0.
pub type Cell = (u32, u32);

/// A leaf, as whoever follows the piles knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leaf {
    /// Its piece.
    pub piece: u32,
    /// Its number in the piece, from 1.
    pub leaf: u16,
}

/// Why piles are not what was wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Another leaf lies there than follows, or one after a blank.
    OutOfSequence(Cell),
    /// A piece lies on what belongs to another, or across the end of a pile.
    Shared(Cell),
    /// The piles end before this leaf.
    Missing(Leaf),
}

impl Pile {
    /// How many leaves it may have, blanks counted.
    #[must_use]
    pub const fn len(&self) -> u32 {
        match self.kind {
            Kind::Sheet => self.slots[0],
            Kind::Slot | Kind::TurnedSlot => self.sheets,
            Kind::Ribbon { rows } => self.sheets * rows,
            Kind::Folded => self.sheets * 2,
        }
    }

    /// Whether it has no leaf.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Its leaves from top to bottom, by where they were printed.
    pub fn cells(self) -> impl DoubleEndedIterator<Item = Cell> {
        let Self { kind, first, sheets, slots: [slot, other] } = self;
        #[expect(clippy::integer_division, reason = "whole sheets above a leaf")]
        (0..self.len()).map(move |n| match kind {
            Kind::Sheet => (first, n),
            Kind::Slot => (first + n, slot),
            Kind::TurnedSlot => (first + sheets - 1 - n, slot),
            Kind::Ribbon { rows } => (first + n / rows, n % rows * other + slot),
            Kind::Folded if n < sheets => (first + n, slot),
            Kind::Folded => (first + 2 * sheets - 1 - n, other),
        })
    }
}

impl<'a> Guillotine<'a> {
    /// The finishing of `sheets` sheets; `stacks` as the manifest lists them.
    #[must_use]
    pub const fn new(arrangement: Arrangement, stacks: &'a [u32], sheets: u32) -> Self {
        Self { arrangement, stacks, sheets }
    }

    /// The sheets of each stack.
    fn blocks(self) -> impl Iterator<Item = Range<u32>> {
        let mut end = 0_u32;
        self.stacks.iter().map(move |&depth| {
            let first = end;
            end = first.saturating_add(depth);
            first..end
        })
    }

    /// The piles in the order in which they are laid on each other.
    pub fn piles(self) -> Box<dyn Iterator<Item = Pile> + 'a> {
        let Arrangement { scheme, columns, rows, .. } = self.arrangement;
        let slots = self.arrangement.slots();
        let pile = |kind, block: &Range<u32>, slots| Pile {
            kind,
            first: block.start,
            sheets: block.end - block.start,
            slots,
        };
        match scheme {
            Scheme::NUp | Scheme::PerPiece => Box::new(
                (0..self.sheets)
                    .map(move |sheet| pile(Kind::Sheet, &(sheet..sheet + 1), [slots, 0])),
            ),
            Scheme::CutAndStack => Box::new(self.blocks().flat_map(move |block| {
                (0..slots).map(move |slot| {
                    let turned = self.arrangement.is_face_down(slot);
                    let kind = if turned { Kind::TurnedSlot } else { Kind::Slot };
                    pile(kind, &block, [slot, 0])
                })
            })),
            Scheme::StepAndRepeat => Box::new((0..slots).flat_map(move |slot| {
                self.blocks().map(move |block| {
                    let turned = self.arrangement.is_face_down(slot);
                    let kind = if turned { Kind::TurnedSlot } else { Kind::Slot };
                    pile(kind, &block, [slot, 0])
                })
            })),
            Scheme::StackByColumn => Box::new(self.blocks().flat_map(move |block| {
                (0..columns)
                    .map(move |column| pile(Kind::Ribbon { rows }, &block, [column, columns]))
            })),
            Scheme::Booklet => Box::new(
                self.blocks()
                    .map(move |block| pile(Kind::Folded, &block, self.arrangement.folded())),
            ),
        }
    }

    /// Follows the piles, laid on each other, as whoever checks them leaf by leaf: they are `leaves`, all
    /// of them, in this order, and blanks stand only where the scheme allows any: for n-up at the end of
    /// the lot, for pieces on sheets of their own at the end of a piece, else at the end of a pile.
    ///
    /// # Errors
    /// The first fault.
    pub fn follow(
        self,
        leaves: &(impl Iterator<Item = Leaf> + Clone),
        at: impl Fn(Cell) -> Option<Leaf>,
    ) -> Result<(), Fault> {
        let scheme = self.arrangement.scheme;
        let own_sheets = matches!(scheme, Scheme::PerPiece | Scheme::Booklet);
        // Whoever takes a pile in hand holds whole pieces.
        let whole_piles = !matches!(scheme, Scheme::NUp | Scheme::PerPiece);
        let copies = if scheme == Scheme::StepAndRepeat { self.arrangement.slots() } else { 1 };
        let mut piles = self.piles();
        let piles_a_copy = if copies == 1 { usize::MAX } else { self.stacks.len() };
        for _ in 0..copies {
            let mut expected = leaves.clone();
            let mut blank = false;
            for pile in piles.by_ref().take(piles_a_copy) {
                let begins = whole_piles || (blank && own_sheets);
                blank &= scheme == Scheme::NUp;
                let mut owner = None;
                for cell in pile.cells() {
                    let Some(found) = at(cell) else {
                        blank = true;
                        continue;
                    };
                    if blank || expected.next() != Some(found) {
                        return Err(Fault::OutOfSequence(cell));
                    }
                    let is_cut_off = owner.is_none() && begins && found.leaf != 1;
                    let first = *owner.get_or_insert(found.piece);
                    if is_cut_off || (own_sheets && first != found.piece) {
                        return Err(Fault::Shared(cell));
                    }
                }
            }
            if let Some(leaf) = expected.next() {
                return Err(Fault::Missing(leaf));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::layout::{Binding, WorkStyle};
    use super::*;

    fn arrangement(scheme: Scheme, columns: u32, rows: u32) -> Arrangement {
        let (work_style, binding) = (WorkStyle::Sheetwise, Binding::Left);
        Arrangement { scheme, work_style, binding, columns, rows }
    }

    fn piles(arrangement: Arrangement, stacks: &[u32], sheets: u32) -> Vec<Vec<Cell>> {
        let guillotine = Guillotine::new(arrangement, stacks, sheets);
        guillotine.piles().map(|pile| pile.cells().collect()).collect()
    }

    /// Worked out with paper and scissors.
    #[test]
    fn each_scheme_makes_its_piles() {
        let n_up = arrangement(Scheme::NUp, 2, 1);
        assert_eq!(piles(n_up, &[], 2), [[(0, 0), (0, 1)], [(1, 0), (1, 1)]]);
        let stacks = arrangement(Scheme::CutAndStack, 2, 1);
        let expected = [vec![(0, 0), (1, 0)], vec![(0, 1), (1, 1)], vec![(2, 0)], vec![(2, 1)]];
        assert_eq!(piles(stacks, &[2, 1], 3), expected);
        let turned = Arrangement { work_style: WorkStyle::WorkAndTurn, ..stacks };
        let expected = [vec![(0, 0), (1, 0)], vec![(1, 1), (0, 1)], vec![(2, 0)], vec![(2, 1)]];
        assert_eq!(piles(turned, &[2, 1], 3), expected, "the right pile is turned over");
        let web = arrangement(Scheme::StackByColumn, 2, 2);
        let expected = [[(0, 0), (0, 2), (1, 0), (1, 2)], [(0, 1), (0, 3), (1, 1), (1, 3)]];
        assert_eq!(piles(web, &[2], 2), expected);
        let booklet = arrangement(Scheme::Booklet, 2, 1);
        let expected = [vec![(0, 1), (1, 1), (1, 0), (0, 0)], vec![(2, 1), (2, 0)]];
        assert_eq!(piles(booklet, &[2, 1], 3), expected);
        let right = Arrangement { binding: Binding::Right, ..booklet };
        assert_eq!(piles(right, &[2], 2), [[(0, 0), (1, 0), (1, 1), (0, 1)]]);
        let repeat = arrangement(Scheme::StepAndRepeat, 2, 1);
        assert_eq!(piles(repeat, &[2], 2), [[(0, 0), (1, 0)], [(0, 1), (1, 1)]]);
    }

    #[test]
    fn slots_face_down_are_half_of_them() {
        let down = |arrangement: Arrangement| -> Vec<u32> {
            (0..arrangement.slots()).filter(|&slot| arrangement.is_face_down(slot)).collect()
        };
        let sheet = arrangement(Scheme::CutAndStack, 2, 2);
        assert!(down(sheet).is_empty());
        assert_eq!(down(Arrangement { work_style: WorkStyle::WorkAndTurn, ..sheet }), [1, 3]);
        assert_eq!(down(Arrangement { work_style: WorkStyle::WorkAndTumble, ..sheet }), [2, 3]);
        assert_eq!(down(arrangement(Scheme::Booklet, 2, 1)), [0]);
    }

    /// A restart that shifts one pile by a sheet, as in Sendai in 2004: no sample finds it, following does.
    #[test]
    fn a_shifted_pile_is_noticed_at_its_first_leaf() {
        let stacks = [4];
        let guillotine = Guillotine::new(arrangement(Scheme::CutAndStack, 2, 1), &stacks, 4);
        let leaves = (0..8).map(|piece| Leaf { piece, leaf: 1 });
        let sound = |(sheet, slot): Cell| Some(Leaf { piece: slot * 4 + sheet, leaf: 1 });
        assert_eq!(guillotine.follow(&leaves, sound), Ok(()));
        let shifted = |(sheet, slot): Cell| match slot {
            1 if sheet >= 2 => (sheet < 3).then(|| Leaf { piece: 4 + sheet + 1, leaf: 1 }),
            _ => sound((sheet, slot)),
        };
        assert_eq!(guillotine.follow(&leaves, shifted), Err(Fault::OutOfSequence((2, 1))));
        let cut_short = |cell: Cell| sound(cell).filter(|leaf| leaf.piece < 7);
        let missing = Leaf { piece: 7, leaf: 1 };
        assert_eq!(guillotine.follow(&leaves, cut_short), Err(Fault::Missing(missing)));
    }

    #[test]
    fn no_piece_crosses_a_piles_end() {
        let guillotine = Guillotine::new(arrangement(Scheme::CutAndStack, 2, 1), &[1], 1);
        let leaves = [Leaf { piece: 0, leaf: 1 }, Leaf { piece: 0, leaf: 2 }];
        let at = |(_, slot): Cell| Some(leaves[slot as usize]);
        assert_eq!(guillotine.follow(&leaves.into_iter(), at), Err(Fault::Shared((0, 1))));
    }

    #[test]
    fn pieces_on_their_own_sheets_share_none() {
        let guillotine = Guillotine::new(arrangement(Scheme::PerPiece, 2, 1), &[], 2);
        let leaf = |piece, leaf| Leaf { piece, leaf };
        let leaves = [leaf(0, 1), leaf(1, 1), leaf(1, 2)];
        let follow = |cells: [Option<Leaf>; 4]| {
            guillotine
                .follow(&leaves.into_iter(), |(sheet, slot)| cells[(sheet * 2 + slot) as usize])
        };
        assert_eq!(follow([Some(leaves[0]), None, Some(leaves[1]), Some(leaves[2])]), Ok(()));
        let shared = follow([Some(leaves[0]), Some(leaves[1]), Some(leaves[2]), None]);
        assert_eq!(shared, Err(Fault::Shared((0, 1))));
        let torn = [leaf(0, 1), leaf(0, 2)];
        let guillotine = Guillotine::new(arrangement(Scheme::PerPiece, 2, 1), &[], 2);
        let at = |(sheet, slot): Cell| (slot == 0).then(|| torn[sheet as usize]);
        assert_eq!(guillotine.follow(&torn.into_iter(), at), Err(Fault::Shared((1, 0))));
        let late = follow([None, Some(leaves[0]), Some(leaves[1]), Some(leaves[2])]);
        assert_eq!(late, Err(Fault::OutOfSequence((0, 1))));
    }
}
