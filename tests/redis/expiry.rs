//! Redis deletes records itself: how long they are kept, and what keeps that time.

use std::time::Duration;

use jeton::id::SessionId;
use jeton::session::{Revocation, Session};
use jeton::store::conformance::run;
use jeton::store::conformance::sample::{NOW, rotated, session, version};
use jeton::store::{SessionStore, Swap};

use crate::servers::{Server, eventually_async, open, settings};

/// How much later a test may look than the store wrote.
const SLACK: i64 = 20_000;

/// The index is kept for whole seconds, rounded up.
const ROUNDED: i64 = 2_000;

fn key(namespace: &str, id: SessionId) -> String {
    format!("{namespace}:s:{id}")
}

/// The time to live is about `expected`.
#[track_caller]
fn is_kept_for(server: &Server, key: &str, expected: Duration) {
    let expected = i64::try_from(expected.as_millis()).unwrap();
    let kept: i64 = server.ask(&["PTTL", key]);
    assert!((expected - SLACK..=expected + ROUNDED).contains(&kept), "{kept} of {expected}");
}

#[test]
fn a_record_is_kept_from_its_last_use_until_it_need_not_be() {
    let server = Server::start(&[]);
    let settings = settings(&server.url());
    let (user, key) = (format!("{}:u:ada-id", settings.namespace), key(&settings.namespace, session(1).id));
    run(async {
        let store = open(settings);
        let day = Duration::from_secs(86_400);
        store.insert(&session(1), version(1)).await.unwrap();
        is_kept_for(&server, &key, session(1).idle + day);
        is_kept_for(&server, &user, session(1).expires.since(session(1).last_used));
        server.ask::<()>(&["PEXPIRE", &key, "60000"]);
        store.swap(&rotated(&session(1)), version(1), version(2)).await.unwrap();
        is_kept_for(&server, &key, session(1).idle + day);
        server.ask::<()>(&["PEXPIRE", &key, "60000"]);
        store.revoke(session(1).id, Revocation::Logout, NOW, version(3)).await.unwrap();
        is_kept_for(&server, &key, Duration::from_secs(60));
        let short = Session { expires: session(2).last_used + Duration::from_secs(600), ..session(2) };
        store.insert(&short, version(1)).await.unwrap();
        is_kept_for(&server, &key.replace(&session(1).id.to_string(), &short.id.to_string()), Duration::from_secs(600));
        is_kept_for(&server, &user, session(1).expires.since(session(1).last_used));
    });
}

#[test]
fn what_is_over_goes_away_by_itself_and_leaves_the_index_with_another_session() {
    let server = Server::start(&[]);
    let settings = settings(&server.url());
    let user = format!("{}:u:ada-id", settings.namespace);
    run(async {
        let store = open(settings);
        let brief = Session { expires: session(1).last_used + Duration::from_millis(300), ..session(1) };
        store.insert(&brief, version(1)).await.unwrap();
        assert_eq!(store.list(&brief.user).await.unwrap(), std::slice::from_ref(&brief));
        eventually_async("it is gone", async || store.load(brief.id).await.unwrap().is_none()).await;
        assert_eq!(store.swap(&rotated(&brief), version(1), version(2)).await.unwrap(), Swap::Lost);
        assert!(!store.revoke(brief.id, Revocation::Logout, NOW, version(3)).await.unwrap());
        eventually_async("the index is gone too", async || !server.ask::<bool>(&["EXISTS", &user])).await;
        store.insert(&Session { id: SessionId::from_bytes([9; 16]), ..brief }, version(1)).await.unwrap();
        eventually_async("another session takes the place of the brief one", async || {
            store.insert(&session(2), version(1)).await.unwrap();
            server.ask::<i64>(&["ZCARD", &user]) == 1
        })
        .await;
        assert_eq!(store.list(&session(2).user).await.unwrap(), [session(2)]);
    });
}

#[test]
fn an_entry_of_the_index_may_dangle() {
    let server = Server::start(&[]);
    let settings = settings(&server.url());
    let key = key(&settings.namespace, session(1).id);
    run(async {
        let store = open(settings);
        store.insert(&session(1), version(1)).await.unwrap();
        store.insert(&session(2), version(1)).await.unwrap();
        server.ask::<()>(&["DEL", &key]);
        assert_eq!(store.list(&session(1).user).await.unwrap(), [session(2)]);
    });
}
