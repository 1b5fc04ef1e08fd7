//! Reading back: draws the pages of verified lots on all threads, has their symbols decoded, and
//! compares slips of the whole bundle with each other.

use super::Progress;
use crate::diag::{Code, Diagnostic, Place};
use crate::digest::Digest;
use crate::measure::Rect;
use crate::model::{Serial, Side};
use crate::package::{Check, CheckedLot, LeafOnPage, Outcome, Report};
use crate::reading::{self, Checked, Choice, Leaf, Pages, Painter, Places, Shown, found};
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Pages of a lot that are all read in a sample, and as many as are read of larger lots.
const SAMPLE: usize = 400;
/// Pages whose results are gathered before they are told.
const BLOCK: usize = 512;
/// Pages that one painter draws at least: it keeps the faces that it has read.
const AT_LEAST: usize = 8;

/// The marks of inserters, as they are counted.
const MARK: &str = "inserter mark";

/// How much is read back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Every page.
    All,
    /// Of large lots, pages that show everything once and others at even distances.
    Sample,
}

/// How pages are read back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadBack {
    /// How much.
    pub extent: Extent,
    /// Dots an inch of the pictures, within [`reading::DPI`].
    pub dpi: u16,
}

/// Reads lots, and remembers what must not come twice.
pub(super) struct Reader<'p> {
    how: ReadBack,
    progress: &'p dyn Progress,
    findings: Vec<Diagnostic>,
    read: BTreeMap<String, u64>,
    /// Pages that were read, and pages that could be.
    pages: [u64; 2],
    lots: u64,
    /// The serial of the piece that has a payment.
    payments: HashMap<u64, Serial>,
    has_readings: bool,
}

/// What came of a leaf.
struct LeafRead {
    place: String,
    serial: Serial,
    checked: Checked,
}

/// What came of a page.
type PageRead = Result<Vec<LeafRead>, String>;

impl<'p> Reader<'p> {
    pub(super) fn new(how: ReadBack, progress: &'p dyn Progress) -> Self {
        Self {
            how,
            progress,
            findings: Vec::new(),
            read: BTreeMap::new(),
            pages: [0; 2],
            lots: 0,
            payments: HashMap::new(),
            has_readings: false,
        }
    }

    /// Reads a lot.
    pub(super) fn lot(&mut self, mut lot: CheckedLot<'_>) {
        self.lots += 1;
        let readings = &lot.manifest.form.readings;
        if readings.is_empty() && lot.run.inserter.is_none() {
            return;
        }
        self.has_readings = true;
        let places = Places::new(readings);
        let pages = match Pages::load(lot.take_bytes()) {
            Ok(pages) if pages.count() == lot.pages() => pages,
            Ok(_) => {
                return self.fail(
                    &lot,
                    found::PAGE,
                    "two readers count its pages differently".into(),
                );
            }
            Err(why) => return self.fail(&lot, found::PAGE, why),
        };
        let holds = |page: &usize| lot.leaves(*page).any(|leaf| is_read(&lot, &places, &leaf));
        let readable: Vec<usize> = (0..lot.pages()).filter(holds).collect();
        let chosen = match self.how.extent {
            Extent::Sample if readable.len() > SAMPLE => sample(&lot, &places, &readable),
            Extent::Sample | Extent::All => readable.clone(),
        };
        self.pages[0] += chosen.len() as u64;
        self.pages[1] += readable.len() as u64;
        self.progress.begin("read back", Some(chosen.len() as u64));
        for block in chosen.chunks(BLOCK) {
            let read: Vec<PageRead> = block
                .par_iter()
                .with_min_len(AT_LEAST)
                .map_init(
                    || Painter::new(&pages, self.how.dpi),
                    |painter, &page| {
                        let read = page_read(&lot, &places, page, painter);
                        self.progress.advance(1);
                        read
                    },
                )
                .collect();
            for (page, read) in block.iter().zip(read) {
                self.take(&lot, *page, read);
            }
        }
        self.progress.end();
    }

    fn fail(&mut self, lot: &CheckedLot<'_>, code: Code, message: String) {
        self.findings
            .push(Diagnostic::error(code, message).at(Place::file(lot.info.file.as_str())));
    }

    fn take(&mut self, lot: &CheckedLot<'_>, page: usize, read: PageRead) {
        let leaves = match read {
            Ok(leaves) => leaves,
            Err(why) => {
                let message = format!("lot {}, page {}: {why}", lot.info.name, page + 1);
                return self.fail(lot, found::PAGE, message);
            }
        };
        for LeafRead { place, serial, checked } in leaves {
            for (code, message) in checked.findings {
                self.fail(lot, code, format!("{place}: {message}"));
            }
            for (kind, count) in checked.read {
                *self.read.entry(kind).or_default() += count;
            }
            for payment in checked.payments {
                let parts = payment.each_ref().map(String::as_bytes);
                let digest = Digest::of_parts(&parts);
                let key =
                    digest.as_bytes().iter().take(8).fold(0, |key, b| key << 8 | u64::from(*b));
                if let Some(other) = self.payments.insert(key, serial) {
                    let kind = &payment[0];
                    let message = format!("{place}: the `{kind}` is also on piece {other}");
                    self.fail(lot, found::TWICE, message);
                }
            }
        }
    }

    /// Adds the check to a report.
    pub(super) fn finish(self, report: &mut Report) {
        let kinds: Vec<String> =
            self.read.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
        let [read, readable] = self.pages;
        let named = report.manifest.as_ref().is_some_and(|it| {
            let machines = it.runs.iter().any(|run| run.inserter.is_some());
            machines || !it.form.readings.is_empty()
        });
        let outcome = match (self.findings.is_empty(), self.has_readings, report.manifest.is_some())
        {
            (false, _, _) => Outcome::Failed,
            (true, true, _) => Outcome::Passed,
            (true, false, true) if !named => Outcome::Nothing,
            (true, false, _) => Outcome::NotMade,
        };
        let detail = match outcome {
            Outcome::Nothing => "the bundle names nothing to be read".to_owned(),
            _ => format!("{}; {read} of {readable} pages", kinds.join(", ")),
        };
        report.checks.push(Check {
            id: "read-back",
            title: "every symbol says what is printed beside it",
            title_ja: "全シンボルの内容が印字と一致する",
            outcome,
            count: self.read.values().sum(),
            unit: "symbols",
            detail,
        });
        for finding in self.findings {
            report.findings.push(finding);
        }
    }
}

fn leaf_of(leaf: &LeafOnPage<'_>) -> Leaf {
    let LeafOnPage { corner, size, turned, kind, side, .. } = *leaf;
    Leaf { corner, size, turned, face: (kind, side) }
}

/// Whether anything of a leaf is read.
fn is_read(lot: &CheckedLot<'_>, places: &Places<'_>, leaf: &LeafOnPage<'_>) -> bool {
    places.has((leaf.kind, leaf.side)) || (lot.run.inserter.is_some() && leaf.side == Side::Front)
}

/// The texts of a page that its leaves' readings ask for.
fn texts(lot: &CheckedLot<'_>, places: &Places<'_>, page: usize) -> Result<Vec<Shown>, String> {
    let leaves: Vec<Leaf> = lot.leaves(page).map(|leaf| leaf_of(&leaf)).collect();
    let asks = |point| leaves.iter().any(|leaf| places.asks(leaf, point));
    let texts = lot.texts(page, &asks)?;
    Ok(texts.into_iter().map(|(at, text)| Shown { at, text }).collect())
}

/// The pages of a large lot that are read.
fn sample(lot: &CheckedLot<'_>, places: &Places<'_>, readable: &[usize]) -> Vec<usize> {
    let mut choice = Choice::default();
    for block in readable.chunks(BLOCK) {
        let told: Vec<_> = block
            .par_iter()
            .map(|&page| {
                // A page whose texts cannot be read is one that must be looked at.
                let shown = texts(lot, places, page).unwrap_or_default();
                let mut features = Vec::new();
                let mut amounts = Vec::new();
                for leaf in lot.leaves(page) {
                    for said in places.said(&leaf_of(&leaf), &shown) {
                        features.push(said.feature());
                        amounts.extend(said.amount());
                    }
                    let digits = leaf.mark.serial.0.checked_ilog10();
                    features.push(
                        format!("slot {} {:?} {digits:?}", leaf.slot, leaf.side).into_bytes(),
                    );
                }
                (page, features, amounts)
            })
            .collect();
        for (page, features, amounts) in told {
            choice.page(page);
            for feature in features {
                choice.shows(page, feature);
            }
            for amount in amounts {
                choice.amount(page, amount);
            }
        }
    }
    choice.made(SAMPLE).into_iter().collect()
}

/// Reads the leaves of a page. Whatever the drawing program does with a hostile page, it is a finding.
fn page_read(
    lot: &CheckedLot<'_>,
    places: &Places<'_>,
    page: usize,
    painter: &mut Painter<'_>,
) -> PageRead {
    let shown = texts(lot, places, page)?;
    let (sheet, _) = lot.side(page);
    let mut read = Vec::new();
    for leaf in lot.leaves(page) {
        if !is_read(lot, places, &leaf) {
            continue;
        }
        let lies = leaf_of(&leaf);
        let said = places.said(&lies, &shown);
        let mut draw = |rect: Rect| painter.draw(page, rect);
        let check = || {
            let mut checked = reading::check(places.readings(), &lies, &said, &mut draw)?;
            if let Some(inserter) = lot.run.inserter.as_ref().filter(|_| leaf.side == Side::Front) {
                let expected = lot.inserter_mark(&leaf).unwrap_or_default();
                match reading::check_mark(&inserter.mark, &expected, &lies, &mut draw)? {
                    Some(finding) => checked.findings.push(finding),
                    None => *checked.read.entry(MARK.to_owned()).or_default() += 1,
                }
            }
            Ok::<_, String>(checked)
        };
        let checked = catch_unwind(AssertUnwindSafe(check));
        let checked = checked.map_err(|_| "it cannot be drawn".to_owned())??;
        let serial = leaf.mark.serial;
        let place = format!(
            "lot {}, page {}, sheet {sheet}, slot {}, piece {serial}",
            lot.info.name,
            page + 1,
            leaf.slot
        );
        read.push(LeafRead { place, serial, checked });
    }
    Ok(read)
}
