//! Bundles made by the real writers and verified from their files: a sound one passes, and whatever
//! is changed in it, from one bit to a whole leaf with new digests, is refused by the check that is
//! there for it.

#![expect(clippy::disallowed_methods, reason = "tests read and write files")]

use crate::bundle_maker::{Bag, SOUND, Spoil, bundle, seal, zipped};
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Cursor, Read};
use tayori::digest::Digest;
use tayori::measure::{Extent, Length};
use tayori::model::layout::{Binding, WorkStyle};
use tayori::model::piece::job_code;
use tayori::model::vendor::Flip;
use tayori::model::{
    Period, PieceId, Reading, Says, Scheme, Serial, Side, SlotMark, SymbolPlace, TextPlace, Vendor,
    Yen,
};
use tayori::package::{
    BundleSource, Manifest, Outcome, Packer, Report, ZipSource, paths, ticket_xjdf, verify,
};

fn verified(source: &dyn BundleSource) -> Report {
    verify(source, &mut |_| {})
}

fn mm(width: i32, height: i32) -> Extent {
    Extent { width: Length::mm(width), height: Length::mm(height) }
}

/// The ids of the checks that failed, and the codes of the findings.
fn failures(report: &Report) -> (Vec<&'static str>, Vec<&'static str>) {
    let failed = report.checks.iter().filter(|check| check.outcome == Outcome::Failed);
    let mut codes: Vec<_> = report.findings.iter().map(|finding| finding.code.0).collect();
    codes.dedup();
    (failed.map(|check| check.id).collect(), codes)
}

fn messages(report: &Report) -> String {
    let line = |finding: &tayori::diag::Diagnostic| {
        let place = finding.place.as_ref().map(ToString::to_string).unwrap_or_default();
        format!("{} {place}: {}", finding.code, finding.message)
    };
    report.findings.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_sound_bundle_passes_every_check() {
    let bag = bundle(&SOUND);
    let report = verified(&bag);
    assert!(report.passed(), "{}", messages(&report));
    let counts: Vec<_> = report.checks.iter().map(|check| (check.id, check.count)).collect();
    let count = |id: &str| counts.iter().find(|(each, _)| *each == id).expect("a check").1;
    assert_eq!((count("pieces"), count("sheets"), count("marks")), (110, 115, 2 * 115));
    assert_eq!(count("press-files"), 2 * (52 + 10 + 2));
    let zip = zipped(&bag);
    let source = ZipSource::open(Cursor::new(&zip)).expect("the zip of a bundle");
    assert!(verified(&source).passed());
    assert_eq!(zip, zipped(&bundle(&SOUND)), "the same input gives the same bytes");
}

#[test]
fn others_read_the_zip_too() {
    let bag = bundle(&SOUND);
    let mut archive = zip::ZipArchive::new(Cursor::new(zipped(&bag))).expect("a zip");
    assert_eq!(archive.len(), bag.0.len());
    for (path, bytes) in &bag.0 {
        let name = format!("kasumigahara-property-tax-2026/{path}");
        let mut entry = archive.by_name(&name).expect("an entry");
        let mut found = Vec::new();
        entry.read_to_end(&mut found).expect("its content");
        assert!(found == *bytes, "{path}");
    }
}

/// A file of which only what is not zero takes memory.
#[derive(Default)]
struct Sparse {
    blocks: BTreeMap<u64, Vec<u8>>,
    at: u64,
    length: u64,
}

const BLOCK: usize = 1 << 16;
static ZERO: [u8; BLOCK] = [0; BLOCK];

impl Sparse {
    /// The block at hand, the place in it, and how many bytes of it are left.
    #[expect(clippy::cast_possible_truncation, reason = "the remainder by a block is small")]
    const fn here(&self) -> (u64, usize, usize) {
        let within = (self.at % BLOCK as u64) as usize;
        (self.at - within as u64, within, BLOCK - within)
    }
}

impl io::Write for Sparse {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let (block, within, room) = self.here();
        let part = &bytes[..bytes.len().min(room)];
        if *part != ZERO[..part.len()] || self.blocks.contains_key(&block) {
            let block = self.blocks.entry(block).or_insert_with(|| vec![0; BLOCK]);
            block[within..within + part.len()].copy_from_slice(part);
        }
        self.at += part.len() as u64;
        self.length = self.length.max(self.at);
        Ok(part.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Read for Sparse {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let (block, within, room) = self.here();
        let left = usize::try_from(self.length - self.at).unwrap_or(usize::MAX);
        let count = buffer.len().min(room).min(left);
        match self.blocks.get(&block) {
            Some(block) => buffer[..count].copy_from_slice(&block[within..within + count]),
            None => buffer[..count].fill(0),
        }
        self.at += count as u64;
        Ok(count)
    }
}

impl io::Seek for Sparse {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        let at = match to {
            io::SeekFrom::Start(at) => Some(at),
            io::SeekFrom::End(by) => self.length.checked_add_signed(by),
            io::SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

/// Zeros without end, at the speed of memory even unoptimised.
struct Zeros;

impl Read for Zeros {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        buffer.fill(0);
        Ok(buffer.len())
    }
}

#[test]
fn files_over_4_gib_are_packed_and_read() {
    let large = (4 << 30) + 5;
    let date = "2026-04-06".parse().expect("a date");
    let mut packer = Packer::new(Sparse::default(), "b", date);
    packer.file("a.pdf", large, &mut Zeros.take(large)).expect("room");
    packer.file("b.txt", 3, &mut &b"abc"[..]).expect("room");
    let mut out = packer.finish().expect("room");
    let source = ZipSource::open(&mut out).expect("the zip of a bundle");
    let files = [("a.pdf".to_owned(), large), ("b.txt".to_owned(), 3)];
    assert_eq!(source.files().expect("files"), files);
    let mut text = String::new();
    source.open("b.txt").expect("there").read_to_string(&mut text).expect("sound");
    assert_eq!(text, "abc");
}

#[test]
fn a_flipped_bit_anywhere_in_the_bag_is_refused() {
    let bag = bundle(&SOUND);
    for (path, bytes) in &bag.0 {
        // Every byte of the small files, some eighty of the large ones.
        let step = if bytes.len() < 1_000 { 1 } else { bytes.len().div_ceil(80) };
        for at in (0..bytes.len()).step_by(step) {
            let mut spoilt = bag.clone();
            spoilt.0.get_mut(path).expect("the file")[at] ^= 1 << (at % 8);
            assert!(!verified(&spoilt).passed(), "{path}, byte {at}");
        }
    }
}

#[test]
fn a_flipped_bit_anywhere_in_the_zip_is_refused() {
    let bag = bundle(&SOUND);
    let zip = zipped(&bag);
    let refused = |at: usize, bit: usize| {
        let mut spoilt = zip.clone();
        spoilt[at] ^= 1 << bit;
        let refused = ZipSource::open(Cursor::new(&spoilt))
            .map_or(true, |source| !verified(&source).passed());
        assert!(refused, "byte {at}, bit {bit}");
    };
    let is_content: Vec<bool> = {
        let mut archive = zip::ZipArchive::new(Cursor::new(&zip)).expect("a zip");
        let mut content = vec![false; zip.len()];
        for index in 0..archive.len() {
            let entry = archive.by_index(index).expect("an entry");
            let start = usize::try_from(entry.data_start().expect("known")).expect("in memory");
            let size = usize::try_from(entry.size()).expect("in memory");
            content[start..start + size].fill(true);
        }
        content
    };
    let step = zip.len().div_ceil(150);
    for (at, is_content) in is_content.into_iter().enumerate() {
        if !is_content {
            (0..8).for_each(|bit| refused(at, bit));
        } else if at % step == 0 {
            refused(at, at % 8);
        }
    }
    for cut in [1, 22, 100, zip.len() - 1] {
        assert!(ZipSource::open(Cursor::new(&zip[..zip.len() - cut])).is_err());
    }
    assert!(ZipSource::open(Cursor::new([&zip[..], b"x"].concat())).is_err());
    assert!(ZipSource::open(Cursor::new([b"x", &zip[..]].concat())).is_err());
}

#[test]
fn missing_and_added_files_are_refused() {
    let bag = bundle(&SOUND);
    for path in bag.0.keys() {
        let mut spoilt = bag.clone();
        spoilt.0.remove(path);
        assert!(!verified(&spoilt).passed(), "{path} may not be missing");
    }
    for path in ["data/extra.txt", "extra.txt", "data/../x", "data/lots/01-001.PDF", "/data/x"] {
        let mut spoilt = bag.clone();
        spoilt.0.insert(path.to_owned(), b"x".to_vec());
        let (failed, codes) = failures(&verified(&spoilt));
        assert_eq!((failed, codes), (vec!["files"], vec!["E803"]), "{path}");
    }
    // Even when the digests are made anew for it.
    let manifest = Manifest::from_bytes(&bag.0[paths::MANIFEST]).expect("a manifest");
    let mut files = bag.0.clone();
    files.insert("data/extra.txt".to_owned(), b"x".to_vec());
    assert_eq!(failures(&verified(&seal(&manifest, files))).1, ["E803"]);
    let mut files = bag.0;
    files.remove("data/lots/02-001.pdf");
    assert_eq!(failures(&verified(&seal(&manifest, files))).1, ["E802"]);
}

/// A bundle spoilt while it was made, with sound digests, fails these checks with these codes.
#[track_caller]
fn spoilt(spoil: &Spoil<'_>, checks: &[&str], codes: &[&str]) -> String {
    let report = verified(&bundle(spoil));
    let (failed, found) = failures(&report);
    assert_eq!((failed.as_slice(), found.as_slice()), (checks, codes), "{}", messages(&report));
    messages(&report)
}

#[test]
fn wrong_marks_in_press_files_are_found() {
    // The accident of 2004: a restarted job shifted by one.
    let shifted = |mark: &SlotMark, _| {
        let serial = if mark.serial.0 > 50 { Serial(mark.serial.0 + 1) } else { mark.serial };
        Some(SlotMark { serial, ..mark.clone() })
    };
    let marks = ["marks", "guillotine"];
    spoilt(
        &Spoil { print: &shifted, ..SOUND },
        &marks,
        &["E811", "E810", "E811", "E810", "E811", "E810"],
    );

    let swapped = |mark: &SlotMark, _| {
        let serial = match mark.serial.0 {
            3 => Serial(9),
            9 => Serial(3),
            n => Serial(n),
        };
        Some(SlotMark { serial, ..mark.clone() })
    };
    spoilt(&Spoil { print: &swapped, ..SOUND }, &marks, &["E811", "E810"]);

    let missing = |mark: &SlotMark, _| Some(mark.clone()).filter(|mark| mark.serial.0 != 60);
    spoilt(&Spoil { print: &missing, ..SOUND }, &marks, &["E811", "E810"]);

    let foreign = |mark: &SlotMark, _| {
        let other = SlotMark { job_code: "0000".into(), ..mark.clone() };
        Some(if mark.serial.0 == 5 { other } else { mark.clone() })
    };
    let said = spoilt(&Spoil { print: &foreign, ..SOUND }, &["tenant"], &["E812"]);
    assert!(said.contains("data/lots/01-001.pdf"), "{said}");

    // A mark beside its place is no mark.
    let shift = Spoil { shift: Length::mm(-20), ..SOUND };
    assert_eq!(failures(&verified(&bundle(&shift))).0, marks);
}

/// Every scheme, work style and flip edge, written by the real writers and cut from the printed marks.
#[test]
fn every_scheme_is_verified_from_its_files() {
    let sheetwise = WorkStyle::Sheetwise;
    let turn = |work_style| (Scheme::CutAndStack, work_style, Binding::Left);
    let styles = [
        (Scheme::NUp, sheetwise, Binding::Left),
        (Scheme::NUp, WorkStyle::WorkAndTurn, Binding::Left),
        turn(WorkStyle::WorkAndTurn),
        turn(WorkStyle::WorkAndTumble),
        (Scheme::StepAndRepeat, sheetwise, Binding::Left),
        (Scheme::PerPiece, sheetwise, Binding::Left),
        (Scheme::StackByColumn, sheetwise, Binding::Left),
        (Scheme::Booklet, sheetwise, Binding::Left),
        (Scheme::Booklet, sheetwise, Binding::Right),
    ];
    for ((scheme, work_style, binding), flip) in
        styles.iter().flat_map(|&style| [(style, Flip::LongEdge), (style, Flip::ShortEdge)])
    {
        let vendor = |vendor: &mut Vendor| {
            vendor.press[0].flip = flip;
            vendor.press[0].sheets.push(mm(210, 594));
            let layout = &mut vendor.layout[0];
            (layout.scheme, layout.work_style, layout.binding) = (scheme, work_style, binding);
            if work_style == WorkStyle::WorkAndTumble || scheme == Scheme::StackByColumn {
                (layout.columns, layout.rows, layout.sheet) = (1, 2, mm(210, 594));
            }
            layout.leaves_min = 0;
        };
        let style = format!("{scheme:?} {work_style:?} {binding:?} {flip:?}");
        let sound = Spoil { vendor: &vendor, ..SOUND };
        let report = verified(&bundle(&sound));
        assert!(report.passed(), "{style}: {}", messages(&report));
        // Two leaves change places in the file alone, and then in the lists too.
        let other = |serial: Serial| match serial.0 {
            3 => Serial(9),
            9 => Serial(3),
            _ => serial,
        };
        let print =
            |mark: &SlotMark, _| Some(SlotMark { serial: other(mark.serial), ..mark.clone() });
        let spoilt = Spoil { print: &print, vendor: &vendor, ..SOUND };
        let failed = failures(&verified(&bundle(&spoilt))).0;
        assert_eq!(failed, ["marks", "guillotine"], "{style}");
    }
}

/// Backs are asked for their marks as fronts are, in the place that is theirs.
#[test]
fn wrong_marks_on_backs_are_found() {
    // The fronts are in order: only the marks give a back away.
    let check = |print: &dyn Fn(&SlotMark, Side) -> Option<SlotMark>, pages: usize| {
        let said = spoilt(&Spoil { print, ..SOUND }, &["marks"], &["E811"]);
        assert_eq!(said.lines().count(), pages, "{said}");
        assert!(said.lines().all(|line| line.contains("of another leaf")), "{said}");
    };
    let is_spoilt = |mark: &SlotMark, side| side == Side::Back && mark.serial.0 == 60;
    check(
        &|mark, side| {
            let other = if is_spoilt(mark, side) { Serial(61) } else { mark.serial };
            Some(SlotMark { serial: other, ..mark.clone() })
        },
        1,
    );
    check(&|mark, side| Some(mark.clone()).filter(|mark| !is_spoilt(mark, side)), 1);
    // All backs blank: a few findings a lot say enough.
    let blank = |mark: &SlotMark, side| (side == Side::Front).then(|| mark.clone());
    check(&blank, 20 + 10 + 2);

    // A place on the front is none on the back, and a duplex form must name one.
    let moved = |manifest: &mut Manifest| manifest.form.mark_back = Some(manifest.form.mark);
    spoilt(&Spoil { manifest: &moved, ..SOUND }, &["marks"], &["E811"]);
    let unnamed = |manifest: &mut Manifest| manifest.form.mark_back = None;
    let said = spoilt(&Spoil { manifest: &unnamed, ..SOUND }, &["manifest"], &["E806"]);
    assert!(said.contains("marks on backs"), "{said}");
}

#[test]
fn lists_that_contradict_each_other_are_found() {
    // Two leaves exchanged in the list, front and back.
    let exchanged = |text: String| {
        let place = |serial: &str, text: &str| -> Vec<String> {
            let lines = text.lines().filter(|line| line.contains(&format!(",{serial},")));
            lines.map(|line| line.split(',').take(4).collect::<Vec<_>>().join(",")).collect()
        };
        let (a, b) = (place("0000003", &text), place("0000009", &text));
        let mut out = text.clone();
        for (a, b) in a.iter().zip(&b) {
            out = out.replace(&format!("{a},0000003"), &format!("{a},#"));
            out = out.replace(&format!("{b},0000009"), &format!("{b},0000003"));
            out = out.replace(&format!("{a},#"), &format!("{a},0000009"));
        }
        let code = job_code("kasumigahara", "property-tax-2026");
        let text_of = |n: u32| {
            let (job_code, serial) = (code.clone(), Serial(n));
            SlotMark { job_code, serial, leaf: 1, leaves: 1, generation: 0 }.to_string()
        };
        let (three, nine) = (text_of(3), text_of(9));
        out.replace(&three, "#").replace(&nine, &three).replace('#', &nine)
    };
    let checks = ["sheets", "stacks", "marks"];
    spoilt(&Spoil { sheets: &exchanged, ..SOUND }, &checks, &["E809", "E810", "E811"]);
}

#[test]
fn leaves_that_cannot_be_what_they_are_called_are_found() {
    // The bundle has pieces of one leaf and of two.
    let named = |leaf: &'static str, name: &'static str| {
        move |text: String| {
            let line = |line: &str| {
                let cells: Vec<&str> = line.split(',').collect();
                if (cells[5], cells[6]) != (&leaf[..1], &leaf[2..]) {
                    return format!("{line}\n");
                }
                let kept = cells[..9].join(",");
                format!("{kept},{name}-{}\n", cells[2])
            };
            text.lines().map(line).collect()
        }
    };
    let sound = |leaf, name| {
        let report = verified(&bundle(&Spoil { sheets: &named(leaf, name), ..SOUND }));
        assert!(report.passed(), "{leaf} {name}: {}", messages(&report));
    };
    sound("2/2", "more");
    sound("2/2", "slip");
    for (leaf, name) in [("1/1", "more"), ("1/2", "slip"), ("2/2", "first")] {
        spoilt(&Spoil { sheets: &named(leaf, name), ..SOUND }, &["sheets"], &["E807"]);
    }
    // A front that calls itself a back, a back of another leaf, no face at all.
    for (is, becomes) in [
        ("first-front", "first-back"),
        ("first-back", "more-back"),
        ("first-front", "front"),
        ("first-front", ""),
    ] {
        let other = |text: String| text.replacen(is, becomes, 1);
        let (failed, _) = failures(&verified(&bundle(&Spoil { sheets: &other, ..SOUND })));
        assert!(failed.contains(&"sheets"), "{is} {becomes}: {failed:?}");
    }
}

#[test]
fn readings_that_no_form_can_have_are_found() {
    type Case = (&'static str, fn(&mut Reading));
    let reading = || Reading {
        face: "more-back".into(),
        at: vec![[Length::mm(10), Length::mm(20)], [Length::mm(10), Length::mm(120)]],
        period: Some(Period { label: "第1期".into(), code: Some("01".into()) }),
        symbols: vec![SymbolPlace {
            kind: "store".into(),
            r#box: [1, 2, 60, 15].map(Length::mm),
            reason: Some([1, 2, 60, 10].map(Length::mm)),
        }],
        texts: vec![TextPlace { says: Says::Amount, r#box: [1, 20, 40, 5].map(Length::mm) }],
    };
    let sound = |m: &mut Manifest| m.form.readings = vec![reading()];
    let report = verified(&bundle(&Spoil { manifest: &sound, ..SOUND }));
    assert!(report.passed(), "{}", messages(&report));
    let cases: [Case; 8] = [
        ("face", |r| r.face = "more".into()),
        ("no corner", |r| r.at.clear()),
        ("corner", |r| r.at[1][1] = Length::mm(290)),
        ("kind", |r| r.symbols[0].kind = "pdf-417".into()),
        ("box", |r| r.symbols[0].r#box[0] = Length::mm(-11)),
        ("reason", |r| r.symbols[0].reason = Some([0, 0, 0, 5].map(Length::mm))),
        ("text", |r| r.texts[0].r#box[2] = Length::mm(300)),
        ("code", |r| r.period.as_mut().expect("one").code = Some("1a".into())),
    ];
    for (name, spoil) in cases {
        let spoil = |m: &mut Manifest| {
            sound(m);
            spoil(&mut m.form.readings[0]);
        };
        let said = spoilt(&Spoil { manifest: &spoil, ..SOUND }, &["manifest"], &["E806"]);
        assert!(said.contains("reading 1: "), "{name}: {said}");
    }
}

#[test]
fn a_manifest_that_contradicts_itself_is_found() {
    type Case = (&'static str, fn(&mut Manifest));
    let cases: [Case; 14] = [
        ("yen of a run", |m| m.runs[0].totals.yen.0 += 1),
        ("pieces of a lot", |m| m.runs[0].lots[0].pieces += 1),
        ("first serial", |m| m.bundle.first_serial.0 += 1),
        ("next serial", |m| m.bundle.next_serial.0 += 1),
        ("held", |m| m.balance.held.records += 1),
        ("planned", |m| m.balance.planned.pages += 1),
        ("input", |m| m.balance.input.records += 1),
        ("stacks", |m| m.runs[0].lots[0].stacks[0] -= 1),
        ("leaves", |m| m.runs[0].by_leaves[0].pieces -= 1),
        ("former", |m| m.former[1].totals.sheets += 1),
        ("code", |m| m.job.code = "0000".into()),
        ("id", |m| m.bundle.id = "other".into()),
        ("batch", |m| m.bundle.batch = 2),
        ("overflow", |m| m.balance.planned.yen = Yen(i64::MAX)),
    ];
    for (name, spoil) in cases {
        let bag = bundle(&Spoil { manifest: &spoil, ..SOUND });
        let report = verified(&bag);
        assert_eq!(failures(&report).0, ["manifest"], "{name}: {}", messages(&report));
    }
}

#[test]
fn pieces_that_do_not_add_up_are_found() {
    let said = |pieces: &dyn Fn(String) -> String| {
        failures(&verified(&bundle(&Spoil { pieces, ..SOUND })))
    };
    // One yen more on one piece.
    let more = |text: String| text.replacen(",700,,0\n", ",701,,0\n", 1);
    assert_eq!(said(&more).0, ["balance"]);
    // A piece listed in another's place, another delivery class, an id twice.
    let swapped = |text: String| text.replacen("0000004,", "0000005,", 1);
    assert_eq!(said(&swapped).0, ["pieces"]);
    let other = |text: String| text.replacen(",ordinary,", ",express,", 1);
    assert_eq!(said(&other).0, ["pieces"]);
    let id = |n: &str| PieceId::derive("t", "j", n).to_string();
    let twice = |text: String| text.replace(&id("0000002"), &id("0000003"));
    assert_eq!(said(&twice).0, ["pieces"]);
    let moved = |text: String| {
        let line = text.lines().nth(3).expect("a row").to_owned();
        let mut cells: Vec<&str> = line.split(',').collect();
        cells[6] = "49";
        text.replace(&line, &cells.join(","))
    };
    assert_eq!(said(&moved).0, ["sheets"]);
}

#[test]
fn garbage_is_refused_without_a_panic() {
    let bag = bundle(&SOUND);
    let manifest = Manifest::from_bytes(&bag.0[paths::MANIFEST]).expect("a manifest");
    for garbage in [&b""[..], b"%PDF-1.6\n", b"\xff\x00\x00", b"%PDF-1.6\ntrailer<</Root 1 0 R>>"] {
        let (mut manifest, mut files) = (manifest.clone(), bag.0.clone());
        let lot = &mut manifest.runs[0].lots[0];
        lot.sha256 = Digest::of(garbage);
        lot.bytes = garbage.len() as u64;
        files.insert(lot.file.clone(), garbage.to_vec());
        files.insert(paths::TICKET.to_owned(), ticket_xjdf(&manifest));
        files.insert(paths::MANIFEST.to_owned(), manifest.to_bytes());
        assert_eq!(failures(&verified(&seal(&manifest, files))).0, ["press-files"]);
    }
    for garbage in ["", "{}", "[1", "\u{0}"] {
        let mut files = bag.0.clone();
        files.insert(paths::MANIFEST.to_owned(), garbage.as_bytes().to_vec());
        assert_eq!(failures(&verified(&seal(&manifest, files))).0, ["manifest"]);
    }
    assert!(!verified(&Bag(BTreeMap::new())).passed());
    let mut broken = bag.0;
    broken.insert(paths::PAYLOAD_MANIFEST.to_owned(), b"no digest\n".to_vec());
    assert!(!verified(&Bag(broken)).passed());
}

/// The schema in `docs/` describes exactly what is written; `jsonschema` of Python is the judge.
#[test]
fn the_manifest_follows_its_schema() {
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/manifest.schema.json");
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("manifest.json");
    fs::write(&path, &bundle(&SOUND).0[paths::MANIFEST]).expect("the disk takes it");
    let program = "import json, sys, jsonschema\n\
        schema, manifest = (json.load(open(path, encoding='utf-8')) for path in sys.argv[1:])\n\
        judge = jsonschema.Draft202012Validator\n\
        judge.check_schema(schema)\n\
        judge(schema).validate(manifest)\n\
        manifest['extra'] = 1\n\
        assert not judge(schema).is_valid(manifest)\n\
        del manifest['extra'], manifest['runs'][0]['lots'][0]['sha256']\n\
        assert not judge(schema).is_valid(manifest)\n";
    let judged = std::process::Command::new("python3")
        .args(["-c", program, schema])
        .arg(&path)
        .output()
        .expect("python3 with jsonschema is installed");
    assert!(judged.status.success(), "{}", String::from_utf8_lossy(&judged.stderr));
}
