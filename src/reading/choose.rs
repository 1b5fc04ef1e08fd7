//! Which pages of a large lot are read back: those that show everything at least once, the extremes,
//! and others at even distances. The same lot gives the same choice.

use std::collections::{BTreeMap, BTreeSet, HashSet};

/// The choice of a lot's pages, as they are told one after another.
#[derive(Debug, Default)]
pub struct Choice {
    seen: HashSet<Vec<u8>>,
    covering: BTreeSet<usize>,
    /// The least and the largest amount of each number of digits, and where.
    extremes: BTreeMap<u32, [(u64, usize); 2]>,
    pages: Vec<usize>,
}

impl Choice {
    /// Something that a page shows; the first page that shows it is chosen.
    pub fn shows(&mut self, page: usize, feature: Vec<u8>) {
        if self.seen.insert(feature) {
            self.covering.insert(page);
        }
    }

    /// An amount that a page shows.
    pub fn amount(&mut self, page: usize, amount: u64) {
        let digits = amount.checked_ilog10().unwrap_or_default();
        let [least, most] = self.extremes.entry(digits).or_insert([(amount, page); 2]);
        if amount < least.0 {
            *least = (amount, page);
        }
        if amount > most.0 {
            *most = (amount, page);
        }
    }

    /// A page that could be read; pages are told in order.
    pub fn page(&mut self, page: usize) {
        self.pages.push(page);
    }

    /// The pages that are read: all when they are not more than `most`; else those that cover
    /// everything, filled up to `most`.
    #[must_use]
    pub fn made(self, most: usize) -> BTreeSet<usize> {
        if self.pages.len() <= most {
            return self.pages.into_iter().collect();
        }
        let mut chosen = self.covering;
        chosen.extend(self.extremes.values().flatten().map(|(_, page)| *page));
        chosen.extend([self.pages.first(), self.pages.last()].into_iter().flatten());
        let rest: Vec<usize> =
            self.pages.into_iter().filter(|page| !chosen.contains(page)).collect();
        let free = most.saturating_sub(chosen.len()).min(rest.len());
        let even = (0..free).map(|n| rest[(n * rest.len()).div_euclid(free)]);
        chosen.extend(even.collect::<Vec<_>>());
        chosen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_lots_are_read_whole() {
        let mut choice = Choice::default();
        for page in [3, 5, 9] {
            choice.page(page);
        }
        assert_eq!(choice.made(3), [3, 5, 9].into());
        assert!(Choice::default().made(0).is_empty());
    }

    #[test]
    fn large_lots_are_covered() {
        let chosen = |most: usize| {
            let mut choice = Choice::default();
            for page in 0..1_000 {
                choice.page(page);
                choice.shows(page, vec![u8::from(page == 777)]);
                choice.amount(
                    page,
                    match page {
                        500 => 99_999,
                        501 => 10_000,
                        502 => 7,
                        _ => 50_000,
                    },
                );
            }
            choice.made(most)
        };
        for page in [0, 777, 999, 500, 501, 502] {
            assert!(chosen(20).contains(&page), "{page}");
        }
        assert_eq!(chosen(20).len(), 20);
        assert_eq!(chosen(20), chosen(20));
        assert_eq!(chosen(2), [0, 500, 501, 502, 777, 999].into(), "coverage comes first");
        // No stretch of pages is left out.
        let all: Vec<usize> = chosen(100).into_iter().collect();
        assert!(all.windows(2).all(|pair| pair[1] - pair[0] < 25), "{all:?}");
    }
}
