//! The route table, on one screen.

use std::sync::Arc;

use actix_web::guard::{self, Guard};
use actix_web::http::header::ALLOW;
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{FromRequest, Handler, Responder, Route};

use super::error::ApiError;
use super::{Edge, health, jwks, login, logout, me, metadata, refresh, sessions, verify};
use crate::clock::Clock;

type Methods = Vec<(&'static str, Route)>;

fn table() -> Vec<(&'static str, Methods)> {
    vec![
        ("/login", vec![post(login::login)]),
        ("/refresh", vec![post(refresh::refresh)]),
        ("/logout", vec![post(logout::logout)]),
        ("/verify", vec![any(verify::verify)]),
        ("/verify/{path:.*}", vec![any(verify::verify_for_gateway)]),
        ("/me", vec![get(me::me)]),
        ("/sessions", vec![get(sessions::list), delete(sessions::end_all)]),
        ("/sessions/{id}", vec![delete(sessions::end)]),
        ("/.well-known/jwks.json", vec![get(jwks::jwks)]),
        ("/.well-known/oauth-authorization-server", vec![get(metadata::metadata)]),
        ("/.well-known/openid-configuration", vec![get(metadata::metadata)]),
        ("/healthz", vec![get(health::alive)]),
        ("/readyz", vec![get(health::ready)]),
    ]
}

/// Every path with its methods; `*` is any method.
pub fn routes() -> Vec<(&'static str, Vec<&'static str>)> {
    let names = |methods: Methods| methods.into_iter().map(|(name, _)| name).collect();
    table().into_iter().map(|(path, methods)| (path, names(methods))).collect()
}

/// Puts the routes and what they share into an actix app. What is no route answers 404, what is no
/// method of a route 405.
pub fn configure(config: &mut ServiceConfig, edge: &Data<Edge>) {
    config.app_data(edge.clone());
    config.app_data(edge.authority.keys.verifier().clone());
    config.app_data::<Arc<dyn Clock>>(Arc::clone(&edge.clock));
    for (path, methods) in table() {
        let mut allow: Vec<&str> = methods.iter().map(|(name, _)| *name).collect();
        if allow.contains(&"GET") {
            allow.push("HEAD");
        }
        let allow = allow.join(", ");
        let mut resource = web::resource(path);
        for (_, route) in methods {
            resource = resource.route(route);
        }
        config.service(resource.default_service(web::to(move || {
            let answer = ApiError::method_not_allowed().with(ALLOW, &allow);
            async move { answer }
        })));
    }
    config.default_service(web::to(|| async { ApiError::not_found() }));
}

fn post<F, Args>(handler: F) -> (&'static str, Route)
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    ("POST", web::post().to(handler))
}

/// GET, and HEAD wherever GET is.
fn get<F, Args>(handler: F) -> (&'static str, Route)
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    ("GET", web::route().guard(get_or_head()).to(handler))
}

fn delete<F, Args>(handler: F) -> (&'static str, Route)
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    ("DELETE", web::delete().to(handler))
}

fn any<F, Args>(handler: F) -> (&'static str, Route)
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    ("*", web::route().to(handler))
}

fn get_or_head() -> impl Guard {
    guard::Any(guard::Get()).or(guard::Head())
}
