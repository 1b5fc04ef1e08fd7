//! The sample jobs, built by the program as an operator would and looked at by outside judges.

use crate::judges;
use crate::program::{Said, repository, tayori, tayori_verify, tree};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use tayori::model::{CheckDigit, PieceId, SlotMark};

/// Every sample job: its file and its bundle.
pub(crate) const JOBS: [(&str, &str); 7] = [
    ("jobs/kasumigahara/light-vehicle-tax-2026.toml", "kasumigahara-light-vehicle-tax-2026"),
    ("jobs/kasumigahara/payslip-2026-04.toml", "kasumigahara-payslip-2026-04"),
    ("jobs/kasumigahara/property-tax-2026.toml", "kasumigahara-property-tax-2026"),
    ("jobs/mitsumori/nhi-card-2026.toml", "mitsumori-nhi-card-2026"),
    ("jobs/mitsumori/nhi-tax-2026.toml", "mitsumori-nhi-tax-2026"),
    ("jobs/mitsumori/property-tax-2026.toml", "mitsumori-property-tax-2026"),
    ("jobs/shiomigaura/payslip-2026-04.toml", "shiomigaura-payslip-2026-04"),
];

/// The demo, made once with two threads.
fn demo() -> &'static Path {
    static DEMO: OnceLock<tempfile::TempDir> = OnceLock::new();
    DEMO.get_or_init(|| {
        let out = tempfile::tempdir().expect("a temporary directory");
        let said = run_demo(out.path(), "2");
        assert_eq!(said.code, 0, "{}{}", said.out, said.err);
        for (job, bundle) in JOBS {
            let job = job.trim_start_matches("jobs/").trim_end_matches(".toml");
            let line = said.out.lines().find(|line| line.starts_with(job)).expect("a row a job");
            assert!(line.contains(" yes ") && line.ends_with(bundle), "{line}");
        }
        out
    })
    .path()
}

fn run_demo(out: &Path, threads: &str) -> Said {
    let out = out.to_str().expect("UTF-8");
    tayori(&repository(), &["demo", "--out", out, "--threads", threads])
}

pub(crate) fn lots(bundle: &str) -> Vec<PathBuf> {
    let mut lots: Vec<PathBuf> = std::fs::read_dir(demo().join(bundle).join("data/lots"))
        .expect("lots")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    lots.sort();
    assert!(!lots.is_empty());
    lots
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

#[test]
fn one_thread_and_two_make_the_same_bundles() {
    let again = tempfile::tempdir().expect("a temporary directory");
    let said = run_demo(again.path(), "1");
    assert_eq!(said.code, 0, "{}", said.err);
    let (two, one) = (tree(demo()), tree(again.path()));
    let names =
        |tree: &[(String, Vec<u8>)]| tree.iter().map(|(n, _)| n.clone()).collect::<Vec<_>>();
    assert_eq!(names(&two), names(&one));
    for ((name, two), (_, one)) in two.iter().zip(&one) {
        assert!(two == one, "{name} differs between one thread and two");
    }
}

#[test]
fn judges_accept_every_press_file() {
    for (_, bundle) in JOBS {
        for lot in lots(bundle) {
            judges::content("qpdf", &["--check", text(&lot)]);
            judges::content("mutool", &["info", text(&lot)]);
            let ghostscript = [
                "-q",
                "-dNOPAUSE",
                "-dBATCH",
                "-dPDFSTOPONWARNING",
                "-sDEVICE=nullpage",
                text(&lot),
            ];
            judges::silent("gs", &ghostscript);
        }
    }
}

#[test]
fn judges_accept_every_bag() {
    for (_, bundle) in JOBS {
        let bag = demo().join(bundle);
        for list in ["manifest-sha256.txt", "tagmanifest-sha256.txt"] {
            let check =
                format!("cd '{}' && sha256sum --check --strict --quiet {list}", bag.display());
            judges::silent("sh", &["-c", &check]);
        }
        judges::content("bagit.py", &["--validate", text(&bag)]);
        let zip = demo().join(format!("{bundle}.zip"));
        judges::content("7zz", &["t", text(&zip)]);
        let ticket = bag.join("data/ticket.xjdf");
        judges::silent("xmllint", &["--noout", "--nonet", text(&ticket)]);
        let schema = repository().join("docs/manifest.schema.json");
        let validate = "import json,sys,jsonschema; \
                        jsonschema.Draft202012Validator(json.load(open(sys.argv[1]))).validate(json.load(open(sys.argv[2])))";
        let manifest = bag.join("data/manifest.json");
        judges::content("python3", &["-c", validate, text(&schema), text(&manifest)]);
    }
}

#[test]
fn the_vendors_program_accepts_bag_and_zip() {
    for (_, bundle) in JOBS {
        for path in [demo().join(bundle), demo().join(format!("{bundle}.zip"))] {
            let said = tayori_verify(&[text(&path)]);
            assert_eq!(said.code, 0, "{}{}", said.out, said.err);
            assert!(said.out.contains("検証合格"), "{}", said.out);
        }
    }
}

#[test]
fn a_flipped_bit_anywhere_is_refused() {
    let bundle = "shiomigaura-payslip-2026-04";
    let copy = tempfile::tempdir().expect("a temporary directory");
    let bag = copy.path().join(bundle);
    for (name, bytes) in tree(&demo().join(bundle)) {
        let path = bag.join(&name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        std::fs::write(&path, &bytes).expect("a copy");
    }
    assert_eq!(tayori_verify(&[text(&bag)]).code, 0);
    for (n, (name, bytes)) in tree(&bag).into_iter().enumerate() {
        let at = (bytes.len() * (n + 3)).checked_div(17).unwrap_or(0) % bytes.len();
        let mut flipped = bytes.clone();
        flipped[at] ^= 1 << (n % 8);
        std::fs::write(bag.join(&name), &flipped).expect("a flipped file");
        assert_eq!(tayori_verify(&[text(&bag)]).code, 4, "bit {} of byte {at} of {name}", n % 8);
        std::fs::write(bag.join(&name), &bytes).expect("the file as it was");
    }
    assert_eq!(tayori_verify(&[text(&bag)]).code, 0);
}

/// A page's words with their places, in points from the top left.
struct Word {
    x: f64,
    y: f64,
    text: String,
}

/// The words of every page, as poppler reads them.
fn words(lot: &Path) -> Vec<Vec<Word>> {
    let html = judges::content("pdftotext", &["-bbox", text(lot), "-"]);
    let mut pages = Vec::new();
    for line in html.lines().map(str::trim) {
        if line.starts_with("<page ") {
            pages.push(Vec::new());
        } else if let Some(rest) = line.strip_prefix("<word ") {
            let number = |key: &str| -> f64 {
                let (_, after) = rest.split_once(key).expect("an attribute");
                after[2..].split('"').next().expect("a value").parse().expect("a number")
            };
            let (_, inner) = rest.split_once('>').expect("a tag");
            let inner = inner.trim_end_matches("</word>");
            let text = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")]
                .iter()
                .fold(inner.to_owned(), |text, (from, to)| text.replace(from, to));
            let x = f64::midpoint(number("xMin"), number("xMax"));
            let y = f64::midpoint(number("yMin"), number("yMax"));
            pages.last_mut().expect("a page").push(Word { x, y, text });
        }
    }
    pages
}

/// The slot of a layout as a box in points, as the manifest describes it; on backs as the press
/// turns the sheet.
fn slot_box(run: &serde_json::Value, leaf: &[f64; 2], slot: u32, back: bool) -> [f64; 4] {
    const POINTS: f64 = 72.0 / 25.4;
    let layout = &run["layout"];
    let pair = |key: &str| {
        let value = &layout[key];
        [value[0].as_f64().expect("a length"), value[1].as_f64().expect("a length")]
    };
    let columns = u32::try_from(layout["columns"].as_u64().expect("columns")).expect("few");
    let (origin, gutter) = (pair("origin"), pair("gutter"));
    let (row, column) = ((slot - 1).div_euclid(columns), (slot - 1) % columns);
    let mut left = origin[0] + f64::from(column) * (leaf[0] + gutter[0]);
    let mut top = origin[1] + f64::from(row) * (leaf[1] + gutter[1]);
    let sheet = pair("sheet");
    if back {
        match run["press"]["flip"].as_str().expect("a flip") {
            "long-edge" => left = sheet[0] - left - leaf[0],
            "short-edge" => top = sheet[1] - top - leaf[1],
            flip => panic!("{flip}"),
        }
    }
    [left, top, left + leaf[0], top + leaf[1]].map(|mm| mm * POINTS)
}

fn csv_rows(path: &Path, encoding: &str) -> Vec<BTreeMap<String, String>> {
    let bytes = std::fs::read(path).expect("a file");
    let encoding = encoding_rs::Encoding::for_label(encoding.as_bytes()).expect("an encoding");
    let (text, ..) = encoding.decode(&bytes);
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let headings = reader.headers().expect("headings").clone();
    reader
        .records()
        .filter_map(Result::ok)
        .map(|row| headings.iter().zip(&row).map(|(h, c)| (h.to_owned(), c.to_owned())).collect())
        .collect()
}

/// Every piece's name stands on the page, and in the slot, that `sheets.csv` says, and the mark on
/// every side.
#[track_caller]
fn names_are_where_the_list_says(bundle: &str, input: &str, encoding: &str, key: &str, name: &str) {
    let (tenant, job) = bundle.split_once('-').expect("tenant and job");
    let names: BTreeMap<PieceId, String> = csv_rows(&repository().join(input), encoding)
        .into_iter()
        .filter(|row| row.contains_key(name))
        .map(|row| (PieceId::derive(tenant, job, &row[key]), row[name].clone()))
        .collect();
    let bag = demo().join(bundle);
    let manifest = std::fs::read(bag.join("data/manifest.json")).expect("a manifest");
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).expect("JSON");
    let leaf = [0, 1].map(|n| manifest["form"]["leaf"][n].as_f64().expect("a length"));
    let runs = manifest["runs"].as_array().expect("runs");
    let pages: BTreeMap<String, Vec<Vec<Word>>> = lots(bundle)
        .iter()
        .map(|lot| (lot.file_stem().expect("a name").to_string_lossy().into_owned(), words(lot)))
        .collect();
    let pieces = csv_rows(&bag.join("data/pieces.csv"), "utf-8");
    let ids: BTreeMap<String, PieceId> = pieces
        .iter()
        .map(|row| (row["serial"].clone(), PieceId::parse(&row["piece"]).expect("an id")))
        .collect();
    let mut seen = 0;
    for row in csv_rows(&bag.join("data/sheets.csv"), "utf-8") {
        let page: usize = row["page"].parse().expect("a page");
        let run: usize = row["lot"][..2].parse().expect("a run");
        let slot: u32 = row["slot"].parse().expect("a slot");
        let back = row["side"] == "back";
        let place = slot_box(&runs[run - 1], &leaf, slot, back);
        let inside = |word: &&Word| {
            word.x > place[0] && word.x < place[2] && word.y > place[1] && word.y < place[3]
        };
        let mut words: Vec<&Word> = pages[&row["lot"]][page - 1].iter().filter(inside).collect();
        let as_read: String = words.iter().map(|word| word.text.as_str()).collect();
        words.sort_by(|a, b| (a.y.round(), a.x).partial_cmp(&(b.y.round(), b.x)).expect("numbers"));
        let by_line: String = words.iter().map(|word| word.text.as_str()).collect();
        let says = |text: &str| {
            // Poppler splits at wide spaces, so each part of a name is looked for by itself.
            text.split_whitespace().all(|part| as_read.contains(part) || by_line.contains(part))
        };
        assert!(says(&row["mark"]), "{bundle} {row:?}: no mark in {as_read}");
        assert!(SlotMark::parse(&row["mark"]).is_some(), "{row:?}");
        if row["leaf"] == "1" && !back {
            let name = &names[&ids[&row["serial"]]];
            assert!(says(name), "{bundle} {row:?}: the name is not in its slot");
            seen += 1;
        }
    }
    assert_eq!(seen, pieces.len(), "every piece was looked at");
}

#[test]
fn poppler_finds_every_name_in_its_slot_on_property_tax_notices() {
    let input = "samples/kasumigahara/property-tax-2026.csv";
    let bundle = "kasumigahara-property-tax-2026";
    names_are_where_the_list_says(bundle, input, "utf-8", "通知書番号", "氏名");
}

#[test]
fn poppler_finds_every_name_in_its_slot_on_cards() {
    let input = "samples/mitsumori/nhi-card-2026.csv";
    names_are_where_the_list_says(
        "mitsumori-nhi-card-2026",
        input,
        "utf-8",
        "被保険者管理番号",
        "氏名",
    );
}

#[test]
fn poppler_finds_every_name_in_its_slot_on_payslips() {
    let input = "samples/shiomigaura/payslip-2026-04.csv";
    let bundle = "shiomigaura-payslip-2026-04";
    names_are_where_the_list_says(bundle, input, "shift_jis", "職員番号", "氏名");
}

#[test]
fn the_tenants_codes_have_right_check_digits() {
    for tenant in ["kasumigahara", "mitsumori", "shiomigaura"] {
        let path = repository().join(format!("jobs/{tenant}/tenant.toml"));
        let table: toml::Table =
            std::fs::read_to_string(path).expect("a tenant").parse().expect("TOML");
        let code = table["code"].as_str().expect("a code");
        assert!(CheckDigit::LgCode.holds(code) && code.starts_with("98"), "{tenant}: {code}");
    }
}

/// The notices of the two-up sheets are folded at 99 and 198 mm: dashes stand there in the margin beside them, on
/// both sides of the sheet, and none between.
#[test]
fn fold_marks_stand_beside_folded_notices() {
    let lots = lots("kasumigahara-property-tax-2026");
    let lot = lots.iter().find(|lot| lot.ends_with("02-001.pdf")).expect("a lot of sheets");
    let pictures = tempfile::tempdir().expect("a directory");
    let out = pictures.path().join("margin");
    for page in ["1", "2"] {
        // 254 dots an inch: ten a millimetre. From 7 to 12 mm; the slots begin at 15 and 11.5 mm.
        let place = ["-r", "254", "-gray", "-f", page, "-l", page, "-singlefile"];
        let part = ["-x", "70", "-y", "0", "-W", "50", "-H", "3200"];
        let files = [text(lot), text(&out)];
        judges::silent("pdftoppm", &[&place[..], &part, &files].concat());
        let (width, samples) = crate::cells::picture(&out.with_extension("pgm"));
        // Tenths of a millimetre from the top of the slots.
        let dark = |tenths: usize| {
            let rows = samples.chunks(width).skip(115 + tenths - 3).take(6);
            rows.flatten().any(|&sample| sample < 128)
        };
        for fold in [990, 1980] {
            assert!(dark(fold), "page {page}: no mark at {fold} tenths of a millimetre");
        }
        assert!(!dark(600) && !dark(1800), "page {page}: a mark where no fold is");
    }
}
