//! Foreign JSON Web Keys, one by one and as a set: what becomes a key is public, for signatures, and
//! accepts no signature that nobody made.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jeton::verify::{Algorithm, JwkRefused, Jws, KeySet, VerificationKey};
use serde_json::{Map, Value};

use super::strict;

const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

pub fn check(bytes: &[u8]) {
    let object = strict::object(bytes);
    if let Some(members) = &object
        && let Ok(key) = VerificationKey::from_jwk(members)
    {
        is_fit(members, &key);
    }
    let keys = object.as_ref().and_then(|set| set.get("keys")?.as_array());
    match (KeySet::from_jwks(bytes), keys) {
        (Ok(set), Some(keys)) => is_exact(&set, keys),
        (Err(refused), None) => assert_eq!(refused, JwkRefused::Malformed),
        (Ok(_), None) => panic!("accepted, and no strict JSON with keys"),
        (Err(refused), Some(_)) => panic!("a set, and refused: {refused}"),
    }
}

/// A key that was built: from members that allow it.
fn is_fit(members: &Map<String, Value>, key: &VerificationKey) {
    let text = |name: &str| members.get(name).map(|value| value.as_str().expect("a text"));
    assert!(PRIVATE.iter().all(|name| !members.contains_key(*name)));
    assert!(text("use").is_none_or(|usage| usage == "sig"));
    let verifies = |operations: &Value| operations.as_array().is_some_and(|all| all.iter().any(|one| one == "verify"));
    assert!(members.get("key_ops").is_none_or(verifies));
    assert!(text("alg").is_none_or(|name| name == key.algorithm().as_str()));
    let kty = match key.algorithm() {
        Algorithm::Es256 => "EC",
        Algorithm::Rs256 | Algorithm::Ps256 => "RSA",
        Algorithm::EdDsa => "OKP",
        Algorithm::Hs256 => panic!("a shared secret from a JWK"),
    };
    assert_eq!(text("kty"), Some(kty));
    for private in PRIVATE {
        let mut members = members.clone();
        members.insert(private.to_owned(), "AA".into());
        assert_eq!(VerificationKey::from_jwk(&members).err(), Some(JwkRefused::Private));
    }
    accepts_nothing(key);
}

/// Signatures that nobody made: nothing, zeros, ones.
fn accepts_nothing(key: &VerificationKey) {
    let header = URL_SAFE_NO_PAD.encode(format!(r#"{{"alg":"{}"}}"#, key.algorithm()));
    for signature in [vec![], vec![0; 64], vec![0; 256], vec![1; 64], vec![0xff; 64], vec![0xff; 256]] {
        let token = format!("{header}.e30.{}", URL_SAFE_NO_PAD.encode(signature));
        assert!(Jws::parse(&token).expect("it is well formed").verify(key).is_err());
    }
}

/// A set holds exactly the fit keys whose name is theirs alone.
fn is_exact(set: &KeySet, keys: &[Value]) {
    let fit: Vec<_> = keys
        .iter()
        .filter_map(Value::as_object)
        .filter(|members| VerificationKey::from_jwk(members).is_ok())
        .filter_map(|members| members.get("kid")?.as_str())
        .collect();
    let alone = |kid: &&&str| fit.iter().filter(|other| other == kid).count() == 1;
    assert_eq!(set.len(), fit.iter().filter(alone).count());
    assert!(fit.iter().all(|kid| set.get(kid).is_some() == alone(&kid)));
}
