//! What a whole scope of routes requires: middleware that refuses before any handler runs.

use std::rc::Rc;

use actix_web::Error;
use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::middleware::{Next, from_fn};

use super::challenge::Challenge;
use super::extractor::verified;
use crate::scope::Scope;
use crate::verify::Claims;

/// Lets only requests with a good token pass: `web::scope("/api").wrap(require_bearer())`. It covers
/// what takes no [`Bearer`](super::Bearer), such as files, and every handler that somebody adds later.
pub fn require_bearer<S, B>()
-> impl Transform<S, ServiceRequest, Response = ServiceResponse<EitherBody<B>>, Error = Error, InitError = ()>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    require(|_| Ok(()))
}

/// Lets only requests pass whose token has every word of this scope, as
/// [`Bearer::require_scope`](super::Bearer::require_scope) does in a handler.
///
/// # Panics
/// Where there is no word: everybody has all of none. [`require_bearer`] is for that.
#[track_caller]
pub fn require_scope<S, B>(
    words: impl AsRef<str>,
) -> impl Transform<S, ServiceRequest, Response = ServiceResponse<EitherBody<B>>, Error = Error, InitError = ()>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    let needed = Scope::parse(words.as_ref());
    assert!(!needed.is_empty(), "require_scope needs a word; to ask for nothing but a token, use require_bearer");
    require(move |claims| scope(claims, &needed))
}

/// Lets only requests of users with this role pass, as
/// [`Bearer::require_role`](super::Bearer::require_role) does in a handler.
///
/// # Panics
/// Where the role has no name.
#[track_caller]
pub fn require_role<S, B>(
    name: impl Into<String>,
) -> impl Transform<S, ServiceRequest, Response = ServiceResponse<EitherBody<B>>, Error = Error, InitError = ()>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    let name = name.into();
    assert!(!name.is_empty(), "require_role needs a role; to ask for nothing but a token, use require_bearer");
    require(move |claims| role(claims, &name))
}

fn require<S, B>(
    check: impl Fn(&Claims) -> Result<(), Challenge> + 'static,
) -> impl Transform<S, ServiceRequest, Response = ServiceResponse<EitherBody<B>>, Error = Error, InitError = ()>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    let check = Rc::new(check);
    from_fn(move |request: ServiceRequest, next: Next<B>| {
        let check = Rc::clone(&check);
        async move {
            let token = verified(request.request()).await;
            match token.and_then(|token| check(token.ok_or(Challenge::NoCredentials)?.claims())) {
                Ok(()) => Ok(next.call(request).await?.map_into_left_body()),
                // An answer and no error, so that outer middleware (CORS, logs) sees it as one.
                Err(challenge) => Ok(request.error_response(challenge).map_into_right_body()),
            }
        }
    })
}

/// Whoever asks for nothing has forgotten what to ask for: that lets nobody in.
pub(super) fn scope(claims: &Claims, needed: &Scope) -> Result<(), Challenge> {
    let is_granted = !needed.is_empty() && needed.is_subset(&claims.scope);
    if is_granted { Ok(()) } else { Err(Challenge::InsufficientScope(needed.clone())) }
}

pub(super) fn role(claims: &Claims, name: &str) -> Result<(), Challenge> {
    let has_it = !name.is_empty() && claims.roles.iter().any(|role| role == name);
    if has_it { Ok(()) } else { Err(Challenge::InsufficientRole) }
}
