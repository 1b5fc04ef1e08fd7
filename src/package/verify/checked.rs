//! A lot whose lists and press file were checked, for whoever looks at its pages further.

use super::super::manifest::{LotInfo, Manifest, RunInfo};
use super::lots::Lot;
use super::press_file::{Corner, PressFile, corners, creep};
use super::texts::PageText;
use crate::measure::{Extent, Length, Point};
use crate::model::inserter::{InsertedPiece, LotSize};
use crate::model::{LeafKind, Side, SlotMark};

/// A lot and its press file.
pub struct CheckedLot<'a> {
    /// The manifest.
    pub manifest: &'a Manifest,
    /// Its run.
    pub run: &'a RunInfo,
    /// What the manifest says of it.
    pub info: &'a LotInfo,
    lot: &'a Lot<'a>,
    file: &'a PressFile,
    bytes: Vec<u8>,
    /// Its pieces; only where an inserter reads marks.
    inserted: Vec<InsertedPiece>,
    /// The slots of fronts and of backs.
    corners: [Vec<Corner>; 2],
}

/// A leaf in its slot on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeafOnPage<'a> {
    /// The slot, from 1.
    pub slot: usize,
    /// Its top left corner on the sheet, as it lies.
    pub corner: Point,
    /// Its size.
    pub size: Extent,
    /// Whether it lies upside down.
    pub turned: bool,
    /// What the leaf is.
    pub kind: LeafKind,
    /// The page of the leaf that lies there.
    pub side: Side,
    /// Its mark as `sheets.csv` has it.
    pub mark: &'a SlotMark,
}

impl<'a> CheckedLot<'a> {
    pub(super) fn new(
        manifest: &'a Manifest,
        lot: &'a Lot<'a>,
        file: &'a PressFile,
        bytes: Vec<u8>,
    ) -> Self {
        let corners = [Side::Front, Side::Back].map(|side| corners(manifest, lot.run, side));
        let inserted = lot.run.inserter.as_ref().map(|_| lot.inserted()).unwrap_or_default();
        Self { manifest, run: lot.run, info: lot.info, lot, file, bytes, inserted, corners }
    }

    /// The bytes of the press file, once.
    pub fn take_bytes(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }

    /// How many pages the press file has.
    #[must_use]
    pub fn pages(&self) -> usize {
        self.file.pages()
    }

    /// The sheet (from 1) and the side of a page (from 0).
    #[must_use]
    pub const fn side(&self, page: usize) -> (usize, Side) {
        if !self.run.duplex {
            return (page + 1, Side::Front);
        }
        ((page >> 1) + 1, if page.is_multiple_of(2) { Side::Front } else { Side::Back })
    }

    /// The leaves on a page, slot by slot.
    pub fn leaves(&self, page: usize) -> impl Iterator<Item = LeafOnPage<'_>> {
        let (sheet, side) = self.side(page);
        let [width, height] = self.manifest.form.leaf;
        let corners = &self.corners[usize::from(side == Side::Back)];
        let first = (sheet - 1) * self.lot.table.slots;
        let creep = creep(self.run, self.nesting(sheet - 1));
        let [sheet_width, _] = self.run.layout.sheet;
        corners.iter().enumerate().filter_map(move |(slot, &Corner { at, turned, page })| {
            let mark = self.lot.table.cells.get(first + slot)?.as_ref()?;
            let kind = *self.lot.kinds.get(first + slot)?;
            let size = Extent { width, height };
            let to_the_fold = if at.x * 2 + width < sheet_width { creep } else { creep * -1 };
            let corner = Point { x: at.x + to_the_fold, y: at.y };
            Some(LeafOnPage { slot: slot + 1, corner, size, turned, kind, side: page, mark })
        })
    }

    /// How deep a sheet (from 0) lies in its booklet.
    fn nesting(&self, sheet: usize) -> i32 {
        if self.run.layout.creep.is_none() {
            return 0;
        }
        let mut above = sheet;
        for &depth in &self.info.stacks {
            match above.checked_sub(depth as usize) {
                Some(rest) => above = rest,
                None => break,
            }
        }
        i32::try_from(above).unwrap_or(0)
    }

    /// What the inserter's mark on a leaf says; none on backs, and where there is no inserter.
    #[must_use]
    pub fn inserter_mark(&self, leaf: &LeafOnPage<'_>) -> Option<String> {
        let inserter = self.run.inserter.as_ref().filter(|_| leaf.side == Side::Front)?;
        let index = leaf.mark.serial.0.checked_sub(self.info.first_serial.0)?;
        let piece = self.inserted.get(index as usize)?;
        let lot = LotSize { pieces: self.info.pieces, leaves: self.info.leaves };
        let sheet = inserter.sheet(self.manifest.job.number, lot, piece, leaf.mark.leaf);
        let mut said = String::new();
        inserter.says(&sheet, &mut said).ok()?;
        Some(said)
    }

    /// The texts of a page that begin where `asks` says.
    ///
    /// # Errors
    /// When the page cannot be read, or has more to paint than any page.
    pub fn texts(
        &self,
        page: usize,
        asks: &dyn Fn(Point) -> bool,
    ) -> Result<Vec<PageText>, String> {
        let [_, height]: [Length; 2] = self.run.layout.sheet;
        self.file.texts(page, height, asks)
    }
}
