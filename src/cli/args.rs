//! The arguments of `tayori`: one source for parsing, help and examples.

use crate::engine::{self, BarcodeKind, PreviewKind, READ_DPI};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Bulk notices (便り), from a municipality's data file to a verified print bundle.
#[derive(Debug, Parser)]
#[command(
    name = "tayori",
    version,
    max_term_width = 100,
    after_help = "Examples:\n  tayori demo\n  tayori validate jobs/kasumigahara/property-tax-2026.toml\n  \
                  tayori build jobs/kasumigahara/property-tax-2026.toml --out out\n  \
                  tayori verify out/kasumigahara-property-tax-2026.zip\n\n\
                  Exit codes: 0 done · 2 usage · 3 done, some records held · 4 verification or balance failed ·\n\
                  5 conflict · 65 bad input data · 70 a bug · 73 cannot write · 75 try again later ·\n78 configuration"
)]
pub(super) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(super) command: Command,
    /// What holds for all commands.
    #[command(flatten)]
    pub(super) global: Global,
}

/// Checks a bundle of notices from its files alone: digests, pages, marks, balance.
#[derive(Debug, Parser)]
#[command(
    name = "tayori-verify",
    version,
    max_term_width = 100,
    after_help = "Examples:\n  tayori-verify kasumigahara-property-tax-2026.zip\n  tayori-verify --lang en kasumigahara-property-tax-2026/\n  tayori-verify --read-back=all kasumigahara-property-tax-2026.zip\n\n\
                  Exit codes: 0 verified · 2 usage · 4 not verified: do not print · 65 no bundle"
)]
pub(super) struct VerifyCli {
    /// The bag's directory or the zip
    pub(super) bundle: PathBuf,
    /// The language of the report
    #[arg(long, value_enum, default_value_t = Language::Ja)]
    pub(super) lang: Language,
    /// What is read back.
    #[command(flatten)]
    pub(super) reading: Reading,
    /// The report as JSON
    #[arg(long)]
    pub(super) json: bool,
}

/// Whether and how pages are read back.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct Reading {
    /// Draw pages, decode every symbol and compare it with what is printed beside it; `sample`, of
    /// lots with more than 400 such pages, reads 400 that show everything at least once
    #[arg(long, value_enum, value_name = "EXTENT", num_args = 0..=1, require_equals = true, default_missing_value = "sample")]
    pub(super) read_back: Option<ReadBack>,
    /// Dots an inch at which pages are drawn
    #[arg(long, value_name = "N", default_value_t = 300, requires = "read_back",
          value_parser = clap::value_parser!(u16).range(i64::from(*READ_DPI.start())..=i64::from(*READ_DPI.end())))]
    pub(super) dpi: u16,
}

/// How much is read back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ReadBack {
    /// Every page
    All,
    /// All of small lots, a covering choice of large ones
    Sample,
}

/// The language of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Language {
    /// 日本語
    Ja,
    /// English
    En,
}

/// Options of every command.
#[derive(Debug, Args)]
pub(super) struct Global {
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        help = "The home: the directory with forms/, fonts/ and jobs/ [default: $TAYORI_HOME, else .]"
    )]
    pub(super) home: Option<PathBuf>,
    /// How findings are shown
    #[arg(long, global = true, value_enum, default_value_t = Format::Human)]
    pub(super) format: Format,
    /// When to use colour
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto)]
    pub(super) color: Color,
    /// Results as JSON on standard output
    #[arg(long, global = true)]
    pub(super) json: bool,
    /// No progress and no closing words
    #[arg(long, short, global = true)]
    pub(super) quiet: bool,
    /// Show personal data in findings (on a terminal only)
    #[arg(long, global = true)]
    pub(super) reveal: bool,
    /// Worker threads [default: one a core]
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(super) threads: Option<u16>,
}

impl Global {
    /// The options of a program that has none of them.
    pub(super) fn plain(json: bool) -> Self {
        Self {
            home: None,
            format: Format::Human,
            color: Color::Auto,
            json,
            quiet: false,
            reveal: false,
            threads: None,
        }
    }
}

/// How findings are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// With the source line and a caret
    Human,
    #[value(help = "One line each: file:line:column: error[E204]: …")]
    Short,
    /// One JSON object each
    Json,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    #[value(help = "On a terminal, unless NO_COLOR is set")]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Build and verify the sample jobs; ends with a table and the paths to open
    #[command(
        after_help = "The jobs of a demo stand in jobs/demo.toml; without it, and with --all, every job is built."
    )]
    Demo {
        /// Every job of the home
        #[arg(long)]
        all: bool,
        /// Where the bundles go; what stands there from an earlier demo is replaced
        #[arg(long, value_name = "DIR", default_value = "out/demo")]
        out: PathBuf,
    },
    /// List, check and preview forms
    Forms {
        /// What to do with forms.
        #[command(subcommand)]
        command: FormsCommand,
    },
    /// Write fictional input for a form, in its CSV shape
    #[command(
        after_help = "Example:\n  tayori sample property_tax_notice --records 100000 --seed 1 --out /tmp/property.csv"
    )]
    Sample {
        /// The form's id
        form: String,
        /// How many records
        #[arg(long, value_name = "N", default_value_t = 100)]
        records: u32,
        /// The seed: the same seed gives the same bytes on every machine
        #[arg(long, value_name = "S", default_value_t = 1)]
        seed: u64,
        /// The tenant whose towns and texts are used [default: the first that uses the form]
        #[arg(long, value_name = "TENANT")]
        tenant: Option<String>,
        /// The master file [default: standard output]; rows go beside it to NAME-detail.csv
        #[arg(long, value_name = "FILE.csv")]
        out: Option<PathBuf>,
    },
    /// Check a job's input; findings only
    Validate {
        /// The job file
        job: PathBuf,
        /// Another input instead of the job's
        #[command(flatten)]
        input: InputArgs,
    },
    /// Show runs, lots, sheets and stock; writes nothing
    Plan {
        /// The job file
        job: PathBuf,
        /// Another input instead of the job's
        #[command(flatten)]
        input: InputArgs,
    },
    /// Build the bundle: DIR/<job-id>/ (the bag) and DIR/<job-id>.zip
    #[command(
        after_help = "Held records go to DIR/<job-id>-held/, which stays with the tenant. Correct held.csv there and feed it back:\n  \
        tayori build JOB --input out/JOB-held/held.csv --after out/JOB"
    )]
    Build {
        /// The job file
        job: PathBuf,
        /// Another input instead of the job's
        #[command(flatten)]
        input: InputArgs,
        /// Where the bundle goes
        #[arg(long, value_name = "DIR", default_value = "out")]
        out: PathBuf,
        /// The bundle that this one continues: serials go on, and no piece is made twice
        #[arg(long, value_name = "BUNDLE")]
        after: Option<PathBuf>,
        /// Write counts, seconds and peak memory as JSON
        #[arg(long, value_name = "FILE.json")]
        stats: Option<PathBuf>,
        /// No zip beside the bag
        #[arg(long)]
        no_zip: bool,
    },
    /// Keep each piece as a PDF/A document of its own: DIR/<job-id>-archive/<lot>/<serial>.pdf
    #[command(
        after_help = "The documents are those of the bundle that `tayori build` makes of the same input: same serials, same pages, without \
        sheets. They hold personal data and stay with the tenant; index.csv lists serial, lot, file, pages, bytes and SHA-256.\n\n\
        Examples:\n  tayori archive jobs/kasumigahara/property-tax-2026.toml --out archive\n  \
        tayori archive jobs/kasumigahara/property-tax-2026.toml --input held.csv --after out/JOB"
    )]
    Archive {
        /// The job file
        job: PathBuf,
        /// Another input instead of the job's
        #[command(flatten)]
        input: InputArgs,
        /// Where the archive goes
        #[arg(long, value_name = "DIR", default_value = "out")]
        out: PathBuf,
        /// The bundle that was built before this input: serials go on after it
        #[arg(long, value_name = "BUNDLE")]
        after: Option<PathBuf>,
    },
    /// Check a bundle from its files alone
    #[command(
        after_help = "Examples:\n  tayori verify out/kasumigahara-property-tax-2026.zip\n  tayori verify out/kasumigahara-property-tax-2026 --read-back=all\n  tayori verify out/kasumigahara-property-tax-2026 --read-back --dpi 600"
    )]
    Verify {
        /// The bag's directory or the zip
        bundle: PathBuf,
        /// What is read back.
        #[command(flatten)]
        reading: Reading,
    },
    /// The inventory of forms (帳票一覧): what is sent, on what paper, when and how many
    Inventory(super::inventory::InventoryArgs),
    /// Keep and ask the home's register of postcodes
    Postcodes {
        /// What to do with postcodes.
        #[command(subcommand)]
        command: PostcodesCommand,
    },
    #[command(
        about = "Symbols and check digits: JSON Lines in, the same objects out with the answers filled in",
        after_help = BARCODE_HELP
    )]
    Barcode {
        /// What to answer
        #[arg(value_enum)]
        kind: Symbol,
        /// The lines [default: standard input]
        file: Option<PathBuf>,
    },
    /// Say where a piece is: bundle, lot, sheet, slot
    #[command(
        after_help = "Examples:\n  tayori find 0000123 --out out\n  tayori find K7Q2-0000123-1/3-8\n  tayori find 0N9X5J7C2TQ4M8RB"
    )]
    Find {
        /// A serial, a piece id, or a mark as printed on a slot
        what: String,
        /// Where the bundles are
        #[arg(long, value_name = "DIR", default_value = "out")]
        out: PathBuf,
    },
    /// Explain a code of a finding, or why a piece is in its run
    #[command(after_help = "Examples:\n  tayori explain E204\n  tayori explain 0000123 --out out")]
    Explain {
        /// A code such as E204, or a serial, a piece id or a mark
        what: String,
        /// Where the bundles are
        #[arg(long, value_name = "DIR", default_value = "out")]
        out: PathBuf,
    },
}

/// What to do with postcodes.
#[derive(Debug, Subcommand)]
pub(super) enum PostcodesCommand {
    /// Make the register, jobs/postcodes.csv, anew from Japan Post's files
    #[command(
        after_help = "Example, with both files as they are published:\n  tayori postcodes import KEN_ALL.CSV JIGYOSYO.CSV"
    )]
    Import {
        #[arg(
            required = true,
            value_name = "FILE.csv",
            help = "KEN_ALL.CSV, utf_ken_all.csv, JIGYOSYO.CSV, or tables with headings postcode, prefecture, city, town"
        )]
        files: Vec<PathBuf>,
    },
    /// Show what a postcode stands for, or which postcode an address has
    #[command(
        after_help = "Examples:\n  tayori postcodes find 100-0001\n  tayori postcodes find 千代田区千代田1番1号"
    )]
    Find {
        /// Seven digits with or without hyphen, or an address
        what: String,
    },
}

/// What `tayori barcode` answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Symbol {
    /// Japan Post customer barcode: postcode and address to display number and bars
    Customer,
    /// Convenience-store barcode: 44 digits, two lines for people, modules
    #[value(name = "gs1-128")]
    Gs1128,
    /// Payload of a local tax QR code: 255 digits, both lines, eL number; or the check of a ready payload
    ElQr,
    /// Check digits of a Yucho MT OCR line
    Yucho,
    /// Whether the check digit of a number is right
    Number,
}

impl Symbol {
    /// What the engine calls it.
    pub(super) const fn kind(self) -> BarcodeKind {
        match self {
            Self::Customer => BarcodeKind::Customer,
            Self::Gs1128 => BarcodeKind::Gs1128,
            Self::ElQr => BarcodeKind::ElQr,
            Self::Yucho => BarcodeKind::Yucho,
            Self::Number => BarcodeKind::Number,
        }
    }
}

/// The keys of each kind, and examples.
const BARCODE_HELP: &str = r#"Keys that are read, and those that are filled in:
  customer  postcode, address_b, postcode_kind (town | representative | business | post-office-box)
            -> display_number, font_string, bars
  gs1-128   issuer, free_field, reissue, due (YYMMDD), stamp_flag, amount
            -> check_digit, data44, hri_line1, hri_line2, modules, printable_at_cvs
  el-qr     fields {acct, amt, item, key, conf, org, office, levy, tax, period, nokigen, shiharai}, or payload
            -> mpn_line1, mpn_line2, crc5, payload, el_number
  yucho     user -> cd, line
  number    value, kind (individual | corporate | resident | lg-code | insurer; else told by the length)
            -> kind, check_digit, valid

A line without an answer gets `error` instead, and a finding with its number.

Examples:
  echo '{"postcode":"2630023","address_b":"3丁目30-8 郵便ビル403号"}' | tayori barcode customer
  tayori barcode gs1-128 slips.jsonl > answered.jsonl
  echo '{"kind":"corporate","value":"7000012050002"}' | tayori barcode number

Exit codes: 0 done · 2 usage · 3 done, some lines have no answer · 65 no line has one"#;

/// What to do with forms.
#[derive(Debug, Subcommand)]
pub(super) enum FormsCommand {
    /// All forms with their editions
    List,
    /// Check one form, or all of them
    Lint {
        /// The form's id
        #[arg(required_unless_present = "all")]
        form: Option<String>,
        /// All forms
        #[arg(long, conflicts_with = "form")]
        all: bool,
    },
    /// What a tenant set of each form's settings, what it leaves, and which wishes no setting fulfils
    #[command(
        after_help = "Wishes stand in jobs/TENANT/wishes.toml. Example:\n  tayori forms fit kasumigahara --form polling_card"
    )]
    Fit {
        /// The tenant
        tenant: String,
        /// Only this form
        #[arg(long, value_name = "FORM")]
        form: Option<String>,
    },
    /// Show a form filled with fictional data, or with your own
    #[command(after_help = "Examples:\n  tayori forms preview payslip --out preview.pdf\n  \
        tayori forms preview payslip --page 1 --dpi 200 --out page.png")]
    Preview(PreviewArgs),
    /// Print what a form reads as JSON; without FORM the JSON Schema of form files, for editors
    #[command(after_help = "Examples:\n  tayori forms schema payslip\n  \
        tayori forms schema > form.schema.json")]
    Schema {
        /// The form's id
        form: Option<String>,
        /// The tenant whose parameters are used [default: the first that uses the form]
        #[arg(long, value_name = "TENANT", requires = "form")]
        tenant: Option<String>,
    },
}

/// What to show of a form, and how.
#[derive(Debug, Args)]
pub(super) struct PreviewArgs {
    /// The form's id
    pub(super) form: String,
    /// The tenant whose texts and seal are used [default: the first that uses the form]
    #[arg(long, value_name = "TENANT")]
    pub(super) tenant: Option<String>,
    /// How many records at most
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) records: u32,
    /// The seed of fictional records
    #[arg(long, value_name = "S", default_value_t = 1, conflicts_with = "input")]
    pub(super) seed: u64,
    /// Own data instead of fictional
    #[command(flatten)]
    pub(super) input: InputArgs,
    /// Only this page, from 1
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) page: Option<u32>,
    /// Dots an inch of PNG pictures
    #[arg(long, value_name = "N", default_value_t = 150, value_parser = clap::value_parser!(u16).range(i64::from(*engine::DPI.start())..=i64::from(*engine::DPI.end())))]
    pub(super) dpi: u16,
    /// Over it a millimetre grid, the safe margin, the mark's box, the envelope's window
    #[arg(long)]
    pub(super) grid: bool,
    /// Again whenever a file that was read is saved, until Ctrl-C
    #[arg(long)]
    pub(super) watch: bool,
    /// Watch no longer than this
    #[arg(long, value_name = "SECONDS", requires = "watch", hide = true)]
    pub(super) watch_for: Option<u64>,
    /// Where it goes: FILE.pdf, or FILE.png for pictures FILE-1.png, FILE-2.png … (FILE.png with --page)
    #[arg(long, value_name = "FILE", default_value = "preview.pdf", value_parser = preview_file)]
    pub(super) out: PathBuf,
}

/// A file whose ending says what a preview is written as.
fn preview_file(name: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(name);
    if PreviewKind::of(&path).is_some() {
        return Ok(path);
    }
    let known: Vec<String> =
        PreviewKind::KNOWN.iter().map(|(known, _)| format!(".{known}")).collect();
    Err(format!("a preview is written to a file whose name ends in {}", known.join(" or ")))
}

/// Input files given on the command line instead of those of the job.
#[derive(Debug, Args)]
pub(super) struct InputArgs {
    /// Read this master file instead of the job's
    #[arg(long, value_name = "FILE.csv")]
    pub(super) input: Option<PathBuf>,
    /// Read this detail file instead of the job's [default: NAME-detail.csv beside --input]
    #[arg(long, value_name = "FILE.csv", requires = "input")]
    pub(super) detail: Option<PathBuf>,
}
