//! The promises of [`SessionStore`](crate::store::SessionStore), one caller at a time.

use std::net::Ipv6Addr;

use super::Sessions;
use super::sample::{NOW, rotated, session, version};
use crate::id::{SessionId, UserId};
use crate::scope::Scope;
use crate::session::{Revocation, Session, State, Supersession};
use crate::store::Swap;

/// The second insertion of an id is refused and leaves the first in place.
pub async fn a_new_session_is_stored_once(store: Sessions) {
    assert_eq!(store.load(session(1).id).await.unwrap(), None);
    assert!(store.insert(&session(1), version(1)).await.unwrap());
    let other = Session { client: "other".into(), ..session(1) };
    assert!(!store.insert(&other, version(2)).await.unwrap());
    assert_eq!(store.load(session(1).id).await.unwrap(), Some((session(1), version(1))));
}

/// Whatever a record can hold comes back as it was.
pub async fn every_field_survives(store: Sessions) {
    let plain = Session {
        scope: Scope::default(),
        ring: vec![],
        amr: vec![],
        generation: 0,
        user_agent: String::new(),
        ip: None,
        ..session(2)
    };
    let extreme = Session {
        epoch: u64::MAX,
        secret_id: u8::MAX,
        generation: u32::MAX,
        ring: vec![Supersession::Lost, Supersession::Lost, Supersession::At(NOW, None)],
        user_agent: "é\u{1F600}\0".into(),
        ip: Some(Ipv6Addr::LOCALHOST.into()),
        ..session(3)
    };
    for record in [session(1), plain, extreme] {
        assert!(store.insert(&record, version(1)).await.unwrap());
        assert_eq!(store.load(record.id).await.unwrap(), Some((record, version(1))));
    }
}

/// A record that is already over is stored as such, whatever the reason.
pub async fn a_revoked_session_survives_insertion(store: Sessions) {
    use Revocation::{Administrator, Disabled, Ended, Epoch, Gone, Logout, Replayed};
    for (number, reason) in (1..).zip([Logout, Ended, Replayed, Administrator, Epoch, Disabled, Gone]) {
        let record = Session { state: State::Revoked(reason, NOW), ..session(number) };
        assert!(store.insert(&record, version(1)).await.unwrap());
        assert_eq!(store.load(record.id).await.unwrap(), Some((record, version(1))));
    }
}

/// No byte of an id, a version or a user's id means anything to the store.
pub async fn identifiers_are_opaque(store: Sessions) {
    let ids = [[0; 16], [255; 16], *b"' OR 1=1; -- \r\n\0", *b"{a}:*[b]?%_\\\"\t\x80\xff"];
    let users = ["", "a b", "{ada}:*", "' OR '1'='1"];
    for ((id, user), number) in ids.into_iter().zip(users).zip([0, 1, u64::MAX, 0x0a00_0d22]) {
        let record = Session { id: SessionId::from_bytes(id), user: UserId::from(user.to_owned()), ..session(1) };
        assert!(store.insert(&record, version(number)).await.unwrap());
        assert_eq!(store.load(record.id).await.unwrap(), Some((record.clone(), version(number))));
        assert_eq!(store.list(&record.user).await.unwrap(), [record]);
    }
}

/// A swap from the current version leaves nothing of the old record.
pub async fn a_swap_replaces_the_whole_record(store: Sessions) {
    store.insert(&session(1), version(1)).await.unwrap();
    let next = Session { secret_id: 4, user_agent: "curl/8".into(), ip: None, ..rotated(&session(1)) };
    assert_eq!(store.swap(&next, version(1), version(2)).await.unwrap(), Swap::Done);
    assert_eq!(store.load(next.id).await.unwrap(), Some((next, version(2))));
}

/// An old version, and one that never was, swap nothing.
pub async fn a_swap_is_lost_on_another_version(store: Sessions) {
    store.insert(&session(1), version(1)).await.unwrap();
    let current = rotated(&session(1));
    store.swap(&current, version(1), version(2)).await.unwrap();
    for expected in [version(1), version(3), version(0)] {
        assert_eq!(store.swap(&rotated(&current), expected, version(4)).await.unwrap(), Swap::Lost);
    }
    assert_eq!(store.load(current.id).await.unwrap(), Some((current, version(2))));
}

/// A swap never makes a record: a purged session must not come back.
pub async fn a_swap_is_lost_where_there_is_no_session(store: Sessions) {
    assert_eq!(store.swap(&session(1), version(1), version(2)).await.unwrap(), Swap::Lost);
    assert_eq!(store.load(session(1).id).await.unwrap(), None);
    assert_eq!(store.list(&session(1).user).await.unwrap(), []);
}

/// Revoked ones included; in the state of the last write.
pub async fn a_list_has_every_session_of_that_user_only(store: Sessions) {
    let bob = Session { user: UserId::from("ada-id2".to_owned()), ..session(9) };
    for record in [&session(1), &session(2), &session(3), &bob] {
        store.insert(record, version(1)).await.unwrap();
    }
    store.revoke(session(2).id, Revocation::Ended, NOW, version(2)).await.unwrap();
    store.swap(&rotated(&session(3)), version(1), version(2)).await.unwrap();
    let mut found = store.list(&session(1).user).await.unwrap();
    found.sort_by_key(|session| session.id);
    let ended = Session { state: State::Revoked(Revocation::Ended, NOW), ..session(2) };
    assert_eq!(found, [session(1), ended, rotated(&session(3))]);
    assert_eq!(store.list(&bob.user).await.unwrap(), [bob]);
    assert_eq!(store.list(&UserId::from("ada".to_owned())).await.unwrap(), []);
}

/// A store that works says so.
pub async fn it_answers_a_ping(store: Sessions) {
    store.ping().await.unwrap();
}
