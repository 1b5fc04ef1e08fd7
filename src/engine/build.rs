//! Builds a bundle: survey, plan, lots, lists, manifest, bag and zip; and what stays with the
//! tenant, the files of held records.

use super::home::Setup;
use super::inserting;
use super::lot::{self, Shop};
use super::previous::{self, Previous};
use super::stats::{Seconds, Stats, Watch, peak_rss_bytes};
use super::store::{FileError, Lock, Output, StagedFile, Staging};
use super::survey::{self, Survey};
use super::{Error, Home, InputFiles, NOTHING_TO_MAKE, Progress, store};
use crate::diag::{Code, Diagnostic, Findings};
use crate::form::TextBox;
use crate::impose;
use crate::intake::HeldWriter;
use crate::model::{Lot, Plan, Run, Serial};
use crate::package::manifest::{ControlInfo, FileInfo, FontInfo, FormInfo, InputInfo, SlipsInfo};
use crate::package::{
    self, BagFile, Contents, MadeLot, Manifest, PIECES_HEADING, Packer, SHEETS_HEADING, paths,
};
use crate::plan::{self, Inserts, Setting, SheetArithmetic};
use std::io::Write;
use std::path::{Path, PathBuf};

/// What to build, and where.
#[derive(Debug, Clone)]
pub struct BuildOptions {
    /// Input files in place of those of the job.
    pub files: InputFiles,
    /// The directory in which the bundle appears.
    pub out: PathBuf,
    /// The bundle that this one continues.
    pub after: Option<PathBuf>,
    /// Whether a zip is made beside the bag.
    pub zip: bool,
}

/// What was built.
#[derive(Debug)]
pub struct Built {
    /// The bag.
    pub bundle: PathBuf,
    /// The zip.
    pub zip: Option<PathBuf>,
    /// The directory of held records, when there are any.
    pub held: Option<PathBuf>,
    /// Everything found about the input.
    pub findings: Findings,
    /// Counts, bytes and seconds.
    pub stats: Stats,
    /// The manifest.
    pub manifest: Manifest,
}

/// A job, surveyed and planned; what `tayori plan` shows.
#[derive(Debug)]
pub struct Planned {
    /// The plan.
    pub plan: Plan,
    /// The plan as a table.
    pub summary: plan::Summary,
    /// Everything found about the input.
    pub findings: Findings,
    /// Records held or rejected.
    pub held: u64,
}

/// Surveys a job: findings only.
///
/// # Errors
/// As the stages it runs.
pub fn validate(
    home: &Home,
    job: &Path,
    files: &InputFiles,
    progress: &dyn Progress,
) -> Result<(Findings, crate::model::Balance), Error> {
    let setup = home.load(job)?;
    let renderer = setup.renderer()?;
    let survey = survey::survey(home, &setup, &renderer, files, None, progress)?;
    Ok((warned(&setup, survey.findings), survey.balance))
}

/// Surveys and plans a job.
///
/// # Errors
/// As the stages it runs.
pub fn plan_job(
    home: &Home,
    job: &Path,
    files: &InputFiles,
    progress: &dyn Progress,
) -> Result<Planned, Error> {
    let setup = home.load(job)?;
    let renderer = setup.renderer()?;
    let mut survey = survey::survey(home, &setup, &renderer, files, None, progress)?;
    let (plan, _) = plan(&setup, &mut survey, Serial(1))?;
    let summary = plan::Summary::of(&plan, setup.compiled.form.leaf, &setup.stocks);
    let held = survey.held.len() as u64;
    Ok(Planned { plan, summary, findings: warned(&setup, survey.findings), held })
}

/// Builds a job's bundle.
///
/// # Errors
/// As the stages it runs; nothing is left under a final name then.
pub fn build(
    home: &Home,
    job: &Path,
    options: &BuildOptions,
    progress: &dyn Progress,
) -> Result<Built, Error> {
    let (mut total, mut watch) = (Watch::start(), Watch::start());
    let mut seconds = Seconds::default();
    let setup = home.load(job)?;
    let previous = options.after.as_deref().map(|path| previous::read(path, &setup)).transpose()?;
    let batch = previous.as_ref().map_or(1, |previous| previous.batch + 1);
    let places = Places::new(&options.out, &setup.bundle_id(batch));
    let _lock = Lock::take(&places.lock).map_err(Error::from)?;
    places.refuse_existing()?;
    let renderer = setup.renderer()?;
    let made = previous.as_ref().map(|previous| previous.pieces.as_slice());
    let mut survey = survey::survey(home, &setup, &renderer, &options.files, made, progress)?;
    seconds.validate = watch.lap();
    // A follow-up is made of corrections: what is still wrong in it is given back again.
    if previous.is_none() {
        refuse_too_many_held(&setup, &survey)?;
    }
    let first = previous.as_ref().map_or(Serial(1), |previous| previous.next_serial);
    let (plan, inserts) = plan(&setup, &mut survey, first)?;
    seconds.plan = watch.lap();

    let staging = Staging::directory(&places.bag)?;
    let shop = Shop::new(&setup, &survey, (&plan, &inserts), &renderer, batch)?;
    let (lots, lists) = make_lots(&shop, &staging, progress)?;
    drop(shop);
    seconds.render = watch.lap();

    progress.begin("package", None);
    let manifest = manifest(&setup, &survey, &plan, &lots, &lists, batch, previous);
    let files = write_bag(&staging, &manifest, &lots, lists)?;
    let zip =
        if options.zip { Some(write_zip(&staging, &places.zip, &files, &manifest)?) } else { None };
    let held = write_held(&survey, &places.held)?;
    staging.commit()?;
    if let Some(zip) = zip {
        zip.commit()?;
    }
    if let Some(held) = held {
        held.commit()?;
    }
    progress.end();
    seconds.package = watch.lap();
    seconds.total = total.lap();
    let planned = manifest.balance.planned;
    let stats = Stats {
        records: manifest.balance.input.records,
        held: survey.held.len() as u64,
        pieces: planned.pieces,
        pages: planned.pages,
        sheets: planned.sheets,
        lots: lots.len() as u64,
        bytes: lots.iter().map(|lot| lot.bytes).sum(),
        peak_rss_bytes: peak_rss_bytes(),
        seconds,
    };
    Ok(Built {
        held: survey.gives_back().then_some(places.held),
        zip: options.zip.then_some(places.zip),
        bundle: places.bag,
        findings: warned(&setup, survey.findings),
        stats,
        manifest,
    })
}

/// Where the things of a bundle go.
struct Places {
    bag: PathBuf,
    zip: PathBuf,
    held: PathBuf,
    lock: PathBuf,
}

impl Places {
    fn new(out: &Path, id: &str) -> Self {
        Self {
            bag: out.join(id),
            zip: out.join(format!("{id}.zip")),
            held: out.join(format!("{id}-held")),
            lock: out.join(format!(".{id}.lock")),
        }
    }

    fn refuse_existing(&self) -> Result<(), Error> {
        let taken = [&self.bag, &self.zip, &self.held].into_iter().find(|path| path.exists());
        taken.map_or(Ok(()), |path| Err(Error::Conflict(path.clone())))
    }
}

/// The warnings of the form and configuration, then what was found in the input.
pub(super) fn warned(setup: &Setup, findings: Findings) -> Findings {
    let mut all = setup.findings.clone();
    all.append(findings);
    all
}

pub(super) fn refuse_too_many_held(setup: &Setup, survey: &Survey) -> Result<(), Error> {
    let (held, records) = (survey.held.len() as u64, survey.balance.input.records);
    let limit = setup.job.held_limit_percent;
    if held * 100 <= records * u64::from(limit) {
        return Ok(());
    }
    Err(Error::TooManyHeld { held, records, limit, findings: survey.findings.clone() })
}

pub(super) fn plan(
    setup: &Setup,
    survey: &mut Survey,
    first_serial: Serial,
) -> Result<(Plan, Inserts), Error> {
    if survey.candidates.is_empty() {
        let message = "no record becomes a piece: all are excluded or held";
        let mut findings = std::mem::take(&mut survey.findings);
        findings.push(Diagnostic::error(NOTHING_TO_MAKE, message));
        return Err(Error::Input(findings));
    }
    let arithmetic =
        SheetArithmetic { sheets: &impose::sheets, fit: &impose::fit, sound: &impose::sound };
    let setting = Setting {
        job: &setup.job,
        form: &setup.compiled.form,
        vendor: &setup.vendor,
        stocks: &setup.stocks,
        arithmetic,
        first_serial,
    };
    let candidates = std::mem::take(&mut survey.candidates);
    let planned = plan::plan(&candidates, setting, survey.balance, &mut survey.findings);
    let mut plan = planned.map_err(|findings| {
        let open = findings.iter().find(|finding| finding.code == plan::BALANCE_OPEN);
        let open = open.map(|finding| finding.message.clone());
        open.map_or_else(|| Error::Configuration(findings), Error::Balance)
    })?;
    let form = (&setup.compiled, &setup.job);
    let inserts = plan::assign(&mut plan, form, &setup.vendor, &setup.stocks)
        .map_err(Error::Configuration)?;
    inserting::try_marks(&plan)?;
    Ok((plan, inserts))
}

/// The lists that are written while lots are made.
struct Lists {
    pieces: BagFile,
    sheets: BagFile,
    /// The control files of inserters.
    control: Vec<BagFile>,
}

fn make_lots(
    shop: &Shop<'_>,
    staging: &Staging,
    progress: &dyn Progress,
) -> Result<(Vec<MadeLot>, Lists), Error> {
    let plan = shop.plan;
    let leaves = plan.pieces.iter().map(|piece| u64::from(piece.leaves)).sum();
    progress.begin("render", Some(leaves));
    let mut pieces = list(staging, paths::PIECES, PIECES_HEADING)?;
    let mut sheets = list(staging, paths::SHEETS, SHEETS_HEADING)?;
    let (mut lots, mut control) = (Vec::new(), Vec::new());
    for run in &plan.runs {
        for lot in &run.lots {
            let mut out = staging.create(&paths::lot(&lot.name(run.number)))?;
            let made = shop.make(run, lot, &mut out, &mut pieces, &mut sheets, progress)?;
            if let Some(file) = &made.control {
                let path = paths::control(&lot.name(run.number));
                let (sha256, bytes) = staging.write(&path, file)?;
                control.push(BagFile { path, sha256, bytes });
            }
            let mut made = lot::made(out, made)?;
            if run.press.slip_sheets {
                made.slips = Some(slips(shop, (run, lot), staging)?);
            }
            lots.push(made);
        }
    }
    progress.end();
    let file = |path: &str, out: Output| -> Result<BagFile, FileError> {
        let (sha256, bytes) = out.finish()?;
        Ok(BagFile { path: path.to_owned(), sha256, bytes })
    };
    let (pieces, sheets) = (file(paths::PIECES, pieces)?, file(paths::SHEETS, sheets)?);
    let lists = Lists { pieces, sheets, control };
    Ok((lots, lists))
}

/// Writes the slip sheets of a lot.
fn slips(shop: &Shop<'_>, (run, lot): (&Run, &Lot), staging: &Staging) -> Result<SlipsInfo, Error> {
    let file = paths::slips(&lot.name(run.number));
    let mut out = staging.create(&file)?;
    let sheets = shop.slips(run, lot, &mut out)?;
    let (sha256, bytes) = out.finish()?;
    Ok(SlipsInfo { file, sha256, bytes, sheets })
}

fn list(staging: &Staging, path: &str, heading: &str) -> Result<Output, FileError> {
    let mut out = staging.create(path)?;
    out.write_all(heading.as_bytes()).map_err(FileError::writing(&staging.path(path)))?;
    Ok(out)
}

fn manifest(
    setup: &Setup,
    survey: &Survey,
    plan: &Plan,
    lots: &[MadeLot],
    lists: &Lists,
    batch: u16,
    previous: Option<Previous>,
) -> Manifest {
    let faces = setup
        .fonts
        .faces()
        .filter(|(_, face)| !face.is_continuation)
        .map(|(_, face)| FontInfo { name: face.postscript_name.clone(), sha256: face.digest });
    let gaiji = setup.fonts.gaiji_files();
    let gaiji = gaiji.map(|(name, sha256)| FontInfo { name: name.to_owned(), sha256 });
    let totals = survey.totals.as_ref();
    let control = totals.map(|t| ControlInfo { records: t.records, yen: t.amount });
    let inputs = survey.read.iter().map(|file| InputInfo {
        role: file.role.to_owned(),
        sha256: file.digest,
        bytes: file.bytes,
        records: file.records,
        control: control.clone().filter(|_| file.role == "master"),
    });
    let file = |(file, rows): (&BagFile, u64)| FileInfo {
        path: file.path.clone(),
        sha256: file.sha256,
        bytes: file.bytes,
        rows,
    };
    let planned = plan.balance.planned;
    Contents {
        job: &setup.job,
        tenant: &setup.tenant,
        vendor: &setup.vendor,
        stocks: &setup.stocks,
        plan,
        form: form_info(setup),
        fonts: faces.chain(gaiji).collect(),
        inputs: inputs.collect(),
        lots,
        files: vec![file((&lists.pieces, planned.pieces)), file((&lists.sheets, planned.pages))],
        batch,
        supplement_of: previous.map(|previous| previous.supplemented),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }
    .manifest()
}

fn form_info(setup: &Setup) -> FormInfo {
    let form = &setup.compiled.form;
    let place = |mark: &TextBox| [mark.rect.x, mark.rect.y, mark.rect.width, mark.rect.height];
    FormInfo {
        id: form.id.clone(),
        title: form.title.clone(),
        edition: form.edition,
        sha256: form.digest,
        leaf: [form.leaf.width, form.leaf.height],
        duplex: form.duplex,
        mark: place(&form.mark),
        mark_back: form.duplex.then(|| place(&form.mark_back)),
        readings: form.readings.clone(),
    }
}

/// Writes manifest, tally, ticket and tag files; returns every file of the bag by path.
fn write_bag(
    staging: &Staging,
    manifest: &Manifest,
    lots: &[MadeLot],
    lists: Lists,
) -> Result<Vec<BagFile>, Error> {
    let mut payload = Vec::new();
    for (path, bytes) in [
        (paths::MANIFEST, manifest.to_bytes()),
        (paths::TALLY, package::tally_csv(manifest)),
        (paths::TICKET, package::ticket_xjdf(manifest)),
    ] {
        let (sha256, length) = staging.write(path, &bytes)?;
        payload.push(BagFile { path: path.to_owned(), sha256, bytes: length });
    }
    payload.extend([lists.pieces, lists.sheets]);
    payload.extend(lists.control);
    for ((_, info), lot) in manifest.lots().zip(lots) {
        payload.push(BagFile { path: info.file.clone(), sha256: lot.sha256, bytes: lot.bytes });
        payload.extend(lot.slips.as_ref().map(|slips| BagFile {
            path: slips.file.clone(),
            sha256: slips.sha256,
            bytes: slips.bytes,
        }));
    }
    let tags = package::tags(manifest, &payload);
    let mut files = Vec::new();
    let tagmanifest = (paths::TAG_MANIFEST.to_owned(), tags.tagmanifest);
    for (path, text) in tags.files.iter().chain([&tagmanifest]) {
        let (sha256, bytes) = staging.write(path, text.as_bytes())?;
        files.push(BagFile { path: path.clone(), sha256, bytes });
    }
    files.extend(payload);
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

fn write_zip(
    staging: &Staging,
    target: &Path,
    files: &[BagFile],
    manifest: &Manifest,
) -> Result<StagedFile, Error> {
    let (staged, out) = StagedFile::create_seekable(target)?;
    let mut zip = Packer::new(out, &manifest.bundle.id, manifest.job.issue_date);
    for file in files {
        let mut content = store::reader(&staging.path(&file.path))?;
        zip.file(&file.path, file.bytes, &mut content).map_err(FileError::writing(target))?;
    }
    let out = zip.finish().map_err(FileError::writing(target))?;
    store::finish_seekable(out, target)?;
    Ok(staged)
}

/// Writes the rows of held and rejected records, and their detail rows, for correction.
fn write_held(survey: &Survey, target: &Path) -> Result<Option<Staging>, Error> {
    if !survey.gives_back() {
        return Ok(None);
    }
    let staging = Staging::directory(target)?;
    let columns = survey.decoder.columns();
    let mut master = HeldWriter::new(staging.create("held.csv")?, columns)?;
    let mut detail = match survey.details() {
        Some(details) => {
            let out = staging.create("held-detail.csv")?;
            Some((HeldWriter::new(out, details.index.columns())?, details))
        }
        None => None,
    };
    let mut buffer = Vec::new();
    for (&index, reason) in &survey.held {
        let entry = survey.entries[index as usize];
        let number = u64::from(index) + 1;
        let row = survey.decoder.fetch(&survey.master, number, entry.row, &mut buffer)?;
        master.row(row.bytes, reason)?;
        if let Some((writer, details)) = &mut detail {
            for group in survey.decoder.groups(row, *details)? {
                writer.group(details.file, &group, reason)?;
            }
        }
    }
    if let Some((mut writer, details)) = detail {
        for group in &survey.orphans {
            writer.group(details.file, group, &super::orphan_reason())?;
        }
        writer.finish()?.0.finish()?;
    }
    master.finish()?.0.finish()?;
    Ok(Some(staging))
}

/// Held records by code, for people: code and count, most frequent first.
#[must_use]
pub fn held_by_code(findings: &Findings) -> Vec<(Code, u64)> {
    let mut counts: Vec<(Code, u64)> =
        findings.counts().iter().map(|((_, code), &count)| (*code, count)).collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    counts
}
