//! Signatures: before any claim, of one algorithm, of one form.

use aws_lc_rs::hmac;

use super::Attack;
use crate::testing::TestIssuer;
use crate::verify::Algorithm;
use crate::verify::Rejection::{BadSignature, Malformed};
use crate::verify::tests::{signature, signed_part, stranger, unb64, with_signature};

/// Claims that would be refused for themselves, under a stranger's signature: that is what counts.
pub(super) fn over_bad_claims(issuer: &TestIssuer) -> Vec<Attack> {
    let stranger = stranger(issuer);
    let header = serde_json::Value::from(issuer.header()).to_string();
    let claims = [
        ("expired", stranger.token("ada").claim("exp", 1).payload()),
        ("not yet valid", stranger.token("ada").claim("nbf", 9_999_999_999_i64).payload()),
        ("of another issuer", stranger.token("ada").claim("iss", "https://evil.test").payload()),
        ("without exp", stranger.token("ada").without("exp").payload()),
        ("a JSON array", "[]".to_owned()),
        ("no JSON", "}".to_owned()),
        ("nothing", String::new()),
        ("good", stranger.token("ada").payload()),
    ];
    claims.map(|(name, claims)| Attack::new(BadSignature, name, stranger.sign_raw(&header, claims))).into()
}

pub(super) fn algorithms(issuer: &TestIssuer) -> Vec<Attack> {
    let own = issuer.algorithm().as_str();
    let names = "none None NONE nOnE HS256 HS384 HS512 ES256 ES256K ES384 ES512 RS256 RS384 RS512 PS256 PS384 PS512 \
                 EdDSA eddsa EDDSA Ed25519 Ed448 ML-DSA-44 dir A256KW RSA1_5";
    let mut names: Vec<_> = names.split(' ').map(str::to_owned).filter(|name| name != own).collect();
    names.extend(["".into(), own.to_lowercase(), format!("{own} "), format!(" {own}"), format!("{own}\0")]);
    let mut attacks = Vec::new();
    for name in names {
        let token = issuer.token("ada").header("alg", name.as_str()).sign();
        attacks.push(Attack::new(BadSignature, format!("{name:?}, not signed"), format!("{}.", signed_part(&token))));
        attacks.push(Attack::new(BadSignature, format!("{name:?} over our signature"), token));
    }
    for alg in [serde_json::Value::Null, 0.into(), true.into(), vec![own].into()] {
        let name = format!("alg is {alg}");
        attacks.push(Attack::new(Malformed, name, issuer.token("ada").header("alg", alg).sign()));
    }
    attacks.push(Attack::new(Malformed, "no alg", issuer.token("ada").without_header("alg").sign()));
    attacks.push(Attack::new(Malformed, "Alg", issuer.token("ada").without_header("alg").header("Alg", own).sign()));
    attacks
}

/// HS256 with what everybody knows as its secret (CVE-2026-34950 and its family), and with nothing
/// (CVE-2026-44351).
pub(super) fn confusion(issuer: &TestIssuer) -> Vec<Attack> {
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
    let set: serde_json::Value = serde_json::from_str(&jwks).unwrap();
    let member = |name: &str| set["keys"][0][name].as_str().map(unb64).unwrap_or_default();
    let (x, y, n, e) = (member("x"), member("y"), member("n"), member("e"));
    let der = subject_public_key_info(issuer.algorithm(), &x, &y, &n, &e);
    let pem = pem::encode_config(
        &pem::Pem::new("PUBLIC KEY", der.clone()),
        pem::EncodeConfig::new().set_line_ending(pem::LineEnding::LF),
    );
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

fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let [high, low] = u16::try_from(content.len()).expect("a short value").to_be_bytes();
    let length = if content.len() < 128 { vec![low] } else { vec![0x82, high, low] };
    [&[tag], &length[..], content].concat()
}

pub(super) fn forms(issuer: &TestIssuer) -> Vec<Attack> {
    let token = issuer.token_for("ada");
    let good = signature(&token);
    let (half, last) = (good.len() / 2, good.len() - 1);
    let (first_half, second_half) = good.split_at(half);
    let flipped = |at: usize| good.iter().enumerate().map(|(i, b)| b ^ u8::from(i == at)).collect::<Vec<u8>>();
    let mut forms = vec![
        ("nothing", vec![]),
        ("one byte", good[..1].to_vec()),
        ("half", first_half.to_vec()),
        ("one byte short", good[..last].to_vec()),
        ("one byte long", [&good[..], &[0]].concat()),
        ("a zero in front", [&[0], &good[..]].concat()),
        ("twice", [&good[..], &good].concat()),
        ("halves swapped", [second_half, first_half].concat()),
        ("zeros (CVE-2022-21449)", vec![0; good.len()]),
        ("ones", vec![0xff; good.len()]),
        ("one and one", [vec![0; half - 1], vec![1], vec![0; half - 1], vec![1]].concat()),
        ("first bit", flipped(0)),
        ("last bit", flipped(last)),
        ("of another token", signature(&issuer.token_for("eve"))),
        ("a stranger's", signature(&stranger(issuer).token_for("ada"))),
    ];
    match issuer.algorithm() {
        Algorithm::Es256 => {
            forms.push(("DER", der(0x30, &[unsigned(first_half), unsigned(second_half)].concat())));
            forms.push(("33 bytes each", [&[0], first_half, &[0], second_half].concat()));
        }
        Algorithm::EdDsa => forms.push(("S + L", [first_half, &plus_order(second_half)].concat())),
        _ => {}
    }
    forms.into_iter().map(|(name, form)| Attack::new(BadSignature, name, with_signature(&token, form))).collect()
}

/// A DER INTEGER.
fn unsigned(bytes: &[u8]) -> Vec<u8> {
    let digits = &bytes[bytes.iter().take_while(|byte| **byte == 0).count()..];
    if digits[0] < 0x80 { der(2, digits) } else { der(2, &[&[0], digits].concat()) }
}

/// S + L, little-endian: the twin of an Ed25519 signature that RFC 8032 §5.1.7 forbids.
fn plus_order(s: &[u8]) -> Vec<u8> {
    const L: [u8; 32] =
        *b"\xed\xd3\xf5\x5c\x1a\x63\x12\x58\xd6\x9c\xf7\xa2\xde\xf9\xde\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x10";
    let mut carry = 0;
    let add = |(a, b): (&u8, u8)| {
        let sum = u16::from(*a) + u16::from(b) + carry;
        carry = sum >> 8;
        sum.to_le_bytes()[0]
    };
    s.iter().zip(L).map(add).collect()
}

/// One character after the other, to its neighbour in the alphabet and to a dot.
pub(super) fn changed_characters(issuer: &TestIssuer) -> Vec<Attack> {
    let token = issuer.token_for("ada");
    let change = |(at, old): (usize, char)| {
        ['A', 'B', '.'].into_iter().filter(move |new| *new != old).take(2).map(move |new| (at, new))
    };
    token
        .char_indices()
        .flat_map(change)
        .map(|(at, new)| {
            let mut changed = token.clone();
            changed.replace_range(at..=at, new.encode_utf8(&mut [0; 4]));
            Attack { name: format!("{new} at {at}"), token: changed, reason: None }
        })
        .collect()
}
