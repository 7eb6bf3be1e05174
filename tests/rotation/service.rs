//! A service that checks tokens with a JWKS that it caches: as long as it may, never shorter, and without
//! asking again for a key that it does not know.

use jeton::clock::Timestamp;
use jeton::verify::{KeySet, Rejection, Verifier};

use crate::instance::{Instance, policy};

pub struct Service {
    verifier: Verifier,
    /// When it fetched last.
    pub fetched: Timestamp,
    until: Timestamp,
}

impl Service {
    pub fn new(instance: &Instance, now: Timestamp) -> Self {
        let mut service = Self { verifier: Verifier::new(policy(), KeySet::default()), fetched: now, until: now };
        service.fetch_if_due(instance, now);
        service
    }

    /// Fetches from whichever instance the load balancer picks, once the cached answer is too old.
    pub fn fetch_if_due(&mut self, instance: &Instance, now: Timestamp) {
        if now >= self.until {
            self.verifier.replace_keys(KeySet::from_jwks(instance.keys.ring().jwks().as_bytes()).unwrap());
            self.fetched = now;
            self.until = now + instance.keys.max_age(instance.clock(now));
        }
    }

    pub fn check(&self, token: &str, now: Timestamp) -> Result<(), Rejection> {
        self.verifier.verify(token, now).map(|_| ())
    }
}
