//! The form language from outside: the forms of this repository compile for every job that uses
//! them, and what is wrong with a form is said in these words.

use std::fs;
use std::path::{Path, PathBuf};
use tayori::calendar::Date;
use tayori::diag::{Findings, Format, Show};
use tayori::engine::Home;
use tayori::form::{self, Compiled, FormSource, Sources};
use tayori::model::{Job, Stocks, Tenant};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(home: &Path, file: &str) -> Option<FormSource> {
    let text = fs::read_to_string(home.join(file)).ok()?;
    Some(FormSource { file: file.to_owned(), text })
}

fn compile(home: &Path, file: &str, tenant: &Tenant, job: &Job) -> Result<Compiled, Findings> {
    let source = read(home, file).unwrap_or_else(|| panic!("{file} is there"));
    let stocks = stocks(home);
    form::compile(
        &source,
        &Sources {
            parts: &|name| read(home, &format!("forms/parts/{name}.toml")),
            images: &|path| home.join(path).is_file(),
            params: &form::parameters(tenant, job),
            tenant,
            stocks: &stocks,
        },
    )
}

fn stocks(home: &Path) -> Stocks {
    let source = read(home, "forms/stocks.toml").expect("stocks are listed");
    form::read_stocks(&source).unwrap_or_else(|found| panic!("{}", shown(&found)))
}

fn tenant(home: &Path, id: &str) -> Tenant {
    let source = read(home, &format!("jobs/{id}/tenant.toml")).expect("a tenant has a file");
    let tenant: Tenant = toml::from_str(&source.text).unwrap_or_else(|e| panic!("{id}: {e}"));
    Tenant { id: id.to_owned(), ..tenant }
}

fn job(home: &Path, tenant: &str, id: &str) -> Job {
    let source = read(home, &format!("jobs/{tenant}/{id}.toml")).expect("a job has a file");
    let job: Job = toml::from_str(&source.text).unwrap_or_else(|e| panic!("{id}: {e}"));
    Job { id: id.to_owned(), ..job }
}

fn names(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).unwrap_or_else(|e| panic!("{}: {e}", dir.display()));
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("a readable entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

fn shown(findings: &Findings) -> String {
    let show = Show { format: Format::Human, reveal: false, colour: false };
    findings.iter().map(|finding| show.diagnostic(finding) + "\n").collect()
}

/// All jobs of the home: tenant and job.
fn jobs(home: &Path) -> Vec<(Tenant, Job)> {
    let paths = Home::open(home).expect("a home").jobs().expect("jobs");
    let of = |path: String| {
        let [_, id, name] = path.split('/').collect::<Vec<_>>()[..] else { panic!("{path}") };
        (tenant(home, id), job(home, id, name.trim_end_matches(".toml")))
    };
    paths.into_iter().map(of).collect()
}

#[test]
fn the_forms_of_this_repository_compile_and_pass_lint_for_every_job() {
    let home = root();
    let jobs = jobs(&home);
    assert!(jobs.len() >= 3, "the home has jobs");
    for (tenant, job) in jobs {
        let editions = names(&home.join("forms").join(&job.form));
        let editions: Vec<Date> =
            editions.iter().filter_map(|name| form::edition_date(name)).collect();
        let date =
            form::edition(&editions, job.issue_date, job.edition).expect("an edition in force");
        let file = format!("forms/{}/{date}.toml", job.form);
        let compiled = compile(&home, &file, &tenant, &job)
            .unwrap_or_else(|found| panic!("{}/{}:\n{}", tenant.id, job.id, shown(&found)));
        assert_eq!((compiled.form.id.as_str(), compiled.form.edition), (job.form.as_str(), date));
        let found = compiled.lint(&stocks(&home));
        assert_eq!(found.errors(), 0, "{}/{}:\n{}", tenant.id, job.id, shown(&found));
    }
}

/// Each case is a directory `tests/cases/forms/<name>/` with `form.toml` (and `parts/`); what the
/// compiler and lint say about it stands in `expect.txt`. `UPDATE=1` writes what they say, and fails.
#[test]
fn what_is_wrong_with_a_form_is_said_in_these_words() {
    let cases = root().join("tests/cases/forms");
    let home = root();
    let tenant = tenant(&home, "kasumigahara");
    let mut job = job(&home, "kasumigahara", "property-tax-2026");
    job.params.clear();
    let stocks = stocks(&home);
    let mut wrong = Vec::new();
    for name in names(&cases) {
        let dir = cases.join(&name);
        let text = fs::read_to_string(dir.join("form.toml")).expect("a case has a form.toml");
        let source = FormSource { file: "forms/case/2026-04-01.toml".into(), text };
        let sources = Sources {
            parts: &|part| {
                let text =
                    fs::read_to_string(dir.join("parts").join(format!("{part}.toml"))).ok()?;
                Some(FormSource { file: format!("forms/parts/{part}.toml"), text })
            },
            images: &|path| path.starts_with("forms/there.") || path.starts_with("forms/art/"),
            params: &form::parameters(&tenant, &job),
            tenant: &tenant,
            stocks: &stocks,
        };
        let found = match form::compile(&source, &sources) {
            Ok(compiled) => compiled.lint(&stocks),
            Err(found) => found,
        };
        let said = shown(&found);
        let expected = fs::read_to_string(dir.join("expect.txt")).unwrap_or_default();
        if said != expected {
            if std::env::var_os("UPDATE").is_some() {
                fs::write(dir.join("expect.txt"), &said).expect("a writable case");
            }
            wrong.push(format!("{name}:\n{said}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_key_and_filter_is_documented() {
    let pages = names(&root().join("docs/forms"));
    let pages = pages.iter().map(|page| format!("docs/forms/{page}"));
    let mut docs = String::new();
    for page in std::iter::once("docs/forms.md".to_owned()).chain(pages) {
        let text = fs::read_to_string(root().join(&page)).expect("a page of the reference");
        assert!(text.lines().count() <= 250, "{page}: a reference that is read");
        docs.push_str(&text);
    }
    let words: Vec<&str> =
        docs.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-')).collect();
    for section in form::keys::LANGUAGE {
        for key in section.keys {
            assert!(words.contains(&key.name), "`{}` of {}", key.name, section.name);
            assert!(!key.doc.is_empty() && !key.kind.is_empty(), "{}", key.name);
        }
    }
    for filter in form::filter_names() {
        assert!(words.contains(&filter), "filter `{filter}`");
    }
}

#[test]
fn every_code_is_explained_once() {
    let mut codes: Vec<&str> = form::CODES.iter().map(|(code, ..)| *code).collect();
    let all = codes.len();
    codes.dedup();
    assert_eq!(codes.len(), all);
    assert!(codes.iter().all(|code| code.len() == 4 && &code[1..2] == "3"));
    let _date_is_public: Option<Date> = form::edition_date("2026-04-01.toml");
}
