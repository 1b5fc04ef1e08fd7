//! Figures in kanji, and letters in full and half width: what filters of texts write.

/// Which figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Numerals {
    /// 一 二 三, 十
    Plain,
    /// 壱 弐 参, 拾 (大字): nothing can be added to them.
    Daiji,
}

const DIGITS: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

/// A whole number in kanji: 百二十三, 千万, 二億三千; in 大字 壱百弐拾参.
pub(super) fn kanji(n: u64, numerals: Numerals, out: &mut String) {
    const GROUPS: [(u64, &str); 5] = [
        (10_000_000_000_000_000, "京"),
        (1_000_000_000_000, "兆"),
        (100_000_000, "億"),
        (10_000, "万"),
        (1, ""),
    ];
    let daiji = numerals == Numerals::Daiji;
    let places = ["千", "百", if daiji { "拾" } else { "十" }, ""];
    if n == 0 {
        out.push(DIGITS[0]);
    }
    for (unit, name) in GROUPS {
        #[expect(clippy::integer_division, reason = "a group of four digits is wanted")]
        let group = n / unit % 10_000;
        for (place, size) in places.iter().zip([1000, 100, 10, 1]) {
            #[expect(clippy::integer_division, reason = "one digit is wanted")]
            let digit = group / size % 10;
            if digit == 0 {
                continue;
            }
            if digit > 1 || size == 1 || daiji {
                out.push(match (digit, daiji) {
                    (1, true) => '壱',
                    (2, true) => '弐',
                    (3, true) => '参',
                    (digit, _) => {
                        let digit = usize::try_from(digit).expect("a digit is below ten");
                        DIGITS[digit]
                    }
                });
            }
            out.push_str(place);
        }
        if group > 0 {
            out.push_str(name);
        }
    }
}

/// A digit in kanji; other characters stay.
pub(super) fn kanji_digit(c: char) -> char {
    let digit = narrow(c).to_digit(10).and_then(|digit| usize::try_from(digit).ok());
    digit.map_or(c, |digit| DIGITS[digit])
}

fn wide(c: char) -> char {
    match c {
        ' ' => '\u{3000}',
        '¥' => '￥',
        '!'..='~' => char::from_u32(c as u32 + 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

fn narrow(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '￥' => '¥',
        '！'..='～' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

/// Replaces every character from `start` on.
pub(super) fn map_tail(out: &mut String, start: usize, mut map: impl FnMut(char) -> char) {
    let end = out.len();
    let mut at = start;
    while at < end {
        let Some(c) = out[at..end].chars().next() else { break };
        at += c.len_utf8();
        out.push(map(c));
    }
    out.drain(start..end);
}

/// What stands from `start` on in full width.
pub(super) fn widen(out: &mut String, start: usize, kana: bool) {
    map_tail(out, start, wide);
    if kana {
        wide_kana(out, start);
    }
}

/// What stands from `start` on in half width.
pub(super) fn narrow_down(out: &mut String, start: usize, kana: bool) {
    map_tail(out, start, narrow);
    if kana {
        narrow_kana(out, start);
    }
}

/// Katakana from U+FF61 on, in the order of their half-width forms.
const KANA: &str = "。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン゛゜";

/// Kana that a voicing mark may follow.
const VOICED: &str = "カキクケコサシスセソタチツテトハヒフヘホ";

/// Half-width kana from `start` on to full width; a voicing mark joins the kana before it.
fn wide_kana(out: &mut String, start: usize) {
    let half: Vec<char> = out[start..].chars().collect();
    out.truncate(start);
    for c in half {
        let at = u32::from(c).checked_sub(0xFF61).and_then(|at| usize::try_from(at).ok());
        let Some(kana) = at.and_then(|at| KANA.chars().nth(at)) else {
            out.push(c);
            continue;
        };
        let before = out[start..].chars().next_back();
        let joined = match (before, kana) {
            (Some(base), '゛') if VOICED.contains(base) => char::from_u32(u32::from(base) + 1),
            (Some('ウ'), '゛') => Some('ヴ'),
            (Some(base @ 'ハ'..='ホ'), '゜') if VOICED.contains(base) => {
                char::from_u32(u32::from(base) + 2)
            }
            _ => None,
        };
        if joined.is_some() {
            out.pop();
        }
        out.push(joined.unwrap_or(kana));
    }
}

/// Full-width katakana from `start` on to half width, voicing marks apart.
fn narrow_kana(out: &mut String, start: usize) {
    let full: Vec<char> = out[start..].chars().collect();
    out.truncate(start);
    let half = |c: char| {
        let at = KANA.chars().position(|kana| kana == c)?;
        char::from_u32(0xFF61 + u32::try_from(at).ok()?)
    };
    for c in full {
        let below = |n: u32| char::from_u32(u32::from(c) - n).filter(|base| VOICED.contains(*base));
        if let Some(half) = half(c) {
            out.push(half);
        } else if let Some(base) = (c == 'ヴ').then_some('ウ').or_else(|| below(1)).and_then(half)
        {
            out.extend([base, 'ﾞ']);
        } else if let Some(base @ 'ﾊ'..='ﾎ') = below(2).and_then(half) {
            out.extend([base, 'ﾟ']);
        } else {
            out.push(c);
        }
    }
}
