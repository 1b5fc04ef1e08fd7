//! `tayori forms preview` as an operator uses it: files, pages, sizes, own data, wrong usage.

use crate::pictures::Grey;
use crate::program::{home_copy, repository, tayori};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

fn preview(out: &Path, arguments: &[&str]) -> crate::program::Said {
    let out = out.to_str().expect("UTF-8");
    tayori(&repository(), &[&["forms", "preview"], arguments, &["--out", out]].concat())
}

/// The names in a directory, sorted.
fn names(directory: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(directory).expect("a listing");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn pictures_have_the_size_of_the_leaf_at_the_resolution_asked_for() {
    let out = tempfile::tempdir().expect("a directory");
    // 86 × 54 mm and A4, rounded to whole dots.
    for (form, dpi, size) in [
        ("nhi_card", "150", (508, 319)),
        ("nhi_card", "600", (2031, 1276)),
        ("nhi_tax_notice", "36", (298, 421)),
    ] {
        let file = out.path().join(format!("{form}-at-{dpi}.png"));
        let said = preview(&file, &[form, "--dpi", dpi, "--page", "1"]);
        assert_eq!(said.code, 0, "{}", said.err);
        let picture = Grey::read(&file);
        assert_eq!((picture.width, picture.height), size, "{form} at {dpi}");
        let dark = picture.samples.iter().filter(|&&sample| sample < 128).count();
        assert!(dark * 100 > picture.samples.len(), "{form}: the page is empty");
    }
}

#[test]
fn each_page_is_a_picture_or_only_the_one_asked_for() {
    let out = tempfile::tempdir().expect("a directory");
    let few = ["nhi_card", "--dpi", "50", "--records", "2"];
    let said = preview(&out.path().join("all.png"), &few);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.out.ends_with("all-4.png  4 pages\n"), "{}", said.out);
    assert_eq!(names(out.path()), ["all-1.png", "all-2.png", "all-3.png", "all-4.png"]);
    let one = out.path().join("one.png");
    assert_eq!(preview(&one, &[&few[..], &["--page", "3"]].concat()).code, 0);
    let read = |name: &str| Grey::read(&out.path().join(name));
    assert_eq!(read("one.png"), read("all-3.png"));
    assert_ne!(read("one.png"), read("all-1.png"));
    assert_eq!(preview(&one, &[&few[..], &["--page", "1", "--seed", "2"]].concat()).code, 0);
    assert_ne!(read("one.png"), read("all-1.png"), "another seed, other people");
}

#[test]
fn own_data_is_read_as_the_job_reads_it_or_as_samples_are_written() {
    let out = tempfile::tempdir().expect("a directory");
    // CP932 under the tenant's own headings; some records are wrong.
    let mitsumori = ["property_tax_notice", "--tenant", "mitsumori", "--records", "1", "--json"];
    let own = "samples/mitsumori/property-tax-2026.csv";
    let said = preview(&out.path().join("own.pdf"), &[&mitsumori[..], &["--input", own]].concat());
    assert_eq!(said.code, 3, "{}", said.err);
    assert!(said.err.contains("E221"), "{}", said.err);
    let json: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
    assert_eq!((&json["held"], &json["errors"]), (&7.into(), &7.into()), "{}", said.out);
    let text = crate::judges::content(
        "pdftotext",
        &[out.path().join("own.pdf").to_str().expect("UTF-8"), "-"],
    );
    let key = text.contains("2600000017");
    assert!(key, "the first record's number: {text}");

    let sample = out.path().join("sample.csv");
    let file = sample.to_str().expect("UTF-8");
    let made = ["sample", "property_tax_notice", "--tenant", "mitsumori", "--records", "2"];
    assert_eq!(tayori(&repository(), &[&made[..], &["--out", file]].concat()).code, 0);
    let said = preview(&out.path().join("s.pdf"), &[&mitsumori[..], &["--input", file]].concat());
    assert_eq!(said.code, 0, "{}", said.err);
    let fictional = out.path().join("f.pdf");
    let said = preview(&fictional, &mitsumori);
    assert_eq!(said.code, 0, "{}", said.err);
    let read = |name: &str| std::fs::read(out.path().join(name)).expect("a preview");
    assert!(read("s.pdf") == read("f.pdf"), "the same records, the same pages");
}

#[test]
fn wrong_usage_says_what_is_known() {
    let out = tempfile::tempdir().expect("a directory");
    let file = |name: &str| out.path().join(name);
    for (name, arguments, said) in [
        ("x.jpg", &[][..], "a preview is written to a file whose name ends in .pdf or .png"),
        ("x", &[], "a preview is written to a file whose name ends in .pdf or .png"),
        ("x.png", &["--dpi", "601"], "601 is not in 36..=600"),
        ("x.png", &["--page", "0"], "0 is not in 1.."),
        ("x.png", &["--page", "9", "--records", "1"], "there is no page 9: the preview has 1"),
        ("x.pdf", &["--page", "9", "--records", "1"], "there is no page 9: the preview has 1"),
        ("x.pdf", &["--input", "y.csv", "--seed", "2"], "'--input <FILE.csv>' cannot be used with"),
        ("x.pdf", &["--detail", "y.csv"], "--input <FILE.csv>"),
    ] {
        let outcome = preview(&file(name), &[&["payslip"], arguments].concat());
        assert_eq!(outcome.code, 2, "{name} {arguments:?}: {}", outcome.err);
        assert!(outcome.err.contains(said), "{name} {arguments:?}: {}", outcome.err);
    }
    assert_eq!(names(out.path()), Vec::<String>::new(), "nothing is written");
}

/// A form that is being watched: the program, and what it said so far.
struct Watched {
    program: Child,
    lines: Receiver<String>,
}

impl Watched {
    fn start(home: &Path, arguments: &[&str]) -> Self {
        let mut program = Command::new(env!("CARGO_BIN_EXE_tayori"))
            .args(arguments)
            .args(["--watch", "--watch-for", "120"])
            .current_dir(home)
            .env_remove("TAYORI_HOME")
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let said = BufReader::new(program.stderr.take().expect("a pipe"));
        let (send, lines) = channel();
        std::thread::spawn(move || {
            said.lines().map_while(Result::ok).try_for_each(|l| send.send(l))
        });
        Self { program, lines }
    }

    /// All that is said until the line that ends a render.
    fn render(&self) -> String {
        let mut said = String::new();
        loop {
            let line = self.lines.recv_timeout(Duration::from_mins(1));
            said += &line.unwrap_or_else(|_| panic!("nothing more in a minute; said {said}"));
            said.push('\n');
            if said.ends_with(" ms\n") {
                return said;
            }
        }
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.program.kill().and_then(|()| self.program.wait()).expect("it ends");
    }
}

#[test]
fn a_watched_form_is_shown_again_when_a_file_is_saved() {
    let home = home_copy();
    let out = home.path().join("page.png");
    let form = ["forms", "preview", "payslip", "--records", "1", "--page", "1", "--dpi", "60"];
    let watched = Watched::start(home.path(), &[&form[..], &["--out", "page.png"]].concat());
    let first = watched.render();
    assert!(first.starts_with("page.png  1 pages, 0 errors, 0 warnings, "), "{first}");
    let before = Grey::read(&out);

    let part = home.path().join("forms/parts/payslip_head.toml");
    let text = std::fs::read_to_string(&part).expect("a part");
    std::fs::write(&part, text.replace("職員番号", "職員の番号")).expect("a part");
    let second = watched.render();
    assert!(second.starts_with("page.png  1 pages, 0 errors"), "{second}");
    let after = Grey::read(&out);
    assert_ne!(before, after);

    std::fs::write(&part, text.replace("職員番号", "{{ no_such }}")).expect("a part");
    let broken = watched.render();
    assert!(broken.contains("no_such") && broken.contains("not shown, 1 errors"), "{broken}");
    assert_eq!(Grey::read(&out), after, "the last good picture stays");

    std::fs::write(&part, &text).expect("a part");
    let again = watched.render();
    assert!(again.starts_with("page.png  1 pages, 0 errors"), "{again}");
    assert_eq!(Grey::read(&out), before);
    let more = watched.lines.recv_timeout(Duration::from_secs(1));
    assert!(more.is_err(), "it is quiet while nothing is saved: {more:?}");
}

#[test]
fn a_watch_may_be_limited() {
    let out = tempfile::tempdir().expect("a directory");
    let few = ["nhi_card", "--records", "1", "--dpi", "36", "--watch", "--watch-for", "0"];
    let said = preview(&out.path().join("x.png"), &few);
    assert_eq!((said.code, said.err.lines().count()), (0, 1), "{}", said.err);
    assert_eq!(preview(&out.path().join("x.png"), &["nhi_card", "--watch-for", "0"]).code, 2);
}

/// The grid lies under the form: whatever was dark stays as dark, and paper gets lines.
#[test]
fn a_grid_leaves_the_form_readable() {
    let out = tempfile::tempdir().expect("a directory");
    for form in ["property_tax_notice", "nhi_card"] {
        let file = out.path().join("x.png");
        let few = [form, "--records", "1", "--page", "1", "--dpi", "100"];
        assert_eq!(preview(&file, &few).code, 0);
        let plain = Grey::read(&file);
        assert_eq!(preview(&file, &[&few[..], &["--grid"]].concat()).code, 0);
        let grid = Grey::read(&file);
        let pairs = || plain.samples.iter().zip(&grid.samples);
        let paler = pairs().filter(|(was, is)| **was < 100 && **is > **was + 60).count();
        let dark = plain.samples.iter().filter(|&&sample| sample < 100).count();
        assert!(paler * 200 < dark, "{form}: {paler} of {dark} dark dots became pale");
        let paper = plain.samples.iter().filter(|&sample| *sample > 254).count();
        let lines = pairs().filter(|(was, is)| **was == 255 && **is < 255).count();
        assert!(lines * 3 > paper, "{form}: lines on {lines} of {paper} dots of paper");
        let dark = pairs().filter(|(was, is)| **was == 255 && **is < 128).count();
        assert!(dark * 50 < paper, "{form}: {dark} of {paper} dots of paper became dark");
    }
}
