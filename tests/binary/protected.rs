//! examples/protected.rs as a process beside a running jeton: a whole service that asks it for nothing
//! but its keys, and notices a restart with new ones by itself.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ureq::Agent;

use crate::home::{Home, PASSWORD};
use crate::process::{PATIENCE, Process};

/// Builds the example, which cargo does not do for a single test binary, and finds it.
fn example() -> PathBuf {
    let build = [env!("CARGO"), "build", "--offline", "--quiet", "--example", "protected", "--message-format=json"];
    let mut command = Command::new(build[0]);
    let done = Process::start(command.args(&build[1..]).current_dir(env!("CARGO_MANIFEST_DIR"))).finish(BUILD);
    let done = done.exits(0);
    let mut artifacts = done.stdout.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let executable = artifacts.rfind(|artifact| artifact["target"]["name"] == "protected");
    executable.and_then(|artifact| artifact["executable"].as_str().map(PathBuf::from)).expect("it was built")
}

/// Where nothing of it was built before.
const BUILD: std::time::Duration = std::time::Duration::from_secs(540);

/// The example, running.
struct Protected {
    _process: Process,
    base: String,
    agent: Agent,
}

impl Protected {
    fn start(home: &Home, issuer: &str) -> Self {
        let mut command = home.command(example().to_str().unwrap(), &[]);
        let process = Process::start(command.env("JETON_ISSUER", issuer).env("LISTEN", "127.0.0.1:0"));
        let line = process.stdout.wait_for(|text| text.split_once('\n').map(|(first, _)| first.to_owned()));
        let base = line.strip_prefix("listening on ").expect("it says where").to_owned();
        let agent = Agent::config_builder().http_status_as_error(false).timeout_global(Some(PATIENCE)).build().into();
        Self { _process: process, base, agent }
    }

    /// Status, and the text of the answer.
    fn get(&self, path: &str, token: Option<&str>) -> (u16, String) {
        let mut request = self.agent.get(format!("{}{path}", self.base));
        if let Some(token) = token {
            request = request.header("authorization", format!("bearer {token}"));
        }
        let mut response = request.call().unwrap();
        (response.status().as_u16(), response.body_mut().read_to_string().unwrap())
    }

    fn restart(&self, token: &str) -> u16 {
        let request = self.agent.post(format!("{}/admin/restart", self.base));
        request.header("authorization", format!("Bearer {token}")).send_empty().unwrap().status().as_u16()
    }
}

/// A home whose jeton has one address through all its starts.
fn home() -> (Home, String) {
    let home = Home::new();
    let base = home.serve().base.clone();
    let home = home.with("JETON_LISTEN", base.strip_prefix("http://").unwrap()).with("JETON_ISSUER", &base);
    let ada = ["--role", "admin", "--scope", "reports:read", "--claims", r#"{"tenant":"acme"}"#];
    let add = [&["user", "add", "ada", "--password-stdin"][..], &ada].concat();
    home.run_with_input(&add, PASSWORD.as_bytes()).exits(0);
    home.add("bob");
    (home, base)
}

#[test]
fn the_example_lets_in_whom_it_should_and_survives_new_keys() {
    let (home, issuer) = home();
    let jeton = home.serve();
    let service = Protected::start(&home, &issuer);
    let (ada, bob) = (jeton.sign_in("ada").access, jeton.sign_in("bob").access);

    assert_eq!(service.get("/", None), (200, "welcome\n".to_owned()));
    assert_eq!(service.get("/hello", None), (200, "hello stranger\n".to_owned()));
    let sub = jeton.get("/me", Some(&ada)).body["sub"].as_str().unwrap().to_owned();
    assert_eq!(service.get("/hello", Some(&ada)), (200, format!("hello {sub}\n")));
    assert_eq!(service.get("/hello", Some("nonsense")).0, 401, "a bad token is not a stranger's");
    assert_eq!(service.get("/tenant", Some(&ada)), (200, "acme\n".to_owned()));
    assert_eq!(service.get("/tenant", Some(&bob)), (200, "none\n".to_owned()));
    assert_eq!(service.get("/tenant", None).0, 401);
    assert_eq!((service.get("/reports", Some(&ada)).0, service.get("/reports", Some(&bob)).0), (200, 403));
    assert_eq!((service.restart(&ada), service.restart(&bob)), (200, 403));

    jeton.stop().exits(0);
    assert_eq!(service.get("/tenant", Some(&ada)).0, 200, "it does not need jeton to check");

    fs::remove_dir_all(home.path("keys")).unwrap();
    let jeton = home.serve();
    let again = jeton.sign_in("ada").access;
    assert_eq!(service.get("/tenant", Some(&again)), (200, "acme\n".to_owned()), "the new key is fetched");
    let (status, body) = service.get("/tenant", Some(&ada));
    assert_eq!((status, body.contains("unknown_key")), (401, true), "the old key is withdrawn");
}

/// The token with another kid in its header: nobody can have that key.
fn with_kid(token: &str, kid: &str) -> String {
    let (_, rest) = token.split_once('.').unwrap();
    let header = format!(r#"{{"typ":"at+jwt","alg":"ES256","kid":"{kid}"}}"#);
    format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header))
}

#[test]
fn after_an_emergency_the_example_takes_new_tokens_at_once_whatever_strangers_sent_before() {
    let (home, issuer) = home();
    let jeton = home.serve();
    let service = Protected::start(&home, &issuer);
    let old = jeton.sign_in("ada");
    assert_eq!(service.get("/tenant", Some(&old.access)).0, 200);
    assert_eq!(service.get("/tenant", Some(&with_kid(&old.access, "made-up"))).0, 401);

    home.run(&["keys", "rotate", "--now"]).exits(0);
    let is_gone = |text: &str| (text.matches(r#""outcome":"gone""#).count() >= 2).then_some(());
    jeton.process.stderr.wait_for(is_gone);
    let new = jeton.refresh(&old.refresh).tokens();
    assert_eq!(service.get("/tenant", Some(&new.access)), (200, "acme\n".to_owned()));
    let (status, body) = service.get("/tenant", Some(&old.access));
    assert_eq!((status, body.contains("unknown_key")), (401, true), "the old key left with it");
}
