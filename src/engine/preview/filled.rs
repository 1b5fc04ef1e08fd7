//! A form with its data, checked and ready to be drawn onto whatever listens.

use super::super::fiction::{self, Source};
use super::super::home::Setup;
use super::super::progress::Silent;
use super::super::store::FileError;
use super::super::survey::{self, Survey};
use super::super::{Error, Home, InputFiles, detail_beside, lot, no_static_role};
use super::Preview;
use super::grid::Grid;
use super::picture::{self, Picture};
use crate::barcode::lay::Press;
use crate::diag::Findings;
use crate::digest::Digest;
use crate::intake;
use crate::measure::Point;
use crate::model::{LeafKind, Notice, Record, Serial, SlotMark};
use crate::page::Dump;
use crate::pdf::{Content, Deflater, LotInfo, LotWriter, Standard};
use crate::render::{self, PieceContext, Renderer};
use std::io::Write;
use std::ops::RangeInclusive;
use std::path::Path;

/// A form with its data, checked and ready to be drawn.
pub struct Filled {
    setup: Setup,
    survey: Survey,
    /// Pieces that are shown at most.
    pieces: u64,
    /// The only pages that are shown, from 1.
    only: Option<RangeInclusive<u64>>,
    grid: bool,
    /// Holds fictional data as long as it is read.
    _data: Option<tempfile::TempDir>,
}

/// Which page of which piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FilledPage {
    /// The piece, from 1.
    pub serial: Serial,
    /// The leaf, from 1.
    pub leaf: u16,
    /// How many leaves the piece has.
    pub leaves: u16,
    /// What kind of leaf it is.
    pub kind: LeafKind,
    /// Whether it is the leaf's back.
    pub back: bool,
}

/// Takes a page: which it is, and what draws it.
type Visit<'v> =
    dyn FnMut(FilledPage, &PieceContext<'_>, &mut render::Scratch) -> Result<(), Error> + 'v;

impl Filled {
    /// Loads a form, and checks the data with which it is filled in.
    ///
    /// # Errors
    /// When the form, the tenant, the data or the faces are wrong.
    pub fn load(home: &Home, preview: &Preview<'_>) -> Result<Self, Error> {
        let Preview { fiction, page, grid, .. } = preview;
        let (files, data) = if let Some(master) = &preview.files.master {
            let detail = preview.files.detail.clone().or_else(|| Some(detail_beside(master)));
            (InputFiles { master: Some(master.clone()), detail }, None)
        } else {
            let data =
                tempfile::tempdir().map_err(FileError::writing(Path::new("temporary files")))?;
            let [master, detail] =
                ["sample.csv", "sample-detail.csv"].map(|name| Some(data.path().join(name)));
            (InputFiles { master, detail }, Some(data))
        };
        let [master, detail] =
            [&files.master, &files.detail].map(|file| file.as_deref().expect("both are named"));
        let as_sampled = || fiction::setup(home, fiction, Source::Sample(master, detail));
        let (setup, survey) = if data.is_some() {
            let setup = as_sampled()?;
            fiction::write_sample(&setup, fiction, master, detail)?;
            let survey = surveyed(home, &setup, &files)?;
            (setup, survey)
        } else {
            home.note(master);
            home.note(detail);
            let own = fiction::setup(home, fiction, Source::Own)?;
            match surveyed(home, &own, &files) {
                // Not as the job reads it; perhaps as samples are written.
                Err(Error::Input(refused)) => {
                    let setup = as_sampled()?;
                    let survey = surveyed(home, &setup, &files);
                    (setup, survey.map_err(|_| Error::Input(refused))?)
                }
                other => (own, other?),
            }
        };
        Ok(Self {
            setup,
            survey,
            pieces: fiction.records,
            only: page.map(|page| page..=page),
            grid: *grid,
            _data: data,
        })
    }

    /// The same, but only these pages are shown, from 1.
    #[must_use]
    pub fn only(self, pages: RangeInclusive<u64>) -> Self {
        Self { only: Some(pages), ..self }
    }

    /// How many records are held and not shown.
    #[must_use]
    pub fn held(&self) -> u64 {
        self.survey.held.len() as u64
    }

    /// What is doubtful about the form, and what is wrong with the data.
    #[must_use]
    pub fn into_findings(self) -> Findings {
        let mut findings = self.setup.findings;
        findings.append(self.survey.findings);
        findings
    }

    /// Writes a PDF of the pages; gives what it was written to and how many they are.
    ///
    /// # Errors
    /// When it cannot be written, or there is no such page.
    pub fn pdf<W: Write>(&self, out: W) -> Result<(W, u64), Error> {
        let wrong = |source: crate::pdf::Error| Error::Lot { lot: "preview".to_owned(), source };
        let setup = &self.setup;
        let renderer = self.renderer()?;
        let form = &setup.compiled.form;
        let (mut deflater, layers) = (Deflater::for_once(), lot::layers(setup, &renderer, true));
        let info = LotInfo {
            title: &form.title,
            producer: concat!("Tayori ", env!("CARGO_PKG_VERSION")),
            id_seed: Digest::of_parts(&[form.digest.as_bytes(), setup.fonts.digest().as_bytes()]),
            date: setup.job.issue_date,
            intent: &setup.intent,
            sheet: form.leaf,
            trims: &[],
            standard: Standard::PdfX4,
        };
        let mut writer = LotWriter::new(out, &info, &layers, &setup.artwork).map_err(&wrong)?;
        let mut content = Content::with_artwork(&setup.artwork);
        let mut grid = self.grid.then(|| self.grid()).transpose()?;
        self.pages(&renderer, &mut |page, piece, scratch| {
            content.begin_sheet(form.leaf);
            content.begin_slot(Point::default(), form.leaf);
            if let Some(grid) = &grid {
                grid.under(&mut content);
            }
            // What could not be printed was held by the survey.
            let _ = renderer.page(piece, page.back, scratch, &mut content);
            if let Some(grid) = &mut grid {
                grid.over(page, &mut content);
            }
            content.end_slot();
            writer.side(deflater.deflate(content.finish())).map_err(&wrong)
        })?;
        let written = writer.finish(&setup.fonts, &content.take_usage()).map_err(&wrong)?;
        Ok((written.out, written.pages))
    }

    /// Takes pictures of the pages that are shown, numbered from 1; gives how many they are.
    ///
    /// # Errors
    /// [`Error::Usage`] when they would be too large or there is no such page; what `take` says.
    pub fn pictures(
        &self,
        dpi: u16,
        take: &mut dyn FnMut(u64, Picture) -> Result<(), Error>,
    ) -> Result<u64, Error> {
        let (pdf, _) = self.pdf(Vec::new())?;
        picture::take_all(pdf, self.setup.compiled.form.leaf, dpi, take)
    }

    /// The pages as text, a line a mark, with the layer of its face in place.
    ///
    /// # Errors
    /// When there is no such page.
    pub fn dumps(&self) -> Result<Vec<(FilledPage, String)>, Error> {
        let renderer = self.renderer()?;
        let text_of = |face, cid| self.setup.fonts.text_of(face, cid);
        let layer = |layer: u16| {
            let mut dump = Dump::new(&text_of);
            renderer.preview_layer(layer, &mut dump);
            dump.finish()
        };
        let mut dumps = Vec::new();
        self.pages(&renderer, &mut |page, piece, scratch| {
            let mut dump = Dump::new(&text_of);
            let _ = renderer.page(piece, page.back, scratch, &mut dump);
            let mut text = String::new();
            for line in dump.finish().split_inclusive('\n') {
                let named = line.strip_prefix("layer ").map(str::trim_end);
                let (id, place) = match named.map(|named| named.split_once(" at ")) {
                    Some(Some((id, place))) => (Some(id), Some(place)),
                    _ => (named, None),
                };
                let Some(id) = id.and_then(|id| id.parse().ok()) else {
                    text += line;
                    continue;
                };
                text += &place.map_or_else(String::new, |place| format!("from {place}\n"));
                text += &layer(id);
                text += if place.is_some() { "from 0,0\n" } else { "" };
            }
            dumps.push((page, text));
            Ok(())
        })?;
        Ok(dumps)
    }

    fn grid(&self) -> Result<Grid<'_>, Error> {
        let role = self.setup.fonts.role("static").ok_or_else(no_static_role)?;
        Ok(Grid::new(&self.setup, role))
    }

    fn renderer(&self) -> Result<Renderer<'_>, Error> {
        self.setup.renderer()
    }

    /// Walks through the pages of all pieces.
    fn pages(&self, renderer: &Renderer<'_>, visit: &mut Visit<'_>) -> Result<(), Error> {
        let Self { setup, survey, .. } = self;
        let form = &setup.compiled.form;
        let (mut record, mut scratch) = (Record::default(), intake::Scratch::default());
        let (mut bytes, mut render) = (Vec::new(), render::Scratch::default());
        let passed = (0..).zip(&survey.entries).filter(|(n, _)| !survey.held.contains_key(n));
        let mut number = 0;
        for (serial, (index, entry)) in (1..).map(Serial).zip(passed).take(as_usize(self.pieces)) {
            let row = survey.decoder.fetch(
                &survey.master,
                u64::from(index) + 1,
                entry.row,
                &mut bytes,
            )?;
            let details = survey.details();
            let mut findings = Findings::new();
            survey.decoder.record(row, details, &mut scratch, &mut record, &mut findings)?;
            let notice = Notice::read(&form.schema, &record, |_, _| {});
            let leaves = renderer.measure(&notice, &mut render).leaves;
            for leaf in 1..=leaves {
                let mark =
                    SlotMark { job_code: "0000".into(), serial, leaf, leaves, generation: 0 };
                let mark = mark.to_string();
                let press = Press::default();
                let piece =
                    PieceContext { notice: &notice, serial, mark: &mark, leaf, leaves, press };
                for back in [false, true].into_iter().take(1 + usize::from(form.duplex)) {
                    number += 1;
                    if self.only.as_ref().is_none_or(|only| only.contains(&number)) {
                        let kind = renderer.leaf_kind(&piece, &mut render);
                        let page = FilledPage { serial, leaf, leaves, kind, back };
                        visit(page, &piece, &mut render)?;
                    }
                }
            }
        }
        match self.only.as_ref().map(RangeInclusive::end) {
            Some(&page) if page > number => {
                Err(Error::Usage(format!("there is no page {page}: the preview has {number}")))
            }
            _ => Ok(()),
        }
    }
}

fn surveyed(home: &Home, setup: &Setup, files: &InputFiles) -> Result<Survey, Error> {
    let renderer = setup.renderer()?;
    survey::survey(home, setup, &renderer, files, None, &Silent)
}

fn as_usize(n: u64) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}
