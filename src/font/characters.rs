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
#[derive(Debug)]
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
}

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

impl Characters {
    /// The characters of a face with this character map.
    ///
    /// With `exact` false (a face whose CIDs must be glyph numbers, because no map from one to the
    /// other can be embedded) further texts of a glyph share the character of its primary text, and
    /// there are none for vertical writing.
    pub(super) fn new(charmap: &Charmap<'_>, face: &Glyphs<'_>, exact: bool) -> Self {
        let texts = texts(charmap, face.count);
        let (cids, free) = assign(&texts, face.count, exact);
        let mut characters = Self {
            bmp: vec![Slot::default(); BMP].into_boxed_slice(),
            beyond: Vec::new(),
            sequences: Vec::new(),
            glyphs: Vec::new(),
            advances: Vec::new(),
            heights: Vec::new(),
            texts: Vec::new(),
            vertical: Vec::new(),
        };
        for (&(key, glyph), &cid) in texts.iter().zip(&cids) {
            characters.enter(key, Slot { cid, advance: (face.advance)(glyph) });
            characters.define(cid, key, glyph, face);
        }
        characters.sequences.sort_unstable();
        let mut free = free.into_iter();
        for (&(key, glyph), &cid) in texts.iter().zip(&cids) {
            let Some(turned) = (face.vertical)(glyph).filter(|&turned| turned < face.count) else {
                continue;
            };
            let Some(turned_cid) = free.next() else { break };
            characters.define(turned_cid, key, turned, face);
            characters.vertical.push((cid, turned_cid));
        }
        characters.vertical.sort_unstable();
        characters
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

/// Every text the face can show and its glyph: code points in ascending order, then sequences in
/// ascending order.
fn texts(charmap: &Charmap<'_>, glyph_count: u16) -> Vec<(Key, u16)> {
    let glyph_of = |glyph: u32| u16::try_from(glyph).ok().filter(|&g| g != 0 && g < glyph_count);
    let mut alone = BTreeMap::new();
    for (c, glyph) in charmap.mappings() {
        let Some(glyph) = glyph_of(glyph.to_u32()) else { continue };
        let shown = char::from_u32(c).is_some_and(|ch| !cluster::combines(ch));
        if shown && cluster::shows(c) {
            alone.entry(c).or_insert(glyph);
        }
    }
    let mut sequences = BTreeMap::new();
    for (base, selector, variant) in charmap.variant_mappings() {
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
    alone.into_iter().map(|(c, glyph)| (Key::of(c), glyph)).chain(sequences).collect()
}

/// The CID of each text: the glyph's number for the first text of a glyph; for the others the
/// numbers from `glyph_count` upwards, then the numbers of glyphs that no text shows; when all are
/// taken, the number of the first text. Also the numbers that are left, in the same order: none
/// without `exact`.
fn assign(texts: &[(Key, u16)], glyph_count: u16, exact: bool) -> (Vec<Cid>, Vec<Cid>) {
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
