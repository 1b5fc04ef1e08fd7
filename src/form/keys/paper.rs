//! The keys of what the paper has: folds, perforations, cards.

use super::{Key, key};

pub(in crate::form) const FOLD: &[Key] = &[
    key("at", "length | list", "where: from the top, or with `across = \"height\"` from the left"),
    key("across", "width | height", "which way it goes; width"),
    key("span", "[from, to]", "from where to where it goes; over the whole leaf"),
    key("print", "none | ticks | line", "whether it is printed: at its ends, dashed; none"),
    key("line", "length", "width of what is printed; 0.1"),
    key("ink", "percent", "grey; 100"),
    key("dash", "[dash, gap]", "dashes of a printed line, fitted to its length"),
    key("preprinted", "flag", "what is printed of it is on the paper already"),
    key("when", "condition", "of what is known beforehand: whether it is there"),
];

pub(in crate::form) const CARDS: &[Key] = &[
    key("name", "id", "joins those of other leaves, and their backs"),
    key("at", "[x, y] | param", "top left of the first card"),
    key("card", "[width, height] | param", "the size of a card"),
    key("columns", "number | param", "cards side by side; 1"),
    key("rows", "number | param", "cards one below the other; 1"),
    key("gap", "[x, y] | param", "space between cards; 0"),
    key("order", "across | down", "where the second card lies; across"),
    key("rows_when", "table", "`{ row_field = \"text\" }`: only those rows"),
    key("safe", "length | param", "how far everything keeps from the edge of its card; 2"),
    key("when", "condition", "of what is known beforehand: whether they are there"),
    key("item", "item", "printed only for purposes that print the item"),
    key("lang", "language", "printed only in that language, which a parameter says"),
    key("perforated", "none | stock | line", "around cards: of the paper, or printed too; none"),
    key("blank", "diagonal | cross | stars | none", "what stands on cards without a row; diagonal"),
    key("blank_text", "template", "what such a card says; known beforehand"),
    key("part", "tables", "parts on each card, painted first"),
    key("box", "tables", "boxes on each card"),
    key("image", "tables", "images on each card"),
    key("rule", "tables", "straight lines on each card"),
    key("grid", "tables", "label and value boxes on each card"),
    key("symbol", "tables", "barcodes and QR codes on each card"),
    key("text", "tables", "texts on each card"),
    key("void", "tables", "what overprints areas of each card"),
];
