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
    traits: u8,
}

impl Mark {
    const SPACE: u8 = 1;
    const BLANK_AFTER: u8 = 2;
    const YIELDS_AFTER: u8 = 4;
    const YIELDS_BEFORE: u8 = 8;
    const HANGS: u8 = 16;
    const NEVER_STARTS: u8 = 32;
    const WORD: u8 = 64;
    const TIGHT: u8 = 128;

    const fn has(self, trait_: u8) -> bool {
        self.traits & trait_ != 0
    }

    /// A space: it hangs invisibly behind the line that it ends.
    pub(super) const fn space(self) -> bool {
        self.has(Self::SPACE)
    }

    /// A stop or a closing bracket whose right half is blank in a full-width face.
    pub(super) const fn half_blank(self) -> bool {
        self.has(Self::BLANK_AFTER)
    }

    /// Some of that blank half may be given up inside a line, to push a character in (追い込み).
    pub(super) const fn yields_after(self) -> bool {
        self.has(Self::YIELDS_AFTER)
    }

    /// The same of the blank half before an opening bracket.
    pub(super) const fn yields_before(self) -> bool {
        self.has(Self::YIELDS_BEFORE)
    }

    /// A stop or a comma that may hang outside a line (ぶら下げ).
    pub(super) const fn hangs(self) -> bool {
        self.has(Self::HANGS)
    }

    /// It never starts a line, whatever stands before it (行頭禁則).
    pub(super) const fn never_starts(self) -> bool {
        self.has(Self::NEVER_STARTS)
    }

    /// Part of a word, or of a number with its unit: no space is spread inside it.
    pub(super) const fn word(self) -> bool {
        self.has(Self::WORD)
    }

    /// Nothing is spread before it: a figure behind its sign, an address of the net.
    pub(super) const fn tight(self) -> bool {
        self.has(Self::TIGHT)
    }
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
    (
        Class::Unit,
        "円銭%％‰°℃㎡㎥㎏㎜㎝㎞年月日時分秒期回件人名枚通番号丁条項階歳倍割かカヶ箇個十百千万億",
    ),
];

/// What is part of the figures after it, of all that stays with them.
const SIGNS: &str = "¥￥$＄£€△▲±+＋#＃〒";

/// How units go on: a character of the first kind, in a number's unit, then one of the second.
const UNITS: &[(&str, &str)] = &[
    ("番", "地号目"),
    ("号", "室棟館"),
    ("丁回", "目"),
    ("円", "/／"),
    ("/／", "㎡月日年時人件枚台"),
    ("年", "度間分目"),
    ("月日時週", "間分"),
    ("かカヶ箇", "月所年国条"),
    ("十百千万億", "円人件枚通部株十百千万億"),
];

/// The names of eras, which stay whole before their year.
const ERAS: &[&str] = &["令和", "平成", "昭和", "大正", "明治"];

/// How addresses of the net begin; they break behind slashes.
const URLS: &[&str] = &["https://", "http://", "www."];

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
            '0'..='9' | '０'..='９' | 'Ⅰ'..='ⅿ' => Self::Digit,
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
    let mut context = Context::default();
    let mut at = 0;
    for length in lengths {
        // A mark of the letter before stands for no byte.
        let of_letter = marks.last().map_or(0, |before: &Mark| before.traits & Mark::WORD);
        marks.push(match length {
            0 => Mark { gap: Gap::Closed, traits: of_letter },
            _ => context.next(&text[at..]),
        });
        at += length;
    }
}

/// What stands before the character in question.
#[derive(Debug, Default)]
struct Context {
    before: Option<(char, Class)>,
    number: Number,
    /// An honorific stands here, which goes on to the end.
    honorific: bool,
    /// How many bytes of an address of the net are still to come.
    url: usize,
}

/// What the character before is of a number with its unit.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Number {
    #[default]
    None,
    /// Part of the unit: 条 of 第3条の2.
    Unit,
    /// The の after it.
    Branch,
    /// The figures after that.
    Branched,
}

impl Context {
    /// The mark of the character with which `rest` begins.
    fn next(&mut self, rest: &str) -> Mark {
        let c = rest.chars().next().expect("glyphs do not stand for more than the text");
        let class = Class::of(c);
        let gap = match self.before {
            Some((last, before)) => self.gap(last, before, rest, class),
            None => Gap::Closed,
        };
        let signed =
            class == Class::Digit && self.before.is_some_and(|(sign, _)| SIGNS.contains(sign));
        let tight = if signed || self.url > 0 { Mark::TIGHT } else { 0 };
        if self.url == 0 && URLS.iter().any(|url| rest.starts_with(url)) {
            let end = rest.find(|c: char| !c.is_ascii_graphic() || matches!(c, ')' | '>' | '"'));
            self.url = end.unwrap_or(rest.len());
        }
        self.url = self.url.saturating_sub(c.len_utf8());
        let follows_digit = matches!(self.before, Some((_, Class::Digit)));
        self.number = match self.number {
            _ if self.goes_on(c) || (class == Class::Unit && follows_digit) => Number::Unit,
            _ if self.branches(rest) => Number::Branch,
            Number::Branch | Number::Branched if class == Class::Digit => Number::Branched,
            _ => Number::None,
        };
        self.before = Some((c, class));
        Mark { gap, traits: tight | traits(c, class, self.number == Number::Unit) }
    }

    fn gap(&mut self, last: char, before: Class, rest: &str, class: Class) -> Gap {
        let c = rest.chars().next().unwrap_or(last);
        self.honorific |= before == Class::Space && HONORIFICS.contains(&rest);
        if self.url > 0 {
            return if last == '/' && c != '/' { Gap::Open } else { Gap::Closed };
        }
        let stays = self.honorific
            || self.number == Number::Branch
            || self.branches(rest)
            || self.goes_on(c)
            || in_era(last, rest);
        if stays { Gap::Closed } else { gap(before, class) }
    }

    /// Whether `c` goes on the unit of a number: 地 of 5番地.
    fn goes_on(&self, c: char) -> bool {
        let goes_on =
            |before| UNITS.iter().any(|(first, then)| first.contains(before) && then.contains(c));
        self.number == Number::Unit && self.before.is_some_and(|(before, _)| goes_on(before))
    }

    /// Whether `rest` begins with the の of 第3条の2.
    fn branches(&self, rest: &str) -> bool {
        let mut chars = rest.chars();
        matches!(self.number, Number::Unit | Number::Branched)
            && chars.next() == Some('の')
            && chars.next().is_some_and(|next| Class::of(next) == Class::Digit)
    }
}

/// Whether the place before `rest`, after `last`, is inside an era's name or its first year: 令和元年.
fn in_era(last: char, rest: &str) -> bool {
    let mut chars = rest.chars();
    let (Some(c), Some(next)) = (chars.next(), chars.next()) else { return false };
    let names = |next: char| next == '元' || Class::of(next) == Class::Digit;
    let of_era = |last: char| ERAS.iter().any(|era| era.ends_with(last));
    (names(next) && ERAS.iter().any(|era| era.chars().eq([last, c])))
        || (c == '元' && next == '年' && of_era(last))
        || (last == '元' && c == '年')
}

fn traits(c: char, class: Class, in_unit: bool) -> u8 {
    let stop = matches!(c, '。' | '．');
    let comma = matches!(c, '、' | '，');
    let mut traits = match class {
        Class::Space => Mark::SPACE,
        Class::Closing if stop => Mark::BLANK_AFTER | Mark::NEVER_STARTS,
        Class::Closing => Mark::BLANK_AFTER | Mark::YIELDS_AFTER | Mark::NEVER_STARTS,
        Class::Opening => Mark::YIELDS_BEFORE,
        Class::NoStart => Mark::NEVER_STARTS,
        Class::Joint if stop || comma => Mark::BLANK_AFTER,
        _ => 0,
    };
    if stop || comma || matches!(c, '｡' | '､') {
        traits |= Mark::HANGS;
    }
    if class.is_word() || in_unit {
        traits |= Mark::WORD;
    }
    traits
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
        case("令和8年|4月|30日|ま|で、|大正15年、|昭和元年、|平|成|期、|明|治|の");
        case("税|率|1.4%|で|す");
        case("△12,300円");
        case("〒999-0001|霞|原");
        case("第8条|第2項");
        case("電|話|0999-12-3456");
        case("中|央|1－2－3号");
        case("12,300円|と|１２，３００円");
        case("第3条の2|第1項|の|規|定、|第３４９条の３の２");
        case("中|央|1丁目|5番地の2|第Ⅱ期|3号室");
        case("納|期|は|3か月|以|内、|100万円|ま|で、|2回目|の|年|1回");
        case("TEL：0999-12-3456|（内|線|123）");
        case("1,234.56㎡|×15千円/㎡|で");
    }

    #[test]
    fn addresses_of_the_net_break_behind_slashes() {
        case("詳|し|く|は|https://|www.example.jp/|tax/|2026/|へ");
        case("www.example.jp/|a-b/|c?d=e&f|を|見|る");
        case("（https://|example.jp/|x）");
        case("taxation@city.kasumigahara.example|へ");
        case("納|付|書/|領|収|書|は|1/2|ず|つ");
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
    fn traits_follow_the_character() {
        let of = |c: &str| marks_of(c)[0];
        assert!(of("、").hangs() && of("、").half_blank() && of("、").yields_after());
        assert!(of("。").hangs() && of("。").half_blank() && !of("。").yields_after());
        assert!(of("」").yields_after() && !of("」").hangs() && of("」").never_starts());
        assert!(of("「").yields_before() && !of("「").half_blank());
        assert!(of("．").hangs() && of("．").word());
        assert!(of("っ").never_starts() && !of("っ").half_blank());
        let unit: Vec<bool> = marks_of("3か月は").into_iter().map(Mark::word).collect();
        assert_eq!(unit, [true, true, true, false]);
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
