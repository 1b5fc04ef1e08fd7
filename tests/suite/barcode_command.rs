//! `tayori barcode`: the known answers once more, through the command; bad lines, exit codes, help.

use crate::barcode_vectors::{cases, vectors};
use crate::program::{Said, repository, tayori};
use serde_json::{Map, Value, json};

/// What the command says to some lines.
fn barcode(kind: &str, lines: &str) -> (Said, Vec<Value>) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let file = directory.path().join("lines.jsonl");
    std::fs::write(&file, lines).expect("a file");
    let said = tayori(&repository(), &["barcode", kind, file.to_str().expect("UTF-8")]);
    let answers = said.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    (said, answers)
}

/// Asks with the input keys of some cases alone; every other key of `answers` must come back as the
/// case has it.
#[track_caller]
fn known_answers(kind: &str, cases: &[Value], inputs: &[&str], answers: &[&str]) {
    let line = |case: &Value| {
        let pick = |key: &&str| ((*key).to_owned(), case[*key].clone());
        Value::Object(inputs.iter().map(pick).collect::<Map<_, _>>()).to_string()
    };
    let lines = cases.iter().map(line).collect::<Vec<_>>().join("\n");
    let (said, answered) = barcode(kind, &lines);
    assert_eq!((said.code, answered.len()), (0, cases.len()), "{}", said.err);
    for (case, answer) in cases.iter().zip(&answered) {
        for key in inputs.iter().chain(answers) {
            assert_eq!(answer[key], case[key], "{kind} {key}: {case}");
        }
    }
    // The cases as they stand, answers, notes and all, come out unchanged but for what is added.
    let whole = cases.iter().map(Value::to_string).collect::<Vec<_>>().join("\n");
    let (said, answered) = barcode(kind, &whole);
    assert_eq!(said.code, 0, "{}", said.err);
    for (case, answer) in cases.iter().zip(&answered) {
        for (key, value) in case.as_object().expect("an object") {
            assert_eq!(&answer[key], value, "{kind} {key}");
        }
    }
}

#[test]
fn customer_lines() {
    let file = vectors("jp4s_vectors.json");
    let inputs = ["postcode", "address_b"];
    known_answers("customer", cases(&file), &inputs, &["display_number", "font_string", "bars"]);
}

#[test]
fn lines_of_real_addresses() {
    let path = repository().join("tests/vectors/jp4s_bulk.csv");
    let mut reader = csv::Reader::from_path(path).expect("the file is there");
    let rows: Vec<_> = reader.records().map(|row| row.expect("a row")).collect();
    let line = |row: &csv::StringRecord| json!({ "postcode": row[0], "address_b": row[1] });
    let lines = rows.iter().map(|row| line(row).to_string()).collect::<Vec<_>>().join("\n");
    let (said, answers) = barcode("customer", &lines);
    assert_eq!((said.code, answers.len()), (0, rows.len()), "{}", said.err);
    for (row, answer) in rows.iter().zip(&answers) {
        assert_eq!(
            (&answer["display_number"], &answer["font_string"]),
            (&json!(row[2]), &json!(row[3]))
        );
    }
    // Addresses from which nothing is taken are told.
    assert!(said.err.contains("W261"), "{}", said.err);
}

#[test]
fn store_lines() {
    let file = vectors("gs1128_cvs.json");
    let inputs = ["issuer", "free_field", "reissue", "due", "stamp_flag", "amount"];
    let answers =
        ["check_digit", "data44", "hri_line1", "hri_line2", "modules", "printable_at_cvs"];
    known_answers("gs1-128", cases(&file), &inputs, &answers);
}

#[test]
fn el_qr_lines() {
    let file = vectors("elqr.json");
    let answers = ["payload", "mpn_line1", "mpn_line2", "crc5", "el_number"];
    known_answers("el-qr", cases(&file), &["fields"], &answers);
    known_answers("el-qr", cases(&file), &["payload"], &answers);
}

#[test]
fn yucho_lines() {
    known_answers("yucho", cases(&vectors("yucho_mt_ocr.json")), &["user"], &["cd", "line"]);
}

#[test]
fn number_lines() {
    let file = vectors("check_digits.json");
    for (group, name) in [
        ("my_number", "individual"),
        ("corporate_number", "corporate"),
        ("jumin_code", "resident"),
        ("lg_code", "lg-code"),
        ("insurer_number", "insurer"),
    ] {
        for case in file[group].as_array().expect("cases") {
            let value = &case["value"];
            let lines = [
                json!({ "value": value }),
                json!({ "value": value, "kind": group }),
                json!({ "value": value, "kind": name }),
            ];
            let lines = lines.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
            let (said, answers) = barcode("number", &lines);
            assert_eq!((said.code, answers.len()), (0, 3), "{}", said.err);
            for answer in answers {
                assert_eq!((&answer["valid"], &answer["kind"]), (&case["valid"], &json!(name)));
            }
        }
    }
}

/// A bad line has its number, its code and no answer; the others are answered.
#[test]
fn bad_lines_are_told_and_passed_over() {
    let lines = concat!(
        r#"{"postcode":"1000013","address_b":"1丁目3番2号 郵便プラザ503室"}"#,
        "\n\n",
        r#"{"postcode":"１００００１３","address_b":"1"}"#,
        "\n",
        "[1]\n",
        "{\"postcode\":\n",
        r#"{"postcode":1000013,"address_b":"1"}"#,
        "\n",
        r#"{"id":7,"postcode":"1000013"}"#,
        "\n",
        r#"{"postcode":"0600000","address_b":"1-2"}"#,
        "\n",
        r#"{"postcode":"9808691","address_b":"私書箱12345号","postcode_kind":"post-office-box"}"#,
    );
    let (said, answers) = barcode("customer", lines);
    assert_eq!((said.code, answers.len()), (3, 8), "{}", said.err);
    assert_eq!(answers[0]["font_string"], "10000131-3-2-503dddd9");
    let codes: Vec<&str> =
        answers.iter().filter_map(|answer| answer["error"]["code"].as_str()).collect();
    assert_eq!(codes, ["E261", "E251", "E251", "E252", "E252", "E262"]);
    assert_eq!(
        (&answers[5]["id"], &answers[5]["error"]["field"]),
        (&json!(7), &json!("address_b"))
    );
    assert_eq!((&answers[6]["bars"], &answers[6]["error"]), (&Value::Null, &Value::Null));
    for place in [":3: error[E261]", ":4: error[E251]", ":5: error[E251]", ":8: warning[W263]"] {
        let (line, code) = place.split_once(": ").expect("two parts");
        assert!(said.err.contains(&format!("lines.jsonl{line}")), "{place}: {}", said.err);
        assert!(said.err.contains(code), "{place}: {}", said.err);
    }
    assert!(said.err.contains("6 of 8 lines have no answer"), "{}", said.err);
    assert!(!said.err.contains("12345"), "no value is told: {}", said.err);
}

#[test]
fn every_fault_of_a_value_has_its_code() {
    let slip = |key: &str, value: Value| {
        let mut slip = json!({
            "issuer": "959919", "free_field": "83", "reissue": 0, "due": "240710",
            "stamp_flag": 0, "amount": 39_500,
        });
        slip[key] = value;
        slip
    };
    let fields = |key: &str, value: Value| {
        let mut fields = vectors("elqr.json")["cases"][0]["fields"].clone();
        fields[key] = value;
        json!({ "fields": fields })
    };
    let payload = vectors("elqr.json")["cases"][0]["payload"].as_str().expect("a text").to_owned();
    for (kind, line, code) in [
        ("gs1-128", slip("amount", json!(1_000_000)), "E263"),
        ("gs1-128", slip("amount", json!("1000000")), "E263"),
        ("gs1-128", slip("amount", json!(-1)), "E252"),
        ("gs1-128", slip("amount", json!(1.5)), "E252"),
        ("gs1-128", slip("amount", json!("３９５００")), "E261"),
        ("gs1-128", slip("issuer", json!("95991")), "E262"),
        ("gs1-128", slip("due", json!("240230")), "E264"),
        ("gs1-128", slip("due", json!(240_710)), "E252"),
        ("gs1-128", slip("free_field", json!("1".repeat(22))), "E262"),
        ("el-qr", fields("amt", json!(100_000_000_000_u64)), "E263"),
        ("el-qr", fields("nokigen", json!("20240230")), "E264"),
        ("el-qr", fields("org", json!("4400")), "E262"),
        ("el-qr", json!({ "payload": format!("{}2", &payload[..254]) }), "E266"),
        ("el-qr", json!({ "payload": "123" }), "E262"),
        ("el-qr", json!({}), "E252"),
        ("yucho", json!({ "user": "B" }), "E265"),
        ("yucho", json!({ "user": "" }), "E262"),
        ("number", json!({ "value": "12345" }), "E262"),
        ("number", json!({ "value": "01100あ" }), "E261"),
        ("number", json!({ "value": "011x02" }), "E261"),
        ("number", json!({ "value": "011002", "kind": "luhn" }), "E252"),
    ] {
        let (said, answers) = barcode(kind, &line.to_string());
        assert_eq!((said.code, &answers[0]["error"]["code"]), (65, &json!(code)), "{line}");
    }
}

#[test]
fn long_and_strange_input_comes_to_an_end() {
    let long = format!("{{\"user\":\"{}\"}}\n{{\"user\":\"0\"}}\n", "1".repeat(3 << 20));
    let (said, answers) = barcode("yucho", &long);
    assert_eq!((said.code, answers.len()), (3, 2));
    assert_eq!(answers[1]["line"], "000");
    let (said, answers) = barcode("yucho", "\u{FEFF}{\"user\":\"0\"}\r\n");
    assert_eq!((said.code, &answers[0]["cd"]), (0, &json!("00")), "{}", said.err);
    let deep = "[".repeat(100_000);
    assert_eq!(barcode("yucho", &format!("{{\"user\":{deep}")).0.code, 65);
    let (said, answers) = barcode("yucho", "");
    assert_eq!((said.code, answers.len(), &said.err[..]), (0, 0, ""));
    assert_eq!(tayori(&repository(), &["barcode", "yucho", "no-such-file"]).code, 65);
    assert_eq!(tayori(&repository(), &["barcode", "isbn"]).code, 2);
}

/// More lines than a batch holds come out in their order.
#[test]
fn many_lines_keep_their_order() {
    let lines: Vec<String> = (0..40_000).map(|n| format!("{{\"user\":\"{n:037}\"}}")).collect();
    let lines = lines.join("\n");
    let (said, answers) = barcode("yucho", &lines);
    assert_eq!((said.code, answers.len()), (0, 40_000));
    for (n, answer) in answers.iter().enumerate() {
        assert_eq!(answer["user"], format!("{n:037}"));
        assert_eq!(answer["line"].as_str().map(str::len), Some(39));
    }
}

#[test]
fn the_examples_of_the_help_do_what_they_say() {
    let help = tayori(&repository(), &["barcode", "--help"]);
    assert_eq!(help.code, 0);
    let mut examples = 0;
    for line in help.out.lines().filter(|line| line.trim_start().starts_with("echo ")) {
        let (input, command) = line.split_once(" | tayori barcode ").expect("an example");
        let input = input.trim().trim_start_matches("echo ").trim_matches('\'');
        let (said, answers) = barcode(command.trim(), input);
        assert_eq!((said.code, answers.len()), (0, 1), "{line}: {}", said.err);
        examples += 1;
    }
    assert_eq!(examples, 2);
}
