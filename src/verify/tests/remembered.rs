//! Tokens that are remembered: what is found good once is not good for everybody and for ever.

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use super::{NOW, es256, signature, stranger, with_signature};
use crate::verify::cache::MAX_BYTES;
use crate::verify::{Policy, Rejection, Verifier};

/// Has this verifier remember a token.
fn remember(verifier: &Verifier, token: &str) {
    verifier.verify(token, NOW).unwrap();
    assert_eq!(verifier.remembered_bytes(), 0, "many are used only once");
    verifier.verify(token, NOW).unwrap();
    assert!(verifier.remembered_bytes() > 0);
}

#[test]
fn a_remembered_token_has_the_same_claims_and_what_was_made_of_them() {
    let (verifier, token) = (es256().verifier(), es256().token_for("ada"));
    remember(&verifier, &token);
    let made = Cell::new(0);
    let subject = || {
        verifier.verify(&token, NOW).unwrap().derived(|verified| {
            made.set(made.get() + 1);
            verified.claims().sub.clone()
        })
    };
    let (first, second) = (subject(), subject());
    assert_eq!(*first, "ada");
    assert!(Arc::ptr_eq(&first, &second));
    assert_eq!(made.get(), 1);
    let another_type = verifier.verify(&token, NOW).unwrap().derived(|verified| verified.claims().sub.len());
    assert_eq!(*another_type, 3);
}

#[test]
fn it_ends_when_it_expires() {
    let (verifier, token) = (es256().verifier(), es256().token_for("ada"));
    remember(&verifier, &token);
    let ends = verifier.verify(&token, NOW).unwrap().claims().exp + verifier.policy().leeway;
    assert!(verifier.verify(&token, ends - Duration::from_millis(1)).is_ok());
    for _ in 0..2 {
        assert_eq!(verifier.verify(&token, ends).unwrap_err(), Rejection::Expired);
    }
    assert!(verifier.verify(&token, NOW).is_ok(), "a clock that steps back finds it good again");
}

#[test]
fn it_is_good_for_its_own_audience_only() {
    let (verifier, token) = (es256().verifier(), es256().token_for("ada"));
    remember(&verifier, &token);
    assert_eq!(verifier.verify_for(&token, &["https://other.test"], NOW).unwrap_err(), Rejection::WrongAudience);
    assert!(verifier.verify(&token, NOW).is_ok());
}

/// fast-jwt's CVE-2026-35039: two tokens that share the key of the cache.
#[test]
fn a_token_that_ends_as_it_does_is_another_token() {
    let (issuer, verifier) = (es256(), es256().verifier());
    let token = issuer.token_for("ada");
    remember(&verifier, &token);
    let forged = with_signature(&issuer.token("eve").sign(), signature(&token));
    assert_eq!(forged[forged.len() - 80..], token[token.len() - 80..]);
    assert_eq!(verifier.verify(&forged, NOW).unwrap_err(), Rejection::BadSignature);
    let shorter = &token[1..];
    assert_eq!(verifier.verify(shorter, NOW).unwrap_err(), Rejection::Malformed);
    assert!(verifier.verify(&token[token.len() - 24..], NOW).is_err());
}

#[test]
fn it_goes_with_its_key() {
    let (old, new) = (es256(), stranger(es256()));
    let (verifier, token) = (old.verifier(), old.token_for("ada"));
    remember(&verifier, &token);
    verifier.replace_keys(new.keys());
    assert_eq!(verifier.verify(&token, NOW).unwrap_err(), Rejection::UnknownKey);
}

#[test]
fn another_policy_has_a_memory_of_its_own() {
    let (issuer, token) = (es256(), es256().token_for("ada"));
    remember(&issuer.verifier(), &token);
    let other = Verifier::new(Policy::new("https://another.test", issuer.audience()), issuer.keys());
    assert_eq!(other.verify(&token, NOW).unwrap_err(), Rejection::WrongIssuer);
}

#[test]
fn what_is_remembered_is_bounded() {
    let (issuer, verifier) = (es256(), es256().verifier());
    let large = "x".repeat(3_000);
    let remembered = || verifier.remembered_bytes();
    for number in 0..3_000 {
        let token = issuer.token("ada").claim("large", large.as_str()).claim("number", number).sign();
        (0..2).for_each(|_| drop(verifier.verify(&token, NOW).unwrap()));
        assert!(remembered() <= MAX_BYTES, "{}", remembered());
    }
    assert!(remembered() > MAX_BYTES / 2, "{}: it was filled", remembered());
    let forgetful = Verifier::without_cache(Policy::new(issuer.issuer(), issuer.audience()), issuer.keys());
    let token = issuer.token_for("ada");
    (0..2).for_each(|_| drop(forgetful.verify(&token, NOW).unwrap()));
    assert_eq!(forgetful.remembered_bytes(), 0);
}
