//! The codes of findings about forms and configuration, for `tayori explain` and the documentation.

use crate::diag::Code;

/// Not TOML.
pub(super) const SYNTAX: Code = Code("E301");
/// A key that the language does not know.
pub(super) const UNKNOWN_KEY: Code = Code("E302");
/// A key that must be there.
pub(super) const MISSING_KEY: Code = Code("E303");
/// A value of the wrong type or out of range.
pub(super) const BAD_VALUE: Code = Code("E304");
/// A name that no record, row, tenant, job or parameter has.
pub(super) const UNKNOWN_NAME: Code = Code("E305");
/// A filter, test, tag or function that is not part of the language.
pub(super) const UNKNOWN_FILTER: Code = Code("E306");
/// A filter with wrong arguments, or on a value that it cannot take.
pub(super) const FILTER_USE: Code = Code("E307");
/// A template that cannot be read.
pub(super) const TEMPLATE: Code = Code("E308");
/// A template that is too large or asks for what templates may not have.
pub(super) const FORBIDDEN: Code = Code("E309");
/// A part that does not exist or cannot be used so.
pub(super) const PART: Code = Code("E310");
/// The same id twice.
pub(super) const DUPLICATE: Code = Code("E311");
/// A parameter that the form does not have, or of another type.
pub(super) const PARAMETER: Code = Code("E312");
/// An image that does not exist, or a seal that the form may not carry.
pub(super) const IMAGE: Code = Code("E313");
/// Cells of a grid that do not form boxes.
pub(super) const GRID: Code = Code("E314");
/// Something outside the leaf or nearer to its edge than the safe margin.
pub(super) const OUTSIDE: Code = Code("E315");
/// Something over the slot mark.
pub(super) const OVER_MARK: Code = Code("E316");
/// Something that is not of the address inside the envelope's window.
pub(super) const IN_WINDOW: Code = Code("E317");
/// Two honorifics.
pub(super) const HONORIFIC: Code = Code("E318");
/// A stock or an envelope that does not exist.
pub(super) const STOCK: Code = Code("E319");
/// A table that can hold no row, or continues nowhere.
pub(super) const TABLE: Code = Code("E320");
/// A check about a field that it cannot be made of.
pub(super) const CHECK: Code = Code("E321");
/// A form file whose path does not say form and date.
pub(super) const FILE_NAME: Code = Code("E322");
/// Type that is higher than its box.
pub(super) const TOO_HIGH: Code = Code("E323");
/// A face that a simplex form cannot have, or that is missing.
pub(super) const FACE: Code = Code("E324");
/// Tags of a rich text that are not well formed.
pub(super) const TAG: Code = Code("E330");
/// Lines that stand too close for what is in them.
pub(super) const TOO_CLOSE: Code = Code("E331");
/// A purpose that the form does not have, or none where one is needed.
pub(super) const PURPOSE: Code = Code("E340");
/// A language where the form has none, or that no record is in.
pub(super) const LANGUAGE: Code = Code("E341");
/// Something across a fold or a perforation.
pub(super) const OVER_FOLD: Code = Code("E350");
/// What is on the paper cannot differ from record to record.
pub(super) const ON_STOCK: Code = Code("E351");
/// Something in the clear zone of an image or a code.
pub(super) const CLEAR: Code = Code("E352");
/// Cards that do not lie or show as cards can.
pub(super) const CARDS: Code = Code("E353");
/// A text that notices of this kind must have.
pub(super) const MANDATORY: Code = Code("E354");
/// A field or label for the individual number.
pub(super) const MY_NUMBER: Code = Code("E355");
/// Something about payment slips is wrong.
pub(super) const SLIPS: Code = Code("E356");
/// Rows may overflow and there is no continuation.
pub(super) const NO_CONTINUATION: Code = Code("W301");
/// The addressee's name is printed without an honorific.
pub(super) const NO_HONORIFIC: Code = Code("W302");
/// The natural size does not fit its box, only the smallest does.
pub(super) const TIGHT: Code = Code("W303");
/// The seal is printed smaller than it is registered.
pub(super) const REDUCED: Code = Code("W304");
/// An item that no element belongs to, or that no purpose prints.
pub(super) const IDLE_ITEM: Code = Code("W340");
/// A text that is missing in a language of the form.
pub(super) const UNTRANSLATED: Code = Code("W341");

/// Something is printed over what is on the paper already.
pub(super) const OVER_STOCK: Code = Code("W351");

/// Every code of this room: its meaning in a line, and what to do.
pub const CODES: &[(&str, &str, &str)] = &[
    ("E301", "the file is not TOML", "correct the line that the caret marks"),
    ("E302", "the form language has no such key", "correct the spelling, or see docs/forms.md"),
    ("E303", "a key that must be there is missing", "add the key"),
    ("E304", "a value has the wrong type or is out of range", "write a value of the kind named"),
    ("E305", "a template names what nothing has", "declare the field, or correct the name"),
    (
        "E306",
        "a template uses a filter, test, tag or function unknown to forms",
        "use one of docs/forms.md",
    ),
    (
        "E307",
        "a filter cannot be used so",
        "correct its arguments, or apply it to a value of its kind",
    ),
    ("E308", "a template cannot be read", "correct it where the caret stands"),
    (
        "E309",
        "a template is too large or asks for what templates may not have",
        "say it more simply",
    ),
    ("E310", "a part cannot be used so", "check forms/parts/ and the keys of the part"),
    ("E311", "the same id is used twice", "rename one of them"),
    ("E312", "a parameter is unknown or of another type", "compare with [params] of the form"),
    (
        "E313",
        "an image is missing, or the seal may not stand on this form",
        "check the file, or the tenant's [seal] forms",
    ),
    ("E314", "merged cells of a grid do not form a box", "merge whole rectangles with `<` and `^`"),
    (
        "E315",
        "something lies outside the leaf or its safe margin",
        "move it, or mark it `bleed = true`",
    ),
    ("E316", "something lies over the slot mark", "keep the mark's box clear on every side"),
    ("E317", "something else shows in the envelope's window", "keep the window to the address"),
    ("E318", "the addressee would get two honorifics", "print it either from data or in the form"),
    (
        "E319",
        "the stock or envelope does not exist",
        "add it to forms/stocks.toml, or correct the id",
    ),
    (
        "E320",
        "a table can hold no row, or its continuation differs",
        "give rows, blocks and the same columns",
    ),
    (
        "E321",
        "a check speaks of a field that it cannot be made of",
        "name a field of the right type",
    ),
    (
        "E322",
        "the file's path does not say form and date",
        "name it forms/<form>/<YYYY-MM-DD>.toml",
    ),
    ("E323", "the smallest type is higher than its box", "make the box higher or the type smaller"),
    (
        "E324",
        "the form lacks a face, or has a back that is not printed",
        "check `sides` and the faces",
    ),
    (
        "E330",
        "the tags of a rich text are not well formed",
        "close every tag, the inner one first; `&lt;` is the character `<`",
    ),
    (
        "E331",
        "lines stand too close for the ruby or the larger type in them",
        "give the text more `leading`",
    ),
    (
        "E340",
        "the job's purpose is none of the form's, or is missing",
        "name one of [purposes] of the form in the job: `purpose = …`",
    ),
    (
        "E341",
        "a text or element names a language that the form does not have",
        "check `language` in [form], and the choices of its field",
    ),
    (
        "E350",
        "something lies across a fold or a perforation of the paper",
        "move it, or mark it `over_fold = true` when it belongs there",
    ),
    (
        "E351",
        "what is on the paper already differs from record to record",
        "print it, or take out what depends on the record",
    ),
    (
        "E352",
        "something stands in the clear zone of an image or a code",
        "move it, or make `clear` smaller where the rules of the code allow it",
    ),
    (
        "E353",
        "something on, over or about a card of a carrier is wrong",
        "keep to the safe margin of the card, and lay its back behind its front",
    ),
    (
        "E354",
        "a text is missing that notices of this kind must have",
        "print it with its part, or mark the text that is it with `says`",
    ),
    (
        "E355",
        "a form has a field or a label for the individual number (個人番号)",
        "take it out; name persons by 宛名番号 or 整理番号",
    ),
    (
        "E356",
        "payment slips lack a place, a label, or what their symbols are compared with",
        "give every slip a place and a label, and mark its texts with `says`",
    ),
    (
        "W301",
        "rows may overflow and there is no continuation leaf",
        "add the table to face.more-front",
    ),
    ("W302", "the addressee's name has no honorific", "print the honorific after the name"),
    ("W303", "the natural size of a text is higher than its box", "make the box higher"),
    (
        "W304",
        "the seal is printed smaller than it is registered",
        "make its box larger, or write `reduced = true`",
    ),
    (
        "W340",
        "an item is printed for no purpose, or belongs to no element",
        "print it, or take it out of [items]",
    ),
    (
        "W341",
        "texts have no translation into a language that records are in",
        "add the translation, or accept that the text stands there in Japanese",
    ),
    (
        "W351",
        "something is printed over a text or picture that the paper brings",
        "move it beside what is pre-printed",
    ),
];
