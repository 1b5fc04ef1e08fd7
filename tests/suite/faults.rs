//! Bad input, bad homes and failing machines: a clear error with place and hint, the right exit
//! code, and nothing half-written.

use crate::program::{Said, home_copy, tayori};
use encoding_rs::SHIFT_JIS;
use std::path::Path;
use std::process::Command;

/// The smallest sample job: CP932, with a detail file.
const JOB: &str = "shiomigaura/payslip-2026-04";
const BUNDLE: &str = "shiomigaura-payslip-2026-04";
const MASTER: &str = "samples/shiomigaura/payslip-2026-04.csv";
const DETAIL: &str = "samples/shiomigaura/payslip-2026-04-detail.csv";

/// Builds the job in a home that `spoil` has touched.
fn build_spoiled(spoil: impl FnOnce(&Path)) -> (tempfile::TempDir, Said) {
    let home = home_copy();
    spoil(home.path());
    let said = tayori(home.path(), &["build", JOB, "--out", "out", "--format", "short"]);
    (home, said)
}

/// Demands an exit code, a finding that contains all of `words`, and an untouched output directory.
#[track_caller]
fn refused(spoil: impl FnOnce(&Path), code: i32, words: &[&str]) {
    let (home, said) = build_spoiled(spoil);
    assert_eq!(said.code, code, "{}{}", said.out, said.err);
    let line = said.err.lines().find(|line| words.iter().all(|word| line.contains(word)));
    assert!(line.is_some(), "no line has all of {words:?}:\n{}", said.err);
    let left: Vec<_> = std::fs::read_dir(home.path().join("out"))
        .map(|entries| entries.map(|entry| entry.expect("an entry").path()).collect())
        .unwrap_or_default();
    assert!(left.is_empty(), "left behind: {left:?}");
}

fn cp932(path: &Path) -> String {
    SHIFT_JIS.decode(&std::fs::read(path).expect("a file")).0.into_owned()
}

fn write_cp932(path: &Path, text: &str) {
    let (bytes, _, lost) = SHIFT_JIS.encode(text);
    assert!(!lost, "the test stays within CP932");
    std::fs::write(path, bytes).expect("a file");
}

fn edit(home: &Path, file: &str, from: &str, to: &str) {
    let path = home.join(file);
    let text = std::fs::read_to_string(&path).expect("a file");
    assert!(text.contains(from), "{file} contains {from}");
    std::fs::write(path, text.replacen(from, to, 1)).expect("a file");
}

#[test]
fn a_missing_column() {
    refused(
        |home| {
            let text = cp932(&home.join(MASTER));
            write_cp932(&home.join(MASTER), &text.replacen("差引支給額", "差引額", 1));
        },
        65,
        &[&format!("{MASTER}:1"), "E105", "差引支給額"],
    );
}

#[test]
fn a_quote_that_never_closes() {
    refused(
        |home| {
            let text = cp932(&home.join(MASTER));
            let (head, rest) = text.split_once("\r\n").expect("a heading");
            write_cp932(&home.join(MASTER), &format!("{head}\r\n\"{rest}"));
        },
        65,
        &[&format!("{MASTER}:2:1"), "E109", "quote"],
    );
}

#[test]
fn a_byte_that_is_no_character_holds_one_record() {
    let (home, said) = build_spoiled(|home| {
        let path = home.join(MASTER);
        let mut bytes = std::fs::read(&path).expect("a file");
        let second = bytes.iter().position(|&b| b == b'\n').expect("a heading") + 1;
        let name = second + 9;
        bytes[name] = 0x81;
        bytes[name + 1] = 0x20;
        std::fs::write(&path, bytes).expect("a file");
    });
    assert_eq!(said.code, 3, "{}", said.err);
    assert!(said.err.contains(&format!("{MASTER}:2:10: error[E114]")), "{}", said.err);
    assert!(home.path().join("out").join(BUNDLE).is_dir());
    let held = cp932(&home.path().join(format!("out/{BUNDLE}-held/held.csv")));
    assert!(held.contains("E114"), "{held}");
}

#[test]
fn a_doubled_key_holds_both_records() {
    let (home, said) = build_spoiled(|home| {
        let text = cp932(&home.join(MASTER));
        let row = text.lines().nth(1).expect("a record");
        write_cp932(&home.join(MASTER), &format!("{text}{row}\r\n"));
    });
    assert_eq!(said.code, 3, "{}", said.err);
    assert_eq!(said.err.matches("E231").count(), 3, "two findings and the summary: {}", said.err);
    let held = cp932(&home.path().join(format!("out/{BUNDLE}-held/held.csv")));
    assert_eq!(held.lines().filter(|line| line.contains("E231")).count(), 2);
}

#[test]
fn detail_rows_without_a_master() {
    let (home, said) = build_spoiled(|home| {
        let text = cp932(&home.join(DETAIL));
        write_cp932(&home.join(DETAIL), &format!("{text}99999998,支給,給料,1000,\r\n"));
    });
    assert_eq!(said.code, 3, "{}", said.err);
    assert!(said.err.contains("error[E121]"), "{}", said.err);
    let held = cp932(&home.path().join(format!("out/{BUNDLE}-held/held-detail.csv")));
    assert!(held.contains("99999998"), "{held}");
}

#[test]
fn an_input_that_is_not_there() {
    refused(
        |home| std::fs::remove_file(home.join(MASTER)).expect("gone"),
        65,
        &["cannot read", MASTER],
    );
}

#[test]
fn a_font_file_that_is_none() {
    refused(
        |home| {
            let face = home.join("fonts/OCRB.otf");
            std::fs::remove_file(&face).expect("the link goes");
            std::fs::write(face, b"not a font").expect("a file");
        },
        78,
        &["fonts/fonts.toml:", "error[E37", "OCRB.otf"],
    );
}

#[test]
fn a_form_that_refers_to_an_unknown_field() {
    refused(
        |home| {
            edit(home, "forms/payslip/2026-04-01.toml", "{{ gross | yen }}", "{{ groos | yen }}");
        },
        78,
        &["forms/payslip/2026-04-01.toml:", "error[E3", "groos"],
    );
}

#[test]
fn a_job_with_an_unknown_key() {
    let file = "jobs/shiomigaura/payslip-2026-04.toml";
    refused(|home| edit(home, file, "vendor =", "vendro ="), 78, &[file, "E381", "vendro"]);
}

#[test]
fn a_job_that_does_not_exist() {
    let home = home_copy();
    let said = tayori(home.path(), &["plan", "shiomigaura/payslip-2027"]);
    assert_eq!(said.code, 78, "{}", said.err);
    assert!(said.err.contains("E383") && said.err.contains("jobs of this home"), "{}", said.err);
}

#[test]
fn too_many_held_records_stop_the_job() {
    refused(
        |home| {
            edit(
                home,
                "jobs/shiomigaura/payslip-2026-04.toml",
                "[input]",
                "held_limit_percent = 1\n\n[input]",
            );
        },
        65,
        &["records are held, more than 1 %"],
    );
}

#[test]
fn an_output_that_exists_is_never_touched() {
    let home = home_copy();
    let first = tayori(home.path(), &["build", JOB, "--out", "out"]);
    assert_eq!(first.code, 3, "{}", first.err);
    let before = crate::program::tree(&home.path().join("out"));
    let second = tayori(home.path(), &["build", JOB, "--out", "out"]);
    assert_eq!(second.code, 5, "{}", second.err);
    assert!(
        second.err.contains("exists already") && second.err.contains("hint: "),
        "{}",
        second.err
    );
    assert!(before == crate::program::tree(&home.path().join("out")));
}

#[test]
fn a_full_disk_leaves_nothing() {
    let home = home_copy();
    let out = home.path().join("small");
    std::fs::create_dir(&out).expect("a directory");
    let script = format!(
        "mount -t tmpfs -o size=200k tmpfs '{out}' || exit 99; \
         '{program}' build {JOB} --out '{out}' >'{home}/log' 2>&1; code=$?; \
         ls -A '{out}' >'{home}/left'; exit $code",
        out = out.display(),
        home = home.path().display(),
        program = env!("CARGO_BIN_EXE_tayori"),
    );
    let status = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", &script])
        .current_dir(home.path())
        .status()
        .expect("unshare is there");
    let log = std::fs::read_to_string(home.path().join("log")).unwrap_or_default();
    assert_eq!(status.code(), Some(73), "{log}");
    assert!(log.contains("hint: the disk is full"), "{log}");
    assert_eq!(std::fs::read_to_string(home.path().join("left")).expect("a listing"), "");
}

#[test]
fn held_records_are_corrected_and_fed_back() {
    let home = home_copy();
    let first = tayori(home.path(), &["build", JOB, "--out", "out"]);
    assert_eq!(first.code, 3, "{}", first.err);
    let held = format!("out/{BUNDLE}-held/held.csv");
    let text = cp932(&home.path().join(&held));
    // 西村: the transfers fall 500 yen short of the net pay; 矢島 and 山﨑 stay wrong.
    assert!(text.contains("222786,222286"), "{text}");
    write_cp932(&home.path().join(&held), &text.replacen("222786,222286", "222786,222786", 1));
    let after = format!("out/{BUNDLE}");
    edit(
        home.path(),
        "jobs/shiomigaura/payslip-2026-04.toml",
        "[input]",
        "held_limit_percent = 90\n\n[input]",
    );
    let arguments = ["build", JOB, "--input", &held, "--after", &after, "--out", "out", "--json"];
    let second = tayori(home.path(), &arguments);
    assert_eq!(second.code, 3, "{}{}", second.out, second.err);
    let follow_up = home.path().join(format!("out/{BUNDLE}-2"));
    let manifest = std::fs::read(follow_up.join("data/manifest.json")).expect("a manifest");
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).expect("JSON");
    assert_eq!(manifest["balance"]["planned"]["records"], 1);
    assert_eq!(manifest["bundle"]["first_serial"], 90);
    assert_eq!(manifest["bundle"]["supplement_of"]["id"], BUNDLE);
    let verified = tayori(home.path(), &["verify", &format!("out/{BUNDLE}-2")]);
    assert_eq!(verified.code, 0, "{}{}", verified.out, verified.err);
    let found = tayori(home.path(), &["find", "0000090", "--out", "out"]);
    assert_eq!(found.code, 0, "{}", found.err);
    assert!(found.out.contains(&format!("{BUNDLE}-2")), "{}", found.out);
    let again = format!("out/{BUNDLE}-2");
    let arguments = ["build", JOB, "--input", &held, "--after", &again, "--out", "out"];
    let third = tayori(home.path(), &arguments);
    assert_ne!(third.code, 0, "the corrected record was made already");
    assert!(third.err.contains("E390"), "{}", third.err);
}

#[test]
fn nothing_personal_is_said() {
    let home = home_copy();
    let text = cp932(&home.path().join(MASTER));
    for format in ["human", "short", "json"] {
        let said = tayori(home.path(), &["validate", JOB, "--format", format]);
        assert_eq!(said.code, 3, "{}", said.err);
        for row in text.lines().skip(1) {
            let name = row.split(',').nth(1).expect("a name");
            let parts = name.split('　').filter(|part| part.chars().count() > 1);
            for part in parts.chain([name]) {
                assert!(!said.err.contains(part) && !said.out.contains(part), "{format}: {part}");
            }
        }
    }
}

#[test]
fn codes_and_serials_are_explained() {
    let home = home_copy();
    let said = tayori(home.path(), &["explain", "E231"]);
    assert_eq!(said.code, 0);
    assert!(said.out.starts_with("E231: "), "{}", said.out);
    assert_eq!(tayori(home.path(), &["explain", "nonsense!"]).code, 2);
    assert_eq!(tayori(home.path(), &["find", "9999999"]).code, 4);
}
