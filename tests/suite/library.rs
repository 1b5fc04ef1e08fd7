//! The library of forms as a whole: every form that the sources name is there, small, and made of parts; and
//! the inventory knows them all.

#![expect(clippy::disallowed_methods, reason = "tests read the home")]

use crate::program::{repository, tayori};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use tayori::diag::Severity;
use tayori::engine::{self, Home, InputFiles, Silent};
use tayori::form::Check;
use tayori::model::{Field, FieldIndex};

/// The forms of the sources' municipalities, by the ids of their field lists.
const FORMS: [&str; 22] = [
    "resident_tax_notice",
    "resident_tax_special_employee",
    "property_tax_notice",
    "light_vehicle_tax_notice",
    "corporate_tax_notice",
    "nhi_tax_notice",
    "nhi_card",
    "nhi_elderly_card",
    "late_elderly_card",
    "late_elderly_premium",
    "ltc_premium",
    "ltc_card",
    "payslip",
    "withholding_slip",
    "reminder",
    "debit_done",
    "school_notice",
    "polling_card",
    "checkup_ticket",
    "water_bill",
    "children_allow",
    "med_cost_notice",
];

/// The editions of all forms: id with file name, and text.
fn editions() -> Vec<(String, String)> {
    let forms = repository().join("forms");
    let mut editions = Vec::new();
    for entry in fs::read_dir(&forms).expect("the forms") {
        let form = entry.expect("an entry").path();
        let name = form.file_name().expect("a name").to_string_lossy().into_owned();
        if !form.is_dir() || name == "parts" {
            continue;
        }
        for file in fs::read_dir(&form).expect("a form") {
            let file = file.expect("an entry").path();
            if file.extension().is_some_and(|extension| extension == "toml") {
                let edition = file.file_name().expect("a name").to_string_lossy().into_owned();
                let text = fs::read_to_string(&file).expect("a form");
                editions.push((format!("{name}/{edition}"), text));
            }
        }
    }
    editions.sort();
    editions
}

/// The ids of all forms.
pub(crate) fn forms() -> BTreeSet<String> {
    let form = |(name, _): &(String, String)| name.split('/').next().map(str::to_owned);
    editions().iter().filter_map(form).collect()
}

#[test]
fn every_form_of_the_sources_is_there_and_no_file_is_long() {
    let editions = editions();
    let of = |form: &str| editions.iter().any(|(name, _)| name.starts_with(&format!("{form}/")));
    let missing: Vec<_> = FORMS.into_iter().filter(|form| !of(form)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    for (name, text) in &editions {
        let lines = text.lines().count();
        assert!(lines <= 250, "{name} has {lines} lines: make parts of it");
    }
    for form in ["property_tax_notice", "nhi_tax_notice"] {
        let count =
            editions.iter().filter(|(name, _)| name.starts_with(&format!("{form}/"))).count();
        assert!(count >= 2, "{form} has {count} editions");
    }
}

/// What two forms share is a part.
#[test]
fn no_six_lines_stand_in_two_forms() {
    let mut blocks: BTreeMap<Vec<&str>, BTreeSet<&str>> = BTreeMap::new();
    let editions = editions();
    for (name, text) in &editions {
        let lines: Vec<&str> = text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .collect();
        for block in lines.windows(6) {
            blocks.entry(block.to_vec()).or_default().insert(name);
        }
    }
    let twice: Vec<String> = blocks
        .iter()
        .filter(|(_, names)| names.len() > 1)
        .map(|(block, names)| format!("{names:?}:\n  {}", block.join("\n  ")))
        .collect();
    assert!(twice.is_empty(), "{}", twice.join("\n"));
}

/// All 39 sub-systems stand in the inventory, those without a notice with the reason; it names every form; and
/// the volumes of a city of 90,000 are its ratios.
#[test]
fn the_inventory_knows_every_business_and_every_form() {
    let said = tayori(
        &repository(),
        &["inventory", "--population", "90000", "--employees", "700", "--json"],
    );
    assert_eq!(said.code, 0, "{}", said.err);
    let json: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
    let notices = json["notices"].as_array().expect("a list");
    let businesses: BTreeSet<&str> = notices.iter().filter_map(|it| it["id"].as_str()).collect();
    assert_eq!(businesses.len(), 40, "39 sub-systems, and water");
    let silent: Vec<_> = notices.iter().filter(|it| it.get("paper").is_none()).collect();
    assert_eq!(silent.len(), 6);
    assert!(silent.iter().all(|it| !it["reason"].as_str().unwrap_or_default().is_empty()));
    let named: BTreeSet<&str> = notices.iter().filter_map(|it| it["form"].as_str()).collect();
    for (name, _) in editions() {
        let form = name.split('/').next().expect("a form");
        assert!(named.contains(form), "the inventory has no `{form}`");
    }
    let volume = |title: &str| {
        let notice =
            notices.iter().find(|it| it["title"].as_str().is_some_and(|t| t.contains(title)));
        notice.and_then(|it| it["volume"]["pieces"].as_u64()).expect(title)
    };
    // 0.25 to 0.43 of the inhabitants get a property tax notice, 0.025 to 0.035 a corporate tax form.
    assert!((22_500..=38_700).contains(&volume("固定資産税・都市計画税 納税通知書")));
    let months: u64 = json["by_month"]
        .as_array()
        .expect("months")
        .iter()
        .filter_map(serde_json::Value::as_u64)
        .sum();
    assert_eq!(json["total"].as_u64(), Some(months));
    let papers: u64 = json["by_paper"]
        .as_object()
        .expect("papers")
        .values()
        .flat_map(|months| months.as_array().expect("months"))
        .filter_map(serde_json::Value::as_u64)
        .sum();
    assert_eq!(papers, months);
    let all: u64 = notices.iter().filter_map(|it| it["volume"]["pieces"].as_u64()).sum();
    assert_eq!(all, months);
}

/// Spreadsheets open both files.
#[test]
fn the_inventory_is_a_table_for_spreadsheets() {
    let out = tempfile::tempdir().expect("a directory");
    let csv = out.path().join("inventory.csv");
    let xlsx = out.path().join("inventory.xlsx");
    for (kind, file) in [("--csv", &csv), ("--xlsx", &xlsx)] {
        let file = file.to_str().expect("a plain path");
        let said =
            tayori(&repository(), &["inventory", "--tenant", "mitsumori", kind, "--out", file]);
        assert_eq!(said.code, 0, "{}", said.err);
    }
    let bytes = fs::read(&csv).expect("a file");
    assert!(bytes.starts_with(b"\xEF\xBB\xBF"));
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(&bytes[3..]);
    assert_eq!(reader.headers().expect("headings").len(), 16);
    let rows: Vec<_> = reader.records().map(|row| row.expect("a row")).collect();
    assert!(rows.len() > 120);
    let again = out.path().join("again.xlsx");
    let path = again.to_str().expect("a plain path");
    tayori(&repository(), &["inventory", "--tenant", "mitsumori", "--xlsx", "--out", path]);
    let workbook = fs::read(&xlsx).expect("a file");
    assert_eq!(workbook, fs::read(&again).expect("a file"), "the same bytes whenever it is made");
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(workbook)).expect("a workbook");
    let mut sheet = String::new();
    let mut entry = zip.by_name("xl/sharedStrings.xml").expect("its texts");
    std::io::Read::read_to_string(&mut entry, &mut sheet).expect("XML");
    for text in ["固定資産税", "帳票名称", "（一括発送する帳票なし）", "圧着紙"]
    {
        assert!(sheet.contains(text), "{text}");
    }
}

#[test]
fn a_register_that_names_no_form_of_the_home_is_refused() {
    let home = crate::program::home_copy();
    let path = home.path().join("forms/inventory.toml");
    let text = fs::read_to_string(&path).expect("a file");
    let changed = text.replacen("form = \"payslip\"", "form = \"pay_slip\"", 1);
    assert!(changed != text);
    fs::write(&path, changed).expect("the disk takes it");
    let said = tayori(home.path(), &["inventory"]);
    assert_eq!(said.code, 78);
    assert!(said.err.contains("E901") && said.err.contains("pay_slip"), "{}", said.err);
    fs::remove_file(&path).expect("it goes");
    assert_eq!(tayori(home.path(), &["inventory"]).code, 78);
}

/// What a broken record would be found by: one of some codes, and one of some fields.
type Wanted = (&'static [&'static str], Vec<String>);

fn wanted(check: &Check, fields: &[Field]) -> Option<Wanted> {
    let ids = |indices: &[FieldIndex]| {
        indices.iter().map(|&index| fields[usize::from(index)].id.clone()).collect::<Vec<_>>()
    };
    Some(match check {
        Check::Sum { equals, .. } => (&["E221"], ids(&[*equals])),
        Check::RowsSum { equals, .. } => (&["E222"], ids(&[*equals])),
        Check::Ascending { fields } => (&["E223"], ids(fields)),
        Check::RowsWhenPositive { amount } => (&["E224"], ids(&[*amount])),
        Check::ExactlyOne { fields } => (&["E225"], ids(fields)),
        Check::RequiredWhen { required, .. } => (&["E226"], ids(required)),
        Check::Honorific { name, honorific } => {
            let named: Vec<FieldIndex> = [Some(*name), *honorific].into_iter().flatten().collect();
            (&["E227", "E228"], ids(&named))
        }
        // No fictional town is in the register of postcodes; the rest is told by its code alone.
        _ => return None,
    })
}

/// For every check of every form there is a broken record in the samples, held for that reason; its finding
/// names the field, in English and in Japanese.
#[test]
fn every_check_of_every_form_has_a_broken_record() {
    let home = Home::open(&repository()).expect("the repository is a home");
    let mut found: BTreeMap<String, BTreeSet<(String, String)>> = BTreeMap::new();
    let mut checks: BTreeMap<String, Vec<Wanted>> = BTreeMap::new();
    for job in home.jobs().expect("the jobs") {
        let path = Path::new(&job);
        let setup = home.load(path).unwrap_or_else(|error| panic!("{job}: {error:?}"));
        let form = &setup.compiled.form;
        let wanted = form.checks.iter().filter_map(|check| wanted(check, &form.schema.fields));
        checks.entry(form.id.clone()).or_insert_with(|| wanted.collect());
        let (findings, _) = engine::validate(&home, path, &InputFiles::default(), &Silent)
            .unwrap_or_else(|error| panic!("{job}: {error:?}"));
        let of_form = found.entry(form.id.clone()).or_default();
        for finding in findings.iter().filter(|finding| finding.severity == Severity::Error) {
            let Some(field) = &finding.field else { continue };
            assert!(!finding.message_ja.is_empty(), "{job}: {}", finding.message);
            of_form.insert((finding.code.0.to_owned(), field.clone()));
        }
    }
    let mut missing = Vec::new();
    for (form, checks) in &checks {
        for (codes, fields) in checks {
            let is_found = found[form]
                .iter()
                .any(|(code, field)| codes.contains(&code.as_str()) && fields.contains(field));
            if !is_found {
                missing.push(format!("{form}: {} of {}", codes.join("/"), fields.join(", ")));
            }
        }
    }
    assert!(missing.is_empty(), "no broken record for\n{}", missing.join("\n"));
}
