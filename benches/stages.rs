//! Stages by themselves, on one thread: `cargo bench --bench stages`. Prints microseconds a record
//! or a page; results are read, never judged here.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::too_many_lines,
    reason = "a benchmark is a list of measurements, looks at the clock and prints what it saw"
)]

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;
use tayori::diag::Findings;
use tayori::engine::Home;
use tayori::intake::{Decoder, DetailIndex, Details, Master, RowBatch, Scratch};
use tayori::model::{Notice, Record, Serial};
use tayori::page::Blank;
use tayori::pdf::{Content, Deflater};
use tayori::render::{self, PieceContext, Renderer};
use tayori::sample;
use tayori::validate::Checker;

const RECORDS: u32 = 4_000;
const ROUNDS: u32 = 5;

fn main() {
    let home = Home::open(Path::new(env!("CARGO_MANIFEST_DIR"))).expect("the repository is a home");
    let setup = home.load(Path::new("kasumigahara/property-tax-2026")).expect("the sample job");
    let form = &setup.compiled.form;
    let mut options =
        sample::Options::new(&setup.tenant, setup.job.levy_year, setup.job.issue_date);
    options.records = u64::from(RECORDS);
    let (mut master, mut detail) = (Vec::new(), Vec::new());
    best("sample", || {
        (master, detail) = (Vec::new(), Vec::new());
        sample::generate(form, &options, &mut master, Some(&mut detail)).expect("a sample");
    });
    let mut input = setup.job.input.clone();
    input.control = None;
    let spec = input.detail.clone().expect("the form has rows");
    let mut index = None;
    best("index detail rows", || {
        let built = DetailIndex::build(
            "detail.csv",
            input.encoding,
            &spec,
            &form.schema,
            detail.as_slice(),
        );
        index = Some(built.expect("an index"));
    });
    let index = index.expect("an index was built");
    let file = detail.as_slice();
    let details = Details { index: &index, file: &file };
    let mut records = Vec::new();
    best("read and decode", || {
        records.clear();
        let mut reader =
            Master::open("master.csv", &input, &form.schema, master.as_slice()).expect("a file");
        let decoder = Decoder::new(reader.columns().clone(), Some(index.columns().clone()));
        let (mut batch, mut scratch) = (RowBatch::default(), Scratch::default());
        while reader.next(&mut batch).expect("rows") {
            for row in batch.iter() {
                let (mut record, mut findings) = (Record::default(), Findings::new());
                let decoded =
                    decoder.record(row, Some(details), &mut scratch, &mut record, &mut findings);
                decoded.expect("memory does not fail");
                records.push(record);
            }
        }
    });
    best("type", || {
        for record in &records {
            black_box(Notice::read(&form.schema, record, |_, _| {}));
        }
    });
    let notices: Vec<Notice<'_>> =
        records.iter().map(|record| Notice::read(&form.schema, record, |_, _| {})).collect();
    let checker = Checker::new(form, &setup.tenant).expect("the form's checks");
    best("check", || {
        let mut findings = Findings::new();
        for (record, notice) in records.iter().zip(&notices) {
            checker.check(record, notice, &[], &Nowhere, &mut findings);
        }
        black_box(findings);
    });
    let renderer = Renderer::new(&setup.compiled, &setup.fonts).expect("the form can be set");
    let mut scratch = render::Scratch::default();
    best("measure", || {
        for notice in &notices {
            black_box(renderer.measure(notice, &mut scratch));
        }
    });
    let leaves: Vec<u16> =
        notices.iter().map(|notice| renderer.measure(notice, &mut scratch).leaves).collect();
    let pages = |draw: &mut dyn FnMut(&PieceContext<'_>, bool)| {
        for ((serial, notice), &leaves) in (1..).zip(&notices).zip(&leaves) {
            for leaf in 1..=leaves {
                let (serial, mark) = (Serial(serial), "K7Q2-0000123-1/3-8");
                let piece = PieceContext {
                    notice,
                    serial,
                    mark,
                    leaf,
                    leaves,
                    press: tayori::barcode::lay::Press::default(),
                };
                draw(&piece, false);
                draw(&piece, true);
            }
        }
    };
    best("draw on a blank canvas", || {
        pages(&mut |piece, back| {
            renderer.page(piece, back, &mut scratch, &mut Blank).expect("measured before");
        });
    });
    let mut content = Content::new();
    best("draw as PDF operators", || {
        pages(&mut |piece, back| {
            content.begin_sheet(form.leaf);
            renderer.page(piece, back, &mut scratch, &mut content).expect("measured before");
            black_box(content.finish());
        });
    });
    let mut deflater = Deflater::for_sides();
    best("draw and deflate", || {
        pages(&mut |piece, back| {
            content.begin_sheet(form.leaf);
            renderer.page(piece, back, &mut scratch, &mut content).expect("measured before");
            black_box(deflater.deflate(content.finish()));
        });
    });
}

/// No record of a sample has a finding, so no place is ever asked for.
struct Nowhere;

impl tayori::model::Locate for Nowhere {
    fn place(&self, _: tayori::model::Cell) -> tayori::diag::Place {
        tayori::diag::Place::file("sample")
    }
}

/// The best of some rounds, in microseconds a record.
fn best(name: &str, mut work: impl FnMut()) {
    let mut best = f64::MAX;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        work();
        best = best.min(start.elapsed().as_secs_f64());
    }
    println!("{name:<24} {:>8.2} µs a record", best * 1e6 / f64::from(RECORDS));
}
