//! The integration tests: one binary, a module a subject.

#![expect(clippy::disallowed_methods, reason = "tests make homes and read what was built")]

mod archive;
mod artwork;
mod barcode_command;
mod barcode_readers;
mod barcode_vectors;
mod bundle_maker;
mod bundle_verify;
mod cells;
mod commands;
mod editions;
mod editors;
mod faces;
mod faults;
mod form_pages;
mod forms_language;
mod forms_texts;
mod gaiji;
mod impose_tables;
mod inserter;
mod intake_cases;
mod jobs;
mod judges;
mod licences;
mod ocr_lines;
mod paper;
mod pdf_writer;
mod pictured;
mod pictures;
mod plan_cases;
mod postcodes;
mod press_files;
mod preview;
mod program;
mod read_back;
mod render_pages;
mod renderers;
mod repository;
mod sample_forms;
mod slips;
mod symbols;
mod ticket;
mod tutorial;
mod validate_cases;
mod visual;
