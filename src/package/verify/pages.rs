//! The press file of a lot against its lists: its pages, the mark in every slot, and the guillotine
//! over the printed marks.

use super::super::codes;
use super::super::manifest::{Conformance, LotInfo, Manifest, RunInfo};
use super::checked::CheckedLot;
use super::conformance::{self, Claim, DeviceColours, PartsClaim};
use super::lots::{Lot, Table, in_sequence};
use super::press_file::{Found, PressFile, Regions, corners};
use super::{BundleSource, Look, Report, Subject};
use crate::digest::Digesting;
use crate::measure::Rect;
use crate::model::Side;
use std::io::Read;

/// Larger than any press file: 200,000 sheets would need 20 kB a side, seven times the samples'
/// closest print. It is read whole, into as much memory, and as much again for what it holds.
const PRESS_FILE_MAX: u64 = 8 << 30;
/// After so many findings about single slots of a lot the rest of them adds nothing.
const SLOT_FINDINGS_MAX: u32 = 20;

/// The press file of a lot against its lists.
pub(super) fn check(
    source: &dyn BundleSource,
    manifest: &Manifest,
    lot: &Lot<'_>,
    report: &mut Report,
    look: Option<&mut Look<'_>>,
) {
    let info = lot.info;
    let (bytes, file) = match load(source, info) {
        Ok(loaded) => loaded,
        Err(message) => {
            return report.fail(Subject::PressFiles, codes::PRESS_FILE, &info.file, message);
        }
    };
    report.count(Subject::PressFiles, file.pages() as u64);
    if file.pages() != info.sides as usize {
        let message = format!("{} pages, the manifest has {}", file.pages(), info.sides);
        return report.fail(Subject::PressFiles, codes::PRESS_FILE, &info.file, message);
    }
    if let Some(page) = (0..file.pages()).find(|&page| !file.has_size(page, lot.run.layout.sheet)) {
        let message = format!("page {} is not as large as its sheet", page + 1);
        report.fail(Subject::PressFiles, codes::PRESS_FILE, &info.file, message);
    }
    let mut read = Table::new(lot.run, info);
    let mut colours = DeviceColours::default();
    read_marks(&file, manifest, lot, (&mut read, &mut colours), report);
    let claim = claim(manifest, lot);
    for fault in conformance::faults(&file, &bytes, &claim, colours) {
        report.fail(Subject::Conformance, codes::CONFORMANCE, &info.file, fault);
    }
    report.count(Subject::Conformance, 1);
    if let Err(message) = in_sequence(lot, &read) {
        report.fail(Subject::Guillotine, codes::SEQUENCE, &info.file, message);
    }
    if let Some(look) = look {
        look(CheckedLot::new(manifest, lot, &file, bytes));
    }
}

/// What a press file must be.
fn claim(manifest: &Manifest, lot: &Lot<'_>) -> Claim {
    let sides: &[Side] = if lot.run.duplex { &[Side::Front, Side::Back] } else { &[Side::Front] };
    Claim {
        date: manifest.job.issue_date,
        title: format!("{} {}", manifest.bundle.id, lot.info.name),
        sheet: lot.run.layout.sheet,
        trims: trims(manifest, lot.run, sides),
        parts: (lot.run.conformance == Conformance::PdfVt1).then(|| parts(manifest, lot)),
    }
}

/// The part of each side that holds the slots.
pub(super) fn trims(manifest: &Manifest, run: &RunInfo, sides: &[Side]) -> Vec<Rect> {
    let [width, height] = manifest.form.leaf;
    let trim = |&side: &Side| {
        let slots = corners(manifest, run, side);
        let xs = || slots.iter().map(|corner| corner.at.x);
        let ys = || slots.iter().map(|corner| corner.at.y);
        let [left, top] = [xs().min(), ys().min()].map(Option::unwrap_or_default);
        let [right, bottom] = [xs().max(), ys().max()].map(Option::unwrap_or_default);
        Rect::new(left, top, right + width - left, bottom + height - top)
    };
    sides.iter().map(trim).collect()
}

/// The document parts that a press file must have.
fn parts(manifest: &Manifest, lot: &Lot<'_>) -> PartsClaim {
    let run = lot.run;
    let envelope = run.envelope.as_ref().map_or("", |envelope| &envelope.id);
    let of_job = [("Tayori_Bundle", &*manifest.bundle.id), ("Tayori_Job", &*manifest.job.code)];
    let of_run = [
        ("Tayori_Lot", &*lot.info.name),
        ("Tayori_Stock", &*run.stock.id),
        ("Tayori_Envelope", envelope),
        ("Tayori_Delivery", &*run.class.delivery),
    ];
    let owned = |about: &[(&'static str, &str)]| {
        about.iter().map(|&(key, value)| (key, value.to_owned())).collect()
    };
    PartsClaim {
        about: [owned(&of_job), owned(&of_run)],
        pieces: lot.pieces.iter().map(|piece| (piece.serial, piece.leaves, piece.sheet)).collect(),
        sides: if run.duplex { 2 } else { 1 },
    }
}

fn load(source: &dyn BundleSource, info: &LotInfo) -> Result<(Vec<u8>, PressFile), String> {
    if info.bytes > PRESS_FILE_MAX {
        return Err(format!("{} bytes; at most {PRESS_FILE_MAX} can be checked", info.bytes));
    }
    let reader = source.open(&info.file).map_err(|error| error.to_string())?;
    let mut bytes = Vec::new();
    let mut reader = Digesting::new(reader.take(info.bytes + 1));
    reader.read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    let (_, digest, length) = reader.finish();
    // It is the file that was digested before, not one put in its place meanwhile.
    if (digest, length) != (info.sha256, info.bytes) {
        return Err("the file changed while it was verified".to_owned());
    }
    let file = PressFile::load(&bytes)?;
    Ok((bytes, file))
}

/// Reads the marks of all pages and compares them with the lists: every printed side of every leaf
/// must have its own.
fn read_marks(
    file: &PressFile,
    manifest: &Manifest,
    lot: &Lot<'_>,
    (read, colours): (&mut Table, &mut DeviceColours),
    report: &mut Report,
) {
    let front = Regions::of(manifest, lot.run, Side::Front);
    let back = Regions::of(manifest, lot.run, Side::Back);
    let sides = if lot.run.duplex { 2 } else { 1 };
    let mut findings = 0;
    for page in 0..file.pages() {
        #[expect(clippy::integer_division, reason = "the pages of a sheet follow each other")]
        let (sheet, is_back) = (page / sides, page % sides == 1);
        let found = match file.marks(page, if is_back { &back } else { &front }, colours) {
            Ok(found) => found,
            Err(message) => {
                let message = format!("page {}: {message}", page + 1);
                return report.fail(Subject::Marks, codes::MARK, &lot.info.file, message);
            }
        };
        for (slot, found) in found.into_iter().enumerate() {
            let at = sheet * read.slots + slot;
            let expected = &lot.table.cells[at];
            let foreign = matches!(&found, Found::Mark(m) if m.job_code != manifest.job.code);
            let wrong = match (&found, expected) {
                (Found::Mark(found), Some(expected)) => found != expected,
                (Found::Mark(_), None) => true,
                (Found::Unreadable | Found::Nothing, expected) => expected.is_some(),
            };
            if let Found::Mark(mark) = found {
                report.count(Subject::Marks, 1);
                report.count(Subject::Tenant, 1);
                report.count(Subject::Guillotine, u64::from(!is_back));
                if !is_back {
                    read.cells[at] = Some(mark);
                }
            }
            if !(wrong || foreign) || findings >= SLOT_FINDINGS_MAX {
                continue;
            }
            findings += 1;
            let place = format!("lot {}, page {}, slot {}", lot.info.name, page + 1, slot + 1);
            if foreign {
                let message = format!("{place}: the leaf belongs to another job");
                report.fail(Subject::Tenant, codes::FOREIGN, &lot.info.file, message);
            } else {
                let message =
                    format!("{place}: the mark is missing, unreadable or of another leaf");
                report.fail(Subject::Marks, codes::MARK, &lot.info.file, message);
            }
        }
    }
}
