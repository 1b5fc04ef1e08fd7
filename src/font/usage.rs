//! Which characters of which face are used: one bit each, so that workers mark cheaply and their
//! marks are merged in any order with the same result.

use super::{Cid, FaceId};

/// 64 characters a word.
const WORDS: usize = 0x1_0000 >> 6;
type Bits = Box<[u64; WORDS]>;

/// The characters used by something: a page, a layer, a lot.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Usage {
    faces: Vec<Option<Bits>>,
}

impl Usage {
    /// Nothing used.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Marks characters of a face as used.
    #[inline]
    pub fn mark(&mut self, face: FaceId, cids: &[Cid]) {
        let bits = self.bits(face);
        for &cid in cids {
            bits[usize::from(cid >> 6)] |= 1 << (cid & 63);
        }
    }

    fn bits(&mut self, face: FaceId) -> &mut [u64; WORDS] {
        let at = usize::from(face);
        if at >= self.faces.len() {
            self.faces.resize(at + 1, None);
        }
        self.faces[at].get_or_insert_with(|| Box::new([0; WORDS]))
    }

    /// Adds all that `other` uses.
    pub fn merge(&mut self, other: &Self) {
        for (face, theirs) in (0..=FaceId::MAX).zip(&other.faces) {
            let Some(theirs) = theirs else { continue };
            for (mine, &theirs) in self.bits(face).iter_mut().zip(theirs.iter()) {
                *mine |= theirs;
            }
        }
    }

    /// Forgets everything but keeps the memory.
    pub fn clear(&mut self) {
        for bits in self.faces.iter_mut().flatten() {
            bits.fill(0);
        }
    }

    /// Whether a character is used.
    #[must_use]
    pub fn contains(&self, face: FaceId, cid: Cid) -> bool {
        let bits = self.faces.get(usize::from(face)).and_then(Option::as_ref);
        bits.is_some_and(|bits| bits[usize::from(cid >> 6)] >> (cid & 63) & 1 == 1)
    }

    /// The faces of which anything is used, in order.
    pub fn faces(&self) -> impl Iterator<Item = FaceId> {
        (0..=FaceId::MAX).zip(&self.faces).filter_map(|(face, bits)| {
            let any = bits.as_ref().is_some_and(|bits| bits.iter().any(|&word| word != 0));
            any.then_some(face)
        })
    }

    /// The used characters of a face, in ascending order.
    pub fn cids(&self, face: FaceId) -> impl Iterator<Item = Cid> {
        let bits = self.faces.get(usize::from(face)).and_then(Option::as_ref);
        let words = bits.map_or(&[][..], |bits| &bits[..]);
        (0..).step_by(64).zip(words).flat_map(|(first, &word): (u32, _)| {
            let set = (0..64).filter(move |bit| word >> bit & 1 == 1);
            set.filter_map(move |bit| Cid::try_from(first + bit).ok())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_merged_in_any_order() {
        let (mut a, mut b) = (Usage::new(), Usage::new());
        a.mark(2, &[1, 64, 0xFFFF]);
        b.mark(2, &[64, 63]);
        b.mark(0, &[7]);
        let (mut ab, mut ba) = (a.clone(), b.clone());
        ab.merge(&b);
        ba.merge(&a);
        assert_eq!(ab, ba);
        assert_eq!(ab.faces().collect::<Vec<_>>(), [0, 2]);
        assert_eq!(ab.cids(2).collect::<Vec<_>>(), [1, 63, 64, 0xFFFF]);
        assert!(ab.contains(0, 7) && !ab.contains(1, 7) && !ab.contains(2, 7));
        ab.clear();
        assert_eq!(ab.faces().count(), 0);
    }
}
