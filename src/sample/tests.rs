//! What generated input promises: it reads back, satisfies its form's checks, has the hard cases,
//! and is the same bytes everywhere.

mod slips;

use super::{Error, Made, Options, generate};
use crate::calendar::Date;
use crate::digest::Digest;
use crate::form::{Align, Check, Fit, Form, Templates, Text, TextBox, VAlign};
use crate::measure::{Extent, Length, Rect, TypeSize};
use crate::model::job::Encoding;
use crate::model::{CheckDigit, Field, FieldKind, Notice, Record, Schema, Tenant, Value};
use crate::page::Ink;
use std::collections::BTreeMap;

fn tenant() -> Tenant {
    let text = r#"
        code = "982059"
        name = "霞ヶ原市"
        kana = "かすみがはらし"
        prefecture = "北潮県"
        population = 92184
        [mayor]
        title = "霞ヶ原市長"
        name = "朝比奈　修一"
        [former]
        1 = "旧霞ヶ原市"
        2 = "旧沢渡町"
    "#;
    toml::from_str(text).expect("a whole tenant")
}

fn field(id: &str, kind: FieldKind, required: bool, sample: &str) -> Field {
    let sample = (!sample.is_empty()).then(|| sample.to_owned());
    Field { id: id.into(), ja: format!("項目{id}"), kind, required, unique: false, sample }
}

const YEN: FieldKind = FieldKind::Yen { min: 0, max: 99_999_999_999, step: 1 };

fn text(max: u32) -> FieldKind {
    FieldKind::Text { max }
}

fn choice(of: &[&str]) -> FieldKind {
    FieldKind::Choice(of.iter().map(|text| (*text).to_owned()).collect())
}

/// A form of nothing but fields and checks.
fn form(fields: Vec<Field>, rows: Vec<Field>, checks: Vec<Check>) -> Form {
    let mark = TextBox {
        rect: Rect::default(),
        text: Text::Static(String::new()),
        role: "mark".into(),
        size: TypeSize::pt(6),
        leading: 100,
        align: Align::Left,
        valign: VAlign::Top,
        fit: Fit { squeeze: 100, size_min: TypeSize::pt(6), lines: 1 },
        ink: Ink::BLACK,
        ..TextBox::default()
    };
    let name = fields.iter().position(|f| f.id == "name").expect("a name");
    let amount = fields.iter().position(|f| f.id == "total");
    Form {
        id: "test".into(),
        title: "試験".into(),
        edition: Date::constant(2026, 4, 1),
        digest: Digest::of(b""),
        leaf: Extent::default(),
        duplex: false,
        stock: String::new(),
        envelope: None,
        safe_margin: Length::ZERO,
        schema: Schema { fields, key: 0, rows },
        amount: amount.map(|n| u16::try_from(n).expect("few fields")),
        name: u16::try_from(name).expect("few fields"),
        checks,
        faces: Vec::new(),
        mark_back: mark.clone(),
        mark,
        slips: Vec::new(),
        readings: Vec::new(),
        images: Vec::new(),
        summed: Vec::new(),
        templates: Templates::default(),
    }
}

/// A tax notice: what hints leave open follows from the checks.
fn tax() -> Form {
    let digits = FieldKind::Digits { min: 10, max: 10 };
    let fields = vec![
        field("notice_no", digits, true, ""),
        field("name", text(60), true, "name(corporate=10, foreign=5)"),
        field("honorific", text(4), false, ""),
        field("postcode", FieldKind::Postcode, true, ""),
        field("address", text(100), true, "address"),
        field("extra", text(80), false, "extra(30)"),
        field("debit", FieldKind::Flag, true, "debit(40)"),
        field("bank", text(40), false, "if(debit, bank)"),
        field("base", YEN, true, ""),
        field("calculated", YEN, true, "rate(base, 17/1000, keep)"),
        field("exempt", YEN, true, "when_zero(copy(calculated))"),
        field("total", YEN, true, "sum(calculated, -exempt, round=100)"),
        field("part_1", YEN, true, ""),
        field("part_2", YEN, true, ""),
        field("part_3", YEN, true, ""),
        field("part_4", YEN, true, ""),
        field("due_1", FieldKind::Date, true, ""),
        field("due_2", FieldKind::Date, true, "due(7)"),
        field("due_3", FieldKind::Date, true, "due(12)"),
        field("due_4", FieldKind::Date, true, "due(2)"),
        field("co_owners", FieldKind::Int { min: 1, max: 99, step: 1 }, false, "co_owners(10)"),
    ];
    let area = FieldKind::Decimal { scale: 2 };
    let rows = vec![
        field("kind", choice(&["土地", "家屋"]), true, "pick(土地=60, 家屋=40)"),
        field("place", text(60), true, "location"),
        field("house_no", text(20), false, "by(kind, 家屋=house_no)"),
        field("area", area, true, "decimal(20.00..900.00)"),
        field("value", YEN, true, "rate(area, 30000/1, keep)"),
        field("base", YEN, true, "rate(value, 2/3, keep)"),
    ];
    let checks = vec![
        Check::RowsSum { term: 5, when: None, floor: 1, equals: 8 },
        Check::Sum { terms: vec![12, 13, 14, 15], less: Vec::new(), floor: 1, equals: 11 },
        Check::Ascending { fields: vec![16, 17, 18, 19] },
        Check::Honorific { name: 1, honorific: Some(2) },
        Check::RequiredWhen { field: 6, is: "1".into(), required: vec![7] },
    ];
    form(fields, rows, checks)
}

fn made(form: &Form, change: impl FnOnce(&mut Options)) -> (Vec<u8>, Vec<u8>, Made) {
    let mut options = Options::new(&tenant(), 2026, Date::constant(2026, 4, 6));
    change(&mut options);
    let (mut master, mut detail) = (Vec::new(), Vec::new());
    let made = generate(form, &options, &mut master, Some(&mut detail)).expect("good hints");
    (master, detail, made)
}

/// The records of the two files, joined.
fn records(form: &Form, master: &[u8], detail: &[u8]) -> Vec<Record> {
    let mut rows: BTreeMap<String, Vec<csv::StringRecord>> = BTreeMap::new();
    if !form.schema.rows.is_empty() {
        for row in csv::Reader::from_reader(detail).into_records() {
            let row = row.expect("a whole row");
            rows.entry(row[0].to_owned()).or_default().push(row);
        }
    }
    let read = csv::Reader::from_reader(master).into_records();
    (1..)
        .zip(read)
        .map(|(number, row)| {
            let row = row.expect("a whole row");
            let mut record = Record { number, ..Record::default() };
            row.iter().for_each(|cell| record.fields.push(cell));
            for row in rows.get(&row[0]).into_iter().flatten() {
                row.iter().skip(1).for_each(|cell| record.rows.push(cell));
            }
            record
        })
        .collect()
}

#[test]
fn notices_satisfy_their_checks() {
    let form = tax();
    let (master, detail, made) = made(&form, |options| {
        options.records = 1500;
        options.hard_percent = 40;
    });
    let records = records(&form, &master, &detail);
    let (mut rows, mut amount) = (0, 0);
    for record in &records {
        let notice = Notice::read(&form.schema, record, |cell, fault| {
            panic!("record {} {cell:?}: {fault:?}", record.number);
        });
        let number = |n| notice.field(n).number().unwrap_or(0);
        let parts: i64 = (12..16).map(number).sum();
        assert_eq!(parts, number(11), "instalments of record {}", record.number);
        assert!((13..16).all(|n| number(n) % 1000 == 0));
        let base: i64 =
            (0..notice.row_count()).filter_map(|row| notice.row_field(row, 5).number()).sum();
        assert_eq!(base, number(8), "rows of record {}", record.number);
        let dates: Vec<_> = (16..20).map(|n| notice.field(n)).collect();
        let expected = [(2026, 4, 30), (2026, 7, 31), (2027, 1, 4), (2027, 3, 1)]
            .map(|(year, month, day)| Value::Date(Date::constant(year, month, day)));
        assert_eq!(dates, expected);
        assert!(!notice.field(7).is_empty() || notice.field(6) == Value::Flag(false));
        for (index, field) in (0..).zip(&form.schema.fields) {
            assert!(!field.required || !notice.field(index).is_empty(), "{}", field.id);
        }
        rows += notice.row_count() as u64;
        amount += number(11);
    }
    assert_eq!((made.records, made.rows, made.amount.0), (1500, rows, amount));
}

#[test]
fn hard_cases_are_there() {
    let form = tax();
    let (master, detail, _) = made(&form, |options| {
        options.records = 300;
        options.hard_percent = 20;
    });
    let all = records(&form, &master, &detail);
    let any = |test: &dyn Fn(&Record) -> bool| assert!(all.iter().any(test));
    any(&|r| r.field(1).contains(['髙', '﨑', '濵', '德', '邉', '齋']));
    any(&|r| r.field(1).contains("葛\u{E0100}"));
    any(&|r| r.field(1).is_ascii() && (50..=60).contains(&r.field(1).len()));
    any(&|r| r.field(1).contains(['ễ', 'Đ', '김', '박', '晓', '华', '冠', 'ñ', 'Ł', 'ç', 'ố']));
    any(&|r| r.field(1).contains("法人") && r.field(2) == "御中");
    any(&|r| r.field(5).chars().count() > 45);
    any(&|r| r.field(20) == "14");
    any(&|r| r.field(11) == "0" && r.field(8) != "0");
    any(&|r| r.row_count(&form.schema) == 60);
    any(&|r| !r.field(3).starts_with("977") && r.field(4).contains(['県', '都', '府', '道']));
}

#[test]
fn rows_are_spread_as_property_rows_are() {
    let form = tax();
    let (master, detail, made) = made(&form, |options| {
        options.records = 4000;
        options.hard_percent = 0;
    });
    let mut counts: Vec<usize> = records(&form, &master, &detail)
        .iter()
        .map(|record| record.row_count(&form.schema))
        .collect();
    counts.sort_unstable();
    assert!((3..=4).contains(&counts[2000]), "median {}", counts[2000]);
    assert!((5 * 4000..6 * 4000).contains(&made.rows), "mean {}/4000", made.rows);
    assert!((40..=60).contains(counts.last().expect("records")));
}

#[test]
fn households_share_what_they_share() {
    let fields = vec![
        field("id", FieldKind::Digits { min: 8, max: 8 }, true, "serial(start=5, step=3)"),
        field("name", text(60), true, "member_name"),
        field("head", text(60), true, "name(corporate=0)"),
        field("household", FieldKind::Digits { min: 6, max: 6 }, true, "household_no"),
        field("branch", FieldKind::Digits { min: 2, max: 2 }, true, "member_number"),
        field("insurer", FieldKind::Digits { min: 8, max: 8 }, true, ""),
        field("birth", FieldKind::Date, true, "member_birth(era)"),
        field("since", FieldKind::Date, true, "between(birth, 2026-03-31)"),
        field("share", choice(&["２割", "３割"]), false, "if_age(birth, 70..74, pick(２割, ３割))"),
    ];
    let check = Check::CheckDigit { field: 5, algorithm: "insurer".into() };
    let form = form(fields, Vec::new(), vec![check]);
    let (master, detail, _) = made(&form, |options| options.records = 400);
    assert!(detail.is_empty());
    let all = records(&form, &master, &detail);
    assert_eq!((all[0].field(0), all[1].field(0)), ("00000005", "00000008"));
    let mut larger = 0;
    for pair in all.windows(2) {
        assert_eq!(pair[0].field(3) == pair[1].field(3), pair[1].field(4) != "01");
        if pair[1].field(4) != "01" {
            assert_eq!(pair[0].field(2), pair[1].field(2));
            larger += 1;
        }
    }
    assert!(larger > 100, "{larger}");
    assert!(all.iter().all(|r| CheckDigit::Insurer.holds(r.field(5))));
    assert!(all.iter().any(|r| !r.field(8).is_empty()));
    for record in &all {
        Notice::read(&form.schema, record, |cell, fault| panic!("{cell:?}: {fault:?}"));
    }
}

#[test]
fn items_make_a_payslip() {
    let items = "items('支給/給料 100% 180000..450000', '支給/扶養手当 40% 6500..30000', \
        '勤怠/出勤日数 100% 18..22 日', '控除/所得税 100% 1000..30000')";
    let fields = vec![
        field("no", FieldKind::Digits { min: 6, max: 6 }, true, ""),
        field("name", text(60), true, "name(corporate=0, foreign=0)"),
        field("gross", YEN, true, ""),
        field("deducted", YEN, true, ""),
        field("net", YEN, true, ""),
        field("transfer_1", YEN, true, ""),
        field("transfer_2", YEN, true, "often(30, yen(10000..50000, round=1000))"),
    ];
    let rows = vec![
        field("kind", choice(&["支給", "勤怠", "控除"]), true, "item_group"),
        field("label", text(20), true, items),
        field("amount", YEN, false, "item_yen"),
        field("quantity", text(12), false, "item_text"),
    ];
    let when = |text: &str| Some((0, text.to_owned()));
    let checks = vec![
        Check::RowsSum { term: 2, when: when("支給"), floor: 1, equals: 2 },
        Check::RowsSum { term: 2, when: when("控除"), floor: 1, equals: 3 },
        Check::Sum { terms: vec![4, 3], less: Vec::new(), floor: 1, equals: 2 },
        Check::Sum { terms: vec![5, 6], less: Vec::new(), floor: 1, equals: 4 },
    ];
    let form = form(fields, rows, checks);
    let (master, detail, _) = made(&form, |options| options.records = 300);
    let detail_text = String::from_utf8(detail.clone()).expect("UTF-8");
    assert!(detail_text.contains(",勤怠,出勤日数,,2"), "{detail_text}");
    for record in records(&form, &master, &detail) {
        let notice =
            Notice::read(&form.schema, &record, |cell, fault| panic!("{cell:?}: {fault:?}"));
        let number = |n| notice.field(n).number().expect("a number");
        assert_eq!(number(4), number(2) - number(3));
        assert_eq!(number(5) + number(6), number(4));
        assert!((3..=4).contains(&notice.row_count()));
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes_everywhere() {
    let form = tax();
    let (master, detail, _) = made(&form, |_| {});
    assert_eq!(made(&form, |_| {}).0, master);
    assert_ne!(made(&form, |options| options.seed = 2).0, master);
    let digest = Digest::of_parts(&[&master, &detail]).to_string();
    assert_eq!(digest, "014ca1cf922098fd3d3bb613c63bba8c320f06349704ae6288829330aebb9667");
}

#[test]
fn code_page_932_and_a_trailer() {
    let form = tax();
    let (master, _, made) = made(&form, |options| {
        options.records = 700;
        options.hard_percent = 50;
        options.encoding = Encoding::Cp932;
        options.trailer = Some("T".into());
        options.headings.insert("total".into(), "年税額".into());
    });
    let (text, _, lost) = encoding_rs::SHIFT_JIS.decode(&master);
    assert!(!lost && text.contains("髙") && text.lines().count() == 702);
    let last = text.lines().last().expect("a trailer");
    assert_eq!(last, format!("T,700,{}", made.amount.0));
    assert!(text.lines().next().is_some_and(|line| line.contains(",年税額,")));
}

#[track_caller]
fn bad(hint: &str, code: &str) {
    let mut form = tax();
    form.schema.fields[8].sample = Some(hint.to_owned());
    let options = Options::new(&tenant(), 2026, Date::constant(2026, 4, 6));
    match generate(&form, &options, &mut Vec::new(), None) {
        Err(Error::Hints(findings)) => {
            let codes: Vec<_> = findings.iter().map(|finding| finding.code.0).collect();
            assert_eq!(codes, [code], "{hint}");
        }
        other => panic!("{hint}: {other:?}"),
    }
}

#[test]
fn bad_hints_are_findings() {
    bad("yen(", "E392");
    bad("money(1..2)", "E392");
    bad("location", "E392");
    bad("yen(9..1)", "E393");
    bad("fixed(三円)", "E393");
    bad("rate(total, 1/2, kept)", "E393");
    bad("by(debit, 9=1)", "E393");
    bad("rate(tax, 1/2)", "E394");
    bad("rows_sum(tax)", "E394");
    bad("sum(total)", "E395");
}
