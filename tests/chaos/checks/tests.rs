//! Broken promises are noticed, and kept ones are not taken for broken.

use std::sync::atomic::Ordering;
use std::time::Duration;

use super::Checks;
use crate::family::{Family, Holder, Verdict};
use crate::rollbacks::Rollbacks;

const WINDOW: u64 = 10;

fn at(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A history of one session, told use by use.
struct History {
    family: Family,
    rollbacks: Rollbacks,
}

impl History {
    fn new() -> Self {
        Self { family: Family::new("session", &token(0), (at(0), at(0))), rollbacks: Rollbacks::default() }
    }

    /// Somebody uses a generation and gets the next one within the second; what the checks say.
    fn granted(&self, holder: Holder, used: u32, when: u64, outcome: &str) -> Result<(), String> {
        self.granted_as(holder, used, when, outcome, &token(used + 1))
    }

    fn granted_as(&self, holder: Holder, used: u32, when: u64, outcome: &str, token: &str) -> Result<(), String> {
        let number = self.family.begin(holder, used, holder != Holder::Thief, "request", at(when));
        let checks = Checks { window: at(WINDOW), rollbacks: &self.rollbacks };
        let verdict = Verdict::Granted(used + 1, outcome.to_owned());
        checks.settle(&self.family, number, at(when + 1), verdict, Some(token))
    }
}

/// A text for each generation; the checks compare, and do not read.
fn token(generation: u32) -> String {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let mut bytes = [0; 54];
    bytes[18..22].copy_from_slice(&generation.to_be_bytes());
    format!("rt1_{}", URL_SAFE_NO_PAD.encode(bytes))
}

fn breaks(outcome: &Result<(), String>, invariant: &str) {
    assert!(outcome.as_ref().is_err_and(|what| what.starts_with(invariant)), "{invariant} is broken: {outcome:?}");
}

#[test]
fn an_ordinary_life_breaks_nothing() {
    let history = History::new();
    assert_eq!(history.granted(Holder::Tab(0), 0, 1, "rotated"), Ok(()));
    assert_eq!(history.granted(Holder::Tab(1), 0, 2, "repeated"), Ok(()));
    assert_eq!(history.granted(Holder::Tab(1), 1, 3, "rotated"), Ok(()));
    assert_eq!(history.granted(Holder::Tab(0), 0, 90, "repeated"), Ok(()), "with its own key at any time");
    assert_eq!(history.granted(Holder::Thief, 1, 12, "repeated"), Ok(()), "inside the window");
}

#[test]
fn two_successors_of_one_generation_are_noticed() {
    let history = History::new();
    history.granted(Holder::Tab(0), 0, 1, "rotated").unwrap();
    breaks(&history.granted(Holder::Tab(1), 0, 2, "rotated"), "1: rotated twice");
    breaks(&history.granted_as(Holder::Tab(1), 0, 3, "repeated", "another"), "1: one generation, one token");
}

#[test]
fn a_generation_that_goes_back_is_noticed() {
    let history = History::new();
    let number = history.family.begin(Holder::Tab(0), 5, true, "request", at(1));
    let checks = Checks { window: at(WINDOW), rollbacks: &history.rollbacks };
    let granted = Verdict::Granted(5, "repeated".to_owned());
    breaks(&checks.settle(&history.family, number, at(2), granted, Some(&token(5))), "6");
}

#[test]
fn a_theft_that_is_not_caught_is_noticed_whoever_comes_second() {
    let history = History::new();
    history.granted(Holder::Tab(0), 0, 1, "rotated").unwrap();
    breaks(&history.granted(Holder::Thief, 0, 12, "repeated"), "4");
    let history = History::new();
    history.granted(Holder::Thief, 0, 1, "rotated").unwrap();
    breaks(&history.granted(Holder::Tab(0), 0, 12, "repeated"), "4");
}

#[test]
fn what_a_store_that_went_back_has_forgotten_is_not_held_against_it() {
    let history = History::new();
    history.granted(Holder::Tab(0), 0, 1, "rotated").unwrap();
    history.rollbacks.begin(at(0), at(3));
    history.rollbacks.end(at(4));
    assert_eq!(history.granted(Holder::Thief, 0, 20, "rotated"), Ok(()));
    breaks(&history.granted(Holder::Tab(0), 0, 22, "rotated"), "1: rotated twice");
}

#[test]
fn a_session_that_outlives_a_replay_is_noticed() {
    let history = History::new();
    history.granted(Holder::Tab(0), 0, 1, "rotated").unwrap();
    let number = history.family.begin(Holder::Thief, 0, false, "request", at(12));
    let checks = Checks { window: at(WINDOW), rollbacks: &history.rollbacks };
    let refused = Verdict::Refused("replayed".to_owned());
    assert_eq!(checks.settle(&history.family, number, at(13), refused, None), Ok(()));
    breaks(&history.granted(Holder::Tab(0), 1, 14, "rotated"), "11");
}

#[test]
fn a_refresh_after_an_acknowledged_sign_out_is_noticed() {
    let history = History::new();
    history.family.leaving.store(true, Ordering::SeqCst);
    *history.family.left.lock().unwrap() = Some((at(2), at(3)));
    assert_eq!(history.granted(Holder::Tab(0), 0, 2, "rotated"), Ok(()), "it was under way");
    breaks(&history.granted(Holder::Tab(0), 1, 4, "rotated"), "11");
}
