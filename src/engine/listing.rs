//! The rows of a lot's pieces, and what inserters must know of them.

use super::lot::{Making, Shop};
use crate::model::inserter::{InsertedPiece, LotSize};
use crate::model::{PieceId, Stocks};
use crate::package::PieceRow;
use crate::plan::piece_weight_mg;
use std::io::{self, Write};

impl Shop<'_> {
    /// Writes the rows of a lot; `ids` are those of its pieces, with the inserts of each.
    pub(super) fn write_pieces(
        &self,
        making: &Making<'_>,
        ids: &[Option<(PieceId, u8)>],
        out: &mut impl Write,
    ) -> io::Result<Vec<InsertedPiece>> {
        let (run, lot) = (making.run, making.lot);
        let stocks: &Stocks = &self.setup.stocks;
        let stock = stocks.stock.get(&run.class.stock).expect("planning knows the stock");
        let envelope = stocks.envelope.get(&run.class.envelope);
        let leaf = self.setup.compiled.form.leaf;
        let sides = u32::try_from(making.imposition.sides().len()).expect("one or two");
        let mut all = Vec::with_capacity(ids.len());
        for ((index, piece), id) in (0..).zip(self.pieces(lot)).zip(ids) {
            let (sheet, slot) =
                making.imposition.slot_of(index, 1).expect("every piece lies somewhere");
            let (id, inserts) = id.expect("the first leaf of every piece was drawn");
            let inserted = self.inserted(making, index, inserts);
            let row = PieceRow {
                serial: inserted.serial,
                piece: id,
                run: run.number,
                lot: &making.name,
                leaves: piece.leaves,
                pages: u32::from(piece.leaves) * sides,
                sheet: sheet + 1,
                slot: slot + 1,
                envelope: &run.class.envelope,
                delivery: &run.class.delivery,
                former: &run.class.former,
                by_hand: run.class.by_hand,
                weight_mg: piece_weight_mg(stock, envelope, leaf, piece.leaves),
                yen: piece.amount,
                inserts,
                divert: run.inserter.as_ref().is_some_and(|machine| machine.diverts(&inserted)),
            };
            row.write(out)?;
            all.push(inserted);
        }
        Ok(all)
    }

    /// A piece of a lot as inserters must know it.
    pub(super) fn inserted(&self, making: &Making<'_>, index: u32, inserts: u8) -> InsertedPiece {
        InsertedPiece {
            serial: self.plan.serial(making.lot.pieces.start + index),
            index,
            before: making.before[index as usize],
            leaves: self.pieces(making.lot)[index as usize].leaves,
            inserts,
            by_hand: making.run.class.by_hand,
        }
    }
}

impl Making<'_> {
    /// How many pieces and leaves it has.
    pub(super) fn size(&self) -> LotSize {
        LotSize { pieces: self.lot.pieces.end - self.lot.pieces.start, leaves: self.lot.leaves }
    }
}
