//! wrk, from the system's packages: 32 connections on the load's core.

use std::path::Path;
use std::process::Command;

/// How long one side of one round takes.
const SECONDS: &str = "1";

/// Requests a second for this URL with this token.
pub fn with_token(url: &str, token: &str) -> f64 {
    run(&["-H", &format!("Authorization: Bearer {token}"), url])
}

/// Requests a second where each takes the next token of a file, one on each line: so many from that one
/// on.
pub fn with_tokens(url: &str, tokens: &Path, from: usize, count: usize) -> f64 {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/http/tokens.lua");
    let (from, count) = (from.to_string(), count.to_string());
    run(&["-s", script.to_str().unwrap(), url, "--", tokens.to_str().unwrap(), &from, &count])
}

fn run(arguments: &[&str]) -> f64 {
    let output = Command::new("wrk").args(["-t1", "-c32", "-d", SECONDS]).args(arguments).output();
    let output = output.expect("wrk is needed: apt-get install wrk");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(!text.contains("Non-2xx") && !text.contains("Socket errors"), "{arguments:?}: {text}");
    let rate = text.lines().find_map(|line| line.strip_prefix("Requests/sec:")?.trim().parse().ok());
    rate.unwrap_or_else(|| panic!("{arguments:?}: {text} {}", String::from_utf8_lossy(&output.stderr)))
}
