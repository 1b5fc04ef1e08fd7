//! Fills lines: cuts a paragraph of letters at the places where it may break, so that every line is
//! at most so wide. Greedy, as Japanese is set; nothing is ever left out.

use super::breaks::{Gap, Mark};
use super::letters::{EM, Letter};
use std::ops::Range;

/// A line of letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line {
    /// Its first letter.
    pub(super) start: usize,
    /// The letter after its last.
    pub(super) end: usize,
    /// The letter after the last that shows: spaces at a broken line's end hang behind it.
    pub(super) shown: usize,
    /// Its width in units of [`EM`], as it counts for fitting and placing.
    pub(super) width: i64,
    /// Whether it ends its paragraph: such a line is not filled to the width.
    pub(super) last: bool,
}

/// The letters of a text and their marks, one by one.
#[derive(Clone, Copy)]
pub(super) struct Marked<'a> {
    pub(super) letters: &'a [Letter],
    pub(super) marks: &'a [Mark],
}

/// Cuts the paragraph `text[range]` into lines of at most `available`, breaking at spaces only or
/// wherever it is allowed. Appends the lines; `false`, with `lines` as it was, when some part that
/// may not be broken is wider, or when more than `lines_max` lines in all would be needed.
pub(super) fn fill(
    text: Marked<'_>,
    range: Range<usize>,
    available: i64,
    spaces_only: bool,
    lines_max: usize,
    lines: &mut Vec<Line>,
) -> bool {
    let lines_before = lines.len();
    let mut start = range.start;
    loop {
        let line = if lines.len() < lines_max {
            first_line(text, start..range.end, available, spaces_only)
        } else {
            None
        };
        let Some(line) = line else {
            lines.truncate(lines_before);
            return false;
        };
        lines.push(line);
        if line.last {
            return true;
        }
        start = line.end;
    }
}

/// The longest first line of `range` that fits.
fn first_line(
    Marked { letters, marks }: Marked<'_>,
    range: Range<usize>,
    available: i64,
    spaces_only: bool,
) -> Option<Line> {
    let Range { start, end } = range;
    let mut best = None;
    let mut line = Line { start, end: start, shown: start, width: 0, last: false };
    let (mut sum, mut fits) = (0, true);
    for at in start..end {
        let mark = marks[at];
        let open = match mark.gap {
            Gap::Closed => false,
            Gap::Open => !spaces_only,
            Gap::AfterSpace => true,
        };
        if open && fits && line.shown > start {
            best = Some(Line { end: at, ..line });
        }
        let width = i64::from(letters[at].width);
        sum += width;
        if mark.space {
            continue;
        }
        let half = if mark.half_blank && width == EM { EM >> 1 } else { 0 };
        fits = sum - half <= available;
        // A stop at the end of the line may give its blank half; what overflows even so ends it.
        if sum - half > available {
            return best;
        }
        line.shown = at + 1;
        line.width = sum.min(available);
    }
    let whole = Line { end, shown: end, width: sum, last: true, ..line };
    if sum <= available {
        return Some(whole);
    }
    fits.then_some(Line { shown: line.shown, width: line.width, ..whole })
}

#[cfg(test)]
mod tests {
    use super::super::breaks;
    use super::super::letters::letters_of;
    use super::*;
    use proptest::prelude::*;

    fn width_of(letters: &[Letter]) -> i64 {
        letters.iter().map(|letter| i64::from(letter.width)).sum()
    }

    fn lines_of(text: &str, ems: i64, spaces_only: bool, max: usize) -> Option<Vec<String>> {
        let (letters, marks) = (letters_of(text), breaks::marks_of(text));
        let marked = Marked { letters: &letters, marks: &marks };
        let mut lines = Vec::new();
        let filled = fill(marked, 0..letters.len(), ems * EM, spaces_only, max, &mut lines);
        let chars: Vec<char> = text.chars().collect();
        filled.then(|| lines.iter().map(|l| chars[l.start..l.end].iter().collect()).collect())
    }

    /// `expected` lines are parted by `/`; empty when the text cannot be set.
    #[track_caller]
    fn case(ems: i64, text: &str, expected: &str) {
        let found = lines_of(text, ems, false, usize::MAX).unwrap_or_default();
        assert_eq!(found.join("/"), expected, "{text} in {ems} em");
    }

    #[test]
    fn lines_are_filled_and_obey_kinsoku() {
        case(5, "納期限までに納めてください。", "納期限まで/に納めてく/ださい。");
        case(5, "あいうえおっか", "あいうえ/おっか");
        case(5, "あいうえ（お）", "あいうえ/（お）");
        case(5, "税額1,234円です", "税額/1,234円で/す");
        case(3, "1,234,567円", "");
    }

    #[test]
    fn a_stop_gives_its_blank_half_at_the_end_of_a_line() {
        // Five characters and a stop need six ems; the stop's ink ends at five and a half.
        let text = "あいうえお。かきく";
        let (letters, marks) = (letters_of(text), breaks::marks_of(text));
        let mut lines = Vec::new();
        let marked = Marked { letters: &letters, marks: &marks };
        let available = 5 * EM + (EM >> 1);
        assert!(fill(marked, 0..9, available, false, 9, &mut lines));
        assert_eq!((lines[0].end, lines[0].width), (6, available));
        assert_eq!(lines[1].width, 3 * EM);
    }

    #[test]
    fn spaces_hang_behind_a_broken_line() {
        let text = "あいうえお　かき";
        let (letters, marks) = (letters_of(text), breaks::marks_of(text));
        let mut lines = Vec::new();
        let marked = Marked { letters: &letters, marks: &marks };
        assert!(fill(marked, 0..8, 5 * EM, false, 9, &mut lines));
        assert_eq!((lines[0].end, lines[0].shown, lines[0].width), (6, 5, 5 * EM));
    }

    #[test]
    fn breaking_at_spaces_only() {
        assert_eq!(
            lines_of("中央一丁目　コーポ霞", 6, true, 2),
            Some(vec!["中央一丁目　".to_owned(), "コーポ霞".to_owned()])
        );
        assert_eq!(lines_of("中央一丁目二番　コーポ霞", 6, true, 2), None);
        assert_eq!(lines_of("あいうえおか", 2, false, 2), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn lines_partition_the_text_and_fit(
            text in "[あ-んァ-ヶ一-龠。、（）「」a-z0-9,. 　]{1,80}", ems in 1_i64..20,
        ) {
            let (letters, marks) = (letters_of(&text), breaks::marks_of(&text));
            let marked = Marked { letters: &letters, marks: &marks };
            let mut lines = Vec::new();
            if fill(marked, 0..letters.len(), ems * EM, false, usize::MAX, &mut lines) {
                prop_assert_eq!(lines[0].start, 0);
                prop_assert!(lines.windows(2).all(|w| w[0].end == w[1].start && !w[0].last));
                let last = lines[lines.len() - 1];
                prop_assert!(last.last && last.end == letters.len());
                for line in &lines {
                    prop_assert!(line.width <= ems * EM && line.start < line.end);
                    prop_assert!(line.start == 0 || marks[line.start].gap != Gap::Closed);
                    let shown = width_of(&letters[line.start..line.shown]);
                    prop_assert!(shown <= line.width + (EM >> 1));
                }
            } else {
                prop_assert!(lines.is_empty());
            }
        }
    }
}
