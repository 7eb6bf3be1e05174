//! Keys that the service fetches itself: an outage is a 503, a rotation is nothing at all.

use std::time::Duration;

use jeton::remote::RemoteKeys;
use jeton::testing::{TestIssuer, TestJwks};

use crate::app::{Adopter, refusal};

#[test]
fn while_the_keys_cannot_be_had_nobody_is_signed_out() {
    let issuer = TestIssuer::new();
    let service = Adopter::with(RemoteKeys::new(issuer.policy()).with_client(TestJwks::down()).start().unwrap());
    for path in ["/required", "/optional", "/inside/file", "/admin/all"] {
        let reply = service.get_as(path, &issuer.token_for("ada"));
        assert_eq!(reply.refused(), refusal(503, "temporarily_unavailable", ""), "{path}");
        assert_eq!((reply.challenge, reply.retry_after.as_deref()), (None, Some("1")), "{path}");
    }
    assert_eq!(service.get("/optional", &[]).text, "nobody", "without a token no key is needed");
    assert_eq!(service.get("/required", &[]).status, 401);
    assert_eq!(service.get_as("/required", "nonsense").status, 401, "bad with any key");
}

#[test]
fn a_rotation_goes_unnoticed() {
    let issuer = TestIssuer::new();
    let jwks = TestJwks::of(&issuer);
    let service = Adopter::with(RemoteKeys::new(issuer.policy()).with_client(jwks.clone()).start().unwrap());
    let next = issuer.rotated();
    let (old, new) = (issuer.token_for("ada"), next.token_for("ada"));
    assert_eq!(service.get_as("/required", &old).text, "ada");
    jwks.publish(&next);
    assert_eq!(service.get_as("/required", &new).text, "ada");
    jwks.go_down();
    for token in [&old, &new] {
        assert_eq!(service.get_as("/required", token).text, "ada");
    }
    // Whether its key is published by now is not known.
    let reply = service.get_as("/required", &next.rotated().token_for("ada"));
    assert_eq!(reply.refused(), refusal(503, "temporarily_unavailable", ""));
    assert_eq!(jwks.fetches(), 3);
}

#[test]
fn whoever_makes_keys_up_gets_nobody_refused_whose_key_was_not_looked_for() {
    let issuer = TestIssuer::new();
    let jwks = TestJwks::of(&issuer);
    let remote = RemoteKeys::new(issuer.policy()).with_client(jwks.clone()).with_cooldown(Duration::from_secs(3600));
    let service = Adopter::with(remote.start().unwrap());
    let junk = |number: usize| issuer.token("mallory").header("kid", format!("made-up-{number}")).sign();
    assert_eq!(service.get_as("/required", &issuer.token_for("ada")).text, "ada");
    for number in 0..3 {
        let reply = service.get_as("/required", &junk(number));
        assert_eq!(reply.refused(), refusal(401, "invalid_token", "unknown_key"), "{number}");
    }
    let next = issuer.rotated();
    jwks.publish(&next);
    let reply = service.get_as("/required", &next.token_for("ada"));
    assert_eq!(reply.refused(), refusal(503, "temporarily_unavailable", ""));
    assert_eq!(reply.challenge, None, "nobody signs out");
    // A third of the hour, less what the requests took.
    let seconds: u64 = reply.retry_after.unwrap().parse().unwrap();
    assert!((1000..=1200).contains(&seconds), "{seconds}");
    assert_eq!(service.get_as("/required", &junk(0)).status, 401, "that one was looked for");
}
