//! What a line must be, and what is said of one that is not.

use serde_json::{Value, json};

use super::{HASHES, import, import_text, login, person, report};
use crate::home::{Home, PASSWORD};

#[test]
fn a_line_gives_everything_that_a_user_has() {
    let home = Home::new();
    let full = json!({
        "username": "Ada", "hash": HASHES[0], "roles": ["admin", "staff"], "scopes": ["reports:read"],
        "claims": {"team": "blue"}, "disabled": true, "id": "auth0|5f7c8ec7c33c6c004bbafe82",
    });
    let bare = json!({"username": "bob", "hash": HASHES[0], "roles": null, "id": null});
    import(&home, &[full, bare], &[]).exits(0);
    let shown = home.json(&["user", "show", "ada", "--json"]);
    let created = shown["created"].clone();
    assert_eq!(
        shown,
        json!({
            "id": "auth0|5f7c8ec7c33c6c004bbafe82", "username": "Ada", "roles": ["admin", "staff"],
            "scopes": ["reports:read"], "claims": {"team": "blue"}, "disabled": true, "created": created,
        })
    );
    let shown = home.json(&["user", "show", "bob", "--json"]);
    assert_eq!((&shown["roles"], &shown["disabled"]), (&json!([]), &json!(false)));
    assert_eq!(shown["id"].as_str().unwrap().len(), 22, "one of ours");

    let server = home.serve();
    assert_eq!(login(&server, "Ada", PASSWORD).status, 401, "she is disabled");
    home.run(&["user", "enable", "ada"]).exits(0);
    let me = server.get("/me", Some(&login(&server, "Ada", PASSWORD).tokens().access));
    assert_eq!(me.body["sub"], "auth0|5f7c8ec7c33c6c004bbafe82", "{me:?}");
}

#[test]
fn each_refused_line_is_named_with_a_reason_that_quotes_nothing_and_the_rest_is_done() {
    let home = Home::new();
    home.add("taken");
    let canary = "canary7Qx";
    let with = |name: &str, value: Value| {
        let mut line = person(&format!("{canary}{name}"));
        line[name] = value;
        line
    };
    let lines: Vec<(Value, &str)> = vec![
        (person("ada"), ""),
        (json!(canary), "it is not one JSON object with each member once"),
        (json!({"hash": HASHES[0]}), "it has no username"),
        (json!({"username": canary}), "it has no hash"),
        (json!({"username": canary, "hash": null}), "it has no hash"),
        (json!({"username": 7, "hash": HASHES[0]}), "username is not a text"),
        (
            json!({"username": format!("{canary} "), "hash": HASHES[0]}),
            "a user name neither begins nor ends with white space",
        ),
        (json!({"username": canary, "hash": canary}), "the hash cannot be used: its form is not known"),
        (json!({"username": canary, "hash": {canary: 1}}), "the hash cannot be used: its form is not known"),
        (
            json!({"username": canary, "hash": format!("$2b$31${canary}")}),
            "the hash cannot be used: it begins like bcrypt and is not well-formed",
        ),
        (
            json!({"username": canary, "hash": "$2b$31$/OK.fbVrR/bpIqNJ5ianF.CE5elHaaO4EbggVDjb8P19RukzXSM3e"}),
            "the hash cannot be used: it is bcrypt, but its cost, salt or output is out of bounds",
        ),
        (with("roles", json!("admin")), "roles is not a list of texts"),
        (with("roles", json!([1])), "roles is not a list of texts"),
        (
            with("scopes", json!([canary.to_owned() + " x"])),
            "a role or scope is 1 to 64 characters of A-Z a-z 0-9 . _ : / -",
        ),
        (with("claims", json!([])), "claims is not a JSON object"),
        (with("claims", json!({"sub": canary})), "the claim sub has a meaning of its own and cannot be set"),
        (
            with("username", json!("\u{2800}")),
            "a user name has no invisible characters and none that turn the text's direction",
        ),
        (with("username", json!("\u{301}ada")), "a user name does not begin with a combining mark"),
        (with("disabled", json!("yes")), "disabled is not true or false"),
        (with("id", json!("")), "id is not 1 to 128 visible characters of ASCII without a space"),
        (with("id", json!(7)), "id is not 1 to 128 visible characters of ASCII without a space"),
        (with(canary, json!(1)), "it has a member that is none of username, hash, roles, scopes, claims, disabled, id"),
        (person("TAKEN"), "the name is taken"),
        (person("ADA"), "line 1 has the same name"),
        (person("bob"), ""),
    ];
    let texts: Vec<_> = lines.iter().map(|(line, _)| line.clone()).collect();
    let done = import(&home, &texts, &[]).exits(1).says("23 of 25 lines were refused; the others are done");
    for (number, (line, why)) in (1..).zip(&lines) {
        if why.is_empty() {
            assert!(!done.stderr.contains(&format!("line {number}:")), "{line}");
        } else {
            assert!(done.stderr.contains(&format!("jeton: line {number}: {why}\n")), "{why} {done:#?}");
        }
    }
    assert!(!done.stderr.contains(canary) && !done.stderr.contains(HASHES[0]), "{done:#?}");
    assert_eq!(done.stdout, "added 2, replaced 0, unchanged 0, refused 23\n");
    let users = home.json(&["user", "list", "--json"]);
    let names: Vec<_> = users.as_array().unwrap().iter().map(|user| user["username"].as_str().unwrap()).collect();
    assert_eq!(names, ["ada", "bob", "taken"]);
}

#[test]
fn lines_are_counted_as_an_editor_does_and_what_is_no_line_of_json_is_refused() {
    let home = Home::new();
    let long = format!("{{\"username\":\"long\",\"hash\":\"{}\"}}", "x".repeat(70_000));
    let text = [
        b"\xef\xbb\xbf".as_slice(),
        person("first").to_string().as_bytes(),
        b"\r\n\n   \n{\"username\":\"twice\",\"username\":\"two\"}\n\xff\xfe{}\n",
        long.as_bytes(),
        b"\n",
        person("last").to_string().as_bytes(),
    ]
    .concat();
    let done = import_text(&home, "people.ndjson", &text, &["--json"]).exits(1);
    let expected = json!({
        "added": 2, "replaced": 0, "unchanged": 0,
        "refused": [
            {"line": 4, "reason": "it is not one JSON object with each member once"},
            {"line": 5, "reason": "it is not UTF-8"},
            {"line": 6, "reason": "it is longer than 64 KiB"},
        ],
    });
    assert_eq!(report(&done), expected);
    assert_eq!(done.complaints(), "jeton: 3 of 5 lines were refused; the others are done\n");
}

#[test]
fn an_id_is_one_user_s() {
    let home = Home::new();
    let with_id = |name: &str, id: &str| json!({"username": name, "hash": HASHES[0], "id": id});
    import(&home, &[with_id("ada", "7"), with_id("bob", "7")], &[]).exits(1).says("line 2: the id is somebody else's");
    import(&home, &[with_id("ada", "8")], &["--replace"])
        .exits(1)
        .says("line 1: the name is taken by a user with another id, which cannot be replaced");
    assert_eq!(home.json(&["user", "show", "ada", "--json"])["id"], "7");
}

#[test]
fn the_id_of_a_deleted_user_is_refused_and_the_name_is_free() {
    let home = Home::new();
    let line = json!({"username": "ada", "hash": HASHES[0], "id": "7"});
    import(&home, std::slice::from_ref(&line), &[]).exits(0);
    let server = home.serve();
    let tokens = login(&server, "ada", PASSWORD).tokens();
    home.run(&["user", "delete", "ada"]).exits(0);
    let other = json!({"username": "bob", "hash": HASHES[0], "id": "8"});
    for options in [&[] as &[&str], &["--replace"]] {
        import(&home, &[other.clone(), line.clone()], options)
            .exits(1)
            .says("line 2: the id was that of a user who was deleted, and no id is ever used again");
    }
    home.run(&["user", "show", "ada"]).exits(1);
    import(&home, &[json!({"username": "ada", "hash": HASHES[0]})], &[]).exits(0);
    login(&server, "ada", PASSWORD).tokens();
    assert_eq!(server.refresh(&tokens.refresh).status, 400);
}
