//! What was read of a home, so that it can be told whether it changed since.

use super::Error;
use super::store::{self, Stamp};
use crate::font::FontSet;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Files and the state in which each was when it was first asked for.
type Stamps = BTreeMap<PathBuf, Option<Stamp>>;

/// The files that were asked for, and the faces, which are loaded again only when they changed.
#[derive(Debug, Default)]
pub(super) struct Seen {
    files: Mutex<Stamps>,
    fonts: Mutex<Option<(Stamps, Arc<FontSet>)>>,
}

impl Seen {
    /// Notes that a file is asked for, whether it exists or not.
    pub(super) fn note(&self, path: &Path) {
        let mut files = lock(&self.files);
        if !files.contains_key(path) {
            files.insert(path.to_owned(), store::stamp(path));
        }
    }

    /// Forgets the files, to note what is asked for from now on.
    pub(super) fn begin(&self) {
        lock(&self.files).clear();
    }

    /// Whether a file is not as it was when it was first asked for.
    pub(super) fn changed(&self) -> bool {
        changed(&lock(&self.files))
    }

    /// The files as they are now.
    pub(super) fn now(&self) -> Stamps {
        lock(&self.files).keys().map(|path| (path.clone(), store::stamp(path))).collect()
    }

    /// The faces as they were loaded, or as `load` loads them, which notes what it reads.
    pub(super) fn fonts(
        &self,
        load: impl FnOnce(&mut dyn FnMut(&Path)) -> Result<FontSet, Error>,
    ) -> Result<Arc<FontSet>, Error> {
        let mut kept = lock(&self.fonts);
        if let Some((stamps, fonts)) = &*kept
            && !changed(stamps)
        {
            lock(&self.files).extend(stamps.clone());
            return Ok(Arc::clone(fonts));
        }
        let mut stamps = Stamps::new();
        let loaded = load(&mut |path| {
            self.note(path);
            stamps.insert(path.to_owned(), store::stamp(path));
        });
        let fonts = Arc::new(loaded?);
        *kept = Some((stamps, Arc::clone(&fonts)));
        Ok(fonts)
    }
}

fn changed(stamps: &Stamps) -> bool {
    stamps.iter().any(|(path, stamp)| store::stamp(path) != *stamp)
}

/// What one thread left is whole: only maps are changed.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
