//! The engine: runs the stages in order. The only room that opens files, reads the clock and the
//! environment, and starts threads.

mod archive;
mod artwork;
mod barcodes;
mod build;
mod colour;
mod demo;
mod fiction;
mod find;
mod fit;
mod home;
mod input;
mod inserting;
mod inventory;
mod lettering;
mod lint;
mod listing;
mod lot;
mod postcodes;
mod preview;
mod previous;
mod progress;
mod read_back;
mod schema;
mod seen;
mod stats;
pub mod store;
mod survey;
mod threads;
mod verify;

pub use crate::schedule::inventory::{Column as InventoryColumn, Inventory};
pub use archive::{ArchiveOptions, Archived, archive};
pub use barcodes::{BarcodeKind, BarcodeLines};
pub use build::{BuildOptions, Built, Planned, build, held_by_code, plan_job, validate};
pub use demo::{DemoRow, demo};
pub use fiction::{Fiction, detail_beside, sample, sample_to};
pub use find::{Found, Place, Sought, find};
pub use fit::{Fit, FormFit, Setting as FitSetting, WishFit, WishState, fit};
pub use home::{FormEntry, Home, Setup};
pub use inventory::{InventoryOf, InventoryOptions, inventory};
pub use lint::{Linted, lint};
pub use postcodes::{Imported, find_postcodes, import_postcodes};
pub use preview::{
    DPI, Filled, FilledPage, Picture, Preview, PreviewKind, Previewed, preview, watch_preview,
};
pub use progress::{Progress, Silent};
pub use read_back::{Extent as ReadExtent, ReadBack};
pub use schema::{Column, InputSchema, form_schema, input_schema};
pub use stats::{Seconds, Stats};
pub use threads::{no_color, with_threads};
pub use verify::{verify, verify_and_read};

use crate::diag::{Code, Diagnostic, Findings};
use crate::{
    barcode, font, form, impose, intake, package, pdf, plan, reading, render, sample, schedule,
    validate,
};
use std::path::PathBuf;

pub use crate::package::{Outcome as CheckOutcome, Report};
pub use crate::plan::Summary;
pub use crate::reading::DPI as READ_DPI;

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

/// More records than serials can count.
pub const TOO_MANY_RECORDS: Code = Code("E387");
/// All records are excluded or held.
pub const NOTHING_TO_MAKE: Code = Code("E388");
/// A follow-up names a bundle that it cannot continue.
pub const NOT_PREVIOUS: Code = Code("E389");
/// A follow-up holds a record whose piece was made before.
pub const MADE_BEFORE: Code = Code("E390");
/// The face role that marks of sheets need is missing.
pub const NO_STATIC_ROLE: Code = Code("E391");

/// A line of `tayori barcode` is no JSON object.
pub const BARCODE_LINE: Code = Code("E251");
/// A line of `tayori barcode` lacks a key, or the key holds another kind of value.
pub const BARCODE_KEY: Code = Code("E252");

/// The engine's own codes: what each means and what to do.
pub const CODES: &[(&str, &str, &str)] = &[
    ("E251", "a line of `tayori barcode` is no JSON object", "write one JSON object a line"),
    (
        "E252",
        "a line of `tayori barcode` lacks a key, or the key holds another kind of value",
        "see `tayori barcode --help` for the keys",
    ),
    ("E380", "the home has no forms/ or fonts/", "name the home by --home DIR or TAYORI_HOME"),
    (
        "E381",
        "a configuration file is no TOML or has a wrong key or value",
        "correct the place shown",
    ),
    (
        "E382",
        "a file that the home must have is missing",
        "restore it, or correct the name that refers to it",
    ),
    ("E383", "there is no such job", "name a file jobs/<tenant>/<job>.toml"),
    ("E384", "there is no such form", "name one of `tayori forms list`"),
    (
        "E385",
        "no edition of the form is in force on the job's issue date",
        "add an edition, or correct issue_date or edition",
    ),
    ("E386", "a 団体コード is wrong", "six digits, the last a check digit"),
    ("E387", "the file has more records than can be counted", "split the file"),
    ("E388", "no record becomes a piece", "correct the held records, or see the exclude list"),
    (
        "E389",
        "a follow-up names a bundle that it cannot continue",
        "name the job's last bag by --after",
    ),
    (
        "E390",
        "a record's piece was made in an earlier bundle of the job",
        "remove the record from the follow-up",
    ),
    ("E391", "fonts.toml has no role `static`", "name a face for the role `static`"),
    ("W396", "a picture is stretched to its box", "give the box the picture's proportions"),
];

/// All codes of all rooms: code, what it means, what to do.
pub fn codes() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    [
        intake::CODES,
        validate::CODES,
        form::CODES,
        font::CODES,
        CODES,
        plan::CODES,
        render::CODES,
        impose::CODES,
        pdf::CODES,
        sample::CODES,
        barcode::CODES,
        package::CODES,
        reading::CODES,
        schedule::CODES,
    ]
    .into_iter()
    .flatten()
    .copied()
}

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
    /// What was asked for cannot be done.
    #[error("{0}")]
    Usage(String),
    /// Counts that must agree do not; nothing was packed.
    #[error("{0}")]
    Balance(String),
    /// What is to be made exists already.
    #[error("`{0}` exists already")]
    Conflict(std::path::PathBuf),
    /// A file could not be read or written.
    #[error(transparent)]
    File(#[from] store::FileError),
    /// The input changed between the two passes.
    #[error("`{file}` changed while it was being read: {what}")]
    InputChanged {
        /// The master file.
        file: String,
        /// What reads differently now.
        what: String,
    },
    /// The faces could not be used.
    #[error(transparent)]
    Font(font::Error),
    /// A lot could not be written.
    #[error("cannot write lot {lot}: {source}")]
    Lot {
        /// The lot's name.
        lot: String,
        /// What went wrong.
        source: pdf::Error,
    },
}

impl Error {
    /// The findings that it consists of, when it does.
    #[must_use]
    pub const fn findings(&self) -> Option<&Findings> {
        match self {
            Self::Configuration(findings)
            | Self::Input(findings)
            | Self::TooManyHeld { findings, .. } => Some(findings),
            _ => None,
        }
    }
}

impl From<font::Error> for Error {
    fn from(error: font::Error) -> Self {
        match error {
            font::Error::Findings(findings) => Self::Configuration(findings),
            other => Self::Font(other),
        }
    }
}

impl From<intake::Error> for Error {
    fn from(error: intake::Error) -> Self {
        use store::{Doing, FileError};
        match error {
            intake::Error::Refused(findings) => Self::Input(*findings),
            intake::Error::Read { file, source } => {
                let path = PathBuf::from(file.as_ref());
                Self::File(FileError { doing: Doing::Reading, path, source })
            }
            intake::Error::Write(source) => {
                let path = PathBuf::from("held.csv");
                Self::File(FileError { doing: Doing::Writing, path, source })
            }
        }
    }
}

/// Input files given in place of those of the job.
#[derive(Debug, Clone, Default)]
pub struct InputFiles {
    /// The master file.
    pub master: Option<PathBuf>,
    /// The detail file; `NAME-detail.csv` beside the master when absent.
    pub detail: Option<PathBuf>,
}

/// A configuration error of one finding.
fn config(diagnostic: Diagnostic) -> Error {
    Error::Configuration(diagnostic.into())
}

fn no_static_role() -> Error {
    let hint = "name a face for the role `static` in fonts/fonts.toml";
    config(Diagnostic::error(NO_STATIC_ROLE, "there is no role `static`").hint(hint))
}

/// Why detail rows without a record are held.
fn orphan_reason() -> intake::HeldReason {
    let codes = "E121".to_owned();
    intake::HeldReason {
        codes,
        reasons: "マスタにないキーの明細行です".into(),
        places: String::new(),
    }
}
