//! Every reason for which a token is refused, and that the first that matches is told.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jeton::testing::TestIssuer;
use jeton::verify::Algorithm;
use serde_json::{Value, json};

use crate::app::{START, TestApp, seconds};
use crate::forge::Forge;
use crate::reply::part;

/// The server, a pattern for forgeries, and a good token.
fn forge() -> (TestApp, Forge, String) {
    let app = TestApp::start();
    app.add_user("ada");
    let tokens = app.sign_in("ada");
    let forge = Forge::after(&app, &tokens);
    assert_eq!(app.verify(&forge.claim("x", 1)).status, 200, "a forgery that only adds is good");
    (app, forge, tokens.access)
}

fn refused(app: &TestApp, token: &str, reason: &str, story: impl std::fmt::Debug) {
    let reply = app.verify(token);
    assert_eq!(reply.refusal(), format!("401 invalid_token {reason}"), "{story:?}");
    let challenge = reply.header("www-authenticate");
    let head = r#"Bearer realm="jeton", error="invalid_token", error_description=""#;
    assert!(challenge.starts_with(head), "{challenge}");
}

#[test]
fn what_is_no_strict_compact_jws_is_malformed() {
    let (app, forge, good) = forge();
    let (signed, signature) = good.rsplit_once('.').unwrap();
    let none = format!("{}.{}.", URL_SAFE_NO_PAD.encode(r#"{"typ":"at+jwt"}"#), signed.split_once('.').unwrap().1);
    for token in [
        "x",
        ".",
        "..",
        "a.b.c",
        "a.b.c.d.e",
        signed,
        &format!("{good}="),
        &format!("{good}."),
        &format!("{signed}.{}+", &signature[1..]),
        &none,
        &format!("{good}.{good}"),
        &"a".repeat(8_193),
    ] {
        refused(&app, token, "malformed", token);
    }
    for header in ["crit", "b64"] {
        refused(&app, &forge.header(header, json!(["exp"])), "malformed", header);
    }
    refused(&app, &forge.header("alg", 1), "malformed", "alg");
}

#[test]
fn claims_of_a_wrong_form_are_malformed() {
    let (app, forge, _) = forge();
    for name in ["iss", "sub", "aud", "exp", "iat"] {
        refused(&app, &forge.without(name), "malformed", name);
        refused(&app, &forge.claim(name, Value::Null), "malformed", name);
        refused(&app, &forge.claim(name, json!({ "a": 1 })), "malformed", name);
    }
    for name in ["exp", "iat", "nbf"] {
        for value in [json!("1795253400"), json!(-1), json!(1e18), json!(true), json!([1_795_253_400])] {
            refused(&app, &forge.claim(name, value.clone()), "malformed", (name, value));
        }
    }
    refused(&app, &forge.claim("iss", json!(["http://127.0.0.1:8080"])), "malformed", "an array that contains ours");
    refused(&app, &forge.claim("exp", START.as_secs() + 601), "malformed", "it lives longer than ours do");
    for payload in ["[]", "1", "", "{}{}", "\u{feff}{}"] {
        refused(&app, &forge.payload(payload), "malformed", payload);
    }
    let twice = forge.claim("x", 1);
    let claims = Value::from(part(&twice, 1)).to_string();
    refused(&app, &forge.payload(&claims.replacen('{', r#"{"sub":"root","#, 1)), "malformed", "a claim twice");
}

#[test]
fn only_an_access_token_is_one() {
    let (app, forge, _) = forge();
    for typ in ["JWT", "jwt", "at+jwt2", "", "rt+jwt", "logout+jwt", "application/jwt"] {
        refused(&app, &forge.header("typ", typ), "wrong_type", typ);
    }
    for typ in ["AT+JWT", "application/at+jwt"] {
        assert_eq!(app.verify(&forge.header("typ", typ)).status, 200, "{typ}");
    }
}

#[test]
fn a_key_is_ours_and_a_signature_is_the_key_s_with_its_own_algorithm() {
    let (app, forge, good) = forge();
    let clock = app.clock.clone();
    let other = || TestIssuer::new().with_clock(clock.clone()).with_issuer("http://127.0.0.1:8080");
    refused(&app, &other().with_audience("http://127.0.0.1:8080").token_for("ada"), "unknown_key", "another issuer's");
    for kid in [json!("x"), json!(""), json!("x".repeat(1_000))] {
        refused(&app, &forge.header("kid", kid.clone()), "unknown_key", kid);
    }
    let kid = part(&good, 0)["kid"].as_str().unwrap().to_owned();
    refused(&app, &other().token("ada").header("kid", kid.as_str()).sign(), "bad_signature", "another key's");
    let thief = other();
    let embedded: Value = serde_json::from_str(&thief.jwks()).unwrap();
    let stolen_kid = thief.token("ada").header("kid", kid.as_str()).header("jwk", embedded["keys"][0].clone());
    refused(&app, &stolen_kid.sign(), "bad_signature", "a key in the header is not trusted");
    let hmac = TestIssuer::with(Algorithm::Hs256).with_clock(clock.clone());
    refused(&app, &hmac.token("ada").header("kid", kid.as_str()).sign(), "bad_signature", "HS256");
    for alg in ["none", "HS256", "RS256", "es256", "ES384"] {
        refused(&app, &forge.header("alg", alg), "bad_signature", alg);
    }
    let (signed, signature) = good.rsplit_once('.').unwrap();
    refused(&app, &format!("{signed}."), "bad_signature", "none at all");
    refused(&app, &format!("{signed}.{}", "A".repeat(86)), "bad_signature", "CVE-2022-21449: all zero");
    let (header, payload) = signed.split_once('.').unwrap();
    let raised = URL_SAFE_NO_PAD.encode(r#"{"sub":"root"}"#);
    refused(&app, &format!("{header}.{raised}.{signature}"), "bad_signature", payload);
}

#[test]
fn issuer_and_audience_are_ours_to_the_byte() {
    let (app, forge, _) = forge();
    for issuer in ["http://127.0.0.1:8080/", "HTTP://127.0.0.1:8080", "", "https://evil"] {
        refused(&app, &forge.claim("iss", issuer), "wrong_issuer", issuer);
    }
    let ours = "http://127.0.0.1:8080";
    for audience in [json!("https://evil"), json!([]), json!(["https://evil"]), json!(format!("{ours}/"))] {
        refused(&app, &forge.claim("aud", audience.clone()), "wrong_audience", audience);
    }
    assert_eq!(app.verify(&forge.claim("aud", json!(["https://other", ours]))).status, 200);
}

#[test]
fn the_leeway_is_five_seconds_at_both_ends() {
    let (app, forge, good) = forge();
    let now = START.as_secs();
    for name in ["nbf", "iat"] {
        assert_eq!(app.verify(&forge.claim(name, now + 5)).status, 200, "{name}");
        refused(&app, &forge.claim(name, now + 6), "not_yet_valid", name);
    }
    app.clock.advance(seconds(604));
    assert_eq!(app.verify(&good).status, 200);
    app.clock.advance(seconds(1));
    refused(&app, &good, "expired", "to the second");
    refused(&app, &forge.claim("iss", "https://evil"), "wrong_issuer", "the first reason is told");
    refused(&app, &forge.header("typ", "JWT"), "wrong_type", "the first reason is told");
}
