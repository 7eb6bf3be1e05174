//! Real servers for tests: processes in folders of their own, ended by their handles. It does not own
//! what is tried with them. Called by every test of this binary.

mod cluster;
mod process;
mod sentinel;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use jeton::entropy::SystemEntropy;
use jeton::store::redis::{Redis, RedisSettings, RedisUrl};

pub use cluster::{ClusterGroup, NODE_TIMEOUT};
pub use process::Server;
pub use sentinel::{DOWN_AFTER, SentinelGroup};

/// How long anything may take on a loaded machine before a test fails.
const PATIENCE: Duration = Duration::from_secs(30);

/// Polls until the condition holds; fails the test when it does not come true.
#[track_caller]
#[expect(clippy::disallowed_methods, reason = "a bound on how long a test may take")]
pub fn eventually(what: &str, mut condition: impl FnMut() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < PATIENCE, "it never came true that {what}");
        // Between two looks at another process, which has no way to tell us.
        thread::park_timeout(Duration::from_millis(10));
    }
}

/// The same for a condition that is asked of a store.
pub async fn eventually_async(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let mut looks = tokio::time::interval(Duration::from_millis(10));
    let all = async {
        while !condition().await {
            looks.tick().await;
        }
    };
    tokio::time::timeout(PATIENCE, all).await.unwrap_or_else(|_| panic!("it never came true that {what}"));
}

/// The settings of this URL, with keys that no other test has.
pub fn settings(url: &str) -> RedisSettings {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let namespace = format!("test{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    RedisSettings { namespace, ..RedisSettings::new(RedisUrl::parse(url).unwrap()) }
}

/// A store over these settings.
pub fn open(settings: RedisSettings) -> Redis {
    Redis::open(settings, Arc::new(SystemEntropy)).unwrap()
}
