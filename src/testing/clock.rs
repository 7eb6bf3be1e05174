//! A clock that stands still until it is told otherwise.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use crate::clock::{Clock, Timestamp};

/// A clock for tests: it moves only by hand. Clones show the same time.
#[derive(Clone, Debug)]
pub struct ManualClock(Arc<AtomicI64>);

impl ManualClock {
    /// A clock that stands at `now`.
    pub fn new(now: Timestamp) -> Self {
        Self(Arc::new(AtomicI64::new(now.as_millis())))
    }

    /// Turns it forward, here and in every clone.
    pub fn advance(&self, span: Duration) {
        let turned = |millis| Some((Timestamp::from_millis(millis) + span).as_millis());
        // The closure always gives a value, so there is no failure to look at.
        let _ = self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, turned);
    }

    /// Sets it, here and in every clone; also backwards, as a stepping machine clock would.
    pub fn set(&self, now: Timestamp) {
        self.0.store(now.as_millis(), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_show_one_time_which_moves_only_by_hand() {
        let start = Timestamp::from_secs(1000);
        let clock = ManualClock::new(start);
        let other = clock.clone();
        assert_eq!(other.now(), start);
        clock.advance(Duration::from_millis(1500));
        assert_eq!(other.now(), start + Duration::from_millis(1500));
        other.set(start);
        assert_eq!(clock.now(), start);
        clock.advance(Duration::MAX);
        assert_eq!(clock.now(), Timestamp::from_millis(i64::MAX), "time saturates, as everywhere");
    }
}
