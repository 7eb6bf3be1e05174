//! People who are there already: unchanged, refused or replaced.

use serde_json::{Value, json};

use super::{HASHES, import, login, person, report, stored};
use crate::home::{Home, PASSWORD};
use crate::process::Process;

#[test]
fn the_same_file_once_more_changes_nothing_and_refuses_nothing() {
    let home = Home::new();
    let full = json!({"username": "bob", "hash": HASHES[0], "roles": ["a"], "claims": {"x": [1.5]}, "disabled": true, "id": "7"});
    let lines = [person("Ada"), full];
    import(&home, &lines, &[]).exits(0);
    let before = home.json(&["user", "list", "--json"]);
    for more in [&["--json"] as &[_], &["--json", "--replace"]] {
        let done = import(&home, &lines, more).exits(0);
        assert_eq!(report(&done), json!({"added": 0, "replaced": 0, "unchanged": 2, "refused": []}));
    }
    assert_eq!(home.json(&["user", "list", "--json"]), before);
}

#[test]
fn an_import_that_was_cut_short_goes_on_where_it_was() {
    let home = Home::new();
    let lines: Vec<_> = (0..1_200).map(|number| person(&format!("person {number}"))).collect();
    import(&home, &lines[..700], &[]).exits(0);
    let done = import(&home, &lines, &["--json"]).exits(0);
    assert_eq!(report(&done), json!({"added": 500, "replaced": 0, "unchanged": 700, "refused": []}));
}

#[test]
fn an_import_that_was_killed_goes_on_where_it_was() {
    let home = Home::new();
    let lines: Vec<_> = (0..1_400).map(|number| person(&format!("person {number}"))).collect();
    let text: String = lines.iter().take(1_100).map(|line| format!("{line}\n")).collect();
    let mut command = home.jeton(&["user", "import", "-", "--format", "jsonl"]);
    let mut cut_short = Process::start_with_more_to_come(&mut command);
    cut_short.write(text.as_bytes());
    let there = || home.json(&["user", "list", "--json"]).as_array().unwrap().len();
    assert!((0..500).any(|_| there() == 1_000), "two batches are done while it waits for more");
    cut_short.kill();
    assert_eq!(there(), 1_000, "whole batches: the last hundred waited for more");
    let done = import(&home, &lines, &["--json"]).exits(0);
    assert_eq!(report(&done), json!({"added": 400, "replaced": 0, "unchanged": 1_000, "refused": []}));
}

#[test]
fn each_batch_and_each_replaced_user_has_a_line_of_the_audit_when_it_is_done() {
    let home = Home::new();
    let lines: Vec<_> = (0..700).map(|number| person(&format!("person {number}"))).collect();
    let done = import(&home, &lines, &[]).exits(0);
    assert_eq!(audited(&done.stderr, "users_imported"), [json!({"people": 500}), json!({"people": 200})]);

    let replaced = home.json(&["user", "show", "person 3", "--json"])["id"].clone();
    let other = json!({"username": "person 3", "hash": HASHES[1]});
    let done = import(&home, &[other, person("person 4"), person("new")], &["--replace"]).exits(0);
    assert_eq!(audited(&done.stderr, "users_imported"), [json!({"people": 1})]);
    assert_eq!(audited(&done.stderr, "user_replaced"), [json!({"user": replaced})]);
}

/// What lines of the audit say of people.
fn audited(stderr: &str, outcome: &str) -> Vec<Value> {
    let lines = stderr.lines().filter_map(|line| serde_json::from_str::<Value>(&line[line.find('{')?..]).ok());
    lines
        .filter(|line| line["outcome"] == outcome)
        .map(|line| match &line["people"] {
            Value::Null => json!({ "user": line["user"] }),
            people => json!({ "people": people }),
        })
        .collect()
}

#[test]
fn who_is_there_is_refused_without_replace_and_stays_as_they_are() {
    let home = Home::new();
    home.add("ada");
    let before = (home.json(&["user", "list", "--json"]), stored(&home, "ada"));
    import(&home, &[json!({"username": "ADA", "hash": HASHES[1], "roles": ["admin"]})], &[])
        .exits(1)
        .says("line 1: the name is taken");
    assert_eq!((home.json(&["user", "list", "--json"]), stored(&home, "ada")), before);
}

#[test]
fn replacing_keeps_the_id_and_what_is_not_given_and_ends_the_sessions_of_another_password() {
    let home = Home::new();
    home.run_with_input(
        &["user", "add", "ada", "--password-stdin", "--role", "admin", "--scope", "a"],
        PASSWORD.as_bytes(),
    )
    .exits(0);
    let before = home.json(&["user", "show", "ada", "--json"]);
    let server = home.serve();
    let tokens = login(&server, "ada", PASSWORD).tokens();

    let done =
        import(&home, &[json!({"username": "ADA", "hash": HASHES[1], "roles": []})], &["--replace", "--json"]).exits(0);
    assert_eq!(report(&done), json!({"added": 0, "replaced": 1, "unchanged": 0, "refused": []}));
    let after = home.json(&["user", "show", "ada", "--json"]);
    let mut expected = before;
    expected["roles"] = json!([]);
    assert_eq!(after, expected);
    assert_eq!(server.refresh(&tokens.refresh).status, 400, "another password");
    assert_eq!(login(&server, "ada", PASSWORD).status, 401);
    assert_eq!(login(&server, "ada", "another password").status, 200);
}

#[test]
fn replacing_what_is_no_password_ends_no_session() {
    let home = Home::new();
    import(&home, &[person("ada")], &[]).exits(0);
    let server = home.serve();
    home.run(&["user", "set", "ada", "--role", "old"]).exits(0);
    let (hash, epoch) = stored(&home, "ada");
    let line = json!({"username": "ada", "hash": hash, "roles": ["new"], "disabled": false});
    import(&home, &[line], &["--replace"]).exits(0);
    assert_eq!(home.json(&["user", "show", "ada", "--json"])["roles"], json!(["new"]));
    assert_eq!(stored(&home, "ada"), (hash, epoch));
    login(&server, "ada", PASSWORD).tokens();
}
