//! A URL of the wrong kind, and a server that has no room or not that database: said, and not guessed at.

use jeton::store::SessionStore;
use jeton::store::conformance::run;

use crate::doctor::failed;
use crate::home::Home;
use crate::servers::{ClusterGroup, SentinelGroup, Server, open, settings};

/// Why a store over this URL does not answer.
fn why_not(url: &str) -> String {
    run(async { open(settings(url)).ping().await.unwrap_err().to_string() })
}

#[test]
fn a_node_of_a_cluster_is_not_taken_for_a_server() {
    let group = ClusterGroup::shared();
    let url = group.nodes[0].url();
    let why = why_not(&url);
    assert!(why.ends_with("it is a node of a cluster: use redis+cluster://"), "{why}");
    let home = Home::new().with("JETON_SESSIONS_URL", url);
    let found = failed(&home);
    assert!(found.len() == 1 && found[0].contains("use redis+cluster://"), "{found:?}");
    let server = home.serve();
    let is_warning = |line: &str| line.contains(" WARN ") && line.contains("use redis+cluster://");
    server.process.stderr.wait_for(|log| log.lines().any(is_warning).then_some(()));
}

#[test]
fn a_sentinel_is_not_taken_for_a_replica() {
    let group = SentinelGroup::shared();
    let why = why_not(&group.sentinels[0].url());
    assert!(why.ends_with("it is a sentinel: use redis+sentinel://"), "{why}");
}

#[test]
fn a_server_is_neither_a_sentinel_nor_a_node_of_a_cluster() {
    let server = Server::start(&[]);
    let why = why_not(&format!("redis+sentinel://127.0.0.1:{}/main", server.port));
    assert!(why.ends_with("it is no sentinel: use redis://"), "{why}");
    let why = why_not(&format!("redis+cluster://127.0.0.1:{}", server.port));
    assert!(why.ends_with("it is no node of a cluster: use redis://"), "{why}");
}

#[test]
fn a_database_that_is_not_there_is_named() {
    let server = Server::start(&[]);
    let why = why_not(&format!("{}/16", server.url()));
    assert!(why.ends_with("it does not have a database of that number"), "{why}");
}

/// It says so without being asked, and closes.
#[test]
fn a_server_with_no_room_is_no_broken_pipe() {
    let server = Server::start(&["--maxclients", "1"]);
    let _operator = server.connect().unwrap();
    for login in ["", ":a-password@"] {
        let why = why_not(&format!("redis://{login}127.0.0.1:{}", server.port));
        assert!(why.ends_with("it has as many clients as it takes (maxclients)"), "{why}");
    }
}
