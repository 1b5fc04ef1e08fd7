//! The one integration binary: one module a subject.

mod bundle_maker;
mod bundle_verify;
mod impose_tables;
mod intake_cases;
mod pdf_writer;
mod plan_cases;
mod render_pages;
mod validate_cases;
