//! The file of a lot, written side by side: fixed parts first, then each side as it comes, and at
//! the end what is only known then (fonts, page tree, cross-references).

use super::metadata::{About, Claims};
use super::number::{integer, points};
use super::objects::{Id, Objects};
use super::parts::{self, Parts};
use super::tree::Tree;
use super::{Artwork, Error, Layer, OutputIntent, fonts, metadata};
use crate::calendar::Date;
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
    /// From what the file's identifiers derive: a digest of all that decides its content.
    pub id_seed: Digest,
    /// The date of the file: the job's day of issue.
    pub date: Date,
    /// What the press prints with.
    pub intent: &'a OutputIntent,
    /// The size of the sheet.
    pub sheet: Extent,
    /// The part of the sheet that remains when it is trimmed, for each side of a sheet in turn; the
    /// whole sheet when there is none.
    pub trims: &'a [Rect],
    /// What the file conforms to.
    pub standard: Standard<'a>,
}

/// What a file conforms to.
#[derive(Debug, Clone, Copy)]
pub enum Standard<'a> {
    /// PDF/X-4: sheets as they are printed.
    PdfX4,
    /// PDF/VT-1: PDF/X-4 with document parts.
    PdfVt1(Parts<'a>),
    /// PDF/A-2u: a document to keep. It only says so when it is `claimed`: artwork from other files
    /// may be what an archive does not take.
    PdfA2 {
        /// Whether the file says that it conforms.
        claimed: bool,
    },
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

/// Writes the file of a lot. Memory is eight bytes an object, two objects a side, and a buffer; with
/// document parts one object and two bytes a piece more.
#[derive(Debug)]
pub struct LotWriter<W> {
    objects: Objects<W>,
    tree: Tree,
    ids: Ids,
    /// `/TrimBox[…]` of the sides of a sheet.
    trims: Vec<String>,
    /// What all pages inherit.
    inherited: String,
    /// What the layers use.
    usage: Usage,
    page: Vec<u8>,
    parts: Option<parts::Tracker>,
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
        let (parts, claims, subtype) = match &info.standard {
            Standard::PdfX4 => (None, Claims::X4, "GTS_PDFX"),
            Standard::PdfVt1(parts) => (Some(parts), Claims::Vt1, "GTS_PDFX"),
            Standard::PdfA2 { claimed: true } => (None, Claims::A2, "GTS_PDFA1"),
            Standard::PdfA2 { claimed: false } => (None, Claims::Nothing, "GTS_PDFA1"),
        };
        let intent = info.intent.write(&mut objects, subtype)?;
        let parts = parts.map(|parts| parts::Tracker::new(&mut objects, parts));
        let parts_root = parts.as_ref().map(parts::Tracker::root);
        let parts_root = parts_root.map_or_else(String::new, |id| format!("/DPartRoot {id} 0 R"));
        objects.plain(
            catalog,
            format!(
                "<</Type/Catalog/Pages {pages} 0 R/Metadata {xmp} 0 R/OutputIntents[{intent}]\
                 /Lang(ja)/ViewerPreferences<</PrintScaling/None>>{parts_root}>>"
            )
            .as_bytes(),
        )?;
        let LotInfo { title, producer, date, id_seed, .. } = *info;
        let about = About { title, producer, date, id_seed, claims };
        objects.plain(information, metadata::information(&about).as_bytes())?;
        let entries = b"/Type/Metadata/Subtype/XML";
        objects.stream(xmp, entries, metadata::xmp(&about).as_bytes())?;
        let image_names = write_artwork(&mut objects, artwork, parts.is_some())?;
        let mut usage = Usage::new();
        let mut layer_names = String::new();
        for (n, layer) in layers.iter().enumerate() {
            let id = write_layer(&mut objects, layer, layer_resources, parts.is_some())?;
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
        let trims = if info.trims.is_empty() { &[whole] } else { info.trims };
        let trims = trims.iter().map(|&trim| page_box("/TrimBox", trim, info.sheet)).collect();
        Ok(Self {
            objects,
            tree: Tree::new(pages),
            ids: Ids { catalog, information, fonts },
            trims,
            inherited: format!("{media}/Resources {page_resources} 0 R"),
            usage,
            page: Vec::new(),
            parts,
            id_seed: info.id_seed,
        })
    }

    /// Writes the next side, given its operators as [`super::Deflater`] compressed them.
    ///
    /// # Errors
    /// When the sink cannot be written; the file is then unusable.
    pub fn side(&mut self, compressed: &[u8]) -> Result<(), Error> {
        let side = self.tree.pages() % self.trims.len() as u64;
        let (parent, content, page) = self.tree.page(&mut self.objects)?;
        self.objects.stream(content, b"/Filter/FlateDecode", compressed)?;
        self.page.clear();
        self.page.extend_from_slice(b"<</Type/Page/Parent ");
        integer(&mut self.page, u64::from(parent));
        self.page.extend_from_slice(b" 0 R/Contents ");
        integer(&mut self.page, u64::from(content));
        self.page.extend_from_slice(b" 0 R");
        let trim = usize::try_from(side).expect("a sheet has few sides");
        self.page.extend_from_slice(self.trims[trim].as_bytes());
        if let Some(parts) = &mut self.parts {
            self.page.extend_from_slice(b"/DPart ");
            integer(&mut self.page, u64::from(parts.next_side()));
            self.page.extend_from_slice(b" 0 R");
        }
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
        if let Some(parts) = self.parts {
            parts.write(&mut self.objects, &self.tree)?;
        }
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
fn write_artwork<W: Write>(
    objects: &mut Objects<W>,
    artwork: &[Artwork],
    is_vt: bool,
) -> io::Result<String> {
    let mut names = String::new();
    for (n, picture) in artwork.iter().enumerate() {
        let id = picture.write(objects, is_vt)?;
        write!(names, "/I{n} {id} 0 R").expect("writing to a string cannot fail");
    }
    Ok(names)
}

/// Writes a layer as a form `XObject` (ISO 32000-1, 8.10) whose box is the leaf.
fn write_layer<W: Write>(
    objects: &mut Objects<W>,
    layer: &Layer,
    resources: Id,
    is_vt: bool,
) -> io::Result<Id> {
    let id = objects.reserve();
    let Extent { width, height } = layer.extent;
    let leaf = Rect::new(Length::ZERO, Length::ZERO, width, height);
    let bbox = page_box("/BBox", leaf, layer.extent);
    let shared = if is_vt { parts::shared(&layer.compressed) } else { String::new() };
    let entries = format!(
        "/Type/XObject/Subtype/Form{bbox}/Resources {resources} 0 R{shared}/Filter/FlateDecode"
    );
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
