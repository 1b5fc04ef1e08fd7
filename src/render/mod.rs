//! Renders a piece: binds the record's values to the texts of a form, sets them in their boxes and
//! walks the pages over a [`Canvas`]. Knows no sheet and no PDF.
//!
//! [`Renderer::new`] decides once per form what can be decided; [`Renderer::measure`] tells how
//! many leaves a record takes and what keeps it from being printed; [`Renderer::page`] draws. The
//! last two are the same walk, once over a [`Blank`] canvas: what was measured is what is drawn.
//!
//! Text that does not fit goes down a ladder: fit, squeeze (長体), shrink, wrap, and then the record
//! is held. Nothing is ever cut, and a character without a glyph is never replaced.

mod bands;
mod bind;
mod breaks;
mod check;
mod destination;
mod draw;
mod fill;
mod flow;
mod inserter;
mod item;
mod ladder;
mod layout;
mod letters;
mod problem;
mod rich;
mod ruby;
mod setting;
mod slips;
mod spread;
mod sums;
mod symbol;
mod vertical;

pub use bind::PieceContext;
pub use inserter::MarkPen;
pub use problem::{CODES, Overflow, Problem, ProblemKind};
pub use setting::Scratch;

use crate::barcode::lay::Press;
use crate::diag::Findings;
use crate::font::FontSet;
use crate::form::{Compiled, Form};
use crate::model::{Notice, Postcodes, Serial};
use crate::page::{Blank, Canvas, LayerId, Tint};
use draw::{Plan, Work};
use flow::{Flow, LEAVES_MAX, Misfit};
use item::TextItem;
use letters::LetterTables;
use slips::Places;

/// A form made ready to print: roles resolved, rooms and baselines computed, tables joined.
#[derive(Debug)]
pub struct Renderer<'a> {
    form: &'a Form,
    tables: LetterTables<'a>,
    /// One plan for each face of the form, in its order.
    plans: Vec<Plan<'a>>,
    flow: Flow<'a>,
    places: Places,
    mark: TextItem<'a>,
    /// The mark on backs; `None` when they are not printed.
    mark_back: Option<TextItem<'a>>,
    warnings: Findings,
    /// The presses that may print it.
    presses: Vec<Press>,
    /// What postcodes stand for, when the home knows it.
    postcodes: Option<&'a Postcodes>,
    has_symbols: bool,
}

/// What a record takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measured {
    /// Its leaves, at least one.
    pub leaves: u16,
    /// What keeps it from being printed; empty when it can be.
    pub problems: Vec<Problem>,
}

/// The serial and mark that stand in for those a record does not have yet when it is measured: the
/// widest there are.
const WIDEST_SERIAL: Serial = Serial(8_888_888);
const WIDEST_MARK: &str = "WWWW-8888888-888/888-8 R8";

/// How dark previews show what is on the paper already, in percent.
const PREPRINTED_TINT: u8 = 45;

impl<'a> Renderer<'a> {
    /// Makes a form ready: resolves its roles and sets all its static texts.
    ///
    /// # Errors
    /// Findings with codes of [`CODES`] about the form: unknown roles, static texts that do not fit
    /// or hold characters without a glyph.
    pub fn new(compiled: &'a Compiled, fonts: &'a FontSet) -> Result<Self, Findings> {
        check::renderer(compiled, fonts)
    }

    /// The same for these presses: what is measured fits on all of them.
    #[must_use]
    pub fn on_presses(self, presses: impl IntoIterator<Item = Press>) -> Self {
        let presses: Vec<Press> = presses.into_iter().collect();
        if presses.is_empty() { self } else { Self { presses, ..self } }
    }

    /// The same, with a register by which customer barcodes know businesses, boxes and towns.
    #[must_use]
    pub fn with_postcodes(self, register: &'a Postcodes) -> Self {
        Self { postcodes: Some(register), ..self }
    }

    /// What is doubtful about the form as these fonts set it.
    #[must_use]
    pub const fn warnings(&self) -> &Findings {
        &self.warnings
    }

    /// How many static layers there are: one for each face of the form, and for each slip.
    #[must_use]
    pub fn layers(&self) -> usize {
        self.plans.len()
    }

    /// Draws the static layer of the face with this index: what all its pages have in common.
    ///
    /// # Panics
    /// When the form has no such face.
    pub fn layer(&self, face: LayerId, canvas: &mut impl Canvas) {
        Work::draw_all(&self.plans[usize::from(face)].fixed, &self.tables, canvas);
    }

    /// Draws the same layer as a preview shows it: over what the paper brings, in a lighter tint.
    ///
    /// # Panics
    /// When the form has no such face.
    pub fn preview_layer(&self, face: LayerId, canvas: &mut impl Canvas) {
        let stock = &self.plans[usize::from(face)].stock;
        Work::draw_all(stock, &self.tables, &mut Tint::new(canvas, PREPRINTED_TINT));
        self.layer(face, canvas);
    }

    /// The leaves that a notice takes, and what keeps it from being printed.
    pub fn measure(&self, notice: &Notice<'_>, scratch: &mut Scratch) -> Measured {
        let mut problems = Vec::new();
        let mut leaves = 1;
        scratch.layouts.resize_with(self.flow.seats.len(), Default::default);
        for chain in &self.flow.chains {
            match self.flow.leaves(chain, notice, &mut scratch.layouts) {
                Ok(needed) => leaves = leaves.max(needed),
                Err(misfit) => problems.push(self.misfit(chain, misfit)),
            }
        }
        let slips = self.slip_leaves(notice, scratch, &mut problems);
        if leaves + slips > LEAVES_MAX
            && let Some(chain) = self.flow.chains.first()
        {
            let (rows, capacity) = (chain.count(notice), chain.capacity());
            problems.push(self.misfit(chain, Misfit::TooMany { rows, capacity }));
        }
        leaves = (leaves + slips).min(LEAVES_MAX);
        // Only symbols differ from press to press.
        let presses = if self.has_symbols { self.presses.as_slice() } else { &self.presses[..1] };
        for (n, &press) in presses.iter().enumerate() {
            let known = problems.len();
            for leaf in 1..=leaves {
                let (serial, mark) = (WIDEST_SERIAL, WIDEST_MARK);
                let piece = PieceContext { notice, serial, mark, leaf, leaves, press };
                for back in [false, true] {
                    self.walk(&piece, back, scratch, &mut Blank, &mut problems);
                }
            }
            if n > 0 {
                let more = problems.split_off(known);
                let of_symbol = |p: &Problem| matches!(p.kind, ProblemKind::Symbol(_));
                let more = more.into_iter().filter(|p| of_symbol(p) && !problems.contains(p));
                problems.extend(more.collect::<Vec<_>>());
            }
        }
        Measured { leaves, problems }
    }

    /// Draws one side of one leaf: the face's layer, what is the piece's own, then the slot mark. A
    /// printed side for which the form has no face gets its mark all the same; the back of a simplex
    /// form draws nothing.
    ///
    /// # Errors
    /// The first problem met; [`Renderer::measure`] told it before, so the record should have been
    /// held, and the page must not be used.
    pub fn page(
        &self,
        piece: &PieceContext<'_>,
        back: bool,
        scratch: &mut Scratch,
        canvas: &mut impl Canvas,
    ) -> Result<(), Problem> {
        let mut problems = Vec::new();
        scratch.layouts.resize_with(self.flow.seats.len(), Default::default);
        for chain in self.flow.chains.iter().filter(|chain| chain.banded.is_some()) {
            if let Err(misfit) = self.flow.leaves(chain, piece.notice, &mut scratch.layouts) {
                return Err(self.misfit(chain, misfit));
            }
        }
        self.walk(piece, back, scratch, canvas, &mut problems);
        problems.into_iter().next().map_or(Ok(()), Err)
    }
}

#[cfg(test)]
mod tests;
