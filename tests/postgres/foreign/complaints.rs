//! What the log says of names and rows that let nobody in, however often they are tried.

use std::sync::Arc;
use std::time::Duration;

use jeton::store::UserStore;
use jeton::store::conformance::run;
use jeton::store::conformance::sample::NOW;
use jeton::testing::ManualClock;
use serde_json::json;

use super::table::{Application, QUERY};
use crate::logs::{capture, lines_with};

const MINUTE: Duration = Duration::from_secs(60);

/// `tries` that let nobody in.
fn flood(store: &impl UserStore, name: &str, tries: usize) {
    for _ in 0..tries {
        run(async { assert_eq!(store.by_typed_name(name).await.unwrap(), None) });
    }
}

#[test]
fn a_flood_at_a_row_that_cannot_be_used_is_a_line_a_minute_and_hides_no_other_row() {
    capture();
    let application = Application::new();
    application.add(4_711_001, "Bob", "{not a role}");
    application.add(4_711_002, "Eve", "{not a role}");
    let clock = ManualClock::new(NOW);
    let store = application.open_by(QUERY, Arc::new(clock.clone())).unwrap();
    flood(&store, "bob", 50);
    flood(&store, "eve", 1);
    let (bob, eve) = ("nobody is let in by the row of id 4711001: ", "nobody is let in by the row of id 4711002: ");
    assert_eq!((lines_with(bob).len(), lines_with(eve).len()), (1, 1));
    clock.advance(MINUTE);
    flood(&store, "bob", 50);
    let lines = lines_with(bob);
    assert!(lines.len() == 2 && lines[1].ends_with("(left out before it: 49)"), "{lines:?}");
}

#[test]
fn a_flood_at_a_hash_that_cannot_be_used_is_a_line_a_minute_for_each_account() {
    let application = Application::new();
    application.add(4_711_003, "Bob", "{}");
    application.add(4_711_004, "Eve", "{}");
    application.sql("UPDATE app.people SET password_hash = 'secret of ' || login");
    let app = application.serve();
    let flood = |name: &str, tries: usize| {
        for _ in 0..tries {
            assert_eq!(app.try_sign_in(name, &json!({})).status, 401);
        }
    };
    flood("bob", 5);
    flood("eve", 1);
    let (bob, eve) = ("nobody can sign in as user 4711003: ", "nobody can sign in as user 4711004: ");
    assert_eq!((lines_with(bob).len(), lines_with(eve).len()), (1, 1));
    app.clock.advance(MINUTE);
    flood("bob", 1);
    let lines = lines_with(bob);
    assert!(lines.len() == 2 && lines[1].ends_with("(left out before it: 4)"), "{lines:?}");
    assert_eq!(lines_with("secret of Bob"), [""; 0]);
}

#[test]
fn a_flood_at_a_query_that_fails_is_a_line_a_minute_for_each_way_in_which_it_does() {
    capture();
    let application = Application::new();
    application.sql(
        "CREATE FUNCTION app.fails(how text) RETURNS boolean LANGUAGE plpgsql AS
             'BEGIN IF how LIKE ''P0J%'' THEN RAISE ''no'' USING ERRCODE = how; END IF; RETURN false; END'",
    );
    let query = QUERY.replace("NOT active", "false").replace("lower(login) = lower($1)", "app.fails($1)");
    let clock = ManualClock::new(NOW);
    let store = application.open_by(&query, Arc::new(clock.clone())).unwrap();
    flood(&store, "P0J01", 50);
    flood(&store, "P0J02", 1);
    assert_eq!((lines_with("SQLSTATE P0J01").len(), lines_with("SQLSTATE P0J02").len()), (1, 1));
    clock.advance(MINUTE);
    flood(&store, "P0J01", 1);
    let lines = lines_with("SQLSTATE P0J01");
    assert!(lines.len() == 2 && lines[1].ends_with("(left out before it: 49)"), "{lines:?}");
}
