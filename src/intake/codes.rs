//! The codes of intake (E1xx, W1xx): what each means and what to do.

use crate::diag::Code;

pub(super) const EMPTY: Code = Code("E101");
pub(super) const HEADING_ONLY: Code = Code("E102");
pub(super) const ENCODING: Code = Code("E103");
pub(super) const HEADING_BYTES: Code = Code("E104");
pub(super) const COLUMN_MISSING: Code = Code("E105");
pub(super) const HEADING_TWICE: Code = Code("E106");
pub(super) const UNUSED_TWICE: Code = Code("W117");
pub(super) const UNKNOWN_FIELD: Code = Code("E107");
pub(super) const DETAIL_UNWANTED: Code = Code("E108");
pub(super) const QUOTE_OPEN: Code = Code("E109");
pub(super) const ROW_TOO_LONG: Code = Code("E110");
pub(super) const CELLS_FEW: Code = Code("E111");
pub(super) const CELLS_MANY: Code = Code("E112");
pub(super) const AFTER_QUOTE: Code = Code("E113");
pub(super) const NO_CHARACTER: Code = Code("E114");
pub(super) const CONTROL: Code = Code("E115");
pub(super) const LOST_CHARACTER: Code = Code("E116");
pub(super) const RETURN_ONLY: Code = Code("E118");
pub(super) const NO_MASTER: Code = Code("E121");
pub(super) const SCATTERED: Code = Code("E122");
pub(super) const ROWS_MANY: Code = Code("E123");
pub(super) const NO_KEY: Code = Code("E124");
pub(super) const TRAILER_MISSING: Code = Code("E131");
pub(super) const TRAILER_NOT_LAST: Code = Code("E132");
pub(super) const TOTALS_UNREADABLE: Code = Code("E133");
pub(super) const COUNT_DIFFERS: Code = Code("E134");
pub(super) const AMOUNT_DIFFERS: Code = Code("E135");
pub(super) const AMOUNT_UNKNOWN: Code = Code("W136");
pub(super) const CONTROL_WAIVED: Code = Code("W137");
pub(super) const EXCLUDE_KEY: Code = Code("E141");
pub(super) const EXCLUDE_UNUSED: Code = Code("W142");
pub(super) const EXCLUDE_HEADING: Code = Code("W143");
pub(super) const POSTCODES: Code = Code("E144");

/// Every code of this room: the code, its meaning in one line, and what to do.
pub const CODES: &[(&str, &str, &str)] = &[
    ("E101", "the input file is empty", "send the file again"),
    ("E102", "the file has a heading row and no records", "send the file again with its records"),
    (
        "E103",
        "the file begins with the mark of another encoding",
        "set `encoding` in the job's `[input]`, or save the file as UTF-8",
    ),
    (
        "E104",
        "the heading row is not text in the job's encoding",
        "set `encoding` in the job's `[input]` to the file's encoding",
    ),
    (
        "E105",
        "a column that the form needs is missing",
        "add the column, or name its heading in `[input.columns]`",
    ),
    (
        "E106",
        "a heading that the form needs stands twice",
        "remove or rename one of the two columns",
    ),
    (
        "E107",
        "the job maps a column to a field that the form does not have",
        "correct the field's id in the job's `columns`",
    ),
    (
        "E108",
        "form and job disagree about detail rows",
        "add or remove `[input.detail]` in the job",
    ),
    (
        "E109",
        "a quote is opened and never closed",
        "close the quote in that cell, or double a quote that belongs to the text",
    ),
    ("E110", "a row is longer than 1 MiB", "check the line ends and the encoding of the file"),
    ("E111", "a row has too few cells", "add the missing cells to the row"),
    ("E112", "a row has too many cells", "put a cell that holds a comma in quotes"),
    ("E113", "text stands after a closing quote", "double a quote that belongs to the text"),
    (
        "E114",
        "bytes in a cell are no character of the file's encoding",
        "write the character again, or correct the job's `encoding`",
    ),
    ("E115", "a cell holds a control character", "remove the control character"),
    (
        "E116",
        "a cell holds U+FFFD, left where a character was lost before the file reached us",
        "write the lost character again at its source",
    ),
    (
        "W117",
        "a heading that the form does not need stands twice",
        "remove or rename one of the two columns",
    ),
    (
        "E118",
        "the lines end with a lone carriage return",
        "save the file with CRLF or LF at the end of its lines",
    ),
    (
        "E121",
        "detail rows belong to no record of the master file",
        "add the record, or remove the rows",
    ),
    (
        "E122",
        "the detail rows of one key stand in separate places",
        "sort the detail file by its key",
    ),
    (
        "E123",
        "a record has more than 10,000 detail rows, or more than 16 MiB of them",
        "split the record",
    ),
    (
        "E124",
        "a detail row has no key that can be read",
        "write the key of the record that the row belongs to",
    ),
    ("E131", "the trailer row is missing", "send the file again: it may have been cut off"),
    (
        "E132",
        "rows stand after the trailer row",
        "send the file again with the trailer as its last row",
    ),
    ("E133", "a control total cannot be read", "write count and amount as plain digits"),
    (
        "E134",
        "the number of records differs from the control total",
        "send the file again: records may be missing or doubled",
    ),
    (
        "E135",
        "the sum of amounts differs from the control total",
        "send the file again: amounts may be damaged",
    ),
    (
        "W136",
        "the sum of amounts cannot be compared, since some records have no readable amount",
        "correct the rejected records and compare again",
    ),
    (
        "W137",
        "control totals are not applied to a file of held records",
        "compare the corrected records by hand",
    ),
    (
        "E141",
        "a row of the exclude list has no key that can be read",
        "write the key in the first column",
    ),
    (
        "W142",
        "a key of the exclude list is in no record",
        "check the key, and that its leading zeros are not lost",
    ),
    (
        "W143",
        "the first row of the exclude list, where its heading is expected, is the key of a record; it was excluded",
        "put a heading row above the keys",
    ),
    (
        "E144",
        "a file of postcodes has a row that is none",
        "give Japan Post's KEN_ALL.CSV and JIGYOSYO.CSV as they are published",
    ),
];

#[cfg(test)]
mod tests {
    use super::CODES;

    #[test]
    fn codes_are_in_order_and_of_this_room() {
        let numbers: Vec<&str> = CODES.iter().map(|(code, _, _)| &code[1..]).collect();
        assert!(numbers.is_sorted_by(|a, b| a < b), "each code once, in order");
        assert!(CODES.iter().all(|(code, _, _)| code.starts_with("E1") || code.starts_with("W1")));
    }
}
