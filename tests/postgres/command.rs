//! `jeton user …` and `jeton session …` over PostgreSQL, and over another application's people.

use serde_json::json;

use crate::foreign::{Application, QUERY};
use crate::home::{Home, PASSWORD};
use crate::servers::{Database, Server};

#[test]
fn people_are_added_changed_listed_and_deleted() {
    let database = Database::new();
    let home = Home::new().with("JETON_USERS_URL", database.url());
    for name in ["Zoë", "ada", "Bob"] {
        home.add(name);
    }
    home.run_with_input(&["user", "add", "ADA", "--password-stdin"], PASSWORD.as_bytes())
        .exits(1)
        .says("the name is taken");
    home.run(&["user", "set", "ada", "--role", "admin"]).exits(0);
    home.run(&["user", "disable", "bob"]).exits(0);
    home.run(&["user", "delete", "zoe\u{308}"]).exits(0);
    let list = home.json(&["user", "list", "--json"]);
    let people = list.as_array().unwrap().iter();
    let people: Vec<_> = people.map(|user| json!([user["username"], user["roles"], user["disabled"]])).collect();
    assert_eq!(people, [json!(["ada", ["admin"], false]), json!(["Bob", [], true])]);
}

#[test]
fn changes_by_command_are_seen_by_a_running_server() {
    let database = Database::new();
    let home = Home::new().with("JETON_USERS_URL", database.url());
    let server = home.serve();
    home.add("ada");
    let tokens = server.sign_in("ada");
    home.run(&["user", "disable", "ada"]).exits(0);
    assert_eq!(server.refresh(&tokens.refresh).status, 400);
    home.run(&["user", "enable", "ada"]).exits(0);
    server.sign_in("ada");
    server.stop().exits(0);
}

#[test]
fn people_of_an_application_are_shown_and_their_sessions_ended_and_nothing_else() {
    let application = Application::new();
    let home = Home::new().with("JETON_USERS_URL", &application.text).with("JETON_USERS_QUERY", QUERY);
    let before = application.everything();
    assert_eq!(home.json(&["user", "show", "ADA", "--json"])["id"], "42");
    for arguments in [
        &["user", "list"] as &[&str],
        &["user", "add", "eve", "--password-stdin"],
        &["user", "password", "ada", "--password-stdin"],
        &["user", "set", "ada", "--role", "root"],
        &["user", "disable", "ada"],
        &["user", "enable", "ada"],
        &["user", "delete", "ada"],
        &["user", "import", "-"],
    ] {
        home.run_with_input(arguments, PASSWORD.as_bytes()).exits(1).says("people are another application's");
    }
    let server = home.serve();
    home.run(&["session", "revoke", "--user", "ada"]).exits(0);
    let tokens = server.login("ada", crate::app::PASSWORD).tokens();
    assert_eq!(home.json(&["session", "list", "ada", "--json"]).as_array().unwrap().len(), 1);
    home.run(&["session", "revoke", "--user", "ada"]).exits(0);
    assert_eq!(server.refresh(&tokens.refresh).refused(400), ("invalid_grant", "revoked"));
    let done = server.stop().exits(0);
    assert!(!done.stderr.contains("argon2") && !done.stderr.contains("could not be renewed"), "{done:?}");
    assert_eq!(application.everything(), before);
}

#[test]
fn a_row_that_cannot_be_used_is_named_in_the_log_and_answered_like_an_unknown_name() {
    let application = Application::new();
    let home = Home::new().with("JETON_USERS_URL", &application.text).with("JETON_USERS_QUERY", QUERY);
    // For trying out too: nobody is added to an application's people.
    let server = home.serve_dev();
    application.sql("UPDATE app.people SET roles = '{not a role}'");
    let unusable = server.login("ada", crate::app::PASSWORD);
    let unknown = server.login("nobody", crate::app::PASSWORD);
    assert_eq!((unusable.status, &unusable.body), (401, &unknown.body));
    let done = server.stop().exits(0);
    assert!(done.stderr.contains("nobody is let in by the row of id 42: its roles cannot be used"), "{done:?}");
    assert_eq!(application.sql("SELECT count(*) FROM app.people"), ["1"]);
}

#[test]
fn a_hash_that_cannot_be_used_is_told_with_the_id_and_never_shown() {
    let application = Application::new();
    let home = Home::new().with("JETON_USERS_URL", &application.text).with("JETON_USERS_QUERY", QUERY);
    let server = home.serve();
    let mut tokens = server.login("ada", crate::app::PASSWORD).tokens();
    let unknown = server.login("nobody", crate::app::PASSWORD);
    for (hash, why) in [
        ("{MD4}c2VjcmV0", "its form is not known"),
        ("$argon2id$v=19$m=4294967295,t=1,p=1$c2VjcmV0c2VjcmV0$c2VjcmV0c2VjcmV0c2VjcmV0", "out of bounds"),
    ] {
        application.sql(&format!("UPDATE app.people SET password_hash = '{hash}'"));
        let useless = server.login("ada", crate::app::PASSWORD);
        assert_eq!((useless.status, &useless.body), (401, &unknown.body));
        for arguments in [&["user", "show", "ada"] as &[&str], &["user", "show", "ada", "--json"]] {
            let done = home.run(arguments).exits(0).says("the stored password hash cannot be used").says(why);
            assert!(done.stdout.contains("42") && !done.stderr.contains("c2VjcmV0"), "{done:?}");
        }
        tokens = server.refresh(&tokens.refresh).tokens();
    }
    application.sql("UPDATE app.people SET password_hash = NULL");
    assert_eq!(server.login("ada", crate::app::PASSWORD).status, 401);
    assert_eq!(home.run(&["user", "show", "ada"]).exits(0).stderr, "", "somebody without a password is no mistake");
    home.run(&["session", "revoke", "--user", "ada"]).exits(0);
    assert_eq!(server.refresh(&tokens.refresh).refused(400), ("invalid_grant", "revoked"));
    let done = server.stop().exits(0);
    let line = "nobody can sign in as user 42: the stored password hash cannot be used: its form is not known";
    assert_eq!(done.stderr.matches(line).count(), 1, "{done:?}");
    assert!(!done.stderr.contains("c2VjcmV0"), "{done:?}");
}

#[test]
fn a_query_that_fails_over_somebody_is_answered_like_an_unknown_name_and_told_to_the_operator() {
    let application = Application::new();
    // What is wrong with the one row is a secret, as everything in it.
    let query = "SELECT id, login AS name, password_hash AS hash, roles, email::boolean AS disabled
        FROM app.people WHERE lower(login) = lower($1)";
    let home = Home::new().with("JETON_USERS_URL", &application.text).with("JETON_USERS_QUERY", query);
    let server = home.serve();
    let failing = server.login("ada", crate::app::PASSWORD);
    let unknown = server.login("nobody", crate::app::PASSWORD);
    assert_eq!((failing.status, &failing.body), (401, &unknown.body));
    for arguments in [&["user", "show", "ada"] as &[&str], &["session", "revoke", "--user", "ada"]] {
        let done = home.run(arguments).exits(1).says("JETON_USERS_QUERY fails for this name");
        assert!(done.stderr.contains("22P02") && !done.stderr.contains("no such user"), "{done:?}");
    }
    home.run(&["user", "show", "nobody"]).exits(1).says("there is no such user");
    let done = server.stop().exits(0);
    assert!(
        done.stderr.contains("JETON_USERS_QUERY: nobody is let in by a name for which the query fails"),
        "{done:?}"
    );
    assert!(done.stderr.contains("22P02 (a text cannot be read") && !done.stderr.contains("example.org"), "{done:?}");
}

#[test]
fn a_query_that_writes_over_somebody_is_told_from_a_standby() {
    let application = Application::new();
    // Nothing is wrong with the rights, nor with the name that the start tries.
    application.sql(&format!(
        "ALTER TABLE app.people ADD COLUMN last_seen timestamptz;
         CREATE FUNCTION app.seen(bigint) RETURNS boolean LANGUAGE sql AS
             'UPDATE app.people SET last_seen = now() WHERE id = $1; SELECT false';
         GRANT UPDATE ON app.people TO {}",
        application.role
    ));
    let query = QUERY.replace("NOT active", "app.seen(id)");
    let home = Home::new().with("JETON_USERS_URL", &application.text).with("JETON_USERS_QUERY", query);
    let server = home.serve();
    let writing = server.login("ada", crate::app::PASSWORD);
    let unknown = server.login("nobody", crate::app::PASSWORD);
    assert_eq!((writing.status, &writing.body), (401, &unknown.body));
    assert_eq!(server.get("/readyz", None).body["stores"]["users"], "up");
    let why = "it calls something that writes, and must only read (SQLSTATE 25006)";
    for arguments in [&["user", "show", "ada"] as &[&str], &["session", "revoke", "--user", "ada"]] {
        let done = home.run(arguments).exits(1).says(&format!("JETON_USERS_QUERY fails for this name: {why}"));
        assert!(!done.stderr.contains("standby"), "{done:?}");
    }
    let done = server.stop().exits(0);
    assert!(done.stderr.contains(&format!("by a name for which the query fails: {why}")), "{done:?}");
    assert!(!done.stderr.contains("standby"), "{done:?}");
    assert_eq!(application.sql("SELECT last_seen FROM app.people"), ["NULL"]);
}

#[test]
fn what_the_server_answers_is_told_in_words() {
    let server = Server::start(&["-c", "max_connections=4", "-c", "superuser_reserved_connections=0"]);
    let home = Home::new().with("JETON_USERS_URL", server.url("postgres"));
    home.add("ada");
    server.sql(
        "postgres",
        "CREATE FUNCTION refuses() RETURNS trigger LANGUAGE plpgsql AS
             'BEGIN RAISE EXCEPTION ''ada is a secret'' USING ERRCODE = tg_argv[0]; END'",
    );
    for (code, words) in [
        ("25006", "it takes no writes"),
        ("57P01", "it shuts down"),
        ("57P03", "it starts or shuts down"),
        ("53300", "it has too many connections"),
    ] {
        server.sql(
            "postgres",
            &format!(
                "DROP TRIGGER IF EXISTS refuses ON jeton.users;
                 CREATE TRIGGER refuses BEFORE UPDATE ON jeton.users FOR EACH ROW EXECUTE FUNCTION refuses('{code}')"
            ),
        );
        let done = home.run(&["user", "disable", "ada"]).exits(1).says(&format!("SQLSTATE {code} ({words}"));
        assert!(!done.stderr.contains("secret"), "{done:?}");
    }
    let held: Vec<_> = (0..4).map(|_| server.hold("postgres", "")).collect();
    home.run(&["user", "list"]).exits(1).says("too many clients");
    drop(held);
}

#[test]
fn people_of_a_file_are_imported_and_sign_in() {
    let database = Database::new();
    let home = Home::new().with("JETON_USERS_URL", database.url());
    let hash = "$2b$05$oYQeHFYRkQGyIIjDkDBT8OKe0iSFgec6UNgqeu/BwI54mub7R/OYS";
    let line = |number: u32| json!({ "username": format!("person{number}"), "hash": hash }).to_string() + "\n";
    let lines: String = (0..120).map(line).collect();
    std::fs::write(home.path("people.jsonl"), lines).unwrap();
    home.run(&["user", "import", "people.jsonl"]).exits(0);
    assert_eq!(database.sql("SELECT count(*) FROM jeton.users"), ["120"]);
    let server = home.serve();
    server.sign_in("person119");
    server.stop().exits(0);
    let kinds = "SELECT DISTINCT left(password, 9) FROM jeton.users ORDER BY 1";
    assert_eq!(database.sql(kinds), ["$2b$05$oY", "$argon2id"]);
}
