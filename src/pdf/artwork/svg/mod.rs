//! Drawings from SVG files: shapes in solid colours, which become greys of the black plate. What
//! cannot be printed faithfully (text, images, gradients, opacity, …) is a finding, never left out.

mod check;
mod draw;
mod path_data;

use crate::diag::{Code, Diagnostic, Findings, Place};
use crate::pdf::Deflater;
use crate::pdf::number::thousandths;
use usvg::roxmltree;

/// Not XML, or not SVG.
const NOT_SVG: Code = Code("E704");
/// An element or a property that cannot be printed.
const NOT_PRINTABLE: Code = Code("E705");
/// More than is sensible in a drawing.
const TOO_COMPLEX: Code = Code("E706");
/// A colour that is meant to be black and is not.
const NEARLY_BLACK: Code = Code("W707");

/// The most bytes of a file.
pub(super) const BYTES_MAX: u64 = 1 << 20;
/// The most nodes of its XML.
const NODES_MAX: u32 = 50_000;

/// A drawing: its operators and their size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawing {
    /// Width and height in thousandths of a point of its own coordinates.
    pub(super) size: [i64; 2],
    compressed: Vec<u8>,
}

impl Drawing {
    /// The drawing in an SVG file; `file` names it in findings. Doubts are added to `findings`.
    ///
    /// # Errors
    /// `E704` when it is no SVG file, `E705` for everything that cannot be printed, `E706` when it
    /// is too large.
    pub fn from_svg(file: &str, data: &[u8], findings: &mut Findings) -> Result<Self, Findings> {
        let wrong = |code, message: String, hint: &'static str| {
            Findings::from(Diagnostic::error(code, message).at(Place::file(file)).hint(hint))
        };
        if data.len() as u64 > BYTES_MAX {
            let message = "the drawing has more than 1 MiB".to_owned();
            return Err(wrong(TOO_COMPLEX, message, "simplify it, or export it as PDF"));
        }
        let save = "save it again as plain SVG";
        let text = std::str::from_utf8(data)
            .map_err(|_| wrong(NOT_SVG, "not an SVG file: it is not UTF-8 text".into(), save))?;
        check::entities(text).map_err(|message| wrong(TOO_COMPLEX, message, save))?;
        let xml = xml(file, text)?;
        let source = check::Source { file, text, xml: &xml };
        check::drawing(&source)?;
        let options =
            usvg::Options { image_href_resolver: no_images(), ..usvg::Options::default() };
        let tree = usvg::Tree::from_xmltree(&xml, &options)
            .map_err(|error| wrong(NOT_SVG, format!("not an SVG file: {error}"), save))?;
        let (size, operators) = draw::drawing(&tree, &source, findings)?;
        let compressed = Deflater::for_once().deflate(&operators).to_vec();
        Ok(Self { size, compressed })
    }

    /// The entries of its dictionary (ISO 32000-1, table 95).
    pub(super) fn entries(&self) -> Vec<u8> {
        let mut out = b"/Type/XObject/Subtype/Form/BBox[0 0 ".to_vec();
        let [width, height] = self.size;
        thousandths(&mut out, width);
        out.push(b' ');
        thousandths(&mut out, height);
        out.extend_from_slice(b"]/Resources<<>>/Filter/FlateDecode");
        out
    }

    pub(super) fn data(&self) -> &[u8] {
        &self.compressed
    }
}

/// The XML of a file.
fn xml<'t>(file: &str, text: &'t str) -> Result<roxmltree::Document<'t>, Findings> {
    let options = roxmltree::ParsingOptions {
        allow_dtd: true,
        nodes_limit: NODES_MAX,
        entity_resolver: None,
    };
    roxmltree::Document::parse_with_options(text, options).map_err(|error| {
        use roxmltree::Error;
        let complex = matches!(
            error,
            Error::NodesLimitReached
                | Error::AttributesLimitReached
                | Error::EntityReferenceLoop(_)
        );
        let code = if complex { TOO_COMPLEX } else { NOT_SVG };
        let position = error.pos();
        let place = Place::at(file, position.row, position.col);
        Diagnostic::error(code, format!("not an SVG file that can be read: {error}"))
            .at(place)
            .into()
    })
}

/// Images are refused before; nothing may be read or decoded for them in any case.
fn no_images() -> usvg::ImageHrefResolver<'static> {
    usvg::ImageHrefResolver {
        resolve_data: Box::new(|_, _, _| None),
        resolve_string: Box::new(|_, _| None),
    }
}

#[cfg(test)]
mod tests;
