//! The characters of a face: the tables from text to CID and from CID to glyph, advance and text.
//! Flat where it is hot; built once when the face is loaded.

use super::Cid;
use super::cluster::{self, Key};
use skrifa::charmap::{Charmap, MapVariant};
use std::collections::BTreeMap;

const BMP: usize = 0x1_0000;

/// The character that shows a code point.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Slot {
    pub(super) cid: Cid,
    pub(super) advance: u16,
}

/// What a face can show.
#[derive(Debug, Default)]
pub(super) struct Characters {
    /// CID and advance by code point of the basic plane; CID 0 when the face has none.
    bmp: Box<[Slot]>,
    /// CID by code point beyond it, sorted.
    beyond: Vec<(u32, Cid)>,
    /// CID by sequence, sorted.
    sequences: Vec<(Key, Cid)>,
    /// Glyph, advances and text by CID.
    glyphs: Vec<u16>,
    advances: Vec<u16>,
    heights: Vec<u16>,
    texts: Vec<Option<Key>>,
    /// From a CID to that of the same text in vertical writing, sorted.
    vertical: Vec<(Cid, Cid)>,
    /// CID by code point and glyph, for the parts of clusters, sorted.
    parts: Vec<(Part, Cid)>,
}

/// A code point within a cluster of several glyphs, and the glyph that stands for it there.
pub(super) type Part = (u32, u16);

/// A text and its glyph.
pub(super) type Shown = (Key, u16);

/// The most entries of a character map that are read, and the most spaces of CIDs that a face is
/// given: four times what the largest face for names has.
const MAPPINGS_MAX: usize = 1 << 18;

/// Numbers of a space of CIDs: zero is none, and U+FFFF is left alone because some readers take it
/// for "none".
const SPACE: usize = 0xFFFE;

/// What a face says about its glyphs.
pub(super) struct Glyphs<'a> {
    /// How many there are.
    pub(super) count: u16,
    /// A glyph's advance.
    pub(super) advance: &'a dyn Fn(u16) -> u16,
    /// Its advance in vertical writing.
    pub(super) height: &'a dyn Fn(u16) -> u16,
    /// The glyph that stands for it in vertical writing, where another one does.
    pub(super) vertical: &'a dyn Fn(u16) -> Option<u16>,
}

impl Glyphs<'_> {
    /// The glyph of this face that stands for `glyph` in vertical writing.
    fn turned(&self, glyph: u16) -> Option<u16> {
        (self.vertical)(glyph).filter(|&turned| turned < self.count)
    }
}

impl Characters {
    /// The characters of a face that shows these texts, in as many spaces of CIDs as they need:
    /// nearly always one. The first has the `parts` too.
    ///
    /// With `exact` false (a face whose CIDs must be glyph numbers, because no map from one to the
    /// other can be embedded) further texts of a glyph share the character of its primary text, and
    /// there are none for vertical writing and no parts.
    pub(super) fn spaces(
        texts: &[Shown],
        parts: &[Part],
        face: &Glyphs<'_>,
        exact: bool,
    ) -> Vec<Self> {
        if !exact {
            return vec![Self::new(texts, &[], face, false)];
        }
        let mut spaces = Vec::new();
        let (mut rest, mut parts) = (texts, parts);
        while !rest.is_empty() || spaces.is_empty() {
            let mut room = SPACE - parts.len();
            let fits = rest.iter().take_while(|&&(_, glyph)| {
                let needed = 1 + usize::from(face.turned(glyph).is_some());
                room.checked_sub(needed).inspect(|&left| room = left).is_some()
            });
            let (now, later) = rest.split_at(fits.count());
            spaces.push(Self::new(now, parts, face, true));
            (rest, parts) = (later, &[]);
        }
        spaces
    }

    fn new(texts: &[Shown], parts: &[Part], face: &Glyphs<'_>, exact: bool) -> Self {
        let (cids, free) = assign(texts, face.count, exact);
        let mut characters = Self {
            bmp: vec![Slot::default(); BMP].into_boxed_slice(),
            beyond: Vec::new(),
            sequences: Vec::new(),
            glyphs: Vec::new(),
            advances: Vec::new(),
            heights: Vec::new(),
            texts: Vec::new(),
            vertical: Vec::new(),
            parts: Vec::new(),
        };
        for (&(key, glyph), &cid) in texts.iter().zip(&cids) {
            characters.enter(key, Slot { cid, advance: (face.advance)(glyph) });
            characters.define(cid, key, glyph, face);
        }
        characters.sequences.sort_unstable();
        let mut free = free.into_iter();
        for (&(key, glyph), &cid) in texts.iter().zip(&cids) {
            let Some(turned) = face.turned(glyph) else { continue };
            let Some(turned_cid) = free.next() else { break };
            characters.define(turned_cid, key, turned, face);
            characters.vertical.push((cid, turned_cid));
        }
        characters.vertical.sort_unstable();
        for (&(c, glyph), cid) in parts.iter().zip(free) {
            characters.define(cid, Key::of(c), glyph, face);
            characters.parts.push(((c, glyph), cid));
        }
        characters.parts.sort_unstable();
        characters
    }

    /// The characters of a face that shows these code points and nothing else: each with the text
    /// that it gives back, its own or another, and its glyph.
    pub(super) fn only(entries: &[(u32, Key, u16)], face: &Glyphs<'_>) -> Self {
        let bmp = vec![Slot::default(); BMP].into_boxed_slice();
        let mut characters = Self { bmp, ..Self::default() };
        for (&(code, text, glyph), cid) in entries.iter().zip(1..) {
            characters.enter(Key::of(code), Slot { cid, advance: (face.advance)(glyph) });
            characters.define(cid, text, glyph, face);
        }
        characters
    }

    /// Shows a code point of the basic plane no more.
    pub(super) fn forget(&mut self, code: u32) {
        if let Some(slot) = usize::try_from(code).ok().and_then(|at| self.bmp.get_mut(at)) {
            *slot = Slot::default();
        }
    }

    /// Says what a number stands for; the first text that has it counts.
    fn define(&mut self, cid: Cid, key: Key, glyph: u16, face: &Glyphs<'_>) {
        let at = usize::from(cid);
        if at >= self.texts.len() {
            self.texts.resize(at + 1, None);
            self.glyphs.resize(at + 1, 0);
            self.advances.resize(at + 1, 0);
            self.heights.resize(at + 1, 0);
        }
        if self.texts[at].is_none() {
            (self.texts[at], self.glyphs[at]) = (Some(key), glyph);
            (self.advances[at], self.heights[at]) = ((face.advance)(glyph), (face.height)(glyph));
        }
    }

    /// Makes `key` find a character. Code points come in ascending order.
    fn enter(&mut self, key: Key, slot: Slot) {
        match key.alone() {
            Some(c) if (c as usize) < BMP => self.bmp[c as usize] = slot,
            Some(c) => self.beyond.push((c, slot.cid)),
            None => self.sequences.push((key, slot.cid)),
        }
    }

    /// The character that shows one code point of the basic plane, if any: the hot path.
    #[inline]
    pub(super) fn slot(&self, c: char) -> Option<Slot> {
        self.bmp.get(c as usize).copied().filter(|slot| slot.cid != 0)
    }

    /// The character that shows `key`.
    #[inline]
    pub(super) fn cid(&self, key: Key) -> Option<Cid> {
        match key.alone() {
            Some(c) if (c as usize) < BMP => Some(self.bmp[c as usize].cid).filter(|&cid| cid != 0),
            Some(c) => find(&self.beyond, c),
            None => find(&self.sequences, key),
        }
    }

    /// The advance of a character in font units; 0 for none.
    #[inline]
    pub(super) fn advance(&self, cid: Cid) -> u16 {
        self.advances.get(usize::from(cid)).copied().unwrap_or(0)
    }

    /// The advance of a character in vertical writing, in font units; 0 for none.
    pub(super) fn height(&self, cid: Cid) -> u16 {
        self.heights.get(usize::from(cid)).copied().unwrap_or(0)
    }

    /// The glyph of a character; 0 for none.
    pub(super) fn glyph(&self, cid: Cid) -> u16 {
        self.glyphs.get(usize::from(cid)).copied().unwrap_or(0)
    }

    /// The character that stands for a code point with this glyph, by itself or within a cluster.
    pub(super) fn part(&self, part: Part) -> Option<Cid> {
        let (c, glyph) = part;
        let alone = self.cid(Key::of(c)).filter(|&cid| self.glyph(cid) == glyph);
        alone.or_else(|| find(&self.parts, part))
    }

    /// The character of the same text for vertical writing, where it has another glyph.
    pub(super) fn vertical(&self, cid: Cid) -> Option<Cid> {
        find(&self.vertical, cid)
    }

    /// The text of a character.
    pub(super) fn text(&self, cid: Cid) -> Option<Key> {
        self.texts.get(usize::from(cid)).copied().flatten()
    }

    /// How many texts the face can show: code points, and sequences.
    pub(super) fn counts(&self) -> (usize, usize) {
        let bmp = self.bmp.iter().filter(|slot| slot.cid != 0).count();
        (bmp + self.beyond.len(), self.sequences.len())
    }
}

fn find<K: Ord + Copy>(table: &[(K, Cid)], key: K) -> Option<Cid> {
    table.binary_search_by_key(&key, |&(k, _)| k).ok().map(|at| table[at].1)
}

/// What a character map says.
pub(super) struct Mapped {
    /// Every text and its glyph: code points in ascending order, then sequences in ascending order.
    pub(super) texts: Vec<Shown>,
    /// Combining marks, which are no text by themselves, and their glyphs, in ascending order.
    pub(super) marks: Vec<Part>,
}

/// Reads a character map; `None` when it has more entries than any face for writing.
pub(super) fn mapped(charmap: &Charmap<'_>, glyph_count: u16) -> Option<Mapped> {
    let glyph_of = |glyph: u32| u16::try_from(glyph).ok().filter(|&g| g != 0 && g < glyph_count);
    let (mut alone, mut marks) = (BTreeMap::new(), BTreeMap::new());
    for (n, (c, glyph)) in charmap.mappings().enumerate() {
        if n >= MAPPINGS_MAX {
            return None;
        }
        let Some(glyph) = glyph_of(glyph.to_u32()) else { continue };
        let Some(ch) = char::from_u32(c).filter(|_| cluster::shows(c)) else { continue };
        let table = if cluster::combines(ch) { &mut marks } else { &mut alone };
        table.entry(c).or_insert(glyph);
    }
    let mut sequences = BTreeMap::new();
    for (n, (base, selector, variant)) in charmap.variant_mappings().enumerate() {
        if n >= MAPPINGS_MAX {
            return None;
        }
        let glyph = match variant {
            MapVariant::UseDefault => alone.get(&base).copied(),
            MapVariant::Variant(glyph) => glyph_of(glyph.to_u32()),
        };
        if let (Some(key), Some(glyph)) = (Key::with(base, selector), glyph) {
            sequences.entry(key).or_insert(glyph);
        }
    }
    for (key, composed) in cluster::decomposed_kana() {
        if let Some(&glyph) = alone.get(&composed) {
            sequences.entry(key).or_insert(glyph);
        }
    }
    let texts = alone.into_iter().map(|(c, glyph)| (Key::of(c), glyph)).chain(sequences);
    Some(Mapped { texts: texts.collect(), marks: marks.into_iter().collect() })
}

/// The CID of each text: the glyph's number for the first text of a glyph; for the others the
/// numbers from `glyph_count` upwards, then the numbers of glyphs that no text shows; when all are
/// taken, the number of the first text. Also the numbers that are left, in the same order: none
/// without `exact`.
fn assign(texts: &[Shown], glyph_count: u16, exact: bool) -> (Vec<Cid>, Vec<Cid>) {
    let mut primary = vec![usize::MAX; usize::from(glyph_count)];
    for (n, &(_, glyph)) in texts.iter().enumerate() {
        let first = &mut primary[usize::from(glyph)];
        *first = (*first).min(n);
    }
    let unshown = (1..glyph_count).filter(|&glyph| primary[usize::from(glyph)] == usize::MAX);
    // U+FFFF is left alone: some readers take it for "none".
    let mut free = (glyph_count.max(1)..Cid::MAX).chain(unshown);
    let cids = texts.iter().enumerate().map(|(n, &(_, glyph))| {
        if primary[usize::from(glyph)] == n || !exact {
            return glyph;
        }
        free.next().unwrap_or(glyph)
    });
    let cids = cids.collect();
    (cids, if exact { free.collect() } else { Vec::new() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_gets_a_cid_of_its_own_until_they_run_out() {
        let texts = [
            (Key::of(0x41), 3),
            (Key::of(0x391), 3),
            (Key::of(0x3000), 1),
            (Key::with(0x845B, 0xE0100).expect("a selector"), 3),
        ];
        assert_eq!(assign(&texts, 5, true).0, [3, 5, 1, 6]);
        assert_eq!(assign(&texts, 5, false), (vec![3, 3, 1, 3], Vec::new()));
        // One number is left above, then those of the unshown glyphs 2 and 4.
        assert_eq!(assign(&texts, Cid::MAX - 1, true).0, [3, Cid::MAX - 1, 1, 2]);
        assert_eq!(assign(&texts, 5, true).1[..2], [7, 8], "what is left begins after them");
        let shared: Vec<_> = (0..70_000).map(|c| (Key::of(c), 1)).collect();
        let (cids, left) = assign(&shared, 4, true);
        assert!(left.is_empty(), "none is left over");
        assert_eq!((cids[0], cids[1], cids[65_531], cids[65_532]), (1, 4, 0xFFFE, 2));
        assert_eq!((cids[65_533], cids[65_534], cids[69_999]), (3, 1, 1));
    }
}
