//! The register of postcodes: imported as it is published, asked, and compared with addresses.

use crate::program::{home_copy, repository, tayori};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// Towns outside the fictional prefecture that fictional people live in: real towns, real postcodes.
fn towns() -> Vec<[String; 4]> {
    let path = repository().join("src/sample/elsewhere.csv");
    let text = fs::read_to_string(path).expect("the towns");
    let rows = text.lines().filter(|line| !line.starts_with('#'));
    rows.map(|row| {
        let cells: Vec<&str> = row.split(',').collect();
        [cells[3], cells[0], cells[1], cells[2]].map(str::to_owned)
    })
    .collect()
}

/// As Japan Post publishes it: code page 932, fifteen columns.
fn ken_all(towns: &[[String; 4]]) -> Vec<u8> {
    let mut text = String::new();
    for [postcode, prefecture, city, town] in towns {
        writeln!(
            text,
            "00000,\"00000\",\"{postcode}\",\"ｹﾝ\",\"ｼ\",\"ﾏﾁ\",\"{prefecture}\",\"{city}\",\"{town}（１〜４丁目）\",0,0,1,0,0,0"
        )
        .expect("a string");
    }
    encoding_rs::SHIFT_JIS.encode(&text).0.into_owned()
}

fn import(home: &Path, towns: &[[String; 4]]) {
    let file = home.join("KEN_ALL.CSV");
    fs::write(&file, ken_all(towns)).expect("a file");
    let said = tayori(home, &["postcodes", "import", "KEN_ALL.CSV", "--json"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let json: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
    assert_eq!(json["lines"], towns.len(), "{json}");
    assert_eq!(json["prefectures"], 47, "{json}");
}

/// The findings about postcodes of a job, by code.
fn doubts(home: &Path, job: &str) -> Vec<(String, usize)> {
    let said = tayori(home, &["validate", job, "--input", "people.csv", "--format", "json"]);
    let of = |code: &str| said.err.lines().filter(|line| line.contains(code)).count();
    let codes = ["W232", "W233", "W234", "W235"];
    let counted = codes.map(|code| (code.to_owned(), of(&format!("\"code\":\"{code}\""))));
    counted.into_iter().filter(|(_, count)| *count > 0).collect()
}

const JOB: &str = "jobs/kasumigahara/property-tax-2026.toml";

#[test]
fn postcodes_are_compared_with_addresses_when_there_is_a_register() {
    let home = home_copy();
    let people = ["sample", "property_tax_notice", "--records", "800", "--out", "people.csv"];
    assert_eq!(tayori(home.path(), &people).code, 0);
    assert_eq!(doubts(home.path(), JOB), [], "without a register nothing is said");
    let towns = towns();
    import(home.path(), &towns);
    assert_eq!(
        doubts(home.path(), JOB),
        [],
        "fictional places are not judged, real ones are right"
    );

    // One postcode is lost, another is none.
    let people = home.path().join("people.csv");
    let text = fs::read_to_string(&people).expect("people");
    let is_elsewhere =
        |line: &&str| towns.iter().any(|town| line.contains(&format!(",{},", town[0])));
    let some: Vec<&str> = text.lines().filter(is_elsewhere).take(2).collect();
    let changed = |line: &str, code: &str| {
        let cells = line.split(',').map(|cell| {
            let is_code = towns.iter().any(|town| town[0] == cell);
            if is_code { code } else { cell }
        });
        cells.collect::<Vec<_>>().join(",")
    };
    let wrong =
        text.replace(some[0], &changed(some[0], "")).replace(some[1], &changed(some[1], "9999999"));
    fs::write(&people, wrong).expect("people");
    assert_eq!(doubts(home.path(), JOB), [("W232".to_owned(), 1), ("W235".to_owned(), 1)]);
    fs::write(&people, text).expect("people");

    // Every town gets the postcode of the next: of another municipality, mostly.
    let mut shifted = towns.clone();
    for (n, town) in shifted.iter_mut().enumerate() {
        town[0].clone_from(&towns[(n + 1) % towns.len()][0]);
    }
    import(home.path(), &shifted);
    let found = doubts(home.path(), JOB);
    let count = |code: &str| found.iter().find(|(found, _)| found == code).map_or(0, |(_, n)| *n);
    assert!(count("W233") > 100, "{found:?}");
    let said = tayori(home.path(), &["plan", JOB, "--input", "people.csv"]);
    assert_eq!(said.code, 0, "what is doubtful is not held: {}", said.err);

    // The same towns under other names: the municipality is right, the town is not.
    let renamed: Vec<[String; 4]> = towns
        .iter()
        .map(|[code, prefecture, city, town]| {
            [code.clone(), prefecture.clone(), city.clone(), format!("新{town}")]
        })
        .collect();
    import(home.path(), &renamed);
    let found = doubts(home.path(), JOB);
    assert!(found.iter().all(|(code, _)| code == "W234") && !found.is_empty(), "{found:?}");
}

#[test]
fn a_register_answers() {
    let home = home_copy();
    let none = tayori(home.path(), &["postcodes", "find", "0010034"]);
    assert_eq!(none.code, 2, "{}", none.err);
    assert!(none.err.contains("postcodes import"), "{}", none.err);
    import(home.path(), &towns());
    for what in
        ["001-0034", "0010034", "札幌市北区北34条西1丁目2番3号", "北海道札幌市北区北三十四条西"]
    {
        let said = tayori(home.path(), &["postcodes", "find", what]);
        assert_eq!(said.code, 0, "{what}: {}", said.err);
        assert!(said.out.contains("0010034") && said.out.contains("北三十四条西"), "{}", said.out);
    }
    let unknown = tayori(home.path(), &["postcodes", "find", "9990001"]);
    assert_eq!(unknown.code, 4, "{}", unknown.out);

    // A file that is none changes nothing.
    let register = home.path().join("jobs/postcodes.csv");
    let before = fs::read(&register).expect("the register");
    fs::write(home.path().join("other.csv"), "a,b\n1,2\n").expect("a file");
    let refused = tayori(home.path(), &["postcodes", "import", "other.csv"]);
    assert_eq!(refused.code, 65, "{}", refused.err);
    assert!(refused.err.contains("E144"), "{}", refused.err);
    assert!(fs::read(&register).expect("the register") == before, "the register stays as it was");
}
