//! The file of a lot, written side by side: fixed parts first, then each side as it comes, and at
//! the end what is only known then (fonts, page tree, cross-references).

use super::number::{integer, points};
use super::objects::{Id, Objects};
use super::tree::Tree;
use super::{Artwork, Error, Layer, fonts, metadata};
use crate::digest::Digest;
use crate::font::{FontSet, Usage};
use crate::measure::{Extent, Length, Rect};
use std::fmt::Write as _;
use std::io::{self, Write};

/// What holds for a whole lot.
#[derive(Debug, Clone, Copy)]
pub struct LotInfo<'a> {
    /// The title of the file, for people: job, run and lot. Never anything personal.
    pub title: &'a str,
    /// The program and its version.
    pub producer: &'a str,
    /// From what the file's identifier derives: a digest of all that decides its content.
    pub id_seed: Digest,
    /// The size of the sheet.
    pub sheet: Extent,
    /// The part of the sheet that remains when it is trimmed; the whole sheet when `None`.
    pub trim: Option<Rect>,
}

/// What was written.
#[derive(Debug)]
pub struct Written<W> {
    /// The sink, flushed.
    pub out: W,
    /// The length of the file.
    pub bytes: u64,
    /// How many sides it has.
    pub pages: u64,
}

/// Writes the file of a lot. Memory is eight bytes an object, two objects a side, and a buffer.
#[derive(Debug)]
pub struct LotWriter<W> {
    objects: Objects<W>,
    tree: Tree,
    ids: Ids,
    /// `/TrimBox[…]`, the same on all sides.
    trim: String,
    /// What all pages inherit.
    inherited: String,
    /// What the layers use.
    usage: Usage,
    page: Vec<u8>,
    id_seed: Digest,
}

/// Objects that others refer to before they are written.
#[derive(Debug)]
struct Ids {
    catalog: Id,
    information: Id,
    fonts: Id,
}

impl<W: Write> LotWriter<W> {
    /// Begins a file: header, document information, layers and artwork. [`crate::page::LayerId`] and
    /// [`crate::page::ImageId`] are positions in `layers` and `artwork`.
    ///
    /// `out` gets large writes only; it need not be buffered.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn new(
        out: W,
        info: &LotInfo<'_>,
        layers: &[Layer],
        artwork: &[Artwork],
    ) -> Result<Self, Error> {
        let mut objects = Objects::new(out);
        let [catalog, pages, information, fonts] = std::array::from_fn(|_| objects.reserve());
        let xmp = objects.reserve();
        let [page_resources, layer_resources] = std::array::from_fn(|_| objects.reserve());
        objects.plain(
            catalog,
            format!(
                "<</Type/Catalog/Pages {pages} 0 R/Metadata {xmp} 0 R/Lang(ja)\
                 /ViewerPreferences<</PrintScaling/None>>>>"
            )
            .as_bytes(),
        )?;
        let about = metadata::information(info.title, info.producer);
        objects.plain(information, about.as_bytes())?;
        let about = metadata::xmp(info.title, info.producer);
        objects.stream(xmp, b"/Type/Metadata/Subtype/XML", about.as_bytes())?;
        let image_names = write_artwork(&mut objects, artwork)?;
        let mut usage = Usage::new();
        let mut layer_names = String::new();
        for (n, layer) in layers.iter().enumerate() {
            let id = write_layer(&mut objects, layer, layer_resources)?;
            write!(layer_names, "/L{n} {id} 0 R").expect("writing to a string cannot fail");
            usage.merge(&layer.usage);
        }
        // Layers have resources without layers, so that no reader meets a cycle.
        let resources = |xobjects: &str| {
            let xobjects =
                if xobjects.is_empty() { String::new() } else { format!("/XObject<<{xobjects}>>") };
            format!("<</Font {fonts} 0 R{xobjects}>>")
        };
        objects.pack(layer_resources, resources(&image_names).as_bytes())?;
        objects.pack(page_resources, resources(&(layer_names + &image_names)).as_bytes())?;
        let whole = Rect::new(Length::ZERO, Length::ZERO, info.sheet.width, info.sheet.height);
        let media = page_box("/MediaBox", whole, info.sheet);
        let trim = page_box("/TrimBox", info.trim.unwrap_or(whole), info.sheet);
        Ok(Self {
            objects,
            tree: Tree::new(pages),
            ids: Ids { catalog, information, fonts },
            trim,
            inherited: format!("{media}/Resources {page_resources} 0 R"),
            usage,
            page: Vec::new(),
            id_seed: info.id_seed,
        })
    }

    /// Writes the next side, given its operators as [`super::Deflater`] compressed them.
    ///
    /// # Errors
    /// When the sink cannot be written; the file is then unusable.
    pub fn side(&mut self, compressed: &[u8]) -> Result<(), Error> {
        let (parent, content, page) = self.tree.page(&mut self.objects)?;
        self.objects.stream(content, b"/Filter/FlateDecode", compressed)?;
        self.page.clear();
        self.page.extend_from_slice(b"<</Type/Page/Parent ");
        integer(&mut self.page, u64::from(parent));
        self.page.extend_from_slice(b" 0 R/Contents ");
        integer(&mut self.page, u64::from(content));
        self.page.extend_from_slice(b" 0 R");
        self.page.extend_from_slice(self.trim.as_bytes());
        self.page.extend_from_slice(b">>");
        Ok(self.objects.pack(page, &self.page)?)
    }

    /// How many sides have been written.
    pub const fn sides(&self) -> u64 {
        self.tree.pages()
    }

    /// Ends the file: embeds what the sides (`usage`) and the layers use of `fonts`.
    ///
    /// # Errors
    /// When the sink cannot be written or a font cannot be subset.
    pub fn finish(mut self, fonts: &FontSet, usage: &Usage) -> Result<Written<W>, Error> {
        self.usage.merge(usage);
        fonts::write(&mut self.objects, self.ids.fonts, fonts, &self.usage)?;
        let pages = self.tree.pages();
        self.tree.write(&mut self.objects, &self.inherited)?;
        let Ids { catalog, information, fonts: _ } = self.ids;
        let mut trailer = format!("/Root {catalog} 0 R/Info {information} 0 R/ID[");
        for _ in 0..2 {
            trailer.push('<');
            for byte in &self.id_seed.as_bytes()[..16] {
                write!(trailer, "{byte:02X}").expect("writing to a string cannot fail");
            }
            trailer.push('>');
        }
        trailer.push(']');
        let (out, bytes) = self.objects.finish(trailer.as_bytes())?;
        Ok(Written { out, bytes, pages })
    }
}

/// Writes the artwork and gives its names and numbers for a resource dictionary.
fn write_artwork<W: Write>(objects: &mut Objects<W>, artwork: &[Artwork]) -> io::Result<String> {
    let mut names = String::new();
    for (n, picture) in artwork.iter().enumerate() {
        let id = picture.write(objects)?;
        write!(names, "/I{n} {id} 0 R").expect("writing to a string cannot fail");
    }
    Ok(names)
}

/// Writes a layer as a form `XObject` (ISO 32000-1, 8.10) whose box is the leaf.
fn write_layer<W: Write>(objects: &mut Objects<W>, layer: &Layer, resources: Id) -> io::Result<Id> {
    let id = objects.reserve();
    let Extent { width, height } = layer.extent;
    let leaf = Rect::new(Length::ZERO, Length::ZERO, width, height);
    let bbox = page_box("/BBox", leaf, layer.extent);
    let entries =
        format!("/Type/XObject/Subtype/Form{bbox}/Resources {resources} 0 R/Filter/FlateDecode");
    objects.stream(id, entries.as_bytes(), &layer.compressed)?;
    Ok(id)
}

/// `/Key[left bottom right top]` of a box given from the top left of `sheet`.
fn page_box(key: &str, rect: Rect, sheet: Extent) -> String {
    let mut out = Vec::from(key);
    let corners = [rect.x, sheet.height - rect.bottom(), rect.right(), sheet.height - rect.y];
    for (n, corner) in corners.into_iter().enumerate() {
        out.push(if n == 0 { b'[' } else { b' ' });
        points(&mut out, corner);
    }
    out.push(b']');
    String::from_utf8(out).expect("names and numbers are ASCII")
}
