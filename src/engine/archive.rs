//! The archive copy of a job: each piece as a PDF/A document of its own, for the tenant to keep.

use super::build::{self, refuse_too_many_held, warned};
use super::lot::Shop;
use super::store::{FileError, Lock, Staging};
use super::{Error, Home, InputFiles, Progress, previous, survey};
use crate::diag::Findings;
use crate::model::Serial;
use rayon::prelude::*;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Documents made at once for each worker.
const DOCUMENTS_A_WORKER: usize = 8;
/// The list of the documents, and its heading.
const INDEX: &str = "index.csv";
const HEADING: &str = "serial,lot,file,pages,bytes,sha256\n";

/// What to keep, and where.
#[derive(Debug, Clone)]
pub struct ArchiveOptions {
    /// Input files in place of those of the job.
    pub files: InputFiles,
    /// The directory in which the archive appears.
    pub out: PathBuf,
    /// The bundle that this one continues.
    pub after: Option<PathBuf>,
}

/// What was kept.
#[derive(Debug)]
pub struct Archived {
    /// The directory: `index.csv`, and one of documents for each lot.
    pub directory: PathBuf,
    /// Documents: one a piece.
    pub documents: u64,
    /// Their pages.
    pub pages: u64,
    /// Their bytes.
    pub bytes: u64,
    /// What they say that they conform to; nothing where pages of designers' files are in them.
    pub conformance: Option<&'static str>,
    /// Records that are held or rejected, of which there is no document.
    pub held: u64,
    /// Everything found about the input.
    pub findings: Findings,
}

/// Writes the archive copy of a job: the pieces that [`build::build`] makes of the same input.
///
/// # Errors
/// As the stages it runs; nothing is left under a final name then.
pub fn archive(
    home: &Home,
    job: &Path,
    options: &ArchiveOptions,
    progress: &dyn Progress,
) -> Result<Archived, Error> {
    let setup = home.load(job)?;
    let previous = options.after.as_deref().map(|path| previous::read(path, &setup)).transpose()?;
    let batch = previous.as_ref().map_or(1, |previous| previous.batch + 1);
    let name = format!("{}-archive", setup.bundle_id(batch));
    let directory = options.out.join(&name);
    let _lock = Lock::take(&options.out.join(format!(".{name}.lock"))).map_err(Error::from)?;
    if directory.exists() {
        return Err(Error::Conflict(directory));
    }
    let renderer = setup.renderer()?;
    let made = previous.as_ref().map(|previous| previous.pieces.as_slice());
    let mut survey = survey::survey(home, &setup, &renderer, &options.files, made, progress)?;
    if previous.is_none() {
        refuse_too_many_held(&setup, &survey)?;
    }
    let first = previous.as_ref().map_or(Serial(1), |previous| previous.next_serial);
    let (plan, inserts) = build::plan(&setup, &mut survey, first)?;
    let staging = Staging::directory(&directory)?;
    let shop = Shop::new(&setup, &survey, (&plan, &inserts), &renderer, batch)?;
    let mut archived = Archived {
        directory,
        documents: 0,
        pages: 0,
        bytes: 0,
        conformance: shop.claims_archive().then_some("PDF/A-2u"),
        held: survey.held.len() as u64,
        findings: Findings::new(),
    };
    progress.begin("archive", Some(plan.pieces.len() as u64));
    let mut index = staging.create(INDEX)?;
    let failed = |error| Error::from(FileError::writing(&staging.path(INDEX))(error));
    index.write_all(HEADING.as_bytes()).map_err(failed)?;
    let width = rayon::current_num_threads() * DOCUMENTS_A_WORKER;
    for (run, lot) in plan.runs.iter().flat_map(|run| run.lots.iter().map(move |lot| (run, lot))) {
        let name = lot.name(run.number);
        let pieces: Vec<u32> = (0..lot.pieces.end - lot.pieces.start).collect();
        for pieces in pieces.chunks(width) {
            let made = pieces.par_iter().map(|&piece| shop.document(run, lot, piece));
            for document in made.collect::<Result<Vec<_>, _>>()? {
                let (serial, pages) = (document.serial, document.pages);
                let file = format!("{name}/{serial}.pdf");
                let (sha256, bytes) = staging.write(&file, &document.bytes)?;
                writeln!(index, "{serial},{name},{file},{pages},{bytes},{sha256}")
                    .map_err(failed)?;
                archived.documents += 1;
                archived.pages += pages;
                archived.bytes += bytes;
                progress.advance(1);
            }
        }
    }
    index.finish()?;
    drop(shop);
    staging.commit()?;
    progress.end();
    archived.findings = warned(&setup, survey.findings);
    Ok(archived)
}
