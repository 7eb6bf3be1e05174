//! An issuer, the server that publishes its keys, and a service that keeps them.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use actix_web::rt::{System, spawn};
use jeton::clock::{Clock, Timestamp};
use jeton::remote::{Refusal, RemoteKeys};
use jeton::testing::{ManualClock, TestIssuer};
use jeton::verify::{Rejection, Verifier};

use crate::server::{Reply, Server};

/// The moment at which every test begins.
pub const START: Timestamp = Timestamp::from_secs(1_795_253_400);

pub const UNKNOWN: Result<String, Refusal> = Err(Refusal::Rejected(Rejection::UnknownKey));
/// For how long is told by [`Service::retry_after`].
pub const UNAVAILABLE: Result<String, Refusal> = Err(Refusal::Unavailable { retry_after: Duration::ZERO });

pub struct World {
    pub clock: ManualClock,
    pub issuer: TestIssuer,
    pub server: Server,
}

impl World {
    /// The server publishes the issuer's keys, which may be cached for ten minutes.
    pub fn new() -> Self {
        let clock = ManualClock::new(START);
        let issuer = TestIssuer::new().with_clock(clock.clone());
        let server = Server::start(published(&issuer));
        Self { clock, issuer, server }
    }

    /// As the service would set it up.
    pub fn remote(&self) -> RemoteKeys {
        RemoteKeys::new(self.issuer.policy())
            .with_jwks_uri(self.server.url("/.well-known/jwks.json"))
            .with_clock(self.clock.clone())
    }

    /// A service that keeps the keys.
    pub fn service(&self) -> Service {
        Service { verifier: self.remote().start().unwrap(), clock: self.clock.clone() }
    }

    /// A service that has the keys already.
    pub fn service_with_keys(&self) -> Service {
        let service = self.service();
        assert_eq!(service.check(&self.issuer.token_for("ada")), user("ada"));
        service
    }

    /// A token that names a key which nobody has.
    pub fn unknown(&self, number: usize) -> String {
        self.issuer.token("mallory").header("kid", format!("unknown-{number}")).sign()
    }

    pub fn advance(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }
}

/// The answer that publishes an issuer's keys.
pub fn published(issuer: &TestIssuer) -> Reply {
    Reply::ok(&issuer.jwks(), "Cache-Control: public, max-age=600\r\n")
}

/// A good answer, for this user.
pub fn user(name: &str) -> Result<String, Refusal> {
    Ok(name.to_owned())
}

/// Another process, as it were: it has a verifier, and nothing else of the issuer's.
pub struct Service {
    pub verifier: Verifier,
    pub clock: ManualClock,
}

impl Service {
    /// Whose token it is.
    pub fn check(&self, token: &str) -> Result<String, Refusal> {
        System::new().block_on(check(self.verifier.clone(), token.to_owned(), self.clock.now()))
    }

    /// In how many seconds a token that nobody can judge is worth another try.
    pub fn retry_after(&self, token: &str) -> Option<u64> {
        match System::new().block_on(self.verifier.verify_or_fetch(token, self.clock.now())) {
            Err(Refusal::Unavailable { retry_after }) => Some(retry_after.as_secs()),
            _ => None,
        }
    }

    /// The same without waiting for anything.
    pub fn check_at_once(&self, token: &str) -> Result<String, Rejection> {
        self.verifier.verify(token, self.clock.now()).map(|verified| verified.claims().sub.clone())
    }

    /// As many requests at the same time as there are tokens, and `meanwhile` once they all are under way.
    pub fn check_all(&self, tokens: Vec<String>, meanwhile: impl FnOnce()) -> Vec<Result<String, Refusal>> {
        System::new().block_on(async {
            let now = self.clock.now();
            let (count, begun) = (tokens.len(), Rc::new(Cell::new(0)));
            let begin = |token| {
                let (verifier, begun) = (self.verifier.clone(), Rc::clone(&begun));
                spawn(async move {
                    begun.set(begun.get() + 1);
                    check(verifier, token, now).await
                })
            };
            let tasks: Vec<_> = tokens.into_iter().map(begin).collect();
            // Each has run up to where it waits.
            while begun.get() < count {
                tokio::task::yield_now().await;
            }
            meanwhile();
            let mut outcomes = Vec::new();
            for task in tasks {
                outcomes.push(task.await.unwrap());
            }
            outcomes
        })
    }
}

async fn check(verifier: Verifier, token: String, now: Timestamp) -> Result<String, Refusal> {
    match verifier.verify_or_fetch(&token, now).await {
        Ok(verified) => user(&verified.claims().sub),
        Err(Refusal::Unavailable { .. }) => UNAVAILABLE,
        Err(rejected) => Err(rejected),
    }
}
