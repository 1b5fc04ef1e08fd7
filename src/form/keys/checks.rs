//! The keys of checks.

use super::{Key, key};

pub(in crate::form) const CHECK: &[Key] = &[
    key("sum", "list of fields", "they add up to `equals`; `-field` is taken away"),
    key("rows_sum", "row field", "added up over the rows it is `equals`"),
    key("equals", "field", "the total"),
    key("floor", "number", "the sum is rounded down to a multiple of it; 1"),
    key("when", "table", "`{ row_field = \"text\" }`: rows that count"),
    key("ascending", "list of fields", "dates that are given stand in ascending order"),
    key("rows_when_positive", "field", "a positive amount has at least one row"),
    key("exactly_one", "list of fields", "exactly one is given"),
    key("required_when", "table", "`{ field = \"…\", is = \"…\" }`: then `fields` are required"),
    key("fields", "list of fields", "what is required then"),
    key(
        "honorific",
        "field | tenant",
        "the honorific's field, or `tenant` for the tenant's; with `name`",
    ),
    key("name", "field", "the name that gets the honorific"),
    key("postcode", "field", "a postcode that fits `address`, as far as postcodes are known"),
    key("address", "field", "the address that `postcode` belongs to"),
    key("check_digit", "field", "a number with a check digit"),
    key(
        "algorithm",
        "insurer | lg-code | corporate | resident | yucho-mt",
        "how the check digit is made",
    ),
    key("date", "field | param", "a date, or `job.issue_date`, that the following days are for"),
    key("from", "day", "`date` is not before this day"),
    key("until", "day", "`date` is not after this day"),
    key("earliest", "list of days", "`date` is the earliest of these days"),
    key("ocr_line", "field", "a line for OCR readers that is made of `segments`"),
    key("segments", "list of tables", "the segments of `ocr_line`, in order"),
    key("each", "series", "its lists hold one item for each of a series"),
];

pub(in crate::form) const OCR_SEGMENT: &[Key] = &[
    key("text", "text", "the same in every line"),
    key("field", "field", "what a field says: bare digits, dates as `YYYYMMDD`"),
    key("length", "number", "of `field`: so many characters"),
    key("pad", "text", "of `field`: what stands in front of a shorter one; none"),
    key("pad_behind", "text", "of `field`: what stands behind a shorter one; none"),
    key("short", "flag", "of `field`: a date is `YYMMDD`; false"),
    key("any", "number", "so many characters of anything"),
    key(
        "check",
        "mod10w31 | mod10w21 | mod10plain | mod11w2-7 | mod11w2-10 | mod11plain | 7dr | 7dsr | 9dr | 9dsr | 97 | 97c | yucho-mt",
        "check digits, by this algorithm",
    ),
    key(
        "over",
        "list of numbers",
        "of `check`: the segments that it covers, from 1, in this order",
    ),
];

pub(in crate::form) const DAY: &[Key] = &[
    key("of", "field | param", "the date that the day follows from"),
    key(
        "age",
        "number",
        "the day on which who was born then reaches this age: before the birthday",
    ),
    key("years", "number", "so many years later; earlier when negative"),
    key("months", "number", "so many months later"),
    key("days", "number", "so many days later"),
    key("next", "text", "the first such day from there on: `07-31`"),
    key("month_end", "flag", "the last day of that month; false"),
];

pub(in crate::form) const REQUIRED_WHEN: &[Key] =
    &[key("field", "field", "the field that decides"), key("is", "text", "its text")];
