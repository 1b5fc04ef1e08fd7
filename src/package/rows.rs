//! `pieces.csv` and `sheets.csv`: one row a piece, one row an occupied slot. Written row by row, so
//! that a million rows cost no memory; `docs/bundle.md` explains the columns.

use crate::model::{LeafKind, PieceId, Serial, Side, SlotMark, Yen};
use std::io::{self, Write};

/// The heading of `pieces.csv`.
pub const PIECES_HEADING: &str = "serial,piece,run,lot,leaves,pages,sheet,slot,envelope,delivery,former,by_hand,weight_mg,yen,inserts,divert\n";
/// The heading of `sheets.csv`.
pub const SHEETS_HEADING: &str = "lot,sheet,side,slot,serial,leaf,leaves,page,mark,face\n";

/// A piece in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PieceRow<'a> {
    /// Its serial.
    pub serial: Serial,
    /// Its id.
    pub piece: PieceId,
    /// The number of its run.
    pub run: u16,
    /// The name of its lot.
    pub lot: &'a str,
    /// Its leaves.
    pub leaves: u16,
    /// Its printed pages.
    pub pages: u32,
    /// The sheet of its first leaf in the lot, from 1.
    pub sheet: u32,
    /// The slot of its first leaf, from 1.
    pub slot: u32,
    /// Its envelope's id; empty when it is not inserted.
    pub envelope: &'a str,
    /// Its delivery class.
    pub delivery: &'a str,
    /// Its former municipality's code; empty without one.
    pub former: &'a str,
    /// Whether it is enveloped by hand.
    pub by_hand: bool,
    /// Paper and envelope in milligrams.
    pub weight_mg: u64,
    /// The amount that balances.
    pub yen: Yen,
    /// A bit for each feeder of the inserter whose insert goes in.
    pub inserts: u8,
    /// Whether the inserter diverts it.
    pub divert: bool,
}

impl PieceRow<'_> {
    /// Writes the row.
    pub fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let Self { serial, piece, run, lot, leaves, pages, sheet, slot, .. } = self;
        write!(out, "{serial},{piece},{run},{lot},{leaves},{pages},{sheet},{slot},")?;
        for text in [self.envelope, self.delivery, self.former] {
            write_text(text, out)?;
            out.write_all(b",")?;
        }
        let by_hand = u8::from(self.by_hand);
        write!(out, "{by_hand},{},{},", self.weight_mg, self.yen.0)?;
        writeln!(out, "{},{}", feeders(self.inserts), u8::from(self.divert))
    }
}

/// Feeders from 1 by their bits: `1+3`; empty without any.
pub(super) fn feeders(bits: u8) -> String {
    let named = (1..=8).filter(|feeder| bits >> (feeder - 1) & 1 == 1);
    named.map(|feeder: u8| feeder.to_string()).collect::<Vec<_>>().join("+")
}

/// The bits of feeders, as [`feeders`] writes them.
pub(super) fn read_feeders(text: &str) -> Option<u8> {
    let mut bits = 0;
    for feeder in text.split('+').filter(|_| !text.is_empty()) {
        let feeder = feeder.parse::<u32>().ok().filter(|feeder| (1..=8).contains(feeder))?;
        bits |= 1 << (feeder - 1);
    }
    (feeders(bits) == text).then_some(bits)
}

/// A leaf's page in its slot on a side of a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlotRow<'a> {
    /// The name of the lot.
    pub lot: &'a str,
    /// The sheet, from 1.
    pub sheet: u32,
    /// The side.
    pub side: Side,
    /// The slot, from 1, in reading order of the front; a back has its front's number.
    pub slot: u32,
    /// The piece's serial.
    pub serial: Serial,
    /// The leaf's number in its piece, from 1.
    pub leaf: u16,
    /// The leaves of the piece.
    pub leaves: u16,
    /// The page of the press file, from 1.
    pub page: u32,
    /// The slot mark as printed.
    pub mark: &'a SlotMark,
    /// What the leaf is.
    pub kind: LeafKind,
    /// Which of its pages lies there: that of the side, or the other when the leaf lies face down.
    pub face: Side,
}

impl SlotRow<'_> {
    /// Writes the row.
    pub fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let Self { lot, sheet, side, slot, serial, leaf, leaves, page, mark, kind, face } = self;
        let face = kind.face(*face);
        let side = side_text(*side);
        writeln!(out, "{lot},{sheet},{side},{slot},{serial},{leaf},{leaves},{page},{mark},{face}")
    }
}

/// A side as it stands in `sheets.csv`.
#[must_use]
pub const fn side_text(side: Side) -> &'static str {
    match side {
        Side::Front => "front",
        Side::Back => "back",
    }
}

/// A cell, quoted only where it must be (RFC 4180).
pub(super) fn write_text(text: &str, out: &mut impl Write) -> io::Result<()> {
    if !text.contains([',', '"', '\n', '\r']) {
        return out.write_all(text.as_bytes());
    }
    write!(out, "\"{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_match_their_headings() {
        let row = PieceRow {
            serial: Serial(12),
            piece: PieceId::derive("t", "j", "k"),
            run: 1,
            lot: "01-001",
            leaves: 2,
            pages: 4,
            sheet: 3,
            slot: 1,
            envelope: "naga3",
            delivery: "a, \"b\"",
            former: "",
            by_hand: true,
            weight_mg: 12_983,
            yen: Yen(-5),
            inserts: 0b101,
            divert: true,
        };
        let mut out = PIECES_HEADING.as_bytes().to_vec();
        row.write(&mut out).expect("memory takes it");
        let mut reader = csv::Reader::from_reader(out.as_slice());
        let record = reader.records().next().expect("a row").expect("as wide as the heading");
        assert_eq!(&record[0], "0000012");
        assert_eq!(&record[9], "a, \"b\"");
        assert_eq!(&record[13], "-5");
        assert_eq!((&record[14], &record[15]), ("1+3", "1"));
        for (text, bits) in
            [("", Some(0)), ("1+3", Some(5)), ("3+1", None), ("9", None), ("1+", None)]
        {
            assert_eq!(read_feeders(text), bits, "{text}");
        }

        let mark = SlotMark {
            job_code: "K7Q2".into(),
            serial: Serial(12),
            leaf: 1,
            leaves: 2,
            generation: 0,
        };
        let row = SlotRow {
            lot: "01-001",
            sheet: 3,
            side: Side::Back,
            slot: 2,
            serial: Serial(12),
            leaf: 1,
            leaves: 2,
            page: 6,
            mark: &mark,
            kind: LeafKind::First,
            face: Side::Back,
        };
        let mut out = Vec::new();
        row.write(&mut out).expect("memory takes it");
        let text = String::from_utf8(out).expect("ASCII");
        assert_eq!(text, format!("01-001,3,back,2,0000012,1,2,6,{mark},first-back\n"));
        assert_eq!(text.matches(',').count(), SHEETS_HEADING.matches(',').count());
    }
}
