//! Compares what symbols say with what is printed beside them.

use super::grey::{Bounds, Grey};
use super::places::{Leaf, Said, State, place};
use super::{codes, customer, data_matrix, linear, payload, printed, qr, store};
use crate::barcode::customer::{Customer, Postcode, display_number};
use crate::calendar::Date;
use crate::diag::Code;
use crate::measure::{Length, Rect};
use crate::model::{Reading, Says, SymbolPlace};
use std::collections::{BTreeMap, BTreeSet};

/// What came of checking a leaf.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checked {
    /// What is wrong, with the code for it.
    pub findings: Vec<(Code, String)>,
    /// How many symbols of each kind were read.
    pub read: BTreeMap<String, u64>,
    /// What no other slip of a bundle may have.
    pub payments: Vec<[String; 3]>,
}

impl Checked {
    fn fail(&mut self, code: Code, message: impl Into<String>) {
        self.findings.push((code, message.into()));
    }
}

/// Takes a picture of a box of the sheet, upright as the sheet lies; `Err` says why there is none.
type Draw<'d> = dyn FnMut(Rect) -> Result<Grey, String> + 'd;

/// Ink that covers less than this share of a box, in percent, may be a line or a word where nothing is
/// to be read.
const INK_PERCENT: usize = 22;
/// A customer barcode of the postcode alone beside an address with numbers: right for a single business,
/// which only the register of postcodes knows, and counted apart for it.
const ALONE: &str = "customer without number";

/// Checks what was said on a leaf against the symbols of its places.
pub fn check(
    readings: &[Reading],
    leaf: &Leaf,
    said: &[Said],
    draw: &mut Draw<'_>,
) -> Result<Checked, String> {
    let mut checked = Checked::default();
    for said in said {
        match said.state {
            State::Unclear => {
                let message = "an amount is printed, but no known instalment";
                checked.fail(codes::TEXT, message);
            }
            State::Blank => {
                let symbols = said.candidates.iter().flat_map(|&index| &readings[index].symbols);
                let mut looked = BTreeSet::new();
                for symbol in symbols {
                    if looked.insert((symbol.kind.as_str(), symbol.r#box)) {
                        blank(symbol, said.corner, leaf, draw, &mut checked)?;
                    }
                }
            }
            State::Standing(index) => {
                standing(&readings[index], said, leaf, draw, &mut checked)?;
            }
        }
    }
    checked.payments.sort_unstable();
    checked.payments.dedup();
    Ok(checked)
}

/// What a symbol's place shows.
enum Seen {
    Nothing,
    /// Ink that is no such symbol; how much of the place it covers, in percent.
    Ink(usize),
    Text(Vec<u8>),
    /// The characters of a customer barcode.
    Values([u8; 21]),
}

fn see(kind: &str, rect: Rect, leaf: &Leaf, draw: &mut Draw<'_>) -> Result<Seen, String> {
    let mut picture = draw(leaf.on_sheet(rect))?;
    if leaf.turned {
        picture.turn();
    }
    let Some(ink) = picture.ink() else { return Ok(Seen::Nothing) };
    let text = match kind {
        "customer" => {
            return Ok(customer::read(&picture).map_or_else(|| dirt(&picture, &ink), Seen::Values));
        }
        "store" => store::read(&picture).map(String::into_bytes),
        "el-qr" | "qr" => qr::read(&picture),
        "data-matrix" => data_matrix::read(&picture),
        "code-39" => linear::code_39(&picture),
        "nw-7" => linear::nw_7(&picture),
        "itf" => linear::itf(&picture),
        _ => None,
    };
    Ok(text.map_or_else(|| dirt(&picture, &ink), Seen::Text))
}

fn dirt(picture: &Grey, ink: &Bounds) -> Seen {
    let dots = ink.y.clone().flat_map(|y| ink.x.clone().map(move |x| (x, y)));
    let count = dots.filter(|&(x, y)| picture.is_dark(x, y)).count();
    Seen::Ink((count * 100).div_euclid(picture.dots().len().max(1)))
}

/// A place without a slip shows no symbol. Lines that cross it out and words are none.
fn blank(
    symbol: &SymbolPlace,
    corner: [Length; 2],
    leaf: &Leaf,
    draw: &mut Draw<'_>,
    checked: &mut Checked,
) -> Result<(), String> {
    match see(&symbol.kind, place(corner, symbol.r#box), leaf, draw)? {
        Seen::Nothing => {}
        Seen::Ink(percent) if percent < INK_PERCENT => {}
        Seen::Ink(_) | Seen::Text(_) | Seen::Values(_) => {
            let message = format!("a place without a slip shows a `{}`", symbol.kind);
            checked.fail(codes::UNWANTED, message);
        }
    }
    Ok(())
}

fn standing(
    reading: &Reading,
    said: &Said,
    leaf: &Leaf,
    draw: &mut Draw<'_>,
    checked: &mut Checked,
) -> Result<(), String> {
    let prints_amount = said.has(Says::Amount);
    let Ok(amount) = said.amounts() else {
        checked.fail(codes::AMOUNT, "the slip prints two amounts");
        return Ok(());
    };
    if let Some(period) = &reading.period {
        let label = printed::plain(&period.label);
        if said.each(Says::Period, "").any(|text| printed::plain(&text) != label) {
            checked.fail(codes::PERIOD, "the slip prints two instalments");
        }
    }
    // Void marks, and whatever else is no number, pay nothing.
    let pays = !prints_amount || amount.is_some();
    for (symbol, &has_reason) in reading.symbols.iter().zip(&said.reasons) {
        let is_payment = matches!(symbol.kind.as_str(), "store" | "el-qr");
        let kind = &symbol.kind;
        let own = place(said.corner, symbol.r#box);
        let seen = see(kind, own, leaf, draw)?;
        let beside = symbol.reason.is_none_or(|part| !overlap(own, place(said.corner, part)));
        match seen {
            Seen::Nothing => {
                let wanted = symbol.reason.is_some() || (is_payment && prints_amount);
                if wanted && pays && !has_reason {
                    checked.fail(codes::MISSING, format!("no `{kind}`, and no text that says why"));
                }
                if *kind == "customer" {
                    no_customer(said, checked);
                }
            }
            // The text that says why stands in the symbol's own place.
            Seen::Ink(_) if has_reason && !beside => {}
            Seen::Ink(_) => {
                checked.fail(codes::UNREADABLE, format!("the `{kind}` cannot be read"));
            }
            Seen::Text(_) | Seen::Values(_) if has_reason => {
                let message = format!("a `{kind}` and the text that says why there is none");
                checked.fail(codes::MISSING, message);
            }
            Seen::Text(_) if is_payment && !pays => {
                let message = format!("a `{kind}` on a slip whose amount is no number");
                checked.fail(codes::UNWANTED, message);
            }
            Seen::Values(values) => {
                let kind = if address(&values, said, checked) { "customer" } else { ALONE };
                *checked.read.entry(kind.to_owned()).or_default() += 1;
            }
            Seen::Text(text) => {
                *checked.read.entry(kind.clone()).or_default() += 1;
                if is_payment {
                    payment(kind, &text, reading, said, checked);
                }
            }
        }
    }
    Ok(())
}

fn overlap(a: Rect, b: Rect) -> bool {
    a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom()
}

/// A code of a payment says what its slip prints.
fn payment(kind: &str, text: &[u8], reading: &Reading, said: &Said, checked: &mut Checked) {
    let text = std::str::from_utf8(text).unwrap_or_default();
    let found = if kind == "store" { payload::store(text) } else { payload::el_qr(text) };
    let Some(found) = found else {
        return checked.fail(codes::BROKEN, format!("the `{kind}` contradicts itself"));
    };
    if let Some(printed) = said.amount()
        && printed != found.amount
    {
        checked.fail(codes::AMOUNT, format!("the `{kind}` says another amount than is printed"));
    }
    // Without 支払期限 the slip says that it is 納期限.
    let limit = if said.has(Says::Limit) {
        (Says::Limit, "支払期限")
    } else {
        (Says::Due, "納期限")
    };
    day(kind, limit, said, found.limit, checked);
    if kind == "el-qr" {
        day(kind, (Says::Due, "納期限"), said, found.due, checked);
    }
    let period = reading.period.as_ref().and_then(|period| period.code.as_deref());
    if let (Some(code), Some(said)) = (found.period, period)
        && code != said
    {
        checked.fail(codes::PERIOD, format!("the `{kind}` is of another 期別 than is printed"));
    }
    let [first, second] = found.key.map(str::to_owned);
    checked.payments.push([kind.to_owned(), first, second]);
}

/// A day of a code is the one that every text prints that says it.
fn day(
    kind: &str,
    (says, name): (Says, &str),
    said: &Said,
    code: Option<Date>,
    checked: &mut Checked,
) {
    for text in said.each(says, "") {
        match (printed::date(&text), code) {
            (Some(printed), Some(code)) if printed == code => {}
            (None, None) => {}
            (Some(_), _) => {
                let message = format!("the `{kind}` says another {name} than is printed");
                return checked.fail(codes::DAY, message);
            }
            (None, Some(_)) => {
                return checked.fail(codes::TEXT, format!("{name} is no day that can be read"));
            }
        }
    }
}

/// The postcode that is printed first, if any is to be; `Err` when it cannot be read.
fn postcode(said: &Said) -> Result<Option<Postcode>, ()> {
    let Some(text) = said.each(Says::Postcode, "").next() else { return Ok(None) };
    let postcode = printed::postcode(&text).and_then(|digits| Postcode::parse(&digits).ok());
    postcode.map(Some).ok_or(())
}

/// A customer barcode says the printed postcode, and the display number of the printed address: of all
/// of it, or of what follows the town's name, which may have numbers in kanji. The postcodes of single
/// businesses have none; those of post-office boxes have the last number. False when the symbol leaves
/// out the numbers of the address.
fn address(values: &[u8; 21], said: &Said, checked: &mut Checked) -> bool {
    let postcode = match postcode(said) {
        Ok(Some(postcode)) => postcode,
        Ok(None) => return true,
        Err(()) => {
            checked.fail(codes::TEXT, "the postcode cannot be read");
            return true;
        }
    };
    let says = |text: &str| {
        let mut number = String::new();
        display_number(text, &mut number);
        Customer::new(postcode, &number).is_ok_and(|customer| customer.values() == values)
    };
    let of = |address: &str| {
        let town = address.find(is_digit).unwrap_or(address.len());
        let starts = address.char_indices().map(|(at, _)| at).take_while(|&at| at <= town);
        let last = address.trim_end_matches(|c| !is_digit(c)).rfind(|c| !is_digit(c));
        let last = last.map_or("", |at| address[at..].trim_start_matches(|c| !is_digit(c)));
        says(last) || starts.into_iter().any(|at| says(&address[at..]))
    };
    // The address and what is added to it may be texts of their own; a line ends at a blank, or not.
    let together = |between| said.each(Says::Address, between).collect::<Vec<_>>().join(" ");
    let each = said.each(Says::Address, "").chain(said.each(Says::Address, " "));
    let mut addresses = ["", " "].map(together).into_iter().chain(each);
    let same = if said.has(Says::Address) {
        addresses.any(|address| of(&address))
    } else {
        postcode.as_str().bytes().map(|digit| digit - b'0').eq(values[..7].iter().copied())
    };
    if !same && !says("") {
        let message = "the customer barcode is not that of the printed postcode and address";
        checked.fail(codes::ADDRESS, message);
    }
    same || !says("")
}

const fn is_digit(c: char) -> bool {
    matches!(c, '0'..='9' | '０'..='９')
}

/// Without a customer barcode the postcode is that of a whole city, or there is no address.
fn no_customer(said: &Said, checked: &mut Checked) {
    let has_address = said.each(Says::Address, "").any(|text| !text.trim().is_empty());
    let is_own = postcode(said).is_ok_and(|it| it.is_some_and(|it| !it.is_representative()));
    if has_address && is_own {
        let message = "no customer barcode for the printed postcode and address";
        checked.fail(codes::MISSING, message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_symbol_that_leaves_out_the_number_of_an_address_is_counted_apart() {
        let texts = [(Says::Postcode, "〒263-0023"), (Says::Address, "霞ヶ原市緑町3丁目30-8")];
        let mut checked = Checked::default();
        let mut of = |number: &str, texts: &[(Says, &str)]| {
            let postcode = Postcode::parse("2630023").expect("a postcode");
            let customer = Customer::new(postcode, number).expect("a number");
            address(customer.values(), &Said::of_texts(texts), &mut checked)
        };
        assert!(of("3-30-8", &texts), "the number of the address");
        assert!(!of("", &texts), "no number");
        assert!(of("", &[texts[0], (Says::Address, "霞ヶ原市役所")]), "none to be had");
        assert!(of("3-30-9", &texts), "another number");
        let codes: Vec<Code> = checked.findings.iter().map(|(code, _)| *code).collect();
        assert_eq!(codes, [codes::ADDRESS], "only the other number is wrong");
    }
}
