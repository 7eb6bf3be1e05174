//! `jeton doctor` asks a real Redis, and does there what requests do.

use serde_json::Value;

use crate::home::Home;
use crate::process::{PATIENCE, Process};
use crate::servers::{ClusterGroup, Server};

/// What it finds of the sessions in this state, whatever its exit code.
#[track_caller]
fn found(home: &Home, state: &str) -> Vec<String> {
    let done = Process::start(&mut home.jeton(&["doctor", "--json"])).finish(PATIENCE);
    let findings: Value = serde_json::from_str(&done.stdout).unwrap_or_else(|error| panic!("{error}: {done:?}"));
    let sessions = findings.as_array().unwrap().iter().filter(|it| it["check"] == "sessions" && it["state"] == state);
    sessions.map(|it| it["message"].as_str().unwrap().to_owned()).collect()
}

/// Why it says that sessions do not work.
#[track_caller]
pub fn failed(home: &Home) -> Vec<String> {
    found(home, "failed")
}

#[test]
fn a_redis_that_endangers_sessions_is_a_warning_for_each_danger() {
    let server = Server::start(&["--maxmemory-policy", "allkeys-lru", "--maxclients", "5"]);
    let home = Home::new().with("JETON_SESSIONS_URL", server.url()).with("JETON_REDIS_WAIT_REPLICAS", "1");
    let warnings = found(&home, "warning");
    for part in [
        "set it to noeviction",
        "set appendonly yes",
        "JETON_REDIS_WAIT_REPLICAS is 1, but it has 0",
        "maxclients is 5",
    ] {
        assert_eq!(warnings.iter().filter(|it| it.contains(part)).count(), 1, "{part}: {warnings:?}");
    }
    assert_eq!(
        failed(&home),
        ["redis: the server: signing in, signing out: 0 of 1 replicas have acknowledged a write"]
    );
    assert_eq!(server.ask::<i64>(&["DBSIZE"]), 0, "it leaves nothing");
    assert!(!home.path("keys").exists() && !home.path("data").exists());
}

/// What docs/operations.md tells operators to allow.
const RIGHTS: &[&str] = &[
    "ping",
    "time",
    "role",
    "select",
    "wait",
    "get",
    "set",
    "getrange",
    "del",
    "eval",
    "evalsha",
    "zadd",
    "zrange",
    "zrem",
    "zremrangebyscore",
    "expireat",
    "config|get",
    "info",
];

/// Has the server know a user with all rights but these.
fn allow_all_but(server: &Server, missing: &[&str]) {
    let rights: Vec<String> =
        RIGHTS.iter().filter(|right| !missing.contains(right)).map(|right| format!("+{right}")).collect();
    let words = ["ACL", "SETUSER", "svc", "reset", "on", ">secret", "~jeton:*", "-@all"];
    let words: Vec<&str> = words.into_iter().chain(rights.iter().map(String::as_str)).collect();
    server.ask::<()>(&words);
}

fn home_of_svc(server: &Server) -> Home {
    Home::new().with("JETON_SESSIONS_URL", format!("redis://svc:secret@127.0.0.1:{}", server.port))
}

#[test]
fn every_right_that_requests_need_and_our_user_lacks_is_named() {
    let server = Server::start(&[]);
    let home = home_of_svc(&server);
    allow_all_but(&server, &[]);
    assert_eq!(failed(&home), Vec::<String>::new());
    let optional = ["ping", "time", "role", "select", "wait", "config|get", "info"];
    for missing in RIGHTS.iter().filter(|right| !optional.contains(right)) {
        allow_all_but(&server, &[missing]);
        let said = failed(&home);
        assert!(said.len() == 1 && said[0].contains(&format!("allow +{missing} (")), "{missing}: {said:?}");
    }
    allow_all_but(&server, &["set", "zadd"]);
    let both = "redis: the server: our user may not run SET, ZADD: allow +set +zadd (ACL SETUSER)";
    assert_eq!(failed(&home), [both]);
    allow_all_but(&server, &["wait"]);
    assert_eq!(failed(&home), Vec::<String>::new());
    let said = failed(&home_of_svc(&server).with("JETON_REDIS_WAIT_REPLICAS", "1"));
    assert_eq!(said, ["redis: the server: our user may not run WAIT: allow +wait (ACL SETUSER)"]);
    allow_all_but(&server, &["role"]);
    assert!(found(&home, "warning").iter().any(|it| it.contains("+role")), "it works all the same");
}

#[test]
fn keys_that_our_user_may_not_write_are_found_out() {
    let server = Server::start(&[]);
    let home = home_of_svc(&server);
    for keys in ["~other:*", "%R~jeton:*"] {
        allow_all_but(&server, &[]);
        server.ask::<()>(&["ACL", "SETUSER", "svc", "resetkeys", keys]);
        let said = failed(&home);
        assert!(said.iter().any(|it| it.contains("our user may not touch our keys (ACL)")), "{keys}: {said:?}");
    }
}

#[test]
fn a_redis_that_takes_no_writes_is_found_out() {
    for (setting, value, why) in [
        ("maxmemory", "1", "the server answers OOM: its memory is full (maxmemory)"),
        ("min-replicas-to-write", "1", "the server answers NOREPLICAS: it has fewer replicas"),
    ] {
        let server = Server::start(&["--maxmemory-policy", "noeviction"]);
        let home = Home::new().with("JETON_SESSIONS_URL", server.url());
        assert_eq!(failed(&home), Vec::<String>::new());
        server.ask::<()>(&["CONFIG", "SET", setting, value]);
        let said = failed(&home);
        assert!(said.iter().any(|it| it.contains("signing in") && it.contains(why)), "{setting}: {said:?}");
    }
}

#[test]
fn every_primary_of_a_cluster_is_tried() {
    let group = ClusterGroup::start();
    let home = Home::new().with("JETON_SESSIONS_URL", group.url());
    assert_eq!(failed(&home), Vec::<String>::new());
    for node in &group.nodes {
        node.ask::<()>(&["CONFIG", "SET", "min-replicas-to-write", "1"]);
        let said = failed(&home);
        let name = format!("redis: 127.0.0.1:{}: ", node.port);
        assert!(said.iter().any(|it| it.starts_with(&name) && it.contains("signing in")), "{said:?}");
        node.ask::<()>(&["CONFIG", "SET", "min-replicas-to-write", "0"]);
        assert_eq!(node.ask::<i64>(&["DBSIZE"]), 0, "it leaves nothing");
    }
}
