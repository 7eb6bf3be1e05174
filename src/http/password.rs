//! PUT /me/password: a new password for the old one.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Deserialize;

use super::Edge;
use super::answer::{TokenBody, in_time_but_for, private_json};
use super::body::Body;
use super::caller::Calling;
use super::error::{ApiError, BearerError};
use super::sessions::own;
use crate::authority::{Hashing, PasswordChange, PasswordError};
use crate::bearer::Bearer;
use crate::secret::Secret;
use crate::user::Password;

#[derive(Deserialize)]
struct Members {
    current_password: Secret<String>,
    new_password: Secret<String>,
}

pub async fn change(
    edge: Data<Edge>,
    bearer: Bearer,
    calling: Calling,
    body: Body,
) -> Result<HttpResponse, BearerError> {
    let now = edge.now();
    // Before the body is looked at: where it is not done, nobody's is.
    edge.authority.may_change_password()?;
    let (user, session) = own(&bearer);
    let Members { current_password, new_password } = body.json()?;
    let current = Password::new(current_password)
        .map_err(|_| ApiError::invalid_request("The current password is longer than any can be"))?;
    let new = Password::new(new_password).map_err(PasswordError::Refused)?;
    let change = PasswordChange { user, session, current, new };
    let hashing = Hashing::default();
    let tokens = in_time_but_for::<_, _, BearerError>(
        &hashing,
        edge.authority.change_password(change, &calling.0, now, &hashing),
    )
    .await?;
    Ok(private_json(&TokenBody::from(&tokens)))
}
