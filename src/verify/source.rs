//! Where a verifier's keys come from, where they come from somewhere.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Weak};
use std::time::Duration;

use super::cache::TokenCache;
use super::jwk::KeySet;
use super::verifier::{Policy, Shared, Verifier};

/// Keeps a verifier's keys fresh for as long as the verifier is in use, which owns it. A check never
/// waits for it.
pub(crate) trait KeySource: Send + Sync {
    /// Asks for newer keys, since those at hand have none of this `kid`. Done when waiting is of no more
    /// use, which may be at once: then the token is to be checked again.
    fn ask<'a>(&'a self, kid: &'a str) -> Pin<Box<dyn Future<Output = Asked> + Send + 'a>>;
}

/// What is to be made of a `kid` that is still not known after [`KeySource::ask`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// The issuer does not have it.
    Answered,
    /// The issuer could not be asked, so that it may be good; it can be after this time.
    InVain(Duration),
}

impl Verifier {
    /// A verifier whose keys come from a source; it has none yet.
    pub(crate) fn kept_by(policy: Policy, source: Box<dyn KeySource>) -> Self {
        let mut shared = Shared::new(policy, KeySet::default(), Some(TokenCache::new()));
        shared.source = Some(source);
        Self(Arc::new(shared))
    }

    /// Where its keys come from, if from anywhere.
    pub(crate) fn source(&self) -> Option<&dyn KeySource> {
        self.0.source.as_deref()
    }

    /// A handle for whoever supplies keys: it does not keep the verifier in use.
    pub(crate) fn downgrade(&self) -> WeakVerifier {
        WeakVerifier(Arc::downgrade(&self.0))
    }
}

/// A verifier, for as long as somebody else has it.
pub(crate) struct WeakVerifier(Weak<Shared>);

impl WeakVerifier {
    /// The verifier, unless its last clone is gone.
    pub fn upgrade(&self) -> Option<Verifier> {
        self.0.upgrade().map(Verifier)
    }
}
