//! The one file of this half that names the crypto provider: aws-lc-rs, with keys parsed once.
//!
//! jsonwebtoken is not asked to verify: it would pick a process-wide provider, which panics in a
//! service that has both of its back ends compiled in, and parse the key again on every call
//! (docs/decisions/0001-crypto.md).

use std::fmt;

use aws_lc_rs::hmac;
use aws_lc_rs::rsa::PublicKeyComponents;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256,
    RsaParameters,
};

use super::algorithm::Algorithm;

/// A key that checks signatures of exactly one algorithm.
pub struct VerificationKey {
    algorithm: Algorithm,
    material: Material,
}

enum Material {
    Public(ParsedPublicKey),
    Shared(Box<hmac::Key>),
}

impl VerificationKey {
    /// A P-256 key from the coordinates of its point, 32 bytes each. `None`: not on the curve.
    pub(crate) fn es256(x: &[u8; 32], y: &[u8; 32]) -> Option<Self> {
        // SEC 1 §2.3.4: an uncompressed point starts with 4.
        let point = [&[4], x.as_slice(), y].concat();
        let key = ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).ok()?;
        Some(Self { algorithm: Algorithm::Es256, material: Material::Public(key) })
    }

    /// An RSA key of 2048 to 8192 bits from modulus and exponent, big-endian.
    pub(crate) fn rs256(n: &[u8], e: &[u8]) -> Option<Self> {
        Self::rsa(Algorithm::Rs256, &RSA_PKCS1_2048_8192_SHA256, n, e)
    }

    /// As [`Self::rs256`], for PSS.
    pub(crate) fn ps256(n: &[u8], e: &[u8]) -> Option<Self> {
        Self::rsa(Algorithm::Ps256, &RSA_PSS_2048_8192_SHA256, n, e)
    }

    fn rsa(algorithm: Algorithm, parameters: &'static RsaParameters, n: &[u8], e: &[u8]) -> Option<Self> {
        let key = PublicKeyComponents { n, e }.to_parsed_public_key(parameters).ok()?;
        Some(Self { algorithm, material: Material::Public(key) })
    }

    /// An Ed25519 key from its 32 bytes.
    pub(crate) fn ed25519(x: &[u8; 32]) -> Option<Self> {
        let key = ParsedPublicKey::new(&ED25519, x).ok()?;
        Some(Self { algorithm: Algorithm::EdDsa, material: Material::Public(key) })
    }

    /// A shared secret of at least 32 bytes, used as it stands. `None`: shorter (RFC 7518 §3.2).
    pub fn hs256(secret: &[u8]) -> Option<Self> {
        (secret.len() >= 32).then(|| Self {
            algorithm: Algorithm::Hs256,
            material: Material::Shared(Box::new(hmac::Key::new(hmac::HMAC_SHA256, secret))),
        })
    }

    /// The one algorithm of this key.
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Whether `signature` is this key's for `message`.
    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        match &self.material {
            Material::Public(key) => key.verify_sig(message, signature).is_ok(),
            Material::Shared(key) => hmac::verify(key, message, signature).is_ok(),
        }
    }
}

impl fmt::Debug for VerificationKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerificationKey({})", self.algorithm)
    }
}

/// SHA-256.
#[cfg(any(feature = "server", feature = "testing"))]
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes).as_ref());
    hash
}
