//! Lengths, points and rectangles in whole micrometres, and type sizes in hundredths of a point.
//!
//! No float survives past parsing: what is written to a file is computed from integers, so the same
//! form gives the same bytes on every machine.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::ops::{Add, AddAssign, Mul, Neg, Sub, SubAssign};

/// A length or a coordinate in whole micrometres (1 mm = 1000).
///
/// In TOML and JSON it is written in millimetres, as a number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Length(i32);

impl Length {
    /// No length at all.
    pub const ZERO: Self = Self(0);

    /// A length of `um` micrometres.
    #[must_use]
    pub const fn um(um: i32) -> Self {
        Self(um)
    }

    /// A length of `mm` whole millimetres.
    #[must_use]
    pub const fn mm(mm: i32) -> Self {
        Self(mm * 1000)
    }

    /// The nearest micrometre to `mm` millimetres; `None` when not finite or beyond ±100 m.
    #[must_use]
    pub fn from_mm(mm: f64) -> Option<Self> {
        let um = (mm * 1000.0).round();
        #[expect(clippy::cast_possible_truncation, reason = "the range is checked on this line")]
        (um.is_finite() && um.abs() <= 1e8).then_some(Self(um as i32))
    }

    /// The length in micrometres.
    #[must_use]
    pub const fn as_um(self) -> i32 {
        self.0
    }

    /// The length in thousandths of a PDF point (1 pt = 1/72 in), rounded half away from zero.
    #[must_use]
    pub const fn as_millipoints(self) -> i64 {
        div_round(self.0 as i64 * 3600, 1270)
    }

    /// The larger of two lengths.
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        Ord::max(self, other)
    }
}

/// `n / d` rounded half away from zero; `d` is positive.
#[must_use]
#[expect(clippy::integer_division, reason = "the rounding is the purpose of this function")]
pub const fn div_round(n: i64, d: i64) -> i64 {
    if n >= 0 { (n + d / 2) / d } else { -((-n + d / 2) / d) }
}

impl fmt::Display for Length {
    /// Millimetres with up to three decimals, without trailing zeros.
    #[expect(
        clippy::integer_division,
        reason = "whole and fractional millimetres are wanted apart"
    )]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, um) =
            if self.0 < 0 { ("-", -i64::from(self.0)) } else { ("", i64::from(self.0)) };
        let (whole, rest) = (um / 1000, um % 1000);
        if rest == 0 {
            return write!(f, "{sign}{whole}");
        }
        let rest = format!("{rest:03}");
        write!(f, "{sign}{whole}.{}", rest.trim_end_matches('0'))
    }
}

impl Add for Length {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Length {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Neg for Length {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl Mul<i32> for Length {
    type Output = Self;
    fn mul(self, n: i32) -> Self {
        Self(self.0 * n)
    }
}

impl AddAssign for Length {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl SubAssign for Length {
    fn sub_assign(&mut self, other: Self) {
        self.0 -= other.0;
    }
}

impl Serialize for Length {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 % 1000 == 0 {
            #[expect(clippy::integer_division, reason = "exact: the remainder is zero")]
            return serializer.serialize_i32(self.0 / 1000);
        }
        serializer.serialize_f64(f64::from(self.0) / 1000.0)
    }
}

impl<'de> Deserialize<'de> for Length {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mm = f64::deserialize(deserializer)?;
        Self::from_mm(mm).ok_or_else(|| {
            serde::de::Error::custom(format!("a length in millimetres is wanted, found {mm}"))
        })
    }
}

/// A point on a page or a sheet: origin top left, x to the right, y **down**.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Point {
    /// From the left edge.
    pub x: Length,
    /// From the top edge.
    pub y: Length,
}

/// Width and height of a page, a sheet or a box.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Extent {
    /// Horizontal extent.
    pub width: Length,
    /// Vertical extent.
    pub height: Length,
}

/// An axis-parallel box: its top left corner and its extent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Rect {
    /// Left edge.
    pub x: Length,
    /// Top edge.
    pub y: Length,
    /// Horizontal extent.
    pub width: Length,
    /// Vertical extent.
    pub height: Length,
}

impl Rect {
    /// A box from its left, top, width and height.
    #[must_use]
    pub const fn new(x: Length, y: Length, width: Length, height: Length) -> Self {
        Self { x, y, width, height }
    }

    /// The right edge.
    #[must_use]
    pub fn right(&self) -> Length {
        self.x + self.width
    }

    /// The bottom edge.
    #[must_use]
    pub fn bottom(&self) -> Length {
        self.y + self.height
    }

    /// Whether `other` lies wholly inside, edges included.
    #[must_use]
    pub fn contains(&self, other: &Self) -> bool {
        other.x >= self.x
            && other.y >= self.y
            && other.right() <= self.right()
            && other.bottom() <= self.bottom()
    }

    /// Whether the two boxes share an area (touching edges do not count).
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.x < other.right()
            && other.x < self.right()
            && self.y < other.bottom()
            && other.y < self.bottom()
    }
}

impl From<[Length; 4]> for Rect {
    fn from([x, y, width, height]: [Length; 4]) -> Self {
        Self { x, y, width, height }
    }
}

impl<'de> Deserialize<'de> for Rect {
    /// From `[x, y, width, height]` in millimetres.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <[Length; 4]>::deserialize(deserializer).map(Self::from)
    }
}

impl<'de> Deserialize<'de> for Point {
    /// From `[x, y]` in millimetres.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <[Length; 2]>::deserialize(deserializer).map(|[x, y]| Self { x, y })
    }
}

impl<'de> Deserialize<'de> for Extent {
    /// From `[width, height]` in millimetres.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <[Length; 2]>::deserialize(deserializer).map(|[width, height]| Self { width, height })
    }
}

/// A type size in hundredths of a point (10.5 pt = 1050). In TOML it is written in points.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeSize(u16);

impl TypeSize {
    /// A size of `n` hundredths of a point.
    #[must_use]
    pub const fn centipoints(n: u16) -> Self {
        Self(n)
    }

    /// A size of `n` whole points.
    #[must_use]
    pub const fn pt(n: u16) -> Self {
        Self(n * 100)
    }

    /// The size in hundredths of a point.
    #[must_use]
    pub const fn as_centipoints(self) -> u16 {
        self.0
    }

    /// The em of this size as a length, rounded to the micrometre (1 pt = 127/360 mm).
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "at most 655.35 pt = 231 mm")]
    pub const fn em(self) -> Length {
        Length::um(div_round(self.0 as i64 * 3175, 900) as i32)
    }

    /// The advance of `units` font units (of `units_per_em`) at this size, squeezed to
    /// `squeeze` percent of its width, rounded to the micrometre.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "a line is far shorter than 2 km")]
    pub const fn advance(self, units: i64, units_per_em: u16, squeeze: u8) -> Length {
        let n = units * self.0 as i64 * 3175 * squeeze as i64;
        Length::um(div_round(n, 900 * units_per_em as i64 * 100) as i32)
    }
}

impl fmt::Display for TypeSize {
    #[expect(clippy::integer_division, reason = "whole points and hundredths are wanted apart")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / 100, self.0 % 100);
        match rest {
            0 => write!(f, "{whole}"),
            _ if rest % 10 == 0 => write!(f, "{whole}.{}", rest / 10),
            _ => write!(f, "{whole}.{rest:02}"),
        }
    }
}

impl<'de> Deserialize<'de> for TypeSize {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let pt = f64::deserialize(deserializer)?;
        let n = (pt * 100.0).round();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the range is checked on this line"
        )]
        let size = (100.0..=60_000.0).contains(&n).then_some(Self(n as u16));
        size.ok_or_else(|| {
            serde::de::Error::custom(format!(
                "a type size from 1 to 600 points is wanted, found {pt}"
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_become_points_without_floats() {
        assert_eq!(Length::mm(210).as_millipoints(), 595_276);
        assert_eq!(Length::mm(297).as_millipoints(), 841_890);
        assert_eq!(Length::um(-25_400).as_millipoints(), -72_000);
        assert_eq!(Length::um(12_050).to_string(), "12.05");
        assert_eq!(Length::um(-500).to_string(), "-0.5");
    }

    #[test]
    fn an_em_of_nine_points_is_3175_micrometres() {
        assert_eq!(TypeSize::pt(9).em(), Length::um(3175));
        assert_eq!(TypeSize::pt(9).advance(2048, 2048, 100), Length::um(3175));
        assert_eq!(TypeSize::centipoints(1050).advance(1024, 2048, 70), Length::um(1296));
        assert_eq!(TypeSize::centipoints(1050).to_string(), "10.5");
    }
}
