//! /verify, cached and not, next to actix alone, to the raw signature check, and to what Node does.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jeton::clock::{Clock, SystemClock};
use jeton::keys::SigningKey;
use jeton::scope::Scope;
use jeton::verify::{Algorithm, Audience, Claims};
use serde_json::{Value, json};

use crate::floor::Floor;
use crate::pinned::{Running, command};
use crate::rounds::{Side, compare};
use crate::service::Service;
use crate::wrk;

const ROUNDS: usize = 9;

/// Rounds in which each token is used once.
const UNCACHED_ROUNDS: usize = 9;

pub fn run() {
    cached();
    // More tokens for each round than can be verified in it, so that none is seen twice.
    for (name, algorithm, tokens) in
        [("ES256", Algorithm::Es256, 25_000), ("EdDSA", Algorithm::EdDsa, 35_000), ("RS256", Algorithm::Rs256, 45_000)]
    {
        uncached(name, algorithm, tokens);
    }
}

/// One token again and again.
fn cached() {
    let service = Service::start(&[]);
    let token = service.sign_in()["access_token"].as_str().unwrap().to_owned();
    let floor = floor(&service, &token);
    let (constant, verify) = (format!("http://{}/constant", floor.address), format!("{}/verify", service.base()));
    let mut sides = vec![
        Side::new("actix, a constant answer of the same size and headers", || wrk::with_token(&constant, &token)),
        Side::new("jeton /verify, cached (ES256)", || wrk::with_token(&verify, &token)),
    ];
    let peers: Vec<(String, Running)> = [
        ("Express + jsonwebtoken (HS256, no cache)", "express.js"),
        ("Fastify + fast-jwt (HS256, its cache)", "fastify.js"),
    ]
    .into_iter()
    .filter_map(|(name, script)| Some((name.to_owned(), peer(script)?)))
    .collect();
    for (name, peer) in &peers {
        let (url, token) = (format!("http://{}/verify", peer.address), hs256());
        sides.push(Side::new(name.clone(), move || wrk::with_token(&url, &token)));
    }
    compare("/verify, one token, 32 connections, one core", ROUNDS, sides);
}

/// Every request another token.
fn uncached(name: &str, algorithm: Algorithm, tokens_of_a_round: usize) {
    let service = Service::start(&[("JETON_ALGORITHM", name)]);
    let tokens = service.folder.path().join("tokens");
    let key = signing_key(&service.folder.path().join("keys"), algorithm);
    let lines: Vec<String> =
        (0..tokens_of_a_round * (UNCACHED_ROUNDS + 1)).map(|number| key.sign_token(&claims(number))).collect();
    fs::write(&tokens, lines.join("\n")).unwrap();
    let floor = floor(&service, &lines[0]);
    let (raw, verify) = (format!("http://{}/raw", floor.address), format!("{}/verify", service.base()));
    let in_turns = |url: String| {
        let (mut from, tokens) = (0, tokens.clone());
        move || {
            let rate = wrk::with_tokens(&url, &tokens, from, tokens_of_a_round);
            from += tokens_of_a_round;
            rate
        }
    };
    let sides = vec![
        Side::new(format!("actix, base64 and aws-lc-rs alone ({name})"), in_turns(raw)),
        Side::new(format!("jeton /verify, not cached ({name})"), in_turns(verify)),
    ];
    compare("/verify, every request another token", UNCACHED_ROUNDS, sides);
}

/// A floor that answers as this service does to this token.
fn floor(service: &Service, token: &str) -> Running {
    let request = ureq::get(format!("{}/verify", service.base())).header("authorization", format!("Bearer {token}"));
    let mut answer = request.call().unwrap();
    let ours = |name: &str| !["content-length", "date"].contains(&name);
    let headers = answer.headers().iter().filter(|(name, _)| ours(name.as_str()));
    let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    let mut jwks = ureq::get(format!("{}/.well-known/jwks.json", service.base())).call().unwrap();
    let jwks: Value = jwks.body_mut().read_json().unwrap();
    // Newest first: the last one signs.
    let jwk = jwks["keys"].as_array().unwrap().last().unwrap().clone();
    let floor = Floor { headers, body: answer.body_mut().read_to_string().unwrap(), jwk };
    let file = service.folder.path().join("floor.json");
    fs::write(&file, serde_json::to_vec(&floor).unwrap()).unwrap();
    Running::start(command(std::env::current_exe().unwrap()).arg("floor").arg(file))
}

/// A server in Node; `None`, with a word about it, where its packages are not installed.
fn peer(script: &str) -> Option<Running> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/http/node");
    if !folder.join("node_modules").exists() {
        println!("{script} is left out: npm ci --prefix benches/http/node");
        return None;
    }
    Some(Running::start(command("node").arg(folder.join(script)).env("SECRET", SECRET)))
}

const SECRET: &str = "a secret of at least thirty-two bytes";

fn hs256() -> String {
    SigningKey::hs256(SECRET.as_bytes()).unwrap().sign_token(&claims(0))
}

/// The key that the service has made.
fn signing_key(folder: &Path, algorithm: Algorithm) -> SigningKey {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    // The earliest signs; the next one waits.
    let file: PathBuf = files.filter(|path| path.extension().is_some_and(|end| end == "pem")).min().unwrap();
    let der = pem::parse(fs::read(file).unwrap()).unwrap().into_contents();
    SigningKey::from_pkcs8(algorithm, &der).unwrap()
}

fn claims(number: usize) -> Claims {
    let now = SystemClock.now();
    Claims {
        iss: "https://id.example".to_owned(),
        sub: "YaCAENwHddcs8i-qY-exZQ".to_owned(),
        aud: Audience::One("https://id.example".to_owned()),
        client_id: Some("default".to_owned()),
        iat: now,
        exp: now + Duration::from_secs(600),
        nbf: None,
        jti: Some(format!("{number:022}")),
        sid: Some("MWjPY84A7cZClPCKUfyJCQ".to_owned()),
        auth_time: Some(now),
        amr: vec!["pwd".to_owned()],
        scope: Scope::default(),
        roles: vec!["admin".to_owned()],
        custom: serde_json::Map::from_iter([("tenant".to_owned(), json!("seven"))]),
    }
}
