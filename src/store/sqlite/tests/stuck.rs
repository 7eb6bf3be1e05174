//! What callers are told when SQLite cannot keep up, and what happens to what they asked for.

use std::sync::mpsc;
use std::time::Duration;

use rusqlite::Connection;
use tempfile::TempDir;

use super::super::job::Deadline;
use super::super::*;
use crate::session::{Revocation, State};
use crate::store::conformance::run;
use crate::store::conformance::sample::{NOW, rotated, session, user, version};
use crate::store::{SessionStore, Swap, UserStore};

const MOMENT: Duration = Duration::from_millis(20);

/// A store with a short queue, which gives up a lock soon but waits long for its own threads: a slow
/// disk must not fail a test.
fn small() -> (Sqlite, TempDir) {
    let folder = TempDir::new().unwrap();
    let limits = Limits { queue: 2, busy: MOMENT, answer: Duration::from_secs(30) };
    (Sqlite::open_with(&folder.path().join("jeton.db"), limits).unwrap(), folder)
}

/// Holds the writer thread until the returned sender is dropped.
async fn block_writer(store: &Sqlite) -> mpsc::Sender<()> {
    let (release, released) = mpsc::channel::<()>();
    let (begun, has_begun) = tokio::sync::oneshot::channel();
    let store = store.clone();
    tokio::spawn(async move {
        let wait = move |_: &mut Connection| {
            let _ = begun.send(());
            let _ = released.recv();
            Ok(())
        };
        store.write(Durability::Crash, wait).await
    });
    has_begun.await.unwrap();
    release
}

#[test]
fn a_swap_after_its_deadline_writes_nothing() {
    let (store, _folder) = small();
    run(async {
        store.insert_session().await;
        let late = Deadline::after(Duration::ZERO);
        let Unavailable(text) =
            store.swap_before(late, &rotated(&session(1)), version(1), version(2)).await.unwrap_err();
        assert_eq!(text, "sqlite: a swap came too late; nothing was written");
        assert_eq!(store.load(session(1).id).await.unwrap(), Some((session(1), version(1))));
        let in_time = Deadline::after(Duration::from_secs(60));
        let swap = store.swap_before(in_time, &rotated(&session(1)), version(1), version(2)).await.unwrap();
        assert_eq!(swap, Swap::Done);
    });
}

#[test]
fn a_lock_of_another_process_is_waited_for_and_then_reported() {
    let (store, folder) = small();
    run(async {
        store.insert_session().await;
        let other = Connection::open(folder.path().join("jeton.db")).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let Unavailable(text) = store.swap(&rotated(&session(1)), version(1), version(2)).await.unwrap_err();
        assert_eq!(text, "sqlite: database is locked");
        assert!(UserStore::insert(&store, &user("ada")).await.is_err());
        assert_eq!(store.load(session(1).id).await.unwrap(), Some((session(1), version(1))), "reading goes on");
        other.execute_batch("ROLLBACK").unwrap();
        assert_eq!(store.swap(&rotated(&session(1)), version(1), version(2)).await.unwrap(), Swap::Done);
    });
}

#[test]
fn a_stuck_writer_is_reported_in_time_and_reading_goes_on() {
    let (patient, folder) = small();
    let limits = Limits { answer: Duration::from_millis(200), ..Limits::default() };
    let store = Sqlite::open_with(&folder.path().join("jeton.db"), limits).unwrap();
    run(async {
        patient.insert_session().await;
        let release = block_writer(&store).await;
        let Unavailable(text) = store.revoke(session(1).id, Revocation::Logout, NOW, version(2)).await.unwrap_err();
        assert_eq!(text, "sqlite: no answer within 200 ms");
        assert!(SessionStore::ping(&store).await.is_err());
        assert!(store.load(session(1).id).await.unwrap().is_some());
        drop(release);
    });
}

#[test]
fn a_full_queue_is_reported_at_once() {
    let (store, _folder) = small();
    run(async {
        let release = block_writer(&store).await;
        let mut waiting = tokio::task::JoinSet::new();
        for number in 1..=3 {
            let store = store.clone();
            waiting.spawn(async move { SessionStore::insert(&store, &session(number), version(1)).await });
        }
        let Unavailable(text) = waiting.join_next().await.unwrap().unwrap().unwrap_err();
        assert_eq!(text, "sqlite: too many jobs are waiting");
        drop(release);
        assert!(waiting.join_all().await.into_iter().all(|inserted| inserted.unwrap()));
    });
}

#[test]
fn a_logout_whose_caller_hung_up_is_still_a_logout() {
    let (store, _folder) = small();
    run(async {
        store.insert_session().await;
        let release = block_writer(&store).await;
        let caller = tokio::spawn({
            let store = store.clone();
            async move { store.revoke(session(1).id, Revocation::Logout, NOW, version(2)).await }
        });
        tokio::task::yield_now().await;
        caller.abort();
        assert!(caller.await.unwrap_err().is_cancelled());
        drop(release);
        SessionStore::ping(&store).await.unwrap();
        let (found, _) = store.load(session(1).id).await.unwrap().unwrap();
        assert_eq!(found.state, State::Revoked(Revocation::Logout, NOW));
    });
}

#[test]
fn a_read_that_nobody_waits_for_is_left_out() {
    let (store, _folder) = small();
    run(async {
        let (done, was_done) = mpsc::channel();
        let release = block_writer(&store).await;
        let caller = tokio::spawn({
            let store = store.clone();
            async move { store.writer.ask(Orphan::Skip, move |_| Ok(done.send(()).is_ok())).await }
        });
        tokio::task::yield_now().await;
        caller.abort();
        assert!(caller.await.unwrap_err().is_cancelled());
        drop(release);
        SessionStore::ping(&store).await.unwrap();
        assert!(was_done.try_recv().is_err());
    });
}

#[test]
fn a_job_that_panics_costs_only_its_own_caller_the_answer() {
    let (store, _folder) = small();
    run(async {
        let panics = |connection: &mut Connection| -> Result<(), Unavailable> {
            let _open = connection.transaction().unwrap();
            panic!("this panic is part of a test")
        };
        let Unavailable(text) = store.write(Durability::PowerCut, panics).await.unwrap_err();
        assert_eq!(text, "sqlite: the job panicked");
        store.insert_session().await;
    });
}

impl Sqlite {
    async fn insert_session(&self) {
        assert!(SessionStore::insert(self, &session(1), version(1)).await.unwrap());
    }
}
