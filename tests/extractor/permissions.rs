//! Scopes and roles, in a handler and for a whole scope of routes.

use jeton::testing::TestIssuer;

use crate::app::{Adopter, refusal};

#[test]
fn every_word_of_the_scope_is_needed_and_named() {
    let issuer = TestIssuer::new();
    let service = Adopter::with(issuer.verifier());
    for path in ["/scoped", "/reports/all"] {
        for scope in ["", "reports:read", "reports:list", "reports:read:list", "reports", "REPORTS:READ REPORTS:LIST"] {
            let reply = service.get_as(path, &issuer.token("ada").scope(scope).sign());
            assert_eq!(reply.refused(), refusal(403, "insufficient_scope", ""), "{path} {scope:?}");
            let challenge = reply.challenge.unwrap();
            assert!(challenge.starts_with(r#"Bearer realm="jeton", error="insufficient_scope""#), "{challenge}");
            assert!(challenge.ends_with(r#", scope="reports:read reports:list""#), "{challenge}");
        }
        let more = issuer.token("ada").scope("other reports:list reports:read").sign();
        assert_eq!(service.get_as(path, &more).status, 200, "{path}");
    }
}

#[test]
fn a_role_is_needed_to_the_letter_and_a_scope_is_no_role() {
    let issuer = TestIssuer::new();
    let service = Adopter::with(issuer.verifier());
    for path in ["/admins", "/admin/all"] {
        for token in [
            issuer.token("ada"),
            issuer.token("ada").roles(["user", "Admin", "administrator"]),
            issuer.token("ada").scope("admin"),
            issuer.token("ada").claim("role", "admin"),
        ] {
            let reply = service.get_as(path, &token.sign());
            assert_eq!(reply.refused(), refusal(403, "insufficient_scope", ""), "{path}");
            assert!(!reply.challenge.unwrap().contains("scope=\""), "a scope would not help");
        }
        let admin = issuer.token("ada").roles(["user", "admin"]).sign();
        assert_eq!(service.get_as(path, &admin).status, 200, "{path}");
    }
}

#[test]
fn scopes_of_routes_within_each_other_all_require_what_they_require() {
    let issuer = TestIssuer::new();
    let service = Adopter::with(issuer.verifier());
    let (path, scope) = ("/admin/reports/all", "reports:read reports:list");
    for token in [issuer.token("ada").roles(["admin"]), issuer.token("ada").scope(scope)] {
        assert_eq!(service.get_as(path, &token.sign()).status, 403);
    }
    let both = issuer.token("ada").roles(["admin"]).scope(scope).sign();
    assert_eq!(service.get_as(path, &both).text, "ada", "the handler still gets its bearer");
}

#[test]
fn whoever_may_not_does_not_learn_what_there_is() {
    let issuer = TestIssuer::new();
    let service = Adopter::with(issuer.verifier());
    let token = issuer.token_for("ada");
    assert_eq!(service.get_as("/admin/nothing-here", &token).status, 403);
    assert_eq!(service.get_as("/inside/nothing-here", &token).status, 404);
}
