//! Pass 2: makes one lot. A lot is a pure function of its slice of the plan, the input, the form,
//! the faces and the job; chunks of its sheets are made in parallel and written in order.

mod creases;
mod document;
mod slips;

use super::home::{self, Setup};
use super::inserting::Inserting;
use super::lettering::Lettering;
use super::store::{FileError, Output};
use super::survey::Survey;
use super::{Error, Progress};
use crate::calendar;
use crate::diag::Findings;
use crate::digest::Digest;
use crate::font::{Glyph, RoleId, Usage};
use crate::impose::{Imposition, LeafRef, SheetMarks, Ticket};
use crate::intake;
use crate::measure::{Point, Rect};
use crate::model::piece::{job_code, job_number};
use crate::model::vendor::FileKind;
use crate::model::{Lot, Notice, Piece, PieceId, Plan, Record, Run, Serial, Side, SlotMark};
use crate::package::{MadeLot, SlotRow, control_file};
use crate::pdf::{self, Artwork, Content, Deflater, Layer, LotInfo, LotWriter, Standard};
use crate::plan::Inserts;
use crate::render::{self, PieceContext, Renderer};
use rayon::prelude::*;
use std::io::{self, Write};
use std::ops::Range;
use std::sync::Mutex;

/// Sheets of one chunk: enough to keep a worker busy for a while, few enough to stay small.
const SHEETS_A_CHUNK: u32 = 32;
/// Chunks made for each worker before the writer takes them.
const CHUNKS_A_WORKER: usize = 4;

/// What all lots of a job share.
pub(super) struct Shop<'a> {
    pub(super) setup: &'a Setup,
    pub(super) survey: &'a Survey,
    pub(super) plan: &'a Plan,
    inserts: &'a Inserts,
    pub(super) renderer: &'a Renderer<'a>,
    pub(super) layers: Vec<Layer>,
    pub(super) job_code: String,
    job_number: u16,
    bundle_id: String,
    /// The face in which marks of sheets are set.
    role: RoleId,
    workers: Mutex<Vec<Worker>>,
}

/// A lot as it is being made.
pub(super) struct Making<'a> {
    pub(super) run: &'a Run,
    pub(super) lot: &'a Lot,
    pub(super) name: String,
    pub(super) imposition: Imposition,
    pub(super) marks: SheetMarks,
    /// The leaves of the lot before each piece.
    pub(super) before: Vec<u32>,
}

/// What came of a lot beside its press file and its rows.
pub(super) struct Made {
    pub(super) sides: u64,
    pub(super) stacks: Vec<u32>,
    /// The control file for its inserter.
    pub(super) control: Option<Vec<u8>>,
}

impl Making<'_> {
    /// The part of each side that holds the slots.
    fn trims(&self) -> Vec<Rect> {
        let leaf = self.run.layout.leaf;
        let slot = |side, slot| {
            // What lies in a booklet moves a little within it.
            let Point { x, y } = self.imposition.geometry().place(slot, side, 0).origin;
            Rect::new(x, y, leaf.width, leaf.height)
        };
        let around = |a: Rect, b: Rect| {
            let (x, y) = (a.x.min(b.x), a.y.min(b.y));
            let (right, bottom) = (a.right().max(b.right()), a.bottom().max(b.bottom()));
            Rect::new(x, y, right - x, bottom - y)
        };
        let slots = 1..self.imposition.slots();
        let sides = self.imposition.sides().iter();
        sides
            .map(|&side| slots.clone().fold(slot(side, 0), |all, n| around(all, slot(side, n))))
            .collect()
    }
}

/// What one chunk of sheets gives the writer.
#[derive(Default)]
struct Chunk {
    /// Compressed sides, one after another, and where each ends.
    sides: Vec<u8>,
    ends: Vec<usize>,
    usage: Usage,
    /// Rows of `sheets.csv`.
    rows: Vec<u8>,
    /// The ids and inserts of the pieces whose first leaf is here, by position in the lot.
    ids: Vec<(u32, (PieceId, u8))>,
    leaves: u64,
}

/// Buffers of one worker.
struct Worker {
    sides: [Content; 2],
    deflater: Option<Deflater>,
    intake: intake::Scratch,
    render: render::Scratch,
    bytes: Vec<u8>,
    /// The record that lies in each slot, by the piece's position in the lot.
    records: Vec<(Option<u32>, Record)>,
    line: String,
    glyphs: Vec<Glyph>,
    inserting: Inserting,
}

impl Worker {
    fn new(artwork: &[Artwork]) -> Self {
        Self {
            sides: [Content::with_artwork(artwork), Content::with_artwork(artwork)],
            deflater: None,
            intake: intake::Scratch::default(),
            render: render::Scratch::default(),
            bytes: Vec::new(),
            records: Vec::new(),
            line: String::new(),
            glyphs: Vec::new(),
            inserting: Inserting::default(),
        }
    }
}

impl<'a> Shop<'a> {
    /// Draws the static layers once for all lots.
    pub(super) fn new(
        setup: &'a Setup,
        survey: &'a Survey,
        (plan, inserts): (&'a Plan, &'a Inserts),
        renderer: &'a Renderer<'a>,
        batch: u16,
    ) -> Result<Self, Error> {
        let layers = layers(setup, renderer, false);
        let role = setup.fonts.role("static").ok_or_else(super::no_static_role)?;
        let job_code = job_code(&setup.tenant.id, &setup.job.id);
        let workers = Mutex::new(Vec::new());
        let bundle_id = setup.bundle_id(batch);
        let job_number = job_number(&setup.tenant.id, &setup.job.id);
        Ok(Self {
            setup,
            survey,
            plan,
            inserts,
            renderer,
            layers,
            job_code,
            job_number,
            bundle_id,
            role,
            workers,
        })
    }

    /// Makes a lot: its press file into `out`, its rows into the lists.
    pub(super) fn make(
        &self,
        run: &Run,
        lot: &Lot,
        out: &mut Output,
        pieces: &mut (impl Write + Send),
        sheets: &mut (impl Write + Send),
        progress: &dyn Progress,
    ) -> Result<Made, Error> {
        let making = self.begin(run, lot)?;
        let failed = |source: pdf::Error| Error::Lot { lot: making.name.clone(), source };
        let listed = |source: io::Error| failed(source.into());
        let title = format!("{} {}", self.bundle_id, making.name);
        let parts = pdf::Parts {
            job: &[("Tayori_Bundle", &self.bundle_id), ("Tayori_Job", &self.job_code)],
            run: &[
                ("Tayori_Lot", &making.name),
                ("Tayori_Stock", &run.class.stock),
                ("Tayori_Envelope", &run.class.envelope),
                ("Tayori_Delivery", &run.class.delivery),
            ],
            pieces: self.pieces(lot),
            first: self.plan.serial(lot.pieces.start),
            sides: u16::try_from(making.imposition.sides().len()).expect("one or two"),
        };
        let info = LotInfo {
            title: &title,
            producer: concat!("Tayori ", env!("CARGO_PKG_VERSION")),
            id_seed: self.seed(run, &making.name),
            date: self.setup.job.issue_date,
            intent: &self.setup.intent,
            sheet: run.layout.sheet,
            trims: &making.trims(),
            standard: match run.layout.file {
                FileKind::PdfX4 => Standard::PdfX4,
                FileKind::PdfVt1 => Standard::PdfVt1(parts),
            },
        };
        let writer = LotWriter::new(out, &info, &self.layers, self.printed());
        let mut writer = writer.map_err(failed)?;
        let mut usage = Usage::new();
        let mut ids = vec![None; lot.pieces.len()];
        let mut take = |chunk: Chunk| -> Result<(), Error> {
            let mut start = 0;
            for end in chunk.ends {
                let side = &chunk.sides[start..end];
                writer.side(side).map_err(failed)?;
                start = end;
            }
            usage.merge(&chunk.usage);
            sheets.write_all(&chunk.rows).map_err(listed)?;
            for (index, id) in chunk.ids {
                ids[index as usize] = Some(id);
            }
            progress.advance(chunk.leaves);
            Ok(())
        };
        self.chunks(&making, &mut take)?;
        let written = writer.finish(&self.setup.fonts, &usage).map_err(failed)?;
        let inserted = self.write_pieces(&making, &ids, pieces).map_err(listed)?;
        let control = run.inserter.as_ref().map(|inserter| {
            let envelope = &run.class.envelope;
            control_file(self.job_number, inserter, envelope, making.size(), &inserted)
        });
        Ok(Made { sides: written.pages, stacks: making.imposition.stacks(), control })
    }

    fn begin<'m>(&self, run: &'m Run, lot: &'m Lot) -> Result<Making<'m>, Error> {
        let leaves = self.pieces(lot).iter().map(|piece| piece.leaves);
        let imposition = Imposition::new(&run.layout, &run.press, run.duplex, leaves)
            .map_err(Error::Configuration)?;
        assert_eq!(imposition.sheets(), lot.sheets, "the plan counted the sheets it will get");
        let setup = self.setup;
        let name = lot.name(run.number);
        let ticket = Ticket {
            job: self.bundle_id.clone(),
            lot: name.clone(),
            form: format!("{} {}版", setup.compiled.form.id, setup.compiled.form.edition),
            issued: calendar::wareki(setup.job.issue_date, setup.tenant.style.gannen).to_string(),
            sheets: lot.sheets,
        };
        let marks = SheetMarks::new(
            imposition.geometry(),
            &run.layout,
            &creases::of(&setup.compiled.form),
            ticket,
        );
        let before = self.pieces(lot).iter().scan(0, |leaves, piece| {
            let before = *leaves;
            *leaves += u32::from(piece.leaves);
            Some(before)
        });
        Ok(Making { run, lot, name, imposition, marks, before: before.collect() })
    }

    /// Makes the chunks of a lot: one set is written while the next is made.
    fn chunks(
        &self,
        making: &Making<'_>,
        take: &mut (dyn FnMut(Chunk) -> Result<(), Error> + Send),
    ) -> Result<(), Error> {
        let sheets = making.imposition.sheets();
        let ranges: Vec<Range<u32>> = (0..sheets)
            .step_by(SHEETS_A_CHUNK as usize)
            .map(|start| start..(start + SHEETS_A_CHUNK).min(sheets))
            .collect();
        let width = rayon::current_num_threads() * CHUNKS_A_WORKER;
        let mut ready: Vec<Chunk> = Vec::new();
        for set in ranges.chunks(width) {
            let (made, written) = rayon::join(
                || {
                    set.par_iter()
                        .map(|range| self.chunk(making, range.clone()))
                        .collect::<Result<Vec<_>, _>>()
                },
                || std::mem::take(&mut ready).into_iter().try_for_each(&mut *take),
            );
            written?;
            ready = made?;
        }
        ready.into_iter().try_for_each(take)
    }

    fn chunk(&self, making: &Making<'_>, sheets: Range<u32>) -> Result<Chunk, Error> {
        let spare = self.workers.lock().unwrap_or_else(std::sync::PoisonError::into_inner).pop();
        let mut worker = spare.unwrap_or_else(|| Worker::new(&self.setup.artwork));
        worker.records.resize_with(making.imposition.slots() as usize, Default::default);
        for (piece, _) in &mut worker.records {
            *piece = None;
        }
        let mut chunk = Chunk::default();
        let mut walk = making.imposition.walk(sheets);
        while let Some((sheet, slots)) = walk.next_sheet() {
            self.sheet(making, sheet, slots, &mut worker, &mut chunk)?;
        }
        for content in &mut worker.sides {
            chunk.usage.merge(&content.take_usage());
        }
        self.workers.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(worker);
        Ok(chunk)
    }

    /// Draws both sides of a sheet.
    fn sheet(
        &self,
        making: &Making<'_>,
        sheet: u32,
        slots: &[Option<LeafRef>],
        worker: &mut Worker,
        chunk: &mut Chunk,
    ) -> Result<(), Error> {
        let sides = making.imposition.sides();
        for (content, &side) in worker.sides.iter_mut().zip(sides) {
            content.begin_sheet(making.run.layout.sheet);
            making.marks.draw_fixed(side, content);
            let mut set = Lettering::new(&self.setup.fonts, self.role, &mut worker.glyphs);
            making.marks.draw_slug(sheet, side, &mut worker.line, &mut set.set(), content);
        }
        for (slot, leaf) in (0..).zip(slots) {
            match leaf {
                Some(leaf) => self.leaf(making, sheet, slot, *leaf, worker, chunk)?,
                None => {
                    for (content, &side) in worker.sides.iter_mut().zip(sides) {
                        let mut set =
                            Lettering::new(&self.setup.fonts, self.role, &mut worker.glyphs);
                        making.marks.draw_blank(slot, side, &mut set.set(), content);
                    }
                }
            }
        }
        let deflater = worker.deflater.get_or_insert_with(Deflater::for_sides);
        for content in worker.sides.iter_mut().take(sides.len()) {
            chunk.sides.extend_from_slice(deflater.deflate(content.finish()));
            chunk.ends.push(chunk.sides.len());
        }
        Ok(())
    }

    /// Draws a leaf into its slot on both sides, and lists it.
    fn leaf(
        &self,
        making: &Making<'_>,
        sheet: u32,
        slot: u32,
        leaf: LeafRef,
        worker: &mut Worker,
        chunk: &mut Chunk,
    ) -> Result<(), Error> {
        let piece = self.pieces(making.lot)[leaf.piece as usize];
        if worker.records[slot as usize].0 != Some(leaf.piece) {
            self.fetch(piece, slot, worker)?;
            worker.records[slot as usize].0 = Some(leaf.piece);
        }
        let form = &self.setup.compiled.form;
        let serial = self.plan.serial(making.lot.pieces.start + leaf.piece);
        let LeafRef { leaf: number, leaves, .. } = leaf;
        let mark = self.mark(serial, number, leaves);
        let record = &worker.records[slot as usize].1;
        let notice = Notice::read(&form.schema, record, |_, _| {});
        let inserts = self.inserts.of(record);
        if number == 1 {
            let key = record.field(form.schema.key);
            let id = PieceId::derive(&self.setup.tenant.id, &self.setup.job.id, key);
            chunk.ids.push((leaf.piece, (id, inserts)));
        }
        let text = mark.to_string();
        let press = home::dots(&making.run.press).expect("the setup knows its presses");
        let context =
            PieceContext { notice: &notice, serial, mark: &text, leaf: number, leaves, press };
        let kind = self.renderer.leaf_kind(&context, &mut worker.render);
        let sides = making.imposition.sides();
        for (n, (content, &side)) in (0..).zip(worker.sides.iter_mut().zip(sides)) {
            let place = making.imposition.place(sheet, slot, side);
            if place.turned {
                content.begin_turned_slot(place.origin, form.leaf);
            } else {
                content.begin_slot(place.origin, form.leaf);
            }
            self.renderer
                .page(&context, place.page == Side::Back, &mut worker.render, content)
                .map_err(|problem| self.changed(&format!("{:?}", problem.kind)))?;
            if let Some(inserter) =
                making.run.inserter.as_ref().filter(|_| place.page == Side::Front)
            {
                let piece = self.inserted(making, leaf.piece, inserts);
                let sheet = inserter.sheet(self.job_number, making.size(), &piece, number);
                worker.inserting.draw(inserter, &sheet, press, content)?;
            }
            content.end_slot();
            let page = sheet * u32::try_from(sides.len()).expect("one or two") + n + 1;
            let row = SlotRow {
                lot: &making.name,
                sheet: sheet + 1,
                side,
                slot: slot + 1,
                serial,
                leaf: number,
                leaves,
                page,
                mark: &mark,
                kind,
                face: place.page,
            };
            row.write(&mut chunk.rows).expect("memory takes it");
        }
        chunk.leaves += 1;
        Ok(())
    }

    /// Reads a piece's record again, and makes sure that it is still what was surveyed.
    fn fetch(&self, piece: Piece, slot: u32, worker: &mut Worker) -> Result<(), Error> {
        let entry = self.survey.entries[piece.record as usize];
        let decoder = &self.survey.decoder;
        let number = u64::from(piece.record) + 1;
        let row = decoder.fetch(&self.survey.master, number, entry.row, &mut worker.bytes)?;
        let record = &mut worker.records[slot as usize].1;
        let mut findings = Findings::new();
        let details = self.survey.details();
        decoder.record(row, details, &mut worker.intake, record, &mut findings)?;
        if findings.errors() > 0 || record.fingerprint() != entry.fingerprint {
            return Err(self.changed("a record reads differently"));
        }
        Ok(())
    }

    /// The pictures that are embedded: not those that only the paper brings.
    fn printed(&self) -> &'a [Artwork] {
        &self.setup.artwork[..self.setup.compiled.printed_images()]
    }

    pub(super) fn pieces(&self, lot: &Lot) -> &'a [Piece] {
        &self.plan.pieces[lot.pieces.start as usize..lot.pieces.end as usize]
    }

    fn mark(&self, serial: Serial, leaf: u16, leaves: u16) -> SlotMark {
        SlotMark { job_code: self.job_code.clone(), serial, leaf, leaves, generation: 0 }
    }

    fn changed(&self, what: &str) -> Error {
        Error::InputChanged { file: self.survey.inputs.master.shown.clone(), what: what.to_owned() }
    }

    /// What the identifier of a press file derives from: all that decides its content.
    fn seed(&self, run: &Run, name: &str) -> Digest {
        let setup = self.setup;
        let layout = format!("{:?} {:?} {:?}", run.class, run.press, run.layout);
        let mut parts: Vec<&[u8]> = vec![
            env!("CARGO_PKG_VERSION").as_bytes(),
            setup.tenant.id.as_bytes(),
            setup.job.id.as_bytes(),
            name.as_bytes(),
            layout.as_bytes(),
            setup.compiled.form.digest.as_bytes(),
        ];
        let fonts = setup.fonts.digest();
        parts.push(fonts.as_bytes());
        let (intent, date) = (setup.intent.digest(), setup.job.issue_date.to_string());
        parts.extend([&intent.as_bytes()[..], date.as_bytes()]);
        parts.extend(self.survey.read.iter().map(|file| &file.digest.as_bytes()[..]));
        Digest::of_parts(&parts)
    }
}

/// Draws the static layers of a form, which all its pages share; for a preview with what is on the
/// paper already.
pub(super) fn layers(setup: &Setup, renderer: &Renderer<'_>, preview: bool) -> Vec<Layer> {
    let (mut content, mut deflater) = (Content::with_artwork(&setup.artwork), Deflater::for_once());
    let mut layers = Vec::with_capacity(renderer.layers());
    for face in 0..renderer.layers() {
        content.begin_layer(setup.compiled.form.leaf);
        let face = u16::try_from(face).expect("a form has few faces");
        if preview {
            renderer.preview_layer(face, &mut content);
        } else {
            renderer.layer(face, &mut content);
        }
        layers.push(content.finish_layer(&mut deflater));
    }
    layers
}

/// The digest and size of a finished press file with what imposition says of it.
pub(super) fn made(out: Output, made: Made) -> Result<MadeLot, FileError> {
    let (sha256, bytes) = out.finish()?;
    let Made { sides, stacks, .. } = made;
    let sides = u32::try_from(sides).expect("a lot has at most two sides for each sheet");
    Ok(MadeLot { sha256, bytes, sides, stacks, slips: None })
}
