//! The engine: runs the stages in order. The only room that opens files, reads the clock and the
//! environment, and starts threads.

pub mod home;
pub mod progress;
pub mod stats;
pub mod store;

pub use home::{FormEntry, Home, Setup};
pub use progress::{Progress, Silent};
pub use stats::Stats;

use crate::diag::{Code, Diagnostic, Findings};
use crate::font;
use std::io;

/// The home directory is none.
pub const NO_HOME: Code = Code("E380");
/// A configuration file cannot be read as TOML or has a wrong key or type.
pub const BAD_TOML: Code = Code("E381");
/// A file that the home must have is missing.
pub const MISSING_FILE: Code = Code("E382");
/// A job that does not exist was named.
pub const NO_JOB: Code = Code("E383");
/// A form that does not exist was named.
pub const NO_FORM: Code = Code("E384");
/// No edition of a form is in force on the job's date.
pub const NO_EDITION: Code = Code("E385");
/// A tenant's 団体コード is wrong.
pub const TENANT_CODE: Code = Code("E386");

/// The engine's own codes: what each means and what to do.
pub const CODES: &[(&str, &str, &str)] = &[
    ("E380", "the home has no forms/ or fonts/", "name the home by --home DIR or TAYORI_HOME"),
    ("E381", "a configuration file is no TOML or has a wrong key or value", "correct the place shown"),
    ("E382", "a file that the home must have is missing", "restore it, or correct the name that refers to it"),
    ("E383", "there is no such job", "name a file jobs/<tenant>/<job>.toml"),
    ("E384", "there is no such form", "name one of `tayori forms list`"),
    ("E385", "no edition of the form is in force on the job's issue date", "add an edition, or correct issue_date"),
    ("E386", "a 団体コード is wrong", "six digits, the last a check digit"),
];

/// Why the engine could not do what was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The home, a form or a job file is wrong.
    #[error("the configuration has {} error(s)", .0.errors())]
    Configuration(Findings),
    /// The input as a whole cannot be used.
    #[error("the input has {} error(s)", .0.errors())]
    Input(Findings),
    /// More records are held than the job allows.
    #[error("{held} of {records} records are held, more than {limit} %: nothing was packed")]
    TooManyHeld {
        /// Records held.
        held: u64,
        /// Records read.
        records: u64,
        /// The job's limit in percent.
        limit: u8,
        /// Why they are held.
        findings: Findings,
    },
    /// Counts that must agree do not; nothing was packed.
    #[error("the balance does not close: {0}")]
    Balance(String),
    /// What is to be made exists already.
    #[error("`{0}` exists already")]
    Conflict(std::path::PathBuf),
    /// A file could not be read or written.
    #[error(transparent)]
    File(#[from] store::FileError),
    /// The input changed between the two passes.
    #[error("`{0}` changed while it was being read")]
    InputChanged(String),
    /// A lot could not be written.
    #[error("cannot write lot {lot}: {source}")]
    Lot {
        /// The lot's name.
        lot: String,
        /// What the system said.
        source: io::Error,
    },
}

impl From<font::Error> for Error {
    fn from(error: font::Error) -> Self {
        Self::Configuration(error.into())
    }
}

/// A configuration error of one finding.
fn config(diagnostic: Diagnostic) -> Error {
    Error::Configuration(diagnostic.into())
}
