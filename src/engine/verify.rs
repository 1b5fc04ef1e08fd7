//! Bundles as verification reads them: a bag's directory, or a zip.

use super::read_back::{ReadBack, Reader};
use super::store::{self, FileError};
use super::{Error, Progress};
use crate::package::{self, BundleSource, CheckedLot, Report, ZipSource};
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

/// More files than any bundle has; a directory with more is not looked through.
const FILES_MAX: usize = 200_000;
/// Directories nested deeper than any bundle's.
const DEPTH_MAX: usize = 8;

/// Verifies the bundle at `path`, a bag's directory or a zip.
///
/// # Errors
/// [`Error::File`] when it cannot be read at all; what is wrong with it stands in the report.
pub fn verify(path: &Path, progress: &dyn Progress) -> Result<Report, Error> {
    progress.begin("verify", None);
    let mut hear = |_: &str| progress.advance(1);
    let report = with_source(path, |source| package::verify(source, &mut hear));
    progress.end();
    report
}

/// Verifies the bundle at `path`, and reads its pages back: the report has one check more.
///
/// # Errors
/// As [`verify`].
pub fn verify_and_read(
    path: &Path,
    how: ReadBack,
    progress: &dyn Progress,
) -> Result<Report, Error> {
    with_source(path, |source| {
        let mut reader = Reader::new(how, progress);
        let mut look = |lot: CheckedLot<'_>| reader.lot(lot);
        let mut report = package::verify_looking(source, &mut |_| {}, Some(&mut look));
        reader.finish(&mut report);
        report
    })
}

fn with_source(
    path: &Path,
    verify: impl FnOnce(&dyn BundleSource) -> Report,
) -> Result<Report, Error> {
    if path.is_dir() {
        return Ok(verify(&Bag { root: path.to_owned() }));
    }
    let file = BufReader::with_capacity(1 << 18, store::open(path)?);
    let zip = ZipSource::open(file).map_err(FileError::reading(path))?;
    Ok(verify(&zip))
}

/// A bag's directory.
struct Bag {
    root: PathBuf,
}

impl BundleSource for Bag {
    fn files(&self) -> io::Result<Vec<(String, u64)>> {
        let mut files = Vec::new();
        collect(&self.root, "", 0, &mut files)?;
        Ok(files)
    }

    fn open(&self, path: &str) -> io::Result<Box<dyn Read + '_>> {
        // Paths come from the listing above or from a manifest whose paths were checked.
        let file: File = store::open(&self.root.join(path)).map_err(|error| error.source)?;
        Ok(Box::new(file))
    }
}

fn collect(
    directory: &Path,
    prefix: &str,
    depth: usize,
    files: &mut Vec<(String, u64)>,
) -> io::Result<()> {
    if depth > DEPTH_MAX || files.len() > FILES_MAX {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "too many files for a bundle"));
    }
    for name in store::list(directory).map_err(|error| error.source)? {
        let path = directory.join(&name);
        let kind = store::kind(&path).map_err(|error| error.source)?;
        match kind {
            store::Kind::Directory => {
                collect(&path, &format!("{prefix}{name}/"), depth + 1, files)?;
            }
            store::Kind::File(bytes) => files.push((format!("{prefix}{name}"), bytes)),
            store::Kind::Other => {
                let message = format!("`{prefix}{name}` is neither a file nor a directory");
                return Err(io::Error::new(io::ErrorKind::InvalidData, message));
            }
        }
    }
    Ok(())
}
