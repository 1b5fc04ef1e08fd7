//! Plans and verifications as text.

use super::table::{Table, number};
use crate::engine::{CheckOutcome as Outcome, Report, Summary};

/// A plan: a row a run, then why each run is printed as it is.
pub(super) fn plan(summary: &Summary) -> String {
    let mut table = Table::new(&[
        "run", "delivery", "former", "envelope", "leaves", "layout", "pieces", "pages", "sheets",
        "lots", "kg", "yen",
    ]);
    for run in &summary.runs {
        let leaves = match run.leaves_max {
            Some(most) if most == run.leaves_min => most.to_string(),
            Some(most) => format!("{}-{most}", run.leaves_min),
            None => format!("{}+", run.leaves_min),
        };
        table.row(vec![
            run.run.to_string(),
            run.delivery.clone(),
            run.former.clone(),
            if run.by_hand { format!("{} (by hand)", run.envelope) } else { run.envelope.clone() },
            leaves,
            run.layout.clone(),
            number(run.tally.pieces),
            number(run.tally.pages),
            number(run.tally.sheets),
            run.lots.to_string(),
            kilograms(run.weight_g),
            run.tally.yen.to_string(),
        ]);
    }
    let planned = summary.balance.planned;
    let mut text = table.render();
    text += &format!(
        "\ntotal  {} pieces, {} leaves, {} pages, {} sheets, {}, {} kg, {} yen\n",
        number(planned.pieces),
        number(planned.leaves),
        number(planned.pages),
        number(planned.sheets),
        if summary.lots == 1 { "1 lot".to_owned() } else { format!("{} lots", summary.lots) },
        kilograms(summary.weight_g),
        planned.yen,
    );
    text += &paper(summary);
    for run in &summary.runs {
        text += &format!("\nrun {}:\n", run.run);
        for reason in &run.why {
            text += &format!("  - {reason}\n");
        }
    }
    text
}

/// What paper is needed, and what all of it costs.
fn paper(summary: &Summary) -> String {
    let mut text = String::new();
    for row in &summary.paper {
        let (sheets, spoiled) = (number(row.sheets), number(row.spoiled));
        text += &format!("paper  {}: {sheets} sheets and {spoiled} to spoil", row.stock);
        text += &match (row.boxes, row.metres) {
            (Some(1), _) => ", 1 box\n".to_owned(),
            (Some(boxes), _) => format!(", {} boxes\n", number(boxes)),
            (None, Some(metres)) => format!(", {} m\n", number(metres)),
            (None, None) => "\n".to_owned(),
        };
    }
    let mut yen = [0; 4];
    for run in &summary.runs {
        let sizing = &run.sizing;
        let parts = [sizing.setup_yen, sizing.print_yen, sizing.paper_yen, sizing.finishing_yen];
        for (sum, part) in yen.iter_mut().zip(parts) {
            *sum += part;
        }
    }
    let [setup, print, paper, finishing] = yen.map(number);
    let all = yen.iter().sum::<u64>();
    if all > 0 {
        text += &format!(
            "cost   {} yen: set-up {setup}, printing {print}, paper {paper}, finishing {finishing}\n",
            number(all)
        );
    }
    text
}

/// A verification: a line a check, then the verdict; in Japanese for the vendor's shop floor.
pub(super) fn verification(report: &Report, japanese: bool) -> String {
    let mut text = String::new();
    for check in &report.checks {
        let mark = match (check.outcome, japanese) {
            (Outcome::Passed, false) => "ok      ",
            (Outcome::Failed, false) => "FAILED  ",
            (Outcome::NotMade, false) => "not made",
            (Outcome::Nothing, false) => "nothing ",
            (Outcome::Passed, true) => "合格　",
            (Outcome::Failed, true) => "不合格",
            (Outcome::NotMade, true) => "未実施",
            (Outcome::Nothing, true) => "対象なし",
        };
        let title = if japanese { check.title_ja } else { check.title };
        text += &format!("{mark}  {title}  ({} {}", number(check.count), check.unit);
        if !check.detail.is_empty() {
            text += &format!(": {}", check.detail);
        }
        text += ")\n";
    }
    let verdict = match (report.passed(), japanese) {
        (true, false) => "verified: this bundle is complete and consistent",
        (false, false) => "NOT VERIFIED: do not print this bundle",
        (true, true) => "検証合格：この束は完全で、内容に矛盾はありません",
        (false, true) => "検証不合格：この束は印刷しないでください",
    };
    text + "\n" + verdict + "\n"
}

fn kilograms(grams: u64) -> String {
    let tenths = grams.div_ceil(100);
    format!("{}.{}", tenths.div_euclid(10), tenths % 10)
}
