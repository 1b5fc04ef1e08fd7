//! Faces, roles and characters: which face and which character of it shows a text, with fallback
//! and ideographic variation sequences. Knows nothing of pages; `pdf` embeds what [`Face::subset`]
//! makes.
//!
//! A form speaks of **roles** (`name`, `static`, `ocr` …); `fonts.toml` gives each role an ordered
//! list of **faces**. [`FontSet::shape`] turns text into [`Glyph`]s, cluster by cluster, taking for
//! each the first face that has it; a cluster that no face has is [`Missing`], never a blank box.
//!
//! Every distinct text a face can show (a code point, or a base with its variation selector) has a
//! **CID** of its own, known as soon as the face is loaded: the primary text of a glyph has the
//! glyph's number, others follow. So a page can be written before it is known which glyphs the lot
//! will need, and text copied out of the file is exact even where two characters share a glyph. A
//! character that has another glyph in vertical writing has one more CID for that, with the same
//! text.

mod characters;
mod cluster;
mod config;
mod face;
mod gaiji;
mod marks;
mod shape;
mod subset;
mod to_unicode;
mod usage;
mod vertical;

pub use config::CODES;
pub use face::Face;
pub use subset::Subset;
pub use usage::Usage;

use crate::diag::Findings;
use crate::digest::Digest;
use std::{fmt, io};

/// A face in a font set, by its position in `fonts.toml`. A face that is optional and absent keeps
/// its number, so that the numbers do not depend on the machine.
pub type FaceId = u8;

/// A character of a face as it stands in a content stream: one number for each distinct text the
/// face can show. Zero is never used.
pub type Cid = u16;

/// A role in a font set, by its position among the role names in alphabetical order.
pub type RoleId = u8;

/// A shaped cluster, or one glyph of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Glyph {
    /// The face that has it.
    pub face: FaceId,
    /// How many bytes of the text it stands for (a base and its selector: up to 8); of a cluster
    /// with several glyphs the first stands for all, the others for none.
    pub bytes: u8,
    /// Its character in that face.
    pub cid: Cid,
    /// Its advance in font units **of that face** (see [`Face::units_per_em`]).
    pub advance: u16,
    /// How far it is moved from the pen, to the right, in the same units: marks only.
    pub x: i16,
    /// How far it is moved upwards.
    pub y: i16,
    /// Whether it is drawn by itself: it belongs to the glyph before it, or is moved, or its advance
    /// is not the one its face gives it.
    pub apart: bool,
}

/// A cluster that no face of the role can show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// Where it starts, in bytes of the shaped text.
    pub at: usize,
    /// The cluster: a base with what combines with it.
    pub text: String,
}

impl fmt::Display for Missing {
    /// The code points, such as `U+845B U+E0105`: no personal data by themselves.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, c) in self.text.chars().enumerate() {
            let space = if n == 0 { "" } else { " " };
            write!(f, "{space}U+{:04X}", u32::from(c))?;
        }
        Ok(())
    }
}

/// Why a font set could not be loaded or a subset not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// `fonts.toml` or a font file is wrong; each finding has its place.
    #[error("the fonts are not usable: {} errors", .0.errors())]
    Findings(Findings),
    /// A font file could not be read (other than not being there).
    #[error("cannot read font file `{path}`")]
    Read {
        /// The file as `fonts.toml` names it.
        path: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A face could not be subset: a table it needs is broken.
    #[error("cannot subset face `{face}`: {reason}")]
    Subset {
        /// The name of the face.
        face: String,
        /// What the subsetter said.
        reason: String,
    },
}

/// The faces and roles of a deployment.
#[derive(Debug)]
pub struct FontSet {
    faces: Vec<Option<Face>>,
    absent: Vec<Absent>,
    roles: Vec<Role>,
    /// The user-defined characters of a tenant.
    gaiji: Option<gaiji::Gaiji>,
}

#[derive(Debug)]
struct Role {
    name: String,
    faces: Vec<FaceId>,
    /// Its faces that are not there, by their position in [`FontSet::absent`].
    absent: Vec<usize>,
}

/// An optional face that is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absent {
    /// How roles call it.
    pub name: String,
    /// The package of the operating system that has it.
    pub package: Option<String>,
}

impl FontSet {
    /// Loads the font set that `config_text` (the text of the file `config_name`) describes.
    ///
    /// `read` gives the content of a file named in it, `None` when there is no such file.
    ///
    /// # Errors
    /// [`Error::Findings`] with codes of [`CODES`] when the configuration or a file is wrong,
    /// [`Error::Read`] when `read` fails.
    pub fn load(
        config_text: &str,
        config_name: &str,
        read: &mut dyn FnMut(&str) -> io::Result<Option<Vec<u8>>>,
    ) -> Result<Self, Error> {
        config::load(config_text, config_name, read)
    }

    /// This set with the user-defined characters (外字) of a tenant, which `table_text` (the text of
    /// the file `table_name`) describes: its codes are shown as it says in every role, everything
    /// else as before.
    ///
    /// `read` gives the content of a file named in it, `None` when there is no such file.
    ///
    /// # Errors
    /// [`Error::Findings`] with codes of [`CODES`] when the table or a file is wrong,
    /// [`Error::Read`] when `read` fails.
    pub fn with_gaiji(
        mut self,
        table_text: &str,
        table_name: &str,
        read: &mut dyn FnMut(&str) -> io::Result<Option<Vec<u8>>>,
    ) -> Result<Self, Error> {
        gaiji::extend(&mut self, table_text, table_name, read)?;
        Ok(self)
    }

    /// The files besides faces that decide how text is set, with their digests: the table of
    /// user-defined characters and its bitmap fonts.
    pub fn gaiji_files(&self) -> impl Iterator<Item = (&str, Digest)> {
        let files = self.gaiji.iter().flat_map(|gaiji| &gaiji.files);
        files.map(|(name, digest)| (name.as_str(), *digest))
    }

    /// The role of this name.
    #[must_use]
    pub fn role(&self, name: &str) -> Option<RoleId> {
        let at = self.roles.iter().position(|role| role.name == name)?;
        RoleId::try_from(at).ok()
    }

    /// The names of all roles, in alphabetical order.
    pub fn role_names(&self) -> impl Iterator<Item = &str> {
        self.roles.iter().map(|role| role.name.as_str())
    }

    /// The faces of a role in order of fallback.
    ///
    /// # Panics
    /// When `role` is not of this set.
    #[must_use]
    pub fn role_faces(&self, role: RoleId) -> &[FaceId] {
        &self.roles[usize::from(role)].faces
    }

    /// The face with which a role begins: the one whose metrics place its lines.
    ///
    /// # Panics
    /// When `role` is not of this set.
    #[must_use]
    pub fn lead_face(&self, role: RoleId) -> &Face {
        self.face(self.role_faces(role)[0])
    }

    /// The faces that are present, with their numbers, in order.
    pub fn faces(&self) -> impl Iterator<Item = (FaceId, &Face)> {
        (0..=FaceId::MAX).zip(&self.faces).filter_map(|(id, face)| Some((id, face.as_ref()?)))
    }

    /// A face.
    ///
    /// # Panics
    /// When `id` is not the number of a face that is present; glyphs always name one that is.
    #[must_use]
    pub fn face(&self, id: FaceId) -> &Face {
        self.faces[usize::from(id)].as_ref().expect("a face in use is present")
    }

    /// The optional faces that are not there.
    #[must_use]
    pub fn absent(&self) -> &[Absent] {
        &self.absent
    }

    /// Those that a role would try.
    ///
    /// # Panics
    /// When `role` is not of this set.
    pub fn absent_of(&self, role: RoleId) -> impl Iterator<Item = &Absent> {
        self.roles[usize::from(role)].absent.iter().filter_map(|&at| self.absent.get(at))
    }

    /// A digest of everything that decides how text is set: the faces, the roles and the table of
    /// user-defined characters.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let mut parts = Vec::new();
        for (id, face) in self.faces() {
            parts.extend([vec![id], face.digest.as_bytes().to_vec()]);
        }
        for role in &self.roles {
            parts.extend([role.name.clone().into_bytes(), role.faces.clone()]);
        }
        parts.extend(self.gaiji.iter().map(|gaiji| gaiji.digest.as_bytes().to_vec()));
        Digest::of_parts(&parts.iter().map(Vec::as_slice).collect::<Vec<_>>())
    }

    /// The text a character stands for: one code point, or a base and what combines with it.
    /// Empty for a number that stands for nothing.
    ///
    /// # Panics
    /// When `face` is not the number of a face that is present.
    #[must_use]
    pub fn text_of(&self, face: FaceId, cid: Cid) -> String {
        self.face(face).text_of(cid)
    }

    /// The advance of a character, in font units of its face; 0 for a number that stands for
    /// nothing.
    ///
    /// # Panics
    /// When `face` is not the number of a face that is present.
    #[must_use]
    pub fn advance(&self, face: FaceId, cid: Cid) -> u16 {
        self.face(face).characters.advance(cid)
    }

    /// The character of the same face and text for vertical writing, such as a bracket that opens
    /// downwards; `None` when the face draws it as in horizontal writing.
    ///
    /// Which characters stand upright and which are turned is not the face's to say. An upright
    /// one (this or, without it, the horizontal one) is centred on the line by its
    /// [`advance`](Self::advance), hangs from the pen by [`Face::em_top`] and moves the pen down by
    /// [`height`](Self::height).
    ///
    /// # Panics
    /// When `face` is not the number of a face that is present.
    #[must_use]
    pub fn vertical(&self, face: FaceId, cid: Cid) -> Option<Cid> {
        self.face(face).characters.vertical(cid)
    }

    /// The advance of a character set upright in vertical text, downwards, in font units of its
    /// face: the em, or less where the face is proportional; 0 for a number that stands for nothing.
    ///
    /// # Panics
    /// When `face` is not the number of a face that is present.
    #[must_use]
    pub fn height(&self, face: FaceId, cid: Cid) -> u16 {
        self.face(face).characters.height(cid)
    }
}

#[cfg(test)]
mod tests;
