//! What others read about us: the keys and the metadata documents.

use jeton::scope::Scope;
use serde_json::{Value, json};

use crate::app::TestApp;

const JWKS: &str = "/.well-known/jwks.json";
const METADATA: [&str; 2] = ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"];

#[test]
fn the_jwks_holds_the_public_key_of_our_tokens_and_nothing_private() {
    let app = TestApp::start();
    app.add_user("ada");
    let reply = app.get(JWKS);
    let set = reply.json();
    let keys = set["keys"].as_array().unwrap();
    assert_eq!((reply.status, keys.len()), (200, 2), "the next key is published long before it signs");
    let signs = app.sign_in("ada").header()["kid"].clone();
    let key = keys.iter().find(|key| key["kid"] == signs).unwrap();
    let named = json!({ "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256" });
    assert!(named.as_object().unwrap().iter().all(|(name, value)| key[name] == *value), "{key}");
    assert_eq!(key["kid"].as_str().unwrap().len(), 43, "an RFC 7638 thumbprint");
    for private in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
        assert!(key.get(private).is_none(), "{private}");
    }
}

#[test]
fn the_jwks_may_be_cached_for_ten_minutes_by_everybody() {
    let app = TestApp::start();
    let reply = app.get(JWKS);
    let max_age = reply.header("cache-control").strip_prefix("public, max-age=").unwrap();
    assert!((1..=600).contains(&max_age.parse::<u64>().unwrap()));
    assert_eq!(reply.header("access-control-allow-origin"), "*");
    let etag = reply.header("etag");
    assert!(etag.starts_with('"') && etag.ends_with('"') && etag.len() > 2, "a strong one: {etag}");

    let weak = format!("W/{etag}");
    for known in [etag, &weak, "*", &format!("\"old\", {etag}")] {
        let unchanged = app.send("GET", JWKS, &[("if-none-match", known)], b"");
        assert_eq!((unchanged.status, unchanged.body.len()), (304, 0), "{known}");
        for kept in ["etag", "cache-control", "access-control-allow-origin"] {
            assert_eq!(unchanged.header(kept), reply.header(kept), "{kept}");
        }
    }
    for other in ["\"old\"", "", "garbage", etag.trim_matches('"')] {
        assert_eq!(app.send("GET", JWKS, &[("if-none-match", other)], b"").status, 200, "{other}");
    }
}

#[test]
fn one_metadata_document_stands_at_both_paths() {
    let app = TestApp::with(|config| config.issuer = "https://id.example/auth".to_owned());
    let documents = METADATA.map(|path| app.get(path));
    assert_eq!(documents[0].body, documents[1].body);
    let expected = json!({
        "issuer": "https://id.example/auth",
        "jwks_uri": "https://id.example/auth/.well-known/jwks.json",
        "token_endpoint": "https://id.example/auth/refresh",
        "grant_types_supported": ["refresh_token"],
        "token_endpoint_auth_methods_supported": ["none"],
    });
    let mut document = documents[0].json();
    // RFC 8414 §2 requires response_types_supported; an empty list promises nothing.
    let members = document.as_object_mut().unwrap();
    assert!(members.remove("response_types_supported").is_none_or(|types| types == json!([])));
    assert_eq!((documents[0].status, document), (200, expected));
}

#[test]
fn the_metadata_tell_the_issuer_of_the_tokens_and_scopes_where_there_are_some() {
    let app = TestApp::with(|config| config.scopes = Scope::parse("read write"));
    app.add_user("ada");
    let document = app.get(METADATA[0]).json();
    assert_eq!(document["issuer"], app.sign_in("ada").claims()["iss"]);
    assert_eq!(document["scopes_supported"], json!(["read", "write"]));
    let forged = app.send("GET", METADATA[0], &[("host", "evil.example"), ("x-forwarded-host", "evil.example")], b"");
    assert_eq!(forged.json(), document, "the issuer never comes from Host");
}

#[test]
fn health_and_readiness_are_told() {
    let app = TestApp::start();
    assert_eq!(app.get("/healthz").status, 200);
    let ready = app.get("/readyz");
    let stores = json!({ "sessions": "up", "users": "up" });
    assert_eq!((ready.status, &ready.json()["stores"]), (200, &stores));
    app.edge.stop();
    let stopping = app.get("/readyz");
    assert_eq!((stopping.status, &stopping.json()["stores"]), (503, &stores));
    assert_eq!(app.get("/healthz").status, 200, "alive while it stops");
    assert_ne!(app.get("/readyz").json(), Value::Null);
}
