//! The integration tests, in one binary.

mod forms_language;
mod forms_texts;
