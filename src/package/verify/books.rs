//! The manifest's own figures: every total is the sum of its parts, every number follows the one
//! before.

use super::super::manifest::{LotInfo, Manifest, RunInfo};
use super::super::{bundle_id, bundle_name, codes, paths};
use super::{Report, Subject};
use crate::model::piece::{job_code, job_number};
use crate::model::{Inserter, Scheme, Serial, Tally};

/// More slots on a side than any layout has.
const SLOTS_MAX: u32 = 1_000;
/// More slots than the layouts of all runs have together.
const SLOTS_ALL_MAX: u64 = 200_000;
/// More cells (sheets by slots) than any lot has; bounds the memory of a lot.
const CELLS_MAX: u64 = 20_000_000;

const AT: (Subject, crate::diag::Code, &str) =
    (Subject::Manifest, codes::MANIFEST, paths::MANIFEST);

/// More runs, lots, former municipalities or codes than any bundle has.
const ENTRIES_MAX: usize = 10_000;
/// Larger than any count; a sum of as many as there may be still fits.
const COUNT_MAX: u64 = 1_000_000_000_000;
const YEN_MAX: u64 = 100_000_000_000_000;

/// Checks all figures of the manifest.
pub(super) fn check(manifest: &Manifest, report: &mut Report) {
    report.begin(Subject::Manifest);
    if !is_plausible(manifest) {
        return fail(report, "a figure is larger than any bundle has".to_owned());
    }
    let mut figures = 0;
    let mut next = manifest.bundle.first_serial;
    let mut total = Tally::default();
    for (number, run) in (1_u16..).zip(&manifest.runs) {
        report.equal(AT, "number of a run", &run.number, &number);
        check_run(run, manifest, &mut next, report);
        total += run.totals;
        figures += 8 + run.lots.len() as u64 * 6;
    }
    if manifest.form.mark_back.is_some() != manifest.form.duplex {
        fail(
            report,
            "the form has a place for marks on backs exactly when it is duplex".to_owned(),
        );
    }
    let bundle = &manifest.bundle;
    report.equal(AT, "serial after the last piece", &next, &bundle.next_serial);
    let id = bundle_id(&bundle_name(&manifest.tenant.id, &manifest.job.id), bundle.batch);
    report.equal(AT, "id of the bundle", &bundle.id, &id);
    let code = job_code(&manifest.tenant.id, &manifest.job.id);
    report.equal(AT, "code of the job", &manifest.job.code, &code);
    let number = job_number(&manifest.tenant.id, &manifest.job.id);
    report.equal(AT, "number of the job", &manifest.job.number, &number);
    let follows = bundle.batch > 1;
    if bundle.batch == 0 || follows != bundle.supplement_of.is_some() {
        fail(report, "a bundle follows another one exactly when it is not the first".to_owned());
    }
    tallies(report, "all runs", total, manifest.balance.planned);
    if !manifest.balance.closes() {
        fail(report, "the balance does not close".to_owned());
    }
    check_former(manifest, report);
    let files: Vec<&str> = manifest.files.iter().map(|file| file.path.as_str()).collect();
    if files != [paths::PIECES, paths::SHEETS] {
        fail(report, "the lists are not pieces and sheets".to_owned());
    }
    report.count(Subject::Manifest, figures + 12 + manifest.former.len() as u64 * 6);
}

/// Whether all figures are small enough to be added up.
fn is_plausible(manifest: &Manifest) -> bool {
    let small = |tally: &Tally| {
        let Tally { records, pieces, leaves, pages, sheets, yen } = tally;
        [records, pieces, leaves, pages, sheets].into_iter().all(|&n| n <= COUNT_MAX)
            && yen.0.unsigned_abs() <= YEN_MAX
    };
    let balance = &manifest.balance;
    let buckets =
        [balance.input, balance.rejected, balance.excluded, balance.held, balance.planned];
    let few = manifest.runs.len().max(manifest.former.len());
    few <= ENTRIES_MAX
        && manifest.runs.iter().filter_map(|run| run.inserter.as_ref()).all(Inserter::is_plausible)
        && manifest.runs.iter().map(|run| u64::from(run.layout.slots())).sum::<u64>()
            <= SLOTS_ALL_MAX
        && manifest.lots().count() <= ENTRIES_MAX
        && buckets.iter().all(small)
        && manifest.former.iter().all(|former| small(&former.totals))
        && manifest.lots().all(|(_, lot)| lot.yen.0.unsigned_abs() <= YEN_MAX)
        && manifest.runs.iter().all(|run| {
            small(&run.totals)
                && run.by_leaves.len() <= ENTRIES_MAX
                && run.by_leaves.iter().all(|count| count.pieces <= COUNT_MAX)
        })
}

fn fail(report: &mut Report, message: String) {
    report.fail(Subject::Manifest, codes::MANIFEST, paths::MANIFEST, message);
}

/// Compares two tallies, figure by figure.
fn tallies(report: &mut Report, what: &str, found: Tally, expected: Tally) {
    for (unit, found, expected) in [
        ("records", found.records, expected.records),
        ("pieces", found.pieces, expected.pieces),
        ("leaves", found.leaves, expected.leaves),
        ("pages", found.pages, expected.pages),
        ("sheets", found.sheets, expected.sheets),
    ] {
        report.equal(AT, &format!("{what}, {unit}"), &found, &expected);
    }
    report.equal(AT, &format!("{what}, yen"), &found.yen.0, &expected.yen.0);
}

fn check_run(run: &RunInfo, manifest: &Manifest, next: &mut Serial, report: &mut Report) {
    let name = format!("run {}", run.number);
    let sides = if run.duplex { 2 } else { 1 };
    let mut sum = Tally::default();
    for (number, lot) in (1_u16..).zip(&run.lots) {
        check_lot(run, lot, number, next, report);
        sum += Tally {
            records: u64::from(lot.pieces),
            pieces: u64::from(lot.pieces),
            leaves: u64::from(lot.leaves),
            pages: u64::from(lot.leaves) * sides,
            sheets: u64::from(lot.sheets),
            yen: lot.yen,
        };
    }
    tallies(report, &format!("lots of {name}"), sum, run.totals);
    let pieces: u64 = run.by_leaves.iter().map(|count| count.pieces).sum();
    let leaves = run.by_leaves.iter().map(|c| c.pieces.saturating_mul(u64::from(c.leaves)));
    let leaves = leaves.fold(0, u64::saturating_add);
    report.equal(AT, &format!("{name}, pieces by leaves"), &pieces, &run.totals.pieces);
    report.equal(AT, &format!("{name}, leaves by leaves"), &leaves, &run.totals.leaves);
    let inside = |leaves: u16| {
        leaves >= run.class.leaves_min && run.class.leaves_max.is_none_or(|most| leaves <= most)
    };
    if !run.by_leaves.iter().all(|count| inside(count.leaves)) {
        fail(report, format!("{name} has pieces outside its leaf class"));
    }
    if run.duplex != manifest.form.duplex {
        fail(report, format!("{name} is not printed on as many sides as its form has"));
    }
    let slots = run.layout.slots();
    if slots == 0 || slots > SLOTS_MAX {
        fail(report, format!("{name} has {slots} slots on a side"));
    }
}

fn check_lot(run: &RunInfo, lot: &LotInfo, number: u16, next: &mut Serial, report: &mut Report) {
    let name = format!("{:02}-{number:03}", run.number);
    report.equal(AT, "name of a lot", &lot.name, &name);
    report.equal(AT, &format!("file of lot {name}"), &lot.file, &paths::lot(&name));
    let what = |figure: &str| format!("lot {name}, {figure}");
    report.equal(AT, &what("first serial"), &lot.first_serial, next);
    let after = u64::from(lot.first_serial.0) + u64::from(lot.pieces);
    report.equal(AT, &what("last serial"), &(u64::from(lot.last_serial.0) + 1), &after);
    next.0 = next.0.saturating_add(lot.pieces);
    let sides = if run.duplex { 2 } else { 1 };
    let pages = u64::from(lot.sheets) * sides;
    report.equal(AT, &what("pages"), &u64::from(lot.sides), &pages);
    let stacks: u64 = lot.stacks.iter().map(|&sheets| u64::from(sheets)).sum();
    let one_by_one = u64::from(lot.leaves).div_ceil(u64::from(run.layout.slots().max(1)));
    match run.layout.scheme {
        Scheme::NUp | Scheme::PerPiece => {
            report.equal(AT, &what("stacks"), &(lot.stacks.len() as u64), &0);
            let sheets = u64::from(lot.sheets);
            if run.layout.scheme == Scheme::NUp {
                report.equal(AT, &what("sheets"), &sheets, &one_by_one);
            } else if sheets < one_by_one {
                fail(report, format!("lot {name} has too few sheets: {sheets}"));
            }
        }
        Scheme::CutAndStack | Scheme::StackByColumn | Scheme::StepAndRepeat | Scheme::Booklet => {
            report.equal(AT, &what("sheets of stacks"), &stacks, &u64::from(lot.sheets));
            // A booklet has as many sheets as its leaves need: no stack is cut.
            let depth = run.layout.stack_depth.filter(|_| run.layout.scheme.cuts_stacks());
            let depth = depth.unwrap_or(u32::MAX);
            if lot.stacks.iter().any(|&sheets| sheets == 0 || sheets > depth) {
                fail(report, format!("lot {name} has a stack deeper than {depth} sheets"));
            }
        }
    }
    if run.layout.scheme == Scheme::Booklet {
        report.equal(AT, &what("booklets"), &(lot.stacks.len() as u64), &u64::from(lot.pieces));
    }
    let cells = u64::from(lot.sheets) * u64::from(run.layout.slots());
    if cells > CELLS_MAX || lot.pieces == 0 || lot.sheets > lot.leaves || lot.leaves < lot.pieces {
        fail(report, format!("lot {name} cannot be: {} sheets, {} leaves", lot.sheets, lot.leaves));
    }
}

fn check_former(manifest: &Manifest, report: &mut Report) {
    let has_former = manifest.runs.iter().any(|run| !run.class.former.is_empty());
    if has_former == manifest.former.is_empty() {
        let message = "former municipalities are listed exactly when runs have any";
        return fail(report, message.to_owned());
    }
    let mut sum = Tally::default();
    for former in &manifest.former {
        let mut share = Tally::default();
        for run in manifest.runs.iter().filter(|run| run.class.former == former.code) {
            share += run.totals;
        }
        tallies(report, "runs of a former municipality", share, former.totals);
        sum += former.totals;
    }
    if has_former {
        tallies(report, "all former municipalities", sum, manifest.balance.planned);
    }
}
