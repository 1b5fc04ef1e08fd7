//! Characters to letters: a flat table for each role in use, so that a character of the basic plane
//! costs one look-up for its face, its number and its width. Anything else (selectors, voicing
//! marks, the planes beyond, what no face has) is left to the font set.

use crate::font::{FaceId, FontSet, Missing, RoleId};
use crate::measure::div_round;
use crate::page::Cid;
use std::sync::OnceLock;

/// Widths are counted in this many units to the em of whatever face: a common multiple of the
/// usual 1000, 1024, 2000 and 2048 units, so that sums are exact.
pub(super) const EM: i64 = 256_000;

/// Code points of the basic plane.
const PLANE: u32 = 0x1_0000;

/// A character of a text as it is set, besides its number in its face.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Letter {
    /// Its advance in units of [`EM`].
    pub(super) width: u32,
    /// Its face.
    pub(super) face: FaceId,
    /// How many bytes of the text it stands for; 0 in a table where a code point has no letter.
    pub(super) bytes: u8,
    /// Whether it is as wide as the em, so that stops and brackets have a blank half.
    pub(super) full: bool,
}

/// The letters of a text: one entry each in two parallel lists.
#[derive(Debug, Default)]
pub(super) struct Letters {
    pub(super) cids: Vec<Cid>,
    pub(super) set: Vec<Letter>,
    /// Whether they are of more than one face, or some stand apart: they take several runs.
    pub(super) mixed: bool,
    /// Letters that are drawn by themselves, in order.
    pub(super) apart: Vec<Apart>,
}

/// A letter that is drawn by itself, such as a mark on the letter before it. A mark stands for no
/// byte of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Apart {
    /// Which letter.
    pub(super) at: usize,
    /// How far it is moved to the right and upwards, in units of [`EM`].
    pub(super) right: i64,
    pub(super) up: i64,
}

impl Letters {
    pub(super) fn clear(&mut self) {
        self.cids.clear();
        self.set.clear();
        self.mixed = false;
        self.apart.clear();
    }

    /// Forgets the letters from `start` on; none of them stands apart.
    fn truncate(&mut self, start: usize) {
        self.set.truncate(start);
        self.cids.truncate(start);
    }

    /// How the letter at `at` stands apart, if it does.
    pub(super) fn apart(&self, at: usize) -> Option<Apart> {
        let found = self.apart.binary_search_by_key(&at, |apart| apart.at).ok()?;
        Some(self.apart[found])
    }

    /// How far the letter at `at` is moved to the right and upwards, in units of [`EM`].
    pub(super) fn moved(&self, at: usize) -> (i64, i64) {
        self.apart(at).map_or((0, 0), |apart| (apart.right, apart.up))
    }

    pub(super) fn push(&mut self, letter: Letter, cid: Cid) {
        self.mixed |= self.set.first().is_some_and(|first| first.face != letter.face);
        self.set.push(letter);
        self.cids.push(cid);
    }
}

/// A letter and its number for each code point of the basic plane.
type Table = Box<[(Letter, Cid)]>;

/// The fonts, and the tables of the roles in use.
#[derive(Debug)]
pub(super) struct LetterTables<'a> {
    pub(super) fonts: &'a FontSet,
    /// How many units of [`EM`] a font unit of each face is.
    scales: Vec<i64>,
    /// By role, by code point; made when a role is first used.
    roles: Vec<OnceLock<Table>>,
}

impl<'a> LetterTables<'a> {
    pub(super) fn new(fonts: &'a FontSet) -> Self {
        let mut scales = Vec::new();
        for (id, face) in fonts.faces() {
            scales.resize(usize::from(id), 0);
            scales.push(div_round(EM, i64::from(face.units_per_em)));
        }
        let roles = fonts.role_names().map(|_| OnceLock::new()).collect();
        Self { fonts, scales, roles }
    }

    /// Appends the letters of `text`; their width in units of [`EM`].
    ///
    /// # Errors
    /// The first character that no face of the role has.
    pub(super) fn write(
        &self,
        role: RoleId,
        text: &str,
        letters: &mut Letters,
    ) -> Result<i64, Missing> {
        let table = self.roles[usize::from(role)].get_or_init(|| self.table(role));
        let start = letters.set.len();
        let mut width = 0;
        for c in text.chars() {
            match table.get(c as usize) {
                Some(&(letter, cid)) if letter.bytes > 0 => {
                    letters.push(letter, cid);
                    width += i64::from(letter.width);
                }
                _ => {
                    letters.truncate(start);
                    return self.shape(role, text, letters);
                }
            }
        }
        if letters.mixed {
            // Words are of one face, which no table knows.
            letters.truncate(start);
            return self.shape(role, text, letters);
        }
        Ok(width)
    }

    /// The same through the font set, cluster by cluster.
    #[cold]
    fn shape(&self, role: RoleId, text: &str, letters: &mut Letters) -> Result<i64, Missing> {
        let mut glyphs = Vec::new();
        self.fonts.shape(role, text, &mut glyphs)?;
        let mut width = 0;
        for glyph in glyphs {
            let (letter, cid) = self.letter(glyph.face, glyph.bytes, glyph.cid, glyph.advance);
            if glyph.apart {
                let scale = self.scales[usize::from(glyph.face)];
                let (right, up) = (i64::from(glyph.x) * scale, i64::from(glyph.y) * scale);
                letters.apart.push(Apart { at: letters.set.len(), right, up });
                letters.mixed = true;
            }
            letters.push(letter, cid);
            width += i64::from(letter.width);
        }
        Ok(width)
    }

    fn letter(&self, face: FaceId, bytes: u8, cid: Cid, advance: u16) -> (Letter, Cid) {
        let width = i64::from(advance) * self.scales[usize::from(face)];
        let width = u32::try_from(width).expect("an advance is at most 65,535 units of 256,000");
        (Letter { width, face, bytes, full: i64::from(width) == EM }, cid)
    }

    fn table(&self, role: RoleId) -> Table {
        let mut glyphs = Vec::new();
        let mut utf8 = [0; 4];
        let none = (Letter { width: 0, face: 0, bytes: 0, full: false }, 0);
        let letter = |code| {
            let c = char::from_u32(code)?;
            glyphs.clear();
            self.fonts.shape(role, c.encode_utf8(&mut utf8), &mut glyphs).ok()?;
            let [glyph] = glyphs.as_slice() else { return None };
            (!glyph.apart).then_some(())?;
            Some(self.letter(glyph.face, glyph.bytes, glyph.cid, glyph.advance))
        };
        (0..PLANE).map(letter).map(|letter| letter.unwrap_or(none)).collect()
    }
}

/// The letters of `text` as tests of line filling need them: half an em for ASCII, else an em.
#[cfg(test)]
pub(super) fn letters_of(text: &str) -> Vec<Letter> {
    let letter = |c: char| {
        let full = !c.is_ascii();
        let width = u32::try_from(if full { EM } else { EM >> 1 }).expect("an em is small");
        Letter { width, face: 0, bytes: u8::try_from(c.len_utf8()).expect("at most four"), full }
    };
    text.chars().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::FONTS;
    use super::*;

    /// The quick way and the font set's own must agree on every text.
    #[test]
    fn tables_agree_with_the_font_set() {
        let tables = LetterTables::new(&FONTS);
        let role = FONTS.role("name").expect("a role of the tests");
        for text in [
            "",
            "霞ヶ原市１２３4５",
            "葛\u{E0100}城",
            "か\u{3099}き",
            "土𠮷野",
            "A\u{301}",
            "\u{E0100}",
            "髙\n",
        ] {
            let (mut quick, mut slow) = (Letters::default(), Letters::default());
            let found =
                (tables.write(role, text, &mut quick), &quick.cids, &quick.set, quick.mixed);
            let expected = (tables.shape(role, text, &mut slow), &slow.cids, &slow.set, slow.mixed);
            assert_eq!(found, expected, "{}", text.escape_unicode());
        }
    }
}
