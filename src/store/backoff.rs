//! How long to wait before trying to connect again.

use std::time::Duration;

use crate::entropy::Entropy;

/// The first wait's upper bound.
const FIRST: Duration = Duration::from_millis(25);

/// No wait is longer: a store that is back must be found within two seconds, a deadline of an attempt
/// under way included.
const LONGEST: Duration = Duration::from_millis(400);

/// The waits between attempts: each bound twice the last, and a random half of it, so that the
/// instances of a service do not all knock at the same moment.
#[derive(Default)]
pub(super) struct Backoff {
    failures: u32,
}

impl Backoff {
    /// The wait after one more failure.
    pub(super) fn next(&mut self, entropy: &dyn Entropy) -> Duration {
        let bound = FIRST.saturating_mul(1 << self.failures.min(8)).min(LONGEST);
        self.failures = self.failures.saturating_add(1);
        let mut random = [0; 1];
        entropy.fill(&mut random);
        bound / 2 + bound / 2 * u32::from(random[0]) / 255
    }

    /// The last attempt led to something.
    pub(super) const fn reset(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Always(u8);

    impl Entropy for Always {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.fill(self.0);
        }
    }

    #[test]
    fn waits_grow_to_a_bound_and_begin_anew() {
        let mut backoff = Backoff::default();
        let waits: Vec<_> = (0..6).map(|_| backoff.next(&Always(255)).as_millis()).collect();
        assert_eq!(waits, [25, 50, 100, 200, 400, 400]);
        for _ in 0..100 {
            assert_eq!(backoff.next(&Always(0)), LONGEST / 2);
        }
        backoff.reset();
        assert!(backoff.next(&Always(255)) <= FIRST);
    }
}
