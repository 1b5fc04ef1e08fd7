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

/// Whether a text says how characters are grouped: sizes from 1 to 20 with one character between them.
pub(super) fn are_groups(groups: &str) -> bool {
    let mut between = groups.split(|c: char| c.is_ascii_digit()).filter(|text| !text.is_empty());
    let ends = [groups.chars().next(), groups.chars().next_back()];
    between.all(|text| text.chars().count() == 1)
        && ends.iter().all(|c| c.is_some_and(|c| c.is_ascii_digit()))
        && sizes(groups).all(|(size, _)| (1..=20).contains(&size))
}

/// Sizes, and what stands behind each.
fn sizes(groups: &str) -> impl Iterator<Item = (usize, Option<char>)> + '_ {
    let numbers = groups.split(|c: char| !c.is_ascii_digit()).map(|size| size.parse().unwrap_or(0));
    let mut between = groups.chars().filter(|c| !c.is_ascii_digit());
    numbers.map(move |size| (size, between.next()))
}

/// Puts the characters from `start` on into groups; the last size and what stands before it go on.
pub(super) fn group(out: &mut String, start: usize, groups: &str) {
    let mut sizes = sizes(groups);
    let (mut size, mut behind) = sizes.next().unwrap_or((0, None));
    let mut between = behind.unwrap_or('-');
    let (mut at, mut left) = (start, size);
    while let Some(c) = out[at..].chars().next() {
        if left == 0 {
            out.insert(at, between);
            at += between.len_utf8();
            (size, behind) = sizes.next().unwrap_or((size, None));
            between = behind.unwrap_or(between);
            left = size.max(1);
        }
        at += c.len_utf8();
        left -= 1;
    }
}
