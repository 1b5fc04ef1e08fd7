//! `tayori inventory`.

use super::table::{Table, number};
use super::{Outcome, Session, exit};
use crate::engine::{self, InventoryColumn as Column, InventoryOptions};
use clap::Args;
use std::path::PathBuf;

/// Options of `tayori inventory`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  tayori inventory --tenant kasumigahara\n  tayori inventory --population 90000 --employees 700 --xlsx --out 帳票一覧.xlsx\n  tayori inventory --tenant mitsumori --csv > inventory.csv"
)]
pub(super) struct InventoryArgs {
    /// The tenant whose population volumes are estimated from
    #[arg(long, value_name = "TENANT")]
    tenant: Option<String>,
    /// Another number of inhabitants [default: the tenant's, else 10,000]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=40_000_000))]
    population: Option<u64>,
    /// Households, for notices that are counted by them
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=40_000_000))]
    households: Option<u64>,
    /// The municipality's own staff, for payslips
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=40_000_000))]
    employees: Option<u64>,
    /// As CSV for spreadsheets
    #[arg(long, conflicts_with = "xlsx")]
    csv: bool,
    /// As a workbook with a chart; needs `--out`
    #[arg(long, requires = "out")]
    xlsx: bool,
    /// Where it goes [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Session<'_> {
    /// `tayori inventory`.
    pub(super) fn inventory(&self, args: &InventoryArgs) -> Outcome {
        let options = InventoryOptions {
            tenant: args.tenant.as_deref(),
            population: args.population,
            households: args.households,
            employees: args.employees,
        };
        let of = engine::inventory(&self.home()?, options)?;
        let inventory = of.inventory();
        let bytes = if args.xlsx {
            Some(of.xlsx()?)
        } else if args.csv {
            Some(inventory.csv())
        } else if self.global.json {
            let mut text = serde_json::to_string_pretty(&inventory.json())
                .expect("texts and numbers have a JSON form");
            text.push('\n');
            Some(text.into_bytes())
        } else {
            None
        };
        let bytes = bytes.unwrap_or_else(|| {
            let mut table =
                Table::new(&["業務", "帳票名称", "用紙", "時期", "年間件数", "委託", "様式"]);
            let columns = [
                Column::Business,
                Column::Title,
                Column::Paper,
                Column::Months,
                Column::Volume,
                Column::Outsource,
                Column::Form,
            ];
            for (n, row) in (1..).zip(&inventory.rows) {
                let cell = |column| match (column, row.volume.pieces()) {
                    (Column::Volume, Some(pieces)) if row.notice.is_some() => number(pieces),
                    _ => row.cell(n, column),
                };
                table.row(columns.map(cell).to_vec());
            }
            let mut papers = Table::new(&["用紙", "年間件数"]);
            for (paper, months) in &inventory.by_paper {
                papers.row(vec![paper.ja().to_owned(), number(months.iter().sum())]);
            }
            papers.row(vec!["計".to_owned(), number(inventory.total())]);
            let unknown = match inventory.unknown().count() {
                0 => String::new(),
                n => format!("\n件数が分からない帳票 {n}件（合計に含まない）\n"),
            };
            let text = format!(
                "{}\n\n{}\n{}\n{}{unknown}",
                of.title,
                table.render(),
                papers.render(),
                inventory.bars()
            );
            text.into_bytes()
        });
        match &args.out {
            Some(path) => {
                engine::store::write_file(path, &bytes).map_err(engine::Error::from)?;
            }
            None => Self::print(&String::from_utf8_lossy(&bytes))?,
        }
        Ok(exit::DONE)
    }
}
