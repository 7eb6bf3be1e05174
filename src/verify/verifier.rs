//! The check itself, from a token's text to its verified claims.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;

use super::claims::Claims;
use super::error::Rejection;
use super::jwk::KeySet;
use super::jws::Jws;
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

/// Claims that stood in a token which passed every check. Only [`Verifier`] makes one.
#[derive(Clone, Debug)]
pub struct Verified {
    claims: Claims,
    payload: Vec<u8>,
}

impl Verified {
    /// The claims.
    pub const fn claims(&self) -> &Claims {
        &self.claims
    }

    /// The claims, to keep.
    pub fn into_claims(self) -> Claims {
        self.claims
    }

    /// The claims as they stand in the token, to keep.
    pub fn into_payload(self) -> Vec<u8> {
        self.payload
    }

    /// The claims as they stand in the token: a strict JSON object in UTF-8.
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }
}

/// Checks access tokens with keys in memory: no I/O, nothing to await. Clones share their keys.
#[derive(Clone, Debug)]
pub struct Verifier(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    policy: Policy,
    keys: ArcSwap<KeySet>,
}

impl Verifier {
    /// A verifier for a policy over a set of keys.
    pub fn new(policy: Policy, keys: KeySet) -> Self {
        Self(Arc::new(Shared { policy, keys: ArcSwap::from_pointee(keys) }))
    }

    /// Takes new keys into use, here and in every clone; checks under way end with the old ones.
    pub fn replace_keys(&self, keys: KeySet) {
        self.0.keys.store(Arc::new(keys));
    }

    /// What tokens must say.
    pub fn policy(&self) -> &Policy {
        &self.0.policy
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
        let jws = Jws::parse(token)?;
        if !jws.is_access_token() {
            return Err(Rejection::WrongType);
        }
        let keys = self.0.keys.load();
        let key = jws.kid().and_then(|kid| keys.get(kid)).ok_or(Rejection::UnknownKey)?;
        let payload = jws.verify(key)?;
        let claims = Claims::parse(&payload).ok_or(Rejection::Malformed)?;
        self.check(&claims, audiences, now)?;
        Ok(Verified { claims, payload })
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
