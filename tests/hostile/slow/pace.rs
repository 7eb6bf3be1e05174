//! Good clients that ask /verify at an even pace, and how long they wait for each answer.
#![expect(clippy::disallowed_methods, reason = "it measures the machine's own time")]

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use crate::socket::Client;

/// What good clients do.
pub struct Pace<'a> {
    pub address: SocketAddr,
    /// A whole request that is answered 200.
    pub request: &'a [u8],
    /// From one request to the next of the same client.
    pub every: Duration,
    /// Whether each request has a connection of its own.
    pub anew: bool,
}

impl Pace<'_> {
    /// Asks for as long as `goes_on`; how long each answer took, sorted. Every answer must be a 200.
    pub fn keep(&self, goes_on: impl Fn() -> bool) -> Vec<Duration> {
        let (mut client, mut waits, mut next) = (Client::to(self.address), Vec::new(), Instant::now());
        while goes_on() {
            if self.anew {
                client = Client::to(self.address);
            }
            let start = Instant::now();
            let answer = client.ask(self.request);
            waits.push(start.elapsed());
            assert_eq!(answer.status, 200, "{answer:?}");
            next = (next + self.every).max(Instant::now());
            while let Some(rest) = next.checked_duration_since(Instant::now()).filter(|rest| !rest.is_zero()) {
                std::thread::park_timeout(rest);
            }
        }
        waits.sort_unstable();
        waits
    }

    /// As [`Self::keep`], for a time.
    pub fn keep_for(&self, time: Duration) -> Vec<Duration> {
        let start = Instant::now();
        self.keep(|| start.elapsed() < time)
    }
}

/// The wait that so many of a hundred do not exceed, of sorted ones.
pub fn percentile(waits: &[Duration], percent: usize) -> Duration {
    waits[(waits.len() * percent / 100).min(waits.len() - 1)]
}
