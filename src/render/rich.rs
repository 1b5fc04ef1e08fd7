//! Rich texts on their lines: stretches of several faces and sizes on one baseline, underlines, and
//! the readings above them (see `ruby`).

use super::breaks::Gap;
use super::fill::{Line, Marked};
use super::ladder::Rung;
use super::letters::{LetterTables, Letters};
use super::ruby::Group;
use super::setting::{Scratch, Setting, Unset};
use super::spread::{Along, Spread, line_width};
use crate::font::{Missing, RoleId};
use crate::form::{
    Contexts, EvalError, Rich, RubyLook, SpanLook, Templates, Text, TextBox, Values,
};
use crate::measure::{Length, Point, TypeSize, div_round};
use crate::page::{Canvas, Ink, Stroke, TextRun, Turn};
use std::ops::Range;

/// Underlines: below the baseline, and how thick, in percent of the size.
const UNDERLINE_DROP: i32 = 11;
const UNDERLINE_WIDTH: i32 = 5;

/// A rich text made ready.
#[derive(Debug)]
pub(super) struct RichSetting<'a> {
    pub(super) source: &'a Rich,
    /// The role of each stretch.
    pub(super) roles: Vec<RoleId>,
    /// The natural size of the text, and the type of its ruby.
    pub(super) size: TypeSize,
    pub(super) ruby: RubyLook,
}

/// Buffers of rich texts.
#[derive(Debug, Default)]
pub(super) struct RichScratch {
    /// Where each stretch ends in the text.
    ends: Vec<usize>,
    /// All readings, one after the other, and where each ends.
    pub(super) readings: String,
    pub(super) reading_ends: Vec<usize>,
    /// How each letter stands.
    pub(super) places: Vec<Place>,
    /// The first letter of each stretch, and the end of the last.
    pub(super) starts: Vec<usize>,
    /// The letters of the readings.
    pub(super) ruby: Letters,
    pub(super) groups: Vec<Group>,
    /// What readings are set in.
    pub(super) ruby_rung: Option<Rung>,
    /// Where each letter of a line begins, and where the last ends.
    xs: Vec<Length>,
}

/// How a letter of a rich text stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) span: usize,
    /// What stands before it of the space that ruby has spread it by, in units of an em.
    pub(super) lead: u32,
    pub(super) blank: bool,
}

impl<'a> RichSetting<'a> {
    /// `role` finds the roles of stretches that have one of their own.
    pub(super) fn new(
        source: &'a TextBox,
        rich: &'a Rich,
        mut role: impl FnMut(&'a str) -> Option<RoleId>,
    ) -> Option<Self> {
        let roles = rich.spans.iter().map(|span| role(Self::role_name(source, &span.look)));
        let roles = roles.collect::<Option<Vec<_>>>()?;
        Some(Self { source: rich, roles, size: source.size, ruby: source.ruby })
    }

    fn role_name<'b>(source: &'b TextBox, look: &'b SpanLook) -> &'b str {
        look.role.as_deref().unwrap_or(&source.role)
    }

    /// Writes the text and its readings into the scratch.
    ///
    /// # Errors
    /// What a template says went wrong.
    pub(super) fn write(
        &self,
        values: &dyn Values,
        templates: &Templates,
        scratch: &mut Scratch,
    ) -> Result<(), EvalError> {
        let Scratch { text, contexts, rich, .. } = scratch;
        let RichScratch { ends, readings, reading_ends, .. } = rich;
        ends.clear();
        readings.clear();
        reading_ends.clear();
        let write = |part: &Text, contexts: &mut Contexts, out: &mut String| {
            part.write(values, templates, contexts, out)
        };
        for span in &self.source.spans {
            write(&span.text, contexts, text)?;
            ends.push(text.len());
        }
        for ruby in &self.source.rubies {
            write(&ruby.text, contexts, readings)?;
            reading_ends.push(readings.len());
        }
        Ok(())
    }

    /// Chooses how the text in the scratch is set, as [`Setting::compose`] does.
    #[cold]
    pub(super) fn compose(
        &self,
        setting: &Setting,
        tables: &LetterTables<'_>,
        scratch: &mut Scratch,
    ) -> Result<Rung, Unset> {
        setting.refuse_long(scratch, scratch.rich.readings.len())?;
        self.shape(tables, scratch)?;
        self.read(tables, scratch)?;
        if !self.source.one_line {
            let ratio = (self.ruby.size.as_centipoints(), self.size.as_centipoints().max(1));
            scratch.widen(|ruby| div_round(ruby * i64::from(ratio.0), ratio.1.into()));
        }
        scratch.measure_own();
        scratch.mark();
        for group in &scratch.rich.groups {
            for mark in &mut scratch.marks[group.base.start + 1..group.base.end] {
                mark.gap = Gap::Closed;
            }
        }
        let rung = setting.choose(scratch, true)?;
        let size = scaled(rung.size, self.ruby.size, self.size);
        scratch.rich.ruby_rung = Some(Rung { size, ..rung });
        if self.source.one_line {
            self.fit_reading(setting, rung, scratch)?;
        }
        Ok(rung)
    }

    /// The letters of the text, stretch after stretch, and the lines it has itself.
    fn shape(&self, tables: &LetterTables<'_>, scratch: &mut Scratch) -> Result<(), Unset> {
        let Scratch { text, letters, own, lines, rich, .. } = scratch;
        let RichScratch { ends, places, starts, .. } = rich;
        letters.clear();
        lines.clear();
        own.clear();
        places.clear();
        starts.clear();
        let text = text.strip_suffix('\n').unwrap_or(text);
        let (mut from, mut line_start) = (0, 0);
        let mut end_line = |start: &mut usize, end: usize| {
            own.push(Line { start: *start, end, shown: end, last: true, ..Line::default() });
            *start = end;
        };
        for (span, (&end, &role)) in ends.iter().zip(&self.roles).enumerate() {
            let end = end.min(text.len());
            starts.push(letters.set.len());
            let percent = u32::from(self.source.spans[span].look.percent);
            for (nth, part) in text[from..end].split('\n').enumerate() {
                if nth > 0 {
                    end_line(&mut line_start, letters.set.len());
                }
                let first = letters.set.len();
                tables.write(role, part, letters).map_err(|_| Unset::Missing)?;
                let mut at = 0;
                for letter in &mut letters.set[first..] {
                    let blank = letter.bytes > 0 && part[at..].starts_with([' ', '\u{3000}']);
                    at += usize::from(letter.bytes);
                    letter.width = percent_of(letter.width, percent);
                    places.push(Place { span, lead: 0, blank });
                }
            }
            from = end;
        }
        starts.push(letters.set.len());
        end_line(&mut line_start, letters.set.len());
        Ok(())
    }

    /// The characters that no face of their role has, with the name of the role.
    pub(super) fn missing(
        &self,
        source: &'a TextBox,
        tables: &LetterTables<'_>,
        scratch: &Scratch,
    ) -> Vec<(&'a str, Missing)> {
        let rich: &'a Rich = self.source;
        let RichScratch { ends, readings, reading_ends, .. } = &scratch.rich;
        let mut found = Vec::new();
        let mut look = |span: usize, text: &str| {
            let role = Self::role_name(source, &rich.spans[span].look);
            for line in text.split('\n') {
                let missing = tables.fonts.missing(self.roles[span], line);
                found.extend(missing.map(|missing| (role, missing)));
            }
        };
        let mut from = 0;
        for (span, &end) in ends.iter().enumerate() {
            look(span, &scratch.text[from..end]);
            from = end;
        }
        from = 0;
        for (reading, &end) in self.source.rubies.iter().zip(reading_ends) {
            look(reading.spans.start, &readings[from..end]);
            from = end;
        }
        found
    }

    /// Draws what [`RichSetting::compose`] left in the scratch, moved by `by`.
    pub(super) fn draw(
        &self,
        setting: &Setting,
        rung: Rung,
        by: Point,
        scratch: &mut Scratch,
        canvas: &mut impl Canvas,
    ) {
        let mut xs = std::mem::take(&mut scratch.rich.xs);
        let mut at = setting.start(rung, scratch.lines.len(), by);
        for line in &scratch.lines {
            let text = Marked { letters: &scratch.letters.set, marks: &scratch.marks };
            let spread = Spread::new(setting.limits().align, setting.width(), rung, line, text);
            xs.clear();
            let mut along = Along::default();
            for letter in line.start..line.end {
                xs.push(at.x + spread.place(rung, along));
                spread.pass(&mut along, letter, line, text);
            }
            let right = at.x + setting.width();
            let pen = RichPen { rich: self, setting, rung, y: at.y, right, line, spread, xs: &xs };
            pen.draw_runs(scratch, canvas);
            pen.underline(scratch, canvas);
            for group in &scratch.rich.groups {
                if line.start <= group.base.start && group.base.end <= line.end {
                    pen.ruby(group, scratch, canvas);
                }
            }
            at.y += setting.limits().leading(rung.size);
        }
        scratch.rich.xs = xs;
    }

    pub(super) fn look(&self, span: usize) -> &SpanLook {
        &self.source.spans[span].look
    }
}

/// What a line of a rich text is drawn with.
pub(super) struct RichPen<'p, 'a> {
    pub(super) rich: &'p RichSetting<'a>,
    pub(super) setting: &'p Setting,
    pub(super) rung: Rung,
    /// The baseline.
    pub(super) y: Length,
    /// The right edge of the box.
    pub(super) right: Length,
    line: &'p Line,
    spread: Spread,
    /// Where each letter of the line begins.
    xs: &'p [Length],
}

impl RichPen<'_, '_> {
    pub(super) fn x(&self, letter: usize) -> Length {
        self.xs[letter - self.line.start]
    }

    /// Where a letter ends, without what is added behind it.
    pub(super) fn end(&self, letter: usize, letters: &Letters) -> Length {
        self.x(letter) + line_width(letters.set[letter].width.into(), self.rung)
    }

    /// The grey of a letter.
    pub(super) fn ink(&self, letter: usize, scratch: &Scratch) -> Ink {
        let look = self.rich.look(scratch.rich.places[letter].span);
        look.ink.unwrap_or(self.setting.ink())
    }

    fn draw_runs(&self, scratch: &Scratch, canvas: &mut impl Canvas) {
        let Self { rich, rung, line, spread, .. } = *self;
        let Scratch { letters, marks, rich: RichScratch { places, .. }, .. } = scratch;
        let text = Marked { letters: &letters.set, marks };
        let alone = |at: usize| places[at].lead > 0 || letters.apart(at).is_some();
        let mut start = line.start;
        while start < line.end {
            let face = letters.set[start].face;
            let percent = rich.look(places[start].span).percent;
            let ink = self.ink(start, scratch);
            let mut end = start + 1;
            while end < line.end
                && letters.set[end].face == face
                && rich.look(places[end].span).percent == percent
                && self.ink(end, scratch) == ink
                && !alone(start)
                && !alone(end)
                && !spread.parts(end, text)
            {
                end += 1;
            }
            let spacing =
                if end - start > 1 { spread.spacing_at(start, text) } else { Length::ZERO };
            let size = percent_of_size(rung.size, percent);
            let x = self.x(start) + line_width(places[start].lead.into(), rung);
            let mut at = Point { x, y: self.y };
            if let Some(apart) = letters.apart(start) {
                let own = Rung { size, ..rung };
                at.x += line_width(apart.right, own);
                at.y -= line_width(apart.up, Rung { squeeze: 100, ..own });
            }
            let (squeeze, cids) = (rung.squeeze, &letters.cids[start..end]);
            let turn = Turn::Upright;
            canvas.text(&TextRun { face, size, squeeze, spacing, at, turn, ink, cids });
            start = end;
        }
    }

    fn underline(&self, scratch: &Scratch, canvas: &mut impl Canvas) {
        let Scratch { letters, rich: RichScratch { places, .. }, .. } = scratch;
        let lined = |at: usize| self.rich.look(places[at].span).underline;
        let part = |percent: i32| {
            let part = div_round(i64::from(self.rung.size.em().as_um() * percent), 100);
            Length::um(i32::try_from(part).unwrap_or(0))
        };
        let y = self.y + part(UNDERLINE_DROP);
        let mut at = self.line.start;
        while at < self.line.shown {
            let start = at;
            let ink = self.ink(at, scratch);
            while at < self.line.shown && lined(at) && self.ink(at, scratch) == ink {
                at += 1;
            }
            if at > start {
                let (from, to) = (self.x(start), self.end(at - 1, letters));
                let stroke = Stroke { width: part(UNDERLINE_WIDTH), ink, dash: None };
                canvas.line(Point { x: from, y }, Point { x: to, y }, stroke);
            } else {
                at += 1;
            }
        }
    }
}

/// The width of some letters, in units of an em.
pub(super) fn width(letters: &Letters, range: &Range<usize>) -> i64 {
    letters.set[range.clone()].iter().map(|letter| i64::from(letter.width)).sum()
}

fn percent_of(width: u32, percent: u32) -> u32 {
    let width = div_round(i64::from(width) * i64::from(percent), 100);
    u32::try_from(width).unwrap_or(u32::MAX)
}

/// A size in percent of another, rounded down so that nothing grows beyond its measure.
pub(super) fn percent_of_size(size: TypeSize, percent: u16) -> TypeSize {
    scaled(size, TypeSize::centipoints(percent), TypeSize::centipoints(100))
}

/// `size` × `by` / `of`, rounded down.
pub(super) fn scaled(size: TypeSize, by: TypeSize, of: TypeSize) -> TypeSize {
    let product = u64::from(size.as_centipoints()) * u64::from(by.as_centipoints());
    let scaled = product.checked_div(of.as_centipoints().into()).unwrap_or(0);
    TypeSize::centipoints(u16::try_from(scaled).unwrap_or(u16::MAX))
}
