//! `fonts.toml`: which files are the faces, which digests they must have, and which faces a role
//! tries in turn. Every complaint has its place in that file.

use super::face::{Face, Unfit};
use super::{Absent, Error, FaceId, FontSet, Role};
use crate::diag::{Code, Diagnostic, Findings, Place};
use crate::digest::Digest;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::sync::Arc;
use toml::Spanned;

/// The codes of this room: code, what it means, what to do.
pub const CODES: &[(&str, &str, &str)] = &[
    ("E361", "`gaiji.toml` is not valid", "correct the place shown; `docs/gaiji.md` has every key"),
    (
        "E362",
        "the code of a gaiji is missing, entered twice or outside the private use area",
        "give each character one code of its own, from E000 to F8FF (in Shift_JIS F040 to F9FC)",
    ),
    (
        "E363",
        "a file of gaiji is not there",
        "put the file beside `tenant.toml` where `gaiji.toml` says, or correct `file`",
    ),
    (
        "E364",
        "a file of gaiji is not the one `gaiji.toml` was written for",
        "restore the file, or check the new one and enter its digest",
    ),
    (
        "E365",
        "a file of gaiji cannot be read",
        "use a TrueType font (.ttf, .tte) or a bitmap font (.bdf) within its limits",
    ),
    (
        "E366",
        "a font of gaiji may not or cannot be embedded",
        "use a static TrueType font whose licence bits allow embedding a subset",
    ),
    (
        "E367",
        "a file of gaiji does not have the glyph of a character",
        "correct `char`, `glyph` or `encoding`, or add the glyph to the file",
    ),
    ("E370", "`fonts.toml` is not valid", "correct the file at the place shown"),
    ("E371", "a font file is not there", "put the file where `fonts.toml` says, or correct `file`"),
    (
        "E372",
        "a font file is not the one `fonts.toml` was written for",
        "restore the file, or check the new one and enter its digest",
    ),
    ("E373", "a file is not a font", "put the TrueType or OpenType file in its place"),
    (
        "E374",
        "a font is of a kind that cannot be embedded",
        "use a static TrueType font, or CFF without CIDs",
    ),
    ("E375", "a font's licence bits forbid embedding", "use a face that may be embedded"),
    (
        "E376",
        "a role names no usable face",
        "name faces of `fonts.toml`, at least one not optional",
    ),
    ("E377", "a face has no licence text", "put the licence beside the font and name it"),
];

const INVALID: Code = Code("E370");
const NO_FILE: Code = Code("E371");
const OTHER_FILE: Code = Code("E372");
const NOT_A_FONT: Code = Code("E373");
const KIND: Code = Code("E374");
const LICENCE_BITS: Code = Code("E375");
const ROLE: Code = Code("E376");
const NO_LICENCE: Code = Code("E377");

/// Faces are numbered in a byte, those that continue another one too.
pub(super) const FACES_MAX: usize = 250;
/// Roles are numbered in a byte.
const ROLES_MAX: usize = 250;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    face: Vec<Entry>,
    roles: BTreeMap<String, Spanned<Vec<Spanned<String>>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: Spanned<String>,
    file: Spanned<String>,
    sha256: Spanned<String>,
    licence: Option<Spanned<String>>,
    /// Where the file comes from; for people.
    #[serde(rename = "origin")]
    _origin: Option<String>,
    /// Which face of a collection.
    #[serde(default)]
    index: u32,
    #[serde(default)]
    optional: bool,
    /// The package that has an optional face.
    package: Option<String>,
}

type Read<'a> = &'a mut dyn FnMut(&str) -> io::Result<Option<Vec<u8>>>;

/// Where complaints go: the text of the file and what was found so far.
struct Loader<'a> {
    name: Arc<str>,
    text: &'a str,
    findings: Findings,
}

impl Loader<'_> {
    fn find(&mut self, code: Code, span: Range<usize>, message: String, hint: &str) {
        let place = Place::in_text(self.name.clone(), self.text, span);
        self.findings.push(Diagnostic::error(code, message).at(place).hint(hint));
    }
}

/// See [`FontSet::load`].
pub(super) fn load(text: &str, name: &str, read: Read<'_>) -> Result<FontSet, Error> {
    let mut loader = Loader { name: name.into(), text, findings: Findings::new() };
    let file: File = match toml::from_str(text) {
        Ok(file) => file,
        Err(error) => {
            let span = error.span().unwrap_or(0..0);
            let message = error.message().lines().next().unwrap_or("not valid").to_owned();
            loader.find(INVALID, span, message, "see the comments at the head of `fonts.toml`");
            return Err(Error::Findings(loader.findings));
        }
    };
    let mut set = FontSet { faces: Vec::new(), absent: Vec::new(), roles: Vec::new(), gaiji: None };
    let (mut known, mut continued) = (Vec::new(), Vec::new());
    for entry in &file.face {
        let name = entry.name.as_ref().as_str();
        if known.contains(&name) || known.len() >= FACES_MAX {
            let message = format!("face `{name}` is defined twice, or one face too many");
            loader.find(INVALID, entry.name.span(), message, "give each face its own name");
            continue;
        }
        known.push(name);
        let mut faces = loader.face(entry, read)?.into_iter();
        let first = faces.next();
        if first.is_none() && entry.optional {
            let package = entry.package.clone();
            set.absent.push(Absent { name: name.to_owned(), package });
        }
        continued.extend(faces.map(|face| (set.faces.len(), face)));
        set.faces.push(first);
    }
    if set.faces.len() + continued.len() > FACES_MAX {
        let message = format!("the faces are more than {FACES_MAX}, some of them counted twice");
        loader.find(INVALID, 0..0, message, "leave out faces that no role needs");
    }
    let mut continuations = vec![Vec::new(); set.faces.len()];
    for (of, face) in continued {
        continuations[of].push(set.faces.len());
        set.faces.push(Some(face));
    }
    loader.roles(&file, &known, &continuations, &mut set);
    if loader.findings.is_empty() { Ok(set) } else { Err(Error::Findings(loader.findings)) }
}

impl Loader<'_> {
    /// Reads and checks one face, which may be several; none when it is optional and absent, or
    /// wrong.
    fn face(&mut self, entry: &Entry, read: Read<'_>) -> Result<Vec<Face>, Error> {
        let path = entry.file.as_ref();
        if !is_beside(path) {
            let message = format!("`{path}` is not a file beside `fonts.toml`");
            let hint = "copy the file into `fonts/` and name it: what is printed is then the same \
                        on every machine";
            self.find(NO_FILE, entry.file.span(), message, hint);
            return Ok(Vec::new());
        }
        let data = read(path).map_err(|source| Error::Read { path: path.clone(), source })?;
        let Some(data) = data else {
            if !entry.optional {
                let message = format!("no such font file: `{path}`");
                let hint = "put the file there or correct `file`";
                self.find(NO_FILE, entry.file.span(), message, hint);
            }
            return Ok(Vec::new());
        };
        let Some(wanted) = Digest::parse(entry.sha256.as_ref()) else {
            let message = "a SHA-256 digest is 64 hexadecimal digits".to_owned();
            self.find(INVALID, entry.sha256.span(), message, "enter what `sha256sum` prints");
            return Ok(Vec::new());
        };
        let digest = Digest::of(&data);
        match Face::load(entry.name.as_ref(), data, digest, entry.index) {
            Err(unfit) => self.unfit(entry, &unfit),
            Ok(_) if digest != wanted => {
                let message = format!("`{path}` is not the file expected: its SHA-256 is {digest}");
                let hint = "restore the file; if the new one is meant, enter its digest";
                self.find(OTHER_FILE, entry.sha256.span(), message, hint);
            }
            Ok(faces) => {
                self.licence(entry, read)?;
                return Ok(faces);
            }
        }
        Ok(Vec::new())
    }

    fn unfit(&mut self, entry: &Entry, unfit: &Unfit) {
        let (path, span) = (entry.file.as_ref(), entry.file.span());
        match unfit {
            Unfit::NotAFont(reason) => self.find(
                NOT_A_FONT,
                span,
                format!("`{path}` is not a font: {reason}"),
                "put a TrueType or OpenType file there",
            ),
            Unfit::Kind(kind) => self.find(
                KIND,
                span,
                format!("`{path}` cannot be embedded: it is {kind}"),
                "use a static TrueType font",
            ),
            Unfit::Licence(reason) => self.find(
                LICENCE_BITS,
                span,
                format!("`{path}` may not be embedded: {reason}"),
                "use a face whose licence allows embedding a subset",
            ),
        }
    }

    /// A face of the deployment stands beside its licence; one that an operator adds may be bound
    /// to another place.
    fn licence(&mut self, entry: &Entry, read: Read<'_>) -> Result<(), Error> {
        let Some(licence) = &entry.licence else {
            if !entry.optional {
                let message = format!("face `{}` names no licence", entry.name.as_ref());
                self.find(NO_LICENCE, entry.name.span(), message, "add `licence = \"FILE\"`");
            }
            return Ok(());
        };
        let path = licence.as_ref();
        let mut read = |path: &String| if is_beside(path) { read(path) } else { Ok(None) };
        let text = read(path).map_err(|source| Error::Read { path: path.clone(), source })?;
        if text.is_none_or(|text| text.is_empty()) {
            let message = format!("no licence text: `{path}`");
            self.find(NO_LICENCE, licence.span(), message, "put the licence text there");
        }
        Ok(())
    }

    /// The roles: every face named must be known, and one of them must be present.
    fn roles(
        &mut self,
        file: &File,
        known: &[&str],
        continuations: &[Vec<usize>],
        set: &mut FontSet,
    ) {
        for (name, list) in &file.roles {
            let (mut faces, mut absent) = (Vec::new(), Vec::new());
            let mut firm = false;
            for face in list.as_ref() {
                let at = known.iter().position(|&known| known == face.as_ref());
                let Some(at) = at else {
                    let message = format!("no such face: `{}`", face.as_ref());
                    let hint = format!("the faces are {}", quoted(known));
                    self.find(ROLE, face.span(), message, &hint);
                    continue;
                };
                let entry = file.face.iter().find(|entry| entry.name.as_ref() == face.as_ref());
                firm |= entry.is_some_and(|entry| !entry.optional);
                if set.faces[at].is_some() {
                    let all = std::iter::once(at).chain(continuations[at].iter().copied());
                    faces.extend(all.filter_map(|at| FaceId::try_from(at).ok()));
                }
                absent.extend(set.absent.iter().position(|absent| absent.name == *face.as_ref()));
            }
            if !firm || set.roles.len() >= ROLES_MAX {
                let message = format!("role `{name}` has no face that is always present");
                self.find(ROLE, list.span(), message, "name a face that is not optional");
            }
            set.roles.push(Role { name: name.clone(), faces, absent });
        }
    }
}

/// Whether a path stays in the directory of `fonts.toml`.
fn is_beside(path: &str) -> bool {
    let plain = |part: &str| !matches!(part, "" | "." | "..");
    !path.contains(['\\', ':', '\0']) && path.split('/').all(plain)
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
