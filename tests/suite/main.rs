//! The integration tests: one binary, one module a subject.

mod forms_language;
mod forms_texts;
//! The integration tests: one binary, a module a subject.

mod forms_language;
mod pdf_writer;
mod render_pages;
mod impose_tables;
mod intake_cases;
mod pdf_writer;
mod plan_cases;
mod render_pages;
mod repository;
mod sample_forms;
mod validate_cases;
