//! POST /login: a name and a password for tokens.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Deserialize;

use super::Edge;
use super::answer::{TokenBody, in_time_but_for, private_json};
use super::body::{Body, given};
use super::caller::Calling;
use super::error::ApiError;
use crate::authority::{Hashing, LoginRequest};
use crate::secret::Secret;
use crate::user::Password;

/// Longer names are nobody's.
const MAX_USERNAME_BYTES: usize = 1024;

#[derive(Deserialize)]
struct Members {
    username: String,
    password: Secret<String>,
    #[serde(default, deserialize_with = "given")]
    scope: Option<String>,
    #[serde(default, deserialize_with = "given")]
    audience: Option<String>,
    #[serde(default, deserialize_with = "given")]
    client_id: Option<String>,
    #[serde(default, deserialize_with = "given")]
    transport: Option<String>,
}

pub async fn login(edge: Data<Edge>, calling: Calling, body: Body) -> Result<HttpResponse, ApiError> {
    let now = edge.now();
    let Members { username, password, scope, audience, client_id, transport } = body.json()?;
    if username.len() > MAX_USERNAME_BYTES {
        return Err(ApiError::invalid_request("The name is too long"));
    }
    if transport.is_some_and(|transport| transport != "body") {
        return Err(ApiError::invalid_request("The only transport is body"));
    }
    let password = Password::new(password).map_err(|_| ApiError::invalid_request("The password is too long"))?;
    let request = LoginRequest { username, password, scope, audience, client_id };
    let hashing = Hashing::default();
    let tokens =
        in_time_but_for::<_, _, ApiError>(&hashing, edge.authority.login(request, &calling.0, now, &hashing)).await?;
    Ok(private_json(&TokenBody::from(&tokens)))
}
