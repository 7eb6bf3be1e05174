//! What a process signs with that was paused.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use super::keeping::{SECOND, keep, running, wish};
use super::{DAY, NOW, temporary};
use crate::clock::Timestamp;
use crate::keys::{Happening, Keyring, Wish};

fn catch_up(keyring: &Arc<Keyring>, now: Timestamp) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(keyring.catch_up(now));
}

#[test]
fn whoever_was_paused_for_two_rotations_signs_with_no_key_that_is_gone() {
    let home = temporary();
    let (paused, other) = (Arc::new(running(home.path())), running(home.path()));
    let mut now = NOW;
    for _ in 0..3 {
        keep(&other, now + 30 * DAY);
        now = now + 30 * DAY + 610 * SECOND;
        keep(&other, now);
    }
    assert!(!other.ring().jwks().contains(paused.ring().signer(now).kid()), "it is gone");
    catch_up(&paused, now);
    assert_eq!(paused.ring().signer(now).kid(), other.ring().signer(now).kid());
    assert_eq!(keep(&paused, now).events.iter().filter(|event| event.happening == Happening::Gone).count(), 2);
}

#[test]
fn whoever_looked_just_now_does_not_look_again_to_sign() {
    let home = temporary();
    let keyring = Arc::new(running(home.path()));
    let before = keyring.ring().jwks().to_owned();
    wish(home.path(), Wish::RotateNow, NOW).unwrap();
    for millis in [0, 1_000, 4_000] {
        catch_up(&keyring, NOW + Duration::from_millis(millis));
        assert_eq!(keyring.ring().jwks(), before, "after {millis} ms");
    }
    catch_up(&keyring, NOW + Duration::from_millis(4_001));
    assert_ne!(keyring.ring().jwks(), before);
}

#[test]
fn a_folder_that_cannot_be_looked_at_keeps_nobody_from_signing() {
    let home = temporary();
    let folder = home.path().join("keys");
    let keyring = Arc::new(running(&folder));
    let before = keyring.ring().jwks().to_owned();
    fs::rename(&folder, home.path().join("unmounted")).unwrap();
    catch_up(&keyring, NOW + 3600 * SECOND);
    assert_eq!(keyring.ring().jwks(), before);
    fs::rename(home.path().join("unmounted"), &folder).unwrap();
    wish(&folder, Wish::RotateNow, NOW + 3600 * SECOND).unwrap();
    catch_up(&keyring, NOW + 3601 * SECOND);
    assert_eq!(keyring.ring().jwks(), before, "it was tried just now");
    catch_up(&keyring, NOW + 3605 * SECOND);
    assert_ne!(keyring.ring().jwks(), before);
}
