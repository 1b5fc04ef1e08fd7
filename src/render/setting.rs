//! Sets the text of one box: characters to glyphs, glyphs to lines, lines to runs on a canvas.
//! What is measured and what is drawn go through the same code.

use super::breaks::{self, Gap, Mark};
use super::fill::{Line, Marked};
use super::ladder::{self, Limits, Rung};
use super::layout::Layout;
use super::letters::{EM, LetterTables, Letters};
use super::problem::Overflow;
use crate::font::{FontSet, RoleId};
use crate::form::{Align, TextBox, VAlign};
use crate::measure::{Extent, Length, Point, Rect, TypeSize, div_round};
use crate::page::{Canvas, FaceId, Ink, TextRun};

/// Buffers that every text reuses; one for each worker.
#[derive(Debug, Default)]
pub struct Scratch {
    /// The text of the box, as its template gave it.
    pub(super) text: String,
    /// The positions of the rows of a table.
    pub(super) rows: Vec<u32>,
    /// Where rows and bands stand, for each chain of tables with bands.
    pub(super) layouts: Vec<Layout>,
    letters: Letters,
    /// The lines that the text itself has.
    own: Vec<Line>,
    /// The lines as they are set.
    lines: Vec<Line>,
    marks: Vec<Mark>,
}

impl Scratch {
    /// The marks of the letters, for breaking lines.
    fn mark(&mut self) {
        self.marks.clear();
        let text = self.text.strip_suffix('\n').unwrap_or(&self.text);
        for (line, own) in text.split('\n').zip(&self.own) {
            let letters = &self.letters.set[own.start..own.end];
            let lengths = letters.iter().map(|letter| usize::from(letter.bytes));
            breaks::mark(line, lengths, &mut self.marks);
        }
    }
}

/// A text box with everything that can be known before its text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting {
    pub(super) role: RoleId,
    rect: Rect,
    limits: Limits,
    valign: VAlign,
    ink: Ink,
    /// The baseline below the top of the em box, as a fraction of the em.
    baseline: (i64, i64),
    /// The width of a line at the natural size, in units of [`EM`].
    available: i64,
    /// Justified and static texts that may wrap are paragraphs: they wrap before they are squeezed.
    is_paragraph: bool,
    /// Where the baseline of a single line of the natural size stands; `None` when the box is too
    /// low for it.
    single: Option<Length>,
}

/// Why a text could not be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unset {
    /// Some of its characters are in no face of the role.
    Missing,
    /// It does not fit.
    Overflow(Overflow),
    /// Another text of the page stands in its other place.
    Taken,
}

/// The baseline of a face below the top of its em box: where ideographs stand; a face without
/// them has its capitals and figures in the middle of the em box.
pub(super) fn baseline(fonts: &FontSet, role: RoleId) -> (i64, i64) {
    let lead = fonts.lead_face(role);
    let mut glyphs = Vec::new();
    let shown = fonts.shape(role, "国", &mut glyphs).is_ok();
    let ideographic =
        shown && glyphs.iter().all(|glyph| std::ptr::eq(fonts.face(glyph.face), lead));
    let (ascent, descent) = (i64::from(lead.ascent), i64::from(lead.descent));
    if ideographic && ascent > descent {
        (ascent, ascent - descent)
    } else {
        let em = i64::from(lead.units_per_em);
        (em + i64::from(lead.cap_height), 2 * em)
    }
}

impl Setting {
    pub(super) fn new(source: &TextBox, role: RoleId, baseline: (i64, i64)) -> Self {
        let TextBox { rect, size, leading, align, valign, fit, ink, .. } = *source;
        let room = Extent { width: rect.width, height: rect.height };
        let limits = Limits { room, size, leading, fit, align };
        let available = limits.available(Rung { size, squeeze: 100 });
        let may_wrap = source.text.is_static() || align == Align::Justify;
        let is_paragraph = may_wrap && fit.lines > 1;
        let mut setting = Self {
            role,
            rect,
            limits,
            valign,
            ink,
            baseline,
            available,
            is_paragraph,
            single: None,
        };
        if limits.height(size, 1) <= rect.height {
            setting.single = Some(setting.first_baseline(size, 1));
        }
        setting
    }

    /// The baseline of the first of `lines` lines.
    fn first_baseline(&self, size: TypeSize, lines: usize) -> Length {
        let (numerator, denominator) = self.baseline;
        let below = div_round(i64::from(size.em().as_um()) * numerator, denominator);
        let slack = self.rect.height - self.limits.height(size, lines);
        let above = match self.valign {
            VAlign::Top => Length::ZERO,
            VAlign::Middle => half(slack),
            VAlign::Bottom => slack,
        };
        self.rect.y + above + Length::um(i32::try_from(below).unwrap_or(0))
    }
}

fn half(length: Length) -> Length {
    Length::um(length.as_um() >> 1)
}

impl Setting {
    /// Chooses how `scratch.text` is set; the lines stand in the scratch.
    pub(super) fn compose(
        &self,
        tables: &LetterTables<'_>,
        scratch: &mut Scratch,
    ) -> Result<Rung, Unset> {
        scratch.letters.clear();
        scratch.lines.clear();
        let text = scratch.text.strip_suffix('\n').unwrap_or(&scratch.text);
        if text.as_bytes().contains(&b'\n') {
            return self.compose_lines(tables, scratch);
        }
        let width = tables.write(self.role, text, &mut scratch.letters);
        let width = width.map_err(|_| Unset::Missing)?;
        let end = scratch.letters.cids.len();
        scratch.lines.push(Line { start: 0, end, shown: end, width, last: true });
        let natural = Rung { size: self.limits.size, squeeze: 100 };
        if width <= self.available && self.single.is_some() {
            return Ok(natural);
        }
        scratch.own.clear();
        scratch.own.extend_from_slice(&scratch.lines);
        self.give_way(scratch)
    }

    /// The same for a text with forced line breaks.
    fn compose_lines(
        &self,
        tables: &LetterTables<'_>,
        scratch: &mut Scratch,
    ) -> Result<Rung, Unset> {
        scratch.own.clear();
        let text = scratch.text.strip_suffix('\n').unwrap_or(&scratch.text);
        for line in text.split('\n') {
            let start = scratch.letters.cids.len();
            let width = tables.write(self.role, line, &mut scratch.letters);
            let width = width.map_err(|_| Unset::Missing)?;
            let end = scratch.letters.cids.len();
            scratch.own.push(Line { start, end, shown: end, width, last: true });
        }
        self.give_way(scratch)
    }

    /// Climbs down the ladder.
    fn give_way(&self, scratch: &mut Scratch) -> Result<Rung, Unset> {
        let limits = &self.limits;
        let own = scratch.own.len();
        let widest = scratch.own.iter().map(|line| line.width).max().unwrap_or(0);
        if !self.is_paragraph
            && let Some(rung) = ladder::unbroken(limits, own, widest)
        {
            scratch.lines.clear();
            scratch.lines.extend_from_slice(&scratch.own);
            return Ok(rung);
        }
        if self.is_paragraph || usize::from(limits.fit.lines) > own {
            scratch.mark();
            let text = Marked { letters: &scratch.letters.set, marks: &scratch.marks };
            let wrapped = ladder::wrapped(limits, text, &scratch.own, &mut scratch.lines);
            if let Some(rung) = wrapped {
                return Ok(rung);
            }
        }
        let squeeze = limits.fit.squeeze;
        let size = limits.fit.size_min.min(limits.size);
        Err(Unset::Overflow(Overflow {
            characters: scratch.letters.cids.len(),
            width: line_width(widest, Rung { size, squeeze }),
            height: limits.height(size, own),
            size,
            squeeze,
            lines: limits.fit.lines,
            room: limits.room,
            elsewhere: false,
        }))
    }

    /// Draws the lines that [`Setting::compose`] left in the scratch, moved by `by`.
    pub(super) fn draw(
        &self,
        rung: Rung,
        by: Point,
        scratch: &mut Scratch,
        canvas: &mut impl Canvas,
    ) {
        let Scratch { letters, lines, marks, .. } = scratch;
        let first = match self.single {
            Some(baseline) if lines.len() == 1 && rung.size == self.limits.size => baseline,
            _ => self.first_baseline(rung.size, lines.len()),
        };
        let leading = self.limits.leading(rung.size);
        let mut at = Point { x: self.rect.x + by.x, y: first + by.y };
        for line in lines.iter() {
            let spread = Spread::new(self, rung, line, marks);
            let pen = Pen { rung, ink: self.ink, at, spread };
            if letters.mixed || spread.words_stay {
                pen.draw_runs(line, letters, marks, canvas);
            } else if let Some(letter) = letters.set[line.start..line.end].first() {
                let cids = &letters.cids[line.start..line.end];
                canvas.text(&TextRun { cids, ..pen.run(letter.face, spread.spacing, 0, 0) });
            }
            at.y += leading;
        }
    }
}

/// What a line is drawn with.
#[derive(Debug, Clone, Copy)]
struct Pen {
    rung: Rung,
    ink: Ink,
    at: Point,
    spread: Spread,
}

impl Pen {
    /// A run that starts after `units` and `gaps` spacings, without its characters.
    fn run(&self, face: FaceId, spacing: Length, units: i64, gaps: i64) -> TextRun<'static> {
        let Self { rung, ink, at, spread } = *self;
        let x = at.x + spread.indent + spread.offset(rung, units, gaps);
        let (size, squeeze, at) = (rung.size, rung.squeeze, Point { x, y: at.y });
        TextRun { face, size, squeeze, spacing, at, ink, cids: &[] }
    }

    /// Draws a line in as many runs as it has stretches of one face and spacing.
    fn draw_runs(&self, line: &Line, letters: &Letters, marks: &[Mark], canvas: &mut impl Canvas) {
        let spread = self.spread;
        let (mut units, mut gaps) = (0, 0);
        let mut start = line.start;
        while start < line.end {
            let face = letters.set[start].face;
            let in_word = spread.words_stay && marks[start].word;
            let spacing = if in_word { Length::ZERO } else { spread.spacing };
            let run = self.run(face, spacing, units, gaps);
            let mut end = start;
            loop {
                units += i64::from(letters.set[end].width);
                gaps += i64::from(!spread.joins(end, marks));
                end += 1;
                let goes_on =
                    end < line.end && letters.set[end].face == face && !spread.parts(end, marks);
                if !goes_on {
                    break;
                }
            }
            canvas.text(&TextRun { cids: &letters.cids[start..end], ..run });
            start = end;
        }
    }
}

/// Where a line starts in its box, and what is added between its glyphs.
#[derive(Debug, Clone, Copy)]
struct Spread {
    indent: Length,
    /// Added after glyphs, before squeezing.
    spacing: Length,
    /// Whether words and numbers stay together while the rest is spread.
    words_stay: bool,
}

impl Spread {
    fn new(setting: &Setting, rung: Rung, line: &Line, marks: &[Mark]) -> Self {
        let none = Self { indent: Length::ZERO, spacing: Length::ZERO, words_stay: false };
        let align = setting.limits.align;
        if align == Align::Left || (align == Align::Justify && line.last) {
            return none;
        }
        let slack = setting.rect.width - line_width(line.width, rung);
        let count = line.shown - line.start;
        match align {
            Align::Left => none,
            Align::Center => Self { indent: half(slack), ..none },
            Align::Right => Self { indent: slack, ..none },
            Align::Spread if count < 2 => Self { indent: half(slack), ..none },
            Align::Spread => Self { spacing: share(slack, count - 1, rung), ..none },
            Align::Justify => {
                let words = Self { words_stay: true, ..none };
                let inner = line.start..line.shown.saturating_sub(1);
                let gaps = inner.filter(|&at| !words.joins(at, marks)).count();
                // A line broken far too early (a long word follows) is left as it is.
                let spacing = share(slack, gaps, rung);
                if spacing > half(rung.size.em()) { none } else { Self { spacing, ..words } }
            }
        }
    }

    /// Whether the glyphs at `at` and after it belong to one word.
    fn joins(&self, at: usize, marks: &[Mark]) -> bool {
        self.words_stay
            && marks.get(at).is_some_and(|mark| mark.word)
            && marks.get(at + 1).is_some_and(|mark| mark.word && mark.gap == Gap::Closed)
    }

    /// Whether a word starts or ends before the glyph at `at`, so that the spacing changes.
    fn parts(&self, at: usize, marks: &[Mark]) -> bool {
        self.words_stay && (marks[at].word || marks[at - 1].word) && !self.joins(at - 1, marks)
    }

    /// The distance of a glyph from the line's start, after `units` and `gaps` spacings.
    fn offset(&self, rung: Rung, units: i64, gaps: i64) -> Length {
        if units == 0 && gaps == 0 {
            return Length::ZERO;
        }
        let spacing = i64::from(self.spacing.as_um()) * i64::from(rung.squeeze) * gaps;
        let spacing = i32::try_from(div_round(spacing, 100)).unwrap_or(i32::MAX);
        line_width(units, rung) + Length::um(spacing)
    }
}

/// What each of `gaps` gaps gets of `slack`, before squeezing, rounded down.
fn share(slack: Length, gaps: usize, rung: Rung) -> Length {
    let gaps = i64::try_from(gaps).unwrap_or(i64::MAX).saturating_mul(rung.squeeze.into());
    let spacing = (i64::from(slack.as_um()) * 100).checked_div(gaps).unwrap_or(0);
    Length::um(i32::try_from(spacing.max(0)).unwrap_or(0))
}

/// The width of `units` of [`EM`] at a size and squeeze, to the nearest micrometre.
fn line_width(units: i64, rung: Rung) -> Length {
    const DIVISOR: i64 = EM * 900 * 100;
    let scale = i64::from(rung.size.as_centipoints()) * 3175 * i64::from(rung.squeeze);
    // A line beyond the range is some hundred metres long; it can only be on its way to a finding.
    let um = units.checked_mul(scale).map_or(i64::MAX, |product| div_round(product, DIVISOR));
    Length::um(i32::try_from(um).unwrap_or(i32::MAX))
}
