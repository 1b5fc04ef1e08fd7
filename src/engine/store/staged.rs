//! Files and directories that appear under their final name whole, or not at all.

#![expect(clippy::disallowed_methods, reason = "the one place that touches files")]

use super::{FileError, list};
use crate::digest::{Digest, Digesting};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

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
