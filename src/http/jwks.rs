//! GET /.well-known/jwks.json: the public keys (RFC 7517).

use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE, ETAG, EntityTag, Header, IfNoneMatch,
};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::Edge;

pub async fn jwks(edge: Data<Edge>, request: HttpRequest) -> HttpResponse {
    let ring = edge.authority.keys.ring();
    let max_age = edge.authority.keys.max_age(edge.now());
    let unchanged = matches(&request, ring.jwks_etag());
    let mut response = if unchanged { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response
        .insert_header((CACHE_CONTROL, format!("public, max-age={}", max_age.as_secs())))
        .insert_header((ETAG, ring.jwks_etag()))
        .insert_header((ACCESS_CONTROL_ALLOW_ORIGIN, "*"));
    if unchanged {
        return response.finish();
    }
    response.insert_header((CONTENT_TYPE, "application/json")).body(ring.jwks().to_owned())
}

/// Whether the client has this version already (RFC 9110 §13.1.2).
fn matches(request: &HttpRequest, etag: &str) -> bool {
    let current = EntityTag::new_strong(etag.trim_matches('"').to_owned());
    match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Any) => true,
        Ok(IfNoneMatch::Items(items)) => items.iter().any(|item| item.weak_eq(&current)),
        Err(_) => false,
    }
}
