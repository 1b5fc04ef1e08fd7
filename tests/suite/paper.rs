//! What the paper brings, from the form to the press file: previews show it, press files do not.

use crate::artwork::case;
use crate::judges;
use crate::program::{Said, home_copy, tayori};
use std::path::{Path, PathBuf};

const JOB: &str = "jobs/shiomigaura/payslip-2026-04.toml";

/// A home whose payslip says more.
fn home_with(more: &str) -> tempfile::TempDir {
    let home = home_copy();
    let form = home.path().join("forms/payslip/2026-04-01.toml");
    let text = std::fs::read_to_string(&form).expect("the form");
    std::fs::write(&form, format!("{text}\n{more}")).expect("a form");
    std::fs::create_dir(home.path().join("forms/art")).expect("a directory");
    for name in ["emblem.svg", "shapes.svg"] {
        std::fs::copy(case(name), home.path().join("forms/art").join(name)).expect("a copy");
    }
    home
}

/// The only press file of a job.
fn built(home: &Path) -> PathBuf {
    let Said { code, err, .. } = tayori(home, &["build", JOB, "--out", "out", "--no-zip"]);
    assert_eq!(code, 3, "{err}");
    let lots = home.join("out/shiomigaura-payslip-2026-04/data/lots");
    let mut files = std::fs::read_dir(lots).expect("lots").map(|lot| lot.expect("a lot").path());
    files.next().expect("a lot")
}

fn text_of(pdf: &Path) -> String {
    judges::content("pdftotext", &["-raw", pdf.to_str().expect("UTF-8"), "-"])
}

/// How many pictures and layers a PDF holds.
fn forms_in(pdf: &Path) -> usize {
    let bytes = std::fs::read(pdf).expect("a PDF");
    String::from_utf8_lossy(&bytes).matches("/Subtype/Form").count()
}

/// The picture that a page gives.
fn picture(pdf: &Path) -> Vec<u8> {
    let out = pdf.with_extension("pgm");
    let target = out.to_str().expect("UTF-8");
    let pdf = pdf.to_str().expect("UTF-8");
    judges::silent(
        "mutool",
        &["draw", "-q", "-N", "-r", "72", "-F", "pgm", "-o", target, pdf, "1"],
    );
    std::fs::read(out).expect("a picture")
}

const PRINTED: &str = "
[[face.first-front.image]]
box = [190, 8, 10, 10]
file = \"art/emblem.svg\"
";

/// The picture that only the paper brings stands first in the form.
const STOCK: &str = "
[[face.first-front.image]]
box = [170, 8, 10, 10]
file = \"art/shapes.svg\"
preprinted = true

[[face.first-front.text]]
box = [60, 6.1, 60, 4]
text = \"専用紙見本\"
preprinted = true
";

#[test]
fn what_the_paper_brings_is_shown_and_not_printed() {
    let (with, without) = (home_with(&format!("{STOCK}{PRINTED}")), home_with(PRINTED));
    let (stock, plain) = (built(with.path()), built(without.path()));
    assert!(!text_of(&stock).contains("専用紙見本"));
    assert_eq!(forms_in(&stock), forms_in(&plain), "its picture is not embedded");
    assert!(picture(&stock) == picture(&plain), "the same is printed, the emblem in its place");
    let preview = |home: &Path| {
        let out = home.join("preview.pdf");
        let file = out.to_str().expect("UTF-8");
        let said = tayori(home, &["forms", "preview", "payslip", "--records", "1", "--out", file]);
        assert_eq!(said.code, 0, "{}", said.err);
        out
    };
    let (shown, plain) = (preview(with.path()), preview(without.path()));
    assert!(text_of(&shown).contains("専用紙見本"));
    assert_eq!(forms_in(&shown), forms_in(&plain) + 1);
    assert!(picture(&shown) != picture(&plain));
}
