//! Tokens of the largest size that is read at all, each built to be as dear to check as can be.

use serde_json::{Value, json};

use super::{Attack, Sides};
use crate::clock::Timestamp;
use crate::testing::TestIssuer;
use crate::verify::MAX_TOKEN_BYTES;
use crate::verify::Rejection::{self, BadSignature, Expired, Malformed};

/// Bytes of claims that fit beside a header, a signature of 256 bytes and the usual claims.
const ROOM: usize = 5_400;

pub(super) fn tokens(Sides { issuer, stranger }: Sides<'_>) -> Vec<Attack> {
    let signed = |reason, name, filling: &str| Attack::new(reason, name, with_claims(issuer, filling));
    let fill = |unit: &str| unit.repeat(ROOM / unit.len());
    let members = |last: &str| {
        let members: String = (0..ROOM / 11).map(|number| format!(r#""{number:06}":1,"#)).collect();
        format!(r#"{{{members}"{last}":1}}"#)
    };
    let mut attacks = vec![
        signed(Malformed, "a member twice at the end of very many", &members("000000")),
        signed(Malformed, "arrays that are deep at their end", &format!("[{}{}1", fill("[],"), "[".repeat(20))),
        signed(Malformed, "wide arrays that do not end", &format!("[{}", fill("0,"))),
        signed(Malformed, "an escaped text that does not end", &format!("\"{}", fill("\\u0041"))),
        signed(Malformed, "a text that ends in half a surrogate", &format!("\"{}\\ud800\"", fill("\\n"))),
        signed(Malformed, "a number out of range with very many digits", &format!("{}e999", fill("9"))),
        signed(Malformed, "a number of digits and nothing behind", &format!("0.{}e", fill("1"))),
        signed(Malformed, "white space and no value", &fill(" ")),
    ];
    let expired = issuer.token("ada").issued_at(Timestamp::from_secs(0));
    let others: [(Rejection, &str, _); 3] = [
        (BadSignature, "a stranger's", stranger.token("ada").header("kid", issuer.kid())),
        (Expired, "expired", expired),
        (Malformed, "mistyped at the end", issuer.token("ada").claim("sub", json!([]))),
    ];
    for (reason, name, token) in others {
        let token = token.sign_padded(MAX_TOKEN_BYTES).expect("it is shorter");
        attacks.push(Attack::new(reason, format!("full of letters, {name}"), token));
    }
    attacks.push(Attack::new(Malformed, "all letters", "A".repeat(MAX_TOKEN_BYTES)));
    attacks.push(Attack::new(Malformed, "all dots", ".".repeat(MAX_TOKEN_BYTES)));
    let half = "A".repeat(MAX_TOKEN_BYTES / 3 - 1);
    attacks.push(Attack::new(Malformed, "three parts of letters", format!("{half}.{half}.{half}")));
    attacks
}

/// A token whose last claim is this text, unquoted.
fn with_claims(issuer: &TestIssuer, filling: &str) -> String {
    let payload = issuer.token("ada").claim("~", "FILLING").payload().replace("\"FILLING\"", filling);
    issuer.sign_raw(Value::from(issuer.header()).to_string(), payload)
}
