//! The keys of payment slips.

use super::{Key, key};

pub(in crate::form) const SLIPS: &[Key] = &[
    key("use", "part", "the part that holds the slips; the same on every face"),
    key("with", "table", "its parameters, template name with.x"),
    key("at", "[x, y] | param", "top left of the first place"),
    key("columns", "number | param", "places side by side; 1"),
    key("rows", "number | param", "places one below the other; 1"),
    key("gap", "[x, y] | param", "space between places; 0"),
    key("order", "across | down", "where the second place lies; across"),
    key("perforated", "none | stock | line", "between places: of the paper, or printed too; none"),
    key("blank", "diagonal | cross | stars | none", "what stands in a place without a slip; none"),
    key("blank_text", "template", "what such a place says; known beforehand"),
];

pub(in crate::form) const SLIP: &[Key] = &[
    key("label", "template", "which instalment it is (期別); known beforehand, its own"),
    key(
        "period",
        "template",
        "the two digits by which codes name the instalment; known beforehand",
    ),
    key("amount", "field", "the amount, which every code on it must say"),
    key("due", "field", "納期限"),
    key("limit", "field", "支払期限, the last day on which codes pay; as `due`"),
    key("corrected", "field", "a flag: the amount was corrected, and no code pays it"),
    key("when", "condition", "the piece has the slip only when it holds"),
    key("each", "series", "one for each item of a series"),
    key("item", "item", "printed only for purposes that print the item"),
    key("lang", "language", "printed only for records in that language"),
    key("box", "tables", "boxes"),
    key("image", "tables", "images"),
    key("rule", "tables", "straight lines"),
    key("fold", "tables", "lines along which it is folded"),
    key("perforation", "tables", "lines along which it is torn"),
    key("grid", "tables", "label and value boxes"),
    key("symbol", "tables", "barcodes and QR codes"),
    key("text", "tables", "texts"),
    key("void", "tables", "what overprints areas"),
];
