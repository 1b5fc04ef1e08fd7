//! The pictures of a form, read from the home and looked at in the boxes where they stand.

use super::{Error, Home};
use crate::diag::{Code, Diagnostic, Findings};
use crate::digest::Digest;
use crate::form::{self, Compiled, Picture};
use crate::measure::{Length, Rect, div_round};
use crate::pdf::{self, Artwork};

/// A picture is stretched.
pub(super) const STRETCHED: Code = Code("W396");

/// Reads the pictures of a form for a press with some plates, and makes them part of its digest. What is doubtful about them is
/// added to `findings`.
///
/// # Errors
/// Everything that is wrong with their files.
pub(super) fn read(
    home: &Home,
    compiled: &mut Compiled,
    plates: pdf::Plates,
    findings: &mut Findings,
) -> Result<Vec<Artwork>, Error> {
    let mut artwork = Vec::new();
    let mut digests = vec![compiled.form.digest];
    let mut wrong = Findings::new();
    for Picture { file, page, area } in &compiled.form.images {
        // What is of no known kind is refused by its name, whatever is in it.
        let data = match pdf::bytes_max(file) {
            Some(max) => home.bytes(file, max)?,
            None => Vec::new(),
        };
        digests.push(Digest::of(&data));
        let area = match area {
            form::Area::Crop => pdf::Area::Crop,
            form::Area::Trim => pdf::Area::Trim,
            form::Area::Bleed => pdf::Area::Bleed,
            form::Area::Media => pdf::Area::Media,
        };
        let request = pdf::Request { file, page: u32::from(*page), area, plates };
        match Artwork::read(request, &data, findings) {
            Ok(picture) => artwork.push(picture),
            Err(more) => wrong.append(more),
        }
    }
    if wrong.errors() > 0 {
        return Err(Error::Configuration(wrong));
    }
    if !artwork.is_empty() {
        let digests: Vec<&[u8]> = digests.iter().map(|digest| &digest.as_bytes()[..]).collect();
        compiled.form.digest = Digest::of_parts(&digests);
    }
    stretched(compiled, &artwork, findings);
    Ok(artwork)
}

/// Warns of pictures whose box has other proportions.
fn stretched(compiled: &Compiled, artwork: &[Artwork], findings: &mut Findings) {
    for (image, origin) in compiled.images() {
        let Rect { width, height, .. } = image.rect;
        let [wide, high] = artwork[usize::from(image.image)].proportions();
        let (box_wide, box_high) = (i64::from(width.as_um()), i64::from(height.as_um()));
        let (across, down) = (wide * box_high, high * box_wide);
        // One percent.
        if (across - down).abs() * 100 > across.max(down) {
            let message = "the picture is stretched: its box has other proportions";
            let fitting = i32::try_from(div_round(box_wide * high, wide)).unwrap_or(i32::MAX);
            let hint = format!("a box of this width is {} mm high", Length::um(fitting));
            let finding = Diagnostic::warning(STRETCHED, message).at(origin.place.clone());
            findings.push(finding.hint(hint));
        }
    }
}
