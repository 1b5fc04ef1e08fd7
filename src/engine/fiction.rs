//! Fictional input for forms, and the job that it is input of.

use super::home::Setup;
use super::store::{FileError, StagedFile};
use super::{Error, Home, config};
use crate::calendar::Date;
use crate::diag::Diagnostic;
use crate::model::Job;
use crate::model::job::{Detail, Encoding, Input, Planning};
use crate::sample;
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
    let setup = setup(home, fiction, Source::Sample(Path::new("-"), Path::new("-")))?;
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
    let setup = setup(home, fiction, Source::Sample(Path::new("-"), Path::new("-")))?;
    let made = sample::generate(&setup.compiled.form, &options(&setup, fiction), out, None);
    made.map_err(|error| failed(error, Path::new("standard output")))
}

/// How the data of a preview is read.
#[derive(Clone, Copy)]
pub(super) enum Source<'a> {
    /// As samples are written: this master file and detail file.
    Sample(&'a Path, &'a Path),
    /// As the tenant's job for the form reads it.
    Own,
}

/// A job that exists only for a preview: the form's latest edition for a tenant.
pub(super) fn setup(
    home: &Home,
    fiction: &Fiction<'_>,
    source: Source<'_>,
) -> Result<Setup, Error> {
    let tenants = home.tenants()?;
    let uses = |tenant: &&String| matches!(own_job(home, tenant, fiction.form), Ok(Some(_)));
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
    match source {
        // The totals speak of the job's own file.
        Source::Own => job.input.control = None,
        Source::Sample(master, detail) => {
            let key = home.key_heading(&job, tenant)?;
            job.input = sample_input(master, key.map(|key| (detail, key)));
        }
    }
    job.plan = Planning::default();
    home.setup(job, tenant)
}

/// The input as samples are written.
fn sample_input(master: &Path, detail: Option<(&Path, String)>) -> Input {
    Input {
        file: master.to_string_lossy().into_owned(),
        encoding: Encoding::Utf8,
        columns: BTreeMap::default(),
        detail: detail.map(|(file, key)| Detail {
            file: file.to_string_lossy().into_owned(),
            key,
            columns: BTreeMap::default(),
        }),
        control: None,
    }
}

/// The tenant's own job for a form, or one made up.
pub(super) fn job_of(home: &Home, tenant: &str, form: &str) -> Result<Job, Error> {
    own_job(home, tenant, form)?.map_or_else(|| plain_job(home, form), Ok)
}

/// The tenant's own job for a form; a job that cannot be read might be it.
fn own_job(home: &Home, tenant: &str, form: &str) -> Result<Option<Job>, Error> {
    let mut unread = None;
    for path in home.jobs()?.iter().filter(|job| job.split('/').nth(1) == Some(tenant)) {
        match home.job(path) {
            Ok(job) if job.form == form => return Ok(Some(job)),
            Ok(_) => {}
            Err(error) => unread = Some(error),
        }
    }
    unread.map_or(Ok(None), Err)
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
        edition: None,
        posting_date: None,
        input: sample_input(Path::new(""), None),
        plan: Planning::default(),
        held_limit_percent: 100,
        params: toml::Table::new(),
        purpose: None,
        items: BTreeMap::default(),
    })
}

fn options(setup: &Setup, fiction: &Fiction<'_>) -> sample::Options {
    let job = &setup.job;
    let mut options = sample::Options::new(&setup.tenant, job.levy_year, job.issue_date);
    options.records = fiction.records;
    options.seed = fiction.seed;
    options
}

/// Writes the files of a sample.
pub(super) fn write_sample(
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

/// `x-detail.csv` beside `x.csv`, for a sample's rows.
#[must_use]
pub fn detail_beside(master: &Path) -> PathBuf {
    let stem = master.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    master.with_file_name(format!("{}-detail.csv", stem.unwrap_or_default()))
}
