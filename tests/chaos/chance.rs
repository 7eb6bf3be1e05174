//! Choices that are the same for the same seed: everybody draws from a stream of their own, so that
//! nobody's choices depend on who came first.

use std::ops::RangeInclusive;
use std::time::Duration;

use jeton::entropy::Entropy;
use jeton::testing::SeededEntropy;

/// Somebody's stream.
pub struct Chance(SeededEntropy);

impl Chance {
    /// The stream of this name under this seed.
    pub fn new(seed: u64, name: &str) -> Self {
        // FNV-1a: the same in every version of the standard library.
        let mixed = name
            .bytes()
            .fold(seed ^ 0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        Self(SeededEntropy::new(mixed))
    }

    /// Below `bound`, which is more than 0.
    pub fn below(&self, bound: u64) -> u64 {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        u64::from_be_bytes(bytes) % bound
    }

    /// True once in so many times.
    pub fn one_in(&self, times: u64) -> bool {
        self.below(times) == 0
    }

    /// One of these.
    pub fn pick<T: Clone>(&self, choices: &[T]) -> T {
        choices[usize::try_from(self.below(choices.len() as u64)).expect("it is an index")].clone()
    }

    /// A secret that nobody else draws.
    pub fn secret(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        self.0.fill(&mut bytes);
        bytes
    }

    /// A time within these, in milliseconds.
    pub fn span(&self, bounds: &RangeInclusive<Duration>) -> Duration {
        let [least, most] = [bounds.start(), bounds.end()].map(|bound| bound.as_millis() as u64);
        Duration::from_millis(least + self.below(most - least + 1))
    }
}

#[test]
fn a_name_under_a_seed_draws_the_same_again_and_another_draws_otherwise() {
    let draw = |seed, name| {
        let chance = Chance::new(seed, name);
        (0..8).map(|_| chance.below(1 << 32)).collect::<Vec<_>>()
    };
    assert_eq!(draw(1, "tab 1"), draw(1, "tab 1"));
    assert_ne!(draw(1, "tab 1"), draw(1, "tab 2"));
    assert_ne!(draw(1, "tab 1"), draw(2, "tab 1"));
}
