//! The edge: HTTP in, use cases called, HTTP out.
//!
//! Owns the route table, reading requests strictly, and wording answers (design/wire.md). It does not
//! own what is decided: every handler makes one call into `authority` or `verify`. Called by the
//! composition root.

mod answer;
mod body;
mod caller;
mod cause;
mod closing;
mod edge;
mod error;
mod health;
mod jwks;
mod login;
mod logout;
mod me;
mod metadata;
mod password;
pub mod peer;
mod refresh;
mod routes;
mod sessions;
mod unread;
mod users;
mod verify;

pub use cause::Causes;
pub use closing::{Closing, Reading};
pub use edge::{RequestIds, edge};
pub use routes::{configure, routes};

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ipnet::IpNet;

use crate::authority::Authority;
use crate::clock::{Clock, Timestamp};
#[cfg(feature = "testing")]
use crate::fail_point::FailPoint;

/// A store that does not answer is a 503 by then, whatever is still waited for (invariant 10).
const ANSWER_WITHIN: Duration = Duration::from_millis(1_600);

/// What every handler shares; its clones, too.
#[derive(Clone)]
pub struct Edge {
    /// The use cases.
    pub authority: Authority,
    /// Read once per request, at the start.
    pub clock: Arc<dyn Clock>,
    /// The proxies whose X-Forwarded-For is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Where the ids of requests come from that bring none.
    pub request_ids: Arc<RequestIds>,
    /// How often the log says why answers are 5xx.
    pub causes: Arc<Causes>,
    /// Whether /readyz says so: from the keys being loaded to the stop signal.
    pub ready: Arc<AtomicBool>,
    /// Whether the one warning about a foreign X-Forwarded-For has been written.
    pub warned_of_forwarding: Arc<AtomicBool>,
    /// Where the process ends itself; in builds for tests only.
    #[cfg(feature = "testing")]
    pub fail_point: Option<FailPoint>,
}

impl Edge {
    /// The same for a worker of the server, called on its runtime: its refreshes go over connections
    /// of its own, where the store has such.
    pub fn on_this_runtime(&self) -> Self {
        let mut edge = self.clone();
        if let Some(sessions) = self.authority.sessions.on_this_runtime() {
            edge.authority.sessions = sessions;
        }
        edge
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Says that the server is stopping: /readyz answers 503 from now on.
    pub fn stop(&self) {
        self.ready.store(false, Ordering::Release);
    }
}
