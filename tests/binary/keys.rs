//! `jeton keys`: made, rotated and listed, with and without a server beside it.

use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use crate::home::Home;
use crate::server::Server;

/// The stages of the keys of one use, in order.
fn stages(home: &Home, usage: &str) -> Vec<String> {
    let listed = home.json(&["keys", "list", "--json"]);
    let keys = listed.as_array().unwrap().iter().filter(|key| key["use"] == usage);
    keys.map(|key| key["stage"].as_str().unwrap().to_owned()).collect()
}

fn kids(jwks: &Value) -> Vec<String> {
    let keys = jwks["keys"].as_array().unwrap().iter();
    keys.map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

/// Waits for as many lines of the audit log.
#[track_caller]
fn wait_for_events(server: &Server, outcome: &str, count: usize) {
    let is_event =
        |line: &&str| line.contains(r#""event":"key""#) && line.contains(&format!(r#""outcome":"{outcome}""#));
    server.process.stderr.wait_for(|text| (text.lines().filter(is_event).count() >= count).then_some(()));
}

#[test]
fn what_is_missing_is_made_without_a_server_and_only_once() {
    let home = Home::new();
    assert_eq!(home.json(&["keys", "list", "--json"]), Value::Array(Vec::new()));
    assert!(!home.path("keys").exists(), "listing makes nothing");
    let made = home.run(&["keys", "generate"]).exits(0).stdout;
    assert_eq!(made.lines().filter(|line| line.starts_with("made ")).count(), 4, "{made}");
    assert_eq!(home.run(&["keys", "generate"]).exits(0).stdout, "nothing is missing\n");
    assert_eq!(stages(&home, "signing"), ["active", "next"]);

    let server = home.serve();
    let published = kids(&server.get("/.well-known/jwks.json", None).body);
    assert!(published.iter().all(|kid| is_listed(&home, kid)), "{published:?}");
}

fn is_listed(home: &Home, kid: &str) -> bool {
    home.json(&["keys", "list", "--json"]).as_array().unwrap().iter().any(|key| key["kid"] == kid)
}

#[test]
fn a_list_says_what_is_known_of_a_key_and_never_what_is_in_it() {
    let home = Home::new();
    home.run(&["keys", "generate"]).exits(0);
    let listed = home.json(&["keys", "list", "--json"]);
    let active = &listed[0];
    assert_eq!(
        (&active["use"], &active["alg"], &active["stage"]),
        (&"signing".into(), &"ES256".into(), &"active".into())
    );
    assert!(active["active_from"].is_string() && active["leaves"].is_string() && active["kid"].is_string());
    assert_eq!((&listed[1]["stage"], &listed[1]["leaves"]), (&"next".into(), &Value::Null), "nobody follows it yet");
    assert_eq!((&listed[2]["use"], &listed[2]["id"]), (&"refresh".into(), &1.into()));
    assert_eq!(listed.as_array().unwrap().len(), 4);

    let columns = home.run(&["keys", "list"]).exits(0).stdout;
    assert!(columns.starts_with("KEY ") && columns.lines().count() == 5, "{columns}");
    assert!(columns.contains("refresh-1") && columns.contains(active["kid"].as_str().unwrap()), "{columns}");
    for file in std::fs::read_dir(home.path("keys")).unwrap().map(|entry| entry.unwrap().path()) {
        let held = std::fs::read_to_string(file).unwrap();
        let secret = held.lines().find(|line| !line.starts_with('-') && !line.is_empty());
        assert!(secret.is_none_or(|secret| !columns.contains(secret) && !listed.to_string().contains(secret)));
    }
}

#[test]
fn by_hand_the_next_key_is_brought_forward_and_the_running_server_follows() {
    let home = Home::new();
    let server = home.serve();
    let next = home.json(&["keys", "list", "--json"])[1]["active_from"].clone();
    let done = home.run(&["keys", "rotate"]).exits(0).stdout;
    assert!(done.lines().count() == 2 && done.contains("renamed"), "{done}");
    assert_ne!(home.json(&["keys", "list", "--json"])[1]["active_from"], next);
    wait_for_events(&server, "rescheduled", 2);
    assert!(home.run(&["keys", "rotate"]).exits(0).stdout.contains("already"));
}

#[test]
fn in_an_emergency_the_running_server_drops_the_old_keys_and_clients_refresh() {
    let home = Home::new();
    home.add("ada");
    let server = home.serve();
    let old = server.sign_in("ada");
    let before = kids(&server.get("/.well-known/jwks.json", None).body);
    assert_eq!(server.get("/verify", Some(&old.access)).status, 200);

    home.run(&["keys", "rotate", "--now"]).exits(0);
    wait_for_events(&server, "gone", 2);
    assert_eq!(server.get("/verify", Some(&old.access)).refused(401), ("invalid_token", "unknown_key"));
    let after = kids(&server.get("/.well-known/jwks.json", None).body);
    assert!(after.len() == 2 && before.iter().all(|kid| !after.contains(kid)), "{before:?} {after:?}");
    let new = server.refresh(&old.refresh).tokens();
    assert_eq!(server.get("/verify", Some(&new.access)).status, 200, "sessions go on");
}

#[test]
fn a_key_that_everybody_could_read_is_shown_and_in_an_emergency_replaced() {
    let home = Home::new();
    home.add("ada");
    let server = home.serve();
    let old = server.sign_in("ada");
    let file = home.json(&["keys", "list", "--json"])[0]["file"].as_str().unwrap().to_owned();
    let path = home.path("keys").join(&file);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();

    let listed = home.run(&["keys", "list"]).exits(0).says(&file).says("run chmod 600");
    assert!(listed.stdout.contains("active"), "{listed:?}");
    let listed = home.json(&["keys", "list", "--json"]);
    assert_eq!(listed[0]["problem"], "others can use it: run chmod 600 on it");
    assert_eq!(listed[1]["problem"], Value::Null);
    home.run(&["keys", "rotate"]).exits(1).says("run chmod 600");

    home.run(&["keys", "rotate", "--now"]).exits(0).says("others could use it; it is replaced");
    wait_for_events(&server, "gone", 2);
    assert_eq!(server.get("/verify", Some(&old.access)).refused(401), ("invalid_token", "unknown_key"));
    assert!(!path.exists());
    assert_eq!(server.refresh(&old.refresh).status, 200, "sessions go on");
}

#[test]
fn a_short_rotation_rotates_by_itself_and_two_servers_agree() {
    let quick = [("JETON_KEY_ROTATION", "2s"), ("JETON_ACCESS_TTL", "4s"), ("JETON_LEEWAY", "0")];
    let home = quick.iter().fold(Home::new(), |home, (name, value)| home.with(name, *value));
    home.add("ada");
    let (one, other) = (home.serve(), home.serve());
    let reply = ureq::get(format!("{}/.well-known/jwks.json", one.base)).call().unwrap();
    assert_eq!(reply.headers()["cache-control"], "public, max-age=1");
    wait_for_events(&one, "gone", 2);
    wait_for_events(&other, "gone", 2);
    let tokens = one.sign_in("ada");
    assert_eq!(other.get("/verify", Some(&tokens.access)).status, 200);
    assert_eq!(other.refresh(&tokens.refresh).status, 200);
    assert!(stages(&home, "signing").contains(&"retired".to_owned()));
}

#[test]
fn what_cannot_be_rotated_says_why() {
    let home = Home::new();
    home.run(&["keys", "rotate", "--now"]).exits(1).says("jeton keys generate");
    let shared = home.clone().with("JETON_ALGORITHM", "HS256").with("JETON_HMAC_SECRET", "x".repeat(32));
    shared.run(&["keys", "generate"]).exits(0);
    shared.run(&["keys", "rotate", "--now"]).exits(1).says("JETON_HMAC_SECRET");
    assert!(shared.run(&["keys", "rotate"]).exits(0).stdout.contains("refresh-2"), "its refresh secret rotates");
    home.run(&["keys", "rotate", "--later"]).exits(2);
}
