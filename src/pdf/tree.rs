//! The page tree: pages in groups, groups in balanced nodes, so that a reader finds any page of a
//! million in a few steps. Eight bytes are kept for a group.

use super::objects::{Id, Objects, PACK_MAX};
use std::fmt::Write as _;
use std::io::{self, Write};

/// Pages of one group: their dictionaries fill one object stream.
const GROUP: u32 = PACK_MAX;
/// Most kids of a node above the groups.
const KIDS_MAX: usize = 256;

/// The pages so far.
#[derive(Debug)]
pub(super) struct Tree {
    root: Id,
    /// The node of each group; its pages follow it in steps of two.
    groups: Vec<Id>,
    /// Pages in the last group.
    last: u32,
}

impl Tree {
    /// No pages yet.
    pub(super) const fn new(root: Id) -> Self {
        Self { root, groups: Vec::new(), last: GROUP }
    }

    /// How many pages there are.
    pub(super) const fn pages(&self) -> u64 {
        self.groups.len() as u64 * GROUP as u64 - (GROUP - self.last) as u64
    }

    /// The number of the page that is the `n`th of the file, from 0.
    pub(super) fn nth(&self, n: u64) -> Id {
        let (group, rest) = (n.div_euclid(u64::from(GROUP)), n.rem_euclid(u64::from(GROUP)));
        let group = usize::try_from(group).expect("groups are in memory");
        page_id(self.groups[group], u32::try_from(rest).expect("a group is small"))
    }

    /// Numbers for the next page: its parent, its content, and itself.
    pub(super) fn page<W: Write>(&mut self, objects: &mut Objects<W>) -> io::Result<(Id, Id, Id)> {
        if self.last == GROUP {
            // A group's numbers: its node, its object stream, then content and page in turn.
            self.groups.push(objects.reserve());
            objects.begin_pack()?;
            self.last = 0;
        }
        let parent = self.groups[self.groups.len() - 1];
        let (content, page) = (objects.reserve(), objects.reserve());
        assert_eq!(page, page_id(parent, self.last), "nothing else is numbered between pages");
        self.last += 1;
        Ok((parent, content, page))
    }

    /// Writes the nodes; `root` are the entries of the root's dictionary that all pages inherit.
    pub(super) fn write<W: Write>(self, objects: &mut Objects<W>, root: &str) -> io::Result<()> {
        let pages = self.pages();
        let last = self.groups.len().saturating_sub(1);
        let mut level: Vec<Node> = Vec::with_capacity(self.groups.len());
        for (at, &id) in self.groups.iter().enumerate() {
            let count = if at == last { self.last } else { GROUP };
            let kids = (0..count).map(|n| page_id(id, n)).collect();
            level.push(Node { id, count: u64::from(count), kids });
        }
        while level.len() > KIDS_MAX {
            let mut above = Vec::new();
            for children in level.chunks(KIDS_MAX) {
                let id = objects.reserve();
                write_nodes(objects, children, id)?;
                let kids = children.iter().map(|child| child.id).collect();
                above.push(Node { id, count: children.iter().map(|c| c.count).sum(), kids });
            }
            level = above;
        }
        write_nodes(objects, &level, self.root)?;
        let kids: Vec<Id> = level.iter().map(|node| node.id).collect();
        let kids = references(&kids);
        let root = format!("<</Type/Pages/Count {pages}/Kids[{kids}]{root}>>");
        objects.pack(self.root, root.as_bytes())
    }
}

struct Node {
    id: Id,
    count: u64,
    kids: Vec<Id>,
}

/// The number of the `n`th page of the group whose node is `group`.
const fn page_id(group: Id, n: u32) -> Id {
    group + 3 + 2 * n
}

fn write_nodes<W: Write>(objects: &mut Objects<W>, nodes: &[Node], parent: Id) -> io::Result<()> {
    for Node { id, count, kids } in nodes {
        let kids = references(kids);
        let node = format!("<</Type/Pages/Parent {parent} 0 R/Count {count}/Kids[{kids}]>>");
        objects.pack(*id, node.as_bytes())?;
    }
    Ok(())
}

fn references(ids: &[Id]) -> String {
    let mut out = String::with_capacity(ids.len() * 10);
    for (n, id) in ids.iter().enumerate() {
        let space = if n == 0 { "" } else { " " };
        write!(out, "{space}{id} 0 R").expect("writing to a string cannot fail");
    }
    out
}
