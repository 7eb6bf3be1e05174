//! What stops a start, what `jeton doctor` says of it, and that neither repeats a password.

use crate::foreign::{Application, QUERY};
use crate::home::Home;
use crate::process::Done;
use crate::servers::{Database, Server};

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
