//! One of several processes on the folder, as far as keys go.

use std::path::Path;
use std::time::Duration;

use jeton::clock::Timestamp;
use jeton::entropy::{Entropy, SystemEntropy};
use jeton::id::SessionId;
use jeton::keys::{Keyring, KeyringSettings, Schedule};
use jeton::session::RefreshToken;
use jeton::testing::TestIssuer;
use jeton::verify::{Algorithm, Policy};
use serde_json::Value;

use crate::{ACCESS_TTL, LEEWAY, PERIOD, SESSION_TTL};

/// A keyring with a clock of its own.
pub struct Instance {
    pub keys: Keyring,
    /// How far its clock is ahead.
    ahead: Duration,
    claims: TestIssuer,
}

pub fn policy() -> Policy {
    Policy { leeway: LEEWAY, max_lifetime: ACCESS_TTL, ..Policy::new("https://issuer.test", "https://api.test") }
}

impl Instance {
    pub fn start(folder: &Path, ahead: Duration, now: Timestamp) -> Self {
        let schedule = Schedule { period: PERIOD, access_ttl: ACCESS_TTL, session_ttl: SESSION_TTL, leeway: LEEWAY };
        let settings = KeyringSettings {
            folder: folder.to_owned(),
            algorithm: Algorithm::Es256,
            hmac_secret: None,
            schedule,
            policy: policy(),
        };
        let (keys, _) = Keyring::open(settings, &SystemEntropy, now + ahead).unwrap();
        Self { keys, ahead, claims: TestIssuer::new() }
    }

    pub fn clock(&self, now: Timestamp) -> Timestamp {
        now + self.ahead
    }

    /// A look at the folder, as the background task has one each second.
    pub fn look(&self, now: Timestamp) {
        let kept = self.keys.keep(&SystemEntropy, self.clock(now)).unwrap();
        assert_eq!(kept.failed, None);
    }

    /// An access token.
    pub fn access_token(&self, now: Timestamp) -> String {
        let payload = self.claims.token("ada").issued_at(self.clock(now)).payload();
        let claims: Value = serde_json::from_str(&payload).unwrap();
        self.keys.ring().signer(self.clock(now)).sign_token(&claims)
    }

    /// The refresh token of a session that begins now.
    pub fn refresh_token(&self, now: Timestamp) -> String {
        let session = SessionId::from_bytes(SystemEntropy.id());
        let secret = self.keys.ring().newest_secret(self.clock(now)).clone();
        RefreshToken { session, generation: 0 }.mint(&secret).expose().clone()
    }
}
