//! The pages: their boxes, and nothing on them but content.

use super::{Look, keys};
use crate::measure::{Length, Rect};
use lopdf::{Dictionary, Object};
use std::collections::BTreeSet;

/// What a page has of its own, and what it takes from the nodes above.
const OWN: [&str; 5] = ["Type", "Parent", "Contents", "TrimBox", "DPart"];
const NODE: [&str; 6] = ["Type", "Parent", "Kids", "Count", "MediaBox", "Resources"];

impl Look<'_> {
    /// The boxes and keys of all pages and of the nodes above them.
    pub(super) fn pages(&mut self) {
        let document = &self.file.document;
        let [width, height] = self.claim.sheet;
        let whole = Rect::new(Length::ZERO, Length::ZERO, width, height);
        let media = corners(whole, height);
        let trims: Vec<[f64; 4]> =
            self.claim.trims.iter().map(|&trim| corners(trim, height)).collect();
        let own = if self.claim.parts.is_some() { &OWN[..] } else { &OWN[..4] };
        let known: BTreeSet<&[u8]> = own.iter().map(|key| key.as_bytes()).collect();
        for (number, &id) in self.file.pages.iter().enumerate() {
            let Ok(page) = document.get_dictionary(id) else {
                return self.fault(format!("page {} cannot be read", number + 1));
            };
            if let Some(key) = keys(page).difference(&known).next() {
                let key = String::from_utf8_lossy(key);
                self.fault(format!("page {} has `{key}`", number + 1));
            }
            let trim = &trims[number % trims.len()];
            if !has_box(page, "TrimBox", trim) {
                let number = number + 1;
                self.fault(format!("page {number}: its trim box is not what holds the slots"));
            }
        }
        for object in document.objects.values() {
            let Ok(node) = object.as_dict() else { continue };
            if self.name(node, "Type") == b"Pages" {
                self.only("a node of the page tree", node, &NODE);
                if node.has(b"MediaBox") && !has_box(node, "MediaBox", &media) {
                    self.fault("the media box is not the sheet");
                }
            }
        }
    }
}

/// Whether a dictionary has a box, to a hundredth of a point.
fn has_box(dictionary: &Dictionary, key: &str, wanted: &[f64; 4]) -> bool {
    let Some(Object::Array(found)) = dictionary.get(key.as_bytes()).ok() else { return false };
    let near = |(found, wanted): (&Object, &f64)| {
        found.as_float().is_ok_and(|found| (f64::from(found) - wanted).abs() < 0.011)
    };
    found.len() == 4 && found.iter().zip(wanted).all(near)
}

/// The corners of a box in points from the sheet's bottom left.
fn corners(rect: Rect, height: Length) -> [f64; 4] {
    let points = |length: Length| f64::from(length.as_um()) * 72.0 / 25_400.0;
    [rect.x, height - rect.bottom(), rect.right(), height - rect.y].map(points)
}
