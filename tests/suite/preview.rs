//! `tayori forms preview` as an operator uses it: files, pages, sizes, own data, wrong usage.

use crate::pictures::Grey;
use crate::program::{repository, tayori};
use std::path::Path;

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
