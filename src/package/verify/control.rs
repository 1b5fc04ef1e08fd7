//! The control files of inserters against the pieces: every byte is what the machine's profile makes of
//! them.

use super::super::manifest::Manifest;
use super::super::{codes, control_file, paths};
use super::lots::Lot;
use super::{BundleSource, Outcome, Report, Subject, bag};
use crate::model::inserter::LotSize;

/// Checks a lot's control file, when its run has an inserter.
pub(super) fn check(
    source: &dyn BundleSource,
    manifest: &Manifest,
    lot: &Lot<'_>,
    report: &mut Report,
) {
    let pieces = lot.inserted();
    let Some(inserter) = &lot.run.inserter else {
        let stray = lot.diverted().any(|diverted| diverted);
        if stray {
            let message =
                format!("lot {} has no inserter, but pieces that are diverted", lot.info.name);
            report.fail(Subject::Control, codes::CONTROL, paths::PIECES, message);
        }
        return;
    };
    let path = paths::control(&lot.info.name);
    for (piece, diverted) in pieces.iter().zip(lot.diverted()) {
        let feeders = u32::from(inserter.feeders);
        let unknown = u32::from(piece.inserts).checked_shr(feeders).unwrap_or_default() != 0;
        if unknown || diverted != inserter.diverts(piece) {
            let message = format!("piece {}: no such inserts, or diverted wrongly", piece.serial);
            report.fail(Subject::Control, codes::CONTROL, paths::PIECES, message);
        }
    }
    let envelope = lot.run.envelope.as_ref().map_or("", |envelope| &envelope.id);
    let size = LotSize { pieces: lot.info.pieces, leaves: lot.info.leaves };
    let expected = control_file(manifest.job.number, inserter, envelope, size, &pieces);
    report.count(Subject::Control, pieces.len() as u64);
    let found = bag::read_small(source, &path, report, Subject::Control);
    if found.is_some_and(|found| found != expected) {
        let message = "the control file is not what the pieces say";
        report.fail(Subject::Control, codes::CONTROL, &path, message);
    }
}

/// Says that there is nothing to be checked where no run has an inserter.
pub(super) fn conclude(manifest: &Manifest, report: &mut Report) {
    let check = report.check(Subject::Control);
    let is_bare = manifest.runs.iter().all(|run| run.inserter.is_none());
    if is_bare && check.outcome == Outcome::Passed {
        check.outcome = Outcome::Nothing;
        "no machine of the vendor fills the envelopes".clone_into(&mut check.detail);
    }
}
