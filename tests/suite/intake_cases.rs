//! Input files, sound and damaged, through the whole of intake: `tests/cases/intake/<name>/` holds
//! the files as they come, `expect.txt` every finding, record and held row. `UPDATE=1` rewrites it.

use proptest::prelude::*;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use tayori::diag::{Diagnostic, Findings};
use tayori::intake::{
    Counted, Decoded, Decoder, DetailIndex, Details, Error, ExcludeList, HeldReason, HeldWriter,
    Master, RawRow, RowBatch, RowRef, Scratch, Source, read_count_file,
};
use tayori::model::job::Input;
use tayori::model::schema::Field;
use tayori::model::{Cell, FieldKind, Locate as _, Notice, ParseFault, Record, Schema, Yen};

/// The files of a case, in memory.
#[derive(Debug, Clone, Default)]
pub(crate) struct Files {
    pub(crate) master: Vec<u8>,
    pub(crate) detail: Vec<u8>,
    count: Vec<u8>,
    exclude: Option<Vec<u8>>,
}

/// Everything that intake says about the files of a case.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) text: String,
    pub(crate) held: Vec<u8>,
    pub(crate) held_detail: Vec<u8>,
    findings: u64,
    records: [u64; 3],
    master_rows: u64,
}

/// What stands between decoding and the next stage: for the cases of validation.
pub(crate) type Look<'a> = dyn FnMut(RawRow<'_>, &Record, &Decoder, &Scratch, &mut Findings) + 'a;

#[derive(serde::Deserialize)]
struct JobFile {
    input: Input,
}

pub(crate) fn field(id: &str, ja: &str, kind: FieldKind, required: bool) -> Field {
    Field { id: id.into(), ja: ja.into(), kind, required, unique: false, sample: None }
}

fn schema(rows: bool) -> Schema {
    let yen = FieldKind::Yen { min: 0, max: 99_999_999_999, step: 1 };
    let kind = FieldKind::Choice(vec!["土地".into(), "家屋".into()]);
    Schema {
        fields: vec![
            field("notice_no", "通知書番号", FieldKind::Digits { min: 4, max: 4 }, true),
            field("name", "氏名", FieldKind::Text { max: 40 }, true),
            field("care_of", "方書", FieldKind::Text { max: 40 }, false),
            field("tax_total", "年税額", yen.clone(), true),
        ],
        key: 0,
        rows: if rows {
            vec![field("kind", "区分", kind, true), field("tax", "税額", yen, true)]
        } else {
            Vec::new()
        },
    }
}

pub(crate) fn describe(out: &mut String, diagnostic: &Diagnostic) {
    let place = diagnostic.place.as_ref();
    let at = place.map_or_else(|| "-".to_owned(), ToString::to_string);
    let Diagnostic { code, severity, message, message_ja, field, hints, .. } = diagnostic;
    let field = field.as_deref().unwrap_or("-");
    writeln!(out, "{at}: {severity}[{code}] {field}: {message}").expect("a string takes all");
    if !message_ja.is_empty() {
        writeln!(out, "    {message_ja}").expect("a string takes all");
    }
    if let Some(source) = place.and_then(|place| place.source.as_ref()) {
        let meant = &source.line[source.span.clone()];
        writeln!(out, "    | {meant}").expect("a string takes all");
    }
    for hint in hints {
        writeln!(out, "    = {hint}").expect("a string takes all");
    }
}

impl Outcome {
    fn tell(&mut self, findings: &Findings) {
        self.findings += findings.errors() + findings.warnings();
        findings.iter().for_each(|diagnostic| describe(&mut self.text, diagnostic));
    }
}

/// Runs both passes over the files of a case, as the engine does.
pub(crate) fn run(input: &Input, schema: &Schema, files: &Files, look: &mut Look<'_>) -> Outcome {
    let mut outcome = Outcome::default();
    match try_run(input, schema, files, look, &mut outcome) {
        Ok(()) => {}
        Err(Error::Refused(findings)) => {
            outcome.text.push_str("refused\n");
            outcome.tell(&findings);
        }
        Err(error) => panic!("{error:?}"),
    }
    outcome
}

fn try_run(
    input: &Input,
    schema: &Schema,
    files: &Files,
    look: &mut Look<'_>,
    outcome: &mut Outcome,
) -> Result<(), Error> {
    let source = |file| Source::new(file, input.encoding);
    let exclude = match &files.exclude {
        Some(bytes) => Some(ExcludeList::read(source("exclude.csv"), bytes.as_slice())?),
        None => None,
    };
    let index = match &input.detail {
        Some(detail) => {
            let bytes = files.detail.as_slice();
            Some(DetailIndex::build("detail.csv", input.encoding, detail, schema, bytes)?)
        }
        None => None,
    };
    let mut master = Master::open("master.csv", input, schema, files.master.as_slice())?;
    let detail_columns = index.as_ref().map(|index| index.columns().clone());
    let decoder = Decoder::new(master.columns().clone(), detail_columns);
    let file = files.detail.as_slice();
    let details = index.as_ref().map(|index| Details { index, file: &file });
    let (mut batch, mut scratch) = (RowBatch::default(), Scratch::default());
    let (mut record, mut counted) = (Record::default(), Counted::default());
    counted.amount = Some(Yen(0));
    let (mut held, mut index_of_rows): (Vec<(RowRef, HeldReason)>, Vec<RowRef>) =
        Default::default();
    while master.next(&mut batch)? {
        for row in batch.iter() {
            index_of_rows.push(row.reference());
            assert_eq!(row.number, index_of_rows.len() as u64, "records are numbered in order");
            let mut findings = Findings::new();
            let decoded = decoder.record(row, details, &mut scratch, &mut record, &mut findings)?;
            count(schema, &record, &mut counted);
            same_again(&decoder, details, files, row, &record, decoded)?;
            outcome.records[decoded as usize] += 1;
            let key = (!record.fields.is_empty()).then(|| record.field(schema.key));
            let excluded = exclude.as_ref().zip(key).is_some_and(|(list, key)| list.contains(key));
            if !excluded && decoded == Decoded::Whole {
                look(row, &record, &decoder, &scratch, &mut findings);
            }
            let word = if excluded { "Excluded".into() } else { format!("{decoded:?}") };
            write_record(&mut outcome.text, &word, &record);
            outcome.tell(&findings);
            if findings.errors() > 0 {
                held.push((row.reference(), HeldReason::of(&findings)));
            }
        }
    }
    write_held(&decoder, details, files, &held, outcome)?;
    if let Some(details) = details {
        outcome.tell(&details.index.orphans(details.file)?.1);
        outcome.tell(details.index.findings());
    }
    let (ending, _) = master.finish()?;
    outcome.master_rows = ending.records;
    outcome.tell(&ending.findings);
    if let Some(totals) = &ending.totals {
        outcome.tell(&totals.compare(&counted));
    }
    let count_file = input.control.as_ref().and_then(|control| control.count_file.as_deref());
    if count_file.is_some() {
        let totals = read_count_file(source("count.csv"), files.count.as_slice())?;
        outcome.tell(&totals.compare(&counted));
    }
    if let Some(list) = &exclude {
        outcome.tell(&list.unused());
    }
    Ok(())
}

fn count(schema: &Schema, record: &Record, counted: &mut Counted) {
    counted.records += 1;
    let amount = schema.field("tax_total").filter(|_| !record.fields.is_empty());
    let value =
        amount.map(|index| schema.fields[usize::from(index)].kind.parse(record.field(index)));
    match value.and_then(Result::ok).and_then(|value| value.number()) {
        Some(yen) => counted.amount = counted.amount.map(|sum| sum + Yen(yen)),
        None => counted.unreadable += 1,
    }
}

/// Pass 2: the record read again by its place is the same.
fn same_again(
    decoder: &Decoder,
    details: Option<Details<'_>>,
    files: &Files,
    row: RawRow<'_>,
    record: &Record,
    decoded: Decoded,
) -> Result<(), Error> {
    let (mut buffer, mut scratch) = (Vec::new(), Scratch::default());
    let (mut again, mut findings) = (Record::default(), Findings::new());
    let master = files.master.as_slice();
    let fetched = decoder.fetch(&master, row.number, row.reference(), &mut buffer)?;
    assert_eq!(fetched, row, "the same bytes at the same place");
    let second = decoder.record(fetched, details, &mut scratch, &mut again, &mut findings)?;
    assert_eq!((second, &again), (decoded, record), "the same record in both passes");
    Ok(())
}

fn write_record(out: &mut String, word: &str, record: &Record) {
    write!(out, "{} {word}:", record.number).expect("a string takes all");
    for cells in [&record.fields, &record.rows] {
        for n in 0..cells.len() {
            write!(out, " {:?}", cells.get(n)).expect("a string takes all");
        }
        out.push_str(" ;");
    }
    out.push('\n');
}

fn write_held(
    decoder: &Decoder,
    details: Option<Details<'_>>,
    files: &Files,
    held: &[(RowRef, HeldReason)],
    outcome: &mut Outcome,
) -> Result<(), Error> {
    let master = files.master.as_slice();
    let mut rows = HeldWriter::new(Vec::new(), decoder.master_columns())?;
    let mut detail_rows = match details {
        Some(details) => Some(HeldWriter::new(Vec::new(), details.index.columns())?),
        None => None,
    };
    let mut buffer = Vec::new();
    for (reference, reason) in held {
        let row = decoder.fetch(&master, 0, *reference, &mut buffer)?;
        rows.row(row.bytes, reason)?;
        if let (Some(details), Some(writer)) = (details, &mut detail_rows) {
            for group in decoder.groups(row, details)? {
                writer.group(details.file, &group, reason)?;
            }
        }
    }
    let (bytes, written) = rows.finish()?;
    assert_eq!(written, held.len() as u64);
    outcome.held = bytes;
    if let Some(writer) = detail_rows {
        outcome.held_detail = writer.finish()?.0;
    }
    Ok(())
}

fn read(dir: &Path, name: &str) -> Option<Vec<u8>> {
    std::fs::read(dir.join(name)).ok()
}

fn read_case(dir: &Path) -> (Input, Files) {
    let job = read(dir, "job.toml").unwrap_or_else(|| b"[input]\nfile = \"master.csv\"\n".to_vec());
    let job = String::from_utf8(job).expect("a job is UTF-8");
    let JobFile { input } = toml::from_str(&job).expect("a job that can be read");
    let file = |name| read(dir, name).unwrap_or_default();
    let files = Files {
        master: file("master.csv"),
        detail: file("detail.csv"),
        count: file("count.csv"),
        exclude: read(dir, "exclude.csv"),
    };
    (input, files)
}

/// Runs every case under `tests/cases/<area>` and compares with its `expect.txt`.
pub(crate) fn all_cases(area: &str, run: &dyn Fn(&Input, &Files) -> Outcome) {
    let area = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(area);
    let entries = std::fs::read_dir(&area).expect("the cases are there");
    let mut dirs: Vec<PathBuf> = entries.map(|entry| entry.expect("readable").path()).collect();
    dirs.sort();
    let mut wrong = Vec::new();
    for dir in dirs {
        let (input, files) = read_case(&dir);
        let outcome = run(&input, &files);
        let mut found = outcome.text.clone();
        for (name, bytes) in
            [("held.csv", &outcome.held), ("held-detail.csv", &outcome.held_detail)]
        {
            if bytes.split(|&byte| byte == b'\n').nth(2).is_some() {
                let decoder = encoding_rs::SHIFT_JIS;
                let text = match input.encoding {
                    tayori::model::job::Encoding::Utf8 => String::from_utf8_lossy(bytes),
                    tayori::model::job::Encoding::Cp932 => {
                        decoder.decode_without_bom_handling(bytes).0
                    }
                };
                write!(found, "--- {name}\n{}", text.replace('\r', "␍"))
                    .expect("a string takes all");
            }
        }
        let expected = read(&dir, "expect.txt").unwrap_or_default();
        if found.as_bytes() != expected {
            if std::env::var_os("UPDATE").is_some() {
                std::fs::write(dir.join("expect.txt"), &found).expect("writable");
            }
            wrong.push(format!("{}:\n{found}", dir.display()));
        }
    }
    assert!(wrong.is_empty(), "cases differ:\n{}", wrong.join("\n"));
}

fn run_intake(input: &Input, files: &Files) -> Outcome {
    run(input, &schema(input.detail.is_some()), files, &mut |_, _, _, _, _| {})
}

#[test]
fn cases() {
    all_cases("intake", &run_intake);
}

const JOB: &str = "[input]\nfile = \"m\"\n[input.detail]\nfile = \"d\"\nkey = \"番号\"\n";
const MASTER: &str =
    "通知書番号,氏名,方書,年税額\r\n0001,山田 太郎,,300\r\n0002,佐藤 花子,,500\r\n";
const DETAIL: &str = "番号,区分,税額\r\n0002,土地,200\r\n0002,家屋,300\r\n0001,土地,300\r\n";

fn input(job: &str) -> Input {
    toml::from_str::<JobFile>(job).expect("a job that can be read").input
}

fn cp932(text: &str) -> Vec<u8> {
    encoding_rs::SHIFT_JIS.encode(text).0.into_owned()
}

#[test]
fn corrected_held_records_are_an_input_like_any_other() {
    let job =
        JOB.replace("[input]", "[input]\nencoding = \"cp932\"\ncontrol = { trailer = \"T\" }");
    let input = input(&job);
    let damaged =
        MASTER.replace("佐藤 花子,,500", "佐藤,花子,,500") + "0003,鈴木,,100\r\nT,3,900\r\n";
    let detail = DETAIL.replace("0001,土地,300", "0001,土地") + "0003,家屋,\u{2}\r\n";
    let files = Files { master: cp932(&damaged), detail: cp932(&detail), ..Files::default() };
    let first = run_intake(&input, &files);
    assert_eq!(first.records, [0, 2, 1], "{}", first.text);

    let text = |bytes: &[u8]| encoding_rs::SHIFT_JIS.decode(bytes).0.into_owned();
    let held = text(&first.held);
    let lines: Vec<&str> = held.lines().collect();
    assert_eq!(lines[0], "通知書番号,氏名,方書,年税額,保留コード,保留理由,保留場所");
    assert!(lines[2].starts_with("0002,佐藤,花子,,500,E112,"), "{}", lines[2]);

    // Still wrong: the same reasons again, and the columns of the first time are not doubled.
    let again = Files { master: first.held, detail: first.held_detail, ..Files::default() };
    let second = run_intake(&input, &again);
    assert_eq!(text(&second.held), held.replace("detail.csv:4:1", "detail.csv:2:1"));

    // Corrected: nothing is found but that the control totals do not count.
    let master = text(&again.master).replace("佐藤,花子", "佐藤 花子");
    let detail =
        text(&again.detail).replace("0001,土地,E", "0001,土地,300,E").replace('\u{2}', "100");
    let corrected = Files { master: cp932(&master), detail: cp932(&detail), ..Files::default() };
    let third = run_intake(&input, &corrected);
    assert_eq!((third.records, third.findings), ([3, 0, 0], 1), "{}", third.text);
    assert!(third.text.contains("[W137]"), "{}", third.text);

    // Rows from which the reasons were taken out are as good.
    let cut = |text: &str| {
        let rows = text.lines().enumerate();
        let own = |line: &str| line[..line.find(",E1").unwrap_or(line.len())].to_owned() + "\n";
        rows.map(|(n, line)| if n == 0 { format!("{line}\n") } else { own(line) })
            .collect::<String>()
    };
    let bare =
        Files { master: cp932(&cut(&master)), detail: cp932(&cut(&detail)), ..Files::default() };
    assert_eq!(run_intake(&input, &bare).text, third.text);
}

#[test]
fn form_and_job_must_agree_about_detail_rows() {
    let job = "[input]\nfile = \"m\"\n";
    for (job, rows) in [(job, true), (JOB, false)] {
        let opened = Master::open("m", &input(job), &schema(rows), MASTER.as_bytes());
        let Err(Error::Refused(findings)) = opened else { panic!("it is refused") };
        assert_eq!(findings.iter().next().map(|found| found.code.0), Some("E108"));
    }
}

#[test]
fn a_record_of_too_many_rows_is_held_and_its_rows_are_not_lost() {
    let mut detail = DETAIL.to_owned();
    detail.push_str(&"0003,土地,1\r\n".repeat(10_001));
    let master = MASTER.to_owned() + "0003,鈴木,,10001\r\n";
    let files = Files { master: master.into(), detail: detail.into(), ..Files::default() };
    let outcome = run_intake(&input(JOB), &files);
    assert_eq!((outcome.records, outcome.findings), ([2, 1, 0], 1));
    assert!(outcome.text.contains("detail.csv:5:1: error[E123]"), "{}", outcome.text);
    let rows = outcome.held_detail.split(|&byte| byte == b'\n').count();
    assert_eq!(rows, 10_001 + 2, "a heading, all rows, and the end");
}

/// Every code of the two rooms is met by a case here or, where a file would be unwieldy, by a test.
#[test]
fn every_code_has_a_case() {
    const TESTED_ELSEWHERE: [&str; 15] = [
        "E108", "E110", "E123", "E144", "E230", "E241", "E242", "E243", "E244", "E245", "W232",
        "W233", "W234", "W235", "W236",
    ];
    let mut met = String::new();
    for area in ["intake", "validate"] {
        let area = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(area);
        for dir in std::fs::read_dir(area).expect("the cases are there") {
            let expected = read(&dir.expect("readable").path(), "expect.txt");
            met += &String::from_utf8(expected.expect("every case expects")).expect("UTF-8");
        }
    }
    let codes = tayori::intake::CODES.iter().chain(tayori::validate::CODES);
    let unmet: Vec<&str> = codes
        .map(|(code, _, _)| *code)
        .filter(|code| !met.contains(&format!("[{code}]")) && !TESTED_ELSEWHERE.contains(code))
        .collect();
    assert!(unmet.is_empty(), "codes without a case: {unmet:?}");
}

#[test]
fn the_same_records_in_both_encodings() {
    let utf8 = Files { master: MASTER.into(), detail: DETAIL.into(), ..Files::default() };
    let sjis = Files { master: cp932(MASTER), detail: cp932(DETAIL), ..Files::default() };
    let encoded = JOB.replace("[input]", "[input]\nencoding = \"cp932\"");
    let found = run_intake(&input(JOB), &utf8);
    assert_eq!((found.records, found.findings), ([2, 0, 0], 0), "{}", found.text);
    assert_eq!(found.text, run_intake(&input(&encoded), &sjis).text);
}

#[test]
fn every_cell_is_found_in_its_file() {
    let files = Files { master: MASTER.into(), detail: DETAIL.into(), ..Files::default() };
    let (job, schema) = (input(JOB), schema(true));
    let mut places = Vec::new();
    run(&job, &schema, &files, &mut |row, record, decoder, scratch, _| {
        let notice =
            Notice::read(&schema, record, |_: Cell, fault: ParseFault| panic!("{fault:?}"));
        let locate = decoder.places(row, scratch);
        let last = Cell::Row(u32::try_from(notice.row_count() - 1).expect("few"), 1);
        for cell in [Cell::Whole, Cell::Field(3), last] {
            let place = locate.place(cell);
            let source = place.source.as_ref().expect("a row can be shown");
            places.push(format!("{place} {}", &source.line[source.span.clone()]));
        }
    });
    assert_eq!(
        places,
        [
            "master.csv:2:1 0001,山田 太郎,,300",
            "master.csv:2:13 300",
            "detail.csv:4:9 300",
            "master.csv:3:1 0002,佐藤 花子,,500",
            "master.csv:3:13 500",
            "detail.csv:3:9 300",
        ]
    );
}

/// A file with some of its bytes changed, taken out or put in.
fn damage(bytes: &[u8], changes: &[(usize, u8, u8)]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for &(at, kind, byte) in changes {
        let at = at % (bytes.len() + 1);
        match kind % 3 {
            0 => bytes.insert(at, byte),
            1 if at < bytes.len() => bytes[at] = byte,
            _ if at < bytes.len() => drop(bytes.remove(at)),
            _ => bytes.truncate(at >> 1),
        }
    }
    bytes
}

fn changes() -> impl Strategy<Value = Vec<(usize, u8, u8)>> {
    let bytes =
        prop_oneof![any::<u8>(), prop::sample::select(b",\"\n\r\0\x1a\x81\xE3T0".to_vec()),];
    prop::collection::vec((any::<usize>(), any::<u8>(), bytes), 0..6)
}

proptest! {
    /// Whatever comes: no panic, every record in exactly one bucket, the same in both passes.
    #[test]
    fn damaged_files_never_break_intake(
        master in changes(), detail in changes(), sjis in any::<bool>(), trailer in any::<bool>(),
    ) {
        let mut job = JOB.to_owned();
        let encode = if sjis { cp932 } else { |text: &str| text.as_bytes().to_vec() };
        if sjis {
            job = job.replace("[input]", "[input]\nencoding = \"cp932\"");
        }
        let mut text = MASTER.to_owned();
        if trailer {
            job = job.replace("[input]", "[input]\ncontrol = { trailer = \"T\" }");
            text += "T,2,800\r\n";
        }
        let files = Files {
            master: damage(&encode(&text), &master),
            detail: damage(&encode(DETAIL), &detail),
            ..Files::default()
        };
        let outcome = run_intake(&input(&job), &files);
        if outcome.master_rows > 0 {
            prop_assert_eq!(outcome.records.iter().sum::<u64>(), outcome.master_rows);
        } else {
            prop_assert!(outcome.text.contains("refused\n"));
        }
    }

    /// Nothing but noise.
    #[test]
    fn noise_never_breaks_intake(
        master in prop::collection::vec(any::<u8>(), 0..400),
        detail in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        let outcome = run_intake(&input(JOB), &Files { master, detail, ..Files::default() });
        prop_assert!(outcome.text.starts_with("refused\n"));
    }
}
