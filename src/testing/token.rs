//! A token of a test that is shaped before it is signed.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

use super::issuer::TestIssuer;
use crate::clock::Timestamp;
use crate::entropy::{Entropy, SystemEntropy};

const TEN_MINUTES: Duration = Duration::from_secs(600);

/// A token that is being shaped; [`Self::sign`] ends it. Nothing in it is checked.
#[derive(Clone, Debug)]
pub struct TokenBuilder<'a> {
    issuer: &'a TestIssuer,
    header: Map<String, Value>,
    issued: Timestamp,
    lifetime: Duration,
    claims: Map<String, Value>,
}

impl<'a> TokenBuilder<'a> {
    /// A good token: made now, valid for ten minutes.
    pub(super) fn new(issuer: &'a TestIssuer, subject: &str, now: Timestamp) -> Self {
        let claims = Map::from_iter([
            ("iss".to_owned(), Value::from(issuer.issuer())),
            ("sub".to_owned(), Value::from(subject)),
            ("aud".to_owned(), Value::from(issuer.audience())),
            ("client_id".to_owned(), Value::from("default")),
            ("jti".to_owned(), Value::from(URL_SAFE_NO_PAD.encode(SystemEntropy.id()))),
        ]);
        Self { issuer, header: issuer.header(), issued: now, lifetime: TEN_MINUTES, claims }.issued_at(now)
    }

    /// Made at this time instead of now; `exp` moves along.
    #[must_use]
    pub fn issued_at(mut self, time: Timestamp) -> Self {
        self.issued = time;
        let lifetime = self.lifetime;
        self.claim("iat", time.as_secs()).lives_for(lifetime)
    }

    /// Valid for this long from when it was made, in whole seconds.
    #[must_use]
    pub fn lives_for(mut self, lifetime: Duration) -> Self {
        self.lifetime = lifetime;
        let expiry = self.issued + lifetime;
        self.claim("exp", expiry.as_secs())
    }

    /// Made so long ago that it is over by a minute.
    #[must_use]
    pub fn expired(self) -> Self {
        let made = self.issued - self.lifetime - Duration::from_secs(60);
        self.issued_at(made)
    }

    /// What it allows: words with spaces between them.
    #[must_use]
    pub fn scope(self, words: &str) -> Self {
        self.claim("scope", words)
    }

    /// The user's roles.
    #[must_use]
    pub fn roles<'r>(self, roles: impl IntoIterator<Item = &'r str>) -> Self {
        self.claim("roles", roles.into_iter().collect::<Vec<_>>())
    }

    /// Any claim, in place of one of that name; also a wrong one.
    #[must_use]
    pub fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.claims.insert(name.to_owned(), value.into());
        self
    }

    /// Leaves a claim out.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.claims.remove(name);
        self
    }

    /// Any header member, in place of one of that name; also a wrong one.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.header.insert(name.to_owned(), value.into());
        self
    }

    /// Leaves a header member out.
    #[must_use]
    pub fn without_header(mut self, name: &str) -> Self {
        self.header.remove(name);
        self
    }

    /// The claims as they stand, in JSON.
    pub fn payload(&self) -> String {
        Value::from(self.claims.clone()).to_string()
    }

    /// The signed token.
    #[must_use]
    pub fn sign(self) -> String {
        self.issuer.sign_raw(Value::from(self.header.clone()).to_string(), self.payload())
    }

    /// The signed token with exactly this many bytes, filled up in a claim and a header member that are
    /// both called `x`. `None`: it is longer without.
    pub fn sign_padded(&self, bytes: usize) -> Option<String> {
        let padded = |header: usize, claim: usize| {
            self.clone().header("x", "x".repeat(header)).claim("x", "x".repeat(claim)).sign()
        };
        // Base64url skips one length in four; a letter more in the header then helps.
        let candidates = (0..3).flat_map(|header| {
            let missing = bytes.saturating_sub(padded(header, 0).len()) * 3 / 4;
            (missing.saturating_sub(2)..missing + 3).map(move |claim| (header, claim))
        });
        candidates.map(|(header, claim)| padded(header, claim)).find(|token| token.len() == bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::Rejection;

    const NOW: Timestamp = Timestamp::from_secs(1_795_253_400);

    #[test]
    fn the_builder_shapes_every_part() {
        let issuer = TestIssuer::new().with_issuer("https://us").with_audience("https://them");
        let token = issuer
            .token("ada")
            .scope("read write")
            .roles(["admin"])
            .claim("tenant", "acme")
            .without("client_id")
            .lives_for(Duration::from_secs(60))
            .issued_at(NOW)
            .sign();
        let verified = issuer.verifier().verify(&token, NOW).unwrap();
        let claims = verified.claims();
        assert_eq!((claims.iat, claims.exp), (NOW, NOW + Duration::from_secs(60)));
        assert_eq!(
            (claims.scope.to_string().as_str(), claims.roles.as_slice()),
            ("read write", &["admin".to_owned()][..])
        );
        assert_eq!((claims.client_id.as_deref(), claims.custom["tenant"].as_str()), (None, Some("acme")));
    }

    #[test]
    fn an_expired_token_is_over_and_nothing_else_is_wrong_with_it() {
        let issuer = TestIssuer::new();
        let token = issuer.token("ada").issued_at(NOW).expired().sign();
        assert_eq!(issuer.verifier().verify(&token, NOW).unwrap_err(), Rejection::Expired);
        assert!(issuer.verifier().verify(&token, NOW - Duration::from_secs(600)).is_ok());
    }

    #[test]
    fn a_token_is_filled_up_to_any_length_beyond_its_own() {
        let issuer = TestIssuer::new().with_clock(crate::testing::ManualClock::new(NOW));
        for bytes in 1000..1008 {
            let token = issuer.token("ada").sign_padded(bytes).unwrap();
            assert_eq!(token.len(), bytes);
            assert!(issuer.verifier().verify(&token, NOW).is_ok());
        }
        assert_eq!(issuer.token("ada").sign_padded(100), None);
    }
}
