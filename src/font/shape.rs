//! Text to glyphs: for each cluster the first face of the role that shows it. Not layout: no lines,
//! no kerning; the pen moves by the advance.

use super::characters::Slot;
use super::cluster::{self, Cluster, Key};
use super::gaiji::Shown;
use super::marks::Placed;
use super::{Cid, FaceId, FontSet, Glyph, Missing, RoleId};

impl Glyph {
    /// A glyph that stands where the pen does.
    #[inline]
    const fn simple(face: FaceId, bytes: u8, slot: Slot) -> Self {
        Self { face, bytes, cid: slot.cid, advance: slot.advance, x: 0, y: 0, apart: false }
    }
}

impl FontSet {
    /// Appends the glyphs of `text` to `out`: one for each cluster, or several where a face places
    /// marks on a base that no glyph shows with them.
    ///
    /// A cluster is shown by the first face that has it as it is written; else by the first that
    /// has it composed (NFC); else by the first that has all its parts and says where marks stand;
    /// else by the first that has all its parts.
    ///
    /// # Errors
    /// The first cluster that no face of the role has; `out` is then as it was.
    ///
    /// # Panics
    /// When `role` is not of this set.
    pub fn shape(&self, role: RoleId, text: &str, out: &mut Vec<Glyph>) -> Result<(), Missing> {
        let before = out.len();
        let faces = self.role_faces(role);
        let &lead = faces.first().expect("a role has a face");
        let characters = self.faces[usize::from(lead)].as_ref().map(|face| &face.characters);
        let mut clusters = cluster::clusters(text);
        let mut mixed = false;
        loop {
            // Nearly every cluster is one code point that the first face has.
            while let Some((slot, bytes)) =
                clusters.next_if(|c| Some((characters?.slot(c)?, c.len_utf8())))
            {
                #[expect(
                    clippy::cast_possible_truncation,
                    reason = "a code point has 1 to 4 bytes"
                )]
                let bytes = bytes as u8;
                out.push(Glyph::simple(lead, bytes, slot));
            }
            let Some(cluster) = clusters.next() else { break };
            if !self.show(faces, &cluster, text, out) {
                out.truncate(before);
                return Err(cluster.missing(text));
            }
            mixed |= out.last().is_some_and(|glyph| glyph.face != lead);
        }
        if mixed {
            self.unify(faces, text, before, out);
        }
        Ok(())
    }

    /// Sets each stretch of alphabetic words in one face, where one has all of it: a name with
    /// letters of two faces looks like a mistake.
    #[cold]
    fn unify(&self, faces: &[FaceId], text: &str, before: usize, out: &mut Vec<Glyph>) {
        let mut glyphs = out.split_off(before).into_iter().peekable();
        let mut at = 0;
        let mut take = |to: usize, out: &mut Vec<Glyph>| {
            while let Some(glyph) = glyphs.next_if(|glyph| at < to || glyph.bytes == 0) {
                at += usize::from(glyph.bytes);
                out.push(glyph);
            }
        };
        for words in cluster::words(text) {
            take(words.start, out);
            let first = out.len();
            take(words.end, out);
            let mixed = out[first..].iter().any(|glyph| glyph.face != out[first].face);
            let part = &text[words];
            let mut tried = faces.iter().filter(|_| mixed);
            if let Some(unified) = tried.find_map(|&face| self.in_face(face, part)) {
                out.truncate(first);
                out.extend(unified);
            }
        }
        take(text.len(), out);
    }

    /// The glyphs of a text in one face, if it has all of them.
    fn in_face(&self, face: FaceId, text: &str) -> Option<Vec<Glyph>> {
        let mut glyphs = Vec::new();
        let mut clusters = cluster::clusters(text);
        clusters.all(|cluster| self.show(&[face], &cluster, text, &mut glyphs)).then_some(glyphs)
    }

    /// All clusters of `text` that no face of the role has, in order.
    ///
    /// # Panics
    /// When `role` is not of this set.
    pub fn missing<'a>(
        &'a self,
        role: RoleId,
        text: &'a str,
    ) -> impl Iterator<Item = Missing> + 'a {
        let faces = self.role_faces(role);
        let mut glyphs = Vec::new();
        cluster::clusters(text).filter_map(move |cluster| {
            let shown = self.show(faces, &cluster, text, &mut glyphs);
            glyphs.clear();
            (!shown).then(|| cluster.missing(text))
        })
    }

    /// Appends the glyphs of a cluster; `false` when no face shows it.
    #[inline]
    fn show(&self, faces: &[FaceId], cluster: &Cluster, text: &str, out: &mut Vec<Glyph>) -> bool {
        if let Some((face, slot)) = cluster.key.and_then(|key| self.find(faces, key)) {
            #[expect(clippy::cast_possible_truncation, reason = "a cluster with a key is short")]
            out.push(Glyph::simple(face, cluster.bytes as u8, slot));
            return true;
        }
        self.compose(faces, cluster.text(text), out)
    }

    /// The first face that shows a text, and its character there. A tenant's table of user-defined
    /// characters is asked before the role.
    #[inline]
    fn find(&self, faces: &[FaceId], key: Key) -> Option<(FaceId, Slot)> {
        let (mut key, mut faces) = (key, faces);
        let gaiji = self.gaiji.as_ref().and_then(|gaiji| gaiji.shown(key));
        match &gaiji {
            None => {}
            Some(Shown::As(text)) => key = *text,
            Some(Shown::By(face)) => faces = std::slice::from_ref(face),
        }
        faces.iter().find_map(|&id| {
            let characters = &self.faces[usize::from(id)].as_ref()?.characters;
            let cid = characters.cid(key)?;
            Some((id, Slot { cid, advance: characters.advance(cid) }))
        })
    }

    /// Appends the glyphs of a cluster that no face shows as it is written.
    #[cold]
    fn compose(&self, faces: &[FaceId], text: &str, out: &mut Vec<Glyph>) -> bool {
        let Some(composed) = cluster::composed(text) else { return false };
        let bytes = u8::try_from(text.len()).expect("a cluster that is composed is short");
        let key = match composed[..] {
            [base] => Some(Key::of(base.into())),
            [base, mark] => Key::with(base.into(), mark.into()),
            _ => None,
        };
        if let Some((face, slot)) = key.and_then(|key| self.find(faces, key)) {
            out.push(Glyph::simple(face, bytes, slot));
            return true;
        }
        // Faces that say where marks stand come before those that do not.
        let placed = [true, false].iter().find_map(|&anchors| {
            faces.iter().find_map(|&id| Some((id, self.place(id, &composed, anchors)?)))
        });
        let Some((face, parts)) = placed else { return false };
        let bytes = std::iter::once(bytes).chain(std::iter::repeat(0));
        out.extend(parts.into_iter().zip(bytes).map(|((cid, at), bytes)| {
            let apart = bytes == 0 || at.x != 0 || at.advance != self.advance(face, cid);
            Glyph { face, bytes, cid, advance: at.advance, x: at.x, y: at.y, apart }
        }));
        true
    }

    /// The characters of a composed cluster with their places, when a face has them all.
    fn place(&self, face: FaceId, composed: &[char], anchors: bool) -> Option<Vec<(Cid, Placed)>> {
        let face = self.faces[usize::from(face)].as_ref()?;
        let marks = face.marks.as_ref().filter(|marks| marks.has_anchors() == anchors)?;
        let cid = |part| face.characters.part(part);
        let placed = marks.place(composed, &|part| cid(part).is_some())?;
        placed.into_iter().map(|at| Some((cid(at.part)?, at))).collect()
    }
}
