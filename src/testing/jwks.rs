//! The JWK Set of a test's issuer in place of an HTTP client, to try out rotations and outages.

use std::sync::{Arc, Mutex, MutexGuard};

use super::issuer::TestIssuer;
use crate::remote::{Answer, Fetch, FetchError, Fetching};

/// Answers every fetch with what was last published. Clones share it.
///
/// ```
/// # actix_web::rt::System::new().block_on(async {
/// use jeton::clock::{Clock, SystemClock};
/// use jeton::remote::{Refusal, RemoteKeys};
/// use jeton::testing::{TestIssuer, TestJwks};
///
/// let issuer = TestIssuer::new();
/// let jwks = TestJwks::of(&issuer);
/// let verifier = RemoteKeys::new(issuer.policy()).with_client(jwks.clone()).start().unwrap();
/// assert!(verifier.verify_or_fetch(&issuer.token_for("ada"), SystemClock.now()).await.is_ok());
///
/// // The issuer rotates its keys, and the service notices by itself.
/// let next = issuer.rotated();
/// jwks.publish(&next);
/// assert!(verifier.verify_or_fetch(&next.token_for("ada"), SystemClock.now()).await.is_ok());
/// assert_eq!(jwks.fetches(), 2);
/// # });
/// ```
#[derive(Clone, Debug)]
pub struct TestJwks(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    jwks: Option<String>,
    fetches: usize,
}

impl TestJwks {
    /// Publishes an issuer's keys.
    pub fn of(issuer: &TestIssuer) -> Self {
        Self(Arc::new(Mutex::new(State { jwks: Some(issuer.jwks()), fetches: 0 })))
    }

    /// An issuer that cannot be reached.
    pub fn down() -> Self {
        Self(Arc::new(Mutex::new(State { jwks: None, fetches: 0 })))
    }

    /// Publishes these keys from now on, in place of others.
    pub fn publish(&self, issuer: &TestIssuer) {
        self.lock().jwks = Some(issuer.jwks());
    }

    /// Cannot be reached from now on.
    pub fn go_down(&self) {
        self.lock().jwks = None;
    }

    /// How many fetches there were.
    pub fn fetches(&self) -> usize {
        self.lock().fetches
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("nobody panics with it in hand")
    }
}

impl Fetch for TestJwks {
    fn fetch<'a>(&'a self, _url: &'a str) -> Fetching<'a> {
        Box::pin(async {
            let mut state = self.lock();
            state.fetches += 1;
            let jwks = state.jwks.clone().ok_or_else(|| FetchError::Unreachable("it is down".to_owned()))?;
            Ok(Answer { status: 200, body: jwks.into_bytes(), ..Answer::default() })
        })
    }
}
