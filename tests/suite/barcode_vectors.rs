//! Known answers of every symbol: `tests/vectors/`, from official examples, slips that were really
//! printed and independent implementations.

use crate::program::repository;
use serde_json::Value;
use tayori::barcode::customer::{self, Customer, Postcode};
use tayori::barcode::el_qr::{self, Extension, Payload, Payment};
use tayori::barcode::store::{self, StoreCode, StorePayment};
use tayori::barcode::{Linear, yucho};

/// A file of `tests/vectors/`.
pub(crate) fn vectors(name: &str) -> Value {
    let path = repository().join("tests/vectors").join(name);
    let text = std::fs::read_to_string(path).expect("the file is there");
    serde_json::from_str(&text).expect("JSON")
}

/// The cases of a file.
pub(crate) fn cases(file: &Value) -> &Vec<Value> {
    let cases = file["cases"].as_array().expect("cases");
    assert!(cases.len() >= 6, "some cases are missing");
    cases
}

fn text<'a>(case: &'a Value, key: &str) -> &'a str {
    case[key].as_str().unwrap_or_else(|| panic!("{key}: {case}"))
}

fn number(case: &Value, key: &str) -> u64 {
    case[key].as_u64().unwrap_or_else(|| panic!("{key}: {case}"))
}

fn string(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("ASCII")
}

#[test]
fn customer_barcodes() {
    let file = vectors("jp4s_vectors.json");
    let mut display = String::new();
    for case in cases(&file) {
        let postcode = Postcode::parse(text(case, "postcode")).expect("a postcode");
        customer::display_number(text(case, "address_b"), &mut display);
        assert_eq!(display, text(case, "display_number"), "{case}");
        let symbol = Customer::new(postcode, &display).expect("a symbol");
        assert_eq!(string(&symbol.font_string()), text(case, "font_string"), "{case}");
        let bars: Vec<u8> = symbol.bars().iter().map(|bar| bar.letter()).collect();
        assert_eq!(string(&bars), text(case, "bars"), "{case}");
        let check = symbol.values().last().map(|&value| u64::from(value));
        assert_eq!(check, case["check_value"].as_u64());
    }
}

#[test]
fn customer_barcodes_of_real_addresses() {
    let path = repository().join("tests/vectors/jp4s_bulk.csv");
    let mut rows = csv::Reader::from_path(path).expect("the file is there");
    let (mut display, mut count) = (String::new(), 0);
    for row in rows.records() {
        let row = row.expect("a row");
        let postcode = Postcode::parse(&row[0]).expect("a postcode");
        customer::display_number(&row[1], &mut display);
        let symbol = Customer::new(postcode, &display).expect("a symbol");
        assert_eq!((&display[..], string(&symbol.font_string())), (&row[2], row[3].to_owned()));
        count += 1;
    }
    assert_eq!(count, 1_500);
}

#[test]
fn store_barcodes() {
    let file = vectors("gs1128_cvs.json");
    let (mut symbol, mut modules) = (Linear::new(), String::new());
    for case in cases(&file) {
        let payment = StorePayment {
            issuer: text(case, "issuer"),
            free_field: text(case, "free_field"),
            reissue: number(case, "reissue"),
            due: store::due_date(text(case, "due")).expect("a date"),
            stamp_flag: number(case, "stamp_flag"),
            amount: number(case, "amount"),
        };
        let code = payment.code().expect("a code");
        assert_eq!(code.as_str(), text(case, "data44"));
        assert_eq!(string(&code.line_1()), text(case, "hri_line1"));
        assert_eq!(string(&code.line_2()), text(case, "hri_line2"));
        assert_eq!(payment.taken(None).is_ok(), case["printable_at_cvs"] == true, "{case}");
        code.symbol(&mut symbol);
        modules.clear();
        symbol.write_modules(&mut modules);
        assert_eq!(modules, text(case, "modules"));
        // The general encoder finds the same, shortest way.
        let special = symbol.clone();
        tayori::barcode::code128::gs1_128(code.as_str(), &mut symbol).expect("a symbol");
        assert_eq!(symbol, special);
        assert_eq!(StoreCode::parse(text(case, "data44")), Ok(code));
    }
}

#[test]
fn el_qr_payloads() {
    let file = vectors("elqr.json");
    for case in cases(&file) {
        let fields = &case["fields"];
        let payment = Payment {
            account: text(fields, "acct"),
            amount: number(fields, "amt"),
            item: text(fields, "item"),
            key: text(fields, "key"),
            confirmation: text(fields, "conf"),
            organisation: text(fields, "org"),
            office: text(fields, "office"),
            levy_year: text(fields, "levy"),
            tax_year: text(fields, "tax"),
            period: text(fields, "period"),
            due: el_qr::date(text(fields, "nokigen"), "nokigen").expect("a date"),
            pay_by: el_qr::date(text(fields, "shiharai"), "shiharai").expect("a date"),
            extension: Extension::default(),
        };
        let payload = payment.payload().expect("a payload");
        assert_eq!(payload.as_str(), text(case, "payload"));
        assert_eq!(payload.line_1(), text(case, "mpn_line1"));
        assert_eq!(payload.line_2(), text(case, "mpn_line2"));
        assert_eq!(&payload.as_str()[250..], text(case, "crc5"));
        let (number, expected) = (payload.el_number(), &case["el_number"]);
        assert_eq!(number.agency, text(expected, "shuno_kikan_bango"));
        assert_eq!(number.number, text(expected, "nofu_bango"));
        assert_eq!(number.confirmation, text(expected, "kakunin_bango"));
        assert_eq!(number.category, text(expected, "nofu_kubun"));
        assert_eq!(Payload::parse(text(case, "payload")), Ok(payload));
    }
}

#[test]
fn yucho_lines() {
    let file = vectors("yucho_mt_ocr.json");
    for case in cases(&file) {
        let user = text(case, "user");
        assert_eq!(string(&yucho::check_digits(user).expect("check digits")), text(case, "cd"));
        let mut line = String::new();
        yucho::write_line(user, &mut line).expect("a line");
        assert_eq!(line, text(case, "line"));
    }
}

#[test]
fn numbers_with_check_digits() {
    use tayori::model::CheckDigit;
    let file = vectors("check_digits.json");
    for (group, kind) in [
        ("my_number", CheckDigit::Individual),
        ("corporate_number", CheckDigit::Corporate),
        ("jumin_code", CheckDigit::Resident),
        ("lg_code", CheckDigit::LgCode),
        ("insurer_number", CheckDigit::Insurer),
    ] {
        for case in file[group].as_array().expect("cases") {
            assert_eq!(kind.holds(text(case, "value")), case["valid"] == true, "{group} {case}");
        }
    }
}

#[test]
fn marks_for_inserters() {
    use tayori::barcode::{Matrix, data_matrix};
    use tayori::model::inserter::{Bar, DIGITS, Parity, Sheet, digits, omr};
    let file = vectors("inserter_control.json");
    let mut symbol = Matrix::new();
    for case in cases(&file["datamatrix"]) {
        let sheet = Sheet {
            job: number(case, "job"),
            sequence: number(case, "seq"),
            sheet: number(case, "sheet"),
            sheets: number(case, "total"),
            inserts: u8::try_from(number(case, "insert_bits")).expect("eight hoppers"),
            divert: number(case, "divert"),
            wrap: 0,
        };
        let mut payload = String::new();
        digits(&DIGITS, &sheet, &mut payload).expect("a payload");
        assert_eq!(payload, text(case, "payload"));
        data_matrix::encode(payload.as_bytes(), data_matrix::Shape::Square, &mut symbol)
            .expect("it fits");
        assert_eq!(u64::from(symbol.width()), number(case, "modules"));
    }
    // The enhanced code of one make, as a vendor's file names its bars.
    let names = "benchmark safety not-last not-first parity retiming insert-1 insert-2 divert retiming \
                 wrap-4 wrap-2 wrap-1 retiming";
    let bars: Vec<Bar> = names
        .split_whitespace()
        .map(|name| Bar::try_from(name.to_owned()).expect("a bar"))
        .collect();
    for case in cases(&file["omr"]) {
        let feeds = number(&case["marks"], "SF1") + 2 * number(&case["marks"], "SF2");
        let sheet = Sheet {
            job: 1,
            sequence: 1,
            sheet: number(case, "sheet"),
            sheets: number(case, "total"),
            inserts: u8::try_from(feeds).expect("two feeds"),
            divert: number(&case["marks"], "AUTO_BATCH"),
            wrap: number(case, "wrap_seq"),
        };
        let mut bits = String::new();
        omr(&bars, Parity::Even, &sheet, &mut bits);
        assert_eq!(bits, text(case, "bits"));
        let printed = bits.matches('1').count() as u64;
        assert_eq!(printed, number(case, "mark_count"));
    }
}
