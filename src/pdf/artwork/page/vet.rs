//! Looks at what is copied for what does not belong into a press file: fonts that are not embedded,
//! layers that are switched off, colours.

use super::content;
use super::copy::Copier;
use super::file::unsigned;
use super::filter::{Coding, Filter};
use super::object::{Dictionary, Object};
use super::{Outcome, Refusal, colour};

/// The most samples of an image on a side.
const SIDE_MAX: u64 = 32_000;

impl Copier<'_, '_> {
    /// An image: its size and colours.
    pub(super) fn image(&mut self, dictionary: &Dictionary, codings: &[Coding]) -> Outcome<()> {
        let side = |key: &str| -> Outcome<u64> {
            let loaded = self.file.value(dictionary, key)?;
            Ok(unsigned(&loaded.object).unwrap_or(0))
        };
        let (width, height) = (side("Width")?, side("Height")?);
        if width > SIDE_MAX || height > SIDE_MAX {
            return Err(Refusal::too_large());
        }
        if codings.iter().any(|coding| matches!(coding.filter, Filter::Image(_))) {
            self.file.reserve(usize::try_from(width * height).unwrap_or(usize::MAX))?;
        }
        if let Some(space) = dictionary.get("ColorSpace") {
            self.colours.extend(colour::called(self.file, space, None)?);
        } else if codings.iter().any(|coding| coding.filter == Filter::Image("JPXDecode")) {
            self.colours.insert("JPEG 2000 with colours of its own".to_owned());
        }
        Ok(())
    }

    /// A group is blended in its own colour space, which colours even what is black in it.
    pub(super) fn group(&mut self, group: &Object) -> Outcome<()> {
        let Some(space) = group.as_dictionary().and_then(|group| group.get("CS")) else {
            return Ok(());
        };
        let name = colour::called(self.file, space, None)?;
        self.colours.extend(name.map(|name| format!("transparency blended in {name}")));
        Ok(())
    }

    /// Looks at a dictionary for what does not belong into a press file.
    pub(super) fn inspect(&mut self, dictionary: &Dictionary) -> Outcome<()> {
        match dictionary.name("Type") {
            Some(b"Page" | b"Pages" | b"Catalog") => {
                let message = "the page refers to other pages";
                return Err(Refusal::not_printable(message, "export it for print"));
            }
            Some(b"Font") => self.font(dictionary)?,
            _ if dictionary.get("BaseFont").is_some() => self.font(dictionary)?,
            _ => {}
        }
        if dictionary.get("OC").is_some() && self.hidden_layers {
            self.fault(hidden());
        }
        if dictionary.get("ShadingType").is_some()
            && let Some(space) = dictionary.get("ColorSpace")
        {
            self.colours.extend(colour::called(self.file, space, None)?);
        }
        Ok(())
    }

    /// A font must be embedded, or drawn by the file itself.
    fn font(&mut self, font: &Dictionary) -> Outcome<()> {
        match font.name("Subtype") {
            // Its descendant is a font of its own, which has the program.
            Some(b"Type0") => return Ok(()),
            Some(b"Type3") => return self.drawn_font(font),
            _ => {}
        }
        let descriptor = self.file.value(font, "FontDescriptor")?;
        let program = descriptor.object.as_dictionary().is_some_and(|descriptor| {
            ["FontFile", "FontFile2", "FontFile3"].iter().any(|key| descriptor.get(key).is_some())
        });
        if !program {
            let name = self.file.value(font, "BaseFont")?;
            let name =
                String::from_utf8_lossy(name.object.as_name().unwrap_or_default()).into_owned();
            let message = format!("the font `{name}` is not embedded");
            self.fault(Refusal::not_printable(
                message,
                "embed all fonts, or convert text to paths",
            ));
        }
        Ok(())
    }

    /// The characters of a Type 3 font are content streams.
    fn drawn_font(&mut self, font: &Dictionary) -> Outcome<()> {
        let drawn = self.file.value(font, "CharProcs")?;
        for (_, character) in drawn.object.as_dictionary().map_or(&[][..], |drawn| &drawn.0) {
            let Object::Reference(number) = character else { continue };
            let place = self.place(*number);
            if !self.operators.contains_key(&place) {
                let content = self.file.decoded(&*self.file.get(*number)?)?;
                self.seen(place, &content::usage(&content)?);
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
