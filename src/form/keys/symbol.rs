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
    key("amount", "field", "of payments: the amount that must stand in it; that of its slip"),
    key("due", "field", "of payments: the last day that must stand in it; that of its slip"),
    key("reasons", "table", "of payments: what stands in its box when it is not printed"),
    key("lines", "table", "of `store`: the two lines of its digits for people"),
    key("level", "L | M | Q | H", "of `qr`: how much of it may be lost; M"),
    key("check", "flag", "of `code-39`, `nw-7`, `itf`: with a check character; false"),
    key("clear", "length", "so far around it nothing else stands; 0"),
    key("when", "condition", "printed only when it holds"),
    key("each", "series", "one for each item of a series"),
    key("item", "item", "printed only for purposes that print the item"),
    key("lang", "language", "printed only for records in that language"),
];

pub(in crate::form) const REASONS: &[Key] = &[
    key("corrected", "template", "because the amount was corrected"),
    key("past", "template", "because its last day is over when the notice is issued"),
    key("over", "template", "because stores do not take so much"),
    key("missing", "template", "because the record has no code"),
    key("size", "size", "natural size; 7"),
    key("min", "size", "smallest size; 5"),
    key("role", "role", "face"),
    key("align", "align", "placement; center"),
    key("valign", "valign", "placement; middle"),
    key("leading", "percent", "distance of baselines"),
    key("squeeze", "percent", "narrowest horizontal scale"),
    key("lines", "number | fill", "most lines; fill"),
    key("ink", "percent", "grey; 100"),
];

pub(in crate::form) const CODE_LINES: &[Key] = &[
    key("box", "box", "their box, below the bars"),
    key("size", "size", "natural size; 7"),
    key("min", "size", "smallest size; as `size`"),
    key("role", "role", "face; ocr"),
    key("align", "align", "placement; center"),
    key("valign", "valign", "placement; middle"),
    key("leading", "percent", "distance of baselines; 115"),
    key("squeeze", "percent", "narrowest horizontal scale"),
    key("lines", "number | fill", "most lines; 2"),
    key("ink", "percent", "grey; 100"),
];
