//! What the log says of names and rows that let nobody in, and how often: whoever signs in can cause it.

use std::sync::Arc;
use std::time::Duration;

use crate::clock::Clock;
use crate::log::Ration;

/// Of each complaint a minute has one line: one request more is no news.
const SPAN: Duration = Duration::from_secs(60);

/// The lines, each counted by its text.
pub(super) struct Complaints {
    lines: Ration<String>,
    clock: Arc<dyn Clock>,
}

impl Complaints {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { lines: Ration::new(1, SPAN), clock }
    }

    /// Says who lets nobody in and why, or counts it.
    pub(super) fn log(&self, what: &str) {
        if let Some(left_out) = self.lines.take(what, self.clock.now()) {
            log::warn!("JETON_USERS_QUERY: nobody is let in by {what}{left_out}");
        }
    }
}
