//! Artwork: what `[[image]]` of a form shows. A PNG stays samples; a drawing (SVG) and a page of a
//! designer's PDF become form `XObject`s, written once a file, however often they are placed.

mod svg;

pub use svg::Drawing;

use super::Image;
use super::objects::{Id, Objects};
use crate::diag::{Code, Diagnostic, Findings, Place};
use std::io::{self, Write};

/// A file that is neither PNG nor SVG.
const UNKNOWN_KIND: Code = Code("E703");

/// The most bytes of a file, by the end of its name; `None` for what no artwork is.
#[must_use]
pub fn bytes_max(file: &str) -> Option<u64> {
    match file.rsplit_once('.')?.1 {
        "png" => Some(16 << 20),
        "svg" => Some(svg::BYTES_MAX),
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
}

impl Artwork {
    /// The picture in a file; `file` names it in findings and says by its end what it is. Doubts
    /// are added to `findings`.
    ///
    /// # Errors
    /// Everything that is wrong with the file.
    pub fn read(file: &str, data: &[u8], findings: &mut Findings) -> Result<Self, Findings> {
        match file.rsplit_once('.').map(|(_, end)| end) {
            Some("png") => Image::from_png(file, data).map(Self::Raster),
            Some("svg") => Drawing::from_svg(file, data, findings).map(Self::Drawing),
            _ => Err(Diagnostic::error(UNKNOWN_KIND, "artwork is a file .png or .svg")
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
        }
    }

    /// Width and height of its own coordinates, in thousandths of a point; `None` when they are
    /// the unit square of an image (ISO 32000-1, 8.9.5).
    pub(super) const fn space(&self) -> Option<[i64; 2]> {
        match self {
            Self::Raster(_) => None,
            Self::Drawing(drawing) => Some(drawing.size),
        }
    }

    /// Writes it and gives its number.
    pub(super) fn write<W: Write>(&self, objects: &mut Objects<W>) -> io::Result<Id> {
        match self {
            Self::Raster(image) => {
                let id = objects.reserve();
                objects.stream(id, image.entries().as_bytes(), image.data())?;
                Ok(id)
            }
            Self::Drawing(drawing) => {
                let id = objects.reserve();
                objects.stream(id, &drawing.entries(), drawing.data())?;
                Ok(id)
            }
        }
    }
}
