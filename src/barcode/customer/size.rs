//! The size of a customer barcode in whole dots of a press, within the tolerances of page 12 of the
//! manual. The nominal heights and spaces are upper limits there, so a little less is aimed at: ink
//! gains.

/// The size "a" of the manual, in tenths of a point: 8 to 11.5 points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Size(u8);

impl Size {
    /// The smallest.
    pub const MIN: Self = Self(80);
    /// The largest.
    pub const MAX: Self = Self(115);

    /// A size in tenths of a point; `None` outside 8 to 11.5 points.
    #[must_use]
    pub const fn tenths(tenths: u8) -> Option<Self> {
        if tenths >= Self::MIN.0 && tenths <= Self::MAX.0 { Some(Self(tenths)) } else { None }
    }

    /// The size in tenths of a point.
    #[must_use]
    pub const fn as_tenths(self) -> u8 {
        self.0
    }
}

/// The parts of a customer barcode in dots of a press.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BarDots {
    /// The width of a bar.
    pub bar: u32,
    /// The width between two bars.
    pub space: u32,
    /// The height of a full bar.
    pub full: u32,
    /// The height of an ascender or a descender.
    pub half: u32,
    /// The height of a timing bar.
    pub timing: u32,
}

/// Least and most of a part in hundredths of a millimetre at ten points.
struct Limits(u64, u64);

const FULL: Limits = Limits(340, 360);
const TIMING: Limits = Limits(105, 135);
const PITCH: Limits = Limits(95, 130);
const BAR: Limits = Limits(50, 70);
const SPACE: Limits = Limits(45, 60);
/// What is aimed at, in hundredths of a millimetre at ten points.
const FULL_AIM: u64 = 352;
const TIMING_AIM: u64 = 120;
const BAR_AIM: u64 = 58;
const SPACE_AIM: u64 = 55;

/// A dot is so many hundredths of a millimetre, times the size in tenths of a point, times dots an
/// inch: 25.4 mm an inch, 100 hundredths, 100 tenths.
const DOT: u64 = 254_000;

impl BarDots {
    /// The parts at a size and a resolution in dots an inch; `None` when no whole dots are within
    /// the tolerances.
    #[must_use]
    pub fn new(size: Size, dpi: u32) -> Option<Self> {
        let scale = u64::from(size.0) * u64::from(dpi);
        let within = |dots: u64, Limits(least, most): &Limits| {
            (least * scale..=most * scale).contains(&(dots * DOT))
        };
        let off = |dots: u64, aim: u64| (dots * DOT).abs_diff(aim * scale);
        let near = |aim: u64| {
            let dots = (aim * scale).div_euclid(DOT);
            dots.saturating_sub(1)..=dots + 2
        };
        let widths = near(BAR_AIM).flat_map(|bar| near(SPACE_AIM).map(move |space| (bar, space)));
        let (bar, space) = widths
            .filter(|&(bar, space)| {
                within(bar, &BAR) && within(space, &SPACE) && within(bar + space, &PITCH)
            })
            .min_by_key(|&(bar, space)| off(bar, BAR_AIM) + off(space, SPACE_AIM))?;
        // Both ends are of one height only when what remains beside the timing part is even.
        let heights = near(FULL_AIM).flat_map(|full| near(TIMING_AIM).map(move |t| (full, t)));
        let (full, timing) = heights
            .filter(|&(full, timing)| {
                full > timing
                    && (full - timing) % 2 == 0
                    && within(full, &FULL)
                    && within(timing, &TIMING)
            })
            .min_by_key(|&(full, timing)| off(full, FULL_AIM) + off(timing, TIMING_AIM))?;
        let half = timing + (full - timing).div_euclid(2);
        let dots = |n: u64| u32::try_from(n).ok();
        Some(Self {
            bar: dots(bar)?,
            space: dots(space)?,
            full: dots(full)?,
            half: dots(half)?,
            timing: dots(timing)?,
        })
    }

    /// The width of the whole symbol.
    #[must_use]
    pub const fn width(&self) -> u32 {
        66 * (self.bar + self.space) + self.bar
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Origin: solutions worked out by hand from the tolerances of the manual.
    #[test]
    fn solutions_in_whole_dots() {
        for (dpi, tenths, bar, space, full, half, timing) in [
            (240, 90, 5, 5, 30, 20, 10),
            (300, 90, 6, 6, 37, 25, 13),
            (300, 100, 7, 6, 42, 28, 14),
            (400, 90, 8, 8, 49, 33, 17),
            (600, 80, 11, 10, 67, 45, 23),
            (600, 90, 12, 12, 75, 50, 25),
            (600, 100, 14, 13, 83, 56, 29),
            (1200, 90, 25, 23, 149, 100, 51),
            (1200, 100, 27, 26, 166, 111, 56),
        ] {
            let size = Size::tenths(tenths).expect("a size");
            let expected = BarDots { bar, space, full, half, timing };
            assert_eq!(BarDots::new(size, dpi), Some(expected), "{dpi} {tenths}");
        }
    }

    #[test]
    fn every_size_of_the_presses_is_within_the_tolerances_or_refused() {
        let mut solved = 0;
        for dpi in [240, 300, 400, 480, 600, 1200] {
            for size in (80..=115).filter_map(Size::tenths) {
                let Some(dots) = BarDots::new(size, dpi) else { continue };
                solved += 1;
                // Micrometres at this size, from the manual: mm times a/10.
                let part = |n: u32, least: u64, most: u64| {
                    let um = u64::from(n) * 25_400 * 100;
                    let scale = u64::from(size.as_tenths()) * u64::from(dpi) * 10;
                    assert!((least * scale..=most * scale).contains(&um), "{dpi} {size:?} {n}");
                };
                part(dots.full, 340, 360);
                part(dots.timing, 105, 135);
                part(dots.bar, 50, 70);
                part(dots.space, 45, 60);
                part(dots.bar + dots.space, 95, 130);
                assert_eq!(2 * dots.half, dots.full + dots.timing);
            }
        }
        assert!(solved > 180, "{solved}");
        assert_eq!(Size::tenths(79).or(Size::tenths(116)), None);
        assert_eq!(BarDots::new(Size::MIN, 50), None);
    }
}
