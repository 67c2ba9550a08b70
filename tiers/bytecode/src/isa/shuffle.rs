//! Opcodes in an order that a seed draws: bytecode for one order means nothing to a VM of another.

use super::{Isa, SHORT_ESCAPES, Template};

impl Isa {
    /// The set with its opcodes drawn anew. The same for the same seed.
    pub fn shuffled(mut self, seed: u64) -> Isa {
        let mut draw = Draw(seed);
        draw.shuffle(&mut self.fast);
        self.others.iter_mut().for_each(|dialect| draw.shuffle(dialect));
        // Those with a two-byte opcode stay among themselves: the encoder counted on it.
        let short = self.escape.len().min(SHORT_ESCAPES);
        let (short, long) = self.escape.split_at_mut(short);
        draw.shuffle(short);
        draw.shuffle(long);
        self
    }
}

/// SplitMix64: <https://prng.di.unimi.it/splitmix64.c>.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn shuffle(&mut self, templates: &mut [Template]) {
        for i in (1..templates.len()).rev() {
            let j = ((u128::from(self.next()) * (i as u128 + 1)) >> 64) as usize;
            templates.swap(i, j);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_templates_in_another_order() {
        let general = Isa::general();
        let [one, again, two] = [1, 1, 2].map(|seed| general.clone().shuffled(seed));
        assert_eq!(one, again);
        assert!(one.fast != two.fast && one.escape != two.escape);
        assert_ne!(one.fingerprint(), general.fingerprint());
        assert_eq!(one.missing(), None);
        let sorted = |mut t: Vec<Template>| {
            t.sort();
            t
        };
        assert_eq!(sorted(one.fast), sorted(general.fast.clone()));
        assert_eq!(sorted(one.escape), sorted(general.escape.clone()));
    }
}
