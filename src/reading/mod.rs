//! Reading back: looks at pages of a press file as scanners will, decodes every symbol in its place and
//! compares it with what the page prints for people. It knows the pages, their slots and the form's
//! readings from the manifest, and nothing of what was meant to be printed.

mod check;
mod choose;
mod customer;
mod data_matrix;
mod grey;
mod inserter;
mod linear;
mod payload;
mod picture;
mod places;
mod printed;
mod qr;
mod store;

pub use check::{Checked, check};
pub use choose::Choice;
pub use grey::Grey;
pub use inserter::check_mark;
pub use picture::{DPI, Pages, Painter};
pub use places::{Leaf, Places, Said, Shown, State};

/// The codes of this room: code, what it means, what to do.
pub const CODES: &[(&str, &str, &str)] = &[
    (
        "E841",
        "what stands in a symbol's place cannot be read",
        "do not print: the symbol is damaged, overprinted or of another kind",
    ),
    (
        "E842",
        "a symbol is missing, or stands beside the text that says why it is not printed",
        "do not print: exactly one of the two belongs there",
    ),
    (
        "E843",
        "a symbol stands where nothing is to be paid",
        "do not print: voided slips and empty places carry no symbols",
    ),
    (
        "E844",
        "a symbol says another amount than is printed beside it",
        "stop: slips of two instalments or of two people may be mixed up",
    ),
    (
        "E845",
        "a symbol says another day than is printed beside it",
        "stop: slips of two instalments or of two people may be mixed up",
    ),
    (
        "E846",
        "a symbol is of another instalment than is printed beside it",
        "stop: slips of two instalments may be mixed up",
    ),
    (
        "E847",
        "a customer barcode is not that of the printed postcode and address",
        "do not print: the piece would be sorted to another address",
    ),
    (
        "E848",
        "a symbol contradicts itself: a check digit, a checksum, its lengths, its two amounts",
        "do not print: no counter and no shop will take it",
    ),
    (
        "E849",
        "a text that symbols are compared with is missing or cannot be understood",
        "do not print: report it to the maker",
    ),
    (
        "E850",
        "two slips of the bundle are the same payment",
        "stop: one of them is somebody else's",
    ),
    ("E851", "a page cannot be drawn", "do not print: report it to the maker"),
    (
        "E852",
        "an inserter's mark is missing or cannot be read",
        "do not insert: the machine would stop, or take the leaf for another",
    ),
    (
        "E853",
        "an inserter's mark is of another piece or leaf",
        "stop: leaves would get into envelopes of other people",
    ),
];

mod codes {
    use crate::diag::Code;
    pub(super) const UNREADABLE: Code = Code("E841");
    pub(super) const MISSING: Code = Code("E842");
    pub(super) const UNWANTED: Code = Code("E843");
    pub(super) const AMOUNT: Code = Code("E844");
    pub(super) const DAY: Code = Code("E845");
    pub(super) const PERIOD: Code = Code("E846");
    pub(super) const ADDRESS: Code = Code("E847");
    pub(super) const BROKEN: Code = Code("E848");
    pub(super) const TEXT: Code = Code("E849");
    pub(super) const NO_MARK: Code = Code("E852");
    pub(super) const WRONG_MARK: Code = Code("E853");
}

/// What the engine says that compares whole bundles.
pub mod found {
    use crate::diag::Code;
    /// Two slips are the same payment.
    pub const TWICE: Code = Code("E850");
    /// A page cannot be drawn.
    pub const PAGE: Code = Code("E851");
}
