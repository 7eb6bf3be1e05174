//! What is written while a server runs: everything about what happens, nothing that is secret.

use std::fs;

use serde_json::{Value, json};

use crate::client::post;
use crate::home::{Home, PASSWORD};
use crate::process::Done;

fn home() -> Home {
    Home::new().with("JETON_REGISTRATION", "on")
}

/// Everything that can be done with an account, good and bad, and the secrets that were in it.
fn tour(home: &Home) -> (Done, Vec<String>) {
    let server = home.serve();
    let first = server.sign_in("ada");
    let second = server.refresh(&first.refresh).tokens();
    server.refresh(&first.refresh).tokens();
    for path in ["/verify", "/me", "/sessions"] {
        assert_eq!(server.get(path, Some(&second.access)).status, 200);
    }
    assert_eq!(server.post("/verify", &json!({ "token": second.access })).status, 200);
    let wrong = "a wrong password for ada";
    assert_eq!(server.login("ada", wrong).status, 401);
    assert_eq!(server.login("nobody", wrong).status, 401);
    // A password in the place of a name, a token in the place of a path.
    assert_eq!(server.login(wrong, "x").status, 401);
    assert_eq!(server.get(&format!("/{}", second.access), None).status, 404);
    assert_eq!(server.get(&format!("/verify?access_token={}", second.access), None).status, 401);
    assert_eq!(server.post("/refresh", &json!({ "refresh_token": [second.refresh] })).status, 400);
    let forged = second.refresh.replace("rt1_A", "rt1_B");
    assert_eq!(server.refresh(&forged).refused(400).1, "malformed");
    assert_eq!(post(&server.base, "/logout", &json!({ "refresh_token": second.refresh })).unwrap().status, 204);
    assert_eq!(server.refresh(&second.refresh).refused(400).1, "revoked");
    let third = server.sign_in("ada");
    let (fresh, guess) = ("a fresh password for ada", "a guess at ada's password");
    let change = |current: &str| {
        server.put("/me/password", &third.access, &json!({ "current_password": current, "new_password": fresh }))
    };
    assert_eq!(change(guess).status, 403);
    assert_eq!(change(PASSWORD).status, 200);
    let newcomer = "a password of a newcomer";
    assert_eq!(server.post("/users", &json!({ "username": "eve", "password": newcomer })).status, 201);
    let done = server.stop().exits(0);

    let mut secrets: Vec<String> = [PASSWORD, wrong, fresh, guess, newcomer, "$argon2"].map(str::to_owned).into();
    for tokens in [first, second, third] {
        let signature = tokens.access.rsplit('.').next().unwrap().to_owned();
        secrets.extend([tokens.access, signature, tokens.refresh]);
    }
    secrets.extend(keys(home));
    (done, secrets)
}

/// The private keys in every form in which bytes are usually printed.
fn keys(home: &Home) -> Vec<String> {
    let mut forms = Vec::new();
    for entry in fs::read_dir(home.path("keys")).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        let lines = text.lines().filter(|line| !line.starts_with("-----"));
        forms.extend(lines.map(str::to_owned));
        if let Ok(pem) = pem::parse(&text) {
            let der = pem.contents();
            forms.push(der.iter().map(|byte| format!("{byte:02x}")).collect());
            forms.push(format!("{:?}", &der[36..68]).trim_matches(['[', ']']).to_owned());
        }
    }
    assert!(!forms.is_empty(), "there is a refresh secret at least");
    forms
}

#[test]
fn no_line_holds_a_secret_however_much_is_logged() {
    let shared = "a shared secret that is long enough for HS256";
    let es256 = home().with("RUST_LOG", "trace");
    let hs256 = home().with("RUST_LOG", "trace").with("JETON_ALGORITHM", "HS256").with("JETON_HMAC_SECRET", shared);
    for home in [es256, hs256] {
        home.add("ada");
        let (done, secrets) = tour(&home);
        assert!(done.stderr.contains("TRACE"), "trace is on");
        assert_eq!(done.stdout, "");
        for secret in secrets.iter().map(String::as_str).chain([shared]) {
            let line = done.stderr.lines().find(|line| line.contains(secret));
            assert_eq!(line, None, "{secret} is in the log");
        }
    }
}

#[test]
fn every_security_event_is_one_line() {
    let home = home();
    home.add("ada");
    let (done, _) = tour(&home);
    let events = done.audit();
    let outcomes = |name: &str| -> Vec<_> {
        let named = events.iter().filter(|event| event["event"] == name);
        named.map(|event| event["outcome"].as_str().unwrap()).collect()
    };
    assert_eq!(outcomes("sign_in").len(), 5, "{events:#?}");
    assert_eq!(outcomes("refresh"), [""; 0], "everyday ones are written where they are asked for");
    assert_eq!(outcomes("password"), ["failure", "success"]);
    assert_eq!(outcomes("registration"), ["success"]);
    assert_eq!(outcomes("session_ended").len(), 1, "{events:#?}");
    // Nobody asked for the first keys.
    assert_eq!(outcomes("key"), ["published", "active", "published", "published", "active", "published"]);
    for event in events.iter().filter(|event| event["event"] != "key") {
        assert!(event["time"].is_string() && event["request_id"].is_string(), "{event}");
        assert_eq!(event["address"], "127.0.0.1", "{event}");
    }
}

#[test]
fn every_refresh_is_a_line_where_that_is_asked_for() {
    let home = home().with("RUST_LOG", "off,jeton::audit=debug");
    home.add("ada");
    let (done, _) = tour(&home);
    let refreshes: Vec<_> = done.audit().into_iter().filter(|event| event["event"] == "refresh").collect();
    let outcomes: Vec<_> = refreshes.iter().map(|event| event["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["rotated", "repeated", "revoked"]);
}

/// Who could change something without a trace would.
#[test]
fn every_command_that_changes_something_leaves_a_line() {
    let home = Home::new();
    let changes: [(&[&str], &str); 10] = [
        (&["user", "add", "ada", "--password-stdin"], "user_added"),
        (&["user", "set", "ada", "--role", "admin"], "user_changed"),
        (&["user", "password", "ada", "--password-stdin"], "password_changed"),
        (&["user", "disable", "ada"], "user_disabled"),
        (&["user", "enable", "ada"], "user_enabled"),
        (&["user", "unlock", "ada"], "user_unlocked"),
        (&["session", "revoke", "--user", "ada"], "sessions_revoked"),
        (&["user", "delete", "ada"], "user_deleted"),
        (&["keys", "generate"], "keys_generated"),
        (&["keys", "rotate", "--now"], "keys_rotated_now"),
    ];
    for (command, outcome) in changes {
        let done = home.run_with_input(command, PASSWORD.as_bytes()).exits(0);
        let [event] = done.audit().try_into().unwrap_or_else(|events| panic!("{command:?}: {events:?}"));
        assert_eq!((&event["event"], &event["outcome"]), (&json!("command"), &json!(outcome)));
        assert!(event["operator"].is_number() && event["time"].is_string(), "{event}");
        assert_eq!(event["user"].is_string(), !command.starts_with(&["keys"]), "{event}");
        assert!(!done.stderr.contains(PASSWORD) && !done.stderr.contains("$argon2"), "{done:?}");
    }
    for looks in [&["user", "list"][..], &["keys", "list"], &["user", "disable", "nobody"]] {
        assert_eq!(home.run(looks).audit(), [json!(null); 0], "{looks:?}");
    }
}

#[test]
fn a_command_passes_on_nothing_of_libraries_unless_they_are_named() {
    let foreign = |levels: &str| {
        let done = Home::new().with("RUST_LOG", levels).run(&["user", "list"]).exits(0);
        let lines = done.stderr.lines().filter(|line| !line.contains(" jeton"));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    for levels in ["info", "debug", "trace"] {
        assert_eq!(foreign(levels), [""; 0], "{levels}");
    }
    assert!(foreign("mio=trace").iter().all(|line| line.contains(" TRACE mio")));
    assert_ne!(foreign("mio=trace"), [""; 0]);
}

#[test]
fn in_json_every_line_is_an_object() {
    let home = home().with("JETON_LOG_FORMAT", "json").with("RUST_LOG", "debug");
    home.add("ada");
    let (done, _) = tour(&home);
    let (plain, lines): (Vec<_>, Vec<_>) = done.stderr.lines().partition(|line| line.starts_with("listening on "));
    assert_eq!(plain.len(), 1, "the one line that scripts wait for");
    assert!(lines.len() > 5, "{done:?}");
    for line in lines {
        let object: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        for member in ["time", "level", "target", "message"] {
            assert!(object[member].is_string(), "no {member}: {line}");
        }
    }
}
