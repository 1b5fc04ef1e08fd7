//! Tests of whole texts: what is drawn, where, and that nothing is lost.

use super::breaks;
use super::letters::LetterTables;
use super::setting::{Scratch, Setting, Unset, baseline};
use crate::font::{Cid, FaceId, FontSet};
use crate::form::text::Text;
use crate::form::{Align, Fit, TextBox, VAlign};
use crate::measure::{Length, Point, Rect, TypeSize, div_round};
use crate::page::{Canvas, Cells, ImageId, Ink, LayerId, Stroke, TextRun, Turn};
use proptest::prelude::*;
use std::fmt::Write as _;
use std::io;
use std::sync::LazyLock;

mod alternative;
mod amounts;
mod limits;
mod pages;
mod rich;
mod vertical;

/// Roles for tests: `name` falls back from BIZ UD Mincho to the small test face; `ocr` is OCR-B;
/// `foreign` falls back to a face that places marks, `bold` is a gothic, and `proportional` has kana, punctuation and figures of their own widths.
pub(super) static FONTS: LazyLock<FontSet> = LazyLock::new(|| {
    const FILES: [(&str, &[u8]); 6] = [
        ("mincho", include_bytes!("../../fonts/BIZUDMincho-Regular.ttf")),
        ("test", include_bytes!("../../tests/fixtures/fonts/TayoriTest.ttf")),
        ("ocr", include_bytes!("../../fonts/OCRB.otf")),
        ("pmincho", include_bytes!("../../fonts/BIZUDPMincho-Regular.ttf")),
        ("latin", include_bytes!("../../fonts/NotoSerif-Regular.ttf")),
        ("bold", include_bytes!("../../fonts/BIZUDGothic-Bold.ttf")),
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
    config += "[[face]]\nname = \"names\"\nfile = \"gone\"\nsha256 = \"00\"\noptional = true\n\
               package = \"fonts-names\"\n";
    config += "[roles]\nname = [\"mincho\", \"names\", \"test\"]\nocr = [\"ocr\"]\nproportional = [\"pmincho\"]\n\
               foreign = [\"mincho\", \"latin\"]\nbold = [\"bold\"]\n";
    let mut read = |path: &str| -> io::Result<Option<Vec<u8>>> {
        let file = FILES.iter().find(|(name, _)| *name == path);
        let licence = (path == "licence").then(|| b"free".to_vec());
        Ok(file.map(|(_, data)| data.to_vec()).or(licence))
    };
    FontSet::load(&config, "fonts.toml", &mut read).expect("the configuration is good")
});

/// Findings of tests stand nowhere.
struct Nowhere;

impl crate::model::Locate for Nowhere {
    fn place(&self, _: crate::model::Cell) -> crate::diag::Place {
        crate::diag::Place::file("test.csv")
    }
}

/// A run as it was drawn: its text, and the box around its em boxes without trailing blanks.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Drawn {
    text: String,
    face: FaceId,
    size: TypeSize,
    squeeze: u8,
    spacing: Length,
    ink: Ink,
    at: Point,
    turn: Turn,
    right: Length,
    cids: Vec<Cid>,
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
    fn layer(&mut self, layer: LayerId, _: Point) {
        self.layers.push(layer);
    }

    fn text(&mut self, run: &TextRun<'_>) {
        let TextRun { face, size, squeeze, spacing, at, turn, ink, cids } = *run;
        let text: String = cids.iter().map(|&cid| FONTS.text_of(face, cid)).collect();
        let right = at.x + run_width(run);
        let cids = cids.to_vec();
        let drawn = Drawn { text, face, size, squeeze, spacing, ink, at, turn, right, cids };
        self.runs.push(drawn);
    }

    fn line(&mut self, _: Point, _: Point, _: Stroke) {
        self.lines += 1;
    }

    fn area(&mut self, rect: Rect, _: Length, _: Option<Ink>, _: Option<Stroke>) {
        self.areas.push(rect);
    }

    fn image(&mut self, _: ImageId, _: Rect) {}

    fn cells(&mut self, _: &Cells<'_>) {}
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
    if breaks::marks_of(&stop).iter().any(|mark| mark.half_blank()) {
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
pub(super) fn text_box([x, y, w, h]: [i32; 4], text: Text) -> TextBox {
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
        ..TextBox::default()
    }
}

fn fixed(text: &str) -> Text {
    Text::Static(text.to_owned())
}

static TABLES: LazyLock<LetterTables<'_>> = LazyLock::new(|| LetterTables::new(&FONTS));

/// Sets `text` in a box.
fn set(source: &TextBox, text: &str) -> Result<Vec<Drawn>, Unset> {
    set_with(source, text, &mut Scratch::default())
}

/// The same with a scratch to look at afterwards.
fn set_with(source: &TextBox, text: &str, scratch: &mut Scratch) -> Result<Vec<Drawn>, Unset> {
    let role = FONTS.role(&source.role).expect("a role of the tests");
    let setting = Setting::new(source, role, baseline(&FONTS, role));
    scratch.text.clear();
    scratch.text.push_str(text);
    let rung = setting.compose(&TABLES, scratch)?;
    let mut kept = Kept::default();
    setting.draw(rung, Point::default(), scratch, &mut kept);
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

/// What is spread leaves figures at their signs, and addresses of the net whole where they do not
/// break.
#[test]
fn justified_lines_keep_signs_at_figures_and_addresses_whole() {
    let mut source = text_box([0, 0, 36, 30], fixed(""));
    (source.align, source.fit.lines) = (Align::Justify, 5);
    let runs = set(&source, "差引額△1,500円から引き続き納付").expect("it fits");
    let lines: Vec<&str> = runs.iter().map(|run| run.text.as_str()).collect();
    assert_eq!(lines, ["差引額△", "1,500円", "から", "引き続き納付"]);
    assert!(runs[0].spacing > Length::ZERO, "{runs:?}");
    // The sign's em follows those of three letters with three spaces.
    let sign = em(TypeSize::pt(10), 4 * 2048) + 3 * runs[0].spacing.as_um();
    assert!((runs[1].at.x.as_um() - sign).abs() <= 2, "{runs:?}");
    source.rect.width = Length::mm(50);
    let runs = set(&source, "市のhttps://a.example/に載せた告示").expect("it fits");
    let lines: Vec<&str> = runs.iter().map(|run| run.text.as_str()).collect();
    assert_eq!(lines, ["市の", "https://a.example/", "に載せ", "た告示"]);
}

#[test]
fn stops_hang_behind_a_line_that_is_full() {
    let mut source = text_box([0, 0, 36, 30], fixed(""));
    (source.align, source.hang, source.fit.lines) = (Align::Justify, true, 5);
    // 36 mm take 10 ems of 3.528 mm and some more.
    let runs = set(&source, "一二三四五六七八九十。二行目、です").expect("it fits");
    let lines: Vec<&str> = runs.iter().map(|run| run.text.as_str()).collect();
    assert_eq!(lines, ["一二三四五六七八九十", "。", "二行目、です"]);
    assert!((runs[0].right.as_um() - 36_000).abs() <= 12, "{runs:?}");
    assert!((runs[1].at.x.as_um() - 36_000).abs() <= 12, "{runs:?}");
    source.hang = false;
    let runs = set(&source, "一二三四五六七八九十。二行目、です").expect("it fits");
    assert_eq!(runs[0].text, "一二三四五六七八九", "driven out");
}

#[test]
fn blanks_of_punctuation_give_way_evenly() {
    let mut source = text_box([0, 0, 36, 30], fixed(""));
    (source.align, source.fit.lines) = (Align::Justify, 5);
    let runs = set(&source, "一、二、三四（五六七）八九十").expect("it fits");
    let lines: Vec<&str> = runs.iter().map(|run| run.text.as_str()).collect();
    assert_eq!(lines, ["一、", "二、", "三四", "（五六七）", "八九十"]);
    assert!(
        (runs[3].right.as_um() - 36_000).abs() <= 2,
        "the bracket's ink ends the line: {runs:?}"
    );
    assert_eq!(runs[4].at.x, Length::ZERO);
    let em = 3_528;
    let given: Vec<i32> = (0..3).map(|n| runs[n + 1].at.x.as_um() - runs[n].at.x.as_um()).collect();
    // Ten and a half ems into 10.2: three blanks of a quarter each give the same.
    let each = div_round((10 * em + (em >> 1) - 36_000).into(), 3);
    for found in given {
        assert!((i64::from(2 * em - found) - each).abs() <= 2, "{found} {each}");
    }
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
        hang: bool,
    ) {
        let mut source = text_box([7, 11, width, height], fixed(""));
        source.fit = Fit { squeeze, size_min: TypeSize::centipoints(size_min), lines };
        (source.align, source.valign, source.leading) = (align, valign, leading);
        source.hang = hang;
        let Ok(runs) = set(&source, &text) else { return Ok(()) };
        let drawn: String = runs.iter().map(|run| run.text.as_str()).collect();
        prop_assert_eq!(drawn, text.replace('\n', ""));
        let slack = Length::um(2);
        for run in &runs {
            prop_assert!(run.squeeze >= squeeze && run.size <= source.size);
            prop_assert!(run.size >= source.size.min(source.fit.size_min));
            let (top, bottom) = (run.at.y - Length::um(em(run.size, 1802)), run.at.y + Length::um(em(run.size, 246)));
            // Spaces hang anywhere; a stop only where it may, and by its own width.
            let hangs = run.text.trim().is_empty()
                || (hang && matches!(run.text.trim_end(), "、" | "。") && run.at.x <= source.rect.right() + slack);
            prop_assert!(run.at.x >= source.rect.x, "{:?}", run);
            prop_assert!(hangs || run.right <= source.rect.right() + slack, "{:?}", run);
            prop_assert!(top + slack >= source.rect.y && bottom <= source.rect.bottom() + slack, "{:?}", run);
        }
    }
}

fn em(size: TypeSize, units: i32) -> i32 {
    size.advance(units.into(), 2048, 100).as_um()
}
