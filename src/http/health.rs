//! GET /healthz and GET /readyz, for whoever starts and stops us.

use std::sync::atomic::Ordering;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use actix_web::web::Data;
use serde_json::json;

use super::Edge;
use super::answer::{in_time, private_json};
use super::error::ApiError;
use crate::store::Unavailable;

/// Alive: the process answers.
pub async fn alive() -> HttpResponse {
    private_json(&json!({ "status": "ok" }))
}

/// Ready until the stop signal. A store that is down is told, but changes nothing: /verify and the JWKS
/// work without it, and taking every instance out of service for it would sign people out.
pub async fn ready(edge: Data<Edge>) -> HttpResponse {
    let ready = edge.ready.load(Ordering::Acquire);
    let authority = &edge.authority;
    let (sessions, users) = tokio::join!(word(authority.sessions.ping()), word(authority.users.ping()));
    let body = json!({
        "status": if ready { "ready" } else { "stopping" },
        "stores": { "sessions": sessions, "users": users },
    });
    if ready {
        return private_json(&body);
    }
    HttpResponse::build(StatusCode::SERVICE_UNAVAILABLE)
        .insert_header((CONTENT_TYPE, "application/json"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((RETRY_AFTER, "1"))
        .body(body.to_string())
}

async fn word(ping: impl Future<Output = Result<(), Unavailable>>) -> &'static str {
    if in_time::<_, _, ApiError>(ping).await.is_ok() { "up" } else { "down" }
}
