//! Finds a page in the page tree, with what it inherits, and refuses files that do more than show
//! pages.

use super::file::File;
use super::{Area, NO_PAGE, Outcome, Refusal};
use crate::measure::div_round;
use lopdf::{Dictionary, Object, ObjectId};
use std::collections::BTreeSet;

/// Nodes of the page tree within each other.
const DEPTH_MAX: usize = 64;
/// The longest side of a page in thousandths of a point (ISO 32000-1, annex C).
const SIDE_MAX: i64 = 14_400_000;

/// What a page inherits from the nodes above it.
#[derive(Debug, Clone, Copy, Default)]
struct Inherited<'f> {
    resources: Option<&'f Object>,
    media: Option<&'f Object>,
    crop: Option<&'f Object>,
    rotate: Option<&'f Object>,
}

/// A page as it is placed.
#[derive(Debug)]
pub(super) struct Leaf {
    pub(super) dictionary: Dictionary,
    pub(super) resources: Dictionary,
    /// What is shown of it: left, bottom, right, top, in thousandths of a point.
    pub(super) shown: [i64; 4],
    /// Quarter turns clockwise.
    pub(super) turns: u8,
    /// Whether layers of the file are switched off.
    pub(super) hidden_layers: bool,
}

impl Leaf {
    /// Width and height as shown.
    pub(super) const fn size(&self) -> [i64; 2] {
        let [left, bottom, right, top] = self.shown;
        if self.turns & 1 == 0 {
            [right - left, top - bottom]
        } else {
            [top - bottom, right - left]
        }
    }

    /// The matrix by which it comes to stand upright at the origin.
    pub(super) const fn matrix(&self) -> [i64; 6] {
        const ONE: i64 = 1000;
        let [left, bottom, right, top] = self.shown;
        match self.turns {
            1 => [0, -ONE, ONE, 0, -bottom, right],
            2 => [-ONE, 0, 0, -ONE, right, top],
            3 => [0, ONE, -ONE, 0, top, -left],
            _ => [ONE, 0, 0, ONE, -left, -bottom],
        }
    }
}

/// A page by its number, from 1.
pub(super) fn page(file: &File, number: u32, area: Area) -> Outcome<Leaf> {
    let catalog = file.dictionary(&file.trailer, "Root");
    let catalog = catalog.ok_or_else(|| Refusal::broken("it has no catalog"))?;
    quiet(file, catalog)?;
    let mut walk = Walk { file, wanted: number, count: 0, seen: BTreeSet::new() };
    let root = catalog.get(b"Pages").map_err(|_| Refusal::broken("it has no pages"))?;
    let Some((dictionary, inherited)) = walk.node(root, &Inherited::default(), 0)? else {
        let message = format!("there is no page {number}: the PDF file has {}", walk.count);
        return Err(Refusal { code: NO_PAGE, message, hint: "correct `page`" });
    };
    passive(file, dictionary)?;
    let resources = inherited.resources.and_then(|own| file.resolve(own).as_dict().ok());
    let turns = match inherited.rotate {
        Some(rotate) => file.resolve(rotate).as_i64().ok(),
        None => Some(0),
    };
    let turns = match turns.map(|angle| angle.rem_euclid(360)) {
        Some(0) => 0,
        Some(90) => 1,
        Some(180) => 2,
        Some(270) => 3,
        _ => return Err(Refusal::broken("the page is turned by an odd angle")),
    };
    let shown = shown(file, dictionary, &inherited, area)?;
    Ok(Leaf {
        dictionary: dictionary.clone(),
        resources: resources.cloned().unwrap_or_default(),
        shown,
        turns,
        hidden_layers: hidden_layers(file, catalog),
    })
}

struct Walk<'f> {
    file: &'f File,
    wanted: u32,
    /// Pages so far.
    count: u32,
    seen: BTreeSet<ObjectId>,
}

impl<'f> Walk<'f> {
    /// The wanted page, when it is at or below a node.
    fn node(
        &mut self,
        node: &'f Object,
        above: &Inherited<'f>,
        depth: usize,
    ) -> Outcome<Option<(&'f Dictionary, Inherited<'f>)>> {
        if let Object::Reference(id) = node
            && !self.seen.insert(*id)
        {
            return Err(Refusal::broken("its page tree runs in a circle"));
        }
        if depth > DEPTH_MAX {
            return Err(Refusal::broken("its page tree is too deep"));
        }
        let Object::Dictionary(dictionary) = self.file.resolve(node) else {
            return Err(Refusal::broken("its page tree is damaged"));
        };
        let own =
            |key: &str, above: Option<&'f Object>| dictionary.get(key.as_bytes()).ok().or(above);
        let inherited = Inherited {
            resources: own("Resources", above.resources),
            media: own("MediaBox", above.media),
            crop: own("CropBox", above.crop),
            rotate: own("Rotate", above.rotate),
        };
        if !dictionary.has(b"Kids") {
            self.count += 1;
            return Ok((self.count == self.wanted).then_some((dictionary, inherited)));
        }
        for kid in self.file.array(dictionary, "Kids") {
            if let Some(found) = self.node(kid, &inherited, depth + 1)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }
}

/// Refuses what a file would do when it is opened.
fn quiet(file: &File, catalog: &Dictionary) -> Outcome<()> {
    let scripts = file.dictionary(catalog, "Names").is_some_and(|names| names.has(b"JavaScript"));
    let acts = file
        .dictionary(catalog, "OpenAction")
        .is_some_and(|action| file.name(action, "S") != Some(b"GoTo"));
    if scripts || acts || catalog.has(b"AA") {
        let message = "the PDF file has scripts or actions";
        return Err(Refusal::not_printable(message, "export it for print, without actions"));
    }
    if let Some(form) = file.dictionary(catalog, "AcroForm")
        && (!file.array(form, "Fields").is_empty() || form.has(b"XFA"))
    {
        let message = "the PDF file has fields to be filled in";
        return Err(Refusal::not_printable(message, "flatten its fields, or export it for print"));
    }
    Ok(())
}

/// Refuses what a page would do.
fn passive(file: &File, page: &Dictionary) -> Outcome<()> {
    if page.has(b"AA") {
        let message = "the page has actions";
        return Err(Refusal::not_printable(message, "export it for print, without actions"));
    }
    if !file.array(page, "Annots").is_empty() {
        let message = "the page has annotations (links, notes, fields, stamps)";
        return Err(Refusal::not_printable(message, "flatten or remove them"));
    }
    if milli(file.value(page, "UserUnit")).is_some_and(|unit| unit != 1000) {
        let message = "the page is scaled by a unit of its own";
        return Err(Refusal::not_printable(message, "export it in its natural size"));
    }
    Ok(())
}

/// Whether some layers are not shown (ISO 32000-1, 8.11.4).
fn hidden_layers(file: &File, catalog: &Dictionary) -> bool {
    let layers = file.dictionary(catalog, "OCProperties");
    let default = layers.and_then(|layers| file.dictionary(layers, "D"));
    default.is_some_and(|default| {
        !file.array(default, "OFF").is_empty() || file.name(default, "BaseState") == Some(b"OFF")
    })
}

/// What is shown of a page: its box, as far as it lies in the media box.
fn shown(
    file: &File,
    page: &Dictionary,
    inherited: &Inherited<'_>,
    area: Area,
) -> Outcome<[i64; 4]> {
    let no_size = || Refusal::broken("the page has no size");
    let media = rectangle(file, inherited.media).ok_or_else(no_size)?;
    let crop = rectangle(file, inherited.crop).unwrap_or(media);
    // Boxes of a page that are not given are as its crop box.
    let own = |key: &[u8]| rectangle(file, page.get(key).ok()).unwrap_or(crop);
    let wanted = match area {
        Area::Crop => crop,
        Area::Trim => own(b"TrimBox"),
        Area::Bleed => own(b"BleedBox"),
        Area::Media => media,
    };
    let shown = [
        wanted[0].max(media[0]),
        wanted[1].max(media[1]),
        wanted[2].min(media[2]),
        wanted[3].min(media[3]),
    ];
    let [width, height] = [shown[2] - shown[0], shown[3] - shown[1]];
    let sound = |side: i64| (1000..=SIDE_MAX).contains(&side);
    if sound(width) && sound(height) { Ok(shown) } else { Err(no_size()) }
}

/// A rectangle in thousandths of a point: left, bottom, right, top.
fn rectangle(file: &File, object: Option<&Object>) -> Option<[i64; 4]> {
    let Object::Array(items) = file.resolve(object?) else { return None };
    let [a, b, c, d] = &items[..] else { return None };
    let side = |item| milli(file.resolve(item));
    let [a, b, c, d] = [side(a)?, side(b)?, side(c)?, side(d)?];
    Some([a.min(c), b.min(d), a.max(c), b.max(d)])
}

/// A number in thousandths, rounded; far from any page it is cut off.
fn milli(number: &Object) -> Option<i64> {
    const FAR: i64 = 1_000_000;
    let text = match number {
        Object::Integer(number) => return Some(number.clamp(&-FAR, &FAR) * 1000),
        Object::Real(number) if number.is_finite() => number.to_string(),
        _ => return None,
    };
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let (negative, digits) = match whole.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, whole),
    };
    let whole = digits.parse().unwrap_or(FAR).min(FAR) * 1000;
    let places = format!("{fraction:0<4}");
    let tenths: i64 = places.get(..4)?.parse().ok()?;
    let sum = whole + div_round(tenths, 10);
    Some(if negative { -sum } else { sum })
}

#[cfg(test)]
mod tests {
    use super::milli;
    use lopdf::Object;

    #[test]
    fn numbers_become_thousandths() {
        for (number, thousandths) in [
            (Object::Real(595.276), 595_276),
            (Object::Real(595.275_6), 595_276),
            (Object::Integer(7), 7000),
            (Object::Real(-0.0015), -2),
            (Object::Real(0.5), 500),
            (Object::Real(-841.89), -841_890),
            (Object::Real(1e30), 1_000_000_000),
            (Object::Integer(i64::MIN), -1_000_000_000),
        ] {
            assert_eq!(milli(&number), Some(thousandths), "{number:?}");
        }
        assert_eq!(milli(&Object::Real(f32::INFINITY)), None);
        assert_eq!(milli(&Object::Null), None);
    }
}
