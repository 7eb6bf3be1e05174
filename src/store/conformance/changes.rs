//! The promises of [`UserStore`](crate::store::UserStore) about changing a user.

use std::time::Duration;

use serde_json::json;
use tokio::task::JoinSet;

use super::Users;
use super::sample::{NOW, user};
use crate::id::UserId;
use crate::scope::Scope;
use crate::user::{PasswordHash, User, UserChange};

/// What a change does not name stays, the epoch too, and the answer is what is stored.
pub async fn a_change_leaves_what_it_does_not_name(store: Users) {
    store.insert(&user("ada")).await.unwrap();
    store.insert(&user("bob")).await.unwrap();
    let claims = json!({"tenant": 8}).as_object().cloned();
    let changes = [
        UserChange::default(),
        UserChange { roles: Some(vec!["viewer".into()]), ..UserChange::default() },
        UserChange { scopes: Some(Scope::parse("admin")), ..UserChange::default() },
        UserChange { claims, ..UserChange::default() },
        UserChange { disabled: Some(false), ..UserChange::default() },
    ];
    let mut expected = user("ada");
    for change in changes {
        change.apply(&mut expected, NOW);
        assert_eq!(store.change(&expected.id, &change, NOW).await.unwrap(), Some(expected.clone()));
        assert_eq!(store.by_id(&expected.id).await.unwrap(), Some(expected.clone()));
    }
    assert_eq!(expected.epoch, user("ada").epoch);
    assert_eq!(store.by_id(&user("bob").id).await.unwrap(), Some(user("bob")));
}

/// Each ends every session in the same write; enabling ends none.
pub async fn disabling_and_a_new_password_raise_the_epoch(store: Users) {
    store.insert(&user("ada")).await.unwrap();
    let id = user("ada").id;
    let first = u64::try_from(NOW.as_millis()).unwrap();
    let password = PasswordHash::from_phc("$test$new".into());
    for (change, epoch) in [
        (UserChange { disabled: Some(true), ..UserChange::default() }, first),
        (UserChange { disabled: Some(false), ..UserChange::default() }, first),
        (UserChange { password: Some(password.clone()), ..UserChange::default() }, first + 1),
    ] {
        store.change(&id, &change, NOW).await.unwrap();
        let found = store.by_id(&id).await.unwrap().unwrap();
        assert_eq!((found.epoch, found.disabled), (epoch, change.disabled == Some(true)));
    }
    assert_eq!(store.by_id(&id).await.unwrap().unwrap().password, password);
}

/// Many who know the old password change it at once: one does, and no other write is lost to it.
pub async fn one_of_many_changes_from_the_old_password_wins(store: Users) {
    store.insert(&user("ada")).await.unwrap();
    let mut callers = JoinSet::new();
    for number in 0..20 {
        let store = store.clone();
        callers.spawn(async move {
            let mine = PasswordHash::from_phc(format!("$test$new{number}"));
            let only_from = Some(user("ada").password);
            let change = UserChange { password: Some(mine.clone()), only_from, ..UserChange::default() };
            let changed = store.change(&user("ada").id, &change, NOW).await.unwrap().unwrap();
            (changed.password == mine).then_some(mine)
        });
    }
    let winners: Vec<_> = callers.join_all().await.into_iter().flatten().collect();
    assert_eq!(winners, [store.by_id(&user("ada").id).await.unwrap().unwrap().password]);
}

/// A change of a user that is not there makes none.
pub async fn a_change_of_nobody_changes_nothing(store: Users) {
    let change = UserChange { end_sessions: true, ..UserChange::default() };
    assert_eq!(store.change(&user("ada").id, &change, NOW).await.unwrap(), None);
    assert_eq!(store.list(None, 10).await.unwrap(), []);
}

/// Changes of different fields at the same time all land.
pub async fn concurrent_changes_lose_nothing(store: Users) {
    store.insert(&user("ada")).await.unwrap();
    let claims = json!({"tenant": 8}).as_object().cloned();
    let changes = [
        UserChange { roles: Some(vec!["viewer".into()]), ..UserChange::default() },
        UserChange { scopes: Some(Scope::parse("admin")), ..UserChange::default() },
        UserChange { claims, ..UserChange::default() },
        UserChange { password: Some(PasswordHash::from_phc("$test$new".into())), ..UserChange::default() },
        UserChange { disabled: Some(true), ..UserChange::default() },
    ];
    let mut expected = user("ada");
    let mut callers = JoinSet::new();
    for change in changes {
        change.apply(&mut expected, NOW);
        let store = store.clone();
        callers.spawn(async move { store.change(&user("ada").id, &change, NOW).await.unwrap() });
    }
    assert!(callers.join_all().await.iter().all(Option::is_some));
    assert_eq!(store.by_id(&user("ada").id).await.unwrap(), Some(expected));
}

/// N ends at the same millisecond are N epochs, each one higher than the last.
pub async fn every_end_of_sessions_raises_the_epoch(store: Users) {
    store.insert(&user("ada")).await.unwrap();
    let change = UserChange { end_sessions: true, ..UserChange::default() };
    let mut callers = JoinSet::new();
    for _ in 0..50 {
        let (store, change) = (store.clone(), change.clone());
        callers.spawn(async move { store.change(&user("ada").id, &change, NOW).await.unwrap().unwrap().epoch });
    }
    let mut epochs = callers.join_all().await;
    epochs.sort_unstable();
    let first = u64::try_from(NOW.as_millis()).unwrap();
    assert!(epochs.iter().copied().eq(first..first + 50), "{epochs:?}");
    // A clock that stepped back does not bring an old epoch back.
    let earlier = NOW - Duration::from_secs(3600);
    let changed = store.change(&user("ada").id, &change, earlier).await.unwrap().unwrap();
    assert_eq!(changed.epoch, first + 50);
    assert_eq!(store.by_id(&user("ada").id).await.unwrap(), Some(changed));
}

/// A hash that was replaced meanwhile is not overwritten, and no session ends.
pub async fn a_rehash_needs_the_old_hash(store: Users) {
    store.insert(&user("ada")).await.unwrap();
    store.insert(&user("bob")).await.unwrap();
    let [stronger, other] = ["$test$stronger", "$test$other"].map(|hash| PasswordHash::from_phc(hash.into()));
    let (id, old) = (user("ada").id, user("ada").password);
    assert!(!store.rehash(&id, &other, &stronger).await.unwrap());
    assert_eq!(store.by_id(&id).await.unwrap(), Some(user("ada")));
    assert!(store.rehash(&id, &old, &stronger).await.unwrap());
    assert!(!store.rehash(&id, &old, &other).await.unwrap());
    assert_eq!(store.by_id(&id).await.unwrap(), Some(User { password: stronger.clone(), ..user("ada") }));
    assert_eq!(store.by_id(&user("bob").id).await.unwrap(), Some(user("bob")));
    assert!(!store.rehash(&UserId::from("nobody".to_owned()), &old, &stronger).await.unwrap());
}
