//! Run sizing: what a run takes and costs in a layout. Sheets, set-ups and waste become yen by the vendor's
//! rates, so that unlike things can be compared; all figures are integers, and the same for the same run.

use super::choose::Need;
use crate::measure::Length;
use crate::model::process::{Process, Rate, Spoilage, Step};
use crate::model::run::Sizing;
use crate::model::{Layout, Press, Scheme, Vendor};

/// The most sheets of a lot, and what sets it.
pub(super) struct Limit {
    pub(super) sheets: u32,
    /// What holds so many, as the end of "of the 500 sheets that …".
    pub(super) holder: &'static str,
}

/// The least of what stacker, box, roll and shift allow.
pub(super) fn limit(need: Need<'_>, layout: &Layout, press: &Press) -> Limit {
    let spoilage = spoilage(need, press);
    let rolled = need.stock.roll.map(|roll| {
        let height = u64::try_from(layout.sheet.height.as_um()).unwrap_or(0).max(1);
        let used_up = u64::from(spoilage.metres) * 1000;
        let length = roll.length_mm(need.stock.thickness_um).saturating_sub(used_up);
        u32::try_from((length * 1000).div_euclid(height)).unwrap_or(u32::MAX)
    });
    let limits = [
        (Some(press.sheets_per_lot), "the press holds"),
        (need.stock.per_box, "a box holds"),
        (rolled, "a roll gives"),
        (press.sheets_per_shift, "a shift prints"),
    ];
    let limits = limits.into_iter().filter_map(|(sheets, holder)| Some((sheets?, holder)));
    let (sheets, holder) =
        limits.min_by_key(|&(sheets, _)| sheets).unwrap_or((u32::MAX, "the press holds"));
    Limit { sheets, holder }
}

/// What a run of `sheets` press sheets and `pieces` pieces takes.
pub(super) fn size(
    need: Need<'_>,
    vendor: &Vendor,
    (layout, press): (&Layout, &Press),
    sheets: u64,
    pieces: u64,
) -> Sizing {
    let Need { form, stock, .. } = need;
    let lots = sheets.div_ceil(u64::from(limit(need, layout, press).sheets.max(1))).max(1);
    let steps = steps(need, vendor, layout, sheets, pieces);
    let finishing: u64 = steps.iter().map(|(step, _)| u64::from(step.permille)).sum();
    let spoilage = spoilage(need, press);
    let spoiled = spoilage.of(sheets, layout.sheet.height) + (sheets * finishing).div_ceil(1000);
    let used = sheets + spoiled;
    let sides = if form.duplex { 2 } else { 1 };
    let Rate { setup_yen, lot_yen, yen_per_1000 } = press.rate;
    // A roll is paid by its metres, all else by its sheets.
    let paper = if stock.roll.is_some() {
        used * um(layout.sheet.height) * u64::from(stock.yen_per_1000)
    } else {
        used * u64::from(stock.yen_per_1000) * 1_000_000
    };
    Sizing {
        sheets,
        spoiled,
        lots: u32::try_from(lots).unwrap_or(u32::MAX),
        setup_yen: u64::from(setup_yen)
            + lots * u64::from(lot_yen)
            + steps.iter().map(|(step, _)| u64::from(step.setup_yen)).sum::<u64>(),
        print_yen: (used * sides * u64::from(yen_per_1000)).div_ceil(1000),
        paper_yen: paper.div_ceil(1_000_000_000),
        finishing_yen: steps
            .iter()
            .map(|(step, count)| (count * u64::from(step.yen_per_1000)).div_ceil(1000))
            .sum(),
    }
}

/// What is spoilt by the vendor's word, else as is usual: cards on any press are spoilt like cards.
fn spoilage(need: Need<'_>, press: &Press) -> Spoilage {
    let usual = match need.stock.process() {
        Process::Card => Process::Card,
        _ => press.process,
    };
    press.spoilage.unwrap_or(usual.spoilage())
}

/// The finishing machines that a run needs, each with what it handles.
fn steps(
    need: Need<'_>,
    vendor: &Vendor,
    layout: &Layout,
    sheets: u64,
    pieces: u64,
) -> Vec<(Step, u64)> {
    let finishing = &vendor.finishing;
    let mut steps = Vec::new();
    let is_cut = layout.slots() > 1 || layout.leaf != layout.sheet;
    if is_cut && layout.scheme != Scheme::Booklet {
        steps.push((finishing.cut, sheets));
    }
    let is_inserted = !need.class.envelope.is_empty() && !need.class.by_hand;
    if layout.scheme == Scheme::Booklet {
        steps.push((finishing.fold, sheets));
    } else if is_inserted && need.is_folded {
        steps.push((finishing.fold, need.leaves));
    }
    if is_inserted {
        steps.push((finishing.insert, pieces));
    }
    if need.stock.kind.is_sealed() {
        steps.push((finishing.seal, need.leaves));
    }
    steps
}

fn um(length: Length) -> u64 {
    u64::try_from(length.as_um()).unwrap_or(0)
}

/// A sizing in a few words.
pub(super) fn describe(sizing: &Sizing) -> String {
    let Sizing { sheets, spoiled, lots, .. } = sizing;
    let lots = if *lots == 1 { "one lot".to_owned() } else { format!("{lots} lots") };
    let yen = sizing.yen();
    if yen == 0 {
        return format!("{sheets} sheets and {spoiled} to spoil, {lots}");
    }
    format!(
        "{yen} yen: {sheets} sheets and {spoiled} to spoil, {lots} (set-up {}, printing {}, paper {}, finishing {})",
        sizing.setup_yen, sizing.print_yen, sizing.paper_yen, sizing.finishing_yen
    )
}
