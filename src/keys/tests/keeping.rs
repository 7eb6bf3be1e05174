//! What a running keyring makes of time and of changes in its folder, and what commands do to it.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::Duration;

use super::{DAY, NOW, chmod, names, new_pem, open, put, settings, temporary};
use crate::clock::Timestamp;
use crate::keys::{Happening, Kept, KeyEvent, KeyFolderError, KeyName, Keyring, ManageError, Wish, manage};
use crate::testing::{SeededEntropy, TestIssuer};
use crate::verify::Algorithm;

pub(super) const SECOND: Duration = Duration::from_secs(1);

pub(super) fn running(folder: &Path) -> Keyring {
    open(folder, Algorithm::Es256, NOW).unwrap().0
}

pub(super) fn keep(keyring: &Keyring, now: Timestamp) -> Kept {
    keyring.keep(&SeededEntropy::new(7), now).unwrap()
}

fn problem(kept: Result<Kept, KeyFolderError>) -> String {
    kept.unwrap_err().problem
}

pub(super) fn wish(folder: &Path, wish: Wish, now: Timestamp) -> Result<Vec<String>, ManageError> {
    manage(&settings(folder, Algorithm::Es256), wish, &SeededEntropy::new(9), now).map(|managed| managed.done)
}

/// What happened, and whether it was to a signing key.
pub(super) fn told(events: &[KeyEvent]) -> Vec<(bool, Happening)> {
    let is_signing = |event: &KeyEvent| matches!(event.standing.key, KeyName::Signing { .. });
    events.iter().map(|event| (is_signing(event), event.happening)).collect()
}

pub(super) fn token(keyring: &Keyring, now: Timestamp) -> String {
    let payload = TestIssuer::new().token("ada").issued_at(now).payload();
    keyring.ring().signer(now).sign_token(&serde_json::from_str::<serde_json::Value>(&payload).unwrap())
}

#[test]
fn keys_come_and_go_by_themselves_and_every_step_is_told() {
    let home = temporary();
    let keyring = running(home.path());
    let first = keyring.ring().signer(NOW).kid().to_owned();
    assert_eq!(keep(&keyring, NOW + 29 * DAY), Kept::default());

    let second = NOW + 30 * DAY;
    let kept = keep(&keyring, second);
    assert_eq!(kept.done.len(), 2);
    let expected = [
        (true, Happening::Active),
        (true, Happening::Published),
        (false, Happening::Active),
        (false, Happening::Published),
    ];
    assert_eq!(told(&kept.events), expected);
    assert!(keyring.ring().jwks().contains(&first), "its tokens are still out");

    let kept = keep(&keyring, second + 610 * SECOND);
    assert_eq!((told(&kept.events), kept.done.len()), (vec![(true, Happening::Gone)], 1));
    assert!(!keyring.ring().jwks().contains(&first));
    assert_eq!((names(home.path(), ".pem").len(), names(home.path(), ".key").len()), (2, 3));
}

#[test]
fn what_one_instance_does_the_other_takes_up_and_tells() {
    let home = temporary();
    let (one, other) = (running(home.path()), running(home.path()));
    let second = NOW + 30 * DAY;
    assert_eq!(keep(&one, second).done.len(), 2);
    let kept = keep(&other, second);
    assert_eq!((kept.done.len(), kept.events.len()), (0, 4));
    assert_eq!(one.ring().jwks(), other.ring().jwks());
}

#[test]
fn by_hand_the_next_keys_take_over_after_the_lead() {
    let home = temporary();
    let keyring = running(home.path());
    let first = keyring.ring().signer(NOW).kid().to_owned();
    assert_eq!(wish(home.path(), Wish::Rotate, NOW).unwrap().len(), 2);
    assert_eq!(wish(home.path(), Wish::Rotate, NOW).unwrap(), [""; 0], "once is enough");
    let kept = keep(&keyring, NOW);
    assert_eq!(told(&kept.events), [(true, Happening::Rescheduled), (false, Happening::Rescheduled)]);
    let takes_over = NOW + keyring.schedule().signing().lead;
    assert_eq!(keyring.ring().signer(takes_over - SECOND).kid(), first);
    assert_ne!(keyring.ring().signer(takes_over).kid(), first);
}

#[test]
fn commands_refuse_where_there_is_nothing_to_rotate() {
    let home = temporary();
    let folder = home.path().join("keys");
    for asked in [Wish::Rotate, Wish::RotateNow] {
        assert!(matches!(wish(&folder, asked, NOW), Err(ManageError::NothingToRotate)));
    }
    assert!(!folder.exists());
    assert_eq!(wish(&folder, Wish::Generate, NOW).unwrap().len(), 4);
    assert_eq!(wish(&folder, Wish::Generate, NOW).unwrap(), [""; 0]);
}

#[test]
fn a_folder_that_is_suddenly_empty_is_not_filled_by_a_running_server() {
    let home = temporary();
    let folder = home.path().join("keys");
    let keyring = running(&folder);
    let (jwks, access) = (keyring.ring().jwks().to_owned(), token(&keyring, NOW));
    fs::rename(&folder, home.path().join("unmounted")).unwrap();
    assert!(problem(keyring.keep(&SeededEntropy::new(1), NOW)).contains("No such file"));
    fs::create_dir(&folder).unwrap();
    assert!(problem(keyring.keep(&SeededEntropy::new(1), NOW)).starts_with("holds no signing key"));
    assert_eq!(names(&folder, ""), [""; 0], "it may come back");
    assert_eq!(keyring.ring().jwks(), jwks);
    assert!(keyring.verifier().verify(&access, NOW).is_ok());

    fs::remove_dir(&folder).unwrap();
    fs::rename(home.path().join("unmounted"), &folder).unwrap();
    assert_eq!(keep(&keyring, NOW), Kept::default());
}

#[test]
fn a_file_that_is_not_trusted_changes_nothing_until_it_is() {
    let home = temporary();
    let keyring = running(home.path());
    let file = put(home.path().join("mine.pem"), &new_pem(Algorithm::EdDsa));
    chmod(&file, 0o644);
    for _ in 0..2 {
        assert_eq!(problem(keyring.keep(&SeededEntropy::new(1), NOW)), "others can use it: run chmod 600 on it");
    }
    chmod(&file, 0o600);
    assert_eq!(told(&keep(&keyring, NOW).events), [(true, Happening::Published)]);
    assert!(keyring.ring().jwks().contains("Ed25519"));
}

/// As Kubernetes updates a mounted secret: the names stay, the link behind them turns.
#[test]
fn another_key_behind_the_same_name_is_noticed() {
    let home = temporary();
    for version in ["..one", "..two"] {
        fs::create_dir(home.path().join(version)).unwrap();
        put(home.path().join(version).join("mine.pem"), &new_pem(Algorithm::Es256));
    }
    symlink("..one", home.path().join("..data")).unwrap();
    symlink("..data/mine.pem", home.path().join("mine.pem")).unwrap();
    let keyring = running(home.path());
    let first = keyring.ring().signer(NOW).kid().to_owned();
    fs::remove_file(home.path().join("..data")).unwrap();
    symlink("..two", home.path().join("..data")).unwrap();
    assert!(told(&keep(&keyring, NOW).events).contains(&(true, Happening::Gone)));
    assert_ne!(keyring.ring().signer(NOW).kid(), first);
}

#[test]
fn what_cannot_be_done_is_told_and_tried_again_later() {
    let home = temporary();
    let keyring = running(home.path());
    let due = NOW + 30 * DAY;
    // Where the next refresh secret would be written, something else stands.
    let obstacle = home.path().join(".20270120T093000Z-refresh-3.key.new");
    fs::create_dir(&obstacle).unwrap();
    let kept = keep(&keyring, due);
    assert!(kept.failed.is_some() && kept.events.len() == 3, "the signing key was made: {kept:?}");
    fs::remove_dir(&obstacle).unwrap();
    assert!(keep(&keyring, due + 29 * SECOND).failed.is_some(), "not with every look");
    let kept = keep(&keyring, due + 30 * SECOND);
    assert_eq!((kept.failed, kept.done.len()), (None, 1));
}

#[test]
fn a_start_that_cannot_make_the_next_key_goes_on_with_those_that_are_there() {
    let home = temporary();
    drop(running(home.path()));
    let due = NOW + 30 * DAY;
    fs::create_dir(home.path().join(".20270120T093000Z-refresh-3.key.new")).unwrap();
    let (keyring, opened) = open(home.path(), Algorithm::Es256, due).unwrap();
    assert!(opened.warnings[0].starts_with("a key that is due could not be made"), "{opened:?}");
    assert!(keyring.verifier().verify(&token(&keyring, due), due).is_ok());
}

#[test]
fn whoever_cannot_see_the_folder_lets_nobody_cache_its_keys_for_long() {
    let home = temporary();
    let folder = home.path().join("keys");
    let keyring = running(&folder);
    fs::rename(&folder, home.path().join("unmounted")).unwrap();
    let later = NOW + 365 * SECOND;
    assert!(keyring.keep(&SeededEntropy::new(1), later).is_err());
    assert_eq!((keyring.max_age(NOW), keyring.max_age(later)), (600 * SECOND, 300 * SECOND));
    fs::rename(home.path().join("unmounted"), &folder).unwrap();
    keep(&keyring, later);
    assert_eq!(keyring.max_age(later), 600 * SECOND);
}
