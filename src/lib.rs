//! Tayori (便り): bulk notices, from a municipality's data to the doorstep.
//!
//! The rooms, from the ground up: [`diag`], [`measure`], [`digest`], [`calendar`]; the nouns
//! [`model`], [`font`], [`barcode`], [`form`], [`page`]; the stages [`intake`], [`validate`], [`plan`],
//! [`render`], [`impose`], [`pdf`], [`package`], [`reading`],
//! [`sample`], [`schedule`]; the [`engine`] that runs them in order; and the
//! command line, [`cli`]. `docs/architecture.md` is the bird's eye view, and
//! `tests/architecture.rs` keeps each room to the imports it is allowed.

pub mod barcode;
pub mod calendar;
pub mod cli;
pub mod diag;
pub mod digest;
pub mod engine;
pub mod font;
pub mod form;
pub mod impose;
pub mod intake;
pub mod measure;
pub mod model;
pub mod package;
pub mod page;
pub mod pdf;
pub mod plan;
pub mod reading;
pub mod render;
pub mod sample;
pub mod schedule;
pub mod validate;
