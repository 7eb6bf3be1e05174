//! A process of its own that is killed in the middle of its work.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::super::*;
use crate::session::{Revocation, Session, State};
use crate::store::conformance::run;
use crate::store::conformance::sample::{NOW, session, version};
use crate::store::{SessionStore, Swap};

const FILE: &str = "JETON_TEST_STORE_OF_THE_KILLED_PROCESS";

#[test]
fn what_was_acknowledged_survives_kill_9() {
    // The test starts itself again as the process to be killed.
    if let Some(path) = std::env::var_os(FILE) {
        return write_until_killed(Path::new(&path));
    }
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("jeton.db");
    let mut process = Command::new(std::env::current_exe().unwrap())
        .args(["--nocapture", "--exact", &format!("{}::what_was_acknowledged_survives_kill_9", module())])
        .env(FILE, &path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(process.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut said =
        lines.filter_map(|line| line.strip_prefix("acknowledged ").map(|number| number.parse::<u8>().unwrap()));
    said.find(|number| *number == 20).expect("the process gets that far");
    process.kill().unwrap();
    process.wait().unwrap();
    let acknowledged = said.last().unwrap_or(20);

    let store = Sqlite::open(&path).unwrap();
    run(async {
        let (rotated, found) = store.load(session(0).id).await.unwrap().unwrap();
        assert!(rotated.generation >= acknowledged.into());
        assert_eq!(found, version(rotated.generation.into()));
        for number in 1..=acknowledged {
            let (ended, _) = store.load(session(number).id).await.unwrap().unwrap();
            assert_eq!(ended.state, State::Revoked(Revocation::Logout, NOW));
        }
    });
}

/// The killed process's part: rotates one session and revokes another each time, saying what was
/// acknowledged. It ends by itself, so that nothing is left running where the test fails.
fn write_until_killed(path: &Path) {
    let store = Sqlite::open(path).unwrap();
    run(async {
        SessionStore::insert(&store, &Session { generation: 0, ..session(0) }, version(0)).await.unwrap();
        for generation in 1..=200_u8 {
            let number = u64::from(generation);
            let next = Session { generation: generation.into(), ..session(0) };
            assert_eq!(store.swap(&next, version(number - 1), version(number)).await.unwrap(), Swap::Done);
            SessionStore::insert(&store, &session(generation), version(1)).await.unwrap();
            store.revoke(session(generation).id, Revocation::Logout, NOW, version(2)).await.unwrap();
            println!("\nacknowledged {generation}");
        }
    });
}

/// This module's path as the test harness writes it: without the crate.
fn module() -> &'static str {
    module_path!().split_once("::").map_or("", |(_, path)| path)
}
