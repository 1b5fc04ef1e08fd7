//! A piece as a document of its own, to keep: its pages in reading order as they are printed, without
//! sheets.

use super::super::{Error, home};
use super::{Shop, Worker};
use crate::digest::Digest;
use crate::measure::Point;
use crate::model::{Lot, Notice, Run, Serial};
use crate::pdf::{self, Artwork, Deflater, LotInfo, LotWriter, Standard};
use crate::render::PieceContext;
use std::sync::PoisonError;

/// A document.
pub(in super::super) struct Document {
    /// The serial of its piece.
    pub(in super::super) serial: Serial,
    /// How many pages it has.
    pub(in super::super) pages: u64,
    /// The PDF file.
    pub(in super::super) bytes: Vec<u8>,
}

impl Shop<'_> {
    /// Whether documents say that they are PDF/A-2u: pages of designers' files may have what an
    /// archive does not take, and nobody has looked.
    pub(in super::super) fn claims_archive(&self) -> bool {
        !self.printed().iter().any(|artwork| matches!(artwork, Artwork::Page(_)))
    }

    /// Makes the document of a piece, by its position in the lot.
    pub(in super::super) fn document(
        &self,
        run: &Run,
        lot: &Lot,
        index: u32,
    ) -> Result<Document, Error> {
        let name = lot.name(run.number);
        let failed = |source: pdf::Error| Error::Lot { lot: name.clone(), source };
        let spare = self.workers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut worker = spare.unwrap_or_else(|| Worker::new(&self.setup.artwork));
        worker.records.resize_with(1, Default::default);
        let piece = self.pieces(lot)[index as usize];
        self.fetch(piece, 0, &mut worker)?;
        let form = &self.setup.compiled.form;
        let serial = self.plan.serial(lot.pieces.start + index);
        let (number, seed) = (serial.to_string(), self.seed(run, &name));
        let info = LotInfo {
            title: &format!("{} {number}", self.bundle_id),
            producer: concat!("Tayori ", env!("CARGO_PKG_VERSION")),
            id_seed: Digest::of_parts(&[b"document", seed.as_bytes(), number.as_bytes()]),
            date: self.setup.job.issue_date,
            intent: &self.setup.intent,
            sheet: form.leaf,
            trims: &[],
            standard: Standard::PdfA2 { claimed: self.claims_archive() },
        };
        let writer = LotWriter::new(Vec::new(), &info, &self.layers, self.printed());
        let mut writer = writer.map_err(failed)?;
        let notice = Notice::read(&form.schema, &worker.records[0].1, |_, _| {});
        let press = home::dots(&run.press).expect("the setup knows its presses");
        let (content, deflater) =
            (&mut worker.sides[0], worker.deflater.get_or_insert_with(Deflater::for_sides));
        for leaf in 1..=piece.leaves {
            let mark = self.mark(serial, leaf, piece.leaves).to_string();
            let leaves = piece.leaves;
            let context =
                PieceContext { notice: &notice, serial, mark: &mark, leaf, leaves, press };
            for back in [false, true] {
                if back && !run.duplex {
                    continue;
                }
                content.begin_sheet(form.leaf);
                content.begin_slot(Point::default(), form.leaf);
                self.renderer
                    .page(&context, back, &mut worker.render, content)
                    .map_err(|problem| self.changed(&format!("{:?}", problem.kind)))?;
                content.end_slot();
                writer.side(deflater.deflate(content.finish())).map_err(failed)?;
            }
        }
        let usage = content.take_usage();
        let written = writer.finish(&self.setup.fonts, &usage).map_err(failed)?;
        self.workers.lock().unwrap_or_else(PoisonError::into_inner).push(worker);
        Ok(Document { serial, pages: written.pages, bytes: written.out })
    }
}
