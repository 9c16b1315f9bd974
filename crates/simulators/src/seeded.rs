//! Repeatable chance: everything that looks random in a simulator follows from one seed.

/// A small generator (SplitMix64 by Steele, Lea and Flood). Good enough for imitation, never for secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seeded {
    state: u64,
}

impl Seeded {
    /// The same seed gives the same sequence.
    pub fn new(seed: u64) -> Seeded {
        Seeded { state: seed }
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to but without `end`; 0 if `end` is 0.
    pub fn below(&mut self, end: u64) -> u64 {
        let wide = u128::from(self.bits()) * u128::from(end);
        u64::try_from(wide >> 64).unwrap_or(0)
    }

    /// True in so many of a thousand cases.
    pub fn chance(&mut self, per_mille: u16) -> bool {
        self.below(1_000) < u64::from(per_mille)
    }

    /// An identifier shaped like a version 4 UUID.
    pub fn uuid(&mut self) -> String {
        let (high, low) = (self.bits(), self.bits());
        let third = 0x4000 | (high & 0x0fff);
        let fourth = 0x8000 | ((low >> 48) & 0x3fff);
        format!(
            "{:08x}-{:04x}-{third:04x}-{fourth:04x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            low & 0xffff_ffff_ffff
        )
    }

    /// So many decimal digits.
    pub fn digits(&mut self, count: usize) -> String {
        (0..count)
            .map(|_| char::from_digit(u32::try_from(self.below(10)).unwrap_or(0), 10).unwrap_or('0'))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_gives_one_sequence() {
        let mut first = Seeded::new(42);
        let mut second = Seeded::new(42);
        let mut other = Seeded::new(43);
        assert_eq!(first.uuid(), second.uuid());
        assert_ne!(first.uuid(), other.uuid());
    }

    #[test]
    fn the_generator_gives_the_published_numbers() {
        // First outputs of SplitMix64 for seed 1234567, as published with the Rosetta Code task.
        let mut seeded = Seeded::new(1_234_567);
        assert_eq!(seeded.bits(), 6_457_827_717_110_365_317);
        assert_eq!(seeded.bits(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn an_identifier_looks_like_a_version_4_uuid() {
        let id = Seeded::new(7).uuid();
        assert_eq!(id.len(), 36);
        assert_eq!(id.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
        assert!(id.split('-').nth(2).is_some_and(|part| part.starts_with('4')));
    }

    #[test]
    fn never_and_always_are_exact() {
        let mut seeded = Seeded::new(1);
        assert!((0..1_000).all(|_| !seeded.chance(0)));
        assert!((0..1_000).all(|_| seeded.chance(1_000)));
        assert_eq!(seeded.below(0), 0);
    }
}
