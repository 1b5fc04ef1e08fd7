//! Colour spaces, told from black: what of them a press file with one plate cannot show as it is.

use super::file::File;
use lopdf::{Dictionary, Object};

/// Colour spaces within each other.
const DEPTH_MAX: u32 = 8;

/// A colour space, as far as operators and images need to know.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Space {
    #[default]
    Gray,
    Rgb,
    Cmyk,
    /// One of the resources, or a pattern.
    Other,
}

impl Space {
    /// The colour space of the device with a name.
    pub(super) fn named(name: &[u8]) -> Self {
        match name {
            b"DeviceGray" => Self::Gray,
            b"DeviceRGB" => Self::Rgb,
            b"DeviceCMYK" => Self::Cmyk,
            _ => Self::Other,
        }
    }
}

/// What people call a colour space that is not black; `None` for black and for patterns.
pub(super) fn called(
    file: &File,
    space: &Object,
    resources: Option<&Dictionary>,
) -> Option<String> {
    named(file, space, resources, 0)
}

fn named(
    file: &File,
    space: &Object,
    resources: Option<&Dictionary>,
    depth: u32,
) -> Option<String> {
    if depth > DEPTH_MAX {
        return Some("colours within colours".to_owned());
    }
    let items = match file.resolve(space) {
        Object::Name(name) => {
            return match &name[..] {
                b"DeviceGray" | b"G" | b"Pattern" => None,
                b"DeviceRGB" | b"RGB" => Some("DeviceRGB".to_owned()),
                b"DeviceCMYK" | b"CMYK" => Some("DeviceCMYK".to_owned()),
                other => {
                    let there = resources.and_then(|spaces| spaces.get(other).ok());
                    there.and_then(|space| named(file, space, None, depth + 1))
                }
            };
        }
        Object::Array(items) => items,
        _ => return None,
    };
    let (first, second) = (items.first()?, items.get(1).unwrap_or(&Object::Null));
    let family = file.resolve(first).as_name().unwrap_or_default();
    match family {
        b"DeviceGray" | b"DeviceRGB" | b"DeviceCMYK" => named(file, first, None, depth + 1),
        b"Indexed" | b"I" | b"Pattern" => named(file, second, resources, depth + 1),
        b"Separation" => {
            let ink = file.resolve(second).as_name().unwrap_or_default();
            let name = || format!("spot colour `{}`", String::from_utf8_lossy(ink));
            (!is_black(ink)).then(name)
        }
        b"DeviceN" => {
            let inks = file.resolve(second).as_array().map_or(&[][..], Vec::as_slice);
            let coloured: Vec<String> = inks
                .iter()
                .filter_map(|ink| file.resolve(ink).as_name().ok())
                .filter(|ink| !is_black(ink))
                .map(|ink| format!("`{}`", String::from_utf8_lossy(ink)))
                .collect();
            (!coloured.is_empty()).then(|| format!("inks {}", coloured.join(" ")))
        }
        b"ICCBased" => {
            let profile = file.resolve(second).as_stream().ok();
            let parts = profile.and_then(|profile| file.value(&profile.dict, "N").as_i64().ok());
            let parts = match parts {
                Some(1) => " of grey",
                Some(3) => " of RGB",
                Some(4) => " of CMYK",
                _ => "",
            };
            Some(format!("ICC profile{parts}"))
        }
        other => Some(String::from_utf8_lossy(other).into_owned()),
    }
}

fn is_black(ink: &[u8]) -> bool {
    matches!(ink, b"Black" | b"All" | b"None")
}
