//! Pages are read back: what is right passes, and every mix-up that press files were spoilt with is
//! noticed. In 2007 a city posted 41,571 notices whose barcodes carried another instalment's amount.

#![expect(clippy::disallowed_methods, reason = "tests read and write files")]

use crate::bundle_maker::seal;
use crate::judges;
use crate::program::{home_copy, tayori, tree};
use lopdf::{Document, SaveOptions};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::Range;
use std::path::Path;
use std::sync::OnceLock;
use tayori::digest::Digest;
use tayori::engine::{CheckOutcome, ReadBack, ReadExtent, Report, Silent, verify_and_read};
use tayori::model::Reading;
use tayori::package::{Manifest, paths, ticket_xjdf};

/// A bundle in memory.
type Files = BTreeMap<String, Vec<u8>>;

/// Fictional records of a job's form, built.
fn built(home: &Path, job: &str, records: &str) -> Files {
    let text = fs::read_to_string(home.join(job)).expect("a job");
    let form = text.lines().find_map(|line| line.strip_prefix("form = ")).expect("a form");
    let tenant = job.split('/').nth(1).expect("a tenant");
    let form = form.trim_matches('"');
    let sample = [
        "sample",
        form,
        "--records",
        records,
        "--seed",
        "5",
        "--tenant",
        tenant,
        "--out",
        "in.csv",
    ];
    let said = tayori(home, &sample);
    assert_eq!(said.code, 0, "{}", said.err);
    let said = tayori(home, &["build", job, "--input", "in.csv", "--out", "out", "--no-zip"]);
    assert_eq!(said.code, 0, "{job}: {}", said.err);
    let name = format!("{tenant}-{}", Path::new(job).file_stem().expect("a name").display());
    tree(&home.join("out").join(name)).into_iter().collect()
}

/// Property tax notices with slips of all instalments.
fn notices() -> &'static Files {
    static NOTICES: OnceLock<Files> = OnceLock::new();
    NOTICES.get_or_init(|| {
        let home = home_copy();
        built(home.path(), "jobs/kasumigahara/property-tax-2026.toml", "4")
    })
}

fn read(files: &Files, dpi: u16) -> Report {
    let manifest = Manifest::from_bytes(&files[paths::MANIFEST]).expect("a manifest");
    let directory = tempfile::tempdir().expect("a directory");
    let root = directory.path().join(&manifest.bundle.id);
    for (path, bytes) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
        fs::write(path, bytes).expect("the disk takes it");
    }
    let how = ReadBack { extent: ReadExtent::All, dpi };
    verify_and_read(&root, how, &Silent).expect("a bundle")
}

fn messages(report: &Report) -> String {
    let lines = report.findings.iter().map(|it| format!("{} {}", it.code, it.message));
    lines.collect::<Vec<_>>().join("\n")
}

/// The contents of the pages of the first lot, of which some are to be changed.
fn spoilt(spoil: impl Fn(&mut [Vec<u8>])) -> (BTreeSet<&'static str>, String) {
    let mut files = notices().clone();
    let mut manifest = Manifest::from_bytes(&files[paths::MANIFEST]).expect("a manifest");
    let lot = &mut manifest.runs[0].lots[0];
    let mut document = Document::load_mem(&files[&lot.file]).expect("a press file");
    let pages: Vec<_> = document.page_iter().collect();
    let content = |page| document.get_page_content(page);
    let sound: Vec<Vec<u8>> = pages.iter().map(|&page| content(page)).collect();
    let mut contents = sound.clone();
    spoil(&mut contents);
    assert!(contents != sound, "something is spoilt");
    for ((page, sound), content) in pages.into_iter().zip(sound).zip(contents) {
        if content != sound {
            document.change_page_content(page, content).expect("it takes it");
        }
    }
    let mut bytes = Vec::new();
    document.save_with_options(&mut bytes, SaveOptions::default()).expect("memory takes it");
    lot.sha256 = Digest::of(&bytes);
    lot.bytes = bytes.len() as u64;
    files.insert(lot.file.clone(), bytes);
    files.insert(paths::MANIFEST.to_owned(), manifest.to_bytes());
    files.insert(paths::TICKET.to_owned(), ticket_xjdf(&manifest));
    let report = read(&seal(&manifest, files).0, 300);
    let failed: Vec<_> = report
        .checks
        .iter()
        .filter(|it| it.outcome == CheckOutcome::Failed)
        .map(|it| it.id)
        .collect();
    assert_eq!(failed, ["read-back"], "{}", messages(&report));
    (report.findings.iter().map(|it| it.code.0).collect(), messages(&report))
}

/// The masks of a content: where each begins with its place, and its figures.
fn masks(content: &[u8], columns: &str) -> Vec<(Range<usize>, Range<usize>)> {
    let find = |from: usize, what: &[u8]| {
        content[from..].windows(what.len()).position(|it| it == what).map(|at| at + from)
    };
    let (mut found, mut at) = (Vec::new(), 0);
    let head = format!("BI/W {columns}/");
    while let Some(begin) = find(at, head.as_bytes()) {
        let start = content[..begin].windows(2).rposition(|it| it == b"q ").expect("a state");
        let figures = find(begin, b"ID ").expect("figures") + 3;
        let end = find(figures, b">").expect("an end");
        at = find(end, b"Q\n").expect("a state") + 2;
        found.push((start..at, figures..end));
    }
    found
}

const STORE: &str = "288";
const EL_QR: &str = "41";
const CUSTOMER: &str = "133";

/// Pages with two slips or more, which have place for another.
fn slips(contents: &[Vec<u8>]) -> Vec<usize> {
    (0..contents.len()).filter(|&page| masks(&contents[page], STORE).len() >= 2).collect()
}

fn exchange(contents: &mut [Vec<u8>], a: (usize, Range<usize>), b: (usize, Range<usize>)) {
    let (first, second) =
        (contents[a.0][a.1.clone()].to_vec(), contents[b.0][b.1.clone()].to_vec());
    assert_eq!(first.len(), second.len());
    contents[a.0][a.1].copy_from_slice(&second);
    contents[b.0][b.1].copy_from_slice(&first);
}

fn says(spoil: impl Fn(&mut [Vec<u8>]), codes: &[&'static str]) -> String {
    let (found, said) = spoilt(spoil);
    assert_eq!(found, codes.iter().copied().collect(), "{said}");
    said
}

#[test]
fn what_is_right_passes_at_every_resolution() {
    for dpi in [300, 600] {
        let report = read(notices(), dpi);
        assert!(report.passed(), "{dpi}: {}", messages(&report));
        let check = report.checks.last().expect("a check");
        assert_eq!(check.id, "read-back");
        assert!(
            check.detail.contains("customer 4") && check.detail.contains("el-qr "),
            "{}",
            check.detail
        );
    }
}

/// The accident of 2007.
#[test]
fn swapped_instalments_are_noticed() {
    for kind in [STORE, EL_QR] {
        // The whole year and the first instalment have the same days, the next two have others.
        for (first, code) in [(0, "E844"), (1, "E845")] {
            let (found, said) = spoilt(|contents| {
                let page = slips(contents)
                    .into_iter()
                    .find(|&page| masks(&contents[page], kind).len() == 3)
                    .expect("a leaf with three of them");
                let masks = masks(&contents[page], kind);
                let of = |n: usize| (page, masks[n].1.clone());
                exchange(contents, of(first), of(first + 1));
            });
            assert!(found.contains(code), "{said}");
            assert_eq!(found.contains("E846"), kind == EL_QR, "{said}");
        }
    }
}

/// A sheet that lost its place would take its neighbours along into an envelope.
#[test]
fn swapped_marks_of_inserters_are_noticed() {
    const MARK: &str = "16";
    let of = |contents: &[Vec<u8>]| -> Vec<usize> {
        (0..contents.len()).filter(|&page| !masks(&contents[page], MARK).is_empty()).collect()
    };
    let (found, said) = spoilt(|contents| {
        let pages = of(contents);
        let mark = |page: usize| (page, masks(&contents[page], MARK)[0].1.clone());
        let (a, b) = (mark(pages[0]), mark(pages[1]));
        exchange(contents, a, b);
    });
    assert_eq!((found, said.lines().count()), (["E853"].into(), 2), "{said}");
    let (found, said) = spoilt(|contents| {
        let page = of(contents)[0];
        let (_, figures) = masks(&contents[page], MARK)[0].clone();
        contents[page][figures].fill(b'0');
    });
    assert_eq!(found, ["E852"].into(), "{said}");
}

#[test]
fn symbols_of_other_people_are_noticed() {
    // Slips of two pieces exchanged.
    let (found, said) = spoilt(|contents| {
        let pages = slips(contents);
        let of = |page: usize| masks(&contents[page], STORE)[0].1.clone();
        // Two leaves of slips a piece.
        let (a, b) = ((pages[0], of(pages[0])), (pages[2], of(pages[2])));
        exchange(contents, a, b);
    });
    assert!(found.contains("E844"), "{said}");
    // A slip copied to another piece: it is there twice.
    let (found, said) = spoilt(|contents| {
        let pages = slips(contents);
        let of = |page: usize| masks(&contents[page], EL_QR)[0].1.clone();
        let copy = contents[pages[0]][of(pages[0])].to_vec();
        let there = of(pages[2]);
        contents[pages[2]][there].copy_from_slice(&copy);
    });
    assert!(found.contains("E850") && found.contains("E844"), "{said}");
    // Two customer barcodes exchanged: three bands of bars each.
    says(
        |contents| {
            let has = |page: &usize| masks(&contents[*page], CUSTOMER).len() == 3;
            let pages: Vec<usize> = (0..contents.len()).filter(has).collect();
            for band in 0..3 {
                let of = |page: usize| (page, masks(&contents[page], CUSTOMER)[band].1.clone());
                let (a, b) = (of(pages[0]), of(pages[1]));
                exchange(contents, a, b);
            }
        },
        &["E847"],
    );
}

#[test]
fn damage_is_noticed() {
    for (kind, at) in [(STORE, 30), (EL_QR, 60), (CUSTOMER, 12)] {
        let said = says(
            |contents| {
                let has = |page: &usize| !masks(&contents[*page], kind).is_empty();
                let page = (0..contents.len()).find(has).expect("a symbol");
                let (_, figures) = masks(&contents[page], kind)[0].clone();
                let digit = &mut contents[page][figures.start + at];
                *digit = if *digit == b'0' { b'F' } else { b'0' };
            },
            &["E841"],
        );
        assert!(said.contains("lot 01-001, page ") && said.contains(", piece 000000"), "{said}");
    }
    // Something is printed over it.
    says(
        |contents| {
            let page = slips(contents)[0];
            let (mask, _) = masks(&contents[page], STORE)[0].clone();
            let copy = contents[page][mask.clone()].to_vec();
            let over = [b"q 1 0 0 1 1.3 0 cm ", copy.as_slice(), b"Q\n"].concat();
            contents[page].splice(mask.end..mask.end, over);
        },
        &["E841"],
    );
    let removed = |kind| {
        move |contents: &mut [Vec<u8>]| {
            let page = slips(contents)[0];
            let (mask, _) = masks(&contents[page], kind)[0].clone();
            contents[page].drain(mask);
        }
    };
    says(removed(STORE), &["E842"]);
    says(removed(EL_QR), &["E842"]);
}

#[test]
fn symbols_where_none_belongs_are_noticed() {
    says(
        |contents| {
            // The last leaf of slips has an empty place below its two.
            let pages = slips(contents);
            let page = pages.into_iter().find(|&page| masks(&contents[page], EL_QR).len() == 2);
            let page = page.expect("a leaf with an empty place");
            let (mask, _) = masks(&contents[page], EL_QR)[1].clone();
            let copy = contents[page][mask.clone()].to_vec();
            // 99 mm further down.
            let below = [b"q 1 0 0 1 0 -280.63 cm ", copy.as_slice(), b"Q\n"].concat();
            contents[page].splice(mask.end..mask.end, below);
        },
        &["E843"],
    );
}

/// Digits follow each other in the face's characters, and so do comma and full stop before them.
#[test]
fn changed_amounts_are_noticed() {
    let amounts = |content: &[u8]| -> Vec<usize> {
        // `d,ddd)`: a digit, a comma, three digits.
        let is_amount = |part: &[u8]| {
            let digit = |n: usize| part[n * 2] == 0 && (0x12..0x1C).contains(&part[n * 2 + 1]);
            part[2..4] == [0, 0x0E]
                && digit(0)
                && [2, 3, 4].into_iter().all(digit)
                && part[10] == b')'
        };
        (0..content.len().saturating_sub(11))
            .filter(|&at| is_amount(&content[at..at + 11]))
            .collect()
    };
    for count in [1, 3] {
        says(
            |contents| {
                let page = slips(contents)[0];
                let found = amounts(&contents[page]);
                assert!(found.len() >= 6, "three amounts on each of two slips");
                for at in &found[..count] {
                    let digit = &mut contents[page][at + 1];
                    *digit = if *digit == 0x1B { 0x12 } else { *digit + 1 };
                }
            },
            &["E844"],
        );
    }
}

#[test]
fn hostile_pages_are_findings() {
    // An object that paints itself, and more than any page has to paint.
    let (found, said) = spoilt(|contents| {
        let page = slips(contents)[0];
        let more = b"q Q ".repeat(1_600_000);
        contents[page].extend_from_slice(&more);
    });
    assert!(found.contains("E851"), "{said}");
    assert!(said.contains("more to paint"), "{said}");
}

/// Others read the same symbols from other pictures: every job that has any, at the resolutions of
/// presses and scanners.
#[test]
fn others_read_every_symbol_of_the_sample_jobs() {
    let home = home_copy();
    let mut slips = 0;
    for job in ["property-tax-2026", "light-vehicle-tax-2026", "payslip-2026-04"] {
        slips += others_read(home.path(), &format!("jobs/kasumigahara/{job}.toml"));
    }
    slips += others_read(home.path(), "jobs/mitsumori/nhi-tax-2026.toml");
    assert!(slips > 10, "{slips}");
}

/// Judges what zbar and zxing read of fictional pieces of a job; how many slips have a store's code.
fn others_read(home: &Path, job: &str) -> usize {
    let files = built(home, job, "2");
    let manifest = Manifest::from_bytes(&files[paths::MANIFEST]).expect("a manifest");
    let report = read(&files, 300);
    assert!(report.passed(), "{job}: {}", messages(&report));
    let check = report.checks.last().expect("a check");
    if manifest.form.readings.is_empty() {
        assert_eq!((check.outcome, check.count), (CheckOutcome::Nothing, 0), "{job}");
        return 0;
    }
    let count = |kind: &str| -> usize {
        let parts = check.detail.split([',', ';']).map(str::trim);
        let found = parts.filter_map(|part| part.strip_prefix(kind)?.trim().parse::<usize>().ok());
        found.sum()
    };
    for dpi in ["300", "600"] {
        let directory = tempfile::tempdir().expect("a directory");
        for (n, (_, lot)) in manifest.lots().enumerate() {
            let pdf = directory.path().join(format!("{n}.pdf"));
            fs::write(&pdf, &files[&lot.file]).expect("the disk takes it");
            let pdf = pdf.display().to_string();
            for page in pages_of(&files, &manifest, &lot.file) {
                let root = directory.path().join(format!("{n}-{page}")).display().to_string();
                let only = ["-r", dpi, "-gray", "-singlefile", "-f", &page, "-l", &page];
                judges::content("pdftoppm", &[&only[..], &[&pdf, &root]].concat());
            }
        }
        let pages = tree(directory.path()).into_iter().map(|(path, _)| path);
        let pages = pages.filter(|path| path.ends_with(".pgm"));
        let pages: Vec<String> =
            pages.map(|path| directory.path().join(path).display().to_string()).collect();
        let (mut zbar, mut zxing) = (String::new(), String::new());
        for page in &pages {
            // It ends badly where a picture has none.
            let asked = judges::ask("zbarimg", &["-q", page]);
            zbar += &String::from_utf8_lossy(&asked.stdout);
            zxing += &judges::content("python3", &["-c", ZXING, page]);
        }
        let of = |read: &str, head: &str| read.lines().filter(|l| l.starts_with(head)).count();
        for (read, store, el_qr) in
            [(&zbar, "CODE-128:91", "QR-Code:000201"), (&zxing, "Code 128 91", "QR Code 000201")]
        {
            assert_eq!(of(read, store), count("store"), "{job} at {dpi}: {store}");
            assert_eq!(of(read, el_qr), count("el-qr"), "{job} at {dpi}: {el_qr}");
        }
    }
    count("store")
}

/// The pages of a press file that have payments' symbols, by what the bundle says of them.
fn pages_of(files: &Files, manifest: &Manifest, lot: &str) -> BTreeSet<String> {
    let pays = |reading: &&Reading| reading.symbols.iter().any(|symbol| symbol.reason.is_some());
    let faces: BTreeSet<&str> =
        manifest.form.readings.iter().filter(pays).map(|reading| &*reading.face).collect();
    let lot = Path::new(lot).file_stem().expect("a name").to_string_lossy();
    let sheets = String::from_utf8_lossy(&files["data/sheets.csv"]);
    let rows = sheets.lines().skip(1).map(|row| row.split(',').collect::<Vec<_>>());
    let rows = rows.filter(|row| row[0] == lot && faces.contains(row[9]));
    rows.map(|row| row[7].to_owned()).collect()
}

/// Prints the symbols of a grey picture.
const ZXING: &str = r#"
import sys, numpy, zxingcpp
with open(sys.argv[1], "rb") as file:
    assert file.readline().strip() == b"P5"
    width, height = map(int, file.readline().split())
    file.readline()
    page = numpy.frombuffer(file.read(), numpy.uint8).reshape(height, width)
for code in zxingcpp.read_barcodes(page):
    print(code.format, code.bytes.decode("latin-1"))
"#;
