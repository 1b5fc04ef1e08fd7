//! The one integration binary: one module a subject.

mod bundle_verify;
mod impose_tables;
mod intake_cases;
mod pdf_writer;
mod plan_cases;
mod render_pages;
mod validate_cases;

#[test]
fn x() {}
//! The integration tests: one binary, a module a subject.

mod impose_tables;
mod intake_cases;
mod pdf_writer;
mod plan_cases;
mod render_pages;
mod validate_cases;
//! The integration tests, in one binary.

mod forms_language;
