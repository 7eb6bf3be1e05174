//! No token, a good one, a bad one, and headers that could be read in two ways.

use jeton::testing::TestIssuer;

use crate::app::{Adopter, refusal};

const BARE: &str = r#"Bearer realm="jeton""#;

#[test]
fn a_good_token_is_let_in_whatever_the_case_of_its_scheme() {
    let issuer = TestIssuer::new();
    let service = Adopter::with(issuer.verifier());
    let token = issuer.token_for("ada");
    for scheme in ["Bearer", "bearer", "BEARER", "bEaReR"] {
        for path in ["/required", "/optional"] {
            let reply = service.get(path, &[&format!("{scheme} {token}")]);
            assert_eq!((reply.status, reply.text.as_str()), (200, "ada"), "{scheme} {path}");
        }
    }
}

#[test]
fn without_a_token_the_required_one_is_asked_for_and_the_optional_one_is_not() {
    let service = Adopter::with(TestIssuer::new().verifier());
    for headers in [&[][..], &["Basic YTpi"], &["DPoP abc"], &[""]] {
        for path in ["/required", "/inside/file", "/reports/all", "/admin/all", "/scoped", "/admins"] {
            let reply = service.get(path, headers);
            assert_eq!(reply.refused(), refusal(401, "unauthorized", ""), "{path} {headers:?}");
            assert_eq!(reply.challenge.as_deref(), Some(BARE), "{path} {headers:?}");
        }
        assert_eq!(service.get("/optional", headers).text, "nobody", "{headers:?}");
    }
}

#[test]
fn a_bad_token_is_refused_also_where_it_is_optional() {
    let issuer = TestIssuer::new();
    let service = Adopter::with(issuer.verifier());
    let forged = TestIssuer::new().token("ada").header("kid", issuer.kid()).sign();
    for (token, reason) in [
        ("nonsense".to_owned(), "malformed"),
        (issuer.token("ada").header("typ", "JWT").sign(), "wrong_type"),
        (issuer.rotated().token_for("ada"), "unknown_key"),
        (forged, "bad_signature"),
        (issuer.token("ada").claim("iss", "https://elsewhere.test").sign(), "wrong_issuer"),
        (issuer.token("ada").claim("aud", "https://elsewhere.test").sign(), "wrong_audience"),
        (issuer.token("ada").claim("nbf", 32_503_680_000_i64).sign(), "not_yet_valid"),
        (issuer.token("ada").expired().sign(), "expired"),
    ] {
        for path in ["/required", "/optional", "/inside/file", "/reports/all", "/admin/reports/all"] {
            let reply = service.get_as(path, &token);
            assert_eq!(reply.refused(), refusal(401, "invalid_token", reason), "{path}");
            let start = format!(r#"{BARE}, error="invalid_token", error_description=""#);
            assert!(reply.challenge.as_ref().is_some_and(|challenge| challenge.starts_with(&start)), "{reply:?}");
        }
    }
}

#[test]
fn headers_that_could_be_read_in_two_ways_are_a_bad_request() {
    let issuer = TestIssuer::new();
    let service = Adopter::with(issuer.verifier());
    let good = &*format!("Bearer {}", issuer.token_for("ada"));
    for headers in [&["Bearer"][..], &["Bearer a b"], &[good, good], &["Basic YTpi", good]] {
        for path in ["/required", "/optional", "/inside/file"] {
            let reply = service.get(path, headers);
            assert_eq!(reply.refused(), refusal(400, "invalid_request", ""), "{path} {headers:?}");
            assert!(reply.challenge.is_some_and(|challenge| challenge.contains(r#"error="invalid_request""#)));
        }
    }
}
