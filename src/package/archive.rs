//! The zip of a bundle: every file stored as it is (press files are deflated inside), in path order,
//! with the job's own date. The layout of its bytes is fixed, so that a reader can check all of them.

use crate::calendar::Date;
use std::io::{self, Read, Seek, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// Packs a bundle.
pub struct Packer<W: Write + Seek> {
    zip: ZipWriter<W>,
    root: String,
    time: DateTime,
    latest: String,
}

impl<W: Write + Seek> Packer<W> {
    /// A packer that puts all files under the folder `root`, dated `date`.
    pub fn new(out: W, root: &str, date: Date) -> Self {
        let parts = (
            u16::try_from(date.year()).unwrap_or(1980),
            u8::try_from(date.month()).unwrap_or(1),
            u8::try_from(date.day()).unwrap_or(1),
        );
        let time = DateTime::from_date_and_time(parts.0, parts.1, parts.2, 0, 0, 0);
        let time = time.unwrap_or_default();
        Self { zip: ZipWriter::new(out), root: root.to_owned(), time, latest: String::new() }
    }

    /// Adds a file of `bytes` bytes. Files come in the order of their paths.
    ///
    /// # Errors
    /// When reading or writing fails, or the content is not as long as it was said to be.
    ///
    /// # Panics
    /// When a path comes out of order or holds characters that no bundle has.
    pub fn file(&mut self, path: &str, bytes: u64, content: &mut dyn Read) -> io::Result<()> {
        assert!(self.latest.as_str() < path, "files are packed in the order of their paths");
        assert!(super::paths::is_safe(path), "a bundle's paths are plain");
        path.clone_into(&mut self.latest);
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .last_modified_time(self.time)
            .unix_permissions(0o644)
            .large_file(bytes >= u64::from(u32::MAX));
        let name = format!("{}/{path}", self.root);
        self.zip.start_file(name, options).map_err(io::Error::from)?;
        let copied = io::copy(content, &mut self.zip)?;
        if copied != bytes {
            let message = format!("`{path}` has {copied} bytes, not {bytes}: it changed meanwhile");
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        Ok(())
    }

    /// Ends the archive.
    ///
    /// # Errors
    /// When writing fails.
    pub fn finish(self) -> io::Result<W> {
        self.zip.finish().map_err(io::Error::from)
    }
}
