//! Answers that several endpoints share.

use std::future::Future;

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use serde::Serialize;

use super::ANSWER_WITHIN;
use super::error::ApiError;
use crate::authority::TokenSet;
use crate::scope::Scope;

/// A 200 with JSON that no cache keeps.
pub fn private_json(body: &impl Serialize) -> HttpResponse {
    let body = serde_json::to_string(body).expect("answers are plain data");
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/json"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(body)
}

/// The body of a token answer (RFC 6749 §5.1).
#[derive(Serialize)]
pub struct TokenBody<'a> {
    access_token: &'a str,
    token_type: &'static str,
    expires_in: u64,
    refresh_token: &'a str,
    refresh_expires_in: u64,
    scope: &'a Scope,
    session_id: &'a str,
}

impl<'a> From<&'a TokenSet> for TokenBody<'a> {
    fn from(tokens: &'a TokenSet) -> Self {
        Self {
            access_token: tokens.access_token.expose(),
            token_type: "Bearer",
            expires_in: tokens.expires_in,
            refresh_token: tokens.refresh_token.expose(),
            refresh_expires_in: tokens.refresh_expires_in,
            scope: &tokens.scope,
            session_id: &tokens.session_id,
        }
    }
}

/// Waits for a use case that asks a store, but not longer than a client may be kept waiting. Giving
/// up in the middle is safe: it is as if the answer had been lost.
///
/// The timer is looked at first: a process that was stopped in between must not go on to swap a record
/// with a `now` long past, whose window would be over as it begins.
///
/// # Errors
/// The use case's own, or 503.
pub async fn in_time<T, E: Into<F>, F: From<ApiError>>(use_case: impl Future<Output = Result<T, E>>) -> Result<T, F> {
    tokio::select! {
        biased;
        () = tokio::time::sleep(ANSWER_WITHIN) => Err(ApiError::temporarily_unavailable("no store answered in time").into()),
        result = use_case => result.map_err(Into::into),
    }
}
