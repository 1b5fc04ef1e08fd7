//! The document parts of a PDF/VT-1 file (ISO 16612-2): which pages are whose, as a tree of job, run
//! and pieces. Numbers of the pieces' parts follow each other, so that two bytes a piece are kept.

use super::metadata::{text_string, uuid};
use super::objects::{Id, Objects};
use super::tree::Tree;
use crate::digest::Digest;
use crate::model::{Piece, Serial};
use std::fmt::Write as _;
use std::io::{self, Write};

/// Parts in one of the arrays that a part's children stand in: readers of old take no longer ones.
const CHILDREN_MAX: usize = 8_000;

/// Metadata of a part: keys and what stands under them.
pub type Entries<'a> = &'a [(&'static str, &'a str)];

/// What the pages of a file are parts of. Nothing personal.
#[derive(Debug, Clone, Copy)]
pub struct Parts<'a> {
    /// What is said of the job.
    pub job: Entries<'a>,
    /// What is said of the run.
    pub run: Entries<'a>,
    /// The pieces, whose leaves are the sides of the file in order.
    pub pieces: &'a [Piece],
    /// The serial of the first piece.
    pub first: Serial,
    /// Sides of a leaf.
    pub sides: u16,
}

/// The parts as they are written.
#[derive(Debug)]
pub(super) struct Tracker {
    root: Id,
    job: Id,
    run: Id,
    first_piece: Id,
    first: Serial,
    sides: u32,
    leaves: Vec<u16>,
    /// Metadata of job and run.
    about: [String; 2],
    /// The piece whose sides are being written, and how many of them are left.
    at: usize,
    left: u32,
}

impl Tracker {
    /// Numbers for all parts.
    pub(super) fn new<W: Write>(objects: &mut Objects<W>, parts: &Parts<'_>) -> Self {
        let [root, job, run] = std::array::from_fn(|_| objects.reserve());
        let leaves: Vec<u16> = parts.pieces.iter().map(|piece| piece.leaves).collect();
        let mut ids = leaves.iter().map(|_| objects.reserve());
        let first_piece = ids.next().unwrap_or(run);
        ids.for_each(drop);
        let about = [parts.job, parts.run].map(|entries| {
            let mut about = String::new();
            for (key, value) in entries {
                write!(about, "/{key}{}", text_string(value)).expect("memory takes it");
            }
            about
        });
        let (first, sides) = (parts.first, u32::from(parts.sides));
        Self { root, job, run, first_piece, first, sides, leaves, about, at: 0, left: 0 }
    }

    /// The root of the parts, for the catalog.
    pub(super) const fn root(&self) -> Id {
        self.root
    }

    /// The part of the next side.
    ///
    /// # Panics
    /// When the pieces have no further side.
    pub(super) fn next_side(&mut self) -> Id {
        while self.left == 0 {
            self.left = u32::from(self.leaves[self.at]) * self.sides;
            self.at += 1;
        }
        self.left -= 1;
        self.piece(self.at - 1)
    }

    fn piece(&self, index: usize) -> Id {
        self.first_piece + Id::try_from(index).expect("fewer pieces than objects")
    }

    /// Writes all parts, once the pages have their numbers.
    ///
    /// # Panics
    /// When not all sides of all pieces were written.
    pub(super) fn write<W: Write>(self, objects: &mut Objects<W>, tree: &Tree) -> io::Result<()> {
        let Self { root, job, run, first, sides, .. } = self;
        objects.pack(
            root,
            format!(
                "<</Type/DPartRoot/DPartRootNode {job} 0 R/NodeNameList[/Job/Run/Piece]\
                 /RecordLevel 2>>"
            )
            .as_bytes(),
        )?;
        let [of_job, of_run] = &self.about;
        let node = |parent: Id, children: &str, about: &str| {
            format!("<</Type/DPart/Parent {parent} 0 R/DParts[{children}]/DPM<<{about}>>>>")
        };
        objects.pack(job, node(root, &format!("[{run} 0 R]"), of_job).as_bytes())?;
        let ids: Vec<Id> = (0..self.leaves.len()).map(|index| self.piece(index)).collect();
        let mut children = String::with_capacity(ids.len() * 10);
        for ids in ids.chunks(CHILDREN_MAX) {
            let ids: Vec<String> = ids.iter().map(|id| format!("{id} 0 R")).collect();
            write!(children, "[{}]", ids.join(" ")).expect("memory takes it");
        }
        objects.pack(run, node(job, &children, of_run).as_bytes())?;
        let mut page = 0;
        for ((&leaves, id), serial) in self.leaves.iter().zip(ids).zip(first.0..) {
            let pages = u64::from(leaves) * u64::from(sides);
            let start = tree.nth(page);
            let mut part = format!("<</Type/DPart/Parent {run} 0 R/Start {start} 0 R");
            page += pages;
            if pages > 1 {
                write!(part, "/End {} 0 R", tree.nth(page - 1)).expect("memory takes it");
            }
            let serial = Serial(serial);
            write!(part, "/DPM<</Tayori_Serial({serial})/Tayori_Leaves {leaves}>>>>")
                .expect("memory takes it");
            objects.pack(id, part.as_bytes())?;
        }
        assert_eq!(page, tree.pages(), "every side is of a piece");
        Ok(())
    }
}

/// What an object that many pages paint says of itself (ISO 16612-2, 6.7): that it is the same in
/// the whole file.
pub(super) fn shared(data: &[u8]) -> String {
    format!("/GTS_Scope/File/GTS_XID(uuid:{})", uuid(Digest::of(data)))
}
