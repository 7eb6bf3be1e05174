//! A whole service that lets in who signed in at jeton: `make run` in one shell, in another
//! `cargo run --example protected`. It keeps jeton's keys itself and asks jeton nothing else.

use std::env;
use std::error::Error;

use actix_web::{App, HttpServer, get, post, web};
use jeton::bearer::{Bearer, Challenge, OptionalBearer, require_role};
use jeton::remote::RemoteKeys;
use jeton::verify::Policy;
use serde::Deserialize;

/// What this service reads from a token beside what jeton puts into each:
/// `jeton user add ada --claims '{"tenant":"acme"}'`.
#[derive(Deserialize)]
struct Own {
    tenant: Option<String>,
}

/// For everybody.
#[get("/")]
async fn welcome() -> &'static str {
    "welcome\n"
}

/// For everybody; somebody with a token is greeted by it. A bad token is refused.
#[get("/hello")]
async fn hello(OptionalBearer(bearer): OptionalBearer) -> String {
    format!("hello {}\n", bearer.as_ref().map_or("stranger", |bearer| &bearer.claims().sub))
}

/// For whoever signed in.
#[get("/tenant")]
async fn tenant(bearer: Bearer<Own>) -> String {
    format!("{}\n", bearer.own().tenant.as_deref().unwrap_or("none"))
}

/// For tokens with a scope.
#[get("/reports")]
async fn reports(bearer: Bearer) -> Result<&'static str, Challenge> {
    bearer.require_scope("reports:read")?;
    Ok("all is well\n")
}

/// For users with a role: what is below /admin requires it.
#[post("/restart")]
async fn restart() -> &'static str {
    "restarted\n"
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let issuer = env::var("JETON_ISSUER").unwrap_or("http://127.0.0.1:8080".to_owned());
    let verifier = RemoteKeys::new(Policy::new(issuer.clone(), issuer)).start()?;
    let app = move || {
        let admin = web::scope("/admin").wrap(require_role("admin")).service(restart);
        App::new()
            .app_data(verifier.clone())
            .service(welcome)
            .service(hello)
            .service(tenant)
            .service(reports)
            .service(admin)
    };
    let server = HttpServer::new(app).bind(env::var("LISTEN").unwrap_or("127.0.0.1:9000".to_owned()))?;
    println!("listening on http://{}", server.addrs()[0]);
    Ok(server.run().await?)
}
