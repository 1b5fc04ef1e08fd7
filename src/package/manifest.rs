//! `manifest.json`: the one source of a bundle, of which every other list is a projection. Its bytes
//! are canonical: fields in declared order, two spaces, LF; the same bundle gives the same bytes.
//!
//! It names no person and no address; why a record is held stays with the tenant, only how many are
//! leaves.

use super::iso;
use crate::calendar::Date;
use crate::digest::Digest;
use crate::measure::Length;
use crate::model::layout::{Binding, WorkStyle};
use crate::model::stock::PaperKind;
use crate::model::vendor::Flip;
use crate::model::{Arrangement, Balance, Inserter, Reading, Scheme, Serial, Tally, Yen};
use serde::{Deserialize, Serialize};

/// The value of [`Manifest::format`].
pub const FORMAT: &str = "tayori-bundle";
/// The version of the format that this program writes and reads.
pub const FORMAT_VERSION: u16 = 1;

/// The manifest of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Always [`FORMAT`].
    pub format: String,
    /// Always [`FORMAT_VERSION`].
    pub format_version: u16,
    /// Which bundle it is.
    pub bundle: BundleInfo,
    /// The program that made it.
    pub generator: Generator,
    /// The job.
    pub job: JobInfo,
    /// The tenant.
    pub tenant: TenantInfo,
    /// The vendor.
    pub vendor: VendorInfo,
    /// The form.
    pub form: FormInfo,
    /// The faces that the press files embed, in the order of the font set.
    pub fonts: Vec<FontInfo>,
    /// What was read.
    pub inputs: Vec<InputInfo>,
    /// Every record and every yen in its bucket.
    pub balance: Balance,
    /// What each former municipality gets, by code; empty without any.
    pub former: Vec<FormerInfo>,
    /// The runs in output order.
    pub runs: Vec<RunInfo>,
    /// The machine-read lists beside this file.
    pub files: Vec<FileInfo>,
}

/// Which bundle of its job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundleInfo {
    /// The bundle's id: the tenant's and the job's, with the batch appended from the second on.
    pub id: String,
    /// 1 for the job's first bundle, then one more for each that follows.
    pub batch: u16,
    /// The serial of its first piece.
    pub first_serial: Serial,
    /// The serial after its last piece: the first of the bundle that may follow.
    pub next_serial: Serial,
    /// The bundle that it follows, when records were corrected and fed back.
    pub supplement_of: Option<Supplemented>,
}

/// A bundle that another one follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Supplemented {
    /// Its id.
    pub id: String,
    /// The digest of its `tagmanifest-sha256.txt`, which fixes all its bytes.
    pub tagmanifest_sha256: Digest,
}

/// The program that made a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Generator {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// The job of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobInfo {
    /// Its id.
    pub id: String,
    /// Its Japanese title.
    pub title: String,
    /// The four characters that begin every slot mark.
    pub code: String,
    /// The same for machines that read digits only: at most four.
    pub number: u16,
    /// 課税年度 or business year.
    pub levy_year: i16,
    /// 発行日.
    #[serde(with = "iso")]
    pub issue_date: Date,
    /// When the pieces must be posted.
    #[serde(with = "iso::optional")]
    pub posting_date: Option<Date>,
}

/// The tenant of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TenantInfo {
    /// Its id.
    pub id: String,
    /// 全国地方公共団体コード.
    pub code: String,
    /// Its name.
    pub name: String,
}

/// The vendor of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VendorInfo {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its department in charge.
    pub contact: String,
}

/// The form of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormInfo {
    /// Its id.
    pub id: String,
    /// Its Japanese title.
    pub title: String,
    /// The day from which this edition is used.
    #[serde(with = "iso")]
    pub edition: Date,
    /// SHA-256 of the form as compiled for the job.
    pub sha256: Digest,
    /// The finished leaf: width and height in millimetres.
    pub leaf: [Length; 2],
    /// Whether leaves have a printed back.
    pub duplex: bool,
    /// Where the slot mark stands on the front of every leaf: left, top, width, height.
    pub mark: [Length; 4],
    /// Where it stands on the back; none when backs are not printed.
    pub mark_back: Option<[Length; 4]>,
    /// What readers must find on its faces: symbols, and the texts that say the same.
    #[serde(default)]
    pub readings: Vec<Reading>,
}

/// A face that press files may embed, or a file that says what faces show: a tenant's table of
/// user-defined characters (外字) and its bitmap fonts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FontInfo {
    /// The PostScript name of a face, the name of any other file.
    pub name: String,
    /// SHA-256 of the file; of the font program of a face that was made of bitmap fonts.
    pub sha256: Digest,
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InputInfo {
    /// What it is for: `master`, `detail`, `exclude`, `count`.
    pub role: String,
    /// SHA-256 of its bytes.
    pub sha256: Digest,
    /// Its bytes.
    pub bytes: u64,
    /// Its records, heading and trailer not counted.
    pub records: u64,
    /// The totals that the sender gave, when there were any.
    pub control: Option<ControlInfo>,
}

/// The sender's totals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ControlInfo {
    /// Records.
    pub records: u64,
    /// Yen, when given.
    pub yen: Option<Yen>,
}

/// What a former municipality gets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormerInfo {
    /// Its code; empty for records that name none.
    pub code: String,
    /// Its name; empty for records that name none.
    pub name: String,
    /// Its share.
    pub totals: Tally,
}

/// A run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunInfo {
    /// 1-based number in the bundle.
    pub number: u16,
    /// What its pieces share.
    pub class: ClassInfo,
    /// Paper.
    pub stock: StockInfo,
    /// Envelope; none when the pieces are not inserted.
    pub envelope: Option<EnvelopeInfo>,
    /// The press.
    pub press: PressInfo,
    /// The layout.
    pub layout: LayoutInfo,
    /// What its press files conform to.
    pub conformance: Conformance,
    /// Whether both sides are printed.
    pub duplex: bool,
    /// The inserter; none when no machine of the vendor fills the envelope, or people do.
    pub inserter: Option<Inserter>,
    /// What it holds.
    pub totals: Tally,
    /// How many of its pieces have how many leaves, ascending.
    pub by_leaves: Vec<LeafCount>,
    /// Its lots in order.
    pub lots: Vec<LotInfo>,
    /// Sheets to have on hand beside those of its lots, for what press and finishing spoil (予備).
    #[serde(default, skip_serializing_if = "is_default")]
    pub spare_sheets: u64,
    /// Which rule chose layout, press and lot size.
    pub why: Vec<String>,
}

/// What the pieces of a run share beside stock and envelope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassInfo {
    /// The delivery class.
    pub delivery: String,
    /// The former municipality's code; empty without one.
    pub former: String,
    /// The fewest leaves of a piece.
    pub leaves_min: u16,
    /// The most leaves of a piece; none without a limit.
    pub leaves_max: Option<u16>,
    /// Whether its pieces are enveloped by hand.
    pub by_hand: bool,
}

/// A paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StockInfo {
    /// Its id.
    pub id: String,
    /// Its Japanese name.
    pub name: String,
    /// Weight in g/m².
    pub weight_gsm: u16,
    /// Thickness in micrometres.
    pub thickness_um: u16,
    /// What it is.
    #[serde(default, skip_serializing_if = "is_default")]
    pub kind: PaperKind,
    /// Whether each sheet has a number that must be accounted for.
    #[serde(default, skip_serializing_if = "is_default")]
    pub numbered: bool,
}

/// An envelope; lengths in millimetres.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnvelopeInfo {
    /// Its id.
    pub id: String,
    /// Its Japanese name.
    pub name: String,
    /// Width and height, flap closed.
    pub size: [Length; 2],
    /// Width and height of the leaf as it is folded for it; none when it goes in flat, or nobody knows.
    pub folded: Option<[Length; 2]>,
}

/// A press.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PressInfo {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The edge over which it turns a sheet.
    pub flip: Flip,
}

/// How leaves lie on a sheet; lengths in millimetres, origin top left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayoutInfo {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The order in which leaves fill slots.
    pub scheme: Scheme,
    /// Width and height of the sheet.
    pub sheet: [Length; 2],
    /// Slots side by side.
    pub columns: u16,
    /// Slots one above another.
    pub rows: u16,
    /// The top left corner of the first slot on the front.
    pub origin: [Length; 2],
    /// The gaps between columns and between rows.
    pub gutter: [Length; 2],
    /// The most sheets of one cut stack.
    pub stack_depth: Option<u32>,
    /// How a sheet comes to its back.
    #[serde(default, skip_serializing_if = "is_default")]
    pub work_style: WorkStyle,
    /// The edge at which booklets are bound.
    #[serde(default, skip_serializing_if = "is_default")]
    pub binding: Binding,
    /// How far each sheet of a booklet is pushed out by the one that lies in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub creep: Option<Length>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl LayoutInfo {
    /// Slots on one side.
    #[must_use]
    pub fn slots(&self) -> u32 {
        self.arrangement().slots()
    }

    /// How leaves are arranged, without lengths.
    #[must_use]
    pub fn arrangement(&self) -> Arrangement {
        Arrangement {
            scheme: self.scheme,
            work_style: self.work_style,
            binding: self.binding,
            columns: u32::from(self.columns),
            rows: u32::from(self.rows),
        }
    }
}

/// What a press file conforms to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Conformance {
    /// ISO 15930-7.
    #[serde(rename = "PDF/X-4")]
    PdfX4,
    /// ISO 16612-2, and thereby PDF/X-4 too.
    #[serde(rename = "PDF/VT-1")]
    PdfVt1,
}

/// Pieces of a number of leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeafCount {
    /// Leaves of each piece.
    pub leaves: u16,
    /// How many pieces.
    pub pieces: u64,
}

/// A lot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LotInfo {
    /// Run and lot number: `01-003`.
    pub name: String,
    /// The press file, relative to the bag.
    pub file: String,
    /// SHA-256 of the press file.
    pub sha256: Digest,
    /// Its bytes.
    pub bytes: u64,
    /// Its PDF pages: printed sides of sheets.
    pub sides: u32,
    /// Press sheets.
    pub sheets: u32,
    /// The sheets that are cut or folded together, in order; empty where each sheet is cut by itself.
    pub stacks: Vec<u32>,
    /// Leaves.
    pub leaves: u32,
    /// Pieces.
    pub pieces: u32,
    /// The serial of its first piece.
    pub first_serial: Serial,
    /// The serial of its last piece.
    pub last_serial: Serial,
    /// Yen of its pieces.
    pub yen: Yen,
    /// Its slip sheets, where the press wants them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slips: Option<SlipsInfo>,
}

/// The slip sheets of a lot: a file beside its press file, a page before each stack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SlipsInfo {
    /// The file, relative to the bag.
    pub file: String,
    /// SHA-256 of its bytes.
    pub sha256: Digest,
    /// Its bytes.
    pub bytes: u64,
    /// Its PDF pages.
    pub sheets: u32,
}

/// A machine-read list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileInfo {
    /// Its path, relative to the bag.
    pub path: String,
    /// SHA-256 of its bytes.
    pub sha256: Digest,
    /// Its bytes.
    pub bytes: u64,
    /// Its rows without the heading.
    pub rows: u64,
}

impl Manifest {
    /// The canonical bytes.
    ///
    /// # Panics
    /// Never: every field has a JSON form.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self).expect("every field has a JSON form");
        bytes.push(b'\n');
        bytes
    }

    /// Reads a manifest; `Err` says what is wrong with it.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, String> {
        let manifest: Self = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        if manifest.format != FORMAT || manifest.format_version != FORMAT_VERSION {
            return Err(format!(
                "format `{}` version {} is unknown",
                manifest.format, manifest.format_version
            ));
        }
        if manifest.to_bytes() != bytes {
            return Err("the bytes are not canonical".to_owned());
        }
        Ok(manifest)
    }

    /// All lots in order, each with its run.
    pub fn lots(&self) -> impl Iterator<Item = (&RunInfo, &LotInfo)> {
        self.runs.iter().flat_map(|run| run.lots.iter().map(move |lot| (run, lot)))
    }
}
