//! Where the keys are and how they are kept: the settings, from which a verifier is started.

use std::sync::Arc;
use std::time::Duration;
use std::{fmt, io};

use super::client::Client;
use super::fetch::Fetch;
use super::keeper::Keeper;
use super::origin::Origin;
use super::watch::{Asking, Watch};
use crate::clock::{Clock, SystemClock};
use crate::verify::{Policy, Verifier};

/// An issuer's keys, kept by fetching its JWK Set. [`Self::start`] makes a [`Verifier`] of it.
///
/// ```no_run
/// use std::time::Duration;
///
/// use jeton::remote::RemoteKeys;
/// use jeton::verify::Policy;
///
/// let policy = Policy::new("https://id.example", "https://api.example");
/// let verifier = RemoteKeys::new(policy)
///     .with_jwks_uri("https://id.internal/.well-known/jwks.json")
///     .with_max_age(Duration::from_secs(300))
///     .start()?;
/// # Ok::<_, jeton::remote::StartError>(())
/// ```
pub struct RemoteKeys {
    policy: Policy,
    jwks_uri: String,
    plain_http: bool,
    authorities: Option<Vec<u8>>,
    max_age: Duration,
    cooldown: Duration,
    timeout: Duration,
    clock: Arc<dyn Clock>,
    client: Option<Arc<dyn Fetch>>,
}

impl RemoteKeys {
    /// The keys of the policy's issuer, at `/.well-known/jwks.json` below its address.
    pub fn new(policy: Policy) -> Self {
        Self {
            jwks_uri: format!("{}/.well-known/jwks.json", policy.issuer.trim_end_matches('/')),
            policy,
            plain_http: false,
            authorities: None,
            max_age: Duration::from_secs(600),
            cooldown: Duration::from_secs(30),
            timeout: Duration::from_secs(5),
            clock: Arc::new(SystemClock),
            client: None,
        }
    }

    /// Fetches from this address instead.
    #[must_use]
    pub fn with_jwks_uri(self, jwks_uri: impl Into<String>) -> Self {
        Self { jwks_uri: jwks_uri.into(), ..self }
    }

    /// Allows an `http` address of another machine. Whoever can change an answer on its way can then
    /// sign as anybody: only for networks where nobody can.
    #[must_use]
    pub fn with_plain_http(self) -> Self {
        Self { plain_http: true, ..self }
    }

    /// Trusts these certificate authorities (PEM) for `https`, and no longer the system's.
    #[must_use]
    pub fn with_authorities(self, pem: impl Into<Vec<u8>>) -> Self {
        Self { authorities: Some(pem.into()), ..self }
    }

    /// Takes keys for fresh no longer than this, whatever Cache-Control says; also where it says nothing.
    /// 10 minutes if left out.
    #[must_use]
    pub fn with_max_age(self, max_age: Duration) -> Self {
        Self { max_age, ..self }
    }

    /// Lets unknown kids cause three fetches in this time, and fetches no sooner even where Cache-Control
    /// forbids caching. 30 seconds if left out.
    #[must_use]
    pub fn with_cooldown(self, cooldown: Duration) -> Self {
        Self { cooldown, ..self }
    }

    /// Gives up on a fetch after this time; a request waits no longer. 5 seconds if left out.
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// Takes the time from this clock.
    #[must_use]
    pub fn with_clock(self, clock: impl Clock + 'static) -> Self {
        Self { clock: Arc::new(clock), ..self }
    }

    /// Fetches with this HTTP client in place of the one that comes along. [`Self::with_authorities`] is
    /// then without effect.
    #[must_use]
    pub fn with_client(self, client: impl Fetch + 'static) -> Self {
        Self { client: Some(Arc::new(client)), ..self }
    }

    /// Starts a thread that keeps the keys for as long as there is a clone of the verifier. The first
    /// fetch begins at once, and nobody waits for it here: an issuer that is down does not keep a
    /// service from starting.
    ///
    /// # Errors
    /// [`StartError`], for settings that could never work.
    pub fn start(self) -> Result<Verifier, StartError> {
        let origin = Origin::parse(&self.jwks_uri, self.plain_http)?;
        let client = match self.client {
            Some(client) => client,
            None => Arc::new(Client::new(&origin, self.authorities.as_deref(), self.timeout)?),
        };
        let (watch, sender) = Watch::new(self.clock, self.cooldown);
        let watch = Arc::new(watch);
        let verifier = Verifier::kept_by(self.policy, Box::new(Asking(Arc::clone(&watch))));
        let keeper = Keeper {
            watch,
            sender,
            verifier: verifier.downgrade(),
            client,
            url: origin.url,
            max_age: self.max_age,
            timeout: self.timeout,
        };
        keeper.start().map_err(StartError::Thread)?;
        Ok(verifier)
    }
}

impl fmt::Debug for RemoteKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteKeys")
            .field("policy", &self.policy)
            .field("jwks_uri", &self.jwks_uri)
            .finish_non_exhaustive()
    }
}

/// Why keys cannot be kept.
#[derive(Debug)]
pub enum StartError {
    /// The address is no http or https URL, or holds a user or password.
    Address,
    /// It is an http URL of another machine.
    PlainHttp,
    /// There is no certificate authority to trust: none in the PEM text, or none on this system.
    Authorities,
    /// The system gives no thread.
    Thread(io::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address => f.write_str("the keys' address is not an http or https URL without user and password"),
            Self::PlainHttp => f.write_str("keys are not fetched over http from another machine: use https"),
            Self::Authorities => f.write_str("there is no certificate authority to trust"),
            Self::Thread(error) => write!(f, "there is no thread to keep the keys: {error}"),
        }
    }
}

impl std::error::Error for StartError {}
