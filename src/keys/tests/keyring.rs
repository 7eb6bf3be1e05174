//! What opening a folder makes of it, and what a running process notices later.

use std::fs;
use std::os::unix::fs::chown;
use std::path::Path;
use std::sync::Barrier;
use std::time::Duration;

use super::{NOW, chmod, mode, names, new_pem, open, problem, put, settings, temporary};
use crate::clock::Timestamp;
use crate::id::SessionId;
use crate::keys::{KeyFolder, KeyFolderError, KeyName, Keyring, KeyringSettings, Opened, Stage, Standing};
use crate::secret::Secret;
use crate::session::{Malformed, RefreshSecret, RefreshToken};
use crate::testing::SeededEntropy;
use crate::verify::Algorithm;

fn stages(keyring: &Keyring, now: Timestamp) -> Vec<(Stage, Algorithm)> {
    let signing = |standing: Standing| match standing.key {
        KeyName::Signing { algorithm, .. } => Some((standing.stage, algorithm)),
        KeyName::Refresh { .. } => None,
    };
    keyring.standings(now).into_iter().filter_map(signing).collect()
}

#[test]
fn the_first_start_makes_what_is_missing_and_the_second_nothing() {
    let home = temporary();
    let (first, opened) = open(home.path(), Algorithm::Es256, NOW).unwrap();
    assert_eq!(opened.done.len(), 4, "{opened:?}");
    assert_eq!(opened.warnings, [""; 0]);
    assert_eq!(stages(&first, NOW), [(Stage::Active, Algorithm::Es256), (Stage::Next, Algorithm::Es256)]);

    let (second, opened) = open(home.path(), Algorithm::Es256, NOW + Duration::from_secs(86_400)).unwrap();
    assert_eq!(opened, Opened::default());
    assert_eq!(second.ring().jwks(), first.ring().jwks());
}

#[test]
fn a_changed_algorithm_makes_the_next_key_which_signs_once_every_cache_has_it() {
    let home = temporary();
    open(home.path(), Algorithm::Es256, NOW).unwrap();
    let later = NOW + Duration::from_secs(3600);
    let (keyring, opened) = open(home.path(), Algorithm::EdDsa, later).unwrap();
    assert_eq!((opened.done.len(), opened.warnings.len()), (2, 1), "one made, one withdrawn: {opened:?}");
    assert!(opened.warnings[0].starts_with("the active key is ES256; EdDSA comes into use"), "{opened:?}");
    assert_eq!(stages(&keyring, later), [(Stage::Active, Algorithm::Es256), (Stage::Next, Algorithm::EdDsa)]);
    assert!(keyring.ring().jwks().contains("Ed25519"), "published before it signs");

    let comes = later + keyring.schedule().signing().lead;
    assert_eq!(keyring.ring().signer(comes - Duration::from_secs(1)).algorithm(), Algorithm::Es256);
    assert_eq!(stages(&keyring, comes), [(Stage::Retired, Algorithm::Es256), (Stage::Active, Algorithm::EdDsa)]);
    assert_eq!(open(home.path(), Algorithm::EdDsa, later).unwrap().1.done, [""; 0], "and only one");
}

fn hs256(folder: &Path) -> KeyringSettings {
    let secret = Some(Secret::new(vec![7; 32]));
    KeyringSettings { hmac_secret: secret, ..settings(folder, Algorithm::Hs256) }
}

#[test]
fn a_shared_secret_stands_alone_and_publishes_nothing() {
    let home = temporary();
    let entropy = SeededEntropy::new(1);
    let (keyring, opened) = Keyring::open(hs256(home.path()), &entropy, NOW).unwrap();
    assert_eq!((opened.done.len(), names(home.path(), ".key").len()), (2, 2), "only refresh secrets: {opened:?}");
    assert_eq!((keyring.ring().jwks(), keyring.ring().signer(NOW).algorithm()), (r#"{"keys":[]}"#, Algorithm::Hs256));
    let shown = format!("{keyring:?}");
    assert!(!shown.contains("7, 7") && shown.contains("***"), "{shown}");

    put(home.path().join("mine.pem"), &new_pem(Algorithm::Es256));
    let refused = Keyring::open(hs256(home.path()), &entropy, NOW).unwrap_err();
    assert!(refused.problem.starts_with("holds asymmetric keys"), "{refused}");
    assert!(keyring.reload().is_err(), "nor in a running process");
    assert_eq!(keyring.ring().signer(NOW).algorithm(), Algorithm::Hs256, "which goes on with what it has");
}

#[test]
fn a_short_shared_secret_is_refused_and_not_shown() {
    let home = temporary();
    let short = KeyringSettings { hmac_secret: Some(Secret::new(b"hunter2".to_vec())), ..hs256(home.path()) };
    let refused = Keyring::open(short, &SeededEntropy::new(1), NOW).unwrap_err();
    assert!(refused.problem.contains("shorter than 32 bytes") && !refused.problem.contains("hunter2"), "{refused}");
}

#[test]
fn two_refresh_secrets_of_one_number_are_refused() {
    let home = temporary();
    open(home.path(), Algorithm::Es256, NOW).unwrap();
    let folder = KeyFolder::open(home.path()).unwrap();
    folder.add_refresh_secret(NOW + Duration::from_secs(1), 1, &[1; 32]).unwrap();
    let refused = open(home.path(), Algorithm::Es256, NOW).unwrap_err();
    assert_eq!(refused.problem, "holds two refresh secrets of one number");
}

#[test]
fn of_many_that_start_at_once_one_makes_the_keys() {
    const STARTERS: usize = 8;
    let home = temporary();
    let barrier = Barrier::new(STARTERS);
    let start = || {
        barrier.wait();
        let (keyring, opened) = open(home.path(), Algorithm::Es256, NOW).unwrap();
        (keyring.ring().jwks().to_owned(), opened.done.len())
    };
    let started: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..STARTERS).map(|_| scope.spawn(start)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!((names(home.path(), ".pem").len(), names(home.path(), ".key").len()), (2, 2));
    assert!(started.iter().all(|(jwks, _)| *jwks == started[0].0), "all have the same key");
    assert_eq!(started.iter().map(|(_, made)| made).sum::<usize>(), 4);
}

/// Opens a folder as somebody who cannot write it. Root could write anything, so the test's own
/// thread, and no other, becomes nobody first.
fn open_read_only(folder: &Path) -> Result<(Keyring, Opened), KeyFolderError> {
    const NOBODY: u32 = 65_534;
    let root = rustix::process::geteuid().is_root();
    for file in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let _ = root.then(|| chown(&file, Some(NOBODY), None).unwrap());
        chmod(&file, 0o400);
    }
    let _ = root.then(|| chown(folder, Some(NOBODY), None).unwrap());
    chmod(folder, 0o500);
    let as_nobody = || {
        if root {
            let nobody = rustix::process::Uid::from_raw(NOBODY);
            rustix::thread::set_thread_res_uid(nobody, nobody, nobody).unwrap();
        }
        open(folder, Algorithm::Es256, NOW)
    };
    let opened = std::thread::scope(|scope| scope.spawn(as_nobody).join().unwrap());
    assert_eq!(mode(folder), 0o500, "it was read-only all the time");
    chmod(folder, 0o700);
    opened
}

#[test]
fn a_read_only_folder_with_keys_is_fine_and_one_without_is_refused() {
    let home = temporary();
    chmod(home.path(), 0o755);
    let (full, empty) = (home.path().join("full"), home.path().join("empty"));
    open(&full, Algorithm::Es256, NOW).unwrap();
    let (keyring, opened) = open_read_only(&full).unwrap();
    assert_eq!(opened.done, [""; 0]);
    assert_eq!(opened.warnings, ["the keys folder is read-only: no key will be made or rotated here"]);
    assert_eq!(stages(&keyring, NOW)[0], (Stage::Active, Algorithm::Es256));

    KeyFolder::open(&empty).unwrap();
    let refused = open_read_only(&empty).unwrap_err();
    assert!(refused.problem.ends_with("none can be made here"), "{refused}");
}

#[test]
fn an_unknown_secret_is_looked_for_again_but_not_with_every_token() {
    let home = temporary();
    let (keyring, _) = open(home.path(), Algorithm::Es256, NOW).unwrap();
    let folder = KeyFolder::open(home.path()).unwrap();
    let add = |id: u8| folder.add_refresh_secret(NOW, id, &[id; 32]).unwrap();
    let token = RefreshToken { session: SessionId::from_bytes([9; 16]), generation: 3 };
    let verify = |id: u8, millis: u64| {
        let text = token.mint(&RefreshSecret::new(id, &[id; 32]));
        keyring.verify_refresh_token(text.expose(), NOW + Duration::from_millis(millis)).map(|(token, _)| token)
    };

    // Another instance came into secret 5: the first token of it finds it.
    add(5);
    assert_eq!(verify(5, 0), Ok(token));
    // Within the cooldown nothing is read, whoever asks; afterwards it is.
    add(3);
    assert_eq!(verify(3, 1), Err(Malformed));
    assert_eq!(verify(3, 4_999), Err(Malformed));
    assert_eq!(verify(3, 5_000), Ok(token));
    // Garbage uses the cooldown up, and what is known needs none.
    assert_eq!(verify(77, 10_000), Err(Malformed));
    add(4);
    assert_eq!(verify(4, 10_001), Err(Malformed));
    assert_eq!(verify(3, 10_001), Ok(token));
    assert_eq!(verify(4, 15_000), Ok(token));
}

#[test]
fn a_reload_that_fails_leaves_the_old_keys_in_use() {
    let home = temporary();
    let (keyring, _) = open(home.path(), Algorithm::Es256, NOW).unwrap();
    let before = keyring.ring().jwks().to_owned();
    put(home.path().join("broken.pem"), "broken");
    assert!(keyring.reload().is_err());
    assert_eq!(problem(home.path()), "is not a PEM file with one block");
    assert_eq!(keyring.ring().jwks(), before);
}
