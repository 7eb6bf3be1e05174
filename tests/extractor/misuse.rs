//! What happens to whoever does not read the documentation: nothing worse than it says.

use std::panic::catch_unwind;

use actix_web::web::{Data, get, scope};
use jeton::bearer::{Bearer, Challenge, require_bearer, require_role, require_scope};
use jeton::testing::TestIssuer;

use crate::app::{Adopter, refusal};

async fn option(bearer: Option<Bearer>) -> String {
    bearer.map_or("nobody".to_owned(), |bearer| bearer.claims().sub.clone())
}

async fn required(_: Bearer) -> &'static str {
    "let in"
}

/// actix's own doing, as the documentation of `Bearer` says; if this fails, it can say something better.
#[test]
fn option_of_bearer_takes_a_bad_token_for_none_unless_its_scope_requires_one() {
    let issuer = TestIssuer::new();
    let verifier = issuer.verifier();
    let service = Adopter::of(move |config| {
        config.app_data(verifier.clone()).route("/open", get().to(option));
        config.service(scope("/inside").wrap(require_bearer()).route("/", get().to(option)));
    });
    let expired = issuer.token("ada").expired().sign();
    assert_eq!(service.get_as("/open", &expired).text, "nobody");
    assert_eq!(service.get_as("/inside/", &expired).refused(), refusal(401, "invalid_token", "expired"));
}

#[test]
fn without_a_verifier_nobody_is_let_in_and_nobody_is_blamed() {
    let issuer = TestIssuer::new();
    let service = Adopter::of(|config| _ = config.route("/", get().to(required)));
    let reply = service.get_as("/", &issuer.token_for("ada"));
    assert_eq!(reply.refused(), refusal(500, "server_error", ""));
    assert_eq!(reply.challenge, None);
}

#[test]
fn a_verifier_may_be_wrapped_in_data_as_is_usual_in_actix_also_beside_itself() {
    let issuer = TestIssuer::new();
    let verifier = issuer.verifier();
    let wrapped = Data::new(verifier.clone());
    let wrapped = [
        Adopter::of({
            let wrapped = wrapped.clone();
            move |config| _ = config.app_data(wrapped.clone()).route("/", get().to(required))
        }),
        Adopter::of(move |config| {
            config.app_data(wrapped.clone()).app_data(verifier.clone()).route("/", get().to(required));
        }),
    ];
    for service in wrapped {
        assert_eq!(service.get_as("/", &issuer.token_for("ada")).text, "let in");
        assert_eq!(service.get_as("/", &TestIssuer::new().token_for("ada")).status, 401);
    }
}

/// A scope's own must not be passed over for the app's, and which of them is nearer cannot be known.
#[test]
fn of_two_verifiers_in_two_forms_neither_is_used() {
    let (issuer, other) = (TestIssuer::new(), TestIssuer::new());
    let (outer, inner) = (issuer.verifier(), Data::new(other.verifier()));
    let service = Adopter::of(move |config| {
        let inside = scope("/other").app_data(inner.clone()).route("/", get().to(required));
        config.app_data(outer.clone()).service(inside).route("/", get().to(required));
    });
    assert_eq!(service.get_as("/", &issuer.token_for("ada")).status, 200);
    for issuer in [issuer, other] {
        assert_eq!(service.get_as("/other/", &issuer.token_for("ada")).refused(), refusal(500, "server_error", ""));
    }
}

#[test]
fn whoever_requires_nothing_is_told_when_the_app_is_built() {
    for nothing in ["", " ", "   "] {
        let built = catch_unwind(|| drop(scope("/").wrap(require_scope(nothing)).route("/", get().to(required))));
        assert!(built.unwrap_err().downcast_ref::<&str>().unwrap().contains("use require_bearer"), "{nothing:?}");
    }
    let built = catch_unwind(|| drop(scope("/").wrap(require_role("")).route("/", get().to(required))));
    assert!(built.unwrap_err().downcast_ref::<&str>().unwrap().contains("use require_bearer"));
}

async fn nothing_of_a_scope(bearer: Bearer) -> Result<&'static str, Challenge> {
    bearer.require_scope(" ").map(|()| "let in")
}

async fn nothing_of_a_role(bearer: Bearer) -> Result<&'static str, Challenge> {
    bearer.require_role("").map(|()| "let in")
}

#[test]
fn a_handler_that_requires_nothing_lets_nobody_in() {
    let issuer = TestIssuer::new();
    let verifier = issuer.verifier();
    let service = Adopter::of(move |config| {
        config.app_data(verifier.clone());
        config.route("/scope", get().to(nothing_of_a_scope)).route("/role", get().to(nothing_of_a_role));
    });
    for token in [issuer.token("ada").scope("reports:read"), issuer.token("ada").claim("roles", [""])] {
        let token = token.sign();
        for path in ["/scope", "/role"] {
            let reply = service.get_as(path, &token);
            assert_eq!(reply.refused(), refusal(403, "insufficient_scope", ""), "{path}");
            assert!(!reply.challenge.unwrap().contains("scope=\""), "{path}");
        }
    }
}

#[test]
fn the_verifier_of_a_scope_counts_in_it_and_nowhere_else() {
    let (issuer, other) = (TestIssuer::new(), TestIssuer::new());
    let (outer, inner) = (issuer.verifier(), other.verifier());
    let service = Adopter::of(move |config| {
        let inside = scope("/other").app_data(inner.clone()).wrap(require_bearer()).route("/", get().to(required));
        config.app_data(outer.clone()).service(inside).route("/", get().to(required));
    });
    for (path, accepted, refused) in [("/", &issuer, &other), ("/other/", &other, &issuer)] {
        assert_eq!(service.get_as(path, &accepted.token_for("ada")).status, 200, "{path}");
        assert_eq!(service.get_as(path, &refused.token_for("ada")).status, 401, "{path}");
    }
}
