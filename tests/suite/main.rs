//! The integration tests: one binary, a module a subject.

mod forms_language;
mod pdf_writer;
mod render_pages;
