//! The compact serialization of a JWS (RFC 7515 §7.1) and its header, taken apart strictly.

use std::borrow::Cow;
use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserializer;
use serde::de::{Error, IgnoredAny, MapAccess, Visitor};

use super::algorithm::Algorithm;
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
    header: Cow<'a, Header>,
    payload: Vec<u8>,
    signature: Vec<u8>,
}

/// What is to be known of a header.
#[derive(Clone, Debug)]
pub(super) struct Header {
    /// `None`: none that is verified here.
    alg: Option<Algorithm>,
    kid: Option<String>,
    is_access_token: bool,
}

/// The first part of the access tokens that jeton signs with a key.
pub(crate) fn header_of(algorithm: Algorithm, kid: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!(r#"{{"typ":"at+jwt","alg":"{algorithm}","kid":"{kid}"}}"#))
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
        Self::parse_with(token, |_| None)
    }

    /// The same, where some headers were read before and are found again by their text.
    ///
    /// # Errors
    /// As [`Self::parse`].
    pub(super) fn parse_with(
        token: &'a str,
        known: impl FnOnce(&str) -> Option<&'a Header>,
    ) -> Result<Self, Rejection> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(Rejection::Malformed);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(Rejection::Malformed)?;
        let (header, payload) = signed.split_once('.').ok_or(Rejection::Malformed)?;
        if payload.contains('.') {
            return Err(Rejection::Malformed);
        }
        let header =
            known(header).map_or_else(|| Header::read(header).map(Cow::Owned), |known| Ok(Cow::Borrowed(known)));
        Ok(Self { signed, header: header?, payload: decode(payload)?, signature: decode(signature)? })
    }

    /// The header's `kid`, where it is short enough to be looked up.
    pub fn kid(&self) -> Option<&str> {
        self.header.kid.as_deref().filter(|kid| kid.len() <= MAX_KID_BYTES)
    }

    /// Whether the header's `typ` says access token (RFC 9068 §2.1), in any case of letters.
    pub fn is_access_token(&self) -> bool {
        self.header.is_access_token
    }

    /// Checks the signature with a key, and only with the key's own algorithm; gives the payload out.
    ///
    /// # Errors
    /// [`Rejection::BadSignature`].
    pub fn verify(self, key: &VerificationKey) -> Result<Vec<u8>, Rejection> {
        if self.header.alg != Some(key.algorithm()) || !key.verify(self.signed.as_bytes(), &self.signature) {
            return Err(Rejection::BadSignature);
        }
        Ok(self.payload)
    }
}

/// Without the payload and the signature: a token is as good as a password for as long as it lives.
impl fmt::Debug for Jws<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jws").field("header", &self.header).finish_non_exhaustive()
    }
}

impl Header {
    /// Reads the first part of a token.
    ///
    /// # Errors
    /// As [`Jws::parse`].
    pub fn read(part: &str) -> Result<Self, Rejection> {
        if part.len() > MAX_HEADER_CHARACTERS {
            return Err(Rejection::Malformed);
        }
        Self::parse(&decode(part)?).ok_or(Rejection::Malformed)
    }

    fn parse(text: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(text).ok()?;
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let (header, has_others) = deserializer.deserialize_map(Reader).ok()?;
        deserializer.end().ok()?;
        // What the other members hold was stepped over, not looked at.
        (!has_others || json::is_strict(text)).then_some(header)
    }
}

/// Reads a header member by member; `true` where there are others than ours.
struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = (Header, bool);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JOSE header")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let (mut alg, mut kid, mut typ, mut has_others) = (None, None, None, false);
        while let Some(json::Text(name)) = members.next_key()? {
            let place = match &*name {
                "alg" => &mut alg,
                "kid" => &mut kid,
                "typ" => &mut typ,
                "crit" | "b64" => return Err(A::Error::custom("an extension that is not known")),
                _ => {
                    has_others = true;
                    let IgnoredAny = members.next_value()?;
                    continue;
                }
            };
            if place.replace(members.next_value::<json::Text>()?.0).is_some() {
                return Err(A::Error::custom("a member stands twice"));
            }
        }
        let alg = alg.ok_or_else(|| A::Error::missing_field("alg"))?;
        let header = Header {
            alg: alg.parse().ok(),
            kid: kid.map(Cow::into_owned),
            is_access_token: typ.is_some_and(|typ| names_access_token(&typ)),
        };
        Ok((header, has_others))
    }
}

/// Whether a `typ` names an access token (RFC 9068 §2.1); media types have no case.
fn names_access_token(typ: &str) -> bool {
    typ.eq_ignore_ascii_case("at+jwt") || typ.eq_ignore_ascii_case("application/at+jwt")
}

/// Base64url as RFC 7515 §2 has it: the engine refuses padding, white space and trailing bits.
fn decode(part: &str) -> Result<Vec<u8>, Rejection> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| Rejection::Malformed)
}
