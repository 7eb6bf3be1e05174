//! How many attempts are too many, and how long whoever makes too many waits.

use std::time::Duration;

/// The longest wait, in windows: lock-out after lock-out waits twice as long, up to this.
pub const LONGEST_WAIT: u32 = 16;

/// For how long an attempt that was neither taken back nor found to have failed counts as pending: longer
/// than any sign-in may take. After that it has failed.
pub const PENDING_FOR: Duration = Duration::from_secs(2);

/// So many attempts within any span of this length. In text `10/15m`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// How many attempts; at least one.
    pub attempts: usize,
    /// The span; more than zero.
    pub window: Duration,
}

impl Limit {
    /// How long the lock-out of this number lasts, from the second one on: two windows, four, eight,
    /// and [`LONGEST_WAIT`] from then on.
    pub fn wait(&self, lockouts: u32) -> Duration {
        let windows = 1_u32.checked_shl(lockouts.saturating_sub(1)).unwrap_or(LONGEST_WAIT).min(LONGEST_WAIT);
        self.window.saturating_mul(windows)
    }

    /// How long after its end a lock-out still makes the next one longer: no shorter than the longest
    /// wait, so that to be forgotten gains nothing over enduring it.
    pub fn memory(&self) -> Duration {
        self.window.saturating_mul(LONGEST_WAIT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wait_is_twice_the_last_and_none_is_longer_than_sixteen_windows() {
        let limit = Limit { attempts: 10, window: Duration::from_secs(900) };
        let windows: Vec<u64> = (1..=7).map(|number| limit.wait(number).as_secs() / 900).collect();
        assert_eq!(windows, [1, 2, 4, 8, 16, 16, 16]);
        assert_eq!(limit.wait(u32::MAX), limit.memory());
    }
}
