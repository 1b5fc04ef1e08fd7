//! Lines for OCR readers and numbers with check digits, as forms check them.

use crate::program::{Said, home_copy, tayori};
use std::fs;

const FORM: &str = r#"
[form]
title = "見本"
leaf = [210, 297]
sides = "simplex"
stock = "plain-64"
name = "name"
mark = { box = [144, 287, 54, 3], size = 6.5 }

[input]
key = "notice_no"

[input.fields]
notice_no = { ja = "通知書番号", type = "digits", min = 10, max = 10, required = true }
name = { ja = "氏名", type = "text", max = 100, required = true }
amount_1 = { ja = "第１期", type = "yen" }
due_1 = { ja = "納期限", type = "date" }
ocr_1 = { ja = "OCR行", type = "digits", min = 1, max = 60 }
line = { ja = "MT行", type = "text", max = 60 }
resident = { ja = "住民票コード", type = "digits", min = 11, max = 11 }

[[check]]
each = 1
ocr_line = "ocr_{n}"
segments = [
  { text = "31" },
  { field = "notice_no", length = 10 },
  { field = "amount_{n}", length = 11, pad = "0" },
  { field = "due_{n}", length = 6, short = true },
  { any = 4 },
  { check = "mod11w2-7", over = [2, 3, 4] },
]

[[check]]
check_digit = "line"
algorithm = "yucho-mt"

[[check]]
check_digit = "resident"
algorithm = "resident"

[[face.first-front.text]]
box = [20, 20, 120, 8]
text = "{{ name }}　{{ ocr_1 | grouped(groups='2 10 11 6 4') }}"
size = 9
"#;

const JOB: &str = "title = \"見本\"\nform = \"lines\"\nvendor = \"kitashio-print\"\nlevy_year = 2026\n\
    issue_date = 2026-04-10\nheld_limit_percent = 100\n[input]\nfile = \"records.csv\"\n";

/// A line as the segments say, its last digit computed by hand.
const LINE: &str = "3100001234560000004860026063098761";
const MT: &str = "380000000000000000039500213800012700000   X";

/// What validation says of one record.
fn validate(form: &str, cells: [&str; 5]) -> Said {
    let home = home_copy();
    fs::create_dir(home.path().join("forms/lines")).expect("a directory");
    fs::write(home.path().join("forms/lines/2026-04-01.toml"), form).expect("a form");
    fs::write(home.path().join("jobs/mitsumori/lines.toml"), JOB).expect("a job");
    let [amount, due, ocr, line, resident] = cells;
    let rows = format!(
        "通知書番号,氏名,第１期,納期限,OCR行,MT行,住民票コード\r\n\
         0000123456,霞　文子,{amount},{due},{ocr},{line},{resident}\r\n"
    );
    fs::write(home.path().join("records.csv"), rows).expect("records");
    tayori(home.path(), &["validate", "jobs/mitsumori/lines.toml", "--format", "short"])
}

#[track_caller]
fn case(cells: [&str; 5], expected: &[&str], code: i32) {
    let said = validate(FORM, cells);
    assert_eq!(said.code, code, "{}", said.err);
    for part in expected {
        assert!(said.err.contains(part), "{part} in {}", said.err);
    }
    assert!(!expected.is_empty() || !said.err.contains("E2"), "{}", said.err);
}

#[test]
fn lines_say_what_their_segments_say() {
    let right = |resident| ["48600", "20260630", LINE, MT, resident];
    case(right("24727059608"), &[], 0);
    case(["48600", "20260630", "", "", ""], &[], 0);
    // A wrong 住民票コード holds nobody.
    case(right("24727059609"), &["warning[W236]"], 0);
    let other = |from: &str, to: &str| LINE.replacen(from, to, 1);
    case(["48601", "20260630", LINE, MT, ""], &["E230", "13 to 23", "`amount_1`"], 3);
    case(["48600", "20260701", LINE, MT, ""], &["E230", "24 to 29", "`due_1`"], 3);
    case(["48600", "", LINE, MT, ""], &["E230", "does not fit"], 3);
    case(["48600", "20260630", &LINE[..33], MT, ""], &["E230", "has 33 characters, not 34"], 3);
    case(["48600", "20260630", &other("31", "32"), MT, ""], &["E230", "1 to 2"], 3);
    case(["48600", "20260630", &other("9876", "1234"), MT, ""], &[], 0);
    let last = |digit: u8| format!("{}{digit}", &LINE[..33]);
    let wrong = (0..10).filter(|&digit| last(digit) != LINE);
    for line in wrong.map(last).take(2) {
        case(["48600", "20260630", &line, MT, ""], &["E230", "34 to 34", "check digits"], 3);
    }
    let mt = MT.replacen("38", "39", 1);
    case(["48600", "20260630", LINE, &mt, ""], &["E229", "`line`"], 3);
}

#[test]
fn segments_that_make_no_line_are_told() {
    for (from, to, expected) in [
        ("over = [2, 3, 4]", "over = [2, 3, 6]", "no line can be made"),
        ("over = [2, 3, 4]", "over = [0]", "from 1 to"),
        ("{ any = 4 }", "{ any = 4, text = \"1\" }", "exactly one of"),
        ("{ any = 4 }", "{ }", "exactly one of"),
        ("{ text = \"31\" }", "{ text = \"円\" }", "no line can be made"),
        ("pad = \"0\"", "pad = \"00\"", "one character"),
        (", length = 10", "", "`length`"),
        ("mod11w2-7", "mod11", "must be one of"),
        ("field = \"notice_no\"", "field = \"notice\"", "notice"),
        ("groups='2 10", "groups='0 10", "grouped"),
    ] {
        assert!(FORM.contains(from), "{from}");
        let said = validate(&FORM.replacen(from, to, 1), ["1", "20260630", "", "", ""]);
        assert_eq!(said.code, 78, "{to}: {}", said.err);
        assert!(said.err.contains(expected), "{to}: {}", said.err);
    }
}
