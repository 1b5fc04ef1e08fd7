//! The schema of form files that editors use, and the schemas of forms' input: what
//! `tayori forms schema` prints. `jsonschema` of Python is the judge.

use crate::judges;
use crate::program::{repository, tayori};
use std::fs;

const SCHEMA: &str = "docs/form.schema.json";

#[test]
fn the_schema_of_form_files_is_made_from_the_language() {
    let said = tayori(&repository(), &["forms", "schema"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    let path = repository().join(SCHEMA);
    let written = fs::read_to_string(&path).unwrap_or_default();
    if written != said.out && std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &said.out).expect("the file can be written");
    }
    assert!(written == said.out, "{SCHEMA} is not what the language says: run with UPDATE=1");
}

/// Every form and part of the repository and of the tests follows the schema; a key that the
/// compiler does not know (the cases that expect such a finding) is refused by it too.
const JUDGE: &str = r#"
import glob, json, os, re, sys, tomllib
from jsonschema import Draft202012Validator as Judge

os.chdir(sys.argv[1])
schema = json.load(open("docs/form.schema.json", encoding="utf-8"))
Judge.check_schema(schema)
judge = Judge(schema)

def read(path):
    with open(path, "rb") as file:
        return tomllib.load(file)

def faults(path):
    return [f"{path}: {list(e.absolute_path)}: {e.message[:200]}" for e in judge.iter_errors(read(path))]

sound = [path for path in glob.glob("forms/**/*.toml", recursive=True) if os.path.dirname(path) != "forms"]
sound += glob.glob("tests/cases/pages/*/form.toml")
wrong = []
for case in glob.glob("tests/cases/forms/*/"):
    said = open(case + "expect.txt", encoding="utf-8").read()
    if case.endswith("not-toml/"):
        continue
    files = glob.glob(case + "**/*.toml", recursive=True)
    if not said.count("error["):
        sound += files
    # A finding with its place: the message, and the file that it is about.
    for message, place in re.findall(r"error\[E\d+\]: (.*)\n +--> (\S+?):", said):
        if message.startswith("unknown key"):
            part = place.startswith("forms/parts/")
            wrong.append(case + ("parts/" + os.path.basename(place) if part else "form.toml"))

assert len(sound) > 20 and len(set(wrong)) > 4, (len(sound), len(set(wrong)))
found = [fault for path in sorted(sound) for fault in faults(path)]
found += [f"{path}: its unknown key is not seen" for path in sorted(set(wrong)) if not faults(path)]

# Tables whose keys are the author's own.
OWN = ("params", "with", "fields", "rows", "items", "purposes", "when", "rows_when", "text", "title")

def own(path):
    return path[-1:] and path[-1] in OWN or path[-2:-1] == ["parts"]

# A key that no table has, put into each table of each form: none may pass.
def misspelt(value, path, form):
    if isinstance(value, list):
        for n, item in enumerate(value):
            misspelt(item, path + [n], form)
    elif isinstance(value, dict) and not own(path):
        value["no_such_key"] = 1
        if judge.is_valid(form):
            found.append(f"{path}: an unknown key is not seen")
        del value["no_such_key"]
        for key, item in value.items():
            misspelt(item, path + [key], form)
    elif isinstance(value, dict):
        for key, item in value.items():
            misspelt(item, path + [key], form)

for path in sound:
    if path.startswith("forms/"):
        form = read(path)
        misspelt(form, [], form)

print("\n".join(found))
sys.exit(bool(found))
"#;

#[test]
fn forms_follow_the_schema_and_unknown_keys_do_not() {
    judges::content("python3", &["-c", JUDGE, &repository().display().to_string()]);
}

#[test]
fn the_input_of_a_form_is_told_as_json() {
    let said = tayori(&repository(), &["forms", "schema", "payslip"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    let schema: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
    assert_eq!((&schema["form"], &schema["edition"]), (&"payslip".into(), &"2026-04-01".into()));
    // A sample of the form has these columns.
    let home = tempfile::tempdir().expect("a directory");
    let out = home.path().join("s.csv");
    let made = tayori(
        &repository(),
        &["sample", "payslip", "--records", "1", "--out", out.to_str().expect("UTF-8")],
    );
    assert_eq!(made.code, 0, "{}", made.err);
    let headings = |columns: &serde_json::Value| -> Vec<String> {
        let columns = columns.as_array().expect("columns").iter();
        columns.map(|column| column["heading"].as_str().expect("a heading").to_owned()).collect()
    };
    let first = |file: &std::path::Path| -> Vec<String> {
        let text = fs::read_to_string(file).expect("a sample");
        let line =
            text.trim_start_matches('\u{FEFF}').lines().next().expect("a heading").to_owned();
        line.split(',').map(|cell| cell.trim_matches('"').to_owned()).collect()
    };
    assert_eq!(headings(&schema["fields"]), first(&out));
    let key = schema["fields"].as_array().expect("columns").iter();
    let key = key.clone().find(|column| column["id"] == schema["key"]).expect("the key");
    assert!(key["unique"].is_boolean() && key["type"] == "digits", "{key}");
    let mut rows = headings(&schema["rows"]);
    rows.insert(0, key["heading"].as_str().expect("a heading").to_owned());
    assert_eq!(rows, first(&home.path().join("s-detail.csv")));

    let said = tayori(&repository(), &["forms", "schema", "nothing"]);
    assert_eq!(said.code, 78, "{}", said.err);
    let said = tayori(&repository(), &["forms", "schema", "--tenant", "mitsumori"]);
    assert_eq!(said.code, 2, "{}", said.err);
}
