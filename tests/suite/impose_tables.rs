//! Imposition against tables: the known answers of cut-and-stack, positions worked out by hand, and
//! what must hold for every layout.

use proptest::prelude::*;
use tayori::impose::{Imposition, LeafCrease, LeafRef, SheetMarks, Ticket, fit, sheets};
use tayori::measure::{Extent, Length, Point, Rect, TypeSize};
use tayori::model::guillotine::Leaf;
use tayori::model::layout::{Binding, WorkStyle};
use tayori::model::process::{Process, Rate};
use tayori::model::vendor::{FileKind, Flip};
use tayori::model::{Guillotine, Layout, Piece, Press, Scheme, Side, Yen};
use tayori::page::{Canvas, Cells, Dump, Ink, Stroke, TextRun};

fn mm(width: i32, height: i32) -> Extent {
    Extent { width: Length::mm(width), height: Length::mm(height) }
}

fn at(x: i32, y: i32) -> Point {
    Point { x: Length::mm(x), y: Length::mm(y) }
}

fn press() -> Press {
    Press {
        id: "p".into(),
        name: "印刷機".into(),
        process: Process::CutSheet,
        impact: false,
        sheets: vec![],
        web: None,
        duplex: true,
        flip: Flip::LongEdge,
        margin: Length::mm(5),
        dpi: 600,
        bar_reduction: 0,
        slip_sheets: false,
        sheets_per_lot: 2_500,
        sheets_per_shift: None,
        spoilage: None,
        rate: Rate::default(),
    }
}

fn layout(scheme: Scheme, columns: u16, rows: u16, stack_depth: Option<u32>) -> Layout {
    Layout {
        id: "l".into(),
        name: "面付け".into(),
        press: "p".into(),
        sheet: mm(i32::from(columns) * 10, i32::from(rows) * 10),
        leaf: mm(10, 10),
        columns,
        rows,
        origin: at(0, 0),
        gutter: Extent::default(),
        bleed: Length::ZERO,
        scheme,
        work_style: WorkStyle::Sheetwise,
        binding: Binding::Left,
        creep: None,
        stack_depth,
        leaves_min: 0,
        leaves_max: None,
        crop_marks: false,
        registration_marks: false,
        file: FileKind::default(),
    }
}

fn impose(layout: &Layout, leaves: &[u16]) -> Imposition {
    Imposition::new(layout, &press(), true, leaves.iter().copied()).expect("a sound layout")
}

/// `vectors/cut_and_stack.json`: computed for one-leaf records from the trade's formula
/// (Fiery's and other servers' cut & stack).
#[test]
fn cut_and_stack_known_answers() {
    let file = include_str!("../vectors/cut_and_stack.json");
    let file: serde_json::Value = serde_json::from_str(file).expect("it is JSON");
    let cases = file["cases"].as_array().expect("a list");
    assert_eq!(cases.len(), 6);
    for case in cases {
        let number = |key: &str| {
            u32::try_from(case[key].as_u64().expect("a number")).expect("a small number")
        };
        let (records, up, stack) = (number("records"), number("up"), number("stack"));
        let layout =
            layout(Scheme::CutAndStack, u16::try_from(up).expect("few slots"), 1, Some(stack));
        let imposition = impose(&layout, &vec![1; records as usize]);
        assert_eq!(imposition.sheets(), number("sheets"), "{case}");
        assert_eq!(imposition.stacks().len(), number("blocks") as usize, "{case}");
        assert_eq!(imposition.sheets() * up - records, number("blank_cells"), "{case}");
        let row = |sheet: u32| -> serde_json::Value {
            (0..up).map(|slot| imposition.leaf_at(sheet, slot).map(|leaf| leaf.piece)).collect()
        };
        assert_eq!(row(0), case["first_sheet"], "{case}");
        assert_eq!(row(imposition.sheets() - 1), case["last_sheet"], "{case}");
        let mut sheet = 0;
        for block in case["full"].as_array().into_iter().flatten() {
            for expected in block.as_array().expect("a list") {
                assert_eq!(&row(sheet), expected, "{case}");
                sheet += 1;
            }
        }
    }
}

/// The piece and leaf in every slot, a sheet a line: `1.2` is leaf 2 of piece 1 (from 0), `-` blank.
fn table(imposition: &Imposition) -> Vec<String> {
    let mut walk = imposition.walk(0..u32::MAX);
    let mut lines = Vec::new();
    while let Some((_, slots)) = walk.next_sheet() {
        let cell = |leaf: &Option<LeafRef>| {
            leaf.map_or("-".to_owned(), |leaf| format!("{}.{}", leaf.piece, leaf.leaf))
        };
        lines.push(slots.iter().map(cell).collect::<Vec<_>>().join(" "));
    }
    lines
}

#[test]
fn two_leaf_pieces_two_up() {
    // Depth 5 holds two pieces of two leaves a pile: stacks of 4, then the rest.
    let imposition = impose(&layout(Scheme::CutAndStack, 2, 1, Some(5)), &[2; 7]);
    assert_eq!(imposition.stacks(), [4, 4]);
    let expected =
        ["0.1 2.1", "0.2 2.2", "1.1 3.1", "1.2 3.2", "4.1 6.1", "4.2 6.2", "5.1 -", "5.2 -"];
    assert_eq!(table(&imposition), expected);
}

#[test]
fn mixed_pieces_end_their_pile_with_blanks() {
    // Depth 4: 3 and 2 do not share a pile; the last stack is as shallow as its pieces allow.
    let imposition = impose(&layout(Scheme::CutAndStack, 2, 1, Some(4)), &[3, 2, 1, 4, 1, 1]);
    assert_eq!(imposition.stacks(), [3, 4]);
    let expected = ["0.1 1.1", "0.2 1.2", "0.3 2.1", "3.1 4.1", "3.2 5.1", "3.3 -", "3.4 -"];
    assert_eq!(table(&imposition), expected);
    assert_eq!(imposition.slot_of(3, 4), Some((6, 0)));
    assert_eq!(imposition.slot_of(3, 5), None);
    assert_eq!(imposition.slot_of(0, 0), None);
    assert_eq!(imposition.slot_of(6, 1), None);
}

#[test]
fn n_up_reads_across_each_sheet() {
    let imposition = impose(&layout(Scheme::NUp, 2, 2, None), &[1, 2, 1, 3]);
    assert_eq!(table(&imposition), ["0.1 1.1 1.2 2.1", "3.1 3.2 3.3 -"]);
    assert!(imposition.stacks().is_empty());
    assert_eq!(imposition.slot_of(3, 2), Some((1, 1)));
}

#[test]
fn copies_fill_a_sheet() {
    let imposition = impose(&layout(Scheme::StepAndRepeat, 2, 1, Some(2)), &[1, 2, 1]);
    // Two sheets a stack: the second piece does not fit behind the first.
    assert_eq!(table(&imposition), ["0.1 0.1", "1.1 1.1", "1.2 1.2", "2.1 2.1"]);
    assert_eq!(imposition.stacks(), [1, 2, 1]);
    assert_eq!(imposition.slot_of(1, 2), Some((2, 0)));
}

#[test]
fn each_piece_begins_its_own_sheet() {
    // Cards of households, four a sheet: 1, 5 and 4 cards.
    let imposition = impose(&layout(Scheme::PerPiece, 2, 2, None), &[1, 5, 4]);
    let expected = ["0.1 - - -", "1.1 1.2 1.3 1.4", "1.5 - - -", "2.1 2.2 2.3 2.4"];
    assert_eq!(table(&imposition), expected);
    assert_eq!(imposition.slot_of(1, 5), Some((2, 0)));
    assert!(imposition.stacks().is_empty());
}

#[test]
fn the_columns_of_a_web_are_stacked() {
    // Three leaves down, two ribbons; ten leaves need two sheets of six.
    let imposition = impose(&layout(Scheme::StackByColumn, 2, 3, Some(500)), &[1; 10]);
    let expected = ["0.1 6.1 1.1 7.1 2.1 8.1", "3.1 9.1 4.1 - 5.1 -"];
    assert_eq!(table(&imposition), expected);
    assert_eq!(imposition.stacks(), [2]);
    assert_eq!(imposition.slot_of(8, 1), Some((0, 5)));
}

#[test]
fn booklets_are_nested_about_their_fold() {
    // Four leaves (eight pages) on two sheets: outside 8|1 and 2|7, inside 6|3 and 4|5.
    let left = layout(Scheme::Booklet, 2, 1, None);
    let imposition = impose(&left, &[4, 3]);
    assert_eq!(table(&imposition), ["0.4 0.1", "0.3 0.2", "- 1.1", "1.3 1.2"]);
    assert_eq!(imposition.stacks(), [2, 2]);
    let pages = |slot| imposition.place(0, slot, Side::Front).page;
    assert_eq!([pages(0), pages(1)], [Side::Back, Side::Front], "page 8 beside page 1");
    let right = impose(&Layout { binding: Binding::Right, ..left }, &[4]);
    assert_eq!(table(&right), ["0.1 0.4", "0.2 0.3"]);
}

#[test]
fn the_inner_sheets_of_a_booklet_creep_to_the_fold() {
    let layout = Layout { creep: Some(Length::um(85)), ..layout(Scheme::Booklet, 2, 1, None) };
    let imposition = impose(&layout, &[6]);
    let x = |sheet, slot, side| imposition.place(sheet, slot, side).origin.x.as_um();
    assert_eq!([x(0, 0, Side::Front), x(0, 1, Side::Front)], [0, 10_000]);
    assert_eq!([x(2, 0, Side::Front), x(2, 1, Side::Front)], [170, 9_830]);
    // Behind the left slot of the front, on the right as the back is seen.
    assert_eq!([x(2, 0, Side::Back), x(2, 1, Side::Back)], [9_830, 170]);
}

#[test]
fn a_turned_pile_runs_backwards() {
    // The right pile comes off face down; turned over, its last leaf was its first.
    let turned = |scheme, work_style, columns, rows| {
        impose(&Layout { work_style, ..layout(scheme, columns, rows, Some(500)) }, &[1; 5])
    };
    let stacks = turned(Scheme::CutAndStack, WorkStyle::WorkAndTurn, 2, 1);
    assert_eq!(table(&stacks), ["0.1 -", "1.1 4.1", "2.1 3.1"]);
    assert_eq!(stacks.slot_of(3, 1), Some((2, 1)));
    let tumbled = turned(Scheme::CutAndStack, WorkStyle::WorkAndTumble, 1, 2);
    assert_eq!(table(&tumbled), table(&stacks));
    assert!(tumbled.place(0, 0, Side::Back).turned);
    let pages = |slot| stacks.place(0, slot, Side::Front).page;
    assert_eq!([pages(0), pages(1)], [Side::Front, Side::Back]);
    // Cut one by one, each leaf is turned by itself.
    let single = turned(Scheme::NUp, WorkStyle::WorkAndTurn, 2, 1);
    assert_eq!(table(&single), ["0.1 1.1", "2.1 3.1", "4.1 -"]);
}

#[test]
fn an_empty_lot_has_no_sheet() {
    for scheme in [
        Scheme::NUp,
        Scheme::StepAndRepeat,
        Scheme::CutAndStack,
        Scheme::PerPiece,
        Scheme::StackByColumn,
        Scheme::Booklet,
    ] {
        let imposition = impose(&layout(scheme, 2, 1, Some(3)), &[]);
        assert_eq!((imposition.sheets(), imposition.leaf_at(0, 0)), (0, None));
        assert!(imposition.cut().is_empty());
    }
}

#[test]
fn a_piece_thicker_than_its_stack_is_refused() {
    let layout = layout(Scheme::CutAndStack, 2, 1, Some(3));
    let refused =
        Imposition::new(&layout, &press(), true, [1, 4].into_iter()).expect_err("a refusal");
    let finding = refused.iter().next().expect("a finding");
    assert_eq!(finding.code.0, "E603");
    assert!(finding.message.ends_with("4 of 3"), "{}", finding.message);
}

/// ID-1 cards on A4: `municipal.md` 5.2 gives 2 x 5 cards with gutters of 6 and 3 mm,
/// 178 x 282 mm in all; centred they start at 16, 7.5 mm.
fn cards() -> Layout {
    Layout {
        sheet: mm(210, 297),
        leaf: mm(86, 54),
        origin: Point { x: Length::mm(16), y: Length::um(7_500) },
        gutter: mm(6, 3),
        ..layout(Scheme::NUp, 2, 5, None)
    }
}

/// Two A4 leaves on a landscape sheet of 450 x 320 mm, centred: 15 mm left and right, 11.5 mm above
/// and below.
fn two_up() -> Layout {
    Layout {
        sheet: mm(450, 320),
        leaf: mm(210, 297),
        origin: Point { x: Length::mm(15), y: Length::um(11_500) },
        crop_marks: true,
        ..layout(Scheme::CutAndStack, 2, 1, Some(500))
    }
}

#[test]
fn positions_worked_out_by_hand() {
    let p = |x: i32, y: i32| Point { x: Length::um(x), y: Length::um(y) };
    let cards = impose(&cards(), &[1; 10]);
    // Slot 3 is the second of the second row: x = 16 + 86 + 6, y = 7.5 + 54 + 3.
    let origin = |imposition: &Imposition, slot, side| imposition.place(0, slot, side).origin;
    assert_eq!(origin(&cards, 3, Side::Front), p(108_000, 64_500));
    // Its back, turned over the long edge: x = 210 - 108 - 86.
    assert_eq!(origin(&cards, 3, Side::Back), p(16_000, 64_500));
    assert_eq!(origin(&cards, 9, Side::Front), p(108_000, 235_500));

    // Off centre, so that a mirror that forgets the sheet's width shows.
    let off = Layout { origin: at(11, 9), gutter: mm(4, 0), ..two_up() };
    let long = impose(&off, &[1; 2]);
    assert_eq!(origin(&long, 0, Side::Front), p(11_000, 9_000));
    assert_eq!(origin(&long, 1, Side::Front), p(225_000, 9_000));
    assert_eq!(origin(&long, 0, Side::Back), p(229_000, 9_000)); // 450 - 11 - 210
    assert_eq!(origin(&long, 1, Side::Back), p(15_000, 9_000)); // 450 - 225 - 210
    assert!(!long.place(0, 0, Side::Back).turned);

    let short = Press { flip: Flip::ShortEdge, ..press() };
    let short = Imposition::new(&off, &short, true, [1, 1].into_iter()).expect("a sound layout");
    assert_eq!(origin(&short, 0, Side::Back), p(11_000, 14_000)); // 320 - 9 - 297
    assert_eq!(origin(&short, 1, Side::Back), p(225_000, 14_000));
    assert!(short.place(0, 0, Side::Back).turned && !short.place(0, 0, Side::Front).turned);
}

#[test]
fn layouts_that_do_not_fit_their_sheet_are_refused() {
    let refused = |layout: Layout, press: Press| {
        let findings =
            Imposition::new(&layout, &press, true, [1].into_iter()).expect_err("a refusal");
        findings.iter().map(|finding| finding.code.0).collect::<Vec<_>>()
    };
    assert_eq!(refused(Layout { origin: at(31, 11), ..two_up() }, press()), ["E601"]);
    assert_eq!(refused(Layout { columns: 0, ..two_up() }, press()), ["E601"]);
    assert_eq!(refused(Layout { gutter: mm(-1, 0), ..two_up() }, press()), ["E601"]);
    assert_eq!(refused(two_up(), Press { duplex: false, ..press() }), ["E602"]);
    let turned = Layout { work_style: WorkStyle::WorkAndTurn, ..two_up() };
    let simplex = Press { duplex: false, ..press() };
    assert!(Imposition::new(&turned, &simplex, true, [1].into_iter()).is_ok(), "two passes");
    assert_eq!(refused(Layout { origin: at(14, 11), ..turned.clone() }, press()), ["E604"]);
    let tumbled = Layout { work_style: WorkStyle::WorkAndTumble, ..two_up() };
    assert_eq!(refused(tumbled, press()), ["E604"], "one row has no middle");
    let booklet = Layout { scheme: Scheme::Booklet, ..two_up() };
    assert!(Imposition::new(&booklet, &press(), true, [1].into_iter()).is_ok());
    for wrong in [
        Layout { columns: 1, ..booklet.clone() },
        Layout { origin: at(13, 11), ..booklet.clone() },
        Layout { origin: at(14, 11), gutter: mm(2, 0), ..booklet.clone() },
        Layout { work_style: WorkStyle::WorkAndTurn, ..booklet.clone() },
    ] {
        assert_eq!(refused(wrong, press()), ["E604"]);
    }
    // Cards with 3 mm over their edges need 6 mm between them, and 3 mm around them all.
    let bleeding = Layout { bleed: Length::mm(3), ..cards() };
    assert_eq!(refused(bleeding.clone(), press()), ["E605"], "3 mm between rows");
    let apart = Layout { gutter: mm(6, 6), origin: at(16, 1), ..bleeding.clone() };
    assert_eq!(refused(apart, press()), ["E605"], "1 mm above");
    let fits = Layout { gutter: mm(6, 6), rows: 4, ..bleeding };
    assert!(Imposition::new(&fits, &press(), true, [1].into_iter()).is_ok());
    let web = Layout { scheme: Scheme::StackByColumn, ..turned };
    assert_eq!(refused(web, press()), ["E604"]);
}

fn marks_of(layout: &Layout, side: Side) -> String {
    let imposition = impose(layout, &[1; 2]);
    let ticket = Ticket {
        job: "property-tax-2026".into(),
        lot: "01-001".into(),
        form: "property-tax 2026-04-01".into(),
        issued: "令和8年4月6日".into(),
        sheets: imposition.sheets(),
    };
    let marks = SheetMarks::new(imposition.geometry(), layout, &[], ticket);
    let text_of = |_, _| String::new();
    let mut dump = Dump::new(&text_of);
    marks.draw_fixed(side, &mut dump);
    let mut said = String::new();
    let mut set = |_: &mut dyn Canvas, text: &str, at: Point, size: TypeSize| {
        said = format!("{},{} {size}pt {text}\n", at.x, at.y);
        Length::ZERO
    };
    marks.draw_slug(0, side, &mut String::new(), &mut set, &mut dump);
    dump.finish() + &said
}

/// Fold and perforation marks stand at the same place of the paper on both sides: what is 12 mm from the left of
/// a leaf's front is 12 mm from the right of its back; on the head of a tumbled sheet it is at the left again.
#[test]
fn fold_and_perforation_marks_stand_where_leaves_are_folded_and_torn() {
    let layout = Layout {
        sheet: mm(120, 80),
        leaf: mm(40, 60),
        origin: at(10, 10),
        gutter: mm(20, 0),
        crop_marks: true,
        ..layout(Scheme::NUp, 2, 1, None)
    };
    let creases = [(false, 25, false), (true, 12, true)];
    let creases =
        creases.map(|(down, at, perforation)| LeafCrease { down, at: Length::mm(at), perforation });
    let dashed = |flip: Flip, side: Side, creases: &[LeafCrease]| {
        let press = Press { flip, margin: Length::mm(2), ..press() };
        let imposition = Imposition::new(&layout, &press, true, [1, 1].into_iter());
        let imposition = imposition.expect("a sound layout");
        let ticket = Ticket {
            job: String::new(),
            lot: String::new(),
            form: String::new(),
            issued: String::new(),
            sheets: 1,
        };
        let marks = SheetMarks::new(imposition.geometry(), &layout, creases, ticket);
        let text_of = |_, _| String::new();
        let mut dump = Dump::new(&text_of);
        marks.draw_fixed(side, &mut dump);
        let lines = dump.finish();
        lines.lines().filter(|line| line.contains("dash")).map(str::to_owned).collect::<Vec<_>>()
    };
    let [front, back] =
        [Side::Front, Side::Back].map(|side| dashed(Flip::LongEdge, side, &creases));
    // In the lower margin stands the slug.
    let drawn = |fold_y: i32, torn: [i32; 2]| {
        let fold =
            |from: i32, to: i32| format!("line {from},{fold_y} {to},{fold_y} 0.1k100 dash 1.5/0.7");
        let tear = |x: i32| format!("line {x},7 {x},2 0.1k100 dash 0.3/0.3");
        let [left, right] = torn;
        [fold(7, 2), tear(left), fold(53, 58), fold(67, 62), tear(right), fold(113, 118)]
    };
    assert_eq!(front, drawn(10 + 25, [10 + 12, 70 + 12]));
    assert_eq!(back, drawn(35, [50 - 12, 110 - 12]));
    assert_eq!(dashed(Flip::ShortEdge, Side::Back, &creases), drawn(80 - 35, [22, 82]));
    assert!(dashed(Flip::LongEdge, Side::Front, &[]).is_empty());
}

#[test]
fn crop_marks_stay_outside_and_the_slug_in_the_margin() {
    // Above and below 11.5 - 5 mm are printable: marks from 3 to 6.5 mm. Left and right 10 mm:
    // full 5 mm. No gutter: nothing between the leaves but the cut at 225 mm, above and below.
    let expected = "\
line 12,11.5 7,11.5 0.1k100
line 12,308.5 7,308.5 0.1k100
line 15,8.5 15,5 0.1k100
line 15,311.5 15,315 0.1k100
line 225,8.5 225,5 0.1k100
line 225,311.5 225,315 0.1k100
line 435,8.5 435,5 0.1k100
line 435,311.5 435,315 0.1k100
line 438,11.5 443,11.5 0.1k100
line 438,308.5 443,308.5 0.1k100
21,313.7 4.8pt property-tax-2026　ロット 01-001　1/1 枚　表　property-tax 2026-04-01　令和8年4月6日
";
    assert_eq!(marks_of(&two_up(), Side::Front), expected);
    let back = expected.replace('表', "裏");
    assert_eq!(marks_of(&two_up(), Side::Back), back);
    // A sheet that is filled to its edge has room for neither.
    let full = Layout { sheet: mm(420, 297), origin: at(0, 0), ..two_up() };
    assert_eq!(marks_of(&full, Side::Front), "");
}

#[test]
fn registration_marks_stand_beside_the_cut_on_both_sides() {
    let wanted = Layout { registration_marks: true, ..two_up() };
    let marks = |side| {
        let all = marks_of(&wanted, side);
        all.lines().filter(|line| line.starts_with("area")).map(str::to_owned).collect::<Vec<_>>()
    };
    // Above and below between 5 and 11.5 mm; left and right between 5 and 15 mm, in the middle.
    assert_eq!(marks(Side::Front).len(), 6, "{:?}", marks(Side::Front));
    assert_eq!(marks(Side::Front), marks(Side::Back), "the sheet is turned about its middle");
    let full = Layout { sheet: mm(420, 297), origin: at(0, 0), ..wanted };
    assert_eq!(marks_of(&full, Side::Front), "", "no margin, no mark");
}

#[test]
fn the_fold_of_a_booklet_is_marked_in_the_margin() {
    let booklet = Layout { scheme: Scheme::Booklet, crop_marks: false, ..two_up() };
    let marks = marks_of(&booklet, Side::Front);
    let lines: Vec<&str> = marks.lines().filter(|line| line.starts_with("line")).collect();
    assert_eq!(lines.len(), 2, "{marks}");
    assert!(lines[0].starts_with("line 225,5 225,8.5"), "{marks}");
    assert!(lines[1].starts_with("line 225,311.5 225,315"), "{marks}");
}

/// Watches that crop marks keep their distance to slots and stay where the press prints.
struct Watch<'a>(&'a [Rect], Extent);

impl Canvas for Watch<'_> {
    fn layer(&mut self, _: u16, _: Point) {}
    fn text(&mut self, _: &TextRun<'_>) {}
    fn line(&mut self, from: Point, to: Point, _: Stroke) {
        let (x, y) = (from.x.min(to.x), from.y.min(to.y));
        let mark = Rect::new(x, y, from.x.max(to.x) - x, from.y.max(to.y) - y);
        let length = mark.width + mark.height;
        assert!(length >= Length::mm(2) && length <= Length::mm(5));
        for slot in self.0 {
            let gap = Length::mm(3);
            let apart = mark.right() <= slot.x - gap
                || mark.x >= slot.right() + gap
                || mark.bottom() <= slot.y - gap
                || mark.y >= slot.bottom() + gap;
            assert!(apart, "a crop mark comes too near to a slot");
        }
        let margin = Length::mm(5);
        let (width, height) = (self.1.width - margin * 2, self.1.height - margin * 2);
        assert!(Rect::new(margin, margin, width, height).contains(&mark), "the press prints it");
    }
    fn area(&mut self, _: Rect, _: Length, _: Option<Ink>, _: Option<Stroke>) {}
    fn image(&mut self, _: u16, _: Rect) {}
    fn cells(&mut self, _: &Cells<'_>) {}
}

/// A scheme with its work style and binding.
#[derive(Debug, Clone, Copy)]
struct Style(Scheme, WorkStyle, Binding);

impl Style {
    fn layout(self, columns: u16, rows: u16, depth: u32) -> Layout {
        let Self(scheme, work_style, binding) = self;
        let [columns, rows] = match (scheme, work_style) {
            (Scheme::Booklet, _) => [2, 1],
            (_, WorkStyle::WorkAndTurn) => [columns * 2, rows],
            (_, WorkStyle::WorkAndTumble) => [columns, rows * 2],
            (_, WorkStyle::Sheetwise) => [columns, rows],
        };
        Layout { work_style, binding, ..layout(scheme, columns, rows, Some(depth)) }
    }
}

fn schemes() -> impl Strategy<Value = Style> {
    let turned = [Scheme::NUp, Scheme::CutAndStack, Scheme::PerPiece, Scheme::StepAndRepeat];
    let work = [WorkStyle::Sheetwise, WorkStyle::WorkAndTurn, WorkStyle::WorkAndTumble];
    prop_oneof![
        (prop::sample::select(turned.to_vec()), prop::sample::select(work.to_vec()))
            .prop_map(|(scheme, work)| Style(scheme, work, Binding::Left)),
        Just(Style(Scheme::StackByColumn, WorkStyle::Sheetwise, Binding::Left)),
        prop::sample::select(vec![Binding::Left, Binding::Right]).prop_map(|binding| Style(
            Scheme::Booklet,
            WorkStyle::Sheetwise,
            binding
        )),
    ]
}

proptest! {
    #[test]
    fn crop_marks_never_touch_a_slot(
        columns in 1_u16..4, rows in 1_u16..4, gutter in 0_i32..25, border in 0_i32..20,
    ) {
        let leaf = mm(40, 30);
        let (c, r) = (i32::from(columns), i32::from(rows));
        let size = |n: i32, leaf: i32| n * leaf + (n - 1) * gutter + 2 * border;
        let layout = Layout {
            sheet: mm(size(c, 40), size(r, 30)), leaf, gutter: mm(gutter, gutter),
            origin: at(border, border), crop_marks: true,
            ..layout(Scheme::NUp, columns, rows, None)
        };
        let imposition = impose(&layout, &[1]);
        let slots: Vec<Rect> =
            (0..imposition.slots()).map(|s| imposition.geometry().rect(s, Side::Front)).collect();
        let ticket = Ticket { job: String::new(), lot: String::new(), form: String::new(),
            issued: String::new(), sheets: 1 };
        let creases = [(false, 10, true), (true, 13, false)];
        let creases = creases.map(|(down, at, perforation)| LeafCrease { down, at: Length::mm(at), perforation });
        SheetMarks::new(imposition.geometry(), &layout, &creases, ticket)
            .draw_fixed(Side::Front, &mut Watch(&slots, layout.sheet));
    }

    #[test]
    fn every_lot_is_a_bijection_that_the_guillotine_restores(
        leaves in prop_oneof![
            prop::collection::vec(1_u16..7, 0..120),
            (1_u16..6, 0_usize..200).prop_map(|(n, count)| vec![n; count]),
        ],
        columns in 1_u16..5, rows in 1_u16..4, depth in 6_u32..40, scheme in schemes(),
        swap: (usize, usize),
    ) {
        let layout = scheme.layout(columns, rows, depth);
        let imposition = impose(&layout, &leaves);
        let total: u32 = leaves.iter().map(|&n| u32::from(n)).sum();
        let all: Vec<LeafRef> = (0..).zip(&leaves)
            .flat_map(|(piece, &leaves)| (1..=leaves).map(move |leaf| LeafRef { piece, leaf, leaves }))
            .collect();

        let copies = if layout.scheme == Scheme::StepAndRepeat { imposition.slots() } else { 1 };

        // Slot by slot and walked it is the same, and every leaf is where it says.
        let mut seen = 0;
        let mut walk = imposition.walk(0..u32::MAX);
        let mut sheets_walked = 0;
        while let Some((sheet, slots)) = walk.next_sheet() {
            sheets_walked += 1;
            prop_assert!(slots.iter().any(Option::is_some), "no sheet is all blank");
            for (slot, leaf) in (0..).zip(slots) {
                prop_assert_eq!(*leaf, imposition.leaf_at(sheet, slot));
                if let Some(leaf) = leaf {
                    seen += 1;
                    if copies == 1 || slot == 0 {
                        let place = imposition.slot_of(leaf.piece, leaf.leaf);
                        prop_assert_eq!(place, Some((sheet, slot)));
                    }
                }
            }
        }
        prop_assert_eq!(seen, total * copies);
        prop_assert_eq!(sheets_walked, imposition.sheets());
        prop_assert_eq!(imposition.leaves(), total);

        // The guillotine's piles, laid on each other, are the leaves in piece order, copy after copy.
        let piles = imposition.cut();
        let copied: Vec<LeafRef> = (0..copies).flat_map(|_| all.iter().copied()).collect();
        prop_assert_eq!(piles.concat(), copied);
        let stacks = imposition.stacks();
        let guillotine = Guillotine::new(layout.arrangement(), &stacks, imposition.sheets());
        let leaf = |leaf: &LeafRef| Leaf { piece: leaf.piece, leaf: leaf.leaf };
        let printed = |(sheet, slot)| imposition.leaf_at(sheet, slot).as_ref().map(leaf);
        prop_assert_eq!(guillotine.follow(&all.iter().map(leaf), printed), Ok(()));
        if layout.scheme.cuts_stacks() || layout.scheme == Scheme::Booklet {
            // No piece crosses a pile's end.
            for pile in &piles {
                prop_assert_eq!(pile.first().map(|l| l.leaf), Some(1));
                prop_assert!(pile.last().is_some_and(|l| l.leaf == l.leaves));
            }
            prop_assert_eq!(stacks.iter().sum::<u32>(), imposition.sheets());
        }
        if layout.scheme.cuts_stacks() {
            prop_assert!(stacks.iter().all(|&d| d <= depth && d > 0));
        }

        // With equal pieces and a depth that they divide, blanks stand only in the last stack.
        let uniform = leaves.first().is_some_and(|&n| {
            leaves.iter().all(|&m| m == n) && depth.is_multiple_of(u32::from(n))
        });
        if layout.scheme == Scheme::CutAndStack && uniform {
            let last = stacks.last().copied().unwrap_or(0);
            for sheet in 0..imposition.sheets() - last {
                for slot in 0..imposition.slots() {
                    prop_assert!(imposition.leaf_at(sheet, slot).is_some());
                }
            }
        }

        // Two leaves that change places are noticed wherever they lie.
        if let (Some(a), Some(b)) = (all.get(swap.0 % all.len().max(1)), all.get(swap.1 % all.len().max(1)))
            && a != b
        {
            let swapped = |cell| printed(cell).map(|found| match found {
                found if found == leaf(a) => leaf(b),
                found if found == leaf(b) => leaf(a),
                found => found,
            });
            prop_assert!(guillotine.follow(&all.iter().map(leaf), swapped).is_err());
        }

        // A back lies behind its front and is of the same leaf; only the page differs.
        for slot in 0..imposition.slots() {
            let [front, back] = [Side::Front, Side::Back].map(|side| imposition.place(0, slot, side));
            prop_assert_ne!(front.page, back.page);
            prop_assert_eq!(front.page == Side::Back, layout.arrangement().is_face_down(slot));
        }

        // A chunk walked from the middle sees what the whole walk sees.
        let middle = imposition.sheets().midpoint(0);
        let mut walk = imposition.walk(middle..imposition.sheets());
        while let Some((sheet, slots)) = walk.next_sheet() {
            for (slot, leaf) in (0..).zip(slots) {
                prop_assert_eq!(*leaf, imposition.leaf_at(sheet, slot));
            }
        }

        // What plan asks: sheets, and how many pieces fit.
        let pieces: Vec<Piece> = (0..).zip(&leaves)
            .map(|(record, &leaves)| Piece { record, leaves, amount: Yen(0) }).collect();
        prop_assert_eq!(sheets(&layout, &pieces), Some(imposition.sheets()));
        for limit in [1, depth.midpoint(0), depth, depth + 3, 3 * depth] {
            let fits = fit(&layout, &pieces, limit);
            prop_assert!(sheets(&layout, &pieces[..fits]).is_some_and(|n| n <= limit));
            if let Some(more) = pieces.get(..=fits) {
                prop_assert!(sheets(&layout, more).is_none_or(|n| n > limit));
            }
        }
    }
}
