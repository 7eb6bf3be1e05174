//! `jeton user …`: who is there, under which name, with what.

use serde_json::{Value, json};

use crate::home::{Home, PASSWORD};
use crate::process::Done;

/// Names of one person as far as we are concerned: case, width, ligatures, composition.
const SPELLINGS: [(&str, &str); 5] =
    [("Ada", "ADA"), ("Ada", "Ａｄａ"), ("Steﬁ", "stefi"), ("Zo\u{eb}", "zoe\u{308}"), ("Stra\u{df}e", "STRASSE")];

fn add(home: &Home, name: &str, more: &[&str]) -> Done {
    let arguments = [&["user", "add", name, "--password-stdin"], more].concat();
    home.run_with_input(&arguments, PASSWORD.as_bytes())
}

fn names(home: &Home) -> Vec<Value> {
    let users = home.json(&["user", "list", "--json"]);
    users.as_array().unwrap().iter().map(|user| user["username"].clone()).collect()
}

#[test]
fn a_user_is_shown_as_added_and_never_with_the_hash() {
    let home = Home::new();
    let claims = r#"{"team":"blue","seat":7}"#;
    let more = ["--role", "admin", "--role", "staff", "--scope", "reports:read", "--claims", claims];
    let added = add(&home, "Ada", &more).exits(0);
    let id = added.stdout.trim().strip_prefix("added ").expect("the id is printed").to_owned();

    let shown = home.json(&["user", "show", "ada", "--json"]);
    let created = shown["created"].as_str().unwrap();
    assert!(created.ends_with('Z') && created.len() == "2026-11-21T09:30:00Z".len(), "{created}");
    let expected = json!({
        "id": id, "username": "Ada", "roles": ["admin", "staff"], "scopes": ["reports:read"],
        "claims": { "team": "blue", "seat": 7 }, "disabled": false, "created": created,
    });
    assert_eq!(shown, expected, "and nothing else");
    assert_eq!(home.json(&["user", "list", "--json"]), json!([expected]));

    for (arguments, roles) in [(&["user", "show", "ADA"] as &[_], "admin staff"), (&["user", "list"], "admin,staff")] {
        let printed = home.run(arguments).exits(0).stdout;
        assert!(["Ada", "enabled", roles, &id].iter().all(|word| printed.contains(word)), "{printed}");
        assert!(!printed.contains("argon2"), "{printed}");
    }
}

#[test]
fn nobody_is_an_empty_list_and_not_an_error() {
    let home = Home::new();
    assert_eq!(home.json(&["user", "list", "--json"]), json!([]));
    assert_eq!(home.run(&["user", "list"]).exits(0).stdout.lines().count(), 1, "the heading");
}

#[test]
fn a_name_that_is_taken_is_taken_in_every_spelling() {
    for (taken, spelling) in SPELLINGS {
        let home = Home::new();
        add(&home, taken, &[]).exits(0);
        add(&home, spelling, &[]).exits(1).says("the name is taken");
        assert_eq!(names(&home), [taken], "{spelling}");
        assert_eq!(home.json(&["user", "show", spelling, "--json"])["username"], taken, "and found by it");
    }
}

#[test]
fn names_that_could_be_mistaken_are_refused() {
    let home = Home::new();
    for name in [
        "",
        " ada",
        "ada ",
        "a\nda",
        "a\u{202e}da",
        "a\u{200b}da",
        "\u{2800}",
        "\u{301}a",
        "a\u{e000}",
        &"a".repeat(129),
    ] {
        add(&home, name, &[]).exits(2).says("a user name");
    }
    assert!(names(&home).is_empty());
}

#[test]
fn set_replaces_what_is_given_and_keeps_the_rest() {
    let home = Home::new();
    add(&home, "ada", &["--role", "staff", "--scope", "a", "--claims", r#"{"team":"blue"}"#]).exits(0);
    let attributes = |home: &Home| {
        let user = home.json(&["user", "show", "ada", "--json"]);
        (user["roles"].clone(), user["scopes"].clone(), user["claims"].clone())
    };
    let set = |more: &[&str]| home.run(&[&["user", "set", "ADA"], more].concat());

    set(&["--role", "admin", "--role", "owner"]).exits(0);
    assert_eq!(attributes(&home), (json!(["admin", "owner"]), json!(["a"]), json!({ "team": "blue" })));
    set(&["--claims", r#"{"seat":7}"#, "--no-scopes"]).exits(0);
    assert_eq!(attributes(&home), (json!(["admin", "owner"]), json!([]), json!({ "seat": 7 })));
    set(&["--no-roles", "--no-claims", "--scope", "b"]).exits(0);
    assert_eq!(attributes(&home), (json!([]), json!(["b"]), json!({})));

    set(&[]).exits(2).says("nothing to set");
    set(&["--role", "admin", "--no-roles"]).exits(2);
    assert_eq!(attributes(&home), (json!([]), json!(["b"]), json!({})), "a misuse changes nothing");
}

#[test]
fn attributes_that_no_token_can_carry_are_a_misuse_and_add_nobody() {
    let home = Home::new();
    let large = format!(r#"{{"x":"{}"}}"#, "x".repeat(2048));
    let wrong: [&[&str]; 8] = [
        &["--role", "two words"],
        &["--role", ""],
        &["--role", "a,b"],
        &["--scope", "caf\u{e9}"],
        &["--claims", "[]"],
        &["--claims", "{"],
        &["--claims", r#"{"sub":"root"}"#],
        &["--claims", &large],
    ];
    for more in wrong {
        add(&home, "ada", more).exits(2);
    }
    assert!(names(&home).is_empty());
}

#[test]
fn disabled_and_enabled_are_states_that_can_be_set_twice() {
    let home = Home::new();
    home.add("ada");
    let disabled = || home.json(&["user", "show", "ada", "--json"])["disabled"].clone();
    for (command, expected) in [("disable", true), ("disable", true), ("enable", false), ("enable", false)] {
        home.run(&["user", command, "ada"]).exits(0);
        assert_eq!(disabled(), expected);
    }
}

#[test]
fn the_id_of_a_deleted_user_is_never_used_again() {
    let home = Home::new();
    home.add("ada");
    let id = || home.json(&["user", "show", "ada", "--json"])["id"].clone();
    let first = id();
    home.run(&["user", "delete", "ada"]).exits(0);
    assert!(names(&home).is_empty());
    home.add("ada");
    assert_ne!(id(), first);
}

#[test]
fn whoever_is_not_there_cannot_be_changed_or_shown() {
    let home = Home::new();
    for arguments in [
        &["user", "show", "ghost"] as &[_],
        &["user", "show", "ghost", "--json"],
        &["user", "set", "ghost", "--role", "admin"],
        &["user", "disable", "ghost"],
        &["user", "enable", "ghost"],
        &["user", "delete", "ghost"],
        &["session", "list", "ghost"],
        &["session", "revoke", "--user", "ghost"],
    ] {
        let done = home.run(arguments).exits(1).says("there is no such user");
        assert_eq!(done.stdout, "", "{arguments:?}");
    }
    home.run_with_input(&["user", "password", "ghost", "--password-stdin"], b"long enough").exits(1);
}

#[test]
fn whoever_is_unlocked_signs_in_at_once_at_a_server_that_runs() {
    let home = Home::new();
    home.add("Ada");
    let server = home.serve();
    server.sign_in("ada");
    while server.login("ada", "wrong").status != 429 {}
    assert_eq!(server.login("ada", PASSWORD).status, 429);
    home.run(&["user", "unlock", "ADA"]).exits(0);
    server.sign_in("ada");
    home.run(&["user", "unlock", "bob"]).exits(1).says("there is no such user");
}
