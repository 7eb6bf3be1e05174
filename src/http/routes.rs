//! The route table, on one screen.

use std::sync::Arc;

use actix_web::guard;
use actix_web::http::header::ALLOW;
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{FromRequest, Handler, Responder, Route};

use super::error::ApiError;
use super::{Edge, health, jwks, login, logout, me, metadata, password, refresh, sessions, users, verify};
use crate::clock::Clock;

type Methods = Vec<(&'static str, Route)>;

fn table() -> Vec<(&'static str, Methods)> {
    vec![
        // Paths are compared in this order, patterns by a slow matcher: first what most requests are for.
        ("/verify", vec![on("*", verify::verify)]),
        ("/refresh", vec![on("POST", refresh::refresh)]),
        ("/verify/{path:.*}", vec![on("*", verify::verify_for_gateway)]),
        ("/login", vec![on("POST", login::login)]),
        ("/logout", vec![on("POST", logout::logout)]),
        ("/me", vec![on("GET", me::me)]),
        ("/me/password", vec![on("PUT", password::change)]),
        ("/users", vec![on("POST", users::register)]),
        ("/sessions", vec![on("GET", sessions::list), on("DELETE", sessions::end_all)]),
        ("/sessions/{id}", vec![on("DELETE", sessions::end)]),
        ("/.well-known/jwks.json", vec![on("GET", jwks::jwks)]),
        ("/.well-known/oauth-authorization-server", vec![on("GET", metadata::metadata)]),
        ("/.well-known/openid-configuration", vec![on("GET", metadata::metadata)]),
        ("/healthz", vec![on("GET", health::alive)]),
        ("/readyz", vec![on("GET", health::ready)]),
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

/// A method of a path; `*` is any. HEAD works wherever GET does.
fn on<F, Args>(method: &'static str, handler: F) -> (&'static str, Route)
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    let route = match method {
        "*" => web::route(),
        "GET" => web::route().guard(guard::Any(guard::Get()).or(guard::Head())),
        name => web::method(name.parse().expect("the table holds names of methods")),
    };
    (method, route.to(handler))
}
