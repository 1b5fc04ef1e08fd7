//! The balance: nothing that came in may be missing from what goes out.

use super::Yen;
use serde::{Deserialize, Serialize};
use std::ops::AddAssign;

/// Counts of one bucket.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Input records.
    pub records: u64,
    /// Pieces.
    pub pieces: u64,
    /// Leaves (finished sheets of paper).
    pub leaves: u64,
    /// Printed pages (faces of leaves).
    pub pages: u64,
    /// Press sheets.
    pub sheets: u64,
    /// Yen.
    pub yen: Yen,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.records += other.records;
        self.pieces += other.pieces;
        self.leaves += other.leaves;
        self.pages += other.pages;
        self.sheets += other.sheets;
        self.yen += other.yen;
    }
}

/// `input = rejected + excluded + held + planned`, in records and yen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Balance {
    /// What the input held.
    pub input: Tally,
    /// Rows that are no record (wrong number of columns, bytes that are no characters).
    pub rejected: Tally,
    /// Records left out by order.
    pub excluded: Tally,
    /// Records held back with a finding.
    pub held: Tally,
    /// Records that became pieces.
    pub planned: Tally,
}

impl Balance {
    /// Whether every record and every yen of the input is in exactly one bucket.
    #[must_use]
    pub fn closes(&self) -> bool {
        let mut sum = self.rejected;
        sum += self.excluded;
        sum += self.held;
        sum += self.planned;
        sum.records == self.input.records && sum.yen == self.input.yen
    }
}
