//! A failover of a Sentinel group.

use jeton::id::SessionId;
use jeton::session::{Revocation, Session, State};
use jeton::store::conformance::run;
use jeton::store::conformance::sample::{NOW, rotated, session, version};
use jeton::store::redis::{RedisSettings, RedisUrl};
use jeton::store::{SessionStore, Swap};

use crate::script::ScriptedSentinel;
use crate::servers::{SentinelGroup, Server, eventually, eventually_async, open, settings};

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

/// While a replica is being promoted the old primary goes on, and the other replica has what is written
/// there; the promoted one never hears of it. So it counts only what both have.
#[test]
fn a_planned_failover_loses_nothing_that_all_replicas_have_acknowledged() {
    let group = SentinelGroup::start();
    run(async {
        let store = open(RedisSettings { wait_replicas: 2, ..settings(&group.url()) });
        store.insert(&session(0), version(1)).await.unwrap();
        let numbered = |number: u128| Session { id: SessionId::from_bytes(number.to_be_bytes()), ..session(0) };
        let (mut opened, mut ended, mut number) = (Vec::new(), Vec::new(), 0);
        group.fail_over();
        let successor = || group.servers[1..].iter().find(|server| group.primary() == Some(server.port));
        eventually_async("both others are replicas of its successor", async || {
            for _ in 0..10 {
                number += 2;
                for session in [numbered(number), numbered(number + 1)] {
                    if store.insert(&session, version(1)).await.is_ok() {
                        opened.push(session.id);
                    }
                }
                let leaves = numbered(number).id;
                if store.revoke(leaves, Revocation::Logout, NOW, version(2)).await.is_ok_and(|is_there| is_there) {
                    ended.push(leaves);
                }
            }
            successor().is_some_and(|server| server.has_replicas(2))
        })
        .await;
        eventually_async("it acknowledges", async || store.insert(&session(1), version(1)).await.is_ok()).await;
        assert!(!ended.is_empty(), "nobody was acknowledged");
        for id in opened {
            let (found, _) = store.load(id).await.unwrap().expect("its sign-in was acknowledged");
            assert!(!ended.contains(&id) || found.state != State::Active, "its sign-out was acknowledged");
        }
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

/// Whoever waits for it to answer is answered when it goes on, as by a primary, since it knows of nothing
/// that happened meanwhile. Several times, since an attempt to connect must be under way just then.
#[test]
fn a_primary_that_was_halted_acknowledges_no_revocation_once_the_sentinels_name_its_replica() {
    for _ in 0..3 {
        let old = Server::start(&["--repl-diskless-sync-delay", "0"]);
        let new = Server::start(&["--replicaof", "127.0.0.1", &old.port.to_string()]);
        eventually("it has a replica", || old.has_replicas(1));
        let sentinel = ScriptedSentinel::of(&old);
        let settings = settings(&sentinel.url());
        let successor = RedisSettings { url: RedisUrl::parse(&new.url()).unwrap(), ..settings.clone() };
        run(async {
            let store = open(settings);
            store.insert(&session(1), version(1)).await.unwrap();
            eventually("the replica has it", || old.has_replicas(1));
            old.stop();
            eventually_async("it is missed", async || store.ping().await.is_err()).await;
            new.ask::<()>(&["REPLICAOF", "NO", "ONE"]);
            sentinel.turn_after_one_more_answer_to(&new);
            old.go_on();
            let revoke = async || store.revoke(session(1).id, Revocation::Logout, NOW, version(2)).await.is_ok();
            eventually_async("it is acknowledged", revoke).await;
            let (_, found) = open(successor).load(session(1).id).await.unwrap().unwrap();
            assert_eq!(found, version(2), "the old one took it, and nobody will ask that one again");
        });
    }
}

#[test]
fn a_group_that_the_sentinels_do_not_know_is_an_outage() {
    let group = SentinelGroup::shared();
    run(async {
        let error = open(settings(&group.url().replace("/main", "/other"))).ping().await.unwrap_err();
        assert!(error.to_string().contains("does not watch a group of that name"), "{error}");
    });
}
