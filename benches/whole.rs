//! The whole job, from CSV to verified-ready bundle: `cargo bench --bench whole -- [RECORDS …]`.
//!
//! Makes fictional property tax notices, builds their bundle, and prints what it took, beside the
//! floor of the same run: reading the same CSV with the `csv` crate, and deflating, digesting and
//! writing as many bytes as the press files have. Results are read, never judged here.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a benchmark makes files, looks at the clock and prints what it saw"
)]

use std::io::Write as _;
use std::path::Path;
use std::time::Instant;
use tayori::engine::{self, BuildOptions, Fiction, Home, InputFiles, Silent};

const FORM: &str = "property_tax_notice";
const JOB: &str = "kasumigahara/property-tax-2026";
const SEED: u64 = 7;

fn main() {
    let sizes: Vec<u64> = std::env::args().skip(1).filter_map(|size| size.parse().ok()).collect();
    let sizes = if sizes.is_empty() { vec![10_000] } else { sizes };
    let home = Home::open(Path::new(env!("CARGO_MANIFEST_DIR"))).expect("the repository is a home");
    println!(
        "{:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {:>8} {:>8} {:>8} {:>7}",
        "records",
        "pages",
        "pages/s",
        "validate",
        "render",
        "package",
        "total",
        "B/page",
        "MiB",
        "floor",
        "ratio"
    );
    for records in sizes {
        measure(&home, records);
    }
}

fn measure(home: &Home, records: u64) {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("whole-{records}"));
    let _ = std::fs::remove_dir_all(&directory);
    std::fs::create_dir_all(&directory).expect("a directory");
    let (master, detail) = (directory.join("input.csv"), directory.join("input-detail.csv"));
    let fiction = Fiction { form: FORM, tenant: Some("kasumigahara"), records, seed: SEED };
    engine::sample(home, &fiction, &master, &detail).expect("a sample");
    let options = BuildOptions {
        files: InputFiles { master: Some(master.clone()), detail: Some(detail.clone()) },
        out: directory.join("out"),
        after: None,
        zip: true,
    };
    let built = engine::build(home, Path::new(JOB), &options, &Silent).expect("a bundle");
    let stats = &built.stats;
    let floor = floor(&[&master, &detail], &directory.join("floor"), stats.bytes);
    let per = |count: u64, by: f64| to_float(count) / by;
    let seconds = &stats.seconds;
    println!(
        "{records:>9} {:>9} {:>9.0} {:>9.2} {:>9.2} {:>9.2} {:>9.2} {:>8.0} {:>8.0} {floor:>8.2} {:>7.1}",
        stats.pages,
        per(stats.pages, seconds.total),
        seconds.validate,
        seconds.render,
        seconds.package,
        seconds.total,
        per(stats.bytes, to_float(stats.pages)),
        per(stats.peak_rss_bytes, 1_048_576.0),
        seconds.total / floor,
    );
    let _ = std::fs::remove_dir_all(&directory);
}

/// Seconds to read the input with the `csv` crate and to write `bytes` bytes with their digest, on
/// one thread.
fn floor(inputs: &[&Path], target: &Path, bytes: u64) -> f64 {
    let start = Instant::now();
    let mut cells = 0_usize;
    for input in inputs {
        let mut reader = csv::ReaderBuilder::new().from_path(input).expect("the sample");
        let mut record = csv::ByteRecord::new();
        while reader.read_byte_record(&mut record).expect("a row") {
            cells += record.len();
        }
    }
    assert!(cells > 0);
    let file = std::fs::File::create(target).expect("a file");
    let mut out = tayori::digest::Digesting::new(std::io::BufWriter::new(file));
    let block = vec![0x5A_u8; 64 << 10];
    let mut left = bytes;
    while left > 0 {
        let n = usize::try_from(left).unwrap_or(usize::MAX).min(block.len());
        out.write_all(&block[..n]).expect("a block");
        left -= n as u64;
    }
    let (mut out, ..) = out.finish();
    out.flush().expect("the last block");
    start.elapsed().as_secs_f64()
}

#[expect(clippy::cast_precision_loss, reason = "figures for people")]
fn to_float(count: u64) -> f64 {
    count as f64
}
