//! PostgreSQL comes and goes under a running server: /verify does not notice, the rest says so soon.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use jeton::config::UsersUrl;
use jeton::store::UserStore;
use jeton::store::conformance::run;
use jeton::store::conformance::sample::{NOW, user};
use jeton::store::postgres::PostgresUrl;
use jeton::user::UserChange;
use serde_json::json;

use crate::app::{PASSWORD, TestApp};
use crate::servers::{Server, eventually, open};

/// How soon an outage must be answered.
const SOON: Duration = Duration::from_secs(2);

fn parsed(server: &Server) -> PostgresUrl {
    PostgresUrl::parse(&server.url("postgres")).unwrap()
}

fn app(server: &Server) -> TestApp {
    let app = TestApp::with(|config| config.users = UsersUrl::Postgres(Box::new(parsed(server))));
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
    let ready = app.get("/readyz");
    assert_eq!(ready.status, 200);
    assert_eq!(ready.json()["stores"], json!({ "sessions": "up", "users": "down" }));
}

#[test]
fn a_server_that_starts_before_postgresql_works_once_it_is_there() {
    let mut server = Server::start(&[]);
    server.kill();
    let app = TestApp::with(|config| config.users = UsersUrl::Postgres(Box::new(parsed(&server))));
    assert_eq!(app.try_sign_in("ada", &json!({})).status, 503);
    assert_eq!(app.get("/.well-known/jwks.json").status, 200);
    server.run();
    eventually("nobody is known, and that is told", || app.try_sign_in("ada", &json!({})).status == 401);
    app.add_user("ada");
    app.sign_in("ada");
}

#[test]
fn a_killed_postgresql_is_an_outage_and_its_return_ends_it() {
    let mut server = Server::start(&[]);
    let app = app(&server);
    let tokens = app.sign_in("ada");
    server.kill();
    is_an_outage(&app, &tokens.refresh, &tokens.access);
    server.run();
    eventually("refreshing works", || app.refresh(&tokens.refresh).status == 200);
}

#[test]
fn a_stopped_postgresql_is_an_outage_and_its_return_ends_it() {
    let server = Server::start(&[]);
    let app = app(&server);
    let tokens = app.sign_in("ada");
    server.stop();
    is_an_outage(&app, &tokens.refresh, &tokens.access);
    server.go_on();
    eventually("refreshing works", || app.refresh(&tokens.refresh).status == 200);
}

/// A crowd refreshes while the server is killed, started, stopped and goes on: nobody is signed out.
#[test]
#[expect(clippy::disallowed_methods, reason = "what is promised is a time")]
fn under_load_nobody_is_signed_out_and_verifying_is_never_disturbed() {
    let mut server = Server::start(&[]);
    let app = app(&server);
    let access = app.sign_in("ada").access;
    let sessions: Vec<_> = (0..4).map(|_| app.sign_in("ada").refresh).collect();
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let mut crowd = Vec::new();
        for mut token in sessions {
            let (app, over) = (&app, &over);
            crowd.push(scope.spawn(move || {
                let mut rotations = 0;
                while !over.load(Ordering::Relaxed) {
                    let start = Instant::now();
                    let reply = app.refresh(&token);
                    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
                    match reply.status {
                        200 => token = reply.tokens().refresh,
                        status => assert_eq!(status, 503, "{reply:?}"),
                    }
                    rotations += usize::from(reply.status == 200);
                }
                (token, rotations)
            }));
        }
        let verifier = scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                assert_eq!(app.verify(&access).status, 200);
            }
        });
        let users_are = |state: &str| app.get("/readyz").json()["stores"]["users"] == state;
        for _ in 0..2 {
            server.kill();
            eventually("it is known to be down", || users_are("down"));
            server.run();
            eventually("it is up again", || users_are("up"));
            server.stop();
            eventually("it is known to be down", || users_are("down"));
            server.go_on();
            eventually("it is up again", || users_are("up"));
        }
        over.store(true, Ordering::Relaxed);
        verifier.join().unwrap();
        for member in crowd {
            let (token, rotations) = member.join().unwrap();
            assert!(rotations > 0);
            eventually("its session goes on", || app.refresh(&token).status == 200);
        }
    });
}

#[test]
fn a_row_that_somebody_holds_is_no_outage_for_the_others() {
    let server = Server::start(&[]);
    let store = open(&parsed(&server));
    run(async { store.insert(&user("ada")).await.unwrap() });
    let held = server.hold("postgres", "BEGIN; SELECT FROM jeton.users FOR UPDATE");
    let change = UserChange { end_sessions: true, ..UserChange::default() };
    run(async {
        let error = store.change(&user("ada").id, &change, NOW).await.unwrap_err();
        assert!(error.to_string().contains("55P03"), "{error}");
        assert_eq!(store.by_id(&user("ada").id).await.unwrap(), Some(user("ada")));
        store.ping().await.unwrap();
    });
    drop(held);
    eventually("the change works", || run(async { store.change(&user("ada").id, &change, NOW).await.is_ok() }));
}

#[test]
fn connections_that_an_administrator_ends_are_made_again() {
    let server = Server::start(&[]);
    let store = open(&parsed(&server));
    run(async { store.insert(&user("ada")).await.unwrap() });
    server.sql("postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'jeton'");
    eventually("it works again", || run(async { store.by_id(&user("ada").id).await.is_ok() }));
}

#[test]
fn a_server_that_takes_no_writes_any_more_is_told_and_left() {
    let server = Server::start(&[]);
    let store = open(&parsed(&server));
    run(async { store.insert(&user("ada")).await.unwrap() });
    let connections = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'jeton'";
    assert_eq!(server.sql("postgres", connections), ["2"]);
    server.sql("postgres", "ALTER DATABASE postgres SET default_transaction_read_only = on");
    server.sql("postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'jeton'");
    eventually("it says so", || {
        run(async { store.insert(&user("bob")).await }).is_err_and(|error| error.to_string().contains("25006"))
    });
    server.sql(
        "postgres",
        "SET transaction_read_only = off; ALTER DATABASE postgres SET default_transaction_read_only = off",
    );
    eventually("the next connection writes", || run(async { store.insert(&user("bob")).await.is_ok() }));
}
