//! A failover of a Sentinel group.

use jeton::session::Revocation;
use jeton::store::conformance::run;
use jeton::store::conformance::sample::{NOW, rotated, session, version};
use jeton::store::redis::RedisSettings;
use jeton::store::{SessionStore, Swap};

use crate::servers::{SentinelGroup, Server, eventually_async, open, settings};

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

/// It may be cut off from them and not from us: whoever stays with it sees none of what is revoked elsewhere.
#[test]
fn a_primary_that_the_sentinels_name_no_longer_is_left_although_it_goes_on() {
    let (group, other) = (SentinelGroup::start(), Server::start(&[]));
    run(async {
        let store = open(settings(&group.url()));
        store.insert(&session(1), version(1)).await.unwrap();
        group.turn_to(&other);
        eventually_async("it asks the other", async || {
            store.load(session(1).id).await.is_ok_and(|found| found.is_none())
        })
        .await;
        store.insert(&session(1), version(2)).await.unwrap();
        assert_eq!(other.ask::<i64>(&["DBSIZE"]), 2);
    });
}

/// Whoever waits for it to answer is answered when it goes on.
#[test]
fn a_primary_that_was_halted_is_not_used_once_the_sentinels_name_another() {
    let (group, other) = (SentinelGroup::start(), Server::start(&[]));
    group.servers[0].stop();
    run(async {
        let store = open(settings(&group.url()));
        store.ping().await.unwrap_err();
        group.turn_to(&other);
        group.servers[0].go_on();
        eventually_async("it is found", async || store.insert(&session(1), version(1)).await.is_ok()).await;
        assert_eq!(other.ask::<i64>(&["DBSIZE"]), 2, "by its new name");
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
