//! Checks of forms at work: from the words of a form to the findings about records, with the known
//! answers of the rules that municipalities follow.

use std::fmt::Write as _;
use tayori::calendar::Date;
use tayori::diag::{Findings, Format, Place, Show};
use tayori::form::{self, Condition, Form, FormSource, Item, Scope, Sources};
use tayori::model::{Cell, Locate, Notice, Param, Params, Record, Stocks, Tenant};
use tayori::validate::Checker;

const HEAD: &str = r#"
[form]
title = "試験通知"
leaf = [210, 297]
sides = "simplex"
stock = "plain"
name = "name"
mark = { box = [144, 287, 54, 3], size = 6.5 }
[params]
deadline = 2026-01-31
[input]
key = "no"
"#;

fn tenant() -> Tenant {
    let toml = r#"
code = "980001"
name = "試験市"
kana = "しけんし"
prefecture = "北潮県"
population = 1000
mayor = { title = "試験市長", name = "試験 太郎" }
"#;
    Tenant { id: "test".into(), ..toml::from_str(toml).expect("a tenant") }
}

/// A form with these fields and checks, compiled for a job that is issued on that day.
fn compile(fields: &str, checks: &str, issued: Date) -> Result<Form, Findings> {
    let text = format!(
        "{HEAD}[input.fields]\nno = {{ ja = \"番号\", type = \"digits\", max = 4 }}\n\
         name = {{ ja = \"氏名\", type = \"text\" }}\n{fields}\n{checks}\n{}",
        if checks.contains("[[face") { "" } else { "[face.first-front]\n" }
    );
    let source = FormSource { file: "forms/test/2026-04-01.toml".into(), text };
    let stocks =
        "[stock.plain]\nname = \"上質\"\nweight_gsm = 64\nthickness_um = 85\nsizes = [[210, 297]]";
    let stocks: Stocks = toml::from_str(stocks).expect("stocks");
    let mut params = Params::new();
    params.set("job.issue_date", Param::Date(issued));
    let sources = Sources {
        parts: &|_| None,
        images: &|path| path.starts_with("forms/maps/"),
        params: &params,
        tenant: &tenant(),
        stocks: &stocks,
    };
    form::compile(&source, &sources).map(|compiled| compiled.form)
}

struct Nowhere;

impl Locate for Nowhere {
    fn place(&self, _: Cell) -> Place {
        Place::file("a.csv")
    }
}

/// What is found in a record with these cells after number and name, and these rows: codes and
/// messages, in both languages.
fn found(form: &Form, cells: &[&str], rows: &[&str]) -> String {
    let mut record = Record { number: 1, ..Record::default() };
    for cell in ["0001", "試験　太郎"].iter().chain(cells) {
        record.fields.push(cell);
    }
    for cell in rows {
        record.rows.push(cell);
    }
    let mut faults = Vec::new();
    let notice = Notice::read(&form.schema, &record, |cell, fault| faults.push((cell, fault)));
    let mut findings = Findings::new();
    let checker = Checker::new(form, &tenant()).expect("the checks are known");
    checker.check(&record, &notice, &faults, &Nowhere, &mut findings);
    let mut said = String::new();
    for finding in findings {
        let _ = writeln!(said, "{} {} | {}", finding.code.0, finding.message, finding.message_ja);
    }
    said
}

fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

const ISSUED: Date = Date::constant(2026, 4, 6);

#[test]
fn sums_take_away_and_are_rounded_down_before_they_are_compared() {
    let fields = "income = { ja = \"所得\", type = \"yen\" }\n\
        relief = { ja = \"控除\", type = \"yen\" }\n\
        base = { ja = \"課税標準額\", type = \"yen\", step = 1000 }\n\
        [input.rows]\ntax = { ja = \"税額\", type = \"yen\", min = -9999 }\n";
    let checks = "[[check]]\nsum = [\"income\", \"-relief\"]\nequals = \"base\"\nfloor = 1000\n\
        [[check]]\nrows_sum = \"tax\"\nequals = \"relief\"\nfloor = 100\n";
    let form = compile(fields, checks, ISSUED).expect("a form");
    // (課税標準額は1,000円未満切捨て、税額は100円未満切捨て)
    assert_eq!(found(&form, &["5123456", "430000", "4693000"], &["430099"]), "");
    assert_eq!(found(&form, &["5123000", "430000", "4693000"], &["430050", "-1"]), "");
    assert_eq!(
        found(&form, &["5123456", "430000", "4693456"], &["430000"]),
        "E242 `base` is not a multiple of 1,000 | 「課税標準額」(base) が1,000の倍数ではありません\n"
    );
    assert_eq!(
        found(&form, &["5123456", "430000", "4694000"], &["430100"]),
        "E221 `base` is not the sum of `income` less `relief`, rounded down to a multiple of 1,000 \
         | 「課税標準額」(base) が「所得」の合計から「控除」を引いた額（1,000未満切捨て）と一致しません\n\
         E222 `relief` is not the sum of `tax` over the detail rows, rounded down to a multiple of 100 \
         | 「控除」(relief) が明細の「税額」(tax) の合計（100未満切捨て）と一致しません\n"
    );
    // Below nothing, down is still down.
    let fields = fields.replace("type = \"yen\", step", "type = \"yen\", min = -9000, step");
    let form = compile(&fields, checks, ISSUED).expect("a form");
    assert_eq!(found(&form, &["0", "100", "-1000"], &["100"]), "");
}

/// A reminder leaves within 20 days after the due date (地方税法329条ほか).
#[test]
fn the_issue_date_lies_within_days_of_another() {
    let fields = "due = { ja = \"納期限\", type = \"date\" }";
    let checks = "[[check]]\ndate = \"job.issue_date\"\nfrom = { of = \"due\", days = 1 }\n\
        until = { of = \"due\", days = 20 }\n";
    let form = compile(fields, checks, day("2026-07-20")).expect("a form");
    for (due, right) in
        [("20260630", true), ("20260719", true), ("20260629", false), ("20260720", false)]
    {
        assert_eq!(found(&form, &[due], &[]).is_empty(), right, "{due}");
    }
    assert_eq!(found(&form, &[""], &[]), "", "a date that is not there is not judged");
    assert_eq!(
        found(&form, &["20260629"], &[]),
        "E243 `job.issue_date` is after 20 days after `due` | 発行日が「納期限」(due)の20日後より後です\n"
    );
    assert_eq!(
        found(&form, &["20260720"], &[]),
        "E243 `job.issue_date` is before 1 day after `due` | 発行日が「納期限」(due)の1日後より前です\n"
    );
}

/// 国保: 8月1日〜翌7月31日、75歳に達する者はその前日（誕生日の前日）まで、70歳は誕生月の末日（1日生まれは前月末日）まで.
#[test]
fn cards_end_on_the_day_that_the_rule_gives() {
    let fields = "start = { ja = \"適用開始日\", type = \"date\" }\n\
        birth = { ja = \"生年月日\", type = \"date\" }\n\
        until = { ja = \"有効期限\", type = \"date\" }";
    let checks = "[[check]]\ndate = \"until\"\nearliest = [\n\
        { of = \"start\", next = \"07-31\" },\n{ of = \"birth\", age = 75 },\n]\n";
    let form = compile(fields, checks, ISSUED).expect("a form");
    for (start, birth, until) in [
        ("20260801", "19700501", "20270731"),
        ("20260731", "19700501", "20260731"),
        // 75 within the term: the eve of the birthday.
        ("20260801", "19520102", "20270101"),
        ("20260801", "19520801", "20270731"),
        ("20260801", "19520802", "20270731"),
        ("20260801", "19520229", "20270228"),
        // Nobody's birthday: the term alone.
        ("20260801", "", "20270731"),
    ] {
        assert_eq!(found(&form, &[start, birth, until], &[]), "", "{start} {birth}");
    }
    assert_eq!(
        found(&form, &["20260801", "19520102", "20270731"], &[]),
        "E244 `until` is not the earliest of the first 07-31 from `start` on, the day on which \
         `birth` makes 75 | 「有効期限」(until) が「適用開始日」(start)以後最初の7月31日、「生年月日」(birth)から75歳に達する日のうち最も早い日ではありません\n"
    );
    let checks = "[[check]]\ndate = \"until\"\nearliest = [{ of = \"birth\", age = 70, month_end = true }]\n";
    let form = compile(fields, checks, ISSUED).expect("a form");
    for (birth, until) in
        [("19560402", "20260430"), ("19560401", "20260331"), ("19560430", "20260430")]
    {
        assert_eq!(found(&form, &["", birth, until], &[]), "", "{birth}");
    }
    assert_eq!(
        found(&form, &["", "19560401", "20260430"], &[]),
        "E244 `until` is not the end of the month of the day on which `birth` makes 70 \
         | 「有効期限」(until) が「生年月日」(birth)から70歳に達する日の月末ではありません\n"
    );
    // 介護保険: born 2 April on 1 April, born 1 April on 31 March; a card of five years at most.
    let checks = "[[check]]\ndate = \"start\"\nearliest = [{ of = \"birth\", age = 65 }]\n\
        [[check]]\ndate = \"until\"\nuntil = { of = \"start\", years = 5, days = -1 }\n";
    let form = compile(fields, checks, ISSUED).expect("a form");
    for (start, birth, until, right) in [
        ("20260401", "19610402", "20310331", true),
        ("20260331", "19610401", "20310330", true),
        ("20260401", "19610401", "20310331", false),
        ("20260401", "19610402", "20310401", false),
    ] {
        assert_eq!(found(&form, &[start, birth, until], &[]).is_empty(), right, "{start} {birth}");
    }
}

#[test]
fn a_series_of_dates_has_a_check_each() {
    let fields = "[input.fields.\"due_{n}\"]\neach = 2\nja = \"納期限{n}\"\ntype = \"date\"\n";
    let checks = "[[check]]\neach = 2\ndate = \"job.issue_date\"\n\
        until = { of = \"due_{n}\", days = -10 }\n";
    let form = compile(fields, checks, day("2026-06-20")).expect("a form");
    assert_eq!(form.checks.len(), 2);
    assert_eq!(found(&form, &["20260630", "20260831"], &[]), "");
    assert_eq!(
        found(&form, &["20260831", "20260629"], &[]),
        "E243 `job.issue_date` is after 10 days before `due_2` | 発行日が「納期限2」(due_2)の10日前より後です\n"
    );
}

#[test]
fn what_is_known_beforehand_is_told_beforehand() {
    let checks = "[[check]]\ndate = \"job.issue_date\"\nuntil = \"param.deadline\"\n";
    let form = compile("", checks, day("2026-01-31")).expect("in time");
    assert_eq!(form.checks, []);
    let late = compile("", checks, day("2026-02-01")).expect_err("too late");
    let show = Show { format: Format::Human, reveal: false, colour: false };
    let said: String = late.iter().map(|finding| show.diagnostic(finding)).collect();
    assert!(said.contains("E321") && said.contains("2026-02-01 is not the day"), "{said}");
}

#[test]
fn a_text_without_a_picture_holds_the_record() {
    let fields = "district = { ja = \"投票区\", type = \"digits\", max = 2 }";
    let image = "[[face.first-front.image]]\nbox = [20, 60, 40, 40]\nfile_by = \"district\"\n\
        files = { \"1\" = \"maps/1.svg\", \"12\" = \"maps/12.svg\" }\n";
    let form = compile(fields, image, ISSUED).expect("a form");
    let files: Vec<&str> = form.images.iter().map(|image| image.file.as_str()).collect();
    assert_eq!(files, ["forms/maps/1.svg", "forms/maps/12.svg"]);
    let conditions: Vec<_> = form.faces[0]
        .items
        .iter()
        .map(|item| match item {
            Item::Image(image) => (image.image, image.when.clone()),
            other => panic!("{other:?}"),
        })
        .collect();
    let is = |text: &str| Some(Condition::Is(Scope::Field(2), text.to_owned()));
    assert_eq!(conditions, [(0, is("1")), (1, is("12"))]);
    for (district, right) in [("1", true), ("12", true), ("", true), ("2", false)] {
        assert_eq!(found(&form, &[district], &[]).is_empty(), right, "{district}");
    }
    assert_eq!(
        found(&form, &["2"], &[]),
        "E245 no picture belongs to what `district` says | 「投票区」(district) に対応する図がありません\n"
    );
    let sometimes = format!("{image}when = \"district != '2'\"\n");
    let form = compile(fields, &sometimes, ISSUED).expect("a form");
    assert_eq!(found(&form, &["2"], &[]), "", "the image says itself where there is none");
}
