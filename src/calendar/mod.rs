//! Dates without a clock: notations of input files, wareki, the fiscal year, holidays by law and
//! business days.

mod notation;

pub use jiff::civil::Date;
pub use notation::{DateFault, parse_date};
