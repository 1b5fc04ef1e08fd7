//! The integration tests: one binary, one module an area.

mod render_pages;
//! The integration tests: one binary, a module a subject.

mod pdf_writer;
//! The integration tests, in one binary.

mod forms_language;
