//! Planning: which record becomes which piece, in which run, in which lot, with which serial. It
//! decides everything about the output except what stands on a page, and it says why.

mod candidate;
mod choose;
mod classify;
mod lots;
mod summary;

pub use candidate::{Candidates, Class, Measured};
pub use classify::{Classifier, Unclassed};
pub use summary::{FormerRow, RunRow, Summary, piece_weight_mg};

use crate::diag::{Diagnostic, Findings};
use crate::form::Form;
use crate::measure::Length;
use crate::model::{
    Balance, Job, Layout, Lot, Piece, Plan, Run, RunClass, Scheme, Serial, Stocks, Tally, Vendor,
    Yen,
};
use choose::{Need, choose, depth};
use std::collections::BTreeMap;
use std::ops::Range;

/// The codes of this room: code, what it means, what to do.
pub const CODES: &[(&str, &str, &str)] = &[
    ("E401", "the form's stock is not defined", "add the stock to `forms/stocks.toml`"),
    ("E402", "an envelope is not defined", "add the envelope to `forms/stocks.toml`"),
    ("E403", "no layout of the vendor is for the form's leaf", "add a layout to the vendor's file"),
    (
        "E404",
        "a layout names a press that the vendor does not have",
        "add the press, or correct the layout's `press`",
    ),
    (
        "E405",
        "no press takes the stock in a layout for the leaf",
        "buy the stock in the press's sheet size, or add a layout",
    ),
    ("E406", "no layout fits a run", "add a layout that fits; the hints say what each one lacks"),
    (
        "E407",
        "a planning rule names a field that the form does not have",
        "correct the field id in the job's `[plan]`",
    ),
    (
        "E408",
        "the leaf classes do not ascend from 1",
        "write the lower bounds, such as `[1, 2, 3, 4]`",
    ),
    (
        "E409",
        "a piece takes more sheets than a lot may have",
        "raise the press's `sheets_per_lot`, or exclude the record",
    ),
    (
        "E410",
        "a record names no delivery class",
        "fill the cell, or give the job `plan.default_delivery`",
    ),
    (
        "E411",
        "a record's former municipality is not one of the tenant's",
        "correct the cell, or add the code under `[former]` in the tenant's file",
    ),
    ("E412", "the job outgrows its numbers: serials, runs or lots", "split the job"),
    (
        "E413",
        "the balance does not close",
        "this is a fault of the program: keep the input and report it",
    ),
    (
        "W414",
        "a layout is used outside its thresholds because no other fits",
        "widen `leaves_min` and `leaves_max`, or add a layout",
    ),
];

mod codes {
    use crate::diag::Code;
    pub(super) const NO_STOCK: Code = Code("E401");
    pub(super) const NO_ENVELOPE: Code = Code("E402");
    pub(super) const NO_LAYOUT: Code = Code("E403");
    pub(super) const NO_PRESS: Code = Code("E404");
    pub(super) const STOCK_UNTAKEN: Code = Code("E405");
    pub(super) const NO_LAYOUT_FITS: Code = Code("E406");
    pub(super) const NO_FIELD: Code = Code("E407");
    pub(super) const LEAF_CLASSES: Code = Code("E408");
    pub(super) const PIECE_TOO_BIG: Code = Code("E409");
    pub(super) const NO_DELIVERY: Code = Code("E410");
    pub(super) const UNKNOWN_FORMER: Code = Code("E411");
    pub(super) const NUMBERS: Code = Code("E412");
    pub(super) const BALANCE: Code = Code("E413");
    pub(super) const OUTSIDE_THRESHOLDS: Code = Code("W414");
}

/// The code of a balance that does not close, which is no fault of the configuration.
pub const BALANCE_OPEN: crate::diag::Code = codes::BALANCE;

/// Serials have seven digits on every slot.
const SERIAL_MAX: u32 = 9_999_999;
/// More runs than any vendor sets up for; a class field with free text shows itself here.
const CLASSES_MAX: usize = 999;
const LOTS_MAX: usize = 999;

/// How many sheets pieces take: what imposition knows, lent to planning.
#[derive(Clone, Copy)]
pub struct SheetArithmetic<'a> {
    /// The sheets of pieces in a layout; `None` when a piece is thicker than a stack.
    pub sheets: &'a dyn Fn(&Layout, &[Piece]) -> Option<u32>,
    /// How many of the leading pieces fit on that many sheets.
    pub fit: &'a dyn Fn(&Layout, &[Piece], u32) -> usize,
}

/// What a plan is made of besides its candidates.
#[derive(Clone, Copy)]
pub struct Setting<'a> {
    /// The job.
    pub job: &'a Job,
    /// Its form.
    pub form: &'a Form,
    /// Its vendor.
    pub vendor: &'a Vendor,
    /// All stocks and envelopes.
    pub stocks: &'a Stocks,
    /// How many sheets pieces take.
    pub arithmetic: SheetArithmetic<'a>,
    /// The serial of the first piece: 1, or what follows the bundle that this one supplements.
    pub first_serial: Serial,
}

/// Plans a job. `taken` holds what the input held and what was rejected, excluded and held; the
/// planned bucket is filled here. Warnings are pushed to `warnings`.
///
/// The same candidates in any order give the same plan.
///
/// # Errors
/// Findings E403-E406, E409, E412 and E413, each naming the run concerned.
pub fn plan(
    candidates: &Candidates,
    setting: Setting<'_>,
    taken: Balance,
    warnings: &mut Findings,
) -> Result<Plan, Findings> {
    let (pieces, spans) = sort(candidates, setting)?;
    let mut findings = Findings::new();
    let mut runs = Vec::new();
    for (number, (class, range)) in (1..).zip(spans) {
        let slice = &pieces[range.start as usize..range.end as usize];
        match run(number, class, range, slice, setting) {
            Ok((run, warning)) => {
                runs.push(run);
                if let Some(warning) = warning {
                    warnings.push(warning);
                }
            }
            Err(finding) => findings.push(*finding),
        }
    }
    let mut balance = taken;
    balance.planned = Tally::default();
    for run in &runs {
        balance.planned += tally(run, &pieces);
    }
    if findings.is_empty() && !balance.closes() {
        let Balance { input, rejected, excluded, held, planned } = balance;
        let message = format!(
            "the balance does not close: {} records in, {} rejected, {} excluded, {} held, {} planned",
            input.records, rejected.records, excluded.records, held.records, planned.records
        );
        findings
            .push(Diagnostic::error(codes::BALANCE, message).hint("keep the input and report it"));
    }
    if !findings.is_empty() {
        return Err(findings);
    }
    Ok(Plan { pieces, first_serial: setting.first_serial, runs, balance })
}

type Spans = Vec<(RunClass, Range<u32>)>;

/// All pieces in output order, and which of them belong to which class.
fn sort(candidates: &Candidates, setting: Setting<'_>) -> Result<(Vec<Piece>, Spans), Findings> {
    let items = candidates.items();
    let last = u64::from(setting.first_serial.0) + items.len() as u64;
    if last > u64::from(SERIAL_MAX) + 1 {
        let message = format!("the last serial would be {}, more than seven digits", last - 1);
        return Err(Diagnostic::error(codes::NUMBERS, message).hint("split the job").into());
    }
    let bounds = &setting.job.plan.leaf_classes;
    let bounds: &[u16] = if bounds.is_empty() { &[1, 2, 3, 4] } else { bounds };
    let mut known: BTreeMap<(u16, u16), RunClass> = BTreeMap::new();
    let mut keyed = Vec::with_capacity(items.len());
    for item in items {
        let class = candidates.classes()[usize::from(item.class)].view();
        let limit = setting.stocks.envelope.get(class.envelope).map(|e| e.leaves_max);
        let leaves = leaf_class(item.leaves, bounds, limit);
        let key = (item.class, leaves.0);
        known.entry(key).or_insert_with(|| RunClass {
            stock: class.stock.to_owned(),
            envelope: class.envelope.to_owned(),
            delivery: class.delivery.to_owned(),
            former: class.former.to_owned(),
            leaves,
            by_hand: limit.is_some_and(|limit| leaves.0 > limit),
        });
        keyed.push((key, item));
    }
    if known.len() > CLASSES_MAX {
        let message = format!("the job falls into more than {CLASSES_MAX} runs");
        let hint = "see that delivery class and former municipality are codes, not free text";
        return Err(Diagnostic::error(codes::NUMBERS, message).hint(hint).into());
    }
    let mut classes: Vec<_> = known.into_iter().collect();
    classes.sort_by(|(_, a), (_, b)| run_order(a).cmp(&run_order(b)));
    let ranks: BTreeMap<(u16, u16), u16> =
        (0..).zip(&classes).map(|(rank, (key, _))| (*key, rank)).collect();
    let mut order: Vec<_> = keyed.into_iter().map(|(key, item)| (ranks[&key], item)).collect();
    order.sort_unstable_by(|(rank_a, a), (rank_b, b)| {
        let by_key = || candidates.key(a).cmp(candidates.key(b));
        rank_a.cmp(rank_b).then_with(by_key).then_with(|| a.record.cmp(&b.record))
    });
    let pieces = order
        .iter()
        .map(|(_, item)| Piece { record: item.record, leaves: item.leaves, amount: item.amount })
        .collect();
    let mut spans: Spans = classes.into_iter().map(|(_, class)| (class, 0..0)).collect();
    let mut start = 0;
    for (rank, (_, range)) in (0..).zip(&mut spans) {
        let end = order.partition_point(|&(r, _)| r <= rank);
        let end = u32::try_from(end).expect("serials have seven digits");
        *range = start..end;
        start = end;
    }
    Ok((pieces, spans))
}

/// The order of runs, as vendors split them: stock, envelope, delivery, what goes by hand last,
/// leaves, former municipality (`municipal.md` 5.3).
fn run_order(class: &RunClass) -> impl Ord + '_ {
    let RunClass { stock, envelope, delivery, former, leaves, by_hand } = class;
    (stock, envelope, delivery, by_hand, leaves, former)
}

/// The leaf class of a piece; beyond the inserter's limit there is one, for hand work.
fn leaf_class(leaves: u16, bounds: &[u16], limit: Option<u16>) -> (u16, u16) {
    let at = bounds.partition_point(|&bound| bound <= leaves);
    let low = bounds[at.saturating_sub(1)];
    let high = bounds.get(at).map_or(u16::MAX, |next| next - 1);
    match limit {
        Some(limit) if leaves > limit => (limit + 1, u16::MAX),
        Some(limit) => (low, high.min(limit)),
        None => (low, high),
    }
}

/// One run: its layout, press and lots.
fn run(
    number: u16,
    class: RunClass,
    range: Range<u32>,
    pieces: &[Piece],
    setting: Setting<'_>,
) -> Result<(Run, Option<Diagnostic>), Box<Diagnostic>> {
    let named = |finding: Diagnostic| {
        Box::new(finding.field(format!("run {number}: {}", describe(&class))))
    };
    let stock = setting.stocks.stock.get(&class.stock).ok_or_else(|| {
        named(Diagnostic::error(codes::NO_STOCK, format!("there is no stock `{}`", class.stock)))
    })?;
    let leaves = pieces.iter().map(|piece| u64::from(piece.leaves)).sum();
    let thickest = pieces.iter().map(|piece| piece.leaves).max().unwrap_or(0);
    let need = Need { form: setting.form, stock, class: &class, leaves, thickest };
    let mut choice = choose(need, setting.vendor).map_err(|finding| named(*finding))?;
    if class.by_hand {
        choice.why.push(format!(
            "by hand: more leaves than the inserter puts into envelope `{}`: {}",
            class.envelope,
            class.leaves.0 - 1
        ));
    }
    lower_depth(&mut choice.layout, pieces, &mut choice.why);
    if choice.layout.scheme == Scheme::Booklet {
        let thickness = Length::um(i32::from(stock.thickness_um));
        choice.layout.creep.get_or_insert(thickness);
    }
    let most = choice.press.sheets_per_lot;
    let division =
        lots::divide(pieces, &choice.layout, most, &setting.arithmetic).map_err(|too_big| {
            let message = format!(
                "piece {} of the run takes more sheets than the press holds: {most}",
                too_big.0 + 1
            );
            let hint = "raise the press's `sheets_per_lot`, or exclude the record";
            named(Diagnostic::error(codes::PIECE_TOO_BIG, message).hint(hint))
        })?;
    if division.lots.len() > LOTS_MAX {
        let message = format!("the run falls into more than {LOTS_MAX} lots");
        let hint = "raise the press's `sheets_per_lot`, or split the job";
        return Err(named(Diagnostic::error(codes::NUMBERS, message).hint(hint)));
    }
    choice.why.push(division.why);
    let lots = lots_of(&division.lots, range.start, pieces);
    let warning = choice.warning.map(|warning| *named(warning));
    let run = Run {
        number,
        class,
        press: choice.press,
        layout: choice.layout,
        duplex: setting.form.duplex,
        pieces: range,
        lots,
        why: choice.why,
    };
    Ok((run, warning))
}

/// Where all pieces have as many leaves, stacks of a multiple of that have no blanks inside.
fn lower_depth(layout: &mut Layout, pieces: &[Piece], why: &mut Vec<String>) {
    let Some(depth) = depth(layout).filter(|_| layout.scheme != Scheme::StackByColumn) else {
        return;
    };
    let leaves = pieces.first().map_or(1, |piece| u32::from(piece.leaves));
    let lowered = depth - depth % leaves;
    if lowered != depth && lowered > 0 && pieces.iter().all(|p| u32::from(p.leaves) == leaves) {
        layout.stack_depth = Some(lowered);
        why.push(format!(
            "stacks of {lowered} sheets, not {depth}: a multiple of the pieces' {leaves} leaves"
        ));
    }
}

fn lots_of(division: &[(usize, u32)], first: u32, pieces: &[Piece]) -> Vec<Lot> {
    let mut lots = Vec::with_capacity(division.len());
    let mut start = 0;
    for (number, &(count, sheets)) in (1..).zip(division) {
        let leaves = pieces[start..start + count].iter().map(|p| u32::from(p.leaves)).sum();
        let at = |n: usize| first + u32::try_from(n).expect("serials have seven digits");
        lots.push(Lot { number, pieces: at(start)..at(start + count), leaves, sheets });
        start += count;
    }
    lots
}

/// What a run holds. A run's class in records, pieces, leaves, pages, sheets and yen.
#[must_use]
pub fn tally(run: &Run, pieces: &[Piece]) -> Tally {
    let pieces = &pieces[run.pieces.start as usize..run.pieces.end as usize];
    let leaves: u64 = pieces.iter().map(|piece| u64::from(piece.leaves)).sum();
    Tally {
        records: pieces.len() as u64,
        pieces: pieces.len() as u64,
        leaves,
        pages: if run.duplex { leaves * 2 } else { leaves },
        sheets: run.lots.iter().map(|lot| u64::from(lot.sheets)).sum(),
        yen: pieces.iter().map(|piece| piece.amount).sum::<Yen>(),
    }
}

/// Where a piece is.
#[derive(Debug, Clone, Copy)]
pub struct Location<'a> {
    /// Its run; `run.why` explains layout, press and lot size.
    pub run: &'a Run,
    /// Its lot.
    pub lot: &'a Lot,
    /// The piece.
    pub piece: Piece,
    /// Its position in the lot, from 0.
    pub index: u32,
}

/// Finds a piece by its serial.
#[must_use]
pub fn locate(plan: &Plan, serial: Serial) -> Option<Location<'_>> {
    let at = serial.0.checked_sub(plan.first_serial.0)?;
    let piece = *plan.pieces.get(at as usize)?;
    let run = plan.runs.iter().find(|run| run.pieces.contains(&at))?;
    let lot = run.lots.iter().find(|lot| lot.pieces.contains(&at))?;
    Some(Location { run, lot, piece, index: at - lot.pieces.start })
}

/// A run class in a few words, for findings and tables.
#[must_use]
pub fn describe(class: &RunClass) -> String {
    let RunClass { stock, envelope, delivery, former, leaves, by_hand } = class;
    let mut text = stock.clone();
    for part in [envelope, delivery, former].into_iter().filter(|part| !part.is_empty()) {
        text.push_str(", ");
        text.push_str(part);
    }
    let leaves = match leaves {
        (low, high) if low == high => format!(", {low} leaves"),
        (low, u16::MAX) => format!(", {low} leaves and more"),
        (low, high) => format!(", {low} to {high} leaves"),
    };
    text.push_str(&leaves);
    if *by_hand {
        text.push_str(", by hand");
    }
    text
}
