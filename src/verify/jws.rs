//! The compact serialization of a JWS (RFC 7515 §7.1) and its header, taken apart strictly.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::crypto::VerificationKey;
use super::error::Rejection;
use super::json;

/// A longer token is refused before anything is decoded.
pub const MAX_TOKEN_BYTES: usize = 8 * 1024;

/// Longer headers are nobody's: ours has 90 bytes.
const MAX_HEADER_CHARACTERS: usize = 2 * 1024;

/// Longer key identifiers are not looked up. A thumbprint has 43 characters.
const MAX_KID_BYTES: usize = 256;

/// A compact JWS, taken apart but not verified.
pub struct Jws<'a> {
    signed: &'a str,
    payload: Vec<u8>,
    signature: Vec<u8>,
    algorithm: String,
    kid: Option<String>,
    typ: Option<String>,
}

impl<'a> Jws<'a> {
    /// Takes a token apart: three parts of base64url without padding, white space or trailing bits,
    /// and a header that is a strict JSON object.
    ///
    /// `jwk`, `jku`, `x5u` and `x5c` in a header are not looked at: keys come from configuration only.
    ///
    /// # Errors
    /// [`Rejection::Malformed`], also for `crit` in any form and for `b64` (RFC 7797), which nobody
    /// has any business sending here.
    pub fn parse(token: &'a str) -> Result<Self, Rejection> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(Rejection::Malformed);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(Rejection::Malformed)?;
        let (header, payload) = signed.split_once('.').ok_or(Rejection::Malformed)?;
        if payload.contains('.') || header.len() > MAX_HEADER_CHARACTERS {
            return Err(Rejection::Malformed);
        }
        let mut header = json::parse_object(&decode(header)?).ok_or(Rejection::Malformed)?;
        if header.contains_key("crit") || header.contains_key("b64") {
            return Err(Rejection::Malformed);
        }
        let mut text = |name: &str| match header.remove(name) {
            None => Ok(None),
            Some(serde_json::Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Rejection::Malformed),
        };
        Ok(Self {
            signed,
            payload: decode(payload)?,
            signature: decode(signature)?,
            algorithm: text("alg")?.ok_or(Rejection::Malformed)?,
            kid: text("kid")?,
            typ: text("typ")?,
        })
    }

    /// The header's `kid`, where it is short enough to be looked up.
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref().filter(|kid| kid.len() <= MAX_KID_BYTES)
    }

    /// Whether the header's `typ` says access token (RFC 9068 §2.1), in any case of letters.
    pub fn is_access_token(&self) -> bool {
        self.typ
            .as_deref()
            .is_some_and(|typ| typ.eq_ignore_ascii_case("at+jwt") || typ.eq_ignore_ascii_case("application/at+jwt"))
    }

    /// Checks the signature with a key, and only with the key's own algorithm; gives the payload out.
    ///
    /// # Errors
    /// [`Rejection::BadSignature`].
    pub fn verify(self, key: &VerificationKey) -> Result<Vec<u8>, Rejection> {
        if self.algorithm != key.algorithm().as_str() || !key.verify(self.signed.as_bytes(), &self.signature) {
            return Err(Rejection::BadSignature);
        }
        Ok(self.payload)
    }
}

/// Without the payload and the signature: a token is as good as a password for as long as it lives.
impl fmt::Debug for Jws<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jws").field("algorithm", &self.algorithm).field("kid", &self.kid).finish_non_exhaustive()
    }
}

/// Base64url as RFC 7515 §2 has it: the engine refuses padding, white space and trailing bits.
fn decode(part: &str) -> Result<Vec<u8>, Rejection> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| Rejection::Malformed)
}
