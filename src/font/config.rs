//! `fonts.toml`: which files are the faces, which digests they must have, and which faces a role
//! tries in turn. Every complaint has its place in that file.

use super::face::{Face, Unfit};
use super::{Error, FaceId, FontSet, Role};
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

/// Faces are numbered in a byte.
const FACES_MAX: usize = 250;
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
    file: Spanned<Files>,
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
}

/// One file, or several places where it may be.
#[derive(Deserialize)]
#[serde(untagged)]
enum Files {
    One(String),
    Any(Vec<String>),
}

impl Files {
    fn as_slice(&self) -> &[String] {
        match self {
            Self::One(file) => std::slice::from_ref(file),
            Self::Any(files) => files,
        }
    }
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
    let mut set = FontSet { faces: Vec::new(), absent: Vec::new(), roles: Vec::new() };
    let mut known = Vec::new();
    for entry in &file.face {
        let name = entry.name.as_ref().as_str();
        if known.contains(&name) || known.len() >= FACES_MAX {
            let message = format!("face `{name}` is defined twice, or one face too many");
            loader.find(INVALID, entry.name.span(), message, "give each face its own name");
            continue;
        }
        known.push(name);
        let face = loader.face(entry, read)?;
        if face.is_none() && entry.optional {
            set.absent.push(name.to_owned());
        }
        set.faces.push(face);
    }
    loader.roles(&file, &known, &mut set);
    if loader.findings.is_empty() { Ok(set) } else { Err(Error::Findings(loader.findings)) }
}

impl Loader<'_> {
    /// Reads and checks one face; `None` when it is optional and absent, or wrong.
    fn face(&mut self, entry: &Entry, read: Read<'_>) -> Result<Option<Face>, Error> {
        let failed = |path: &str, source| Error::Read { path: path.to_owned(), source };
        let mut found = None;
        for path in entry.file.as_ref().as_slice() {
            if let Some(data) = read(path).map_err(|source| failed(path, source))? {
                found = Some((path, data));
                break;
            }
        }
        let Some((path, data)) = found else {
            if !entry.optional {
                let message = format!("no such font file: `{}`", first(entry));
                let hint = "put the file there or correct `file`";
                self.find(NO_FILE, entry.file.span(), message, hint);
            }
            return Ok(None);
        };
        let Some(wanted) = Digest::parse(entry.sha256.as_ref()) else {
            let message = "a SHA-256 digest is 64 hexadecimal digits".to_owned();
            self.find(INVALID, entry.sha256.span(), message, "enter what `sha256sum` prints");
            return Ok(None);
        };
        let digest = Digest::of(&data);
        let face = Face::new(entry.name.as_ref(), data, digest, entry.index);
        match face {
            Err(unfit) => self.unfit(entry, path, &unfit),
            Ok(_) if digest != wanted => {
                let message = format!("`{path}` is not the file expected: its SHA-256 is {digest}");
                let hint = "restore the file; if the new one is meant, enter its digest";
                self.find(OTHER_FILE, entry.sha256.span(), message, hint);
            }
            Ok(face) => {
                self.licence(entry, read)?;
                return Ok(Some(face));
            }
        }
        Ok(None)
    }

    fn unfit(&mut self, entry: &Entry, path: &str, unfit: &Unfit) {
        let span = entry.file.span();
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

    /// A face of the deployment stands beside its licence; one of the system has its own.
    fn licence(&mut self, entry: &Entry, read: Read<'_>) -> Result<(), Error> {
        let Some(licence) = &entry.licence else {
            if !entry.optional {
                let message = format!("face `{}` names no licence", entry.name.as_ref());
                self.find(NO_LICENCE, entry.name.span(), message, "add `licence = \"FILE\"`");
            }
            return Ok(());
        };
        let path = licence.as_ref();
        let text = read(path).map_err(|source| Error::Read { path: path.clone(), source })?;
        if text.is_none_or(|text| text.is_empty()) {
            let message = format!("no licence text: `{path}`");
            self.find(NO_LICENCE, licence.span(), message, "put the licence text there");
        }
        Ok(())
    }

    /// The roles: every face named must be known, and one of them must be present.
    fn roles(&mut self, file: &File, known: &[&str], set: &mut FontSet) {
        for (name, list) in &file.roles {
            let mut faces = Vec::new();
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
                    faces.extend(FaceId::try_from(at));
                }
            }
            if !firm || set.roles.len() >= ROLES_MAX {
                let message = format!("role `{name}` has no face that is always present");
                self.find(ROLE, list.span(), message, "name a face that is not optional");
            }
            set.roles.push(Role { name: name.clone(), faces });
        }
    }
}

fn first(entry: &Entry) -> &str {
    entry.file.as_ref().as_slice().first().map_or("", String::as_str)
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
