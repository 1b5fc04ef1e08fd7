//! The table of user-defined characters, `gaiji.toml`, read and held against its files. Every
//! complaint has its place in the table.

use super::bdf::{self, Bdf};
use super::drawn::Drawn;
use super::unfit_reason;
use crate::diag::{Code, Diagnostic, Findings, Place};
use crate::digest::Digest;
use crate::font::cluster::{self, Key};
use crate::font::config::FACES_MAX;
use crate::font::face::Unfit;
use crate::font::{Error, Face};
use serde::Deserialize;
use skrifa::raw::TableProvider;
use skrifa::{FontRef, GlyphId, MetadataProvider};
use std::collections::BTreeSet;
use std::io;
use std::ops::Range;
use std::sync::Arc;
use toml::Spanned;

const INVALID: Code = Code("E361");
const CODE: Code = Code("E362");
const NO_FILE: Code = Code("E363");
const OTHER_FILE: Code = Code("E364");
const UNREADABLE: Code = Code("E365");
const BOUND: Code = Code("E366");
const NO_GLYPH: Code = Code("E367");

/// The private use area of the basic plane.
const PRIVATE: std::ops::RangeInclusive<u32> = 0xE000..=0xF8FF;

/// The most files of a table.
const FILES_MAX: usize = 64;

/// A table whose characters are all there.
pub(super) struct Table {
    pub(super) files: Vec<Loaded>,
    /// In ascending order of their codes.
    pub(super) characters: Vec<(u32, Meaning)>,
}

/// A file of a table.
pub(super) struct Loaded {
    /// As the table names it.
    pub(super) path: String,
    pub(super) digest: Digest,
    pub(super) source: Source,
}

pub(super) enum Source {
    Font(Box<Face>),
    Bitmaps(Bdf),
}

/// What a code is.
pub(super) enum Meaning {
    /// Another text.
    As(Key),
    /// A glyph of the font with this position, copied out as `text`.
    Glyph { file: usize, glyph: u16, text: Key },
    /// A glyph that was traced.
    Drawn { glyph: Drawn, text: Key },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    #[serde(default)]
    file: Vec<Named>,
    #[serde(default)]
    character: Vec<Spanned<Character>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    name: Spanned<String>,
    file: Spanned<String>,
    sha256: Spanned<String>,
    /// For people.
    #[serde(rename = "note")]
    _note: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Character {
    code: Option<Spanned<String>>,
    sjis: Option<Spanned<String>>,
    #[serde(rename = "as")]
    same: Option<Spanned<String>>,
    file: Option<Spanned<String>>,
    char: Option<Spanned<String>>,
    glyph: Option<Spanned<u32>>,
    encoding: Option<Spanned<u32>>,
    text: Option<Spanned<String>>,
    /// For people.
    #[serde(rename = "note")]
    _note: Option<String>,
}

type Read<'a> = &'a mut dyn FnMut(&str) -> io::Result<Option<Vec<u8>>>;

/// Reads the table `text` of the file `name` for a set that has `faces` faces.
///
/// # Errors
/// Everything that is wrong with it and its files; [`Error::Read`] when `read` fails.
pub(super) fn read(text: &str, name: &str, faces: usize, read: Read<'_>) -> Result<Table, Error> {
    let mut loader = Loader { name: name.into(), text, findings: Findings::new() };
    let raw: Raw = match toml::from_str(text) {
        Ok(raw) => raw,
        Err(error) => {
            let message = error.message().lines().next().unwrap_or("not valid").to_owned();
            loader.find(INVALID, error.span().unwrap_or(0..0), message);
            return Err(Error::Findings(loader.findings));
        }
    };
    // One face more for what is drawn.
    let room = FILES_MAX.min(FACES_MAX.saturating_sub(faces + 1));
    let mut files: Vec<(&str, Option<Loaded>)> = Vec::new();
    for entry in &raw.file {
        let name = entry.name.as_ref().as_str();
        if files.len() >= room {
            let message = format!("too many files: there is room for {room} faces");
            loader.find(INVALID, entry.name.span(), message);
            break;
        }
        if files.iter().any(|(known, _)| *known == name) {
            loader.find(INVALID, entry.name.span(), format!("file `{name}` is named twice"));
            continue;
        }
        let file = loader.file(entry, read)?;
        files.push((name, file));
    }
    let (mut characters, mut codes) = (Vec::new(), BTreeSet::new());
    for entry in &raw.character {
        let Some((code, span)) = loader.code(entry) else { continue };
        if !codes.insert(code) {
            loader.find(CODE, span, format!("U+{code:04X} is entered twice"));
        } else if let Some(meaning) = loader.meaning(entry, code, &files) {
            characters.push((code, meaning));
        }
    }
    if !loader.findings.is_empty() {
        return Err(Error::Findings(loader.findings));
    }
    characters.sort_by_key(|&(code, _)| code);
    Ok(Table { files: files.into_iter().filter_map(|(_, file)| file).collect(), characters })
}

/// Where complaints go: the text of the table and what was found so far.
struct Loader<'a> {
    name: Arc<str>,
    text: &'a str,
    findings: Findings,
}

impl Loader<'_> {
    /// The hint is that of the code.
    fn find(&mut self, code: Code, span: Range<usize>, message: String) {
        let place = Place::in_text(self.name.clone(), self.text, span);
        let known = crate::font::CODES.iter().find(|(known, ..)| *known == code.0);
        let hint = known.map_or("", |(.., hint)| *hint);
        self.findings.push(Diagnostic::error(code, message).at(place).hint(hint));
    }

    /// Reads a file; `None` when it is wrong.
    fn file(&mut self, entry: &Named, read: Read<'_>) -> Result<Option<Loaded>, Error> {
        let path = entry.file.as_ref();
        let span = entry.file.span();
        let Some(is_bitmaps) = kind(path) else {
            let message = "a file is a path inside the tenant's directory that ends in .ttf, .tte \
                           or .bdf";
            self.find(INVALID, span, message.to_owned());
            return Ok(None);
        };
        let data = read(path).map_err(|source| Error::Read { path: path.clone(), source })?;
        let Some(data) = data else {
            self.find(NO_FILE, span, format!("no such file of gaiji: `{path}`"));
            return Ok(None);
        };
        let Some(wanted) = Digest::parse(entry.sha256.as_ref()) else {
            let message = "a SHA-256 digest is 64 hexadecimal digits: what `sha256sum` prints";
            self.find(INVALID, entry.sha256.span(), message.to_owned());
            return Ok(None);
        };
        let digest = Digest::of(&data);
        if digest != wanted {
            let message = format!("`{path}` is not the file expected: its SHA-256 is {digest}");
            self.find(OTHER_FILE, entry.sha256.span(), message);
            return Ok(None);
        }
        let source = if is_bitmaps {
            bdf::read(&data).map(Source::Bitmaps).map_err(|fault| {
                let bdf::Fault { line, reason } = fault;
                (UNREADABLE, format!("line {line} of `{path}`: {reason}"))
            })
        } else {
            font(entry.name.as_ref(), path, data, digest)
        };
        match source {
            Ok(source) => Ok(Some(Loaded { path: path.clone(), digest, source })),
            Err((code, message)) => {
                self.find(code, span, message);
                Ok(None)
            }
        }
    }

    /// The code of a character, and where it stands.
    fn code(&mut self, entry: &Spanned<Character>) -> Option<(u32, Range<usize>)> {
        let Character { code, sjis, .. } = entry.as_ref();
        let (written, parsed) = match (code, sjis) {
            (Some(code), None) => (code, hex(code.as_ref()).filter(|code| PRIVATE.contains(code))),
            (None, Some(sjis)) => (sjis, hex(sjis.as_ref()).and_then(from_shift_jis)),
            _ => {
                let message = "a character has a `code` or an `sjis`, one of them";
                self.find(CODE, entry.span(), message.to_owned());
                return None;
            }
        };
        if parsed.is_none() {
            let message = format!("no code of the private use area: `{}`", written.as_ref());
            self.find(CODE, written.span(), message);
        }
        Some((parsed?, written.span()))
    }

    /// What a character is.
    fn meaning(
        &mut self,
        entry: &Spanned<Character>,
        code: u32,
        files: &[(&str, Option<Loaded>)],
    ) -> Option<Meaning> {
        let Character { same, file, char, glyph, encoding, text, .. } = entry.as_ref();
        let places = [char.is_some(), glyph.is_some(), encoding.is_some()];
        if same.is_some() == file.is_some()
            || places.iter().filter(|&&given| given).count() > usize::from(file.is_some())
            || (same.is_some() && text.is_some())
        {
            let message = format!(
                "U+{code:04X} needs either `as`, or `file` with at most one of `char`, `glyph` and \
                 `encoding`"
            );
            self.find(INVALID, entry.span(), message);
            return None;
        }
        if let Some(same) = same {
            let key = self.cluster(same)?;
            if key.chars().any(|c| PRIVATE.contains(&u32::from(c))) {
                let message = "`as` is a character with a meaning of its own: not a private one";
                self.find(INVALID, same.span(), message.to_owned());
                return None;
            }
            return Some(Meaning::As(key));
        }
        let text = match text {
            Some(text) => self.cluster(text)?,
            None => Key::of(code),
        };
        let named = file.as_ref()?;
        let Some(at) = files.iter().position(|(name, _)| *name == named.as_ref()) else {
            let message = format!("no `[[file]]` has the name `{}`", named.as_ref());
            self.find(INVALID, named.span(), message);
            return None;
        };
        // A file that is wrong has been told of already; then the positions do not matter.
        let found = match &files[at].1.as_ref()?.source {
            Source::Font(face) => font_glyph(face, entry.as_ref(), code)
                .map(|glyph| Meaning::Glyph { file: at, glyph, text }),
            Source::Bitmaps(bdf) => {
                bdf_glyph(bdf, entry.as_ref(), code).map(|glyph| Meaning::Drawn { glyph, text })
            }
        };
        let place = glyph.as_ref().or(encoding.as_ref()).map(Spanned::span);
        let place = place.or(char.as_ref().map(Spanned::span)).unwrap_or(named.span());
        found
            .map_err(|(code, reason)| {
                self.find(code, place, format!("file `{}`: {reason}", named.as_ref()));
            })
            .ok()
    }

    /// A text of one character, or of one with a variation selector.
    fn cluster(&mut self, text: &Spanned<String>) -> Option<Key> {
        let mut clusters = cluster::clusters(text.as_ref());
        let key = clusters.next().and_then(|cluster| cluster.key).filter(|key| {
            let base = key.chars().next().map_or(0, u32::from);
            clusters.next().is_none() && cluster::shows(base)
        });
        if key.is_none() {
            let message = "one character is wanted here, or one with its variation selector";
            self.find(INVALID, text.span(), message.to_owned());
        }
        key
    }
}

/// Whether a file is a bitmap font, else it is a TrueType one; `None` when it is no file of a
/// table.
fn kind(path: &str) -> Option<bool> {
    let parts_are_names = path.split('/').all(|part| !matches!(part, "" | "." | ".."));
    let (_, extension) = path.rsplit_once('.').filter(|_| parts_are_names)?;
    if path.contains(['\\', ':', '\0']) {
        return None;
    }
    match extension.to_ascii_lowercase().as_str() {
        "bdf" => Some(true),
        "ttf" | "tte" => Some(false),
        _ => None,
    }
}

/// A code in hexadecimal digits, with `U+` or `0x` before it or not.
fn hex(code: &str) -> Option<u32> {
    let digits = code.strip_prefix("U+").or_else(|| code.strip_prefix("0x")).unwrap_or(code);
    let fits = digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    u32::from_str_radix(digits, 16).ok().filter(|_| fits)
}

/// The code point of a user-defined character of Windows-31J, whose rows F0 to F9 are U+E000 to
/// U+E757 in turn.
fn from_shift_jis(code: u32) -> Option<u32> {
    let (lead, trail) = (code >> 8, code & 0xFF);
    let column = match trail {
        0x40..=0x7E => trail - 0x40,
        0x80..=0xFC => trail - 0x41,
        _ => return None,
    };
    (0xF0..=0xF9).contains(&lead).then(|| 0xE000 + (lead - 0xF0) * 188 + column)
}

/// A TrueType font of a table.
fn font(name: &str, path: &str, data: Vec<u8>, digest: Digest) -> Result<Source, (Code, String)> {
    match super::load(name, data, digest) {
        Ok(face) if face.is_cff => {
            Err((BOUND, format!("`{path}` cannot be used: its outlines are not TrueType")))
        }
        Ok(face) => Ok(Source::Font(Box::new(face))),
        Err(unfit) => {
            let code = if matches!(unfit, Unfit::NotAFont(_)) { UNREADABLE } else { BOUND };
            Err((code, format!("`{path}` cannot be used: {}", unfit_reason(&unfit))))
        }
    }
}

/// The glyph of a font that a character means: one that is there and has an outline.
fn font_glyph(face: &Face, entry: &Character, code: u32) -> Result<u16, (Code, String)> {
    if entry.encoding.is_some() {
        return Err((INVALID, "`encoding` is for bitmap fonts: use `char` or `glyph`".to_owned()));
    }
    let failed = |error: skrifa::raw::ReadError| (UNREADABLE, error.to_string());
    let font = FontRef::from_index(&face.data, face.index).map_err(failed)?;
    let glyph = match (&entry.glyph, &entry.char) {
        (Some(glyph), _) => GlyphId::new(*glyph.as_ref()),
        (None, char) => {
            let char = match char {
                Some(char) => code_point(char.as_ref()).ok_or_else(|| {
                    (INVALID, "`char` is one character, or its four digits".to_owned())
                })?,
                None => code,
            };
            let glyph = font.charmap().map(char).filter(|glyph| glyph.to_u32() != 0);
            glyph.ok_or_else(|| (NO_GLYPH, format!("it has no U+{char:04X}")))?
        }
    };
    let count = font.maxp().map_err(failed)?.num_glyphs();
    let shown = glyph.to_u32();
    let number = u16::try_from(shown).ok().filter(|number| (1..count).contains(number));
    let number = number.ok_or_else(|| {
        (NO_GLYPH, format!("it has no glyph {shown}: they go from 1 to {}", count.max(1) - 1))
    })?;
    let (loca, glyf) = (font.loca(None).map_err(failed)?, font.glyf().map_err(failed)?);
    match loca.get_glyf(glyph, &glyf).map_err(failed)? {
        Some(_) => Ok(number),
        None => Err((NO_GLYPH, format!("its glyph {shown} is blank"))),
    }
}

/// A code point as a character or in hexadecimal digits.
fn code_point(text: &str) -> Option<u32> {
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) => Some(u32::from(c)),
        _ => hex(text),
    }
}

/// The glyph of a bitmap font that a character means, traced.
fn bdf_glyph(bdf: &Bdf, entry: &Character, code: u32) -> Result<Drawn, (Code, String)> {
    if entry.char.is_some() || entry.glyph.is_some() {
        let message = "`char` and `glyph` are for TrueType fonts: use `encoding`";
        return Err((INVALID, message.to_owned()));
    }
    let encoding = entry.encoding.as_ref().map_or(code, |encoding| *encoding.as_ref());
    let glyph = bdf.glyphs.get(&encoding);
    let glyph = glyph.ok_or_else(|| (NO_GLYPH, format!("it has no encoding {encoding}")))?;
    Drawn::new(bdf, glyph).map_err(|reason| (NO_GLYPH, format!("encoding {encoding}: {reason}")))
}
