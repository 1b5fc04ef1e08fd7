//! Where a line of Japanese may break (禁則): JIS X 4051 in the part that notices need. It knows
//! characters, not widths; lines are filled in `fill`.

use std::sync::LazyLock;

/// What the place before a character is to a line that is too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    /// No line may break here.
    Closed,
    /// A line may break here.
    Open,
    /// A line may break here, after a space: the better place.
    AfterSpace,
}

/// A character as line filling sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    /// The place before it.
    pub(super) gap: Gap,
    /// A space: it hangs invisibly behind the line that it ends.
    pub(super) space: bool,
    /// A stop or a closing bracket whose right half is blank in a full-width face.
    pub(super) half_blank: bool,
    /// Part of a word, or of a number with its unit: no space is spread inside it.
    pub(super) word: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Space,
    /// Joins its neighbours: no-break space, word joiner.
    Glue,
    /// Never ends a line (行末禁則).
    Opening,
    /// Never starts a line, and its right half is blank (行頭禁則).
    Closing,
    /// Never starts a line (行頭禁則).
    NoStart,
    /// Stays with the number after it: 〒, 第, △, ¥.
    Prefix,
    /// Stays with the number before it: 円, 年, %.
    Unit,
    Digit,
    Letter,
    /// Joins numbers and words: comma, point, hyphen, slash.
    Joint,
    /// Dashes and dots, ――, ……: they trail what stands before them.
    Pair,
    Other,
}

/// The characters of each class, where they are not ranges; the first that has a character wins.
const CLASSES: &[(Class, &str)] = &[
    (Class::Space, " \u{3000}"),
    (Class::Glue, "\u{A0}\u{2060}\u{202F}\u{FEFF}"),
    (Class::Letter, "@_&=\\~"),
    (Class::Joint, ",.-/:'*\u{2010}\u{2011}\u{2013}\u{2212}，．－／：’＊"),
    (Class::Closing, "、。」』）〕］｝〉》】〙〗〟”｠»"),
    (Class::Opening, "（〔［｛〈《「『【〘〖〝‘“｟«([{｢"),
    (Class::NoStart, "・；！？‼⁇⁈⁉)]};!?｣､｡･ｰﾞﾟ゛゜\u{3099}\u{309A}"),
    (
        Class::NoStart,
        "ー々〻ゝゞヽヾ゠〜～ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶｧｨｩｪｫｬｭｮｯ",
    ),
    (Class::Pair, "—―…‥"),
    // Also how the names of eras end: 令和8年.
    (Class::Prefix, "¥￥$＄£€△▲±+＋№#＃〒第和成正治"),
    (Class::Unit, "円銭%％‰°℃㎡㎥㎏㎜㎝㎞年月日時分秒期回件人名枚通番号丁条項階歳倍割かカ箇個万億"),
];

/// The classes of the basic plane.
static PLANE: LazyLock<Box<[Class]>> = LazyLock::new(|| {
    (0..=0xFFFF).map(|code| char::from_u32(code).map_or(Class::Other, Class::look_up)).collect()
});

impl Class {
    fn of(c: char) -> Self {
        PLANE.get(c as usize).copied().unwrap_or(Self::Other)
    }

    fn look_up(c: char) -> Self {
        match c {
            '0'..='9' | '０'..='９' => Self::Digit,
            // Basic and full-width Latin; then Latin with accents, Greek and Cyrillic.
            'A'..='Z'
            | 'a'..='z'
            | 'Ａ'..='Ｚ'
            | 'ａ'..='ｚ'
            | '\u{C0}'..='\u{24F}'
            | '\u{370}'..='\u{4FF}' => Self::Letter,
            'ㇰ'..='ㇿ' => Self::NoStart,
            _ => {
                let known = CLASSES.iter().find(|(_, characters)| characters.contains(c));
                known.map_or(Self::Other, |&(class, _)| class)
            }
        }
    }

    const fn is_word(self) -> bool {
        matches!(self, Self::Digit | Self::Letter | Self::Joint)
    }
}

/// The place between two neighbours.
fn gap(before: Class, after: Class) -> Gap {
    let never_starts = matches!(
        after,
        Class::Space | Class::Closing | Class::NoStart | Class::Joint | Class::Glue | Class::Pair
    );
    if before == Class::Space {
        return if never_starts && after != Class::Joint { Gap::Closed } else { Gap::AfterSpace };
    }
    let stays_together = match (before, after) {
        (Class::Opening | Class::Glue, _)
        | (Class::Prefix, Class::Digit)
        | (Class::Digit, Class::Unit) => true,
        _ => before.is_word() && after.is_word(),
    };
    if never_starts || stays_together { Gap::Closed } else { Gap::Open }
}

/// Words that never stand alone on the line after a name.
const HONORIFICS: &[&str] = &["様", "殿", "御中", "先生", "各位", "宛", "行"];

/// Appends a mark for every glyph of `text`; `lengths` are the bytes that each stands for, so that
/// variation selectors belong to the character before them.
pub(super) fn mark(text: &str, lengths: impl Iterator<Item = usize>, marks: &mut Vec<Mark>) {
    let mut before = None;
    let (mut at, mut honorific) = (0, false);
    for length in lengths {
        let rest = &text[at..];
        let c = rest.chars().next().expect("glyphs do not stand for more than the text");
        at += length;
        let class = Class::of(c);
        let gap = match before {
            None => Gap::Closed,
            Some(before) => {
                honorific |= before == Class::Space && HONORIFICS.contains(&rest);
                if honorific { Gap::Closed } else { gap(before, class) }
            }
        };
        marks.push(Mark {
            gap,
            space: class == Class::Space,
            half_blank: class == Class::Closing || matches!(c, '，' | '．'),
            word: class.is_word() || (class == Class::Unit && before == Some(Class::Digit)),
        });
        before = Some(class);
    }
}

/// The marks of `text` as tests need them: one a character, selectors joined.
#[cfg(test)]
pub(super) fn marks_of(text: &str) -> Vec<Mark> {
    let mut lengths: Vec<usize> = Vec::new();
    for c in text.chars() {
        match lengths.last_mut() {
            Some(last) if crate::model::schema::is_variation_selector(c) => *last += c.len_utf8(),
            _ => lengths.push(c.len_utf8()),
        }
    }
    let mut marks = Vec::new();
    mark(text, lengths.into_iter(), &mut marks);
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asserts the open places of `text`: `|` an ordinary one, `_` one after a space.
    #[track_caller]
    fn case(expected: &str) {
        let text: String = expected.chars().filter(|c| !matches!(c, '|' | '_')).collect();
        let marks = marks_of(&text);
        let mut found = String::new();
        let glyphs: Vec<char> = text.chars().collect();
        let mut next = marks.iter();
        for c in glyphs {
            if !crate::model::schema::is_variation_selector(c) {
                match next.next().expect("a mark for every character").gap {
                    Gap::Closed => {}
                    Gap::Open => found.push('|'),
                    Gap::AfterSpace => found.push('_'),
                }
            }
            found.push(c);
        }
        assert_eq!(found, expected);
        assert_eq!(next.next(), None);
    }

    #[test]
    fn stops_brackets_and_small_kana_never_start_a_line() {
        case("納|税|は、|お|早|め|に。");
        case("（課|税|課）|に|お|問|合|せ");
        case("キャッ|シュ|レ|ス");
        case("人々");
        case("サー|ビ|ス！");
        case("霞ヶ|原|市");
        case("次|の|「市|税」|と|は");
        case("『広|報』、|「市|報」");
    }

    #[test]
    fn numbers_keep_their_commas_units_and_signs() {
        case("1,234,567円|を");
        case("１，２３４円|で");
        case("令|和8年|4月|30日|ま|で");
        case("税|率|1.4%|で|す");
        case("△12,300円");
        case("〒999-0001|霞|原");
        case("第8条|第2項");
        case("電|話|0999-12-3456");
        case("中|央|1－2－3号");
    }

    #[test]
    fn words_stay_whole_and_break_at_spaces() {
        case("Green _Heights _101");
        case("e-mail|を|送|る");
        case("info@example.jp|へ");
        case("霞|原|市　_コー|ポ");
        case("山|田\u{A0}太|郎");
        case("山|田　_太|郎　様");
        case("税|務|課　御中");
    }

    #[test]
    fn dashes_and_dots_stay_in_pairs() {
        case("は――|い|い|え……|と");
    }

    #[test]
    fn a_variation_selector_belongs_to_its_character() {
        case("葛\u{E0100}|城|市");
    }
}
