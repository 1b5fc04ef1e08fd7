//! The keys of symbols.

use super::{Key, key};

pub(in crate::form) const SYMBOL: &[Key] = &[
    key("box", "box", "its place, with the quiet zone around it"),
    key(
        "kind",
        "customer | store | el-qr | qr | code-39 | nw-7 | itf | data-matrix",
        "what kind of symbol it is",
    ),
    key("text", "template", "what it says; an address, 44 or 255 digits, any text; empty: none"),
    key("postcode", "field", "of `customer`: the postcode"),
    key("amount", "field", "of payments: the amount that must stand in it"),
    key("due", "field", "of payments: the last day that must stand in it"),
    key("level", "L | M | Q | H", "of `qr`: how much of it may be lost; M"),
    key("check", "flag", "of `code-39`, `nw-7`, `itf`: with a check character; false"),
    key("clear", "length", "so far around it nothing else stands; 0"),
    key("when", "condition", "printed only when it holds"),
    key("each", "series", "one for each item of a series"),
    key("item", "item", "printed only for purposes that print the item"),
    key("lang", "language", "printed only for records in that language"),
];
