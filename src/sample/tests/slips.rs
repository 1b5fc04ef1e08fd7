//! Payment codes and vehicles: codes read back, say what their fields say, and name one case a payment.

use super::{YEN, bad, choice, field, form, made, records, text};
use crate::barcode::el_qr::Payload;
use crate::barcode::store::StoreCode;
use crate::calendar::{Date, is_business_day};
use crate::form::Form;
use crate::model::{FieldKind, Notice, Value};
use std::collections::BTreeSet;

const fn digits(length: u32) -> FieldKind {
    FieldKind::Digits { min: length, max: length }
}

/// Two instalments of a tax, and the day until which each can be paid.
fn slips() -> Form {
    let store = |n: u32| {
        format!(
            "if(debit, empty, store_code(issuer=912345, amount=part_{n}, due=limit_{n}, tax=3, period={n}))"
        )
    };
    let el_qr = |n: u32| {
        format!(
            "el_qr(amount=part_{n}, due=due_{n}, limit=limit_{n}, tax=003, period={n}, office=7)"
        )
    };
    let fields = vec![
        field("notice_no", digits(10), true, ""),
        field("name", text(60), true, "name"),
        field("debit", FieldKind::Flag, true, "debit(30)"),
        field("total", YEN, true, "yen(100000..1500000, round=1000, zero=5)"),
        field("part_1", YEN, true, "instalment(1/2, total)"),
        field("part_2", YEN, true, "instalment(2/2, total)"),
        field("due_1", FieldKind::Date, true, "due(6)"),
        field("due_2", FieldKind::Date, true, "due(10)"),
        field("limit_1", FieldKind::Date, true, "after(due_1, 40, open)"),
        field("limit_2", FieldKind::Date, true, "after(due_2, 10, business, iso)"),
        field("store_1", digits(44), false, &store(1)),
        field("store_2", digits(44), false, &store(2)),
        field("el_qr_1", digits(255), false, &el_qr(1)),
        field("el_qr_2", digits(255), false, &el_qr(2)),
        field("line_2", digits(44), false, "of_el_qr(el_qr_2, line_2)"),
        field("number", digits(20), false, "of_el_qr(el_qr_2, number)"),
    ];
    form(fields, Vec::new(), Vec::new())
}

#[test]
fn codes_read_back_and_say_what_their_fields_say() {
    let form = slips();
    let (master, detail, _) = made(&form, |options| {
        options.records = 800;
        options.hard_percent = 30;
    });
    let all = records(&form, &master, &detail);
    let (mut cases, mut free_fields) = (BTreeSet::new(), BTreeSet::new());
    let (mut without_store, mut without_any) = (0, 0);
    for record in &all {
        let notice =
            Notice::read(&form.schema, record, |cell, fault| panic!("{cell:?}: {fault:?}"));
        let number = |n| u64::try_from(notice.field(n).number().expect("an amount")).expect("yen");
        let day = |n| match notice.field(n) {
            Value::Date(day) => day,
            other => panic!("{other:?}"),
        };
        for n in [0, 1] {
            let (amount, code) = (number(4 + n), notice.field(12 + n).text());
            let store = notice.field(10 + n).text();
            let taken = (1..=300_000).contains(&amount) && notice.field(2) == Value::Flag(false);
            assert_eq!(!store.is_empty(), taken, "{amount}");
            assert_eq!(!code.is_empty(), amount > 0);
            without_store += usize::from(amount > 300_000);
            if amount == 0 {
                without_any += 1;
                continue;
            }
            let payload = Payload::parse(code).expect("a payload");
            assert_eq!(payload.agrees(amount, Some(day(8 + n))), Ok(()));
            assert_eq!(payload.period(), ["01", "02"][usize::from(n)]);
            let numbers = payload.el_number();
            assert_eq!((numbers.agency, numbers.category), ("98205", "003"));
            assert!(cases.insert(numbers.number.to_owned()), "{} again", numbers.number);
            if taken {
                let store = StoreCode::parse(store).expect("a code");
                assert_eq!((store.amount(), store.due()), (amount, Ok(Some(day(8 + n)))));
                let line = store.line_1();
                let free = std::str::from_utf8(&line[11..32]).expect("digits");
                assert_eq!(free, format!("98205{}0", &numbers.number[5..]));
                assert!(free_fields.insert(free.to_owned()), "{free} again");
            }
        }
        if !notice.field(13).text().is_empty() {
            let payload = Payload::parse(notice.field(13).text()).expect("a payload");
            assert_eq!(notice.field(14).text(), payload.line_2());
            assert_eq!(notice.field(15).text(), payload.el_number().number);
        }
    }
    assert!(without_store > 50 && without_any > 20, "{without_store} {without_any}");
}

#[test]
fn last_days_are_counted_from_another_day() {
    let form = slips();
    let (master, detail, _) = made(&form, |options| options.records = 1);
    let record = &records(&form, &master, &detail)[0];
    // 40 days after 30 June is Sunday, 9 August.
    assert_eq!((record.field(6), record.field(8)), ("20260630", "20260810"));
    assert!(is_business_day(Date::constant(2026, 8, 10)));
    // From 2026-11-02 over 3 November (文化の日) and two weekends.
    assert_eq!((record.field(7), record.field(9)), ("20261102", "2026-11-17"));
}

#[test]
fn vehicles_have_plates_of_their_own() {
    let kinds = ["乗用", "貨物", "軽二輪", "原付"];
    let plate = "by(kind, 乗用=plate(霞原), 貨物=plate(霞原, truck), 軽二輪=plate(霞原, light), \
        else=plate(tenant, plain))";
    let fields = vec![
        field("no", digits(6), true, ""),
        field("name", text(60), true, "name"),
        field("kind", choice(&kinds), true, ""),
        field("plate", text(20), true, plate),
        field("chassis", text(20), true, "chassis"),
    ];
    let form = form(fields, Vec::new(), Vec::new());
    let (master, detail, _) = made(&form, |options| options.records = 20_000);
    let all = records(&form, &master, &detail);
    let (mut plates, mut chassis) = (BTreeSet::new(), BTreeSet::new());
    for record in &all {
        let plate = record.field(3);
        let (start, parts) = match record.field(2) {
            "乗用" => ("霞原 58", 4),
            "貨物" => ("霞原 48", 4),
            "軽二輪" => ("1霞原 ", 3),
            _ => ("霞ヶ原市 ", 3),
        };
        assert!(plate.starts_with(start), "{plate}");
        assert_eq!(plate.split(' ').count(), parts, "{plate}");
        let last = plate.rsplit(' ').next().expect("a number");
        assert!(matches!(last.chars().count(), 4 | 5) && !last.starts_with('0'), "{plate}");
        assert!(plates.insert(plate.to_owned()), "{plate} again");
        assert!(chassis.insert(record.field(4).to_owned()), "{} again", record.field(4));
    }
    assert!(plates.iter().any(|plate| plate.contains('・')));
}

#[test]
fn hints_of_slips_are_checked() {
    for hint in [
        "store_code(amount=total)",
        "store_code(issuer=91234, amount=total)",
        "store_code(issuer=912345)",
        "store_code(issuer=912345, amount=debit)",
        "store_code(issuer=912345, amount=part_1, due=part_2)",
        "store_code(issuer=912345, amount=part_1, max=1000000)",
        "store_code(issuer=912345, amount=part_1, tax=1234)",
        "store_code(issuer=912345, amount=part_1, period=第1期)",
        "el_qr(amount=part_1)",
        "el_qr(amount=part_1, due=due_1, office=１)",
        "of_el_qr(notice_no, amount)",
        "plate(霞原, train)",
        "after(due_1, many)",
        "after(due_1, 1000)",
        "after(due_1, 1, closed)",
    ] {
        bad(hint, "E393");
    }
    bad("store_code(issuer=912345, amount=due)", "E394");
    bad("el_qr(part_1)", "E392");
    bad("plate(霞原, car, truck)", "E392");
}
