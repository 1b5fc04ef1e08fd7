//! The codes of validation (E2xx): what each means and what to do.

use crate::diag::Code;

pub(super) const MISSING: Code = Code("E201");
pub(super) const TOO_LONG: Code = Code("E202");
pub(super) const CONTROL: Code = Code("E203");
pub(super) const DIGITS: Code = Code("E204");
pub(super) const POSTCODE: Code = Code("E205");
pub(super) const NUMBER: Code = Code("E206");
pub(super) const RANGE: Code = Code("E207");
pub(super) const DECIMAL: Code = Code("E208");
pub(super) const DATE: Code = Code("E209");
pub(super) const FLAG: Code = Code("E210");
pub(super) const CHOICE: Code = Code("E211");
pub(super) const SUM: Code = Code("E221");
pub(super) const ROWS_SUM: Code = Code("E222");
pub(super) const ASCENDING: Code = Code("E223");
pub(super) const NO_ROWS: Code = Code("E224");
pub(super) const NOT_ONE: Code = Code("E225");
pub(super) const MISSING_HERE: Code = Code("E226");
pub(super) const HONORIFIC: Code = Code("E227");
pub(super) const HONORIFIC_TWICE: Code = Code("E228");
pub(super) const CHECK_DIGIT: Code = Code("E229");
pub(super) const OCR_LINE: Code = Code("E230");
pub(super) const DUPLICATE: Code = Code("E231");
pub(super) const POSTCODE_UNKNOWN: Code = Code("W232");
pub(super) const POSTCODE_CITY: Code = Code("W233");
pub(super) const POSTCODE_TOWN: Code = Code("W234");
pub(super) const POSTCODE_KNOWN: Code = Code("W235");
pub(super) const RESIDENT: Code = Code("W236");
pub(super) const ALGORITHM: Code = Code("E241");
pub(super) const STEP: Code = Code("E242");
pub(super) const DATE_RANGE: Code = Code("E243");
pub(super) const DATE_RULE: Code = Code("E244");
pub(super) const NO_PICTURE: Code = Code("E245");

/// Every code of this room: the code, its meaning in one line, and what to do.
pub const CODES: &[(&str, &str, &str)] = &[
    ("E201", "a required cell is empty", "fill in the cell"),
    ("E202", "a text is longer than its field takes", "shorten the text"),
    (
        "E203",
        "a text holds a control character, such as a line break or a tab",
        "remove the control character",
    ),
    (
        "E204",
        "a cell is not the right number of half-width digits",
        "write half-width digits, with leading zeros",
    ),
    (
        "E205",
        "a cell is not a postcode",
        "write seven half-width digits, with or without a hyphen after the third",
    ),
    (
        "E206",
        "a cell is not a whole number",
        "write half-width digits without commas or a currency mark",
    ),
    ("E207", "a number is outside the range of its field", "correct the number"),
    (
        "E208",
        "a cell is not a decimal number, or has too many digits after the point",
        "write half-width digits with one point",
    ),
    (
        "E209",
        "a cell is not a date, or the day does not exist",
        "write the date as `2026-04-06` or `20260406`",
    ),
    ("E210", "a cell is neither yes nor no", "write `1` or `0`"),
    (
        "E211",
        "a cell is none of the texts that its field allows",
        "write one of the texts of the form",
    ),
    ("E221", "a total is not the sum of its terms", "correct the total or its terms"),
    (
        "E222",
        "a total is not the sum over the detail rows",
        "check that no detail row is missing or doubled",
    ),
    ("E223", "dates are not in ascending order", "correct the dates"),
    (
        "E224",
        "an amount is positive and there is no detail row",
        "check that the detail file is complete",
    ),
    (
        "E225",
        "not exactly one of several cells is given",
        "fill in one of the cells and empty the others",
    ),
    ("E226", "a cell is empty that another cell makes necessary", "fill in the cell"),
    ("E227", "an honorific is none of those that the tenant uses", "write `様`, `御中` or `殿`"),
    (
        "E228",
        "the name ends with an honorific, and the form adds one",
        "remove the honorific from the name",
    ),
    ("E229", "the check digit of a number is wrong", "compare the number with its source"),
    (
        "E230",
        "a line for OCR readers is not what its segments say",
        "compare the line with the record it belongs to",
    ),
    (
        "E231",
        "records share a value that must be unique; all of them are held",
        "remove the doubled record or correct its value",
    ),
    (
        "W232",
        "a postcode is not in the register of postcodes",
        "correct it, or import a newer register: `tayori postcodes import`",
    ),
    (
        "W233",
        "a postcode is of another municipality than the address",
        "correct one of them: `tayori postcodes find` shows the postcodes of an address",
    ),
    (
        "W234",
        "a postcode is of another town than the address",
        "correct one of them: `tayori postcodes find` shows the postcodes of an address",
    ),
    (
        "W235",
        "a postcode is empty, and the address has just one",
        "`tayori postcodes find` shows it; nothing is filled in by itself",
    ),
    ("W236", "the check digit of a 住民票コード seems wrong", "compare the number with its source"),
    (
        "E241",
        "a form names an algorithm of check digits that does not exist",
        "correct `algorithm` in the form",
    ),
    (
        "E242",
        "a number is not a multiple of what its field says",
        "correct the number: less than that is cut off (端数切捨て)",
    ),
    (
        "E243",
        "a date is before or after what the form's rule allows",
        "correct the date, or the issue date of the job",
    ),
    (
        "E244",
        "a date is not the day that follows from the form's rule",
        "correct the date, or the dates that it follows from",
    ),
    (
        "E245",
        "no picture belongs to what a cell says",
        "correct the cell, or add a file to `files` of the image in the form",
    ),
];

#[cfg(test)]
mod tests {
    use super::CODES;

    #[test]
    fn codes_are_in_order_and_of_this_room() {
        let numbers: Vec<&str> = CODES.iter().map(|(code, _, _)| &code[1..]).collect();
        assert!(numbers.is_sorted_by(|a, b| a < b), "each code once, in order");
        assert!(CODES.iter().all(|(code, _, _)| code.starts_with("E2") || code.starts_with("W2")));
    }
}
