//! What other people's programs read from our symbols, painted dot by dot at the resolutions of presses
//! and scanners; and a reader of customer barcodes, written from the manual, that measures bars.

use crate::barcode_vectors::{cases, vectors};
use crate::judges;
use rxing::BarcodeFormat;
use serde_json::Value;
use std::fmt::Write as _;
use std::ops::RangeInclusive;
use tayori::barcode::customer::{BarDots, Customer, Postcode, Size};
use tayori::barcode::lay::{DotRect, Laid, Place, Press, Quiet};
use tayori::barcode::linear::{self, Ratio};
use tayori::barcode::store::StoreCode;
use tayori::barcode::{Linear, Matrix, code128, data_matrix, qr};
use tayori::measure::Length;

/// A grey picture, 0 black, with white all around what is painted.
#[derive(Clone)]
struct Raster {
    width: u32,
    height: u32,
    dots: Vec<u8>,
}

/// White around a place, in dots.
const MARGIN: u32 = 40;

impl Raster {
    fn paint(place: Place, press: Press, rects: impl Iterator<Item = DotRect>) -> Self {
        let side = |length| u32::try_from(press.dots(length)).expect("a length") + 2 * MARGIN;
        let (width, height) = (side(place.width), side(place.height));
        let mut dots = vec![255; (width * height) as usize];
        for rect in rects {
            for y in rect.y..rect.y + rect.height {
                let start = ((y + MARGIN) * width + rect.x + MARGIN) as usize;
                dots[start..start + rect.width as usize].fill(0);
            }
        }
        Self { width, height, dots }
    }

    /// As a scanner of `1/n` of the resolution sees it: the mean of `n` by `n` dots.
    fn scanned(&self, n: u32) -> Self {
        let (width, height) = (self.width.div_euclid(n), self.height.div_euclid(n));
        let mut dots = Vec::new();
        for rows in self.dots.chunks_exact((self.width * n) as usize).take(height as usize) {
            let mut sums = vec![0_u32; width as usize];
            for row in rows.chunks_exact(self.width as usize) {
                for (sum, dots) in sums.iter_mut().zip(row.chunks_exact(n as usize)) {
                    *sum += dots.iter().map(|&dot| u32::from(dot)).sum::<u32>();
                }
            }
            let mean = |sum: u32| u8::try_from(sum.div_euclid(n * n)).expect("a mean");
            dots.extend(sums.into_iter().map(mean));
        }
        Self { width, height, dots }
    }

    fn at(&self, x: u32, y: u32) -> u8 {
        self.dots[(y * self.width + x) as usize]
    }

    /// What `rxing` reads.
    #[track_caller]
    fn rxing(&self, format: BarcodeFormat) -> String {
        let dots = self.dots.clone();
        let read = rxing::helpers::detect_in_luma(dots, self.width, self.height, Some(format));
        read.unwrap_or_else(|error| panic!("{format}: {error}")).getText().to_owned()
    }
}

/// What `zbarimg` reads from some pictures, each of one symbol.
#[track_caller]
fn zbar(pictures: &[Raster]) -> Vec<String> {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let mut arguments = vec!["--quiet".to_owned(), "--raw".to_owned()];
    for (n, picture) in pictures.iter().enumerate() {
        let path = directory.path().join(format!("{n}.pgm"));
        let mut bytes = format!("P5\n{} {}\n255\n", picture.width, picture.height).into_bytes();
        bytes.extend_from_slice(&picture.dots);
        std::fs::write(&path, bytes).expect("a picture");
        arguments.push(path.to_str().expect("UTF-8").to_owned());
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    judges::content("zbarimg", &arguments).lines().map(str::to_owned).collect()
}

fn press(dpi: u32, reduction: u32) -> Press {
    Press::new(dpi, reduction).expect("a press")
}

fn um(least: i32, most: i32) -> RangeInclusive<Length> {
    Length::um(least)..=Length::um(most)
}

fn linear_raster(symbol: &Linear, press: Press, modules: &RangeInclusive<Length>) -> Raster {
    let place = Place { width: Length::mm(90), height: Length::mm(5) };
    let laid = Laid::linear(symbol, press, place, modules, Quiet::Modules(10)).expect("it fits");
    Raster::paint(place, press, laid.bars(symbol))
}

fn matrix_raster(symbol: &Matrix, press: Press, modules: &RangeInclusive<Length>) -> Raster {
    let place = Place { width: Length::mm(26), height: Length::mm(26) };
    let laid = Laid::matrix(symbol, press, place, modules, Quiet::Modules(4)).expect("it fits");
    Raster::paint(place, press, laid.runs(symbol))
}

/// Pictures of a symbol that must be read: printed at 300 and 600 dots, without and with reduction; the
/// first of a kind also printed at 1200 and seen by scanners of 600 and 300.
fn pictures(first: bool, raster: impl Fn(Press) -> Raster) -> Vec<Raster> {
    let mut pictures = vec![raster(press(300, 0)), raster(press(600, 0)), raster(press(600, 1))];
    if first {
        let fine = raster(press(1200, 1));
        pictures.extend([fine.scanned(2), fine.scanned(4)]);
    }
    pictures
}

#[test]
fn store_barcodes_are_read() {
    let (file, mut symbol) = (vectors("gs1128_cvs.json"), Linear::new());
    let place = Place { width: Length::mm(60), height: Length::mm(10) };
    let (mut rasters, mut expected) = (Vec::new(), Vec::new());
    for case in cases(&file) {
        let text = case["data44"].as_str().expect("a text");
        StoreCode::parse(text).expect("a code").symbol(&mut symbol);
        let quiet = Quiet::Length(Length::um(2_540));
        for picture in pictures(rasters.is_empty(), |press| {
            let laid = Laid::linear(&symbol, press, place, &um(150, 200), quiet).expect("it fits");
            Raster::paint(place, press, laid.bars(&symbol))
        }) {
            assert_eq!(picture.rxing(BarcodeFormat::CODE_128), text);
            rasters.push(picture);
            expected.push(text.to_owned());
        }
    }
    assert_eq!(zbar(&rasters), expected);
}

#[test]
fn el_qr_symbols_are_read() {
    let (file, mut symbol) = (vectors("elqr.json"), Matrix::new());
    let (mut rasters, mut expected) = (Vec::new(), Vec::new());
    for case in cases(&file) {
        let text = case["payload"].as_str().expect("a text");
        qr::encode_255_digits(text, &mut symbol).expect("a payload");
        assert_eq!(u64::from(symbol.width()), case["qr_modules_auto_level_M"]);
        for picture in
            pictures(rasters.is_empty(), |press| matrix_raster(&symbol, press, &um(330, 500)))
        {
            assert_eq!(picture.rxing(BarcodeFormat::QR_CODE), text);
            rasters.push(picture);
            expected.push(text.to_owned());
        }
    }
    assert_eq!(zbar(&rasters), expected);
}

#[test]
fn qr_codes_of_any_content_are_read() {
    use qr::{Level, Segment};
    let mut symbol = Matrix::new();
    let (mut rasters, mut expected) = (Vec::new(), Vec::new());
    let mut read = |symbol: &Matrix, text: &str| {
        for picture in
            pictures(rasters.is_empty(), |press| matrix_raster(symbol, press, &um(250, 500)))
        {
            assert_eq!(picture.rxing(BarcodeFormat::QR_CODE), text);
            rasters.push(picture);
            expected.push(text.to_owned());
        }
    };
    for text in
        ["0123456789", "HTTPS://EXAMPLE.JP/A-1", "https://example.jp/?q=1", "霞ヶ原市税務課 tax é"]
    {
        for level in [Level::Low, Level::High] {
            qr::encode_text(text, level, &mut symbol).expect("it fits");
            read(&symbol, text);
        }
    }
    let segments = [
        Segment::Alphanumeric("TAX-"),
        Segment::Numeric("20260401"),
        Segment::Bytes(b"/a"),
        Segment::Kanji("霞ヶ原市"),
    ];
    qr::encode(&segments, Level::Quartile, 1..=10, &mut symbol).expect("it fits");
    read(&symbol, "TAX-20260401/a霞ヶ原市");
    assert_eq!(zbar(&rasters), expected);
}

#[test]
fn linear_codes_are_read() {
    let mut symbol = Linear::new();
    let (mut rasters, mut expected) = (Vec::new(), Vec::new());
    let mut read = |symbol: &Linear, format: BarcodeFormat, rxing: &str, zbar: &str| {
        for picture in
            pictures(rasters.is_empty(), |press| linear_raster(symbol, press, &um(160, 260)))
        {
            assert_eq!(picture.rxing(format), rxing);
            rasters.push(picture);
            expected.push(zbar.to_owned());
        }
    };
    for text in ["Tayori-12345678", "AB12CD", "0123456789012", "a\tB", "{~}"] {
        code128::code_128(text, &mut symbol).expect("a symbol");
        read(&symbol, BarcodeFormat::CODE_128, text, text);
    }
    for ratio in [Ratio::TWO_TO_ONE, Ratio::FIVE_TO_TWO, Ratio::THREE_TO_ONE] {
        linear::code_39("A-1 $/+%.", false, ratio, &mut symbol).expect("a symbol");
        read(&symbol, BarcodeFormat::CODE_39, "A-1 $/+%.", "A-1 $/+%.");
        linear::code_39("CODE39", true, ratio, &mut symbol).expect("a symbol");
        read(&symbol, BarcodeFormat::CODE_39, "CODE39W", "CODE39W");
        linear::itf("1234567", true, ratio, &mut symbol).expect("a symbol");
        read(&symbol, BarcodeFormat::ITF, "12345670", "12345670");
        linear::nw_7("A37859B", true, ratio, &mut symbol).expect("a symbol");
        read(&symbol, BarcodeFormat::CODABAR, "37859+", "A37859+B");
        linear::nw_7("C0123-$:/.46D", false, ratio, &mut symbol).expect("a symbol");
        read(&symbol, BarcodeFormat::CODABAR, "0123-$:/.46", "C0123-$:/.46D");
    }
    assert_eq!(zbar(&rasters), expected);
}

/// `zbarimg` knows no `DataMatrix`.
#[test]
fn data_matrix_symbols_are_read() {
    let (file, mut symbol) = (vectors("inserter_control.json"), Matrix::new());
    let payloads = cases(&file["datamatrix"]).iter().filter_map(|case| case["payload"].as_str());
    for (n, text) in payloads.chain(["Tayori", "A1B2C3-0000123"]).enumerate() {
        for shape in [data_matrix::Shape::Square, data_matrix::Shape::Rectangle] {
            data_matrix::encode(text.as_bytes(), shape, &mut symbol).expect("it fits");
            for picture in pictures(n == 0, |press| matrix_raster(&symbol, press, &um(400, 600))) {
                assert_eq!(picture.rxing(BarcodeFormat::DATA_MATRIX), text);
            }
        }
    }
}

/// Reads a customer barcode as a sorting machine does: measures where each bar ends, takes three for a
/// character and proves the sum. The table is that of the known answers, not the encoder's.
fn read_customer(picture: &Raster, table: &Value, values: &Value) -> Result<String, String> {
    let dark = |x: u32, y: u32| picture.at(x, y) < 128;
    let mut bars: Vec<(u32, u32)> = Vec::new();
    let mut inside = false;
    for x in 0..picture.width {
        let mut rows = (0..picture.height).filter(|&y| dark(x, y));
        let ends = rows.next().map(|first| (first, rows.next_back().unwrap_or(first)));
        match (ends, inside, bars.last_mut()) {
            (Some((top, bottom)), true, Some(bar)) => {
                *bar = (bar.0.min(top), bar.1.max(bottom));
            }
            (Some(ends), ..) => bars.push(ends),
            (None, ..) => {}
        }
        inside = ends.is_some();
    }
    let top = bars.iter().map(|bar| bar.0).min().ok_or("nothing is there")?;
    let bottom = bars.iter().map(|bar| bar.1).max().ok_or("nothing is there")?;
    // A bar reaches an edge when it ends in the outer sixth of the height.
    let sixth = (bottom - top).div_euclid(6);
    let third = (bottom - top).div_ceil(3) + 1;
    if bars.iter().any(|bar| bar.0 > top + third || bar.1 + third < bottom) {
        return Err("a bar does not cover the middle".into());
    }
    let letters: Vec<char> = bars
        .iter()
        .map(|bar| match (bar.0 < top + sixth, bar.1 > bottom - sixth) {
            (true, true) => 'F',
            (true, false) => 'A',
            (false, true) => 'D',
            (false, false) => 'T',
        })
        .collect();
    if letters.len() != 67 || letters[..2] != ['F', 'D'] || letters[65..] != ['D', 'F'] {
        return Err(format!("{letters:?} is no symbol"));
    }
    let (mut text, mut sum) = (String::new(), 0);
    let table = table.as_object().expect("a table");
    for three in letters[2..65].chunks(3) {
        let three: String = three.iter().collect();
        let found = table.iter().find(|(_, bars)| **bars == three).map(|(name, _)| name);
        let name = found.ok_or_else(|| format!("{three} is no character"))?;
        sum += values[name].as_u64().expect("a value");
        match name.strip_prefix("CC").and_then(|n| n.parse::<u8>().ok()) {
            Some(n) => text.push(char::from(b'a' + n - 1)),
            None => write!(text, "{name}").expect("a string takes everything"),
        }
    }
    if sum % 19 == 0 { Ok(text) } else { Err(format!("{text}: the sum is {sum}")) }
}

#[test]
fn customer_barcodes_are_read() {
    let file = vectors("jp4s_vectors.json");
    let (table, values) = (&file["bar_table"], &file["check_values"]);
    let place = Place { width: Length::mm(96), height: Length::mm(9) };
    let presses = [
        (240, 90, 0, 1),
        (300, 80, 0, 1),
        (300, 115, 1, 1),
        (600, 80, 2, 1),
        (600, 100, 0, 2),
        (1200, 80, 1, 4),
        (1200, 105, 3, 2),
    ];
    let mut read = 0;
    for (n, case) in cases(&file).iter().enumerate() {
        let text = |key: &str| case[key].as_str().expect("a text");
        let postcode = Postcode::parse(text("postcode")).expect("a postcode");
        let symbol = Customer::new(postcode, text("display_number")).expect("a symbol");
        // Each at two of the presses in turn.
        for (dpi, tenths, reduction, scan) in [presses[n % 7], presses[(n + 3) % 7]] {
            let size = Size::tenths(tenths).expect("a size");
            let parts = BarDots::new(size, dpi).expect("dots");
            let press = press(dpi, reduction);
            let laid = Laid::customer(&parts, press, place).expect("it fits");
            let bars: Vec<DotRect> = laid.customer_bars(parts, &symbol.bars()).collect();
            let picture = Raster::paint(place, press, bars.into_iter()).scanned(scan);
            let found = read_customer(&picture, table, values);
            assert_eq!(found.as_deref(), Ok(text("font_string")), "{dpi} {tenths}");
            read += 1;
        }
    }
    assert!(read >= 100, "{read}");
}

/// The reader itself must be able to object.
#[test]
fn a_customer_barcode_with_a_bar_of_another_height_is_not_read() {
    let file = vectors("jp4s_vectors.json");
    let (table, values) = (&file["bar_table"], &file["check_values"]);
    let postcode = Postcode::parse("1000013").expect("a postcode");
    let symbol = Customer::new(postcode, "1-3-2-503").expect("a symbol");
    let parts = BarDots::new(Size::MIN, 600).expect("dots");
    let (press, place) = (press(600, 0), Place { width: Length::mm(70), height: Length::mm(9) });
    let laid = Laid::customer(&parts, press, place).expect("it fits");
    let right: Vec<DotRect> = laid.customer_bars(parts, &symbol.bars()).collect();
    for n in 0..right.len() {
        let mut bars = right.clone();
        let end = parts.half - parts.timing;
        // Up or down by one end: another letter.
        match bars[n].height {
            height if height == parts.timing => bars[n].height += end,
            height => bars[n].height = height - end,
        }
        let picture = Raster::paint(place, press, bars.into_iter());
        let found = read_customer(&picture, table, values);
        assert!(found.is_err(), "bar {n}: {found:?}");
    }
}
