//! Places the letters of a line: where it starts in its box, what is added between its letters or
//! taken from the blanks of its punctuation, and the runs that it is drawn in.

use super::breaks::{Gap, Mark};
use super::fill::{self, Line, Marked};
use super::ladder::Rung;
use super::letters::{EM, Letters};
use crate::form::Align;
use crate::measure::{Length, Point, div_round};
use crate::page::{Canvas, FaceId, Ink, TextRun, Turn};

/// Where a line starts in its box, and what is added between its letters.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spread {
    indent: Length,
    /// Added after letters, before squeezing.
    spacing: Length,
    /// Whether words and numbers stay together while the rest is spread.
    words_stay: bool,
    /// What the blanks of punctuation give, of what they could, in units of [`EM`].
    pushed: (i64, i64),
    /// The letter that hangs outside.
    hung: Option<usize>,
}

/// How far along a line a letter stands.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Along {
    /// The widths of the letters before it.
    units: i64,
    /// The spacings before it.
    gaps: i64,
    /// What the blanks before it could give.
    yields: i64,
}

impl Spread {
    /// How a line is placed in a box of this `width`.
    pub(super) fn new(
        align: Align,
        width: Length,
        rung: Rung,
        line: &Line,
        text: Marked<'_>,
    ) -> Self {
        let (indent, spacing, words_stay) = (Length::ZERO, Length::ZERO, false);
        let hung = line.hung.then(|| line.shown - 1);
        let pushed = (line.pushed, 0);
        let mut spread = Self { indent, spacing, words_stay, pushed, hung };
        if line.pushed > 0 {
            spread.pushed.1 = (line.start + 1..line.shown).map(|at| fill::yields(text, at)).sum();
        }
        if align == Align::Left || (align == Align::Justify && line.last) {
            return spread;
        }
        let slack = width - line_width(line.width, rung);
        let inner = line.start..line.shown.saturating_sub(1);
        match align {
            Align::Left => {}
            Align::Center => spread.indent = half(slack),
            Align::Right => spread.indent = slack,
            Align::Spread => match inner.filter(|&at| !spread.joins(at, text)).count() {
                0 => spread.indent = half(slack),
                gaps => spread.spacing = share(slack, gaps, rung),
            },
            Align::Justify => {
                let words = Self { words_stay: true, ..spread };
                let gaps = inner.filter(|&at| !words.joins(at, text)).count();
                // A line broken far too early (a long word follows) is left as it is.
                let spacing = share(slack, gaps, rung);
                if spacing <= half(rung.size.em()) {
                    spread = Self { spacing, ..words };
                }
            }
        }
        spread
    }

    /// What is added after every letter of a line that is not [uneven](Self::is_uneven).
    pub(super) const fn spacing(&self) -> Length {
        self.spacing
    }

    /// Whether the places between letters differ, so that the line takes several runs.
    pub(super) const fn is_uneven(&self) -> bool {
        self.words_stay || self.pushed.0 > 0 || self.hung.is_some()
    }

    /// Whether nothing is added between the letters at `at` and after it: inside a word, before
    /// stops and closing brackets, behind opening ones, before what hangs, between a letter and its
    /// marks.
    fn joins(&self, at: usize, Marked { letters, marks }: Marked<'_>) -> bool {
        let in_word = || {
            self.words_stay
                && match (marks.get(at), marks.get(at + 1)) {
                    (Some(this), Some(next)) => {
                        next.tight()
                            || (this.word() && next.word() && next.gap == Gap::Closed)
                            || is_tight(*this, *next)
                    }
                    _ => false,
                }
        };
        let on_letter = letters.get(at + 1).is_some_and(|letter| letter.bytes == 0);
        on_letter || self.hung == Some(at + 1) || in_word()
    }

    /// What is added after the letters of the run that begins at `at`.
    pub(super) fn spacing_at(&self, at: usize, text: Marked<'_>) -> Length {
        if self.words_stay && text.marks[at].word() { Length::ZERO } else { self.spacing }
    }

    /// Whether a run ends before the letter at `at`: a word starts or ends there, a blank gives
    /// way, or it hangs.
    pub(super) fn parts(&self, at: usize, text: Marked<'_>) -> bool {
        let parts = || {
            let (before, this) = (text.marks[at - 1], text.marks[at]);
            let tight = self.joins(at - 1, text);
            if tight {
                is_tight(before, this) || before.word() != this.word()
            } else {
                before.word() || this.word()
            }
        };
        (self.words_stay && self.spacing != Length::ZERO && parts())
            || (self.pushed.0 > 0 && fill::yields(text, at) > 0)
            || self.hung == Some(at)
    }

    /// Goes along a line past the letter at `at`.
    pub(super) fn pass(&self, along: &mut Along, at: usize, line: &Line, text: Marked<'_>) {
        along.units += i64::from(text.letters[at].width);
        along.gaps += i64::from(!self.joins(at, text));
        if self.pushed.0 > 0 && at + 1 < line.shown {
            along.yields += fill::yields(text, at + 1);
        }
    }

    /// Whether the letter at `at` stands close to the one before it, so that one run may hold both.
    pub(super) fn is_close(&self, at: usize, text: Marked<'_>) -> bool {
        let close = self.spacing == Length::ZERO || self.joins(at - 1, text);
        close && !(self.is_uneven() && self.parts(at, text))
    }

    /// The distance of a letter from the start of the box.
    pub(super) fn place(&self, rung: Rung, along: Along) -> Length {
        self.indent + self.offset(rung, along)
    }

    /// The distance of a letter from the line's start.
    fn offset(&self, rung: Rung, along: Along) -> Length {
        let Along { units, gaps, yields } = along;
        let (pushed, all) = self.pushed;
        let given = (pushed * yields).checked_div(all).unwrap_or(0);
        let spacing = i64::from(self.spacing.as_um()) * i64::from(rung.squeeze) * gaps;
        let spacing = i32::try_from(div_round(spacing, 100)).unwrap_or(i32::MAX);
        line_width(units - given, rung) + Length::um(spacing)
    }
}

/// Whether two neighbours stand close whatever is spread: their blank belongs to one of them.
fn is_tight(before: Mark, after: Mark) -> bool {
    after.half_blank() || before.yields_before()
}

/// What a line is drawn with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pen {
    pub(super) rung: Rung,
    pub(super) ink: Ink,
    pub(super) at: Point,
    pub(super) spread: Spread,
}

impl Pen {
    /// A run that starts `offset` behind the line's start, without its characters.
    fn run_at(&self, face: FaceId, spacing: Length, offset: Length) -> TextRun<'static> {
        let Self { rung, ink, at, spread } = *self;
        let x = at.x + spread.indent + offset;
        let (size, squeeze, at) = (rung.size, rung.squeeze, Point { x, y: at.y });
        TextRun { face, size, squeeze, spacing, at, turn: Turn::Upright, ink, cids: &[] }
    }

    /// A run that starts where the line does, without its characters.
    pub(super) fn run(&self, face: FaceId, spacing: Length) -> TextRun<'static> {
        self.run_at(face, spacing, Length::ZERO)
    }

    /// Draws a line in as many runs as it has stretches of one face and spacing, and letters that
    /// stand apart.
    pub(super) fn draw_runs(
        &self,
        line: &Line,
        letters: &Letters,
        marks: &[Mark],
        canvas: &mut impl Canvas,
    ) {
        let spread = self.spread;
        let text = Marked { letters: &letters.set, marks };
        let uneven = spread.is_uneven();
        let mut along = Along::default();
        let mut start = line.start;
        while start < line.end {
            let face = letters.set[start].face;
            let spacing = spread.spacing_at(start, text);
            let mut run = self.run_at(face, spacing, spread.offset(self.rung, along));
            let apart = letters.apart(start);
            if let Some(apart) = apart {
                run.at.x += line_width(apart.right, self.rung);
                run.at.y -= line_width(apart.up, Rung { squeeze: 100, ..self.rung });
            }
            let mut end = start;
            loop {
                spread.pass(&mut along, end, line, text);
                end += 1;
                let goes_on = end < line.end
                    && letters.set[end].face == face
                    && apart.is_none()
                    && letters.apart(end).is_none()
                    && !(uneven && spread.parts(end, text));
                if !goes_on {
                    break;
                }
            }
            canvas.text(&TextRun { cids: &letters.cids[start..end], ..run });
            start = end;
        }
    }
}

/// Half a length, rounded down.
pub(super) const fn half(length: Length) -> Length {
    Length::um(length.as_um() >> 1)
}

/// What each of `gaps` gaps gets of `slack`, before squeezing, rounded down.
fn share(slack: Length, gaps: usize, rung: Rung) -> Length {
    let gaps = i64::try_from(gaps).unwrap_or(i64::MAX).saturating_mul(rung.squeeze.into());
    let spacing = (i64::from(slack.as_um()) * 100).checked_div(gaps).unwrap_or(0);
    Length::um(i32::try_from(spacing.max(0)).unwrap_or(0))
}

/// The width of `units` of [`EM`] at a size and squeeze, to the nearest micrometre.
pub(super) fn line_width(units: i64, rung: Rung) -> Length {
    const DIVISOR: i64 = EM * 900 * 100;
    let scale = i64::from(rung.size.as_centipoints()) * 3175 * i64::from(rung.squeeze);
    // A line beyond the range is some hundred metres long; it can only be on its way to a finding.
    let um = units.checked_mul(scale).map_or(i64::MAX, |product| div_round(product, DIVISOR));
    Length::um(i32::try_from(um).unwrap_or(i32::MAX))
}
