//! Tests of what is bounded, and of what must not move: long texts, amounts, widths of mixed text.

use super::{FONTS, Nowhere, TABLES, fixed, set, set_with, text_box};
use crate::form::text::{Segment, Text};
use crate::form::{Align, Filter, Fit, Item, Scope, TextBox};
use crate::measure::{Length, TypeSize};
use crate::model::{Cell, Yen};
use crate::render::letters::{EM, Letters};
use crate::render::problem::{Problem, ProblemKind};
use crate::render::setting::{Scratch, Unset};
use crate::render::{Measured, Overflow, Renderer};
use proptest::prelude::*;

#[test]
fn a_field_of_ten_megabytes_is_refused_before_it_is_shaped() {
    let mut source = text_box([0, 0, 60, 20], fixed(""));
    source.fit = Fit { squeeze: 70, size_min: TypeSize::pt(6), lines: 4 };
    let mut scratch = Scratch::default();
    for text in ["長".repeat(3_500_000), "\n".repeat(10_000_000), "葛\u{E0100}".repeat(1_000_000)]
    {
        let unset = set_with(&source, &text, &mut scratch).expect_err("it cannot fit");
        let Unset::Overflow(overflow) = unset else { panic!("{unset:?}") };
        assert_eq!((overflow.takes, overflow.characters), (None, text.chars().count()));
        assert_eq!((scratch.letters.cids.len(), scratch.attempts), (0, 0), "nothing was shaped");
    }
}

#[test]
fn the_cost_of_a_long_name_is_bounded_by_its_box() {
    let mut source = text_box([0, 0, 60, 20], fixed(""));
    source.fit = Fit { squeeze: 50, size_min: TypeSize::pt(6), lines: 3 };
    let mut scratch = Scratch::default();
    for name in ["長い名前".repeat(50), "あ　".repeat(100), "Ｗｉｄｅ".repeat(50)] {
        scratch.attempts = 0;
        let found = set_with(&source, &name, &mut scratch);
        assert!(
            matches!(found, Err(Unset::Overflow(Overflow { characters: 200, .. }))),
            "{found:?}"
        );
        // 41 sizes, each natural and squeezed, each at spaces and anywhere.
        assert!(scratch.attempts <= 41 * 2 * 2, "{}", scratch.attempts);
    }
    // What just fits takes the squeezes of one size more.
    scratch.attempts = 0;
    set_with(&source, &"長い名前".repeat(30), &mut scratch).expect("it fits");
    assert!(scratch.attempts <= (41 * 2 + 50) * 2, "{}", scratch.attempts);
}

#[test]
fn a_finding_about_a_long_text_gives_no_measures() {
    let source = text_box([0, 0, 60, 20], fixed(""));
    let Err(Unset::Overflow(overflow)) = set(&source, &"長".repeat(10_000)) else {
        panic!("it cannot fit")
    };
    let kind = ProblemKind::Overflow(overflow);
    let (face, rect) = (crate::form::FaceRole::FirstFront, source.rect);
    let problem = Problem { face, rect, cells: vec![Cell::Field(0)], kind };
    let schema = super::pages::form(false).form.schema;
    assert_eq!(
        problem.finding(&schema, &Nowhere).message,
        "`name` does not fit: 10000 characters are more than the box of 60 × 20 mm could ever hold"
    );
}

#[test]
fn amounts_want_figures_of_one_width() {
    let mut form = super::pages::form(false);
    let amount = vec![Segment::Value(Scope::Field(0), vec![crate::form::Filter::Yen])];
    for (y, role) in [(60, "name"), (70, "proportional"), (80, "proportional")] {
        let mut amount = text_box([20, y, 40, 6], Text::Segments(amount.clone()));
        (amount.align, amount.role) = (Align::Right, role.into());
        form.form.faces[0].items.push(Item::Text(amount));
    }
    let renderer = Renderer::new(&form, &FONTS).expect("a warning is no error");
    let found: Vec<(&str, bool)> = renderer
        .warnings()
        .iter()
        .map(|finding| (finding.code.0, finding.message.contains("[20, 70, 40, 6]")))
        .collect();
    assert_eq!(found, [("W501", true)], "told once for a role");
    let notice = super::pages::record("1", "", 0);
    let notice = crate::model::Notice::read(&form.form.schema, &notice, super::pages::no_fault);
    let Measured { problems, .. } = renderer.measure(&notice, &mut Scratch::default());
    assert_eq!(problems, []);
    // Numbers without such a filter too, also those that the form itself says; but no numbers in
    // words, and no texts that happen to hold figures.
    let warned = |text: Text| {
        let mut form = super::pages::form(false);
        let kind = crate::model::FieldKind::Int { min: 0, max: 9, step: 1 };
        form.form.schema.fields[0].kind = kind;
        let source = text_box([20, 60, 40, 6], text);
        let (align, role) = (Align::Right, "proportional".into());
        form.form.faces[0].items.push(Item::Text(TextBox { role, align, ..source }));
        let renderer = Renderer::new(&form, &FONTS).expect("a warning is no error");
        renderer.warnings().iter().map(|finding| finding.code.0).collect::<Vec<_>>()
    };
    let number = |filters| Text::Segments(vec![Segment::Value(Scope::Field(0), filters)]);
    assert_eq!(warned(number(Vec::new())), ["W501"]);
    assert_eq!(warned(fixed("△1,234")), ["W501"]);
    assert_eq!(warned(number(vec![Filter::Kanji])), [""; 0]);
    assert_eq!(warned(fixed("令和8年度")), [""; 0]);
    assert_eq!(warned(fixed("円")), [""; 0]);
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 400, failure_persistence: None, ..ProptestConfig::default()
    })]

    /// Whatever the amount and the rung, its last figure ends at the box's edge to the micrometre.
    #[test]
    fn an_amount_never_moves_its_column(
        yen in prop_oneof![0_i64..1_000_000, 0_i64..99_999_999_999, -9_999_999_i64..0],
        width in 5_000_i32..40_000, squeeze in 50_u8..=100, min in 500_u16..=1000,
    ) {
        let mut source = text_box([10, 0, 0, 10], fixed(""));
        source.rect.width = Length::um(width);
        (source.align, source.fit) =
            (Align::Right, Fit { squeeze, size_min: TypeSize::centipoints(min), lines: 1 });
        let text = Yen(yen).to_string();
        let Ok(runs) = set(&source, &text) else { return Ok(()) };
        let last = &runs[runs.len() - 1];
        prop_assert_eq!(last.right, source.rect.right(), "{:?}", runs);
    }

    /// The width of a text is the sum of the widths of its characters, in whatever order.
    #[test]
    fn widths_add_up(
        text in "[０-９0-9A-Za-zＡ-Ｚあ-んｱ-ﾝア-ンー、。，．（）()一二三 　△円]{0,60}", cut in 0_usize..60,
    ) {
        let role = FONTS.role("name").expect("a role of the tests");
        let width = |text: &str| TABLES.write(role, text, &mut Letters::default()).expect("glyphs");
        let single: i64 = text.chars().map(|c| width(c.encode_utf8(&mut [0; 4]))).sum();
        prop_assert_eq!(width(&text), single);
        let cut = text.char_indices().map(|(at, _)| at).nth(cut).unwrap_or(text.len());
        prop_assert_eq!(width(&text[..cut]) + width(&text[cut..]), single);
        // Full width is an em, half width is half.
        let halves: i64 = text.chars().map(|c| if c.is_ascii() || ('ｱ'..='ﾝ').contains(&c) { 1 } else { 2 }).sum();
        prop_assert_eq!(single, halves * (EM >> 1));
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 24, failure_persistence: None, ..ProptestConfig::default()
    })]

    /// The cap on the length of a text never refuses one that fits.
    #[test]
    fn what_fits_is_never_too_long(
        width in 1_i32..200, height in 2_i32..60, squeeze in 50_u8..=100, min in 200_u16..=1000,
        unit in proptest::sample::select(vec!["i", "葛\u{E0100}", "一", "i ", "\n"]),
    ) {
        let mut source = text_box([0, 0, width, height], fixed(""));
        source.leading = 80;
        source.fit = Fit { squeeze, size_min: TypeSize::centipoints(min), lines: u16::MAX };
        let (mut most, mut less) = (3_000, 0);
        // The longest text of this kind that fits; the cap must not be what ends it.
        while most - less > 1 {
            let n = (most + less) >> 1;
            if set(&source, &unit.repeat(n)).is_ok() { less = n } else { most = n }
        }
        let refused = set(&source, &unit.repeat(most));
        let measured = matches!(&refused, Err(Unset::Overflow(Overflow { takes: Some(_), .. })));
        prop_assert!(measured || most == 3_000, "{less} fit: {refused:?}");
    }
}
