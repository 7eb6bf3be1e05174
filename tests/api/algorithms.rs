//! The five algorithms, end to end: sign-in, /verify, the JWKS as another service reads it, the files.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use jeton::clock::Clock;
use jeton::config::Config;
use jeton::secret::Secret;
use jeton::server::{Surroundings, assemble};
use jeton::verify::{Algorithm, KeySet, Policy, VerificationKey, Verifier};

use crate::app::{Plan, TestApp, seconds};
use crate::reply::Tokens;

const SHARED: &[u8] = b"0123456789abcdef0123456789abcdef";
const ISSUER: &str = "http://127.0.0.1:8080";

fn hs256(config: &mut Config) {
    config.algorithm = Algorithm::Hs256;
    config.hmac_secret = Some(Secret::new(SHARED.to_vec()));
}

/// Refresh included, a token of this algorithm comes out and is good, here and elsewhere.
fn goes_all_the_way(app: &TestApp, algorithm: Algorithm, keys_elsewhere: impl Fn(&Tokens) -> KeySet) {
    app.add_user("ada");
    let first = app.sign_in("ada");
    let second = app.refresh(&first.refresh).tokens();
    for tokens in [first, second] {
        assert_eq!(tokens.header()["alg"], algorithm.as_str());
        assert_eq!(app.verify(&tokens.access).status, 200, "{algorithm}");
        assert_eq!(app.bearer("GET", "/me", &tokens.access).status, 200, "{algorithm}");
        let elsewhere = Verifier::new(Policy::new(ISSUER, ISSUER), keys_elsewhere(&tokens));
        assert!(elsewhere.verify(&tokens.access, app.clock.now()).is_ok(), "{algorithm}");
    }
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// The names of the visible key files, of which only the owner can use any.
fn key_files(app: &TestApp) -> Vec<String> {
    let folder = app.folder.path().join("keys");
    assert_eq!(mode(&folder), 0o700);
    let files: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(files.iter().all(|file| mode(file) == 0o600), "{files:?}");
    let mut names: Vec<_> = files.iter().map(|file| file.file_name().unwrap().to_str().unwrap().to_owned()).collect();
    names.retain(|name| !name.starts_with('.'));
    names.sort();
    names
}

fn asymmetric(algorithm: Algorithm) {
    let app = TestApp::with(|config| config.algorithm = algorithm);
    goes_all_the_way(&app, algorithm, |_| KeySet::from_jwks(&app.get("/.well-known/jwks.json").body).unwrap());
    let keys = app.get("/.well-known/jwks.json").json();
    let keys = keys["keys"].as_array().unwrap();
    assert_eq!(keys.len(), 2, "the active key and the next");
    assert!(keys.iter().all(|key| key["alg"] == algorithm.as_str()), "{keys:?}");
    let files = key_files(&app);
    let is_of_kind = |name: &&String| name.contains(algorithm.as_str()) && name.ends_with(".pem");
    assert_eq!((files.len(), files.iter().filter(is_of_kind).count()), (4, 2), "{files:?}");
    assert_eq!(files.iter().filter(|name| name.ends_with(".key")).count(), 2, "{files:?}");
}

#[test]
fn es256() {
    asymmetric(Algorithm::Es256);
}

#[test]
fn rs256() {
    asymmetric(Algorithm::Rs256);
}

#[test]
fn ps256() {
    asymmetric(Algorithm::Ps256);
}

#[test]
fn eddsa() {
    asymmetric(Algorithm::EdDsa);
}

#[test]
fn hs256_publishes_nothing_and_the_secret_verifies_as_it_stands() {
    let app = TestApp::with(hs256);
    goes_all_the_way(&app, Algorithm::Hs256, |tokens| {
        let mut keys = KeySet::default();
        let kid = tokens.header()["kid"].as_str().unwrap().to_owned();
        keys.insert(kid, VerificationKey::hs256(SHARED).unwrap());
        keys
    });
    assert_eq!(app.get("/.well-known/jwks.json").text(), r#"{"keys":[]}"#);
    let files = key_files(&app);
    assert!(files.iter().all(|name| name.ends_with(".key")), "only refresh secrets: {files:?}");
}

#[test]
fn hs256_beside_asymmetric_keys_does_not_start() {
    let folder = Arc::clone(&TestApp::start().folder);
    let plan = Plan::over(folder, hs256);
    let refused = assemble(&plan.config, plan.stores, Surroundings::default()).err().expect("it must not start");
    let text = refused.to_string();
    assert!(text.contains("HS256") && !text.contains("0123456789abcdef"), "{text}");
}

#[test]
fn another_algorithm_is_for_the_next_key_and_no_token_is_lost() {
    let before = TestApp::start();
    before.add_user("ada");
    let old = before.sign_in("ada");
    let folder = Arc::clone(&before.folder);
    drop(before);

    let app = Plan::over(folder, |config| config.algorithm = Algorithm::EdDsa).start();
    assert_eq!(app.get("/.well-known/jwks.json").json()["keys"].as_array().unwrap().len(), 2, "published first");
    assert_eq!(app.verify(&old.access).status, 200);
    let still = app.refresh(&old.refresh).tokens();
    assert_eq!(still.header()["alg"], "ES256", "nobody who caches the JWKS may meet a key unprepared");
    app.clock.advance(seconds(600));
    assert_eq!(app.verify(&still.access).status, 200);
    app.clock.advance(seconds(70));
    let new = app.refresh(&still.refresh).tokens();
    assert_eq!(new.header()["alg"], "EdDSA");
    assert_eq!(app.verify(&new.access).status, 200);
}
