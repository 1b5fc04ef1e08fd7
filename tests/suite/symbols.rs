//! Symbols on notices: other people's readers read what the record says, and a payment that says
//! something else is held.

use crate::judges;
use crate::program::{home_copy, repository, tayori};
use std::fs;
use std::path::Path;

/// A home with the manual's example of symbols as a form, and the record that it is shown with.
fn home() -> tempfile::TempDir {
    let home = home_copy();
    let cases = repository().join("tests/cases/pictured");
    let head = fs::read_to_string(cases.join("head.toml")).expect("the head");
    let page = fs::read_to_string(repository().join("docs/forms/symbols.md")).expect("the page");
    let (_, example) = page.split_once("```toml\n").expect("an example");
    let (example, _) = example.split_once("```").expect("an example");
    fs::create_dir(home.path().join("forms/symbols")).expect("a directory");
    let form = home.path().join("forms/symbols/2026-04-01.toml");
    fs::write(form, format!("{head}\n{example}")).expect("a form");
    for file in ["records.csv", "records-detail.csv"] {
        fs::copy(cases.join(file), home.path().join(file)).expect("a record");
    }
    home
}

/// What a preview of the record says, and how it ends.
fn preview(home: &Path) -> (i32, String) {
    let form = ["forms", "preview", "symbols", "--tenant", "mitsumori"];
    let said = tayori(
        home,
        &[&form[..], &["--input", "records.csv", "--out", "s.pdf", "--format", "short"]].concat(),
    );
    (said.code, said.err)
}

fn change(home: &Path, file: &str, from: &str, to: &str) {
    let path = home.join(file);
    let text = fs::read_to_string(&path).expect("a file");
    assert!(text.contains(from), "{from}");
    fs::write(path, text.replace(from, to)).expect("a file");
}

#[test]
fn readers_read_what_the_record_says() {
    let home = home();
    let record = fs::read_to_string(home.path().join("records.csv")).expect("the record");
    let cells: Vec<&str> = record.lines().nth(1).expect("a record").split(',').collect();
    let (number, store, el_qr) = (cells[0], cells[11], cells[12]);
    assert_eq!(preview(home.path()).0, 0);
    let pdf = home.path().join("s.pdf").display().to_string();
    judges::content("qpdf", &["--check", &pdf]);
    for dpi in ["300", "600"] {
        let picture = home.path().join(dpi).display().to_string();
        judges::content("pdftoppm", &["-r", dpi, "-gray", "-png", "-singlefile", &pdf, &picture]);
        let read = judges::content("zbarimg", &["-q", &format!("{picture}.png")]);
        let mut read: Vec<&str> = read.lines().collect();
        read.sort_unstable();
        let expected = [
            format!("CODE-128:{store}"),
            format!("CODE-39:{number}"),
            format!("Codabar:A{number}A"),
            format!("I2/5:{number}"),
            format!("QR-Code:{el_qr}"),
            format!("QR-Code:https://www.city.kasumigahara.example/zei/{number}"),
        ];
        assert_eq!(read, expected, "at {dpi}");
    }
}

/// The accident of 2007: a barcode with another instalment's amount.
#[test]
fn a_payment_that_says_something_else_is_held() {
    for (what, file, from, to, code) in [
        ("another amount", "records.csv", ",48600,", ",48601,", "E268"),
        ("another day", "records.csv", ",20260630,", ",20260701,", "E268"),
        ("no day", "records.csv", ",20260630,", ",,", "E268"),
        ("a wrong digit", "records.csv", "026063000486009", "026063000486008", "E266"),
        ("a wrong CRC", "records.csv", "542826,", "542827,", "E266"),
        ("too small a box", "forms/symbols/2026-04-01.toml", "60, 12]", "50, 12]", "E270"),
        (
            "another instalment",
            "forms/symbols/2026-04-01.toml",
            "amount = \"amount\"",
            "amount = \"amount_1\"",
            "E268",
        ),
    ] {
        let home = home();
        change(home.path(), file, from, to);
        let (end, said) = preview(home.path());
        assert_eq!(end, 3, "{what}: {said}");
        assert!(said.contains(&format!("error[{code}]")), "{what}: {said}");
    }
}

/// What fits at 600 dots an inch does not at 240: the vendor's press decides.
#[test]
fn a_symbol_must_fit_on_every_press_of_the_vendor() {
    let home = home();
    let job = "title = \"見本\"\nform = \"symbols\"\nvendor = \"kitashio-print\"\nlevy_year = 2026\n\
               issue_date = 2026-04-10\nheld_limit_percent = 100\n[input]\nfile = \"records.csv\"\n\
               [input.detail]\nfile = \"records-detail.csv\"\nkey = \"通知書番号\"\n";
    fs::write(home.path().join("jobs/mitsumori/symbols.toml"), job).expect("a job");
    change(home.path(), "forms/symbols/2026-04-01.toml", "leaf = [210, 120]", "leaf = [210, 297]");
    let validated = |home: &Path| tayori(home, &["validate", "jobs/mitsumori/symbols.toml"]);
    let said = validated(home.path());
    assert_eq!(said.code, 0, "{}", said.err);
    let vendor = "jobs/vendors/kitashio-print.toml";
    change(home.path(), vendor, "dpi = 600", "dpi = 240");
    let said = validated(home.path());
    assert_eq!(said.code, 3, "{}", said.err);
    assert!(said.err.contains("error[E270]"), "{}", said.err);
    change(home.path(), vendor, "dpi = 240", "dpi = 601");
    let said = validated(home.path());
    assert_eq!(said.code, 78, "{}", said.err);
    assert!(said.err.contains("240, 300, 400, 480, 600, 1200"), "{}", said.err);
}

/// What the register of postcodes knows of a postcode, its barcode says; of others it says the same as
/// without one.
#[test]
fn a_customer_barcode_asks_the_register_of_postcodes() {
    let home = home();
    let pages = |register: &str| {
        if !register.is_empty() {
            let register = format!("postcode,prefecture,city,town,kind\n{register}\n");
            fs::write(home.path().join("jobs/postcodes.csv"), register).expect("a register");
        }
        let (end, said) = preview(home.path());
        assert_eq!(end, 0, "{said}");
        fs::read(home.path().join("s.pdf")).expect("a preview")
    };
    let without = pages("");
    let [town, office, whole] = [
        "9990001,北潮県,霞ヶ原市,中央,town\n1000013,東京都,千代田区,霞が関,town",
        "9990001,北潮県,霞ヶ原市,中央,office",
        "9990001,北潮県,霞ヶ原市,,town",
    ]
    .map(pages);
    assert!(without == town, "the same town");
    assert!(office != town && whole != town && whole != office);
    assert!(whole.len() < office.len(), "no symbol is less than one");
}
