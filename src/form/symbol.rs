//! `[[symbol]]`: barcodes and two-dimensional symbols, by what they say and for whom.

use super::codes;
use super::keys;
use super::layout::Item;
use super::reader::{Keys, Node};
use super::schema;
use super::site::Site;
use super::source::{Document, TomlText};
use super::text::{Condition, Text};
use crate::barcode::qr::Level;
use crate::measure::Rect;
use crate::model::{FieldIndex, FieldKind};

/// A symbol in its place, in the middle of which it stands with its quiet zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    /// Where.
    pub rect: Rect,
    /// What kind of symbol it is.
    pub kind: SymbolKind,
    /// What it says; nothing is printed when that is empty.
    pub text: Text,
    /// Printed only when it holds.
    pub when: Option<Condition>,
}

/// Kinds of symbols, with what they say beyond their text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SymbolKind {
    /// The customer barcode of Japan Post; its text is the address.
    Customer {
        /// The postcode.
        postcode: FieldIndex,
    },
    /// What convenience stores take payments by (GS1-128): 44 digits, which agree with the record.
    Store(Payment),
    /// The QR code of local taxes: 255 digits, which agree with the record.
    ElQr(Payment),
    /// A QR code of any text.
    Qr {
        /// How much of it may be lost.
        level: Level,
    },
    /// Code 39, with or without check character.
    Code39 {
        /// Whether it has one.
        check: bool,
    },
    /// NW-7 (Codabar).
    Nw7 {
        /// Whether it has a check character.
        check: bool,
    },
    /// Interleaved two of five.
    Itf {
        /// Whether it has a check digit.
        check: bool,
    },
    /// `DataMatrix`.
    DataMatrix,
}

/// What a payment's code must say, because the slip prints it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// The amount.
    pub amount: FieldIndex,
    /// The last day on which the code pays.
    pub due: Option<FieldIndex>,
    /// 納期限, where it is another day.
    pub legal_due: Option<FieldIndex>,
    /// 期別, two digits.
    pub period: Option<String>,
}

impl SymbolKind {
    /// What it must agree with, when it pays.
    #[must_use]
    pub const fn payment(&self) -> Option<&Payment> {
        match self {
            Self::Store(payment) | Self::ElQr(payment) => Some(payment),
            _ => None,
        }
    }

    /// The fields that it reads beside its text.
    pub fn fields(&self) -> impl Iterator<Item = FieldIndex> {
        let [one, two, three] = match self {
            Self::Customer { postcode } => [Some(*postcode), None, None],
            Self::Store(payment) | Self::ElQr(payment) => {
                [Some(payment.amount), payment.due, payment.legal_due]
            }
            _ => [None; 3],
        };
        [one, two, three].into_iter().flatten()
    }

    /// As forms name it.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Customer { .. } => "customer",
            Self::Store(_) => "store",
            Self::ElQr(_) => "el-qr",
            Self::Qr { .. } => "qr",
            Self::Code39 { .. } => "code-39",
            Self::Nw7 { .. } => "nw-7",
            Self::Itf { .. } => "itf",
            Self::DataMatrix => "data-matrix",
        }
    }
}

const LEVELS: &[(&str, Level)] =
    &[("L", Level::Low), ("M", Level::Medium), ("Q", Level::Quartile), ("H", Level::High)];

/// The kinds by their words, before what belongs to each is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    Customer,
    Store,
    ElQr,
    Qr,
    Code39,
    Nw7,
    Itf,
    DataMatrix,
}

const WORDS: &[(&str, Word)] = &[
    ("customer", Word::Customer),
    ("store", Word::Store),
    ("el-qr", Word::ElQr),
    ("qr", Word::Qr),
    ("code-39", Word::Code39),
    ("nw-7", Word::Nw7),
    ("itf", Word::Itf),
    ("data-matrix", Word::DataMatrix),
];

/// Which keys belong to which kinds.
const BELONGS: &[(&str, &[Word])] = &[
    ("postcode", &[Word::Customer]),
    ("amount", &[Word::Store, Word::ElQr]),
    ("due", &[Word::Store, Word::ElQr]),
    ("reasons", &[Word::Store, Word::ElQr]),
    ("lines", &[Word::Store]),
    ("level", &[Word::Qr]),
    ("check", &[Word::Code39, Word::Nw7, Word::Itf]),
];

impl Site<'_> {
    /// The symbols of a face, part or card.
    pub(super) fn symbols<'d>(&mut self, doc: &'d Document<'d>, keys: &Keys<'d>) {
        for node in keys.tables("symbol") {
            self.symbol(doc, node);
        }
    }

    /// `[[symbol]]`
    fn symbol<'d>(&mut self, doc: &'d Document<'d>, node: &'d Node<'d>) {
        let Some(keys) = Keys::open_value(doc, "[[symbol]]", keys::SYMBOL, node) else { return };
        let (rect, text) = (keys.need_rect("box"), keys.need_text("text"));
        keys.need("kind");
        let word = keys.word("kind", WORDS);
        let text = text.and_then(|text| self.compile(text));
        let when = self.condition(&keys);
        let Some(word) = word else { return };
        for (key, _) in
            BELONGS.iter().filter(|(key, words)| keys.has(key) && !words.contains(&word))
        {
            keys.blame(key, format!("`{key}` is not of this kind of symbol"));
        }
        let check = keys.flag("check").unwrap_or(false);
        let kind = match word {
            Word::Customer => {
                let postcode = self.field(keys.need_text("postcode"), "a postcode", |kind| {
                    matches!(kind, FieldKind::Postcode)
                });
                postcode.map(|postcode| SymbolKind::Customer { postcode })
            }
            Word::Store => self.payment(&keys).map(SymbolKind::Store),
            Word::ElQr => self.payment(&keys).map(SymbolKind::ElQr),
            Word::Qr => {
                Some(SymbolKind::Qr { level: keys.word("level", LEVELS).unwrap_or(Level::Medium) })
            }
            Word::Code39 => Some(SymbolKind::Code39 { check }),
            Word::Nw7 => Some(SymbolKind::Nw7 { check }),
            Word::Itf => Some(SymbolKind::Itf { check }),
            Word::DataMatrix => Some(SymbolKind::DataMatrix),
        };
        let (Some(rect), Some(text), Some(kind), Ok(when)) = (rect, text, kind, when) else {
            return;
        };
        let rect = self.place(rect);
        let origin = self.origin(&keys);
        let when = self.payable(&keys, (&kind, &text), (rect, when), &origin);
        self.code_lines(&keys, &text, when.as_ref(), &origin);
        self.add(Item::Symbol(Symbol { rect, kind, text, when }), &origin);
    }

    /// What a payment's symbol must agree with: what it says itself, else what its slip says.
    fn payment(&self, keys: &Keys<'_>) -> Option<Payment> {
        let is_date = |kind: &FieldKind| matches!(kind, FieldKind::Date);
        let of_slip = self.pays.as_ref();
        let amount = match of_slip.filter(|_| !keys.has("amount")) {
            Some(pays) => Some(pays.amount),
            None => self.field(keys.need_text("amount"), "an amount of yen", |kind| {
                matches!(kind, FieldKind::Yen { .. })
            }),
        };
        if !keys.has("due") {
            let due = of_slip.and_then(|pays| pays.limit.or(pays.due));
            let legal_due = of_slip.and_then(|pays| pays.due);
            let period = of_slip.and_then(|pays| pays.period.clone());
            return Some(Payment { amount: amount?, due, legal_due, period });
        }
        let due = self.field(keys.text("due"), "a date", is_date);
        Some(Payment { amount: amount?, due: Some(due?), legal_due: None, period: None })
    }

    /// The field of the record that a key names.
    pub(super) fn field(
        &self,
        text: Option<TomlText<'_>>,
        wanted: &str,
        is_of: impl Fn(&FieldKind) -> bool,
    ) -> Option<FieldIndex> {
        let text = text?;
        let index = schema::field(text, self.names.schema)?;
        let field = &self.names.schema.fields[usize::from(index)];
        if is_of(&field.kind) {
            return Some(index);
        }
        let message = format!("`{}` is not {wanted}", field.id);
        text.push(text.error(codes::BAD_VALUE, 0..text.text.len(), message));
        None
    }
}
