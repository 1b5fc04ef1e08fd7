//! `tally.csv`: the count table (件数表) that vendor and municipality compare, a pure projection of
//! the manifest.

use super::manifest::{Manifest, RunInfo};
use super::rows::write_text;
use crate::model::Tally;
use std::collections::BTreeMap;

/// Headings, after a byte order mark for spreadsheets.
const HEADING: &str = "\u{FEFF}区分,ラン,用紙,封筒,発送区分,枚数区分,旧団体,件数,通数,枚数,面数,用紙枚数,ロット数,金額";

/// What a row of the table is about.
#[derive(Default)]
struct Label<'a> {
    kind: &'a str,
    run: String,
    stock: &'a str,
    envelope: &'a str,
    delivery: &'a str,
    leaves: String,
    former: &'a str,
}

struct Table(Vec<u8>);

impl Table {
    fn row(&mut self, label: &Label<'_>, figures: [Option<i64>; 7]) {
        let Label { kind, run, stock, envelope, delivery, leaves, former } = label;
        let out = &mut self.0;
        for (at, text) in
            [kind, run.as_str(), stock, envelope, delivery, leaves, former].into_iter().enumerate()
        {
            if at > 0 {
                out.push(b',');
            }
            write_text(text, out).expect("memory takes it");
        }
        for figure in figures {
            out.push(b',');
            if let Some(figure) = figure {
                out.extend_from_slice(figure.to_string().as_bytes());
            }
        }
        out.push(b'\n');
    }

    fn tally(&mut self, label: &Label<'_>, tally: &Tally, lots: usize) {
        let Tally { records, pieces, leaves, pages, sheets, yen } = tally;
        let [records, pieces, leaves, pages, sheets] =
            [records, pieces, leaves, pages, sheets].map(|n| i64::try_from(*n).ok());
        let lots = i64::try_from(lots).ok();
        self.row(label, [records, pieces, leaves, pages, sheets, lots, Some(yen.0)]);
    }
}

/// The bytes of `tally.csv`.
///
/// # Panics
/// Never: writing to memory does not fail.
#[must_use]
pub fn tally_csv(manifest: &Manifest) -> Vec<u8> {
    let mut table = Table(HEADING.as_bytes().to_vec());
    table.0.push(b'\n');
    let former_name = |code: &str| {
        let known = manifest.former.iter().find(|former| former.code == code);
        known.map_or("", |former| former.name.as_str())
    };
    for run in &manifest.runs {
        let label = Label {
            kind: "ラン",
            run: run.number.to_string(),
            stock: &run.stock.name,
            envelope: run.envelope.as_ref().map_or("", |envelope| &envelope.name),
            delivery: &run.class.delivery,
            leaves: leaves_text(run),
            former: former_name(&run.class.former),
        };
        table.tally(&label, &run.totals, run.lots.len());
    }
    let mut delivery: BTreeMap<&str, (Tally, usize)> = BTreeMap::new();
    let mut leaves: BTreeMap<u16, u64> = BTreeMap::new();
    for run in &manifest.runs {
        let (tally, lots) = delivery.entry(&run.class.delivery).or_default();
        *tally += run.totals;
        *lots += run.lots.len();
        for count in &run.by_leaves {
            *leaves.entry(count.leaves).or_default() += count.pieces;
        }
    }
    for (class, (tally, lots)) in delivery {
        let label = Label { kind: "発送区分計", delivery: class, ..Label::default() };
        table.tally(&label, &tally, lots);
    }
    for (leaves, pieces) in leaves {
        let label =
            Label { kind: "枚数別計", leaves: format!("{leaves}枚"), ..Label::default() };
        let (pieces, leaves) = (i64::try_from(pieces).unwrap_or(i64::MAX), i64::from(leaves));
        let sheets = pieces.saturating_mul(leaves);
        table.row(&label, [Some(pieces), Some(pieces), Some(sheets), None, None, None, None]);
    }
    for former in &manifest.former {
        let lots = manifest.lots().filter(|(run, _)| run.class.former == former.code).count();
        let name = if former.code.is_empty() { "（なし）" } else { &former.name };
        let label = Label { kind: "旧団体計", former: name, ..Label::default() };
        table.tally(&label, &former.totals, lots);
    }
    let label = |kind| Label { kind, ..Label::default() };
    let balance = &manifest.balance;
    table.tally(&label("合計"), &balance.planned, manifest.lots().count());
    for (kind, tally) in [
        ("入力", balance.input),
        ("不受理", balance.rejected),
        ("対象外", balance.excluded),
        ("保留", balance.held),
    ] {
        let records = i64::try_from(tally.records).ok();
        table.row(&label(kind), [records, None, None, None, None, None, Some(tally.yen.0)]);
    }
    table.0
}

fn leaves_text(run: &RunInfo) -> String {
    let class = &run.class;
    let leaves = match class.leaves_max {
        Some(most) if most == class.leaves_min => format!("{most}枚"),
        Some(most) => format!("{}～{most}枚", class.leaves_min),
        None => format!("{}枚以上", class.leaves_min),
    };
    if class.by_hand { format!("{leaves}（手作業）") } else { leaves }
}
