//! Colour spaces, told from black: what of them a press file with one plate cannot show as it is.

use super::file::File;
use crate::pdf::Plates;
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

/// A colour space that is not black.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Colour {
    /// What people call it.
    pub(super) name: String,
    /// Whether it is of a device that the press is not, and nothing says how it looks.
    pub(super) outside: bool,
}

impl Colour {
    /// A colour space of a device, by its name; `None` where the press has it.
    pub(super) fn of_device(name: &str, plates: Plates) -> Option<Self> {
        let has = name == "DeviceGray" || name == "DeviceCMYK" && plates == Plates::Cmyk;
        (!has).then(|| Self { name: name.to_owned(), outside: true })
    }
}

/// Colour spaces as a press sees them.
#[derive(Clone, Copy)]
pub(super) struct Spaces<'a> {
    pub(super) file: &'a File,
    pub(super) plates: Plates,
}

impl Spaces<'_> {
    /// What a colour space is that is not black; `None` for black and for patterns.
    pub(super) fn colour(self, space: &Object, resources: Option<&Dictionary>) -> Option<Colour> {
        self.named(space, resources, 0)
    }

    fn named(self, space: &Object, resources: Option<&Dictionary>, depth: u32) -> Option<Colour> {
        if depth > DEPTH_MAX {
            let name = "colours within colours".to_owned();
            return Some(Colour { name, outside: true });
        }
        let file = self.file;
        let items = match file.resolve(space) {
            Object::Name(name) => {
                return match &name[..] {
                    b"DeviceGray" | b"G" | b"Pattern" => None,
                    b"DeviceRGB" | b"RGB" => Colour::of_device("DeviceRGB", self.plates),
                    b"DeviceCMYK" | b"CMYK" => Colour::of_device("DeviceCMYK", self.plates),
                    other => {
                        let there = resources.and_then(|spaces| spaces.get(other).ok());
                        there.and_then(|space| self.named(space, None, depth + 1))
                    }
                };
            }
            Object::Array(items) => items,
            _ => return None,
        };
        let item = |n: usize| items.get(n).unwrap_or(&Object::Null);
        let (first, second) = (items.first()?, item(1));
        // What is shown where the press has no such ink.
        let alternate = || self.named(item(2), None, depth + 1).is_some_and(|it| it.outside);
        let family = file.resolve(first).as_name().unwrap_or_default();
        let name = match family {
            b"DeviceGray" | b"DeviceRGB" | b"DeviceCMYK" => {
                return self.named(first, None, depth + 1);
            }
            b"Indexed" | b"I" | b"Pattern" => return self.named(second, resources, depth + 1),
            b"Separation" => {
                let ink = file.resolve(second).as_name().unwrap_or_default();
                if is_black(ink) {
                    return None;
                }
                let name = format!("spot colour `{}`", String::from_utf8_lossy(ink));
                return Some(Colour { name, outside: alternate() });
            }
            b"DeviceN" => {
                let inks = file.resolve(second).as_array().map_or(&[][..], Vec::as_slice);
                let inks = inks.iter().filter_map(|ink| file.resolve(ink).as_name().ok());
                let coloured: Vec<&[u8]> = inks.filter(|ink| !is_black(ink)).collect();
                let outside = alternate();
                if coloured.is_empty() && !outside {
                    return None;
                }
                let name = |ink: &&[u8]| format!("`{}`", String::from_utf8_lossy(ink));
                let names: Vec<String> = coloured.iter().map(name).collect();
                let name = if names.is_empty() {
                    "inks of black".to_owned()
                } else {
                    format!("inks {}", names.join(" "))
                };
                return Some(Colour { name, outside });
            }
            b"ICCBased" => {
                let profile = file.resolve(second).as_stream().ok();
                let parts =
                    profile.and_then(|profile| file.value(&profile.dict, "N").as_i64().ok());
                let parts = match parts {
                    Some(1) => " of grey",
                    Some(3) => " of RGB",
                    Some(4) => " of CMYK",
                    _ => "",
                };
                format!("ICC profile{parts}")
            }
            other => String::from_utf8_lossy(other).into_owned(),
        };
        Some(Colour { name, outside: false })
    }

    /// Whether a colour space is the black ink of a separation whose looks are given in colours
    /// that the press has not.
    pub(super) fn is_black_elsewhere(self, items: &[Object]) -> bool {
        let name = |n: usize| {
            let item = items.get(n).map(|item| self.file.resolve(item));
            item.and_then(|item| item.as_name().ok()).unwrap_or_default()
        };
        name(0) == b"Separation"
            && is_black(name(1))
            && items.len() == 4
            && self.named(&items[2], None, 0).is_some_and(|colour| colour.outside)
    }
}

fn is_black(ink: &[u8]) -> bool {
    matches!(ink, b"Black" | b"All" | b"None")
}
