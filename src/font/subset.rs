//! What of a face goes into a file: the program with only the used glyphs, and the tables that
//! lead from the characters in the content to glyphs, widths and text. Not PDF syntax.

use super::{Cid, Error, Face, FaceId, Usage, to_unicode};
use crate::digest::Digest;
use skrifa::{FontRef, Tag};
use std::collections::BTreeMap;
use subsetter::GlyphRemapper;

/// The used part of a face.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subset {
    /// The font program: a TrueType font, or the bare CFF table of a face that
    /// [is CFF](Face::is_cff).
    pub program: Vec<u8>,
    /// The name of the font in the file: for a part of a face with a tag of six letters before it
    /// (ISO 32000-1, 9.6.4).
    pub name: String,
    /// The glyph of each character from 0 up, two bytes each, for a TrueType program; without it
    /// the characters are the glyph numbers.
    pub cid_to_gid: Option<Vec<u8>>,
    /// The used characters and their advances in font units, ascending.
    pub widths: Vec<(Cid, u16)>,
    /// The most frequent advance among them.
    pub default_width: u16,
    /// The `CMap` from characters to text.
    pub to_unicode: Vec<u8>,
}

impl Face {
    /// The part of this face that `usage` needs, `id` being the face's number there.
    ///
    /// # Errors
    /// [`Error::Subset`] when a table of the font is broken.
    pub fn subset(&self, id: FaceId, usage: &Usage) -> Result<Subset, Error> {
        let used: Vec<Cid> =
            usage.cids(id).filter(|&cid| self.characters.text(cid).is_some()).collect();
        let widths: Vec<_> = used.iter().map(|&cid| (cid, self.characters.advance(cid))).collect();
        let default_width = most_frequent(&widths);
        let texts = used.iter().filter_map(|&cid| Some((cid, self.characters.text(cid)?)));
        let to_unicode = to_unicode::cmap(texts);
        let (program, name, cid_to_gid) = if self.is_cff {
            (self.cff()?, self.postscript_name.clone(), None)
        } else {
            let (program, map) = self.glyf(&used)?;
            let name = format!("{}+{}", self.tag(&used), self.postscript_name);
            (program, name, Some(map))
        };
        Ok(Subset { program, name, cid_to_gid, widths, default_width, to_unicode })
    }

    /// The whole CFF table: faces of this kind are small, and their CIDs must stay glyph numbers.
    fn cff(&self) -> Result<Vec<u8>, Error> {
        let font = FontRef::from_index(&self.data, self.index).map_err(|e| self.broken(&e))?;
        let table = font.table_data(Tag::new(b"CFF "));
        let table = table.ok_or_else(|| self.broken(&"the CFF table is gone"))?;
        Ok(table.as_bytes().to_vec())
    }

    /// A TrueType program with the glyphs of `used`, in ascending order of their old numbers, and
    /// the map from character to new glyph.
    fn glyf(&self, used: &[Cid]) -> Result<(Vec<u8>, Vec<u8>), Error> {
        let mut glyphs: Vec<u16> = used.iter().map(|&cid| self.characters.glyph(cid)).collect();
        glyphs.sort_unstable();
        glyphs.dedup();
        let remapper = GlyphRemapper::new_from_glyphs_sorted(&glyphs);
        let program = subsetter::subset(&self.data, self.index, &remapper)
            .map_err(|error| self.broken(&error))?;
        let len = used.last().map_or(1, |&cid| usize::from(cid) + 1);
        let mut map = vec![0; len * 2];
        for &cid in used {
            let glyph = remapper.get(self.characters.glyph(cid));
            let glyph = glyph.ok_or_else(|| self.broken(&"a glyph was left out"))?;
            let at = usize::from(cid) * 2;
            map[at..at + 2].copy_from_slice(&glyph.to_be_bytes());
        }
        Ok((program, map))
    }

    /// Six capital letters that differ from subset to subset of this face.
    fn tag(&self, used: &[Cid]) -> String {
        let cids: Vec<u8> = used.iter().flat_map(|cid| cid.to_be_bytes()).collect();
        let digest = Digest::of_parts(&[self.digest.as_bytes(), &cids]);
        digest.as_bytes()[..6].iter().map(|byte| char::from(b'A' + byte % 26)).collect()
    }

    fn broken(&self, reason: &dyn std::fmt::Display) -> Error {
        Error::Subset { face: self.name.clone(), reason: reason.to_string() }
    }
}

/// The most frequent advance; the larger of two that are equally frequent.
fn most_frequent(widths: &[(Cid, u16)]) -> u16 {
    let mut counts = BTreeMap::new();
    for &(_, width) in widths {
        *counts.entry(width).or_insert(0_u32) += 1;
    }
    counts.into_iter().max_by_key(|&(width, count)| (count, width)).map_or(0, |(width, _)| width)
}
