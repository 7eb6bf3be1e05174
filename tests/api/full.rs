//! Where no place for one more password is free, a request is refused before anything is looked up or counted.

use jeton::entropy::SystemEntropy;
use jeton::secret::Secret;
use jeton::throttle::Limit;
use jeton::user::{HashParameters, Password, PasswordHash, UserChange, hash_now};
use serde_json::json;

use crate::app::{PASSWORD, TestApp, block_on, seconds};

/// A server with one hashing thread, for whose passwords nobody can wait, and two attempts for each address.
fn narrow() -> TestApp {
    TestApp::with(|config| {
        (config.login_workers, config.login_queue) = (1, 0);
        config.registration = true;
        config.login_limit_address = Some(Limit { attempts: 2, window: seconds(900) });
    })
}

fn password() -> Password {
    Password::new(Secret::from(PASSWORD)).unwrap()
}

/// Runs this while the thread is at work; again where that has ended too soon on a machine that stood still.
fn while_full(app: &TestApp, mut requests: impl FnMut()) {
    let dear: PasswordHash = hash_now(&password(), &HashParameters::new(65_536, 8, 1).unwrap(), &SystemEntropy);
    let hasher = &app.edge.authority.hasher;
    let is_full = || hasher.has_room().is_err();
    loop {
        let was_full_throughout = std::thread::scope(|scope| {
            scope.spawn(|| block_on(hasher.verify(password(), Some(dear.clone()))));
            while !is_full() {
                std::thread::yield_now();
            }
            requests();
            is_full()
        });
        if was_full_throughout {
            return;
        }
    }
}

#[test]
fn a_change_of_password_looks_nobody_up() {
    let app = narrow();
    let ada = app.add_user("ada");
    let token = app.sign_in("ada").access;
    app.change(&ada, UserChange { disabled: Some(true), ..UserChange::default() });
    assert_eq!(app.change_password(&token, PASSWORD, "a better one").refusal(), "401 invalid_token");
    let mut replies = Vec::new();
    while_full(&app, || replies = vec![app.change_password(&token, PASSWORD, "a better one")]);
    assert_eq!(replies[0].refusal(), "503 temporarily_unavailable");
}

#[test]
fn a_registration_is_not_counted() {
    let app = narrow();
    let register = |name| app.post("/users", &json!({ "username": name, "password": PASSWORD }));
    let mut replies = Vec::new();
    while_full(&app, || replies = ["a", "b", "c", "d"].map(register).into());
    for reply in replies {
        assert_eq!(reply.refusal(), "503 temporarily_unavailable");
    }
    for (name, expected) in [("a", 201), ("b", 201), ("c", 429)] {
        assert_eq!(register(name).status, expected, "{name}");
    }
}
