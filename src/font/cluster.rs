//! Clusters: a base character with what combines with it; one with a variation selector or a voicing
//! mark packed into one key. Not a shaper: clusters of more than one glyph are set in `marks`.

use super::Missing;
use std::ops::Range;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// A text of one cluster in one number: the base in the upper bits, what combines with it in the
/// lower nine. Orders as the texts do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key(u32);

const MARK_BITS: u32 = 9;
/// Marks: 0 none, 1-16 U+FE00.., 17-256 U+E0100.., then the two kana voicing marks.
const VOICED: u32 = 257;
const HALF_VOICED: u32 = 258;

impl Key {
    /// A code point by itself.
    pub(super) const fn of(base: u32) -> Self {
        Self(base << MARK_BITS)
    }

    /// A base with a combining character; `None` when nothing we can show combines so.
    pub(super) const fn with(base: u32, mark: u32) -> Option<Self> {
        let mark = match mark {
            0xFE00..=0xFE0F => mark - 0xFE00 + 1,
            0xE0100..=0xE01EF => mark - 0xE0100 + 17,
            0x3099 => VOICED,
            0x309A => HALF_VOICED,
            _ => return None,
        };
        Some(Self(base << MARK_BITS | mark))
    }

    /// The base by itself when nothing combines with it.
    #[inline]
    pub(super) const fn alone(self) -> Option<u32> {
        if self.0.trailing_zeros() >= MARK_BITS { Some(self.0 >> MARK_BITS) } else { None }
    }

    /// The code points: the base and, when there is one, the mark.
    pub(super) fn chars(self) -> impl Iterator<Item = char> {
        let mark = match self.0 & ((1 << MARK_BITS) - 1) {
            0 => None,
            VOICED => Some(0x3099),
            HALF_VOICED => Some(0x309A),
            n if n <= 16 => Some(0xFE00 + n - 1),
            n => Some(0xE0100 + n - 17),
        };
        [Some(self.0 >> MARK_BITS), mark].into_iter().flatten().filter_map(char::from_u32)
    }
}

/// A cluster of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cluster {
    /// Where it starts, in bytes.
    pub(super) at: usize,
    /// How long it is, in bytes.
    pub(super) bytes: usize,
    /// Its key; `None` when no glyph can stand for it as it is.
    pub(super) key: Option<Key>,
}

impl Cluster {
    /// Its part of the text it is of.
    pub(super) fn text<'a>(&self, text: &'a str) -> &'a str {
        &text[self.at..self.at + self.bytes]
    }

    /// It, as one that is not shown.
    pub(super) fn missing(&self, text: &str) -> Missing {
        Missing { at: self.at, text: self.text(text).to_owned() }
    }
}

/// The clusters of `text`, in order and without gaps.
pub(super) fn clusters(text: &str) -> Clusters<'_> {
    let mut chars = text.chars();
    let next = chars.next();
    Clusters { chars, next, at: 0 }
}

pub(super) struct Clusters<'a> {
    chars: std::str::Chars<'a>,
    next: Option<char>,
    at: usize,
}

impl Clusters<'_> {
    /// Takes the next cluster when it is one code point, not combined with, that `find` finds.
    #[inline]
    pub(super) fn next_if<T>(&mut self, find: impl FnOnce(char) -> Option<T>) -> Option<T> {
        let base = self.next?;
        let found = find(base)?;
        let mut rest = self.chars.clone();
        let next = rest.next();
        if next.is_some_and(combines) {
            return None;
        }
        self.chars = rest;
        self.next = next;
        self.at += base.len_utf8();
        Some(found)
    }
}

impl Iterator for Clusters<'_> {
    type Item = Cluster;

    #[inline]
    fn next(&mut self) -> Option<Cluster> {
        let base = self.next?;
        let at = self.at;
        let mut bytes = base.len_utf8();
        self.next = self.chars.next();
        let mut key = if combines(base) { None } else { Some(Key::of(u32::from(base))) };
        while let Some(mark) = self.next.filter(|&c| combines(c)) {
            // A second mark makes the cluster one that no glyph stands for as it is.
            key = key.and_then(Key::alone).and_then(|base| Key::with(base, u32::from(mark)));
            bytes += mark.len_utf8();
            self.next = self.chars.next();
        }
        self.at += bytes;
        Some(Cluster { at, bytes, key })
    }
}

/// Whether a character belongs to the one before it: combining marks, variation selectors, what
/// joins, and the vowels and final consonants of Hangul. Drawn by themselves they would stand
/// beside their base.
#[inline]
pub(super) fn combines(c: char) -> bool {
    // Blocks without any, so that nearly every character is done with one or two comparisons.
    match u32::from(c) {
        0..0x300 | 0x2100..0x302A | 0x3030..0x3099 | 0x309B..0xA66F | 0xAC00..0xFE00 => false,
        _ => combines_slowly(c),
    }
}

fn combines_slowly(c: char) -> bool {
    let joins = matches!(
        u32::from(c),
        0x1160..=0x11FF | 0x200D | 0xFE00..=0xFE0F | 0x1F3FB..=0x1F3FF | 0xE0100..=0xE01EF
    );
    joins || is_combining_mark(c)
}

/// The most code points of a cluster that is looked at; names have two or three.
const CLUSTER_MAX: usize = 16;

/// A cluster composed as Unicode does it (NFC), if it may be: not a single character, which stays
/// what it is (a compatibility ideograph is another shape than the one it is equivalent to), and
/// not one too long to be writing.
pub(super) fn composed(cluster: &str) -> Option<Vec<char>> {
    let mut chars = cluster.chars();
    let base = chars.next()?;
    chars.next()?;
    let short = cluster.chars().nth(CLUSTER_MAX).is_none();
    let stays = std::iter::once(base).nfc().eq([base]);
    (short && stays).then(|| cluster.nfc().collect())
}

/// The stretches of alphabetic words in `text`, with the spaces and signs inside them.
pub(super) fn words(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut chars = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let (start, first) = chars.by_ref().find(|&(_, c)| is_alphabetic(c))?;
        let mut end = start + first.len_utf8();
        let inside = |c| is_alphabetic(c) || combines(c) || " \u{A0}-'’.·\u{2010}".contains(c);
        while let Some((at, c)) = chars.next_if(|&(_, c)| inside(c)) {
            if is_alphabetic(c) || combines(c) {
                end = at + c.len_utf8();
            }
        }
        Some(start..end)
    })
}

/// Whether a character is a letter of the Latin, Greek or Cyrillic alphabets.
fn is_alphabetic(c: char) -> bool {
    matches!(u32::from(c), 0x41..=0x52F | 0x1C80..=0x1FFF | 0x2C60..=0x2C7F | 0xA720..=0xA7FF)
        && c.is_alphabetic()
}

/// Whether a code point may be shown by itself: controls, invisible format characters, surrogates,
/// replacement characters and line ends never are, whatever a face maps them to. U+00A0 and the
/// blanks of U+2000 are.
pub(super) const fn shows(c: u32) -> bool {
    !matches!(
        c,
        0..=0x1F
            | 0x7F..=0x9F
            | 0xAD
            | 0x61C
            | 0x180B..=0x180F
            | 0x200B..=0x200F
            | 0x2028..=0x202E
            | 0x2060..=0x206F
            | 0xD800..=0xDFFF
            | 0xFEFF
            | 0xFFF0..=0xFFFF
            | 0xE0000..=0xE0FFF
    )
}

/// Kana that Unicode composes with a voicing mark: base, then composed, in turn.
const VOICED_KANA: &str = "かがきぎくぐけげこごさざしじすずせぜそぞただちぢつづてでとどはばひびふぶへべほぼ\
    うゔゝゞカガキギクグケゲコゴサザシジスズセゼソゾタダチヂツヅテデトドハバヒビフブヘベホボ\
    ウヴワヷヰヸヱヹヲヺヽヾ";
const HALF_VOICED_KANA: &str = "はぱひぴふぷへぺほぽハパヒピフプヘペホポ";

/// The decomposed kana and what each is composed: text typed or exported in decomposed form shows
/// the composed glyph and keeps its own text.
pub(super) fn decomposed_kana() -> impl Iterator<Item = (Key, u32)> {
    [(VOICED_KANA, 0x3099), (HALF_VOICED_KANA, 0x309A)].into_iter().flat_map(|(kana, mark)| {
        let chars: Vec<u32> = kana.chars().map(u32::from).collect();
        let pairs: Vec<_> = chars
            .chunks_exact(2)
            .filter_map(|pair| Some((Key::with(pair[0], mark)?, pair[1])))
            .collect();
        pairs
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(text: &str, expected: &[(&str, bool)]) {
        let found: Vec<(&str, bool)> = clusters(text)
            .map(|cluster| (&text[cluster.at..cluster.at + cluster.bytes], cluster.key.is_some()))
            .collect();
        assert_eq!(found, expected, "{}", text.escape_unicode());
    }

    #[test]
    fn a_mark_belongs_to_the_character_before_it() {
        case("", &[]);
        case("税a", &[("税", true), ("a", true)]);
        case("葛\u{E0100}城", &[("葛\u{E0100}", true), ("城", true)]);
        case("神\u{FE00}", &[("神\u{FE00}", true)]);
        case("か\u{3099}", &[("か\u{3099}", true)]);
        case("e\u{301}x", &[("e\u{301}", false), ("x", true)]);
        case("葛\u{E0100}\u{E0101}x", &[("葛\u{E0100}\u{E0101}", false), ("x", true)]);
        case("\u{E0100}x", &[("\u{E0100}", false), ("x", true)]);
        case("𠮷\u{E0101}", &[("𠮷\u{E0101}", true)]);
        case("\u{1112}\u{1161}\u{11AB}글", &[("\u{1112}\u{1161}\u{11AB}", false), ("글", true)]);
    }

    /// The blocks that are passed over quickly have nothing that combines; the marks known by
    /// range before are all found.
    #[test]
    fn the_quick_way_passes_over_no_mark_in_use() {
        for c in ('\0'..'\u{300}').chain('\u{3000}'..'\u{A66F}').chain('\u{AC00}'..'\u{FE00}') {
            let hebrew = c == '\u{FB1E}';
            assert!(hebrew || combines(c) == combines_slowly(c), "U+{:04X}", u32::from(c));
        }
        for c in ['\u{302}', '\u{489}', '\u{E31}', '\u{1DC4}', '\u{20DD}', '\u{302A}', '\u{FE20}'] {
            assert!(combines(c), "U+{:04X}", u32::from(c));
        }
        assert!("税Aａあア、。「」１　한Ự".chars().all(|c| !combines(c)));
    }

    #[test]
    fn words_are_found_with_what_stands_inside_them() {
        let words = |text: &str| words(text).map(|word| text[word].to_owned()).collect::<Vec<_>>();
        assert_eq!(
            words("Nguyễn Thị-A\u{301}nh 様 O'Brien, J. 3号 b"),
            ["Nguyễn Thị-A\u{301}nh", "O'Brien", "J", "b"]
        );
        assert!(words("霞ヶ原市 1-2、（ＡＢ）").is_empty());
    }

    #[test]
    fn composing_keeps_what_is_another_shape() {
        let composed =
            |text: &str| composed(text).map(|chars| chars.into_iter().collect::<String>());
        for (text, expected) in [
            ("e\u{301}", Some("é")),
            ("â\u{323}", Some("ậ")),
            ("a\u{302}\u{323}", Some("ậ")),
            ("\u{1112}\u{1161}\u{11AB}", Some("한")),
            ("x\u{30C}", Some("x\u{30C}")),
            ("e", None),
            ("\u{FA19}", None),
            ("\u{FA19}\u{E0100}", None),
        ] {
            assert_eq!(composed(text).as_deref(), expected, "{}", text.escape_unicode());
        }
        let long = |marks| "a".to_owned() + &"\u{316}".repeat(marks);
        assert!(composed(&long(15)).is_some() && composed(&long(16)).is_none());
    }

    #[test]
    fn a_key_gives_its_text_back() {
        for text in [
            "a",
            "髙",
            "𠮷",
            "葛\u{E0100}",
            "葛\u{E01EF}",
            "神\u{FE0F}",
            "は\u{309A}",
            "\u{10FFFF}",
        ] {
            let cluster = clusters(text).next().expect("not empty");
            assert_eq!(cluster.key.expect("one glyph").chars().collect::<String>(), text);
        }
    }

    #[test]
    fn decomposed_kana_are_those_of_unicode() {
        let all: Vec<_> = decomposed_kana().collect();
        assert_eq!(all.len(), 58);
        for (key, composed) in all {
            let base = key.chars().next().map_or(0, u32::from);
            // In the code charts a voiced kana follows its base by one, a half-voiced one by two;
            // the four rare w- kana and vu stand apart.
            let apart = matches!(composed, 0x3094 | 0x30F4 | 0x30F7..=0x30FA);
            assert!(apart || matches!(composed - base, 1 | 2), "{base:x} {composed:x}");
        }
    }
}
