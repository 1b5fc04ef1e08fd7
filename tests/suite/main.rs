//! The integration tests, in one binary.

mod forms_language;
