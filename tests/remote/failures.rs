//! The issuer is down, slow or mad: what was good stays good, and nobody is signed out.

use std::time::Duration;

use jeton::testing::TestIssuer;
use jeton::verify::Rejection;

use crate::server::Reply;
use crate::world::{Service, UNAVAILABLE, World, published, user};

/// Answers that bring no keys, each with a name.
fn useless() -> Vec<(&'static str, Reply)> {
    let private = r#"{"keys":[{"kty":"EC","crv":"P-256","kid":"k","x":"AA","y":"AA","d":"AA"}]}"#;
    let padded = format!("{}{}", " ".repeat(64 * 1024), TestIssuer::new().jwks());
    vec![
        ("an error", Reply::status("500 Internal Server Error", "{}", "")),
        ("not found", Reply::status("404 Not Found", "{}", "")),
        ("no content", Reply::status("204 No Content", "", "")),
        ("not modified", Reply::status("304 Not Modified", "", "")),
        ("good keys under a bad status", Reply::status("503 Service Unavailable", &TestIssuer::new().jwks(), "")),
        ("a page", Reply::ok("<html>sign in to this network</html>", "")),
        ("no set", Reply::ok("[]", "")),
        ("an empty set", Reply::ok(r#"{"keys":[]}"#, "")),
        ("private keys", Reply::ok(private, "")),
        ("a member twice", Reply::ok(r#"{"keys":[],"keys":[]}"#, "")),
        ("64 KiB and a bit", Reply::ok(&padded, "")),
        ("without end", Reply::Endless),
        ("a head without end", Reply::Whole([b"HTTP/1.1 200 OK\r\nX: ", "x".repeat(100_000).as_bytes()].concat())),
        ("no HTTP", Reply::Whole(b"SSH-2.0-OpenSSH_9.6\r\n".to_vec())),
        ("nothing", Reply::Whole(Vec::new())),
        ("half a body", Reply::Whole(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"keys\":".to_vec())),
    ]
}

#[test]
fn an_answer_without_keys_leaves_the_token_undecided() {
    for (name, reply) in useless() {
        let world = World::new();
        world.server.say(reply);
        assert_eq!(world.service().check(&world.issuer.token_for("ada")), UNAVAILABLE, "{name}");
    }
}

#[test]
fn an_answer_without_keys_never_replaces_keys_that_work() {
    for (name, reply) in useless() {
        let world = World::new();
        let service = world.service_with_keys();
        world.server.say(reply);
        assert_eq!(service.check(&world.unknown(1)), UNAVAILABLE, "{name}");
        assert_eq!(world.server.requests(), 2, "{name}");
        assert_eq!(service.check(&world.issuer.token_for("ada")), user("ada"), "{name}");
    }
}

#[test]
fn of_an_answer_without_end_no_more_is_read_than_the_bound() {
    let world = World::new();
    world.server.say(Reply::Endless);
    assert_eq!(world.service().check(&world.issuer.token_for("ada")), UNAVAILABLE);
    // What lies in the sockets' buffers counts as taken.
    assert!(world.server.taken() < 16 * 1024 * 1024, "{}", world.server.taken());
}

#[test]
fn an_answer_that_does_not_come_in_time_is_none() {
    for part in ["", "HTTP/1.1 200 OK\r\nContent-", "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"keys\":"] {
        let world = World::new();
        world.server.say(Reply::Part(part.into()));
        let verifier = world.remote().with_timeout(Duration::from_millis(200)).start().unwrap();
        let service = Service { verifier, clock: world.clock.clone() };
        assert_eq!(service.check(&world.issuer.token_for("ada")), UNAVAILABLE, "{part:?}");
    }
}

#[test]
fn a_service_starts_while_the_issuer_is_down_and_works_once_it_is_up() {
    let world = World::new();
    world.server.say(Reply::status("503 Service Unavailable", "", ""));
    let service = world.service();
    let token = world.issuer.token_for("ada");
    assert_eq!(service.check(&token), UNAVAILABLE);
    assert_eq!(service.check(&token), UNAVAILABLE);
    assert_eq!(world.server.requests(), 1, "whoever asks in the pause waits for nothing and causes nothing");
    world.server.say(published(&world.issuer));
    world.advance(1);
    world.server.wait_for(2);
    assert_eq!(service.check(&token), user("ada"));
}

#[test]
fn pauses_between_failures_grow() {
    let world = World::new();
    world.server.say(Reply::status("503 Service Unavailable", "", ""));
    let service = world.service();
    let token = world.issuer.token_for("ada");
    assert_eq!(service.check(&token), UNAVAILABLE);
    for (number, pause) in [1, 2, 4, 8, 16, 30, 30].into_iter().enumerate() {
        world.clock.advance(Duration::from_millis(pause * 1000 - 1));
        assert_eq!(service.check(&token), UNAVAILABLE);
        assert_eq!(world.server.requests(), number + 1, "a moment before {pause} s have passed");
        world.clock.advance(Duration::from_millis(1));
        // Whoever comes now has it begun, if the keeper has not yet, and waits for its end.
        assert_eq!(service.check(&token), UNAVAILABLE);
        world.server.wait_for(number + 2);
    }
}

#[test]
fn keys_stay_good_while_the_issuer_is_away_and_are_renewed_when_it_is_back() {
    let world = World::new();
    let service = world.service_with_keys();
    world.server.say(Reply::status("502 Bad Gateway", "", ""));
    world.advance(480);
    world.server.wait_for(2);
    world.advance(3600);
    assert_eq!(service.check(&world.issuer.token_for("ada")), user("ada"), "an hour past their time");
    let next = world.issuer.rotated();
    assert_eq!(service.check(&next.token_for("ada")), UNAVAILABLE, "a key that could not be fetched");
    world.server.say(published(&next));
    world.advance(30);
    assert_eq!(service.check(&next.token_for("ada")), user("ada"));
}

#[test]
fn after_a_day_without_the_issuer_no_key_is_trusted() {
    let world = World::new();
    let service = world.service_with_keys();
    world.server.say(Reply::status("502 Bad Gateway", "", ""));
    world.advance(480);
    world.server.wait_for(2);
    assert_eq!(service.check(&world.unknown(1)), UNAVAILABLE, "that fetch has failed by now");
    world.advance(86_400);
    // What is too old is put away before anything is fetched.
    world.server.wait_for(3);
    let token = world.issuer.token_for("ada");
    assert_eq!(service.check_at_once(&token), Err(Rejection::UnknownKey));
    assert_eq!(service.check(&token), UNAVAILABLE);
    world.server.say(published(&world.issuer));
    world.advance(30);
    assert_eq!(service.check(&token), user("ada"));
}

#[test]
fn nobody_listens() {
    let world = World::new();
    // A port that was free a moment ago.
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let verifier = world.remote().with_jwks_uri(format!("http://{closed}/jwks.json")).start().unwrap();
    let service = Service { verifier, clock: world.clock.clone() };
    assert_eq!(service.check(&world.issuer.token_for("ada")), UNAVAILABLE);
}
