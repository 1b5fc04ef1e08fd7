//! Tests of whole pages: layers, conditions, rows that flow, and the problems of records and forms.

use super::{FONTS, Kept, fixed, text_box};
use crate::diag::Findings;
use crate::form::text::{Segment, Text};
use crate::form::{
    Align, Column, Compiled, Condition, Face, FaceRole, Form, Item, Panel, Scope, Table, Templates,
    TextBox,
};
use crate::measure::{Extent, Length, Rect, TypeSize};
use crate::model::{Cell, Field, FieldKind, Notice, ParseFault, Record, Schema, Serial};
use crate::page::Ink;
use crate::render::{CODES, Measured, PieceContext, ProblemKind, Renderer, Scratch};

fn field(id: &str, kind: FieldKind) -> Field {
    Field { id: id.into(), ja: id.into(), kind, required: false, unique: false, sample: None }
}

fn value(scope: Scope) -> Segment {
    Segment::Value(scope, Vec::new())
}

/// A table `rows` of those of 土地.
fn table(rows: u16, blocks: u16) -> Item {
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
        bands: None,
    })
}

/// A form with a name, a conditional panel and a table `rows` that flows: 2 rows on the front, 3 on
/// the back, then 4 and 2 on each continuation leaf when `more`.
pub(super) fn form(more: bool) -> Compiled {
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
        slips: Vec::new(),
        readings: Vec::new(),
        images: Vec::new(),
        summed: Vec::new(),
        templates: Templates::default(),
    };
    let place = |line| crate::diag::Place::at("test.toml", line, 1);
    let origin = |(item, _): (u32, &Item)| crate::form::Origin::at(place(item + 1));
    let origins = form.faces.iter().map(|face| (0..).zip(&face.items).map(origin).collect());
    let origins = origins.collect();
    Compiled { form, origins, mark: place(99), warnings: Findings::new() }
}

/// A record with `rows` rows of 土地, each after one of 家屋 that the table passes over.
pub(super) fn record(name: &str, debit: &str, rows: usize) -> Record {
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

pub(super) fn no_fault(cell: Cell, fault: ParseFault) {
    panic!("{cell:?}: {fault:?}");
}

fn page(renderer: &Renderer<'_>, record: &Record, leaf: u16, back: bool) -> Kept {
    let notice = Notice::read(&renderer.form.schema, record, no_fault);
    let leaves = renderer.measure(&notice, &mut Scratch::default()).leaves;
    let mark = "K7Q2-0000123-1/3-8";
    let piece = PieceContext {
        notice: &notice,
        serial: Serial(123),
        mark,
        leaf,
        leaves,
        press: crate::barcode::lay::Press::default(),
    };
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
    let finding = measured.problems[0].finding(&form.form.schema, &super::Nowhere);
    let hint = "the face `names`, of the package fonts-names, is not in `fonts/` and may have it: \
                docs/fonts.md says how to add it";
    assert!(finding.hints.iter().any(|found| found == hint), "{finding:?}");
    let (serial, leaves) = (Serial(1), measured.leaves);
    let piece = PieceContext {
        notice: &notice,
        serial,
        mark: "",
        leaf: 1,
        leaves,
        press: crate::barcode::lay::Press::default(),
    };
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
                "no role `nome` in `fonts/fonts.toml`, found: bold, foreign, name, ocr, proportional; first used by the box [10, 30, 60, 5] on `first-front`"
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
    assert!(codes.iter().all(|code| code.len() == 4 && &code[1..2] == "5"));
}
