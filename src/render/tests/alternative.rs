//! Tests of the other place of a text: taken only when its own box is too small, never by two.

use super::pages::{form, no_fault, record};
use super::{FONTS, Kept, fixed, text_box};
use crate::form::text::{Segment, Text};
use crate::form::{Alternative, Compiled, Item, Scope, TextBox};
use crate::measure::{Length, Rect};
use crate::model::{Notice, Serial};
use crate::render::{PieceContext, Problem, Renderer, Scratch};

/// A form with a text of 4 characters at most, else in three lines of ten further down.
fn with_alternative(note: Option<&str>, text: Text) -> Compiled {
    let mut form = form(false);
    form.form.faces[0].items.truncate(1);
    form.form.faces[0].items.push(item(50, 100, note, text));
    form
}

fn item(y: i32, other: i32, note: Option<&str>, text: Text) -> Item {
    let mut own = text_box([20, y, 15, 5], text);
    let mut place =
        TextBox { alternative: None, ..text_box([20, other, 36, 16], own.text.clone()) };
    place.fit.lines = 3;
    let note = note.map(|note| TextBox { text: fixed(note), ..own.clone() });
    own.alternative = Some(Box::new(Alternative { note, place }));
    Item::Text(own)
}

fn name() -> Text {
    Text::Segments(vec![Segment::Value(Scope::Field(0), Vec::new())])
}

/// What stands on the front but for the mark: millimetres, and the text.
fn drawn(form: &Compiled, name: &str) -> Result<Vec<(i32, String)>, Problem> {
    let renderer = Renderer::new(form, &FONTS).expect("the form is good");
    let record = record(name, "", 0);
    let notice = Notice::read(&form.form.schema, &record, no_fault);
    let piece = PieceContext {
        notice: &notice,
        serial: Serial(1),
        mark: "印",
        leaf: 1,
        leaves: 1,
        press: crate::barcode::lay::Press::default(),
    };
    let mut kept = Kept::default();
    renderer.page(&piece, false, &mut Scratch::default(), &mut kept)?;
    let runs = kept.runs.into_iter().filter(|run| run.text != "印");
    let mm = |um: Length| crate::measure::div_round(um.as_um().into(), 1000);
    let runs = runs.map(|run| (i32::try_from(mm(run.at.y)).expect("on a page"), run.text));
    Ok(runs.collect())
}

fn pairs(expected: &[(i32, &str)]) -> Vec<(i32, String)> {
    expected.iter().map(|(y, text)| (*y, (*text).to_owned())).collect()
}

#[test]
fn a_text_stands_in_its_own_box_while_it_can() {
    let form = with_alternative(Some("下に記載"), name());
    assert_eq!(drawn(&form, "山田花子"), Ok(pairs(&[(54, "山田花子")])));
    let long = "霞ヶ原市中央振興株式会社代表取締役";
    let expected =
        pairs(&[(107, "霞ヶ原市中央振興株式"), (112, "会社代表取締役"), (54, "下に記載")]);
    assert_eq!(drawn(&form, long), Ok(expected));
    let form = with_alternative(None, name());
    assert_eq!(drawn(&form, long).map(|all| all.len()), Ok(2), "no note");
}

#[test]
fn what_fits_neither_is_held_with_the_measures_of_the_other_place() {
    let form = with_alternative(Some("下に記載"), name());
    let problem = drawn(&form, &"長".repeat(31)).expect_err("31 characters fit nowhere");
    let finding = problem.finding(&form.form.schema, &super::Nowhere);
    assert_eq!(
        finding.message,
        "`name` does not fit: 31 characters take 109.361 × 3.528 mm at 10 pt and 100 %, the \
         alternative box has 36 × 16 mm for at most 3 lines"
    );
    assert_eq!(problem.rect.y, Length::mm(50), "the box in question is the field's");
}

#[test]
fn two_texts_never_stand_in_one_place() {
    let long = "霞ヶ原市中央振興株式会社代表取締役";
    let mut form = with_alternative(None, name());
    form.form.faces[0].items.push(item(70, 110, None, name()));
    let problem = drawn(&form, long).expect_err("both want the same place");
    assert_eq!((problem.code().0, problem.rect.y), ("E506", Length::mm(70)));
    assert_eq!(drawn(&form, "山田").map(|all| all.len()), Ok(2), "none needs it");
    // A static text stands there on every page.
    let mut form = with_alternative(None, fixed(long));
    form.form.faces[0].items.push(item(70, 110, None, name()));
    assert_eq!(drawn(&form, long).map_err(|problem| problem.code().0), Err("E506"));
    let renderer = Renderer::new(&form, &FONTS).expect("the form is good");
    let mut layer = Kept::default();
    renderer.layer(0, &mut layer);
    assert!(layer.runs.iter().any(|run| run.text == "会社代表取締役"), "{layer:?}");
    // Two static texts cannot.
    form.form.faces[0].items.push(item(90, 110, None, fixed(long)));
    let findings = Renderer::new(&form, &FONTS).expect_err("the form is bad");
    let found: Vec<&str> = findings.iter().map(|finding| finding.code.0).collect();
    assert_eq!(found, ["E506"]);
}

#[test]
fn a_note_must_fit_the_box_of_its_text() {
    let form = with_alternative(Some("下の欄に記載"), name());
    let findings = Renderer::new(&form, &FONTS).expect_err("the note does not fit");
    let found: Vec<&str> = findings.iter().map(|finding| finding.code.0).collect();
    assert_eq!(found, ["E502"]);
    let rect = Rect::new(Length::mm(20), Length::mm(50), Length::mm(15), Length::mm(5));
    assert!(findings.iter().all(|f| f.message.contains(&format!("[{}, {},", rect.x, rect.y))));
}
