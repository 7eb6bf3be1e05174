//! What replicas must have before it is acknowledged.

use std::sync::Arc;

use jeton::config::SessionsUrl;
use jeton::store::redis::RedisUrl;
use serde_json::json;

use crate::app::TestApp;
use crate::crowd::Crowd;
use crate::proxy::{Fault, Proxy};
use crate::servers::{Server, eventually};

/// A primary behind a proxy, a replica of it, and our server, which waits for that one.
struct Pair {
    app: Arc<TestApp>,
    proxy: Proxy,
    primary: Server,
    replica: Server,
}

impl Pair {
    fn start() -> Self {
        let primary = Server::start(&["--repl-diskless-sync-delay", "0"]);
        let replica = Server::start(&["--replicaof", "127.0.0.1", &primary.port.to_string()]);
        eventually("the replica is in step", || primary.has_replicas(1));
        let proxy = Proxy::start(primary.port);
        let url = RedisUrl::parse(&format!("redis://127.0.0.1:{}", proxy.port)).unwrap();
        let app = TestApp::with(|config| {
            config.sessions = SessionsUrl::Redis(url);
            config.redis_wait_replicas = 1;
        });
        Self { app: Arc::new(app), proxy, primary, replica }
    }

    /// How many records and indexes there are.
    fn keys(&self) -> i64 {
        self.primary.ask(&["DBSIZE"])
    }
}

/// Refreshing goes on, because what is lost of it heals.
#[test]
fn a_replica_that_halts_is_an_outage_for_signing_in_and_out_alone() {
    let pair = Pair::start();
    let mut crowd = Crowd::gather(&pair.app);
    crowd.is_well();
    pair.replica.stop();
    crowd.goes_on();
    let reply = pair.app.try_sign_in("newcomer", &json!({}));
    assert_eq!(reply.refusal(), "503 temporarily_unavailable");
    pair.replica.go_on();
    crowd.is_well();
}

/// Its record was written before anybody knew that this would not be enough.
fn leaves_nothing_behind(fault: Fault) {
    let pair = Pair::start();
    let ada = pair.app.add_user("ada");
    let access = pair.app.sign_in("ada").access;
    let (app, keys) = (&pair.app, pair.keys());
    pair.proxy.set(fault);
    assert_eq!(app.try_sign_in("ada", &json!({})).refusal(), "503 temporarily_unavailable");
    pair.proxy.set(Fault::None);
    let listed = || app.bearer("GET", "/sessions", &access).json()["sessions"].as_array().map(Vec::len);
    eventually("only the session is listed that somebody has", || listed() == Some(1));
    eventually("and nothing else is kept", || pair.keys() == keys);
    let index: i64 = pair.primary.ask(&["ZCARD", &format!("jeton:u:{}", ada.id)]);
    assert_eq!(index, 1);
}

#[test]
fn a_sign_in_that_too_few_replicas_have_leaves_nothing_behind() {
    leaves_nothing_behind(Fault::Unacknowledged);
}

#[test]
fn a_sign_in_whose_answer_is_lost_leaves_nothing_behind() {
    leaves_nothing_behind(Fault::Reset(&["SET"]));
}
