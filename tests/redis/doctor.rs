//! `jeton doctor` asks a real Redis.

use crate::home::Home;
use crate::servers::Server;

#[test]
fn a_redis_that_endangers_sessions_is_a_warning_for_each_danger() {
    let server = Server::start(&["--maxmemory-policy", "allkeys-lru"]);
    let home = Home::new().with("JETON_SESSIONS_URL", server.url()).with("JETON_REDIS_WAIT_REPLICAS", "1");
    let findings = home.json(&["doctor", "--json"]);
    let warnings: Vec<_> = findings.as_array().unwrap().iter().filter(|it| it["check"] == "sessions").collect();
    assert!(warnings.iter().all(|it| it["state"] == "warning"), "{warnings:?}");
    for part in ["set it to noeviction", "set appendonly yes", "JETON_REDIS_WAIT_REPLICAS is 1, but it has 0"] {
        let count = warnings.iter().filter(|it| it["message"].as_str().unwrap().contains(part)).count();
        assert_eq!(count, 1, "{part}: {warnings:?}");
    }
    let keys: i64 = server.ask(&["DBSIZE"]);
    assert_eq!(keys, 0, "it writes nothing");
    assert!(!home.path("keys").exists() && !home.path("data").exists());
}
