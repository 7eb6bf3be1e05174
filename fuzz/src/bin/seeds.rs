//! Writes the seeds: real tokens, and what the attack generator makes of them.
//!
//! `cargo run --manifest-path fuzz/Cargo.toml --bin seeds`, from the project's root. Identifiers in the
//! tokens are random, so a second run writes other bytes; keys are public ones, made for the occasion.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jeton::id::SessionId;
use jeton::session::RefreshToken;
use jeton::testing::{TestIssuer, attacks};
use jeton::verify::Algorithm;
use serde_json::{Value, json};

/// How many tokens of one requirement are kept: the fuzzer makes more like them itself.
const OF_EACH_LINE: usize = 4;

/// Larger ones would only slow it down.
const MAX_BYTES: usize = 2_000;

fn main() -> std::io::Result<()> {
    let tokens = tokens();
    write("token", tokens.iter().map(String::as_bytes))?;
    write("header", tokens.iter().filter_map(|token| part(token, 0)))?;
    write("claims", tokens.iter().filter_map(|token| part(token, 1)))?;
    write("jwk", keys())?;
    write("authorization", authorization())?;
    write("refresh_token", refresh_tokens())?;
    write("password_hash", password_hashes()?)
}

/// A good token, and some of each line of the generator.
fn tokens() -> Vec<String> {
    let issuer = properties::issuer();
    let full = issuer.token("ada").scope("read write").roles(["admin"]).claim("tenant", json!({"a": [1, 2.5, null]}));
    let mut kept = vec![issuer.token_for("ada"), full.claim("nbf", issuer.now().as_secs()).sign()];
    let mut of_line = BTreeMap::new();
    for attack in attacks::tokens(&issuer, &issuer.stranger()) {
        let count = of_line.entry(attack.line).or_insert(0);
        if *count < OF_EACH_LINE && attack.token.len() <= MAX_BYTES {
            *count += 1;
            kept.push(attack.token);
        }
    }
    kept
}

fn part(token: &str, number: usize) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(token.split('.').nth(number)?).ok()
}

fn keys() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for algorithm in [Algorithm::Es256, Algorithm::Rs256, Algorithm::Ps256, Algorithm::EdDsa] {
        let set: Value = serde_json::from_str(&TestIssuer::with(algorithm).jwks()).expect("a JWKS is JSON");
        let key = &set["keys"][0];
        seeds.push(key.to_string().into_bytes());
        seeds.push(set.to_string().into_bytes());
        seeds.push(json!({"keys": [key, key, {"kty": "oct", "kid": "x", "k": "AA"}, 1]}).to_string().into_bytes());
        let mut limited = key.clone();
        limited["key_ops"] = json!(["verify"]);
        limited["x5c"] = json!(["MIIB"]);
        seeds.push(limited.to_string().into_bytes());
    }
    seeds
}

fn authorization() -> Vec<Vec<u8>> {
    let values = [
        "Bearer abc",
        "bearer  abc ",
        "Bearer",
        "Bearer a b",
        "Bearer a\nBearer b",
        "Basic YTpi",
        "",
        "Bearer\tx",
        "DPoP x",
        "BEARER x\u{a0}",
        "Bearer \u{e9}",
        "Basic YTpi\nBearer x",
    ];
    values.map(|value| value.as_bytes().to_vec()).into()
}

fn refresh_tokens() -> Vec<Vec<u8>> {
    let token = |generation| RefreshToken { session: SessionId::from_bytes([9; 16]), generation };
    let mint = |generation, id| token(generation).mint(&properties::refresh_token::secret(id)).expose().clone();
    let good = mint(1, 1);
    let seeds = [
        mint(0, 0),
        mint(u32::MAX, 255),
        good.replacen("rt1_", "rt2_", 1),
        good[4..].to_owned(),
        good.clone() + "A",
        good.to_uppercase(),
        good,
    ];
    seeds.map(String::into_bytes).into()
}

/// One of each form.
fn password_hashes() -> std::io::Result<Vec<String>> {
    let mut seeds = BTreeMap::new();
    for line in fs::read_to_string("tests/vectors/foreign-hashes.jsonl")?.lines() {
        let vector: Value = serde_json::from_str(line)?;
        let hash = vector["hash"].as_str().map_or_else(|| vector["hash"].to_string(), str::to_owned);
        seeds.insert(vector["form"].to_string(), hash);
    }
    Ok(seeds.into_values().collect())
}

fn write(target: &str, seeds: impl IntoIterator<Item = impl AsRef<[u8]>>) -> std::io::Result<()> {
    let folder = Path::new("fuzz/seeds").join(target);
    fs::create_dir_all(&folder)?;
    for (number, seed) in seeds.into_iter().enumerate() {
        fs::write(folder.join(format!("{number:03}")), seed)?;
    }
    Ok(())
}
