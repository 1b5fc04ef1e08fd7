//! Slip sheets: beside every lot of a press that wants them stands a file with a sheet for each stack, whose
//! tickets name what lies under them; and what was changed in one is refused.

#![expect(clippy::disallowed_methods, reason = "tests read and write files")]

use crate::bundle_maker::{draw_text, fonts, seal};
use crate::judges;
use crate::program::{home_copy, tayori, tree};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use tayori::digest::Digest;
use tayori::measure::{Extent, Length, Point};
use tayori::model::SlotMark;
use tayori::package::{Manifest, Outcome, paths, verify};
use tayori::pdf::{Content, Deflater, LotInfo, LotWriter, OutputIntent, Standard};

const JOB: &str = "jobs/kasumigahara/property-tax-2026.toml";
const VENDOR: &str = "jobs/vendors/kitashio-print.toml";
const BUNDLE: &str = "out/kasumigahara-property-tax-2026";

/// Forty notices in stacks of eight sheets, with slip sheets.
fn built(home: &Path) -> BTreeMap<String, Vec<u8>> {
    let vendor = home.join(VENDOR);
    let text = fs::read_to_string(&vendor).expect("a file");
    let mut text = text
        .replacen("stack_depth = 500\nleaves_min = 200\n", "stack_depth = 8\n", 1)
        .replace("merge_below = 20", "merge_below = 1000");
    if !text.contains("slip_sheets = true") {
        text =
            text.replacen("sheets_per_lot = 2000", "sheets_per_lot = 2000\nslip_sheets = true", 1);
    }
    fs::write(&vendor, text).expect("the disk takes it");
    let job = home.join(JOB);
    let text = fs::read_to_string(&job).expect("a file");
    let text = text.replacen("[plan]\n", "[plan]\nlayouts = [\"a3-2up-cut-and-stack\"]\n", 1);
    fs::write(&job, text).expect("the disk takes it");
    let sample =
        "sample property_tax_notice --records 40 --seed 7 --tenant kasumigahara --out in.csv";
    let said = tayori(home, &sample.split(' ').collect::<Vec<_>>());
    assert_eq!(said.code, 0, "{}", said.err);
    let said = tayori(home, &["build", JOB, "--input", "in.csv", "--out", "out", "--no-zip"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let said = tayori(home, &["verify", BUNDLE]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    tree(&home.join(BUNDLE)).into_iter().collect()
}

/// What a ticket says of its pile: the last and first serial, leaf and count.
fn tickets(text: &str) -> Vec<(u32, u16, u32, u16, u32)> {
    let number = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let of = |line: &str| {
        let (range, leaves) = line.strip_prefix("通番 ")?.split_once("紙葉")?;
        let (first, last) = range.split_once('〜')?;
        let pair = |text: &str| {
            let (serial, leaf) = text.trim().split_once('-')?;
            Some((serial.parse().ok()?, leaf.parse().ok()?))
        };
        let ((first, first_leaf), (last, last_leaf)) = (pair(first)?, pair(last)?);
        Some((first, first_leaf, last, last_leaf, number(leaves).parse().ok()?))
    };
    text.lines().filter_map(|line| of(line.trim())).collect()
}

/// Another program reads the tickets; each is of the pile that `sheets.csv` puts under it, and the bars say
/// which stack it is.
#[test]
fn every_stack_has_a_sheet_with_a_ticket_for_each_pile() {
    let home = home_copy();
    let files = built(home.path());
    let manifest = Manifest::from_bytes(&files[paths::MANIFEST]).expect("a manifest");
    let sheets = String::from_utf8(files[paths::SHEETS].clone()).expect("a text");
    let rows: Vec<Vec<&str>> = sheets.lines().skip(1).map(|row| row.split(',').collect()).collect();
    let (mut piles, mut several) = (0, 0);
    for (_, lot) in manifest.lots() {
        let slips = lot.slips.as_ref().expect("the press wants slip sheets");
        several += usize::from(lot.stacks.len() > 1);
        assert_eq!(slips.sheets as usize, lot.stacks.len());
        let path = home.path().join(BUNDLE).join(&slips.file);
        let path = path.to_str().expect("a plain path");
        judges::content("qpdf", &["--check", path]);
        let (mut below, mut tickets_of_first) = (0, 0);
        for (n, &depth) in (1..).zip(&lot.stacks) {
            let page = n.to_string();
            let cut = |slot: usize| -> Vec<(u32, u16)> {
                let x = [0, 225 * 2][slot].to_string();
                let said = judges::content(
                    "pdftotext",
                    &[
                        "-raw", "-f", &page, "-l", &page, "-r", "50.8", "-x", &x, "-y", "0", "-W",
                        "450", "-H", "640", path, "-",
                    ],
                );
                let told = tickets(&said);
                let leaves: Vec<(u32, u16)> = rows
                    .iter()
                    .filter(|row| {
                        let sheet: u32 = row[1].parse().expect("a sheet");
                        row[0] == lot.name
                            && (below + 1..=below + depth).contains(&sheet)
                            && row[2] == "front"
                            && row[3] == (slot + 1).to_string()
                    })
                    .map(|row| (row[4].parse().expect("a serial"), row[5].parse().expect("a leaf")))
                    .collect();
                let wanted = leaves.iter().min().zip(leaves.iter().max()).map(|(first, last)| {
                    (first.0, first.1, last.0, last.1, u32::try_from(leaves.len()).expect("few"))
                });
                assert_eq!(told, wanted.into_iter().collect::<Vec<_>>(), "{said}");
                leaves
            };
            let tickets = [0, 1].into_iter().filter(|&slot| !cut(slot).is_empty()).count();
            piles += tickets;
            tickets_of_first = if n == 1 { tickets } else { tickets_of_first };
            below += depth;
        }
        for half in ["0", "2657"].iter().take(tickets_of_first) {
            let pictures = tempfile::tempdir().expect("a directory");
            let out = pictures.path().join("p");
            let out = out.to_str().expect("a plain path");
            let half = ["-x", half, "-y", "0", "-W", "2657", "-H", "3780"];
            let cut = ["-r", "300", "-gray", "-singlefile"];
            judges::silent("pdftoppm", &[&cut[..], &half, &[path, out]].concat());
            let picture = format!("{out}.pgm");
            let said = judges::content(
                "zbarimg",
                &["-q", "--raw", "-Sdisable", "-Scode39.enable", &picture],
            );
            assert_eq!(said.trim(), format!("{}-{}-01", manifest.job.code, lot.name));
        }
    }
    assert!(piles > 6 && several > 0);
}

/// A slip sheet of one text, wherever it stands.
fn sheet(manifest: &Manifest, title: &str, text: &str, at: Point) -> Vec<u8> {
    let (run, _) = manifest.lots().next().expect("a lot");
    let [width, height] = run.layout.sheet;
    let sheet = Extent { width, height };
    let info = LotInfo {
        title,
        producer: "Tayori",
        id_seed: Digest::of(b"slip"),
        date: manifest.job.issue_date,
        intent: &OutputIntent::grey(),
        sheet,
        trims: &[],
        standard: Standard::PdfX4,
    };
    let mut content = Content::new();
    content.begin_sheet(sheet);
    draw_text(&mut content, text, at);
    let mut writer = LotWriter::new(Vec::new(), &info, &[], &[]).expect("memory takes it");
    for _ in 0..manifest.lots().next().expect("a lot").1.stacks.len() {
        let mut deflater = Deflater::for_sides();
        writer.side(deflater.deflate(content.finish())).expect("memory takes it");
    }
    writer.finish(fonts(), &content.take_usage()).expect("memory takes it").out
}

#[test]
fn slip_sheets_of_others_are_refused() {
    let home = home_copy();
    let files = built(home.path());
    let manifest = Manifest::from_bytes(&files[paths::MANIFEST]).expect("a manifest");
    let path = manifest.lots().next().expect("a lot").1.slips.clone().expect("slip sheets").file;
    let refused = |bytes: Option<Vec<u8>>, why: &str| {
        let (mut files, mut manifest) = (files.clone(), manifest.clone());
        let slips = manifest.runs[0].lots[0].slips.as_mut().expect("slip sheets");
        match bytes {
            Some(bytes) => {
                assert!(bytes != files[&path]);
                (slips.sha256, slips.bytes) = (Digest::of(&bytes), bytes.len() as u64);
                files.insert(path.clone(), bytes);
            }
            None => slips.sheets += 1,
        }
        files.insert(paths::MANIFEST.to_owned(), manifest.to_bytes());
        let report = verify(&seal(&manifest, files), &mut |_| {});
        let failed = report.checks.iter().filter(|check| check.outcome == Outcome::Failed);
        assert_eq!(failed.map(|check| check.id).collect::<Vec<_>>(), ["slips"]);
        let said: Vec<_> = report.findings.iter().map(|finding| &*finding.message).collect();
        assert!(said.iter().any(|said| said.contains(why)), "{why}: {said:?}");
        assert!(report.findings.iter().all(|finding| finding.code.0 == "E816"));
    };
    refused(None, "are wanted");
    refused(Some(b"%PDF-1.6\n".to_vec()), "");
    // Another lot's: every figure may be right there, and yet not here.
    let (run, lot) = manifest.lots().nth(1).expect("another lot");
    assert_eq!(run.layout.id, manifest.runs[0].layout.id);
    let other = files[&lot.slips.as_ref().expect("slip sheets").file].clone();
    let same = lot.stacks.len() == manifest.runs[0].lots[0].stacks.len();
    refused(Some(other), if same { "not that of the piles" } else { "are wanted" });
    let title = tayori::package::slips_title(&manifest.bundle.id, &manifest.runs[0].lots[0].name);
    let beside = Point { x: Length::mm(5), y: Length::mm(5) };
    refused(Some(sheet(&manifest, &title, "01-001", beside)), "not that of the piles");
    // A leaf's mark where a leaf would have it.
    let mark = SlotMark {
        job_code: manifest.job.code.clone(),
        serial: manifest.bundle.first_serial,
        leaf: 1,
        leaves: 1,
        generation: 0,
    };
    let (run, form) = (&manifest.runs[0], &manifest.form);
    let [x, y, _, height] = form.mark;
    let at = Point {
        x: run.layout.origin[0] + x + Length::mm(1),
        y: run.layout.origin[1] + y + height - Length::um(500),
    };
    refused(Some(sheet(&manifest, &title, &mark.to_string(), at)), "slot mark");
}
