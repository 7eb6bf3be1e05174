//! Time as a parameter: a [`Timestamp`] is read once at the edge and passed down.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

/// A moment in UTC, in whole milliseconds since 1970-01-01T00:00:00Z.
///
/// All arithmetic saturates, so that a clock which stepped backwards yields zero and not a panic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From milliseconds since the epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// From seconds since the epoch (an RFC 7519 NumericDate without a fraction).
    pub const fn from_secs(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// Milliseconds since the epoch.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch, rounded down.
    pub const fn as_secs(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// The time from `earlier` to here; zero where `earlier` is later.
    pub fn since(self, earlier: Timestamp) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// This moment, rounded down to a whole minute.
    pub const fn to_the_minute(self) -> Self {
        Self(self.0.div_euclid(60_000).saturating_mul(60_000))
    }

    /// This moment, rounded up to a whole second.
    pub const fn to_next_second(self) -> Self {
        Self(self.0.saturating_add(999).div_euclid(1000).saturating_mul(1000))
    }

    /// RFC 3339 in UTC with whole seconds: `2026-11-21T09:30:00Z`.
    pub fn rfc3339(self) -> String {
        self.text(SecondsFormat::Secs)
    }

    /// RFC 3339 in UTC with milliseconds: `2026-11-21T09:30:00.000Z`.
    pub fn rfc3339_millis(self) -> String {
        self.text(SecondsFormat::Millis)
    }

    fn text(self, precision: SecondsFormat) -> String {
        DateTime::<Utc>::from_timestamp_millis(self.0).unwrap_or_default().to_rfc3339_opts(precision, true)
    }
}

impl std::ops::Add<Duration> for Timestamp {
    type Output = Timestamp;

    fn add(self, span: Duration) -> Timestamp {
        Self(self.0.saturating_add(i64::try_from(span.as_millis()).unwrap_or(i64::MAX)))
    }
}

impl std::ops::Sub<Duration> for Timestamp {
    type Output = Timestamp;

    fn sub(self, span: Duration) -> Timestamp {
        Self(self.0.saturating_sub(i64::try_from(span.as_millis()).unwrap_or(i64::MAX)))
    }
}

/// Where the edge reads the time. Rules never see a clock, only the [`Timestamp`] it gave.
pub trait Clock: Send + Sync {
    /// The time now.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the time comes in")]
    fn now(&self) -> Timestamp {
        // Not chrono's, which makes a date first. Before 1970 no clock is set.
        Timestamp(0) + SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_saturates_and_formats_in_utc() {
        let t = Timestamp::from_secs(1_795_253_400);
        assert_eq!(t.rfc3339(), "2026-11-21T09:30:00Z");
        assert_eq!(t.since(t + Duration::from_secs(1)), Duration::ZERO);
        assert_eq!((t + Duration::from_secs(61)).to_the_minute(), t + Duration::from_secs(60));
        assert_eq!((t + Duration::from_millis(1)).to_next_second(), t + Duration::from_secs(1));
        assert_eq!((t.to_next_second(), Timestamp::from_millis(-1).to_next_second()), (t, Timestamp::from_secs(0)));
        assert_eq!(t + Duration::MAX, Timestamp::from_millis(i64::MAX));
    }
}
