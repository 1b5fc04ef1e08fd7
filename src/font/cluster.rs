//! Clusters: a base character with the variation selector or the voicing mark that belongs to it,
//! packed into one key. Not a shaper: what needs more than one glyph a cluster is not shown at all.

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
    /// Its key; `None` when no single glyph can stand for it.
    pub(super) key: Option<Key>,
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
            // A second mark makes the cluster one that no glyph stands for.
            key = key.and_then(Key::alone).and_then(|base| Key::with(base, u32::from(mark)));
            bytes += mark.len_utf8();
            self.next = self.chars.next();
        }
        self.at += bytes;
        Some(Cluster { at, bytes, key })
    }
}

/// Whether a character belongs to the one before it: combining marks and variation selectors of
/// the scripts in use here. Drawn by themselves they would stand beside their base.
#[inline]
pub(super) const fn combines(c: char) -> bool {
    let c = c as u32;
    if c < 0x300 || (c >= 0x30A0 && c < 0xFE00) || (c >= 0x3030 && c < 0x3099) {
        return false;
    }
    matches!(
        c,
        0x300..=0x36F
            | 0x483..=0x489
            | 0x1AB0..=0x1AFF
            | 0x1DC0..=0x1DFF
            | 0x200D
            | 0x20D0..=0x20FF
            | 0x302A..=0x302F
            | 0x3099..=0x309A
            | 0xFE00..=0xFE0F
            | 0xFE20..=0xFE2F
            | 0x1F3FB..=0x1F3FF
            | 0xE0100..=0xE01EF
    )
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
