//! Pass 1: every record is read, checked and measured; what is left are an index, candidates for
//! planning, findings, and the reasons why records are held.

use super::home::Setup;
use super::input::{self, FileRead, Inputs};
use super::store::RandomFile;
use super::{Error, Home, InputFiles, Progress};
use crate::diag::{Diagnostic, Findings, Severity};
use crate::intake::{
    Counted, Decoded, Decoder, DetailIndex, Details, ExcludeList, Group, HeldReason, Master,
    RawRow, RowBatch, RowRef, Scratch, Totals,
};
use crate::model::{
    Balance, Cell, FieldIndex, Locate as _, Notice, ParseFault, PieceId, Record, Tally, Yen,
};
use crate::plan::{Candidates, Classifier, Measured};
use crate::render::{self, Renderer};
use crate::validate::{self, Checker, KeyMark};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Batches read ahead for each worker: enough to even out slow records, few enough to stay small.
const BATCHES_A_WORKER: usize = 2;

/// Where a record stands, and what it said when it was surveyed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub(super) row: RowRef,
    /// Part of the record's hash: pass 2 must read the same again.
    pub(super) fingerprint: u32,
}

/// What pass 1 leaves behind.
pub(super) struct Survey {
    pub(super) inputs: Inputs,
    /// One entry a record, in file order.
    pub(super) entries: Vec<Entry>,
    pub(super) candidates: Candidates,
    pub(super) findings: Findings,
    /// Records held or rejected, by position, with the reason.
    pub(super) held: BTreeMap<u32, HeldReason>,
    /// Detail rows without a master record.
    pub(super) orphans: Vec<Group>,
    pub(super) balance: Balance,
    pub(super) decoder: Decoder,
    pub(super) master: RandomFile,
    pub(super) detail: Option<(DetailIndex, RandomFile)>,
    pub(super) read: Vec<FileRead>,
    pub(super) totals: Option<Totals>,
}

impl Survey {
    /// Whether rows go back to the tenant.
    pub(super) fn gives_back(&self) -> bool {
        !self.held.is_empty() || !self.orphans.is_empty()
    }

    /// The detail file as decoding wants it.
    pub(super) fn details(&self) -> Option<Details<'_>> {
        details(self.detail.as_ref())
    }
}

fn details(detail: Option<&(DetailIndex, RandomFile)>) -> Option<Details<'_>> {
    detail.map(|(index, file)| Details { index, file })
}

/// What all workers share.
struct Examiner<'a> {
    setup: &'a Setup,
    renderer: &'a Renderer<'a>,
    checker: Checker<'a>,
    classifier: Classifier,
    decoder: Decoder,
    exclude: Option<ExcludeList>,
    detail: Option<(DetailIndex, RandomFile)>,
    /// The pieces of earlier bundles of the job, sorted.
    made: Option<&'a [PieceId]>,
}

/// What one batch gave.
#[derive(Default)]
struct Part {
    entries: Vec<Entry>,
    candidates: Candidates,
    marks: Vec<KeyMark>,
    findings: Findings,
    held: Vec<(u32, HeldReason)>,
    balance: Balance,
    unreadable: u64,
}

/// Buffers of one worker.
#[derive(Default)]
struct Worker {
    record: Record,
    scratch: Scratch,
    render: render::Scratch,
    faults: Vec<(Cell, ParseFault)>,
}

/// Surveys the input of a job.
///
/// # Errors
/// [`Error::Input`] when the file as a whole cannot be used, [`Error::Configuration`] when the job
/// does not fit its form, [`Error::File`].
pub(super) fn survey<'a>(
    home: &Home,
    setup: &'a Setup,
    renderer: &'a Renderer<'a>,
    files: &InputFiles,
    made: Option<&'a [PieceId]>,
    progress: &dyn Progress,
) -> Result<Survey, Error> {
    let inputs = Inputs::of(home, &setup.job, files);
    let mut read = Vec::new();
    let stream = inputs.open_master()?;
    let mut master =
        Master::open(&inputs.master.shown, &inputs.spec, &setup.compiled.form.schema, stream)?;
    let detail = inputs.index_detail(&setup.compiled.form.schema, &mut read)?;
    let detail_columns = detail.as_ref().map(|(index, _)| index.columns().clone());
    let form = &setup.compiled.form;
    let mut checker = Checker::new(form, &setup.tenant).map_err(Error::Configuration)?;
    if let Some(register) = &setup.postcodes {
        checker = checker.with_postcodes(register, &setup.tenant);
    }
    let examiner = Examiner {
        setup,
        renderer,
        checker,
        classifier: Classifier::new(&setup.job, &setup.compiled.form, &setup.tenant, &setup.stocks)
            .map_err(Error::Configuration)?,
        decoder: Decoder::new(master.columns().clone(), detail_columns),
        exclude: inputs.exclude(&mut read)?,
        detail,
        made,
    };
    progress.begin("validate", None);
    let part = examiner.all(&mut master, progress);
    progress.end();
    let mut part = part?;
    let (ending, stream) = master.finish()?;
    read.insert(0, input::finish("master", &inputs.master, part.balance.input.records, stream)?);
    part.findings.append(ending.findings);
    let counted = Counted {
        records: part.balance.input.records,
        amount: setup.compiled.form.amount.map(|_| part.balance.input.yen),
        unreadable: part.unreadable,
    };
    let totals = match (ending.totals, inputs.count(&mut read)?) {
        (trailer, None) => trailer,
        (trailer, Some(counted)) => trailer.or(Some(counted)),
    };
    if let Some(totals) = &totals {
        let compared = totals.compare(&counted);
        let refused = compared.errors() > 0;
        part.findings.append(compared);
        if refused {
            return Err(Error::Input(part.findings));
        }
    }
    examiner.conclude(part, inputs, read, totals)
}

impl Examiner<'_> {
    /// Examines all records: one batch set is read while the one before is examined.
    fn all(
        &self,
        master: &mut Master<impl std::io::Read + Send>,
        progress: &dyn Progress,
    ) -> Result<Part, Error> {
        let width = rayon::current_num_threads() * BATCHES_A_WORKER;
        let mut whole = Part::default();
        let mut ready = read_batches(master, vec![RowBatch::default(); width])?;
        let mut spare = vec![RowBatch::default(); width];
        while !ready.is_empty() {
            let (next, parts) = rayon::join(
                || read_batches(master, spare),
                || ready.par_iter().map_init(Worker::default, |w, b| self.batch(b, w)).collect(),
            );
            let parts: Vec<Result<Part, Error>> = parts;
            for part in parts {
                let part = part?;
                progress.advance(part.balance.input.records);
                whole.append(part);
            }
            ready.resize(width, RowBatch::default());
            (ready, spare) = (next?, ready);
        }
        Ok(whole)
    }

    fn batch(&self, batch: &RowBatch, worker: &mut Worker) -> Result<Part, Error> {
        let mut part = Part::default();
        part.entries.reserve(batch.len());
        for row in batch.iter() {
            self.examine(row, worker, &mut part)?;
        }
        Ok(part)
    }

    /// One record into its bucket.
    fn examine(&self, row: RawRow<'_>, worker: &mut Worker, part: &mut Part) -> Result<(), Error> {
        let form = &self.setup.compiled.form;
        let index = u32::try_from(row.number - 1).map_err(|_| too_many_records())?;
        let mut findings = Findings::new();
        let Worker { record, scratch, render, faults } = worker;
        let details = details(self.detail.as_ref());
        let decoded = self.decoder.record(row, details, scratch, record, &mut findings)?;
        let fingerprint = record.fingerprint();
        part.entries.push(Entry { row: row.reference(), fingerprint });
        if decoded == Decoded::Rejected && record.fields.is_empty() {
            part.take(index, Bucket::Rejected, None, findings);
            return Ok(());
        }
        faults.clear();
        let notice = Notice::read(&form.schema, record, |cell, fault| faults.push((cell, fault)));
        let amount = form.amount.map_or(Some(Yen(0)), |field| notice.field(field).yen());
        if decoded == Decoded::Rejected {
            part.take(index, Bucket::Rejected, amount, findings);
            return Ok(());
        }
        let key = record.field(form.schema.key);
        if self.exclude.as_ref().is_some_and(|list| list.contains(key)) {
            part.take(index, Bucket::Excluded, amount, Findings::new());
            return Ok(());
        }
        self.checker.mark(index, record, &mut part.marks);
        let places = self.decoder.places(row, scratch);
        if decoded == Decoded::Whole {
            self.checker.check(record, &notice, faults, &places, &mut findings);
        }
        if self.is_made(key) {
            let hint = "remove the record: its piece is in an earlier bundle of the job";
            findings.push(
                Diagnostic::error(super::MADE_BEFORE, "the record's piece was made before")
                    .ja("このレコードの通知書は以前の束で作成済みです")
                    .at(places.place(Cell::Field(form.schema.key)))
                    .hint(hint),
            );
        }
        let mut leaves = 0;
        if findings.errors() == 0 {
            let measured = self.renderer.measure(&notice, render);
            for problem in &measured.problems {
                findings.push(problem.finding(&form.schema, &places));
            }
            leaves = measured.leaves;
        }
        if findings.errors() == 0 {
            let measured = Measured { record: index, leaves, amount: amount.unwrap_or_default() };
            let pushed = self.classifier.push(&mut part.candidates, measured, record, &notice);
            if let Err(unclassed) = pushed {
                let place = places.place(unclassed.cell());
                findings.push(unclassed.diagnostic(form).at(place));
            }
        }
        let bucket = if findings.errors() > 0 { Bucket::Held } else { Bucket::Planned };
        part.take(index, bucket, amount, findings);
        Ok(())
    }

    fn is_made(&self, key: &str) -> bool {
        let setup = self.setup;
        self.made.is_some_and(|made| {
            made.binary_search(&PieceId::derive(&setup.tenant.id, &setup.job.id, key)).is_ok()
        })
    }

    /// Settles what only the whole file tells: doubled values, rows without a record.
    fn conclude(
        self,
        mut part: Part,
        inputs: Inputs,
        read: Vec<FileRead>,
        totals: Option<Totals>,
    ) -> Result<Survey, Error> {
        // A file given instead of the job's own has few of its records: keys may well be unused.
        if let Some(list) = self.exclude.as_ref().filter(|_| inputs.own) {
            part.findings.append(list.unused());
        }
        let mut orphans = Vec::new();
        if let Some((index, file)) = &self.detail {
            let (groups, findings) = index.orphans(file)?;
            orphans = groups;
            part.findings.append(findings);
            part.findings.append(index.findings().clone());
        }
        let mut survey = Survey {
            master: RandomFile::open(&inputs.master.path)?,
            inputs,
            entries: part.entries,
            candidates: part.candidates,
            findings: part.findings,
            held: part.held.into_iter().collect(),
            orphans,
            balance: part.balance,
            decoder: self.decoder.clone(),
            detail: None,
            read,
            totals,
        };
        self.hold_duplicates(part.marks, &mut survey)?;
        survey.detail = self.detail;
        Ok(survey)
    }

    /// Holds every record that shares a value which must be unique.
    fn hold_duplicates(&self, marks: Vec<KeyMark>, survey: &mut Survey) -> Result<(), Error> {
        let (mut record, mut buffer) = (Record::default(), Vec::new());
        let mut scratch = Scratch::default();
        let mut fetch = |index: u32, record: &mut Record, scratch: &mut Scratch| {
            let entry = survey.entries[index as usize];
            let number = u64::from(index) + 1;
            let row = self.decoder.fetch(&survey.master, number, entry.row, &mut buffer)?;
            self.decoder.record(row, None, scratch, record, &mut Findings::new())?;
            Ok::<_, Error>(self.decoder.places(row, scratch).place(Cell::Whole))
        };
        let found = validate::duplicates(marks, |index, field: FieldIndex| {
            fetch(index, &mut record, &mut scratch)?;
            Ok::<_, Error>(record.field(field).to_owned())
        })?;
        let mut doubled = Vec::new();
        for duplicate in &found {
            for &index in &duplicate.records {
                let place = fetch(index, &mut record, &mut scratch)?;
                let finding = self.checker.duplicate(duplicate, place);
                survey.held.entry(index).or_default().add(&finding);
                survey.findings.push(finding);
                doubled.push(index);
            }
        }
        doubled.sort_unstable();
        doubled.dedup();
        for measured in survey.candidates.remove(&doubled) {
            survey.balance.held += Tally { records: 1, yen: measured.amount, ..Tally::default() };
        }
        Ok(())
    }
}

/// Where a record goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bucket {
    Rejected,
    Excluded,
    Held,
    Planned,
}

impl Part {
    /// Counts a record into its bucket; planning counts the planned ones itself.
    fn take(&mut self, index: u32, bucket: Bucket, amount: Option<Yen>, findings: Findings) {
        let tally = Tally { records: 1, yen: amount.unwrap_or_default(), ..Tally::default() };
        self.balance.input += tally;
        self.unreadable += u64::from(amount.is_none());
        match bucket {
            Bucket::Rejected => self.balance.rejected += tally,
            Bucket::Excluded => self.balance.excluded += tally,
            Bucket::Held => self.balance.held += tally,
            Bucket::Planned => {}
        }
        if matches!(bucket, Bucket::Rejected | Bucket::Held) {
            debug_assert!(findings.iter().any(|f| f.severity == Severity::Error));
            self.held.push((index, HeldReason::of(&findings)));
        }
        if !findings.is_empty() {
            self.findings.append(findings);
        }
    }

    fn append(&mut self, other: Self) {
        self.entries.extend(other.entries);
        self.candidates.append(&other.candidates);
        self.marks.extend(other.marks);
        self.findings.append(other.findings);
        self.held.extend(other.held);
        let Balance { input, rejected, excluded, held, planned } = other.balance;
        self.balance.input += input;
        self.balance.rejected += rejected;
        self.balance.excluded += excluded;
        self.balance.held += held;
        self.balance.planned += planned;
        self.unreadable += other.unreadable;
    }
}

/// Fills as many of `batches` as there are rows for.
fn read_batches(
    master: &mut Master<impl std::io::Read>,
    mut batches: Vec<RowBatch>,
) -> Result<Vec<RowBatch>, Error> {
    let mut filled = 0;
    while filled < batches.len() && master.next(&mut batches[filled])? {
        filled += 1;
    }
    batches.truncate(filled);
    Ok(batches)
}

fn too_many_records() -> Error {
    let message = "the file has more than 4,294,967,295 records";
    Error::Input(crate::diag::Diagnostic::error(super::TOO_MANY_RECORDS, message).into())
}
