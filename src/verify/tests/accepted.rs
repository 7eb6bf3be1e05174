//! What must not be refused: a check that refuses everything would pass every other test.

use std::time::Duration;

use serde_json::{Value, json};

use super::{ISSUERS, NOW, b64, check, es256, signature, stranger, with_signature};
use crate::clock::Timestamp;
use crate::verify::{KeySet, MAX_TOKEN_BYTES, Policy, Rejection, VerificationKey, Verifier, header_of};

#[test]
fn a_good_token_of_every_algorithm_is_accepted() {
    for issuer in ISSUERS.iter() {
        let verified = check(issuer, &issuer.token("ada").scope("read write").sign()).unwrap();
        assert_eq!(verified.claims().sub, "ada", "{}", issuer.algorithm());
        assert_eq!(verified.claims().exp.since(NOW), Duration::from_secs(600));
        assert_eq!(verified.claims().scope.to_string(), "read write");
        let payload: Value = serde_json::from_slice(verified.payload()).unwrap();
        assert_eq!(payload["sub"], "ada", "the payload is the token's own");
    }
}

/// The header as jeton writes it is not read anew: that changes nothing.
#[test]
fn the_known_header_is_taken_for_what_it_says() {
    for issuer in ISSUERS.iter() {
        let signed = issuer.token("ada").sign();
        let (_, payload) = signed.rsplit_once('.').unwrap().0.split_once('.').unwrap();
        let parts = format!("{}.{payload}", header_of(issuer.algorithm(), issuer.kid()));
        let token = issuer.sign_parts(&parts);
        assert_eq!(check(issuer, &token).unwrap().claims().sub, "ada", "{}", issuer.algorithm());
        assert_eq!(check(issuer, &stranger(issuer).sign_parts(&parts)).unwrap_err(), Rejection::BadSignature);
        let verifier = issuer.verifier();
        verifier.replace_keys(KeySet::default());
        assert_eq!(verifier.verify(&token, NOW).unwrap_err(), Rejection::UnknownKey);
    }
}

/// A foreign key may be named so that its name ends the member that it stands in.
#[test]
fn a_key_s_name_cannot_make_another_header_of_the_known_one() {
    let issuer = es256();
    let mut keys = KeySet::default();
    keys.insert(r#"a","kid":"b"#, VerificationKey::from_jwk(&super::jwk::of(issuer)).unwrap());
    keys.insert(r#"a","crit":["b64"],"x":""#, VerificationKey::from_jwk(&super::jwk::of(issuer)).unwrap());
    keys.insert(r#"a","x":""#, VerificationKey::from_jwk(&super::jwk::of(issuer)).unwrap());
    let verifier = Verifier::new(issuer.verifier().policy().clone(), keys);
    for (kid, expected) in [
        (r#"a","kid":"b"#, Rejection::Malformed),
        (r#"a","crit":["b64"],"x":""#, Rejection::Malformed),
        (r#"a","x":""#, Rejection::UnknownKey),
    ] {
        let header = format!(r#"{{"typ":"at+jwt","alg":"ES256","kid":"{kid}"}}"#);
        let token = issuer.sign_raw(header, issuer.token("ada").payload());
        assert_eq!(verifier.verify(&token, NOW).unwrap_err(), expected, "{kid}");
    }
}

#[test]
fn typ_may_be_long_or_short_and_of_any_case() {
    for typ in ["at+jwt", "AT+JWT", "At+Jwt", "application/at+jwt", "Application/AT+JWT"] {
        assert!(check(es256(), &es256().token("ada").header("typ", typ).sign()).is_ok(), "{typ}");
    }
}

#[test]
fn keys_in_the_header_of_a_genuine_token_are_ignored() {
    let jwks: Value = serde_json::from_str(&stranger(es256()).jwks()).unwrap();
    let token = es256().token("ada").header("jwk", jwks["keys"][0].clone()).header("jku", "https://evil.test");
    let token = token.header("x5u", "https://evil.test").header("x5c", json!(["MIIB"])).header("cty", "x");
    assert!(check(es256(), &token.sign()).is_ok());
}

#[test]
fn the_bounds_themselves_are_within_bounds() {
    let issuer = es256();
    assert!(check(issuer, &issuer.token("ada").sign_padded(MAX_TOKEN_BYTES).unwrap()).is_ok());
    assert!(check(issuer, &issuer.token("ada").claim("x", nested(15)).sign()).is_ok());

    let (kid, mut keys) = ("k".repeat(256), KeySet::default());
    keys.insert(kid.as_str(), VerificationKey::from_jwk(&super::jwk::of(issuer)).unwrap());
    let verifier = Verifier::new(issuer.verifier().policy().clone(), keys);
    assert!(verifier.verify(&issuer.token("ada").header("kid", kid).sign(), NOW).is_ok());
}

fn nested(depth: usize) -> Value {
    (0..depth).fold(json!(1), |inner, _| json!([inner]))
}

#[test]
fn json_may_be_spaced_escaped_and_beyond_ascii() {
    let issuer = es256();
    let header = Value::from(issuer.header()).to_string().replace("\"alg\"", "\r\n\t \"\\u0061lg\"");
    let claims = issuer.token("ada").payload().replace("\"ada\"", " \"\\u0041da \\ud83d\\ude00 é\" ");
    assert_eq!(check(issuer, &issuer.sign_raw(header, claims)).unwrap().claims().sub, "Ada 😀 é");
}

#[test]
fn the_leeway_ends_to_the_millisecond() {
    let (issuer, verifier) = (es256(), es256().verifier());
    let token = issuer.token("ada").sign();
    let expired = NOW + Duration::from_secs(605);
    assert!(verifier.verify(&token, expired - Duration::from_millis(1)).is_ok());
    assert_eq!(verifier.verify(&token, expired).unwrap_err(), Rejection::Expired);

    for claim in ["nbf", "iat"] {
        let token = issuer.token("ada").claim(claim, NOW.as_secs() + 5).sign();
        assert!(verifier.verify(&token, NOW).is_ok(), "{claim} == now + leeway");
        let early = verifier.verify(&token, NOW - Duration::from_millis(1));
        assert_eq!(early.unwrap_err(), Rejection::NotYetValid, "{claim}");
    }
}

#[test]
fn without_leeway_a_token_is_over_when_exp_has_come() {
    let policy = Policy { leeway: Duration::ZERO, ..es256().verifier().policy().clone() };
    let verifier = Verifier::new(policy, es256().keys());
    let token = es256().token("ada").lives_for(Duration::from_secs(60)).sign();
    let exp = NOW + Duration::from_secs(60);
    assert!(verifier.verify(&token, exp - Duration::from_millis(1)).is_ok());
    assert_eq!(verifier.verify(&token, exp).unwrap_err(), Rejection::Expired);
}

#[test]
fn a_numeric_date_may_have_a_fraction() {
    let token = es256().token("ada").claim("exp", NOW.as_secs() as f64 + 0.25).sign();
    let verified = check(es256(), &token).unwrap();
    assert_eq!(verified.claims().exp, NOW + Duration::from_millis(250));
}

#[test]
fn a_lifetime_may_be_as_long_as_the_policy_allows() {
    let day = es256().token("ada").lives_for(Duration::from_secs(86_400)).sign();
    assert!(check(es256(), &day).is_ok());
    let policy = Policy { max_lifetime: Duration::from_secs(60), ..es256().verifier().policy().clone() };
    let strict = Verifier::new(policy, es256().keys());
    assert!(strict.verify(&es256().token("ada").lives_for(Duration::from_secs(60)).sign(), NOW).is_ok());
    assert_eq!(strict.verify(&es256().token_for("ada"), NOW).unwrap_err(), Rejection::Malformed);
}

#[test]
fn aud_may_be_an_array_and_the_caller_may_name_another_audience() {
    let (issuer, verifier) = (es256(), es256().verifier());
    let both = issuer.token("ada").claim("aud", json!(["https://other.test", issuer.audience()])).sign();
    assert!(verifier.verify(&both, NOW).is_ok());
    assert!(verifier.verify_for(&both, &["https://other.test"], NOW).is_ok());
    assert!(verifier.verify_for(&both, &["https://third.test", "https://other.test"], NOW).is_ok());
    assert_eq!(verifier.verify_for(&both, &["https://third.test"], NOW).unwrap_err(), Rejection::WrongAudience);
    assert_eq!(verifier.verify_for::<&str>(&both, &[], NOW).unwrap_err(), Rejection::WrongAudience);
    let ours = issuer.token_for("ada");
    assert_eq!(verifier.verify_for(&ours, &["https://other.test"], NOW).unwrap_err(), Rejection::WrongAudience);
}

/// ECDSA has two signatures for each (r, s and r, n − s), and no verifier of the field refuses the
/// second. Hence the rule of house.md: whatever remembers tokens keys on (iss, jti), never on bytes.
#[test]
fn an_es256_token_has_a_twin_that_verifies_too() {
    let token = es256().token_for("ada");
    let signature = signature(&token);
    let (r, s) = signature.split_at(32);
    let twin = with_signature(&token, [r, &order_minus(s)].concat());
    assert_ne!(twin, token);
    let claims = |token| check(es256(), token).unwrap().claims().clone();
    assert_eq!(claims(&twin), claims(&token), "the same jti");
}

/// n − s on P-256, big-endian.
fn order_minus(s: &[u8]) -> [u8; 32] {
    const N: [u8; 32] = *b"\xff\xff\xff\xff\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\
                           \xbc\xe6\xfa\xad\xa7\x17\x9e\x84\xf3\xb9\xca\xc2\xfc\x63\x25\x51";
    let (mut difference, mut borrow) = (N, false);
    for (digit, s) in difference.iter_mut().zip(s).rev() {
        let (without, first) = digit.overflowing_sub(*s);
        let (rest, second) = without.overflowing_sub(u8::from(borrow));
        (*digit, borrow) = (rest, first || second);
    }
    difference
}

#[test]
fn a_shared_secret_has_at_least_32_bytes_and_is_never_shown() {
    assert!(VerificationKey::hs256(&[]).is_none());
    assert!(VerificationKey::hs256(&[b's'; 31]).is_none());
    let key = VerificationKey::hs256(&[b's'; 32]).unwrap();
    assert_eq!(format!("{key:?}"), "VerificationKey(HS256)");
}

#[test]
fn a_token_taken_apart_does_not_show_itself() {
    let token = es256().token_for("ada");
    let shown = format!("{:?}", crate::verify::Jws::parse(&token).unwrap());
    let secret = signature(&token);
    assert!(
        !shown.contains(&b64(&secret)) && !shown.contains(&format!("{secret:?}")) && !shown.contains("ada"),
        "{shown}"
    );
    assert!(token.split('.').all(|part| !shown.contains(part)), "{shown}");
}

#[test]
fn new_keys_reach_every_clone_at_once() {
    let (old, new) = (es256(), stranger(es256()));
    let verifier = old.verifier();
    let clone = verifier.clone();
    verifier.replace_keys(new.keys());
    assert_eq!(clone.verify(&old.token_for("ada"), NOW).unwrap_err(), Rejection::UnknownKey);
    assert!(clone.verify(&new.token_for("ada"), NOW).is_ok());
}

#[test]
fn a_clock_at_either_end_of_time_panics_nowhere() {
    let (verifier, token) = (es256().verifier(), es256().token_for("ada"));
    let verify = |millis| verifier.verify(&token, Timestamp::from_millis(millis)).unwrap_err();
    assert_eq!(verify(i64::MIN), Rejection::NotYetValid);
    assert_eq!(verify(i64::MAX), Rejection::Expired);
}
