//! Encoders by themselves, on one thread: `cargo bench --bench barcodes`. Prints symbols a second;
//! results are read, never judged here.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::too_many_lines,
    reason = "a benchmark is a list of measurements, looks at the clock and prints what it saw"
)]

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;
use tayori::barcode::customer::{self, BarDots, Customer, Postcode, PostcodeKind, Size};
use tayori::barcode::el_qr::{Extension, Payment};
use tayori::barcode::lay::{Laid, Place, Press, Quiet};
use tayori::barcode::linear::{self, Ratio};
use tayori::barcode::store::StorePayment;
use tayori::barcode::{Linear, Matrix, code128, data_matrix, qr, yucho};
use tayori::calendar::Date;
use tayori::measure::Length;

/// Many short rounds, so that one of them is not interrupted.
const ROUNDS: u32 = 1_000;

fn main() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/jp4s_bulk.csv");
    let mut reader = csv::Reader::from_path(path).expect("the addresses");
    let addresses: Vec<(Postcode, String)> = reader
        .records()
        .map(|row| row.expect("a row"))
        .map(|row| (Postcode::parse(&row[0]).expect("a postcode"), row[1].to_owned()))
        .collect();
    let mut number = String::new();
    let count = addresses.len();
    best("address to display number", count, || {
        for (_, address) in &addresses {
            customer::display_number(address, &mut number);
            black_box(&number);
        }
    });
    best("address to bars of the customer barcode", count, || {
        for (postcode, address) in &addresses {
            let kind = PostcodeKind::Town;
            let symbol = Customer::of_address(*postcode, kind, address, &mut number);
            black_box(symbol.expect("an address").expect("a town").bars());
        }
    });
    let amounts: Vec<u64> = (0..200).map(|n| n * 149 % 300_000 + 1).collect();
    let count = amounts.len();
    let due = Date::new(2026, 6, 30).expect("a date");
    let mut symbol = Linear::new();
    let payment = |amount| StorePayment {
        issuer: "923456",
        free_field: "131032026010100000012",
        reissue: 0,
        due: Some(due),
        stamp_flag: 0,
        amount,
    };
    best("store payment to 44 digits and 288 modules", count, || {
        for &amount in &amounts {
            let code = payment(amount).code().expect("a code");
            code.symbol(&mut symbol);
            black_box((&symbol, code.line_1(), code.line_2()));
        }
    });
    let press = Press::new(600, 1).expect("a press");
    let place = Place { width: Length::mm(60), height: Length::mm(10) };
    let (modules, quiet) = (Length::um(150)..=Length::um(200), Quiet::Length(Length::um(2_540)));
    best("the same, laid on dots", count, || {
        for &amount in &amounts {
            payment(amount).code().expect("a code").symbol(&mut symbol);
            let laid = Laid::linear(&symbol, press, place, &modules, quiet).expect("it fits");
            black_box(laid.bars(&symbol).map(|bar| bar.width).sum::<u32>());
        }
    });
    let payment = |amount| Payment {
        account: "0",
        amount,
        item: "127",
        key: "202401010104348",
        confirmation: "778284",
        organisation: "44000",
        office: "040",
        levy_year: "2026",
        tax_year: "2026",
        period: "01",
        due,
        pay_by: due,
        extension: Extension::default(),
    };
    best("payment to 255 digits of an eL-QR", count, || {
        for &amount in &amounts {
            black_box(payment(amount).payload().expect("a payload"));
        }
    });
    let mut matrix = Matrix::new();
    best("payment to the modules of an eL-QR", 20, || {
        for &amount in &amounts[..20] {
            let payload = payment(amount).payload().expect("a payload");
            qr::encode_255_digits(payload.as_str(), &mut matrix).expect("255 digits");
            black_box(&matrix);
        }
    });
    best("the same modules by the crate `qrcodegen`", 2, || {
        for &amount in &amounts[..2] {
            let payload = payment(amount).payload().expect("a payload");
            let segments = [qr::Segment::Numeric(payload.as_str())];
            qr::encode(&segments, qr::Level::Medium, 6..=6, &mut matrix).expect("it fits");
            black_box(&matrix);
        }
    });
    let digits: Vec<String> = amounts.iter().map(|amount| format!("{amount:037}")).collect();
    best("Yucho check digits", count, || {
        for user in &digits {
            black_box(yucho::check_digits(user).expect("digits"));
        }
    });
    let texts: Vec<String> = amounts.iter().map(|amount| format!("A-{amount:012}")).collect();
    best("Code 128 of 14 characters", count, || {
        for text in &texts {
            code128::code_128(text, &mut symbol).expect("a symbol");
            black_box(&symbol);
        }
    });
    best("Code 39 of 14 characters", count, || {
        for text in &texts {
            linear::code_39(text, true, Ratio::FIVE_TO_TWO, &mut symbol).expect("a symbol");
            black_box(&symbol);
        }
    });
    best("ITF of 38 digits", count, || {
        for text in &digits {
            linear::itf(text, true, Ratio::FIVE_TO_TWO, &mut symbol).expect("a symbol");
            black_box(&symbol);
        }
    });
    best("DataMatrix of 24 digits by the crate `datamatrix`", 20, || {
        for text in &digits[..20] {
            let text = &text.as_bytes()[13..];
            data_matrix::encode(text, data_matrix::Shape::Square, &mut matrix).expect("it fits");
            black_box(&matrix);
        }
    });
    best("QR code of an address on the net by `qrcodegen`", 2, || {
        for text in &texts[..2] {
            let text = format!("https://tayori.example/{text}");
            qr::encode_text(&text, qr::Level::Medium, &mut matrix).expect("it fits");
            black_box(&matrix);
        }
    });
    let size = Size::tenths(100).expect("a size");
    best("dots of a customer barcode", 100, || {
        for _ in 0..100 {
            black_box(BarDots::new(black_box(size), black_box(600)));
        }
    });
}

/// The best of some rounds over `count` symbols.
fn best(name: &str, count: usize, mut work: impl FnMut()) {
    let count = f64::from(u32::try_from(count).expect("a benchmark is small"));
    let mut least = f64::MAX;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        work();
        least = least.min(start.elapsed().as_secs_f64());
    }
    println!("{name:50} {:12.0}/s {:9.3} us", count / least, least * 1e6 / count);
}
