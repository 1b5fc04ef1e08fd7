//! Reads `pieces.csv` and `sheets.csv` lot by lot: streamed, with bounded rows, and strict about
//! the heading and every number.

use super::super::rows::{PIECES_HEADING, SHEETS_HEADING, read_feeders};
use crate::model::{LeafKind, PieceId, Serial, Side, SlotMark, Yen};
use csv::StringRecord;
use std::io::{self, Read};

/// No row of a list is longer.
const ROW_MAX: usize = 64 << 10;

/// A list, read row by row, with the next row at hand.
pub(super) struct List<'a> {
    reader: csv::Reader<Guard<Box<dyn Read + 'a>>>,
    next: StringRecord,
    has_next: bool,
    rows: u64,
    lot_column: usize,
}

/// Fails on rows that no list has, so that none is ever gathered in memory.
struct Guard<R> {
    inner: R,
    row: usize,
}

impl<R: Read> Read for Guard<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        for line in buffer[..read].split_inclusive(|&byte| byte == b'\n') {
            self.row += line.len();
            if self.row > ROW_MAX {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "a row is too long"));
            }
            if line.ends_with(b"\n") {
                self.row = 0;
            }
        }
        Ok(read)
    }
}

impl<'a> List<'a> {
    /// Opens `pieces.csv`.
    pub(super) fn pieces(reader: Box<dyn Read + 'a>) -> Result<Self, String> {
        Self::open(reader, PIECES_HEADING, 3)
    }

    /// Opens `sheets.csv`.
    pub(super) fn sheets(reader: Box<dyn Read + 'a>) -> Result<Self, String> {
        Self::open(reader, SHEETS_HEADING, 0)
    }

    fn open(inner: Box<dyn Read + 'a>, heading: &str, lot_column: usize) -> Result<Self, String> {
        let guard = Guard { inner, row: 0 };
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(guard);
        let mut next = StringRecord::new();
        let found = reader.read_record(&mut next).map_err(|error| error.to_string())?;
        if !found || next.iter().ne(heading.trim_end().split(',')) {
            return Err("the heading is not the list's".to_owned());
        }
        let mut list = Self { reader, next, has_next: false, rows: 0, lot_column };
        list.advance()?;
        Ok(list)
    }

    fn advance(&mut self) -> Result<(), String> {
        self.has_next =
            self.reader.read_record(&mut self.next).map_err(|error| error.to_string())?;
        self.rows += u64::from(self.has_next);
        Ok(())
    }

    /// The next row when it belongs to `lot`.
    pub(super) fn row<T>(
        &mut self,
        lot: &str,
        read: impl FnOnce(&StringRecord) -> Option<T>,
    ) -> Result<Option<T>, String> {
        if !self.has_next || self.next.get(self.lot_column) != Some(lot) {
            return Ok(None);
        }
        let row = read(&self.next).ok_or_else(|| format!("row {} is malformed", self.rows))?;
        self.advance()?;
        Ok(Some(row))
    }

    /// Whether no row is left.
    pub(super) const fn is_at_end(&self) -> bool {
        !self.has_next
    }

    /// Rows read so far, without the heading; the row at hand is counted.
    pub(super) const fn rows(&self) -> u64 {
        self.rows
    }
}

/// A row of `pieces.csv`; texts are compared with its run's where they are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PieceLine {
    pub(super) serial: Serial,
    pub(super) piece: PieceId,
    pub(super) leaves: u16,
    pub(super) sheet: u32,
    pub(super) slot: u32,
    pub(super) yen: Yen,
    /// A bit for each feeder whose insert goes in.
    pub(super) inserts: u8,
    /// Whether the inserter diverts it.
    pub(super) divert: bool,
    /// Whether run, pages, envelope, delivery class, former municipality and hand work are those
    /// of its run.
    pub(super) is_of_run: bool,
}

/// What a row of `pieces.csv` shares with its run.
#[derive(Debug, Clone, Copy)]
pub(super) struct RunTexts<'a> {
    pub(super) number: u16,
    pub(super) envelope: &'a str,
    pub(super) delivery: &'a str,
    pub(super) former: &'a str,
    pub(super) by_hand: bool,
    pub(super) sides: u32,
}

impl PieceLine {
    pub(super) fn read(row: &StringRecord, run: RunTexts<'_>) -> Option<Self> {
        let leaves: u16 = number(&row[4])?;
        let _weight: u64 = number(&row[12])?;
        let is_of_run = number(&row[2]) == Some(run.number)
            && number(&row[5]) == Some(u32::from(leaves) * run.sides)
            && (&row[8], &row[9], &row[10]) == (run.envelope, run.delivery, run.former)
            && &row[11] == if run.by_hand { "1" } else { "0" };
        Some(Self {
            serial: serial(&row[0])?,
            piece: PieceId::parse(&row[1])?,
            leaves,
            sheet: number(&row[6])?,
            slot: number(&row[7])?,
            yen: Yen(row[13].parse().ok()?),
            inserts: read_feeders(&row[14])?,
            divert: match &row[15] {
                "0" => false,
                "1" => true,
                _ => return None,
            },
            is_of_run,
        })
    }
}

/// A row of `sheets.csv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SlotLine {
    pub(super) sheet: u32,
    pub(super) side: Side,
    pub(super) slot: u32,
    pub(super) serial: Serial,
    pub(super) leaf: u16,
    pub(super) leaves: u16,
    pub(super) page: u32,
    pub(super) mark: SlotMark,
    pub(super) kind: LeafKind,
    /// Which page of the leaf lies there.
    pub(super) face: Side,
}

impl SlotLine {
    pub(super) fn read(row: &StringRecord) -> Option<Self> {
        let side = match &row[2] {
            "front" => Side::Front,
            "back" => Side::Back,
            _ => return None,
        };
        let (kind, face) = LeafKind::of_face(&row[9])?;
        Some(Self {
            sheet: number(&row[1])?,
            side,
            slot: number(&row[3])?,
            serial: serial(&row[4])?,
            leaf: number(&row[5])?,
            leaves: number(&row[6])?,
            page: number(&row[7])?,
            mark: SlotMark::parse(&row[8]).filter(|mark| mark.to_string() == row[8])?,
            kind,
            face,
        })
    }
}

fn serial(text: &str) -> Option<Serial> {
    (text.len() == 7).then(|| number(text)).flatten().map(Serial)
}

/// A number in plain digits: no sign, no space.
fn number<T: std::str::FromStr>(text: &str) -> Option<T> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}
