//! Claims, signed as they stand: what is accepted says the same to another reader, and to jeton itself
//! after it was written anew.

use jeton::testing::TestIssuer;
use jeton::verify::{Claims, MAX_TOKEN_BYTES, Rejection, Verified};
use serde_json::{Map, Value};

use super::{NOW, issuer, strict};

/// The verifier's leeway and longest lifetime, in seconds.
const LEEWAY: f64 = 5.0;
const DAY: f64 = 86_400.0;

pub fn check(bytes: &[u8]) {
    let issuer = issuer();
    let verdict = verify(&issuer, bytes);
    match (verdict, strict::object(bytes)) {
        (Ok(verified), Some(members)) => {
            assert_eq!(verified.payload(), bytes);
            holds(&issuer, &members);
            survives_writing(&issuer, verified.claims());
        }
        (Ok(_), None) => panic!("accepted, and no strict JSON"),
        (Err(reason), None) => assert_eq!(reason, Rejection::Malformed),
        (Err(_), Some(_)) => {}
    }
}

fn verify(issuer: &TestIssuer, payload: impl AsRef<[u8]>) -> Result<Verified, Rejection> {
    issuer.verifier().verify(&issuer.sign_raw(Value::from(issuer.header()).to_string(), payload), NOW)
}

/// The policy, read off the bare JSON.
fn holds(issuer: &TestIssuer, members: &Map<String, Value>) {
    assert_eq!(members["iss"], issuer.issuer());
    assert!(members["sub"].as_str().is_some_and(|sub| !sub.is_empty()));
    let audience = &members["aud"];
    let is_ours = |value: &Value| value == issuer.audience();
    assert!(is_ours(audience) || audience.as_array().is_some_and(|all| all.iter().any(is_ours)));
    let number = |name: &str| members.get(name).map(|value| value.as_f64().expect("a number"));
    let (issued, expires, now) = (number("iat").unwrap(), number("exp").unwrap(), NOW.as_secs() as f64);
    assert!(issued <= now + LEEWAY + 0.001 && now < expires + LEEWAY && expires - issued <= DAY + 0.001);
    assert!(number("nbf").is_none_or(|begins| begins <= now + LEEWAY + 0.001));
    for name in ["client_id", "jti", "sid", "scope"] {
        assert!(members.get(name).is_none_or(Value::is_string), "{name}");
    }
    for name in ["amr", "roles"] {
        let is_texts = |value: &Value| value.as_array().is_some_and(|all| all.iter().all(Value::is_string));
        assert!(members.get(name).is_none_or(is_texts), "{name}");
    }
}

/// Claims that are written as jeton writes them are accepted again, and are the same.
fn survives_writing(issuer: &TestIssuer, claims: &Claims) {
    // jeton writes whole seconds.
    let times = [Some(claims.iat), Some(claims.exp), claims.nbf, claims.auth_time];
    let is_whole = times.into_iter().flatten().all(|time| time.as_millis() % 1000 == 0);
    let written = serde_json::to_string(claims).expect("claims are plain data");
    if !is_whole || written.len() > MAX_TOKEN_BYTES / 2 {
        return;
    }
    let again = verify(issuer, written).expect("what we write we read").claims().clone();
    // Numbers of others may differ in their last digit.
    assert!(again.custom.keys().eq(claims.custom.keys()));
    assert_eq!(Claims { custom: Map::new(), ..again }, Claims { custom: Map::new(), ..claims.clone() });
}
