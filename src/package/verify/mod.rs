//! Verification: derives again, from the files alone, everything that a bundle says of itself. It
//! trusts no list because another agrees with it, and no press file because its maker wrote it.

mod bag;
mod books;
mod checked;
mod cmap;
mod conformance;
mod content;
mod control;
mod lists;
mod lots;
mod pages;
mod press_file;
mod readings;
mod slips;
mod texts;

pub use checked::{CheckedLot, LeafOnPage};
pub use texts::PageText;

use super::manifest::Manifest;
use super::{codes, paths};
use crate::diag::{Code, Diagnostic, Findings, Place};
use serde::Serialize;
use std::io::{self, Read};

/// The files of a bundle, wherever they are. Several may be open at once.
pub trait BundleSource {
    /// The name of the folder that holds the bag, where the source fixes it.
    fn root(&self) -> Option<&str> {
        None
    }
    /// All files: path relative to the bag, with `/`, and bytes.
    fn files(&self) -> io::Result<Vec<(String, u64)>>;
    /// Opens a file by its path.
    fn open(&self, path: &str) -> io::Result<Box<dyn Read + '_>>;
}

/// What became of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It holds.
    Passed,
    /// It does not hold; findings say why.
    Failed,
    /// It was not made, because what it needs failed before.
    NotMade,
    /// There is nothing that it could look at.
    Nothing,
}

/// One check of the report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// A stable id.
    pub id: &'static str,
    /// What holds when it passes.
    pub title: &'static str,
    /// The same in Japanese.
    pub title_ja: &'static str,
    /// What became of it.
    pub outcome: Outcome,
    /// How many things were looked at.
    pub count: u64,
    /// What those things are.
    pub unit: &'static str,
    /// What was looked at, where the count alone does not say it; else empty.
    pub detail: String,
}

/// What a check looks at. The order is that of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Subject {
    Files,
    Digests,
    Tags,
    Manifest,
    Tally,
    Ticket,
    Pieces,
    Sheets,
    Stacks,
    PressFiles,
    Conformance,
    Marks,
    Guillotine,
    Tenant,
    Control,
    Slips,
    Balance,
}

/// Id, title, title in Japanese, unit; in the order of [`Subject`].
const CHECKS: [(&str, &str, &str, &str); 17] = [
    (
        "files",
        "every file is listed, and every listed file is there",
        "ファイルの過不足がない",
        "files",
    ),
    (
        "digests",
        "every file has the digest that is listed for it",
        "全ファイルのダイジェストが一致する",
        "bytes",
    ),
    (
        "tags",
        "the tag files are as their maker writes them",
        "バッグの管理ファイルが正しい",
        "files",
    ),
    (
        "manifest",
        "the manifest's figures agree with each other",
        "目録の数字が互いに合う",
        "figures",
    ),
    ("tally", "the count table is the manifest's", "件数表が目録と一致する", "bytes"),
    ("ticket", "the job ticket is the manifest's", "作業指示（XJDF）が目録と一致する", "bytes"),
    (
        "pieces",
        "every piece is listed once, in its run and lot",
        "全通が一度ずつ載っている",
        "pieces",
    ),
    (
        "sheets",
        "every leaf has one slot, and every slot one leaf",
        "枚と面付け位置が一対一に対応する",
        "leaves",
    ),
    (
        "stacks",
        "the listed stacks, cut and laid together, are in sequence",
        "断裁して積むと連番になる（一覧）",
        "leaves",
    ),
    (
        "press-files",
        "every press file has its pages in its size",
        "印刷ファイルのページ数と寸法が合う",
        "pages",
    ),
    (
        "conformance",
        "every press file is what it claims to be: PDF/X-4, PDF/VT-1",
        "印刷ファイルがPDF/X-4・PDF/VT-1の定めどおりである",
        "files",
    ),
    (
        "marks",
        "every slot of the press files carries its mark",
        "印刷ファイルの全位置に正しい印字がある",
        "marks",
    ),
    (
        "guillotine",
        "the printed marks, cut and laid together, are in sequence",
        "断裁して積むと連番になる（実物）",
        "marks",
    ),
    (
        "tenant",
        "no leaf belongs to another job or tenant",
        "他団体・他業務の紙葉が混ざっていない",
        "marks",
    ),
    (
        "inserter",
        "the control files of inserters are what the pieces say",
        "封入封緘機の制御ファイルが通知書一覧と一致する",
        "pieces",
    ),
    (
        "slips",
        "the slip sheets name their lots and what lies in their piles",
        "区切り紙がロットと山の中身に合う",
        "sheets",
    ),
    (
        "balance",
        "pieces, leaves, pages, sheets and yen add up again",
        "通数・枚数・面数・用紙・金額が合う",
        "pieces",
    ),
];

/// What verification found.
#[derive(Debug, Clone)]
pub struct Report {
    /// All checks in order.
    pub checks: Vec<Check>,
    /// What is wrong.
    pub findings: Findings,
    /// The manifest, when it could be read.
    pub manifest: Option<Manifest>,
}

impl Report {
    fn new() -> Self {
        let check = |&(id, title, title_ja, unit): &(_, _, _, _)| Check {
            id,
            title,
            title_ja,
            outcome: Outcome::NotMade,
            count: 0,
            unit,
            detail: String::new(),
        };
        Self {
            checks: CHECKS.iter().map(check).collect(),
            findings: Findings::new(),
            manifest: None,
        }
    }

    /// Whether every check was made and holds, but for what has nothing to look at.
    #[must_use]
    pub fn passed(&self) -> bool {
        let holds = |check: &Check| matches!(check.outcome, Outcome::Passed | Outcome::Nothing);
        self.checks.iter().all(holds) && self.findings.errors() == 0
    }

    fn check(&mut self, subject: Subject) -> &mut Check {
        &mut self.checks[subject as usize]
    }

    /// The check is made from here on.
    fn begin(&mut self, subject: Subject) {
        let check = self.check(subject);
        if check.outcome == Outcome::NotMade {
            check.outcome = Outcome::Passed;
        }
    }

    fn count(&mut self, subject: Subject, count: u64) {
        self.begin(subject);
        self.check(subject).count += count;
    }

    fn fail(&mut self, subject: Subject, code: Code, file: &str, message: impl Into<String>) {
        self.check(subject).outcome = Outcome::Failed;
        self.findings.push(Diagnostic::error(code, message).at(Place::file(file)));
    }

    /// The check fails when two figures differ.
    fn equal<T: PartialEq + std::fmt::Display>(
        &mut self,
        (subject, code, file): (Subject, Code, &str),
        what: &str,
        found: &T,
        expected: &T,
    ) {
        if found != expected {
            let message = format!("{what}: found {found}, expected {expected}");
            self.fail(subject, code, file, message);
        }
    }

    fn failed(&self, subject: Subject) -> bool {
        self.checks[subject as usize].outcome == Outcome::Failed
    }
}

/// Verifies a bundle. `progress` hears the name of each lot before it is read.
///
/// Memory is bounded by the largest lot and 32 bytes a piece; lists are streamed.
pub fn verify(source: &dyn BundleSource, progress: &mut dyn FnMut(&str)) -> Report {
    verify_looking(source, progress, None)
}

/// What looks at lots further, each after its own checks.
pub type Look<'l> = dyn FnMut(CheckedLot<'_>) + 'l;

/// Verifies a bundle, and shows every lot whose press file could be read to `look`.
pub fn verify_looking(
    source: &dyn BundleSource,
    progress: &mut dyn FnMut(&str),
    look: Option<&mut Look<'_>>,
) -> Report {
    let mut report = Report::new();
    let Some(manifest) = bag::check(source, &mut report) else { return report };
    if let Some(root) = source.root()
        && root != manifest.bundle.id
    {
        let message = format!("the folder is `{root}`, the bundle `{}`", manifest.bundle.id);
        report.fail(Subject::Files, codes::MANIFEST, paths::MANIFEST, message);
    }
    books::check(&manifest, &mut report);
    readings::check(&manifest, &mut report);
    // The sizes of everything that follows are only sound when the manifest is.
    if !report.failed(Subject::Manifest) {
        for projection in [tally as fn(&Manifest) -> Projection, ticket] {
            let (subject, code, path, expected, message) = projection(&manifest);
            compare(source, (subject, code, path), &expected, message, &mut report);
        }
        lots::check(source, &manifest, &mut report, progress, look);
        control::conclude(&manifest, &mut report);
        slips::conclude(&manifest, &mut report);
    }
    report.manifest = Some(manifest);
    report
}

/// A file that is nothing but a projection of the manifest: its check, code and path, its bytes, and what
/// is said when they differ.
type Projection = (Subject, Code, &'static str, Vec<u8>, &'static str);

fn tally(manifest: &Manifest) -> Projection {
    let message = "the count table is not what the manifest says";
    (Subject::Tally, codes::LIST, paths::TALLY, super::tally_csv(manifest), message)
}

fn ticket(manifest: &Manifest) -> Projection {
    let message = "the job ticket is not what the manifest says";
    (Subject::Ticket, codes::TICKET, paths::TICKET, super::ticket_xjdf(manifest), message)
}

fn compare(
    source: &dyn BundleSource,
    (subject, code, path): (Subject, Code, &'static str),
    expected: &[u8],
    message: &str,
    report: &mut Report,
) {
    let found = bag::read_small(source, path, report, subject);
    report.count(subject, expected.len() as u64);
    if found.is_some_and(|found| found != expected) {
        report.fail(subject, code, path, message);
    }
}
