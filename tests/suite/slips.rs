//! Payment slips: which a piece has and where, what is printed where nothing can be paid, and that
//! a slip whose codes say something else is held.

use crate::judges;
use crate::program::{Said, home_copy, tayori};
use std::path::Path;

const HEADING: usize = 0;

/// Input of the property tax notice as the generator writes it.
struct Input {
    home: tempfile::TempDir,
    rows: Vec<Vec<String>>,
}

impl Input {
    /// One record that pays by slips, less than stores' limit for every instalment.
    fn new() -> Self {
        let home = home_copy();
        let arguments = ["sample", "property_tax_notice", "--records", "12", "--seed", "3"];
        let said = tayori(home.path(), &[&arguments[..], &["--out", "in.csv"]].concat());
        assert_eq!(said.code, 0, "{}", said.err);
        let text = std::fs::read_to_string(home.path().join("in.csv")).expect("a sample");
        let text = text.trim_start_matches('\u{feff}');
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        let rows = reader.records().map(|row| row.expect("a row"));
        let rows: Vec<Vec<String>> =
            rows.map(|row| row.iter().map(str::to_owned).collect()).collect();
        let mut input = Self { home, rows };
        let pays = |row: &Vec<String>| {
            let amount = |name: &str| row[input.column(name)].parse::<u64>().unwrap_or(0);
            row[input.column("口座振替")] != "1" && (40_000..300_000).contains(&amount("年税額"))
        };
        let chosen = input.rows[1..].iter().find(|row| pays(row)).expect("a record").clone();
        let heading = input.rows[HEADING].clone();
        input.rows = vec![heading, chosen];
        input
    }

    fn column(&self, name: &str) -> usize {
        let column = self.rows[HEADING].iter().position(|heading| heading == name);
        column.unwrap_or_else(|| panic!("no column {name}"))
    }

    fn get(&self, name: &str) -> &str {
        &self.rows[1][self.column(name)]
    }

    fn set(&mut self, name: &str, value: &str) {
        let column = self.column(name);
        value.clone_into(&mut self.rows[1][column]);
    }

    fn swap(&mut self, one: &str, other: &str) {
        let (one, other) = (self.column(one), self.column(other));
        self.rows[1].swap(one, other);
    }

    fn preview(&self) -> Said {
        let mut writer = csv::Writer::from_path(self.home.path().join("in.csv")).expect("a file");
        for row in &self.rows {
            writer.write_record(row).expect("a row");
        }
        writer.flush().expect("a file");
        let form = ["forms", "preview", "property_tax_notice", "--tenant", "kasumigahara"];
        let files = ["--input", "in.csv", "--out", "out.pdf", "--format", "short"];
        tayori(self.home.path(), &[&form[..], &files].concat())
    }

    /// The texts of the leaves of slips, in order.
    fn slips(&self) -> Vec<String> {
        let said = self.preview();
        assert_eq!(said.code, 0, "{}", said.err);
        let pdf = self.home.path().join("out.pdf").display().to_string();
        let text = judges::content("pdftotext", &["-raw", &pdf, "-"]);
        let pages = text.split('\u{c}').map(str::to_owned);
        pages.filter(|page| page.contains("領収済通知書")).collect()
    }

    fn held(&self, code: &str) {
        let said = self.preview();
        assert_ne!(said.code, 0);
        assert!(said.err.contains(code), "{}", said.err);
    }

    fn zbar(&self, page: usize) -> Vec<String> {
        read(self.home.path(), page)
    }
}

/// What zbar reads on a page, counted from 1, as a press of 600 dpi prints it.
fn read(home: &Path, page: usize) -> Vec<String> {
    let (pdf, page) = (home.join("out.pdf").display().to_string(), page.to_string());
    let picture = home.join("page").display().to_string();
    let raster = ["-r", "600", "-gray", "-png", "-singlefile", "-f", &page, "-l", &page];
    judges::content("pdftoppm", &[&raster[..], &[&pdf, &picture]].concat());
    let read = judges::content("zbarimg", &["-q", &format!("{picture}.png")]);
    let mut read: Vec<String> = read.lines().map(str::to_owned).collect();
    read.sort();
    read
}

#[test]
fn each_instalment_has_its_slip_with_its_codes() {
    let input = Input::new();
    let slips = input.slips();
    assert_eq!(slips.len(), 2, "three slips on a leaf");
    for (slip, name) in [(0, "全期"), (0, "第1期"), (0, "第2期"), (1, "第3期"), (1, "第4期")]
    {
        assert_eq!(slips[slip].matches(name).count(), 3, "{name} on each panel");
        assert!(!slips[1 - slip].contains(name), "{name} stands once");
    }
    assert!(slips[1].contains("（余白）"), "the place that is left over says so");
    let mut expected = Vec::new();
    for name in ["全期", "第1期", "第2期"] {
        expected.push(format!("CODE-128:{}", input.get(&format!("{name}コンビニ収納番号"))));
        expected.push(format!("QR-Code:{}", input.get(&format!("{name}地方税統一QR"))));
    }
    expected.sort();
    assert_eq!(input.zbar(3), expected);
}

#[test]
fn direct_debit_has_no_leaf_of_slips() {
    let mut input = Input::new();
    let account =
        [("口座振替", "1"), ("金融機関名", "北潮銀行"), ("支店名", "本店"), ("預金種目", "普通")];
    for (name, value) in account {
        input.set(name, value);
    }
    input.set("口座番号", "1234567");
    input.set("口座名義人", "カスミ　フミコ");
    assert_eq!(input.slips(), Vec::<String>::new());
}

#[test]
fn what_cannot_be_paid_says_why() {
    let over = "コンビニエンスストアでは30万円を超えるお支払いはできません。";
    let joined = |slips: &[String]| slips.concat().replace(char::is_whitespace, "");
    let counted = |input: &Input, text: &str| joined(&input.slips()).matches(text).count();

    let mut input = Input::new();
    input.set("金額訂正", "1");
    assert_eq!(counted(&input, "金額を訂正したため、コンビニ"), 5);
    assert_eq!(counted(&input, "金額を訂正したため、お支払いに使えません。"), 5);

    let mut input = Input::new();
    input.set("第1期支払期限", "20260405");
    assert_eq!(counted(&input, "納期限を過ぎているため、コンビニ"), 1, "issued on 6 April");

    let mut input = Input::new();
    input.set("第2期コンビニ収納番号", "");
    assert_eq!(counted(&input, "コンビニエンスストアではお支払いできません。"), 1);
    assert_eq!(counted(&input, over), 0);

    // The whole year in the first instalment: the others have nothing to pay.
    let mut input = Input::new();
    let total: u64 = input.get("年税額").parse().expect("an amount");
    input.set("第1期税額", &total.to_string());
    for name in ["第1期", "第2期", "第3期", "第4期"] {
        if name != "第1期" {
            input.set(&format!("{name}税額"), "0");
        }
        input.set(&format!("{name}コンビニ収納番号"), "");
        input.set(&format!("{name}地方税統一QR"), "");
    }
    assert_eq!(counted(&input, "この納付書は使えません"), 3);
    assert_eq!(counted(&input, "＊＊＊"), 3 * 7, "amount and days on all panels");
}

/// 300,000 yen is what stores take; one yen more is not.
#[test]
fn stores_take_no_more_than_their_limit() {
    let text = |amount: u64| {
        let mut input = Input::new();
        let total = amount.to_string();
        for name in ["年税額", "全期税額", "第1期税額"] {
            input.set(name, &total);
        }
        for name in ["固定算出税額", "固定資産税年税額"] {
            input.set(name, &total);
        }
        for name in
            ["固定軽減税額", "固定減免税額", "都計算出税額", "都計減免税額", "都市計画税年税額"]
        {
            input.set(name, "0");
        }
        for name in ["第2期", "第3期", "第4期"] {
            input.set(&format!("{name}税額"), "0");
        }
        for name in ["全期", "第1期", "第2期", "第3期", "第4期"] {
            input.set(&format!("{name}コンビニ収納番号"), "");
            input.set(&format!("{name}地方税統一QR"), "");
        }
        input.slips().concat().replace(char::is_whitespace, "")
    };
    let over = "30万円を超えるお支払いはできません";
    assert_eq!(text(300_000).matches(over).count(), 0);
    assert_eq!(text(300_100).matches(over).count(), 2);
}

/// The accident of 2007, in all its forms: a code of another instalment, of another day, of another
/// person is held, even where the amounts are the same.
#[test]
fn codes_of_another_slip_are_held() {
    let mut input = Input::new();
    input.swap("第2期コンビニ収納番号", "第3期コンビニ収納番号");
    input.held("E268");
    let mut input = Input::new();
    input.swap("第2期地方税統一QR", "第3期地方税統一QR");
    input.held("E268");
    // The first instalment and the whole year share their day; a whole year's code on the first
    // instalment differs in its amount, and with equal amounts in its instalment alone.
    let mut input = Input::new();
    let total = input.get("全期地方税統一QR").to_owned();
    let year = input.get("年税額").to_owned();
    input.set("第1期税額", &year);
    input.set("第1期コンビニ収納番号", "");
    input.set("第1期地方税統一QR", &total);
    for name in ["第2期", "第3期", "第4期"] {
        input.set(&format!("{name}税額"), "0");
        input.set(&format!("{name}コンビニ収納番号"), "");
        input.set(&format!("{name}地方税統一QR"), "");
    }
    input.held("kibetsu");
}
