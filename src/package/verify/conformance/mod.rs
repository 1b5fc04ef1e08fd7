//! Whether a press file is what the manifest says that it conforms to, as it reads: PDF/X-4 with a
//! structure no larger than the engine's own (ISO 15930-7), and nothing that a RIP could run, fetch
//! or leave out.

mod fonts;
mod intent;
mod metadata;
mod objects;
mod pages;
mod parts;

pub(super) use parts::PartsClaim;

use super::press_file::PressFile;
use crate::calendar::Date;
use crate::measure::{Length, Rect};
use lopdf::{Dictionary, Object};
use std::collections::BTreeSet;

/// So many faults of a file say enough.
const FAULTS_MAX: usize = 20;

/// What a press file must be.
pub(super) struct Claim {
    /// The date of issue.
    pub(super) date: Date,
    /// What it is called: bundle and lot.
    pub(super) title: String,
    /// Width and height of the sheet.
    pub(super) sheet: [Length; 2],
    /// The part of each side that holds the slots.
    pub(super) trims: Vec<Rect>,
    /// The document parts of a PDF/VT-1 file; other files must have none.
    pub(super) parts: Option<PartsClaim>,
}

/// The device colours that content sets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct DeviceColours {
    pub(super) rgb: bool,
    pub(super) cmyk: bool,
}

impl DeviceColours {
    /// Takes note of a colour space by its name, also as inline images shorten it.
    pub(super) fn note(&mut self, name: &[u8]) {
        self.rgb |= matches!(name, b"DeviceRGB" | b"RGB");
        self.cmyk |= matches!(name, b"DeviceCMYK" | b"CMYK");
    }

    pub(super) fn join(&mut self, other: Self) {
        self.rgb |= other.rgb;
        self.cmyk |= other.cmyk;
    }

    /// What a press with these plates has not.
    fn beyond(self, plates: Plates) -> Option<&'static str> {
        match self {
            Self { rgb: true, .. } => Some("DeviceRGB"),
            Self { cmyk: true, .. } if plates == Plates::Grey => Some("DeviceCMYK"),
            _ => None,
        }
    }
}

/// The plates that the output intent is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Plates {
    Grey,
    Cmyk,
}

/// A look at a file.
struct Look<'a> {
    file: &'a PressFile,
    claim: &'a Claim,
    faults: Vec<String>,
}

/// What is wrong with a file, given its bytes and the device colours of its pages' own content.
pub(super) fn faults(
    file: &PressFile,
    bytes: &[u8],
    claim: &Claim,
    painted: DeviceColours,
) -> Vec<String> {
    let mut look = Look { file, claim, faults: Vec::new() };
    look.header(bytes);
    let plates = look.catalog();
    if let Some(plates) = plates {
        if let Some(space) = painted.beyond(plates) {
            look.fault(format!("a page paints in {space}, which its output intent does not cover"));
        }
        look.objects(plates);
    }
    look.pages();
    look.parts();
    look.fonts();
    look.faults
}

impl<'a> Look<'a> {
    fn fault(&mut self, message: impl Into<String>) {
        if self.faults.len() < FAULTS_MAX {
            self.faults.push(message.into());
        }
    }

    /// Says a fault when something does not hold.
    fn holds(&mut self, holds: bool, message: &str) {
        if !holds {
            self.fault(message);
        }
    }

    /// The object itself, wherever it stands.
    fn resolved(&self, object: &'a Object) -> Option<&'a Object> {
        Some(self.file.document.dereference(object).ok()?.1)
    }

    fn value(&self, dictionary: &'a Dictionary, key: &str) -> Option<&'a Object> {
        self.resolved(dictionary.get(key.as_bytes()).ok()?)
    }

    fn name(&self, dictionary: &'a Dictionary, key: &str) -> &'a [u8] {
        self.value(dictionary, key).and_then(|name| name.as_name().ok()).unwrap_or_default()
    }

    fn inner(&self, dictionary: &'a Dictionary, key: &str) -> Option<&'a Dictionary> {
        self.value(dictionary, key)?.as_dict().ok()
    }

    /// Says a fault for each key that is not among some.
    fn only(&mut self, what: &str, dictionary: &Dictionary, keys: &[&str]) {
        for (key, _) in dictionary {
            if !keys.iter().any(|known| key == known.as_bytes()) {
                self.fault(format!("{what} has `{}`", String::from_utf8_lossy(key)));
            }
        }
    }

    fn header(&mut self, bytes: &[u8]) {
        let binary = bytes.get(10..14).is_some_and(|four| four.iter().all(|&byte| byte > 127));
        self.holds(
            bytes.starts_with(b"%PDF-1.6\n%") && binary,
            "it does not begin as a binary file of PDF 1.6",
        );
        let trailer = &self.file.document.trailer;
        let ids = trailer.get(b"ID").ok().and_then(|ids| self.resolved(ids));
        let ids = ids.and_then(|ids| ids.as_array().ok()).map_or(&[][..], Vec::as_slice);
        let sound = |id: &Object| id.as_str().is_ok_and(|id| id.len() == 16);
        self.holds(ids.len() == 2 && ids.iter().all(sound), "its trailer has no identifiers");
        let once = memchr::memmem::find_iter(bytes, b"startxref\n").count() == 1;
        self.holds(once && !trailer.has(b"Prev"), "it was changed after it was written");
    }

    /// The catalog; gives the plates of its output intent, when that is sound.
    fn catalog(&mut self) -> Option<Plates> {
        const KEYS: [&str; 7] = [
            "Type",
            "Pages",
            "Metadata",
            "OutputIntents",
            "Lang",
            "ViewerPreferences",
            "DPartRoot",
        ];
        let catalog = match self.file.document.catalog() {
            Ok(catalog) => catalog,
            Err(error) => {
                self.fault(format!("it has no catalog: {error}"));
                return None;
            }
        };
        let known = if self.claim.parts.is_some() { &KEYS[..] } else { &KEYS[..6] };
        self.only("its catalog", catalog, known);
        if let Some(preferences) = self.inner(catalog, "ViewerPreferences") {
            self.only("its viewer preferences", preferences, &["PrintScaling"]);
        }
        self.metadata(catalog);
        match self.output_intent(catalog) {
            Ok(plates) => Some(plates),
            Err(why) => {
                self.fault(why);
                None
            }
        }
    }
}

/// The keys that a dictionary has, for what is wrong when it has others.
fn keys(dictionary: &Dictionary) -> BTreeSet<&[u8]> {
    dictionary.iter().map(|(key, _)| key.as_slice()).collect()
}
