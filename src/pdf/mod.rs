//! Press files: a [`Content`] takes the marks of one side of a sheet as PDF operators, a
//! [`LotWriter`] streams side after side into one file in flat memory. Does not know forms,
//! pieces or imposition.
//!
//! ```text
//! workers:  content = Content::with_artwork(&artwork); content.begin_sheet(sheet); content.begin_slot(at, leaf); … draw … content.end_slot();
//!           compressed = deflater.deflate(content.finish())
//! writer:   LotWriter::new(out, &info, &layers, &artwork)?; writer.side(&compressed)?; …
//!           writer.finish(&fonts, &usage)?
//! ```
//!
//! The files are PDF/X-4: PDF 1.6 with an output intent and its profile, object streams and a
//! cross-reference stream, a balanced page tree, one shared resource dictionary, black ink only (but
//! for artwork on a press with four), subset fonts with exact text, and nothing that depends on a
//! clock or a machine. They are meant to be easy on a press's RIP: no transparency, no cycles, no
//! names that differ from page to page.

mod artwork;
mod content;
mod deflate;
mod fonts;
mod image;
mod intent;
mod layer;
mod metadata;
mod number;
mod objects;
mod parts;
mod tree;
mod writer;

pub use artwork::{Area, Artwork, Drawing, Page, Request, bytes_max};
pub use content::Content;
pub use deflate::Deflater;
pub use image::Image;
pub use intent::{OutputIntent, PROFILE_MAX, Plates};
pub use layer::Layer;
pub use parts::{Entries, Parts};
pub use writer::{LotInfo, LotWriter, Standard, Written};

use std::io;

/// Why a press file could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file cannot be written.
    #[error("cannot write the press file")]
    Write(#[from] io::Error),
    /// A font could not be subset.
    #[error("cannot embed the fonts")]
    Font(#[from] crate::font::Error),
}

/// The codes of this room: code, what it means, what to do.
pub const CODES: &[(&str, &str, &str)] = &[
    ("E701", "an image is not a PNG file that can be read", "save the image again as PNG"),
    ("E702", "an image is too large", "scale it down to what the press can show"),
    ("E703", "artwork is of a kind that is not known", "export it as PNG, SVG or PDF"),
    (
        "E704",
        "a drawing is no SVG file or refers to what is not there",
        "save it again as plain SVG",
    ),
    (
        "E705",
        "a drawing has something that a black plate cannot show: text, an image, a gradient, opacity, …",
        "convert it to paths in solid colours",
    ),
    ("E706", "a drawing is too large or too deep", "simplify it"),
    (
        "E708",
        "a PDF file is none, or cannot be read",
        "export it again, or repair it with `qpdf IN OUT`",
    ),
    (
        "E709",
        "a page of a PDF file has what a press file must not have: a password, scripts, annotations, fonts that are not embedded, …",
        "export it for print",
    ),
    ("E710", "a PDF file is too large", "simplify it, or scale its images down"),
    ("E711", "a PDF file has no such page", "correct `page`"),
    (
        "E713",
        "a page of a PDF file has colours that the press has no plates for",
        "export it in greyscale, or with CMYK for a vendor whose file says `intent = \"cmyk\"`",
    ),
    (
        "E714",
        "a colour profile is no ICC profile of a press with four inks",
        "ask the print vendor for the profile of its press and paper",
    ),
    ("W707", "a colour of a drawing is nearly black", "write #000000 for what is solid black"),
    (
        "W712",
        "a page of a PDF file is not black only",
        "export it in greyscale, with black as one ink",
    ),
];
