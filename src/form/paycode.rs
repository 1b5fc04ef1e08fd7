//! What people read of payments' codes: the two lines below a store's barcode, and the eL番号 that
//! stands in the digits of an eL-QR, so that neither can differ from its symbol. A code that is
//! wrong says nothing here: its symbol holds the record.

use super::text::ElItem;
use crate::barcode::el_qr::Payload;
use crate::barcode::store::StoreCode;

impl ElItem {
    /// As forms name it.
    pub(super) fn named(word: &str) -> Option<Self> {
        match word {
            "agency" => Some(Self::Agency),
            "number" => Some(Self::Number),
            "confirmation" => Some(Self::Confirmation),
            "category" => Some(Self::Category),
            "line_1" => Some(Self::Line1),
            "line_2" => Some(Self::Line2),
            _ => None,
        }
    }
}

/// A line of a store's code, from 1.
pub(super) fn store_line(code: &str, row: u8, out: &mut String) -> Option<()> {
    let code = StoreCode::parse(code).ok()?;
    let ascii = |line: &[u8], out: &mut String| out.extend(line.iter().map(|&b| char::from(b)));
    match row {
        1 => ascii(&code.line_1(), out),
        _ => ascii(&code.line_2(), out),
    }
    Some(())
}

/// An item of the eL番号 of a payload.
pub(super) fn el_number(payload: &str, item: ElItem, out: &mut String) -> Option<()> {
    let payload = Payload::parse(payload).ok()?;
    let number = payload.el_number();
    out.push_str(match item {
        ElItem::Agency => number.agency,
        ElItem::Number => number.number,
        ElItem::Confirmation => number.confirmation,
        ElItem::Category => number.category,
        ElItem::Line1 => payload.line_1(),
        ElItem::Line2 => payload.line_2(),
    });
    Some(())
}
