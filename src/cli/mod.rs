//! The command line of `tayori`: arguments in, results on standard output, talk on standard error,
//! one exit code. What is done is done by the engine.

mod args;
mod catalogue;
mod commands;
mod fit;
mod inventory;
mod lookup;
mod postcodes;
mod progress;
mod report;
mod table;

use crate::diag::{Findings, Format, Show};
use crate::engine::store::{Doing, FileError};
use crate::engine::{self, Home};
use args::{Cli, Color, Command, FormsCommand, Global, PostcodesCommand};
use clap::Parser as _;
use std::ffi::OsString;
use std::io::{self, IsTerminal as _, Write as _};
use std::panic::AssertUnwindSafe;
use std::process::ExitCode;

/// Exit codes: a contract with cron and scripts.
mod exit {
    pub(super) const DONE: u8 = 0;
    pub(super) const USAGE: u8 = 2;
    pub(super) const HELD: u8 = 3;
    pub(super) const UNVERIFIED: u8 = 4;
    pub(super) const CONFLICT: u8 = 5;
    pub(super) const BAD_INPUT: u8 = 65;
    pub(super) const BUG: u8 = 70;
    pub(super) const CANNOT_WRITE: u8 = 73;
    pub(super) const TRY_AGAIN: u8 = 75;
    pub(super) const CONFIGURATION: u8 = 78;
}

/// Runs the program.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            let usage = error.use_stderr();
            // Nobody is left to be told when the terminal is gone.
            let _ = error.print();
            return ExitCode::from(if usage { exit::USAGE } else { exit::DONE });
        }
    };
    let session = Session::new(&cli.global);
    ExitCode::from(session.within_threads(|| session.command(&cli.command)))
}

/// Runs `tayori-verify`, the vendor's program: one screen and an exit code.
pub fn run_verify(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match args::VerifyCli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            let usage = error.use_stderr();
            let _ = error.print();
            return ExitCode::from(if usage { exit::USAGE } else { exit::DONE });
        }
    };
    let global = Global::plain(cli.json);
    let session = Session::new(&global);
    let japanese = cli.lang == args::Language::Ja;
    ExitCode::from(session.within_threads(|| session.verify(&cli.bundle, cli.reading, japanese)))
}

/// What holds for the whole run of the program.
struct Session<'a> {
    global: &'a Global,
    show: Show,
}

/// What a command came to: an exit code, or why it failed.
type Outcome = Result<u8, Failure>;

/// Why a command failed.
enum Failure {
    Engine(engine::Error),
    /// Standard output is gone or full.
    Output(io::Error),
}

impl From<engine::Error> for Failure {
    fn from(error: engine::Error) -> Self {
        Self::Engine(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl<'a> Session<'a> {
    fn new(global: &'a Global) -> Self {
        let terminal = io::stderr().is_terminal();
        let colour = match global.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => terminal && !engine::no_color(),
        };
        let format = match global.format {
            args::Format::Human => Format::Human,
            args::Format::Short => Format::Short,
            args::Format::Json => Format::Json,
        };
        Self { global, show: Show { format, reveal: global.reveal && terminal, colour } }
    }

    /// Runs `work` with as many threads as were asked for.
    fn within_threads(&self, work: impl FnOnce() -> Outcome + Send) -> u8 {
        let threads = self.global.threads.map(usize::from);
        // A panic is a bug; it was told on standard error, and staged files were removed on the way.
        let run = AssertUnwindSafe(|| engine::with_threads(threads, work));
        let Ok(ended) = std::panic::catch_unwind(run) else {
            Self::say("hint: this is a fault of the program: keep the input and report it");
            return exit::BUG;
        };
        match ended {
            Ok(Ok(code)) => code,
            Ok(Err(Failure::Output(error))) if error.kind() == io::ErrorKind::BrokenPipe => {
                exit::DONE
            }
            Ok(Err(Failure::Output(error))) => {
                Self::say(&format!("error: cannot write to standard output: {error}"));
                exit::CANNOT_WRITE
            }
            Ok(Err(Failure::Engine(error))) => self.fail(&error),
            Err(reason) => {
                Self::say(&format!("error: cannot start threads: {reason}"));
                exit::TRY_AGAIN
            }
        }
    }

    fn command(&self, command: &Command) -> Outcome {
        match command {
            Command::Demo { out, all } => self.demo(out, *all),
            Command::Forms { command } => match command {
                FormsCommand::List => self.forms_list(),
                FormsCommand::Lint { form, .. } => self.forms_lint(form.as_deref()),
                FormsCommand::Fit { tenant, form } => self.forms_fit(tenant, form.as_deref()),
                FormsCommand::Preview(preview) => self.forms_preview(preview),
                FormsCommand::Schema { form, tenant } => {
                    self.forms_schema(form.as_deref(), tenant.as_deref())
                }
            },
            Command::Sample { form, records, seed, tenant, out } => {
                self.sample(form, tenant.as_deref(), *records, *seed, out.as_deref())
            }
            Command::Validate { job, input } => self.validate(job, input),
            Command::Plan { job, input } => self.plan(job, input),
            Command::Build { job, input, out, after, stats, no_zip } => {
                let options = engine::BuildOptions {
                    files: input.files(),
                    out: out.clone(),
                    after: after.clone(),
                    zip: !no_zip,
                };
                self.build(job, &options, stats.as_deref())
            }
            Command::Archive { job, input, out, after } => {
                let (files, out, after) = (input.files(), out.clone(), after.clone());
                self.archive(job, &engine::ArchiveOptions { files, out, after })
            }
            Command::Verify { bundle, reading } => self.verify(bundle, *reading, false),
            Command::Postcodes { command } => match command {
                PostcodesCommand::Import { files } => self.postcodes_import(files),
                PostcodesCommand::Find { what } => self.postcodes_find(what),
            },
            Command::Inventory(args) => self.inventory(args),
            Command::Barcode { kind, file } => self.barcode(kind.kind(), file.as_deref()),
            Command::Find { what, out } => self.find(what, out),
            Command::Explain { what, out } => self.explain(what, out),
        }
    }

    /// The home that was named, or the one of the environment.
    fn home(&self) -> Result<Home, engine::Error> {
        self.global.home.as_deref().map_or_else(Home::from_environment, Home::open)
    }

    fn bar(&self) -> progress::Bar {
        progress::Bar::new(self.global.quiet || self.global.json)
    }

    /// Talk: a line on standard error.
    fn say(line: &str) {
        // A closed standard error must not end the work.
        let _ = writeln!(io::stderr(), "{line}");
    }

    /// Findings on standard error, when there are any.
    fn tell(&self, findings: &Findings) {
        if !findings.is_empty() {
            let _ = io::stderr().write_all(self.show.findings(findings).as_bytes());
        }
    }

    /// Data: text on standard output.
    fn print(text: &str) -> io::Result<()> {
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes())?;
        out.flush()
    }

    /// A value as JSON on standard output.
    fn print_json(value: &impl serde::Serialize) -> io::Result<()> {
        let text = serde_json::to_string_pretty(value).map_err(io::Error::from)?;
        Self::print(&(text + "\n"))
    }

    /// Says why the engine failed, and chooses the exit code.
    fn fail(&self, error: &engine::Error) -> u8 {
        use engine::Error;
        match error {
            Error::Configuration(findings) => {
                self.tell(findings);
                exit::CONFIGURATION
            }
            Error::Input(findings) => {
                self.tell(findings);
                Self::say("error: the input is refused; nothing was written");
                exit::BAD_INPUT
            }
            Error::TooManyHeld { findings, .. } => {
                self.tell(findings);
                Self::say(&format!("error: {error}"));
                Self::say("hint: correct the input, or raise `held_limit_percent` in the job");
                exit::BAD_INPUT
            }
            Error::Usage(_) => {
                Self::say(&format!("error: {error}"));
                exit::USAGE
            }
            Error::Balance(_) => {
                Self::say(&format!("error: {error}"));
                exit::UNVERIFIED
            }
            Error::Conflict(_) => {
                Self::say(&format!("error: {error}"));
                Self::say("hint: name another directory by `--out`, or move what stands there");
                exit::CONFLICT
            }
            Error::File(file) => Self::file_failed(file),
            Error::Lot { source, .. } => {
                Self::say(&format!("error: {error}: {}", causes(source)));
                exit::CANNOT_WRITE
            }
            Error::InputChanged { .. } => {
                Self::say(&format!("error: {error}"));
                Self::say("hint: build again when the file is complete");
                exit::TRY_AGAIN
            }
            Error::Font(font) => {
                Self::say(&format!("error: {error}: {}", causes(font)));
                exit::CONFIGURATION
            }
        }
    }

    fn file_failed(error: &FileError) -> u8 {
        Self::say(&format!("error: {error}"));
        match (error.doing, error.source.kind()) {
            (Doing::Writing, io::ErrorKind::AlreadyExists) => {
                Self::say("hint: name another directory by `--out`, or move what stands there");
                exit::CONFLICT
            }
            (Doing::Writing, io::ErrorKind::ResourceBusy) => {
                Self::say("hint: wait until the other run is done");
                exit::CONFLICT
            }
            (Doing::Writing, kind) => {
                if kind == io::ErrorKind::StorageFull {
                    Self::say("hint: the disk is full: make room, or name another disk by `--out`");
                }
                exit::CANNOT_WRITE
            }
            (Doing::Reading, io::ErrorKind::NotFound | io::ErrorKind::InvalidData) => {
                exit::BAD_INPUT
            }
            (Doing::Reading, _) => exit::TRY_AGAIN,
        }
    }
}

/// An error and what caused it, on one line.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text += &format!(": {cause}");
        next = cause.source();
    }
    text
}

impl args::InputArgs {
    fn files(&self) -> engine::InputFiles {
        engine::InputFiles { master: self.input.clone(), detail: self.detail.clone() }
    }
}
