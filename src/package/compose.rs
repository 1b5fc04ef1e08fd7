//! Composes the manifest of a bundle from the plan and what was made of it.

use super::manifest::{
    BundleInfo, ClassInfo, Conformance, EnvelopeInfo, FORMAT, FORMAT_VERSION, FileInfo, FontInfo,
    FormInfo, FormerInfo, Generator, InputInfo, JobInfo, LayoutInfo, LeafCount, LotInfo, Manifest,
    PressInfo, RunInfo, SlipsInfo, StockInfo, Supplemented, TenantInfo, VendorInfo,
};
use super::paths;
use crate::digest::Digest;
use crate::measure::{Extent, Length};
use crate::model::piece::{job_code, job_number};
use crate::model::stock::PaperKind;
use crate::model::vendor::FileKind;
use crate::model::{
    Envelope, Job, Layout, Lot, Piece, Plan, Run, Serial, Stocks, Tally, Tenant, Vendor, Yen,
};
use std::collections::BTreeMap;

/// A press file that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeLot {
    /// SHA-256 of its bytes.
    pub sha256: Digest,
    /// Its bytes.
    pub bytes: u64,
    /// Its PDF pages.
    pub sides: u32,
    /// The sheets of each cut stack, as imposition laid them.
    pub stacks: Vec<u32>,
    /// Its slip sheets, when its press wants them.
    pub slips: Option<SlipsInfo>,
}

/// What a bundle is made of.
#[derive(Debug, Clone)]
pub struct Contents<'a> {
    /// The job.
    pub job: &'a Job,
    /// The tenant.
    pub tenant: &'a Tenant,
    /// The vendor.
    pub vendor: &'a Vendor,
    /// All stocks and envelopes.
    pub stocks: &'a Stocks,
    /// The plan.
    pub plan: &'a Plan,
    /// The form.
    pub form: FormInfo,
    /// The embedded faces.
    pub fonts: Vec<FontInfo>,
    /// The files that were read.
    pub inputs: Vec<InputInfo>,
    /// The press files, in the order of the plan's lots.
    pub lots: &'a [MadeLot],
    /// `pieces.csv` and `sheets.csv`.
    pub files: Vec<FileInfo>,
    /// 1 for the job's first bundle.
    pub batch: u16,
    /// The bundle that this one follows.
    pub supplement_of: Option<Supplemented>,
    /// The version of the program.
    pub version: String,
}

/// The name of a job's bundles: tenant and job, so that two tenants' never share a folder.
#[must_use]
pub fn bundle_name(tenant: &str, job: &str) -> String {
    format!("{tenant}-{job}")
}

/// The id of a bundle: the name of the job's bundles, with the batch appended from the second on.
#[must_use]
pub fn bundle_id(name: &str, batch: u16) -> String {
    if batch <= 1 { name.to_owned() } else { format!("{name}-{batch}") }
}

/// The title of the slip sheets of a lot.
#[must_use]
pub fn slips_title(bundle: &str, lot: &str) -> String {
    format!("{bundle} {lot} slips")
}

impl Contents<'_> {
    /// The manifest.
    ///
    /// # Panics
    /// When there is not one made lot for each lot of the plan.
    #[must_use]
    pub fn manifest(self) -> Manifest {
        let plan = self.plan;
        let planned: usize = plan.runs.iter().map(|run| run.lots.len()).sum();
        assert_eq!(planned, self.lots.len(), "every lot of the plan was made once");
        let mut made = self.lots.iter();
        let runs = plan.runs.iter().map(|run| self.run(run, &mut made)).collect::<Vec<_>>();
        let former = self.former(&runs);
        let count = u32::try_from(plan.pieces.len()).expect("serials have seven digits");
        Manifest {
            format: FORMAT.to_owned(),
            format_version: FORMAT_VERSION,
            bundle: BundleInfo {
                id: bundle_id(&bundle_name(&self.tenant.id, &self.job.id), self.batch),
                batch: self.batch,
                first_serial: plan.first_serial,
                next_serial: Serial(plan.first_serial.0 + count),
                supplement_of: self.supplement_of,
            },
            generator: Generator { name: "tayori".to_owned(), version: self.version },
            job: JobInfo {
                id: self.job.id.clone(),
                title: self.job.title.clone(),
                code: job_code(&self.tenant.id, &self.job.id),
                number: job_number(&self.tenant.id, &self.job.id),
                levy_year: self.job.levy_year,
                issue_date: self.job.issue_date,
                posting_date: self.job.posting_date,
            },
            tenant: TenantInfo {
                id: self.tenant.id.clone(),
                code: self.tenant.code.clone(),
                name: self.tenant.name.clone(),
            },
            vendor: VendorInfo {
                id: self.vendor.id.clone(),
                name: self.vendor.name.clone(),
                contact: self.vendor.contact.clone(),
            },
            form: self.form,
            fonts: self.fonts,
            inputs: self.inputs,
            balance: plan.balance,
            former,
            runs,
            files: self.files,
        }
    }

    fn run<'m>(&self, run: &Run, made: &mut impl Iterator<Item = &'m MadeLot>) -> RunInfo {
        let pieces = self.pieces(run.pieces.clone());
        let mut by_leaves: BTreeMap<u16, u64> = BTreeMap::new();
        for piece in pieces {
            *by_leaves.entry(piece.leaves).or_default() += 1;
        }
        let lots: Vec<LotInfo> =
            run.lots.iter().zip(made).map(|(lot, made)| self.lot(run, lot, made)).collect();
        let leaves: u64 = pieces.iter().map(|piece| u64::from(piece.leaves)).sum();
        let class = &run.class;
        let stock = self.stocks.stock.get(&class.stock);
        let envelope = self.stocks.envelope.get(&class.envelope);
        RunInfo {
            number: run.number,
            class: ClassInfo {
                delivery: class.delivery.clone(),
                former: class.former.clone(),
                leaves_min: class.leaves.0,
                leaves_max: Some(class.leaves.1).filter(|&most| most != u16::MAX),
                by_hand: class.by_hand,
            },
            stock: StockInfo {
                id: class.stock.clone(),
                name: stock.map_or_else(String::new, |stock| stock.name.clone()),
                weight_gsm: stock.map_or(0, |stock| stock.weight_gsm),
                thickness_um: stock.map_or(0, |stock| stock.thickness_um),
                kind: stock.map_or_else(PaperKind::default, |stock| stock.kind),
                numbered: stock.is_some_and(|stock| stock.numbered),
            },
            envelope: envelope.map(|envelope| EnvelopeInfo {
                id: class.envelope.clone(),
                name: envelope.name.clone(),
                size: [envelope.size.width, envelope.size.height],
                folded: folded(envelope, run.layout.leaf),
            }),
            press: PressInfo {
                id: run.press.id.clone(),
                name: run.press.name.clone(),
                flip: run.press.flip,
            },
            layout: layout_info(&run.layout),
            conformance: match run.layout.file {
                FileKind::PdfX4 => Conformance::PdfX4,
                FileKind::PdfVt1 => Conformance::PdfVt1,
            },
            duplex: run.duplex,
            inserter: run.inserter.clone(),
            totals: Tally {
                records: pieces.len() as u64,
                pieces: pieces.len() as u64,
                leaves,
                pages: if run.duplex { leaves * 2 } else { leaves },
                sheets: lots.iter().map(|lot| u64::from(lot.sheets)).sum(),
                yen: lots.iter().map(|lot| lot.yen).sum(),
            },
            by_leaves: by_leaves
                .into_iter()
                .map(|(leaves, pieces)| LeafCount { leaves, pieces })
                .collect(),
            lots,
            spare_sheets: run.sizing.spoiled,
            why: run.why.clone(),
        }
    }

    fn lot(&self, run: &Run, lot: &Lot, made: &MadeLot) -> LotInfo {
        let name = lot.name(run.number);
        let pieces = self.pieces(lot.pieces.clone());
        LotInfo {
            file: paths::lot(&name),
            name,
            sha256: made.sha256,
            bytes: made.bytes,
            sides: made.sides,
            sheets: lot.sheets,
            stacks: made.stacks.clone(),
            leaves: lot.leaves,
            pieces: lot.pieces.end - lot.pieces.start,
            first_serial: self.plan.serial(lot.pieces.start),
            last_serial: self.plan.serial(lot.pieces.end - 1),
            yen: pieces.iter().map(|piece| piece.amount).sum::<Yen>(),
            slips: made.slips.clone(),
        }
    }

    fn pieces(&self, range: std::ops::Range<u32>) -> &[Piece] {
        &self.plan.pieces[range.start as usize..range.end as usize]
    }

    fn former(&self, runs: &[RunInfo]) -> Vec<FormerInfo> {
        let mut totals: BTreeMap<&str, Tally> = BTreeMap::new();
        for run in runs {
            *totals.entry(&run.class.former).or_default() += run.totals;
        }
        if totals.keys().all(|code| code.is_empty()) {
            return Vec::new();
        }
        let name = |code: &str| self.tenant.former.get(code).cloned().unwrap_or_default();
        let info = |(code, totals): (&str, Tally)| FormerInfo {
            code: code.to_owned(),
            name: name(code),
            totals,
        };
        totals.into_iter().map(info).collect()
    }
}

/// A leaf as it is folded for an envelope: what is left of the envelope when the leaf's play on both sides
/// is taken off, where that is the leaf in whole panels one above another.
fn folded(envelope: &Envelope, leaf: Extent) -> Option<[Length; 2]> {
    envelope.window?;
    let (width, height) = (
        envelope.size.width - envelope.play.width * 2,
        envelope.size.height - envelope.play.height * 2,
    );
    let whole = height > Length::ZERO && leaf.height.as_um() % height.as_um() == 0;
    (width == leaf.width && whole && height < leaf.height).then_some([width, height])
}

fn layout_info(layout: &Layout) -> LayoutInfo {
    let pair = |extent: Extent| -> [Length; 2] { [extent.width, extent.height] };
    LayoutInfo {
        id: layout.id.clone(),
        name: layout.name.clone(),
        scheme: layout.scheme,
        sheet: pair(layout.sheet),
        columns: layout.columns,
        rows: layout.rows,
        origin: [layout.origin.x, layout.origin.y],
        gutter: pair(layout.gutter),
        stack_depth: layout.stack_depth,
        work_style: layout.work_style,
        binding: layout.binding,
        creep: layout.creep,
    }
}
