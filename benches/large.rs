//! Large press files: `cargo bench --bench large -- file [MILLION SIDES] | lot [SHEETS]`.
//!
//! `file` writes one press file of over 4 GiB and over 8,388,607 objects (what ISO 32000-1, annex C
//! names as a limit of readers) and leaves it for other programs to judge. `lot` builds a job whose
//! cards, ten a sheet, fill one lot, verifies the bundle, and leaves it. Results are read, never
//! judged here.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a benchmark makes files, looks at the clock and prints what it saw"
)]

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Instant;
use tayori::digest::Digest;
use tayori::engine::{self, BuildOptions, Fiction, Home, InputFiles, Silent};
use tayori::font::Usage;
use tayori::measure::{Extent, Length, Point};
use tayori::page::{Canvas as _, Ink, Stroke};
use tayori::pdf::{Content, Deflater, LotInfo, LotWriter, OutputIntent, Standard};

/// Pages that differ; they come again and again.
const PAGES: usize = 64;
/// Lines on each: over 1 KiB when compressed.
const LINES: u32 = 170;
const CARDS_A_SHEET: u64 = 10;
const JOB: &str = "mitsumori/nhi-card-2026";

fn main() {
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let number = arguments.get(1).and_then(|number| number.parse().ok());
    match arguments.first().map(String::as_str) {
        Some("file") => file(number.unwrap_or(5) * 1_000_000),
        Some("lot") => lot(number.unwrap_or(200_000)),
        _ => println!("file [MILLION SIDES] | lot [SHEETS]"),
    }
}

fn place(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn file(sides: u64) {
    let home = Home::open(repository()).expect("the repository is a home");
    let setup = home.load(Path::new(JOB)).expect("the sample job");
    let pages = pages();
    let path = place("large.pdf");
    let info = LotInfo {
        title: "large",
        producer: "Tayori",
        id_seed: Digest::of(b"large"),
        date: setup.job.issue_date,
        intent: &OutputIntent::grey(),
        sheet: Extent { width: Length::mm(210), height: Length::mm(297) },
        trims: &[],
        standard: Standard::PdfX4,
    };
    let start = Instant::now();
    let out = File::create(&path).expect("a file");
    let mut writer = LotWriter::new(out, &info, &[], &[]).expect("the header");
    for page in pages.iter().cycle().take(usize::try_from(sides).expect("a count")) {
        writer.side(page).expect("a side");
    }
    let written = writer.finish(&setup.fonts, &Usage::new()).expect("the end");
    println!(
        "{}: {} sides, {} bytes, {:.1} s, peak {} KiB",
        path.display(),
        written.pages,
        written.bytes,
        start.elapsed().as_secs_f64(),
        peak_kib(),
    );
}

/// Pages of lines at pseudo-random places, compressed.
fn pages() -> Vec<Vec<u8>> {
    let (mut content, mut deflater) = (Content::new(), Deflater::for_sides());
    let mut state = 1_u64;
    let mut random = |below: i32| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let high = i32::try_from(state >> 40).expect("24 bits");
        Length::um(high % below)
    };
    let sheet = Extent { width: Length::mm(210), height: Length::mm(297) };
    let stroke = Stroke { width: Length::um(100), ink: Ink::BLACK, dash: None };
    let mut page = || {
        content.begin_sheet(sheet);
        for _ in 0..LINES {
            let mut point = || Point { x: random(210_000), y: random(297_000) };
            content.line(point(), point(), stroke);
        }
        deflater.deflate(content.finish()).to_vec()
    };
    (0..PAGES).map(|_| page()).collect()
}

/// A job whose cards fill `sheets` sheets of one lot.
fn lot(sheets: u64) {
    let directory = place("large-lot");
    let _ = fs::remove_dir_all(&directory);
    let root = directory.join("home");
    for part in ["forms", "jobs"] {
        copy(&repository().join(part), &root.join(part));
    }
    std::os::unix::fs::symlink(repository().join("fonts"), root.join("fonts")).expect("a link");
    let change = |file: &str, changes: &[(&str, &str)]| {
        let path = root.join(file);
        let mut text = fs::read_to_string(&path).expect("a text");
        for (from, to) in changes {
            assert!(text.contains(from), "{file} has `{from}`");
            text = text.replace(from, to);
        }
        fs::write(path, text).expect("a text");
    };
    let most = format!("sheets_per_lot = {sheets}");
    change("jobs/vendors/kitashio-print.toml", &[("sheets_per_lot = 2500", &most)]);
    // One class of delivery, boxes without end, and no totals of the sender.
    change("forms/stocks.toml", &[("per_box = 500\n", "")]);
    change(
        "jobs/mitsumori/nhi-card-2026.toml",
        &[("delivery_field = \"delivery\"\n", ""), ("[input.control]\ntrailer = \"合計\"\n", "")],
    );
    change(
        "jobs/mitsumori/nhi-card-2026.toml",
        &[(
            "[\"delivery\", \"postcode\", \"household_no\", \"branch\"]",
            "[\"insured_id\"]\ndefault_delivery = \"普通\"",
        )],
    );
    let home = Home::open(&root).expect("a home");
    let (master, detail) = (directory.join("input.csv"), directory.join("input-detail.csv"));
    let fiction = Fiction {
        form: "nhi_card",
        tenant: Some("mitsumori"),
        records: sheets * CARDS_A_SHEET,
        seed: 7,
    };
    let start = Instant::now();
    engine::sample(&home, &fiction, &master, &detail).expect("a sample");
    println!("sample: {:.1} s", start.elapsed().as_secs_f64());
    let options = BuildOptions {
        files: InputFiles { master: Some(master), detail: None },
        out: directory.join("out"),
        after: None,
        zip: false,
    };
    let start = Instant::now();
    let built = engine::build(&home, Path::new(JOB), &options, &Silent).expect("a bundle");
    println!(
        "build: {} pages, {} bytes, {:.1} s, peak {} KiB",
        built.stats.pages,
        built.stats.bytes,
        start.elapsed().as_secs_f64(),
        peak_kib(),
    );
    let start = Instant::now();
    let bag = directory.join("out/mitsumori-nhi-card-2026");
    let report = engine::verify(&bag, &Silent).expect("a report");
    println!(
        "verify: {}, {:.1} s, peak {} KiB",
        if report.passed() { "passed" } else { "FAILED" },
        start.elapsed().as_secs_f64(),
        peak_kib(),
    );
    for finding in report.findings.iter() {
        println!("{} {}", finding.code, finding.message);
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a directory");
    for entry in fs::read_dir(from).expect("a directory") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a kind").is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

/// The most memory that this process has had, in KiB.
fn peak_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}
