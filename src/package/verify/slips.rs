//! The slip sheets of a lot against its piles: every figure on them is derived again from the lists.

use super::super::manifest::{Manifest, SlipsInfo};
use super::super::{codes, paths, slips_title};
use super::conformance::{self, Claim, DeviceColours};
use super::lots::Lot;
use super::press_file::{Found, PressFile, Regions};
use super::{BundleSource, Outcome, Report, Subject, bag, pages};
use crate::model::Side;
use crate::model::slip_sheet::{SIGNED, SlipText, slip_sheets};

/// Checks the slip sheets of a lot, when it has any.
pub(super) fn check(
    source: &dyn BundleSource,
    manifest: &Manifest,
    lot: &Lot<'_>,
    report: &mut Report,
) {
    report.begin(Subject::Slips);
    let Some(info) = &lot.info.slips else { return };
    let Some(bytes) = bag::read_small(source, &info.file, report, Subject::Slips) else { return };
    report.count(Subject::Slips, u64::from(info.sheets));
    if let Err(message) = compare(&bytes, manifest, lot, info) {
        report.fail(Subject::Slips, codes::SLIPS, &info.file, message);
    }
}

fn compare(
    bytes: &[u8],
    manifest: &Manifest,
    lot: &Lot<'_>,
    info: &SlipsInfo,
) -> Result<(), String> {
    if info.file != paths::slips(&lot.info.name) {
        return Err(format!("the slip sheets of lot {} have another path", lot.info.name));
    }
    let file = PressFile::load(bytes)?;
    let (run, table) = (lot.run, &lot.table);
    let leaf = |sheet: u32, slot: u32| {
        let cell = table.cells.get(sheet as usize * table.slots + slot as usize)?.as_ref()?;
        Some((cell.serial, cell.leaf))
    };
    let arrangement = run.layout.arrangement();
    let slips = slip_sheets(arrangement, &lot.info.stacks, lot.info.sheets, &leaf);
    if file.pages() != slips.len() || info.sheets as usize != slips.len() {
        return Err(format!("{} slip sheets, {} are wanted", file.pages(), slips.len()));
    }
    let text = SlipText {
        tenant: &manifest.tenant.name,
        title: &manifest.job.title,
        bundle: &manifest.bundle.id,
        job_code: &manifest.job.code,
        lot: &lot.info.name,
        stock: &run.stock.name,
        envelope: run.envelope.as_ref().map(|envelope| &*envelope.name),
        delivery: &run.class.delivery,
    };
    let mut colours = DeviceColours::default();
    let regions = Regions::of(manifest, run, Side::Front);
    for (page, slip) in slips.iter().enumerate() {
        let at = |what: &str| format!("slip sheet {}: {what}", page + 1);
        if !file.has_size(page, run.layout.sheet) {
            return Err(at("it is not as large as the lot's sheets"));
        }
        let marks = file.marks(page, &regions, &mut colours)?;
        if marks.iter().any(|found| matches!(found, Found::Mark(_))) {
            return Err(at("it carries a slot mark, as if it were a leaf"));
        }
        let shown = file.texts(page, run.layout.sheet[1], &|_| true)?;
        let shown: String = shown.into_iter().map(|(_, text)| text).collect();
        let mut wanted = String::new();
        for ticket in &slip.tickets {
            wanted.extend(text.lines(slip, ticket));
            wanted += &text.code(slip);
            wanted.extend(SIGNED);
        }
        if figures(&shown) != figures(&wanted) {
            return Err(at("its text is not that of the piles under it"));
        }
    }
    let claim = Claim {
        date: manifest.job.issue_date,
        title: slips_title(&manifest.bundle.id, &lot.info.name),
        sheet: run.layout.sheet,
        trims: pages::trims(manifest, run, &[Side::Front]),
        parts: None,
    };
    let faults = conformance::faults(&file, bytes, &claim, colours);
    faults.into_iter().next().map_or(Ok(()), Err)
}

/// What machines and people tell piles apart by: letters and figures of ASCII. Characters that the maker's
/// face lacks are left out of a slip sheet.
fn figures(text: &str) -> String {
    text.chars().filter(char::is_ascii_graphic).collect()
}

/// Says that there is nothing to be checked where no press wants slip sheets.
pub(super) fn conclude(manifest: &Manifest, report: &mut Report) {
    let check = report.check(Subject::Slips);
    let is_bare = manifest.lots().all(|(_, lot)| lot.slips.is_none());
    if is_bare && check.outcome == Outcome::Passed {
        check.outcome = Outcome::Nothing;
        "no press of the vendor wants slip sheets".clone_into(&mut check.detail);
    }
}
