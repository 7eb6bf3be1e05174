//! What becomes of hashes: weak ones are renewed, and only so many are computed at a time.

use std::collections::HashSet;

use jeton::entropy::SystemEntropy;
use jeton::secret::Secret;
use jeton::throttle::Limit;
use jeton::user::{HashParameters, Password, PasswordHash, hash_now};
use serde_json::json;

use crate::app::{JSON, PASSWORD, Plan, TestApp, at_once, block_on, seconds};
use crate::wire::{Wire, request};

#[test]
fn a_sign_in_renews_a_hash_that_is_weaker_than_a_new_one() {
    let mut plan = Plan::new(|_| {});
    plan.hashing = HashParameters::new(16, 1, 1).unwrap();
    let app = plan.start();
    let ada = app.add_user("ada");
    let stored = || block_on(app.stores.users.by_id(&ada.id)).unwrap().unwrap();
    assert!(stored().password.as_phc().contains("m=8,"));

    assert_eq!(app.post("/login", &json!({ "username": "ada", "password": "wrong" })).status, 401);
    assert_eq!(stored().password, ada.password, "a wrong password renews nothing");

    let tokens = app.sign_in("ada");
    assert!(stored().password.as_phc().starts_with("$argon2id$v=19$m=16,t=1,p=1$"));
    assert_eq!(stored().epoch, ada.epoch);
    assert_eq!(app.refresh(&tokens.refresh).outcome(), "rotated", "it ends no session");
    let renewed = stored().password;
    app.sign_in("ada");
    assert_eq!(stored().password, renewed, "a strong hash stays");
}

#[test]
fn a_disabled_user_s_weak_hash_is_not_renewed() {
    let mut plan = Plan::new(|_| {});
    plan.hashing = HashParameters::new(16, 1, 1).unwrap();
    let app = plan.start();
    let ada = app.add("ada", |user| user.disabled = true);
    assert_eq!(app.try_sign_in("ada", &json!({})).status, 401);
    assert_eq!(block_on(app.stores.users.by_id(&ada.id)).unwrap().unwrap().password, ada.password);
}

/// A hash that takes long enough for several sign-ins to meet.
fn add_ada_with_a_dear_hash(app: &TestApp) {
    let dear = HashParameters::new(32_768, 3, 1).unwrap();
    app.add("ada", |user| {
        user.password = hash_now(&Password::new(Secret::from(PASSWORD)).unwrap(), &dear, &SystemEntropy);
    });
}

#[test]
fn a_full_queue_answers_503_and_recovers() {
    let app = TestApp::with(|config| (config.login_workers, config.login_queue) = (1, 0));
    add_ada_with_a_dear_hash(&app);
    let outcomes: HashSet<_> = at_once(8, |_| {
        let reply = app.try_sign_in("ada", &json!({}));
        if reply.status == 200 { "let in".to_owned() } else { reply.refusal() }
    })
    .into_iter()
    .collect();
    assert_eq!(outcomes, ["let in".to_owned(), "503 temporarily_unavailable".to_owned()].into());
    app.sign_in("ada");
}

#[test]
fn who_was_refused_together_is_asked_back_apart() {
    let app = TestApp::with(|config| (config.login_workers, config.login_queue) = (1, 0));
    add_ada_with_a_dear_hash(&app);
    let mut waits = HashSet::new();
    while waits.len() < 4 {
        let replies = at_once(8, |_| app.try_sign_in("ada", &json!({})));
        waits.extend(
            replies.iter().filter(|reply| reply.status == 503).map(|reply| reply.header("retry-after").to_owned()),
        );
    }
    assert_eq!(waits, ["1", "2", "3", "4"].map(str::to_owned).into());
}

#[test]
fn what_found_no_thread_is_no_attempt() {
    let app = TestApp::with(|config| {
        (config.login_workers, config.login_queue) = (1, 0);
        let limit = Limit { attempts: 8, window: seconds(900) };
        (config.login_limit_account, config.login_limit_address) = (Some(limit), Some(limit));
    });
    add_ada_with_a_dear_hash(&app);
    let mut busy = 0;
    while busy < 20 {
        for reply in at_once(8, |_| app.try_sign_in("ada", &json!({}))) {
            assert!([200, 503].contains(&reply.status), "{reply:?}");
            busy += usize::from(reply.status == 503);
        }
    }
    app.sign_in("ada");
}

#[test]
fn whoever_hangs_up_in_the_middle_of_a_guess_has_guessed() {
    let app = TestApp::with(|config| {
        config.login_workers = 1;
        config.login_limit_account = Some(Limit { attempts: 3, window: seconds(900) });
    });
    add_ada_with_a_dear_hash(&app);
    let body = json!({ "username": "ada", "password": "wrong" }).to_string();
    for guess in 1..=3 {
        let mut wire = Wire::to(&app);
        wire.send(request("POST", "/login", &[JSON], &body));
        let mut looks = 0;
        while app.edge.authority.hasher.begun() < guess {
            // The hashing threads come last: whoever looked without a pause would keep them from beginning.
            std::thread::park_timeout(std::time::Duration::from_millis(1));
            looks += 1;
            assert!(looks < 10_000, "guess {guess} never began");
        }
        drop(wire);
    }
    assert_eq!(app.try_sign_in("ada", &json!({})).refusal(), "429 too_many_attempts");
    assert_eq!(app.edge.authority.hasher.begun(), 3);
}

/// [`PASSWORD`] by `htpasswd -nBC 14`: the dearest bcrypt that is taken.
const DEAREST_BCRYPT: &str = "$2y$14$m5jB0Wolv4I4aOHi8JghYualq6u7324OMKjgV6RveueUP7D5uHJJi";

#[test]
fn the_dearest_hash_that_is_taken_signs_in_however_long_it_takes_and_is_replaced() {
    let mut plan = Plan::new(|_| {});
    // With the dearest Argon2 behind it, it surely takes longer than an answer from the stores may.
    plan.hashing = HashParameters::new(49_152, 16, 16).unwrap();
    let app = plan.start();
    let ada = app.add("ada", |user| user.password = PasswordHash::from_phc(DEAREST_BCRYPT.to_owned()));
    app.sign_in("ada");
    let stored = block_on(app.stores.users.by_id(&ada.id)).unwrap().unwrap();
    assert!(stored.password.as_phc().starts_with("$argon2id$"));
}
