//! The token check, held against design/security.md "Tokens" line by line, and against other
//! people's vectors.
//!
//! Owns: [`attacks`], one table of hostile tokens that prints how many it tried; what must still be
//! accepted; the order of the reasons; foreign keys; and the vectors of Wycheproof and the RFCs. The
//! parsers' own small cases stand beside the parsers. Called by `cargo test` only.

mod accepted;
mod attacks;
mod jwk;
mod order;
mod remembered;
mod rfc;
mod vectors;
mod wycheproof;

use std::io::Write;
use std::sync::LazyLock;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{Algorithm, Rejection, Verified};
use crate::clock::Timestamp;
use crate::testing::{ManualClock, TestIssuer};

/// When these tests happen: 2026-11-21T09:30:00Z.
const NOW: Timestamp = Timestamp::from_secs(1_795_253_400);

const ALGORITHMS: [Algorithm; 5] =
    [Algorithm::Es256, Algorithm::Rs256, Algorithm::Ps256, Algorithm::EdDsa, Algorithm::Hs256];

/// One issuer for each algorithm, made once: an RSA key takes its time.
static ISSUERS: LazyLock<[TestIssuer; 5]> = LazyLock::new(|| ALGORITHMS.map(issuer));

/// Somebody else for each algorithm, of the same names but with other keys.
static STRANGERS: LazyLock<[TestIssuer; 5]> = LazyLock::new(|| ALGORITHMS.map(issuer));

fn issuer(algorithm: Algorithm) -> TestIssuer {
    TestIssuer::with(algorithm).with_clock(ManualClock::new(NOW))
}

fn es256() -> &'static TestIssuer {
    &ISSUERS[0]
}

/// The stranger whose keys are of this issuer's algorithm.
fn stranger(issuer: &TestIssuer) -> &'static TestIssuer {
    STRANGERS.iter().find(|stranger| stranger.algorithm() == issuer.algorithm()).expect("one for each algorithm")
}

fn check(issuer: &TestIssuer, token: &str) -> Result<Verified, Rejection> {
    issuer.verifier().verify(token, NOW)
}

fn b64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn unb64(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).expect("base64url")
}

/// The token with another signature.
fn with_signature(token: &str, signature: impl AsRef<[u8]>) -> String {
    format!("{}.{}", signed_part(token), b64(signature))
}

fn signed_part(token: &str) -> &str {
    token.rsplit_once('.').expect("a compact token").0
}

fn signature(token: &str) -> Vec<u8> {
    unb64(token.rsplit_once('.').expect("a compact token").1)
}

/// Says it on standard error itself: the harness captures only what goes through `eprintln`.
fn say(text: &str) {
    writeln!(std::io::stderr(), "{text}").expect("standard error is open");
}
