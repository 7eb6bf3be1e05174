//! The ring: an immutable snapshot of the keys, in which time alone tells which one signs.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::jwk::JwkSet;

use super::rotation::active;
use super::signing::SigningKey;
use crate::clock::Timestamp;
use crate::session::RefreshSecret;
use crate::verify::{KeySet, sha256};

/// All keys at one moment. Never empty of either kind.
#[derive(Debug)]
pub struct Ring {
    /// By the time from which they sign, earliest first.
    signing: Vec<(Timestamp, Arc<SigningKey>)>,
    /// By the time from which they mint, earliest first.
    secrets: Vec<(Timestamp, RefreshSecret)>,
    jwks: String,
    etag: String,
}

impl Ring {
    /// A ring of keys, each with the time from which it signs. `None` where a kind is missing.
    pub fn new(
        mut signing: Vec<(Timestamp, SigningKey)>,
        mut secrets: Vec<(Timestamp, RefreshSecret)>,
    ) -> Option<Self> {
        if signing.is_empty() || secrets.is_empty() {
            return None;
        }
        // The names decide between equal times, so that all instances agree.
        signing.sort_by(|(a, key_a), (b, key_b)| (a, key_a.kid()).cmp(&(b, key_b.kid())));
        secrets.sort_by_key(|(from, secret)| (*from, secret.id()));
        let jwks = JwkSet { keys: signing.iter().rev().filter_map(|(_, key)| key.public_jwk()).collect() };
        let jwks = serde_json::to_string(&jwks).expect("a JWK Set is plain data");
        let etag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(&sha256(jwks.as_bytes())[..16]));
        let signing = signing.into_iter().map(|(from, key)| (from, Arc::new(key))).collect();
        Some(Self { signing, secrets, jwks, etag })
    }

    /// The key that signs now: the latest whose time has come.
    pub fn signer(&self, now: Timestamp) -> &Arc<SigningKey> {
        &self.signing[active(&self.signing, |(from, _)| *from, now)].1
    }

    /// The secret that mints refresh tokens now.
    pub fn newest_secret(&self, now: Timestamp) -> &RefreshSecret {
        &self.secrets[active(&self.secrets, |(from, _)| *from, now)].1
    }

    /// The secret of this number.
    pub fn secret(&self, id: u8) -> Option<&RefreshSecret> {
        self.secrets.iter().map(|(_, secret)| secret).find(|secret| secret.id() == id)
    }

    /// The keys that check signatures: those of every stage.
    pub fn verification_keys(&self) -> KeySet {
        let mut keys = KeySet::default();
        for (_, key) in &self.signing {
            keys.insert(key.kid(), key.verification_key());
        }
        keys
    }

    /// The JWK Set (RFC 7517 §5) as JSON; newest first.
    pub fn jwks(&self) -> &str {
        &self.jwks
    }

    /// The JWK Set's strong ETag, quotes included.
    pub fn jwks_etag(&self) -> &str {
        &self.etag
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::Algorithm;

    fn key() -> SigningKey {
        SigningKey::from_pkcs8(Algorithm::EdDsa, SigningKey::generate(Algorithm::EdDsa).unwrap().expose()).unwrap()
    }

    #[test]
    fn time_alone_says_which_key_signs() {
        let at = Timestamp::from_secs;
        let (old, new) = (key(), key());
        let (old_kid, new_kid) = (old.kid().to_owned(), new.kid().to_owned());
        let secrets = vec![(at(0), RefreshSecret::new(1, &[1; 32])), (at(200), RefreshSecret::new(2, &[2; 32]))];
        let ring = Ring::new(vec![(at(100), new), (at(0), old)], secrets).unwrap();

        assert_eq!(ring.signer(at(99)).kid(), old_kid);
        assert_eq!(ring.signer(at(100)).kid(), new_kid);
        assert_eq!(ring.signer(at(-5)).kid(), old_kid, "before every time the first signs");
        assert_eq!((ring.newest_secret(at(199)).id(), ring.newest_secret(at(200)).id()), (1, 2));
        assert_eq!(ring.verification_keys().len(), 2);
        assert!(ring.jwks().contains(&old_kid) && ring.jwks().contains(&new_kid));
        assert!(!ring.jwks().contains("\"d\""));
    }

    #[test]
    fn an_empty_ring_does_not_exist() {
        assert!(Ring::new(Vec::new(), vec![(Timestamp::from_secs(0), RefreshSecret::new(1, &[1; 32]))]).is_none());
        assert!(Ring::new(vec![(Timestamp::from_secs(0), key())], Vec::new()).is_none());
    }
}
