//! What a token says is never fetched, and what is refused anyway causes no fetch.

use jeton::remote::Refusal;
use jeton::testing::TestIssuer;
use jeton::verify::Rejection;

use crate::server::{Reply, Server};
use crate::world::{UNAVAILABLE, UNKNOWN, World, published};

#[test]
fn nothing_that_a_token_names_is_fetched() {
    let world = World::new();
    let service = world.service_with_keys();
    let mallory = TestIssuer::new().with_clock(world.clock.clone());
    let elsewhere = Server::start(published(&mallory));
    let (url, jwk): (_, serde_json::Value) = (elsewhere.url("/jwks.json"), mallory.jwks().parse().unwrap());
    for (name, value) in [
        ("jku", url.clone().into()),
        ("x5u", url.clone().into()),
        ("jwk", jwk["keys"][0].clone()),
        ("kid", url.clone().into()),
        ("kid", "../../../etc/passwd".into()),
        ("kid", "?kid=1 HTTP/1.1\r\nHost: elsewhere".into()),
    ] {
        let token = mallory.token("ada").header(name, value).claim("iss", world.issuer.issuer()).sign();
        assert_eq!(service.check(&token), UNKNOWN, "{name}");
        let token = mallory.token("ada").claim("iss", url.clone()).claim("jwks_uri", url.clone()).sign();
        assert_eq!(service.check(&token), UNKNOWN);
        world.advance(30);
    }
    assert_eq!(elsewhere.requests(), 0);
    assert!(world.server.lines().iter().all(|line| line == "GET /.well-known/jwks.json HTTP/1.1"));
}

#[test]
fn redirects_are_not_followed() {
    for status in
        ["301 Moved Permanently", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect"]
    {
        let world = World::new();
        let elsewhere = Server::start(published(&world.issuer));
        let location = format!("Location: {}\r\n", elsewhere.url("/jwks.json"));
        world.server.say(Reply::status(status, &world.issuer.jwks(), &location));
        assert_eq!(world.service().check(&world.issuer.token_for("ada")), UNAVAILABLE, "{status}");
        assert_eq!((world.server.requests(), elsewhere.requests()), (1, 0), "{status}");
    }
}

#[test]
fn a_token_that_is_refused_anyway_causes_no_fetch() {
    let world = World::new();
    let service = world.service_with_keys();
    let issuer = &world.issuer;
    let forged = TestIssuer::new().with_clock(world.clock.clone()).token("ada").header("kid", issuer.kid()).sign();
    for (token, reason) in [
        ("nonsense".to_owned(), Rejection::Malformed),
        (world.unknown(1) + ".", Rejection::Malformed),
        (issuer.token("ada").header("kid", "k").header("typ", "JWT").sign(), Rejection::WrongType),
        (issuer.token("ada").without_header("kid").sign(), Rejection::UnknownKey),
        (issuer.token("ada").header("kid", "k".repeat(257)).sign(), Rejection::UnknownKey),
        (forged, Rejection::BadSignature),
        (issuer.token("ada").expired().sign(), Rejection::Expired),
    ] {
        assert_eq!(service.check(&token), Err(Refusal::Rejected(reason)));
    }
    assert_eq!(world.server.requests(), 1);
}

#[test]
fn the_checks_of_keys_hold_for_fetched_ones() {
    let world = World::new();
    let mut set: serde_json::Value = world.issuer.jwks().parse().unwrap();
    set["keys"][0]["use"] = "enc".into();
    set["keys"].as_array_mut().unwrap().push(serde_json::Value::from_iter([
        ("kty", "oct"),
        ("kid", "h"),
        ("k", "AAAA"),
    ]));
    let other: serde_json::Value = TestIssuer::new().jwks().parse().unwrap();
    set["keys"].as_array_mut().unwrap().push(other["keys"][0].clone());
    world.server.say(Reply::ok(&set.to_string(), ""));
    let service = world.service();
    assert_eq!(service.check(&world.issuer.token_for("ada")), UNKNOWN, "a key for encryption");
    assert_eq!(service.check(&world.issuer.token("ada").header("kid", "h").header("alg", "HS256").sign()), UNKNOWN);
}
