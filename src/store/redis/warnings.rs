//! What an operator should know about the servers: said at the start and by whoever asks for it.
//!
//! Owns the questions to each server and which answers endanger sessions. It does not own what a server
//! does when it is used (`rehearsal`). Called by the start and by `jeton doctor`.

mod answers;
mod dangers;

use std::fmt;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use tokio::time::sleep;

use self::answers::Answers;
use self::dangers::{Asked, dangers};
use super::url::Topology;
use super::{Redis, Shared};
use crate::clock::{Clock, Timestamp};
use crate::store::Unavailable;

/// How often the servers are asked until they answer for the first time.
const ASK_AGAIN: Duration = Duration::from_secs(1);

/// Something about a server that endangers sessions, or that could not be found out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedisWarning {
    /// Which server.
    pub server: String,
    /// What is wrong, and what to set.
    pub problem: String,
}

impl fmt::Display for RedisWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "redis: {}: {}", self.server, self.problem)
    }
}

impl Redis {
    /// What is to be said about every server. What an ACL does not let us see is said to be unknown.
    /// `now` is compared with the servers' clocks; they may differ by a quarter of `reuse_window`.
    ///
    /// # Errors
    /// Where a server does not answer.
    pub async fn warnings(&self, reuse_window: Duration, now: Timestamp) -> Result<Vec<RedisWarning>, Unavailable> {
        self.shared.warnings(reuse_window, now).await
    }

    /// Logs the warnings as soon as all servers answer, and what is found out then only.
    pub fn announce(&self, reuse_window: Duration, clock: Arc<dyn Clock>) {
        let shared = Arc::downgrade(&self.shared);
        self.shared.driver.spawn(async move {
            while let Some(shared) = shared.upgrade() {
                if let Ok(warnings) = shared.warnings(reuse_window, clock.now()).await {
                    warnings.iter().for_each(|warning| log::warn!("{warning}"));
                    return;
                }
                drop(shared);
                sleep(ASK_AGAIN).await;
            }
        });
    }
}

impl Shared {
    async fn warnings(&self, reuse_window: Duration, now: Timestamp) -> Result<Vec<RedisWarning>, Unavailable> {
        let mut all = Vec::new();
        let asked = self.asked(reuse_window);
        for (server, link) in self.route.all().await? {
            let problems = dangers(&Answers::of(&link).await?, &asked, now);
            all.extend(problems.into_iter().map(|problem| RedisWarning { server: server.clone(), problem }));
        }
        Ok(all)
    }

    fn asked(&self, reuse_window: Duration) -> Asked {
        // The HTTP server has a worker for each core.
        let workers = available_parallelism().map_or(1, NonZeroUsize::get);
        Asked {
            replicas: self.durable.as_ref().map_or(0, |durable| durable.replicas),
            has_sentinels: matches!(self.servers.url.topology, Topology::Sentinel { .. }),
            connections: workers + 1 + usize::from(self.durable.is_some()),
            reuse_window,
        }
    }
}
