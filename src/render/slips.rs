//! Which payment slips a piece has, and on which leaf each stands: the places of the first leaf are
//! filled first, then those of leaves that follow the notice.

use super::bind::{Bound, PieceContext, SerialText};
use super::draw::Work;
use super::problem::{Problem, ProblemKind};
use super::setting::Scratch;
use super::{Renderer, WIDEST_MARK, WIDEST_SERIAL};
use crate::form::{FaceRole, Form, Item, Slips};
use crate::measure::Rect;
use crate::model::{LeafKind, Notice};

/// Places of slips made ready.
#[derive(Debug)]
pub(super) struct SlipsItem<'a> {
    pub(super) slips: &'a Slips,
    pub(super) blank: Vec<Work<'a>>,
}

/// How many places a form has.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Places {
    first: usize,
    more: usize,
}

impl Places {
    pub(super) fn of(form: &Form) -> Self {
        let on = |role| {
            let items = form.face(role).map_or(&[][..], |(_, face)| face.items.as_slice());
            let places = items.iter().map(|item| match item {
                Item::Slips(slips) => slips.corners.len(),
                _ => 0,
            });
            places.sum()
        };
        Self { first: on(FaceRole::FirstFront), more: on(FaceRole::SlipFront) }
    }

    /// The leaves that so many slips take after those of the notice.
    fn leaves(self, slips: usize) -> u16 {
        let rest = slips.saturating_sub(self.first);
        if rest == 0 {
            return 0;
        }
        // Lint saw to it that slips beyond the first leaf have places.
        u16::try_from(rest.div_ceil(self.more.max(1))).unwrap_or(u16::MAX)
    }

    /// The first slip of a leaf; `slip_leaf` counts leaves of slips from 1, 0 is the first leaf.
    fn start(self, slip_leaf: u16) -> usize {
        match usize::from(slip_leaf).checked_sub(1) {
            None => 0,
            Some(earlier) => self.first + earlier * self.more,
        }
    }
}

/// Where a leaf of a piece belongs.
#[derive(Debug, Clone, Copy)]
pub(super) struct LeafPlace {
    pub(super) role: FaceRole,
    /// The first slip that stands on it, by its position among those of the piece.
    pub(super) slip: usize,
}

impl Renderer<'_> {
    /// The slips that a piece has, into the scratch; how many leaves they take.
    pub(super) fn slips(
        &self,
        piece: &PieceContext<'_>,
        scratch: &mut Scratch,
        problems: &mut Vec<Problem>,
    ) -> u16 {
        scratch.slips.clear();
        if self.form.slips.is_empty() {
            return 0;
        }
        let serial = SerialText::new(piece.serial);
        let bound = Bound { piece, serial: &serial, row: None, sums: None };
        for slip in &self.form.slips {
            let holds = match &slip.when {
                None => Ok(true),
                Some(when) => when.holds(&bound, &self.form.templates, &mut scratch.contexts),
            };
            match holds {
                Ok(true) => scratch.slips.push(slip.face),
                Ok(false) => {}
                Err(error) => {
                    let kind = ProblemKind::Template { reason: error.to_string() };
                    let (face, rect) = (FaceRole::SlipFront, Rect::default());
                    let problem = Problem { face, rect, cells: Vec::new(), kind };
                    if !problems.contains(&problem) {
                        problems.push(problem);
                    }
                }
            }
        }
        self.places.leaves(scratch.slips.len())
    }

    /// The leaves of slips that a notice takes.
    pub(super) fn slip_leaves(
        &self,
        notice: &Notice<'_>,
        scratch: &mut Scratch,
        problems: &mut Vec<Problem>,
    ) -> u16 {
        let (serial, mark, press) = (WIDEST_SERIAL, WIDEST_MARK, self.presses[0]);
        let piece = PieceContext { notice, serial, mark, leaf: 1, leaves: 1, press };
        self.slips(&piece, scratch, problems)
    }

    /// Which face a side of a piece's leaf shows, when its slips take so many leaves.
    pub(super) fn leaf_place(&self, piece: &PieceContext<'_>, slips: u16, back: bool) -> LeafPlace {
        let notice = piece.leaves.saturating_sub(slips);
        let slip_leaf = piece.leaf.saturating_sub(notice);
        let role = match (piece.leaf, slip_leaf, back) {
            (0 | 1, _, false) => FaceRole::FirstFront,
            (0 | 1, _, true) => FaceRole::FirstBack,
            (_, 0, false) => FaceRole::MoreFront,
            (_, 0, true) => FaceRole::MoreBack,
            (_, _, false) => FaceRole::SlipFront,
            (_, _, true) => FaceRole::SlipBack,
        };
        let slip_leaf = if piece.leaf <= 1 { 0 } else { slip_leaf };
        LeafPlace { role, slip: self.places.start(slip_leaf) }
    }

    /// What kind of leaf of its piece it is.
    pub fn leaf_kind(&self, piece: &PieceContext<'_>, scratch: &mut Scratch) -> LeafKind {
        let slips = self.slips(piece, scratch, &mut Vec::new());
        match self.leaf_place(piece, slips, false).role {
            FaceRole::FirstFront | FaceRole::FirstBack => LeafKind::First,
            FaceRole::SlipFront | FaceRole::SlipBack => LeafKind::Slip,
            _ => LeafKind::More,
        }
    }
}
