//! What stops a start, what `jeton doctor` says of it, and that neither repeats a password.

use crate::foreign::{Application, QUERY};
use crate::home::{Home, PASSWORD};
use crate::process::Done;
use crate::servers::{Database, Server, eventually, open};

/// What doctor finds about people: each state and message.
fn users(done: &Done) -> Vec<(String, String)> {
    let findings: serde_json::Value = serde_json::from_str(&done.stdout).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let users = findings.as_array().unwrap().iter().filter(|finding| finding["check"] == "users");
    users.map(|finding| (text(&finding["state"]), text(&finding["message"]))).collect()
}

#[track_caller]
fn has(done: &Done, state: &str, part: &str) {
    let found = users(done);
    assert!(found.iter().any(|(is, message)| is == state && message.contains(part)), "{state} {part}: {found:#?}");
}

#[test]
fn a_login_or_database_that_is_refused_stops_the_start_and_fails_the_check_up() {
    let database = Database::new();
    let (role, url) = database.role();
    for (url, part) in [
        (url.replace("p%40ss%2Fword", "hunter2"), "password authentication failed"),
        (url.replace(&role, "nobody"), "password authentication failed"),
        (url.replace(&database.name, "no_such_database"), "no_such_database"),
        (url.replace(":p%40ss%2Fword", ""), "asks for a password, and the URL has none"),
        (url.clone(), "permission denied"),
    ] {
        let home = Home::new().with("JETON_USERS_URL", &url);
        let done = home.run(&["serve"]).exits(1).says(part);
        assert!(!done.stderr.contains("hunter2") && !done.stderr.contains("ss/word"), "{done:?}");
        assert!(!done.stderr.contains("listening on"), "{done:?}");
        if !part.contains("denied") {
            let done = home.run(&["doctor", "--json"]).exits(1);
            has(&done, "failed", part);
            assert!(!done.stdout.contains("hunter2") && !done.stdout.contains("ss/word"), "{done:?}");
        }
    }
}

#[test]
fn the_check_up_tells_how_the_tables_stand_and_makes_none() {
    let server = Server::start(&["-c", "synchronous_commit=off"]);
    let home = Home::new().with("JETON_USERS_URL", server.url("postgres"));
    let done = home.run(&["doctor", "--json"]);
    has(&done, "warning", "the next start makes it");
    has(&done, "warning", "synchronous_commit or fsync is off");
    assert_eq!(server.sql("postgres", "SELECT count(*) FROM pg_namespace WHERE nspname = 'jeton'"), ["0"]);
    home.add("ada");
    has(&home.run(&["doctor", "--json"]), "ok", "answers, people: 1");
    server.sql("postgres", "INSERT INTO jeton.migrations VALUES (9)");
    has(&home.run(&["doctor", "--json"]).exits(1), "failed", "was changed by a newer jeton");
    home.run(&["serve"]).exits(1).says("was changed by a newer jeton");
}

#[test]
fn a_query_whose_types_can_never_work_stops_the_start_and_fails_the_check_up() {
    let application = Application::new();
    let home = Home::new().with("JETON_USERS_URL", &application.text);
    let good = home.with("JETON_USERS_QUERY", QUERY);
    let home = Home::new().with("JETON_USERS_URL", &application.text);
    let bad = home.with("JETON_USERS_QUERY", QUERY.replace("NOT active", "email"));
    let part = "JETON_USERS_QUERY: its disabled is text, and must be boolean";
    // Before there are tables of jeton's, and then.
    has(&bad.run(&["doctor", "--json"]).exits(1), "failed", part);
    bad.run(&["serve"]).exits(1).says(part);
    good.serve().stop().exits(0);
    has(&bad.run(&["doctor", "--json"]).exits(1), "failed", part);
    bad.run(&["serve"]).exits(1).says(part);
}

#[test]
fn a_role_that_may_only_read_stops_the_start_and_fails_the_check_up() {
    let database = Database::new();
    drop(open(&database.parsed()));
    let (role, url) = database.role();
    let home = Home::new().with("JETON_USERS_URL", &url);
    database
        .sql(&format!("GRANT USAGE ON SCHEMA jeton TO {role}; GRANT SELECT ON ALL TABLES IN SCHEMA jeton TO {role}"));
    let own = "the role lacks INSERT on jeton.users, UPDATE on jeton.users, DELETE on jeton.users, INSERT on jeton.deleted_users";
    home.run(&["serve"]).exits(1).says(own).says("must own");
    has(&home.run(&["doctor", "--json"]).exits(1), "failed", own);
    let foreign = "the role lacks INSERT on jeton.accounts, UPDATE on jeton.accounts";
    let home =
        home.with("JETON_USERS_QUERY", "SELECT '1' AS id, $1 AS name, '' AS hash, '' AS roles, false AS disabled");
    home.run(&["serve"]).exits(1).says(foreign);
    has(&home.run(&["doctor", "--json"]).exits(1), "failed", foreign);
    database.sql(&format!("GRANT INSERT, UPDATE ON jeton.accounts TO {role}"));
    home.serve().stop().exits(0);
}

#[test]
fn a_role_that_may_only_read_is_enough_for_commands_that_only_read() {
    let database = Database::new();
    let owner = Home::new().with("JETON_USERS_URL", database.url());
    owner.add("ada");
    let (role, url) = database.role();
    let home = Home::new().with("JETON_USERS_URL", &url);
    database.sql(&format!("GRANT USAGE ON SCHEMA jeton TO {role}; GRANT SELECT ON jeton.migrations TO {role}"));
    home.run(&["user", "list"]).exits(1).says("cannot be read: the role lacks SELECT on jeton.users");
    database.sql(&format!("GRANT SELECT ON ALL TABLES IN SCHEMA jeton TO {role}"));
    assert_eq!(home.json(&["user", "list", "--json"])[0]["username"], "ada");
    let foreign = "SELECT '42' AS id, username AS name, password AS hash, '' AS roles, false AS disabled
        FROM jeton.users WHERE username = $1";
    for home in [home.clone(), home.clone().with("JETON_USERS_QUERY", foreign)] {
        home.run(&["user", "show", "ada"]).exits(0);
        home.run(&["session", "list", "ada"]).exits(0);
        home.run(&["session", "revoke", "--user", "ada"]).exits(1).says("cannot be written: the role lacks INSERT");
    }
    home.run(&["user", "disable", "ada"]).exits(1).says("cannot be written: the role lacks INSERT");
}

#[test]
fn a_schema_that_the_role_may_not_make_or_change_fails_the_check_up() {
    let database = Database::new();
    let (role, url) = database.role();
    let home = Home::new().with("JETON_USERS_URL", &url);
    let fails = || {
        home.run(&["serve"]).exits(1).says("must own");
        has(&home.run(&["doctor", "--json"]).exits(1), "failed", "must own");
    };
    // Nothing is there; a schema without any right; with the right to use it; another's, of an older version.
    fails();
    database.sql("CREATE SCHEMA jeton");
    fails();
    database.sql(&format!("GRANT USAGE ON SCHEMA jeton TO {role}"));
    fails();
    drop(open(&database.parsed()));
    database.sql(&format!(
        "DELETE FROM jeton.migrations WHERE version > 1; GRANT ALL ON SCHEMA jeton TO {role};
         GRANT ALL ON ALL TABLES IN SCHEMA jeton TO {role}"
    ));
    fails();
}

#[test]
fn a_standby_is_down_until_it_is_promoted() {
    let mut server = Server::start(&[]);
    let home = Home::new().with("JETON_USERS_URL", server.url("postgres"));
    home.add("ada");
    server.run_as_standby();
    has(&home.run(&["doctor", "--json"]).exits(1), "failed", "it is a standby, which takes no writes");
    home.run(&["user", "list"]).exits(1).says("it is a standby, which takes no writes");
    let jeton = home.serve();
    let users = || jeton.get("/readyz", None).body["stores"]["users"].clone();
    assert_eq!(users(), "down");
    assert_eq!(jeton.login("ada", PASSWORD).status, 503);
    server.sql("postgres", "SELECT pg_promote()");
    eventually("it is up once it is promoted", || users() == "up");
    jeton.sign_in("ada");
    let done = jeton.stop().exits(0);
    assert!(done.stderr.contains("it is a standby, which takes no writes"), "{done:?}");
}

#[test]
fn a_database_that_is_read_only_fails_the_check_up() {
    let database = Database::new();
    let home = Home::new().with("JETON_USERS_URL", database.url());
    home.add("ada");
    database.sql(&format!("ALTER DATABASE {} SET default_transaction_read_only = on", database.name));
    has(&home.run(&["doctor", "--json"]).exits(1), "failed", "default_transaction_read_only is on");
}

#[test]
fn a_server_that_is_not_there_fails_the_check_up() {
    let mut server = Server::start(&[]);
    server.kill();
    let home = Home::new().with("JETON_USERS_URL", server.url("postgres"));
    has(&home.run(&["doctor", "--json"]).exits(1), "failed", "JETON_USERS_URL");
    home.run(&["user", "list"]).exits(1).says("postgres: ");
}

#[test]
fn the_check_up_of_your_own_table_tries_the_query_and_looks_at_the_rights() {
    let application = Application::new();
    let home = Home::new().with("JETON_USERS_URL", &application.text).with("JETON_USERS_QUERY", QUERY);
    has(&home.run(&["doctor", "--json"]), "warning", "the next start makes it");
    home.run(&["user", "show", "ada"]).exits(0);
    let done = home.run(&["doctor", "--json"]);
    has(&done, "ok", "answers, and so does JETON_USERS_QUERY");
    assert!(!users(&done).iter().any(|(_, message)| message.contains("can write")), "{done:?}");
    application.sql(&format!("GRANT UPDATE ON app.people TO {}", application.role));
    has(&home.run(&["doctor", "--json"]), "warning", "one of them: app.people");
    application.sql("ALTER TABLE app.people DROP COLUMN password_hash");
    has(&home.run(&["doctor", "--json"]).exits(1), "failed", "password_hash");
    home.run(&["serve"]).exits(1).says("JETON_USERS_QUERY: column \"password_hash\" does not exist");
}
