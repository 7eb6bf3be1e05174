//! The check itself, from a token's text to its verified claims.

use std::any::Any;
use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use arc_swap::ArcSwap;
use serde::Deserialize;

use super::cache::TokenCache;
use super::claims::Claims;
use super::error::Rejection;
use super::jwk::KeySet;
use super::jws::Jws;
#[cfg(feature = "remote")]
use super::source::KeySource;
use crate::clock::Timestamp;

/// What a token must say, beside being signed.
#[derive(Clone, Debug)]
pub struct Policy {
    /// `iss`, equal to the byte.
    pub issuer: String,
    /// `aud` must contain one of these.
    pub audiences: Vec<String>,
    /// How far clocks may differ: applied to exp, nbf and iat.
    pub leeway: Duration,
    /// A token that lives longer (exp − iat) is refused, whatever it says.
    pub max_lifetime: Duration,
}

impl Policy {
    /// A policy for one issuer and one audience, with a leeway of 5 s and lifetimes of up to a day.
    pub fn new(issuer: impl Into<String>, audience: impl Into<String>) -> Self {
        Self {
            issuer: issuer.into(),
            audiences: vec![audience.into()],
            leeway: Duration::from_secs(5),
            max_lifetime: Duration::from_secs(86_400),
        }
    }
}

/// Claims that stood in a token which passed every check. Only [`Verifier`] makes one; clones share it.
#[derive(Clone)]
pub struct Verified(Arc<Contents>);

struct Contents {
    claims: Claims,
    payload: String,
    derived: OnceLock<Arc<dyn Any + Send + Sync>>,
}

impl Verified {
    fn new(claims: Claims, payload: String) -> Self {
        Self(Arc::new(Contents { claims, payload, derived: OnceLock::new() }))
    }

    /// The claims.
    pub fn claims(&self) -> &Claims {
        &self.0.claims
    }

    /// The claims as they stand in the token: a strict JSON object in UTF-8.
    pub fn payload(&self) -> &[u8] {
        self.0.payload.as_bytes()
    }

    /// Claims of your own: whatever can be read from the claims as they stand in the token, jeton's
    /// among them. `None` where they are not of that form.
    pub fn read<'a, C: Deserialize<'a>>(&'a self) -> Option<C> {
        // That nothing stands behind the object was seen when the token was checked.
        C::deserialize(&mut serde_json::Deserializer::from_str(&self.0.payload)).ok()
    }

    /// What a service makes of every token, remembered with it: a token that comes again brings the same
    /// value, from its second request on. A service that asks for two types gets the second made anew each
    /// time.
    pub fn derived<T: Send + Sync + 'static>(&self, make: impl FnOnce(&Self) -> T) -> Arc<T> {
        if let Some(known) = self.0.derived.get() {
            return Arc::clone(known).downcast().unwrap_or_else(|_| Arc::new(make(self)));
        }
        let made = Arc::new(make(self));
        // Where another thread was faster, its value is as good.
        let _ = self.0.derived.set(Arc::clone(&made) as Arc<dyn Any + Send + Sync>);
        made
    }
}

impl fmt::Debug for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Verified").field(&self.0.claims).finish()
    }
}

/// Checks access tokens with keys in memory: no I/O, nothing to await. Clones share their keys, and
/// the memory of what was found good.
#[derive(Clone)]
pub struct Verifier(pub(super) Arc<Shared>);

pub(super) struct Shared {
    policy: Policy,
    known: ArcSwap<Known>,
    #[cfg(feature = "remote")]
    pub source: Option<Box<dyn KeySource>>,
}

impl Shared {
    pub fn new(policy: Policy, keys: KeySet, tokens: Option<TokenCache>) -> Self {
        Self {
            policy,
            known: ArcSwap::from_pointee(Known { keys, tokens }),
            #[cfg(feature = "remote")]
            source: None,
        }
    }
}

/// Keys, and the tokens that they were found to have signed. They are replaced together, so that no
/// token outlives its key.
struct Known {
    keys: KeySet,
    /// `None`: nothing is to be remembered.
    tokens: Option<TokenCache>,
}

impl Known {
    /// All that does not depend on who asks and when: form, type, signature, and the claims' types.
    fn check(&self, token: &str) -> Result<Verified, Rejection> {
        let jws = Jws::parse_with(token, |header| self.keys.header(header))?;
        if !jws.is_access_token() {
            return Err(Rejection::WrongType);
        }
        let key = jws.kid().and_then(|kid| self.keys.get(kid)).ok_or(Rejection::UnknownKey)?;
        let payload = String::from_utf8(jws.verify(key)?).map_err(|_| Rejection::Malformed)?;
        let claims = Claims::parse(&payload).ok_or(Rejection::Malformed)?;
        Ok(Verified::new(claims, payload))
    }
}

impl Verifier {
    /// A verifier for a policy over a set of keys.
    pub fn new(policy: Policy, keys: KeySet) -> Self {
        Self(Arc::new(Shared::new(policy, keys, Some(TokenCache::new()))))
    }

    /// The same without the memory of good tokens, which takes up to 16 MiB: for whoever sees each token
    /// once.
    pub fn without_cache(policy: Policy, keys: KeySet) -> Self {
        Self(Arc::new(Shared::new(policy, keys, None)))
    }

    /// Takes new keys into use, here and in every clone; checks under way end with the old ones. What the
    /// old keys had signed is forgotten, so that nothing outlives its key.
    pub fn replace_keys(&self, keys: KeySet) {
        let tokens = self.0.known.load().tokens.as_ref().map(|_| TokenCache::new());
        self.0.known.store(Arc::new(Known { keys, tokens }));
    }

    /// What tokens must say.
    pub fn policy(&self) -> &Policy {
        &self.0.policy
    }

    /// Whether it is a clone of this one.
    #[cfg(feature = "actix")]
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    #[cfg(test)]
    pub(super) fn remembered_bytes(&self) -> u64 {
        self.0.known.load().tokens.as_ref().map_or(0, TokenCache::bytes)
    }

    /// Checks a token for any of the policy's audiences.
    ///
    /// # Errors
    /// The first [`Rejection`] that applies, in the order in which they are declared.
    pub fn verify(&self, token: &str, now: Timestamp) -> Result<Verified, Rejection> {
        self.verify_for(token, &self.0.policy.audiences, now)
    }

    /// Checks a token for any of these audiences instead of the policy's.
    ///
    /// # Errors
    /// As [`Self::verify`].
    pub fn verify_for<A: AsRef<str>>(
        &self,
        token: &str,
        audiences: &[A],
        now: Timestamp,
    ) -> Result<Verified, Rejection> {
        let known = self.0.known.load();
        let remembered = known.tokens.as_ref().and_then(|tokens| tokens.get(token));
        let is_new = remembered.is_none();
        let verified = remembered.map_or_else(|| known.check(token), Ok)?;
        let checked = self.check(verified.claims(), audiences, now);
        if let Some(tokens) = &known.tokens {
            match checked {
                Ok(()) if is_new => tokens.insert(token, verified.clone()),
                Err(Rejection::Expired) if !is_new => tokens.remove(token),
                _ => {}
            }
        }
        checked.map(|()| verified)
    }

    /// The claims' values: issuer, audience, times, in this order.
    fn check<A: AsRef<str>>(&self, claims: &Claims, audiences: &[A], now: Timestamp) -> Result<(), Rejection> {
        let Policy { issuer, leeway, max_lifetime, .. } = &self.0.policy;
        if claims.exp < claims.iat || claims.exp.since(claims.iat) > *max_lifetime {
            return Err(Rejection::Malformed);
        }
        if claims.iss != *issuer {
            return Err(Rejection::WrongIssuer);
        }
        if !audiences.iter().any(|audience| claims.aud.contains(audience.as_ref())) {
            return Err(Rejection::WrongAudience);
        }
        let latest_start = now + *leeway;
        if claims.iat > latest_start || claims.nbf.is_some_and(|nbf| nbf > latest_start) {
            return Err(Rejection::NotYetValid);
        }
        if now >= claims.exp + *leeway {
            return Err(Rejection::Expired);
        }
        Ok(())
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = self.0.known.load();
        f.debug_struct("Verifier").field("policy", &self.0.policy).field("keys", &known.keys).finish_non_exhaustive()
    }
}
