//! Signing keys in the wrong hands: what `rotate --now` takes away, and what goes on.

use std::fs;
use std::os::unix::fs::symlink;

use super::keeping::{SECOND, keep, running, token, told, wish};
use super::{NOW, chmod, names, new_pem, put, settings, temporary};
use crate::id::SessionId;
use crate::keys::{Happening, ManageError, Stage, Wish, list, manage};
use crate::session::RefreshToken;
use crate::testing::SeededEntropy;
use crate::verify::{Algorithm, Rejection};

#[test]
fn in_an_emergency_running_servers_refuse_the_old_keys_and_sessions_go_on() {
    let home = temporary();
    let keyring = running(home.path());
    let access = token(&keyring, NOW);
    let session = RefreshToken { session: SessionId::from_bytes([9; 16]), generation: 3 };
    let refresh = session.mint(keyring.ring().newest_secret(NOW));
    let before = keyring.ring().jwks().to_owned();

    let done = wish(home.path(), Wish::RotateNow, NOW + SECOND).unwrap();
    assert_eq!(done.len(), 4, "two made, two removed: {done:?}");
    let kept = keep(&keyring, NOW + 2 * SECOND);
    assert_eq!(told(&kept.events).iter().filter(|(_, what)| *what == Happening::Gone).count(), 2);
    let now = NOW + 2 * SECOND;
    assert_eq!(keyring.verifier().verify(&access, now).unwrap_err(), Rejection::UnknownKey);
    assert!(keyring.verifier().verify(&token(&keyring, now), now).is_ok(), "the new key signs at once");
    assert!(before.split('"').filter(|part| part.len() == 43).all(|part| !keyring.ring().jwks().contains(part)));
    assert_eq!(keyring.verify_refresh_token(refresh.expose(), now).map(|(token, _)| token), Ok(session));
}

#[test]
fn in_an_emergency_a_key_that_was_brought_leaves_too_and_its_bytes_are_kept() {
    let home = temporary();
    let pem = new_pem(Algorithm::Es256);
    put(home.path().join("mine.pem"), &pem);
    let keyring = running(home.path());
    let theirs = keyring.ring().signer(NOW).kid().to_owned();
    assert!(wish(home.path(), Wish::RotateNow, NOW).unwrap().iter().any(|line| line.contains("mine.pem.revoked")));
    keep(&keyring, NOW);
    assert!(!keyring.ring().jwks().contains(&theirs));
    assert_eq!(fs::read_to_string(home.path().join("mine.pem.revoked")).unwrap(), pem);
}

/// That is what the emergency is.
#[test]
fn in_an_emergency_keys_that_others_could_read_leave_and_nothing_else_uses_them() {
    let home = temporary();
    let settings = settings(home.path(), Algorithm::Es256);
    let keyring = running(home.path());
    let (old, first) = (token(&keyring, NOW), names(home.path(), ".pem")[0].clone());
    for file in [first.clone(), names(home.path(), ".key")[0].clone()] {
        chmod(&home.path().join(file), 0o644);
    }
    for asked in [Wish::Generate, Wish::Rotate] {
        assert!(matches!(wish(home.path(), asked, NOW), Err(ManageError::Folder(_))), "{asked:?}");
    }
    let listed = list(&settings, NOW).unwrap();
    assert_eq!((listed.keys.len(), &listed.keys[0].file, listed.keys[0].stage), (4, &first, Stage::Active));
    let complaints: Vec<_> = listed.exposed.iter().map(|error| error.problem.as_str()).collect();
    assert_eq!(complaints, ["others can use it: run chmod 600 on it"; 2]);

    let managed = manage(&settings, Wish::RotateNow, &SeededEntropy::new(9), NOW).unwrap();
    assert_eq!(managed.done.len(), 4, "{managed:?}");
    assert!(managed.warnings[0].contains(&first) && managed.warnings[0].ends_with("it is replaced"), "{managed:?}");
    assert!(managed.warnings[1].contains("refresh-1.key: others can use it: run chmod 600"), "{managed:?}");
    assert!(!home.path().join(first).exists());
    assert!(keyring.keep(&SeededEntropy::new(1), NOW).is_err(), "the refresh secret is still everybody's");
    chmod(&home.path().join(&names(home.path(), ".key")[0]), 0o600);
    keep(&keyring, NOW);
    assert_eq!(keyring.verifier().verify(&old, NOW).unwrap_err(), Rejection::UnknownKey);
    assert!(keyring.verifier().verify(&token(&keyring, NOW), NOW).is_ok());
}

#[test]
fn in_an_emergency_too_a_link_that_leaves_the_folder_is_refused() {
    let (home, elsewhere) = (temporary(), temporary());
    running(home.path());
    let outside = put(elsewhere.path().join("outside.pem"), &new_pem(Algorithm::Es256));
    symlink(&outside, home.path().join("mine.pem")).unwrap();
    let refused = wish(home.path(), Wish::RotateNow, NOW).unwrap_err();
    assert!(refused.to_string().ends_with("is a link that leaves the keys folder"), "{refused}");
    assert!(outside.exists() && names(home.path(), ".pem").len() == 3);
}
