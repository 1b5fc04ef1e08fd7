//! Where rows and bands stand, table by table.

use super::*;
use crate::form::Group;
use crate::measure::Rect;
use crate::model::{Field, FieldKind, Record, Schema};
use crate::render::tests::text_box;
use proptest::prelude::*;

fn of_height(height: i32) -> Option<Band> {
    let height = Length::um(height);
    (height > Length::ZERO).then_some(Band {
        height,
        cells: Vec::new(),
        fill: None,
        dividers: Vec::new(),
    })
}

/// The heights of bands (0: there is none), and what else a table has.
#[derive(Debug, Clone, Copy)]
struct Shape {
    grouped: bool,
    keep: bool,
    attach: bool,
    heading: i32,
    heading_more: i32,
    subtotal: i32,
    total: i32,
    page_total: i32,
    end: i32,
}

const PLAIN: Shape = Shape {
    grouped: true,
    keep: false,
    attach: false,
    heading: 8,
    heading_more: 0,
    subtotal: 7,
    total: 0,
    page_total: 0,
    end: 0,
};

/// A table of `blocks` blocks of `rows` rows, 10 µm each.
fn table(rows: u16, blocks: u16, shape: Shape) -> Table {
    let group = Group {
        by: 0,
        heading: of_height(shape.heading),
        heading_more: of_height(shape.heading_more),
        subtotal: of_height(shape.subtotal),
    };
    let text = text_box([0, 0, 9, 9], crate::form::Text::Static(String::new()));
    let bands = Bands {
        group: shape.grouped.then_some(group),
        keep: shape.keep,
        total: of_height(shape.total),
        page_total: of_height(shape.page_total),
        end: of_height(shape.end),
        attach: shape.attach.then_some(text),
        lines: None,
    };
    Table {
        name: "t".into(),
        rect: Rect::default(),
        rows_when: None,
        row_height: Length::um(10),
        rows,
        blocks,
        block_step: Length::ZERO,
        columns: Vec::new(),
        zebra: None,
        row_rule: None,
        bands: Some(Box::new(bands)),
    }
}

/// Lays out rows whose groups have the given sizes.
fn lay_out(seats: &Seats<'_>, groups: &[usize]) -> (Result<u16, u32>, Layout) {
    let mut record = Record::default();
    for (n, size) in groups.iter().enumerate() {
        (0..*size).for_each(|_| record.rows.push(&n.to_string()));
    }
    let field = Field {
        id: "kind".into(),
        ja: "区分".into(),
        kind: FieldKind::Text { max: 9 },
        required: true,
        unique: false,
        sample: None,
    };
    let schema = Schema { fields: Vec::new(), key: 0, rows: vec![field] };
    let notice = Notice::read(&schema, &record, |cell, fault| panic!("{cell:?} {fault:?}"));
    let mut layout = Layout::default();
    layout.rows.extend((0..).take(notice.row_count()));
    (seats.place(&notice, &mut layout), layout)
}

/// The slots as text: `leaf.seat:` before each seat, `#` rows, `(` `<` `)` headings and
/// subtotals, `p` `T` `e` the rest.
fn shown(layout: &Layout) -> String {
    let mut out = String::new();
    let mut at = (0, 0);
    for slot in &layout.slots {
        if at != (slot.leaf, slot.seat) {
            at = (slot.leaf, slot.seat);
            out += &format!(" {}.{}:", slot.leaf, slot.seat);
        }
        out.push(match slot.kind {
            SlotKind::Row => '#',
            SlotKind::Heading => '(',
            SlotKind::HeadingMore => '<',
            SlotKind::Subtotal => ')',
            SlotKind::PageTotal => 'p',
            SlotKind::Total => 'T',
            SlotKind::End => 'e',
        });
    }
    out.trim_start().to_owned()
}

#[track_caller]
fn case(shape: Shape, groups: &[usize], expected: &str) {
    let (first, more) = (table(5, 1, shape), table(4, 2, shape));
    let mut seats = Seats::default();
    seats.add(&first, true);
    seats.add(&more, false);
    let (leaves, layout) = lay_out(&seats, groups);
    assert_eq!(shown(&layout), expected, "{leaves:?}");
}

#[test]
fn headings_and_subtotals_stay_with_their_rows() {
    case(PLAIN, &[], "");
    case(PLAIN, &[3], "1.0:(###)");
    case(PLAIN, &[1, 1], "1.0:(#)(#)");
    case(PLAIN, &[2, 2], "1.0:(##) 2.0:(##)");
    case(PLAIN, &[4], "1.0:(### 2.0:#)");
    case(PLAIN, &[1, 1, 6], "1.0:(#)(#) 2.0:(### 2.1:###)");
    let more = Shape { heading_more: 5, ..PLAIN };
    case(more, &[8], "1.0:(#### 2.0:<### 2.1:<#)");
    let ungrouped = Shape { grouped: false, ..PLAIN };
    case(ungrouped, &[2, 5], "1.0:##### 2.0:##");
}

#[test]
fn a_group_that_fits_a_block_is_kept_together() {
    let keep = Shape { keep: true, ..PLAIN };
    case(keep, &[2, 2], "1.0:(##) 2.0:(##)");
    case(keep, &[1, 2, 1], "1.0:(#) 2.0:(##) 2.1:(#)");
    case(keep, &[1, 3], "1.0:(#)(# 2.0:##)");
    case(keep, &[9], "1.0:(#### 2.0:#### 2.1:#)");
}

#[test]
fn totals_stand_after_the_last_row_and_the_end_where_room_is_left() {
    let total = Shape { total: 10, end: 10, ..PLAIN };
    case(total, &[], "1.0:Te");
    case(total, &[2], "1.0:(##)T");
    case(total, &[1], "1.0:(#)Te");
    case(total, &[3], "1.0:(## 2.0:#)Te");
    let page = Shape { page_total: 10, total: 10, ..PLAIN };
    case(page, &[1], "1.0:(#)pT");
    case(page, &[2, 9], "1.0:(##)p 2.0:(### 2.1:###p 3.0:## 3.1:#)pT");
}

#[test]
fn rows_that_do_not_fit_the_first_leaf_are_attached() {
    let attach = Shape { attach: true, grouped: false, ..PLAIN };
    case(attach, &[5], "1.0:#####");
    case(attach, &[6], "2.0:#### 2.1:##");
}

/// What holds of any layout, whatever the form and the rows.
fn judge(seats: &Seats<'_>, groups: &[usize], leaves: u16, layout: &Layout) {
    let rows: usize = groups.iter().sum();
    let slots = &layout.slots;
    let of = |kind| slots.iter().filter(move |slot| slot.kind == kind);
    let printed: Vec<u32> = of(SlotKind::Row).map(|slot| slot.start).collect();
    assert_eq!(printed, (0..count(rows)).collect::<Vec<_>>(), "every row once, in order");
    assert!(slots.is_sorted_by_key(|slot| (slot.leaf, slot.seat, slot.y)));
    let seat = |slot: &Slot| seats.on(slot.leaf)[slot.seat];
    for slot in slots {
        assert!(slot.y + slot.height <= seat_height(&seat(slot)), "{slot:?}");
        assert_eq!(slot.height, height(&seat(slot), slot.kind));
    }
    for pair in slots.windows(2).filter(|pair| place(&pair[0]) == place(&pair[1])) {
        assert!(pair[0].y + pair[0].height == pair[1].y, "{pair:?}");
    }
    for leaf in 2..=leaves {
        assert!(of(SlotKind::Row).any(|slot| slot.leaf == leaf), "leaf {leaf} is empty");
    }
    let last = of(SlotKind::Row).next_back();
    let table = seats.first[0].table;
    for (kind, most) in [(SlotKind::Total, 1), (SlotKind::End, 1)] {
        let found: Vec<&Slot> = of(kind).collect();
        assert!(
            found.len() <= most
                && (kind == SlotKind::End
                    || found.len() == usize::from(band(table, kind).is_some()))
        );
        assert!(found.iter().all(|slot| last.is_none_or(|last| place(last) == place(slot))));
    }
    if band(table, SlotKind::PageTotal).is_some() {
        let mut totals = of(SlotKind::PageTotal);
        let mut start = 0;
        for leaf in 1..=leaves {
            let here = of(SlotKind::Row).filter(|slot| slot.leaf == leaf).count();
            if here > 0 {
                let total = totals.next().expect("a page with rows has its total");
                assert_eq!(
                    (total.leaf, total.start, total.end),
                    (leaf, start, start + count(here))
                );
                start += count(here);
            }
        }
        assert!(totals.next().is_none());
    }
}

fn place(slot: &Slot) -> (u16, usize) {
    (slot.leaf, slot.seat)
}

/// What holds of groups: each with its heading and subtotal, whole where it can be.
fn judge_groups(seats: &Seats<'_>, groups: &[usize], layout: &Layout) {
    let slots = &layout.slots;
    let table = seats.first[0].table;
    let at = |row: u32| {
        slots
            .iter()
            .position(|slot| slot.kind == SlotKind::Row && slot.start == row)
            .expect("a row")
    };
    let Some(group) = &table.bands.as_ref().expect("bands").group else { return };
    let mut start = 0;
    for (n, size) in groups.iter().enumerate() {
        let end = start + count(*size);
        let (first, last) = (at(start), at(end - 1));
        let span = (start, end);
        if group.heading.is_some() {
            let heading = slots[first - 1];
            assert_eq!((heading.kind, place(&heading)), (SlotKind::Heading, place(&slots[first])));
            assert_eq!((heading.start, heading.end), span);
        }
        if group.subtotal.is_some() {
            let subtotal = slots[last + 1];
            assert_eq!(
                (subtotal.kind, place(&subtotal)),
                (SlotKind::Subtotal, place(&slots[last]))
            );
            assert_eq!((subtotal.start, subtotal.end), span);
        }
        if group.heading_more.is_some() {
            let tops = (start + 1..end).map(at).filter(|&row| slots[row].y == Length::ZERO);
            assert_eq!(tops.count(), 0, "a block in which a group goes on starts with a heading");
        }
        let is_last = n + 1 == groups.len();
        let needed = |seat: &Seat<'_>| {
            height(seat, SlotKind::Heading)
                + height(seat, SlotKind::Subtotal)
                + seat.table.row_height * i32::from(u16::try_from(*size).expect("few"))
                + if is_last { totals(seat) } else { Length::ZERO }
        };
        let fits = seats.more.iter().any(|seat| needed(seat) <= room(seat, is_last));
        if table.bands.as_ref().expect("bands").keep && fits {
            assert_eq!(place(&slots[first]), place(&slots[last]), "group {n} is divided");
        }
        start = end;
    }
}

fn shape() -> impl Strategy<Value = Shape> {
    let flags = (any::<bool>(), any::<bool>(), any::<bool>());
    let height = || prop_oneof![Just(0), 5..15];
    (flags, height(), height(), height(), height(), height(), height()).prop_map(
        |((grouped, keep, attach), heading, heading_more, subtotal, total, page_total, end)| {
            Shape { grouped, keep, attach, heading, heading_more, subtotal, total, page_total, end }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_row_stands_once_and_in_order(
        shape in shape(),
        groups in proptest::collection::vec(1_usize..9, 0..12),
        (first, second, more) in (7_u16..14, 7_u16..14, 7_u16..14),
        blocks in 1_u16..3,
    ) {
        let tables = [table(first, 1, shape), table(second, blocks, shape), table(more, blocks, shape)];
        let mut seats = Seats::default();
        seats.add(&tables[0], true);
        seats.add(&tables[2], false);
        let (leaves, layout) = lay_out(&seats, &groups);
        let leaves = leaves.expect("continuation leaves hold any number");
        judge(&seats, &groups, leaves, &layout);
        judge_groups(&seats, &groups, &layout);
        // With two tables on each leaf pages are told apart by their tables.
        seats.add(&tables[1], true);
        seats.add(&tables[1], false);
        if shape.page_total == 0 {
            let (leaves, layout) = lay_out(&seats, &groups);
            judge(&seats, &groups, leaves.expect("as before"), &layout);
            judge_groups(&seats, &groups, &layout);
        }
        let on_first = layout.slots.iter().any(|slot| slot.leaf == 1 && slot.kind == SlotKind::Row);
        prop_assert_eq!(layout.attached, shape.attach && leaves > 1);
        prop_assert!(!(layout.attached && on_first));
    }

    #[test]
    fn a_table_that_does_not_go_on_tells_how_much_it_holds(
        shape in shape(),
        groups in proptest::collection::vec(1_usize..9, 0..9),
    ) {
        let shape = Shape { attach: false, ..shape };
        let table = table(8, 2, shape);
        let mut seats = Seats::default();
        seats.add(&table, true);
        let (leaves, layout) = lay_out(&seats, &groups);
        match leaves {
            Ok(leaves) => judge(&seats, &groups, leaves, &layout),
            Err(placed) => prop_assert!((placed as usize) < groups.iter().sum::<usize>()),
        }
    }
}
