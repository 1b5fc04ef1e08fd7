//! Fictional input for the forms of this repository: every record of it must pass validation, as
//! the form of each job is compiled for its tenant, hard cases included.

use std::collections::BTreeMap;
use std::path::Path;
use tayori::diag::{Findings, Format, Place, Show};
use tayori::engine::{Home, Setup};
use tayori::model::{Cell, Locate, Notice, Record};
use tayori::sample::{self, Options};
use tayori::validate::Checker;

/// Says which record it is; generated rows need no better place.
struct Row(u64);

impl Locate for Row {
    fn place(&self, _: Cell) -> Place {
        Place::at("sample.csv", u32::try_from(self.0).unwrap_or(u32::MAX), 0)
    }
}

fn records(setup: &Setup, master: &[u8], detail: &[u8]) -> Vec<Record> {
    let mut rows: BTreeMap<String, Vec<csv::StringRecord>> = BTreeMap::new();
    if !setup.compiled.form.schema.rows.is_empty() {
        for row in csv::Reader::from_reader(detail).into_records() {
            let row = row.expect("a whole row");
            rows.entry(row[0].to_owned()).or_default().push(row);
        }
    }
    let key = usize::from(setup.compiled.form.schema.key);
    let read = csv::Reader::from_reader(master).into_records();
    (1..)
        .zip(read)
        .map(|(number, row)| {
            let row = row.expect("a whole row");
            let mut record = Record { number, ..Record::default() };
            row.iter().for_each(|cell| record.fields.push(cell));
            for row in rows.get(&row[key]).into_iter().flatten() {
                row.iter().skip(1).for_each(|cell| record.rows.push(cell));
            }
            record
        })
        .collect()
}

#[test]
fn records_for_every_job_pass_validation() {
    let home = Home::open(Path::new(env!("CARGO_MANIFEST_DIR"))).expect("the repository is a home");
    let jobs = home.jobs().expect("jobs can be listed");
    assert!(jobs.len() >= 3, "{jobs:?}");
    for job in jobs {
        let setup = home.load(Path::new(&job)).unwrap_or_else(|error| panic!("{job}: {error:?}"));
        let mut options = Options::new(&setup.tenant, setup.job.levy_year, setup.job.issue_date);
        options.records = 600;
        options.hard_percent = 30;
        let (mut master, mut detail) = (Vec::new(), Vec::new());
        let form = &setup.compiled.form;
        sample::generate(form, &options, &mut master, Some(&mut detail))
            .unwrap_or_else(|error| panic!("{job}: {error:?}"));
        let checker = Checker::new(form, &setup.tenant).expect("a form that can be checked");
        let mut findings = Findings::new();
        let records = records(&setup, &master, &detail);
        assert_eq!(records.len(), 600, "{job}");
        for record in &records {
            let mut faults = Vec::new();
            let notice =
                Notice::read(&form.schema, record, |cell, fault| faults.push((cell, fault)));
            checker.check(record, &notice, &faults, &Row(record.number), &mut findings);
        }
        let shown = Show { format: Format::Short, ..Show::default() }.findings(&findings);
        let tail: Vec<&str> = shown.lines().rev().take(20).collect();
        assert!(findings.is_empty(), "{job}:\n{}", tail.join("\n"));
    }
}

/// The samples that `samples/README.md` says how to make.
#[test]
fn samples_can_be_made_again() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("samples/README.md")).expect("the page");
    let commands: Vec<&str> =
        page.lines().filter_map(|line| line.strip_prefix("tayori sample ")).collect();
    assert!(!commands.is_empty());
    for command in commands {
        let made = tempfile::tempdir().expect("a directory");
        let (options, file) = command.split_once(" --out ").expect("a command writes a file");
        let name = Path::new(file).file_stem().expect("a file").to_string_lossy();
        let out = made.path().join(format!("{name}.csv"));
        let out = out.to_string_lossy();
        let mut arguments = vec!["sample"];
        arguments.extend(options.split(' '));
        arguments.extend(["--out", &*out]);
        let said = crate::program::tayori(root, &arguments);
        assert_eq!(said.code, 0, "{}", said.err);
        let master = std::fs::read(&*out).expect("a master file");
        assert!(master == std::fs::read(root.join(file)).expect("the sample"), "{file}");
        let detail = out.replace(".csv", "-detail.csv");
        if let Ok(detail) = std::fs::read(detail) {
            let sample = std::fs::read(root.join(file.replace(".csv", "-detail.csv")));
            assert!(detail == sample.expect("the sample's rows"), "{file}");
        }
    }
}
