//! What replicas must have before it is acknowledged.

use std::future::poll_fn;
use std::task::Poll;

use jeton::session::Revocation;
use jeton::store::conformance::run;
use jeton::store::conformance::sample::{NOW, rotated, session, version};
use jeton::store::redis::RedisSettings;
use jeton::store::{SessionStore, Swap};

use crate::servers::{SentinelGroup, eventually_async, open, settings};

#[test]
fn too_few_replicas_refuse_new_sessions_and_revocations_but_not_rotations() {
    let group = SentinelGroup::start();
    run(async {
        let store = open(RedisSettings { wait_replicas: 2, ..settings(&group.url()) });
        store.insert(&session(1), version(1)).await.unwrap();
        group.servers[2].stop();
        let error = store.insert(&session(2), version(1)).await.unwrap_err();
        assert!(error.to_string().contains("1 of 2 replicas"), "{error}");
        let error = store.revoke(session(1).id, Revocation::Logout, NOW, version(9)).await.unwrap_err();
        assert!(error.to_string().contains("1 of 2 replicas"), "{error}");
        // It landed all the same: only the acknowledgement is missing.
        let (found, current) = store.load(session(1).id).await.unwrap().unwrap();
        assert_eq!(store.swap(&rotated(&found), current, version(3)).await.unwrap(), Swap::Lost);
        group.servers[2].go_on();
        eventually_async("revoking again is acknowledged", async || {
            store.revoke(session(1).id, Revocation::Logout, NOW, version(10)).await.is_ok_and(|found| found)
        })
        .await;
    });
}

#[test]
fn a_server_without_replicas_acknowledges_nothing_where_they_are_asked_for() {
    let server = crate::servers::Server::start(&[]);
    run(async {
        let store = open(RedisSettings { wait_replicas: 1, ..settings(&server.url()) });
        let error = store.insert(&session(1), version(1)).await.unwrap_err();
        assert!(error.to_string().contains("0 of 1 replicas"), "{error}");
        store.ping().await.unwrap();
    });
}

/// Whoever asked has gone before the answer came, and nobody gets a token.
#[test]
fn a_new_session_that_nobody_waits_for_is_taken_back() {
    let server = crate::servers::Server::start(&[]);
    run(async {
        let store = open(settings(&server.url()));
        store.ping().await.unwrap();
        let session = session(1);
        let mut insert = store.insert(&session, version(1));
        assert!(poll_fn(|context| Poll::Ready(insert.as_mut().poll(context).is_pending())).await, "it is under way");
        drop(insert);
        let has_run = |command: &str| server.ask::<String>(&["INFO", "commandstats"]).contains(command);
        eventually_async("it has been taken back", async || has_run("cmdstat_zrem:")).await;
        assert!(has_run("cmdstat_set:"), "it had been there");
        assert_eq!(server.ask::<i64>(&["DBSIZE"]), 0);
    });
}
