//! Every object of the file: nothing that acts, fetches or refers elsewhere, and no device colour
//! that the output intent does not cover.

use super::super::content::{self, Event};
use super::super::press_file::STREAM_MAX;
use super::{DeviceColours, Look, Plates};
use lopdf::{Dictionary, Object, ObjectId, Stream};
use std::collections::BTreeSet;

/// Arrays and dictionaries within each other.
const DEPTH_MAX: usize = 64;

/// Keys of what a press file must not have, and what that is.
const FORBIDDEN: [(&[u8], &str); 17] = [
    (b"AA", "actions"),
    (b"OpenAction", "actions"),
    (b"JS", "a script"),
    (b"JavaScript", "scripts"),
    (b"Annots", "annotations"),
    (b"AcroForm", "a form to fill in"),
    (b"EmbeddedFiles", "embedded files"),
    (b"EF", "an embedded file"),
    (b"PresSteps", "steps of a presentation"),
    (b"AlternatePresentations", "presentations"),
    (b"Alternates", "alternate images"),
    (b"OPI", "images that are put in later"),
    (b"Ref", "a page of another file"),
    (b"TR", "a transfer function"),
    (b"HTP", "the phase of a screen"),
    (b"HalftoneName", "the name of a screen"),
    (b"FFilter", "content in another file"),
];
/// Types and subtypes of what it must not have.
const FORBIDDEN_KINDS: [(&[u8], &str); 6] = [
    (b"Action", "an action"),
    (b"Annot", "an annotation"),
    (b"Filespec", "another file"),
    (b"EmbeddedFile", "an embedded file"),
    (b"PS", "PostScript"),
    (b"Movie", "a movie"),
];
/// The blend modes of PDF 1.6 (ISO 32000-1, 11.3.5).
const BLEND_MODES: [&[u8]; 17] = [
    b"Normal",
    b"Compatible",
    b"Multiply",
    b"Screen",
    b"Overlay",
    b"Darken",
    b"Lighten",
    b"ColorDodge",
    b"ColorBurn",
    b"HardLight",
    b"SoftLight",
    b"Difference",
    b"Exclusion",
    b"Hue",
    b"Saturation",
    b"Color",
    b"Luminosity",
];

/// What a look at the values of an object finds.
#[derive(Default)]
struct Finds {
    colours: DeviceColours,
    forbidden: BTreeSet<&'static str>,
    too_deep: bool,
}

impl Look<'_> {
    /// All objects for a press with these plates.
    pub(super) fn objects(&mut self, plates: Plates) {
        let drawn = self.drawn();
        for (&id, object) in &self.file.document.objects {
            let mut finds = Finds::default();
            let place = if drawn.dictionaries.contains(&id) { Place::Names } else { Place::Plain };
            values(object, place, 0, &mut finds);
            if let Object::Stream(stream) = object {
                if stream.dict.has(b"F") {
                    finds.forbidden.insert("content in another file");
                }
                if Self::has_operators(stream) || drawn.characters.contains(&id) {
                    match painted(stream) {
                        Ok(colours) => finds.colours.join(colours),
                        Err(why) => self.fault(format!("object {} cannot be read: {why}", id.0)),
                    }
                }
            }
            if let Some(space) = finds.colours.beyond(plates) {
                let number = id.0;
                let message = format!(
                    "object {number} paints in {space}, which the output intent does not cover"
                );
                self.fault(message);
            }
            for what in finds.forbidden {
                self.fault(format!("object {} has {what}", id.0));
            }
            if finds.too_deep {
                self.fault(format!("object {} nests too deep", id.0));
            }
        }
    }

    /// Forms and tiles are content of their own.
    fn has_operators(stream: &Stream) -> bool {
        let name = |key: &[u8]| stream.dict.get(key).and_then(Object::as_name).unwrap_or_default();
        name(b"Subtype") == b"Form" || stream.dict.has(b"PatternType")
    }

    /// The characters that fonts draw themselves.
    fn drawn(&self) -> Drawn {
        let mut drawn = Drawn::default();
        for object in self.file.document.objects.values() {
            let Ok(font) = object.as_dict() else { continue };
            if let Some(characters) = self.inner(font, "CharProcs") {
                let ids = characters.iter().filter_map(|(_, id)| id.as_reference().ok());
                drawn.characters.extend(ids);
                let id = font.get(b"CharProcs").and_then(Object::as_reference);
                drawn.dictionaries.extend(id);
            }
        }
        drawn
    }
}

/// Characters that fonts draw themselves, and the dictionaries that name them.
#[derive(Default)]
struct Drawn {
    characters: BTreeSet<ObjectId>,
    dictionaries: BTreeSet<ObjectId>,
}

/// Where a value stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Plain,
    /// What stands for a profile for readers that do not know profiles.
    Alternate,
    /// A dictionary whose keys are names that its maker gave.
    Names,
}

impl Place {
    /// Where the value of a key stands.
    fn under(key: &[u8], of_profile: bool) -> Self {
        match key {
            b"Alternate" if of_profile => Self::Alternate,
            b"ColorSpace" | b"ExtGState" | b"Font" | b"Pattern" | b"Properties" | b"Shading"
            | b"XObject" | b"CharProcs" | b"Colorants" => Self::Names,
            _ => Self::Plain,
        }
    }
}

/// The device colours that content sets.
fn painted(stream: &Stream) -> Result<DeviceColours, String> {
    let data = stream.get_plain_content_with_limit(STREAM_MAX).map_err(|e| e.to_string())?;
    let mut colours = DeviceColours::default();
    content::read(&data, &mut |event| {
        if let Event::Colour(name) = event {
            colours.note(name);
        }
    })?;
    Ok(colours)
}

/// Looks at a value and all within it.
fn values(object: &Object, place: Place, depth: usize, finds: &mut Finds) {
    if depth > DEPTH_MAX {
        finds.too_deep = true;
        return;
    }
    match object {
        // Shortened names stand in content only.
        Object::Name(name) if place != Place::Alternate && name.starts_with(b"Device") => {
            finds.colours.note(name);
        }
        Object::Array(items) => {
            for item in items {
                values(item, place, depth + 1, finds);
            }
        }
        Object::Dictionary(dictionary) => entries(dictionary, place, depth, finds),
        Object::Stream(stream) => entries(&stream.dict, place, depth, finds),
        _ => {}
    }
}

fn entries(dictionary: &Dictionary, place: Place, depth: usize, finds: &mut Finds) {
    if place == Place::Names {
        for (_, value) in dictionary {
            values(value, Place::Plain, depth + 1, finds);
        }
        return;
    }
    let name = |key: &[u8]| dictionary.get(key).and_then(Object::as_name).unwrap_or_default();
    let is_profile = dictionary.has(b"N") && dictionary.has(b"Alternate");
    let kinds = [name(b"Type"), name(b"Subtype"), name(b"Subtype2")];
    for (kind, what) in FORBIDDEN_KINDS {
        if kinds.contains(&kind) {
            finds.forbidden.insert(what);
        }
    }
    if is_action(name(b"S")) {
        finds.forbidden.insert("an action");
    }
    for (key, value) in dictionary {
        if let Some((_, what)) = FORBIDDEN.iter().find(|(forbidden, _)| key == forbidden) {
            finds.forbidden.insert(what);
        }
        match (key.as_slice(), value) {
            (b"TR2" | b"BM", Object::Name(value)) => {
                let sound = if key == b"TR2" {
                    value == b"Default"
                } else {
                    BLEND_MODES.contains(&value.as_slice())
                };
                if !sound {
                    finds.forbidden.insert("a transfer function or blend mode of no PDF 1.6");
                }
            }
            (b"TR2", _) => {
                finds.forbidden.insert("a transfer function");
            }
            (b"Filter", value) if has_name(value, b"LZWDecode") || has_name(value, b"Crypt") => {
                finds.forbidden.insert("a filter that is not for print");
            }
            _ => {}
        }
        values(value, Place::under(key, is_profile), depth + 1, finds);
    }
}

fn has_name(value: &Object, name: &[u8]) -> bool {
    match value {
        Object::Name(found) => found == name,
        Object::Array(items) => items.iter().any(|item| has_name(item, name)),
        _ => false,
    }
}

/// Whether `S` names an action (ISO 32000-1, table 198).
fn is_action(name: &[u8]) -> bool {
    const ACTIONS: [&[u8]; 18] = [
        b"GoTo",
        b"GoToR",
        b"GoToE",
        b"Launch",
        b"Thread",
        b"URI",
        b"Sound",
        b"Movie",
        b"Hide",
        b"Named",
        b"SubmitForm",
        b"ResetForm",
        b"ImportData",
        b"JavaScript",
        b"SetOCGState",
        b"Rendition",
        b"Trans",
        b"GoTo3DView",
    ];
    ACTIONS.contains(&name)
}
