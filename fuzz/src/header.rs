//! A JOSE header, signed as it stands: accepted exactly where another reader finds nothing wrong with it.

use jeton::verify::{Jws, Rejection};
use serde_json::{Map, Value};

use super::{NOW, issuer, strict};

/// What jeton reads of a header, in base64url.
const MAX_CHARACTERS: usize = 2048;

pub fn check(bytes: &[u8]) {
    let issuer = issuer();
    let payload = issuer.token("ada").payload();
    let token = issuer.sign_raw(bytes, payload);
    let is_short = token.split('.').next().is_some_and(|header| header.len() <= MAX_CHARACTERS);
    let expected = match strict::object(bytes).filter(|_| is_short) {
        Some(header) if is_well_formed(&header) => verdict(&header, issuer.kid()),
        _ => Err(Rejection::Malformed),
    };
    assert_eq!(Jws::parse(&token).is_err(), expected == Err(Rejection::Malformed));
    assert_eq!(issuer.verifier().verify(&token, NOW).map(|_| ()), expected);
}

/// Texts where there must be texts, and no extension.
fn is_well_formed(header: &Map<String, Value>) -> bool {
    let is_text = |name: &str| header.get(name).is_none_or(Value::is_string);
    let has = |name: &str| header.contains_key(name);
    has("alg") && ["alg", "kid", "typ"].into_iter().all(is_text) && !has("crit") && !has("b64")
}

/// What must come of a well-formed header over a good payload.
fn verdict(header: &Map<String, Value>, kid: &str) -> Result<(), Rejection> {
    let typ = header.get("typ").and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase();
    if typ != "at+jwt" && typ != "application/at+jwt" {
        Err(Rejection::WrongType)
    } else if header.get("kid").and_then(Value::as_str) != Some(kid) {
        Err(Rejection::UnknownKey)
    } else if header["alg"] != "HS256" {
        Err(Rejection::BadSignature)
    } else {
        Ok(())
    }
}
