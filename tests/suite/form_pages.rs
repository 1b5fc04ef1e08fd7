//! Forms of `tests/cases/pages/`: each directory has a `form.toml` (and `parts/`) and the
//! `records.toml` that it is filled in with; what its pages show stands in `expect.txt`. `UPDATE=1`
//! writes what they show, and fails.

use crate::judges;
use crate::render_pages::{FONTS, dump};
use std::fs;
use std::path::{Path, PathBuf};
use tayori::diag::{Findings, Format, Show};
use tayori::font::Usage;
use tayori::form::{self, Compiled, FormSource, Sources};
use tayori::measure::Point;
use tayori::model::{Job, Notice, Record, Schema, Stocks, Tenant};
use tayori::page::Dump;
use tayori::pdf::{Content, Deflater, LotInfo, LotWriter, OutputIntent, Standard};
use tayori::render::{PieceContext, Renderer, Scratch};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn shown(findings: &Findings) -> String {
    let show = Show { format: Format::Human, reveal: false, colour: false };
    findings.iter().map(|finding| show.diagnostic(finding) + "\n").collect()
}

/// A form of a directory, compiled for a tenant and a job of the samples.
fn compile(dir: &Path, job: impl FnOnce(&mut Job)) -> (Compiled, Stocks) {
    let (compiled, stocks) = compiled(dir, job);
    let compiled = compiled.unwrap_or_else(|found| panic!("{}:\n{}", dir.display(), shown(&found)));
    (compiled, stocks)
}

fn compiled(dir: &Path, job: impl FnOnce(&mut Job)) -> (Result<Compiled, Findings>, Stocks) {
    let tenant = read(&root().join("jobs/kasumigahara/tenant.toml"));
    let tenant: Tenant = toml::from_str(&tenant).expect("a tenant");
    let tenant = Tenant { id: "kasumigahara".into(), ..tenant };
    let text = read(&root().join("jobs/kasumigahara/property-tax-2026.toml"));
    let mut spec: Job = toml::from_str(&text).expect("a job");
    spec.params.clear();
    job(&mut spec);
    let file = "forms/stocks.toml";
    let stocks = FormSource { file: file.into(), text: read(&root().join(file)) };
    let stocks = form::read_stocks(&stocks).expect("stocks");
    let sources = Sources {
        parts: &|part| {
            let file = format!("parts/{part}.toml");
            let text = fs::read_to_string(dir.join(&file)).ok()?;
            Some(FormSource { file: format!("forms/{file}"), text })
        },
        images: &|_| true,
        params: &form::parameters(&tenant, &spec),
        tenant: &tenant,
        stocks: &stocks,
    };
    let file = "forms/case/2026-04-01.toml".to_owned();
    let source = FormSource { file, text: read(&dir.join("form.toml")) };
    (form::compile(&source, &sources), stocks)
}

fn record<'c>(
    fields: impl IntoIterator<Item = &'c str>,
    rows: impl IntoIterator<Item = &'c str>,
) -> Record {
    let mut record = Record { number: 1, ..Record::default() };
    fields.into_iter().for_each(|cell| record.fields.push(cell));
    rows.into_iter().for_each(|cell| record.rows.push(cell));
    record
}

/// The records of a directory.
fn records(dir: &Path) -> Vec<Record> {
    let table: toml::Table = toml::from_str(&read(&dir.join("records.toml"))).expect("records");
    let records = table["record"].as_array().expect("a list of records");
    let cells = |value: &toml::Value| -> Vec<String> {
        let cells = value.as_array().expect("a list of cells");
        cells.iter().map(|cell| cell.as_str().expect("a text").to_owned()).collect()
    };
    let of = |value: &toml::Value| {
        let rows = value.get("rows").and_then(toml::Value::as_array);
        let rows: Vec<String> = rows.into_iter().flatten().flat_map(cells).collect();
        let fields = cells(&value["fields"]);
        record(fields.iter().map(String::as_str), rows.iter().map(String::as_str))
    };
    records.iter().map(of).collect()
}

fn cases() -> Vec<(String, PathBuf)> {
    let entries = fs::read_dir(root().join("tests/cases/pages")).expect("cases");
    let entry = |entry: std::io::Result<fs::DirEntry>| {
        let entry = entry.expect("a readable entry");
        (entry.file_name().to_string_lossy().into_owned(), entry.path())
    };
    let mut cases: Vec<(String, PathBuf)> = entries.map(entry).collect();
    cases.sort();
    cases
}

#[test]
fn pages_show_what_their_forms_say() {
    let mut wrong = Vec::new();
    for (name, dir) in cases() {
        let (compiled, stocks) = compile(&dir, |_| ());
        let found = compiled.lint(&stocks);
        let mut said = shown(&found);
        for (n, record) in records(&dir).iter().enumerate() {
            said += &format!("==== record {}\n{}", n + 1, dump(&compiled, record, n == 0));
        }
        let path = dir.join("expect.txt");
        let expected = fs::read_to_string(&path).unwrap_or_default();
        if said != expected {
            if std::env::var_os("UPDATE").is_some() {
                fs::write(&path, &said).expect("a writable case");
            }
            let line = expected.lines().zip(said.lines()).take_while(|(a, b)| a == b).count();
            let (was, is) = (expected.lines().nth(line), said.lines().nth(line));
            wrong.push(format!("{name}, line {}:\n was {was:?}\n  is {is:?}", line + 1));
        }
    }
    assert!(wrong.is_empty(), "{}\nUPDATE=1 rewrites them", wrong.join("\n"));
}

/// What stands on all pages of a record, in the order of drawing.
fn texts(renderer: &Renderer<'_>, schema: &Schema, record: &Record) -> Vec<String> {
    let notice = Notice::read(schema, record, |cell, fault| panic!("{cell:?}: {fault:?}"));
    let mut scratch = Scratch::default();
    let measured = renderer.measure(&notice, &mut scratch);
    assert_eq!(measured.problems, []);
    let leaves = measured.leaves;
    let text_of = |face, cid| FONTS.text_of(face, cid);
    let mut texts = Vec::new();
    for leaf in 1..=leaves {
        for back in [false, true] {
            let serial = tayori::model::Serial(1);
            let piece = PieceContext {
                notice: &notice,
                serial,
                mark: "M",
                leaf,
                leaves,
                press: tayori::barcode::lay::Press::default(),
            };
            let mut canvas = Dump::new(&text_of);
            renderer.page(&piece, back, &mut scratch, &mut canvas).expect("it was measured");
            let dump = canvas.finish();
            let said = dump.lines().filter_map(|line| line.strip_prefix("text "));
            texts.extend(said.filter_map(|line| line.split('"').nth(1)).map(str::to_owned));
        }
    }
    texts
}

/// Every row stands on the pages exactly once and in order, however many there are, and the total
/// is theirs.
#[test]
fn no_row_is_lost_whatever_their_number() {
    for name in ["groups", "attach"] {
        let dir = root().join("tests/cases/pages").join(name);
        let (compiled, _) = compile(&dir, |_| ());
        let renderer = Renderer::new(&compiled, &FONTS).expect("the form can be set");
        for count in 0..=75_u32 {
            let mut rows: Vec<String> = Vec::new();
            for row in 0..count {
                // Groups of 1 to 7 rows, and a text by which the row is found again.
                let (group, mark) =
                    (row.checked_div(1 + count % 7).unwrap_or(0), format!("行{row}"));
                let amount = (100_000 + row).to_string();
                let cells = match name {
                    "groups" => {
                        vec![format!("税{group}"), "2024".into(), mark, String::new(), amount]
                    }
                    _ => vec![mark, amount],
                };
                rows.extend(cells);
                rows.push(String::new());
            }
            let record = record(["000001", "霞原"], rows.iter().map(String::as_str));
            let texts = texts(&renderer, &compiled.form.schema, &record);
            let found: Vec<&String> = texts.iter().filter(|text| text.starts_with('行')).collect();
            let wanted: Vec<String> = (0..count).map(|row| format!("行{row}")).collect();
            assert_eq!(found, wanted.iter().collect::<Vec<_>>(), "{name}, {count} rows");
            let total = (0..i64::from(count)).map(|row| 100_000 + row).sum();
            let mut buffer = [0; 27];
            let total = tayori::model::Yen(total).with_commas(&mut buffer);
            let printed = texts.iter().any(|text| text.trim_start_matches('¥') == total);
            assert!(printed, "{name}, {count} rows: {total}");
        }
    }
}

/// What is printed follows the purpose of the job, and what the job says about single items.
#[test]
fn a_job_says_what_its_notices_are_for() {
    let dir = root().join("tests/cases/pages/purposes");
    let printed = |job: &dyn Fn(&mut Job)| {
        let (compiled, _) = compile(&dir, job);
        let renderer = Renderer::new(&compiled, &FONTS).expect("the form can be set");
        let records = records(&dir);
        let texts = texts(&renderer, &compiled.form.schema, &records[0]);
        let numbers = texts.iter().filter(|text| *text == "12345678").count();
        let purpose = texts.iter().find(|text| text.contains('様')).expect("the name");
        (numbers, purpose.clone(), compiled.form.digest)
    };
    let mail = printed(&|_| ());
    let counter = printed(&|job| job.purpose = Some("counter".into()));
    let one = printed(&|job| {
        job.items.insert("insured_no".into(), true);
    });
    assert_eq!((mail.0, counter.0, one.0), (0, 2, 2));
    assert!(mail.1.ends_with("（郵送用）") && counter.1.ends_with("（窓口用）"), "{counter:?}");
    assert!(mail.2 != counter.2 && mail.2 != one.2, "the digest tells them apart");
    for (job, expected) in [
        (Some("post"), "E340: it has `counter`, `mail`"),
        (Some("mial"), "E340: did you mean `mail`?"),
        (None, "E340: did you mean `insured_no`?"),
    ] {
        let (compiled, _) = compiled(&dir, |spec| match job {
            Some(purpose) => spec.purpose = Some(purpose.into()),
            None => {
                spec.items.insert("insured_np".into(), false);
            }
        });
        let found = compiled.expect_err("the job names what the form does not have");
        let found: Vec<String> =
            found.iter().map(|f| format!("{}: {}", f.code.0, f.hints.join(" "))).collect();
        assert_eq!(found, [expected]);
    }
}

/// A PDF of all pages of all records, and what stands on each page.
fn press(compiled: &Compiled, records: &[Record]) -> (Vec<u8>, Vec<String>) {
    let (form, renderer) = (&compiled.form, Renderer::new(compiled, &FONTS).expect("a good form"));
    let (mut content, mut deflater) = (Content::new(), Deflater::for_once());
    let text_of = |face, cid| FONTS.text_of(face, cid);
    let (mut layers, mut fixed) = (Vec::new(), Vec::new());
    for face in (0..renderer.layers()).map(|face| u16::try_from(face).expect("at most four")) {
        content.begin_layer(form.leaf);
        renderer.layer(face, &mut content);
        layers.push(content.finish_layer(&mut deflater));
        let mut canvas = Dump::new(&text_of);
        renderer.layer(face, &mut canvas);
        fixed.push(said(&canvas.finish()));
    }
    let (title, id_seed) = (form.title.as_str(), form.digest);
    let info = LotInfo {
        title,
        producer: "Tayori",
        id_seed,
        sheet: form.leaf,
        trims: &[],
        standard: Standard::PdfX4,
        date: "2026-04-06".parse().expect("a date"),
        intent: &OutputIntent::grey(),
    };
    let mut writer = LotWriter::new(Vec::new(), &info, &layers, &[]).expect("memory takes it");
    let (mut usage, mut pages) = (Usage::new(), Vec::new());
    let mut scratch = Scratch::default();
    for record in records {
        let notice = Notice::read(&form.schema, record, |cell, fault| panic!("{cell:?} {fault:?}"));
        let leaves = renderer.measure(&notice, &mut scratch).leaves;
        for leaf in 1..=leaves {
            for back in [false, true].into_iter().take(1 + usize::from(form.duplex)) {
                let serial = tayori::model::Serial(1);
                let piece = PieceContext {
                    notice: &notice,
                    serial,
                    mark: "M",
                    leaf,
                    leaves,
                    press: tayori::barcode::lay::Press::default(),
                };
                content.begin_sheet(form.leaf);
                content.begin_slot(Point::default(), form.leaf);
                renderer.page(&piece, back, &mut scratch, &mut content).expect("it was measured");
                content.end_slot();
                writer.side(deflater.deflate(content.finish())).expect("memory takes it");
                usage.merge(&content.take_usage());
                let mut canvas = Dump::new(&text_of);
                renderer.page(&piece, back, &mut scratch, &mut canvas).expect("as before");
                let dump = canvas.finish();
                let layer = dump.lines().find_map(|line| line.strip_prefix("layer ")?.parse().ok());
                let layer = layer.map_or("", |layer: usize| &fixed[layer]);
                pages.push(format!("{layer}{}", said(&dump)));
            }
        }
    }
    (writer.finish(&FONTS, &usage).expect("memory takes it").out, pages)
}

/// The characters of a dump's texts.
fn said(dump: &str) -> String {
    let texts = dump.lines().filter_map(|line| line.strip_prefix("text "));
    let texts = texts.filter_map(|line| line.split_once('"')?.1.rsplit_once('"'));
    texts.map(|(text, _)| unescaped(text)).collect()
}

/// What a dump says, without the escapes of its texts.
fn unescaped(text: &str) -> String {
    let mut said = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        said += before;
        let code = after.strip_prefix("u{").and_then(|hex| hex.split_once('}'));
        if let Some((hex, after)) = code {
            let code = u32::from_str_radix(hex, 16).expect("a code point");
            said.push(char::from_u32(code).expect("a character"));
            rest = after;
        } else {
            said.push_str(&after[..1]);
            rest = &after[1..];
        }
    }
    said + rest
}

/// The boxes of a word in points, as an outsider finds them: left, top, right, bottom.
fn words(html: &str, word: &str) -> Vec<[f64; 4]> {
    let end = format!(">{word}</word>");
    let lines = html.lines().filter(|line| line.ends_with(&end));
    let boxes = lines.map(|line| {
        let numbers: Vec<f64> = line.split('"').filter_map(|part| part.parse().ok()).collect();
        numbers.try_into().expect("four sides")
    });
    boxes.collect()
}

/// Turned words, and what follows them, stand where the columns have them.
#[test]
fn outsiders_find_turned_words_in_their_columns() {
    let (compiled, _) = compile(&root().join("tests/cases/pages/vertical"), |_| ());
    let records = records(&root().join("tests/cases/pages/vertical"));
    let (bytes, _) = press(&compiled, &records[..1]);
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("turned.pdf");
    fs::write(&file, bytes).expect("a writable directory");
    let file = file.to_str().expect("a name in UTF-8");
    let html = judges::content("pdftotext", &["-raw", "-bbox", file, "-"]);
    let drawn = dump(&compiled, &records[0], true);
    // Where each turned word was drawn, in points, and how long it is in ems of 8 pt.
    for (word, ems) in [("ABC", 2.39), ("Web", 2.25)] {
        let line = drawn.lines().find(|line| line.ends_with(&format!("turned {word:?}")));
        let at = line.and_then(|line| line.split(' ').nth(1)).expect("it is drawn turned");
        let at: Vec<f64> =
            at.split(',').map(|mm| mm.parse::<f64>().expect("mm") / 25.4 * 72.0).collect();
        let [found] = words(&html, word)[..] else { panic!("{word}: {html}") };
        let [left, top, right, bottom] = found;
        assert!((top - at[1]).abs() < 0.02, "{word}: {found:?}, drawn at {at:?}");
        assert!((bottom - top - ems * 8.0).abs() < 0.05, "{word}: {found:?}");
        // The em box around the axis: 0.12 of it left of the baseline.
        assert!((at[0] - left - 0.12 * 8.0).abs() < 0.02, "{word}: {found:?}, drawn at {at:?}");
        assert!((right - left - 8.0).abs() < 0.02, "{word}: {found:?}");
    }
    // What follows in the column has the same axis as the word before it.
    let axis = |[left, _, right, _]: [f64; 4]| f64::midpoint(left, right);
    let (word, after) = (words(&html, "ABC")[0], words(&html, "社")[0]);
    assert!((axis(word) - axis(after)).abs() < 0.03, "{word:?} {after:?}");
    assert!(after[1] >= word[3] - 1.0, "{word:?} {after:?}");
}

/// Outsiders read from the press file what was drawn, page by page. The files are left in
/// `target/tmp/pages` to be looked at.
#[test]
fn outsiders_read_what_was_drawn() {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages");
    fs::create_dir_all(&out).expect("a directory for the files");
    for (name, dir) in cases() {
        let (compiled, _) = compile(&dir, |_| ());
        let (bytes, pages) = press(&compiled, &records(&dir));
        let file = out.join(format!("{name}.pdf"));
        fs::write(&file, bytes).expect("a writable directory");
        let file = file.to_str().expect("a name in UTF-8");
        judges::content("qpdf", &["--check", file]);
        let characters = |text: &str| {
            let mut all: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
            all.sort_unstable();
            all.into_iter().collect::<String>()
        };
        for (n, wanted) in (1..).zip(&pages) {
            let page = n.to_string();
            // Unless raw, a hyphen at the end of a line is taken for one that parts a word.
            let read = judges::content("pdftotext", &["-raw", "-f", &page, "-l", &page, file, "-"]);
            assert_eq!(characters(&read), characters(wanted), "{name}, page {page}");
        }
    }
}

/// On both sides of a carrier a person's card is the same piece of paper: what stands on its back lies
/// behind what stands on its front, and blank cards behind blank cards.
#[test]
fn backs_of_cards_lie_behind_their_fronts() {
    let (compiled, _) = compile(&root().join("tests/cases/pages/cards"), |_| ());
    let records = records(&root().join("tests/cases/pages/cards"));
    let (bytes, pages) = press(&compiled, &records);
    assert_eq!(pages.len(), 2 + 2 + 4, "seven cards take two carriers");
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cards.pdf");
    fs::write(&file, bytes).expect("a writable directory");
    let file = file.to_str().expect("a name in UTF-8");
    let points = |mm: f64| mm / 25.4 * 72.0;
    let (leaf, card) = (points(210.0), points(85.6));
    // The corners of cards on fronts: two on the first leaf, six on the next, the first column down.
    let first = [[13.0, 126.0], [102.6, 126.0]];
    let more = [[13.0, 40.0], [13.0, 100.0], [13.0, 160.0], [102.6, 40.0], [102.6, 100.0]];
    let people = [
        (1, &first[..], &["霞原　太郎", "霞原　花子"][..]),
        (5, &first, &["甲原", "乙原"]),
        (7, &more, &["丙原", "丁原", "戊原", "己原", "庚原"]),
    ];
    for (front, corners, names) in people {
        let on = |page: i32| {
            let page = page.to_string();
            judges::content("pdftotext", &["-raw", "-bbox", "-f", &page, "-l", &page, file, "-"])
        };
        let (front, back) = (on(front), on(front + 1));
        for ([x, y], name) in corners.iter().zip(names) {
            let (left, top) = (points(*x), points(*y));
            // The household's head may also be named in the address.
            let is_on = |left: f64, found: &[f64; 4]| {
                found[0] >= left && found[2] <= left + card && found[1] >= top
            };
            let word = name.rsplit('　').next().expect("a name");
            let shown = |html: &str, left: f64| {
                words(html, word).iter().filter(|found| is_on(left, found)).count()
            };
            assert_eq!(shown(&front, left), 1, "{name} on the front");
            assert_eq!(shown(&back, leaf - left - card), 1, "{name} behind it");
            assert_eq!(shown(&back, left), 0, "{name} behind another");
        }
    }
}
