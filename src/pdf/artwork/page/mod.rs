//! A page of a designer's PDF, copied with all that it needs into a form `XObject` of a press file.
//! lopdf reads the file, once it was measured what that takes.

mod colour;
mod content;
mod copied;
mod copy;
mod file;
mod lexer;
mod sections;
mod streams;
mod tree;
mod vet;

use crate::diag::{Code, Diagnostic, Findings, Place};
use crate::pdf::Plates;
use crate::pdf::objects::{Id, Objects};
use colour::Colour;
use copied::Copied;
use copy::Copier;
use file::File;
use std::io::{self, Write};

/// Not a PDF file, or a broken one.
const BROKEN: Code = Code("E708");
/// Something that a press file must not have.
const NOT_PRINTABLE: Code = Code("E709");
/// More than is sensible in artwork.
const TOO_LARGE: Code = Code("E710");
/// There is no such page.
const NO_PAGE: Code = Code("E711");
/// Colours that the press has no plates for.
const NOT_ON_PLATES: Code = Code("E713");
/// Colours that are converted to the press's.
const COLOURS: Code = Code("W712");

/// The most bytes of a file.
pub(super) const BYTES_MAX: u64 = 32 << 20;
/// So many findings are enough to see what is wrong with a file.
const FINDINGS_MAX: usize = 20;

/// Which of a page's boxes is shown (ISO 32000-1, 14.11.2).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Area {
    /// What viewers show.
    #[default]
    Crop,
    /// The finished page.
    Trim,
    /// The finished page and what is cut off.
    Bleed,
    /// Everything, with the designer's marks.
    Media,
}

/// A page, ready to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Width and height as shown, in thousandths of a point.
    pub(super) size: [i64; 2],
    /// The form `XObject`, and the objects that it refers to.
    objects: Vec<Copied>,
}

impl Page {
    /// Page `number`, from 1, of a PDF file; `name` names the file in findings. Doubts are added
    /// to `findings`.
    ///
    /// # Errors
    /// `E708` when the file cannot be read, `E709` for everything on the page that does not belong
    /// into a press file, `E710` when it is too large, `E711` when there is no such page, `E713`
    /// when it has colours of a device that `plates` are not.
    pub fn from_pdf(
        name: &str,
        data: &[u8],
        (number, area): (u32, Area),
        plates: Plates,
        findings: &mut Findings,
    ) -> Result<Self, Findings> {
        let refused = |refusal: Refusal| Findings::from(refusal.diagnostic(name));
        if data.len() as u64 > BYTES_MAX {
            return Err(refused(Refusal::too_large()));
        }
        let file = File::open(data).map_err(refused)?;
        let leaf = tree::page(&file, number, area).map_err(refused)?;
        let mut copier = Copier::new(&file, plates);
        let done = copier.page(&leaf).and_then(|()| copier.finish());
        let (mut faults, colours) = (std::mem::take(&mut copier.faults), copier.colours);
        let list = |colours: &mut dyn Iterator<Item = &Colour>| {
            colours.map(|colour| &*colour.name).collect::<Vec<_>>().join(", ")
        };
        let outside = list(&mut colours.iter().filter(|colour| colour.outside));
        if !outside.is_empty() {
            faults.push(Refusal::colours(number, plates, &outside));
        }
        let objects = match done {
            Ok(objects) => objects,
            Err(refusal) => {
                faults.push(refusal);
                Vec::new()
            }
        };
        if !faults.is_empty() {
            let mut all = Findings::new();
            for fault in faults.into_iter().take(FINDINGS_MAX) {
                all.push(fault.diagnostic(name));
            }
            return Err(all);
        }
        if !colours.is_empty() {
            let message = format!("page {number} is not black only: {}", list(&mut colours.iter()));
            findings.push(
                Diagnostic::warning(COLOURS, message)
                    .at(Place::file(name))
                    .hint("export it in greyscale, with black as one ink"),
            );
        }
        Ok(Self { size: leaf.size(), objects })
    }

    /// Writes its objects and gives the number of the form `XObject`, of which `shared` says more
    /// by its data.
    pub(super) fn write<W: Write>(
        &self,
        objects: &mut Objects<W>,
        shared: &dyn Fn(&[u8]) -> String,
    ) -> io::Result<Id> {
        let ids: Vec<Id> = self.objects.iter().map(|_| objects.reserve()).collect();
        let mut body = Vec::new();
        for (copied, &id) in self.objects.iter().zip(&ids) {
            body.clear();
            copied.render(&ids, &mut body);
            if let Some(data) = copied.data.as_ref().filter(|_| id == ids[0]) {
                body.extend_from_slice(shared(data).as_bytes());
            }
            match &copied.data {
                Some(data) => objects.stream(id, &body, data)?,
                None => objects.pack(id, &body)?,
            }
        }
        Ok(ids[0])
    }
}

/// Why a file or something in it is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Refusal {
    code: Code,
    message: String,
    hint: &'static str,
}

type Outcome<T> = Result<T, Refusal>;

impl Refusal {
    fn no_pdf() -> Self {
        Self { message: "not a PDF file".to_owned(), ..Self::broken("") }
    }

    fn broken(why: impl Into<String>) -> Self {
        let message = format!("the PDF file cannot be read: {}", why.into());
        Self { code: BROKEN, message, hint: "export it again, or repair it with `qpdf IN OUT`" }
    }

    fn not_printable(message: impl Into<String>, hint: &'static str) -> Self {
        Self { code: NOT_PRINTABLE, message: message.into(), hint }
    }

    fn external() -> Self {
        let message = "the PDF file takes content from another file";
        Self::not_printable(message, "embed it when exporting")
    }

    fn colours(page: u32, plates: Plates, colours: &str) -> Self {
        let (press, hint) = match plates {
            Plates::Grey => (
                "black only",
                "export it in greyscale, or use a vendor whose file says `intent = \"cmyk\"`",
            ),
            Plates::Cmyk => ("CMYK", "export it with CMYK"),
        };
        let message =
            format!("page {page} has colours that a press with {press} has not: {colours}");
        Self { code: NOT_ON_PLATES, message, hint }
    }

    fn too_large() -> Self {
        let message = "the PDF file is too large, or becomes too large when it is decompressed";
        Self {
            code: TOO_LARGE,
            message: message.to_owned(),
            hint: "simplify it, or scale its images down",
        }
    }

    fn diagnostic(self, file: &str) -> Diagnostic {
        Diagnostic::error(self.code, self.message).at(Place::file(file)).hint(self.hint)
    }
}

#[cfg(test)]
mod hostile;
#[cfg(test)]
mod tests;
