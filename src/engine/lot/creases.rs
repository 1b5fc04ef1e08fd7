//! Where all leaves of a form are folded or torn from edge to edge.

use crate::form::{CreaseKind, FaceRole, Form, Item};
use crate::impose::LeafCrease;

/// The folds of the first leaf, with which all others of its set are folded, and the perforations that every leaf
/// has; fronts and backs taken together. Machines after the press are set up for a whole run.
pub(super) fn of(form: &Form) -> Vec<LeafCrease> {
    let of_leaf = |[front, back]: [FaceRole; 2]| {
        let faces = [(front, false), (back, true)];
        let faces = faces.map(|(role, behind)| form.face(role).map(|(_, face)| (face, behind)));
        let mut creases = Vec::new();
        for (face, behind) in faces.iter().flatten() {
            for item in &face.items {
                let Item::Crease(crease) = item else { continue };
                let crease = if *behind { crease.behind(form.leaf.width) } else { crease.clone() };
                let down = crease.from.y != crease.to.y;
                let at = if down { crease.from.x } else { crease.from.y };
                let perforation = crease.kind == CreaseKind::Perforation;
                let crease_of_leaf = LeafCrease { down, at, perforation };
                if crease.is_whole(form.leaf) && !creases.contains(&crease_of_leaf) {
                    creases.push(crease_of_leaf);
                }
            }
        }
        faces[0].map(|_| creases)
    };
    let leaves = [
        [FaceRole::FirstFront, FaceRole::FirstBack],
        [FaceRole::MoreFront, FaceRole::MoreBack],
        [FaceRole::SlipFront, FaceRole::SlipBack],
    ];
    let mut leaves = leaves.into_iter().filter_map(of_leaf);
    let mut all = leaves.next().unwrap_or_default();
    for leaf in leaves {
        all.retain(|crease| !crease.perforation || leaf.contains(crease));
    }
    all
}
