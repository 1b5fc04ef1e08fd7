//! The demo: every job of the home, built and verified.

use super::build::{BuildOptions, build};
use super::stats::Stats;
use super::store;
use super::{Error, Home, InputFiles, Progress, verify};
use crate::package::{Report, paths};
use std::path::{Path, PathBuf};

/// What became of one job.
#[derive(Debug)]
pub struct DemoRow {
    /// The job's path.
    pub job: String,
    /// The job's title.
    pub title: String,
    /// Counts and seconds.
    pub stats: Stats,
    /// The bag.
    pub bundle: PathBuf,
    /// The zip.
    pub zip: PathBuf,
    /// What verification found in the bag.
    pub bag_report: Report,
    /// What verification found in the zip.
    pub zip_report: Report,
}

/// Builds and verifies one job into `out`; what an earlier demo left there is replaced.
///
/// # Errors
/// As building and verifying.
pub fn demo(home: &Home, job: &str, out: &Path, progress: &dyn Progress) -> Result<DemoRow, Error> {
    let setup = home.load(Path::new(job))?;
    let id = setup.bundle_id(1);
    let title = setup.job.title.clone();
    drop(setup);
    replace(out, &id)?;
    let options =
        BuildOptions { files: InputFiles::default(), out: out.to_owned(), after: None, zip: true };
    let built = build(home, Path::new(job), &options, progress)?;
    let zip = built.zip.unwrap_or_default();
    Ok(DemoRow {
        job: job.to_owned(),
        title,
        stats: built.stats,
        bag_report: verify(&built.bundle, progress)?,
        zip_report: verify(&zip, progress)?,
        bundle: built.bundle,
        zip,
    })
}

/// Removes the bundle of an earlier demo, and nothing that is none.
fn replace(out: &Path, id: &str) -> Result<(), Error> {
    let bag = out.join(id);
    if bag.join(paths::MANIFEST).is_file() {
        store::remove_directory(&bag)?;
        let zip = out.join(format!("{id}.zip"));
        if zip.is_file() {
            store::remove_file(&zip)?;
        }
        let held = out.join(format!("{id}-held"));
        if held.join("held.csv").is_file() {
            store::remove_directory(&held)?;
        }
    }
    Ok(())
}
