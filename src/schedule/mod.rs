//! The year of a municipality's mailings: which notices its sub-systems send, on what paper, when and how
//! many. Knows no file and no clock.

pub mod inventory;

pub use inventory::{Inventory, Register};

use crate::diag::Code;

/// The codes of this room: code, what it means, what to do.
pub const CODES: &[(&str, &str, &str)] = &[(
    "E901",
    "the register of notices says something that cannot be",
    "correct `forms/inventory.toml`",
)];

/// E901.
pub const REGISTER_WRONG: Code = Code("E901");
