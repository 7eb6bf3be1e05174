//! GET /me: who the bearer is.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde_json::json;

use super::Edge;
use super::answer::{in_time, private_json};
use super::error::BearerError;
use crate::bearer::Bearer;
use crate::id::UserId;

pub async fn me(edge: Data<Edge>, bearer: Bearer) -> Result<HttpResponse, BearerError> {
    let claims = bearer.claims();
    let user = UserId::from(claims.sub.clone());
    let me = in_time::<_, _, BearerError>(edge.authority.me(&user)).await?;
    Ok(private_json(&json!({
        "sub": user.as_str(),
        "username": me.username,
        "roles": me.roles,
        "scope": claims.scope.to_string(),
        "session_id": claims.sid,
    })))
}
