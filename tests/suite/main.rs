//! The one integration binary: one module a subject.

mod impose_tables;
mod plan_cases;
//! The integration tests: one binary, one module an area.

mod render_pages;
mod intake_cases;
mod validate_cases;

#[test]
fn x() {}
//! The integration tests: one binary, a module a subject.

mod pdf_writer;
