//! Fictional input for forms, and previews made from it.

use super::home::Setup;
use super::progress::Silent;
use super::store::{FileError, Output, StagedFile};
use super::survey::{self, Survey};
use super::{Error, Home, InputFiles, config, lot};
use crate::calendar::Date;
use crate::diag::{Diagnostic, Findings};
use crate::digest::Digest;
use crate::font::Usage;
use crate::measure::Point;
use crate::model::job::{Detail, Encoding, Input, Planning};
use crate::model::{Job, Notice, Record, Serial, SlotMark};
use crate::pdf::{Content, Deflater, LotInfo, LotWriter};
use crate::render::{self, PieceContext, Renderer};
use crate::{intake, sample};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What to make up.
#[derive(Debug, Clone)]
pub struct Fiction<'a> {
    /// The form's id.
    pub form: &'a str,
    /// The tenant; the first with a job for the form when absent, else the home's first.
    pub tenant: Option<&'a str>,
    /// How many records.
    pub records: u64,
    /// Another seed, other people.
    pub seed: u64,
}

/// Writes fictional input: the master file, and the detail file when the form has rows.
///
/// # Errors
/// When form or tenant do not exist or the files cannot be written.
pub fn sample(
    home: &Home,
    fiction: &Fiction<'_>,
    master: &Path,
    detail: &Path,
) -> Result<sample::Made, Error> {
    let setup = setup(home, fiction, "-", "-")?;
    write_sample(&setup, fiction, master, detail)
}

/// Writes fictional input to standard output: the master file only.
///
/// # Errors
/// As [`sample()`].
pub fn sample_to(
    home: &Home,
    fiction: &Fiction<'_>,
    out: &mut dyn std::io::Write,
) -> Result<sample::Made, Error> {
    let setup = setup(home, fiction, "-", "-")?;
    let made = sample::generate(&setup.compiled.form, &options(&setup, fiction), out, None);
    made.map_err(|error| failed(error, Path::new("standard output")))
}

/// Writes a PDF of fictional notices on a form, one face a page, as the leaf is cut.
///
/// # Errors
/// When the form, the tenant or the faces are wrong, or the file cannot be written.
pub fn preview(home: &Home, fiction: &Fiction<'_>, target: &Path) -> Result<u64, Error> {
    let directory =
        tempfile::tempdir().map_err(FileError::writing(Path::new("temporary files")))?;
    let master = directory.path().join("sample.csv");
    let detail = directory.path().join("sample-detail.csv");
    let setup = setup(home, fiction, &master.to_string_lossy(), &detail.to_string_lossy())?;
    write_sample(&setup, fiction, &master, &detail)?;
    let renderer = Renderer::new(&setup.compiled, &setup.fonts).map_err(Error::Configuration)?;
    let files = InputFiles::default();
    let survey = survey::survey(home, &setup, &renderer, &files, None, &Silent)?;
    let (staged, out) = StagedFile::replace(target)?;
    let pages = draw(&setup, &survey, &renderer, out)?;
    staged.commit()?;
    Ok(pages)
}

/// A job that exists only for a preview: the form's latest edition for a tenant.
fn setup(home: &Home, fiction: &Fiction<'_>, master: &str, detail: &str) -> Result<Setup, Error> {
    let tenants = home.tenants()?;
    let uses = |tenant: &&String| own_job(home, tenant, fiction.form).is_some();
    let first = tenants.iter().find(uses).or(tenants.first());
    let tenant = fiction.tenant.or(first.map(String::as_str)).ok_or_else(|| {
        config(
            Diagnostic::error(super::NO_JOB, "the home has no tenant")
                .hint("add jobs/<tenant>/tenant.toml"),
        )
    })?;
    // An own job of the tenant for the form knows its parameters best.
    let mut job = job_of(home, tenant, fiction.form)?;
    "preview".clone_into(&mut job.id);
    let detail_key = home.key_heading(&job, tenant)?;
    job.input = Input {
        file: master.to_owned(),
        encoding: Encoding::Utf8,
        columns: BTreeMap::default(),
        detail: detail_key.map(|key| Detail {
            file: detail.to_owned(),
            key,
            columns: BTreeMap::default(),
        }),
        control: None,
    };
    job.plan = Planning::default();
    home.setup(job, tenant)
}

/// The tenant's own job for a form, or one made up.
pub(super) fn job_of(home: &Home, tenant: &str, form: &str) -> Result<Job, Error> {
    own_job(home, tenant, form).map_or_else(|| plain_job(home, form), Ok)
}

fn own_job(home: &Home, tenant: &str, form: &str) -> Option<Job> {
    let jobs = home.jobs().ok()?;
    let own = jobs.iter().filter(|job| job.split('/').nth(1) == Some(tenant));
    own.filter_map(|job| home.job(job).ok()).find(|job| job.form == form)
}

fn plain_job(home: &Home, form: &str) -> Result<Job, Error> {
    let forms = home.forms()?;
    let known = forms.iter().find(|known| known.id == form);
    let edition = known.and_then(|known| known.editions.last().copied());
    let issue_date = edition.unwrap_or(Date::constant(2026, 4, 1));
    let vendor = home.vendors()?.into_iter().next().unwrap_or_default();
    Ok(Job {
        id: String::new(),
        title: "見本".to_owned(),
        form: form.to_owned(),
        vendor,
        levy_year: crate::calendar::fiscal_year(issue_date),
        issue_date,
        posting_date: None,
        input: Input {
            file: String::new(),
            encoding: Encoding::Utf8,
            columns: BTreeMap::default(),
            detail: None,
            control: None,
        },
        plan: Planning::default(),
        held_limit_percent: 100,
        params: toml::Table::new(),
    })
}

fn options(setup: &Setup, fiction: &Fiction<'_>) -> sample::Options {
    let job = &setup.job;
    let mut options = sample::Options::new(&setup.tenant, job.levy_year, job.issue_date);
    options.records = fiction.records;
    options.seed = fiction.seed;
    options
}

fn write_sample(
    setup: &Setup,
    fiction: &Fiction<'_>,
    master: &Path,
    detail: &Path,
) -> Result<sample::Made, Error> {
    let (staged_master, mut master_out) = StagedFile::replace(master)?;
    let options = options(setup, fiction);
    let made = if setup.compiled.form.schema.rows.is_empty() {
        sample::generate(&setup.compiled.form, &options, &mut master_out, None)
            .map_err(|error| failed(error, master))?
    } else {
        let (staged_detail, mut detail_out) = StagedFile::replace(detail)?;
        let made = sample::generate(
            &setup.compiled.form,
            &options,
            &mut master_out,
            Some(&mut detail_out),
        )
        .map_err(|error| failed(error, master))?;
        detail_out.finish()?;
        staged_detail.commit()?;
        made
    };
    master_out.finish()?;
    staged_master.commit()?;
    Ok(made)
}

fn failed(error: sample::Error, path: &Path) -> Error {
    match error {
        sample::Error::Hints(findings) => Error::Configuration(findings),
        sample::Error::Write(source) => FileError::writing(path)(source).into(),
        other => FileError::writing(path)(std::io::Error::other(other.to_string())).into(),
    }
}

/// Draws every leaf of every record that passed, one face a page.
fn draw(
    setup: &Setup,
    survey: &Survey,
    renderer: &Renderer<'_>,
    out: Output,
) -> Result<u64, Error> {
    let path: PathBuf = out.path().to_owned();
    let wrong =
        |error: crate::pdf::Error| Error::Lot { lot: path.display().to_string(), source: error };
    let form = &setup.compiled.form;
    let mut content = Content::with_artwork(&setup.artwork);
    let (mut deflater, layers) = (Deflater::for_once(), lot::layers(setup, renderer));
    let info = LotInfo {
        title: &form.title,
        producer: concat!("Tayori ", env!("CARGO_PKG_VERSION")),
        id_seed: Digest::of_parts(&[form.digest.as_bytes(), setup.fonts.digest().as_bytes()]),
        sheet: form.leaf,
        trim: None,
    };
    let mut writer = LotWriter::new(out, &info, &layers, &setup.artwork).map_err(&wrong)?;
    let mut usage = Usage::new();
    let mut pages = Pages { setup, renderer, render: render::Scratch::default() };
    let (mut record, mut scratch, mut bytes) =
        (Record::default(), intake::Scratch::default(), Vec::new());
    for (serial, (index, entry)) in
        (1..).zip((0..).zip(&survey.entries).filter(|(n, _)| !survey.held.contains_key(n)))
    {
        let row =
            survey.decoder.fetch(&survey.master, u64::from(index) + 1, entry.row, &mut bytes)?;
        survey.decoder.record(
            row,
            survey.details(),
            &mut scratch,
            &mut record,
            &mut Findings::new(),
        )?;
        pages.piece(Serial(serial), &record, &mut content, &mut |content| {
            writer.side(deflater.deflate(content)).map_err(&wrong)
        })?;
        usage.merge(&content.take_usage());
    }
    let written = writer.finish(&setup.fonts, &usage).map_err(&wrong)?;
    let count = written.pages;
    written.out.finish()?;
    Ok(count)
}

struct Pages<'a> {
    setup: &'a Setup,
    renderer: &'a Renderer<'a>,
    render: render::Scratch,
}

impl Pages<'_> {
    fn piece(
        &mut self,
        serial: Serial,
        record: &Record,
        content: &mut Content,
        take: &mut dyn FnMut(&[u8]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let form = &self.setup.compiled.form;
        let notice = Notice::read(&form.schema, record, |_, _| {});
        let leaves = self.renderer.measure(&notice, &mut self.render).leaves;
        for leaf in 1..=leaves {
            let mark = SlotMark { job_code: "0000".into(), serial, leaf, leaves, generation: 0 };
            let mark = mark.to_string();
            let piece = PieceContext { notice: &notice, serial, mark: &mark, leaf, leaves };
            for back in [false, true].into_iter().take(1 + usize::from(form.duplex)) {
                content.begin_sheet(form.leaf);
                content.begin_slot(Point::default(), form.leaf);
                // What could not be printed was held by the survey.
                let _ = self.renderer.page(&piece, back, &mut self.render, content);
                content.end_slot();
                take(content.finish())?;
            }
        }
        Ok(())
    }
}

/// `x-detail.csv` beside `x.csv`, for a sample's rows.
#[must_use]
pub fn detail_beside(master: &Path) -> PathBuf {
    let stem = master.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    master.with_file_name(format!("{}-detail.csv", stem.unwrap_or_default()))
}
