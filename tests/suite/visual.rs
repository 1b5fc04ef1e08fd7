//! What the forms of this repository look like: small grey pictures of each face, compared with those
//! in `tests/visual/`, and before that the text dumps of the same pages. `UPDATE=1` rewrites them,
//! and fails.

use crate::pictures::Grey;
use crate::program::{home_copy, repository};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use tayori::engine::{Fiction, Filled, FilledPage, Home, InputFiles, Picture, Preview};
use tayori::model::{LeafKind, Side};

/// Fine enough to see every line, coarse enough for small files.
const DPI: u16 = 60;
/// Fictional payslips have one leaf; some of this tenant's sample have two.
const LONG_PAYSLIPS: (&str, &str) = ("shiomigaura", "samples/shiomigaura/payslip-2026-04.csv");

/// A page: its name, what stands on it in words, and its picture.
struct Face {
    name: String,
    dump: String,
    grey: Grey,
}

/// The first faces of each kind of so many fictional pieces.
fn faces(home: &Path, form: &str, records: u64) -> Vec<Face> {
    let home = Home::open(home).expect("a home");
    let long = (form == "payslip").then_some(LONG_PAYSLIPS);
    let fiction = Fiction { form, tenant: long.map(|long| long.0), records, seed: 1 };
    let master = long.map(|long| home.path(long.1));
    let files = InputFiles { master, ..InputFiles::default() };
    let preview = Preview { fiction, files, page: None, dpi: DPI, grid: false };
    let mut filled =
        Filled::load(&home, &preview).unwrap_or_else(|error| panic!("{form}: {error:?}"));
    let dumps = filled.dumps().expect("pages");
    let side = |page: &FilledPage| if page.back { Side::Back } else { Side::Front };
    let number = |index: usize| u64::try_from(index + 1).expect("few pages");
    let mut faces = Vec::new();
    // The first leaf of every kind.
    for kind in LeafKind::ALL {
        let Some(front) = dumps.iter().position(|(page, _)| page.kind == kind) else { continue };
        let last = front + usize::from(dumps.get(front + 1).is_some_and(|page| page.0.back));
        let mut pages = dumps[front..=last].iter();
        let mut take = |_, picture: Picture| {
            let (page, dump) = pages.next().expect("a picture for each page");
            let name = format!("{form}-{}", page.kind.face(side(page)));
            faces.push(Face { name, dump: dump.clone(), grey: Grey::of(&picture) });
            Ok(())
        };
        filled = filled.only(number(front)..=number(last));
        filled.pictures(DPI, &mut take).expect("pictures");
    }
    faces
}

fn forms() -> Vec<String> {
    let forms = Home::open(&repository()).expect("a home").forms().expect("forms");
    forms.into_iter().map(|form| form.id).collect()
}

/// Compares a face with what is kept of it; gives what is wrong.
fn compare(face: &Face, kept: &Path, update: bool) -> Option<String> {
    let Face { name, dump, grey } = face;
    let (text, picture) = (kept.join(format!("{name}.txt")), kept.join(format!("{name}.png")));
    let known = fs::read_to_string(&text).unwrap_or_default();
    let mut wrong = None;
    if known != *dump {
        let line = known.lines().zip(dump.lines()).take_while(|(was, is)| was == is).count();
        let (was, is) = (known.lines().nth(line), dump.lines().nth(line));
        wrong = Some(format!("{name}.txt:{}:\n  was {was:?}\n   is {is:?}", line + 1));
    }
    if let Some(different) = grey.differs_from(&picture) {
        wrong = Some(wrong.map_or(different.clone(), |wrong| format!("{wrong}\n{different}")));
    }
    if wrong.is_some() && update {
        fs::create_dir_all(kept).expect("a directory");
        fs::write(&text, dump).expect("a writable golden");
        fs::write(&picture, grey.png()).expect("a writable golden");
    }
    wrong
}

/// The names of the faces that are kept.
fn stems(kept: &Path) -> BTreeSet<String> {
    let Ok(entries) = fs::read_dir(kept) else { return BTreeSet::new() };
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths.filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned())).collect()
}

#[test]
fn every_face_looks_as_it_did() {
    let kept = repository().join("tests/visual");
    let update = std::env::var_os("UPDATE").is_some();
    let stems = stems(&kept);
    let compared = forms().into_par_iter().flat_map_iter(|form| {
        // Enough pieces for a leaf of every kind.
        let faces = faces(&repository(), &form, 300);
        faces.into_iter().map(|face| (compare(&face, &kept, update), face.name)).collect::<Vec<_>>()
    });
    let (wrong, names): (Vec<_>, Vec<_>) = compared.unzip();
    let mut wrong: Vec<String> = wrong.into_iter().flatten().collect();
    let stale = stems.iter().filter(|stem| !names.contains(stem));
    wrong.extend(stale.map(|stem| format!("{stem}: no face is called so")));
    assert!(wrong.is_empty(), "{}\nUPDATE=1 rewrites them", wrong.join("\n"));
}

/// The pictures alone would tell, without the text: each change is one that a reader might miss.
#[test]
fn pictures_tell_small_changes() {
    let form = "nhi_card";
    let before = faces(&repository(), form, 1);
    let again = faces(&repository(), form, 1);
    assert!(before.iter().zip(&again).all(|(one, two)| one.grey == two.grey), "pictures repeat");
    let path = "forms/nhi_card/2026-08-01.toml";
    for (what, face, from, to) in [
        ("a text moved by 1 mm", 0, "box = [46, 2.9, 37, 4.6]", "box = [45, 2.9, 37, 4.6]"),
        (
            "a small text moved by 1 mm",
            0,
            "box = [16.8, 12.5, 65.4, 2.1]",
            "box = [17.8, 12.5, 64.4, 2.1]",
        ),
        (
            "a thin rule dropped",
            1,
            "[[face.first-back.rule]]\nfrom = [19.5, 50]\nto = [42, 50]\nline = 0.1\n",
            "",
        ),
        ("another typeface", 0, "role = \"heading\"", "role = \"name\""),
        ("a smaller typeface", 0, "size = 10\nrole", "size = 9.7\nrole"),
    ] {
        let home = home_copy();
        let file = home.path().join(path);
        let text = fs::read_to_string(&file).expect("the form");
        assert_eq!(text.matches(from).count(), 1, "{what}: {from}");
        fs::write(&file, text.replace(from, to)).expect("a form");
        for (n, (one, two)) in before.iter().zip(&faces(home.path(), form, 1)).enumerate() {
            let apart = one.grey.apart(&two.grey);
            assert_eq!(one.grey.looks_like(&two.grey), n != face, "{what}: {n} {apart:?}");
        }
    }
}
