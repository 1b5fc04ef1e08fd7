//! Colour spaces, told from black: what of them a press file with one plate cannot show as it is.

use super::Outcome;
use super::file::File;
use super::object::{Decimal, Dictionary, Object};

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
    file: &File<'_>,
    space: &Object,
    resources: Option<&Dictionary>,
) -> Outcome<Option<String>> {
    named(file, space, resources, 0)
}

fn named(
    file: &File<'_>,
    space: &Object,
    resources: Option<&Dictionary>,
    depth: u32,
) -> Outcome<Option<String>> {
    if depth > DEPTH_MAX {
        return Ok(Some("colours within colours".to_owned()));
    }
    let space = file.resolve(space)?;
    let items = match &space.object {
        Object::Name(name) => {
            return match &name[..] {
                b"DeviceGray" | b"G" | b"Pattern" => Ok(None),
                b"DeviceRGB" | b"RGB" => Ok(Some("DeviceRGB".to_owned())),
                b"DeviceCMYK" | b"CMYK" => Ok(Some("DeviceCMYK".to_owned())),
                other => {
                    let named_there = resources.and_then(|spaces| {
                        spaces.get(std::str::from_utf8(other).unwrap_or_default())
                    });
                    match named_there {
                        Some(space) => named(file, space, None, depth + 1),
                        None => Ok(None),
                    }
                }
            };
        }
        Object::Array(items) => items,
        _ => return Ok(None),
    };
    let family = items.first().and_then(Object::as_name).unwrap_or_default();
    let second = items.get(1).unwrap_or(&Object::Null);
    match family {
        b"DeviceGray" | b"DeviceRGB" | b"DeviceCMYK" => named(file, &items[0], None, depth + 1),
        b"Indexed" | b"I" | b"Pattern" => named(file, second, resources, depth + 1),
        b"Separation" => {
            let ink = file.resolve(second)?;
            let ink = ink.object.as_name().unwrap_or_default();
            let name = || Some(format!("spot colour `{}`", String::from_utf8_lossy(ink)));
            Ok(if is_black(ink) { None } else { name() })
        }
        b"DeviceN" => {
            let inks = file.resolve(second)?;
            let inks = inks.object.as_array().unwrap_or_default();
            let coloured: Vec<String> = inks
                .iter()
                .filter_map(Object::as_name)
                .filter(|ink| !is_black(ink))
                .map(|ink| format!("`{}`", String::from_utf8_lossy(ink)))
                .collect();
            let name = || format!("inks {}", coloured.join(" "));
            Ok((!coloured.is_empty()).then(name))
        }
        b"ICCBased" => {
            let profile = file.resolve(second)?;
            let parts = profile.object.as_dictionary().and_then(|profile| profile.get("N"));
            let parts = parts.and_then(Object::as_number).and_then(Decimal::whole);
            Ok(Some(match parts {
                Some(1) => "ICC profile of grey".to_owned(),
                Some(3) => "ICC profile of RGB".to_owned(),
                Some(4) => "ICC profile of CMYK".to_owned(),
                _ => "ICC profile".to_owned(),
            }))
        }
        other => Ok(Some(String::from_utf8_lossy(other).into_owned())),
    }
}

fn is_black(ink: &[u8]) -> bool {
    matches!(ink, b"Black" | b"All" | b"None")
}
