//! The authorization server metadata (RFC 8414), for resource servers that look for it.

use actix_web::HttpResponse;
use actix_web::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE};
use actix_web::web::Data;
use serde_json::json;

use super::Edge;

/// Only what works: jeton is no OpenID provider, whatever path the document is asked for at.
pub async fn metadata(edge: Data<Edge>) -> HttpResponse {
    let terms = &edge.authority.terms;
    let base = terms.issuer.trim_end_matches('/');
    let mut document = json!({
        "issuer": terms.issuer,
        "jwks_uri": format!("{base}/.well-known/jwks.json"),
        "token_endpoint": format!("{base}/refresh"),
        "grant_types_supported": ["refresh_token"],
        "token_endpoint_auth_methods_supported": ["none"],
    });
    if !terms.scopes.is_empty() {
        document["scopes_supported"] = terms.scopes.words().into();
    }
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/json"))
        .insert_header((CACHE_CONTROL, "public, max-age=600"))
        .insert_header((ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .body(document.to_string())
}
