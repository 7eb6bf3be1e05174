//! The promises of [`SessionStore`](crate::store::SessionStore) about revoking.

use std::time::Duration;

use super::Sessions;
use super::sample::{NOW, rotated, session, version};
use crate::session::{Revocation, Session, State};
use crate::store::Swap;

/// Not even who knows the version can swap a session that is over.
pub async fn a_swap_is_lost_on_a_revoked_session(store: Sessions) {
    store.insert(&session(1), version(1)).await.unwrap();
    assert!(store.revoke(session(1).id, Revocation::Logout, NOW, version(2)).await.unwrap());
    for expected in [version(1), version(2)] {
        assert_eq!(store.swap(&rotated(&session(1)), expected, version(3)).await.unwrap(), Swap::Lost);
    }
    let (found, _) = store.load(session(1).id).await.unwrap().unwrap();
    assert_eq!(found, Session { state: State::Revoked(Revocation::Logout, NOW), ..session(1) });
}

/// The first reason and time stay, and nothing else of the record changes.
pub async fn revoking_is_absorbing(store: Sessions) {
    store.insert(&session(1), version(1)).await.unwrap();
    let later = NOW + Duration::from_secs(1);
    assert!(store.revoke(session(1).id, Revocation::Replayed, NOW, version(2)).await.unwrap());
    assert!(store.revoke(session(1).id, Revocation::Logout, later, version(3)).await.unwrap());
    let (found, _) = store.load(session(1).id).await.unwrap().unwrap();
    assert_eq!(found, Session { state: State::Revoked(Revocation::Replayed, NOW), ..session(1) });
}

/// Revoking works on any version, makes the old one useless, and says where there is no session.
pub async fn revoking_needs_no_version_and_changes_it(store: Sessions) {
    assert!(!store.revoke(session(1).id, Revocation::Logout, NOW, version(9)).await.unwrap());
    assert_eq!(store.load(session(1).id).await.unwrap(), None);
    store.insert(&session(1), version(1)).await.unwrap();
    store.swap(&rotated(&session(1)), version(1), version(2)).await.unwrap();
    assert!(store.revoke(session(1).id, Revocation::Ended, NOW, version(3)).await.unwrap());
    let (found, found_version) = store.load(session(1).id).await.unwrap().unwrap();
    assert_eq!(found.generation, rotated(&session(1)).generation);
    assert_eq!(found_version, version(3));
}
