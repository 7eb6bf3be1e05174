//! POST /refresh: a refresh token for new tokens, as JSON or as the form of RFC 6749 §6.

use actix_web::http::header::{HeaderMap, HeaderName};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::Edge;
use super::answer::{TokenBody, in_time, private_json};
use super::body::{Body, given};
use super::caller::Calling;
use super::error::ApiError;
use crate::authority::RefreshRequest;
use crate::secret::Secret;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REFRESH_OUTCOME: HeaderName = HeaderName::from_static("refresh-outcome");
const NO_TOKEN: ApiError = ApiError::invalid_request("A refresh_token is needed");

#[derive(Deserialize)]
struct Members {
    #[serde(default, deserialize_with = "given")]
    refresh_token: Option<Secret<String>>,
    #[serde(default, deserialize_with = "given")]
    client_id: Option<String>,
    #[serde(default, deserialize_with = "given")]
    scope: Option<String>,
}

pub async fn refresh(
    edge: Data<Edge>,
    request: HttpRequest,
    calling: Calling,
    body: Body,
) -> Result<HttpResponse, ApiError> {
    let now = edge.now();
    let Members { refresh_token, client_id, scope } = if body.is_form() { form(body)? } else { body.json()? };
    let idempotency_key = idempotency_key(request.headers())?;
    let refresh_token = refresh_token.ok_or(NO_TOKEN)?;
    let wanted = RefreshRequest { refresh_token, client_id, scope, idempotency_key };
    let refreshed = in_time::<_, _, ApiError>(edge.authority.refresh(&wanted, &calling.0, now)).await?;
    let mut response = private_json(&TokenBody::from(&refreshed.tokens));
    let outcome = actix_web::http::header::HeaderValue::from_static(refreshed.outcome.as_str());
    response.headers_mut().insert(REFRESH_OUTCOME, outcome);
    Ok(response)
}

fn form(body: Body) -> Result<Members, ApiError> {
    let mut parameters = body.form()?;
    match parameters.get("grant_type").map(String::as_str) {
        Some("refresh_token") => {}
        Some(_) => return Err(ApiError::unsupported_grant_type()),
        None => return Err(ApiError::invalid_request("A grant_type is needed")),
    }
    Ok(Members {
        refresh_token: parameters.remove("refresh_token").map(Secret::new),
        client_id: parameters.remove("client_id"),
        scope: parameters.remove("scope"),
    })
}

/// The Idempotency-Key: none, or one of 1 to 255 visible ASCII characters.
fn idempotency_key(headers: &HeaderMap) -> Result<Option<Secret<String>>, ApiError> {
    let mut values = headers.get_all(IDEMPOTENCY_KEY);
    let Some(value) = values.next() else { return Ok(None) };
    let key = value.to_str().ok().filter(|key| {
        values.next().is_none() && (1..=255).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic())
    });
    key.map(|key| Some(Secret::from(key)))
        .ok_or(ApiError::invalid_request("An Idempotency-Key is 1 to 255 visible ASCII characters"))
}
