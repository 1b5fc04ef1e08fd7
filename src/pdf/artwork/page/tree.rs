//! Finds a page in the page tree, with what it inherits, and refuses files that do more than show
//! pages.

use super::file::{File, Loaded};
use super::object::{Decimal, Dictionary, Object};
use super::{Area, NO_PAGE, Outcome, Refusal};
use std::collections::BTreeSet;
use std::rc::Rc;

/// Nodes of the page tree within each other.
const DEPTH_MAX: usize = 64;
/// The longest side of a page in thousandths of a point (ISO 32000-1, annex C).
const SIDE_MAX: i64 = 14_400_000;

/// What a page inherits from the nodes above it.
#[derive(Debug, Clone, Default)]
struct Inherited {
    resources: Option<Object>,
    media: Option<Object>,
    crop: Option<Object>,
    rotate: Option<Object>,
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
pub(super) fn page(file: &File<'_>, number: u32, area: Area) -> Outcome<Leaf> {
    if file.trailer.get("Encrypt").is_some() {
        let message = "the PDF file is encrypted";
        return Err(Refusal::not_printable(message, "save it without a password"));
    }
    let catalog = file.value(&file.trailer, "Root")?;
    let catalog =
        catalog.object.as_dictionary().ok_or_else(|| Refusal::broken("it has no catalog"))?;
    quiet(file, catalog)?;
    let mut walk = Walk { file, wanted: number, count: 0, seen: BTreeSet::new() };
    let root = catalog.get("Pages").ok_or_else(|| Refusal::broken("it has no pages"))?;
    let Some((dictionary, inherited)) = walk.node(root, &Inherited::default(), 0)? else {
        let message = format!("there is no page {number}: the PDF file has {}", walk.count);
        return Err(Refusal { code: NO_PAGE, message, hint: "correct `page`" });
    };
    passive(file, &dictionary)?;
    let resources = match &inherited.resources {
        Some(resources) => file.resolve(resources)?.object.as_dictionary().cloned(),
        None => None,
    };
    let turns = match &inherited.rotate {
        Some(rotate) => file.resolve(rotate)?.object.as_number().and_then(Decimal::whole),
        None => Some(0),
    };
    let turns = match turns.map(|angle| angle.rem_euclid(360)) {
        Some(0) => 0,
        Some(90) => 1,
        Some(180) => 2,
        Some(270) => 3,
        _ => return Err(Refusal::broken("the page is turned by an odd angle")),
    };
    let shown = shown(file, &dictionary, &inherited, area)?;
    Ok(Leaf {
        dictionary,
        resources: resources.unwrap_or_default(),
        shown,
        turns,
        hidden_layers: hidden_layers(file, catalog)?,
    })
}

struct Walk<'f, 'd> {
    file: &'f File<'d>,
    wanted: u32,
    /// Pages so far.
    count: u32,
    seen: BTreeSet<u32>,
}

impl Walk<'_, '_> {
    /// The wanted page, when it is at or below a node.
    fn node(
        &mut self,
        node: &Object,
        above: &Inherited,
        depth: usize,
    ) -> Outcome<Option<(Dictionary, Inherited)>> {
        if let Object::Reference(number) = node
            && !self.seen.insert(*number)
        {
            return Err(Refusal::broken("its page tree runs in a circle"));
        }
        if depth > DEPTH_MAX {
            return Err(Refusal::broken("its page tree is too deep"));
        }
        let loaded = self.file.resolve(node)?;
        let Some(dictionary) = loaded.object.as_dictionary() else {
            return Err(Refusal::broken("its page tree is damaged"));
        };
        let own = |key: &str, above: &Option<Object>| {
            dictionary.get(key).cloned().or_else(|| above.clone())
        };
        let inherited = Inherited {
            resources: own("Resources", &above.resources),
            media: own("MediaBox", &above.media),
            crop: own("CropBox", &above.crop),
            rotate: own("Rotate", &above.rotate),
        };
        if dictionary.get("Kids").is_none() {
            self.count += 1;
            let found = self.count == self.wanted;
            return Ok(found.then(|| (dictionary.clone(), inherited)));
        }
        let kids = self.file.value(dictionary, "Kids")?;
        for kid in kids.object.as_array().unwrap_or_default() {
            if let Some(found) = self.node(kid, &inherited, depth + 1)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }
}

/// Refuses what a file would do when it is opened.
fn quiet(file: &File<'_>, catalog: &Dictionary) -> Outcome<()> {
    let names = file.value(catalog, "Names")?;
    let scripts =
        names.object.as_dictionary().is_some_and(|names| names.get("JavaScript").is_some());
    let open = file.value(catalog, "OpenAction")?;
    let acts = match &open.object {
        Object::Dictionary(action) => file.value(action, "S")?.object.as_name() != Some(b"GoTo"),
        _ => false,
    };
    if scripts || acts || catalog.get("AA").is_some() {
        let message = "the PDF file has scripts or actions";
        return Err(Refusal::not_printable(message, "export it for print, without actions"));
    }
    let form = file.value(catalog, "AcroForm")?;
    if let Some(form) = form.object.as_dictionary() {
        let fields = file.value(form, "Fields")?;
        let some = fields.object.as_array().is_some_and(|fields| !fields.is_empty());
        if some || form.get("XFA").is_some() {
            let message = "the PDF file has fields to be filled in";
            return Err(Refusal::not_printable(
                message,
                "flatten its fields, or export it for print",
            ));
        }
    }
    Ok(())
}

/// Refuses what a page would do.
fn passive(file: &File<'_>, page: &Dictionary) -> Outcome<()> {
    if page.get("AA").is_some() {
        let message = "the page has actions";
        return Err(Refusal::not_printable(message, "export it for print, without actions"));
    }
    let notes = file.value(page, "Annots")?;
    if notes.object.as_array().is_some_and(|notes| !notes.is_empty()) {
        let message = "the page has annotations (links, notes, fields, stamps)";
        return Err(Refusal::not_printable(message, "flatten or remove them"));
    }
    let unit = file.value(page, "UserUnit")?;
    if unit.object.as_number().is_some_and(|unit| unit.thousandths() != 1000) {
        let message = "the page is scaled by a unit of its own";
        return Err(Refusal::not_printable(message, "export it in its natural size"));
    }
    Ok(())
}

/// Whether some layers are not shown (ISO 32000-1, 8.11.4).
fn hidden_layers(file: &File<'_>, catalog: &Dictionary) -> Outcome<bool> {
    let layers = file.value(catalog, "OCProperties")?;
    let Some(layers) = layers.object.as_dictionary() else { return Ok(false) };
    let default = file.value(layers, "D")?;
    let Some(default) = default.object.as_dictionary() else { return Ok(false) };
    let off = file.value(default, "OFF")?;
    let off = off.object.as_array().is_some_and(|off| !off.is_empty());
    let base = file.value(default, "BaseState")?;
    Ok(off || base.object.as_name() == Some(b"OFF"))
}

/// What is shown of a page: its box, as far as it lies in the media box.
fn shown(
    file: &File<'_>,
    page: &Dictionary,
    inherited: &Inherited,
    area: Area,
) -> Outcome<[i64; 4]> {
    let no_size = || Refusal::broken("the page has no size");
    let media = rectangle(file, inherited.media.as_ref())?.ok_or_else(no_size)?;
    let crop = rectangle(file, inherited.crop.as_ref())?.unwrap_or(media);
    // Boxes of a page that are not given are as its crop box.
    let own = |key: &str| Ok(rectangle(file, page.get(key))?.unwrap_or(crop));
    let wanted = match area {
        Area::Crop => crop,
        Area::Trim => own("TrimBox")?,
        Area::Bleed => own("BleedBox")?,
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
fn rectangle(file: &File<'_>, object: Option<&Object>) -> Outcome<Option<[i64; 4]>> {
    let Some(object) = object else { return Ok(None) };
    let loaded: Rc<Loaded> = file.resolve(object)?;
    let Some(items) = loaded.object.as_array() else { return Ok(None) };
    let mut sides = [0; 4];
    if items.len() != sides.len() {
        return Ok(None);
    }
    for (side, item) in sides.iter_mut().zip(items) {
        let Some(number) = file.resolve(item)?.object.as_number() else { return Ok(None) };
        // Far from any page, and far from overflowing.
        *side = number.thousandths().clamp(-1_000_000_000, 1_000_000_000);
    }
    let [a, b, c, d] = sides;
    Ok(Some([a.min(c), b.min(d), a.max(c), b.max(d)]))
}
