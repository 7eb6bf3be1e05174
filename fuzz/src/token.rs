//! A token's text: taken apart strictly, and good under its own key only.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jeton::verify::{Jws, MAX_TOKEN_BYTES, Rejection, VerificationKey};

use super::{NOW, issuer, strict};

pub fn check(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let issuer = issuer();
    let verdict = issuer.verifier().verify(text, NOW);
    let Ok(jws) = Jws::parse(text) else {
        assert_eq!(verdict.map(|_| ()), Err(Rejection::Malformed));
        return;
    };
    assert!(text.len() <= MAX_TOKEN_BYTES);
    let parts: Vec<_> = text.split('.').collect();
    assert_eq!(parts.len(), 3);
    for part in &parts {
        let decoded = URL_SAFE_NO_PAD.decode(part).expect("it was accepted");
        assert_eq!(URL_SAFE_NO_PAD.encode(decoded), *part, "one spelling for the same bytes");
    }
    let header = URL_SAFE_NO_PAD.decode(parts[0]).expect("it was accepted");
    assert!(strict::object(&header).is_some(), "the header is strict JSON");
    let other = VerificationKey::hs256(&[7; 32]).expect("it is long enough");
    assert!(jws.verify(&other).is_err(), "good under another key");
    if let Ok(verified) = verdict {
        let signed = text.rsplit_once('.').expect("three parts").0;
        assert_eq!(issuer.sign_parts(signed), text, "only what we would have signed");
        assert_eq!(URL_SAFE_NO_PAD.encode(verified.payload()), parts[1]);
    }
}
