//! Lays symbols on the dots of a press. Every edge of every bar falls on a dot, so that no bar is a dot
//! wider than its neighbour.
//!
//! A dot is 25.4 mm divided by the resolution, which is no whole number of micrometres at 300, 400,
//! 480, 600 or 1200 dots an inch. Positions are therefore whole **dots**, exact by construction, and no
//! length of a symbol is ever rounded: what draws it sets up a coordinate system of [`Press::points`]
//! points a dot (0.12 at 600, 0.3 at 240; exact in decimals for all of these) whose origin
//! [`Press::dots`] puts on the dot nearest to the place that was asked for, at most half a dot
//! (0.03 mm at 400) beside it.

use super::customer::{Bar, BarDots};
use super::{Error, ErrorKind, Linear, Matrix};
use crate::measure::{Length, div_round};
use std::ops::RangeInclusive;

/// Micrometres of an inch.
const INCH_UM: i64 = 25_400;

/// What matters of a press for symbols.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Press {
    dpi: u32,
    reduction: u32,
}

impl Default for Press {
    /// 600 dots an inch, and no reduction.
    fn default() -> Self {
        Self { dpi: 600, reduction: 0 }
    }
}

impl Press {
    /// The resolutions that presses have, in dots an inch.
    pub const RESOLUTIONS: [u32; 6] = [240, 300, 400, 480, 600, 1200];

    /// A press of a resolution in dots an inch, whose ink makes bars wider by `reduction` dots: so much
    /// is taken off each bar (黒バー補正). `None` for another resolution or more than eight dots.
    #[must_use]
    pub fn new(dpi: u32, reduction: u32) -> Option<Self> {
        let known = Self::RESOLUTIONS.contains(&dpi) && reduction <= 8;
        known.then_some(Self { dpi, reduction })
    }

    /// The resolution in dots an inch.
    #[must_use]
    pub const fn dpi(self) -> u32 {
        self.dpi
    }

    /// Dots that are taken off each bar.
    #[must_use]
    pub const fn reduction(self) -> u32 {
        self.reduction
    }

    /// The dot nearest to a place, counted from the same origin.
    #[must_use]
    pub fn dots(self, place: Length) -> i64 {
        div_round(i64::from(place.as_um()) * i64::from(self.dpi), INCH_UM)
    }

    /// A dot in ten-thousandths of a point: exact.
    #[must_use]
    pub fn points(self) -> u32 {
        720_000_u32.div_euclid(self.dpi)
    }

    /// Dots as a length, rounded to a micrometre: for messages and boxes around, never for edges.
    #[must_use]
    pub fn length(self, dots: u32) -> Length {
        let um = div_round(i64::from(dots) * INCH_UM, i64::from(self.dpi));
        Length::um(i32::try_from(um).unwrap_or(i32::MAX))
    }

    /// Whole dots that a length has room for.
    fn floor(self, length: Length) -> u32 {
        let um = u64::try_from(length.as_um()).unwrap_or(0);
        let dots = (um * u64::from(self.dpi)).div_euclid(INCH_UM.unsigned_abs());
        u32::try_from(dots).unwrap_or(u32::MAX)
    }

    /// Whole dots that cover a length.
    fn ceil(self, length: Length) -> u32 {
        let um = u64::try_from(length.as_um()).unwrap_or(0);
        let dots = (um * u64::from(self.dpi)).div_ceil(INCH_UM.unsigned_abs());
        u32::try_from(dots).unwrap_or(u32::MAX)
    }

    /// How many micrometres `needed` dots are more than `place` has.
    fn missing(self, needed: u32, place: Length) -> ErrorKind {
        let um = (i64::from(needed) * INCH_UM).unsigned_abs().div_ceil(self.dpi.into());
        let missing_um = i64::try_from(um).unwrap_or(i64::MAX) - i64::from(place.as_um());
        ErrorKind::TooSmall { missing_um: missing_um.max(1) }
    }
}

/// A place for a symbol with its quiet zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Its width.
    pub width: Length,
    /// Its height.
    pub height: Length,
}

/// Light space that a symbol must have around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quiet {
    /// A length.
    Length(Length),
    /// So many modules.
    Modules(u32),
}

impl Quiet {
    fn dots(self, press: Press, module: u32) -> u32 {
        match self {
            Self::Length(length) => press.ceil(length),
            Self::Modules(n) => n * module,
        }
    }
}

/// A dark rectangle in dots from the upper left corner of the place, `y` downwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DotRect {
    /// From the left.
    pub x: u32,
    /// From the top.
    pub y: u32,
    /// At least 1.
    pub width: u32,
    /// At least 1.
    pub height: u32,
}

/// Where a symbol lies in its place, in dots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Laid {
    /// Dots of a module; for a customer barcode of a bar.
    pub module: u32,
    /// Left edge of the symbol without its quiet zone.
    pub x: u32,
    /// Upper edge.
    pub y: u32,
    /// Width without its quiet zone.
    pub width: u32,
    /// Height.
    pub height: u32,
    reduction: u32,
}

/// How many dots a module has: as many as fit into the place, within the widths that are allowed.
fn module(
    press: Press,
    allowed: &RangeInclusive<Length>,
    needed: impl Fn(u32) -> (u32, Length),
) -> Result<u32, Error> {
    let least = press.ceil(*allowed.start()).max(1);
    let most = press.floor(*allowed.end());
    if most < least || least <= press.reduction {
        return Err(ErrorKind::NoWholeDots.of("module"));
    }
    let fits = |module: &u32| {
        let (dots, place) = needed(*module);
        dots <= press.floor(place)
    };
    // The resolution bounds this: a module of 10 mm has 473 dots at 1200.
    (least..=most).rev().find(fits).ok_or_else(|| {
        let (dots, place) = needed(least);
        press.missing(dots, place).of("place")
    })
}

impl Laid {
    /// Lays a linear symbol in the middle of a place, over its whole height, with the widest module of
    /// those allowed.
    ///
    /// # Errors
    /// When it does not fit, or no allowed width is whole dots more than the reduction.
    pub fn linear(
        symbol: &Linear,
        press: Press,
        place: Place,
        modules: &RangeInclusive<Length>,
        quiet: Quiet,
    ) -> Result<Self, Error> {
        let all = symbol.modules();
        let module = module(press, modules, |module| {
            let dots = all.saturating_mul(module).saturating_add(2 * quiet.dots(press, module));
            (dots, place.width)
        })?;
        let (width, height) = (all * module, press.floor(place.height));
        if height == 0 {
            return Err(press.missing(1, place.height).of("place"));
        }
        let x = (press.floor(place.width) - width).div_euclid(2);
        Ok(Self { module, x, y: 0, width, height, reduction: press.reduction })
    }

    /// Lays a matrix symbol in the middle of a place with the widest module of those allowed.
    ///
    /// # Errors
    /// As [`linear`](Self::linear).
    pub fn matrix(
        symbol: &Matrix,
        press: Press,
        place: Place,
        modules: &RangeInclusive<Length>,
        quiet: Quiet,
    ) -> Result<Self, Error> {
        let side = |modules: u32, module: u32| modules * module + 2 * quiet.dots(press, module);
        let across = |module| (side(symbol.width(), module), place.width);
        let down = |module| (side(symbol.height(), module), place.height);
        let across = module(press, modules, across)?;
        let module = across.min(module(press, modules, down)?);
        let (width, height) = (symbol.width() * module, symbol.height() * module);
        let x = (press.floor(place.width) - width).div_euclid(2);
        let y = (press.floor(place.height) - height).div_euclid(2);
        Ok(Self { module, x, y, width, height, reduction: press.reduction })
    }

    /// Lays a customer barcode in the middle of a place.
    ///
    /// # Errors
    /// When it does not fit with the blank of 2 mm on all sides, or its bars are no wider than the
    /// reduction.
    pub fn customer(parts: &BarDots, press: Press, place: Place) -> Result<Self, Error> {
        if parts.bar <= press.reduction {
            return Err(ErrorKind::NoWholeDots.of("module"));
        }
        let blank = 2 * press.ceil(Length::mm(2));
        for (needed, room) in [(parts.width(), place.width), (parts.full, place.height)] {
            if needed + blank > press.floor(room) {
                return Err(press.missing(needed + blank, room).of("place"));
            }
        }
        let x = (press.floor(place.width) - parts.width()).div_euclid(2);
        let y = (press.floor(place.height) - parts.full).div_euclid(2);
        let (width, height) = (parts.width(), parts.full);
        Ok(Self { module: parts.bar, x, y, width, height, reduction: press.reduction })
    }

    /// Takes the reduction off a dark run: the left half, rounded down, at its left edge.
    fn reduced(&self, x: u32, width: u32) -> (u32, u32) {
        (x + self.reduction.div_euclid(2), width - self.reduction)
    }

    /// The bars of a linear symbol.
    pub fn bars(self, symbol: &Linear) -> impl Iterator<Item = DotRect> {
        let mut at = self.x;
        let edges = symbol.widths().iter().map(move |&width| {
            let (x, width) = (at, u32::from(width) * self.module);
            at += width;
            (x, width)
        });
        edges.step_by(2).map(move |(x, width)| {
            let (x, width) = self.reduced(x, width);
            DotRect { x, y: self.y, width, height: self.height }
        })
    }

    /// The bars of a customer barcode.
    pub fn customer_bars(self, parts: BarDots, bars: &[Bar]) -> impl Iterator<Item = DotRect> {
        let end = parts.half - parts.timing;
        (0..).zip(bars).map(move |(n, bar)| {
            let (x, width) = self.reduced(self.x + n * (parts.bar + parts.space), parts.bar);
            let y = self.y + if bar.is_up() { 0 } else { end };
            let ends = u32::from(bar.is_up()) + u32::from(bar.is_down());
            DotRect { x, y, width, height: parts.timing + ends * end }
        })
    }

    /// The dark runs of a matrix symbol, row by row. The reduction is taken off every edge between dark
    /// and light, so runs are parted where the modules above or below change.
    pub fn runs(self, symbol: &Matrix) -> impl Iterator<Item = DotRect> {
        (0..symbol.height()).flat_map(move |row| self.runs_of_row(symbol, row))
    }

    fn runs_of_row(self, symbol: &Matrix, row: u32) -> impl Iterator<Item = DotRect> {
        // Without reduction, what lies above and below does not matter.
        let beside = move |x: u32| {
            let above = row > 0 && symbol.is_dark(x, row - 1);
            if self.reduction == 0 { (true, true) } else { (above, symbol.is_dark(x, row + 1)) }
        };
        let mut x = 0;
        std::iter::from_fn(move || {
            while x < symbol.width() && !symbol.is_dark(x, row) {
                x += 1;
            }
            if x >= symbol.width() {
                return None;
            }
            let (start, (above, below)) = (x, beside(x));
            while symbol.is_dark(x, row) && beside(x) == (above, below) {
                x += 1;
            }
            let half = self.reduction.div_euclid(2);
            let other = self.reduction - half;
            let trim = |open: bool, dots: u32| if open { dots } else { 0 };
            let left = trim(start == 0 || !symbol.is_dark(start - 1, row), half);
            let right = trim(!symbol.is_dark(x, row), other);
            let (top, bottom) = (trim(!above, half), trim(!below, other));
            Some(DotRect {
                x: self.x + start * self.module + left,
                y: self.y + row * self.module + top,
                width: (x - start) * self.module - left - right,
                height: self.module - top - bottom,
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::barcode::customer::{Customer, Postcode, Size};
    use crate::barcode::{code128, qr};
    use proptest::prelude::*;

    fn press(dpi: u32, reduction: u32) -> Press {
        Press::new(dpi, reduction).expect("a press")
    }

    fn um(least: i32, most: i32) -> RangeInclusive<Length> {
        Length::um(least)..=Length::um(most)
    }

    #[test]
    fn a_dot_is_exact_in_ten_thousandths_of_a_point() {
        for dpi in Press::RESOLUTIONS {
            assert_eq!(press(dpi, 0).points() * dpi, 720_000);
        }
        assert_eq!(Press::new(601, 0).or(Press::new(600, 9)), None);
        assert_eq!(press(600, 0).dots(Length::um(-25_400)), -600);
        assert_eq!(press(300, 0).length(2), Length::um(169));
    }

    /// Origin: widths of the store barcode, 288 modules and 2.54 mm on both sides, within 60 mm.
    #[test]
    fn the_store_barcode_has_the_dots_that_readers_expect() {
        let mut symbol = Linear::new();
        let code = "91959919833262024010101043480024071000395003";
        code128::gs1_128(code, &mut symbol).expect("a symbol");
        let place = Place { width: Length::mm(60), height: Length::mm(10) };
        let quiet = Quiet::Length(Length::um(2_540));
        for (dpi, module) in [(300, 2), (400, 3), (480, 3), (600, 4), (1200, 9)] {
            let laid = Laid::linear(&symbol, press(dpi, 1), place, &um(150, 212), quiet);
            assert_eq!(laid.map(|laid| laid.module), Ok(module), "{dpi}");
        }
        let laid = Laid::linear(&symbol, press(240, 0), place, &um(150, 212), quiet);
        let missing = ErrorKind::TooSmall { missing_um: 6_040 }.of("place");
        assert_eq!(laid, Err(missing));
        let laid = Laid::linear(&symbol, press(240, 0), place, &um(150, 160), quiet);
        assert_eq!(laid, Err(ErrorKind::NoWholeDots.of("module")));
    }

    #[test]
    fn a_customer_barcode_keeps_its_blank() {
        let size = Size::tenths(90).expect("a size");
        let (press, parts) = (press(600, 1), BarDots::new(size, 600).expect("dots"));
        let place = |width, height| Place { width: Length::um(width), height: Length::um(height) };
        let laid = Laid::customer(&parts, press, place(71_628, 7_239)).expect("it fits");
        assert_eq!((laid.x, laid.y), (48, 48));
        assert!(Laid::customer(&parts, press, place(71_500, 7_176)).is_err());
        assert!(Laid::customer(&parts, press, place(71_628, 7_100)).is_err());
        let postcode = Postcode::parse("1000013").expect("a postcode");
        let bars = Customer::new(postcode, "1-3-2-503").expect("a symbol").bars();
        let rects: Vec<DotRect> = laid.customer_bars(parts, &bars).collect();
        assert_eq!(rects[0], DotRect { x: 48, y: 48, width: 11, height: 75 });
        assert_eq!(rects[1], DotRect { x: 72, y: 73, width: 11, height: 50 });
        assert_eq!(rects[66].x + 12, 48 + parts.width());
    }

    proptest! {
        /// Every edge is a module's edge, moved by the reduction; nothing leaves the quiet zone.
        #[test]
        fn bars_lie_on_dots(
            text in "[0-9A-Z]{1,20}", dpi in prop::sample::select(Press::RESOLUTIONS.to_vec()),
            reduction in 0u32..2, width in 20_000i32..120_000,
        ) {
            let mut symbol = Linear::new();
            code128::code_128(&text, &mut symbol)?;
            let press = press(dpi, reduction);
            let place = Place { width: Length::um(width), height: Length::mm(10) };
            let Ok(laid) = Laid::linear(&symbol, press, place, &um(220, 500), Quiet::Modules(10)) else {
                return Ok(());
            };
            prop_assert!(laid.x >= 10 * laid.module);
            let right = laid.x + laid.width + 10 * laid.module;
            prop_assert!(press.length(right).as_um() <= width + 1);
            let (mut ends, mut modules) = (laid.x, 0);
            for (rect, width) in laid.bars(&symbol).zip(symbol.widths().iter().step_by(2)) {
                prop_assert!(rect.x >= ends);
                prop_assert_eq!((rect.x - laid.x - reduction.div_euclid(2)) % laid.module, 0);
                prop_assert_eq!(rect.width + reduction, u32::from(*width) * laid.module);
                ends = rect.x + rect.width;
                modules += rect.width + reduction;
            }
            let dark: u32 = symbol.widths().iter().step_by(2).map(|&w| u32::from(w)).sum();
            prop_assert_eq!(modules, dark * laid.module);
        }

        /// Painted dot by dot, a module's middle is dark exactly where the module is; and what is dark
        /// lies inside of dark modules, `reduction` dots less between two light ones.
        #[test]
        fn runs_paint_the_modules(text in "[ -~]{1,20}", reduction in 0u32..4, module in 5u32..8) {
            let mut symbol = Matrix::new();
            qr::encode_text(&text, qr::Level::Medium, &mut symbol)?;
            let press = press(600, reduction);
            let side = Length::mm(30);
            let place = Place { width: side, height: side };
            let most = press.length(module);
            let modules = press.length(module - 1)..=Length::um(most.as_um() + 1);
            let laid = Laid::matrix(&symbol, press, place, &modules, Quiet::Modules(4))?;
            let across = (laid.width + 1) as usize;
            let mut painted = vec![0_u8; across * across];
            for rect in laid.runs(&symbol) {
                for y in rect.y..rect.y + rect.height {
                    for x in rect.x..rect.x + rect.width {
                        painted[((y - laid.y) as usize) * across + (x - laid.x) as usize] += 1;
                    }
                }
            }
            for y in 0..symbol.height() {
                for x in 0..symbol.width() {
                    let middle = laid.module.div_euclid(2);
                    let at = |n: u32| (n * laid.module + middle) as usize;
                    prop_assert_eq!(painted[at(y) * across + at(x)] == 1, symbol.is_dark(x, y));
                }
            }
            for (n, &times) in painted.iter().enumerate() {
                prop_assert!(times < 2, "no dot is painted twice");
                let dot = u32::try_from(n).expect("small");
                let (x, y) = (dot % (laid.width + 1), dot.div_euclid(laid.width + 1));
                let of = |n: u32| n.div_euclid(laid.module);
                prop_assert!(times == 0 || symbol.is_dark(of(x), of(y)));
            }
        }
    }
}
