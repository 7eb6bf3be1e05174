//! What the fuzzer starts from and whatever it found: tried again here, on any machine, without it.

use std::fs;
use std::path::Path;

use crate::properties::TARGETS;
use crate::say;

fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.map(|path| (path.display().to_string(), fs::read(&path).unwrap())).collect()
}

#[test]
fn every_seed_and_everything_that_was_ever_found_holds_its_properties() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    for (target, check) in TARGETS {
        let (seeds, found) = (files(&fuzz.join("seeds").join(target)), files(&fuzz.join("found").join(target)));
        assert!(seeds.len() >= 7, "{target} has its seeds");
        for (path, bytes) in seeds.iter().chain(&found) {
            let outcome = std::panic::catch_unwind(|| check(bytes));
            assert!(outcome.is_ok(), "{path}");
        }
        say(&format!("{target}: {} seeds, {} found", seeds.len(), found.len()));
    }
}

#[test]
fn the_seeds_hold_good_input_too() {
    let good = |target: &str| files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(target));
    let verifier = crate::properties::issuer().verifier();
    let accepted = |bytes: &[u8]| verifier.verify(std::str::from_utf8(bytes).unwrap_or(""), crate::properties::NOW);
    assert!(good("token").iter().any(|(_, bytes)| accepted(bytes).is_ok()), "else nothing behind the mac is fuzzed");
    let minted = |bytes: &[u8]| {
        let token = jeton::session::UnverifiedToken::parse(std::str::from_utf8(bytes).ok()?).ok()?;
        token.verify(&crate::properties::refresh_token::secret(token.secret_id())).ok()
    };
    assert!(good("refresh_token").iter().any(|(_, bytes)| minted(bytes).is_some()));
}
