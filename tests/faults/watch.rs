//! How long something takes: what is promised are times.

use std::time::{Duration, Instant};

/// Counts from a moment.
#[derive(Clone, Copy)]
pub struct Watch(Instant);

impl Watch {
    /// Counts from now.
    #[expect(clippy::disallowed_methods, reason = "what is promised is a time of the machine")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// What has passed.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}
