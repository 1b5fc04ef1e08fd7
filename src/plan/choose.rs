//! The choice of layout and press for a run: the vendor's first layout that fits, with the reason
//! why each one before it does not.

use super::codes;
use crate::diag::Diagnostic;
use crate::form::Form;
use crate::measure::Extent;
use crate::model::layout::WorkStyle;
use crate::model::{Layout, Press, RunClass, Scheme, Stock, Vendor};

/// What a run needs of its layout.
#[derive(Debug, Clone, Copy)]
pub(super) struct Need<'a> {
    pub(super) form: &'a Form,
    pub(super) stock: &'a Stock,
    pub(super) class: &'a RunClass,
    /// Leaves of all pieces.
    pub(super) leaves: u64,
    /// Leaves of the thickest piece.
    pub(super) thickest: u16,
}

/// The layout and press of a run.
pub(super) struct Choice {
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
    /// The vendor has no such press.
    Press,
    /// The press does not take the sheet, or the stock is not bought in that size.
    Sheet,
    /// The press prints one side only.
    Duplex,
    /// A piece is thicker than a stack.
    Depth,
    /// Too few or too many leaves to be worth it: a wish, not an obstacle of the machine.
    Threshold,
}

/// Chooses the layout of a run.
pub(super) fn choose(need: Need<'_>, vendor: &Vendor) -> Result<Choice, Box<Diagnostic>> {
    let mut refused: Vec<(Obstacle, String)> = Vec::new();
    let mut spare: Option<(&Layout, &Press)> = None;
    for layout in &vendor.layout {
        let press = vendor.press(&layout.press);
        match (obstacle(need, layout, press), press) {
            (None, Some(press)) => {
                let why = why(need, layout, press, &refused);
                let (layout, press) = (layout.clone(), press.clone());
                return Ok(Choice { layout, press, why, warning: None });
            }
            (Some((obstacle, reason)), press) => {
                if obstacle == Obstacle::Threshold && spare.is_none() {
                    spare = press.map(|press| (layout, press));
                }
                refused.push((obstacle, format!("not layout `{}`: {reason}", layout.id)));
            }
            (None, None) => unreachable!("a layout without its press has an obstacle"),
        }
    }
    let Some((layout, press)) = spare else { return Err(Box::new(refusal(need, &refused))) };
    let taken = format!("layout `{}` all the same: no other layout fits the run", layout.id);
    let message = format!(
        "layout `{}` is taken for {} leaves, outside its thresholds, because no other fits",
        layout.id, need.leaves
    );
    let hint = "widen `leaves_min` and `leaves_max` in the vendor's file, or add a layout";
    let mut why: Vec<String> = refused.into_iter().map(|(_, reason)| reason).collect();
    why.push(taken);
    Ok(Choice {
        layout: layout.clone(),
        press: press.clone(),
        why,
        warning: Some(Diagnostic::warning(codes::OUTSIDE_THRESHOLDS, message).hint(hint)),
    })
}

fn obstacle(need: Need<'_>, layout: &Layout, press: Option<&Press>) -> Option<(Obstacle, String)> {
    let (leaf, sheet) = (need.form.leaf, layout.sheet);
    if layout.leaf != leaf {
        return Some((
            Obstacle::Leaf,
            format!("it is for leaves of {} mm, not {} mm", size(layout.leaf), size(leaf)),
        ));
    }
    let Some(press) = press else {
        return Some((Obstacle::Press, format!("the vendor has no press `{}`", layout.press)));
    };
    if !takes(&press.sheets, sheet) {
        let reason = format!("press `{}` takes no sheet of {} mm", press.id, size(sheet));
        return Some((Obstacle::Sheet, reason));
    }
    if !takes(&need.stock.sizes, sheet) {
        let reason = format!("stock `{}` does not come in {} mm", need.class.stock, size(sheet));
        return Some((Obstacle::Sheet, reason));
    }
    if need.form.duplex && !press.duplex && layout.work_style == WorkStyle::Sheetwise {
        let reason = format!("press `{}` does not print both sides", press.id);
        return Some((Obstacle::Duplex, reason));
    }
    if let Some(depth) = leaves_deep(layout).filter(|&depth| depth < u32::from(need.thickest)) {
        let reason =
            format!("a piece of {} leaves is thicker than its stacks of {depth}", need.thickest);
        return Some((Obstacle::Depth, reason));
    }
    if need.leaves < u64::from(layout.leaves_min) {
        let reason = format!("{} leaves are fewer than its {}", need.leaves, layout.leaves_min);
        return Some((Obstacle::Threshold, reason));
    }
    let most = layout.leaves_max.filter(|&most| need.leaves > u64::from(most))?;
    Some((Obstacle::Threshold, format!("{} leaves are more than its {most}", need.leaves)))
}

fn why(
    need: Need<'_>,
    layout: &Layout,
    press: &Press,
    refused: &[(Obstacle, String)],
) -> Vec<String> {
    // Layouts for other leaves are no alternatives worth a word.
    let before = refused.iter().filter(|(obstacle, _)| *obstacle != Obstacle::Leaf);
    let mut why: Vec<String> = before.map(|(_, reason)| reason.clone()).collect();
    let bounds = match (layout.leaves_min, layout.leaves_max) {
        (0, None) => "any number of leaves".to_owned(),
        (0, Some(most)) => format!("at most {most} leaves"),
        (fewest, None) => format!("at least {fewest} leaves"),
        (fewest, Some(most)) => format!("{fewest} to {most} leaves"),
    };
    why.push(format!(
        "layout `{}`: the vendor's first for {} mm and {bounds}, the run has {}",
        layout.id,
        size(need.form.leaf),
        need.leaves
    ));
    let sides = if need.form.duplex { "on both sides" } else { "on one side" };
    why.push(format!("press `{}`: prints {} mm {sides}", press.id, size(layout.sheet)));
    why
}

/// The finding when no layout fits: the nearest obstacle names it, all reasons stand as hints.
fn refusal(need: Need<'_>, refused: &[(Obstacle, String)]) -> Diagnostic {
    let nearest = refused.iter().map(|(obstacle, _)| *obstacle).max();
    let (leaf, stock) = (size(need.form.leaf), &need.class.stock);
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
        Some(Obstacle::Duplex | Obstacle::Depth | Obstacle::Threshold) => (
            codes::NO_LAYOUT_FITS,
            format!("no layout for leaves of {leaf} mm fits the run of {} leaves", need.leaves),
        ),
    };
    let reasons = refused.iter().filter(|(obstacle, _)| Some(*obstacle) == nearest);
    let finding = Diagnostic::error(code, message);
    let finding = reasons.fold(finding, |finding, (_, reason)| finding.hint(reason.clone()));
    finding.hint("add a layout that fits to the vendor's file")
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

fn size(extent: Extent) -> String {
    format!("{} x {}", extent.width, extent.height)
}
