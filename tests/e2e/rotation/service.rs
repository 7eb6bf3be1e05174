//! A service in Rust for tests/e2e/rotation: lets in whoever has a good token, with the JWKS read again
//! whenever it may no longer be cached.
//!
//! Arguments: the JWKS, the issuer, the audience, max-age in seconds.

use std::env;
use std::error::Error;
use std::time::Duration;

use actix_web::{App, HttpServer, get};
use jeton::bearer::Bearer;
use jeton::verify::{KeySet, Policy, Verifier};

#[get("/")]
async fn inside(bearer: Bearer) -> String {
    bearer.claims().sub.clone()
}

fn fetch(url: &str) -> Result<KeySet, Box<dyn Error>> {
    let answer = ureq::get(url).config().timeout_global(Some(Duration::from_secs(5))).build().call();
    Ok(KeySet::from_jwks(&answer?.body_mut().read_to_vec()?)?)
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let [_, url, issuer, audience, max_age] = env::args().collect::<Vec<_>>().try_into().expect("four arguments");
    let max_age = Duration::from_secs(max_age.parse()?);
    let policy = Policy { leeway: Duration::ZERO, ..Policy::new(issuer, audience) };
    let verifier = Verifier::new(policy, fetch(&url)?);
    let kept = verifier.clone();
    actix_web::rt::spawn(async move {
        let mut expiry = tokio::time::interval(max_age);
        loop {
            expiry.tick().await;
            let url = url.clone();
            let fetched = actix_web::web::block(move || fetch(&url).map_err(|error| error.to_string())).await;
            match fetched.expect("it does not panic") {
                Ok(keys) => kept.replace_keys(keys),
                Err(error) => eprintln!("the JWKS could not be read: {error}"),
            }
        }
    });
    let app = move || App::new().app_data(verifier.clone()).service(inside);
    let server = HttpServer::new(app).workers(1).bind(("127.0.0.1", 0))?;
    println!("{}", server.addrs()[0].port());
    Ok(server.run().await?)
}
