//! Fills lines: cuts a paragraph of letters at the places where it may break, so that every line is
//! at most so wide. Greedy, as Japanese is set; nothing is ever left out.
//!
//! A letter that may not start the next line is helped into this one, in this order: a stop gives
//! its blank half, or hangs outside where that is allowed (ぶら下げ); the blank halves of
//! punctuation inside the line give way (追い込み); else the letters before it are driven out to the
//! next line (追い出し).

use super::breaks::{Gap, Mark};
use super::letters::Letter;
use std::ops::Range;

/// A line of letters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Line {
    /// Its first letter.
    pub(super) start: usize,
    /// The letter after its last.
    pub(super) end: usize,
    /// The letter after the last that shows: spaces at a broken line's end hang behind it.
    pub(super) shown: usize,
    /// Its width in units of an em, as it counts for fitting and placing.
    pub(super) width: i64,
    /// Whether it ends its paragraph: such a line is not filled to the width.
    pub(super) last: bool,
    /// By how much the blanks of its punctuation give way (see [`yields`]).
    pub(super) pushed: i64,
    /// Whether its last letter that shows hangs outside; `width` is without it.
    pub(super) hung: bool,
}

/// The letters of a text and their marks, one by one.
#[derive(Clone, Copy)]
pub(super) struct Marked<'a> {
    pub(super) letters: &'a [Letter],
    pub(super) marks: &'a [Mark],
}

/// What a line may do.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Rules {
    /// It breaks at spaces only.
    pub(super) spaces_only: bool,
    /// A stop or comma at its end may hang outside.
    pub(super) hang: bool,
    /// The blanks of punctuation inside it may give way.
    pub(super) push_in: bool,
}

/// By how much the blanks between the letter at `at` and the one before it may give way: up to a
/// quarter of an em behind closing and before opening punctuation.
pub(super) fn yields(Marked { letters, marks }: Marked<'_>, at: usize) -> i64 {
    let quarter = |at: usize| i64::from(letters[at].width) >> 2;
    let mut yields = 0;
    if letters[at - 1].full && marks[at - 1].yields_after() {
        yields += quarter(at - 1);
    }
    if letters[at].full && marks[at].yields_before() {
        yields += quarter(at);
    }
    yields
}

/// Cuts the paragraph `text[range]` into lines of at most `available`. Appends the lines; `false`,
/// with `lines` as it was, when some part that may not be broken is wider, or when more than
/// `lines_max` lines in all would be needed.
pub(super) fn fill(
    text: Marked<'_>,
    range: Range<usize>,
    available: i64,
    rules: Rules,
    lines_max: usize,
    lines: &mut Vec<Line>,
) -> bool {
    let lines_before = lines.len();
    let mut start = range.start;
    loop {
        let line = if lines.len() < lines_max {
            first_line(text, start..range.end, available, rules)
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
fn first_line(text: Marked<'_>, range: Range<usize>, available: i64, rules: Rules) -> Option<Line> {
    let Range { start, end } = range;
    let mut best = None;
    let mut line = Line { start, end: start, shown: start, ..Line::default() };
    let (mut sum, mut yielding) = (0, 0);
    for at in start..end {
        let (letter, mark) = (text.letters[at], text.marks[at]);
        let open = match mark.gap {
            Gap::Closed => false,
            Gap::Open => !rules.spaces_only,
            Gap::AfterSpace => true,
        };
        if open && line.shown > start {
            let broken = Some(Line { end: at, ..line });
            if line.pushed > 0 || line.hung {
                return broken;
            }
            best = broken;
        }
        let width = i64::from(letter.width);
        sum += width;
        if mark.space() {
            continue;
        }
        if rules.push_in && at > start {
            yielding += yields(text, at);
        }
        // A stop at the end of the line may give its blank half.
        let inner = sum - if mark.half_blank() && letter.full { width >> 1 } else { 0 };
        let over = inner - available;
        let may_push = mark.gap == Gap::Closed && (mark.never_starts() || line.pushed > 0);
        line = Line { shown: at + 1, width: sum.min(available), ..line };
        (line.pushed, line.hung) = if over <= 0 {
            (0, false)
        } else if rules.hang && mark.hangs() && sum - width <= available {
            line.width = sum - width;
            (0, true)
        } else if may_push && over <= yielding {
            (over, false)
        } else {
            // What overflows even so ends the line before it.
            return best;
        };
    }
    let whole = Line { end, last: true, ..line };
    Some(if sum <= available { Line { shown: end, width: sum, ..whole } } else { whole })
}

#[cfg(test)]
mod tests {
    use super::super::breaks;
    use super::super::letters::{EM, letters_of};
    use super::*;
    use proptest::prelude::*;

    fn width_of(letters: &[Letter]) -> i64 {
        letters.iter().map(|letter| i64::from(letter.width)).sum()
    }

    const PLAIN: Rules = Rules { spaces_only: false, hang: false, push_in: false };

    fn lines_of(text: &str, ems: i64, rules: Rules, max: usize) -> Option<Vec<String>> {
        let (letters, marks) = (letters_of(text), breaks::marks_of(text));
        let marked = Marked { letters: &letters, marks: &marks };
        let mut lines = Vec::new();
        let filled = fill(marked, 0..letters.len(), ems * EM, rules, max, &mut lines);
        let chars: Vec<char> = text.chars().collect();
        filled.then(|| lines.iter().map(|l| chars[l.start..l.end].iter().collect()).collect())
    }

    /// `expected` lines are parted by `/`; empty when the text cannot be set.
    #[track_caller]
    fn case(ems: i64, text: &str, expected: &str) {
        case_of(PLAIN, ems, text, expected);
    }

    #[track_caller]
    fn case_of(rules: Rules, ems: i64, text: &str, expected: &str) {
        let found = lines_of(text, ems, rules, usize::MAX).unwrap_or_default();
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
        assert!(fill(marked, 0..9, available, PLAIN, 9, &mut lines));
        assert_eq!((lines[0].end, lines[0].width), (6, available));
        assert_eq!(lines[1].width, 3 * EM);
    }

    #[test]
    fn spaces_hang_behind_a_broken_line() {
        let text = "あいうえお　かき";
        let (letters, marks) = (letters_of(text), breaks::marks_of(text));
        let mut lines = Vec::new();
        let marked = Marked { letters: &letters, marks: &marks };
        assert!(fill(marked, 0..8, 5 * EM, PLAIN, 9, &mut lines));
        assert_eq!((lines[0].end, lines[0].shown, lines[0].width), (6, 5, 5 * EM));
    }

    #[test]
    fn breaking_at_spaces_only() {
        let rules = Rules { spaces_only: true, ..PLAIN };
        case_of(rules, 6, "中央一丁目　コーポ霞", "中央一丁目　/コーポ霞");
        assert_eq!(lines_of("中央一丁目二番　コーポ霞", 6, rules, 2), None);
        assert_eq!(lines_of("あいうえおか", 2, PLAIN, 2), None);
    }

    #[test]
    fn a_stop_hangs_outside_only_when_it_must() {
        let hang = Rules { hang: true, ..PLAIN };
        case(5, "あいうえお。かきく", "あいうえ/お。かきく");
        case_of(hang, 5, "あいうえお。かきく", "あいうえお。/かきく");
        case_of(hang, 5, "あいうえお、か", "あいうえお、/か");
        case_of(hang, 5, "あいうえお。」か", "あいうえ/お。」か");
        case_of(hang, 5, "あいうえお」か", "あいうえ/お」か");
        case_of(hang, 5, "あいうえ「お」。", "あいうえ/「お」。");
        case_of(hang, 5, "あいうえお。", "あいうえお。");
        let (letters, marks) = (letters_of("あいうえ。お"), breaks::marks_of("あいうえ。お"));
        let marked = Marked { letters: &letters, marks: &marks };
        let mut lines = Vec::new();
        for (ems, expected) in [(4, (true, 4)), (5, (false, 5))] {
            lines.clear();
            assert!(fill(marked, 0..6, ems * EM, hang, 9, &mut lines));
            assert_eq!(
                (lines[0].hung, lines[0].end, lines[0].width),
                (expected.0, 5, expected.1 * EM)
            );
        }
    }

    #[test]
    fn a_letter_that_may_not_start_a_line_is_pushed_into_the_blanks_of_the_one_before() {
        let push = Rules { push_in: true, ..PLAIN };
        // A bracket needs half an em, which two commas give.
        case_of(push, 9, "あ、い、（うえおか）きく", "あ、い、（うえおか）/きく");
        case(9, "あ、い、（うえおか）きく", "あ、い、（うえお/か）きく");
        // One comma is not enough; a small kana takes its whole em.
        case_of(push, 6, "あ、いうえお）かき", "あ、いうえ/お）かき");
        case_of(push, 7, "あ、い、（う、っか", "あ、い、（う、っ/か");
        // A letter that may start a line does so.
        case_of(push, 7, "あ、い、（う、か", "あ、い、（う、/か");
        let text = "あ、い、（うえおか）きく";
        let (letters, marks) = (letters_of(text), breaks::marks_of(text));
        let marked = Marked { letters: &letters, marks: &marks };
        let mut lines = Vec::new();
        assert!(fill(marked, 0..letters.len(), 9 * EM, push, 9, &mut lines));
        assert_eq!((lines[0].pushed, lines[0].width), (EM >> 1, 9 * EM));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn lines_partition_the_text_and_fit(
            text in "[あ-んァ-ヶ一-龠。、（）「」a-z0-9,. 　]{1,80}", ems in 1_i64..20,
            hang: bool, push_in: bool,
        ) {
            let rules = Rules { hang, push_in, ..PLAIN };
            let (letters, marks) = (letters_of(&text), breaks::marks_of(&text));
            let marked = Marked { letters: &letters, marks: &marks };
            let mut lines = Vec::new();
            if fill(marked, 0..letters.len(), ems * EM, rules, usize::MAX, &mut lines) {
                prop_assert_eq!(lines[0].start, 0);
                prop_assert!(lines.windows(2).all(|w| w[0].end == w[1].start && !w[0].last));
                let last = lines[lines.len() - 1];
                prop_assert!(last.last && last.end == letters.len());
                for line in &lines {
                    prop_assert!(line.width <= ems * EM && line.start < line.end);
                    prop_assert!(line.start == 0 || marks[line.start].gap != Gap::Closed);
                    let shown = width_of(&letters[line.start..line.shown]);
                    let yielding: i64 =
                        (line.start + 1..line.shown).map(|at| yields(marked, at)).sum();
                    prop_assert!(line.pushed <= yielding && (push_in || line.pushed == 0));
                    prop_assert!(hang || !line.hung);
                    let outside = if line.hung { EM } else { EM >> 1 };
                    prop_assert!(shown - line.pushed <= line.width + outside);
                    // What was pushed in or hung could not have started the next line.
                    let last = marks[line.shown - 1];
                    prop_assert!(line.pushed == 0 || last.gap == Gap::Closed);
                    prop_assert!(!line.hung || last.hangs());
                }
            } else {
                prop_assert!(lines.is_empty());
            }
        }
    }
}
