//! The application's tables are read and never written, whatever the query is and whatever the role may.

use jeton::id::UserId;
use jeton::store::UserStore;
use jeton::store::conformance::run;
use jeton::store::conformance::sample::{NOW, user};
use jeton::user::{FoldedName, PasswordHash, UserChange};

use super::table::{Application, QUERY};

#[test]
fn a_query_that_writes_is_refused_at_the_start() {
    let application = Application::new();
    // Not for want of rights: the role may do all of it.
    application.sql(&format!("GRANT ALL ON app.people TO {}; GRANT ALL ON SCHEMA app TO {0}", application.role));
    application.sql(
        "CREATE TABLE app.visits (who text);
         CREATE FUNCTION app.visit(who text) RETURNS text LANGUAGE sql AS 'INSERT INTO app.visits VALUES ($1); SELECT $1';
         GRANT ALL ON app.visits TO PUBLIC",
    );
    let before = application.everything();
    for query in [
        "WITH gone AS (DELETE FROM app.people WHERE login = $1 OR true RETURNING *)
         SELECT id, login AS name, password_hash AS hash, roles, false AS disabled FROM gone",
        "SELECT id, login AS name, password_hash AS hash, roles, false AS disabled FROM app.people
         WHERE login = app.visit($1)",
        "SELECT id, login AS name, password_hash AS hash, roles, false AS disabled FROM app.people
         WHERE login = $1 FOR UPDATE",
        "SELECT 1 WHERE $1 = ''); DELETE FROM app.people; SELECT (1",
    ] {
        let why = application.open(query).err().unwrap_or_else(|| panic!("{query}"));
        assert!(why.contains("JETON_USERS_QUERY: "), "{query}: {why}");
    }
    assert_eq!(application.everything(), before);
    assert_eq!(application.sql("SELECT count(*) FROM app.visits"), ["0"]);
}

#[test]
fn a_query_that_writes_where_nobody_may_is_no_excuse_for_a_standby() {
    let application = Application::new();
    application.sql(
        "CREATE SEQUENCE app.sign_ins;
         CREATE FUNCTION app.next(bigint) RETURNS bigint LANGUAGE sql AS 'SELECT nextval(''app.sign_ins'')';
         GRANT USAGE ON SEQUENCE app.sign_ins TO PUBLIC",
    );
    let query = QUERY.replace("NOT active", "app.next(id)");
    let (writable, no_longer) = (application.open(&query).unwrap(), application.open(&query).unwrap());
    run(async { assert_eq!(writable.by_typed_name("ada").await.unwrap(), None) });
    // As after a failover behind a proxy: the next connection leads to a server that takes no writes.
    let name = &application.database.name;
    application.sql(&format!("ALTER DATABASE {name} SET default_transaction_read_only = on"));
    run(async {
        let error = no_longer.by_typed_name("ada").await.unwrap_err().to_string();
        assert!(error.contains("25006 (it takes no writes"), "{error}");
        assert_eq!(no_longer.inspect("nobody").await.unwrap(), None);
    });
}

#[test]
fn a_query_that_does_not_yield_what_it_must_says_what_is_missing() {
    let application = Application::new();
    for (query, part) in [
        ("SELECT id, login AS name, roles, false AS disabled FROM app.people WHERE login = $1", "column q.hash"),
        (
            "SELECT id, login AS name, password_hash AS hash, roles, false AS disabled FROM people WHERE login = $1",
            "people",
        ),
        ("SELECT id FROM WHERE $1", "syntax error"),
    ] {
        let why = application.open(query).err().unwrap_or_else(|| panic!("{query}"));
        assert!(why.contains(part), "{query}: {why}");
    }
}

#[test]
fn a_query_whose_types_can_never_work_says_what_is_wanted() {
    let application = Application::new();
    for (columns, part) in [
        ("id, login AS name, 'h' AS hash, roles, email AS disabled", "its disabled is text, and must be boolean"),
        // Not the NULL of any type that is taken.
        (
            "id, login AS name, 'h' AS hash, roles, NULL::text AS disabled",
            "its disabled is text, and must be boolean, a number, json, jsonb or a NULL without a type",
        ),
        (
            "id, login AS name, 'h' AS hash, roles, NULL::timestamptz AS disabled",
            "its disabled is timestamp with time zone, and must be boolean, a number",
        ),
        ("id, login AS name, 'h' AS hash, roles, ARRAY[true] AS disabled", "its disabled is boolean[]"),
        ("now() AS id, login AS name, 'h' AS hash, roles, active AS disabled", "its id is timestamp with time zone"),
        ("id, active AS name, 'h' AS hash, roles, active AS disabled", "its name is boolean, and must be text"),
        ("id, login AS name, 'h'::bytea AS hash, roles, active AS disabled", "its hash is bytea, and must be text"),
        (
            "id, login AS name, 'h' AS hash, 1 AS roles, active AS disabled",
            "its roles is integer, and must be an array",
        ),
        ("id, login AS name, 'h' AS hash, ARRAY[1] AS roles, active AS disabled", "its roles is integer[]"),
    ] {
        let why = application.open(&format!("SELECT {columns} FROM app.people WHERE login = $1")).err();
        let why = why.unwrap_or_else(|| panic!("{columns}"));
        assert!(why.contains(&format!("JETON_USERS_QUERY: {part}")), "{why}");
    }
    for (condition, part) in [
        ("id = $1", "its $1 is bigint, and must be text"),
        ("id = $1::int", "its $1 is integer, and must be text"),
        ("login = $1 AND email = $2", "it has another parameter than $1"),
        ("login = $1 AND $2 IS NULL", "could not determine data type of parameter $2"),
        ("$1 IS NOT NULL", "could not determine data type of parameter $1"),
    ] {
        let why = application.open(&format!("{} WHERE {condition}", &QUERY[..QUERY.find("WHERE").unwrap()])).err();
        let why = why.unwrap_or_else(|| panic!("{condition}"));
        assert!(why.contains(&format!("JETON_USERS_QUERY: {part}")), "{why}");
    }
}

#[test]
fn only_the_end_of_sessions_can_be_written() {
    let application = Application::new();
    let before = application.everything();
    let store = application.open(QUERY).unwrap();
    assert!(store.is_read_only());
    run(async {
        let ada = store.by_typed_name("ada").await.unwrap().unwrap();
        store.remember(&ada, "ada").await.unwrap();
        let (id, hash) = (ada.id.clone(), PasswordHash::from_phc("$test$".to_owned()));
        assert!(!store.rehash(&id, &ada.password, &hash).await.unwrap());
        for change in [
            UserChange { password: Some(hash), end_sessions: true, ..UserChange::default() },
            UserChange { disabled: Some(true), ..UserChange::default() },
            UserChange { roles: Some(vec![]), ..UserChange::default() },
            UserChange::default(),
        ] {
            let error = store.change(&id, &change, NOW).await.unwrap_err().to_string();
            assert!(error.contains("another application's"), "{error}");
        }
        assert!(store.insert(&user("bob")).await.is_err());
        assert!(store.delete(&id).await.is_err());
        assert!(store.list(None::<&FoldedName>, 1).await.is_err());
        assert_eq!(store.by_id(&id).await.unwrap(), Some(ada));

        let change = UserChange { end_sessions: true, ..UserChange::default() };
        let first = store.change(&id, &change, NOW).await.unwrap().unwrap().epoch;
        let second = store.change(&id, &change, NOW).await.unwrap().unwrap().epoch;
        assert_eq!((first, second), (NOW.as_millis().cast_unsigned(), first + 1));
        assert_eq!(store.by_typed_name("ada").await.unwrap().unwrap().epoch, second);
        assert_eq!(store.change(&UserId::from("43".to_owned()), &change, NOW).await.unwrap(), None);
    });
    assert_eq!(application.everything(), before);
}

#[test]
fn a_role_that_may_only_read_is_all_that_it_needs() {
    let application = Application::new();
    let refused = |text: &str| {
        let role = &application.role;
        application.database.server.try_sql(&application.database.name, &format!("SET ROLE {role}; {text}")).is_err()
    };
    assert!(refused("UPDATE app.people SET roles = '{}'") && refused("CREATE TABLE app.x ()"));
    let store = application.open(QUERY).unwrap();
    run(async { assert!(store.by_typed_name("ada").await.unwrap().is_some()) });
}

#[test]
fn a_query_that_takes_long_is_ended_where_it_runs() {
    let application = Application::new();
    let store = application.open(
        "SELECT id, login AS name, password_hash AS hash, roles, false AS disabled FROM app.people
         WHERE login = $1 OR $1 = 'slow' AND pg_sleep(60) IS NOT NULL",
    );
    let store = store.unwrap();
    run(async {
        let error = store.by_typed_name("slow").await.unwrap_err().to_string();
        assert!(error.contains("57014"), "{error}");
        assert!(store.by_typed_name("Ada").await.unwrap().is_some());
    });
    let running = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep%' AND state = 'active' AND pid <> pg_backend_pid()";
    assert_eq!(application.sql(running), ["0"]);
}
