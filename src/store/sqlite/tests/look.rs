//! A look at a file changes nothing, and sees what is acknowledged.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::super::*;
use crate::store::UserStore;
use crate::store::conformance::run;
use crate::store::conformance::sample::user;

fn names(folder: &Path) -> BTreeSet<String> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

fn people(path: &Path) -> Option<u32> {
    let looked = Sqlite::look(path).unwrap();
    assert!(looked.is_none_or(|looked| looked.is_current));
    looked.map(|looked| looked.people)
}

#[test]
fn where_there_is_nothing_nothing_is_made() {
    let folder = TempDir::new().unwrap();
    assert_eq!(people(&folder.path().join("below/jeton.db")), None);
    assert_eq!(names(folder.path()), BTreeSet::new());
}

#[test]
fn a_file_at_rest_gets_no_log_beside_it_whatever_its_name_is() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a 100%20?mode=rwc#é.db");
    let store = Sqlite::open(&path).unwrap();
    run(async { UserStore::insert(&store, &user("ada")).await.unwrap() });
    drop(store);
    // The last connection to close folds the log into the file; its thread ends by itself.
    let log = folder.path().join("a 100%20?mode=rwc#é.db-wal");
    while log.exists() {
        std::thread::yield_now();
    }
    let before = names(folder.path());
    assert_eq!(people(&path), Some(1));
    assert_eq!(names(folder.path()), before);
}

#[test]
fn what_is_in_the_log_only_is_seen() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("jeton.db");
    let store = Sqlite::open(&path).unwrap();
    assert_eq!(people(&path), Some(0));
    run(async { UserStore::insert(&store, &user("ada")).await.unwrap() });
    assert_eq!(people(&path), Some(1));
}
