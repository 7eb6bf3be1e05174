//! SQLite's conformance, and what only a file has: modes, other processes, damage, a stuck disk.

mod durability;
mod file;
mod look;
mod stuck;

use tempfile::TempDir;

use super::*;

/// An empty store in a folder of its own.
async fn fresh() -> (Sqlite, TempDir) {
    let folder = TempDir::new().unwrap();
    (Sqlite::open(&folder.path().join("jeton.db")).unwrap(), folder)
}

crate::session_store_conformance!(sessions, fresh());
crate::session_purging_conformance!(purging, fresh());
crate::user_store_conformance!(users, fresh());
crate::place_store_conformance!(places, fresh());
