//! User-defined characters (外字) of a tenant: what a font set shows for the codes of the private use
//! area that the tenant's table `gaiji.toml` names. Which record holds such a code is nobody's here.
//!
//! A code is **identified** (同定) with a character and shown and copied out as that; or it has a glyph
//! of its own, in a TrueType font or in a bitmap font, whose glyphs are traced and made a face. Faces
//! of a table come after those of `fonts.toml` and show the codes of the table and nothing else.

mod bdf;
mod drawn;
mod table;
mod trace;

use super::characters::{Characters, Glyphs};
use super::cluster::Key;
use super::face::Unfit;
use super::{Error, Face, FaceId, FontSet};
use crate::digest::Digest;
use skrifa::FontRef;
use skrifa::raw::{ReadError, TableProvider};
use std::collections::BTreeMap;
use std::io;
use table::{Meaning, Source};

/// A code of a face, the text it gives back, and its glyph.
pub(super) type Entry = (u32, Key, u16);

/// What a tenant's table says.
#[derive(Debug)]
pub(super) struct Gaiji {
    /// By code point.
    shown: BTreeMap<u32, Shown>,
    /// The table and its bitmap fonts, which are no faces themselves.
    pub(super) files: Vec<(String, Digest)>,
    /// The digest of the table.
    pub(super) digest: Digest,
}

/// How a code is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// As this text, by the faces of the role.
    As(Key),
    /// By this face, in every role.
    By(FaceId),
}

impl Gaiji {
    /// How a text is shown, when the table says so.
    pub(super) fn shown(&self, key: Key) -> Option<Shown> {
        self.shown.get(&key.alone()?).copied()
    }
}

/// Puts what a table says into `set`: see [`FontSet::with_gaiji`].
pub(super) fn extend(
    set: &mut FontSet,
    text: &str,
    name: &str,
    read: &mut dyn FnMut(&str) -> io::Result<Option<Vec<u8>>>,
) -> Result<(), Error> {
    let table = table::read(text, name, set.faces.len(), read)?;
    let mut shown = BTreeMap::new();
    let mut entries: Vec<Vec<Entry>> = table.files.iter().map(|_| Vec::new()).collect();
    let (mut drawn, mut drawn_entries) = (Vec::new(), Vec::new());
    for (code, meaning) in table.characters {
        // The table goes before whatever the faces have there.
        set.faces.iter_mut().flatten().for_each(|face| face.characters.forget(code));
        match meaning {
            Meaning::As(key) => {
                shown.insert(code, Shown::As(key));
            }
            Meaning::Glyph { file, glyph, text } => entries[file].push((code, text, glyph)),
            Meaning::Drawn { glyph, text } => {
                drawn.push(glyph);
                let glyph = u16::try_from(drawn.len()).expect("there are 6,400 codes");
                drawn_entries.push((code, text, glyph));
            }
        }
    }
    let digest = Digest::of(text.as_bytes());
    let mut files = vec![(name.to_owned(), digest)];
    let mut faces = Vec::new();
    for (file, entries) in table.files.into_iter().zip(entries) {
        match file.source {
            Source::Font(face) if !entries.is_empty() => faces.push((*face, entries)),
            Source::Font(_) => {}
            Source::Bitmaps(_) => files.push((file.path, file.digest)),
        }
    }
    if !drawn.is_empty() {
        faces.push((draw(&drawn, &drawn_entries)?, drawn_entries));
    }
    for (mut face, entries) in faces {
        let id = FaceId::try_from(set.faces.len()).expect("the table leaves room for its faces");
        face.characters = characters(&face, &entries)?;
        shown.extend(entries.into_iter().map(|(code, ..)| (code, Shown::By(id))));
        set.faces.push(Some(face));
    }
    set.gaiji = Some(Gaiji { shown, files, digest });
    Ok(())
}

/// The face of all glyphs that were traced.
fn draw(drawn: &[drawn::Drawn], entries: &[Entry]) -> Result<Face, Error> {
    let code = |&(code, _, glyph): &Entry| Some((char::from_u32(code)?, glyph));
    let codes: Vec<_> = entries.iter().filter_map(code).collect();
    let data = drawn::font(drawn, &codes).map_err(|reason| broken(drawn::NAME, reason))?;
    let digest = Digest::of(&data);
    let face = load(drawn::NAME, data, digest);
    face.map_err(|unfit| broken(drawn::NAME, unfit_reason(&unfit)))
}

/// A font file as a face, whose own characters do not matter.
fn load(name: &str, data: Vec<u8>, digest: Digest) -> Result<Face, Unfit> {
    let face = Face::load(name, data, digest, 0)?.into_iter().next();
    let face = face.ok_or_else(|| Unfit::NotAFont("it has no characters".to_owned()))?;
    Ok(Face { marks: None, ..face })
}

/// The characters of a face that shows the codes of a table and nothing else.
fn characters(face: &Face, entries: &[Entry]) -> Result<Characters, Error> {
    let failed = |error: ReadError| broken(&face.name, error.to_string());
    let font = FontRef::from_index(&face.data, face.index).map_err(failed)?;
    let (hmtx, vmtx) = (font.hmtx().map_err(failed)?, font.vmtx().ok());
    let height = |glyph: u16| vmtx.as_ref().and_then(|vmtx| vmtx.advance(glyph.into()));
    let glyphs = Glyphs {
        count: font.maxp().map_err(failed)?.num_glyphs(),
        advance: &|glyph| hmtx.advance(glyph.into()).unwrap_or(0),
        height: &|glyph| height(glyph).unwrap_or(face.units_per_em),
        vertical: &|_| None,
    };
    Ok(Characters::only(entries, &glyphs))
}

fn broken(face: &str, reason: String) -> Error {
    Error::Subset { face: face.to_owned(), reason }
}

/// What an unfit font is, in words.
fn unfit_reason(unfit: &Unfit) -> String {
    match unfit {
        Unfit::NotAFont(reason) => reason.clone(),
        Unfit::Kind(reason) | Unfit::Licence(reason) => (*reason).to_owned(),
    }
}

#[cfg(test)]
mod tests;
