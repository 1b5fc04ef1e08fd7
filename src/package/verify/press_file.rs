//! Reads a press file through `lopdf`, not through the writer that made it: its pages, their size,
//! and the text that stands where slot marks belong.

use super::super::manifest::{Manifest, RunInfo};
use super::cmap::ToUnicode;
use super::content;
use crate::measure::{Length, Rect};
use crate::model::vendor::Flip;
use crate::model::{Side, SlotMark};
use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId};
use std::collections::HashMap;
use std::rc::Rc;

/// No stream of a press file is larger than this when decompressed.
const STREAM_MAX: usize = 64 << 20;
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
        let [sheet_width, sheet_height] = run.layout.sheet;
        let form = &manifest.form;
        let back = form.mark_back.filter(|_| side == Side::Back);
        let mark = Rect::from(back.unwrap_or(form.mark));
        let columns = i32::from(run.layout.columns);
        let mut regions = Vec::new();
        for row in 0..i32::from(run.layout.rows) {
            for column in 0..columns {
                let [x, y] = run.layout.origin;
                let [across, down] = run.layout.gutter;
                let mut x = x + (leaf_width + across) * column;
                let mut y = y + (leaf_height + down) * row;
                let mut inner = mark;
                if side == Side::Back {
                    match run.press.flip {
                        Flip::LongEdge => x = sheet_width - x - leaf_width,
                        Flip::ShortEdge => {
                            y = sheet_height - y - leaf_height;
                            inner.x = leaf_width - mark.right();
                            inner.y = leaf_height - mark.bottom();
                        }
                    }
                }
                let left = x + inner.x - TOLERANCE;
                let right = x + inner.right() + TOLERANCE;
                let bottom = sheet_height - (y + inner.bottom()) - TOLERANCE;
                let top = sheet_height - (y + inner.y) + TOLERANCE;
                regions.push(Region {
                    x: (points(left), points(right)),
                    y: (points(bottom), points(top)),
                });
            }
        }
        Self(regions)
    }

    fn slot_at(&self, x: f64, y: f64) -> Option<usize> {
        let holds = |region: &Region| {
            x >= region.x.0 && x <= region.x.1 && y >= region.y.0 && y <= region.y.1
        };
        self.0.iter().position(holds)
    }
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
    document: Document,
    maps: HashMap<ObjectId, Rc<ToUnicode>>,
    pages: Vec<ObjectId>,
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
        Ok(Self { document, maps: HashMap::new(), pages })
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

    /// What stands in the marks' places of a page, by slot.
    pub(super) fn marks(&mut self, page: usize, regions: &Regions) -> Result<Vec<Found>, String> {
        let id = self.pages[page];
        let stream = self
            .document
            .get_page_content_with_limit(id, STREAM_MAX)
            .map_err(|error| error.to_string())?;
        let mut shown: Vec<(usize, Vec<u8>, Vec<u8>)> = Vec::new();
        content::read(&stream, &mut |text| {
            if let Some(slot) = regions.slot_at(text.x, text.y) {
                shown.push((slot, text.font.to_vec(), text.bytes.to_vec()));
            }
        })?;
        let mut texts = vec![Vec::new(); regions.0.len()];
        for (slot, font, bytes) in shown {
            let map = self.map(id, &font).ok_or("a mark's font has no `ToUnicode`")?;
            let mut text = String::new();
            map.decode(&bytes, &mut text);
            texts[slot].push(text);
        }
        Ok(texts.iter().map(|texts| found(texts)).collect())
    }

    /// The text of a page's font by its resource name.
    fn map(&mut self, page: ObjectId, font: &[u8]) -> Option<Rc<ToUnicode>> {
        let resources = self.dictionary(self.inherited(page, b"Resources")?)?;
        let fonts = self.dictionary(resources.get(b"Font").ok()?)?;
        let id = fonts.get(font).ok()?.as_reference().ok()?;
        if let Some(map) = self.maps.get(&id) {
            return Some(Rc::clone(map));
        }
        let dictionary = self.document.get_dictionary(id).ok()?;
        let (_, object) = self.document.dereference(dictionary.get(b"ToUnicode").ok()?).ok()?;
        let cmap = object.as_stream().ok()?.get_plain_content_with_limit(STREAM_MAX).ok()?;
        let map = Rc::new(ToUnicode::parse(&cmap));
        self.maps.insert(id, Rc::clone(&map));
        Some(map)
    }

    fn dictionary<'a>(&'a self, object: &'a Object) -> Option<&'a Dictionary> {
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
