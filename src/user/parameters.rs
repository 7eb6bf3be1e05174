//! What a password hash costs, and the bounds within which a cost is accepted at all.

use argon2::Params;

/// The most memory one hash may take: 256 MiB.
const MAX_MEMORY_KIB: u32 = 256 * 1024;
/// The most passes over that memory.
const MAX_PASSES: u32 = 16;
/// The most memory times passes: one to two seconds.
const MAX_WORK: u64 = 3 * MAX_MEMORY_KIB as u64;
/// The most lanes; jeton computes them one after the other.
const MAX_LANES: u32 = 16;

/// The cost of an Argon2 hash (RFC 9106, §3.1), always within bounds: at most 256 MiB, 16 passes and
/// 16 lanes, and 768 MiB times passes. So a hostile record in a store can neither exhaust memory nor
/// occupy a thread for long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashParameters {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl HashParameters {
    /// `m` (KiB), `t` and `p`; `None` outside the bounds, or where m is under the 8·p that Argon2 needs.
    pub const fn new(memory_kib: u32, passes: u32, lanes: u32) -> Option<Self> {
        let in_bounds = memory_kib <= MAX_MEMORY_KIB && passes <= MAX_PASSES && lanes <= MAX_LANES;
        let in_bounds = in_bounds && memory_kib as u64 * passes as u64 <= MAX_WORK;
        // Argon2's own lower bounds are left to its library, which checks them all.
        if in_bounds && Params::new(memory_kib, passes, lanes, None).is_ok() {
            Some(Self { memory_kib, passes, lanes })
        } else {
            None
        }
    }

    /// The least that Argon2 can do, for tests that need many users and no safety.
    #[cfg(any(test, feature = "testing"))]
    pub const fn cheap() -> Self {
        Self { memory_kib: 8, passes: 1, lanes: 1 }
    }

    /// `m`: memory in KiB.
    pub const fn memory_kib(&self) -> u32 {
        self.memory_kib
    }

    /// `t`: passes over the memory.
    pub const fn passes(&self) -> u32 {
        self.passes
    }

    /// `p`: lanes.
    pub const fn lanes(&self) -> u32 {
        self.lanes
    }

    /// Whether a guesser pays less for these than for `other`. What a guesser pays is memory for as
    /// long as the computation holds it, and that time is itself memory times passes: m·(m·t). Lanes
    /// shift that between the factors and change nothing of the product.
    pub fn is_weaker_than(&self, other: &Self) -> bool {
        let cost = |p: &Self| u64::from(p.memory_kib).pow(2) * u64::from(p.passes);
        cost(self) < cost(other)
    }
}

/// OWASP's recommendation: m = 19456 KiB, t = 2, p = 1.
impl Default for HashParameters {
    fn default() -> Self {
        Self { memory_kib: 19_456, passes: 2, lanes: 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_costs_within_the_bounds_exist() {
        let default = HashParameters::default();
        assert_eq!(HashParameters::new(19_456, 2, 1), Some(default));
        assert_eq!(HashParameters::new(8, 1, 1), Some(HashParameters::cheap()));
        for (m, t, p) in [(262_144, 3, 16), (49_152, 16, 1), (65_536, 12, 4)] {
            assert!(HashParameters::new(m, t, p).is_some(), "{m} {t} {p}");
        }
        for (m, t, p) in [
            (262_145, 2, 1),
            (262_144, 4, 1),
            (19_456, 17, 1),
            (19_456, 2, 17),
            (7, 1, 1),
            (8, 0, 1),
            (8, 1, 0),
            (127, 1, 16),
        ] {
            assert_eq!(HashParameters::new(m, t, p), None, "{m} {t} {p}");
        }
        assert_eq!(HashParameters::new(u32::MAX, u32::MAX, u32::MAX), None);
    }

    #[test]
    fn weaker_is_what_costs_a_guesser_less() {
        let current = HashParameters::default();
        let with = |m, t| HashParameters::new(m, t, 1).unwrap();
        assert!(with(19_456, 1).is_weaker_than(&current));
        assert!(with(9_216, 4).is_weaker_than(&current));
        assert!(!current.is_weaker_than(&current));
        assert!(!with(65_536, 1).is_weaker_than(&current), "a dearer hash is never replaced by a cheaper one");
        assert!(current.is_weaker_than(&with(65_536, 1)));
    }
}
