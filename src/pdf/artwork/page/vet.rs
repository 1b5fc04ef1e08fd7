//! Looks at what is copied for what does not belong into a press file: fonts that are not embedded,
//! layers that are switched off, colours.

use super::colour::Colour;
use super::content;
use super::copy::Copier;
use super::streams::Coding;
use super::{Outcome, Refusal};
use crate::pdf::Plates;
use lopdf::{Dictionary, Object};

/// The most samples of an image on a side.
const SIDE_MAX: usize = 32_000;

impl Copier<'_> {
    /// An image: its size and colours.
    pub(super) fn image(&mut self, dictionary: &Dictionary, codings: &[Coding]) -> Outcome<()> {
        let side = |key: &str| {
            let side = self.file.value(dictionary, key).as_i64().unwrap_or(0);
            usize::try_from(side).ok().filter(|&side| side <= SIDE_MAX)
        };
        let (width, height) = (side("Width"), side("Height"));
        let (width, height) = width.zip(height).ok_or_else(Refusal::too_large)?;
        if codings.iter().any(|coding| coding.of_image) {
            self.file.reserve(width * height)?;
        }
        if let Ok(space) = dictionary.get(b"ColorSpace") {
            self.colours.extend(self.spaces().colour(space, None));
        } else if codings.iter().any(|coding| coding.name == "JPXDecode") {
            let name = "JPEG 2000 with colours of its own".to_owned();
            self.colours.insert(Colour { name, outside: true });
        }
        Ok(())
    }

    /// A group is blended in its own colour space, which colours even what is black in it.
    pub(super) fn group(&mut self, group: &Dictionary) {
        if let Ok(space) = group.get(b"CS")
            && !self.blends_in_grey(space)
        {
            let colour = self.spaces().colour(space, None);
            self.colours.extend(colour.map(|colour| Colour {
                name: format!("transparency blended in {}", colour.name),
                ..colour
            }));
        }
    }

    /// Whether a group that is blended in a colour space is blended in grey instead, which is all
    /// that is in it on a press with black only.
    pub(super) fn blends_in_grey(&self, space: &Object) -> bool {
        let is_device = |name: &[u8]| matches!(name, b"DeviceRGB" | b"DeviceCMYK");
        let space = self.file.resolve(space).as_name();
        space.is_ok_and(is_device) && self.spaces().plates == Plates::Grey
    }

    /// Looks at a dictionary for what does not belong into a press file.
    pub(super) fn inspect(&mut self, dictionary: &Dictionary) -> Outcome<()> {
        match self.file.name(dictionary, "Type") {
            Some(b"Page" | b"Pages" | b"Catalog") => {
                let message = "the page refers to other pages";
                return Err(Refusal::not_printable(message, "export it for print"));
            }
            Some(b"Font") => self.font(dictionary)?,
            _ if dictionary.has(b"BaseFont") => self.font(dictionary)?,
            _ => {}
        }
        if dictionary.has(b"OC") && self.hidden_layers {
            self.fault(hidden());
        }
        if dictionary.has(b"ShadingType")
            && let Ok(space) = dictionary.get(b"ColorSpace")
        {
            self.colours.extend(self.spaces().colour(space, None));
        }
        Ok(())
    }

    /// A font must be embedded, or drawn by the file itself.
    fn font(&mut self, font: &Dictionary) -> Outcome<()> {
        match self.file.name(font, "Subtype") {
            // Its descendant is a font of its own, which has the program.
            Some(b"Type0") => return Ok(()),
            Some(b"Type3") => return self.drawn_font(font),
            _ => {}
        }
        let program = self.file.dictionary(font, "FontDescriptor").is_some_and(|descriptor| {
            let programs = ["FontFile", "FontFile2", "FontFile3"];
            programs.iter().any(|key| self.file.value(descriptor, key).as_stream().is_ok())
        });
        if !program {
            let name = self.file.name(font, "BaseFont").unwrap_or_default();
            let name = String::from_utf8_lossy(name);
            let message = format!("the font `{name}` is not embedded");
            let hint = "embed all fonts, or convert text to paths";
            self.fault(Refusal::not_printable(message, hint));
        }
        Ok(())
    }

    /// The characters of a Type 3 font are content streams.
    fn drawn_font(&mut self, font: &Dictionary) -> Outcome<()> {
        let Some(drawn) = self.file.dictionary(font, "CharProcs") else { return Ok(()) };
        for (_, character) in drawn {
            let Object::Reference(id) = character else { continue };
            let place = self.place(*id);
            if !self.operators.contains_key(&place)
                && let Object::Stream(stream) = self.file.get(*id)
            {
                let usage = content::usage(&self.file.decoded(stream)?)?;
                self.seen(place, &usage);
                // Characters are copied as they are.
                if usage.changes(self.spaces().plates) {
                    let name = "colours of a font's own characters".to_owned();
                    self.colours.insert(Colour { name, outside: true });
                }
            }
        }
        Ok(())
    }
}

/// Layers that are switched off would be printed.
pub(super) fn hidden() -> Refusal {
    let message = "the page has layers that are switched off";
    Refusal::not_printable(message, "delete hidden layers, and export without layers")
}
