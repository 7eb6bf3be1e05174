//! Foreign JSON Web Keys: checked before a key is built, one by one and as a set.

use serde_json::{Map, Value, json};

use super::{ISSUERS, NOW, b64, es256, stranger};
use crate::testing::TestIssuer;
use crate::verify::{Algorithm, JwkRefused, KeySet, VerificationKey};

/// The issuer's public key.
pub(super) fn of(issuer: &TestIssuer) -> Map<String, Value> {
    let jwks: Value = serde_json::from_str(&issuer.jwks()).unwrap();
    jwks["keys"][0].as_object().expect("a public key").clone()
}

fn issuer(algorithm: Algorithm) -> &'static TestIssuer {
    ISSUERS.iter().find(|issuer| issuer.algorithm() == algorithm).expect("one for each")
}

/// What becomes of a public key of this algorithm with one member set to each value.
fn refused(algorithm: Algorithm, reason: JwkRefused, member: &str, values: impl IntoIterator<Item = Value>) {
    for value in values {
        let mut jwk = of(issuer(algorithm));
        jwk.insert(member.to_owned(), value.clone());
        assert_eq!(VerificationKey::from_jwk(&jwk).map(|_| ()), Err(reason), "{algorithm}: {member} = {value}");
    }
}

fn without(algorithm: Algorithm, member: &str) -> Result<Algorithm, JwkRefused> {
    let mut jwk = of(issuer(algorithm));
    jwk.remove(member).expect("it was there");
    VerificationKey::from_jwk(&jwk).map(|key| key.algorithm())
}

const PUBLIC: [Algorithm; 4] = [Algorithm::Es256, Algorithm::Rs256, Algorithm::Ps256, Algorithm::EdDsa];

#[test]
fn our_own_keys_are_built_and_the_key_type_decides_without_alg() {
    for algorithm in PUBLIC {
        assert_eq!(VerificationKey::from_jwk(&of(issuer(algorithm))).unwrap().algorithm(), algorithm);
        let by_type = if algorithm == Algorithm::Ps256 { Algorithm::Rs256 } else { algorithm };
        assert_eq!(without(algorithm, "alg"), Ok(by_type));
        assert_eq!(without(algorithm, "use"), Ok(algorithm));
        assert_eq!(without(algorithm, "kty"), Err(JwkRefused::Unsupported));
    }
}

#[test]
fn a_key_with_any_private_member_is_refused() {
    for algorithm in PUBLIC {
        for member in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
            refused(algorithm, JwkRefused::Private, member, [json!("AAAA"), json!(""), Value::Null]);
        }
    }
}

#[test]
fn a_key_is_for_its_own_algorithm_only() {
    let names =
        ["HS256", "ES256", "ES384", "RS256", "RS512", "PS256", "PS384", "EdDSA", "none", "", "RSA-OAEP", "es256"];
    for algorithm in PUBLIC {
        let both_rsa = matches!(algorithm, Algorithm::Rs256 | Algorithm::Ps256).then_some(["RS256", "PS256"]);
        let fits = |name: &str| algorithm.as_str() == name || both_rsa.is_some_and(|names| names.contains(&name));
        let others = names.into_iter().filter(|name| !fits(name)).map(Value::from);
        refused(algorithm, JwkRefused::Unsupported, "alg", others);
        refused(algorithm, JwkRefused::Malformed, "alg", [json!(1), json!(["ES256"])]);
    }
}

#[test]
fn a_key_that_is_not_for_verifying_is_refused() {
    for algorithm in PUBLIC {
        refused(algorithm, JwkRefused::NotForSignatures, "use", [json!("enc"), json!("SIG"), json!("")]);
        let operations = [json!(["sign"]), json!([]), json!(["encrypt", "wrapKey"]), json!(["Verify"])];
        refused(algorithm, JwkRefused::NotForSignatures, "key_ops", operations);
        refused(algorithm, JwkRefused::Malformed, "key_ops", [json!("verify"), json!([1])]);
    }
    let mut jwk = of(es256());
    jwk.insert("key_ops".to_owned(), json!(["verify"]));
    assert!(VerificationKey::from_jwk(&jwk).is_ok());
}

#[test]
fn other_key_types_and_curves_are_refused() {
    for algorithm in PUBLIC {
        refused(algorithm, JwkRefused::Unsupported, "kty", ["oct", "ec", "rsa", "AKP", ""].map(Value::from));
        refused(algorithm, JwkRefused::Unsupported, "kty", [json!(1), Value::Null]);
    }
    refused(Algorithm::Es256, JwkRefused::Unsupported, "crv", ["P-384", "P-521"].map(Value::from));
    for (algorithm, curves) in [(Algorithm::Es256, ["secp256k1", "p-256"]), (Algorithm::EdDsa, ["X25519", "Ed448"])] {
        for curve in curves {
            let mut jwk = of(issuer(algorithm));
            jwk.insert("crv".to_owned(), json!(curve));
            assert!(VerificationKey::from_jwk(&jwk).is_err(), "{curve}");
        }
    }
    refused(Algorithm::EdDsa, JwkRefused::Unsupported, "crv", [json!("P-256")]);
    // A key without its members is of no type that is known.
    for member in ["crv", "x", "y"] {
        assert_eq!(without(Algorithm::Es256, member), Err(JwkRefused::Unsupported));
    }
    for (algorithm, member) in [(Algorithm::Rs256, "e"), (Algorithm::Ps256, "n"), (Algorithm::EdDsa, "x")] {
        assert_eq!(without(algorithm, member), Err(JwkRefused::Unsupported));
    }
}

#[test]
fn a_point_has_its_length_and_lies_on_the_curve() {
    let lengths = [0, 1, 3, 31, 33, 64].map(|length| Value::from(b64(vec![4; length])));
    for member in ["x", "y"] {
        refused(Algorithm::Es256, JwkRefused::Weak, member, lengths.clone());
        refused(
            Algorithm::Es256,
            JwkRefused::Weak,
            member,
            [b64([0; 32]), b64([1; 32]), b64([255; 32])].map(Value::from),
        );
        let good = of(es256())[member].as_str().unwrap().to_owned();
        let spoilt = [format!("{good}="), format!(" {good}"), good.replacen(|_| true, "+", 1), format!("{good}\n")];
        refused(Algorithm::Es256, JwkRefused::Malformed, member, spoilt.map(Value::from));
        refused(Algorithm::Es256, JwkRefused::Unsupported, member, [json!(1), Value::Null]);
    }
    // A short x makes jsonwebtoken's other back end panic.
    refused(Algorithm::EdDsa, JwkRefused::Weak, "x", lengths);
}

/// All fourteen encodings of the eight points whose order divides 8: for such a key one signature
/// fits many messages (Chalkias, Garillot and Nikolaenko, "Taming the many EdDSAs", table 1).
#[test]
fn small_order_ed25519_points_are_refused_in_every_encoding() {
    let ends = |first: u8, rest: u8, last: u8| [vec![first], vec![rest; 30], vec![last]].concat();
    let eighth = |text: &str, last: u8| {
        let mut bytes: Vec<u8> = (0..64).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap()).collect();
        bytes[31] = last;
        bytes
    };
    let (one, other) = (
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    );
    let mut encodings = vec![eighth(one, 0x7a), eighth(one, 0xfa), eighth(other, 0x05), eighth(other, 0x85)];
    for sign in [0, 0x80] {
        encodings.extend([ends(0, 0, sign), ends(1, 0, sign)]);
        encodings.extend([0xec, 0xed, 0xee].map(|first| ends(first, 0xff, 0x7f | sign)));
    }
    assert_eq!(encodings.len(), 14);
    refused(Algorithm::EdDsa, JwkRefused::Weak, "x", encodings.iter().map(|x| Value::from(b64(x))));
}

#[test]
fn an_rsa_modulus_has_2048_to_8192_bits_and_no_leading_zeros() {
    let modulus = |first: u8, length: usize| {
        let mut n = vec![0x5b; length];
        n[0] = first;
        Value::from(b64(n))
    };
    for algorithm in [Algorithm::Rs256, Algorithm::Ps256] {
        let weak = [modulus(0xff, 64), modulus(0xff, 128), modulus(0xff, 255), modulus(0x7f, 256), modulus(0xff, 1025)];
        refused(algorithm, JwkRefused::Weak, "n", weak);
        refused(algorithm, JwkRefused::Malformed, "n", [modulus(0, 257), json!(""), json!("AQAB=")]);
        refused(algorithm, JwkRefused::Malformed, "e", [json!(""), json!("AA"), json!("AAEAAQ"), json!("AQ AB")]);
        refused(algorithm, JwkRefused::Weak, "e", [b64([1]), b64([2]), b64([1, 0, 0])].map(Value::from));
        for n in [modulus(0x80, 256), modulus(0xff, 384), modulus(0xff, 1024)] {
            let mut jwk = of(issuer(algorithm));
            jwk.insert("n".to_owned(), n);
            assert!(VerificationKey::from_jwk(&jwk).is_ok());
        }
    }
}

fn set(keys: impl IntoIterator<Item = Value>) -> KeySet {
    KeySet::from_jwks(json!({"keys": keys.into_iter().collect::<Vec<_>>()}).to_string().as_bytes()).unwrap()
}

#[test]
fn a_set_leaves_out_what_it_cannot_use_and_keeps_the_rest() {
    let good = Value::from(of(es256()));
    let with = |member: &str, value: Value| {
        let mut jwk = of(es256());
        jwk.insert(member.to_owned(), value);
        Value::from(jwk)
    };
    let secret = json!({"kty": "oct", "kid": "secret", "alg": "HS256", "use": "sig", "k": b64([7; 32])});
    let mut nameless = of(es256());
    nameless.remove("kid");
    let unusable =
        [secret, with("kid", json!(1)), with("use", json!("enc")), nameless.into(), json!(1), json!({}), json!([])];
    let keys = set(unusable.into_iter().chain([good]));
    assert_eq!(keys.len(), 1);
    let verifier = es256().verifier();
    verifier.replace_keys(keys);
    assert!(verifier.verify(&es256().token_for("ada"), NOW).is_ok());
}

#[test]
fn two_keys_of_one_name_are_both_left_out() {
    let (own, other) = (of(es256()), of(issuer(Algorithm::EdDsa)));
    let mut impostor = of(stranger(es256()));
    impostor.insert("kid".to_owned(), own["kid"].clone());
    let keys = set([own.clone().into(), impostor.clone().into(), other.clone().into()]);
    assert_eq!((keys.len(), keys.get(es256().kid()).is_some()), (1, false));
    let keys = set([impostor, own.clone(), own].map(Value::from));
    assert!(keys.is_empty(), "three are no better than two");
}

#[test]
fn what_is_no_set_is_refused_as_a_whole() {
    let good = Value::from(of(es256())).to_string();
    let spoilt = [
        String::new(),
        "[]".to_owned(),
        "{}".to_owned(),
        r#"{"keys":{}}"#.to_owned(),
        r#"{"keys":null}"#.to_owned(),
        good.clone(),
        format!("[{good}]"),
        format!(r#"{{"keys":[{good}],"keys":[]}}"#),
        format!(r#"{{"keys":[{}]}}"#, good.replacen('{', r#"{"kty":"oct","#, 1)),
        format!("\u{feff}{{\"keys\":[{good}]}}"),
        format!("{{\"keys\":[{good}]}} <!-- -->"),
    ];
    for text in spoilt {
        assert_eq!(KeySet::from_jwks(text.as_bytes()).unwrap_err(), JwkRefused::Malformed, "{text}");
    }
    assert!(KeySet::from_jwks(br#"{"keys":[]}"#).unwrap().is_empty());
}
