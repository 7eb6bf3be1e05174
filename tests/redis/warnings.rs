//! What is said about a server that endangers sessions.

use std::time::Duration;

use jeton::clock::{Clock, SystemClock};
use jeton::store::conformance::run;
use jeton::store::redis::RedisSettings;

use crate::servers::{ClusterGroup, SentinelGroup, Server, open, settings};

const WINDOW: Duration = Duration::from_secs(30);

#[test]
fn each_danger_is_named() {
    let server = Server::start(&["--maxmemory-policy", "allkeys-lru"]);
    run(async {
        let store = open(RedisSettings { wait_replicas: 1, ..settings(&server.url()) });
        let wrong_clock = SystemClock.now() + Duration::from_secs(60);
        let found = store.warnings(WINDOW, wrong_clock).await.unwrap();
        let text: Vec<String> = found.iter().map(ToString::to_string).collect();
        for part in ["maxmemory-policy is allkeys-lru", "appendonly is off", "it has 0 replicas", "s apart"] {
            assert_eq!(text.iter().filter(|line| line.contains(part)).count(), 1, "{part}: {text:?}");
        }
    });
}

#[test]
fn a_good_server_is_warned_of_only_where_its_version_is_bad() {
    let server = Server::start(&["--maxmemory-policy", "noeviction", "--appendonly", "yes"]);
    run(async {
        let found = open(settings(&server.url())).warnings(WINDOW, SystemClock.now()).await.unwrap();
        assert!(found.iter().all(|warning| warning.problem.contains("CVE-2025-49844")), "{found:?}");
    });
}

#[test]
fn every_node_of_a_cluster_is_looked_at() {
    let group = ClusterGroup::shared();
    run(async {
        let found = open(settings(&group.url())).warnings(WINDOW, SystemClock.now()).await.unwrap();
        for node in &group.nodes {
            let server = format!("127.0.0.1:{}", node.port);
            assert!(found.iter().any(|warning| warning.server == server && warning.problem.contains("appendonly")));
        }
    });
}

#[test]
fn a_sentinel_group_with_more_replicas_than_are_waited_for_is_warned_of() {
    let group = SentinelGroup::shared();
    let is_said = |wait_replicas| {
        run(async {
            let store = open(RedisSettings { wait_replicas, ..settings(&group.url()) });
            let found = store.warnings(WINDOW, SystemClock.now()).await.unwrap();
            found.iter().any(|warning| warning.problem.contains("may promote one that does not have"))
        })
    };
    assert!(is_said(1), "it has two");
    assert!(!is_said(2));
    assert!(!is_said(0), "nobody counts on it");
}
