//! Artwork: what `[[image]]` of a form shows. A PNG stays samples; a drawing (SVG) and a page of a
//! designer's PDF become form `XObject`s, written once a file, however often they are placed.

mod page;
mod svg;

pub use page::{Area, Page};
pub use svg::Drawing;

use super::objects::{Id, Objects};
use super::{Image, Plates, parts};
use crate::diag::{Code, Diagnostic, Findings, Place};
use std::io::{self, Write};

/// A file of another kind.
const UNKNOWN_KIND: Code = Code("E703");

/// The most bytes of a file, by the end of its name; `None` for what no artwork is.
#[must_use]
pub fn bytes_max(file: &str) -> Option<u64> {
    match file.rsplit_once('.')?.1 {
        "png" => Some(16 << 20),
        "svg" => Some(svg::BYTES_MAX),
        "pdf" => Some(page::BYTES_MAX),
        _ => None,
    }
}

/// A picture, ready to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Artwork {
    /// Samples.
    Raster(Image),
    /// Lines and areas.
    Drawing(Drawing),
    /// A page of another file.
    Page(Page),
}

/// Which picture is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request<'a> {
    /// The file, as findings name it; its end says what it is.
    pub file: &'a str,
    /// The page of a PDF file, from 1.
    pub page: u32,
    /// What of the page is shown.
    pub area: Area,
    /// What it will be printed with.
    pub plates: Plates,
}

impl Artwork {
    /// The picture in the bytes of a file. Doubts are added to `findings`.
    ///
    /// # Errors
    /// Everything that is wrong with the file.
    pub fn read(
        request: Request<'_>,
        data: &[u8],
        findings: &mut Findings,
    ) -> Result<Self, Findings> {
        let Request { file, page, area, plates } = request;
        match file.rsplit_once('.').map(|(_, end)| end) {
            Some("png") => Image::from_png(file, data).map(Self::Raster),
            Some("svg") => Drawing::from_svg(file, data, findings).map(Self::Drawing),
            Some("pdf") => {
                Page::from_pdf(file, data, (page, area), plates, findings).map(Self::Page)
            }
            _ => Err(Diagnostic::error(UNKNOWN_KIND, "artwork is a file .png, .svg or .pdf")
                .at(Place::file(file))
                .into()),
        }
    }

    /// Width and height, in a unit of its own: how they relate.
    #[must_use]
    pub fn proportions(&self) -> [i64; 2] {
        match self {
            Self::Raster(image) => [i64::from(image.width), i64::from(image.height)],
            Self::Drawing(drawing) => drawing.size,
            Self::Page(page) => page.size,
        }
    }

    /// Width and height of its own coordinates, in thousandths of a point; `None` when they are
    /// the unit square of an image (ISO 32000-1, 8.9.5).
    pub(super) const fn space(&self) -> Option<[i64; 2]> {
        match self {
            Self::Raster(_) => None,
            Self::Drawing(drawing) => Some(drawing.size),
            Self::Page(page) => Some(page.size),
        }
    }

    /// Writes it and gives its number; in a PDF/VT file with what is said of shared objects.
    pub(super) fn write<W: Write>(&self, objects: &mut Objects<W>, is_vt: bool) -> io::Result<Id> {
        let shared = |data: &[u8]| if is_vt { parts::shared(data) } else { String::new() };
        match self {
            Self::Raster(image) => {
                let id = objects.reserve();
                let entries = image.entries() + &shared(image.data());
                objects.stream(id, entries.as_bytes(), image.data())?;
                Ok(id)
            }
            Self::Drawing(drawing) => {
                let id = objects.reserve();
                let entries = [drawing.entries(), shared(drawing.data()).into_bytes()].concat();
                objects.stream(id, &entries, drawing.data())?;
                Ok(id)
            }
            Self::Page(page) => page.write(objects, &shared),
        }
    }
}
