//! Where other people's vectors are: the folder that JETON_VECTORS names.

use serde_json::{Map, Value};

use super::say;
use crate::verify::{JwkRefused, Jws, VerificationKey};

/// A file of vectors. `None`, said aloud, where JETON_VECTORS is not set: the test is then skipped.
pub(super) fn read(name: &str) -> Option<Value> {
    let Some(folder) = std::env::var_os("JETON_VECTORS") else {
        say(&format!("skipped: JETON_VECTORS does not say where {name} is"));
        return None;
    };
    let path = std::path::Path::new(&folder).join(name);
    let text = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    Some(serde_json::from_slice(&text).expect("vectors are JSON"))
}

/// The groups of a Wycheproof file, each with its cases.
pub(super) fn groups(file: &Value) -> impl Iterator<Item = (&Value, &Vec<Value>)> {
    file["testGroups"]
        .as_array()
        .expect("groups")
        .iter()
        .map(|group| (group, group["tests"].as_array().expect("cases")))
}

pub(super) fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("{name} is a text in {value}"))
}

pub(super) fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).expect("hex")).collect()
}

/// A vector's key. Public ones are read as foreign keys are; a shared secret comes as it would from
/// the configuration, never from a JWK.
pub(super) fn key(jwk: &Value) -> Result<VerificationKey, JwkRefused> {
    let members = jwk.as_object().expect("a JWK");
    if jwk["kty"] != "oct" {
        return VerificationKey::from_jwk(members);
    }
    assert_eq!(VerificationKey::from_jwk(members).map(|_| ()), Err(JwkRefused::Private), "no secret comes in a JWK");
    if jwk.get("alg").is_some_and(|alg| alg != "HS256") {
        return Err(JwkRefused::Unsupported);
    }
    let secret = super::unb64(text(jwk, "k"));
    VerificationKey::hs256(&secret).ok_or(JwkRefused::Weak)
}

/// The public half of a vector's key pair.
pub(super) fn public_half(jwk: &Value) -> Value {
    let mut members: Map<_, _> = jwk.as_object().expect("a JWK").clone();
    if jwk["kty"] != "oct" {
        members.retain(|name, _| !["d", "p", "q", "dp", "dq", "qi"].contains(&name.as_str()));
    }
    members.into()
}

/// The payload of a compact JWS whose signature is good; `None` where anything is wrong with it.
pub(super) fn verify(jws: &str, key: &VerificationKey) -> Option<Vec<u8>> {
    Jws::parse(jws).and_then(|jws| jws.verify(key)).ok()
}
