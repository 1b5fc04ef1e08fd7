//! Candidates: what planning needs of every record that may become a piece, in little memory. A
//! million of them are an index, not a copy of the input.

use crate::model::Yen;

/// What a record's own values decide of its run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Class<'a> {
    /// The stock's id.
    pub stock: &'a str,
    /// The envelope's id; empty when the piece is not inserted.
    pub envelope: &'a str,
    /// The delivery class.
    pub delivery: &'a str,
    /// The former municipality's code; empty without one.
    pub former: &'a str,
}

/// The same, kept once for all candidates that share it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OwnClass {
    stock: String,
    envelope: String,
    delivery: String,
    former: String,
}

impl OwnClass {
    pub(super) fn view(&self) -> Class<'_> {
        Class {
            stock: &self.stock,
            envelope: &self.envelope,
            delivery: &self.delivery,
            former: &self.former,
        }
    }
}

/// A record that may become a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) amount: Yen,
    key: u64,
    pub(super) record: u32,
    pub(super) leaves: u16,
    pub(super) class: u16,
    key_len: u16,
}

/// What pass 1 tells of a record beyond its class and sort key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measured {
    /// The record's position in the pass-1 index.
    pub record: u32,
    /// How many leaves the piece takes; at least one.
    pub leaves: u16,
    /// The amount that balances.
    pub amount: Yen,
}

/// All candidates of a job, in any order: planning sorts them.
#[derive(Debug, Clone, Default)]
pub struct Candidates {
    classes: Vec<OwnClass>,
    items: Vec<Candidate>,
    keys: Vec<u8>,
    latest: u16,
}

impl Candidates {
    /// No candidates yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Adds a candidate; `write_key` appends its sort key (at most 65,535 bytes count).
    pub fn push(
        &mut self,
        measured: Measured,
        class: Class<'_>,
        write_key: impl FnOnce(&mut Vec<u8>),
    ) {
        assert!(measured.leaves > 0, "a piece has at least one leaf");
        let class = self.class(class);
        let start = self.keys.len();
        write_key(&mut self.keys);
        let key_len = u16::try_from(self.keys.len() - start).unwrap_or(u16::MAX);
        let Measured { record, leaves, amount } = measured;
        self.items.push(Candidate { amount, key: start as u64, record, leaves, class, key_len });
    }

    /// Adds the candidates of another part of the input.
    pub fn append(&mut self, other: &Self) {
        let base = self.keys.len() as u64;
        self.keys.extend_from_slice(&other.keys);
        let classes: Vec<u16> = other.classes.iter().map(|own| self.class(own.view())).collect();
        self.items.extend(other.items.iter().map(|item| Candidate {
            key: item.key + base,
            class: classes[usize::from(item.class)],
            ..*item
        }));
    }

    /// Takes the candidates of these records (ascending) away again, and returns them.
    pub fn remove(&mut self, records: &[u32]) -> Vec<Measured> {
        let mut removed = Vec::new();
        self.items.retain(|&Candidate { record, leaves, amount, .. }| {
            let is_kept = records.binary_search(&record).is_err();
            if !is_kept {
                removed.push(Measured { record, leaves, amount });
            }
            is_kept
        });
        removed
    }

    pub(super) fn items(&self) -> &[Candidate] {
        &self.items
    }

    pub(super) fn classes(&self) -> &[OwnClass] {
        &self.classes
    }

    pub(super) fn key(&self, item: &Candidate) -> &[u8] {
        let start = usize::try_from(item.key).expect("the keys are in memory");
        &self.keys[start..start + usize::from(item.key_len)]
    }

    /// The position of a class, most often that of the record before. Beyond [`u16::MAX`] classes
    /// the last takes all; `plan` refuses such a job long before.
    fn class(&mut self, class: Class<'_>) -> u16 {
        if self.classes.get(usize::from(self.latest)).is_some_and(|own| own.view() == class) {
            return self.latest;
        }
        let known = self.classes.iter().position(|own| own.view() == class);
        let at = known.unwrap_or_else(|| {
            if self.classes.len() <= super::CLASSES_MAX {
                self.classes.push(OwnClass {
                    stock: class.stock.to_owned(),
                    envelope: class.envelope.to_owned(),
                    delivery: class.delivery.to_owned(),
                    former: class.former.to_owned(),
                });
            }
            self.classes.len() - 1
        });
        self.latest = u16::try_from(at).expect("classes are limited");
        self.latest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLASS: Class<'_> =
        Class { stock: "plain", envelope: "naga3", delivery: "ordinary", former: "" };

    #[test]
    fn parts_of_the_input_share_their_classes() {
        let one = Measured { record: 1, leaves: 1, amount: Yen(100) };
        let mut first = Candidates::new();
        first.push(one, CLASS, |key| key.extend(b"b"));
        let mut second = Candidates::new();
        second.push(one, Class { former: "01", ..CLASS }, |key| key.extend(b"aa"));
        second.push(one, CLASS, |key| key.extend(b"c"));
        first.append(&second);
        assert_eq!(first.len(), 3);
        assert_eq!(first.classes().len(), 2);
        let seen: Vec<_> = first.items().iter().map(|item| (item.class, first.key(item))).collect();
        assert_eq!(seen, [(0, &b"b"[..]), (1, b"aa"), (0, b"c")]);
    }
}
