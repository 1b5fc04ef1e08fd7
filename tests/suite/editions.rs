//! Two editions of a form live side by side: a job gets the one in force on its issue date, and a
//! later edition changes nothing in what an earlier job prints.

use crate::program::{Said, home_copy, tayori, tree};
use std::fs;
use std::path::Path;

const JOB: &str = "jobs/shiomigaura/payslip-2026-04.toml";
const LATER: &str = "jobs/shiomigaura/payslip-2027-04.toml";

#[track_caller]
fn built(home: &Path, job: &str, out: &str) -> serde_json::Value {
    let Said { code, err, .. } = tayori(home, &["build", job, "--out", out]);
    assert!(matches!(code, 0 | 3), "{err}");
    let stem = Path::new(job).file_stem().expect("a file").to_string_lossy();
    let manifest = home.join(out).join(format!("shiomigaura-{stem}/data/manifest.json"));
    serde_json::from_str(&fs::read_to_string(manifest).expect("a manifest")).expect("JSON")
}

#[test]
fn each_job_gets_the_edition_in_force_on_its_issue_date() {
    let home = home_copy();
    let before = built(home.path(), JOB, "before");
    let form = home.path().join("forms/payslip/2026-04-01.toml");
    let text = fs::read_to_string(form).expect("the form");
    let title = "title = \"";
    let at = text.find(title).expect("a title") + title.len();
    let newer = format!("{}改正 {}", &text[..at], &text[at..]);
    fs::write(home.path().join("forms/payslip/2027-04-01.toml"), newer).expect("the new edition");
    let job = fs::read_to_string(home.path().join(JOB)).expect("the job");
    let later: Vec<String> = job
        .lines()
        .map(|line| match line.split_once(" = ") {
            Some(("issue_date" | "posting_date", _)) => line.replace("2026-", "2027-"),
            Some(("levy_year", _)) => "levy_year = 2027".to_owned(),
            _ => line.to_owned(),
        })
        .collect();
    fs::write(home.path().join(LATER), later.join("\n")).expect("the later job");

    let after = built(home.path(), JOB, "after");
    let next = built(home.path(), LATER, "next");
    assert_eq!(before["form"], after["form"]);
    assert_eq!(before["form"]["edition"], "2026-04-01");
    assert_eq!(next["form"]["edition"], "2027-04-01");
    assert_ne!(next["form"]["sha256"], after["form"]["sha256"]);
    assert_eq!(tree(&home.path().join("before")), tree(&home.path().join("after")));
    // A job may stay with an edition that another has followed; none is used before its day.
    let text = fs::read_to_string(home.path().join(LATER)).expect("the later job");
    let named = |date: &str| format!("edition = {date}\n{text}");
    fs::write(home.path().join(LATER), named("2026-04-01")).expect("the later job");
    let kept = built(home.path(), LATER, "kept");
    assert_eq!(kept["form"], before["form"]);
    for date in ["2027-04-02", "2026-05-01"] {
        fs::write(home.path().join(LATER), named(date)).expect("the later job");
        let said = tayori(home.path(), &["plan", LATER, "--format", "short"]);
        assert_eq!(said.code, 78, "{}", said.err);
        let words = format!("E385: form `payslip` has no edition {date} in force on 2027-");
        assert!(said.err.replace("error[E385]", "E385").contains(&words), "{}", said.err);
    }
    let listed = tayori(home.path(), &["forms", "list"]).out;
    assert!(listed.contains("2026-04-01") && listed.contains("2027-04-01"), "{listed}");
}
