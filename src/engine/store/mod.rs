//! Files: every read and write of the program goes through here, so that each error names its path
//! and what was being done, and nothing half-written ever stands under its final name.

#![expect(clippy::disallowed_methods, reason = "the one place that touches files")]

mod staged;

pub use staged::{Lock, Output, StagedFile, Staging, finish_seekable, write_file};

use crate::digest::{Digest, Digesting};
use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// What was being done when the machine failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    /// Reading a file or a directory.
    Reading,
    /// Writing, syncing or renaming.
    Writing,
}

/// A failure of the file system, with its path.
#[derive(Debug, thiserror::Error)]
#[error("cannot {} `{}`: {source}", match doing { Doing::Reading => "read", Doing::Writing => "write" }, path.display())]
pub struct FileError {
    /// What was being done.
    pub doing: Doing,
    /// The file or directory.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

impl FileError {
    /// A failed read of `path`.
    pub fn reading(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        |source| Self { doing: Doing::Reading, path: path.to_owned(), source }
    }

    /// A failed write of `path`.
    pub fn writing(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        |source| Self { doing: Doing::Writing, path: path.to_owned(), source }
    }
}

/// The most bytes of a form, a part or a configuration file.
const TEXT_MAX: u64 = 4 << 20;

/// The text of a UTF-8 file; `None` when it does not exist.
///
/// # Errors
/// When it cannot be read, is not UTF-8 or is larger than 4 MiB.
pub fn read_text(path: &Path) -> Result<Option<String>, FileError> {
    let Some(bytes) = read_bytes(path, TEXT_MAX)? else { return Ok(None) };
    let text = String::from_utf8(bytes)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8 text"))
        .map_err(FileError::reading(path))?;
    Ok(Some(text))
}

/// The bytes of a file; `None` when it does not exist.
///
/// # Errors
/// When it cannot be read or is larger than `max` bytes.
pub fn read_bytes(path: &Path, max: u64) -> Result<Option<Vec<u8>>, FileError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(FileError::reading(path)(error)),
    };
    let mut bytes = Vec::new();
    file.take(max + 1).read_to_end(&mut bytes).map_err(FileError::reading(path))?;
    if bytes.len() as u64 > max {
        let error = io::Error::new(io::ErrorKind::FileTooLarge, format!("more than {max} bytes"));
        return Err(FileError::reading(path)(error));
    }
    Ok(Some(bytes))
}

/// Opens a file for streaming.
///
/// # Errors
/// When it cannot be opened.
pub fn open(path: &Path) -> Result<File, FileError> {
    File::open(path).map_err(FileError::reading(path))
}

/// The names of the entries of a directory, sorted; empty when it does not exist.
///
/// # Errors
/// When it cannot be read.
pub fn list(path: &Path) -> Result<Vec<String>, FileError> {
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(FileError::reading(path)(error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(FileError::reading(path))?;
        names.extend(entry.file_name().into_string().ok());
    }
    names.sort();
    Ok(names)
}

/// What tells whether a file was saved again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    modified: Option<SystemTime>,
    bytes: u64,
}

/// The stamp of a file; `None` when there is no such file.
#[must_use]
pub fn stamp(path: &Path) -> Option<Stamp> {
    let metadata = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
    Some(Stamp { modified: metadata.modified().ok(), bytes: metadata.len() })
}

/// The digest and length of a file, read once.
///
/// # Errors
/// When it cannot be read.
pub fn digest(path: &Path) -> Result<(Digest, u64), FileError> {
    let mut reader = Digesting::new(open(path)?);
    io::copy(&mut reader, &mut io::sink()).map_err(FileError::reading(path))?;
    let (_, digest, bytes) = reader.finish();
    Ok((digest, bytes))
}

/// What stands under a path; links are not followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A directory.
    Directory,
    /// A file of so many bytes.
    File(u64),
    /// A link, a device, a pipe.
    Other,
}

/// What stands under `path`.
///
/// # Errors
/// When it cannot be looked at.
pub fn kind(path: &Path) -> Result<Kind, FileError> {
    let metadata = fs::symlink_metadata(path).map_err(FileError::reading(path))?;
    Ok(match metadata.file_type() {
        kind if kind.is_dir() => Kind::Directory,
        kind if kind.is_file() => Kind::File(metadata.len()),
        _ => Kind::Other,
    })
}

/// Removes a directory and all in it.
///
/// # Errors
/// When something of it cannot be removed.
pub fn remove_directory(path: &Path) -> Result<(), FileError> {
    fs::remove_dir_all(path).map_err(FileError::writing(path))
}

/// Removes a file.
///
/// # Errors
/// When it cannot be removed.
pub fn remove_file(path: &Path) -> Result<(), FileError> {
    fs::remove_file(path).map_err(FileError::writing(path))
}

/// A file that is read at any offset, from any thread.
#[derive(Debug)]
pub struct RandomFile {
    file: File,
}

impl RandomFile {
    /// Opens a file for reading at offsets.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open(path: &Path) -> Result<Self, FileError> {
        Ok(Self { file: open(path)? })
    }

    /// Fills `buffer` from the bytes at `offset`.
    ///
    /// # Errors
    /// When the file ends before the buffer is full, or cannot be read.
    #[cfg(unix)]
    pub fn read_exact_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        std::os::unix::fs::FileExt::read_exact_at(&self.file, buffer, offset)
    }

    /// Fills `buffer` from the bytes at `offset`.
    ///
    /// # Errors
    /// When the file ends before the buffer is full, or cannot be read.
    #[cfg(windows)]
    pub fn read_exact_at(&self, mut offset: u64, mut buffer: &mut [u8]) -> io::Result<()> {
        while !buffer.is_empty() {
            let n = std::os::windows::fs::FileExt::seek_read(&self.file, buffer, offset)?;
            if n == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            buffer = &mut buffer[n..];
            offset += n as u64;
        }
        Ok(())
    }
}

/// A buffered reader over a file.
///
/// # Errors
/// When it cannot be opened.
pub fn reader(path: &Path) -> Result<BufReader<File>, FileError> {
    Ok(BufReader::with_capacity(1 << 20, open(path)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_appears_whole_or_not_at_all() {
        let home = tempfile::tempdir().expect("a temporary directory");
        let target = home.path().join("bag");
        let staging = Staging::directory(&target).expect("staging");
        staging.write("data/x.txt", b"x").expect("a file");
        drop(staging);
        assert_eq!(list(home.path()).expect("listing"), Vec::<String>::new());

        let staging = Staging::directory(&target).expect("staging");
        let (digest, bytes) = staging.write("data/x.txt", b"x").expect("a file");
        assert_eq!((digest, bytes), (Digest::of(b"x"), 1));
        staging.commit().expect("commit");
        assert_eq!(list(home.path()).expect("listing"), ["bag"]);
        let again = Staging::directory(&target).expect_err("it exists");
        assert_eq!(again.source.kind(), io::ErrorKind::AlreadyExists);
    }

    #[test]
    fn an_error_names_its_path() {
        let error = open(Path::new("no/such/file")).expect_err("missing");
        assert!(error.to_string().starts_with("cannot read `no/such/file`: "), "{error}");
    }
}
