//! Rows 8 and 9: a store that lost writes signs nobody out.

use jeton::entropy::SystemEntropy;
use jeton::session::Session;
use jeton::store::{Swap, Version};

use crate::app::{TestApp, at_once, block_on, days, seconds};
use crate::reply::Tokens;

fn record(app: &TestApp, tokens: &Tokens) -> (Session, Version) {
    let id = tokens.claims()["sid"].as_str().and_then(jeton::id::SessionId::parse).unwrap();
    block_on(app.stores.sessions.load(id)).unwrap().unwrap()
}

/// Puts an earlier record back, as a restored snapshot does.
fn restore(app: &TestApp, tokens: &Tokens, snapshot: &Session) {
    let (_, version) = record(app, tokens);
    let swap = app.stores.sessions.swap(snapshot, version, Version::random(&SystemEntropy));
    assert_eq!(block_on(swap).unwrap(), Swap::Done);
}

#[test]
fn a_token_that_the_store_forgot_goes_on() {
    let app = TestApp::start();
    app.add_user("ada");
    let first = app.sign_in("ada");
    let (snapshot, _) = record(&app, &first);
    let second = app.refresh(&first.refresh).tokens();
    let third = app.refresh(&second.refresh).tokens();
    restore(&app, &first, &snapshot);

    app.clock.advance(seconds(3_600));
    let healed = app.refresh(&third.refresh);
    assert_eq!(healed.outcome(), "recovered");
    assert_eq!(record(&app, &first).0.generation, 3, "one past the token that was presented");
    assert_eq!(app.refresh(&third.refresh).outcome(), "repeated", "and its lost response can be retried");
    assert_eq!(app.refresh(&healed.tokens().refresh).outcome(), "rotated");
}

#[test]
fn a_token_of_the_lost_generations_is_refused_and_ends_nothing() {
    let app = TestApp::start();
    app.add_user("ada");
    let first = app.sign_in("ada");
    let (snapshot, _) = record(&app, &first);
    let second = app.refresh(&first.refresh).tokens();
    let third = app.refresh(&second.refresh).tokens();
    restore(&app, &first, &snapshot);
    let healed = app.refresh(&third.refresh).tokens();
    app.clock.advance(seconds(60));
    for late in [&first, &second] {
        assert_eq!(app.refresh(&late.refresh).outcome(), "400 invalid_grant superseded");
        assert_eq!(app.refresh_with_key(&late.refresh, "device").outcome(), "400 invalid_grant superseded");
    }
    assert_eq!(app.refresh(&healed.refresh).outcome(), "rotated");
}

#[test]
fn a_snapshot_older_than_the_idle_lifetime_still_keeps_its_sessions() {
    let app = TestApp::start();
    app.add_user("ada");
    let first = app.sign_in("ada");
    let (snapshot, _) = record(&app, &first);
    app.clock.advance(days(10));
    let second = app.refresh(&first.refresh).tokens();
    app.clock.advance(days(10));
    restore(&app, &first, &snapshot);
    assert_eq!(app.refresh(&second.refresh).outcome(), "recovered", "the restored record's last use is old");
}

#[test]
fn a_rollback_does_not_outlive_the_absolute_expiry() {
    let app = TestApp::with(|config| config.refresh_absolute_ttl = days(20));
    app.add_user("ada");
    let first = app.sign_in("ada");
    let (snapshot, _) = record(&app, &first);
    app.clock.advance(days(10));
    let second = app.refresh(&first.refresh).tokens();
    restore(&app, &first, &snapshot);
    app.clock.advance(days(10));
    assert_eq!(app.refresh(&second.refresh).outcome(), "400 invalid_grant expired");
}

#[test]
fn many_presenters_of_a_forgotten_token_get_one_successor() {
    let app = TestApp::start();
    app.add_user("ada");
    let first = app.sign_in("ada");
    let (snapshot, _) = record(&app, &first);
    let second = app.refresh(&first.refresh).tokens();
    restore(&app, &first, &snapshot);
    let replies = at_once(20, |_| app.refresh(&second.refresh));
    let recovered = replies.iter().filter(|reply| reply.outcome() == "recovered").count();
    let repeated = replies.iter().filter(|reply| reply.outcome() == "repeated").count();
    assert_eq!((recovered, repeated), (1, 19));
    assert!(replies.iter().all(|reply| reply.tokens().refresh == replies[0].tokens().refresh));
}
