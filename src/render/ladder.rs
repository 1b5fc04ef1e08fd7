//! The overflow ladder of a text box: fit, squeeze, shrink, wrap, or say that it cannot be set.
//! It chooses a size, a squeeze and the lines; nothing is ever cut, and nothing is drawn here.

use super::fill::{Line, Marked, Rules, fill};
use super::letters::EM;
use crate::form::{Align, Fit};
use crate::measure::{Extent, Length, TypeSize, div_round};

/// Sizes give way in steps of a tenth of a point.
const SIZE_STEP: u16 = 10;

/// What a box allows its text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// The room.
    pub(super) room: Extent,
    /// The natural size.
    pub(super) size: TypeSize,
    /// Distance of baselines in percent of the size.
    pub(super) leading: u16,
    /// How far it may give way.
    pub(super) fit: Fit,
    /// Justified text fills its lines; other text rather breaks at spaces.
    pub(super) align: Align,
    /// Whether stops and commas may hang outside a broken line.
    pub(super) hang: bool,
    /// The height of its letters in percent of the size: more than a hundred with larger stretches.
    pub(super) letters: u16,
    /// The ruby above them, in percent of the size, and how much it takes at least.
    pub(super) ruby: u16,
    pub(super) ruby_least: Length,
}

/// How a text is set: its size and squeeze; the lines stand in the scratch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rung {
    pub(super) size: TypeSize,
    /// Horizontal scale in percent.
    pub(super) squeeze: u8,
}

/// A length in units of [`EM`] at a size and squeeze, rounded down.
pub(super) fn units_of(length: Length, rung: Rung) -> i64 {
    let length = i128::from(length.as_um()) * 900 * i128::from(EM) * 100;
    let unit = i128::from(rung.size.as_centipoints()) * 3175 * i128::from(rung.squeeze);
    length.checked_div(unit).and_then(|units| i64::try_from(units).ok()).unwrap_or(0)
}

impl Limits {
    /// The widest line, in units of [`EM`], at this size and squeeze.
    pub(super) fn available(&self, rung: Rung) -> i64 {
        units_of(self.room.width, rung)
    }

    /// The height of `lines` lines at this size.
    pub(super) fn height(&self, size: TypeSize, lines: usize) -> Length {
        let leading = i64::try_from(lines.saturating_sub(1)).unwrap_or(i64::MAX);
        let leading = leading.saturating_mul(i64::from(self.leading(size).as_um()));
        let height = leading.saturating_add(self.line(size).as_um().into());
        Length::um(i32::try_from(height).unwrap_or(i32::MAX))
    }

    /// The height of a line by itself at this size.
    fn line(&self, size: TypeSize) -> Length {
        percent(size.em(), self.letters) + self.ruby_height(size)
    }

    /// The height of the ruby above a line.
    pub(super) fn ruby_height(&self, size: TypeSize) -> Length {
        percent(size.em(), self.ruby).max(self.ruby_least)
    }

    /// The distance of baselines at this size.
    pub(super) fn leading(&self, size: TypeSize) -> Length {
        percent(size.em(), self.leading)
    }

    fn is_tall_enough(&self, size: TypeSize, lines: usize) -> bool {
        self.height(size, lines) <= self.room.height
    }

    /// How many lines the height takes at this size, at most the box's own number, or as many as
    /// the text has itself.
    pub(super) fn lines_max(&self, size: TypeSize, own: usize) -> usize {
        let wanted = usize::from(self.fit.lines).max(own);
        // The em is in the height of one line; each further line takes one leading.
        let room = i64::from((self.room.height - self.line(size)).as_um());
        let more = room.checked_div(self.leading(size).as_um().into()).unwrap_or(i64::MAX);
        if room < 0 {
            0
        } else {
            usize::try_from(more).map_or(wanted, |more| wanted.min(more.saturating_add(1)))
        }
    }

    /// The last rung: the smallest size and squeeze.
    pub(super) fn smallest(&self) -> Rung {
        let size = self.fit.size_min.min(self.size);
        Rung { size, squeeze: self.squeeze_min() }
    }

    /// The sizes from the natural one down to the smallest, the smallest last.
    pub(super) fn sizes(&self) -> impl Iterator<Item = TypeSize> + use<> {
        let (natural, min) = (self.size.as_centipoints(), self.fit.size_min.as_centipoints());
        let min = min.min(natural);
        let first_round = natural.saturating_sub(1) - natural.saturating_sub(1) % SIZE_STEP;
        let rounds = (0..)
            .map(move |step: u16| first_round.saturating_sub(step.saturating_mul(SIZE_STEP)))
            .take_while(move |&size| size > min);
        let smallest = (min < natural).then_some(min);
        std::iter::once(natural).chain(rounds).chain(smallest).map(TypeSize::centipoints)
    }

    /// The narrowest squeeze that the box allows.
    fn squeeze_min(&self) -> u8 {
        self.fit.squeeze.clamp(1, 100)
    }
}

/// Some percent of a length.
pub(super) fn percent(length: Length, percent: u16) -> Length {
    let part = div_round(i64::from(length.as_um()) * i64::from(percent), 100);
    Length::um(i32::try_from(part).unwrap_or(i32::MAX))
}

/// The first three rungs for text whose own lines stay as they are: `own` lines, the widest of
/// them `widest` units: fit, squeeze, shrink.
pub(super) fn unbroken(limits: &Limits, own: usize, widest: i64) -> Option<Rung> {
    let squeeze_min = limits.squeeze_min();
    limits.sizes().find_map(|size| {
        let natural = Rung { size, squeeze: 100 };
        if !limits.is_tall_enough(size, own) {
            return None;
        }
        let available = limits.available(natural);
        if widest <= available {
            return Some(natural);
        }
        let squeeze = squeeze_for(available, widest);
        (squeeze >= squeeze_min).then_some(Rung { size, squeeze })
    })
}

/// The largest squeeze in percent at which `width` takes at most `available`.
fn squeeze_for(available: i64, width: i64) -> u8 {
    let percent = available.saturating_mul(100).checked_div(width).unwrap_or(100);
    u8::try_from(percent.clamp(0, 100)).unwrap_or(100)
}

/// The fourth rung: `own` (the text's own lines) are broken further. The mildest of natural,
/// squeezed and shrunk that fits is taken; at each, breaking at spaces only is tried first.
/// `attempts` counts how often lines were filled.
pub(super) fn wrapped(
    limits: &Limits,
    text: Marked<'_>,
    own: &[Line],
    lines: &mut Vec<Line>,
    attempts: &mut u32,
) -> Option<Rung> {
    let total: i64 = text.letters.iter().map(|letter| i64::from(letter.width)).sum();
    let has_space = text.marks.iter().any(|mark| mark.space());
    let squeeze_min = limits.squeeze_min();
    let push_in = limits.align == Align::Justify;
    let hang = limits.hang && matches!(limits.align, Align::Left | Align::Justify);
    let outside = if hang { EM } else { EM >> 1 };
    let places = if push_in { &[false][..] } else { &[true, false] };
    limits.sizes().find_map(|size| {
        let lines_max = limits.lines_max(size, own.len());
        let mut fits = |squeeze: u8| {
            let available = limits.available(Rung { size, squeeze });
            // A line may give half an em or an em to a stop at its end, and any width to spaces.
            let room = available.saturating_add(outside).saturating_mul(count(lines_max));
            lines_max >= own.len()
                && (has_space || push_in || total <= room)
                && places.iter().any(|&spaces_only| {
                    let rules = Rules { spaces_only, hang, push_in };
                    *attempts += 1;
                    fill_all(text, own, available, rules, lines_max, lines)
                })
        };
        let squeeze = if fits(100) {
            Some(100)
        } else if squeeze_min < 100 && fits(squeeze_min) {
            (squeeze_min..100).rev().find(|&squeeze| fits(squeeze))
        } else {
            None
        };
        squeeze.map(|squeeze| Rung { size, squeeze })
    })
}

fn count(lines: usize) -> i64 {
    i64::try_from(lines).unwrap_or(i64::MAX)
}

/// Fills every own line in turn; `lines_max` holds for all of them together.
fn fill_all(
    text: Marked<'_>,
    own: &[Line],
    available: i64,
    rules: Rules,
    lines_max: usize,
    lines: &mut Vec<Line>,
) -> bool {
    lines.clear();
    (0..).zip(own).all(|(nth, line): (usize, _)| {
        let still_to_come = own.len() - nth - 1;
        let lines_max = lines_max.saturating_sub(still_to_come);
        fill(text, line.start..line.end, available, rules, lines_max, lines)
    })
}

#[cfg(test)]
mod tests {
    use super::super::breaks;
    use super::super::letters::letters_of;
    use super::*;

    /// A box of `width` mm by 8 mm for text of 10 pt (3.528 mm an em).
    fn limits(width: i32, squeeze: u8, min: u16, lines: u16) -> Limits {
        Limits {
            room: Extent { width: Length::mm(width), height: Length::mm(8) },
            size: TypeSize::pt(10),
            leading: 120,
            fit: Fit { squeeze, size_min: TypeSize::centipoints(min), lines },
            align: Align::Left,
            hang: false,
            letters: 100,
            ruby: 0,
            ruby_least: Length::ZERO,
        }
    }

    fn set(limits: &Limits, text: &str) -> Option<(Rung, String)> {
        let chars: Vec<char> = text.chars().collect();
        let letters = letters_of(text);
        let marks = breaks::marks_of(text);
        let (end, width) =
            (chars.len(), letters.iter().map(|letter| i64::from(letter.width)).sum());
        let own = [Line { end, shown: end, width, last: true, ..Line::default() }];
        let mut lines = own.to_vec();
        let marked = Marked { letters: &letters, marks: &marks };
        let rung = unbroken(limits, 1, width)
            .or_else(|| wrapped(limits, marked, &own, &mut lines, &mut 0))?;
        let line = |line: &Line| chars[line.start..line.end].iter().collect::<String>();
        Some((rung, lines.iter().map(line).collect::<Vec<_>>().join("/")))
    }

    /// `expected`: size in points, squeeze, lines parted by `/`; `hold` when it cannot be set.
    #[track_caller]
    fn case(limits: &Limits, text: &str, expected: &str) {
        let found = set(limits, text).map_or_else(
            || "hold".to_owned(),
            |(rung, lines)| format!("{} {} {lines}", rung.size, rung.squeeze),
        );
        assert_eq!(found, expected);
    }

    #[test]
    fn the_rungs_are_taken_in_order() {
        // 36 mm take 10.2 ems of 10 pt.
        let name = "一二三四五六七八九十";
        case(&limits(36, 70, 800, 1), name, "10 100 一二三四五六七八九十");
        case(&limits(30, 70, 800, 1), name, "10 85 一二三四五六七八九十");
        case(&limits(24, 70, 800, 1), name, "9.7 70 一二三四五六七八九十");
        case(&limits(20, 70, 800, 1), name, "8 70 一二三四五六七八九十");
        case(&limits(19, 70, 800, 2), name, "10 100 一二三四五/六七八九十");
        case(&limits(12, 70, 800, 2), name, "9.7 70 一二三四五/六七八九十");
        case(&limits(9, 70, 800, 2), name, "hold");
    }

    #[test]
    fn wrapping_prefers_spaces_then_any_allowed_place() {
        case(&limits(20, 100, 1000, 2), "中央一丁目　青葉荘", "10 100 中央一丁目　/青葉荘");
        case(&limits(20, 100, 1000, 2), "中央一丁　青葉荘１０１号", "hold");
        case(
            &limits(22, 100, 1000, 2),
            "中央一丁目二番　青葉荘壱",
            "10 100 中央一丁目二/番　青葉荘壱",
        );
    }

    #[test]
    fn a_box_that_is_too_low_shrinks_its_text() {
        let mut low = limits(100, 100, 600, 1);
        low.room.height = Length::um(3000);
        case(&low, "低い", "8.5 100 低い");
        low.fit.size_min = TypeSize::pt(9);
        case(&low, "低い", "hold");
    }

    #[test]
    fn sizes_go_down_in_tenths_and_end_at_the_smallest() {
        let mut limits = limits(10, 70, 1005, 1);
        limits.size = TypeSize::centipoints(1025);
        let sizes: Vec<u16> = limits.sizes().map(TypeSize::as_centipoints).collect();
        assert_eq!(sizes, [1025, 1020, 1010, 1005]);
        limits.fit.size_min = limits.size;
        assert_eq!(limits.sizes().count(), 1);
    }
}
