//! Planning: which record becomes which piece, in which run, in which lot, with which serial. It
//! decides everything about the output except what stands on a page, and it says why.

mod candidate;
mod choose;
mod classes;
mod classify;
mod inserter;
mod lots;
mod sizing;
mod summary;

pub use candidate::{Candidates, Class, Measured};
pub use classify::{Classifier, Unclassed};
pub use inserter::{Inserts, assign};
pub use summary::{FormerRow, RunRow, Summary, piece_weight_mg};

use crate::diag::{Diagnostic, Findings};
use crate::form::Form;
use crate::measure::{Extent, Length, Rect};
use crate::model::{
    Balance, Envelope, Job, Layout, Lot, Piece, Plan, Press, Run, RunClass, Scheme, Serial, Stock,
    Stocks, Tally, Vendor, Yen,
};
use choose::{Need, choose, depth};
use classes::{leaf_bounds, leaf_class, sort};
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
        "E416",
        "a fold goes across a card",
        "move the card or the fold in `forms/stocks.toml`, or take another envelope",
    ),
    (
        "W414",
        "a layout is used outside its thresholds because no other fits",
        "widen `leaves_min` and `leaves_max`, or add a layout",
    ),
    (
        "E415",
        "a layout asks for PDF/VT-1, and a piece is no range of pages on its sheets",
        "one slot a sheet and `sheet` as large as `leaf`, or `file = \"pdf-x-4\"`",
    ),
    (
        "E431",
        "no inserter of the vendor gathers as many leaves as a run has",
        "lower `leaves_max` of the envelope, or correct the inserter's",
    ),
    ("E432", "an inserter's mark does not stand on the leaf", "correct `box` of its mark"),
    (
        "E433",
        "an inserter's mark would show in the envelope's window",
        "move the mark: only the address shows there",
    ),
    (
        "E434",
        "something of the form stands where an inserter's mark belongs",
        "move the mark, or keep its box free in the form",
    ),
    ("E435", "OMR bars are not as machines read them", "correct the bars in the vendor's file"),
    (
        "E436",
        "an insert is in a feeder that the machine does not have, or that its mark cannot name",
        "correct `feeders` of the job's `[[plan.insert]]`, or the machine's mark",
    ),
    (
        "E437",
        "a number does not fit into its digits of an inserter's mark",
        "widen its place in `digits`",
    ),
    ("E438", "an inserter is described wrongly", "correct it in the vendor's file"),
    (
        "E439",
        "an inserter's mark does not fit into its box on whole dots of the press",
        "make its box larger, or its digits fewer",
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
    pub(super) const FOLDED_CARD: Code = Code("E416");
    pub(super) const OUTSIDE_THRESHOLDS: Code = Code("W414");
    pub(super) const NO_PARTS: Code = Code("E415");
    pub(super) const TOO_MANY_LEAVES: Code = Code("E431");
    pub(super) const OFF_LEAF: Code = Code("E432");
    pub(super) const IN_WINDOW: Code = Code("E433");
    pub(super) const TAKEN: Code = Code("E434");
    pub(super) const OMR: Code = Code("E435");
    pub(super) const FEEDER: Code = Code("E436");
    pub(super) const TOO_FEW_DIGITS: Code = Code("E437");
    pub(super) const PROFILE: Code = Code("E438");
}

/// The code of a balance that does not close, which is no fault of the configuration.
pub const BALANCE_OPEN: crate::diag::Code = codes::BALANCE;

/// The code of a mark that has no room, which only who draws it knows.
pub const MARK_HAS_NO_ROOM: crate::diag::Code = crate::diag::Code("E439");

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
    /// Why a layout cannot be on a press, for forms with or without backs.
    pub sound: &'a Sound,
}

/// Whether a layout can be on a press, for forms with or without backs.
pub type Sound = dyn Fn(&Layout, &Press, bool) -> Result<(), Box<Diagnostic>>;

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
/// Findings E403-E406, E409, E412, E413, E415, E416, each naming the run concerned.
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
    let needs = needs(&class, pieces, setting).map_err(|finding| named(*finding))?;
    let mut choice = choose(&needs, setting.vendor, pieces, &setting.arithmetic)
        .map_err(|finding| named(*finding))?;
    let (need, chosen) = (needs[choice.need], needs[choice.need].id.to_owned());
    if chosen != class.stock {
        choice.why.push(format!("stock `{chosen}`: the same paper as `{}`", class.stock));
    }
    choice.why.extend(class_reasons(&class, setting));
    lower_depth(&mut choice.layout, pieces, &mut choice.why);
    if choice.layout.scheme == Scheme::Booklet {
        let thickness = Length::um(i32::from(need.stock.thickness_um));
        choice.layout.creep.get_or_insert(thickness);
    }
    let limit = sizing::limit(need, &choice.layout, &choice.press);
    let division =
        lots::divide(pieces, &choice.layout, &limit, &setting.arithmetic).map_err(|too_big| {
            let message = format!(
                "piece {} of the run takes more sheets than {}: {}",
                too_big.0 + 1,
                limit.holder,
                limit.sheets
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
    let sheets = lots.iter().map(|lot| u64::from(lot.sheets)).sum();
    let placed = (&choice.layout, &choice.press);
    let mut sizing = sizing::size(need, setting.vendor, placed, sheets, pieces.len() as u64);
    sizing.lots = u32::try_from(lots.len()).expect("lots are limited");
    let run = Run {
        number,
        class: RunClass { stock: chosen, ..class },
        press: choice.press,
        layout: choice.layout,
        duplex: setting.form.duplex,
        inserter: None,
        pieces: range,
        lots,
        sizing,
        why: choice.why,
    };
    Ok((run, warning))
}

/// What the run needs of a layout, in each form of its paper.
fn needs<'a>(
    class: &'a RunClass,
    pieces: &[Piece],
    setting: Setting<'a>,
) -> Result<Vec<Need<'a>>, Box<Diagnostic>> {
    let stock = |id: &str| {
        setting.stocks.stock.get(id).ok_or_else(|| {
            Box::new(Diagnostic::error(codes::NO_STOCK, format!("there is no stock `{id}`")))
        })
    };
    let leaves = pieces.iter().map(|piece| u64::from(piece.leaves)).sum();
    let thickest = pieces.iter().map(|piece| piece.leaves).max().unwrap_or(0);
    let own = stock(&class.stock)?;
    let envelope = setting.stocks.envelope.get(&class.envelope);
    let folds = folds(setting.form, own, envelope);
    if let Some((card, fold)) = folded_card(own, &folds) {
        let message = format!("the fold at {fold} mm goes across the card at {} mm", card.y);
        let hint = "move the card or the fold in `forms/stocks.toml`, or take another envelope";
        return Err(Box::new(Diagnostic::error(codes::FOLDED_CARD, message).hint(hint)));
    }
    let is_folded = envelope.is_some() && !folds.is_empty();
    let ids = std::iter::once(&class.stock).chain(&own.alternatives);
    let need = |id: &'a String| {
        let stock = stock(id)?;
        let layouts = &setting.job.plan.layouts;
        Ok(Need { form: setting.form, stock, id, class, layouts, leaves, thickest, is_folded })
    };
    ids.map(need).collect()
}

/// What is special about a class.
fn class_reasons(class: &RunClass, setting: Setting<'_>) -> Option<String> {
    if class.by_hand {
        return Some(format!(
            "by hand: more leaves than the inserter puts into envelope `{}`: {}",
            class.envelope,
            class.leaves.0 - 1
        ));
    }
    let joined = leaf_class(class.leaves.0, leaf_bounds(setting.job), None).1 < class.leaves.1;
    let least = setting.vendor.merge_below;
    joined.then(|| format!("leaf classes together: one had fewer than {least} pieces"))
}

/// Where finished leaves are folded, from their top: where the stock says, or in as many equal parts as the
/// envelope needs.
fn folds(form: &Form, stock: &Stock, envelope: Option<&Envelope>) -> Vec<Length> {
    let Some(envelope) = envelope.filter(|_| stock.folds.is_empty()) else {
        return stock.folds.clone();
    };
    let (short, long) = {
        let Extent { width, height } = envelope.size;
        (width.min(height), width.max(height))
    };
    let Extent { width, height } = form.leaf;
    if width.min(height) <= short && width.max(height) <= long {
        return Vec::new();
    }
    let parts = (2..=8).find(|&parts| height <= short * parts).unwrap_or(8);
    (1..parts).map(|n| Length::um((height * n).as_um().div_euclid(parts))).collect()
}

/// A card that a fold goes across.
fn folded_card<'s>(stock: &'s Stock, folds: &[Length]) -> Option<(&'s Rect, Length)> {
    let crosses = |card: &Rect, fold: Length| card.y < fold && fold < card.bottom();
    stock
        .cards
        .iter()
        .find_map(|card| folds.iter().find(|&&fold| crosses(card, fold)).map(|&fold| (card, fold)))
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
