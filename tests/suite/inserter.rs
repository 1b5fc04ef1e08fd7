//! Inserters: what their marks and control files say of real bundles, in several machines' dialects, read
//! by readers of others; and what is refused before anything is printed.

#![expect(clippy::disallowed_methods, reason = "tests read and write files")]

use crate::bundle_maker::{fonts, seal};
use crate::judges;
use crate::program::{home_copy, tayori, tree};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use tayori::barcode::lay::Press;
use tayori::digest::Digest;
use tayori::engine::{Home, InputFiles, Silent, plan_job};
use tayori::measure::{Extent, Length, Point, Rect};
use tayori::model::inserter::{InsertedPiece, LotSize, MarkPlace};
use tayori::model::{Inserter, LeafKind, Serial, Side, Vendor};
use tayori::package::{Manifest, Outcome, paths, verify};
use tayori::pdf::{Content, Deflater, LotInfo, LotWriter, OutputIntent, Standard};
use tayori::plan::assign;
use tayori::reading::{Leaf, Pages, Painter, check_mark};
use tayori::render::MarkPen;

const JOB: &str = "jobs/kasumigahara/property-tax-2026.toml";
const VENDOR: &str = "jobs/vendors/kitashio-print.toml";
const BUNDLE: &str = "out/kasumigahara-property-tax-2026";

/// The inserters of a vendor's file.
#[derive(serde::Deserialize)]
struct Machines {
    inserter: Vec<Inserter>,
}

/// A bundle in memory.
type Files = BTreeMap<String, Vec<u8>>;

fn edit(home: &Path, file: &str, change: impl FnOnce(String) -> String) {
    let path = home.join(file);
    let text = change(fs::read_to_string(&path).expect("a file"));
    fs::write(path, text).expect("the disk takes it");
}

/// The vendor's file with another machine in place of its own.
fn machine(home: &Path, table: &str) {
    edit(home, VENDOR, |text| {
        let presses = text.split("[[inserter]]").next().expect("presses").to_owned();
        format!("{presses}{table}")
    });
}

/// Fictional property tax notices.
fn records(home: &Path, count: u32) {
    let sample = format!(
        "sample property_tax_notice --records {count} --seed 7 --tenant kasumigahara --out in.csv"
    );
    let said = tayori(home, &sample.split(' ').collect::<Vec<_>>());
    assert_eq!(said.code, 0, "{}", said.err);
}

/// Sixteen of them, built.
fn built(home: &Path) -> Files {
    records(home, 16);
    let said = tayori(home, &["build", JOB, "--input", "in.csv", "--out", "out", "--no-zip"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let said = tayori(home, &["verify", BUNDLE]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    tree(&home.join(BUNDLE)).into_iter().collect()
}

/// Another program finds the marks of all fronts of a lot, and they are those that the machine was told of:
/// for each piece the first and the last, and the right number between them.
const MARKS: &str = "
import csv, io, sys, numpy, zxingcpp, pathlib
folder, control = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
seen = set()
for path in sorted(folder.glob('*.pgm')):
    data = path.read_bytes()
    kind, size, top, dots = data.split(b'\\n', 3)
    width, height = map(int, size.split())
    picture = numpy.frombuffer(dots, numpy.uint8).reshape(height, width)
    for found in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.DataMatrix):
        assert found.text not in seen, found.text
        seen.add(found.text)
rows = list(csv.DictReader(io.StringIO(control.read_bytes().decode('cp932'))))
leaves = sum(int(row['枚数']) for row in rows)
assert len(seen) == leaves, (len(seen), leaves)
for row in rows:
    assert {row['先頭コード'], row['末尾コード']} <= seen, row
    assert int(row['先頭コード'][4:11]) == int(row['通番'])
    assert sum(text[4:11] == row['通番'] for text in seen) == int(row['枚数'])
    bits = sum(1 << (int(feeder) - 1) for feeder in row['同封物'].split('+'))
    assert int(row['先頭コード'][16:19]) == bits and row['先頭コード'][19] == row['排出'], row
print(len(seen))
";

#[test]
fn other_readers_find_the_mark_of_every_leaf() {
    let home = home_copy();
    let files = built(home.path());
    let manifest = Manifest::from_bytes(&files[paths::MANIFEST]).expect("a manifest");
    let (mut found, mut leaves) = (0, 0);
    for (run, lot) in manifest.lots() {
        if run.class.by_hand {
            assert!(run.inserter.is_none(), "people put no leaves into machines");
            continue;
        }
        assert!(run.inserter.is_some(), "the vendor's machine fills all envelopes of the job");
        leaves += u64::from(lot.leaves);
        let pictures = tempfile::tempdir().expect("a directory");
        let (file, out) = (home.path().join(BUNDLE).join(&lot.file), pictures.path().join("p"));
        let [file, out] = [&file, &out].map(|path| path.to_str().expect("a plain path"));
        judges::silent("pdftoppm", &["-r", "300", "-gray", file, out]);
        let control = home.path().join(BUNDLE).join(paths::control(&lot.name));
        let [folder, control] =
            [pictures.path(), &control].map(|path| path.to_str().expect("a plain path"));
        let said = judges::content("python", &["-c", MARKS, folder, control]);
        found += said.trim().parse::<u64>().expect("a number");
    }
    assert!(leaves > 20);
    assert_eq!(found, leaves);
}

#[test]
fn what_was_changed_in_control_files_is_refused() {
    let home = home_copy();
    let files = built(home.path());
    let manifest = Manifest::from_bytes(&files[paths::MANIFEST]).expect("a manifest");
    let (_, lot) = manifest.lots().max_by_key(|(_, lot)| lot.pieces).expect("a lot");
    let refused = |path: &str, change: &dyn Fn(&[u8]) -> Vec<u8>| {
        let (mut files, mut manifest) = (files.clone(), manifest.clone());
        let bytes = change(&files[path]);
        assert!(bytes != files[path], "{path} is changed");
        if let Some(info) = manifest.files.iter_mut().find(|info| info.path == path) {
            info.sha256 = tayori::digest::Digest::of(&bytes);
            info.bytes = bytes.len() as u64;
        }
        files.insert(path.to_owned(), bytes);
        files.insert(paths::MANIFEST.to_owned(), manifest.to_bytes());
        let report = verify(&seal(&manifest, files), &mut |_| {});
        let failed = report.checks.iter().filter(|check| check.outcome == Outcome::Failed);
        assert_eq!(failed.map(|check| check.id).collect::<Vec<_>>(), ["inserter"]);
        assert!(report.findings.iter().all(|finding| finding.code.0 == "E822"));
    };
    let path = paths::control(&lot.name);
    let swapped = |bytes: &[u8]| {
        let mut rows: Vec<&[u8]> = bytes.split_inclusive(|&b| b == b'\n').collect();
        rows.swap(1, 2);
        rows.concat()
    };
    refused(&path, &swapped);
    refused(&path, &|bytes: &[u8]| bytes[..bytes.len() - 2].to_vec());
    let text = |from: &'static str, to: &'static str| {
        move |bytes: &[u8]| String::from_utf8_lossy(bytes).replacen(from, to, 1).into_bytes()
    };
    // The machine would leave a leaflet out, take one from a feeder that it has not, or divert another piece.
    refused(paths::PIECES, &text(",1+2,", ",1,"));
    refused(paths::PIECES, &text(",1+2,", ",1+2+8,"));
    refused(paths::PIECES, &text(",1\n", ",0\n"));
    // A manifest may come from anybody.
    let mut vast = manifest.clone();
    for run in &mut vast.runs {
        let Some(inserter) = &mut run.inserter else { continue };
        inserter.mark.digits = vec![(tayori::model::inserter::Digit::Job, 200); 100_000];
    }
    let mut with = files.clone();
    with.insert(paths::MANIFEST.to_owned(), vast.to_bytes());
    assert!(!verify(&seal(&vast, with), &mut |_| {}).passed());
    let mut files = files.clone();
    files.remove(&path);
    assert!(!verify(&seal(&manifest, files), &mut |_| {}).passed());
}

/// A machine that reads bars, on leaves that leave the room: 20 mm around them, nothing behind them.
const OMR: &str = "[[inserter]]
id = 'omr'
name = 'OMR'
envelopes = ['naga3-window', 'naga3-window-debit']
leaves_max = 6
feeders = 2
takes_first = 'last-leaf'
[inserter.mark]
kind = 'omr'
box = [190, 100, 12, 56]
clear = [3, 20]
[inserter.mark.omr]
bars = ['benchmark', 'safety', 'not-last', 'not-first', 'parity', 'retiming', 'insert-1', 'insert-2', 'divert', 'retiming', 'wrap-4', 'wrap-2', 'wrap-1', 'retiming']
pitch = 4.23
thickness = 0.5
";

/// A machine of the older kind.
const CODE_39: &str = "[[inserter]]
id = 'c39'
name = 'Code 39'
envelopes = ['naga3-window', 'naga3-window-debit']
leaves_max = 4
feeders = 2
[inserter.mark]
kind = 'code-39'
box = [92, 286.2, 51, 8]
digits = [['sequence', 4], ['sheet', 1], ['sheets', 1], ['inserts', 1]]
[inserter.control]
delimiter = \"\\t\"
line_end = 'lf'
heading = false
columns = [['', 'serial'], ['', 'inserts'], ['', 'first']]
";

#[test]
fn other_machines_have_other_marks() {
    let home = home_copy();
    machine(home.path(), CODE_39);
    let files = built(home.path());
    let (path, control) =
        files.iter().find(|(path, _)| path.starts_with("data/inserter/")).expect("a control file");
    let rows: Vec<Vec<&str>> = std::str::from_utf8(control)
        .expect("UTF-8")
        .lines()
        .map(|row| row.split('\t').collect())
        .collect();
    for (n, row) in rows.iter().enumerate() {
        assert_eq!((&row[2][..4], &row[2][6..]), (&row[0][3..], row[1]), "{path}");
        assert_eq!(&row[2][4..5], "1", "the first sheet, {n}");
    }
}

#[test]
fn what_would_stop_a_machine_is_refused() {
    let home = home_copy();
    records(home.path(), 16);
    let own = fs::read_to_string(home.path().join(VENDOR)).expect("a vendor");
    let own = own.split_once("[[inserter]]").map(|(_, table)| format!("[[inserter]]{table}"));
    let own = own.expect("the vendor has an inserter");
    let changed = |from: &str, to: &str| {
        assert!(own.contains(from), "{from}");
        own.replacen(from, to, 1)
    };
    let omr = |from: &str, to: &str| {
        assert!(OMR.contains(from), "{from}");
        OMR.replacen(from, to, 1)
    };
    let root = Home::open(home.path()).expect("a home");
    let setup = root.load(Path::new(JOB)).expect("a job");
    let files = InputFiles { master: Some(home.path().join("in.csv")), ..InputFiles::default() };
    let plan = plan_job(&root, Path::new(JOB), &files, &Silent).expect("a plan").plan;
    for (code, table, words) in [
        ("E431", changed("leaves_max = 6", "leaves_max = 1"), "the most is 1"),
        ("E432", changed("[62, 286, 11, 11]", "[62, 287, 11, 11]"), "does not stand on the leaf"),
        ("E432", changed("[62, 286, 11, 11]", "[-1, 286, 11, 11]"), "does not stand on the leaf"),
        ("E433", changed("[62, 286, 11, 11]", "[20, 20, 11, 11]"), "window"),
        ("E434", changed("[62, 286, 11, 11]", "[62, 284, 11, 11]"), "property_tax_notice"),
        ("E434", omr("leaves_max", "leaves_max"), "where its mark belongs"),
        ("E435", omr("thickness = 0.5", "thickness = 0.2"), "0.2 mm thick"),
        ("E435", omr("pitch = 4.23", "pitch = 2"), "2 mm apart"),
        (
            "E435",
            omr("pitch = 4.23", "pitch = 4.24\n").replace("12, 56]", "12, 50]"),
            "the bars take",
        ),
        ("E435", omr("clear = [3, 20]", "clear = [3, 10]"), "20 mm before"),
        ("E435", omr("'benchmark', ", ""), "benchmark"),
        ("E435", format!("{OMR}edges = [20, 260]\n"), "mm are needed"),
        ("E435", format!("{OMR}edges = [290, 1]\n"), "mm are needed"),
        ("E435", format!("{OMR}from_middle = [104, 105]\n"), "from the leaf's middle"),
        ("E435", format!("{OMR}from_middle = [0, 20]\n"), "from the leaf's middle"),
        ("E436", changed("feeders = 4", "feeders = 1"), "feeder 2"),
        ("E436", omr("'insert-2', ", "'empty', "), "does not name feeder 2"),
        ("E437", CODE_39.replace("['sequence', 4]", "['sequence', 1]"), "1 digits"),
        ("E438", changed("modulus = 8", "modulus = 0"), "never comes round"),
        ("E438", changed("delimiter = \",\"", "delimiter = \"7\""), "control file"),
        ("E438", changed("\"順番\"", "\"𠮷番\""), "Shift_JIS"),
    ] {
        let table: Machines = toml::from_str(&table).expect("inserters");
        let vendor = Vendor { inserter: table.inserter, ..setup.vendor.clone() };
        let of = (&setup.compiled, &setup.job);
        let refused = assign(&mut plan.clone(), of, &vendor, &setup.stocks);
        let findings = refused.expect_err(words);
        let said: Vec<String> = findings
            .iter()
            .map(|it| format!("{} {:?} {}", it.code, it.place, it.message))
            .collect();
        let found = said.iter().any(|line| line.starts_with(code) && line.contains(words));
        assert!(found, "{code} {words}: {said:?}");
    }
    // Who draws it knows whether there is room.
    machine(home.path(), &changed("[62, 286, 11, 11]", "[62, 286, 10, 10]"));
    let said = tayori(home.path(), &["plan", JOB, "--input", "in.csv"]);
    assert_eq!(said.code, 78, "{}", said.err);
    assert!(said.err.contains("E439"), "{}", said.err);
    machine(home.path(), &changed("kind = \"data-matrix\"", "kind = \"micr\""));
    let said = tayori(home.path(), &["plan", JOB]);
    assert_eq!(said.code, 78, "{}", said.err);
    assert!(said.err.contains("unknown variant `micr`"), "{}", said.err);
}

/// Envelopes that no machine of the vendor fills get no marks, and are none the worse.
#[test]
fn without_a_machine_there_is_no_mark() {
    let home = home_copy();
    machine(home.path(), "");
    let files = built(home.path());
    let manifest = Manifest::from_bytes(&files[paths::MANIFEST]).expect("a manifest");
    assert!(manifest.runs.iter().all(|run| run.inserter.is_none()));
    assert!(!files.keys().any(|path| path.starts_with("data/inserter/")));
    let report = verify(&seal(&manifest, files), &mut |_| {});
    let check = report.checks.iter().find(|check| check.id == "inserter").expect("a check");
    assert!(report.passed() && check.outcome == Outcome::Nothing);
}

/// A press file with a mark on two leaves, of which one lies upside down.
fn drawn(mark: &MarkPlace, text: &str, press: Press) -> Vec<u8> {
    let leaf = Extent { width: Length::mm(210), height: Length::mm(297) };
    let sheet = Extent { width: Length::mm(420), height: Length::mm(297) };
    let intent = OutputIntent::grey();
    let info = LotInfo {
        title: "marks",
        producer: "Tayori",
        id_seed: Digest::of(b"marks"),
        sheet,
        trims: &[],
        standard: Standard::PdfX4,
        date: "2026-04-06".parse().expect("a date"),
        intent: &intent,
    };
    let mut writer = LotWriter::new(Vec::new(), &info, &[], &[]).expect("memory takes it");
    let (mut content, mut pen) = (Content::new(), MarkPen::default());
    content.begin_sheet(sheet);
    for (x, turned) in [(0, false), (210, true)] {
        let origin = Point { x: Length::mm(x), y: Length::ZERO };
        if turned {
            content.begin_turned_slot(origin, leaf);
        } else {
            content.begin_slot(origin, leaf);
        }
        pen.draw(mark, text, press, &mut content).expect("it has room");
        content.end_slot();
    }
    writer.side(Deflater::for_sides().deflate(content.finish())).expect("memory takes it");
    writer.finish(fonts(), &content.take_usage()).expect("memory takes it").out
}

#[test]
fn marks_of_all_kinds_are_read_on_every_press() {
    let omr = OMR.replace("[[inserter]]", "[[inserter]] # bars");
    let itf = CODE_39
        .replace("code-39", "itf")
        .replace("['inserts', 1]]", "['inserts', 1], ['wrap', 1]]");
    let square = CODE_39.replace("code-39", "data-matrix").replace("51, 8]", "11, 11]");
    let lot = LotSize { pieces: 40, leaves: 90 };
    let piece = |index: u32, leaves: u16| InsertedPiece {
        serial: Serial(index + 1),
        index,
        before: index * 2,
        leaves,
        inserts: u8::try_from(index % 4).expect("small"),
        by_hand: false,
    };
    for (table, dpis) in [
        (omr, &[240, 300, 400, 600, 1200][..]),
        (CODE_39.to_owned(), &[600, 1200]),
        (itf, &[400, 600, 1200]),
        (square, &[300, 600, 1200]),
    ] {
        let machines: Machines = toml::from_str(&table).expect("an inserter");
        let inserter = &machines.inserter[0];
        let says = |index: u32, leaf: u16| {
            let mut said = String::new();
            let sheet = inserter.sheet(17, lot, &piece(index, 3), leaf);
            inserter.says(&sheet, &mut said).expect("it fits");
            said
        };
        let (own, other) = (says(6, 1), says(6, 2));
        assert_ne!(own, other, "leaves of a piece differ");
        for &dpi in dpis {
            let press = Press::new(dpi, u32::from(dpi >= 600)).expect("a press");
            let pages = Pages::load(drawn(&inserter.mark, &own, press)).expect("a press file");
            let mut painter = Painter::new(&pages, 600);
            for (x, turned) in [(0, false), (210, true)] {
                let leaf = Leaf {
                    corner: Point { x: Length::mm(x), y: Length::ZERO },
                    size: Extent { width: Length::mm(210), height: Length::mm(297) },
                    turned,
                    face: (LeafKind::First, Side::Front),
                };
                let mut draw = |rect: Rect| painter.draw(0, rect);
                let mut read = |text: &str| {
                    let found = check_mark(&inserter.mark, text, &leaf, &mut draw);
                    found.expect("a picture").map(|(code, _)| code.0)
                };
                let what = format!("{:?} at {dpi}, turned {turned}", inserter.mark.kind);
                assert_eq!(read(&own), None, "{what}");
                assert_eq!(read(&other), Some("E853"), "{what}");
            }
        }
    }
}
