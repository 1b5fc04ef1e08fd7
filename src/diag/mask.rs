//! Masks source lines that may hold personal data, and cuts long ones down to the part that is
//! meant. Structure stays visible (commas, quotes, spaces, widths); content does not.

use super::SourceText;
use unicode_width::UnicodeWidthChar;

/// The widest source line that is shown whole, in terminal columns.
const WIDTH_MAX: usize = 100;
/// How many columns are shown before the part that is meant, when the line is cut.
const LEAD: usize = 30;

/// `source` as it may be shown: masked when it is personal, unless `reveal`.
pub(super) fn shown(source: &SourceText, reveal: bool) -> SourceText {
    let masked = if source.personal && !reveal { masked(source) } else { source.clone() };
    excerpt(&masked)
}

/// Every character but ASCII punctuation and spaces becomes `*`, or `＊` where it is wide;
/// characters without width (combining marks, variation selectors) vanish.
fn masked(source: &SourceText) -> SourceText {
    rewritten(source, |c, line| {
        if c.is_ascii_punctuation() || c.is_whitespace() {
            line.push(c);
        } else {
            match c.width() {
                Some(0) => {}
                Some(2) => line.push('＊'),
                _ => line.push('*'),
            }
        }
    })
}

/// The line with each character written anew; the span moves along.
fn rewritten(source: &SourceText, mut write: impl FnMut(char, &mut String)) -> SourceText {
    let mut line = String::with_capacity(source.line.len());
    let mut span = 0..0;
    for (at, c) in source.line.char_indices() {
        if at <= source.span.start {
            span.start = line.len();
        }
        if at < source.span.end {
            write(c, &mut line);
            span.end = line.len();
        } else {
            write(c, &mut line);
        }
    }
    if source.span.start >= source.line.len() {
        span.start = line.len();
    }
    span.end = span.end.max(span.start);
    SourceText { line, span, personal: source.personal }
}

/// A line of at most [`WIDTH_MAX`] columns around the span, with `…` where it was cut.
fn excerpt(source: &SourceText) -> SourceText {
    let width = |c: char| c.width().unwrap_or(1);
    if source.line.chars().map(width).sum::<usize>() <= WIDTH_MAX {
        return source.clone();
    }
    let (before, rest) = source.line.split_at(source.span.start);
    let mut room = LEAD;
    let lead = before.char_indices().rev().take_while(|&(_, c)| take(&mut room, width(c))).last();
    let start = lead.map_or(source.span.start, |(at, _)| at);
    let mut room = WIDTH_MAX - LEAD;
    let tail = rest.char_indices().take_while(|&(_, c)| take(&mut room, width(c))).last();
    let end = source.span.start + tail.map_or(0, |(at, c)| at + c.len_utf8());
    let (head, foot) =
        (if start > 0 { "…" } else { "" }, if end < source.line.len() { "…" } else { "" });
    let shift = |at: usize| at.clamp(start, end) - start + head.len();
    SourceText {
        line: format!("{head}{}{foot}", &source.line[start..end]),
        span: shift(source.span.start)..shift(source.span.end),
        personal: source.personal,
    }
}

fn take(room: &mut usize, width: usize) -> bool {
    let fits = *room >= width;
    *room = room.saturating_sub(width);
    fits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(line: &str, part: &str, expected: &str, expected_part: &str) {
        let start = line.find(part).expect("the part is in the line");
        let span = start..start + part.len();
        let source = SourceText { line: line.to_owned(), span, personal: true };
        let masked = shown(&source, false);
        assert_eq!(masked.line, expected);
        assert_eq!(&masked.line[masked.span], expected_part);
        assert_eq!(shown(&source, true).line, line);
    }

    #[test]
    fn content_is_masked_and_structure_stays() {
        case("001,\"髙橋　一郎\",12-3", "髙橋", "***,\"＊＊　＊＊\",**-*", "＊＊");
        case("葛\u{E0100}城,x", "x", "＊＊,*", "*");
        case("か\u{3099},ｱｲｳ,é", "ｱｲｳ", "＊,***,*", "***");
        case("a,,b", "", "*,,*", "");
    }

    #[test]
    fn long_lines_are_cut_around_the_part() {
        let line = format!("{}ここ{}", "あ".repeat(80), "い".repeat(80));
        let start = line.find("ここ").expect("it is there");
        let source = SourceText { line, span: start..start + 6, personal: false };
        let cut = shown(&source, false);
        assert_eq!(&cut.line[cut.span.clone()], "ここ");
        assert_eq!(cut.line, format!("…{}ここ{}…", "あ".repeat(15), "い".repeat(33)));
        let whole = SourceText { line: source.line.clone(), span: 0..source.line.len(), ..source };
        assert_eq!(shown(&whole, false).line, format!("{}…", "あ".repeat(35)));
    }
}
