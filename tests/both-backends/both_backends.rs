//! jeton inside a service where jsonwebtoken has both of its back ends (design/house.md, "Traps").

use std::panic::catch_unwind;

use jeton::clock::{Clock, SystemClock};
use jeton::testing::TestIssuer;
use jeton::verify::Algorithm;
use jsonwebtoken::{DecodingKey, Validation, decode};

const ALGORITHMS: [Algorithm; 5] =
    [Algorithm::Es256, Algorithm::Rs256, Algorithm::Ps256, Algorithm::EdDsa, Algorithm::Hs256];

#[test]
fn jeton_verifies_tokens_of_every_algorithm() {
    for issuer in ALGORITHMS.map(TestIssuer::with) {
        let token = issuer.token("ada").claim("balance", 12.5).sign();
        let verified = issuer.verifier().verify(&token, SystemClock.now());
        let claims = verified.unwrap_or_else(|reason| panic!("{}: {reason}", issuer.algorithm())).into_claims();
        assert_eq!((claims.sub.as_str(), claims.custom["balance"].as_f64()), ("ada", Some(12.5)));
    }
}

/// The trap itself: the library does not know which provider to take. When this test fails, the
/// library was mended, and docs/decisions/0001-crypto.md may be looked at again.
#[test]
fn jsonwebtoken_itself_panics_here() {
    let secret = [7; 32];
    let token = "eyJhbGciOiJIUzI1NiJ9.e30.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let outcome = catch_unwind(|| {
        decode::<serde_json::Value>(token, &DecodingKey::from_secret(&secret), &Validation::default()).is_ok()
    });
    let panic = outcome.expect_err("jsonwebtoken finds a provider by itself now");
    let message = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
    assert!(message.is_some_and(|text| text.contains("CryptoProvider")), "{message:?}");
}
