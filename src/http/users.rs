//! POST /users: an account of one's own, where that is on.

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::web::Data;
use serde::Deserialize;
use serde_json::json;

use super::Edge;
use super::answer::in_time_but_for;
use super::body::Body;
use super::caller::Calling;
use super::error::ApiError;
use crate::authority::{Hashing, RegisterError, Registration};
use crate::secret::Secret;
use crate::user::Password;

#[derive(Deserialize)]
struct Members {
    username: String,
    password: Secret<String>,
}

pub async fn register(edge: Data<Edge>, calling: Calling, body: Body) -> Result<HttpResponse, ApiError> {
    let now = edge.now();
    // Before the body is looked at: what is off is off for everybody.
    edge.authority.may_register()?;
    let Members { username, password } = body.json()?;
    let password = Password::new(password).map_err(RegisterError::Password)?;
    let registration = Registration { username, password };
    let hashing = Hashing::default();
    let made =
        in_time_but_for::<_, _, ApiError>(&hashing, edge.authority.register(registration, &calling.0, now, &hashing))
            .await?;
    Ok(HttpResponse::Created()
        .insert_header((CONTENT_TYPE, "application/json"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(json!({ "id": made.id.as_str(), "username": made.username }).to_string()))
}
