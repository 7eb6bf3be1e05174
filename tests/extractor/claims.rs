//! Claims of the adopter's own.

use actix_web::web::get;
use jeton::bearer::{Bearer, OptionalBearer};
use jeton::testing::TestIssuer;
use serde::Deserialize;
use serde_json::json;

use crate::app::{Adopter, refusal};

#[derive(Deserialize)]
struct Employee {
    /// One of jeton's.
    sub: String,
    tenant: String,
    badge: Option<u32>,
    #[serde(default)]
    sites: Vec<String>,
}

async fn employee(bearer: Bearer<Employee>) -> String {
    let Employee { sub, tenant, badge, sites } = bearer.own();
    assert_eq!(*sub, bearer.claims().sub);
    format!("{tenant} {badge:?} {}", sites.join("+"))
}

async fn perhaps(OptionalBearer(bearer): OptionalBearer<Employee>) -> String {
    bearer.map_or("nobody".to_owned(), |bearer| bearer.own().tenant.clone())
}

fn service(issuer: &TestIssuer) -> Adopter {
    let verifier = issuer.verifier();
    Adopter::of(move |config| {
        config.app_data(verifier.clone());
        config.route("/employee", get().to(employee)).route("/perhaps", get().to(perhaps));
    })
}

#[test]
fn claims_of_the_adopters_own_are_typed() {
    let issuer = TestIssuer::new();
    let service = service(&issuer);
    let ada = issuer.token("ada").claim("tenant", "acme").claim("badge", 7).claim("sites", json!(["here", "there"]));
    let ada = ada.sign();
    assert_eq!(service.get_as("/employee", &ada).text, "acme Some(7) here+there");
    assert_eq!(service.get_as("/perhaps", &ada).text, "acme");
    assert_eq!(service.get("/perhaps", &[]).text, "nobody");
    let bob = issuer.token("bob").claim("tenant", "acme").sign();
    assert_eq!(service.get_as("/employee", &bob).text, "acme None ");
}

#[test]
fn a_token_whose_claims_do_not_fit_is_refused_and_the_challenge_says_why() {
    let issuer = TestIssuer::new();
    let service = service(&issuer);
    for token in [
        issuer.token("ada"),
        issuer.token("ada").claim("tenant", 7),
        issuer.token("ada").claim("tenant", "acme").claim("badge", "seven"),
        issuer.token("ada").claim("tenant", "acme").claim("sites", "here"),
    ] {
        let token = token.sign();
        for path in ["/employee", "/perhaps"] {
            let reply = service.get_as(path, &token);
            assert_eq!(reply.refused(), refusal(401, "invalid_token", "malformed"), "{path}");
            assert!(reply.challenge.unwrap().contains("claims are not those that are needed here"));
        }
    }
}
