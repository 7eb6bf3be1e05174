//! JSON Web Keys (RFC 7517): foreign ones checked before a key is built, our own published.

use std::collections::HashMap;
use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use foldhash::fast::RandomState;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse};
use serde_json::{Map, Value};

use super::algorithm::Algorithm;
use super::crypto::VerificationKey;
#[cfg(any(feature = "server", feature = "testing"))]
use super::crypto::sha256;
use super::json;
use super::jws::{Header, header_of};

/// Members that only a private or symmetric key has (RFC 7518 §6.2.2, §6.3.2, §6.4; RFC 8037 §2).
const PRIVATE_MEMBERS: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// How many bytes an RSA modulus of 2048 bits has, and one of 8192.
const RSA_MODULUS_BYTES: std::ops::RangeInclusive<usize> = 256..=1024;

/// Why a JWK is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JwkRefused {
    /// Not a JWK Set, or a member that is not base64url or mistyped.
    Malformed,
    /// It holds private or symmetric key material.
    Private,
    /// A key type, curve or algorithm that is not verified here, or one without its members.
    Unsupported,
    /// `use` or `key_ops` forbids verification.
    NotForSignatures,
    /// The key is weak or no key: off the curve, of small order, too short, of a wrong length.
    Weak,
}

impl fmt::Display for JwkRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "not a JSON Web Key",
            Self::Private => "the key holds private members",
            Self::Unsupported => "the key's type or algorithm is not supported",
            Self::NotForSignatures => "the key is not for verifying signatures",
            Self::Weak => "the key is not a valid public key, or a weak one",
        })
    }
}

impl std::error::Error for JwkRefused {}

/// Keys by their `kid`. Only their issuer adds keys, so that a fast hash will do.
#[derive(Debug, Default)]
pub struct KeySet {
    keys: HashMap<String, VerificationKey, RandomState>,
    /// What jeton writes at the head of a token, read already: reading it takes a sixth of all that is done
    /// to a token beside its signature.
    headers: HashMap<String, Header, RandomState>,
}

impl KeySet {
    /// Reads a JWK Set. Keys that cannot be used are left out (RFC 7517 §5), as are all usable keys
    /// that share a `kid`: exactly one key must match.
    ///
    /// # Errors
    /// [`JwkRefused::Malformed`] where the text is no JWK Set.
    pub fn from_jwks(text: &[u8]) -> Result<Self, JwkRefused> {
        let set = json::parse_object(text).ok_or(JwkRefused::Malformed)?;
        let keys = set.get("keys").and_then(Value::as_array).ok_or(JwkRefused::Malformed)?;
        let mut found: HashMap<String, Option<VerificationKey>> = HashMap::new();
        for jwk in keys.iter().filter_map(Value::as_object) {
            let Some(kid) = jwk.get("kid").and_then(Value::as_str) else { continue };
            let Ok(key) = VerificationKey::from_jwk(jwk) else { continue };
            found.entry(kid.to_owned()).and_modify(|twice| *twice = None).or_insert(Some(key));
        }
        let mut set = Self::default();
        found.into_iter().filter_map(|(kid, key)| Some((kid, key?))).for_each(|(kid, key)| set.insert(kid, key));
        Ok(set)
    }

    /// Adds a key under its `kid`, in place of one that has it.
    pub fn insert(&mut self, kid: impl Into<String>, key: VerificationKey) {
        let kid = kid.into();
        let text = header_of(key.algorithm(), &kid);
        // A foreign kid may be one that cannot be written so.
        if let Ok(header) = Header::read(&text) {
            self.headers.insert(text, header);
        }
        self.keys.insert(kid, key);
    }

    /// What stands in a header of this text, where it is one of jeton's.
    pub(super) fn header(&self, text: &str) -> Option<&Header> {
        self.headers.get(text)
    }

    /// The key of this `kid`.
    pub fn get(&self, kid: &str) -> Option<&VerificationKey> {
        self.keys.get(kid)
    }

    /// The names of the keys, in no order.
    pub fn kids(&self) -> impl Iterator<Item = &str> {
        self.keys.keys().map(String::as_str)
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }
}

impl VerificationKey {
    /// Builds a key from a foreign JWK's members, which must come from a strict parser.
    ///
    /// # Errors
    /// What is wrong with it; nothing is built then.
    pub fn from_jwk(members: &Map<String, Value>) -> Result<Self, JwkRefused> {
        if PRIVATE_MEMBERS.iter().any(|name| members.contains_key(*name)) {
            return Err(JwkRefused::Private);
        }
        if !matches!(members.get("kty").and_then(Value::as_str), Some("EC" | "RSA" | "OKP")) {
            return Err(JwkRefused::Unsupported);
        }
        let jwk: Jwk = serde_json::from_value(Value::Object(members.clone())).map_err(|_| JwkRefused::Malformed)?;
        let common = &jwk.common;
        let for_signatures = common.public_key_use.as_ref().is_none_or(|usage| *usage == PublicKeyUse::Signature)
            && common.key_operations.as_ref().is_none_or(|operations| operations.contains(&KeyOperations::Verify));
        if !for_signatures {
            return Err(JwkRefused::NotForSignatures);
        }
        Self::build(&jwk.algorithm, common.key_algorithm)
    }

    /// The one place where key material becomes a key, ours and foreign alike.
    pub(crate) fn build(parameters: &AlgorithmParameters, named: Option<KeyAlgorithm>) -> Result<Self, JwkRefused> {
        let algorithm_is = |own: Algorithm| named.is_none_or(|named| named == own.in_jwk());
        let key = match parameters {
            AlgorithmParameters::EllipticCurve(ec)
                if ec.curve == EllipticCurve::P256 && algorithm_is(Algorithm::Es256) =>
            {
                Self::es256(&bytes32(&ec.x)?, &bytes32(&ec.y)?)
            }
            AlgorithmParameters::RSA(rsa) => {
                let (n, e) = (unsigned(&rsa.n)?, unsigned(&rsa.e)?);
                if !RSA_MODULUS_BYTES.contains(&n.len()) || n[0] < 0x80 && n.len() == *RSA_MODULUS_BYTES.start() {
                    return Err(JwkRefused::Weak);
                }
                // 1 signs nothing, and an even exponent cannot be undone (RFC 8017 §3.1).
                if e == [1] || e[e.len() - 1] % 2 == 0 {
                    return Err(JwkRefused::Weak);
                }
                match named {
                    None | Some(KeyAlgorithm::RS256) => Self::rs256(&n, &e),
                    Some(KeyAlgorithm::PS256) => Self::ps256(&n, &e),
                    Some(_) => return Err(JwkRefused::Unsupported),
                }
            }
            AlgorithmParameters::OctetKeyPair(okp)
                if okp.curve == EllipticCurve::Ed25519 && algorithm_is(Algorithm::EdDsa) =>
            {
                let x = bytes32(&okp.x)?;
                if is_small_order(&x) {
                    return Err(JwkRefused::Weak);
                }
                Self::ed25519(&x)
            }
            _ => return Err(JwkRefused::Unsupported),
        };
        key.ok_or(JwkRefused::Weak)
    }
}

#[cfg(any(feature = "server", feature = "testing"))]
/// The RFC 7638 thumbprint of a public key: SHA-256 over its required members in lexical order.
/// Their values are base64url and fixed names, so nothing in them needs escaping.
pub(crate) fn thumbprint(parameters: &AlgorithmParameters) -> Option<String> {
    let canonical = match parameters {
        AlgorithmParameters::EllipticCurve(ec) => {
            format!(r#"{{"crv":"P-256","kty":"EC","x":"{}","y":"{}"}}"#, ec.x, ec.y)
        }
        AlgorithmParameters::RSA(rsa) => format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, rsa.e, rsa.n),
        AlgorithmParameters::OctetKeyPair(okp) => format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, okp.x),
        _ => return None,
    };
    Some(URL_SAFE_NO_PAD.encode(sha256(canonical.as_bytes())))
}

fn bytes32(text: &str) -> Result<[u8; 32], JwkRefused> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| JwkRefused::Malformed)?;
    bytes.try_into().map_err(|_| JwkRefused::Weak)
}

/// A positive integer, big-endian, without leading zeros (RFC 7518 §2, Base64urlUInt).
fn unsigned(text: &str) -> Result<Vec<u8>, JwkRefused> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| JwkRefused::Malformed)?;
    if bytes.first().is_none_or(|first| *first == 0) { Err(JwkRefused::Malformed) } else { Ok(bytes) }
}

/// Whether an Ed25519 key is one of the points of order 1, 2, 4 or 8, in any encoding: for such a
/// key one signature fits many messages. The y coordinates are those of the eight points, with the
/// two that also have an encoding past the prime (RFC 7748 §7; the list is libsodium's).
fn is_small_order(x: &[u8; 32]) -> bool {
    const Y: [[u8; 32]; 7] = [
        hex("0000000000000000000000000000000000000000000000000000000000000000"),
        hex("0100000000000000000000000000000000000000000000000000000000000000"),
        hex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
        hex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
        hex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
        hex("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
        hex("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    ];
    let mut y = *x;
    // The top bit is the sign of the other coordinate.
    y[31] &= 0x7f;
    Y.contains(&y)
}

const fn hex(text: &str) -> [u8; 32] {
    const fn digit(c: u8) -> u8 {
        if c <= b'9' { c - b'0' } else { c - b'a' + 10 }
    }
    let text = text.as_bytes();
    let mut bytes = [0; 32];
    let mut i = 0;
    while i < 32 {
        bytes[i] = digit(text[2 * i]) << 4 | digit(text[2 * i + 1]);
        i += 1;
    }
    bytes
}
