//! The input files of a job: opened, digested while they are read, and read again at offsets.

use super::home::Home;
use super::store::{self, FileError, RandomFile};
use super::{Error, InputFiles};
use crate::digest::{Digest, Digesting};
use crate::intake::{self, DetailIndex, ExcludeList, ReadAt, Source, Totals};
use crate::model::job::{Detail, Input};
use crate::model::{Job, Schema};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// The file name that findings show, and the path that is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) shown: String,
    pub(super) path: PathBuf,
}

/// A file that was read, for the manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FileRead {
    /// What it is: `master`, `detail`, `exclude`, `count`.
    pub(super) role: &'static str,
    /// Its records or rows, heading and trailer not counted.
    pub(super) records: u64,
    /// Its digest.
    pub(super) digest: Digest,
    /// Its length.
    pub(super) bytes: u64,
}

/// The input of a job with the files of the command line in place of those of the job.
pub(super) struct Inputs {
    pub(super) spec: Input,
    pub(super) master: Named,
    pub(super) detail: Option<(Named, Detail)>,
    pub(super) exclude: Option<Named>,
    pub(super) count: Option<Named>,
    /// Whether the files are those of the job.
    pub(super) own: bool,
}

impl Inputs {
    /// Decides which files are read.
    pub(super) fn of(home: &Home, job: &Job, files: &InputFiles) -> Self {
        let in_home = |file: &String| Named { shown: file.clone(), path: home.path(file) };
        let given =
            |path: &Path| Named { shown: path.display().to_string(), path: path.to_owned() };
        let spec = job.input.clone();
        let master = files.master.as_deref().map_or_else(|| in_home(&spec.file), given);
        let detail = spec.detail.clone().map(|detail| {
            let named = match (&files.detail, &files.master) {
                (Some(path), _) => given(path),
                (None, Some(master)) => given(&super::detail_beside(master)),
                (None, None) => in_home(&detail.file),
            };
            (named, detail)
        });
        // Control totals speak of the job's own input, not of a file given instead.
        let count = spec.control.as_ref().and_then(|control| control.count_file.as_ref());
        let count = count.filter(|_| files.master.is_none()).map(in_home);
        let exclude = job.plan.exclude.as_ref().map(in_home);
        let own = files.master.is_none();
        Self { spec, master, detail, exclude, count, own }
    }

    /// Opens the master file for streaming; what passes is digested.
    pub(super) fn open_master(&self) -> Result<Digesting<File>, FileError> {
        store::open(&self.master.path).map(Digesting::new)
    }

    /// Indexes the detail file, when there is one.
    pub(super) fn index_detail(
        &self,
        schema: &Schema,
        read: &mut Vec<FileRead>,
    ) -> Result<Option<(DetailIndex, RandomFile)>, Error> {
        let Some((named, detail)) = &self.detail else { return Ok(None) };
        let mut stream = Digesting::new(store::open(&named.path)?);
        let index =
            DetailIndex::build(&named.shown, self.spec.encoding, detail, schema, &mut stream)?;
        read.push(finish("detail", named, index.rows(), stream)?);
        Ok(Some((index, RandomFile::open(&named.path)?)))
    }

    /// Reads the exclude list, when there is one.
    pub(super) fn exclude(&self, read: &mut Vec<FileRead>) -> Result<Option<ExcludeList>, Error> {
        let Some(named) = &self.exclude else { return Ok(None) };
        let mut stream = Digesting::new(store::open(&named.path)?);
        let list = ExcludeList::read(Source::new(&named.shown, self.spec.encoding), &mut stream)?;
        read.push(finish("exclude", named, list.len() as u64, stream)?);
        Ok(Some(list))
    }

    /// Reads the count file, when there is one.
    pub(super) fn count(&self, read: &mut Vec<FileRead>) -> Result<Option<Totals>, Error> {
        let Some(named) = &self.count else { return Ok(None) };
        let mut stream = Digesting::new(store::open(&named.path)?);
        let source = Source::new(&named.shown, self.spec.encoding);
        let totals = intake::read_count_file(source, &mut stream)?;
        read.push(finish("count", named, 1, stream)?);
        Ok(Some(totals))
    }
}

/// Reads the rest of a stream, so that the digest is that of the whole file.
pub(super) fn finish(
    role: &'static str,
    named: &Named,
    records: u64,
    mut stream: Digesting<File>,
) -> Result<FileRead, FileError> {
    io::copy(&mut stream, &mut io::sink()).map_err(FileError::reading(&named.path))?;
    let (_, digest, bytes) = stream.finish();
    Ok(FileRead { role, records, digest, bytes })
}

impl ReadAt for RandomFile {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        self.read_exact_at(offset, buffer)
    }
}
