//! Keys that the service fetches itself: an outage is a 503, a rotation is nothing at all.

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
    let reply = service.get_as("/required", &next.rotated().token_for("ada"));
    assert_eq!(reply.refused(), refusal(401, "invalid_token", "unknown_key"), "its turn to ask was taken just now");
    assert_eq!(jwks.fetches(), 2);
}
