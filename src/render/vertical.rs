//! Letters in columns (縦書き): which stand upright, which side by side (縦中横) and which are turned,
//! and where each stands on the axis of its column. Lines are filled and spread as horizontal ones.

use super::fill::{Line, Marked};
use super::ladder::Rung;
use super::letters::{EM, Letter, LetterTables, Letters};
use super::spread::{Along, Spread, line_width};
use crate::font::{Cid, Face, FaceId, Missing, RoleId};
use crate::measure::{Point, div_round};
use crate::page::{Canvas, Ink, TextRun, Turn};

/// The narrowest that letters are squeezed to stand side by side, in percent.
const SQUEEZE_MIN: i64 = 50;

/// How a letter of a column, or several side by side, stand there. Distances are in units of [`EM`].
#[derive(Debug, Clone, Copy)]
struct Cell {
    /// Its first glyph, and how many there are.
    first: usize,
    count: usize,
    turn: Turn,
    squeeze: u8,
    /// From the axis to the right, to where its baseline starts.
    across: i64,
    /// From the pen downwards, to where its baseline starts.
    down: i64,
}

/// The glyphs of columns, and the cells they stand in: one for each letter of the text.
#[derive(Debug, Default)]
pub(super) struct Columns {
    glyphs: Letters,
    cells: Vec<Cell>,
}

/// What a character of a word is to its word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Alphanumeric,
    Symbol,
    Hyphen,
    /// It turns the whole word: points, commas, slashes.
    Other,
}

impl Kind {
    const fn of(byte: u8) -> Self {
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => Self::Alphanumeric,
            b'!' | b'?' | b'%' | b'&' | b'#' | b'+' | b'*' | b'$' => Self::Symbol,
            b'-' => Self::Hyphen,
            _ => Self::Other,
        }
    }
}

/// Whether a character is part of a word that stands or turns as a whole.
const fn is_word(c: char) -> bool {
    match c {
        '(' | ')' | '[' | ']' | '{' | '}' | '<' | '>' => false,
        _ => c.is_ascii_graphic() || matches!(c, 'À'..='\u{24F}'),
    }
}

/// Characters that are turned where their face has no glyph for vertical writing: brackets, dashes,
/// and what else runs along the line.
const TURNED: &str =
    "（）〔〕［］｛｝〈〉《》「」『』【】〘〙〖〗｟｠｢｣“”‘’«»ーｰ－−‐‑‒–—―…‥〜～：；＝＿｜|＜＞";

/// Stops and commas: they are moved to the upper right where their face has no other glyph.
const STOPS: &str = "、。，．､｡";

fn is_turned(c: char, width: i64) -> bool {
    let narrow = width * 4 < EM * 3;
    c.is_ascii()
        || (narrow && matches!(c, '\u{A0}'..='\u{52F}' | '\u{1E00}'..='\u{206F}'))
        || TURNED.contains(c)
}

/// Units of [`EM`] of a measure in units of a face.
fn units(measure: i64, face: &Face) -> i64 {
    div_round(measure * EM, i64::from(face.units_per_em))
}

/// The top of the em box above the baseline: what hangs from the pen.
fn top(face: &Face) -> i64 {
    units(face.em_top().into(), face)
}

impl Columns {
    /// Appends the letters of `text` to `letters`; their length in units of [`EM`]. Letters that stand
    /// side by side, up to `tcy`, are one.
    ///
    /// # Errors
    /// The first character that no face of the role has.
    #[cold]
    pub(super) fn write(
        &mut self,
        tables: &LetterTables<'_>,
        role: RoleId,
        tcy: u8,
        text: &str,
        letters: &mut Letters,
    ) -> Result<i64, Missing> {
        if letters.set.is_empty() {
            self.glyphs.clear();
            self.cells.clear();
        }
        let (mut at, before) = (self.glyphs.set.len(), letters.set.len());
        tables.write(role, text, &mut self.glyphs)?;
        let mut setter = Setter { tables, tcy: tcy.into(), start: at, columns: self, letters };
        let mut rest = text;
        while at < setter.columns.glyphs.set.len() {
            let (glyphs, bytes) = setter.word(at, rest);
            let (start, end) = rest.split_at(bytes);
            if glyphs == 0 {
                let bytes = setter.single(at, end);
                (at, rest) = (at + 1, &end[bytes..]);
            } else {
                setter.stand(at..at + glyphs, start);
                (at, rest) = (at + glyphs, end);
            }
        }
        Ok(letters.set[before..].iter().map(|letter| i64::from(letter.width)).sum())
    }

    /// Whether a cell is drawn by itself.
    fn alone(&self, cell: usize) -> bool {
        self.glyphs.apart(self.cells[cell].first).is_some()
    }

    fn cids(&self, first: usize, end: usize) -> &[Cid] {
        &self.glyphs.cids[first..end]
    }
}

/// Sets glyphs into cells.
struct Setter<'s, 't> {
    tables: &'s LetterTables<'t>,
    tcy: usize,
    /// The first glyph of the line.
    start: usize,
    columns: &'s mut Columns,
    letters: &'s mut Letters,
}

impl Setter<'_, '_> {
    fn glyph(&self, at: usize) -> Letter {
        self.columns.glyphs.set[at]
    }

    /// How many glyphs from `at` on, and bytes of `text`, are a word.
    fn word(&self, at: usize, text: &str) -> (usize, usize) {
        let (mut glyphs, mut bytes) = (0, 0);
        for letter in &self.columns.glyphs.set[at..] {
            if !text[bytes..].chars().next().is_some_and(is_word) {
                break;
            }
            glyphs += 1;
            bytes += usize::from(letter.bytes);
        }
        (glyphs, bytes)
    }

    /// Sets a word: its parts upright where all of them can stand so, else turned as a whole.
    fn stand(&mut self, glyphs: std::ops::Range<usize>, word: &str) {
        let is_simple = word.len() == glyphs.len();
        let parts = || {
            let kind = |byte: &u8| Kind::of(*byte);
            word.as_bytes()
                .chunk_by(move |a, b| [a, b].map(kind) == [Kind::Alphanumeric; 2])
                .map(move |part| (kind(&part[0]), part))
        };
        let stands = |(kind, part): (Kind, &[u8])| match kind {
            Kind::Alphanumeric => {
                part.len() <= self.tcy.max(1) || part.iter().all(u8::is_ascii_digit)
            }
            Kind::Symbol | Kind::Hyphen => true,
            Kind::Other => false,
        };
        if !is_simple || !parts().all(stands) {
            return glyphs.for_each(|at| self.turn(at));
        }
        let mut at = glyphs.start;
        for (kind, part) in parts() {
            let all = at..at + part.len();
            at = all.end;
            match kind {
                Kind::Hyphen | Kind::Other => all.for_each(|at| self.turn(at)),
                Kind::Alphanumeric if (2..=self.tcy).contains(&part.len()) => {
                    if self.side_by_side(all.clone()) {
                    } else if part.iter().all(u8::is_ascii_digit) {
                        all.for_each(|at| self.upright(at, EM));
                    } else {
                        all.for_each(|at| self.turn(at));
                    }
                }
                Kind::Alphanumeric | Kind::Symbol => all.for_each(|at| self.upright(at, EM)),
            }
        }
    }

    /// Sets a character that is not of a word; how many bytes of `text` it stands for.
    fn single(&mut self, at: usize, text: &str) -> usize {
        let Letter { face, bytes, width, .. } = self.glyph(at);
        let Some(c) = text.chars().next().filter(|_| bytes > 0) else {
            self.mark(at);
            return 0;
        };
        let fonts = self.tables.fonts;
        if let Some(cid) = fonts.vertical(face, self.columns.glyphs.cids[at]) {
            self.columns.glyphs.cids[at] = cid;
            self.columns.glyphs.set[at].width =
                u32::try_from(units(fonts.advance(face, cid).into(), fonts.face(face)))
                    .unwrap_or(width);
            self.upright(at, self.height(face, cid));
        } else if matches!(c, 'ﾞ' | 'ﾟ') && self.voices(at) {
        } else if is_turned(c, width.into()) {
            self.turn(at);
        } else {
            self.upright(at, self.height(face, self.columns.glyphs.cids[at]));
            if let Some(cell) = self.columns.cells.last_mut().filter(|_| STOPS.contains(c)) {
                cell.across += (EM >> 3) + i64::from(width >> 1);
                cell.down -= (EM >> 1) + (EM >> 3);
            }
        }
        bytes.into()
    }

    /// Sets a half-width voicing mark beside the kana that it belongs to; `false` when none is there.
    fn voices(&mut self, at: usize) -> bool {
        let (mark, kana) = (self.glyph(at), at.checked_sub(1).map(|before| self.glyph(before)));
        let (Some(cell), Some(letter), Some(kana)) =
            (self.columns.cells.last_mut(), self.letters.set.last_mut(), kana)
        else {
            return false;
        };
        let width = i64::from(kana.width + mark.width);
        let stands = cell.turn == Turn::Upright && cell.first + 1 == at && cell.count == 1;
        if !stands || kana.face != mark.face || width > EM || at == self.start {
            return false;
        }
        (cell.count, cell.across) = (2, -(width >> 1));
        letter.bytes += mark.bytes;
        true
    }

    fn height(&self, face: FaceId, cid: Cid) -> i64 {
        let fonts = self.tables.fonts;
        units(fonts.height(face, cid).into(), fonts.face(face))
    }

    /// One glyph upright in the middle of the column, `height` high.
    fn upright(&mut self, at: usize, height: i64) {
        let letter = self.glyph(at);
        let down = top(self.tables.fonts.face(letter.face));
        let (right, up) = self.columns.glyphs.moved(at);
        let (across, down) = (right - (i64::from(letter.width) >> 1), down - up);
        let cell = Cell { first: at, count: 1, turn: Turn::Upright, squeeze: 100, across, down };
        self.push(cell, letter, height);
    }

    /// One glyph turned, with the middle of its em box on the axis.
    fn turn(&mut self, at: usize) {
        let letter = self.glyph(at);
        let (down, up) = self.columns.glyphs.moved(at);
        let across = (EM >> 1) - top(self.tables.fonts.face(letter.face)) + up;
        let cell = Cell { first: at, count: 1, turn: Turn::Right, squeeze: 100, across, down };
        self.push(cell, letter, letter.width.into());
    }

    /// Some glyphs side by side in one em; `false` when they would be too narrow there.
    fn side_by_side(&mut self, glyphs: std::ops::Range<usize>) -> bool {
        let (first, count) = (glyphs.start, glyphs.len());
        let lead = self.glyph(first);
        let set = &self.columns.glyphs.set[glyphs];
        let width: i64 = set.iter().map(|letter| i64::from(letter.width)).sum();
        let squeeze = (EM * 100).checked_div(width).unwrap_or(100).min(100);
        if squeeze < SQUEEZE_MIN || set.iter().any(|letter| letter.face != lead.face) {
            return false;
        }
        let across = -div_round(width * squeeze, 200);
        let down = top(self.tables.fonts.face(lead.face));
        let squeeze = u8::try_from(squeeze).expect("at most a hundred");
        let bytes = set.iter().map(|letter| letter.bytes).sum();
        let cell = Cell { first, count, turn: Turn::Upright, squeeze, across, down };
        self.push(cell, Letter { bytes, ..lead }, EM);
        true
    }

    /// A mark on a letter: turned with it, or upright where it would stand in a line. The pen is
    /// below the letter then.
    fn mark(&mut self, at: usize) {
        let base = self.letters.set.iter().rposition(|letter| letter.bytes > 0);
        let Some(base) = base.filter(|&base| self.columns.cells[base].turn == Turn::Upright) else {
            return self.turn(at);
        };
        let (cell, height) = (self.columns.cells[base], i64::from(self.letters.set[base].width));
        let before = &self.columns.glyphs.set[cell.first..at];
        let pen: i64 = before.iter().map(|letter| i64::from(letter.width)).sum();
        let (right, up) = self.columns.glyphs.moved(at);
        let (origin, _) = self.columns.glyphs.moved(cell.first);
        let (across, down) = (cell.across - origin + pen + right, cell.down - height - up);
        self.push(Cell { first: at, count: 1, across, down, ..cell }, self.glyph(at), 0);
    }

    fn push(&mut self, cell: Cell, letter: Letter, height: i64) {
        let cid = self.columns.glyphs.cids[cell.first];
        let width = u32::try_from(height).unwrap_or(letter.width);
        let full = letter.full && height == EM;
        self.columns.cells.push(cell);
        self.letters.push(Letter { width, full, ..letter }, cid);
    }
}

/// What a column is drawn with.
#[derive(Debug, Clone, Copy)]
pub(super) struct ColumnPen {
    pub(super) rung: Rung,
    pub(super) ink: Ink,
    /// The top of the column's axis.
    pub(super) axis: Point,
    pub(super) spread: Spread,
}

impl ColumnPen {
    /// Draws a column: each cell by itself, turned letters in runs.
    pub(super) fn draw(
        &self,
        line: &Line,
        text: Marked<'_>,
        columns: &Columns,
        canvas: &mut impl Canvas,
    ) {
        let Self { rung, ink, axis, spread } = *self;
        let mut along = Along::default();
        let mut start = line.start;
        while start < line.end {
            let (cell, face) = (columns.cells[start], text.letters[start].face);
            let top = axis.y + spread.place(rung, along);
            let mut end = start;
            loop {
                spread.pass(&mut along, end, line, text);
                end += 1;
                let goes_on = end < line.end
                    && cell.turn == Turn::Right
                    && columns.cells[end].turn == Turn::Right
                    && text.letters[end].face == face
                    && !columns.alone(start)
                    && !columns.alone(end)
                    && spread.is_close(end, text);
                if !goes_on {
                    break;
                }
            }
            let last = columns.cells[end - 1];
            let at = Point {
                x: axis.x + line_width(cell.across, rung),
                y: top + line_width(cell.down, rung),
            };
            canvas.text(&TextRun {
                face,
                size: rung.size,
                squeeze: cell.squeeze,
                spacing: crate::measure::Length::ZERO,
                at,
                turn: cell.turn,
                ink,
                cids: columns.cids(cell.first, last.first + last.count),
            });
            start = end;
        }
    }
}
