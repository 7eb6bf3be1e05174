//! What happens to whoever does not read the documentation: nothing worse than it says.

use actix_web::web::{Data, get, scope};
use jeton::bearer::{Bearer, require_bearer};
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
    let wrapped = Data::new(issuer.verifier());
    let services = [
        Adopter::of(|config| _ = config.route("/", get().to(required))),
        Adopter::of(move |config| _ = config.app_data(wrapped.clone()).route("/", get().to(required))),
    ];
    for service in services {
        let reply = service.get_as("/", &issuer.token_for("ada"));
        assert_eq!(reply.refused(), refusal(500, "server_error", ""));
        assert_eq!(reply.challenge, None);
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
