//! The schema comes to be once, whoever is first, and is left alone where it is not ours to change.

use std::sync::Arc;

use jeton::entropy::SystemEntropy;
use jeton::store::UserStore;
use jeton::store::conformance::run;
use jeton::store::conformance::sample::user;
use jeton::store::postgres::{Postgres, PostgresUrl};

use crate::app::at_once;
use crate::servers::{Database, open};

fn refusal(database: &Database) -> String {
    Postgres::open(&database.parsed(), Arc::new(SystemEntropy)).err().expect("it is refused").to_string()
}

#[test]
fn of_many_that_start_at_once_each_finds_the_tables_made_once() {
    let database = Database::new();
    let url = database.parsed();
    let stores = at_once(12, |_| open(&url));
    assert_eq!(database.sql("SELECT version FROM jeton.migrations ORDER BY 1"), ["1", "2", "3"]);
    run(async {
        assert!(stores[0].insert(&user("ada")).await.unwrap());
        for store in &stores {
            assert_eq!(store.by_id(&user("ada").id).await.unwrap(), Some(user("ada")));
        }
    });
}

#[test]
fn a_second_start_loses_nothing() {
    let database = Database::new();
    run(async { open(&database.parsed()).insert(&user("ada")).await.unwrap() });
    let again = open(&database.parsed());
    assert_eq!(run(async { again.by_id(&user("ada").id).await.unwrap() }), Some(user("ada")));
}

#[test]
fn tables_of_the_first_step_come_up_to_date_once_and_keep_what_is_in_them() {
    let database = Database::new();
    let url = database.parsed();
    run(async { open(&url).insert(&user("ada")).await.unwrap() });
    database.sql("DROP TABLE jeton.deleted_users; DELETE FROM jeton.migrations WHERE version > 1");
    let stores = at_once(6, |_| open(&url));
    assert_eq!(database.sql("SELECT version FROM jeton.migrations ORDER BY 1"), ["1", "2", "3"]);
    run(async {
        assert_eq!(stores[0].by_id(&user("ada").id).await.unwrap(), Some(user("ada")));
        assert!(stores[1].delete(&user("ada").id).await.unwrap());
        assert!(!stores[2].insert(&user("ada")).await.unwrap());
    });
}

#[test]
fn tables_of_a_newer_jeton_are_refused_and_left_alone() {
    let database = Database::new();
    drop(open(&database.parsed()));
    database.sql("INSERT INTO jeton.migrations VALUES (7)");
    let why = refusal(&database);
    assert!(why.contains("was changed by a newer jeton (its version is 7, this program knows 3)"), "{why}");
    assert_eq!(database.sql("SELECT version FROM jeton.migrations ORDER BY 1"), ["1", "2", "3", "7"]);
}

#[test]
fn another_programs_schema_of_our_name_is_refused_and_left_alone() {
    let database = Database::new();
    database.sql("CREATE SCHEMA jeton; CREATE TABLE jeton.coins (value int)");
    let why = refusal(&database);
    assert!(why.contains("holds another program's tables"), "{why}");
    assert_eq!(database.sql("SELECT count(*) FROM pg_class WHERE relnamespace = 'jeton'::regnamespace"), ["1"]);
}

#[test]
fn a_role_without_the_right_to_make_a_schema_is_told_so_and_works_in_one_of_its_own() {
    let database = Database::new();
    let (role, url) = database.role();
    let url = PostgresUrl::parse(&url).unwrap();
    let why = Postgres::open(&url, Arc::new(SystemEntropy)).err().expect("it may not").to_string();
    assert!(why.contains("permission denied") && why.contains("CREATE SCHEMA jeton AUTHORIZATION"), "{why}");
    database.sql(&format!("CREATE SCHEMA jeton AUTHORIZATION {role}"));
    let store = open(&url);
    assert!(run(async { store.insert(&user("ada")).await.unwrap() }));
}

#[test]
fn a_step_that_fails_leaves_nothing_half_done() {
    let database = Database::new();
    let (role, url) = database.role();
    // The second table cannot be made: its name is taken by a type.
    database.sql(&format!("CREATE SCHEMA jeton AUTHORIZATION {role}; CREATE TYPE jeton.accounts AS ENUM ('a')"));
    Postgres::open(&PostgresUrl::parse(&url).unwrap(), Arc::new(SystemEntropy)).err().expect("it fails");
    assert_eq!(database.sql("SELECT count(*) FROM pg_class WHERE relnamespace = 'jeton'::regnamespace"), ["0"]);
    database.sql("DROP TYPE jeton.accounts");
    drop(open(&PostgresUrl::parse(&url).unwrap()));
}

/// What a jeton of before step 2 has left: an account that signed in, and the function of that time.
#[test]
fn tables_of_before_are_brought_up_to_date_and_keep_what_is_in_them() {
    let database = Database::new();
    drop(open(&database.parsed()));
    database.sql(
        "DROP TABLE jeton.deleted_users; DELETE FROM jeton.migrations WHERE version > 1;
         CREATE OR REPLACE FUNCTION jeton.end_sessions(account text) RETURNS void
         LANGUAGE sql SECURITY DEFINER SET search_path = '' AS 'UPDATE jeton.accounts SET epoch = epoch + 1 WHERE id = account';
         INSERT INTO jeton.accounts VALUES ('42', 'ada', 'Ada', 7);
         CREATE ROLE teller; GRANT EXECUTE ON FUNCTION jeton.end_sessions TO teller",
    );
    drop(open(&database.parsed()));
    let accounts = "SELECT (id, typed, username, epoch)::text FROM jeton.accounts ORDER BY id";
    assert_eq!(database.sql(accounts), ["(42,ada,Ada,7)"]);
    let may = "SELECT has_function_privilege('teller', 'jeton.end_sessions(text)', 'EXECUTE')";
    assert_eq!(database.sql(may), ["t"]);
    database.sql(
        "SELECT jeton.end_sessions('43'); SELECT jeton.end_sessions(NULL);
         SELECT jeton.end_sessions(''); SELECT jeton.end_sessions(repeat('x', 129))",
    );
    assert_eq!(database.sql("SELECT id FROM jeton.accounts WHERE epoch > 1600000000000"), ["43"]);
    assert_eq!(database.sql("SELECT count(*) FROM jeton.accounts"), ["2"]);
    database.sql("DROP OWNED BY teller; DROP ROLE teller");
}
