//! A face: its metrics, its characters and its program, read from one font file.

use super::Cid;
use super::characters::{self, Characters, Glyphs};
use super::marks::{Found, Marks};
use super::vertical::Vertical;
use crate::digest::Digest;
use skrifa::raw::ps::cff::CffFontRef;
use skrifa::raw::types::NameId;
use skrifa::raw::{ReadError, TableProvider};
use skrifa::{FontRef, MetadataProvider, Tag};
use std::fmt;
use std::sync::Arc;

/// A face of a font set. All measures are in font units.
pub struct Face {
    /// Its name in `fonts.toml`.
    pub name: String,
    /// Its PostScript name, as the font file has it.
    pub postscript_name: String,
    /// Font units in an em.
    pub units_per_em: u16,
    /// Top of the em box (仮想ボディ) above the baseline: the typographic ascender.
    pub ascent: i16,
    /// Bottom of the em box, negative below the baseline: the typographic descender.
    pub descent: i16,
    /// Height of flat capital letters.
    pub cap_height: i16,
    /// The box around all glyphs: left, bottom, right, top.
    pub bbox: [i16; 4],
    /// Weight class, 400 regular, 700 bold.
    pub weight: u16,
    /// Slant in whole degrees, counter-clockwise from upright.
    pub italic_angle: i16,
    /// Whether all glyphs have one advance.
    pub is_fixed_pitch: bool,
    /// Whether the outlines are CFF; else they are TrueType.
    pub is_cff: bool,
    /// The digest of the font file.
    pub digest: Digest,
    /// Whether it only continues the face before it of the same name: a font file with more texts
    /// than there are CIDs is several faces.
    pub is_continuation: bool,
    pub(super) characters: Characters,
    pub(super) marks: Option<Arc<Marks>>,
    pub(super) data: Arc<Vec<u8>>,
    pub(super) index: u32,
}

/// Why a font file cannot be a face.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unfit {
    /// Not a font at all, or broken.
    NotAFont(String),
    /// A font of a kind that cannot be embedded by us.
    Kind(&'static str),
    /// Its licence bits forbid embedding or subsetting.
    Licence(&'static str),
}

impl From<ReadError> for Unfit {
    fn from(error: ReadError) -> Self {
        Self::NotAFont(error.to_string())
    }
}

impl fmt::Debug for Face {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, digest) = (&self.name, self.digest);
        f.debug_struct("Face").field("name", name).field("digest", &digest).finish_non_exhaustive()
    }
}

impl Face {
    /// The face at `index` of a font file or collection, and what continues it.
    pub(super) fn load(
        name: &str,
        data: Vec<u8>,
        digest: Digest,
        index: u32,
    ) -> Result<Vec<Self>, Unfit> {
        let data = Arc::new(data);
        let font = FontRef::from_index(&data, index)?;
        let is_cff = kind(&font)?;
        let (head, hhea, os2, post) = (font.head()?, font.hhea()?, font.os2()?, font.post()?);
        may_embed(os2.fs_type())?;
        let (spaces, marks) = characters(&font, &data, index, !is_cff)?;
        // Some fonts have no typographic metrics; the horizontal header then serves.
        let (mut ascent, mut descent) = (os2.s_typo_ascender(), os2.s_typo_descender());
        if ascent == 0 && descent == 0 {
            (ascent, descent) = (hhea.ascender().to_i16(), hhea.descender().to_i16());
        }
        let cap_height = os2.s_cap_height().filter(|&height| height > 0).unwrap_or(ascent);
        let angle = post.italic_angle().to_i32();
        let marks = marks.map(Arc::new);
        let face = |(space, characters)| Self {
            name: name.to_owned(),
            postscript_name: postscript_name(&font).unwrap_or_else(|| name.to_owned()),
            units_per_em: head.units_per_em(),
            ascent,
            descent,
            cap_height,
            bbox: [head.x_min(), head.y_min(), head.x_max(), head.y_max()],
            weight: os2.us_weight_class(),
            italic_angle: i16::try_from(angle).unwrap_or(0),
            is_fixed_pitch: post.is_fixed_pitch() != 0,
            is_cff,
            digest,
            is_continuation: space > 0,
            characters,
            marks: marks.clone().filter(|_| space == 0),
            data: data.clone(),
            index,
        };
        Ok((0..).zip(spaces).map(face).collect())
    }

    /// The text a character stands for; empty when it stands for nothing.
    #[must_use]
    pub fn text_of(&self, cid: Cid) -> String {
        self.characters.text(cid).map(|key| key.chars().collect()).unwrap_or_default()
    }

    /// Top of the em box above the baseline for glyphs set upright in vertical text: the box of one
    /// em around the middle of [`ascent`](Self::ascent) and [`descent`](Self::descent).
    #[must_use]
    pub fn em_top(&self) -> i16 {
        let middle = i32::from(self.ascent) + i32::from(self.descent);
        let top = (middle + i32::from(self.units_per_em)) >> 1;
        i16::try_from(top).unwrap_or(self.ascent)
    }

    /// How many code points and how many sequences (a base with a selector) the face can show.
    #[must_use]
    pub fn coverage(&self) -> (usize, usize) {
        self.characters.counts()
    }
}

/// The characters of a face, and its shaper when it has marks to place.
fn characters(
    font: &FontRef<'_>,
    data: &Arc<Vec<u8>>,
    index: u32,
    exact: bool,
) -> Result<(Vec<Characters>, Option<Marks>), Unfit> {
    let charmap = font.charmap();
    if !charmap.has_map() || charmap.is_symbol() {
        return Err(Unfit::Kind("a font without a Unicode character map"));
    }
    let units_per_em = font.head()?.units_per_em();
    if units_per_em == 0 {
        return Err(Unfit::NotAFont("no units in an em".to_owned()));
    }
    let (hmtx, vmtx, vertical) = (font.hmtx()?, font.vmtx().ok(), Vertical::of(font));
    let height = |glyph: u16| vmtx.as_ref().and_then(|vmtx| vmtx.advance(glyph.into()));
    let glyphs = Glyphs {
        count: font.maxp()?.num_glyphs(),
        advance: &|glyph| hmtx.advance(glyph.into()).unwrap_or(0),
        height: &|glyph| height(glyph).unwrap_or(units_per_em),
        vertical: &|glyph| vertical.glyph(glyph),
    };
    let mapped = characters::mapped(&charmap, glyphs.count);
    let mut mapped = mapped.ok_or(Unfit::Kind("a font with more characters than can be told"))?;
    let has_marks = exact && !mapped.marks.is_empty();
    let marks = has_marks.then(|| Marks::new(data, index)).flatten();
    let found = marks.as_ref().map_or_else(Found::default, |marks| marks.find(&mapped.marks));
    mapped.texts.extend(found.texts.into_iter().filter(|&(_, glyph)| glyph < glyphs.count));
    let spaces = Characters::spaces(&mapped.texts, &found.parts, &glyphs, exact);
    Ok((spaces, marks))
}

/// Whether the outlines are CFF, and that they are of a kind we embed.
fn kind(font: &FontRef<'_>) -> Result<bool, Unfit> {
    let has = |tag: &[u8; 4]| font.table_data(Tag::new(tag)).is_some();
    if has(b"fvar") {
        return Err(Unfit::Kind("a variable font"));
    }
    if has(b"glyf") {
        return Ok(false);
    }
    if !has(b"CFF ") {
        return Err(Unfit::Kind("a font without TrueType or CFF outlines"));
    }
    // In a font without ROS the CID *is* the glyph number (ISO 32000-1, 9.7.4.2), which is how
    // pages can be written before the subset is known.
    let table = font.table_data(Tag::new(b"CFF ")).ok_or(ReadError::OutOfBounds)?;
    let cff = CffFontRef::new_cff(table.as_bytes(), 0, None)
        .map_err(|error| Unfit::NotAFont(error.to_string()))?;
    if cff.is_cid() {
        return Err(Unfit::Kind("a CID-keyed CFF font"));
    }
    Ok(true)
}

/// The licence bits of OS/2 `fsType`: 0x2 restricted, 0x100 no subsetting, 0x200 bitmaps only.
fn may_embed(fs_type: u16) -> Result<(), Unfit> {
    match fs_type {
        bits if bits & 0xF == 0x2 => Err(Unfit::Licence("embedding is forbidden")),
        bits if bits & 0x100 != 0 => Err(Unfit::Licence("subsetting is forbidden")),
        bits if bits & 0x200 != 0 => Err(Unfit::Licence("only bitmaps may be embedded")),
        _ => Ok(()),
    }
}

/// The PostScript name, if it is one: printable ASCII without delimiters.
fn postscript_name(font: &FontRef<'_>) -> Option<String> {
    let names = font.localized_strings(NameId::POSTSCRIPT_NAME);
    names.map(|name| name.chars().collect::<String>()).find(|name| {
        let fits = |c: char| c.is_ascii_graphic() && !"[](){}<>/%#".contains(c);
        !name.is_empty() && name.len() <= 63 && name.chars().all(fits)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn licence_bits() {
        for free in [0x0, 0x4, 0x8] {
            assert_eq!(may_embed(free), Ok(()));
        }
        for bound in [0x2, 0x100, 0x104, 0x200] {
            assert!(may_embed(bound).is_err(), "{bound:x}");
        }
    }

    #[test]
    fn what_is_not_a_font_is_refused() {
        for data in [&b""[..], b"<html>not found</html>", b"\0\x01\0\0\0\x02", b"OTTO"] {
            let result = Face::load("x", data.to_vec(), Digest::of(data), 0);
            assert!(matches!(result, Err(Unfit::NotAFont(_))), "{data:?}");
        }
    }
}
