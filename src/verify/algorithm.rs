//! The signature algorithms of jeton: an allow-list, each key bound to exactly one (RFC 8725 §3.1).

use std::fmt;
use std::str::FromStr;

use jsonwebtoken::jwk::KeyAlgorithm;

/// A JWS algorithm (RFC 7518 §3.1, RFC 8037) that jeton makes and accepts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256: the default; short, fast to sign, read by every client library tried.
    #[default]
    Es256,
    /// RSASSA-PKCS1-v1_5 with SHA-256: the cheapest to verify.
    Rs256,
    /// RSASSA-PSS with SHA-256.
    Ps256,
    /// Ed25519.
    EdDsa,
    /// HMAC with SHA-256: for one trust domain that shares the secret.
    Hs256,
}

impl Algorithm {
    /// The name in a header's `alg`, case-sensitive.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
            Self::Ps256 => "PS256",
            Self::EdDsa => "EdDSA",
            Self::Hs256 => "HS256",
        }
    }

    /// The name as jsonwebtoken's JWK type has it.
    pub(crate) const fn in_jwk(self) -> KeyAlgorithm {
        match self {
            Self::Es256 => KeyAlgorithm::ES256,
            Self::Rs256 => KeyAlgorithm::RS256,
            Self::Ps256 => KeyAlgorithm::PS256,
            Self::EdDsa => KeyAlgorithm::EdDSA,
            Self::Hs256 => KeyAlgorithm::HS256,
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The name is none of the allow-list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownAlgorithm;

impl FromStr for Algorithm {
    type Err = UnknownAlgorithm;

    fn from_str(name: &str) -> Result<Self, UnknownAlgorithm> {
        [Self::Es256, Self::Rs256, Self::Ps256, Self::EdDsa, Self::Hs256]
            .into_iter()
            .find(|algorithm| algorithm.as_str() == name)
            .ok_or(UnknownAlgorithm)
    }
}
