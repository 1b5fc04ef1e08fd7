//! A piece as a document of its own, to keep: its pages in reading order as they are printed, without
//! sheets.

use super::super::{Error, home};
use super::{Shop, Worker};
use crate::digest::Digest;
use crate::measure::{Length, Point, Rect};
use crate::model::{Lot, Notice, Run, Serial};
use crate::page::{Canvas, Cells, ImageId, Ink, LayerId, Stroke, TextRun};
use crate::pdf::{self, Artwork, Content, Deflater, Layer, LotInfo, LotWriter, Standard};
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
        let mut sides: Vec<Vec<u8>> = Vec::new();
        let mut painted = vec![false; self.layers.len()];
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
                    .page(
                        &context,
                        back,
                        &mut worker.render,
                        &mut Noting { content, painted: &mut painted },
                    )
                    .map_err(|problem| self.changed(&format!("{:?}", problem.kind)))?;
                content.end_slot();
                sides.push(deflater.deflate(content.finish()).to_vec());
            }
        }
        let usage = content.take_usage();
        // What only other pieces have would make each document larger by its faces.
        let layers: Vec<Layer> = (self.layers.iter().zip(&painted))
            .map(|(layer, &painted)| if painted { layer.clone() } else { layer.blank() })
            .collect();
        let writer = LotWriter::new(Vec::new(), &info, &layers, self.printed());
        let mut writer = writer.map_err(failed)?;
        for side in &sides {
            writer.side(side).map_err(failed)?;
        }
        let written = writer.finish(&self.setup.fonts, &usage).map_err(failed)?;
        self.workers.lock().unwrap_or_else(PoisonError::into_inner).push(worker);
        Ok(Document { serial, pages: written.pages, bytes: written.out })
    }
}

/// Takes note of the layers that pages paint.
struct Noting<'c> {
    content: &'c mut Content,
    painted: &'c mut [bool],
}

impl Canvas for Noting<'_> {
    fn layer(&mut self, layer: LayerId, at: Point) {
        self.painted[usize::from(layer)] = true;
        self.content.layer(layer, at);
    }

    fn text(&mut self, run: &TextRun<'_>) {
        self.content.text(run);
    }

    fn line(&mut self, from: Point, to: Point, stroke: Stroke) {
        self.content.line(from, to, stroke);
    }

    fn area(&mut self, rect: Rect, radius: Length, fill: Option<Ink>, stroke: Option<Stroke>) {
        self.content.area(rect, radius, fill, stroke);
    }

    fn image(&mut self, image: ImageId, rect: Rect) {
        self.content.image(image, rect);
    }

    fn cells(&mut self, cells: &Cells<'_>) {
        self.content.cells(cells);
    }
}
