//! Intake: bytes of a CSV file (UTF-8 or CP932) to records, with the place of every cell. It types no
//! cell and judges no content; it opens no file either, it is given readers.
//!
//! Two kinds of damage are kept apart. Damage of **one row** (too few cells, bytes that are no
//! character) rejects that record with a finding, and reading goes on: [`Decoder::record`] returns
//! [`Decoded::Rejected`]. Damage after which **rows cannot be told apart** any more, or the file is
//! not the one that was meant (a quote that never closes, a missing column, control totals that
//! differ), refuses the file: [`Error::Refused`].
//!
//! Pass 1: [`Master::open`], then [`Master::next`] into reusable [`RowBatch`]es on one thread, and
//! [`Decoder::record`] on as many threads as wanted. Pass 2: [`Decoder::fetch`] reads a row again by
//! its [`RowRef`] and the same [`Decoder::record`] gives the same record.

mod cells;
mod charset;
mod codes;
mod columns;
mod control;
mod decode;
mod detail;
mod exclude;
mod held;
mod master;
mod postal;
mod rows;
mod source;

pub use cells::{CellSpan, split_cells};
pub use codes::CODES;
pub use columns::Columns;
pub use control::{Counted, Totals, read_count_file};
pub use decode::{Decoded, Decoder, RecordPlace, Scratch};
pub use detail::{DetailIndex, Details, Group, ROWS_MAX, ReadAt};
pub use exclude::ExcludeList;
pub use held::{HELD_HEADINGS, HeldReason, HeldWriter};
pub use master::{Ending, Master};
pub use postal::{REGISTER_HEADINGS, read_postcodes};
pub use rows::{ROW_BYTES_MAX, RawRow, RowBatch, RowReader, RowRef};
pub use source::Source;

use crate::diag::{Diagnostic, Findings};
use std::io;
use std::sync::Arc;

/// Why a file could not be read to its end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The machine failed to read.
    #[error("cannot read `{file}`")]
    Read {
        /// The file as the operator named it.
        file: Arc<str>,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The machine failed to write the file of held records.
    #[error("cannot write held records")]
    Write(#[source] io::Error),
    /// The file is not what the job expects, or its rows cannot be told apart any more; nothing of
    /// it may be used.
    #[error("the input is refused: {} findings", .0.errors())]
    Refused(Box<Findings>),
}

impl Error {
    fn read(file: &Arc<str>, source: io::Error) -> Self {
        Self::Read { file: Arc::clone(file), source }
    }
}

impl From<Diagnostic> for Error {
    fn from(diagnostic: Diagnostic) -> Self {
        Self::Refused(Box::new(diagnostic.into()))
    }
}

impl From<Findings> for Error {
    fn from(findings: Findings) -> Self {
        Self::Refused(Box::new(findings))
    }
}
