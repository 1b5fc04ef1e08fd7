//! The fonts: embedded all, and those of the engine with the text of every character.

use super::Look;
use lopdf::Dictionary;

impl<'a> Look<'a> {
    /// All fonts of the file.
    pub(super) fn fonts(&mut self) {
        for (&(number, _), object) in &self.file.document.objects {
            let Ok(font) = object.as_dict() else { continue };
            if self.name(font, "Type") == b"Font"
                && let Err(why) = self.font(font)
            {
                self.fault(format!("the font in object {number} {why}"));
            }
        }
        if let Some(name) = self.pages_fonts().and_then(|fonts| self.without_text(fonts)) {
            self.fault(format!("the font `{name}` has no text for its characters"));
        }
    }

    /// The fonts that pages name.
    fn pages_fonts(&self) -> Option<&'a Dictionary> {
        let &page = self.file.pages.first()?;
        self.inner(self.file.resources(page)?, "Font")
    }

    /// The first of some fonts that is not as the engine embeds it.
    fn without_text(&self, fonts: &'a Dictionary) -> Option<String> {
        let sound = |key: &[u8]| {
            let key = String::from_utf8_lossy(key);
            let font = self.inner(fonts, &key)?;
            let whole = self.name(font, "Subtype") == b"Type0"
                && self.name(font, "Encoding") == b"Identity-H"
                && self.value(font, "ToUnicode")?.as_stream().is_ok();
            let name = self.name(font, "BaseFont");
            let cid = self.descendant(font)?;
            let program = self.inner(cid, "FontDescriptor")?;
            let names = [self.name(cid, "BaseFont"), self.name(program, "FontName")];
            (whole && names == [name; 2]).then_some(())
        };
        let wrong = fonts.iter().find(|(key, _)| sound(key).is_none());
        wrong.map(|(key, _)| String::from_utf8_lossy(key).into_owned())
    }

    fn descendant(&self, font: &'a Dictionary) -> Option<&'a Dictionary> {
        let fonts = self.value(font, "DescendantFonts")?.as_array().ok()?;
        self.resolved(fonts.first()?)?.as_dict().ok()
    }

    /// Whether a font brings its program along.
    fn font(&self, font: &'a Dictionary) -> Result<(), &'static str> {
        let program = |font: &'a Dictionary, keys: &[&str]| {
            let descriptor = self.inner(font, "FontDescriptor")?;
            keys.iter().find(|key| {
                self.value(descriptor, key).is_some_and(|program| program.as_stream().is_ok())
            })?;
            Some(())
        };
        let embedded = match self.name(font, "Subtype") {
            b"Type0" => self.descendant(font).map(|_| ()),
            b"Type3" => self.inner(font, "CharProcs").map(|_| ()),
            b"CIDFontType2" => {
                if !font.has(b"CIDToGIDMap") {
                    return Err("does not say which glyphs its characters are");
                }
                program(font, &["FontFile2"])
            }
            b"CIDFontType0" => program(font, &["FontFile3"]),
            _ => program(font, &["FontFile", "FontFile2", "FontFile3"]),
        };
        embedded.ok_or("is not embedded")
    }
}
