//! POST /logout: end this session, or every session of the user.

use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use serde::Deserialize;

use super::Edge;
use super::answer::in_time;
use super::body::{Body, given};
use super::caller::Calling;
use super::error::{ApiError, BearerError};
use crate::authority::Caller;
use crate::bearer::{Bearer, Challenge, OptionalBearer};
use crate::clock::Timestamp;
use crate::id::{SessionId, UserId};
use crate::secret::Secret;
use crate::session::Revocation;
use crate::store::Unavailable;
use crate::verify::Claims;

const NONE: ApiError = ApiError::invalid_request("A refresh_token or a bearer token is needed");

#[derive(Default, Deserialize)]
struct Members {
    #[serde(default, deserialize_with = "given")]
    refresh_token: Option<Secret<String>>,
    #[serde(default)]
    everywhere: bool,
}

pub async fn logout(
    edge: Data<Edge>,
    request: HttpRequest,
    calling: Calling,
    body: Body,
) -> Result<HttpResponse, BearerError> {
    let now = edge.now();
    let members = if body.is_empty() { Members::default() } else { body.json::<Members>()? };
    match members {
        Members { everywhere: true, refresh_token } => {
            let none: BearerError = if refresh_token.is_some() { Challenge::NoCredentials.into() } else { NONE.into() };
            let bearer = bearer(&request).await?.ok_or(none)?;
            let user = UserId::from(bearer.claims().sub.clone());
            in_time::<_, _, BearerError>(edge.authority.logout_everywhere(&user, &calling.0, now)).await?;
        }
        Members { refresh_token: Some(token), .. } => {
            in_time::<_, _, BearerError>(edge.authority.logout(token.expose(), &calling.0, now)).await?;
        }
        Members { refresh_token: None, .. } => {
            let bearer = bearer(&request).await?.ok_or(NONE)?;
            in_time::<_, _, BearerError>(end_own(&edge, bearer.claims(), &calling.0, now)).await?;
        }
    }
    Ok(HttpResponse::NoContent().finish())
}

/// The access token, looked at only where it counts: a bad one beside a refresh token is nobody's concern.
async fn bearer(request: &HttpRequest) -> Result<Option<Bearer>, Challenge> {
    let OptionalBearer(bearer) = OptionalBearer::extract(request).await?;
    Ok(bearer)
}

/// Ends the session that the access token belongs to; a token without one has nothing to end.
async fn end_own(edge: &Edge, claims: &Claims, caller: &Caller, now: Timestamp) -> Result<(), Unavailable> {
    if let Some(session) = claims.sid.as_deref().and_then(SessionId::parse) {
        edge.authority.end(session, Revocation::Logout, caller, now).await?;
    }
    Ok(())
}
