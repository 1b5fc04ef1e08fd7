//! Records that are well read and yet wrong: `tests/cases/validate/<name>/` holds the files of one
//! form that has every kind of field and rule, and what is found in them.

use crate::intake_cases::{Files, Outcome, all_cases, field, run};
use tayori::calendar::Date;
use tayori::diag::Findings;
use tayori::digest::Digest;
use tayori::form::{Align, Check, Fit, Form, Templates, Text, TextBox, VAlign};
use tayori::measure::{Extent, Length, Rect, TypeSize};
use tayori::model::job::Input;
use tayori::model::{FieldKind, Notice, Schema, Tenant};
use tayori::page::Ink;
use tayori::validate::{Checker, duplicates};

fn schema() -> Schema {
    let yen = || FieldKind::Yen { min: 0, max: 99_999_999, step: 1 };
    let text = |max| FieldKind::Text { max };
    let choice = |texts: &[&str]| FieldKind::Choice(texts.iter().map(|&t| t.into()).collect());
    let mut account = field("account_no", "口座番号", FieldKind::Digits { min: 7, max: 7 }, false);
    account.unique = true;
    Schema {
        fields: vec![
            field("notice_no", "通知書番号", FieldKind::Digits { min: 4, max: 6 }, true),
            field("name", "氏名", text(8), true),
            field("honorific", "敬称", text(4), false),
            field("postcode", "郵便番号", FieldKind::Postcode, false),
            field("tax_total", "年税額", yen(), true),
            field("amount_1", "第1期", yen(), false),
            field("amount_2", "第2期", yen(), false),
            field("due_1", "納期限1", FieldKind::Date, false),
            field("due_2", "納期限2", FieldKind::Date, false),
            field("debit", "口座振替", FieldKind::Flag, false),
            account,
            field("store_code", "収納番号", text(8), false),
            field("insurer_no", "保険者番号", FieldKind::Digits { min: 8, max: 8 }, false),
            field("area", "面積", FieldKind::Decimal { scale: 2 }, false),
            field("count", "人数", FieldKind::Int { min: 1, max: 9, step: 1 }, false),
        ],
        key: 0,
        rows: vec![
            field("kind", "区分", choice(&["土地", "家屋"]), true),
            field("tax", "税額", yen(), true),
        ],
    }
}

fn checks() -> Vec<Check> {
    vec![
        Check::Sum { terms: vec![5, 6], less: Vec::new(), floor: 1, equals: 4 },
        Check::RowsSum { term: 1, when: None, floor: 1, equals: 4 },
        Check::RowsSum { term: 1, when: Some((0, "土地".into())), floor: 1, equals: 5 },
        Check::Ascending { fields: vec![7, 8] },
        Check::RowsWhenPositive { amount: 4 },
        Check::ExactlyOne { fields: vec![10, 11] },
        Check::RequiredWhen { field: 9, is: "有".into(), required: vec![10, 7] },
        Check::Honorific { name: 1, honorific: Some(2) },
        Check::CheckDigit { field: 12, algorithm: "insurer".into() },
    ]
}

fn form(checks: Vec<Check>) -> Form {
    let mark = TextBox {
        rect: Rect::default(),
        text: Text::Static(String::new()),
        role: "mark".into(),
        size: TypeSize::pt(6),
        leading: 100,
        align: Align::Right,
        valign: VAlign::Middle,
        fit: Fit { squeeze: 100, size_min: TypeSize::pt(6), lines: 1 },
        ink: Ink::BLACK,
        ..TextBox::default()
    };
    Form {
        id: "test".into(),
        title: "試験".into(),
        edition: Date::constant(2026, 4, 1),
        digest: Digest::of(b""),
        leaf: Extent { width: Length::mm(210), height: Length::mm(297) },
        duplex: false,
        stock: "plain-64".into(),
        envelope: None,
        safe_margin: Length::mm(6),
        schema: schema(),
        amount: Some(4),
        name: 1,
        checks,
        faces: Vec::new(),
        mark: mark.clone(),
        mark_back: mark,
        images: Vec::new(),
        slips: Vec::new(),
        readings: Vec::new(),
        summed: Vec::new(),
        templates: Templates::default(),
    }
}

fn tenant() -> Tenant {
    toml::from_str(
        r#"
        code = "980013"
        name = "霞ヶ原市"
        kana = "かすみがはらし"
        prefecture = "北潮県"
        population = 92000
        mayor = { title = "霞ヶ原市長", name = "霞 一郎" }
        style = { honorific = "さま" }
        "#,
    )
    .expect("a tenant that can be read")
}

fn run_validate(input: &Input, files: &Files) -> Outcome {
    let form = form(checks());
    let checker = Checker::new(&form, &tenant()).expect("the form's checks are known");
    let (mut marks, mut texts) = (Vec::new(), Vec::new());
    let mut outcome =
        run(input, &form.schema, files, &mut |row, record, decoder, scratch, found| {
            let mut faults = Vec::new();
            let notice =
                Notice::read(&form.schema, record, |cell, fault| faults.push((cell, fault)));
            checker.check(record, &notice, &faults, &decoder.places(row, scratch), found);
            let index = u32::try_from(texts.len()).expect("few");
            checker.mark(index, record, &mut marks);
            texts.push(record.clone());
        });
    let read = |record: u32, field| {
        Ok::<_, std::convert::Infallible>(texts[record as usize].field(field).to_owned())
    };
    let Ok(found) = duplicates(marks, read);
    for duplicate in found {
        let place = tayori::diag::Place::file("master.csv");
        crate::intake_cases::describe(&mut outcome.text, &checker.duplicate(&duplicate, place));
    }
    outcome
}

#[test]
fn cases() {
    all_cases("validate", &run_validate);
}

#[test]
fn an_unknown_algorithm_is_told_when_the_checker_is_made() {
    let form = form(vec![Check::CheckDigit { field: 12, algorithm: "luhn".into() }]);
    let findings: Findings = Checker::new(&form, &tenant()).expect_err("it is not known");
    let first = findings.into_iter().next().expect("a finding");
    assert_eq!(first.code.0, "E241");
    assert_eq!(first.message, "no algorithm of check digits is called `luhn`");
}
