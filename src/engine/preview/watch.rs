//! Shows a form again whenever a file that it was read from is saved.

use super::super::stats::Watch;
use super::super::store::{self, Doing};
use super::super::{Error, Home};
use super::{Preview, Previewed};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How often the files are looked at.
const EVERY: Duration = Duration::from_millis(200);
/// How long they must be still: an editor may write a file in several steps.
const STILL: Duration = Duration::from_millis(40);

/// Writes a preview, and again whenever a file that was read changes, until `seconds` have passed
/// (forever when `None`). Tells each time what came of it, and the milliseconds it took; what is
/// wrong with form or data does not end the watch.
///
/// # Errors
/// When a file cannot be written.
pub fn watch_preview(
    home: &Home,
    preview: &Preview<'_>,
    out: &Path,
    seconds: Option<u64>,
    tell: &mut dyn FnMut(&Result<Previewed, Error>, u64),
) -> Result<(), Error> {
    let (home, seen) = home.watched();
    let end = seconds.map(Duration::from_secs);
    let since = Watch::start();
    let mut files: Vec<PathBuf> = Vec::new();
    loop {
        seen.begin();
        let start = Watch::start();
        let shown = super::preview(&home, preview, out);
        tell(&shown, u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX));
        match shown {
            Ok(shown) => {
                // Pages that are no more would be taken for those of the form as it is now.
                for gone in files.iter().filter(|file| !shown.files.contains(file)) {
                    store::remove_file(gone)?;
                }
                files = shown.files;
            }
            Err(Error::File(error)) if error.doing == Doing::Writing => {
                return Err(Error::File(error));
            }
            Err(_) => {}
        }
        while !seen.changed() {
            if end.is_some_and(|end| since.elapsed() >= end) {
                return Ok(());
            }
            std::thread::sleep(EVERY);
        }
        let mut before = seen.now();
        loop {
            std::thread::sleep(STILL);
            let now = seen.now();
            if now == before {
                break;
            }
            before = now;
        }
    }
}
