//! The answers to one object: which keys are read, which are filled in.

use super::BarcodeKind;
use crate::barcode::customer::{Bar, Customer, Postcode, PostcodeKind};
use crate::barcode::el_qr::{self, Extension, Payload, Payment};
use crate::barcode::store::{StorePayment, due_date};
use crate::barcode::{Error, ErrorKind, Linear, NO_BARCODE, NO_DISPLAY_NUMBER, NOT_TAKEN, yucho};
use crate::diag::Diagnostic;
use crate::model::CheckDigit;
use serde_json::{Map, Value};

/// Why an object has no answer.
pub(super) enum Problem {
    /// A key is missing or holds another kind of value.
    Key { key: &'static str, wanted: &'static str },
    /// A value makes no symbol.
    Value(Error),
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self::Value(error)
    }
}

/// Working space that is used again.
#[derive(Default)]
pub(super) struct Scratch {
    text: String,
    symbol: Linear,
}

type Object = Map<String, Value>;
type Answer = Result<Option<Diagnostic>, Problem>;

/// Fills the answers in; a warning when there is something to notice.
pub(super) fn fill(kind: BarcodeKind, object: &mut Object, scratch: &mut Scratch) -> Answer {
    match kind {
        BarcodeKind::Customer => customer(object, scratch),
        BarcodeKind::Gs1128 => gs1_128(object, scratch),
        BarcodeKind::ElQr => el_qr(object),
        BarcodeKind::Yucho => yucho_line(object, scratch),
        BarcodeKind::Number => number_check(object),
    }
}

fn customer(object: &mut Object, scratch: &mut Scratch) -> Answer {
    let postcode = Postcode::parse(text(object, "postcode")?)?;
    let kind = match object.get("postcode_kind") {
        Some(kind) => postcode_kind(kind)?,
        None if postcode.is_representative() => PostcodeKind::Representative,
        None => PostcodeKind::Town,
    };
    let alone = matches!(kind, PostcodeKind::Business | PostcodeKind::Representative);
    let address = match object.get("address_b") {
        None | Some(Value::Null) if alone => "",
        _ => text(object, "address_b")?,
    };
    let symbol = Customer::of_address(postcode, kind, address, &mut scratch.text)?;
    let warning = match symbol {
        None => Some(
            Diagnostic::warning(NO_BARCODE, "the postcode is a whole city's: there is no barcode")
                .field("postcode"),
        ),
        Some(_) if scratch.text.is_empty() && !address.trim().is_empty() && !alone => Some(
            Diagnostic::warning(NO_DISPLAY_NUMBER, "`address_b` has nothing for the barcode")
                .field("address_b"),
        ),
        Some(_) => None,
    };
    put(object, "display_number", scratch.text.as_str());
    let font_string = symbol.map(|symbol| ascii(&symbol.font_string()).to_owned());
    let bars = symbol.map(|symbol| ascii(&symbol.bars().map(Bar::letter)).to_owned());
    put(object, "font_string", font_string);
    put(object, "bars", bars);
    Ok(warning)
}

fn postcode_kind(value: &Value) -> Result<PostcodeKind, Problem> {
    const WANTED: &str = "`town`, `representative`, `business` or `post-office-box`";
    Ok(match value.as_str() {
        Some("town") => PostcodeKind::Town,
        Some("representative") => PostcodeKind::Representative,
        Some("business") => PostcodeKind::Business,
        Some("post-office-box") => PostcodeKind::PostOfficeBox,
        _ => return Err(Problem::Key { key: "postcode_kind", wanted: WANTED }),
    })
}

fn gs1_128(object: &mut Object, scratch: &mut Scratch) -> Answer {
    let payment = StorePayment {
        issuer: text(object, "issuer")?,
        free_field: text(object, "free_field")?,
        reissue: number(object, "reissue")?,
        due: due_date(text(object, "due")?)?,
        stamp_flag: number(object, "stamp_flag")?,
        amount: number(object, "amount")?,
    };
    let code = payment.code()?;
    let taken = payment.taken(None);
    code.symbol(&mut scratch.symbol);
    scratch.text.clear();
    scratch.symbol.write_modules(&mut scratch.text);
    put(object, "check_digit", &code.as_str()[43..]);
    put(object, "data44", code.as_str());
    put(object, "hri_line1", ascii(&code.line_1()));
    put(object, "hri_line2", ascii(&code.line_2()));
    put(object, "modules", scratch.text.as_str());
    put(object, "printable_at_cvs", taken.is_ok());
    Ok(taken.err().map(|reason| {
        let message = format!("stores do not take this payment: {reason}");
        Diagnostic::warning(NOT_TAKEN, message).field("amount")
    }))
}

fn el_qr(object: &mut Object) -> Answer {
    let payload = match (object.get("fields"), object.get("payload")) {
        (None, Some(payload)) => {
            Payload::parse(payload.as_str().ok_or(Problem::Key { key: "payload", wanted: TEXT })?)?
        }
        (Some(Value::Object(fields)), _) => payload_of(fields)?,
        _ => return Err(Problem::Key { key: "fields", wanted: "an object" }),
    };
    put(object, "mpn_line1", payload.line_1());
    put(object, "mpn_line2", payload.line_2());
    put(object, "crc5", &payload.as_str()[el_qr::DIGITS - 5..]);
    put(object, "payload", payload.as_str());
    let number = payload.el_number();
    let mut parts = Object::new();
    put(&mut parts, "shuno_kikan_bango", number.agency);
    put(&mut parts, "nofu_bango", number.number);
    put(&mut parts, "kakunin_bango", number.confirmation);
    put(&mut parts, "nofu_kubun", number.category);
    put(object, "el_number", parts);
    Ok(None)
}

fn payload_of(fields: &Object) -> Result<Payload, Problem> {
    let payment = Payment {
        account: text(fields, "acct")?,
        amount: number(fields, "amt")?,
        item: text(fields, "item")?,
        key: text(fields, "key")?,
        confirmation: text(fields, "conf")?,
        organisation: text(fields, "org")?,
        office: text(fields, "office")?,
        levy_year: text(fields, "levy")?,
        tax_year: text(fields, "tax")?,
        period: text(fields, "period")?,
        due: el_qr::date(text(fields, "nokigen")?, "nokigen")?,
        pay_by: el_qr::date(text(fields, "shiharai")?, "shiharai")?,
        extension: Extension::default(),
    };
    Ok(payment.payload()?)
}

fn yucho_line(object: &mut Object, scratch: &mut Scratch) -> Answer {
    scratch.text.clear();
    yucho::write_line(text(object, "user")?, &mut scratch.text)?;
    put(object, "cd", &scratch.text[..2]);
    put(object, "line", scratch.text.as_str());
    Ok(None)
}

fn number_check(object: &mut Object) -> Answer {
    let value = text(object, "value")?;
    let kind = match object.get("kind") {
        Some(kind) => number_kind(kind)?,
        None => kind_by_length(value)?,
    };
    if !value.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Error { field: "value", kind: ErrorKind::NotDigits }.into());
    }
    let body = if kind == CheckDigit::Corporate {
        value.get(1..)
    } else {
        value.len().checked_sub(1).and_then(|end| value.get(..end))
    };
    let digit = kind.over(body.unwrap_or_default());
    let valid = kind.holds(value);
    put(object, "kind", kind.name());
    put(object, "check_digit", digit.map(|digit| digit.to_string()));
    put(object, "valid", valid);
    Ok(None)
}

/// The kinds by the names of form files, and by those that collections of numbers use.
fn number_kind(value: &Value) -> Result<CheckDigit, Problem> {
    const WANTED: &str = "`individual`, `corporate`, `resident`, `lg-code` or `insurer`";
    let kind = match value.as_str() {
        Some("my_number") => Some(CheckDigit::Individual),
        Some("corporate_number") => Some(CheckDigit::Corporate),
        Some("jumin_code") => Some(CheckDigit::Resident),
        Some("lg_code") => Some(CheckDigit::LgCode),
        Some("insurer_number") => Some(CheckDigit::Insurer),
        Some(name) => CheckDigit::named(name),
        None => None,
    };
    kind.ok_or(Problem::Key { key: "kind", wanted: WANTED })
}

/// The kind whose numbers are so long; no two are the same.
fn kind_by_length(value: &str) -> Result<CheckDigit, Problem> {
    Ok(match value.len() {
        6 => CheckDigit::LgCode,
        8 => CheckDigit::Insurer,
        11 => CheckDigit::Resident,
        12 => CheckDigit::Individual,
        13 => CheckDigit::Corporate,
        found => {
            let kind = ErrorKind::Length { found, min: 6, max: 13 };
            return Err(Error { field: "value", kind }.into());
        }
    })
}

const TEXT: &str = "a text";

fn text<'a>(object: &'a Object, key: &'static str) -> Result<&'a str, Problem> {
    let value = object.get(key).and_then(Value::as_str);
    value.ok_or(Problem::Key { key, wanted: TEXT })
}

/// A whole number, or the digits of one as a text.
fn number(object: &Object, key: &'static str) -> Result<u64, Problem> {
    let value = match object.get(key) {
        Some(Value::Number(number)) => number.as_u64(),
        Some(Value::String(digits)) => {
            let ascii = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
            if !ascii {
                return Err(Error { field: key, kind: ErrorKind::NotDigits }.into());
            }
            Some(digits.parse().unwrap_or(u64::MAX))
        }
        _ => None,
    };
    value.ok_or(Problem::Key { key, wanted: "a whole number" })
}

/// Fills a key in; where it stands already it keeps its place.
fn put(object: &mut Object, key: &str, value: impl Into<Value>) {
    let value = value.into();
    match object.get_mut(key) {
        Some(place) => *place = value,
        None => drop(object.insert(key.to_owned(), value)),
    }
}

fn ascii(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("symbols are written in ASCII")
}
