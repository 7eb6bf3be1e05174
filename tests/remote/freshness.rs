//! Keys are there before anybody needs them, and go when the issuer withdraws them.

use std::sync::Arc;

use jeton::clock::Clock;
use jeton::testing::TestIssuer;
use jeton::verify::Rejection;

use crate::server::Reply;
use crate::world::{UNKNOWN, World, published, user};

#[test]
fn keys_are_renewed_before_they_go_stale_though_nobody_asks() {
    let world = World::new();
    let service = world.service_with_keys();
    let next = world.issuer.rotated();
    world.server.say(published(&next));
    // Four fifths of max-age=600.
    world.advance(480);
    world.server.wait_for(2);
    assert_eq!(service.check(&next.token_for("ada")), user("ada"));
    assert_eq!(service.check(&world.issuer.token_for("ada")), user("ada"), "the earlier key is published still");
    assert_eq!(world.server.requests(), 2, "nobody had to ask");
}

#[test]
fn a_withdrawn_key_is_good_no_longer() {
    let world = World::new();
    let service = world.service_with_keys();
    let stolen = world.issuer.token("mallory").lives_for(std::time::Duration::from_secs(3600)).sign();
    let other = TestIssuer::new().with_clock(world.clock.clone());
    world.server.say(published(&other));
    world.advance(480);
    world.server.wait_for(2);
    assert_eq!(service.check(&other.token_for("ada")), user("ada"));
    assert_eq!(service.check_at_once(&stolen), Err(Rejection::UnknownKey));
}

#[test]
fn cache_control_and_age_say_when_the_next_fetch_comes() {
    let cases = [
        ("Cache-Control: max-age=100\r\n", 80),
        ("Cache-Control: public, max-age=200\r\nAge: 100\r\n", 80),
        ("Cache-Control: max-age=86400\r\n", 480),
        ("", 480),
        ("Cache-Control: no-store\r\n", 30),
        ("Cache-Control: max-age=0\r\n", 30),
    ];
    // Side by side, since each waits for a keeper to look at its clock.
    std::thread::scope(|scope| {
        for (head, seconds) in cases {
            scope.spawn(move || the_next_fetch_comes_after(head, seconds));
        }
    });
}

fn the_next_fetch_comes_after(head: &str, seconds: u64) {
    let world = World::new();
    world.server.say(Reply::ok(&world.issuer.jwks(), head));
    let service = world.service_with_keys();
    world.advance(seconds - 1);
    assert_eq!(service.check(&world.issuer.token_for("ada")), user("ada"));
    assert_eq!(world.server.requests(), 1, "{head:?}: a moment before");
    world.advance(1);
    world.server.wait_for(2);
}

#[test]
fn a_new_key_is_noticed_at_its_first_token() {
    let world = World::new();
    let service = world.service_with_keys();
    let next = world.issuer.rotated();
    world.server.say(published(&next));
    assert_eq!(service.check_at_once(&next.token_for("ada")), Err(Rejection::UnknownKey), "not without a fetch");
    assert_eq!(service.check(&next.token_for("ada")), user("ada"));
    assert_eq!(service.check_at_once(&next.token_for("ada")), Ok("ada".to_owned()));
    assert_eq!(world.server.requests(), 2);
}

#[test]
fn checks_with_known_keys_wait_for_no_fetch() {
    let world = World::new();
    let service = world.service_with_keys();
    world.server.hold();
    world.advance(480);
    world.server.wait_for(2);
    assert_eq!(service.check(&world.issuer.token_for("ada")), user("ada"), "while one is going on");
}

#[test]
fn keys_that_stayed_the_same_do_not_make_the_verifier_forget() {
    let world = World::new();
    let service = world.service_with_keys();
    let token = world.issuer.token_for("ada");
    let derived = || service.verifier.verify(&token, world.clock.now()).unwrap().derived(|verified| verified.clone());
    // A token is remembered from its second use on.
    derived();
    let before = derived();
    assert_eq!(service.check(&world.unknown(1)), UNKNOWN);
    assert_eq!(world.server.requests(), 2);
    assert!(Arc::ptr_eq(&before, &derived()), "what was made of a good token is still there");
    world.server.say(published(&world.issuer.rotated()));
    world.advance(480);
    world.server.wait_for(3);
    assert_eq!(service.check(&world.unknown(2)), UNKNOWN);
    assert!(!Arc::ptr_eq(&before, &derived()));
}

#[test]
fn a_clock_that_is_set_back_does_not_stop_the_keeper() {
    let world = World::new();
    let _service = world.service_with_keys();
    world.clock.set(crate::world::START - std::time::Duration::from_secs(86_400));
    world.server.wait_for(2);
}

#[test]
fn a_key_that_is_published_twice_is_nobodys() {
    let world = World::new();
    let jwk: serde_json::Value = serde_json::from_str(&world.issuer.jwks()).unwrap();
    let (own, other) = (&jwk["keys"][0], TestIssuer::new());
    let other: serde_json::Value = serde_json::from_str(&other.jwks()).unwrap();
    let mut twin = other["keys"][0].clone();
    twin["kid"] = own["kid"].clone();
    let set = serde_json::json!({ "keys": [own, twin, other["keys"][0]] });
    world.server.say(Reply::ok(&set.to_string(), ""));
    assert_eq!(world.service().check(&world.issuer.token_for("ada")), UNKNOWN);
}
