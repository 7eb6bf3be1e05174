//! The promises of [`SessionStore`](crate::store::SessionStore) about purging, for stores that delete
//! when they are told to. One that deletes by its own clock answers 0 and shows for itself that it
//! keeps a record for [`Session::kept_until`] less its last use, and no longer.

use std::time::Duration;

use super::Sessions;
use super::sample::{NOW, rotated, session, version};
use crate::clock::Timestamp;
use crate::session::{Revocation, Session};

/// A record goes when [`Session::kept_until`] has come, active or revoked, and not a moment before.
pub async fn purging_keeps_what_must_be_kept(store: Sessions) {
    let expiring = Session { expires: NOW + Duration::from_secs(5), ..session(1) };
    store.insert(&expiring, version(1)).await.unwrap();
    store.insert(&session(2), version(1)).await.unwrap();
    store.insert(&session(3), version(1)).await.unwrap();
    store.revoke(session(3).id, Revocation::Logout, NOW, version(2)).await.unwrap();
    let moment = Duration::from_millis(1);
    for (now, purged) in [
        (expiring.kept_until() - moment, 0),
        (expiring.kept_until(), 1),
        (session(2).kept_until() - moment, 0),
        (session(2).kept_until() + moment, 2),
        (Timestamp::from_millis(i64::MAX), 0),
    ] {
        assert_eq!(store.purge(now).await.unwrap(), purged, "at {now:?}");
    }
    assert_eq!(store.load(session(2).id).await.unwrap(), None);
    assert_eq!(store.list(&session(2).user).await.unwrap(), []);
}

/// What is used is kept longer.
pub async fn a_rotation_moves_the_time_of_purging(store: Sessions) {
    store.insert(&session(1), version(1)).await.unwrap();
    let next = rotated(&session(1));
    store.swap(&next, version(1), version(2)).await.unwrap();
    assert_eq!(store.purge(session(1).kept_until()).await.unwrap(), 0);
    assert_eq!(store.purge(next.kept_until()).await.unwrap(), 1);
}
