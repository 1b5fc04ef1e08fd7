//! The choice of layout and press for a run: the cheapest that fits, with what the others would have cost
//! or the reason why they do not fit.

use super::sizing::{self, size};
use super::{SheetArithmetic, codes};
use crate::diag::Diagnostic;
use crate::form::Form;
use crate::measure::{Extent, Length};
use crate::model::layout::WorkStyle;
use crate::model::process::Process;
use crate::model::run::Sizing;
use crate::model::vendor::FileKind;
use crate::model::{Layout, Piece, Press, RunClass, Scheme, Stock, Vendor};

/// What a run needs of its layout.
#[derive(Debug, Clone, Copy)]
pub(super) struct Need<'a> {
    pub(super) form: &'a Form,
    pub(super) stock: &'a Stock,
    /// The stock's id.
    pub(super) id: &'a str,
    pub(super) class: &'a RunClass,
    /// The layouts that the job allows; all that need not be named when empty.
    pub(super) layouts: &'a [String],
    /// Leaves of all pieces.
    pub(super) leaves: u64,
    /// Leaves of the thickest piece.
    pub(super) thickest: u16,
    /// Whether leaves are folded for their envelope.
    pub(super) is_folded: bool,
}

/// The layout and press of a run.
pub(super) struct Choice {
    /// Which of the needs it meets: of which stock.
    pub(super) need: usize,
    pub(super) layout: Layout,
    pub(super) press: Press,
    pub(super) why: Vec<String>,
    pub(super) warning: Option<Diagnostic>,
}

/// Why a layout is not taken, from the least to the most nearly fitting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Obstacle {
    /// Another leaf.
    Leaf,
    /// The job does not ask for it.
    Wish,
    /// The vendor has no such press.
    Press,
    /// The press does not take the sheet, or the stock is not bought in that size or form.
    Sheet,
    /// The press prints one side only.
    Duplex,
    /// A piece is thicker than a stack.
    Depth,
    /// Too few or too many leaves to be worth it: a wish, not an obstacle of the machine.
    Threshold,
}

/// A layout that the machines allow.
struct Possible<'v> {
    need: usize,
    layout: &'v Layout,
    press: &'v Press,
    sizing: Sizing,
    /// Which threshold it misses.
    missed: Option<String>,
}

/// Chooses the layout of a run: of those that machines, paper and thresholds allow the cheapest, of equal
/// ones the vendor's first; `needs` has one for each stock that may be taken. When only thresholds are
/// in the way, they are passed over with a warning.
pub(super) fn choose(
    needs: &[Need<'_>],
    vendor: &Vendor,
    pieces: &[Piece],
    arithmetic: &SheetArithmetic<'_>,
) -> Result<Choice, Box<Diagnostic>> {
    let mut refused: Vec<(Obstacle, &str, String)> = Vec::new();
    let mut possible: Vec<Possible<'_>> = Vec::new();
    for (at, layout) in
        needs.iter().enumerate().flat_map(|(at, _)| vendor.layout.iter().map(move |it| (at, it)))
    {
        let (need, press) = (needs[at], vendor.press(&layout.press));
        let is_for_leaf = layout.leaf == need.form.leaf;
        if is_for_leaf && layout.file == FileKind::PdfVt1 && !layout.is_reading_order() {
            return Err(Box::new(no_parts(layout)));
        }
        let mut refuse = |obstacle, reason: String| {
            let reason =
                (obstacle, layout.id.as_str(), format!("not layout `{}`: {reason}", layout.id));
            if !refused.contains(&reason) {
                refused.push(reason);
            }
        };
        match (obstacle(need, layout, press), press) {
            (Some((obstacle, reason)), _) => refuse(obstacle, reason),
            (None, Some(press)) => {
                (arithmetic.sound)(layout, press, need.form.duplex)?;
                let Some(sheets) = (arithmetic.sheets)(layout, pieces) else {
                    refuse(Obstacle::Depth, "a piece is thicker than its stacks".to_owned());
                    continue;
                };
                let count = pieces.len() as u64;
                let sizing = size(need, vendor, (layout, press), u64::from(sheets), count);
                let missed = threshold(need, layout);
                if let Some(reason) = &missed {
                    refuse(Obstacle::Threshold, reason.clone());
                }
                possible.push(Possible { need: at, layout, press, sizing, missed });
            }
            (None, None) => unreachable!("a layout without its press has an obstacle"),
        }
    }
    let need = needs[0];
    // A layout that is for one form of the paper says nothing by not being for the others.
    refused.retain(|(obstacle, id, _)| {
        *obstacle != Obstacle::Sheet || possible.iter().all(|it| it.layout.id != *id)
    });
    let refused: Vec<(Obstacle, String)> =
        refused.into_iter().map(|(obstacle, _, reason)| (obstacle, reason)).collect();
    // The first of the cheapest, so that the vendor's order decides where there are no prices.
    let cheapest = possible.iter().min_by_key(|it| (it.missed.is_some(), it.sizing.yen()));
    let Some(taken) = cheapest else { return Err(Box::new(refusal(need, &refused))) };
    let Possible { need: at, layout, press, missed, .. } = taken;
    let mut why: Vec<String> = refused
        .iter()
        // Layouts for other leaves are no alternatives worth a word.
        .filter(|(obstacle, _)| *obstacle != Obstacle::Leaf)
        .map(|(_, reason)| reason.clone())
        .collect();
    let mut warning = None;
    if missed.is_some() {
        why.push(format!("layout `{}` all the same: no other layout fits the run", layout.id));
        let message = format!(
            "layout `{}` is taken for {} leaves, outside its thresholds, because no other fits",
            layout.id, need.leaves
        );
        let hint = "widen `leaves_min` and `leaves_max` in the vendor's file, or add a layout";
        warning = Some(Diagnostic::warning(codes::OUTSIDE_THRESHOLDS, message).hint(hint));
    } else {
        let others = possible.iter().filter(|it| it.layout.id != layout.id && it.missed.is_none());
        why.extend(comparison(need, taken, others));
    }
    let sides = if need.form.duplex { "on both sides" } else { "on one side" };
    why.push(format!("press `{}`: prints {} mm {sides}", press.id, extent(layout.sheet)));
    Ok(Choice { need: *at, layout: (*layout).clone(), press: (*press).clone(), why, warning })
}

/// Why a layout is taken, and what the others would have cost.
fn comparison<'v>(
    need: Need<'_>,
    taken: &Possible<'_>,
    others: impl Iterator<Item = &'v Possible<'v>>,
) -> Vec<String> {
    let Possible { layout, sizing, .. } = taken;
    let bounds = match (layout.leaves_min, layout.leaves_max) {
        (0, None) => "any number of leaves".to_owned(),
        (0, Some(most)) => format!("at most {most} leaves"),
        (fewest, None) => format!("at least {fewest} leaves"),
        (fewest, Some(most)) => format!("{fewest} to {most} leaves"),
    };
    let place = if sizing.yen() == 0 { "the vendor's first" } else { "the cheapest" };
    let mut why = vec![format!(
        "layout `{}`: {place} for {} mm and {bounds}, the run has {}",
        layout.id,
        extent(need.form.leaf),
        need.leaves
    )];
    if sizing.yen() > 0 {
        why.push(format!("layout `{}`: {}", layout.id, sizing::describe(sizing)));
        why.extend(others.map(|it| {
            let more = it.sizing.yen() - sizing.yen();
            let words = sizing::describe(&it.sizing);
            format!("not layout `{}`: {more} yen more, {words}", it.layout.id)
        }));
    }
    why
}

fn obstacle(need: Need<'_>, layout: &Layout, press: Option<&Press>) -> Option<(Obstacle, String)> {
    let leaf = need.form.leaf;
    if layout.leaf != leaf {
        return Some((
            Obstacle::Leaf,
            format!("it is for leaves of {} mm, not {} mm", extent(layout.leaf), extent(leaf)),
        ));
    }
    let is_named = need.layouts.contains(&layout.id);
    if !is_named && (!need.layouts.is_empty() || layout.scheme.must_be_named()) {
        let reason = "the job's `plan.layouts` does not name it".to_owned();
        return Some((Obstacle::Wish, reason));
    }
    let Some(press) = press else {
        return Some((Obstacle::Press, format!("the vendor has no press `{}`", layout.press)));
    };
    if let Some(reason) = untaken(need, layout, press) {
        return Some((Obstacle::Sheet, reason));
    }
    if need.form.duplex && !press.duplex && layout.work_style == WorkStyle::Sheetwise {
        let reason = format!("press `{}` does not print both sides", press.id);
        return Some((Obstacle::Duplex, reason));
    }
    let needs_backs = layout.work_style != WorkStyle::Sheetwise || layout.scheme == Scheme::Booklet;
    if !need.form.duplex && needs_backs {
        return Some((Obstacle::Duplex, "it is for forms with backs".to_owned()));
    }
    if let Some(depth) = leaves_deep(layout).filter(|&depth| depth < u32::from(need.thickest)) {
        let reason =
            format!("a piece of {} leaves is thicker than its stacks of {depth}", need.thickest);
        return Some((Obstacle::Depth, reason));
    }
    None
}

/// Why the press does not take the paper in a layout's sheet.
fn untaken(need: Need<'_>, layout: &Layout, press: &Press) -> Option<String> {
    let (stock, id, sheet) = (need.stock, need.id, layout.sheet);
    let of = stock.process();
    let is_fed = press.process == of || (press.process == Process::CutSheet && of == Process::Card);
    if !is_fed {
        return Some(format!("press `{}` is not fed with paper like `{id}`", press.id));
    }
    if stock.parts > 1 && !press.impact {
        return Some(format!("press `{}` does not strike through {} parts", press.id, stock.parts));
    }
    if let Some(roll) = stock.roll {
        let Some(web) = press.web else {
            return Some(format!("press `{}` does not say which webs it takes", press.id));
        };
        let within = |length: Length, [least, most]: [Length; 2]| least <= length && length <= most;
        if sheet.width != roll.width {
            return Some(format!(
                "stock `{id}` is {} mm wide, its sheet {}",
                roll.width, sheet.width
            ));
        }
        return (!within(sheet.width, web.widths) || !within(sheet.height, web.lengths))
            .then(|| format!("press `{}` cuts no sheet of {} mm", press.id, extent(sheet)));
    }
    if !takes(&press.sheets, sheet) {
        return Some(format!("press `{}` takes no sheet of {} mm", press.id, extent(sheet)));
    }
    if !takes(&stock.sizes, sheet) {
        return Some(format!("stock `{id}` does not come in {} mm", extent(sheet)));
    }
    let strip = stock.sprocket?;
    let columns = i32::from(layout.columns);
    let right =
        layout.origin.x + (layout.leaf.width + layout.gutter.width) * columns - layout.gutter.width;
    (layout.origin.x < strip || right > sheet.width - strip)
        .then(|| format!("its slots reach into the sprocket strips of {strip} mm"))
}

/// Which threshold a layout misses.
fn threshold(need: Need<'_>, layout: &Layout) -> Option<String> {
    if need.leaves < u64::from(layout.leaves_min) {
        return Some(format!("{} leaves are fewer than its {}", need.leaves, layout.leaves_min));
    }
    let most = layout.leaves_max.filter(|&most| need.leaves > u64::from(most))?;
    Some(format!("{} leaves are more than its {most}", need.leaves))
}

/// The finding when no layout fits: the nearest obstacle names it, all reasons stand as hints.
fn refusal(need: Need<'_>, refused: &[(Obstacle, String)]) -> Diagnostic {
    let nearest = refused.iter().map(|(obstacle, _)| *obstacle).max();
    let (leaf, stock) = (extent(need.form.leaf), &need.class.stock);
    let (code, message) = match nearest {
        None | Some(Obstacle::Leaf) => {
            (codes::NO_LAYOUT, format!("no layout of the vendor is for leaves of {leaf} mm"))
        }
        Some(Obstacle::Press) => {
            (codes::NO_PRESS, format!("no layout for leaves of {leaf} mm has a press"))
        }
        Some(Obstacle::Sheet) => (
            codes::STOCK_UNTAKEN,
            format!("no press takes stock `{stock}` in a layout for leaves of {leaf} mm"),
        ),
        Some(Obstacle::Wish | Obstacle::Duplex | Obstacle::Depth | Obstacle::Threshold) => (
            codes::NO_LAYOUT_FITS,
            format!("no layout for leaves of {leaf} mm fits the run of {} leaves", need.leaves),
        ),
    };
    let reasons = refused.iter().filter(|(obstacle, _)| Some(*obstacle) == nearest);
    let finding = Diagnostic::error(code, message);
    let finding = reasons.fold(finding, |finding, (_, reason)| finding.hint(reason.clone()));
    finding.hint("add a layout that fits to the vendor's file")
}

/// The finding when a layout asks for document parts that its sheets cannot have.
fn no_parts(layout: &Layout) -> Diagnostic {
    let message = format!(
        "layout `{}` has `file = \"pdf-vt-1\"` and {} slots of {} mm on sheets of {} mm: a piece is \
         no range of pages",
        layout.id,
        layout.slots(),
        extent(layout.leaf),
        extent(layout.sheet)
    );
    let hint = "one slot, and `sheet` as large as `leaf`; or `file = \"pdf-x-4\"`";
    Diagnostic::error(codes::NO_PARTS, message).hint(hint)
}

/// The depth of stacks in sheets, for layouts that have them.
pub(super) fn depth(layout: &Layout) -> Option<u32> {
    layout.stack_depth.filter(|_| layout.scheme.cuts_stacks())
}

/// The most leaves of a pile, for layouts that have them: a web has several on a sheet.
fn leaves_deep(layout: &Layout) -> Option<u32> {
    let a_sheet = if layout.scheme == Scheme::StackByColumn { layout.rows } else { 1 };
    depth(layout).map(|depth| depth.saturating_mul(u32::from(a_sheet)))
}

/// Whether a sheet is among sizes, either way round.
fn takes(sizes: &[Extent], sheet: Extent) -> bool {
    let turned = Extent { width: sheet.height, height: sheet.width };
    sizes.iter().any(|&size| size == sheet || size == turned)
}

fn extent(extent: Extent) -> String {
    format!("{} x {}", extent.width, extent.height)
}
