//! Tests of whole texts and pages: what is drawn, where, and that nothing is lost.

use super::breaks;
use super::letters::LetterTables;
use super::setting::{Setting, Unset, baseline};
use super::*;
use crate::font::{Cid, FaceId};
use crate::form::text::{Segment, Text};
use crate::form::{
    Align, Column, Condition, Face, Fit, Item, Panel, Scope, Table, Templates, TextBox, VAlign,
};
use crate::measure::{Extent, Length, Point, Rect, TypeSize};
use crate::model::{Cell, Field, FieldKind, ParseFault, Record, Schema};
use crate::page::{ImageId, Ink, Stroke, TextRun};
use proptest::prelude::*;
use std::fmt::Write as _;
use std::io;
use std::sync::LazyLock;

/// Roles for tests: `name` falls back from BIZ UD Mincho to the small test face; `ocr` is OCR-B.
pub(super) static FONTS: LazyLock<FontSet> = LazyLock::new(|| {
    const FILES: [(&str, &[u8]); 3] = [
        ("mincho", include_bytes!("../../fonts/BIZUDMincho-Regular.ttf")),
        ("test", include_bytes!("../../tests/fixtures/fonts/TayoriTest.ttf")),
        ("ocr", include_bytes!("../../fonts/OCRB.otf")),
    ];
    let mut config = String::new();
    for (name, data) in FILES {
        let digest = crate::digest::Digest::of(data);
        writeln!(
            config,
            "[[face]]\nname = \"{name}\"\nfile = \"{name}\"\nsha256 = \"{digest}\"\n\
             licence = \"licence\""
        )
        .expect("a string takes everything");
    }
    config += "[roles]\nname = [\"mincho\", \"test\"]\nocr = [\"ocr\"]\n";
    let mut read = |path: &str| -> io::Result<Option<Vec<u8>>> {
        let file = FILES.iter().find(|(name, _)| *name == path);
        Ok(file.map_or(Some(b"free".to_vec()), |(_, data)| Some(data.to_vec())))
    };
    FontSet::load(&config, "fonts.toml", &mut read).expect("the configuration is good")
});

/// A run as it was drawn: its text, and the box around its em boxes without trailing blanks.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Drawn {
    text: String,
    face: FaceId,
    size: TypeSize,
    squeeze: u8,
    spacing: Length,
    at: Point,
    right: Length,
}

/// A canvas that keeps what is drawn.
#[derive(Debug, Default)]
struct Kept {
    runs: Vec<Drawn>,
    areas: Vec<Rect>,
    lines: usize,
    layers: Vec<LayerId>,
}

impl Canvas for Kept {
    fn layer(&mut self, layer: LayerId) {
        self.layers.push(layer);
    }

    fn text(&mut self, run: &TextRun<'_>) {
        let TextRun { face, size, squeeze, spacing, at, cids, .. } = *run;
        let text: String = cids.iter().map(|&cid| FONTS.text_of(face, cid)).collect();
        let right = at.x + run_width(run);
        self.runs.push(Drawn { text, face, size, squeeze, spacing, at, right });
    }

    fn line(&mut self, _: Point, _: Point, _: Stroke) {
        self.lines += 1;
    }

    fn area(&mut self, rect: Rect, _: Length, _: Option<Ink>, _: Option<Stroke>) {
        self.areas.push(rect);
    }

    fn image(&mut self, _: ImageId, _: Rect) {}
}

/// From the start of a run to the end of its last character that shows, counted without the
/// room's own arithmetic.
fn run_width(run: &TextRun<'_>) -> Length {
    let text_of = |cid: Cid| FONTS.text_of(run.face, cid);
    let blank = run.cids.iter().rev().take_while(|&&cid| matches!(&*text_of(cid), " " | "　"));
    let shown = &run.cids[..run.cids.len() - blank.count()];
    let upem = FONTS.face(run.face).units_per_em;
    let mut units: i64 = shown.iter().map(|&cid| i64::from(FONTS.advance(run.face, cid))).sum();
    let stop = shown.last().map(|&cid| text_of(cid)).unwrap_or_default();
    if breaks::marks_of(&stop).iter().any(|mark| mark.half_blank) {
        units -= i64::from(upem) >> 1;
    }
    let gaps = i32::try_from(shown.len().saturating_sub(1)).expect("a line is short");
    let spacing = run.spacing.as_um() * gaps * i32::from(run.squeeze);
    let spacing = crate::measure::div_round(spacing.into(), 100);
    let spacing = Length::um(i32::try_from(spacing).expect("a line is short"));
    run.size.advance(units, upem, run.squeeze) + spacing
}

const NATURAL: Fit = Fit { squeeze: 100, size_min: TypeSize::pt(10), lines: 1 };

/// A box of 10 pt at `[x, y, w, h]` in millimetres.
fn text_box([x, y, w, h]: [i32; 4], text: Text) -> TextBox {
    TextBox {
        rect: Rect::new(Length::mm(x), Length::mm(y), Length::mm(w), Length::mm(h)),
        text,
        role: "name".into(),
        size: TypeSize::pt(10),
        leading: 150,
        align: Align::Left,
        valign: VAlign::Middle,
        fit: NATURAL,
        ink: Ink::BLACK,
        when: None,
    }
}

fn fixed(text: &str) -> Text {
    Text::Static(text.to_owned())
}

/// Sets `text` in a box.
fn set(source: &TextBox, text: &str) -> Result<Vec<Drawn>, Unset> {
    static TABLES: LazyLock<LetterTables<'_>> = LazyLock::new(|| LetterTables::new(&FONTS));
    let tables = &*TABLES;
    let role = FONTS.role(&source.role).expect("a role of the tests");
    let setting = Setting::new(source, role, baseline(&FONTS, role));
    let mut scratch = Scratch::default();
    scratch.text.push_str(text);
    let rung = setting.compose(tables, &mut scratch)?;
    let mut kept = Kept::default();
    setting.draw(rung, Point::default(), &mut scratch, &mut kept);
    Ok(kept.runs)
}

/// Where each run starts, in micrometres, and its text.
fn places(source: &TextBox, text: &str) -> Vec<(i32, i32, String)> {
    let runs = set(source, text).expect("it fits");
    runs.into_iter().map(|run| (run.at.x.as_um(), run.at.y.as_um(), run.text)).collect()
}

#[test]
fn lines_are_placed_by_their_em_boxes() {
    // 10 pt: an em of 3528 µm; BIZ UD: the baseline 1802/2048 of the em below its top.
    let mut source = text_box([10, 20, 30, 8], fixed(""));
    let middle = 20_000 + ((8_000 - 3_528) >> 1) + 3_104;
    let width = 4 * 3_528 - 1;
    for (align, x) in [
        (Align::Left, 10_000),
        (Align::Center, 10_000 + ((30_000 - width) >> 1)),
        (Align::Right, 40_000 - width),
        (Align::Spread, 10_000),
        (Align::Justify, 10_000),
    ] {
        source.align = align;
        assert_eq!(places(&source, "納税通知"), [(x, middle, "納税通知".to_owned())], "{align:?}");
    }
    source.align = Align::Left;
    source.valign = VAlign::Top;
    assert_eq!(places(&source, "税")[0].1, 20_000 + 3_104);
    source.valign = VAlign::Bottom;
    assert_eq!(places(&source, "税")[0].1, 28_000 - 3_528 + 3_104);
}

#[test]
fn forced_lines_stand_one_leading_apart() {
    let mut source = text_box([0, 0, 50, 9], fixed(""));
    source.valign = VAlign::Top;
    let expected = [(0, 3_104, "評価額"), (0, 3_104 + 5_292, "課税標準額")];
    let expected = expected.map(|(x, y, text)| (x, y, text.to_owned()));
    assert_eq!(places(&source, "評価額\n課税標準額"), expected);
    assert_eq!(places(&source, "評価額\n課税標準額\n"), expected);
}

#[test]
fn spread_text_fills_the_width_between_its_first_and_last_character() {
    let mut source = text_box([0, 0, 30, 8], fixed(""));
    source.align = Align::Spread;
    let runs = set(&source, "納税額").expect("it fits");
    assert_eq!(runs.len(), 1);
    assert!((runs[0].right.as_um() - 30_000).abs() <= 2, "{runs:?}");
    let one = places(&source, "税");
    assert_eq!(one[0].0, (30_000 - 3_528) >> 1);
    source.rect.width = Length::mm(9);
    source.fit.squeeze = 60;
    let squeezed = set(&source, "納税額").expect("it fits");
    assert_eq!((squeezed[0].squeeze, squeezed[0].size), (85, TypeSize::pt(10)));
}

#[test]
fn justified_lines_fill_the_width_and_leave_words_alone() {
    let mut source = text_box([0, 0, 40, 30], fixed(""));
    source.align = Align::Justify;
    source.fit.lines = 5;
    // 40 mm take 11 ems and a bit.
    let runs = set(&source, "納期限までに1,234,567円を納付してください。").expect("it fits");
    let lines: Vec<&str> = runs.iter().map(|run| run.text.as_str()).collect();
    assert_eq!(lines, ["納期限までに", "1,234,567円", "を納付して", "ください。"]);
    assert_eq!((runs[1].spacing, runs[1].at.x), (Length::ZERO, Length::ZERO));
    assert_eq!(runs[2].at.y, runs[1].at.y);
    assert!(runs[2].spacing > Length::ZERO, "{runs:?}");
    assert!((runs[2].right.as_um() - 40_000).abs() <= 12, "{runs:?}");
    assert_eq!(runs[3].spacing, Length::ZERO, "the last line");
    assert_eq!(runs[0].spacing, Length::ZERO, "a line that a long number ended far too early");
}

#[test]
fn fallback_makes_runs_and_selectors_stay_with_their_base() {
    let source = text_box([0, 0, 60, 8], fixed(""));
    let runs = set(&source, "葛\u{E0100}城髙﨑").expect("the face has them");
    assert_eq!(runs.len(), 1);
    assert_eq!(runs[0].text, "葛\u{E0100}城髙﨑");
    let runs = set(&source, "土𠮷野").expect("the second face has it");
    let runs: Vec<_> = runs.iter().map(|run| (run.at.x.as_um(), run.text.as_str())).collect();
    assert_eq!(runs, [(0, "土"), (3_528, "𠮷"), (7_056, "野")]);
    assert_eq!(set(&source, "\u{30EDD}野"), Err(Unset::Missing));
}

#[test]
fn a_face_without_ideographs_has_its_figures_in_the_middle() {
    let mut source = text_box([0, 0, 60, 10], fixed(""));
    source.role = "ocr".into();
    let runs = set(&source, "0123").expect("it fits");
    // Capitals of 701/1000 of an em of 3528 µm.
    let cap_height = 2_473;
    assert!((runs[0].at.y.as_um() - (5_000 + (cap_height >> 1))).abs() <= 2, "{runs:?}");
}

fn align() -> impl Strategy<Value = Align> {
    const ALL: [Align; 5] =
        [Align::Left, Align::Center, Align::Right, Align::Spread, Align::Justify];
    proptest::sample::select(&ALL[..])
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 400, failure_persistence: None, ..ProptestConfig::default()
    })]

    /// Nothing is lost and nothing leaves its box, whatever the text and the box.
    #[test]
    fn all_of_the_text_is_drawn_inside_its_box(
        text in "[あ-んァ-ヶ一-三。、（）「」a-z0-9,.円年 　\n]{0,60}",
        (width, height) in (3_i32..120, 3_i32..40),
        (squeeze, size_min, lines) in (50_u8..=100, 500_u16..=1200, 1_u16..6),
        leading in 100_u16..200,
        align in align(),
        valign in proptest::sample::select(vec![VAlign::Top, VAlign::Middle, VAlign::Bottom]),
    ) {
        let mut source = text_box([7, 11, width, height], fixed(""));
        source.fit = Fit { squeeze, size_min: TypeSize::centipoints(size_min), lines };
        (source.align, source.valign, source.leading) = (align, valign, leading);
        let Ok(runs) = set(&source, &text) else { return Ok(()) };
        let drawn: String = runs.iter().map(|run| run.text.as_str()).collect();
        prop_assert_eq!(drawn, text.replace('\n', ""));
        let slack = Length::um(2);
        for run in &runs {
            prop_assert!(run.squeeze >= squeeze && run.size <= source.size);
            prop_assert!(run.size >= source.size.min(source.fit.size_min));
            let (top, bottom) = (run.at.y - Length::um(em(run.size, 1802)), run.at.y + Length::um(em(run.size, 246)));
            let hangs = run.text.trim().is_empty();
            prop_assert!(run.at.x >= source.rect.x, "{:?}", run);
            prop_assert!(hangs || run.right <= source.rect.right() + slack, "{:?}", run);
            prop_assert!(top + slack >= source.rect.y && bottom <= source.rect.bottom() + slack, "{:?}", run);
        }
    }
}

fn em(size: TypeSize, units: i32) -> i32 {
    size.advance(units.into(), 2048, 100).as_um()
}

fn field(id: &str, kind: FieldKind) -> Field {
    Field { id: id.into(), ja: id.into(), kind, required: false, unique: false, sample: None }
}

fn value(scope: Scope) -> Segment {
    Segment::Value(scope, Vec::new())
}

/// A form with a name, a conditional panel and a table `rows` that flows: 2 rows on the front, 3 on
/// the back, then 4 and 2 on each continuation leaf when `more`.
fn form(more: bool) -> Compiled {
    let table = |rows: u16, blocks: u16| {
        let mut cell = text_box(
            [0, 0, 40, 5],
            Text::Segments(vec![
                value(Scope::RowNumber),
                Segment::Literal(":".into()),
                value(Scope::Row(1)),
            ]),
        );
        cell.fit.squeeze = 50;
        Item::Table(Table {
            name: "rows".into(),
            rect: Rect::new(Length::mm(10), Length::mm(100), Length::mm(40), Length::mm(50)),
            rows_when: Some((0, "土地".into())),
            row_height: Length::mm(5),
            rows,
            blocks,
            block_step: Length::mm(50),
            columns: vec![Column { cells: vec![cell] }],
            zebra: Some(Ink(5)),
            row_rule: None,
        })
    };
    let panel = Item::Panel(Panel {
        rect: Rect::new(Length::mm(0), Length::mm(0), Length::mm(9), Length::mm(9)),
        radius: Length::ZERO,
        fill: Some(Ink(30)),
        stroke: None,
        when: Some(Condition::Given(Scope::Field(1))),
    });
    let name = text_box(
        [20, 20, 40, 6],
        Text::Segments(vec![value(Scope::Field(0)), Segment::Literal("　様".into())]),
    );
    let title = text_box([20, 5, 100, 10], fixed("納税通知書"));
    let face = |role, items| Face { role, items };
    let mut faces = vec![
        face(FaceRole::FirstFront, vec![Item::Text(title), panel, Item::Text(name), table(2, 1)]),
        face(FaceRole::FirstBack, vec![table(3, 1)]),
    ];
    if more {
        faces.push(face(FaceRole::MoreFront, vec![table(2, 2)]));
        faces.push(face(FaceRole::MoreBack, vec![table(2, 1)]));
    }
    let mut mark = text_box([150, 288, 54, 4], Text::Segments(vec![value(Scope::Mark)]));
    (mark.size, mark.align) = (TypeSize::pt(6), Align::Right);
    let text = || FieldKind::Text { max: 100 };
    let form = Form {
        id: "test".into(),
        title: "試験".into(),
        edition: crate::calendar::Date::constant(2026, 4, 1),
        digest: crate::digest::Digest::of(b""),
        leaf: Extent { width: Length::mm(210), height: Length::mm(297) },
        duplex: true,
        stock: "plain".into(),
        envelope: None,
        safe_margin: Length::ZERO,
        schema: Schema {
            fields: vec![field("name", text()), field("debit", FieldKind::Flag)],
            key: 0,
            rows: vec![field("kind", text()), field("place", text())],
        },
        amount: None,
        name: 0,
        checks: Vec::new(),
        faces,
        mark_back: TextBox { rect: Rect { x: Length::mm(10), ..mark.rect }, ..mark.clone() },
        mark,
        images: Vec::new(),
        templates: Templates::default(),
    };
    let place = |line| crate::diag::Place::at("test.toml", line, 1);
    let origin = |(item, _): (u32, &Item)| crate::form::Origin {
        place: place(item + 1),
        part: 0,
        bleed: false,
    };
    let origins = form.faces.iter().map(|face| (0..).zip(&face.items).map(origin).collect());
    let origins = origins.collect();
    Compiled { form, origins, mark: place(99), warnings: Findings::new() }
}

/// A record with `rows` rows of 土地, each after one of 家屋 that the table passes over.
fn record(name: &str, debit: &str, rows: usize) -> Record {
    let mut record = Record { number: 1, ..Record::default() };
    record.fields.push(name);
    record.fields.push(debit);
    for row in 1..=rows {
        for cell in ["家屋", "x", "土地", &format!("地{row}")] {
            record.rows.push(cell);
        }
    }
    record
}

fn no_fault(cell: Cell, fault: ParseFault) {
    panic!("{cell:?}: {fault:?}");
}

fn page(renderer: &Renderer<'_>, record: &Record, leaf: u16, back: bool) -> Kept {
    let notice = Notice::read(&renderer.form.schema, record, no_fault);
    let leaves = renderer.measure(&notice, &mut Scratch::default()).leaves;
    let mark = "K7Q2-0000123-1/3-8";
    let piece = PieceContext { notice: &notice, serial: Serial(123), mark, leaf, leaves };
    let mut kept = Kept::default();
    renderer.page(&piece, back, &mut Scratch::default(), &mut kept).expect("it can be printed");
    kept
}

fn texts(kept: &Kept) -> Vec<&str> {
    kept.runs.iter().map(|run| run.text.as_str()).collect()
}

#[test]
fn a_page_is_its_layer_and_what_is_its_own() {
    let form = form(true);
    let renderer = Renderer::new(&form, &FONTS).expect("the form is good");
    let front = page(&renderer, &record("山田花子", "1", 1), 1, false);
    assert_eq!(texts(&front), ["山田花子　様", "1:地1", "K7Q2-0000123-1/3-8"]);
    assert_eq!((front.layers.as_slice(), front.areas.len()), (&[0][..], 1));
    let without = page(&renderer, &record("山田花子", "", 0), 1, false);
    assert_eq!((texts(&without).len(), without.areas.len()), (2, 0));
    let mut layer = Kept::default();
    renderer.layer(0, &mut layer);
    assert_eq!(texts(&layer), ["納税通知書"]);
    let back = page(&renderer, &record("山田花子", "", 1), 1, true);
    assert_eq!((texts(&back), &back.layers), (vec!["K7Q2-0000123-1/3-8"], &vec![1]));
    let (at, on_front) = (back.runs[0].at, front.runs[2].at);
    assert_eq!((on_front.x - at.x, on_front.y), (Length::mm(140), at.y), "in the box of backs");
}

#[test]
fn every_printed_side_has_its_mark() {
    let record = record("山田花子", "", 1);
    let sides = |form: &Compiled| {
        let renderer = Renderer::new(form, &FONTS).expect("the form is good");
        [false, true].map(|back| page(&renderer, &record, 1, back))
    };
    let marks = |kept: &Kept| texts(kept).iter().filter(|text| text.starts_with("K7Q2")).count();
    // Without a face for the back, the back is blank but for its mark.
    let mut form = form(true);
    form.form.faces.retain(|face| face.role != FaceRole::FirstBack);
    form.origins.remove(1);
    let [front, back] = sides(&form);
    assert_eq!(
        (marks(&front), texts(&back), back.layers.len()),
        (1, vec!["K7Q2-0000123-1/3-8"], 0)
    );
    form.form.duplex = false;
    let [front, back] = sides(&form);
    assert_eq!((marks(&front), back.runs.len()), (1, 0), "simplex");
    // A mark that is too small for the back is told of, once the back is printed.
    form.form.mark_back.rect.width = Length::mm(3);
    sides(&form);
    form.form.duplex = true;
    let findings = Renderer::new(&form, &FONTS).expect_err("the mark does not fit");
    let found: Vec<_> = findings.iter().map(|f| (f.code.0, f.message.contains("-back`"))).collect();
    assert_eq!(found, [("E502", true)]);
}

#[test]
fn rows_flow_from_face_to_face_and_leaf_to_leaf() {
    let form = form(true);
    let renderer = Renderer::new(&form, &FONTS).expect("the form is good");
    for (rows, leaves) in [(0, 1), (5, 1), (6, 2), (11, 2), (12, 3), (17, 3), (18, 4)] {
        let record = record("山田", "", rows);
        let notice = Notice::read(&form.form.schema, &record, no_fault);
        let measured = renderer.measure(&notice, &mut Scratch::default());
        assert_eq!(measured, Measured { leaves, problems: Vec::new() }, "{rows} rows");
        let mut seen = Vec::new();
        for leaf in 1..=leaves {
            for back in [false, true] {
                let kept = page(&renderer, &record, leaf, back);
                seen.extend(kept.runs.into_iter().map(|run| run.text).filter(|t| t.contains(':')));
            }
        }
        let expected: Vec<String> = (1..=rows).map(|row| format!("{row}:地{row}")).collect();
        assert_eq!(seen, expected);
    }
    // The third row of a face with blocks of two starts the second block, level with the first.
    let kept = page(&renderer, &record("山田", "", 9), 2, false);
    let at = |n: usize| kept.runs[n].at;
    assert_eq!(at(2).x - at(0).x, Length::mm(50));
    assert_eq!((at(2).y, at(1).y - at(0).y), (at(0).y, Length::mm(5)));
    assert_eq!(kept.areas.len(), 2, "every second row is shaded");
}

#[test]
fn too_many_rows_without_continuation_leaves() {
    let form = form(false);
    let renderer = Renderer::new(&form, &FONTS).expect("the form is good");
    let record = record("山田", "", 6);
    let notice = Notice::read(&form.form.schema, &record, no_fault);
    let measured = renderer.measure(&notice, &mut Scratch::default());
    let kinds: Vec<&ProblemKind> = measured.problems.iter().map(|problem| &problem.kind).collect();
    let (table, rows, capacity) = ("rows".to_owned(), 6, 5);
    assert_eq!(kinds, [&ProblemKind::TooManyRows { table, rows, capacity }]);
}

#[test]
fn problems_name_the_cells_at_fault() {
    let form = form(true);
    let renderer = Renderer::new(&form, &FONTS).expect("the form is good");
    let mut record = record("\u{30EDD}田\u{30EDD}子", "", 1);
    record.rows.clear();
    for cell in ["土地", "あまりにも長い所在地であまりにも長い所在地であまりにも長い"]
    {
        record.rows.push(cell);
    }
    let notice = Notice::read(&form.form.schema, &record, no_fault);
    let measured = renderer.measure(&notice, &mut Scratch::default());
    let found: Vec<_> = measured.problems.iter().map(|p| (p.code().0, p.cells.clone())).collect();
    assert_eq!(found, [("E501", vec![Cell::Field(0)]), ("E502", vec![Cell::Row(0, 1)])]);
    let ProblemKind::MissingGlyph { code_points, .. } = &measured.problems[0].kind else {
        panic!("{measured:?}")
    };
    assert_eq!(code_points, &["U+30EDD"]);
    let (serial, leaves) = (Serial(1), measured.leaves);
    let piece = PieceContext { notice: &notice, serial, mark: "", leaf: 1, leaves };
    let drawn = renderer.page(&piece, false, &mut Scratch::default(), &mut Kept::default());
    assert_eq!(drawn.as_ref(), Err(&measured.problems[0]));
}

#[test]
fn a_form_that_cannot_be_set_is_told_of() {
    let mut form = form(true);
    let mut small = text_box([10, 10, 10, 5], fixed("入りきらない見出し"));
    small.align = Align::Center;
    let gaiji = text_box([10, 20, 60, 5], fixed("\u{30EDD}"));
    let mut unknown = text_box([10, 30, 60, 5], fixed("x"));
    unknown.role = "nome".into();
    let literal =
        text_box([10, 40, 60, 5], Text::Segments(vec![Segment::Literal("\u{30EDD}".into())]));
    form.form.faces[0].items.extend([small, gaiji, unknown, literal].map(Item::Text));
    let findings = Renderer::new(&form, &FONTS).expect_err("the form is bad");
    let found: Vec<(&str, &str)> =
        findings.iter().map(|f| (f.code.0, f.message.as_str())).collect();
    assert_eq!(
        found,
        [
            (
                "E502",
                "the box [10, 10, 10, 5] on `first-front` is too small for `入りきらない見出し`: 9 characters take 31.75 × 3.528 mm at 10 pt and 100 %, the box has 10 × 5 mm for at most 1 line"
            ),
            (
                "E501",
                "no face of role `name` can show `\u{30EDD}` U+30EDD in `\u{30EDD}` of the box [10, 20, 60, 5] on `first-front`"
            ),
            (
                "E504",
                "no role `nome` in `fonts/fonts.toml`, found: name, ocr; first used by the box [10, 30, 60, 5] on `first-front`"
            ),
            (
                "E501",
                "no face of role `name` can show `\u{30EDD}` U+30EDD in `\u{30EDD}` of the box [10, 40, 60, 5] on `first-front`"
            ),
        ]
    );
}

#[test]
fn every_code_is_told_once() {
    let mut codes: Vec<&str> = CODES.iter().map(|(code, ..)| *code).collect();
    codes.dedup();
    assert!(codes.is_sorted() && codes.len() == CODES.len());
    assert!(codes.iter().all(|code| code.starts_with("E5")));
}
