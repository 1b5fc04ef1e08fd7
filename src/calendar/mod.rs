//! Dates without a clock: notations of input files, wareki, the fiscal year, holidays by law and
//! business days.

mod business;
mod fiscal;
mod holiday;
mod notation;
mod reckon;
mod wareki;

pub use business::{
    December, due_at_month_end, is_business_day, next_business_day, on_or_after, on_or_before,
    previous_business_day,
};
pub use fiscal::{FiscalLabel, FiscalLabelRule, fiscal_label, fiscal_year};
pub use holiday::{GAZETTED_UNTIL, holiday, is_provisional};
pub use jiff::civil::{Date, Weekday};
pub use notation::{DateFault, parse_date};
pub use reckon::{first_from, later, reaches_age};
pub use wareki::{Era, MonthDay, Wareki, WarekiShort, month_day, wareki, wareki_short};
