//! /verify: is this token good? Any method, no store.

use actix_web::body::BoxBody;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::web::{self, Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::Edge;
use super::body::Body;
use super::error::{ApiError, BearerError};
use crate::bearer::{Bearer, Challenge};
use crate::scope::Scope;
use crate::secret::Secret;
use crate::verify::Verified;

#[derive(Deserialize)]
struct Members {
    token: Secret<String>,
}

/// What the query asks for beside a good token.
#[derive(Default)]
struct Wanted {
    audience: Option<String>,
    scope: Scope,
}

/// /verify, with its query.
pub async fn verify(
    edge: Data<Edge>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, BearerError> {
    let wanted = wanted(request.query_string())?;
    answer(&edge, &request, payload, wanted).await
}

/// /verify/{anything}: gateways append the original path, so the query is somebody else's.
pub async fn verify_for_gateway(
    edge: Data<Edge>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, BearerError> {
    answer(&edge, &request, payload, Wanted::default()).await
}

async fn answer(
    edge: &Edge,
    request: &HttpRequest,
    payload: web::Payload,
    wanted: Wanted,
) -> Result<HttpResponse, BearerError> {
    let verified = match Bearer::token(request)? {
        Some(token) => check(edge, token, wanted)?,
        None => check(edge, posted(request, payload).await?.expose(), wanted)?,
    };
    Ok(allow(&verified))
}

/// The token in a POST's JSON body; no body is no credentials.
async fn posted(request: &HttpRequest, payload: web::Payload) -> Result<Secret<String>, BearerError> {
    if request.method() != Method::POST {
        return Err(Challenge::NoCredentials.into());
    }
    let body = Body::read(request, payload).await?;
    if body.is_empty() {
        return Err(Challenge::NoCredentials.into());
    }
    Ok(body.json::<Members>()?.token)
}

fn check(edge: &Edge, token: &str, wanted: Wanted) -> Result<Verified, Challenge> {
    let default = edge.authority.terms.audiences.first().map(String::as_str);
    let audience = wanted.audience.as_deref().or(default).unwrap_or_default();
    let verifier = edge.authority.keys.verifier();
    let verified = verifier.verify_for(token, &[audience], edge.now()).map_err(Challenge::InvalidToken)?;
    if wanted.scope.is_subset(&verified.claims().scope) {
        Ok(verified)
    } else {
        Err(Challenge::InsufficientScope(wanted.scope))
    }
}

/// `audience` and `scope`, each at most once; other parameters are ignored.
fn wanted(query: &str) -> Result<Wanted, ApiError> {
    let mut audience = None;
    let mut scope = None;
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let slot = match &*name {
            "audience" => &mut audience,
            "scope" => &mut scope,
            _ => continue,
        };
        if slot.replace(value.into_owned()).is_some() {
            return Err(ApiError::invalid_request("A parameter stands twice"));
        }
    }
    Ok(Wanted { audience, scope: scope.as_deref().map(Scope::parse).unwrap_or_default() })
}

/// The answer to a good token, made once per token.
struct Allowed {
    body: Bytes,
    headers: [(HeaderName, HeaderValue); 5],
}

/// The claims, and the headers that a gateway hands to the backend: all five on every 200, so that it
/// overwrites what a client forged.
fn allowed(verified: &Verified) -> Allowed {
    let claims = verified.claims();
    let header = |name, text: &str| (HeaderName::from_static(name), header_text(text));
    Allowed {
        body: Bytes::copy_from_slice(verified.payload()),
        headers: [
            header("x-auth-subject", &claims.sub),
            header("x-auth-scope", &claims.scope.to_string()),
            header("x-auth-session", claims.sid.as_deref().unwrap_or_default()),
            header("x-auth-roles", &claims.roles.join(",")),
            header("x-auth-client", claims.client_id.as_deref().unwrap_or_default()),
        ],
    }
}

fn allow(verified: &Verified) -> HttpResponse {
    let Allowed { body, headers } = &*verified.derived(allowed);
    let mut response = HttpResponse::with_body(StatusCode::OK, BoxBody::new(body.clone()));
    let fixed = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store")];
    for (name, value) in fixed {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    for (name, value) in headers {
        response.headers_mut().insert(name.clone(), value.clone());
    }
    response
}

/// Text as a header's value; what is not visible ASCII or a space is percent-encoded, which nothing
/// that jeton makes needs.
fn header_text(text: &str) -> HeaderValue {
    if let Ok(value) = HeaderValue::from_str(text)
        && text.is_ascii()
    {
        return value;
    }
    let encoded: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
    HeaderValue::from_str(&encoded).unwrap_or_else(|_| HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_cannot_be_broken_out_of() {
        assert_eq!(header_text("read write"), "read write");
        assert_eq!(header_text(""), "");
        assert_eq!(header_text("a\r\nX-Evil: 1"), "a%0D%0AX-Evil%3A+1");
        assert_eq!(header_text("é"), "%C3%A9");
    }
}
