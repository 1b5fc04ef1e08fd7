//! Lot by lot: the lists against each other, the guillotine over them, and the balance derived again
//! from single pieces.

use super::super::manifest::{LotInfo, Manifest, RunInfo};
use super::super::{codes, paths};
use super::lists::{List, PieceLine, RunTexts, SlotLine};
use super::{BundleSource, Look, Report, Subject, control, pages, slips};
use crate::model::guillotine::{self, Fault};
use crate::model::inserter::InsertedPiece;
use crate::model::{Guillotine, LeafKind, PieceId, Scheme, Side, SlotMark, Tally};
use std::collections::{BTreeMap, HashMap, HashSet};

/// A leaf, as a mark names it.
type Leaf = (u32, u16);

/// What lies in the slots of a lot: a cell for each slot of each sheet.
pub(super) struct Table {
    pub(super) slots: usize,
    pub(super) cells: Vec<Option<SlotMark>>,
}

impl Table {
    pub(super) fn new(run: &RunInfo, lot: &LotInfo) -> Self {
        let slots = run.layout.slots() as usize;
        Self { slots, cells: vec![None; lot.sheets as usize * slots] }
    }

    /// Where the cell of a slot stands among all cells.
    fn index(&self, sheet: u32, slot: u32) -> Option<usize> {
        if slot == 0 || slot as usize > self.slots || sheet == 0 {
            return None;
        }
        let index = (sheet as usize - 1) * self.slots + slot as usize - 1;
        (index < self.cells.len()).then_some(index)
    }
}

/// Everything of a lot that its lists say.
pub(super) struct Lot<'a> {
    pub(super) run: &'a RunInfo,
    pub(super) info: &'a LotInfo,
    pub(super) pieces: Vec<PieceLine>,
    pub(super) table: Table,
    /// What the leaf in each cell is.
    pub(super) kinds: Vec<LeafKind>,
}

impl Lot<'_> {
    /// Its pieces as inserters must know them.
    pub(super) fn inserted(&self) -> Vec<InsertedPiece> {
        let mut before = 0;
        let piece = |(index, line): (u32, &PieceLine)| {
            let first = before;
            before += u32::from(line.leaves);
            InsertedPiece {
                serial: line.serial,
                index,
                before: first,
                leaves: line.leaves,
                inserts: line.inserts,
                by_hand: self.run.class.by_hand,
            }
        };
        (0..).zip(&self.pieces).map(piece).collect()
    }

    /// Which of them are diverted, by the list.
    pub(super) fn diverted(&self) -> impl Iterator<Item = bool> {
        self.pieces.iter().map(|line| line.divert)
    }
}

/// Checks all lots.
pub(super) fn check(
    source: &dyn BundleSource,
    manifest: &Manifest,
    report: &mut Report,
    progress: &mut dyn FnMut(&str),
    mut look: Option<&mut Look<'_>>,
) {
    let Some((mut pieces, mut sheets)) = open(source, report) else { return };
    let mut ids = HashSet::new();
    let mut total = Tally::default();
    for run in &manifest.runs {
        let mut sum = Tally::default();
        let mut by_leaves: BTreeMap<u16, u64> = BTreeMap::new();
        for info in &run.lots {
            progress(&info.name);
            let pieces = read_pieces(&mut pieces, run, info, &mut ids, report);
            let Some(pieces) = pieces else { return };
            let table = Table::new(run, info);
            let kinds = vec![LeafKind::First; table.cells.len()];
            let mut lot = Lot { run, info, pieces, table, kinds };
            if read_sheets(&mut sheets, manifest, &mut lot, report).is_none() {
                return;
            }
            sum += balance(&lot, &mut by_leaves, report);
            control::check(source, manifest, &lot, report);
            slips::check(source, manifest, &lot, report);
            pages::check(source, manifest, &lot, report, look.as_deref_mut());
        }
        let by_leaves: Vec<(u16, u64)> = by_leaves.into_iter().collect();
        let listed: Vec<(u16, u64)> =
            run.by_leaves.iter().map(|count| (count.leaves, count.pieces)).collect();
        if sum != run.totals || by_leaves != listed {
            let message = format!("run {} does not add up from its pieces", run.number);
            report.fail(Subject::Balance, codes::BALANCE, paths::PIECES, message);
        }
        total += sum;
    }
    if total != manifest.balance.planned {
        let message = "the pieces do not add up to the planned balance";
        report.fail(Subject::Balance, codes::BALANCE, paths::PIECES, message);
    }
    for (list, subject, file) in [
        (&pieces, Subject::Pieces, &manifest.files[0]),
        (&sheets, Subject::Sheets, &manifest.files[1]),
    ] {
        if !list.is_at_end() || list.rows() != file.rows {
            let message =
                format!("{} rows, of which no lot wants all, not {}", list.rows(), file.rows);
            report.fail(subject, codes::LIST, &file.path, message);
        }
    }
}

/// Opens both lists; from here on every check of this file is made.
fn open<'a>(source: &'a dyn BundleSource, report: &mut Report) -> Option<(List<'a>, List<'a>)> {
    for subject in [
        Subject::Pieces,
        Subject::Sheets,
        Subject::Stacks,
        Subject::PressFiles,
        Subject::Conformance,
        Subject::Marks,
        Subject::Guillotine,
        Subject::Tenant,
        Subject::Control,
        Subject::Slips,
        Subject::Balance,
    ] {
        report.begin(subject);
    }
    let open = |path| source.open(path).map_err(|error| error.to_string());
    let pieces = open(paths::PIECES)
        .and_then(List::pieces)
        .map_err(|why| report.fail(Subject::Pieces, codes::LIST, paths::PIECES, why));
    let sheets = open(paths::SHEETS)
        .and_then(List::sheets)
        .map_err(|why| report.fail(Subject::Sheets, codes::LIST, paths::SHEETS, why));
    Some((pieces.ok()?, sheets.ok()?))
}

/// The pieces of a lot; `None` when the list cannot be followed any further.
fn read_pieces(
    list: &mut List<'_>,
    run: &RunInfo,
    lot: &LotInfo,
    ids: &mut HashSet<PieceId>,
    report: &mut Report,
) -> Option<Vec<PieceLine>> {
    let texts = RunTexts {
        number: run.number,
        envelope: run.envelope.as_ref().map_or("", |envelope| &envelope.id),
        delivery: &run.class.delivery,
        former: &run.class.former,
        by_hand: run.class.by_hand,
        sides: if run.duplex { 2 } else { 1 },
    };
    let mut pieces: Vec<PieceLine> = Vec::new();
    let fail = |report: &mut Report, message: String| {
        report.fail(Subject::Pieces, codes::LIST, paths::PIECES, message);
    };
    loop {
        let line = match list.row(&lot.name, |row| PieceLine::read(row, texts)) {
            Ok(Some(line)) => line,
            Ok(None) => break,
            Err(message) => {
                fail(report, message);
                return None;
            }
        };
        let expected = lot.first_serial.0 as usize + pieces.len();
        if line.serial.0 as usize != expected || line.serial > lot.last_serial {
            fail(report, format!("serial {} stands where {expected:07} belongs", line.serial));
            return None;
        }
        if !line.is_of_run || line.leaves == 0 {
            fail(report, format!("piece {} is not of run {}", line.serial, run.number));
        }
        if !ids.insert(line.piece) {
            fail(report, format!("piece {} has the id of another", line.serial));
        }
        pieces.push(line);
    }
    report.count(Subject::Pieces, pieces.len() as u64);
    let leaves: u64 = pieces.iter().map(|piece| u64::from(piece.leaves)).sum();
    if pieces.len() != lot.pieces as usize || leaves != u64::from(lot.leaves) {
        let message = format!("lot {} has {} pieces, {leaves} leaves", lot.name, pieces.len());
        fail(report, message);
        return None;
    }
    Some(pieces)
}

/// Reads the slots of a lot into its table, and checks that pieces and slots match one to one.
fn read_sheets(
    list: &mut List<'_>,
    manifest: &Manifest,
    lot: &mut Lot<'_>,
    report: &mut Report,
) -> Option<()> {
    let fail = |report: &mut Report, code, message: String| {
        report.fail(Subject::Sheets, code, paths::SHEETS, message);
    };
    let (run, info) = (lot.run, lot.info);
    let sides = if run.duplex { 2 } else { 1 };
    let (mut fronts, mut backs) = (0_u64, 0_u64);
    // Rows stand by sheet, by slot, front before back.
    let mut latest = (0, 0, Side::Front);
    loop {
        let line = match list.row(&info.name, SlotLine::read) {
            Ok(Some(line)) => line,
            Ok(None) => break,
            Err(message) => {
                fail(report, codes::LIST, message);
                return None;
            }
        };
        let SlotLine { sheet, side, slot, serial, leaf, leaves, page, mark, kind, face } = line;
        let at = format!("lot {}, sheet {sheet}, slot {slot}", info.name);
        let back = u32::from(side == Side::Back);
        let named = (mark.serial, mark.leaf, mark.leaves) == (serial, leaf, leaves);
        let in_place = u64::from(page) == (u64::from(sheet) - 1) * sides + u64::from(back) + 1;
        let face_down = slot > 0 && run.layout.arrangement().is_face_down(slot - 1);
        if !named || !in_place || (face != side) != face_down || (sheet, slot, side) <= latest {
            fail(report, codes::LIST, format!("{at}: the row contradicts itself or its order"));
            return None;
        }
        latest = (sheet, slot, side);
        if mark.job_code != manifest.job.code {
            let message = format!("{at}: the leaf belongs to job `{}`", mark.job_code);
            report.fail(Subject::Tenant, codes::FOREIGN, paths::SHEETS, message);
        }
        let Some(index) = lot.table.index(sheet, slot) else {
            fail(report, codes::BIJECTION, format!("{at}: there is no such slot"));
            return None;
        };
        let (cell, front) = (&mut lot.table.cells[index], &mut lot.kinds[index]);
        match side {
            Side::Front => {
                fronts += 1;
                *cell = Some(mark);
                *front = kind;
            }
            Side::Back if cell.as_ref() == Some(&mark) && *front == kind => backs += 1,
            Side::Back => {
                fail(report, codes::BIJECTION, format!("{at}: front and back are of two leaves"));
            }
        }
    }
    let wanted_backs = if run.duplex { fronts } else { 0 };
    let copies = copies(run);
    if fronts != u64::from(info.leaves) * copies as u64 || backs != wanted_backs {
        let message = format!(
            "lot {}: {fronts} fronts and {backs} backs of {} leaves",
            info.name, info.leaves
        );
        fail(report, codes::BIJECTION, message);
    }
    report.count(Subject::Sheets, fronts);
    match_leaves(lot, report);
    check_faces(lot, report);
    let cut = in_sequence(lot, &lot.table);
    report.count(Subject::Stacks, fronts);
    if let Err(message) = cut {
        report.fail(Subject::Stacks, codes::SEQUENCE, paths::SHEETS, message);
    }
    Some(())
}

/// Every leaf of every piece has exactly one slot, and the pieces' list knows its first.
fn match_leaves(lot: &Lot<'_>, report: &mut Report) {
    let Lot { info, pieces, table, .. } = lot;
    let mut seen: HashMap<Leaf, usize> = HashMap::with_capacity(info.leaves as usize);
    let copies = copies(lot.run);
    let mut wrong = Vec::new();
    for (at, mark) in table.cells.iter().enumerate() {
        let Some(mark) = mark else { continue };
        let piece = mark
            .serial
            .0
            .checked_sub(info.first_serial.0)
            .and_then(|index| pieces.get(index as usize))
            .filter(|piece| piece.leaves == mark.leaves);
        #[expect(clippy::integer_division, reason = "cells stand in rows of one sheet each")]
        let place = (at / table.slots + 1, at % table.slots + 1);
        let first = |piece: &PieceLine| (piece.sheet as usize, piece.slot as usize) == place;
        let count = seen.entry((mark.serial.0, mark.leaf)).or_default();
        *count += 1;
        let sound = piece.is_some_and(|piece| mark.leaf > 1 || *count > 1 || first(piece));
        if !sound || *count > copies {
            wrong.push(mark.serial);
        }
    }
    let complete = seen.values().all(|&count| count == copies);
    if seen.len() != info.leaves as usize || !complete || !wrong.is_empty() {
        let message = format!(
            "lot {}: {} of {} leaves have a slot of their own",
            info.name,
            seen.len().saturating_sub(wrong.len()),
            info.leaves
        );
        report.fail(Subject::Sheets, codes::BIJECTION, paths::SHEETS, message);
    }
}

/// How often each leaf is printed.
fn copies(run: &RunInfo) -> usize {
    if run.layout.scheme == Scheme::StepAndRepeat { run.layout.slots() as usize } else { 1 }
}

/// The leaves of a piece are its first, then further ones, then those of slips.
fn check_faces(lot: &Lot<'_>, report: &mut Report) {
    let Lot { info, table, kinds, .. } = lot;
    let leaves =
        || table.cells.iter().zip(kinds).filter_map(|(mark, &kind)| Some((mark.as_ref()?, kind)));
    let piece = |mark: &SlotMark| mark.serial.0.wrapping_sub(info.first_serial.0) as usize;
    let mut slips = vec![0_u16; lot.pieces.len()];
    for (mark, _) in leaves().filter(|(_, kind)| *kind == LeafKind::Slip) {
        if let Some(slips) = slips.get_mut(piece(mark)) {
            *slips = slips.saturating_add(1);
        }
    }
    let wrong = leaves().find(|(mark, kind)| {
        let slips = slips.get(piece(mark)).copied().unwrap_or_default();
        *kind != kind_of(mark, slips)
    });
    if let Some((mark, kind)) = wrong {
        let message = format!(
            "lot {}: leaf {}/{} of piece {} cannot be a `{}`",
            info.name,
            mark.leaf,
            mark.leaves,
            mark.serial,
            kind.face(Side::Front)
        );
        report.fail(Subject::Sheets, codes::LIST, paths::SHEETS, message);
    }
}

/// What a leaf of a piece is whose last leaves are slips.
const fn kind_of(mark: &SlotMark, slips: u16) -> LeafKind {
    match mark.leaf {
        1 => LeafKind::First,
        leaf if leaf > mark.leaves.saturating_sub(slips) => LeafKind::Slip,
        _ => LeafKind::More,
    }
}

/// Lets the guillotine cut a table and follows the leaves: every piece in order, every leaf of it in
/// order, blanks and the ends of piles only where the scheme allows them.
pub(super) fn in_sequence(lot: &Lot<'_>, table: &Table) -> Result<(), String> {
    let Lot { run, info, pieces, .. } = lot;
    let guillotine = Guillotine::new(run.layout.arrangement(), &info.stacks, info.sheets);
    let leaves = pieces.iter().flat_map(|piece| {
        (1..=piece.leaves).map(|leaf| guillotine::Leaf { piece: piece.serial.0, leaf })
    });
    let mark = |(sheet, slot): guillotine::Cell| {
        table.cells.get(sheet as usize * table.slots + slot as usize)?.as_ref()
    };
    let leaf =
        |cell| mark(cell).map(|mark| guillotine::Leaf { piece: mark.serial.0, leaf: mark.leaf });
    let fault = match guillotine.follow(&leaves, leaf) {
        Ok(()) => return Ok(()),
        Err(fault) => fault,
    };
    let (cell, what) = match fault {
        Fault::Missing(guillotine::Leaf { piece, leaf }) => {
            return Err(format!("lot {}: leaf {leaf} of piece {piece:07} is nowhere", info.name));
        }
        Fault::OutOfSequence(cell) => (cell, "is out of sequence"),
        Fault::Shared(cell) => (cell, "is torn from the rest of its piece"),
    };
    let named = mark(cell).map_or_else(String::new, |mark| {
        format!("leaf {}/{} of piece {}", mark.leaf, mark.leaves, mark.serial)
    });
    let (sheet, slot) = (cell.0 + 1, cell.1 + 1);
    Err(format!("lot {}, sheet {sheet}, slot {slot}: {named} {what}", info.name))
}

/// The lot's totals from its single pieces.
fn balance(lot: &Lot<'_>, by_leaves: &mut BTreeMap<u16, u64>, report: &mut Report) -> Tally {
    let Lot { run, info, pieces, .. } = lot;
    // Wide enough for any amounts that a list may claim.
    let yen: i128 = pieces.iter().map(|piece| i128::from(piece.yen.0)).sum();
    if yen != i128::from(info.yen.0) {
        let message =
            format!("lot {}: {yen} yen in its pieces, {} in the manifest", info.name, info.yen.0);
        report.fail(Subject::Balance, codes::BALANCE, paths::PIECES, message);
    }
    for piece in pieces {
        *by_leaves.entry(piece.leaves).or_default() += 1;
    }
    report.count(Subject::Balance, pieces.len() as u64);
    let leaves: u64 = pieces.iter().map(|piece| u64::from(piece.leaves)).sum();
    Tally {
        records: pieces.len() as u64,
        pieces: pieces.len() as u64,
        leaves,
        pages: if run.duplex { leaves * 2 } else { leaves },
        sheets: u64::from(info.sheets),
        yen: info.yen,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Serial;
    use LeafKind::{First, More, Slip};

    #[test]
    fn slips_are_the_last_leaves_of_a_piece() {
        let kinds = |leaves: u16, slips: u16| -> Vec<LeafKind> {
            let mark = |leaf| SlotMark {
                job_code: "K7Q2".into(),
                serial: Serial(1),
                leaf,
                leaves,
                generation: 0,
            };
            (1..=leaves).map(|leaf| kind_of(&mark(leaf), slips)).collect()
        };
        assert_eq!(kinds(1, 0), [First]);
        assert_eq!(kinds(3, 0), [First, More, More]);
        assert_eq!(kinds(4, 2), [First, More, Slip, Slip]);
        assert_eq!(kinds(3, 2), [First, Slip, Slip]);
        assert_eq!(kinds(2, 9), [First, Slip], "a list may claim anything");
    }
}
