//! The file itself: how it is made, shared between processes, and refused.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Barrier;

use rusqlite::Connection;
use tempfile::TempDir;

use super::super::*;
use crate::store::conformance::sample::{NOW, rotated, session, user, version};
use crate::store::conformance::{Sessions, races, run};
use crate::store::{PlaceStore, SessionStore, Swap, UserStore};
use crate::throttle::{AccountKey, Place};
use crate::user::UserChange;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

fn refusal(path: &Path) -> (Problem, String) {
    let error = Sqlite::open(path).err().expect("the file is refused");
    let text = error.to_string();
    assert!(text.contains(path.to_str().unwrap()), "{text}");
    (error.problem, text)
}

#[test]
fn what_is_made_is_for_the_owner_alone() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("new/data/jeton.db");
    let store = Sqlite::open(&path).unwrap();
    run(SessionStore::insert(&store, &session(1), version(1))).unwrap();
    for made in ["new", "new/data"] {
        assert_eq!(mode(&folder.path().join(made)), 0o700, "{made}");
    }
    for made in ["jeton.db", "jeton.db-wal", "jeton.db-shm"] {
        assert_eq!(mode(&path.with_file_name(made)), 0o600, "{made}");
    }
}

#[test]
fn what_exists_keeps_its_mode() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("jeton.db");
    fs::write(&path, "").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o750)).unwrap();
    Sqlite::open(&path).unwrap();
    assert_eq!((mode(folder.path()), mode(&path)), (0o750, 0o640));
}

#[test]
fn a_name_with_a_meaning_to_sqlite_is_only_a_name() {
    let folder = TempDir::new().unwrap();
    for name in ["file:jeton.db?mode=memory", ":memory:", "a b%20c#d"] {
        let path = folder.path().join(name);
        Sqlite::open(&path).unwrap();
        assert!(path.is_file(), "{name}");
    }
}

#[test]
fn the_last_clone_ends_the_threads_and_the_next_start_finds_everything() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("jeton.db");
    let store = Sqlite::open(&path).unwrap();
    let clone = store.clone();
    drop(store);
    run(async {
        SessionStore::insert(&clone, &session(1), version(1)).await.unwrap();
        SessionStore::swap(&clone, &rotated(&session(1)), version(1), version(2)).await.unwrap();
        UserStore::insert(&clone, &user("ada")).await.unwrap();
    });
    drop(clone);
    assert!(!path.with_file_name("jeton.db-wal").exists(), "SQLite folds its log in when the last connection closes");
    let again = Sqlite::open(&path).unwrap();
    run(async {
        assert_eq!(again.load(session(1).id).await.unwrap(), Some((rotated(&session(1)), version(2))));
        assert_eq!(again.by_id(&user("ada").id).await.unwrap(), Some(user("ada")));
    });
}

#[test]
fn two_processes_see_each_others_writes_at_once() {
    let folder = TempDir::new().unwrap();
    let [server, command] = [(); 2].map(|()| Sqlite::open(&folder.path().join("jeton.db")).unwrap());
    run(async {
        assert!(UserStore::insert(&command, &user("ada")).await.unwrap());
        assert_eq!(server.by_id(&user("ada").id).await.unwrap(), Some(user("ada")));
        assert!(!UserStore::insert(&server, &user("ADA")).await.unwrap());
        let change = UserChange { disabled: Some(true), ..UserChange::default() };
        command.change(&user("ada").id, &change, NOW).await.unwrap();
        assert!(server.by_id(&user("ada").id).await.unwrap().unwrap().disabled);

        assert!(SessionStore::insert(&server, &session(1), version(1)).await.unwrap());
        assert_eq!(server.swap(&rotated(&session(1)), version(1), version(2)).await.unwrap(), Swap::Done);
        assert_eq!(command.swap(&rotated(&session(1)), version(1), version(3)).await.unwrap(), Swap::Lost);
        assert_eq!(command.load(session(1).id).await.unwrap(), Some((rotated(&session(1)), version(2))));
    });
}

#[test]
fn two_processes_lose_no_update_of_each_other() {
    let folder = TempDir::new().unwrap();
    let stores = [(); 2].map(|()| Sqlite::open(&folder.path().join("jeton.db")).unwrap());
    run(races::chain_over(&stores.map(|store| Arc::new(store) as Sessions)));
}

#[test]
fn many_may_open_a_new_file_at_once() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("data/jeton.db");
    let (starters, start) = (8, Barrier::new(8));
    std::thread::scope(|scope| {
        for number in 0..starters {
            let (path, start) = (&path, &start);
            scope.spawn(move || {
                start.wait();
                let store = Sqlite::open(path).unwrap();
                assert!(run(SessionStore::insert(&store, &session(number), version(1))).unwrap());
            });
        }
    });
    let store = Sqlite::open(&path).unwrap();
    assert_eq!(run(SessionStore::list(&store, &session(0).user)).unwrap().len(), usize::from(starters));
}

#[test]
fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("notes.txt");
    let text = "not a database at all, but a text that somebody cares about\n".repeat(40);
    fs::write(&path, &text).unwrap();
    let (problem, shown) = refusal(&path);
    assert!(matches!(problem, Problem::Foreign), "{shown}");
    assert!(shown.ends_with("is no database of jeton"));
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
}

#[test]
fn another_programs_database_is_refused_and_left_alone() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("theirs.db");
    let theirs = Connection::open(&path).unwrap();
    theirs.execute_batch("CREATE TABLE sessions (id)").unwrap();
    let before = fs::read(&path).unwrap();
    let (problem, shown) = refusal(&path);
    assert!(matches!(problem, Problem::Foreign), "{shown}");
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_newer_schema_is_refused_with_both_numbers() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("jeton.db");
    drop(Sqlite::open(&path).unwrap());
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 7).unwrap();
    let (problem, shown) = refusal(&path);
    assert!(matches!(problem, Problem::Newer { found: 7, known: 3 }), "{shown}");
    assert!(shown.ends_with("was changed by a newer jeton (its schema is 7, this program knows 3)"));
}

#[test]
fn a_file_of_the_first_schema_comes_up_to_date_and_keeps_what_is_in_it() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("jeton.db");
    let store = Sqlite::open(&path).unwrap();
    run(UserStore::insert(&store, &user("ada"))).unwrap();
    drop(store);
    let older = Connection::open(&path).unwrap();
    older.execute_batch("DROP TABLE places; DROP TABLE deleted_users; PRAGMA user_version = 1").unwrap();
    drop(older);
    let store = Sqlite::open(&path).unwrap();
    assert_eq!(run(UserStore::by_id(&store, &user("ada").id)).unwrap(), Some(user("ada")));
    let (account, home) = (AccountKey::new(&user("ada").folded_name()), Place::of([192, 0, 2, 1].into()));
    run(store.note(&account, &home, NOW)).unwrap();
    assert_eq!(run(store.known(&account, NOW)).unwrap(), [(home, NOW)]);
    assert!(run(store.delete(&user("ada").id)).unwrap());
    assert!(!run(UserStore::insert(&store, &user("ada"))).unwrap());
}

#[test]
fn damage_is_an_error_and_never_an_empty_store() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("jeton.db");
    let store = Sqlite::open(&path).unwrap();
    run(SessionStore::insert(&store, &session(1), version(1))).unwrap();
    drop(store);
    // Everything behind the first page, where the schema stands.
    let mut bytes = fs::read(&path).unwrap();
    bytes[4096..].fill(0xa5);
    fs::write(&path, &bytes).unwrap();
    let store = Sqlite::open(&path).unwrap();
    let Unavailable(text) = run(store.load(session(1).id)).unwrap_err();
    assert_eq!(text, "sqlite: database disk image is malformed");
    drop(store);
    bytes[100..4096].fill(0xa5);
    fs::write(&path, &bytes).unwrap();
    let (problem, shown) = refusal(&path);
    assert!(matches!(problem, Problem::Sqlite(_)), "{shown}");
    assert!(shown.contains("malformed"), "{shown}");
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("file"), "").unwrap();
    let (problem, shown) = refusal(&folder.path().join("file/jeton.db"));
    assert!(matches!(problem, Problem::Io(..)), "{shown}");
}
