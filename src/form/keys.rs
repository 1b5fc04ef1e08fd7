//! Every key of the form language with what it means: the reader knows keys by these tables, and
//! the documentation and editors' schemas are checked against them.

mod checks;
mod paper;
mod rows;
mod slips;
mod symbol;

pub(super) use checks::{CHECK, DAY, OCR_SEGMENT, REQUIRED_WHEN};
pub(super) use paper::{CARDS, FOLD};
pub(super) use rows::{ATTACH, BAND, BAND_CELL, COLUMN, GROUP, TABLE};
pub(super) use slips::{SLIP, SLIPS};
pub(super) use symbol::{CODE_LINES, REASONS, SYMBOL};

/// A key of the language.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// As it is written.
    pub name: &'static str,
    /// The kind of its value.
    pub kind: &'static str,
    /// What it means.
    pub doc: &'static str,
}

/// A table of the language.
#[derive(Debug, Clone, Copy)]
pub struct Section {
    /// As it is written: `[form]`, `[[text]]`.
    pub name: &'static str,
    /// Its keys.
    pub keys: &'static [Key],
}

const fn key(name: &'static str, kind: &'static str, doc: &'static str) -> Key {
    Key { name, kind, doc }
}

pub(super) const ROOT: &[Key] = &[
    key("form", "table", "the form as a whole"),
    key("defaults", "table", "what texts have unless they say otherwise"),
    key("params", "table", "parameters with their defaults; jobs override them"),
    key("input", "table", "what a record holds"),
    key("check", "tables", "checks beyond the types of cells"),
    key(
        "face",
        "table",
        "the faces: first-front, first-back, more-front, more-back, slip-front, slip-back",
    ),
    key("items", "table", "printed items that purposes choose from: `id = \"name\"`"),
    key("purposes", "table", "what is printed for a purpose (使用目的)"),
];

pub(super) const FORM: &[Key] = &[
    key("title", "text", "the Japanese title"),
    key("leaf", "[width, height]", "the finished leaf"),
    key("sides", "simplex | duplex", "whether backs are printed"),
    key(
        "kind",
        "assessment | decision | reminder | demand | notice | card | statement",
        "what notice it is: which texts it must have",
    ),
    key("stock", "id", "the paper, from forms/stocks.toml"),
    key("envelope", "id", "the envelope, from forms/stocks.toml; left out for cards and slips"),
    key("safe_margin", "length", "how far everything keeps from the edge; 6"),
    key("name", "field", "the field that holds the addressee's name"),
    key("amount", "field", "the yen field that balances"),
    key("mark", "table", "where the slot mark stands on every printed side"),
    key(
        "language",
        "field | param",
        "the choice field or parameter that says the language; ja without it",
    ),
];

pub(super) const MARK: &[Key] = &[
    key("box", "box", "its box"),
    key("back", "box", "its box on backs; as `box`"),
    key("size", "size", "its size; 6"),
    key("role", "role", "its face; mark"),
    key("align", "align", "its placement; right"),
];

pub(super) const DEFAULTS: &[Key] = &[
    key("size", "size", "natural size; 9"),
    key("min", "size", "smallest size; as `size`"),
    key("role", "role", "face; static"),
    key("label_role", "role", "face of labels in grids and headings of tables; static"),
    key("leading", "percent", "distance of baselines; 140"),
    key("squeeze", "percent", "narrowest horizontal scale; 70"),
    key("align", "align", "placement; left"),
    key("valign", "valign", "placement; middle"),
    key("lines", "number | fill", "most lines"),
    key("ink", "percent", "grey of texts; 100"),
    key("hang", "flag", "stops and commas of texts in boxes may hang outside; false"),
    key("line", "length", "width of grid and table lines; 0.2"),
    key("frame", "length", "width of the frame of grids and tables; 0.2"),
    key("pad", "length", "space between a cell's border and its text; 1"),
    key("label_fill", "percent", "shading of labels and headings; 8"),
    key("void", "text", "what stands instead of void values; ＊＊＊"),
    key("void_fill", "flag", "void marks fill the width; false"),
];

pub(super) const INPUT: &[Key] = &[
    key("key", "field", "the field that names a record and is unique in a job"),
    key("parts", "list of parts", "parts whose [fields] and [rows] join the record's"),
    key("fields", "table", "the fields of a record, in order"),
    key("rows", "table", "the fields of a detail row, in order"),
];

pub(super) const FIELD: &[Key] = &[
    key("ja", "text", "the name that tax staff know; the column's heading"),
    key("type", "type", "text digits postcode yen int decimal date flag choice"),
    key("max", "number", "most characters or digits, or the largest number"),
    key("min", "number", "fewest digits, or the smallest number"),
    key("step", "number", "the number is a multiple of it; 1"),
    key("scale", "number", "most digits after the point of a decimal; 2"),
    key("of", "list of texts", "the texts of a choice"),
    key("required", "flag", "an empty cell is a finding; false"),
    key("unique", "flag", "no two records share a value; false"),
    key("sample", "text", "the generator of fictional values"),
    key("each", "series", "one field for each item of a series"),
];

pub(super) const FACES: &[Key] = &[
    key("first-front", "face", "the front of the first leaf"),
    key("first-back", "face", "the back of the first leaf"),
    key("more-front", "face", "the front of every further leaf"),
    key("more-back", "face", "the back of every further leaf"),
    key("slip-front", "face", "the front of every leaf of payment slips, which come last"),
    key("slip-back", "face", "the back of every leaf of payment slips"),
];

pub(super) const FACE: &[Key] = &[
    key("part", "tables", "parts, painted first"),
    key("box", "tables", "boxes"),
    key("image", "tables", "images"),
    key("rule", "tables", "straight lines"),
    key("fold", "tables", "lines along which leaves are folded"),
    key("perforation", "tables", "lines along which leaves are torn"),
    key("grid", "tables", "label and value boxes"),
    key("table", "tables", "rows of the record"),
    key("cards", "tables", "cards on a carrier, one for each row"),
    key("slips", "tables", "places of payment slips; on first-front and slip-front"),
    key("symbol", "tables", "barcodes and QR codes"),
    key("text", "tables", "texts, painted last"),
    key("void", "tables", "what overprints areas, painted last of all"),
];

pub(super) const PART_USE: &[Key] = &[
    key("use", "part", "the part: forms/parts/<part>.toml"),
    key("at", "[x, y]", "where its corner stands"),
    key("with", "table", "its parameters, template name with.x"),
    key("preprinted", "flag", "it is on the paper already: shown in previews, never printed"),
    key("when", "condition", "printed only when it holds"),
    key("each", "series", "one for each item of a series"),
    key("item", "item", "printed only for purposes that print the item"),
    key("lang", "language", "printed only for records in that language"),
];

pub(super) const PART_ROOT: &[Key] = &[
    key("part", "table", "the part as a whole"),
    key("defaults", "table", "what its texts have unless they say otherwise"),
    key("fields", "table", "fields that join the record's of forms that name it in [input] parts"),
    key("rows", "table", "fields that join those of detail rows, as `fields` join the record's"),
    key("check", "tables", "checks that come with its fields"),
    key("box", "tables", "boxes"),
    key("image", "tables", "images"),
    key("rule", "tables", "straight lines"),
    key("fold", "tables", "lines along which leaves are folded"),
    key("perforation", "tables", "lines along which leaves are torn"),
    key("grid", "tables", "label and value boxes"),
    key("table", "tables", "rows of the record"),
    key("cards", "tables", "cards on a carrier, one for each row"),
    key("symbol", "tables", "barcodes and QR codes"),
    key("text", "tables", "texts"),
    key("void", "tables", "what overprints areas"),
    key("slip", "tables", "payment slips, in the order of their instalments"),
];

pub(super) const PART: &[Key] = &[
    key("title", "text", "what it is, in Japanese"),
    key("params", "table", "its parameters with their defaults"),
    key("size", "[width, height]", "the room it needs"),
];

pub(super) const TEXT: &[Key] = &[
    key("box", "box", "its box"),
    key("text", "template", "what it says; `\\n` breaks the line"),
    key("size", "size", "natural size"),
    key("min", "size", "smallest size"),
    key("role", "role", "face"),
    key("align", "align", "left center right spread justify"),
    key("valign", "valign", "top middle bottom; middle"),
    key("leading", "percent", "distance of baselines"),
    key("squeeze", "percent", "narrowest horizontal scale"),
    key("lines", "number | fill", "most lines; `fill`: as many as the box holds"),
    key("ink", "percent", "grey; 100"),
    key("hang", "flag", "stops and commas may hang outside the end of a broken line; false"),
    key("writing", "horizontal | vertical", "whether its lines are columns (縦書き); horizontal"),
    key("tcy", "number", "so many figures or letters side by side in a column (縦中横); 2"),
    key(
        "rich",
        "flag",
        "the text has tags: <b> <u> <small> <large> <role> <ink> <ruby> <br>; false",
    ),
    key("ruby", "template", "a reading over the whole text, which is one line"),
    key("ruby_size", "size", "size of ruby; half of `size`"),
    key("ruby_min", "size", "smallest size of a reading over the whole text; as `ruby_size`"),
    key("alternative", "table", "where it stands when it does not fit here"),
    key(
        "says",
        "appeal | contact | issuer | period | amount | due | limit | postcode | address",
        "which mandatory text it is, or what it says that a symbol says too",
    ),
    key("over_fold", "flag", "may lie across folds and perforations (割印)"),
    key("preprinted", "flag", "it is on the paper already: shown in previews, never printed"),
    key("when", "condition", "printed only when it holds"),
    key("each", "series", "one for each item of a series"),
    key("item", "item", "printed only for purposes that print the item"),
    key("lang", "language", "printed only for records in that language"),
    key("void", "condition", "when it holds, the void mark stands there instead"),
    key("void_fill", "flag", "the void mark fills the width"),
];

pub(super) const ALTERNATIVE: &[Key] = &[
    key("box", "box", "the other box"),
    key("note", "template", "what stands in the text's own box then; known beforehand"),
    key("size", "size", "natural size; as the text's, and so all that follows"),
    key("min", "size", "smallest size"),
    key("role", "role", "face"),
    key("align", "align", "placement"),
    key("valign", "valign", "placement"),
    key("leading", "percent", "distance of baselines"),
    key("squeeze", "percent", "narrowest horizontal scale"),
    key("lines", "number | fill", "most lines; fill"),
    key("ink", "percent", "grey"),
    key("hang", "flag", "stops and commas may hang outside"),
    key("writing", "horizontal | vertical", "whether its lines are columns"),
    key("tcy", "number", "so many figures or letters side by side in a column"),
    key("ruby_size", "size", "size of ruby; half of `size`"),
    key("ruby_min", "size", "smallest size of a reading over the whole text"),
];

pub(super) const BOX: &[Key] = &[
    key("box", "box", "where"),
    key("line", "length", "outline; none without it"),
    key("fill", "percent", "shading; none without it"),
    key("radius", "length", "corner radius; 0"),
    key("ink", "percent", "grey of the outline; 100"),
    key("dash", "[dash, gap]", "dashed outline"),
    key("bleed", "flag", "may come nearer to the edge than the safe margin"),
    key("preprinted", "flag", "it is on the paper already: shown in previews, never printed"),
    key("when", "condition", "drawn only when it holds"),
    key("each", "series", "one for each item of a series"),
    key("item", "item", "printed only for purposes that print the item"),
    key("lang", "language", "printed only for records in that language"),
];

pub(super) const RULE: &[Key] = &[
    key("from", "[x, y]", "from here"),
    key("to", "[x, y]", "to there"),
    key("line", "length", "width; 0.2"),
    key("ink", "percent", "grey; 100"),
    key("dash", "[dash, gap]", "dashes"),
    key("bleed", "flag", "may come nearer to the edge than the safe margin"),
    key("preprinted", "flag", "it is on the paper already: shown in previews, never printed"),
    key("when", "condition", "drawn only when it holds"),
    key("each", "series", "one for each item of a series"),
    key("item", "item", "printed only for purposes that print the item"),
    key("lang", "language", "printed only for records in that language"),
];

pub(super) const IMAGE: &[Key] = &[
    key("box", "box", "where; the seal stands in its middle at its registered size"),
    key("file", "file", "a PNG, SVG or PDF under forms/, or `tenant:seal`"),
    key("file_by", "field | param", "by whose text `files` has a file, instead of `file`"),
    key("files", "table", "a file for each text: `{ \"1\" = \"maps/1.svg\" }`"),
    key("page", "number", "the page of a PDF; 1"),
    key("area", "crop | trim | bleed | media", "what of the page is shown; crop"),
    key("bleed", "flag", "may come nearer to the edge than the safe margin"),
    key("background", "flag", "painted under everything; only its ink keeps clear of the mark"),
    key("reduced", "flag", "the seal may be smaller than it is registered (縮小刷込み)"),
    key("clear", "length", "so far around it nothing else stands; 0"),
    key("over_fold", "flag", "may lie across folds and perforations (割印)"),
    key("preprinted", "flag", "it is on the paper already: shown in previews, never printed"),
    key("when", "condition", "drawn only when it holds"),
    key("each", "series", "one for each item of a series"),
    key("item", "item", "printed only for purposes that print the item"),
    key("lang", "language", "printed only for records in that language"),
];

pub(super) const VOID: &[Key] = &[
    key("box", "box", "the area"),
    key(
        "style",
        "stars | cross | diagonal",
        "lines of the void mark, both diagonals or one; diagonal",
    ),
    key("text", "template", "what stands over it"),
    key("line", "length", "width of the diagonals; 0.5"),
    key("dash", "[dash, gap]", "dashed diagonals"),
    key("size", "size", "size of text and marks"),
    key("min", "size", "smallest size of the text"),
    key("role", "role", "face of text and marks"),
    key("align", "align", "placement of the text; center"),
    key("valign", "valign", "placement of the text; middle"),
    key("leading", "percent", "distance of baselines"),
    key("squeeze", "percent", "narrowest horizontal scale"),
    key("lines", "number | fill", "most lines of the text"),
    key("ink", "percent", "grey; 100"),
    key("when", "condition", "printed only when it holds"),
    key("each", "series", "one for each item of a series"),
    key("item", "item", "printed only for purposes that print the item"),
    key("lang", "language", "printed only for records in that language"),
];

pub(super) const PURPOSE: &[Key] = &[
    key("title", "text", "what the purpose is called"),
    key("print", "list of items", "what is printed"),
    key("omit", "list of items", "what is not printed, instead of `print`"),
    key("default", "flag", "of jobs that name no purpose"),
];

pub(super) const GRID: &[Key] = &[
    key("at", "[x, y]", "top left"),
    key("columns", "list of lengths", "widths"),
    key("row_height", "length", "height of every row"),
    key("rows", "list of lengths", "heights, instead of `row_height`"),
    key("cells", "list of lists", "texts; `<` merges to the left, `^` upwards; or `{ text = … }`"),
    key("labels", "list of columns", "label columns, from 0"),
    key("label_rows", "list of rows", "label rows, from 0"),
    key("label_size", "size", "size of labels; as `size`"),
    key("label_role", "role", "face of labels"),
    key("label_align", "align", "placement of labels; as the column"),
    key("label_fill", "percent", "shading of labels"),
    key("size", "size | per column", "natural size"),
    key("min", "size | per column", "smallest size"),
    key("role", "role | per column", "face"),
    key("align", "align | per column", "placement"),
    key("valign", "valign", "placement; middle"),
    key("leading", "percent", "distance of baselines"),
    key("squeeze", "percent | per column", "narrowest horizontal scale"),
    key("lines", "number | fill", "most lines of a cell"),
    key("pad", "length", "space between border and text"),
    key("line", "length", "inner lines; 0: none"),
    key("frame", "length", "the frame; 0: none"),
    key("ink", "percent", "grey of text; 100"),
    key("over_fold", "flag", "may lie across folds and perforations (割印)"),
    key("preprinted", "flag", "it is on the paper already: shown in previews, never printed"),
    key("when", "condition", "printed only when it holds"),
    key("each", "series", "one for each item of a series"),
    key("item", "item", "printed only for purposes that print the item"),
    key("lang", "language", "printed only for records in that language"),
];

pub(super) const GRID_CELL: &[Key] = &[
    key("text", "template", "what it says"),
    key("size", "size", "natural size"),
    key("min", "size", "smallest size"),
    key("role", "role", "face"),
    key("align", "align", "placement"),
    key("valign", "valign", "placement"),
    key("squeeze", "percent", "narrowest horizontal scale"),
    key("leading", "percent", "distance of baselines"),
    key("lines", "number | fill", "most lines"),
    key("ink", "percent", "grey; 100"),
    key("fill", "percent", "shading"),
    key("label", "flag", "whether it is a label"),
    key(
        "says",
        "period | amount | due | limit | postcode | address",
        "what it says that a symbol says too",
    ),
    key("when", "condition", "printed only when it holds"),
    key("item", "item", "printed only for purposes that print the item"),
    key("lang", "language", "printed only for records in that language"),
    key("void", "condition", "when it holds, the void mark stands there instead"),
    key("void_fill", "flag", "the void mark fills the width"),
];

/// The whole language: its tables and their keys.
pub const LANGUAGE: &[Section] = &[
    Section { name: "form file", keys: ROOT },
    Section { name: "[form]", keys: FORM },
    Section { name: "mark", keys: MARK },
    Section { name: "[defaults]", keys: DEFAULTS },
    Section { name: "[input]", keys: INPUT },
    Section { name: "[input.fields]", keys: FIELD },
    Section { name: "[[check]]", keys: CHECK },
    Section { name: "a day", keys: DAY },
    Section { name: "segments", keys: OCR_SEGMENT },
    Section { name: "required_when", keys: REQUIRED_WHEN },
    Section { name: "[face]", keys: FACES },
    Section { name: "face", keys: FACE },
    Section { name: "[[part]]", keys: PART_USE },
    Section { name: "[[text]]", keys: TEXT },
    Section { name: "alternative", keys: ALTERNATIVE },
    Section { name: "[[box]]", keys: BOX },
    Section { name: "[[rule]]", keys: RULE },
    Section { name: "[[image]]", keys: IMAGE },
    Section { name: "[[fold]]", keys: FOLD },
    Section { name: "[[symbol]]", keys: SYMBOL },
    Section { name: "reasons", keys: REASONS },
    Section { name: "lines", keys: CODE_LINES },
    Section { name: "[[grid]]", keys: GRID },
    Section { name: "[[void]]", keys: VOID },
    Section { name: "[purposes]", keys: PURPOSE },
    Section { name: "cells", keys: GRID_CELL },
    Section { name: "[[table]]", keys: TABLE },
    Section { name: "[[cards]]", keys: CARDS },
    Section { name: "[[slips]]", keys: SLIPS },
    Section { name: "[[slip]]", keys: SLIP },
    Section { name: "columns", keys: COLUMN },
    Section { name: "group", keys: GROUP },
    Section { name: "a band", keys: BAND },
    Section { name: "a cell of a band", keys: BAND_CELL },
    Section { name: "attach", keys: ATTACH },
    Section { name: "part file", keys: PART_ROOT },
    Section { name: "[part]", keys: PART },
];
