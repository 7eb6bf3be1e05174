//! What stands between a token and something worth having: three ways to build that from jeton.
//!
//! Owns starting and ending them. It does not own what is tried with them. Called by every test of this
//! binary.

mod extractor;
mod gateway;
mod program;
mod server;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use jeton::testing::TestIssuer;

use crate::socket::PATIENCE;

pub use extractor::Extractor;
pub use gateway::Gateway;
pub use program::Program;
pub use server::Server;

/// A door: where it is, what needs a token there, and who makes good ones.
pub trait Door: Sync {
    /// Where it listens.
    fn address(&self) -> SocketAddr;

    /// A path that needs a good token.
    fn target(&self) -> &str;

    /// Whose tokens it takes.
    fn issuer(&self) -> &TestIssuer;

    /// Statuses in the 500s with which it refuses what it does not speak; everything else there is a fault.
    fn refusals(&self) -> &[u16] {
        &[]
    }

    /// How long it may be silent.
    fn patience(&self) -> Duration {
        PATIENCE
    }

    /// Whether it waits without a bound for the rest of a body that it has answered already.
    fn waits_for_bodies(&self) -> bool {
        false
    }
}

/// Polls until the condition holds; fails the test when it does not come true.
#[track_caller]
#[expect(clippy::disallowed_methods, reason = "a bound on how long a test may take")]
pub fn eventually(what: &str, mut condition: impl FnMut() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < 3 * PATIENCE, "it never came true that {what}");
        // Between two looks at another process, which has no way to tell us.
        std::thread::park_timeout(Duration::from_millis(10));
    }
}

/// A request to a door with these header lines.
pub fn get(door: &dyn Door, lines: &str) -> String {
    format!("GET {} HTTP/1.1\r\nHost: door.test\r\n{lines}\r\n", door.target())
}
