//! Tests of columns: where each glyph stands, and that nothing is lost or leaves its box.

use super::{Drawn, FONTS, align, em, fixed, set, text_box};
use crate::font::Cid;
use crate::form::text::Text;
use crate::form::{Align, Fit, TextBox, VAlign, Writing};
use crate::measure::{Length, TypeSize};
use crate::page::Turn;
use crate::render::setting::Unset;
use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A box for columns of 10 pt, which begin at its top right.
fn columns(at: [i32; 4]) -> TextBox {
    TextBox {
        writing: Writing::Vertical { tcy: 2 },
        valign: VAlign::Top,
        ..text_box(at, fixed(""))
    }
}

/// The axis of the first column of `[10, 20, 30, 90]`, half an em from the right edge.
const AXIS: i32 = 40_000 - 1_764;

/// How a glyph stands: over the axis, an em or half an em wide, or turned.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stands {
    Full,
    Half,
    Turned,
}
use Stands::{Full, Half, Turned};

/// Sets `text` in one column and compares it with what stands at how many half ems from its top.
#[track_caller]
fn case(tcy: u8, text: &str, expected: &[(&str, i32, Stands)]) {
    let source = TextBox { writing: Writing::Vertical { tcy }, ..columns([10, 20, 30, 90]) };
    let runs = set(&source, text).expect("it fits");
    let found: Vec<&str> = runs.iter().map(|run| run.text.as_str()).collect();
    assert_eq!(found, expected.iter().map(|(text, ..)| *text).collect::<Vec<_>>());
    for (run, &(_, halves, stands)) in runs.iter().zip(expected) {
        // BIZ UD: the em box 1802/2048 of an em (3528 µm) above the baseline, 246/2048 below.
        let pen = 20_000 + em(TypeSize::pt(10), 1_024 * halves);
        let (x, y, turn) = match stands {
            Full => (AXIS - 1_764, pen + 3_104, Turn::Upright),
            Half => (AXIS - 882, pen + 3_104, Turn::Upright),
            Turned => (AXIS - 1_340, pen, Turn::Right),
        };
        let off = (run.at.x.as_um() - x).abs().max((run.at.y.as_um() - y).abs());
        assert!(off <= 1 && run.turn == turn, "{run:?} should stand at {x}, {y} {turn:?}");
    }
}

#[test]
fn glyphs_stand_on_the_axis_one_em_apart() {
    case(2, "霞ヶ原", &[("霞", 0, Full), ("ヶ", 2, Full), ("原", 4, Full)]);
    case(2, "「っ、」", &[("「", 0, Full), ("っ", 2, Full), ("、", 4, Full), ("」", 6, Full)]);
    case(2, "ー。（", &[("ー", 0, Full), ("。", 2, Full), ("（", 4, Full)]);
    case(2, "葛\u{E0100}𠮷", &[("葛\u{E0100}", 0, Full), ("𠮷", 2, Full)]);
    case(2, "１号Ａ", &[("１", 0, Full), ("号", 2, Full), ("Ａ", 4, Full)]);
    case(2, "ｶｽﾞ", &[("ｶ", 0, Half), ("ｽ\u{FF9E}", 2, Full)]);
}

#[test]
fn figures_and_letters_stand_side_by_side_or_one_below_the_other_or_turned() {
    case(2, "第12条", &[("第", 0, Full), ("12", 2, Full), ("条", 4, Full)]);
    case(2, "5号", &[("5", 0, Half), ("号", 2, Full)]);
    case(2, "123号", &[("1", 0, Half), ("2", 2, Half), ("3", 4, Half), ("号", 6, Full)]);
    case(0, "12", &[("1", 0, Half), ("2", 2, Half)]);
    case(2, "ABC社", &[("ABC", 0, Turned), ("社", 3, Full)]);
    case(2, "B2階", &[("B2", 0, Full), ("階", 2, Full)]);
    case(2, "10%引", &[("10", 0, Full), ("%", 2, Half), ("引", 4, Full)]);
    case(2, "1-23", &[("1", 0, Half), ("-", 2, Turned), ("23", 3, Full)]);
    case(2, "1,234円", &[("1,234", 0, Turned), ("円", 5, Full)]);
    case(2, "(No.5) ab", &[("(No.5) ", 0, Turned), ("ab", 7, Full)]);
    case(2, "税(1)", &[("税", 0, Full), ("(", 2, Turned), ("1", 3, Half), (")", 5, Turned)]);
    case(2, "－", &[("－", 0, Turned)]);
}

/// A mark stands on its letter as it does in a line, upright or turned with it.
#[test]
fn marks_stand_on_their_letters_also_in_columns() {
    let line = set(
        &TextBox { role: "foreign".into(), ..text_box([10, 20, 90, 30], fixed("")) },
        "Q\u{302}u",
    );
    let line = line.expect("it fits");
    let (right, up) = (line[1].at.x - line[0].at.x, line[0].at.y - line[1].at.y);
    assert!(up > Length::ZERO, "{line:?}");
    let source = TextBox { role: "foreign".into(), ..columns([10, 20, 30, 90]) };
    let turned = set(&source, "Q\u{302}u").expect("it fits");
    let [base, mark, after] = &turned[..] else { panic!("{turned:?}") };
    assert_eq!([base.turn, mark.turn, after.turn], [Turn::Right; 3]);
    assert_eq!((mark.at.y - base.at.y, mark.at.x - base.at.x), (right, up));
    assert_eq!(after.at.x, base.at.x, "one axis");
    // A full-width letter with a mark is upright.
    let upright = |source: &TextBox| set(source, "か\u{302}国").expect("it fits");
    let line =
        upright(&TextBox { role: "foreign".into(), ..text_box([10, 20, 90, 30], fixed("")) });
    let column = upright(&source);
    let from_base = |runs: &[Drawn]| (runs[1].at.x - runs[0].at.x, runs[1].at.y - runs[0].at.y);
    assert_eq!(column.len(), 3, "{column:?}");
    assert_eq!(from_base(&column), from_base(&line), "{column:?}");
}

#[test]
fn letters_side_by_side_are_squeezed_into_the_em() {
    let source = TextBox { writing: Writing::Vertical { tcy: 4 }, ..columns([10, 20, 30, 90]) };
    let runs = set(&source, "123号").expect("it fits");
    assert_eq!((runs[0].text.as_str(), runs[0].squeeze), ("123", 66));
    // Three half ems at 66 %: 0.99 em.
    assert!((runs[0].at.x.as_um() - (AXIS - 1_746)).abs() <= 1, "{runs:?}");
    let runs = set(&source, "1234").expect("it fits");
    assert_eq!((runs[0].text.as_str(), runs[0].squeeze), ("1234", 50));
}

#[test]
fn brackets_stops_and_small_kana_have_their_vertical_glyphs() {
    let source = columns([10, 20, 30, 90]);
    for text in ["（", "」", "、", "。", "ー", "っ", "…", "〜"] {
        let runs = set(&source, text).expect("it fits");
        let role = FONTS.role("name").expect("a role");
        let mut glyphs = Vec::new();
        FONTS.shape(role, text, &mut glyphs).expect("the face has it");
        let vertical = FONTS.vertical(glyphs[0].face, glyphs[0].cid);
        assert_eq!(Some(runs[0].cids[0]), vertical, "{text}");
        assert_eq!(runs[0].text, text);
    }
}

#[test]
fn columns_go_from_right_to_left_a_leading_apart() {
    let mut source = columns([10, 20, 30, 18]);
    source.fit.lines = 3;
    // 18 mm take five ems; 、 may not begin a column.
    let runs = set(&source, "中央三丁目１２、３号").expect("it fits");
    let first: Vec<_> = runs.iter().filter(|run| run.at.y < Length::um(23_500)).collect();
    let found: Vec<_> = first.iter().map(|run| (run.text.as_str(), run.at.x.as_um())).collect();
    let x = AXIS - 1_764;
    assert_eq!(found, [("中", x), ("１", x - 5_292)]);
    for (valign, x) in [(VAlign::Middle, 10_000 + 13_236), (VAlign::Bottom, 10_000)] {
        source.valign = valign;
        let runs = set(&source, "霞").expect("it fits");
        assert!((runs[0].at.x.as_um() - x).abs() <= 1, "{valign:?} {runs:?}");
    }
}

#[test]
fn alignment_is_along_the_column() {
    let mut source = columns([10, 20, 30, 30]);
    let em = 3_528;
    for (align, tops) in [
        (Align::Left, [0, em]),
        (Align::Center, [15_000 - em, 15_000]),
        (Align::Right, [30_000 - 2 * em, 30_000 - em]),
        (Align::Spread, [0, 30_000 - em]),
        (Align::Justify, [0, em]),
    ] {
        source.align = align;
        let runs = set(&source, "納税").expect("it fits");
        for (run, top) in runs.iter().zip(tops) {
            let off = run.at.y.as_um() - 3_104 - 20_000 - top;
            assert!(off.abs() <= 2, "{align:?} {run:?}");
        }
    }
}

#[test]
fn a_text_too_long_shrinks_then_takes_columns_then_is_refused() {
    let mut source = columns([10, 20, 9, 30]);
    source.text = Text::Segments(Vec::new());
    let text = "一二三四五六七八九十";
    source.fit = Fit { squeeze: 60, size_min: TypeSize::pt(8), lines: 2 };
    let sizes = |runs: &[Drawn]| (runs[0].size, runs[0].squeeze, runs[9].at.x < runs[0].at.x);
    let shrunk = set(&source, text).expect("it shrinks");
    assert_eq!(sizes(&shrunk), (TypeSize::centipoints(850), 100, false));
    source.fit.size_min = TypeSize::pt(9);
    let wrapped = set(&source, text).expect("it takes two columns");
    assert_eq!(sizes(&wrapped), (TypeSize::pt(10), 100, true));
    source.fit.lines = 1;
    let Err(Unset::Overflow(overflow)) = set(&source, text) else { panic!("it cannot fit") };
    assert_eq!(
        overflow.sentence(),
        "10 characters take 3.175 × 31.75 mm at 9 pt and 100 %, the box has 9 × 30 mm for at most \
         1 line"
    );
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 400, failure_persistence: None, ..ProptestConfig::default()
    })]

    /// Nothing is lost, nothing leaves its box, and columns are read from right to left.
    #[test]
    fn all_of_the_text_stands_inside_its_box_in_order(
        // All of the basic plane from `)` to 円, most of it in no face, and what is usual.
        text in "[あ-んァ-ヶ一-三。、（）「」ーｱ-ｺﾞ１２a-zA-Z0-9,.%()-円年 　𠮷\n]{1,60}",
        (width, height) in (3_i32..60, 3_i32..120),
        (size_min, lines, tcy) in (500_u16..=1200, 1_u16..6, 0_u8..=4),
        (leading, hang) in (100_u16..200, any::<bool>()),
        align in align(),
        valign in proptest::sample::select(vec![VAlign::Top, VAlign::Middle, VAlign::Bottom]),
    ) {
        let mut source = columns([7, 11, width, height]);
        source.writing = Writing::Vertical { tcy };
        source.fit = Fit { squeeze: 70, size_min: TypeSize::centipoints(size_min), lines };
        (source.align, source.valign, source.leading) = (align, valign, leading);
        source.hang = hang;
        let Ok(runs) = set(&source, &text) else { return Ok(()) };
        let drawn: String = runs.iter().map(|run| run.text.as_str()).collect();
        let composed = |text: &str| text.nfc().collect::<String>();
        prop_assert_eq!(composed(&drawn), composed(&text.replace('\n', "")));
        let (rect, slack) = (source.rect, 3);
        let mut before: Option<(i32, i32)> = None;
        for run in &runs {
            let face = FONTS.face(run.face);
            let advance = |&cid: &Cid| i64::from(FONTS.advance(run.face, cid));
            let units: i64 = run.cids.iter().map(advance).sum();
            let (size, [x, y]) = (run.size, [run.at.x, run.at.y].map(Length::as_um));
            if run.text.chars().all(is_combining_mark) {
                // It stands where its face has it, on the letter before it.
                prop_assert!((x - rect.x.as_um()).abs() <= rect.width.as_um() + em(size, 2_048));
                prop_assert!((y - rect.y.as_um()).abs() <= rect.height.as_um() + em(size, 2_048));
                continue;
            }
            let width = size.advance(units, face.units_per_em, run.squeeze).as_um();
            // The em box of the glyphs.
            let rise = size.advance(face.em_top().into(), face.units_per_em, 100).as_um();
            let (left, top, right, bottom) = match run.turn {
                Turn::Upright => (x, y - rise, x + width, y - rise + em(size, 2_048)),
                Turn::Right => (x + rise - em(size, 2_048), y, x + rise, y + width),
            };
            prop_assert!(left >= rect.x.as_um() - slack, "{:?}", run);
            prop_assert!(right <= rect.right().as_um() + slack, "{:?}", run);
            prop_assert!(top >= rect.y.as_um() - slack, "{:?}", run);
            // Blanks hang below a column; stops and brackets are blank in their lower half.
            let blank = run.text.trim_end().is_empty();
            let gives = match run.text.chars().last() {
                Some('、' | '。') if hang => em(size, 2_048),
                Some('、' | '。' | '）' | '」') => em(size, 1_024),
                Some(' ') => width,
                _ => 0,
            };
            prop_assert!(blank || bottom - gives <= rect.bottom().as_um() + slack, "{:?}", run);
            let axis = (left + right) >> 1;
            if let Some((axis_before, top_before)) = before {
                let same = (axis_before - axis).abs() <= slack;
                prop_assert!(if same { top >= top_before } else { axis < axis_before }, "{:?}", run);
            }
            before = Some((axis, top));
            prop_assert!(run.squeeze >= 50 && run.size <= source.size);
        }
    }
}
