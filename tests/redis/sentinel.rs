//! A failover of a Sentinel group.

use jeton::session::Revocation;
use jeton::store::conformance::run;
use jeton::store::conformance::sample::{NOW, rotated, session, version};
use jeton::store::redis::RedisSettings;
use jeton::store::{SessionStore, Swap};

use crate::servers::{SentinelGroup, eventually_async, open, settings};

#[test]
fn a_killed_primary_is_followed_to_its_successor() {
    let mut group = SentinelGroup::start();
    run(async {
        let store = open(RedisSettings { wait_replicas: 2, ..settings(&group.url()) });
        store.insert(&session(1), version(1)).await.unwrap();
        store.insert(&session(2), version(1)).await.unwrap();
        store.revoke(session(2).id, Revocation::Logout, NOW, version(2)).await.unwrap();
        group.servers[0].kill();
        store.load(session(1).id).await.unwrap_err();
        eventually_async("the successor answers", async || store.ping().await.is_ok()).await;
        assert_eq!(store.load(session(1).id).await.unwrap(), Some((session(1), version(1))));
        assert_eq!(store.load(session(2).id).await.unwrap().unwrap().1, version(2));
        assert_eq!(store.swap(&rotated(&session(1)), version(1), version(3)).await.unwrap(), Swap::Done);
    });
}

#[test]
fn a_group_that_the_sentinels_do_not_know_is_an_outage() {
    let group = SentinelGroup::shared();
    run(async {
        let error = open(settings(&group.url().replace("/main", "/other"))).ping().await.unwrap_err();
        assert!(error.to_string().contains("does not watch a group of that name"), "{error}");
    });
}
