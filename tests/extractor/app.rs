//! An adopter's service: routes for everybody, for the signed in, for some of them.

use std::net::SocketAddr;
use std::thread::JoinHandle;

use actix_web::dev::ServerHandle;
use actix_web::rt::System;
use actix_web::web::{ServiceConfig, get, scope};
use actix_web::{App, HttpServer};
use jeton::bearer::{Bearer, Challenge, OptionalBearer, require_bearer, require_role, require_scope};
use jeton::verify::Verifier;
use serde_json::Value;
use ureq::Agent;

async fn required(bearer: Bearer) -> String {
    bearer.claims().sub.clone()
}

async fn optional(OptionalBearer(bearer): OptionalBearer) -> String {
    bearer.map_or("nobody".to_owned(), |bearer| bearer.claims().sub.clone())
}

async fn scoped(bearer: Bearer) -> Result<String, Challenge> {
    bearer.require_scope("reports:read reports:list")?;
    Ok(bearer.claims().sub.clone())
}

async fn for_admins(bearer: Bearer) -> Result<String, Challenge> {
    bearer.require_role("admin")?;
    Ok(bearer.claims().sub.clone())
}

async fn unguarded() -> &'static str {
    "let in"
}

/// The routes.
fn routes(config: &mut ServiceConfig) {
    let reports = || scope("/reports").wrap(require_scope("reports:read reports:list"));
    config
        .route("/required", get().to(required))
        .route("/optional", get().to(optional))
        .route("/scoped", get().to(scoped))
        .route("/admins", get().to(for_admins))
        .service(scope("/inside").wrap(require_bearer()).route("/file", get().to(unguarded)))
        .service(reports().route("/all", get().to(unguarded)))
        .service(
            scope("/admin")
                .wrap(require_role("admin"))
                .route("/all", get().to(unguarded))
                .service(reports().route("/all", get().to(required))),
        );
}

/// A service that runs. Dropping it stops it.
pub struct Adopter {
    address: SocketAddr,
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
    agent: Agent,
}

impl Adopter {
    /// The whole service, with this verifier.
    pub fn with(verifier: Verifier) -> Self {
        Self::of(move |config| {
            config.app_data(verifier.clone());
            routes(config);
        })
    }

    /// Any service.
    pub fn of(configure: impl Fn(&mut ServiceConfig) + Clone + Send + 'static) -> Self {
        let (sender, receiver) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            System::new().block_on(async {
                let server = HttpServer::new(move || App::new().configure(configure.clone()));
                let server = server.workers(1).disable_signals().bind(("127.0.0.1", 0)).unwrap();
                let address = server.addrs()[0];
                let server = server.run();
                sender.send((address, server.handle())).unwrap();
                server.await.unwrap();
            });
        });
        let (address, handle) = receiver.recv().unwrap();
        let agent = Agent::config_builder().http_status_as_error(false).proxy(None).build().into();
        Self { address, handle, thread: Some(thread), agent }
    }

    /// GETs with these Authorization headers.
    pub fn get(&self, path: &str, authorization: &[&str]) -> Reply {
        let mut request = self.agent.get(format!("http://{}{path}", self.address));
        for value in authorization {
            request = request.header("authorization", *value);
        }
        let mut response = request.call().unwrap();
        let text = response.body_mut().read_to_string().unwrap();
        let header = |name| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        let (status, challenge, retry_after) =
            (response.status().as_u16(), header("www-authenticate"), header("retry-after"));
        if text.starts_with('{') {
            assert_eq!(header("content-type").as_deref(), Some("application/json"));
            assert_eq!(header("cache-control").as_deref(), Some("no-store"));
        }
        Reply { status, challenge, retry_after, text }
    }

    /// GETs with a bearer token.
    pub fn get_as(&self, path: &str, token: &str) -> Reply {
        self.get(path, &[&format!("Bearer {token}")])
    }
}

impl Drop for Adopter {
    fn drop(&mut self) {
        // The server hears of it when this is made; its end is awaited with the thread.
        drop(self.handle.stop(false));
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

/// What a client got.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub challenge: Option<String>,
    pub retry_after: Option<String>,
    pub text: String,
}

impl Reply {
    /// Status, error code and reason of a refusal.
    #[track_caller]
    pub fn refused(&self) -> (u16, String, String) {
        let body: Value = serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no error: {self:?}"));
        assert!(body["error_description"].is_string(), "{self:?}");
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        (self.status, text("error"), text("reason"))
    }
}

/// A refusal to compare with.
pub fn refusal(status: u16, code: &str, reason: &str) -> (u16, String, String) {
    (status, code.to_owned(), reason.to_owned())
}
