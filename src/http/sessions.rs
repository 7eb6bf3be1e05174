//! GET /sessions, DELETE /sessions and DELETE /sessions/{id}: the bearer's own sessions.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::Edge;
use super::answer::{in_time, private_json};
use super::caller::Calling;
use super::error::{ApiError, BearerError};
use crate::bearer::Bearer;
use crate::id::{SessionId, UserId};
use crate::session::Session;

pub async fn list(edge: Data<Edge>, bearer: Bearer) -> Result<HttpResponse, BearerError> {
    let (user, current) = own(&bearer);
    let sessions = in_time::<_, _, BearerError>(edge.authority.list_sessions(&user, edge.now())).await?;
    let sessions: Vec<Value> = sessions.iter().map(|session| describe(session, current)).collect();
    Ok(private_json(&json!({ "sessions": sessions })))
}

pub async fn end(
    edge: Data<Edge>,
    bearer: Bearer,
    calling: Calling,
    request: HttpRequest,
) -> Result<HttpResponse, BearerError> {
    let (user, _) = own(&bearer);
    let id = request.match_info().get("id").unwrap_or_default();
    let session = SessionId::parse(id).ok_or(ApiError::not_found())?;
    in_time::<_, _, BearerError>(edge.authority.end_session(&user, session, &calling.0, edge.now())).await?;
    Ok(HttpResponse::NoContent().finish())
}

pub async fn end_all(
    edge: Data<Edge>,
    bearer: Bearer,
    calling: Calling,
    request: HttpRequest,
) -> Result<HttpResponse, BearerError> {
    let (user, current) = own(&bearer);
    let now = edge.now();
    if keeps_current(request.query_string())? {
        in_time::<_, _, BearerError>(edge.authority.end_other_sessions(&user, current, &calling.0, now)).await?;
    } else {
        in_time::<_, _, BearerError>(edge.authority.logout_everywhere(&user, &calling.0, now)).await?;
    }
    Ok(HttpResponse::NoContent().finish())
}

/// Whose token it is, and of which session.
pub fn own(bearer: &Bearer) -> (UserId, Option<SessionId>) {
    let claims = bearer.claims();
    (UserId::from(claims.sub.clone()), claims.sid.as_deref().and_then(SessionId::parse))
}

/// `others`: true or false and nothing else, since a misspelling would end one session too many.
fn keeps_current(query: &str) -> Result<bool, ApiError> {
    let mut others =
        form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == "others").map(|(_, value)| value);
    match (others.next().as_deref(), others.next()) {
        (None | Some("false"), None) => Ok(false),
        (Some("true"), None) => Ok(true),
        _ => Err(ApiError::invalid_request("others is true or false")),
    }
}

/// What the user sees of a session; the last use only to the minute, so that nobody who holds a token can
/// read the owner's rhythm from it.
fn describe(session: &Session, current: Option<SessionId>) -> Value {
    json!({
        "id": session.id.to_string(),
        "created": session.created.rfc3339(),
        "last_used": session.last_used.to_the_minute().max(session.created).rfc3339(),
        "expires": session.ends().rfc3339(),
        "user_agent": session.user_agent,
        "ip": session.ip,
        "client_id": session.client,
        "current": Some(session.id) == current,
    })
}
