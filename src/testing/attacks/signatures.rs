//! Signatures: before any claim, of one algorithm, of one form.

use serde_json::Value;

use super::compact::{signature, signed_part, with_signature};
use super::confusion::der;
use super::{Attack, Sides};
use crate::verify::Algorithm;
use crate::verify::Rejection::{BadSignature, Malformed};

/// Claims that would be refused for themselves, under a stranger's signature: that is what counts.
pub(super) fn over_bad_claims(Sides { issuer, stranger }: Sides<'_>) -> Vec<Attack> {
    let header = Value::from(issuer.header()).to_string();
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

pub(super) fn algorithms(Sides { issuer, .. }: Sides<'_>) -> Vec<Attack> {
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
    for alg in [Value::Null, 0.into(), true.into(), vec![own].into()] {
        let name = format!("alg is {alg}");
        attacks.push(Attack::new(Malformed, name, issuer.token("ada").header("alg", alg).sign()));
    }
    attacks.push(Attack::new(Malformed, "no alg", issuer.token("ada").without_header("alg").sign()));
    attacks.push(Attack::new(Malformed, "Alg", issuer.token("ada").without_header("alg").header("Alg", own).sign()));
    attacks
}

pub(super) fn forms(Sides { issuer, stranger }: Sides<'_>) -> Vec<Attack> {
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
        ("a stranger's", signature(&stranger.token_for("ada"))),
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
pub(super) fn changed_characters(Sides { issuer, .. }: Sides<'_>) -> Vec<Attack> {
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
