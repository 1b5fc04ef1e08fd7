//! Tests of rich texts and ruby: one baseline, nothing lost, readings over their base.

use super::pages::{form, no_fault, record};
use super::{Drawn, FONTS, Kept, Nowhere, fixed, text_box};
use crate::form::text::{Rich, Ruby, Segment, Span, SpanLook, Text};
use crate::form::{Align, Alternative, Compiled, Item, RubyLook, Scope, TextBox};
use crate::measure::{Length, TypeSize};
use crate::model::{Notice, Serial};
use crate::page::Ink;
use crate::render::{PieceContext, Problem, Renderer, Scratch};
use proptest::prelude::*;

fn span(text: &str, role: Option<&str>, percent: u16, underline: bool) -> Span {
    let look =
        SpanLook { role: role.map(str::to_owned), percent, underline, ..SpanLook::default() };
    Span { text: fixed(text), look }
}

fn plain(text: &str) -> Span {
    span(text, None, 100, false)
}

fn rich(spans: Vec<Span>, rubies: Vec<Ruby>) -> Text {
    Text::Rich(Box::new(Rich { spans, rubies, one_line: false }))
}

fn ruby(spans: std::ops::Range<usize>, text: &str) -> Ruby {
    Ruby { spans, text: fixed(text) }
}

/// Base and reading are the first two fields of the record.
fn read_over() -> Text {
    let field = |index| Text::Segments(vec![Segment::Value(Scope::Field(index), Vec::new())]);
    let spans = vec![Span { text: field(0), look: SpanLook::default() }];
    let rubies = vec![Ruby { spans: 0..1, text: field(1) }];
    Text::Rich(Box::new(Rich { spans, rubies, one_line: true }))
}

/// A form with only `source` on it, under fields `name` and `debit` that are both texts.
fn compiled(source: TextBox) -> Compiled {
    let mut form = form(false);
    form.form.schema.fields[1].kind = crate::model::FieldKind::Text { max: 100 };
    form.form.faces.truncate(1);
    form.form.faces[0].items = vec![Item::Text(source)];
    form
}

fn drawn(form: &Compiled, fields: [&str; 2]) -> Result<Kept, Problem> {
    let renderer = Renderer::new(form, &FONTS).expect("the form is good");
    let record = record(fields[0], fields[1], 0);
    let notice = Notice::read(&form.form.schema, &record, no_fault);
    let piece = PieceContext {
        notice: &notice,
        serial: Serial(1),
        mark: "",
        leaf: 1,
        leaves: 1,
        press: crate::barcode::lay::Press::default(),
    };
    let (mut kept, mut scratch) = (Kept::default(), Scratch::default());
    renderer.layer(0, &mut kept);
    renderer.page(&piece, false, &mut scratch, &mut kept)?;
    Ok(kept)
}

fn set(source: TextBox) -> Vec<Drawn> {
    drawn(&compiled(source), ["", ""]).expect("it is static").runs
}

fn texts(runs: &[Drawn]) -> Vec<&str> {
    runs.iter().map(|run| run.text.as_str()).collect()
}

#[test]
fn sizes_and_faces_share_a_baseline() {
    let spans = vec![
        plain("納期限は"),
        span("四月", Some("bold"), 125, false),
        span("末日", None, 80, true),
        plain("です"),
    ];
    let source = text_box([10, 20, 60, 10], rich(spans, Vec::new()));
    let kept = drawn(&compiled(source), ["", ""]).expect("it is static");
    let runs = &kept.runs;
    assert_eq!(texts(runs), ["納期限は", "四月", "末日", "です"]);
    assert!(runs.windows(2).all(|pair| pair[0].at.y == pair[1].at.y), "{runs:?}");
    let sizes: Vec<u16> = runs.iter().map(|run| run.size.as_centipoints()).collect();
    assert_eq!(sizes, [1000, 1250, 800, 1000]);
    let starts: Vec<i32> = runs.iter().map(|run| run.at.x.as_um()).collect();
    // Ems of 3528 µm: four, two of 125 %, two of 80 %.
    assert_eq!(starts, [10_000, 24_111, 32_931, 38_575]);
    assert_eq!(kept.lines, 1, "one underline");
    assert_eq!((runs[1].face, runs[0].face), (5, 0));
    // The highest stretch decides where the line stands: it has its own height in the middle.
    let em = 4_410;
    let expected = 20_000 + ((10_000 - em) >> 1) + super::em(TypeSize::centipoints(1250), 1802);
    assert!((runs[0].at.y.as_um() - expected).abs() <= 2, "{} {expected}", runs[0].at.y);
}

#[test]
fn stretches_have_greys_of_their_own() {
    let look = SpanLook { ink: Some(Ink(60)), underline: true, ..SpanLook::default() };
    let spans = vec![plain("税"), Span { text: fixed("額"), look }, plain("です")];
    let runs = set(text_box([0, 0, 60, 10], rich(spans, vec![ruby(1..2, "がく")])));
    let inks: Vec<(&str, Ink)> = runs.iter().map(|run| (run.text.as_str(), run.ink)).collect();
    assert_eq!(inks, [("税", Ink(100)), ("額", Ink(60)), ("です", Ink(100)), ("がく", Ink(60))]);
}

#[test]
fn stretches_wrap_and_justify_as_one_text() {
    let spans = vec![
        plain("納期限までに"),
        span("1,234,567", Some("bold"), 100, false),
        plain("円を納付してください。"),
    ];
    let mut source = text_box([0, 0, 40, 30], rich(spans, Vec::new()));
    (source.align, source.fit.lines) = (Align::Justify, 5);
    let runs = set(source);
    let mut lines: Vec<(i32, String)> = Vec::new();
    for run in &runs {
        match lines.last_mut().filter(|(y, _)| *y == run.at.y.as_um()) {
            Some((_, line)) => *line += &run.text,
            None => lines.push((run.at.y.as_um(), run.text.clone())),
        }
    }
    let lines: Vec<&str> = lines.iter().map(|(_, line)| line.as_str()).collect();
    assert_eq!(
        lines,
        ["納期限までに", "1,234,567円を納付して", "ください。"],
        "as the plain text breaks"
    );
}

#[test]
fn a_reading_is_spread_over_its_base() {
    let spans = vec![plain("督促"), plain("を受けた")];
    let mut source = text_box([0, 0, 60, 10], rich(spans, vec![ruby(0..1, "とく")]));
    source.ruby = RubyLook::half(source.size);
    let runs = set(source);
    assert_eq!(texts(&runs), ["督促を受けた", "とく"]);
    let reading = &runs[1];
    // Two of half an em over two ems: a quarter of the slack at each end, half between.
    let (em, small) = (3_528, TypeSize::pt(5));
    assert_eq!(reading.size, small);
    assert!((reading.at.x.as_um() - (em >> 2)).abs() <= 2, "{reading:?}");
    assert!((reading.spacing.as_um() - (em >> 1)).abs() <= 2, "{reading:?}");
    // Its em box stands on that of the base.
    let base_top = runs[0].at.y.as_um() - super::em(TypeSize::pt(10), 1802);
    let bottom = reading.at.y.as_um() + super::em(small, 246);
    assert!((base_top - bottom).abs() <= 2, "{base_top} {bottom}");
}

#[test]
fn a_base_is_spread_under_a_longer_reading() {
    let spans = vec![plain("この"), plain("承"), plain("る")];
    let mut source = text_box([0, 0, 60, 10], rich(spans, vec![ruby(1..2, "うけたまわ")]));
    source.ruby = RubyLook::half(source.size);
    let runs = set(source);
    assert_eq!(texts(&runs), ["この", "承", "る", "うけたまわ"]);
    let em = 3_528;
    // The reading takes two and a half ems, the base one in their middle.
    let x = |n: usize| runs[n].at.x.as_um();
    assert!((x(1) - (2 * em + ((em * 3) >> 2))).abs() <= 3, "{runs:?}");
    assert!((x(2) - (4 * em + (em >> 1))).abs() <= 3, "{runs:?}");
    assert!((x(3) - 2 * em).abs() <= 3 && runs[3].spacing == Length::ZERO, "{runs:?}");
}

#[test]
fn a_base_and_its_reading_are_never_parted() {
    let spans = vec![plain("あいうえお"), plain("滞納処分"), plain("を")];
    let mut source = text_box([0, 0, 25, 30], rich(spans, vec![ruby(1..2, "たいのうしょぶん")]));
    (source.fit.lines, source.ruby) = (4, RubyLook::half(source.size));
    let runs = set(source);
    assert_eq!(texts(&runs), ["あいうえお", "滞納処分を", "たいのうしょぶん"]);
    assert_eq!(runs[1].at.x, Length::ZERO, "on a line of its own: {runs:?}");
}

#[test]
fn names_and_their_readings_stand_word_over_word() {
    let mut source = text_box([0, 0, 60, 10], read_over());
    source.ruby = RubyLook { size: TypeSize::pt(5), size_min: TypeSize::pt(4) };
    let form = compiled(source);
    let runs = drawn(&form, ["霞原　太郎", "かすみはら　たろう"]).expect("it fits").runs;
    assert_eq!(texts(&runs), ["霞", "原", "　太郎", "かすみはら", "たろう"]);
    let em = 3_528;
    let x = |n: usize| runs[n].at.x.as_um();
    // かすみはら takes two and a half ems over two; たろう one and a half over two.
    assert!(
        (x(0) - (em >> 3)).abs() <= 3 && (x(1) - (em + ((em * 3) >> 3))).abs() <= 3,
        "{runs:?}"
    );
    assert!((x(2) - (2 * em + (em >> 1))).abs() <= 3, "{runs:?}");
    assert!((x(3)).abs() <= 3, "{runs:?}");
    assert!((x(4) - (3 * em + (em >> 1) + 294)).abs() <= 3, "an even share at its ends: {runs:?}");
    // Where the words cannot be told apart, the reading stands over all.
    let runs = drawn(&form, ["霞原　太郎", "かすみはらたろう"]).expect("it fits").runs;
    assert_eq!(texts(&runs), ["霞原　太郎", "かすみはらたろう"]);
    // No reading, no ruby, and the name where it was.
    let bare = drawn(&form, ["霞原　太郎", ""]).expect("it fits").runs;
    assert_eq!((texts(&bare), bare[0].at), (vec!["霞原　太郎"], runs[0].at));
}

#[test]
fn a_reading_gives_way_by_itself_and_then_holds_the_record() {
    let mut source = text_box([0, 0, 15, 10], read_over());
    source.fit.squeeze = 70;
    source.ruby = RubyLook { size: TypeSize::pt(5), size_min: TypeSize::pt(4) };
    let form = compiled(source.clone());
    // 15 mm take eight and a half of the reading's ems.
    let at = |reading: &str| {
        drawn(&form, ["霞原", reading]).map(|kept| {
            let last = kept.runs.last().expect("a reading").clone();
            (kept.runs[0].squeeze, last.size.as_centipoints(), last.squeeze)
        })
    };
    assert_eq!(at("かすみがはらし"), Ok((100, 500, 100)));
    assert_eq!(at("かすみがはらしのひと"), Ok((100, 500, 85)));
    assert_eq!(at("かすみがはらしのひとびとと"), Ok((100, 460, 71)));
    let problem = at("かすみがはらしのひとびととそのほか").expect_err("it is too long");
    assert_eq!(problem.code().0, "E507");
    assert_eq!(
        problem.finding(&form.form.schema, &Nowhere).message,
        "`debit` does not fit as ruby: 17 characters take 16.792 × 1.411 mm at 4 pt and 70 %, the \
         box has 15 × 10 mm for at most 1 line"
    );
    let problem = drawn(&form, [" ", "かな"]).expect_err("nothing to stand over");
    assert_eq!((problem.code().0, problem.cells.len()), ("E507", 1));
    // Another place is tried before that.
    let mut place = text_box([0, 40, 60, 10], source.text.clone());
    place.ruby = source.ruby;
    source.alternative = Some(Box::new(Alternative { note: None, place }));
    let form = compiled(source);
    let kept = drawn(&form, ["霞原", "かすみがはらしのひとびととそのほか"]).expect("it fits there");
    assert!(kept.runs.iter().all(|run| run.at.y > Length::mm(40)), "{kept:?}");
}

#[test]
fn a_character_that_no_face_of_its_stretch_has_is_told_with_its_role() {
    let look = SpanLook { role: Some("bold".into()), ..SpanLook::default() };
    let field = Text::Segments(vec![Segment::Value(Scope::Field(0), Vec::new())]);
    let spans = vec![plain("𠮷"), Span { text: field, look }];
    let form = compiled(text_box([0, 0, 60, 10], rich(spans, Vec::new())));
    let problem = drawn(&form, ["山\u{30EDD}", ""]).expect_err("no face has it");
    let finding = problem.finding(&form.form.schema, &Nowhere);
    assert_eq!(finding.message, "`name`: no face of role `bold` can show U+30EDD");
}

#[test]
fn marks_stand_where_their_face_puts_them() {
    let mut source = text_box([0, 0, 60, 10], fixed("Q\u{302}u"));
    source.role = "foreign".into();
    for text in [source.text.clone(), rich(vec![plain("Q\u{302}u"), plain("")], Vec::new())] {
        let runs = set(TextBox { text, ..source.clone() });
        assert_eq!(texts(&runs), ["Q", "\u{302}", "u"]);
        assert!(runs[1].at.y < runs[0].at.y, "above the capital: {runs:?}");
        assert_eq!(runs[2].at.y, runs[0].at.y);
    }
    // What is spread goes between letters, not between a letter and its mark.
    source.align = Align::Spread;
    let spread = set(source.clone());
    source.align = Align::Left;
    let left = set(source);
    let from_letter = |runs: &[Drawn]| runs[1].at.x - runs[0].at.x;
    assert_eq!(from_letter(&spread), from_letter(&left));
    assert_eq!(spread[2].right, Length::mm(60));
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 150, failure_persistence: None, ..ProptestConfig::default()
    })]

    /// Nothing is lost and nothing leaves its box, whatever the stretches, readings and limits.
    #[test]
    fn all_stretches_and_readings_are_drawn_inside_their_box(
        parts in proptest::collection::vec(
            ("[あ-んア-ン一二三、。「」a-z0-9 　]{0,12}", 40_u16..=250, any::<bool>(), "[あ-ん]{0,9}"), 1..6,
        ),
        (width, height) in (10_i32..120, 5_i32..40),
        (squeeze, size_min, lines, ruby_size) in (50_u8..=100, 500_u16..=1000, 1_u16..6, 300_u16..=1000),
        align in super::align(), one_line: bool, hang: bool,
    ) {
        let (mut spans, mut rubies) = (Vec::new(), Vec::new());
        for (n, (text, percent, underline, reading)) in parts.iter().enumerate() {
            spans.push(span(text, (n % 2 == 1).then_some("bold"), *percent, *underline));
            if !one_line && !reading.is_empty() && !text.trim().is_empty() {
                rubies.push(ruby(n..n + 1, reading));
            }
        }
        if one_line {
            rubies.push(ruby(0..spans.len(), &parts[0].3));
        }
        let text = Text::Rich(Box::new(Rich { spans, rubies: rubies.clone(), one_line }));
        let mut source = text_box([7, 11, width, height], text);
        source.fit = crate::form::Fit {
            squeeze, size_min: TypeSize::centipoints(size_min), lines: if one_line { 1 } else { lines },
        };
        source.leading = source.line_percent();
        (source.align, source.hang) = (align, hang);
        let size = TypeSize::centipoints(ruby_size);
        source.ruby = RubyLook { size, size_min: size };
        source.leading = source.line_percent();
        let rect = source.rect;
        let compiled = compiled(source);
        let Ok(renderer) = Renderer::new(&compiled, &FONTS) else { return Ok(()) };
        let mut kept = Kept::default();
        renderer.layer(0, &mut kept);
        let mut found: Vec<char> = kept.runs.iter().flat_map(|run| run.text.chars()).collect();
        let mut wanted: Vec<char> = parts.iter().flat_map(|part| part.0.chars()).collect();
        for ruby in &rubies {
            let Text::Static(text) = &ruby.text else { panic!("readings are static") };
            wanted.extend(text.chars());
        }
        found.sort_unstable();
        wanted.sort_unstable();
        prop_assert_eq!(found, wanted);
        // Sizes are rounded to hundredths of a point: some micrometres a letter.
        let slack = Length::um(60);
        for run in &kept.runs {
            let (top, bottom) = (run.at.y - Length::um(super::em(run.size, 1802)), run.at.y + Length::um(super::em(run.size, 246)));
            prop_assert!(top + slack >= rect.y && bottom <= rect.bottom() + slack, "{:?}", run);
            let hangs = run.text.trim().is_empty() || (hang && run.at.x <= rect.right() + slack && matches!(run.text.trim_end(), "、" | "。"));
            prop_assert!(run.at.x + slack >= rect.x, "{:?}", run);
            prop_assert!(hangs || run.right <= rect.right() + slack, "{:?}", run);
        }
    }
}
