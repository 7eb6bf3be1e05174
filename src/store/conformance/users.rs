//! The promises of [`UserStore`](crate::store::UserStore): who is there, under which name.

use serde_json::Map;
use tokio::task::JoinSet;

use super::Users;
use super::sample::user;
use crate::clock::Timestamp;
use crate::id::UserId;
use crate::scope::Scope;
use crate::user::{FoldedName, User};

/// Every field comes back, by either key; the name under any of its spellings.
pub async fn a_new_user_is_found_by_name_and_id(store: Users) {
    let plain = User {
        roles: vec![],
        scopes: Scope::default(),
        claims: Map::new(),
        disabled: true,
        epoch: u64::MAX,
        created: Timestamp::from_millis(-1),
        ..user("bob")
    };
    for person in [user("Ada"), plain] {
        assert!(store.insert(&person).await.unwrap());
        assert_eq!(store.by_id(&person.id).await.unwrap(), Some(person.clone()));
        assert_eq!(store.by_name(&person.folded_name()).await.unwrap(), Some(person));
    }
    assert_eq!(store.by_name(&FoldedName::new("aDA")).await.unwrap(), Some(user("Ada")));
    assert_eq!(store.by_name(&FoldedName::new("eve")).await.unwrap(), None);
    assert_eq!(store.by_id(&UserId::from("Ada".to_owned())).await.unwrap(), None);
}

/// `ADA` is `ada`, and the first stays.
pub async fn a_taken_name_is_refused_compared_folded(store: Users) {
    assert!(store.insert(&user("ada")).await.unwrap());
    assert!(!store.insert(&user("ADA")).await.unwrap());
    assert_eq!(store.by_id(&user("ADA").id).await.unwrap(), None);
    assert_eq!(store.by_name(&FoldedName::new("ADA")).await.unwrap(), Some(user("ada")));
}

/// An id is one user's, and the first stays.
pub async fn a_taken_id_is_refused(store: Users) {
    assert!(store.insert(&user("ada")).await.unwrap());
    assert!(!store.insert(&User { id: user("ada").id, ..user("bob") }).await.unwrap());
    assert_eq!(store.by_name(&FoldedName::new("bob")).await.unwrap(), None);
    assert_eq!(store.by_id(&user("ada").id).await.unwrap(), Some(user("ada")));
}

/// What is taken, by others or by an earlier one of them, is left out; the rest is stored.
pub async fn many_at_once_are_stored_as_one_by_one(store: Users) {
    assert!(store.insert(&user("ada")).await.unwrap());
    let same_id = User { id: user("ada").id, ..user("eve") };
    let people = [user("bob"), user("ADA"), same_id, user("cleo"), user("Bob"), user("dan")];
    assert_eq!(store.insert_all(&people).await.unwrap(), [true, false, false, true, false, true]);
    assert_eq!(store.insert_all(&people).await.unwrap(), [false; 6]);
    assert_eq!(store.insert_all(&[]).await.unwrap(), [false; 0]);
    assert_eq!(store.list(None, 10).await.unwrap(), ["ada", "bob", "cleo", "dan"].map(user));
}

/// No character of a name or an id means anything to the store.
pub async fn names_and_ids_are_opaque(store: Users) {
    for name in ["' OR '1'='1", "{a}:*", "a b%_\\", "名前", "z\"\n"] {
        let person = user(name);
        assert!(store.insert(&person).await.unwrap(), "{name}");
        assert_eq!(store.by_name(&person.folded_name()).await.unwrap(), Some(person.clone()));
        assert_eq!(store.by_id(&person.id).await.unwrap(), Some(person));
    }
}

/// The name is free again, for somebody else: the id is another one.
pub async fn a_deleted_name_can_be_taken_again(store: Users) {
    store.insert(&user("ada")).await.unwrap();
    store.insert(&user("bob")).await.unwrap();
    assert!(store.delete(&user("ada").id).await.unwrap());
    assert!(!store.delete(&user("ada").id).await.unwrap());
    assert_eq!(store.by_name(&FoldedName::new("ada")).await.unwrap(), None);
    let second = User { id: UserId::from("second".to_owned()), ..user("ada") };
    assert!(store.insert(&second).await.unwrap());
    assert_eq!(store.by_id(&user("ada").id).await.unwrap(), None);
    assert_eq!(store.by_name(&FoldedName::new("ada")).await.unwrap(), Some(second));
    assert_eq!(store.by_id(&user("bob").id).await.unwrap(), Some(user("bob")));
}

/// Under no name, not one by one and not among many; the names stay free.
pub async fn a_deleted_id_is_never_taken_again(store: Users) {
    let again = |name| User { id: user("ada").id, ..user(name) };
    assert!(store.insert(&user("ada")).await.unwrap());
    assert!(store.delete(&user("ada").id).await.unwrap());
    assert!(!store.insert(&user("ada")).await.unwrap());
    assert!(!store.insert(&again("eve")).await.unwrap());
    let people = [user("ada"), user("bob"), again("cleo"), again("dan"), user("Cleo")];
    assert_eq!(store.insert_all(&people).await.unwrap(), [false, true, false, false, true]);
    assert_eq!(store.by_id(&user("ada").id).await.unwrap(), None);
    assert!(!store.delete(&user("ada").id).await.unwrap());
    assert_eq!(store.list(None, 10).await.unwrap(), ["bob", "Cleo"].map(user));
}

/// Whoever asks for an id while its user is being deleted comes too early or too late.
pub async fn no_insertion_slips_in_between_a_deletion_and_its_memory(store: Users) {
    for round in 0..10 {
        let ada = User { id: UserId::from(format!("ada{round}")), ..user("ada") };
        assert!(store.insert(&ada).await.unwrap());
        let mut callers = JoinSet::new();
        for _ in 0..4 {
            let (store, ada) = (store.clone(), ada.clone());
            callers.spawn(async move { store.insert(&ada).await.unwrap() });
        }
        let deleted = store.delete(&ada.id).await.unwrap();
        assert!(deleted && !callers.join_all().await.contains(&true));
        assert_eq!(store.by_id(&ada.id).await.unwrap(), None);
    }
}

/// In the order of the folded names' bytes, disabled ones included, each once over all pages.
pub async fn a_list_is_paged_in_the_order_of_folded_names(store: Users) {
    assert_eq!(store.list(None, 10).await.unwrap(), []);
    for name in ["dan", "Cleo", "\u{1F600}", "ada", "Bob", "été", "b"] {
        let person = User { disabled: name == "Bob", ..user(name) };
        store.insert(&person).await.unwrap();
    }
    let mut names = Vec::new();
    let mut after = None;
    loop {
        let page = store.list(after.as_ref(), 3).await.unwrap();
        assert!(page.len() <= 3);
        let Some(last) = page.last() else { break };
        after = Some(last.folded_name());
        names.extend(page.into_iter().map(|user| user.username));
    }
    assert_eq!(names, ["ada", "b", "Bob", "Cleo", "dan", "été", "\u{1F600}"]);
    assert_eq!(store.list(Some(&FoldedName::new("c")), 1).await.unwrap(), [user("Cleo")]);
    assert_eq!(store.list(None, 0).await.unwrap(), []);
}

/// A store that works says so.
pub async fn it_answers_a_ping(store: Users) {
    store.ping().await.unwrap();
}
