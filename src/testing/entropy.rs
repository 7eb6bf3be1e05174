//! Randomness that is the same in every run.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_lc_rs::digest::{SHA256, digest};

use crate::entropy::Entropy;

/// Repeatable bytes for tests: SHA-256 over a seed and a counter. Whoever knows the seed knows the
/// bytes, so nothing outside of a test may use it. Clones draw from the same stream.
#[derive(Clone, Debug)]
pub struct SeededEntropy {
    seed: u64,
    next_block: Arc<AtomicU64>,
}

impl SeededEntropy {
    /// The stream of this seed, from its beginning.
    pub fn new(seed: u64) -> Self {
        Self { seed, next_block: Arc::new(AtomicU64::new(0)) }
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(SHA256.output_len()) {
            let block = self.next_block.fetch_add(1, Ordering::Relaxed);
            let bytes = digest(&SHA256, &[self.seed.to_be_bytes(), block.to_be_bytes()].concat());
            chunk.copy_from_slice(&bytes.as_ref()[..chunk.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_stream_and_a_stream_never_repeats_itself() {
        let (one, same, other) = (SeededEntropy::new(1), SeededEntropy::new(1), SeededEntropy::new(2));
        let first = one.id();
        assert_eq!(first, same.id());
        assert_ne!(first, other.id());
        assert_ne!(first, one.id());
        assert_eq!(one.id(), {
            same.id();
            same.clone().id()
        });

        let mut long = [0; 100];
        one.fill(&mut long);
        assert_ne!(long[..32], long[32..64]);
        assert_ne!(long[96..], [0; 4], "the last, shorter piece is filled too");
    }
}
