//! C2SP/wycheproof: signatures as JWS, JSON Web Keys, Ed25519 and ECDSA on P-256.

use serde_json::{Value, json};

use super::vectors::{self, groups, hex, key, text, verify};
use super::{b64, say};
use crate::verify::{JwkRefused, KeySet, VerificationKey};

/// Cases that contradict themselves or RFC 7515: our answer is the other one.
const LISTED: [(u64, &str); 6] = [
    (346, "valid, though the key's alg is PS256 and the header says PS384 (RFC 7520 has no alg in that key)"),
    (350, "valid: the same contradiction as 346"),
    (367, "invalid for its padding, but there is none: it is byte for byte the valid case 357"),
    (370, "invalid for its payload's padding, but it too is byte for byte the valid case 357"),
    (372, "valid with a ? in its header, which is no letter of base64url (RFC 7515 §2)"),
    (373, "valid with a ? in its payload: as 372"),
];

#[test]
fn json_web_signatures() {
    let Some(file) = vectors::read("wycheproof/json_web_signature_test.json") else { return };
    let (mut passed, mut listed, mut unsupported) = (0, Vec::new(), 0);
    for (group, cases) in groups(&file) {
        let key = key(group.get("public").unwrap_or(&group["private"]));
        for case in cases {
            let id = case["tcId"].as_u64().expect("an id");
            // A key of another algorithm is refused, which is right for the bad half of its cases only.
            let Some(key) = key.as_ref().map(Some).or_else(not_for_signatures).ok() else {
                unsupported += 1;
                continue;
            };
            let accepted = key.is_some_and(|key| case["jws"].as_str().is_some_and(|jws| verify(jws, key).is_some()));
            if accepted == (case["result"] == "valid") {
                passed += 1;
            } else {
                listed.push(id);
            }
        }
    }
    assert_eq!(listed, LISTED.map(|(id, _)| id));
    say(&format!("Wycheproof JWS: {passed} passed, {} listed, {unsupported} of other algorithms", listed.len()));
    assert_eq!((passed, unsupported), (360, 35));
    assert_eq!(Some(passed + 6 + unsupported), file["numberOfTests"].as_u64());
}

/// A key that is refused for its use refuses every token: no answer of its own, but an answer.
fn not_for_signatures(refused: &JwkRefused) -> Result<Option<&VerificationKey>, ()> {
    if *refused == JwkRefused::NotForSignatures { Ok(None) } else { Err(()) }
}

/// A key of the ROCA weakness (CVE-2017-15361) is a well-formed RSA key: telling it needs a
/// fingerprint of its primes, which is not done here.
const NOT_DETECTED: [u64; 1] = [7];

#[test]
fn json_web_keys() {
    let Some(file) = vectors::read("wycheproof/json_web_key_test.json") else { return };
    let (mut passed, mut failed, mut unsupported) = (0, Vec::new(), 0);
    for (group, cases) in groups(&file) {
        let set = group.get("public").unwrap_or(&group["private"]);
        let keys = set["keys"].as_array().expect("keys");
        if keys.iter().any(|key| key["alg"] == "HS384" || key["alg"] == "HS512") {
            unsupported += cases.len();
            continue;
        }
        let published = KeySet::from_jwks(set.to_string().as_bytes()).expect("a JWK Set");
        for case in cases {
            let (jws, id) = (text(case, "jws"), case["tcId"].as_u64().expect("an id"));
            let accepted = match configured(keys, case) {
                Some(secrets) => verifies(jws, &secrets),
                None => verifies(jws, &published),
            };
            if accepted == (case["result"] == "valid") { passed += 1 } else { failed.push(id) }
        }
    }
    assert_eq!(failed, NOT_DETECTED);
    say(&format!("Wycheproof JWK: {passed} passed, {} not detected, {unsupported} of other algorithms", failed.len()));
    assert_eq!((passed, unsupported), (19, 6));
}

/// Secrets that an operator could have configured: each under its own name, for HS256.
fn configured(keys: &[Value], case: &Value) -> Option<KeySet> {
    let ambiguous = case["flags"].as_array().is_some_and(|flags| flags.iter().any(|flag| flag == "Ambiguous"));
    if ambiguous || keys.iter().any(|key| key["kty"] != "oct") {
        return None;
    }
    let mut set = KeySet::default();
    for (jwk, key) in keys.iter().filter_map(|jwk| Some((jwk, key(jwk).ok()?))) {
        set.insert(text(jwk, "kid"), key);
    }
    Some(set)
}

fn verifies(jws: &str, keys: &KeySet) -> bool {
    let Ok(parsed) = crate::verify::Jws::parse(jws) else { return false };
    parsed.kid().and_then(|kid| keys.get(kid)).is_some_and(|key| parsed.verify(key).is_ok())
}

/// Raw signatures under the JWK of each group.
fn raw_signatures(name: &str) -> usize {
    let Some(file) = vectors::read(name) else { return 0 };
    let mut passed = 0;
    for (group, cases) in groups(&file) {
        let jwk = group.get("publicKeyJwk").cloned().unwrap_or_else(|| point(&group["publicKey"]));
        let key = key(&jwk).unwrap_or_else(|error| panic!("{error}: {jwk}"));
        for case in cases {
            let accepted = key.verify(&hex(text(case, "msg")), &hex(text(case, "sig")));
            assert_eq!(accepted, case["result"] == "valid", "{name}: {case}");
            passed += 1;
        }
    }
    say(&format!("{name}: {passed} passed"));
    assert_eq!(Some(passed as u64), file["numberOfTests"].as_u64());
    passed
}

/// The JWK of a P-256 point, for the groups that come without one.
fn point(key: &Value) -> Value {
    let point = hex(text(key, "uncompressed"));
    let (x, y) = point[1..].split_at(32);
    json!({"kty": "EC", "crv": "P-256", "x": b64(x), "y": b64(y)})
}

#[test]
fn ed25519() {
    let passed = raw_signatures("wycheproof/ed25519_test.json");
    assert!(passed == 0 || passed >= 150, "{passed}");
}

#[test]
fn ecdsa_on_p256() {
    let passed = raw_signatures("wycheproof/ecdsa_secp256r1_sha256_p1363_test.json");
    assert!(passed == 0 || passed >= 260, "{passed}");
}
