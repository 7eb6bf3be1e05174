//! A public key taken for a shared secret: algorithm confusion.

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;

use super::compact::{signed_part, unb64, with_signature};
use super::{Attack, Sides};
use crate::testing::TestIssuer;
use crate::verify::Algorithm;
use crate::verify::Rejection::BadSignature;

/// HS256 with what everybody knows as its secret (CVE-2026-34950 and its family), and with nothing
/// (CVE-2026-44351).
pub(super) fn public_as_secret(Sides { issuer, .. }: Sides<'_>) -> Vec<Attack> {
    let token = issuer.token("ada").header("alg", "HS256").sign();
    let mut secrets = vec![("nothing", Vec::new()), ("the kid", issuer.kid().into()), ("zeros", vec![0; 32])];
    if issuer.algorithm() != Algorithm::Hs256 {
        secrets.extend(public_forms(issuer));
    }
    let forge = |(name, secret): (&str, Vec<u8>)| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &secret);
        let mac = hmac::sign(&key, signed_part(&token).as_bytes());
        Attack::new(BadSignature, format!("keyed with {name}"), with_signature(&token, mac))
    };
    secrets.into_iter().map(forge).collect()
}

/// The public key in every form in which it lies about.
fn public_forms(issuer: &TestIssuer) -> Vec<(&'static str, Vec<u8>)> {
    let jwks = issuer.jwks();
    let set: Value = serde_json::from_str(&jwks).expect("a JWKS is JSON");
    let member = |name: &str| set["keys"][0][name].as_str().map(unb64).unwrap_or_default();
    let (x, y, n, e) = (member("x"), member("y"), member("n"), member("e"));
    let der = subject_public_key_info(issuer.algorithm(), &x, &y, &n, &e);
    let pem = pem(&der);
    vec![
        ("the JWK", set["keys"][0].to_string().into()),
        ("the JWKS", jwks.into()),
        ("the PEM without its last line end", pem.trim_end().into()),
        ("the PEM", pem.into()),
        ("the DER", der),
        ("the point or modulus", [x, y, n].concat()),
    ]
}

/// RFC 5280 §4.1.2.7, by hand, so that no other reader of keys is in between.
fn subject_public_key_info(algorithm: Algorithm, x: &[u8], y: &[u8], n: &[u8], e: &[u8]) -> Vec<u8> {
    const EC: &[u8] = b"\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07";
    const RSA: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00";
    let (identifier, key) = match algorithm {
        Algorithm::Es256 => (EC, [&[4], x, y].concat()),
        Algorithm::EdDsa => (&b"\x06\x03\x2b\x65\x70"[..], x.to_vec()),
        _ => (RSA, der(0x30, &[der(2, &[&[0], n].concat()), der(2, e)].concat())),
    };
    der(0x30, &[der(0x30, identifier), der(3, &[&[0], &key[..]].concat())].concat())
}

pub(super) fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let [high, low] = u16::try_from(content.len()).expect("a short value").to_be_bytes();
    let length = if content.len() < 128 { vec![low] } else { vec![0x82, high, low] };
    [&[tag], &length[..], content].concat()
}

/// RFC 7468 §13: lines of 64 letters.
fn pem(der: &[u8]) -> String {
    let mut pem = "-----BEGIN PUBLIC KEY-----\n".to_owned();
    let mut rest = STANDARD.encode(der);
    while !rest.is_empty() {
        let line: String = rest.drain(..rest.len().min(64)).collect();
        pem += &line;
        pem.push('\n');
    }
    pem + "-----END PUBLIC KEY-----\n"
}
