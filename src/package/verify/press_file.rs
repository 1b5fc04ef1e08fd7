//! Reads a press file through `lopdf`, not through the writer that made it: its pages, their size,
//! and the text that stands where slot marks belong.

use super::super::manifest::{Manifest, RunInfo};
use super::cmap::ToUnicode;
use super::conformance::DeviceColours;
use super::content::{self, Event};
use super::texts::Painted;
use crate::measure::{Length, Point, Rect};
use crate::model::layout::WorkStyle;
use crate::model::vendor::Flip;
use crate::model::{Side, SlotMark};
use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// No stream of a press file is larger than this when decompressed.
pub(super) const STREAM_MAX: usize = 64 << 20;
/// A text may begin this far outside the mark's box; a squeezed line starts a little before it.
const TOLERANCE: Length = Length::mm(1);

/// A box in points from the sheet's bottom left.
#[derive(Debug, Clone, Copy)]
struct Region {
    x: (f64, f64),
    y: (f64, f64),
}

/// Where marks stand on a side: a region for each slot.
pub(super) struct Regions(Vec<Region>);

impl Regions {
    /// The regions of a side of a run's sheets.
    pub(super) fn of(manifest: &Manifest, run: &RunInfo, side: Side) -> Self {
        let [leaf_width, leaf_height] = manifest.form.leaf;
        let [_, sheet_height] = run.layout.sheet;
        let form = &manifest.form;
        let deepest = run.lots.iter().flat_map(|lot| &lot.stacks).max();
        let nesting = deepest.map_or(0, |&sheets| sheets.saturating_sub(1));
        let creep = creep(run, i32::try_from(nesting).unwrap_or(0));
        let region = |corner: Corner| {
            let back = form.mark_back.filter(|_| corner.page == Side::Back);
            let mark = Rect::from(back.unwrap_or(form.mark));
            let mut inner = mark;
            if corner.turned {
                inner.x = leaf_width - mark.right();
                inner.y = leaf_height - mark.bottom();
            }
            let left = corner.at.x + inner.x - TOLERANCE - creep;
            let right = corner.at.x + inner.right() + TOLERANCE + creep;
            let bottom = sheet_height - (corner.at.y + inner.bottom()) - TOLERANCE;
            let top = sheet_height - (corner.at.y + inner.y) + TOLERANCE;
            Region { x: (points(left), points(right)), y: (points(bottom), points(top)) }
        };
        Self(corners(manifest, run, side).into_iter().map(region).collect())
    }

    fn slot_at(&self, x: f64, y: f64) -> Option<usize> {
        let holds = |region: &Region| {
            x >= region.x.0 && x <= region.x.1 && y >= region.y.0 && y <= region.y.1
        };
        self.0.iter().position(holds)
    }
}

/// Where a page lies in a slot.
#[derive(Debug, Clone, Copy)]
pub(super) struct Corner {
    /// The top left corner of its box, from the sheet's top left as it lies.
    pub(super) at: Point,
    /// Whether it lies upside down.
    pub(super) turned: bool,
    /// Which page of the leaf it is.
    pub(super) page: Side,
}

/// The page in each slot of a side, for sheets that are not pushed out of a booklet.
pub(super) fn corners(manifest: &Manifest, run: &RunInfo, side: Side) -> Vec<Corner> {
    let [leaf_width, leaf_height] = manifest.form.leaf;
    let [sheet_width, sheet_height] = run.layout.sheet;
    let [left, top] = run.layout.origin;
    let [across, down] = run.layout.gutter;
    let flip = match run.layout.work_style {
        WorkStyle::Sheetwise => run.press.flip,
        WorkStyle::WorkAndTurn => Flip::LongEdge,
        WorkStyle::WorkAndTumble => Flip::ShortEdge,
    };
    let mut corners = Vec::new();
    for row in 0..i32::from(run.layout.rows) {
        for column in 0..i32::from(run.layout.columns) {
            let x = left + (leaf_width + across) * column;
            let y = top + (leaf_height + down) * row;
            let (at, turned) = match (side, flip) {
                (Side::Front, _) => (Point { x, y }, false),
                (Side::Back, Flip::LongEdge) => {
                    (Point { x: sheet_width - x - leaf_width, y }, false)
                }
                (Side::Back, Flip::ShortEdge) => {
                    (Point { x, y: sheet_height - y - leaf_height }, true)
                }
            };
            let slot = u32::try_from(corners.len()).unwrap_or(u32::MAX);
            let is_back = (side == Side::Back) != run.layout.arrangement().is_face_down(slot);
            let page = if is_back { Side::Back } else { Side::Front };
            corners.push(Corner { at, turned, page });
        }
    }
    corners
}

/// How far a page moves to the fold of its booklet, so many sheets deep.
pub(super) fn creep(run: &RunInfo, nesting: i32) -> Length {
    run.layout.creep.map_or(Length::ZERO, |creep| creep * nesting)
}

fn points(length: Length) -> f64 {
    f64::from(length.as_um()) * 72.0 / 25_400.0
}

/// What stands in the mark's place of a slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// Nothing.
    Nothing,
    /// A text that is no mark, or two different marks.
    Unreadable,
    /// A mark.
    Mark(SlotMark),
}

/// A press file in memory.
pub(super) struct PressFile {
    pub(super) document: Document,
    maps: Mutex<HashMap<ObjectId, Arc<ToUnicode>>>,
    /// What external objects show, as far as pages paint them.
    pub(super) objects: Mutex<HashMap<ObjectId, Arc<Painted>>>,
    pub(super) pages: Vec<ObjectId>,
}

impl PressFile {
    /// Reads a press file from its bytes.
    pub(super) fn load(bytes: &[u8]) -> Result<Self, String> {
        let options =
            LoadOptions { strict: true, ..LoadOptions::with_max_decompressed_size(STREAM_MAX) };
        let document =
            Document::load_mem_with_options(bytes, options).map_err(|error| error.to_string())?;
        if document.is_encrypted() {
            return Err("it is encrypted".to_owned());
        }
        let pages = document.page_iter().collect();
        Ok(Self { document, maps: Mutex::default(), objects: Mutex::default(), pages })
    }

    /// How many pages it has.
    pub(super) fn pages(&self) -> usize {
        self.pages.len()
    }

    /// Whether a page is as large as its sheet, to a hundredth of a point.
    pub(super) fn has_size(&self, page: usize, [width, height]: [Length; 2]) -> bool {
        let Some(media_box) = self.inherited(self.pages[page], b"MediaBox") else { return false };
        let Ok(corners) = media_box.as_array() else { return false };
        let corners: Vec<f64> =
            corners.iter().filter_map(|n| n.as_float().ok()).map(f64::from).collect();
        let near = |a: f64, b: f64| (a - b).abs() < 0.011;
        matches!(corners.as_slice(), [left, bottom, right, top]
            if near(right - left, points(width)) && near(top - bottom, points(height)))
    }

    /// What stands in the marks' places of a page, by slot; notes what the page paints with.
    pub(super) fn marks(
        &self,
        page: usize,
        regions: &Regions,
        colours: &mut DeviceColours,
    ) -> Result<Vec<Found>, String> {
        let id = self.pages[page];
        let stream = self
            .document
            .get_page_content_with_limit(id, STREAM_MAX)
            .map_err(|error| error.to_string())?;
        let mut texts = vec![Vec::new(); regions.0.len()];
        let resources = self.resources(id).ok_or("it has no resources")?;
        // The few fonts of a page, by their names.
        let mut fonts: Vec<(Vec<u8>, Option<Arc<ToUnicode>>)> = Vec::new();
        let mut without_text = false;
        content::read(&stream, &mut |event| match event {
            Event::Text(text) => {
                let known = fonts.iter().position(|(name, _)| name == text.font);
                let at = known.unwrap_or_else(|| {
                    fonts.push((text.font.to_vec(), self.map(resources, text.font)));
                    fonts.len() - 1
                });
                let map = fonts[at].1.as_ref().filter(|map| map.covers(text.bytes));
                without_text |= map.is_none();
                if let Some((slot, map)) = regions.slot_at(text.x, text.y).zip(map) {
                    let mut mark = String::new();
                    map.decode(text.bytes, &mut mark);
                    texts[slot].push(mark);
                }
            }
            Event::Colour(name) => colours.note(name),
            Event::Object { .. } => {}
        })?;
        if without_text {
            return Err("it shows characters without text".to_owned());
        }
        Ok(texts.iter().map(|texts| found(texts)).collect())
    }

    /// The resources of a page.
    pub(super) fn resources(&self, page: ObjectId) -> Option<&Dictionary> {
        self.dictionary(self.inherited(page, b"Resources")?)
    }

    /// The text of a font by its name among resources.
    pub(super) fn map(&self, resources: &Dictionary, font: &[u8]) -> Option<Arc<ToUnicode>> {
        let fonts = self.dictionary(resources.get(b"Font").ok()?)?;
        let id = fonts.get(font).ok()?.as_reference().ok()?;
        let known = || self.maps.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(map) = known().get(&id) {
            return Some(Arc::clone(map));
        }
        let dictionary = self.document.get_dictionary(id).ok()?;
        let (_, object) = self.document.dereference(dictionary.get(b"ToUnicode").ok()?).ok()?;
        let cmap = object.as_stream().ok()?.get_plain_content_with_limit(STREAM_MAX).ok()?;
        let map = Arc::new(ToUnicode::parse(&cmap));
        known().insert(id, Arc::clone(&map));
        Some(map)
    }

    pub(super) fn dictionary<'a>(&'a self, object: &'a Object) -> Option<&'a Dictionary> {
        self.document.dereference(object).ok()?.1.as_dict().ok()
    }

    /// An attribute of a page, or of the nearest node above that has it.
    fn inherited(&self, page: ObjectId, key: &[u8]) -> Option<&Object> {
        let mut node = self.document.get_dictionary(page).ok()?;
        // A tree of pages is a few nodes deep; a loop is no tree.
        for _ in 0..32 {
            if let Ok(value) = node.get(key) {
                return Some(self.document.dereference(value).ok()?.1);
            }
            let parent = node.get(b"Parent").ok()?.as_reference().ok()?;
            node = self.document.get_dictionary(parent).ok()?;
        }
        None
    }
}

/// The mark among the texts of a place, set in one piece or in several.
fn found(texts: &[String]) -> Found {
    if texts.iter().all(|text| text.trim().is_empty()) {
        return Found::Nothing;
    }
    let mut mark = SlotMark::parse(texts.concat().trim());
    for text in texts {
        let other = SlotMark::parse(text.trim());
        match (&mark, other) {
            (Some(mark), Some(other)) if *mark != other => return Found::Unreadable,
            (None, Some(other)) => mark = Some(other),
            _ => {}
        }
    }
    mark.map_or(Found::Unreadable, Found::Mark)
}
