//! A small generator of numbers that are the same on every machine: `SplitMix64` (Steele, Lea and
//! Flood 2014). Not for secrets.

/// A stream of numbers.
#[derive(Debug, Clone)]
pub(super) struct Random(u64);

impl Random {
    /// The stream that belongs to `key`: a seed, a record, a field. Streams of different keys have
    /// nothing to do with each other.
    pub(super) fn of(key: &[u64]) -> Self {
        let mut random = Self(0x9E37_79B9_7F4A_7C15);
        for &part in key {
            random.0 = random.next() ^ part.wrapping_mul(0xD6E8_FEB8_6659_FD93);
        }
        random
    }

    /// The next 64 bits.
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    /// An even number from 0 to below `n`; 0 when `n` is 0.
    pub(super) fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(n)) >> 64) as u64
    }

    /// An even number from `low` to `high`, both included; `low` when the range is empty.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        if high <= low {
            return low;
        }
        low.saturating_add_unsigned(self.below(high.abs_diff(low).saturating_add(1)))
    }

    /// A number from `low` to `high` that is as likely in each doubling: most are small, as
    /// amounts of money and areas of land are.
    pub(super) fn skewed(&mut self, low: i64, high: i64) -> i64 {
        if low < 0 || high <= low {
            return self.between(low, high);
        }
        let base = low.max(1);
        #[expect(clippy::integer_division, reason = "how often the low end doubles")]
        let doublings = u64::from((high / base).ilog2()) + 1;
        let octave = u32::try_from(self.below(doublings)).unwrap_or(0);
        let from = if octave == 0 { low } else { base << octave };
        let to = (base << octave).saturating_mul(2).saturating_sub(1).min(high);
        self.between(from, to)
    }

    /// Whether a chance of `percent` came up.
    pub(super) fn percent(&mut self, percent: u32) -> bool {
        self.below(100) < u64::from(percent)
    }

    /// One of `items`.
    pub(super) fn choose<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        let at = usize::try_from(self.below(items.len() as u64)).unwrap_or(0);
        &items[at]
    }

    /// The index of a weight, drawn in proportion to the weights.
    pub(super) fn weighted(&mut self, weights: impl Iterator<Item = u32> + Clone) -> usize {
        let mut rest = self.below(weights.clone().map(u64::from).sum());
        for (at, weight) in weights.enumerate() {
            match rest.checked_sub(u64::from(weight)) {
                Some(left) => rest = left,
                None => return at,
            }
        }
        0
    }
}

/// A key part from a text (FNV-1a), so that a field keeps its values when others come and go.
pub(super) fn key_of(text: &str) -> u64 {
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first numbers of seed 1234567, as the authors' reference code gives them.
    #[test]
    fn known_answers() {
        let mut random = Random(1_234_567);
        let expected = [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
            4_593_380_528_125_082_431,
            16_408_922_859_458_223_821,
        ];
        assert_eq!([(); 5].map(|()| random.next()), expected);
    }

    #[test]
    fn ranges_are_kept_and_reached() {
        let mut random = Random::of(&[7]);
        let drawn: Vec<i64> = (0..2000).map(|_| random.between(-2, 3)).collect();
        assert_eq!((drawn.iter().min(), drawn.iter().max()), (Some(&-2), Some(&3)));
        assert!((0..2000).all(|_| (300..=5_000_000).contains(&random.skewed(300, 5_000_000))));
        let top = (0..2000).filter(|_| random.skewed(2000, 90_000) == 90_000).count();
        assert!(top < 5, "{top} of 2000 at the very top");
        assert!((0..2000).any(|_| random.skewed(0, 9) == 0));
        assert_eq!(random.skewed(5, 5), 5);
        assert!((0..100).all(|_| random.skewed(0, 1) <= 1));
        let mut counts = [0; 3];
        for _ in 0..3000 {
            counts[random.weighted([70, 0, 30].into_iter())] += 1;
        }
        assert!(counts[0] > 1900 && counts[1] == 0 && counts[2] > 700, "{counts:?}");
    }
}
