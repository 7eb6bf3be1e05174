//! `jeton doctor`: what it finds, what it says, and that it leaves everything as it was.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::home::Home;
use crate::process::{Done, PATIENCE, Process};

/// Everything below a folder, with what would change if somebody wrote.
fn contents(folder: &Path) -> BTreeMap<PathBuf, (SystemTime, Option<Vec<u8>>)> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let metadata = entry.metadata().unwrap();
        let bytes = metadata.is_file().then(|| fs::read(entry.path()).unwrap());
        found.insert(entry.path(), (metadata.modified().unwrap(), bytes));
        if metadata.is_dir() {
            found.extend(contents(&entry.path()));
        }
    }
    found
}

/// Where nothing ever listens.
const NOBODY: &str = "http://127.0.0.1:1";

/// Runs it, and expects that nothing in the folder has changed.
#[track_caller]
fn examine(home: &Home, arguments: &[&str]) -> Done {
    let before = contents(&home.path("."));
    let done = Process::start(&mut home.jeton(&[&["doctor"], arguments].concat())).finish(PATIENCE);
    assert_eq!(contents(&home.path(".")), before, "it writes nothing");
    done
}

/// Expects a line of this state and check with these words.
#[track_caller]
fn has(done: &Done, state: &str, check: &str, words: &str) {
    let begins = format!("{state:8} {check}: ");
    assert!(done.stdout.lines().any(|line| line.starts_with(&begins) && line.contains(words)), "{words}: {done:#?}");
}

/// A home where somebody can sign in, and whose issuer is nobody.
fn in_use() -> Home {
    let home = Home::new().with("JETON_ISSUER", NOBODY);
    home.add("ada");
    home.serve().stop().exits(0);
    home
}

#[test]
fn before_the_first_start_everything_is_still_to_be_made() {
    let done = examine(&Home::new(), &[]).exits(0);
    has(&done, "ok", "configuration", "good");
    has(&done, "ok", "tls", "plain HTTP");
    for (check, setting) in
        [("keys", "JETON_KEYS_DIR"), ("users", "JETON_USERS_URL"), ("sessions", "JETON_SESSIONS_URL")]
    {
        has(&done, "warning", check, "not made yet");
        has(&done, "warning", check, setting);
    }
}

#[test]
fn what_is_in_use_is_told_with_the_key_that_signs() {
    let home = in_use();
    let done = examine(&home, &[]).exits(0);
    has(&done, "ok", "keys", "ES256");
    has(&done, "ok", "keys", "is active: signs since 20");
    has(&done, "ok", "keys", "is next: published, signs from 20");
    has(&done, "ok", "keys", "refresh secret 1 is active: mints since 20");
    has(&done, "warning", "jwks", "could not be asked");
    has(&done, "ok", "users", "people: 1");
    has(&done, "ok", "sessions", "answers");
    let others = done.stdout.lines().filter(|line| !line.starts_with("ok ")).count();
    assert_eq!(others, 1, "{done:#?}");
}

#[test]
fn a_running_server_may_be_looked_at() {
    let home = Home::new();
    let server = home.serve();
    home.add("ada");
    server.sign_in("ada");
    let done = home.run(&["doctor"]).exits(0);
    has(&done, "ok", "users", "people: 1");
    server.sign_in("ada");
}

#[test]
fn json_says_the_same() {
    let home = in_use();
    let findings: serde_json::Value = serde_json::from_str(&examine(&home, &["--json"]).exits(0).stdout).unwrap();
    let findings = findings.as_array().unwrap();
    assert_eq!(findings.len(), examine(&home, &[]).stdout.lines().count());
    assert!(findings.iter().all(|finding| finding["message"].is_string()), "{findings:?}");
    let states = |check: &str| -> Vec<_> {
        findings.iter().filter(|finding| finding["check"] == check).map(|finding| finding["state"].clone()).collect()
    };
    assert_eq!((states("keys"), states("jwks")), (vec!["ok".into(); 4], vec!["warning".into()]));
}

#[test]
fn a_changed_algorithm_is_told_before_and_after_the_next_key_is_made() {
    let home = in_use().with("JETON_ALGORITHM", "EdDSA");
    has(&examine(&home, &[]).exits(0), "warning", "keys", "the next start makes a key");
    home.serve().stop().exits(0);
    let done = examine(&home, &[]).exits(0);
    has(&done, "ok", "keys", "is active: signs since");
    has(&done, "ok", "keys", "is next: published, signs from");
    assert!(!done.stdout.contains("the next start"), "{done:#?}");
}

#[test]
fn lost_refresh_secrets_are_told_while_they_can_still_be_put_back() {
    let home = in_use();
    let is_secret = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "key");
    let files = fs::read_dir(home.path("keys")).unwrap().map(|entry| entry.unwrap().path());
    files.filter(is_secret).for_each(|secret| fs::remove_file(secret).unwrap());
    let done = examine(&home, &[]).exits(0);
    has(&done, "warning", "keys", "the refresh secret is missing");
    has(&done, "ok", "keys", "is active");
}

#[test]
fn the_keys_are_compared_with_those_that_the_issuer_publishes() {
    let home = in_use();
    let server = home.serve();
    let behind = |issuer: &str| Home::clone(&home).with("JETON_ISSUER", issuer);
    let done = examine(&behind(&server.base), &[]).exits(0);
    has(&done, "ok", "jwks", "publishes exactly these keys");

    // Somebody else's keys behind the address: services would refuse our tokens.
    let stranger = Home::new();
    let other = stranger.serve();
    let done = examine(&behind(&other.base), &[]).exits(1);
    has(&done, "failed", "jwks", "signs here and is not at");
    has(&done, "warning", "jwks", "is next here and is not at");
    has(&done, "warning", "jwks", "and not in this folder");
    // And an address where there are none at all.
    let done = examine(&behind(&format!("{}/elsewhere", other.base)), &[]).exits(1);
    has(&done, "failed", "jwks", "answers 404");
}

#[test]
fn what_would_stop_the_start_fails() {
    let home = in_use();
    let key = fs::read_dir(home.path("keys")).unwrap().map(|entry| entry.unwrap().path());
    let key = key.into_iter().find(|path| path.extension().is_some_and(|extension| extension == "pem")).unwrap();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    fs::write(home.path("text.db"), "this is no database, it is a text").unwrap();
    fs::write(home.path("cert.pem"), "nothing of the kind").unwrap();
    let home = home
        .with("JETON_USERS_URL", "sqlite://text.db")
        .with("JETON_SESSIONS_URL", "sqlite://text.db/below.db")
        .with("JETON_TLS_CERT", "cert.pem")
        .with("JETON_TLS_KEY", "cert.pem");
    let done = examine(&home, &[]).exits(1).says("checks that failed: 4");
    has(&done, "failed", "keys", "run chmod 600");
    has(&done, "failed", "users", "text.db is no database of jeton");
    has(&done, "failed", "sessions", "below.db");
    has(&done, "failed", "tls", "cert.pem");
}

#[test]
fn a_warning_of_the_configuration_is_a_finding_and_a_mistake_is_a_misuse() {
    let home = Home::new().with("JETON_PORT", "8080");
    has(&examine(&home, &[]).exits(0), "warning", "configuration", "JETON_PORT");
    let done = examine(&home.with("JETON_LEEWAY", "a-while"), &[]).exits(2).says("JETON_LEEWAY");
    assert_eq!(done.stdout, "");
}

#[test]
fn a_redis_that_does_not_answer_fails() {
    // Bound and not listened on: nobody else gets the port, and connecting is refused.
    let socket = rustix::net::socket(rustix::net::AddressFamily::INET, rustix::net::SocketType::STREAM, None).unwrap();
    rustix::net::bind(&socket, &std::net::SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
    let address = std::net::SocketAddr::try_from(rustix::net::getsockname(&socket).unwrap()).unwrap();
    let home = in_use().with("JETON_SESSIONS_URL", format!("redis://:a-password@{address}"));
    let done = examine(&home, &[]).exits(1);
    has(&done, "failed", "sessions", "JETON_SESSIONS_URL");
    assert!(!done.stdout.contains("a-password") && !done.stderr.contains("a-password"), "{done:#?}");
}

#[test]
fn doctor_and_server_take_the_same_file_for_a_url_with_a_slash_more() {
    let home = Home::new();
    let url = format!("sqlite:///{}", home.path("u.db").display());
    assert!(url.starts_with("sqlite:////"));
    let home = home.with("JETON_USERS_URL", &url);
    home.add("ada");
    has(&examine(&home, &[]), "ok", "users", "people: 1");
}
