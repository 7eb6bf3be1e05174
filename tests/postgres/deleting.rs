//! An id that is being deleted is not to be had, at no moment.

use std::thread;

use jeton::store::UserStore;
use jeton::store::conformance::run;
use jeton::store::conformance::sample::user;

use crate::servers::{Database, eventually, open};

#[test]
fn an_insertion_that_waited_for_the_deletion_of_its_id_is_refused() {
    let database = Database::new();
    let store = open(&database.parsed());
    let ada = user("ada");
    run(async { assert!(store.insert(&ada).await.unwrap()) });
    let id = ada.id.as_str();
    let deletion = database.server.hold(
        &database.name,
        &format!(
            "BEGIN; DELETE FROM jeton.users WHERE id = '{id}'; INSERT INTO jeton.deleted_users (id) VALUES ('{id}')"
        ),
    );
    let waiting =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let inserted = thread::scope(|scope| {
        let insertion = scope.spawn(|| run(async { store.insert_all(&[ada.clone(), user("bob")]).await }));
        eventually("it waits", || database.sql(waiting) == ["1"] || insertion.is_finished());
        deletion.run("COMMIT");
        insertion.join().unwrap()
    });
    // Where the machine stood still for longer than it waits, nothing at all was stored.
    if let Ok(stored) = inserted {
        assert_eq!(stored, [false, true]);
    }
    run(async { assert_eq!(store.by_id(&ada.id).await.unwrap(), None) });
}
