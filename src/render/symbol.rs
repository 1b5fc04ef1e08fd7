//! Symbols: what a record says becomes bars or modules, which lie on the dots of the press.

use super::destination;
use crate::barcode::customer::{BARS, BarDots, Customer, Postcode, Size};
use crate::barcode::el_qr::Payload;
use crate::barcode::lay::{DotRect, Laid, Place, Press, Quiet};
use crate::barcode::store::StoreCode;
use crate::barcode::{Error, ErrorKind, Linear, Matrix, data_matrix, linear, qr};
use crate::calendar::Date;
use crate::form::{Payment, Symbol, SymbolKind};
use crate::measure::{Length, Point, Rect};
use crate::model::{FieldIndex, Notice, Postcodes, Value};
use crate::page::{Canvas, Cells};
use std::ops::RangeInclusive;

/// The widest that stores' scanners take, quiet zones included, and those zones.
const STORE_WIDTH: Length = Length::mm(60);
const STORE_QUIET: Quiet = Quiet::Length(Length::um(2_540));
/// What is proposed for local taxes' symbols.
const EL_QR_MODULES: RangeInclusive<Length> = Length::um(330)..=Length::um(500);
/// Modules that printers print and scanners read.
const STORE_MODULES: RangeInclusive<Length> = Length::um(150)..=Length::um(212);
pub(super) const LINEAR_MODULES: RangeInclusive<Length> = Length::um(165)..=Length::um(1_000);
const MATRIX_MODULES: RangeInclusive<Length> = Length::um(250)..=Length::um(1_000);

/// Buffers that every symbol reuses.
#[derive(Debug, Default)]
pub(super) struct SymbolScratch {
    linear: Linear,
    matrix: Matrix,
    number: String,
    bits: Vec<u8>,
    /// How the last customer barcode was laid, for the next in the same place.
    laid: Option<(Rect, Press, BarDots, Laid)>,
}

/// What a slip prints, which its codes must say.
struct Printed<'n> {
    notice: &'n Notice<'n>,
    payment: &'n Payment,
}

impl Printed<'_> {
    /// What is paid by a code must be what the slip prints; a day that the slip leaves empty is
    /// another one than any day of the code.
    fn agrees(&self, amount: u64, due: Option<Date>) -> Result<(), Error> {
        let printed = self.notice.field(self.payment.amount).number().unwrap_or_default();
        if u64::try_from(printed) != Ok(amount) {
            return Err(Error { field: "amount", kind: ErrorKind::Differs });
        }
        self.day(self.payment.due, due, "due")
    }

    fn day(
        &self,
        field: Option<FieldIndex>,
        said: Option<Date>,
        name: &'static str,
    ) -> Result<(), Error> {
        let Some(field) = field else { return Ok(()) };
        let printed = match self.notice.field(field) {
            Value::Date(date) => Some(date),
            _ => None,
        };
        if said == printed { Ok(()) } else { Err(Error { field: name, kind: ErrorKind::Differs }) }
    }

    /// The same for what only the code of local taxes says: 納期限 and 期別.
    fn agrees_with(&self, payload: &Payload) -> Result<(), Error> {
        self.agrees(payload.amount(), Some(payload.pay_by()?))?;
        self.day(self.payment.legal_due, Some(payload.due()?), "nokigen")?;
        match &self.payment.period {
            Some(period) if period != payload.period() => {
                Err(Error { field: "kibetsu", kind: ErrorKind::Differs })
            }
            _ => Ok(()),
        }
    }
}

/// Draws a symbol that says `text`, in the middle of its place, moved by `by`.
pub(super) fn draw(
    symbol: &Symbol,
    text: &str,
    (notice, press, register): (&Notice<'_>, Press, Option<&Postcodes>),
    by: Point,
    scratch: &mut SymbolScratch,
    canvas: &mut impl Canvas,
) -> Result<(), Error> {
    let at = Point { x: symbol.rect.x + by.x, y: symbol.rect.y + by.y };
    let mut pen = Pen { at, press, bits: &mut scratch.bits, canvas };
    let Rect { width, height, .. } = symbol.rect;
    let place = Place { width, height };
    match &symbol.kind {
        SymbolKind::Customer { postcode } => {
            let postcode = Postcode::parse(notice.field(*postcode).text())?;
            let (kind, text) = destination::of(postcode, text, register);
            let made = Customer::of_address(postcode, kind, text, &mut scratch.number)?;
            let Some(customer) = made else { return Ok(()) };
            let known = scratch.laid.filter(|laid| (laid.0, laid.1) == (symbol.rect, press));
            let (parts, laid) = match known {
                Some((_, _, parts, laid)) => (parts, laid),
                None => largest(press, place)?,
            };
            scratch.laid = Some((symbol.rect, press, parts, laid));
            pen.customer(&customer, parts, laid);
        }
        SymbolKind::Store(payment) => {
            let code = StoreCode::parse(text)?;
            Printed { notice, payment }.agrees(code.amount(), code.due()?)?;
            code.symbol(&mut scratch.linear);
            let place = Place { width: width.min(STORE_WIDTH), height };
            let beside = Length::um((width - place.width).as_um() >> 1);
            pen.at.x += beside;
            pen.linear(&scratch.linear, place, &STORE_MODULES, STORE_QUIET)?;
        }
        SymbolKind::ElQr(payment) => {
            let payload = Payload::parse(text)?;
            Printed { notice, payment }.agrees_with(&payload)?;
            qr::encode_255_digits(text, &mut scratch.matrix)?;
            pen.matrix(&scratch.matrix, place, &EL_QR_MODULES, Quiet::Modules(4))?;
        }
        SymbolKind::Qr { level } => {
            qr::encode_text(text, *level, &mut scratch.matrix)?;
            pen.matrix(&scratch.matrix, place, &MATRIX_MODULES, Quiet::Modules(4))?;
        }
        SymbolKind::DataMatrix => {
            let shape = data_matrix::Shape::Any;
            data_matrix::encode(text.as_bytes(), shape, &mut scratch.matrix)?;
            pen.matrix(&scratch.matrix, place, &MATRIX_MODULES, Quiet::Modules(2))?;
        }
        SymbolKind::Code39 { check } => {
            linear::code_39(text, *check, linear::Ratio::FIVE_TO_TWO, &mut scratch.linear)?;
            pen.linear(&scratch.linear, place, &LINEAR_MODULES, Quiet::Modules(10))?;
        }
        SymbolKind::Nw7 { check } => {
            linear::nw_7(text, *check, linear::Ratio::FIVE_TO_TWO, &mut scratch.linear)?;
            pen.linear(&scratch.linear, place, &LINEAR_MODULES, Quiet::Modules(10))?;
        }
        SymbolKind::Itf { check } => {
            linear::itf(text, *check, linear::Ratio::FIVE_TO_TWO, &mut scratch.linear)?;
            pen.linear(&scratch.linear, place, &LINEAR_MODULES, Quiet::Modules(10))?;
        }
    }
    Ok(())
}

/// The largest customer barcode that a place holds.
#[cold]
fn largest(press: Press, place: Place) -> Result<(BarDots, Laid), Error> {
    let mut refused = Error { field: "place", kind: ErrorKind::NoWholeDots };
    for tenths in (Size::MIN.as_tenths()..=Size::MAX.as_tenths()).rev() {
        let parts = Size::tenths(tenths).and_then(|size| BarDots::new(size, press.dpi()));
        let Some(parts) = parts else { continue };
        match Laid::customer(&parts, press, place) {
            Ok(laid) => return Ok((parts, laid)),
            Err(error) => refused = error,
        }
    }
    Err(refused)
}

/// Puts cells on a canvas.
pub(super) struct Pen<'p, C> {
    pub(super) at: Point,
    pub(super) press: Press,
    pub(super) bits: &'p mut Vec<u8>,
    pub(super) canvas: &'p mut C,
}

impl<C: Canvas> Pen<'_, C> {
    pub(super) fn linear(
        &mut self,
        symbol: &Linear,
        place: Place,
        modules: &RangeInclusive<Length>,
        quiet: Quiet,
    ) -> Result<(), Error> {
        let laid = Laid::linear(symbol, self.press, place, modules, quiet)?;
        let unit = if self.press.reduction() == 0 { laid.module } else { 1 };
        let columns = laid.width.div_euclid(unit);
        self.clear(columns, 1);
        for DotRect { x, width, .. } in laid.bars(symbol) {
            let from = (x - laid.x).div_euclid(unit);
            self.darken(0, columns, from..from + width.div_euclid(unit));
        }
        self.put([laid.x, laid.y], [unit, laid.height], [columns, 1]);
        Ok(())
    }

    /// In three bands: what goes up, what is everywhere, what goes down.
    fn customer(&mut self, customer: &Customer, parts: BarDots, laid: Laid) {
        let bars = customer.bars();
        let unit = if self.press.reduction() == 0 { common(parts.bar, parts.space) } else { 1 };
        let columns = laid.width.div_euclid(unit);
        let end = parts.half - parts.timing;
        let bands: [(u32, u32); 3] =
            [(0, end), (end, parts.timing), (parts.half, parts.full - parts.half)];
        for (band, (y, height)) in bands.into_iter().enumerate() {
            self.clear(columns, 1);
            let mut rects = laid.customer_bars(parts, &bars);
            for bar in bars.iter().take(BARS) {
                let Some(rect) = rects.next() else { break };
                let is_dark = match band {
                    0 => bar.is_up(),
                    1 => true,
                    _ => bar.is_down(),
                };
                if is_dark {
                    let from = (rect.x - laid.x).div_euclid(unit);
                    self.darken(0, columns, from..from + rect.width.div_euclid(unit));
                }
            }
            self.put([laid.x, laid.y + y], [unit, height], [columns, 1]);
        }
    }

    /// Modules of two dimensions are not reduced: toner and ink gain on all their sides alike, and
    /// readers look at their middles.
    pub(super) fn matrix(
        &mut self,
        symbol: &Matrix,
        place: Place,
        modules: &RangeInclusive<Length>,
        quiet: Quiet,
    ) -> Result<(), Error> {
        let press = Press::new(self.press.dpi(), 0).unwrap_or(self.press);
        let laid = Laid::matrix(symbol, press, place, modules, quiet)?;
        let (columns, rows) = (symbol.width(), symbol.height());
        self.clear(columns, rows);
        for y in 0..rows {
            for x in (0..columns).filter(|&x| symbol.is_dark(x, y)) {
                self.darken(y, columns, x..x + 1);
            }
        }
        self.put([laid.x, laid.y], [laid.module, laid.module], [columns, rows]);
        Ok(())
    }

    fn clear(&mut self, columns: u32, rows: u32) {
        self.bits.clear();
        self.bits.resize((columns.div_ceil(8) * rows) as usize, 0);
    }

    fn darken(&mut self, row: u32, columns: u32, cells: std::ops::Range<u32>) {
        for x in cells {
            let byte = row * columns.div_ceil(8) + x.div_euclid(8);
            self.bits[byte as usize] |= 0x80 >> (x % 8);
        }
    }

    fn put(&mut self, offset: [u32; 2], cell: [u32; 2], [columns, rows]: [u32; 2]) {
        let (at, dpi, bits) = (self.at, self.press.dpi(), self.bits.as_slice());
        self.canvas.cells(&Cells { at, offset, dpi, cell, columns, rows, bits });
    }
}

/// The greatest common divisor.
const fn common(mut a: u32, mut b: u32) -> u32 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}
