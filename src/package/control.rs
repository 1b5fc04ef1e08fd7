//! The control file of an inserter: one row a piece of a lot, in the order and the dialect of the machine.

use super::rows::feeders;
use crate::model::Inserter;
use crate::model::inserter::{
    ControlColumn, ControlEncoding, InsertedPiece, LineEnd, LotSize, TakesFirst,
};
use std::fmt::Write as _;

/// The bytes of a lot's control file. `number` is the job's, `pieces` are all of the lot in order.
///
/// A number that has no room in the mark leaves its cells empty: planning refuses such a job, and a bundle of
/// anybody else's is refused for its marks.
#[must_use]
pub fn control_file(
    number: u16,
    inserter: &Inserter,
    envelope: &str,
    lot: LotSize,
    pieces: &[InsertedPiece],
) -> Vec<u8> {
    let control = &inserter.control;
    let end = match control.line_end {
        LineEnd::Crlf => "\r\n",
        LineEnd::Lf => "\n",
    };
    let mut text = String::new();
    if control.heading {
        for (n, (name, _)) in control.columns.iter().enumerate() {
            separate(n, control.delimiter, &mut text);
            cell(name, control.delimiter, &mut text);
        }
        text.push_str(end);
    }
    let mut said = String::new();
    let mut row = |sequence: usize, piece: &InsertedPiece| {
        for (n, (_, column)) in control.columns.iter().enumerate() {
            separate(n, control.delimiter, &mut text);
            said.clear();
            says(*column, sequence, (number, inserter, envelope, lot), piece, &mut said);
            cell(&said, control.delimiter, &mut text);
        }
        text.push_str(end);
    };
    match inserter.takes_first {
        TakesFirst::FirstLeaf => (1..).zip(pieces).for_each(|(n, piece)| row(n, piece)),
        TakesFirst::LastLeaf => (1..).zip(pieces.iter().rev()).for_each(|(n, piece)| row(n, piece)),
    }
    match control.encoding {
        ControlEncoding::Utf8 => text.into_bytes(),
        ControlEncoding::ShiftJis => encoding_rs::SHIFT_JIS.encode(&text).0.into_owned(),
    }
}

fn says(
    column: ControlColumn,
    sequence: usize,
    (number, inserter, envelope, lot): (u16, &Inserter, &str, LotSize),
    piece: &InsertedPiece,
    out: &mut String,
) {
    let mut mark = |place: u16| {
        let leaf = inserter.leaf_at(place, piece.leaves);
        let sheet = inserter.sheet(number, lot, piece, leaf);
        if inserter.says(&sheet, out).is_err() {
            out.clear();
        }
    };
    let written = match column {
        ControlColumn::Sequence => write!(out, "{sequence}"),
        ControlColumn::Serial => write!(out, "{}", piece.serial),
        ControlColumn::Leaves => write!(out, "{}", piece.leaves),
        ControlColumn::Envelope => write!(out, "{envelope}"),
        ControlColumn::Feeders => write!(out, "{}", feeders(piece.inserts)),
        ControlColumn::Inserts => write!(out, "{}", piece.inserts),
        ControlColumn::Divert => write!(out, "{}", u8::from(inserter.diverts(piece))),
        ControlColumn::First => {
            mark(1);
            Ok(())
        }
        ControlColumn::Last => {
            mark(piece.leaves);
            Ok(())
        }
    };
    written.expect("a string takes everything");
}

fn separate(n: usize, delimiter: char, out: &mut String) {
    if n > 0 {
        out.push(delimiter);
    }
}

/// A cell, quoted only where it must be.
fn cell(text: &str, delimiter: char, out: &mut String) {
    if text.contains([delimiter, '"', '\n', '\r']) {
        write!(out, "\"{}\"", text.replace('"', "\"\"")).expect("a string takes everything");
    } else {
        out.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Serial;

    const PROFILE: &str = "id = 'a'\nname = 'A'\nenvelopes = ['n']\nleaves_max = 6\nfeeders = 3\nsample_every = 2\n[mark]\nkind = 'data-matrix'\nbox = [10, 10, 11, 11]\n";

    fn file(profile: &str) -> Vec<u8> {
        let inserter: Inserter = toml::from_str(profile).expect("a profile");
        let piece = |index: u32, before, leaves, inserts| InsertedPiece {
            serial: Serial(index + 8),
            index,
            before,
            leaves,
            inserts,
            by_hand: false,
        };
        let pieces = [piece(0, 0, 1, 0), piece(1, 1, 3, 0b101)];
        control_file(17, &inserter, "n", LotSize { pieces: 2, leaves: 4 }, &pieces)
    }

    #[test]
    fn rows_say_what_marks_say() {
        let usual = String::from_utf8(file(PROFILE)).expect("UTF-8");
        let wanted = "sequence,serial,leaves,envelope,feeders,divert,first,last\r\n\
            1,0000008,1,n,,1,001700000080101100011853,001700000080101100011853\r\n\
            2,0000009,3,n,1+3,0,001700000090103000501976,001700000090303100503989\r\n";
        assert_eq!(usual, wanted);
    }

    #[test]
    fn the_dialect_is_the_machines() {
        let omr = "kind = 'omr'\nbox = [5, 100, 10, 70]\n[mark.omr]\nbars = ['benchmark', 'last', 'insert-3', 'wrap-1', 'parity']\npitch = 4\nthickness = 0.5\n";
        let profile = PROFILE
            .replace("kind = 'data-matrix'\nbox = [10, 10, 11, 11]\n", omr)
            .replace("[mark]", "takes_first = 'last-leaf'\n[mark]");
        let control = "[control]\nencoding = 'shift-jis'\ndelimiter = ';'\nline_end = 'lf'\ncolumns = [['通番', 'serial'], ['同封;物', 'inserts'], ['先頭', 'first'], ['末尾', 'last']]\n";
        let bytes = file(&(profile + control));
        let (text, _, unreadable) = encoding_rs::SHIFT_JIS.decode(&bytes);
        assert!(!unreadable && String::from_utf8(bytes.clone()).is_err());
        // The lot is taken from its end: the last leaf of the last piece first. Marks are even in number.
        let wanted = "通番;\"同封;物\";先頭;末尾\n0000009;5;10100;11101\n0000008;0;11011;11011\n";
        assert_eq!(text, wanted);
    }
}
