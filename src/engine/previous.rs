//! The bundles that a follow-up bundle continues: their serials go on, and no piece of theirs is
//! made twice.

use super::home::Setup;
use super::store::{self, FileError};
use super::{Error, NOT_PREVIOUS, config};
use crate::diag::Diagnostic;
use crate::model::{PieceId, Serial};
use crate::package::manifest::Supplemented;
use crate::package::{Manifest, paths};
use std::io;
use std::path::Path;

/// What a follow-up must know of the bundles before it.
#[derive(Debug)]
pub(super) struct Previous {
    /// The last batch.
    pub(super) batch: u16,
    /// The serial that comes next.
    pub(super) next_serial: Serial,
    /// The last bundle, as the manifest names it.
    pub(super) supplemented: Supplemented,
    /// The ids of all pieces made so far, sorted.
    pub(super) pieces: Vec<PieceId>,
}

/// Reads the bag at `path`, the job's last bundle, and all before it, which lie beside it.
pub(super) fn read(path: &Path, setup: &Setup) -> Result<Previous, Error> {
    let manifest = manifest(path)?;
    if manifest.tenant.id != setup.tenant.id || manifest.job.id != setup.job.id {
        let message =
            format!("`{}` is a bundle of another job: {}", path.display(), manifest.bundle.id);
        let hint = format!("name the last bundle of `{}`", setup.bundle_id(1));
        return Err(config(Diagnostic::error(NOT_PREVIOUS, message).hint(hint)));
    }
    let batch = manifest.bundle.batch;
    let parent = path.parent().unwrap_or_else(|| Path::new("."));
    let mut pieces = Vec::new();
    for earlier in 1..=batch {
        let bag = parent.join(setup.bundle_id(earlier));
        collect(&bag, &mut pieces)?;
    }
    pieces.sort_unstable();
    let tags = path.join(paths::TAG_MANIFEST);
    let (digest, _) = store::digest(&tags)?;
    let supplemented = Supplemented { id: manifest.bundle.id.clone(), tagmanifest_sha256: digest };
    Ok(Previous { batch, next_serial: manifest.bundle.next_serial, supplemented, pieces })
}

/// Reads the manifest of the bag at `path`.
pub(super) fn manifest(path: &Path) -> Result<Manifest, Error> {
    let file = path.join(paths::MANIFEST);
    let text = store::read_text(&file)?.ok_or_else(|| {
        let message = format!("`{}` is no bundle: it has no `{}`", path.display(), paths::MANIFEST);
        config(Diagnostic::error(NOT_PREVIOUS, message).hint("name the directory of a bag"))
    })?;
    Manifest::from_bytes(text.as_bytes()).map_err(|reason| {
        let message = format!("`{}` cannot be read: {reason}", file.display());
        config(Diagnostic::error(NOT_PREVIOUS, message))
    })
}

/// The ids of a bag's pieces.
fn collect(bag: &Path, pieces: &mut Vec<PieceId>) -> Result<(), Error> {
    let path = bag.join(paths::PIECES);
    let mut reader = csv::Reader::from_reader(store::reader(&path)?);
    let mut row = csv::ByteRecord::new();
    let broken = |what: &str| {
        FileError::reading(&path)(io::Error::new(io::ErrorKind::InvalidData, what.to_owned()))
    };
    while reader.read_byte_record(&mut row).map_err(|error| broken(&error.to_string()))? {
        let id =
            row.get(1).and_then(|cell| std::str::from_utf8(cell).ok()).and_then(PieceId::parse);
        pieces.push(id.ok_or_else(|| broken("a row has no piece id"))?);
    }
    Ok(())
}
