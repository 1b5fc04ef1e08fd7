//! Files: every read and write of the program goes through here, so that each error names its path
//! and what was being done, and nothing half-written ever stands under its final name.

#![expect(clippy::disallowed_methods, reason = "the one place that touches files")]

use crate::digest::{Digest, Digesting};
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

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

/// A directory that is written beside its final place and appears there whole, or not at all.
#[derive(Debug)]
pub struct Staging {
    partial: PathBuf,
    target: PathBuf,
    done: bool,
}

impl Staging {
    /// Starts a directory that will become `target`. A left-over of an interrupted run is removed.
    ///
    /// # Errors
    /// [`io::ErrorKind::AlreadyExists`] when `target` exists; else what the system says.
    pub fn directory(target: &Path) -> Result<Self, FileError> {
        refuse_existing(target)?;
        let partial = beside(target);
        if partial.exists() {
            fs::remove_dir_all(&partial).map_err(FileError::writing(&partial))?;
        }
        fs::create_dir_all(&partial).map_err(FileError::writing(&partial))?;
        Ok(Self { partial, target: target.to_owned(), done: false })
    }

    /// Where a file of the directory is written meanwhile.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.partial.join(name)
    }

    /// The directory as it stands now, under its provisional name.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.partial
    }

    /// Starts a file of the directory; its parents are made.
    ///
    /// # Errors
    /// When it cannot be created.
    pub fn create(&self, name: &str) -> Result<Output, FileError> {
        let path = self.path(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(FileError::writing(parent))?;
        }
        Output::create(path)
    }

    /// Writes a whole file of the directory.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(Digest, u64), FileError> {
        let mut output = self.create(name)?;
        output.write_all(bytes).map_err(FileError::writing(&self.path(name)))?;
        output.finish()
    }

    /// Gives the directory its final name.
    ///
    /// # Errors
    /// When it cannot be synced or renamed, or the name was taken meanwhile.
    pub fn commit(mut self) -> Result<(), FileError> {
        sync_tree(&self.partial)?;
        refuse_existing(&self.target)?;
        fs::rename(&self.partial, &self.target).map_err(FileError::writing(&self.target))?;
        self.done = true;
        sync_parent(&self.target)
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if !self.done {
            // Nothing can be done about a failing removal here; the next build removes it again.
            let _ = fs::remove_dir_all(&self.partial);
        }
    }
}

/// Keeps a second run from working on the same target. The system releases it when the process ends,
/// however it ends.
#[derive(Debug)]
pub struct Lock {
    path: PathBuf,
    _file: File,
}

impl Lock {
    /// Takes the lock file `path`; its directory is made.
    ///
    /// # Errors
    /// [`io::ErrorKind::ResourceBusy`] when another process holds it; else what the system says.
    pub fn take(path: &Path) -> Result<Self, FileError> {
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(FileError::writing(parent))?;
        }
        let file = File::create(path).map_err(FileError::writing(path))?;
        file.try_lock().map_err(|error| {
            let busy = io::Error::new(io::ErrorKind::ResourceBusy, "another run is working on it");
            FileError::writing(path)(match error {
                fs::TryLockError::WouldBlock => busy,
                fs::TryLockError::Error(error) => error,
            })
        })?;
        Ok(Self { path: path.to_owned(), _file: file })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Left behind, the file does no harm: only the lock on it counts.
        let _ = fs::remove_file(&self.path);
    }
}

/// A file that is written beside its final place, synced, and renamed; removed when abandoned.
#[derive(Debug)]
pub struct StagedFile {
    partial: PathBuf,
    target: PathBuf,
    done: bool,
}

impl StagedFile {
    /// Starts a file that will become `target`.
    ///
    /// # Errors
    /// [`io::ErrorKind::AlreadyExists`] when `target` exists; else what the system says.
    pub fn create(target: &Path) -> Result<(Self, Output), FileError> {
        refuse_existing(target)?;
        Self::replace(target)
    }

    /// Starts a file that will become `target`, in place of what stands there.
    ///
    /// # Errors
    /// When it cannot be created.
    pub fn replace(target: &Path) -> Result<(Self, Output), FileError> {
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent).map_err(FileError::writing(parent))?;
        }
        let partial = beside(target);
        let output = Output::create(partial.clone())?;
        Ok((Self { partial, target: target.to_owned(), done: false }, output))
    }

    /// Starts a file that is written with seeks and will become `target`.
    ///
    /// # Errors
    /// As [`StagedFile::create`].
    pub fn create_seekable(target: &Path) -> Result<(Self, BufWriter<File>), FileError> {
        refuse_existing(target)?;
        let partial = beside(target);
        let file = File::create(&partial).map_err(FileError::writing(&partial))?;
        let staged = Self { partial, target: target.to_owned(), done: false };
        Ok((staged, BufWriter::with_capacity(1 << 18, file)))
    }

    /// Gives the file, whose [`Output`] was finished, its final name.
    ///
    /// # Errors
    /// When it cannot be renamed.
    pub fn commit(mut self) -> Result<(), FileError> {
        fs::rename(&self.partial, &self.target).map_err(FileError::writing(&self.target))?;
        self.done = true;
        sync_parent(&self.target)
    }
}

impl Drop for StagedFile {
    fn drop(&mut self) {
        if !self.done {
            let _ = fs::remove_file(&self.partial);
        }
    }
}

/// Writes a whole file beside, syncs and renames it into place.
///
/// # Errors
/// When it cannot be written.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let (staged, mut output) = StagedFile::replace(path)?;
    output.write_all(bytes).map_err(FileError::writing(path))?;
    output.finish()?;
    staged.commit()
}

/// Flushes and syncs a file of [`StagedFile::create_seekable`].
///
/// # Errors
/// When the last bytes cannot be written or synced.
pub fn finish_seekable(out: BufWriter<File>, target: &Path) -> Result<(), FileError> {
    let file = out.into_inner().map_err(io::IntoInnerError::into_error);
    file.and_then(|file| file.sync_all()).map_err(FileError::writing(target))
}

/// Moves what was built under a provisional name into place; both names lie in one directory.
///
/// # Errors
/// When the target exists or the rename fails.
pub fn rename(from: &Path, to: &Path) -> Result<(), FileError> {
    refuse_existing(to)?;
    fs::rename(from, to).map_err(FileError::writing(to))?;
    sync_parent(to)
}

/// A file being written: buffered, digested and counted.
#[derive(Debug)]
pub struct Output {
    path: PathBuf,
    writer: Digesting<BufWriter<File>>,
}

impl Output {
    fn create(path: PathBuf) -> Result<Self, FileError> {
        let file = File::create(&path).map_err(FileError::writing(&path))?;
        let writer = Digesting::new(BufWriter::with_capacity(1 << 18, file));
        Ok(Self { path, writer })
    }

    /// The path under which it is written meanwhile.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Flushes and syncs; returns the digest and the length.
    ///
    /// # Errors
    /// When the last bytes cannot be written or synced.
    pub fn finish(self) -> Result<(Digest, u64), FileError> {
        let (writer, digest, bytes) = self.writer.finish();
        let file = writer
            .into_inner()
            .map_err(|error| FileError::writing(&self.path)(error.into_error()))?;
        file.sync_all().map_err(FileError::writing(&self.path))?;
        Ok((digest, bytes))
    }
}

impl Write for Output {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.writer.write(buffer)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// A buffered reader over a file.
///
/// # Errors
/// When it cannot be opened.
pub fn reader(path: &Path) -> Result<BufReader<File>, FileError> {
    Ok(BufReader::with_capacity(1 << 20, open(path)?))
}

fn refuse_existing(path: &Path) -> Result<(), FileError> {
    if path.symlink_metadata().is_ok() {
        let error = io::Error::new(io::ErrorKind::AlreadyExists, "it exists already");
        return Err(FileError::writing(path)(error));
    }
    Ok(())
}

/// `dir/.name.partial` for `dir/name`.
fn beside(target: &Path) -> PathBuf {
    let name = target.file_name().map(|n| n.to_string_lossy()).unwrap_or_default();
    target.with_file_name(format!(".{name}.partial"))
}

fn sync_tree(directory: &Path) -> Result<(), FileError> {
    for name in list(directory)? {
        let path = directory.join(name);
        if path.is_dir() {
            sync_tree(&path)?;
        }
    }
    sync_directory(directory)
}

fn sync_parent(path: &Path) -> Result<(), FileError> {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => sync_directory(parent),
        _ => sync_directory(Path::new(".")),
    }
}

#[cfg(unix)]
fn sync_directory(path: &Path) -> Result<(), FileError> {
    File::open(path).and_then(|directory| directory.sync_all()).map_err(FileError::writing(path))
}

#[cfg(not(unix))]
fn sync_directory(_: &Path) -> Result<(), FileError> {
    Ok(())
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
