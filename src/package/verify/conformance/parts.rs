//! The document parts of a PDF/VT-1 file (ISO 16612-2): the tree of job, run and pieces, and that its
//! leaves are exactly the pieces of `pieces.csv` on their pages.

use super::Look;
use super::metadata::text_of;
use crate::model::Serial;
use lopdf::{Dictionary, Object, ObjectId};
use std::collections::HashMap;

/// The document parts that a file must have.
pub(in super::super) struct PartsClaim {
    /// What is said of the job and of the run: keys and texts.
    pub(in super::super) about: [Vec<(&'static str, String)>; 2],
    /// The pieces in order: serial, leaves, and the sheet on which each begins, from 1.
    pub(in super::super) pieces: Vec<(Serial, u16, u32)>,
    /// Pages of a leaf.
    pub(in super::super) sides: usize,
}

impl<'a> Look<'a> {
    /// The whole tree, when the file must have one.
    pub(super) fn parts(&mut self) {
        let Some(claim) = &self.claim.parts else { return };
        if let Err(why) = self.tree(claim) {
            self.fault(format!("its document parts: {why}"));
        }
    }

    fn tree(&self, claim: &PartsClaim) -> Result<(), String> {
        let catalog = self.file.document.catalog().map_err(|error| error.to_string())?;
        let (root_id, root) = self.node(catalog, "DPartRoot").ok_or("there are none")?;
        only(root, &["Type", "DPartRootNode", "NodeNameList", "RecordLevel"])?;
        let names = self.value(root, "NodeNameList").and_then(|names| names.as_array().ok());
        let names: Vec<&[u8]> =
            names.into_iter().flatten().filter_map(|name| name.as_name().ok()).collect();
        if names != [b"Job".as_slice(), b"Run", b"Piece"] {
            return Err("their levels are not job, run and piece".to_owned());
        }
        if self.value(root, "RecordLevel").and_then(|level| level.as_i64().ok()) != Some(2) {
            return Err("their records are not the pieces".to_owned());
        }
        let (job_id, job) = self.node(root, "DPartRootNode").ok_or("there is no job")?;
        let [of_job, of_run] = &claim.about;
        let [run_id] = self.inner_node(root_id, job, of_job)?[..] else {
            return Err("the job has not exactly one run".to_owned());
        };
        let run = self.file.document.get_dictionary(run_id).map_err(|error| error.to_string())?;
        let leaves = self.inner_node(job_id, run, of_run)?;
        if leaves.len() != claim.pieces.len() {
            let (found, wanted) = (leaves.len(), claim.pieces.len());
            return Err(format!("{found} pieces, the list has {wanted}"));
        }
        let mut page = 0;
        let mut of_pages: HashMap<ObjectId, ObjectId> = HashMap::new();
        for (&id, &(serial, leaves, sheet)) in leaves.iter().zip(&claim.pieces) {
            let pages = usize::from(leaves) * claim.sides;
            let range = self.file.pages.get(page..page + pages);
            let range = range.filter(|_| page == (sheet as usize).wrapping_sub(1) * claim.sides);
            let range = range.ok_or_else(|| format!("piece {serial} has no pages"))?;
            self.leaf(id, run_id, (serial, leaves), range)
                .map_err(|why| format!("piece {serial}: {why}"))?;
            of_pages.extend(range.iter().map(|&page| (page, id)));
            page += pages;
        }
        if page != self.file.pages.len() {
            return Err("a page is of no piece".to_owned());
        }
        for (number, id) in self.file.pages.iter().enumerate() {
            let page = self.file.document.get_dictionary(*id).map_err(|e| e.to_string())?;
            let part = page.get(b"DPart").and_then(Object::as_reference).ok();
            if part.is_none() || part != of_pages.get(id).copied() {
                return Err(format!("page {} says that it is of another piece", number + 1));
            }
        }
        Ok(())
    }

    /// The object that a key refers to.
    fn node(&self, dictionary: &'a Dictionary, key: &str) -> Option<(ObjectId, &'a Dictionary)> {
        let id = dictionary.get(key.as_bytes()).and_then(Object::as_reference).ok()?;
        Some((id, self.file.document.get_dictionary(id).ok()?))
    }

    /// The children of a part that has some: an array of arrays of references.
    fn inner_node(
        &self,
        parent: ObjectId,
        node: &'a Dictionary,
        about: &[(&'static str, String)],
    ) -> Result<Vec<ObjectId>, String> {
        only(node, &["Type", "Parent", "DParts", "DPM"])?;
        is_part(node, parent)?;
        let said = self.inner(node, "DPM").ok_or("a part says nothing of itself")?;
        let text = |key: &str| self.value(said, key).and_then(text_of);
        let same = |(key, value): &(&str, String)| text(key).as_ref() == Some(value);
        if said.len() != about.len() || !about.iter().all(same) {
            return Err("what is said of job or run is not the manifest's".to_owned());
        }
        let flat = || "the parts of a part are no lists of parts".to_owned();
        let lists = self.value(node, "DParts").and_then(|lists| lists.as_array().ok());
        let mut children = Vec::new();
        for list in lists.ok_or_else(flat)? {
            let list = self.resolved(list).and_then(|list| list.as_array().ok());
            for child in list.filter(|list| !list.is_empty()).ok_or_else(flat)? {
                children.push(child.as_reference().map_err(|_| flat())?);
            }
        }
        Ok(children)
    }

    /// The part of a piece on its pages.
    fn leaf(
        &self,
        id: ObjectId,
        run: ObjectId,
        (serial, leaves): (Serial, u16),
        pages: &[ObjectId],
    ) -> Result<(), String> {
        let part = self.file.document.get_dictionary(id).map_err(|error| error.to_string())?;
        only(part, &["Type", "Parent", "Start", "End", "DPM"])?;
        is_part(part, run)?;
        let page = |key: &[u8]| part.get(key).and_then(Object::as_reference).ok();
        let last = pages.last().copied().filter(|_| pages.len() > 1);
        if page(b"Start") != pages.first().copied() || page(b"End") != last {
            return Err("it has other pages".to_owned());
        }
        let said = self.inner(part, "DPM").ok_or("nothing is said of it")?;
        only(said, &["Tayori_Serial", "Tayori_Leaves"])?;
        let text = self.value(said, "Tayori_Serial").and_then(|text| text.as_str().ok());
        let count = self.value(said, "Tayori_Leaves").and_then(|count| count.as_i64().ok());
        if text != Some(serial.to_string().as_bytes()) || count != Some(i64::from(leaves)) {
            return Err("what is said of it is not the list's".to_owned());
        }
        Ok(())
    }
}

fn is_part(part: &Dictionary, parent: ObjectId) -> Result<(), String> {
    let above = part.get(b"Parent").and_then(Object::as_reference).ok();
    if above != Some(parent) || !part.has_type(b"DPart") {
        return Err("a part does not know what it is part of".to_owned());
    }
    Ok(())
}

fn only(dictionary: &Dictionary, keys: &[&str]) -> Result<(), String> {
    let other = dictionary.iter().find(|(key, _)| !keys.iter().any(|it| it.as_bytes() == *key));
    other.map_or(Ok(()), |(key, _)| Err(format!("one has `{}`", String::from_utf8_lossy(key))))
}
