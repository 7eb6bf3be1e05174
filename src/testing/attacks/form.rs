//! The text of a token: three parts of base64url, bounded, no extensions, of the right type.

use serde_json::{Value, json};

use super::compact::{b64, signed_part};
use super::{Attack, Sides};
use crate::verify::MAX_TOKEN_BYTES;
use crate::verify::Rejection::{Malformed, WrongType};

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Each part spoilt in each way; the signature is over the spoilt text, so that only its form is wrong.
pub(super) fn compact(Sides { issuer, .. }: Sides<'_>) -> Vec<Attack> {
    let mut attacks = Vec::new();
    for fill in 0..3 {
        // Three lengths, so that every part comes with 0, 1 and 2 unused places.
        let filling = "?>".repeat(3) + &"~".repeat(fill);
        let token = issuer.token("ada").header("x", filling.as_str()).claim("x", filling.as_str()).sign();
        let parts: Vec<_> = token.split('.').map(str::to_owned).collect();
        for at in 0..3 {
            for (name, spoilt) in spoilt(&parts[at]) {
                let mut parts = parts.clone();
                parts[at] = spoilt;
                let token =
                    if at == 2 { parts.join(".") } else { issuer.sign_parts(&format!("{}.{}", parts[0], parts[1])) };
                attacks.push(Attack::new(Malformed, format!("part {at}: {name}"), token));
            }
        }
    }
    attacks
}

fn spoilt(part: &str) -> Vec<(&'static str, String)> {
    let middle = part.len() / 2;
    let insert = |text: &str| format!("{}{text}{}", &part[..middle], &part[middle..]);
    let mut spoilt = vec![
        ("one =", format!("{part}=")),
        ("two =", format!("{part}==")),
        ("a space behind", format!("{part} ")),
        ("a space in front", format!(" {part}")),
        ("a space inside", insert(" ")),
        ("a line end", insert("\n")),
        ("CR LF", insert("\r\n")),
        ("a tab", insert("\t")),
        ("NUL", insert("\0")),
        ("?", insert("?")),
        ("#", insert("#")),
        ("%", insert("%2D")),
        ("+", insert("+AAA")),
        ("/", insert("/AAA")),
        ("a letter beyond ASCII", insert("é")),
        ("a wide letter", insert("Ａ")),
        ("the other alphabet", part.replace('-', "+").replace('_', "/")),
        ("padded", format!("{part}{}", "=".repeat((4 - part.len() % 4) % 4))),
        ("a lone letter", format!("{}A", &part[..part.len() / 4 * 4])),
    ];
    if !part.len().is_multiple_of(4) {
        let (rest, last) = part.split_at(part.len() - 1);
        let value = ALPHABET.iter().position(|c| *c == last.as_bytes()[0]).expect("base64url");
        spoilt.push(("a trailing bit", format!("{rest}{}", char::from(ALPHABET[value | 1]))));
    }
    spoilt.retain(|(_, text)| text != part);
    spoilt
}

pub(super) fn parts(Sides { issuer, .. }: Sides<'_>) -> Vec<Attack> {
    let token = issuer.token_for("ada");
    let [header, payload, signature] = token.split('.').collect::<Vec<_>>().try_into().expect("three parts");
    let flattened = json!({"protected": header, "payload": payload, "signature": signature});
    let general = json!({"payload": payload, "signatures": [{"protected": header, "signature": signature}]});
    let texts = [
        String::new(),
        ".".to_owned(),
        "..".to_owned(),
        "...".to_owned(),
        ".".repeat(8000),
        ".".repeat(1 << 20),
        header.to_owned(),
        signed_part(&token).to_owned(),
        format!("{token}."),
        format!(".{token}"),
        format!("{token}.{signature}"),
        format!("{header}.{payload}.{signature}.{payload}.{signature}"),
        format!("{header}.....{signature}"),
        format!(".{payload}.{signature}"),
        format!("..{signature}"),
        format!("{header}{payload}{signature}"),
        format!("{header}\u{3002}{payload}\u{3002}{signature}"),
        token.replace('.', "%2E"),
        token.replace('.', ","),
        format!("Bearer {token}"),
        format!("\"{token}\""),
        format!("{token},{token}"),
        format!("{token}\n"),
        format!("\u{feff}{token}"),
        flattened.to_string(),
        general.to_string(),
        b64(&token),
        "rt1_AQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned(),
    ];
    let mut attacks: Vec<_> =
        texts.into_iter().map(|text| Attack::new(Malformed, text.chars().take(60).collect::<String>(), text)).collect();
    attacks.push(Attack::new(Malformed, "an empty header, signed", issuer.sign_parts(&format!(".{payload}"))));
    attacks
}

pub(super) fn lengths(Sides { issuer, .. }: Sides<'_>) -> Vec<Attack> {
    let mut attacks = Vec::new();
    for extra in [1, 2, 1000, 1 << 20] {
        let token = issuer.token("ada").claim("x", "x".repeat(MAX_TOKEN_BYTES + extra)).sign();
        attacks.push(Attack::new(Malformed, format!("{} bytes", token.len()), token));
    }
    let over = issuer.token("ada").sign_padded(MAX_TOKEN_BYTES + 1).expect("an empty token is shorter");
    attacks.push(Attack::new(Malformed, "one byte over", over));
    let token = issuer.token("ada").header("x", "x".repeat(2048)).sign();
    attacks.push(Attack::new(Malformed, "a long header", token));
    attacks
}

pub(super) fn extensions(Sides { issuer, .. }: Sides<'_>) -> Vec<Attack> {
    let mut attacks = Vec::new();
    let crit = [json!(["exp"]), json!(["b64"]), json!(["x"]), json!([]), json!("x"), json!({}), json!(0), Value::Null];
    for value in crit {
        let token = issuer.token("ada").header("x", true).header("crit", value.clone()).sign();
        attacks.push(Attack::new(Malformed, format!("crit is {value}"), token));
    }
    for value in [json!(false), json!(true), json!("false"), Value::Null] {
        let token = issuer.token("ada").header("b64", value.clone()).sign();
        attacks.push(Attack::new(Malformed, format!("b64 is {value}"), token));
        let token = issuer.token("ada").header("b64", value.clone()).header("crit", json!(["b64"])).sign();
        attacks.push(Attack::new(Malformed, format!("b64 is {value} and critical"), token));
    }
    let header = Value::from(issuer.header()).to_string().replacen('{', r#"{"\u0063rit":["x"],"x":1,"#, 1);
    attacks.push(Attack::new(Malformed, "crit, escaped", issuer.sign_raw(header, issuer.token("ada").payload())));
    // RFC 7797 §3: the payload as it stands, in place of its base64url.
    let header = issuer.token("ada").header("b64", false).header("crit", json!(["b64"])).sign();
    let header = header.split('.').next().expect("a header");
    let token = issuer.sign_parts(&format!("{header}.{}", issuer.token("ada").payload().replace('.', "")));
    attacks.push(Attack::new(Malformed, "an unencoded payload", token));
    attacks
}

pub(super) fn types(Sides { issuer, .. }: Sides<'_>) -> Vec<Attack> {
    let types = "JWT jwt JOSE jose+json none at at+ +jwt at+jws at+jwt+ at-jwt atjwt at+jwt;v=1 at+jwt,JWT at%2Bjwt \
                 application/jwt application/ application/at+ application/application/at+jwt text/at+jwt APPLICATION/AT \
                 x/at+jwt id+jwt rt+jwt logout+jwt secevent+jwt statuslist+jwt dpop+jwt token-introspection+jwt \
                 entity-statement+jwt oauth-authz-req+jwt vc+jwt kb+jwt";
    let types = types.split(' ').chain(["", " at+jwt", "at+jwt ", "at+jwt\0", "at jwt", "at\u{200b}+jwt"]);
    let mut attacks: Vec<_> = types
        .map(|typ| Attack::new(WrongType, format!("typ {typ:?}"), issuer.token("ada").header("typ", typ).sign()))
        .collect();
    for typ in [Value::Null, json!(0), json!(true), json!(["at+jwt"]), json!({})] {
        let name = format!("typ is {typ}");
        attacks.push(Attack::new(Malformed, name, issuer.token("ada").header("typ", typ).sign()));
    }
    attacks.push(Attack::new(WrongType, "no typ", issuer.token("ada").without_header("typ").sign()));
    attacks.push(Attack::new(
        WrongType,
        "cty",
        issuer.token("ada").without_header("typ").header("cty", "at+jwt").sign(),
    ));
    attacks
}
