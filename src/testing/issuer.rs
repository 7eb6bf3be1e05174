//! An issuer of access tokens for tests, with a key that is made at run time.

use std::fmt;
use std::sync::Arc;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::jwk::JwkSet;
use serde_json::{Map, Value};

use super::token::TokenBuilder;
use crate::clock::{Clock, SystemClock, Timestamp};
use crate::entropy::{Entropy, SystemEntropy};
use crate::keys::SigningKey;
use crate::verify::{Algorithm, KeySet, Policy, Verifier};

/// Makes access tokens for the tests of a service that accepts them: good ones in a line, and with
/// the [builder](Self::token) or [`Self::sign_raw`] every kind of bad one. Its private key is made at
/// run time, so that none stands in anybody's source.
pub struct TestIssuer {
    key: Arc<SigningKey>,
    earlier: Vec<Arc<SigningKey>>,
    issuer: String,
    audience: String,
    clock: Arc<dyn Clock>,
}

impl TestIssuer {
    /// An issuer with a new ES256 key, the name `https://issuer.test` and the audience
    /// `https://api.test`, on the machine's clock.
    pub fn new() -> Self {
        Self::with(Algorithm::Es256)
    }

    /// As [`Self::new`], with a key of this algorithm. RSA keys take a moment to make: share them.
    ///
    /// # Panics
    /// Where the system's random generator fails.
    pub fn with(algorithm: Algorithm) -> Self {
        Self::of(new_key(algorithm))
    }

    /// As [`Self::new`], with a key that there is already: that of a server under test.
    pub fn of(key: SigningKey) -> Self {
        Self {
            key: Arc::new(key),
            earlier: Vec::new(),
            issuer: "https://issuer.test".to_owned(),
            audience: "https://api.test".to_owned(),
            clock: Arc::new(SystemClock),
        }
    }

    /// Somebody else of the same names, algorithm and clock, with a new key: what an attacker can be.
    #[must_use]
    pub fn stranger(&self) -> Self {
        Self {
            issuer: self.issuer.clone(),
            audience: self.audience.clone(),
            clock: Arc::clone(&self.clock),
            ..Self::with(self.algorithm())
        }
    }

    /// Takes the time of new tokens from this clock.
    #[must_use]
    pub fn with_clock(self, clock: impl Clock + 'static) -> Self {
        Self { clock: Arc::new(clock), ..self }
    }

    /// Puts this name into `iss`.
    #[must_use]
    pub fn with_issuer(self, issuer: impl Into<String>) -> Self {
        Self { issuer: issuer.into(), ..self }
    }

    /// Puts this audience into `aud`.
    #[must_use]
    pub fn with_audience(self, audience: impl Into<String>) -> Self {
        Self { audience: audience.into(), ..self }
    }

    /// The same issuer after a rotation: a new key signs, the earlier ones are still published.
    #[must_use]
    pub fn rotated(&self) -> Self {
        let mut earlier = self.earlier.clone();
        earlier.push(Arc::clone(&self.key));
        Self {
            key: Arc::new(new_key(self.algorithm())),
            earlier,
            issuer: self.issuer.clone(),
            audience: self.audience.clone(),
            clock: Arc::clone(&self.clock),
        }
    }

    /// The name in `iss`.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The audience in `aud`.
    pub fn audience(&self) -> &str {
        &self.audience
    }

    /// The key's algorithm.
    pub fn algorithm(&self) -> Algorithm {
        self.key.algorithm()
    }

    /// The key's name.
    pub fn kid(&self) -> &str {
        self.key.kid()
    }

    /// The time on its clock.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A good token for a subject: made now, valid for ten minutes.
    pub fn token_for(&self, subject: &str) -> String {
        self.token(subject).sign()
    }

    /// A token to be shaped before it is signed.
    pub fn token(&self, subject: &str) -> TokenBuilder<'_> {
        TokenBuilder::new(self, subject, self.now())
    }

    /// The header of a good token: `typ`, `alg` and `kid`.
    pub fn header(&self) -> Map<String, Value> {
        Map::from_iter([
            ("typ".to_owned(), Value::from("at+jwt")),
            ("alg".to_owned(), Value::from(self.algorithm().as_str())),
            ("kid".to_owned(), Value::from(self.kid())),
        ])
    }

    /// Signs exactly these bytes, whatever they are: for tokens that must be refused for their form.
    pub fn sign_raw(&self, header: impl AsRef<[u8]>, payload: impl AsRef<[u8]>) -> String {
        self.sign_parts(&format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload)))
    }

    /// Signs a text and appends the signature behind a dot: for parts that are not even base64url.
    pub fn sign_parts(&self, signed: &str) -> String {
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(self.key.sign(signed.as_bytes())))
    }

    /// The keys that check these tokens, and those before a rotation, each under its name.
    pub fn keys(&self) -> KeySet {
        let mut keys = KeySet::default();
        for key in self.published() {
            keys.insert(key.kid(), key.verification_key());
        }
        keys
    }

    /// What these tokens say.
    pub fn policy(&self) -> Policy {
        Policy::new(&self.issuer, &self.audience)
    }

    /// A verifier that accepts these tokens.
    pub fn verifier(&self) -> Verifier {
        Verifier::new(self.policy(), self.keys())
    }

    /// The JWK Set (RFC 7517 §5) to serve to what fetches one; without keys for HS256.
    ///
    /// # Panics
    /// Never: public keys are plain data.
    pub fn jwks(&self) -> String {
        let set = JwkSet { keys: self.published().filter_map(SigningKey::public_jwk).collect() };
        serde_json::to_string(&set).expect("a JWK Set is plain data")
    }

    fn published(&self) -> impl Iterator<Item = &SigningKey> {
        std::iter::once(&self.key).chain(&self.earlier).map(Arc::as_ref)
    }
}

fn new_key(algorithm: Algorithm) -> SigningKey {
    let key = if algorithm == Algorithm::Hs256 {
        let mut secret = [0; 32];
        SystemEntropy.fill(&mut secret);
        SigningKey::hs256(&secret)
    } else {
        SigningKey::generate(algorithm).and_then(|pkcs8| SigningKey::from_pkcs8(algorithm, pkcs8.expose()))
    };
    key.expect("a key that was just made is good")
}

impl Default for TestIssuer {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for TestIssuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestIssuer").field("issuer", &self.issuer).field("key", &self.key).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::testing::ManualClock;
    use crate::verify::Rejection;

    const NOW: Timestamp = Timestamp::from_secs(1_795_253_400);

    #[test]
    fn a_token_in_a_line_is_good_for_ten_minutes_with_every_algorithm_but_slow_rsa() {
        for algorithm in [Algorithm::Es256, Algorithm::EdDsa, Algorithm::Hs256] {
            let clock = ManualClock::new(NOW);
            let issuer = TestIssuer::with(algorithm).with_clock(clock.clone());
            let (token, verifier) = (issuer.token_for("ada"), issuer.verifier());
            assert_eq!(verifier.verify(&token, clock.now()).unwrap().claims().sub, "ada", "{algorithm}");
            clock.advance(Duration::from_secs(605));
            assert_eq!(verifier.verify(&token, clock.now()).unwrap_err(), Rejection::Expired, "{algorithm}");
        }
    }

    #[test]
    fn after_a_rotation_both_keys_are_published_and_the_new_one_signs() {
        let before = TestIssuer::new().with_issuer("https://us");
        let after = before.rotated();
        assert_ne!(before.kid(), after.kid());
        let verifier = before.verifier();
        let (old, new) = (before.token("ada").issued_at(NOW).sign(), after.token("ada").issued_at(NOW).sign());
        assert_eq!(verifier.verify(&new, NOW).unwrap_err(), Rejection::UnknownKey);
        verifier.replace_keys(KeySet::from_jwks(after.jwks().as_bytes()).unwrap());
        assert!(verifier.verify(&old, NOW).is_ok() && verifier.verify(&new, NOW).is_ok());
        assert_eq!(after.keys().len(), 2);
    }

    #[test]
    fn the_jwks_holds_the_public_key_and_never_a_secret() {
        let issuer = TestIssuer::new();
        let verifier = issuer.verifier();
        verifier.replace_keys(KeySet::from_jwks(issuer.jwks().as_bytes()).unwrap());
        assert!(verifier.verify(&issuer.token("ada").issued_at(NOW).sign(), NOW).is_ok());
        assert_eq!(TestIssuer::with(Algorithm::Hs256).jwks(), r#"{"keys":[]}"#);
    }
}
