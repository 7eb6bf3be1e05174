//! The order of the reasons: a token with many faults is refused for the first (wire.md, /verify).

use serde_json::Value;

use super::{ISSUERS, NOW, check, es256, stranger};
use crate::testing::TestIssuer;
use crate::verify::Rejection::{self, *};

const ORDER: [Rejection; 8] =
    [Malformed, WrongType, UnknownKey, BadSignature, WrongIssuer, WrongAudience, NotYetValid, Expired];

/// A token with the fault of each of these reasons.
fn with_faults(issuer: &TestIssuer, faults: &[Rejection]) -> String {
    let has = |reason| faults.contains(&reason);
    let or = |bad: bool, wrong: &str, right: &str| Value::from(if bad { wrong } else { right });
    let now = NOW.as_secs();
    let signer = if has(BadSignature) { stranger(issuer) } else { issuer };
    let token = signer
        .token("ada")
        .header("typ", or(has(WrongType), "JWT", "at+jwt"))
        .header("kid", or(has(UnknownKey), "unknown", issuer.kid()))
        .claim("iss", or(has(WrongIssuer), "https://evil.test", issuer.issuer()))
        .claim("aud", or(has(WrongAudience), "https://other.test", issuer.audience()))
        .claim("nbf", if has(NotYetValid) { now + 60 } else { now })
        .claim("iat", now - 600)
        .claim("exp", if has(Expired) { now - 60 } else { now + 60 })
        .sign();
    if has(Malformed) { token.replacen('.', ".=", 1) } else { token }
}

#[test]
fn the_first_reason_that_applies_is_told() {
    for issuer in ISSUERS.iter() {
        for (at, reason) in ORDER.iter().enumerate() {
            let all_from_here = check(issuer, &with_faults(issuer, &ORDER[at..])).unwrap_err();
            assert_eq!(all_from_here, *reason, "{}", issuer.algorithm());
            assert_eq!(check(issuer, &with_faults(issuer, &[*reason])).unwrap_err(), *reason, "{}", issuer.algorithm());
        }
        assert!(check(issuer, &with_faults(issuer, &[])).is_ok());
    }
}

/// The one exception: what the claims say can only be looked at once the signature is known to be good.
#[test]
fn mistyped_claims_are_malformed_after_the_signature_and_before_their_values() {
    let issuer = es256();
    let claims = |signer: &TestIssuer| {
        signer.token("ada").header("kid", issuer.kid()).claim("iss", "https://evil.test").claim("exp", "soon").sign()
    };
    assert_eq!(check(issuer, &claims(issuer)).unwrap_err(), Malformed);
    assert_eq!(check(issuer, &claims(stranger(issuer))).unwrap_err(), BadSignature);
}

#[test]
fn every_reason_has_a_stable_word_and_a_sentence_that_fits_into_a_header() {
    let words = ORDER.map(Rejection::reason).join(", ");
    let contract =
        "malformed, wrong_type, unknown_key, bad_signature, wrong_issuer, wrong_audience, not_yet_valid, expired";
    assert_eq!(words, contract);
    for reason in ORDER {
        let safe = |c: char| c.is_ascii() && !c.is_ascii_control() && !['"', '\\'].contains(&c);
        assert!(reason.description().chars().all(safe), "{reason}");
    }
}
