//! A plan as data: what `tayori plan` shows, a row a run, a row a former municipality, totals.

use super::tally;
use crate::measure::{Extent, div_round};
use crate::model::run::Sizing;
use crate::model::{Balance, Envelope, Plan, Serial, Stock, Stocks, Tally};
use serde::Serialize;
use std::collections::BTreeMap;

/// A plan in figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// A row a run, in output order.
    pub runs: Vec<RunRow>,
    /// A row a former municipality, by code; empty for tenants without any.
    pub former: Vec<FormerRow>,
    /// A row a stock, by id: what must be on hand.
    pub paper: Vec<PaperRow>,
    /// Every record and every yen in its bucket.
    pub balance: Balance,
    /// Lots of all runs.
    pub lots: u32,
    /// Weight of all pieces in grams.
    pub weight_g: u64,
    /// The first serial.
    pub first_serial: Serial,
}

/// A run in figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RunRow {
    /// The run's number.
    pub run: u16,
    /// The stock's id.
    pub stock: String,
    /// The envelope's id; empty when the pieces are not inserted.
    pub envelope: String,
    /// The delivery class.
    pub delivery: String,
    /// The former municipality's code; empty without one.
    pub former: String,
    /// The fewest leaves of a piece in the class.
    pub leaves_min: u16,
    /// The most leaves of a piece in the class; none when there is no limit.
    pub leaves_max: Option<u16>,
    /// Whether the pieces are enveloped by hand.
    pub by_hand: bool,
    /// The press's id.
    pub press: String,
    /// The layout's id.
    pub layout: String,
    /// Lots.
    pub lots: u32,
    /// Sheets of the largest lot.
    pub lot_sheets_max: u32,
    /// What the run holds.
    #[serde(flatten)]
    pub tally: Tally,
    /// Weight of its pieces in grams.
    pub weight_g: u64,
    /// What it takes and costs.
    pub sizing: Sizing,
    /// Why it is printed like this.
    pub why: Vec<String>,
}

/// A former municipality in figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FormerRow {
    /// Its code; empty for records that name none.
    pub former: String,
    /// What its runs hold.
    #[serde(flatten)]
    pub tally: Tally,
}

/// A stock in figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PaperRow {
    /// The stock's id.
    pub stock: String,
    /// Press sheets with leaves.
    pub sheets: u64,
    /// Sheets that may be spoilt: so many more are needed.
    pub spoiled: u64,
    /// Boxes, when the stock says what one holds.
    pub boxes: Option<u64>,
    /// Metres of web, of rolls.
    pub metres: Option<u64>,
}

impl Summary {
    /// The figures of a plan whose finished leaves have this size.
    #[must_use]
    pub fn of(plan: &Plan, leaf: Extent, stocks: &Stocks) -> Self {
        let mut former: BTreeMap<&str, Tally> = BTreeMap::new();
        let mut runs = Vec::with_capacity(plan.runs.len());
        let mut paper: BTreeMap<&str, [u64; 3]> = BTreeMap::new();
        for run in &plan.runs {
            let tally = tally(run, &plan.pieces);
            *former.entry(&run.class.former).or_default() += tally;
            let stock = stocks.stock.get(&run.class.stock);
            let envelope = stocks.envelope.get(&run.class.envelope);
            let pieces = &plan.pieces[run.pieces.start as usize..run.pieces.end as usize];
            let weight =
                |leaves| stock.map_or(0, |stock| piece_weight_mg(stock, envelope, leaf, leaves));
            let weight_mg: u64 = pieces.iter().map(|piece| weight(piece.leaves)).sum();
            let class = run.class.clone();
            let Sizing { sheets, spoiled, .. } = run.sizing;
            let height = u64::try_from(run.layout.sheet.height.as_um()).unwrap_or(0);
            let used = [sheets, spoiled, (sheets + spoiled) * height];
            for (sum, part) in paper.entry(&run.class.stock).or_default().iter_mut().zip(used) {
                *sum += part;
            }
            runs.push(RunRow {
                run: run.number,
                stock: class.stock,
                envelope: class.envelope,
                delivery: class.delivery,
                former: class.former,
                leaves_min: class.leaves.0,
                leaves_max: Some(class.leaves.1).filter(|&most| most != u16::MAX),
                by_hand: class.by_hand,
                press: run.press.id.clone(),
                layout: run.layout.id.clone(),
                lots: u32::try_from(run.lots.len()).expect("lots are limited"),
                lot_sheets_max: run.lots.iter().map(|lot| lot.sheets).max().unwrap_or(0),
                tally,
                weight_g: weight_mg.div_ceil(1000),
                sizing: run.sizing,
                why: run.why.clone(),
            });
        }
        if former.keys().all(|code| code.is_empty()) {
            former.clear();
        }
        let former =
            former.into_iter().map(|(code, tally)| FormerRow { former: code.to_owned(), tally });
        Self {
            former: former.collect(),
            paper: paper.into_iter().map(|(id, used)| paper_row(id, used, stocks)).collect(),
            balance: plan.balance,
            lots: runs.iter().map(|run| run.lots).sum(),
            weight_g: runs.iter().map(|run| run.weight_g).sum(),
            first_serial: plan.first_serial,
            runs,
        }
    }
}

fn paper_row(id: &str, [sheets, spoiled, um]: [u64; 3], stocks: &Stocks) -> PaperRow {
    let stock = stocks.stock.get(id);
    let boxes = stock.and_then(|stock| stock.per_box);
    PaperRow {
        stock: id.to_owned(),
        sheets,
        spoiled,
        boxes: boxes.map(|per_box| (sheets + spoiled).div_ceil(u64::from(per_box.max(1)))),
        metres: stock.and_then(|stock| stock.roll).map(|_| um.div_ceil(1_000_000)),
    }
}

/// The weight of a piece in milligrams: paper by area and grammage, and its envelope.
#[must_use]
pub fn piece_weight_mg(
    stock: &Stock,
    envelope: Option<&Envelope>,
    leaf: Extent,
    leaves: u16,
) -> u64 {
    let area_um2 = i64::from(leaf.width.as_um()) * i64::from(leaf.height.as_um());
    // µm² · g/m² is 10⁻¹² g, so 10⁻⁹ mg.
    let paper =
        div_round(area_um2 * i64::from(stock.weight_gsm) * i64::from(leaves), 1_000_000_000);
    u64::try_from(paper).unwrap_or(0) + envelope.map_or(0, |e| u64::from(e.weight_mg))
}
