//! Redis comes and goes under a running server, and under the store itself.

use std::time::{Duration, Instant};

use jeton::config::SessionsUrl;
use jeton::store::conformance::run;
use jeton::store::conformance::sample::{rotated, session, version};
use jeton::store::redis::RedisUrl;
use jeton::store::{SWAP_DEADLINE, SessionStore, Swap};
use serde_json::json;

use crate::app::{PASSWORD, TestApp};
use crate::servers::{Server, eventually, eventually_async, open, settings};

/// How soon an outage must be answered, and how soon it must be over once Redis is back.
const SOON: Duration = Duration::from_secs(2);

fn app(server: &Server) -> TestApp {
    let app = TestApp::with(|config| config.sessions = SessionsUrl::Redis(RedisUrl::parse(&server.url()).unwrap()));
    app.add_user("ada");
    app
}

/// Signing in and refreshing answer 503 soon and say when to come back; verifying goes on.
#[expect(clippy::disallowed_methods, reason = "what is promised is a time")]
fn is_an_outage(app: &TestApp, refresh: &str, access: &str) {
    for (path, body) in [
        ("/login", json!({ "username": "ada", "password": PASSWORD })),
        ("/refresh", json!({ "refresh_token": refresh })),
    ] {
        let start = Instant::now();
        let reply = app.post(path, &body);
        assert!(start.elapsed() < SOON, "{path}");
        assert_eq!(reply.status, 503, "{path}: {reply:?}");
        assert!(!reply.header("retry-after").is_empty(), "{path}");
    }
    assert_eq!(app.bearer("GET", "/verify", access).status, 200);
    assert_eq!(app.get("/.well-known/jwks.json").status, 200);
    assert_eq!(app.get("/healthz").status, 200);
}

#[test]
fn a_server_that_starts_before_redis_works_once_it_is_there() {
    let mut server = Server::start(&[]);
    server.kill();
    let app = app(&server);
    let login = json!({ "username": "ada", "password": PASSWORD });
    assert_eq!(app.post("/login", &login).status, 503);
    assert_eq!(app.get("/.well-known/jwks.json").status, 200);
    server.run();
    eventually("signing in works", || app.post("/login", &login).status == 200);
}

#[test]
fn a_killed_redis_is_an_outage_and_its_return_ends_it() {
    let mut server = Server::start(&["--appendonly", "yes", "--appendfsync", "always"]);
    let app = app(&server);
    let tokens = app.sign_in("ada");
    server.kill();
    is_an_outage(&app, &tokens.refresh, &tokens.access);
    server.run();
    eventually("refreshing works", || app.refresh(&tokens.refresh).status == 200);
}

/// Attempts are counted in Redis before a password is looked at: who cannot be counted learns nothing.
#[test]
fn while_redis_is_down_a_wrong_password_is_answered_as_a_right_one_and_neither_is_hashed() {
    let mut server = Server::start(&[]);
    let app = app(&server);
    app.sign_in("ada");
    let hashed = app.edge.authority.hasher.begun();
    assert_ne!(hashed, 0, "a sign-in is hashed");
    server.kill();
    let answers = ["wrong", PASSWORD].map(|password| {
        let reply = app.post("/login", &json!({ "username": "ada", "password": password }));
        assert!(!reply.header("retry-after").is_empty(), "{reply:?}");
        reply.refusal()
    });
    assert_eq!(answers, ["503 temporarily_unavailable"; 2]);
    assert_eq!(app.edge.authority.hasher.begun(), hashed);
}

#[test]
fn a_stopped_redis_is_an_outage_and_its_return_ends_it() {
    let server = Server::start(&[]);
    let app = app(&server);
    let tokens = app.sign_in("ada");
    server.stop();
    is_an_outage(&app, &tokens.refresh, &tokens.access);
    server.go_on();
    eventually("refreshing works", || app.refresh(&tokens.refresh).status == 200);
}

#[test]
fn a_swap_that_was_stuck_for_too_long_does_not_land() {
    let server = Server::start(&[]);
    run(async {
        let store = open(settings(&server.url()));
        store.insert(&session(1), version(1)).await.unwrap();
        server.stop();
        let asked = tokio::time::Instant::now();
        store.swap(&rotated(&session(1)), version(1), version(2)).await.unwrap_err();
        // What is waited for is this very deadline.
        tokio::time::sleep_until(asked + SWAP_DEADLINE + Duration::from_millis(50)).await;
        server.go_on();
        eventually_async("it answers again", async || store.ping().await.is_ok()).await;
        let info: String = server.ask(&["INFO", "commandstats"]);
        assert!(info.contains("cmdstat_eval"), "the swap did arrive: {info}");
        assert_eq!(store.load(session(1).id).await.unwrap().unwrap(), (session(1), version(1)));
    });
}

#[test]
fn scripts_that_the_server_forgets_are_given_to_it_again() {
    let server = Server::start(&[]);
    run(async {
        let store = open(settings(&server.url()));
        store.insert(&session(1), version(1)).await.unwrap();
        server.ask::<()>(&["SCRIPT", "FLUSH"]);
        assert_eq!(store.swap(&rotated(&session(1)), version(1), version(2)).await.unwrap(), Swap::Done);
    });
}

#[test]
fn a_connection_that_the_server_closes_is_made_again_before_anybody_asks() {
    let server = Server::start(&[]);
    run(async {
        let store = open(settings(&server.url()));
        store.ping().await.unwrap();
        let first: i64 = server.ask(&["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"]);
        assert_eq!(first, 1);
        eventually("it is back", || {
            let clients: String = server.ask(&["CLIENT", "LIST", "TYPE", "normal"]);
            clients.lines().count() == 2
        });
        eventually_async("it answers", async || store.ping().await.is_ok()).await;
    });
}

#[test]
fn a_primary_that_becomes_a_replica_is_left_although_the_link_stands() {
    let (server, other) = (Server::start(&[]), Server::start(&[]));
    run(async {
        let store = open(settings(&server.url()));
        store.insert(&session(1), version(1)).await.unwrap();
        server.ask::<()>(&["REPLICAOF", "127.0.0.1", &other.port.to_string()]);
        store.insert(&session(2), version(1)).await.unwrap_err();
        let error = store.load(session(1).id).await.unwrap_err();
        assert!(error.to_string().contains("READONLY") || error.to_string().contains("replica"), "{error}");
        server.ask::<()>(&["REPLICAOF", "NO", "ONE"]);
        eventually_async("it works again", async || store.insert(&session(3), version(1)).await.is_ok()).await;
    });
}

#[test]
fn a_password_that_is_asked_for_later_is_given_with_the_next_connection() {
    let server = Server::start(&[]);
    let url = server.url().replace("redis://", "redis://:sesame@");
    run(async {
        let early = open(settings(&url));
        early.ping().await.expect_err("a password is sent, and none is set");
        server.ask::<()>(&["CONFIG", "SET", "requirepass", "sesame"]);
        eventually_async("it is known", async || early.ping().await.is_ok()).await;
    });
}

/// A server that takes no more connections: whoever has links of their own that are refused goes over
/// the one that all share.
#[test]
fn who_has_no_links_of_their_own_goes_over_the_shared_one() {
    run(async {
        let server = Server::start(&[]);
        let store = open(settings(&server.url()));
        let session = session(1);
        assert!(store.insert(&session, version(1)).await.unwrap());
        server.ask::<()>(&["CONFIG", "SET", "maxclients", "1"]);
        let beside = store.on_this_runtime().unwrap();
        for number in 1..4 {
            assert!(beside.load(session.id).await.unwrap().is_some(), "load {number}");
            let next = rotated(&session);
            assert_eq!(beside.swap(&next, version(number), version(number + 1)).await.unwrap(), Swap::Done);
        }
    });
}
