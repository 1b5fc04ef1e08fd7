//! The operators a content stream gets, mark by mark.

use super::*;
use crate::measure::TypeSize;

const A4: Extent = Extent { width: Length::mm(210), height: Length::mm(297) };

fn at(x: i32, y: i32) -> Point {
    Point { x: Length::mm(x), y: Length::mm(y) }
}

fn run(at: Point, cids: &[u16]) -> TextRun<'_> {
    let size = TypeSize::centipoints(950);
    let spacing = Length::ZERO;
    let turn = Turn::Upright;
    TextRun { face: 1, size, squeeze: 100, spacing, at, turn, ink: Ink::BLACK, cids }
}

const THIN: Stroke = Stroke { width: Length::um(200), ink: Ink::BLACK, dash: None };

#[track_caller]
fn case(draw: impl FnOnce(&mut Content), expected: &[u8]) {
    let mut content = Content::new();
    content.begin_sheet(A4);
    draw(&mut content);
    let out = content.finish();
    assert_eq!(out, expected, "{}", out.escape_ascii());
}

#[test]
fn text_moves_are_relative_and_only_changes_are_written() {
    case(
        |content| {
            content.text(&run(at(20, 20), b"AB".map(u16::from).as_slice()));
            content.text(&run(at(20, 30), &[0x4142]));
            content.text(&TextRun { squeeze: 70, ..run(at(19, 30), &[1]) });
            content.text(&TextRun { squeeze: 70, ink: Ink(60), ..run(at(19, 30), &[1]) });
            content.text(&run(at(19, 30), &[]));
        },
        b"BT\n/F1 9.5 Tf\n56.69 785.2 Td(\0A\0B)Tj\n0 -28.35 Td(AB)Tj\n70 Tz\n-2.83 0 Td(\0\x01)Tj\n\
          .4 g\n0 0 Td(\0\x01)Tj\nET\n",
    );
}

#[test]
fn turned_text_has_a_matrix_and_what_follows_stands_by_itself() {
    let turned = |x, y| TextRun { turn: Turn::Right, ..run(at(x, y), &[0x4142]) };
    case(
        |content| {
            content.text(&run(at(20, 20), &[0x4142]));
            content.text(&turned(20, 30));
            content.text(&turned(20, 40));
            content.text(&run(at(20, 50), &[0x4142]));
            content.text(&run(at(20, 60), &[0x4142]));
            content.text(&turned(20, 70));
            content.line(at(0, 297), at(10, 297), THIN);
            content.text(&run(at(20, 20), &[0x4142]));
        },
        b"BT\n/F1 9.5 Tf\n56.69 785.2 Td(AB)Tj\n0 -1 1 0 56.69 756.85 Tm(AB)Tj\n\
          0 -1 1 0 56.69 728.5 Tm(AB)Tj\n1 0 0 1 56.69 700.16 Tm(AB)Tj\n0 -28.35 Td(AB)Tj\n\
          0 -1 1 0 56.69 643.46 Tm(AB)Tj\nET\n.567 w\n0 0 m 28.346 0 l\nS\nBT\n56.69 785.2 Td(AB)Tj\nET\n",
    );
}

#[test]
fn bytes_that_end_a_string_are_escaped() {
    case(
        |content| content.text(&run(at(0, 297), &[0x2829, 0x5C0D, 0x0A28])),
        b"BT\n/F1 9.5 Tf\n0 0 Td(\\(\\)\\\\\\r\\n\\()Tj\nET\n",
    );
}

#[test]
fn lines_of_one_stroke_are_one_path() {
    let dashed = Stroke { dash: Some((Length::mm(2), Length::mm(1))), ..THIN };
    case(
        |content| {
            content.line(at(0, 297), at(10, 297), THIN);
            content.line(at(0, 287), at(10, 287), THIN);
            content.line(at(0, 297), at(0, 287), dashed);
            content.line(at(0, 297), at(0, 287), THIN);
        },
        b".567 w\n0 0 m 28.346 0 l\n0 28.346 m 28.346 28.346 l\nS\n\
          [5.669 2.835]0 d\n0 0 m 0 28.346 l\nS\n[]0 d\n0 0 m 0 28.346 l\nS\n",
    );
}

#[test]
fn a_path_is_painted_before_it_grows_too_long() {
    let mut content = Content::new();
    content.begin_sheet(A4);
    for _ in 0..401 {
        content.line(at(0, 0), at(1, 1), THIN);
    }
    let out = content.finish();
    assert_eq!(out.windows(3).filter(|w| w == b"\nS\n").count(), 3);
}

#[test]
fn areas_are_filled_stroked_or_both() {
    let area = |y| Rect::new(Length::ZERO, Length::mm(y), Length::mm(10), Length::mm(5));
    case(
        |content| {
            content.area(area(292), Length::ZERO, Some(Ink(10)), None);
            content.area(area(287), Length::ZERO, Some(Ink(10)), None);
            content.area(area(292), Length::ZERO, None, Some(THIN));
            content.area(area(292), Length::ZERO, Some(Ink::BLACK), Some(THIN));
            content.area(area(292), Length::ZERO, None, None);
        },
        b".9 g\n0 0 28.346 14.173 re\n0 14.173 28.346 14.173 re\nf\n.567 w\n0 0 28.346 14.173 re\n\
          S\n0 g\n0 0 28.346 14.173 re\nB\n",
    );
    let mut content = Content::new();
    content.begin_sheet(A4);
    // A radius beyond half the height is half the height.
    content.area(area(292), Length::mm(9), None, Some(THIN));
    let out = String::from_utf8(content.finish().to_vec()).expect("ASCII");
    assert!(out.starts_with(".567 w\n7.086 0 m\n21.26 0 l\n"), "{out}");
    assert_eq!(out.matches(" c\n").count(), 4);
    assert!(out.ends_with("h\nS\n"));
}

#[test]
fn a_slot_has_its_own_coordinates_and_state() {
    let card = Extent { width: Length::mm(100), height: Length::mm(148) };
    case(
        |content| {
            content.text(&run(at(0, 297), &[1]));
            content.begin_slot(at(100, 149), card);
            content.layer(3, Point::default());
            content.text(&TextRun { face: 2, ..run(at(0, 148), &[2]) });
            content.end_slot();
            content.text(&run(at(0, 297), &[3]));
        },
        b"BT\n/F1 9.5 Tf\n0 0 Td(\0\x01)Tj\nET\nq 1 0 0 1 283.465 0 cm\n/L3 Do\n\
          BT\n/F2 9.5 Tf\n0 0 Td(\0\x02)Tj\nET\nQ\nBT\n0 0 Td(\0\x03)Tj\nET\n",
    );
}

#[test]
fn a_layer_relies_on_no_state_of_the_side() {
    let mut content = Content::new();
    content.begin_layer(A4);
    content.text(&run(at(0, 297), &[1]));
    content.line(at(0, 297), at(10, 297), THIN);
    content.image(0, Rect::new(Length::ZERO, Length::mm(287), Length::mm(10), Length::mm(10)));
    let expected: &[u8] = b"BT\n0 g\n/F1 9.5 Tf\n100 Tz\n0 Tc\n0 0 Td(\0\x01)Tj\nET\n\
        0 G\n.567 w\n[]0 d\n0 0 m 28.346 0 l\nS\nq 28.346 0 0 28.346 0 0 cm /I0 Do Q\n";
    let out = content.finish();
    assert_eq!(out, expected, "{}", out.escape_ascii());
    let layer = content.finish_layer(&mut Deflater::for_once());
    assert!(layer.usage.contains(1, 1) && !content.usage().contains(1, 1));
    assert_eq!(layer.extent, A4);
}

#[test]
fn nothing_of_one_side_is_left_on_the_next() {
    let mut content = Content::new();
    for _ in 0..2 {
        content.begin_sheet(A4);
        content.text(&TextRun { squeeze: 80, ..run(at(0, 297), &[7]) });
        let expected: &[u8] = b"BT\n/F1 9.5 Tf\n80 Tz\n0 0 Td(\0\x07)Tj\nET\n";
        assert_eq!(content.finish(), expected);
    }
    assert_eq!(content.take_usage().cids(1).collect::<Vec<_>>(), [7]);
}

#[test]
#[should_panic(expected = "every slot was ended")]
fn an_open_slot_is_a_bug() {
    let mut content = Content::new();
    content.begin_sheet(A4);
    content.begin_slot(at(0, 0), A4);
    content.finish();
}

#[test]
fn cells_lie_on_dots_of_the_sheet_wherever_the_leaf_is() {
    let cells = |at| Cells {
        at,
        offset: [3, 2],
        dpi: 600,
        cell: [4, 10],
        columns: 9,
        rows: 2,
        bits: &[0b1010_1010, 0x80, 0x0F, 0],
    };
    case(
        |content| {
            content.cells(&cells(at(20, 20)));
            content.begin_slot(
                Point { x: Length::um(10_001), y: Length::mm(7) },
                Extent { width: Length::mm(100), height: Length::mm(100) },
            );
            content.cells(&cells(at(20, 20)));
            content.end_slot();
        },
        b"q 4.316 0 0 2.396 57.002 782.522 cm BI/W 9/H 2/IM true/F/AHx ID 557FF0FF> EI Q\n\
          q 1 0 0 1 28.349 538.583 cm\n\
          q 4.316 0 0 2.396 57.093 224.139 cm BI/W 9/H 2/IM true/F/AHx ID 557FF0FF> EI Q\nQ\n",
    );
}
