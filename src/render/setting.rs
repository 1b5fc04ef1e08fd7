//! Sets the text of one box: characters to glyphs, glyphs to lines, lines to runs on a canvas.
//! What is measured and what is drawn go through the same code.

use super::breaks::{self, Mark};
use super::fill::{Line, Marked};
use super::ladder::{self, Limits, Rung, percent};
use super::layout::Layout;
use super::letters::{EM, LetterTables, Letters};
use super::problem::Overflow;
use super::rich::RichScratch;
use super::spread::{Pen, Spread, half, line_width};
use super::symbol::SymbolScratch;
use super::vertical::{ColumnPen, Columns};
use crate::font::{FontSet, RoleId};
use crate::form::{Align, Contexts, TextBox, VAlign, Writing};
use crate::measure::{Extent, Length, Point, Rect, TypeSize, div_round};
use crate::page::{Canvas, Ink, TextRun};

/// Buffers that every text reuses; one for each worker.
#[derive(Debug, Default)]
pub struct Scratch {
    /// The text of the box, as its template gave it.
    pub(super) text: String,
    /// What templates of the form were last given.
    pub(super) contexts: Contexts,
    /// The positions of the rows of a table.
    pub(super) rows: Vec<u32>,
    /// Where rows and bands stand, for each chain of tables with bands.
    pub(super) layouts: Vec<Layout>,
    pub(super) letters: Letters,
    /// How the letters stand in columns, when they do.
    columns: Columns,
    pub(super) rich: RichScratch,
    pub(super) symbols: SymbolScratch,
    /// The slips that a piece has, by their faces.
    pub(super) slips: Vec<usize>,
    /// The lines that the text itself has.
    pub(super) own: Vec<Line>,
    /// The lines as they are set.
    pub(super) lines: Vec<Line>,
    pub(super) marks: Vec<Mark>,
    /// How often lines were filled, over all texts: what texts cost that do not fit.
    pub(super) attempts: u32,
}

impl Scratch {
    /// The marks of the letters, for breaking lines.
    pub(super) fn mark(&mut self) {
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
    /// The room of columns is turned: its width is the height of the box.
    limits: Limits,
    valign: VAlign,
    ink: Ink,
    /// The baseline below the top of the em box, as a fraction of the em.
    baseline: (i64, i64),
    /// The width of a line at the natural size, in units of [`EM`].
    available: i64,
    /// Justified and static texts that may wrap are paragraphs: they wrap before they are squeezed.
    is_paragraph: bool,
    /// Texts of more bytes cannot fit, whatever they say: they are refused before they are shaped.
    bytes_max: usize,
    /// Where the baseline of a single line of the natural size stands; `None` when the box is too
    /// low for it.
    single: Option<Length>,
    writing: Writing,
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
    /// Its ruby does not fit, or has nothing to stand over.
    Reading(Option<Overflow>),
}

/// The most bytes of a text that could possibly fit: eight characters to the em in as many lines
/// as the box holds, of eight bytes each (a base and its selector).
fn bytes_max(limits: &Limits) -> usize {
    const CHARACTERS: i64 = 8;
    const BYTES: usize = 8;
    const SPARE: usize = 256;
    let ems = limits.available(limits.smallest()).checked_div(EM).unwrap_or(0) + 1;
    let lines = limits.lines_max(limits.smallest().size, usize::from(u16::MAX)).max(1);
    let characters = usize::try_from(ems.saturating_mul(CHARACTERS)).unwrap_or(usize::MAX);
    characters.saturating_mul(lines).saturating_mul(BYTES).saturating_add(SPARE)
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
        let TextBox { rect, size, leading, align, valign, mut fit, ink, hang, writing, .. } =
            *source;
        let room = match writing {
            Writing::Horizontal => Extent { width: rect.width, height: rect.height },
            Writing::Vertical { .. } => {
                fit.squeeze = 100;
                Extent { width: rect.height, height: rect.width }
            }
        };
        let (ruby, ruby_least) = (source.ruby_above(), source.ruby_least());
        let letters = source.line_percent().saturating_sub(ruby);
        let limits = Limits { room, size, leading, fit, align, hang, letters, ruby, ruby_least };
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
            bytes_max: bytes_max(&limits),
            single: None,
            writing,
        };
        if limits.height(size, 1) <= room.height {
            setting.single = Some(setting.first_baseline(size, 1));
        }
        setting
    }

    /// The baseline of the first of `lines` lines.
    fn first_baseline(&self, size: TypeSize, lines: usize) -> Length {
        let slack = self.rect.height - self.limits.height(size, lines);
        let before = match self.valign {
            VAlign::Top => Length::ZERO,
            VAlign::Middle => half(slack),
            VAlign::Bottom => slack,
        };
        let letters = percent(size.em(), self.limits.letters);
        self.rect.y + before + self.limits.ruby_height(size) + self.above_of(letters)
    }

    /// How far an em box stands above the baseline.
    fn above_of(&self, em: Length) -> Length {
        let (numerator, denominator) = self.baseline;
        let above = div_round(i64::from(em.as_um()) * numerator, denominator);
        Length::um(i32::try_from(above).unwrap_or(0))
    }

    /// How far type of a size stands above the baseline.
    pub(super) fn above(&self, size: TypeSize) -> Length {
        self.above_of(size.em())
    }

    /// Where the first of `lines` lines begins, moved by `by`.
    pub(super) fn start(&self, rung: Rung, lines: usize, by: Point) -> Point {
        let first = match self.single {
            Some(baseline) if lines == 1 && rung.size == self.limits.size => baseline,
            _ => self.first_baseline(rung.size, lines),
        };
        Point { x: self.rect.x + by.x, y: first + by.y }
    }

    pub(super) const fn limits(&self) -> &Limits {
        &self.limits
    }

    pub(super) const fn width(&self) -> Length {
        self.rect.width
    }

    pub(super) const fn ink(&self) -> Ink {
        self.ink
    }
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
        self.refuse_long(scratch, 0)?;
        let text = scratch.text.strip_suffix('\n').unwrap_or(&scratch.text);
        if text.as_bytes().contains(&b'\n') {
            return self.compose_lines(tables, scratch);
        }
        let Scratch { letters, columns, .. } = scratch;
        let width = match self.writing {
            Writing::Horizontal => tables.write(self.role, text, letters),
            Writing::Vertical { tcy } => columns.write(tables, self.role, tcy, text, letters),
        };
        let width = width.map_err(|_| Unset::Missing)?;
        let end = letters.set.len();
        scratch.lines.push(Line { end, shown: end, width, last: true, ..Line::default() });
        let natural = Rung { size: self.limits.size, squeeze: 100 };
        if width <= self.available && self.single.is_some() {
            return Ok(natural);
        }
        scratch.own.clear();
        scratch.own.extend_from_slice(&scratch.lines);
        self.choose(scratch, false)
    }

    /// Refuses a text that is too long to be looked at; `more` bytes belong to it.
    pub(super) fn refuse_long(&self, scratch: &Scratch, more: usize) -> Result<(), Unset> {
        if scratch.text.len().saturating_add(more) <= self.bytes_max {
            return Ok(());
        }
        let characters = scratch.text.chars().count();
        Err(Unset::Overflow(self.overflow(characters, None)))
    }

    /// The same for a text with forced line breaks.
    fn compose_lines(
        &self,
        tables: &LetterTables<'_>,
        scratch: &mut Scratch,
    ) -> Result<Rung, Unset> {
        let Scratch { text, letters, columns, own, .. } = &mut *scratch;
        own.clear();
        for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
            let start = letters.set.len();
            let width = match self.writing {
                Writing::Horizontal => tables.write(self.role, line, letters),
                Writing::Vertical { tcy } => columns.write(tables, self.role, tcy, line, letters),
            };
            let width = width.map_err(|_| Unset::Missing)?;
            let end = letters.set.len();
            own.push(Line { start, end, shown: end, width, last: true, ..Line::default() });
        }
        self.choose(scratch, false)
    }

    /// Climbs down the ladder with the letters and own lines in the scratch, and the marks when the
    /// letters are `marked` already.
    pub(super) fn choose(&self, scratch: &mut Scratch, marked: bool) -> Result<Rung, Unset> {
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
            if !marked {
                scratch.mark();
            }
            let text = Marked { letters: &scratch.letters.set, marks: &scratch.marks };
            let Scratch { own, lines, attempts, .. } = scratch;
            let wrapped = ladder::wrapped(limits, text, own, lines, attempts);
            if let Some(rung) = wrapped {
                return Ok(rung);
            }
        }
        let Rung { size, squeeze } = limits.smallest();
        let width = line_width(widest, Rung { size, squeeze });
        let takes = self.turned(Extent { width, height: limits.height(size, own) });
        Err(Unset::Overflow(self.overflow(scratch.letters.cids.len(), Some(takes))))
    }

    fn overflow(&self, characters: usize, takes: Option<Extent>) -> Overflow {
        let Limits { fit, room, .. } = self.limits;
        let Rung { size, squeeze } = self.limits.smallest();
        let room = self.turned(room);
        Overflow { characters, takes, size, squeeze, lines: fit.lines, room, elsewhere: false }
    }

    /// An extent along and across the lines, as it stands on the page.
    const fn turned(&self, Extent { width, height }: Extent) -> Extent {
        match self.writing {
            Writing::Horizontal => Extent { width, height },
            Writing::Vertical { .. } => Extent { width: height, height: width },
        }
    }

    /// Draws the lines that [`Setting::compose`] left in the scratch, moved by `by`.
    pub(super) fn draw(
        &self,
        rung: Rung,
        by: Point,
        scratch: &mut Scratch,
        canvas: &mut impl Canvas,
    ) {
        let Scratch { letters, lines, marks, columns, .. } = scratch;
        if self.writing != Writing::Horizontal {
            let text = Marked { letters: &letters.set, marks };
            return self.draw_columns(rung, by, lines, text, columns, canvas);
        }
        let leading = self.limits.leading(rung.size);
        let mut at = self.start(rung, lines.len(), by);
        let text = Marked { letters: &letters.set, marks };
        for line in lines.iter() {
            let spread = Spread::new(self.limits.align, self.rect.width, rung, line, text);
            let pen = Pen { rung, ink: self.ink, at, spread };
            if letters.mixed || spread.is_uneven() {
                pen.draw_runs(line, letters, marks, canvas);
            } else if let Some(letter) = letters.set[line.start..line.end].first() {
                let cids = &letters.cids[line.start..line.end];
                canvas.text(&TextRun { cids, ..pen.run(letter.face, spread.spacing()) });
            }
            at.y += leading;
        }
    }
    /// Draws the lines as columns, from the right edge to the left.
    #[cold]
    fn draw_columns(
        &self,
        rung: Rung,
        by: Point,
        lines: &[Line],
        text: Marked<'_>,
        columns: &Columns,
        canvas: &mut impl Canvas,
    ) {
        let slack = self.rect.width - self.limits.height(rung.size, lines.len());
        let before = match self.valign {
            VAlign::Top => Length::ZERO,
            VAlign::Middle => half(slack),
            VAlign::Bottom => slack,
        };
        let leading = self.limits.leading(rung.size);
        let x = self.rect.right() + by.x - before - half(rung.size.em());
        let mut axis = Point { x, y: self.rect.y + by.y };
        for line in lines {
            let spread = Spread::new(self.limits.align, self.rect.height, rung, line, text);
            let pen = ColumnPen { rung, ink: self.ink, axis, spread };
            pen.draw(line, text, columns, canvas);
            axis.x -= leading;
        }
    }
}
