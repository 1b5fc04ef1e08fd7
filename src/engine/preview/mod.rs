//! Previews: a form filled in with fictional data or the operator's own, one face a page as the leaf
//! is cut, as a PDF or as pictures of its pages.

mod filled;
mod grid;
mod picture;
mod watch;

pub use filled::{Filled, FilledPage};
pub use picture::{DPI, Picture};
pub use watch::watch_preview;

use super::store::{self, FileError, StagedFile};
use super::{Error, Fiction, Home, InputFiles};
use crate::diag::Findings;
use std::path::{Path, PathBuf};

/// What to show.
#[derive(Debug, Clone)]
pub struct Preview<'a> {
    /// The form, its tenant, how many records, and the seed of fictional ones.
    pub fiction: Fiction<'a>,
    /// Own data instead of fictional: as the tenant's job for the form reads it, or as
    /// [`super::sample()`] writes it.
    pub files: InputFiles,
    /// Only this page, from 1.
    pub page: Option<u64>,
    /// Dots an inch of pictures, in [`DPI`].
    pub dpi: u16,
    /// With a millimetre grid and the outlines of what must stay free.
    pub grid: bool,
}

/// What was written.
#[derive(Debug)]
pub struct Previewed {
    /// One PDF, or a picture a page.
    pub files: Vec<PathBuf>,
    /// How many pages they show.
    pub pages: u64,
    /// What is doubtful about the form or wrong with the data.
    pub findings: Findings,
    /// Records that are held and not shown.
    pub held: u64,
}

/// What a preview can be written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PreviewKind {
    /// One PDF file.
    Pdf,
    /// A PNG file a page.
    Png,
}

impl PreviewKind {
    /// The endings of file names that say what a preview is written as.
    pub const KNOWN: [(&'static str, Self); 2] = [("pdf", Self::Pdf), ("png", Self::Png)];

    /// What a file is to be written as, by the ending of its name.
    #[must_use]
    pub fn of(file: &Path) -> Option<Self> {
        let ending = file.extension()?.to_str()?;
        let known = Self::KNOWN.iter().find(|(known, _)| ending.eq_ignore_ascii_case(known));
        known.map(|&(_, kind)| kind)
    }
}

/// Writes a preview to `out`: a PDF file, or a picture of each page to `NAME-1.png`, `NAME-2.png` …
/// (to `NAME.png` when only one page is asked for).
///
/// # Errors
/// When the form, the tenant, the data or the faces are wrong, there is no such page, or a file
/// cannot be written. [`Error::Usage`] when the name of `out` ends in nothing known.
pub fn preview(home: &Home, preview: &Preview<'_>, out: &Path) -> Result<Previewed, Error> {
    let kind = PreviewKind::of(out).ok_or_else(|| {
        Error::Usage(format!("`{}` ends neither in .pdf nor in .png", out.display()))
    })?;
    let filled = Filled::load(home, preview)?;
    let mut files = Vec::new();
    let pages = match kind {
        PreviewKind::Pdf => {
            let (staged, output) = StagedFile::replace(out)?;
            let (output, pages) = filled.pdf(output)?;
            output.finish()?;
            staged.commit()?;
            files.push(out.to_owned());
            pages
        }
        PreviewKind::Png => filled.pictures(preview.dpi, &mut |n, picture| {
            let file = if preview.page.is_some() { out.to_owned() } else { numbered(out, n) };
            let data = picture.png().map_err(FileError::writing(&file))?;
            store::write_file(&file, &data)?;
            files.push(file);
            Ok(())
        })?,
    };
    Ok(Previewed { files, pages, held: filled.held(), findings: filled.into_findings() })
}

/// `NAME-3.png` for the third page of `NAME.png`.
fn numbered(out: &Path, n: u64) -> PathBuf {
    let part =
        |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
    out.with_file_name(format!("{}-{n}.{}", part(out.file_stem()), part(out.extension())))
}
