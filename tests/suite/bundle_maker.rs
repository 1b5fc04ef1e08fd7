//! Makes bundles of small lots with the real writers, sound ones and ones that are spoilt while they
//! are made.

#![expect(clippy::disallowed_methods, reason = "tests read and write files")]

use crate::plan_cases::{TENANT, form, job, stocks, vendor};
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Cursor, Read};
use std::path::Path;
use std::sync::OnceLock;
use tayori::digest::Digest;
use tayori::font::FontSet;
use tayori::impose::{self, Imposition};
use tayori::measure::{Length, Point, Rect, TypeSize};
use tayori::model::piece::job_code;
use tayori::model::vendor::FileKind;
use tayori::model::{
    Balance, LeafKind, Lot, PieceId, Plan, Run, Serial, Side, SlotMark, Tally, Tenant, Vendor, Yen,
};
use tayori::package::manifest::{ControlInfo, FileInfo, FontInfo, FormInfo, InputInfo};
use tayori::package::{
    BagFile, BundleSource, Contents, MadeLot, Manifest, PIECES_HEADING, Packer, PieceRow,
    SHEETS_HEADING, SlotRow, paths, tags, tally_csv, ticket_xjdf,
};
use tayori::page::{Canvas, Ink, TextRun, Turn};
use tayori::pdf::{Content, Deflater, LotInfo, LotWriter, OutputIntent, Parts, Standard};
use tayori::plan::{Candidates, Class, Measured, Setting, SheetArithmetic, piece_weight_mg, plan};

/// The mark's boxes on the front and on the back of the leaf, in millimetres.
const MARKS: [[i32; 4]; 2] = [[150, 288, 54, 4], [10, 6, 54, 4]];

/// A bundle in memory.
#[derive(Clone)]
pub(crate) struct Bag(pub(crate) BTreeMap<String, Vec<u8>>);

impl BundleSource for Bag {
    fn files(&self) -> io::Result<Vec<(String, u64)>> {
        Ok(self.0.iter().map(|(path, bytes)| (path.clone(), bytes.len() as u64)).collect())
    }

    fn open(&self, path: &str) -> io::Result<Box<dyn Read + '_>> {
        let bytes = self.0.get(path).ok_or(io::ErrorKind::NotFound)?;
        Ok(Box::new(bytes.as_slice()))
    }
}

/// What a case does to a bundle while it is made; digests are made after it, so that only the
/// content gives it away.
pub(crate) struct Spoil<'a> {
    /// What is printed instead of a mark, on which side.
    pub(crate) print: &'a dyn Fn(&SlotMark, Side) -> Option<SlotMark>,
    /// Moves the marks to the right.
    pub(crate) shift: Length,
    pub(crate) pieces: &'a dyn Fn(String) -> String,
    pub(crate) sheets: &'a dyn Fn(String) -> String,
    pub(crate) manifest: &'a dyn Fn(&mut Manifest),
    /// The vendor before the job is planned.
    pub(crate) vendor: &'a dyn Fn(&mut Vendor),
}

pub(crate) const SOUND: Spoil<'static> = Spoil {
    print: &|mark, _| Some(mark.clone()),
    shift: Length::ZERO,
    pieces: &|text| text,
    sheets: &|text| text,
    manifest: &|_| {},
    vendor: &|_| {},
};

pub(crate) fn fonts() -> &'static FontSet {
    static FONTS: OnceLock<FontSet> = OnceLock::new();
    FONTS.get_or_init(|| {
        let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("fonts");
        let config = fs::read_to_string(home.join("fonts.toml")).expect("it is there");
        let mut read = |path: &str| match fs::read(home.join(path)) {
            Ok(data) => Ok(Some(data)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        };
        FontSet::load(&config, "fonts/fonts.toml", &mut read).expect("the fonts are sound")
    })
}

/// Three runs: 103 one-leaf pieces on A3 in two stacks, 5 two-leaf pieces and 2 of a former
/// municipality on A4 with document parts.
fn planned(vendor: &Vendor) -> Plan {
    let class = Class { stock: "plain-64", envelope: "naga3", delivery: "ordinary", former: "" };
    let mut candidates = Candidates::new();
    for record in 0..110_u32 {
        let leaves = if record % 22 == 7 { 2 } else { 1 };
        let former = if record % 60 == 8 { "02" } else { "" };
        let amount = Yen(i64::from(record) * 100);
        let key = |key: &mut Vec<u8>| key.extend(record.to_be_bytes());
        candidates.push(Measured { record, leaves, amount }, Class { former, ..class }, key);
    }
    let yen = Yen((0..110).map(|record| record * 100).sum());
    let taken = Balance {
        input: Tally { records: 113, yen: yen + Yen(900), ..Tally::default() },
        held: Tally { records: 3, yen: Yen(900), ..Tally::default() },
        ..Balance::default()
    };
    let setting = Setting {
        job: &job("layouts = [\"a3-2up\", \"a4-1up\"]"),
        form: &form(),
        vendor,
        stocks: &stocks(),
        arithmetic: SheetArithmetic {
            sheets: &impose::sheets,
            fit: &impose::fit,
            sound: &impose::sound,
        },
        first_serial: Serial(1),
    };
    plan(&candidates, setting, taken, &mut tayori::diag::Findings::new()).expect("a plan")
}

fn draw_mark(content: &mut Content, mark: &SlotMark, [x, y]: [i32; 2], shift: Length) {
    let at = Point { x: Length::mm(x) + shift, y: Length::mm(y + 3) };
    draw_text(content, &mark.to_string(), at);
}

/// Sets a text as marks are set.
pub(crate) fn draw_text(content: &mut Content, text: &str, at: Point) {
    let role = fonts().role("mark").expect("a role for marks");
    let mut glyphs = Vec::new();
    fonts().shape(role, text, &mut glyphs).expect("marks are ASCII");
    let cids: Vec<u16> = glyphs.iter().map(|glyph| glyph.cid).collect();
    content.text(&TextRun {
        face: glyphs[0].face,
        size: TypeSize::pt(6),
        squeeze: 100,
        spacing: Length::ZERO,
        at,
        turn: Turn::Upright,
        ink: Ink::BLACK,
        cids: &cids,
    });
}

/// A lot as it is made.
struct Making<'a> {
    run: &'a Run,
    lot: &'a Lot,
    plan: &'a Plan,
    name: String,
    code: String,
    imposition: Imposition,
}

impl Making<'_> {
    /// The mark at a slot, `None` where it stays blank.
    fn mark(&self, sheet: u32, slot: u32) -> Option<SlotMark> {
        let leaf = self.imposition.leaf_at(sheet, slot)?;
        Some(SlotMark {
            job_code: self.code.clone(),
            serial: self.plan.serial(self.lot.pieces.start + leaf.piece),
            leaf: leaf.leaf,
            leaves: leaf.leaves,
            generation: 0,
        })
    }

    /// The part of each side that holds the slots.
    fn trims(&self) -> Vec<Rect> {
        let layout = &self.run.layout;
        let trim = |&side: &Side| {
            let mut corners = (0..layout.slots())
                .map(|slot| self.imposition.geometry().place(slot, side, 0).origin);
            let first = corners.next().expect("a slot");
            let all =
                (first, Point { x: first.x + layout.leaf.width, y: first.y + layout.leaf.height });
            let (from, to) = corners.fold(all, |(from, to), Point { x, y }| {
                let far = (x + layout.leaf.width, y + layout.leaf.height);
                let from = Point { x: from.x.min(x), y: from.y.min(y) };
                (from, Point { x: to.x.max(far.0), y: to.y.max(far.1) })
            });
            Rect::new(from.x, from.y, to.x - from.x, to.y - from.y)
        };
        self.imposition.sides().iter().map(trim).collect()
    }

    fn press_file(&self, spoil: &Spoil<'_>) -> (MadeLot, Vec<u8>) {
        let layout = &self.run.layout;
        let title = format!("kasumigahara-property-tax-2026 {}", self.name);
        let trims = self.trims();
        let parts = Parts {
            job: &[("Tayori_Bundle", "kasumigahara-property-tax-2026"), ("Tayori_Job", &self.code)],
            run: &[
                ("Tayori_Lot", &self.name),
                ("Tayori_Stock", &self.run.class.stock),
                ("Tayori_Envelope", &self.run.class.envelope),
                ("Tayori_Delivery", &self.run.class.delivery),
            ],
            pieces: &self.plan.pieces[self.lot.pieces.start as usize..self.lot.pieces.end as usize],
            first: self.plan.serial(self.lot.pieces.start),
            sides: 2,
        };
        let info = LotInfo {
            title: &title,
            producer: "Tayori",
            id_seed: Digest::of(self.name.as_bytes()),
            sheet: layout.sheet,
            trims: &trims,
            standard: match layout.file {
                FileKind::PdfX4 => Standard::PdfX4,
                FileKind::PdfVt1 => Standard::PdfVt1(parts),
            },
            date: "2026-04-06".parse().expect("a date"),
            intent: &OutputIntent::grey(),
        };
        let mut writer = LotWriter::new(Vec::new(), &info, &[], &[]).expect("memory takes it");
        let (mut content, mut deflater) = (Content::new(), Deflater::for_sides());
        for sheet in 0..self.imposition.sheets() {
            for &side in self.imposition.sides() {
                content.begin_sheet(layout.sheet);
                for slot in 0..self.imposition.slots() {
                    let Some(mark) = self.mark(sheet, slot) else { continue };
                    let place = self.imposition.place(sheet, slot, side);
                    if place.turned {
                        content.begin_turned_slot(place.origin, layout.leaf);
                    } else {
                        content.begin_slot(place.origin, layout.leaf);
                    }
                    let [x, y, ..] = MARKS[usize::from(place.page == Side::Back)];
                    if let Some(printed) = (spoil.print)(&mark, side) {
                        draw_mark(&mut content, &printed, [x, y], spoil.shift);
                    }
                    content.end_slot();
                }
                writer.side(deflater.deflate(content.finish())).expect("memory takes it");
            }
        }
        let written = writer.finish(fonts(), &content.take_usage()).expect("memory takes it");
        let made = MadeLot {
            sha256: Digest::of(&written.out),
            bytes: written.out.len() as u64,
            sides: u32::try_from(written.pages).expect("few pages"),
            stacks: self.imposition.stacks(),
            slips: None,
        };
        (made, written.out)
    }

    fn slot_rows(&self, out: &mut Vec<u8>) {
        for sheet in 0..self.imposition.sheets() {
            for slot in 0..self.imposition.slots() {
                let Some(mark) = self.mark(sheet, slot) else { continue };
                for (page, &side) in (sheet * 2 + 1..).zip(self.imposition.sides()) {
                    let row = SlotRow {
                        lot: &self.name,
                        sheet: sheet + 1,
                        side,
                        slot: slot + 1,
                        serial: mark.serial,
                        leaf: mark.leaf,
                        leaves: mark.leaves,
                        page,
                        mark: &mark,
                        kind: if mark.leaf == 1 { LeafKind::First } else { LeafKind::More },
                        face: self.imposition.place(sheet, slot, side).page,
                    };
                    row.write(out).expect("memory takes it");
                }
            }
        }
    }

    fn piece_rows(&self, out: &mut Vec<u8>) {
        let (run, class, stocks) = (self.run, &self.run.class, stocks());
        let stock = &stocks.stock[&class.stock];
        let envelope = stocks.envelope.get(&class.envelope);
        for (index, at) in (0..).zip(self.lot.pieces.clone()) {
            let piece = self.plan.pieces[at as usize];
            let (sheet, slot) = self.imposition.slot_of(index, 1).expect("it lies somewhere");
            let serial = self.plan.serial(at);
            let row = PieceRow {
                serial,
                piece: PieceId::derive("t", "j", &serial.to_string()),
                run: run.number,
                lot: &self.name,
                leaves: piece.leaves,
                pages: u32::from(piece.leaves) * 2,
                sheet: sheet + 1,
                slot: slot + 1,
                envelope: &class.envelope,
                delivery: &class.delivery,
                former: &class.former,
                by_hand: class.by_hand,
                weight_mg: piece_weight_mg(stock, envelope, run.layout.leaf, piece.leaves),
                yen: piece.amount,
                inserts: 0,
                divert: false,
            };
            row.write(out).expect("memory takes it");
        }
    }
}

fn form_info() -> FormInfo {
    let form = form();
    FormInfo {
        id: form.id,
        title: form.title,
        edition: form.edition,
        sha256: form.digest,
        leaf: [form.leaf.width, form.leaf.height],
        duplex: form.duplex,
        mark: MARKS[0].map(Length::mm),
        mark_back: Some(MARKS[1].map(Length::mm)),
        readings: Vec::new(),
    }
}

fn list(path: &str, bytes: &[u8]) -> FileInfo {
    FileInfo {
        path: path.to_owned(),
        sha256: Digest::of(bytes),
        bytes: bytes.len() as u64,
        rows: bytes.split(|&byte| byte == b'\n').count() as u64 - 2,
    }
}

fn input(role: &str) -> InputInfo {
    InputInfo {
        role: role.to_owned(),
        sha256: Digest::of(role.as_bytes()),
        bytes: 1,
        records: 113,
        control: Some(ControlInfo { records: 113, yen: None }),
    }
}

/// Makes a bundle.
pub(crate) fn bundle(spoil: &Spoil<'_>) -> Bag {
    let mut vendor = vendor();
    (spoil.vendor)(&mut vendor);
    for layout in vendor.layout.iter_mut().filter(|layout| layout.is_reading_order()) {
        layout.file = FileKind::PdfVt1;
    }
    let plan = planned(&vendor);
    let mut tenant: Tenant = toml::from_str(TENANT).expect("a sound tenant");
    tenant.id = "kasumigahara".into();
    let mut job = job("");
    job.id = "property-tax-2026".into();
    vendor.id = "kitashio-print".into();
    let mut files = BTreeMap::new();
    let (mut lots, mut press_files) = (Vec::new(), Vec::new());
    let mut pieces = PIECES_HEADING.as_bytes().to_vec();
    let mut sheets = SHEETS_HEADING.as_bytes().to_vec();
    for (run, lot) in plan.runs.iter().flat_map(|run| run.lots.iter().map(move |lot| (run, lot))) {
        let leaves = plan.pieces[lot.pieces.start as usize..lot.pieces.end as usize]
            .iter()
            .map(|p| p.leaves);
        let imposition =
            Imposition::new(&run.layout, &run.press, run.duplex, leaves).expect("a sound layout");
        let (name, code) = (lot.name(run.number), job_code(&tenant.id, &job.id));
        let making = Making { run, lot, plan: &plan, name, code, imposition };
        let (made, bytes) = making.press_file(spoil);
        making.slot_rows(&mut sheets);
        making.piece_rows(&mut pieces);
        lots.push(made);
        press_files.push(bytes);
    }
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    let pieces = (spoil.pieces)(text(pieces)).into_bytes();
    let sheets = (spoil.sheets)(text(sheets)).into_bytes();
    let mut manifest = Contents {
        job: &job,
        tenant: &tenant,
        vendor: &vendor,
        stocks: &stocks(),
        plan: &plan,
        form: form_info(),
        fonts: vec![FontInfo { name: "BIZ UDGothic".into(), sha256: Digest::of(b"font") }],
        inputs: vec![input("master"), input("detail")],
        lots: &lots,
        files: vec![list(paths::PIECES, &pieces), list(paths::SHEETS, &sheets)],
        batch: 1,
        supplement_of: None,
        version: "0.1.0".into(),
    }
    .manifest();
    (spoil.manifest)(&mut manifest);
    for ((_, info), bytes) in manifest.lots().zip(press_files) {
        files.insert(info.file.clone(), bytes);
    }
    files.insert(paths::PIECES.to_owned(), pieces);
    files.insert(paths::SHEETS.to_owned(), sheets);
    files.insert(paths::TALLY.to_owned(), tally_csv(&manifest));
    files.insert(paths::TICKET.to_owned(), ticket_xjdf(&manifest));
    files.insert(paths::MANIFEST.to_owned(), manifest.to_bytes());
    seal(&manifest, files)
}

/// Adds the tag files for a payload.
pub(crate) fn seal(manifest: &Manifest, mut files: BTreeMap<String, Vec<u8>>) -> Bag {
    files.retain(|path, _| path.starts_with("data/"));
    let payload: Vec<BagFile> =
        files.iter().map(|(path, bytes)| BagFile::of(path.as_str(), bytes)).collect();
    let tags = tags(manifest, &payload);
    files.extend(tags.files.into_iter().map(|(path, text)| (path, text.into_bytes())));
    files.insert(paths::TAG_MANIFEST.to_owned(), tags.tagmanifest.into_bytes());
    Bag(files)
}

pub(crate) fn zipped(bag: &Bag) -> Vec<u8> {
    let date = "2026-04-06".parse().expect("a date");
    let mut packer = Packer::new(Cursor::new(Vec::new()), "kasumigahara-property-tax-2026", date);
    for (path, bytes) in &bag.0 {
        let length = bytes.len() as u64;
        packer.file(path, length, &mut bytes.as_slice()).expect("memory takes it");
    }
    packer.finish().expect("memory takes it").into_inner()
}
