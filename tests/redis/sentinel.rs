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

/// Whoever waits for it to answer is answered when it goes on. Several times, since an attempt to connect
/// must be under way just then.
#[test]
fn a_primary_that_was_halted_is_not_used_once_the_sentinels_name_another() {
    let (group, pair) = (SentinelGroup::start(), [Server::start(&[]), Server::start(&[])]);
    group.turn_to(&pair[0]);
    run(async {
        let store = open(settings(&group.url()));
        for round in 0..6 {
            let (old, new) = (&pair[round % 2], &pair[(round + 1) % 2]);
            let session = session(u8::try_from(round).unwrap());
            let count: i64 = old.ask(&["DBSIZE"]);
            old.stop();
            eventually_async("it is missed", async || store.ping().await.is_err()).await;
            group.turn_to(new);
            old.go_on();
            eventually_async("the other is found", async || store.insert(&session, version(1)).await.is_ok()).await;
            assert_eq!(old.ask::<i64>(&["DBSIZE"]), count, "round {round}");
        }
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
