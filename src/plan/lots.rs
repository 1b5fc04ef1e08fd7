//! The division of a run into lots: whole pieces, never more sheets than press, box, roll and shift allow, and sizes
//! that do not leave a tiny rest.

use super::SheetArithmetic;
use super::choose::depth;
use super::sizing::Limit;
use crate::model::{Layout, Piece};

/// The lots of a run, each by its pieces and its sheets.
pub(super) struct Division {
    pub(super) lots: Vec<(usize, u32)>,
    /// Which rule set the size.
    pub(super) why: String,
}

/// A piece that takes more sheets alone than a lot may have, by its position.
pub(super) struct TooBig(pub(super) usize);

/// Divides the pieces of a run: as few lots as the limit allows, then of even size; in whole stacks
/// when that leaves the last lot at least half as large as the others.
pub(super) fn divide(
    pieces: &[Piece],
    layout: &Layout,
    limit: &Limit,
    arithmetic: &SheetArithmetic<'_>,
) -> Result<Division, TooBig> {
    let Limit { sheets: sheets_max, holder } = *limit;
    let most = cut(pieces, layout, sheets_max, arithmetic)?;
    let count = most.len();
    let sheets: u64 = most.iter().map(|&(_, sheets)| u64::from(sheets)).sum();
    if count <= 1 {
        let why = format!("one lot: {sheets} of the {sheets_max} sheets that {holder}");
        return Ok(Division { lots: most, why });
    }
    let even = evenest(pieces, layout, sheets_max, count, arithmetic);
    if let Some(depth) = depth(layout) {
        let whole = even.div_ceil(depth).saturating_mul(depth);
        let stacked = (whole <= sheets_max).then(|| cut(pieces, layout, whole, arithmetic));
        if let Some(Ok(lots)) = stacked
            && lots.len() == count
            && is_balanced(&lots)
        {
            let why = format!(
                "{count} lots of up to {whole} sheets: whole stacks of {depth}, {holder} {sheets_max}"
            );
            return Ok(Division { lots, why });
        }
    }
    let lots = cut(pieces, layout, even, arithmetic).unwrap_or(most);
    let why = format!("{count} lots of up to {even} sheets: even shares, {holder} {sheets_max}");
    Ok(Division { lots, why })
}

/// Cuts off lots of at most `cap` sheets, one after another.
fn cut(
    pieces: &[Piece],
    layout: &Layout,
    cap: u32,
    arithmetic: &SheetArithmetic<'_>,
) -> Result<Vec<(usize, u32)>, TooBig> {
    let mut lots = Vec::new();
    let mut at = 0;
    while at < pieces.len() {
        let count = (arithmetic.fit)(layout, &pieces[at..], cap);
        let lot = pieces.get(at..at + count).filter(|lot| !lot.is_empty()).ok_or(TooBig(at))?;
        lots.push((count, (arithmetic.sheets)(layout, lot).ok_or(TooBig(at))?));
        at += count;
    }
    Ok(lots)
}

/// The smallest cap that still needs only `count` lots.
fn evenest(
    pieces: &[Piece],
    layout: &Layout,
    sheets_max: u32,
    count: usize,
    arithmetic: &SheetArithmetic<'_>,
) -> u32 {
    // No fewer sheets can hold all leaves.
    let leaves: u64 = pieces.iter().map(|piece| u64::from(piece.leaves)).sum();
    let shares = (u64::from(layout.slots().max(1)) * count as u64).max(1);
    let least = u32::try_from(leaves.div_ceil(shares)).unwrap_or(sheets_max).min(sheets_max);
    let (mut low, mut high) = (least, sheets_max);
    while low < high {
        let cap = low.midpoint(high);
        match cut(pieces, layout, cap, arithmetic) {
            Ok(lots) if lots.len() <= count => high = cap,
            _ => low = cap + 1,
        }
    }
    high
}

fn is_balanced(lots: &[(usize, u32)]) -> bool {
    let last = lots.last().map_or(0, |&(_, sheets)| sheets);
    lots.iter().all(|&(_, sheets)| last >= sheets.div_ceil(2))
}
