//! Which key: never one that the token brings along, and none but the one that `kid` names.

use serde_json::{Map, Value, json};

use super::compact::b64;
use super::{Attack, Sides};
use crate::verify::Rejection::{BadSignature, Malformed, UnknownKey};

/// CVE-2026-27962 and its family: the attacker's own key, in every member that could carry one.
pub(super) fn embedded(Sides { issuer, stranger }: Sides<'_>) -> Vec<Attack> {
    let jwks: Value = serde_json::from_str(&stranger.jwks()).expect("a JWKS is JSON");
    // A shared secret is not published, so the attacker of HS256 brings another one.
    let jwk = jwks["keys"].get(0).cloned().unwrap_or(json!({"kty": "oct", "alg": "HS256", "k": b64([7; 32])}));
    let members = [
        ("jwk", jwk.clone()),
        ("jku", json!("https://evil.test/jwks.json")),
        ("jku", json!("http://127.0.0.1:1/jwks.json")),
        ("jku", json!("file:///dev/zero")),
        ("x5u", json!("https://evil.test/chain.pem")),
        ("x5c", json!(["MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A"])),
        ("x5t#S256", json!("AAAA")),
        ("keys", jwks.clone()),
        ("jwk", jwk["x"].clone()),
    ];
    let mut attacks = Vec::new();
    for (member, value) in members {
        for (kid, reason) in [(issuer.kid(), BadSignature), (stranger.kid(), UnknownKey), ("", UnknownKey)] {
            let token = stranger.token("ada").header("kid", kid).header(member, value.clone()).sign();
            attacks.push(Attack::new(reason, format!("{member} = {value}, kid {kid:?}"), token));
        }
        let token = stranger.token("ada").without_header("kid").header(member, value).sign();
        attacks.push(Attack::new(UnknownKey, format!("{member} without kid"), token));
    }
    attacks
}

pub(super) fn kids(Sides { issuer, stranger }: Sides<'_>) -> Vec<Attack> {
    let own = issuer.kid();
    let texts = [
        "unknown".to_owned(),
        String::new(),
        "x".repeat(257),
        "x".repeat(300),
        "../../../dev/null".to_owned(),
        "' OR '1'='1".to_owned(),
        "%00".to_owned(),
        "*".to_owned(),
        "0".to_owned(),
        "\u{202e}kid".to_owned(),
        format!("{own} "),
        format!("{own}\0"),
        format!("\n{own}"),
        format!("{own}{own}"),
        own[1..].to_owned(),
        swap_case(own),
        stranger.kid().to_owned(),
    ];
    let mut attacks: Vec<_> = texts
        .into_iter()
        .map(|kid| Attack::new(UnknownKey, format!("kid {kid:?}"), issuer.token("ada").header("kid", kid).sign()))
        .collect();
    for kid in [Value::Null, json!(0), json!(true), json!([own]), json!({"kid": own}), Value::Object(Map::new())] {
        let name = format!("kid is {kid}");
        attacks.push(Attack::new(Malformed, name, issuer.token("ada").header("kid", kid).sign()));
    }
    attacks.push(Attack::new(UnknownKey, "no kid", issuer.token("ada").without_header("kid").sign()));
    attacks.push(Attack::new(UnknownKey, "KID", issuer.token("ada").without_header("kid").header("KID", own).sign()));
    attacks
}

fn swap_case(text: &str) -> String {
    let swap = |c: char| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
    text.chars().map(swap).collect()
}
