//! The output intent: one, with the profile of a press embedded.

use super::super::press_file::STREAM_MAX;
use super::{Look, Plates};
use lopdf::{Dictionary, Object};

impl<'a> Look<'a> {
    /// The plates of the one output intent; `Err` says what is wrong with it.
    pub(super) fn output_intent(&self, catalog: &'a Dictionary) -> Result<Plates, String> {
        let intents = self.value(catalog, "OutputIntents").and_then(|array| array.as_array().ok());
        let [intent] = intents.map_or(&[][..], Vec::as_slice) else {
            return Err("it has not exactly one output intent".to_owned());
        };
        let intent = self.resolved(intent).and_then(|intent| intent.as_dict().ok());
        let intent = intent.ok_or("its output intent is no dictionary")?;
        if self.name(intent, "S") != b"GTS_PDFX" {
            return Err("its output intent is not that of PDF/X".to_owned());
        }
        let text = |key| self.value(intent, key).and_then(|text| text.as_str().ok());
        let identifier = text("OutputConditionIdentifier").unwrap_or_default();
        let info = text("Info").unwrap_or_default();
        let registered = text("RegistryName") == Some(b"http://www.color.org");
        if identifier.is_empty() || (!registered && info.is_empty()) {
            return Err("its output intent does not say which printing condition it is".to_owned());
        }
        let profile = self.value(intent, "DestOutputProfile").and_then(|p| p.as_stream().ok());
        let profile = profile.ok_or("its output intent has no profile")?;
        let parts = profile.dict.get(b"N").and_then(Object::as_i64).unwrap_or_default();
        let data = profile.get_plain_content_with_limit(STREAM_MAX);
        let data = data.map_err(|error| error.to_string())?;
        let at = |at: usize| data.get(at..at + 4).unwrap_or_default();
        let length = at(0).iter().fold(0_usize, |n, &byte| n << 8 | usize::from(byte));
        if at(36) != b"acsp" || at(12) != b"prtr" || length != data.len() {
            return Err("the profile of its output intent is not that of a press".to_owned());
        }
        match (at(16), parts) {
            (b"GRAY", 1) => Ok(Plates::Grey),
            (b"CMYK", 4) => Ok(Plates::Cmyk),
            _ => Err("the profile of its output intent has other inks than it says".to_owned()),
        }
    }
}
