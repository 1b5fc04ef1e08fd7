//! What a vendor's presses print with: the output intent of press files, with the profile that the
//! vendor's file names.

use super::{BAD_TOML, Error, Home, config};
use crate::diag::{Diagnostic, Place};
use crate::model::Vendor;
use crate::model::vendor::{Colour, Inks};
use crate::pdf::{OutputIntent, PROFILE_MAX};
use std::path::{Component, Path};

/// Where vendors' files stand, and the profiles that they name.
const VENDORS: &str = "jobs/vendors";

/// The output intent for the presses of a vendor.
///
/// # Errors
/// When the vendor's file says too little, or its profile is missing or cannot be used.
pub(super) fn output_intent(home: &Home, vendor: &Vendor) -> Result<OutputIntent, Error> {
    let Colour { intent, profile, condition } = &vendor.colour;
    let wrong = |message: &str, hint: &str| {
        let place = Place::file(format!("{VENDORS}/{}.toml", vendor.id));
        config(Diagnostic::error(BAD_TOML, message).at(place).hint(hint))
    };
    let (profile, condition) = match (intent, profile, condition) {
        (Inks::Grey, None, None) => return Ok(OutputIntent::grey()),
        (Inks::Grey, _, _) => {
            let message = "`profile` and `condition` of `[colour]` are for `intent = \"cmyk\"`";
            return Err(wrong(message, "black only has a profile of its own"));
        }
        (Inks::Cmyk, Some(profile), Some(condition)) if !condition.trim().is_empty() => {
            (profile, condition.trim())
        }
        (Inks::Cmyk, _, _) => {
            let message = "`intent = \"cmyk\"` needs `profile` and `condition` in `[colour]`";
            let hint = "`profile = \"press.icc\"` beside this file, `condition = \"JC200103\"`";
            return Err(wrong(message, hint));
        }
    };
    let inside = |part: Component<'_>| matches!(part, Component::Normal(_));
    if profile.is_empty() || !Path::new(profile).components().all(inside) {
        let message = format!("`profile` leads out of `{VENDORS}`: `{profile}`");
        return Err(wrong(&message, "name a file beside the vendor's, such as `press.icc`"));
    }
    let file = format!("{VENDORS}/{profile}");
    let data = home.bytes(&file, PROFILE_MAX)?;
    OutputIntent::cmyk(&file, data, condition).map_err(Error::Configuration)
}
