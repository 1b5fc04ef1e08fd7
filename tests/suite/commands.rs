//! The reading commands: forms, fictional input, plans, where a piece is and why.

use crate::program::{home_copy, repository, tayori};
use crate::{judges, library};
use std::collections::BTreeSet;
use std::path::Path;
use tayori::engine::Home;

const JOB: &str = "shiomigaura/payslip-2026-04";

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn all_forms_are_listed_and_lint_clean() {
    let said = tayori(&repository(), &["forms", "list", "--json"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let forms = json(&said.out);
    let ids: Vec<_> =
        forms.as_array().expect("a list").iter().filter_map(|form| form["form"].as_str()).collect();
    assert!(ids.is_sorted(), "{ids:?}");
    let listed: BTreeSet<_> = ids.into_iter().map(str::to_owned).collect();
    assert_eq!(listed, library::forms());
    let said = tayori(&repository(), &["forms", "lint", "--all", "--json"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let linted = json(&said.out);
    assert_eq!((&linted["errors"], &linted["warnings"]), (&0.into(), &0.into()), "{}", said.err);
    let jobs: Vec<&str> = linted["forms"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|one| one["job"].as_str())
        .collect();
    let mut all = Home::open(&repository()).expect("a home").jobs().expect("jobs");
    for job in &mut all {
        *job = job.replace(".toml", "");
    }
    assert_eq!(jobs.len(), all.len(), "every form for every job that uses it");
    assert!(all.iter().all(|job| jobs.iter().any(|id| job.ends_with(id))), "{jobs:?} {all:?}");
    assert_eq!(tayori(&repository(), &["forms", "lint", "no_such_form"]).code, 78);
    assert_eq!(tayori(&repository(), &["forms", "lint"]).code, 2);
}

/// An envelope into which only a rule of the job puts pieces is looked through like the form's own.
#[test]
fn a_plan_refuses_a_window_that_shows_more_than_the_address() {
    let home = home_copy();
    let stocks = home.path().join("forms/stocks.toml");
    let text = std::fs::read_to_string(&stocks).expect("the stocks");
    let (own, debit) = text.split_once("[envelope.naga3-window-debit]").expect("an envelope");
    let wider = debit.replacen("window = [12, 10, 105, 54]", "window = [12, 10, 180, 80]", 1);
    assert_ne!(wider, debit);
    std::fs::write(&stocks, format!("{own}[envelope.naga3-window-debit]{wider}")).expect("a file");
    let said =
        tayori(home.path(), &["plan", "kasumigahara/property-tax-2026", "--format", "short"]);
    assert_eq!(said.code, 78, "{}", said.err);
    assert!(said.err.contains("would show in the envelope's window"), "{}", said.err);
}

#[test]
fn lint_looks_at_every_edition_for_every_job() {
    let home = home_copy();
    let at = |file: &str| home.path().join(file);
    let form = std::fs::read_to_string(at("forms/payslip/2026-04-01.toml")).expect("the form");
    std::fs::write(at("forms/payslip/2027-04-01.toml"), &form).expect("a later edition");
    let job = at("jobs/shiomigaura/payslip-2026-04.toml");
    let text = std::fs::read_to_string(job).expect("the job");
    let later = text.replace("2026-04-2", "2027-04-2") + "\n[params]\nno_such = 1\n";
    std::fs::write(at("jobs/shiomigaura/payslip-2027-04.toml"), later).expect("a later job");
    let said = tayori(home.path(), &["forms", "lint", "payslip", "--json"]);
    assert_eq!(said.code, 78, "{}", said.err);
    let linted = json(&said.out);
    let rows: Vec<String> = linted["forms"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| {
            let text = |key: &str| one[key].as_str().unwrap_or("-").to_owned();
            format!("{} {} {} {}", text("edition"), text("tenant"), text("job"), one["errors"])
        })
        .collect();
    let expected = [
        "2026-04-01 kasumigahara payslip-2026-04 0",
        "2026-04-01 shiomigaura payslip-2026-04 0",
        "2027-04-01 kasumigahara - 0",
        "2027-04-01 shiomigaura payslip-2027-04 1",
    ];
    assert_eq!(rows, expected, "{}", said.err);
    assert!(said.err.contains("no_such"), "{}", said.err);
}

#[test]
fn every_form_has_a_preview() {
    let out = tempfile::tempdir().expect("a temporary directory");
    for form in library::forms() {
        let file = out.path().join(format!("{form}.pdf"));
        let file = file.to_str().expect("UTF-8");
        let said =
            tayori(&repository(), &["forms", "preview", &form, "--records", "3", "--out", file]);
        assert_eq!(said.code, 0, "{form}: {}", said.err);
        judges::content("qpdf", &["--check", file]);
        let text = judges::content("pdftotext", &[file, "-"]);
        assert!(text.split_whitespace().count() > 50, "{form}: {text}");
    }
}

#[test]
fn fictional_input_is_the_same_for_a_seed_and_builds() {
    let home = home_copy();
    let make = |name: &str, seed: &str| {
        let out = home.path().join(name);
        let arguments =
            ["sample", "payslip", "--tenant", "shiomigaura", "--records", "40", "--seed", seed];
        let file = out.to_str().expect("UTF-8");
        let said = tayori(home.path(), &[&arguments[..], &["--out", file]].concat());
        assert_eq!(said.code, 0, "{}", said.err);
        let detail = home.path().join(name.replace(".csv", "-detail.csv"));
        (std::fs::read(&out).expect("a master"), std::fs::read(detail).expect("a detail file"))
    };
    let (one, two, three) = (make("a.csv", "5"), make("b.csv", "5"), make("c.csv", "6"));
    assert!(one == two && one != three);
    let printed = tayori(
        home.path(),
        &["sample", "payslip", "--tenant", "shiomigaura", "--records", "40", "--seed", "5"],
    );
    assert_eq!(printed.out.as_bytes(), one.0);
}

#[test]
fn a_plan_says_what_and_why() {
    let said = tayori(&repository(), &["plan", "kasumigahara/property-tax-2026", "--json"]);
    assert_eq!(said.code, 3, "{}", said.err);
    let plan = json(&said.out);
    let runs = plan["runs"].as_array().expect("runs");
    let layouts: Vec<_> = runs.iter().filter_map(|run| run["layout"].as_str()).collect();
    assert!(
        layouts.contains(&"a3-2up-cut-and-stack") && layouts.contains(&"a4-1up"),
        "{layouts:?}"
    );
    for run in runs {
        assert!(!run["why"].as_array().expect("reasons").is_empty());
    }
    let of = |bucket: &str| plan["balance"][bucket]["records"].as_u64().expect("records");
    let out = of("rejected") + of("excluded") + of("held") + of("planned");
    assert_eq!(of("input"), out);
}

#[test]
fn a_piece_is_found_by_serial_id_and_mark() {
    let home = home_copy();
    assert_eq!(tayori(home.path(), &["build", JOB, "--out", "out", "--no-zip"]).code, 3);
    let pieces = Path::new("out/shiomigaura-payslip-2026-04/data/pieces.csv");
    let pieces = std::fs::read_to_string(home.path().join(pieces)).expect("a list");
    let row: Vec<&str> = pieces.lines().nth(5).expect("a piece").split(',').collect();
    let by_serial = tayori(home.path(), &["find", row[0], "--json"]);
    assert_eq!(by_serial.code, 0, "{}", by_serial.err);
    let found = json(&by_serial.out);
    assert_eq!(found[0]["piece"], row[1]);
    let mark = found[0]["leaves"][0]["mark"].as_str().expect("a mark");
    for what in [row[1], mark] {
        assert_eq!(json(&tayori(home.path(), &["find", what, "--json"]).out), found);
    }
    let explained = tayori(home.path(), &["explain", mark]);
    assert_eq!(explained.code, 0, "{}", explained.err);
    assert!(explained.out.contains("why it is in run 1") && explained.out.contains("a5-2up"));
}
