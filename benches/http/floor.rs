//! The floors: actix handlers that do nothing but what cannot be left out, in a process of their own.

use std::collections::BTreeMap;

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use actix_web::web::{self, Bytes, Data};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use aws_lc_rs::rsa::PublicKeyComponents;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What the floor answers, the same as the real one, and the key that it checks with.
#[derive(Serialize, Deserialize)]
pub struct Floor {
    pub headers: BTreeMap<String, String>,
    pub body: String,
    pub jwk: Value,
}

/// The same, ready to be sent.
struct Shared {
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Bytes,
    key: ParsedPublicKey,
}

impl Shared {
    fn new(floor: Floor) -> Self {
        let header = |(name, value): (String, String)| (name.parse().unwrap(), value.parse().unwrap());
        Self { headers: floor.headers.into_iter().map(header).collect(), body: floor.body.into(), key: key(&floor.jwk) }
    }

    fn answer(&self) -> HttpResponse {
        let mut response = HttpResponse::with_body(StatusCode::OK, BoxBody::new(self.body.clone()));
        for (name, value) in &self.headers {
            response.headers_mut().insert(name.clone(), value.clone());
        }
        response
    }
}

/// Serves the floor that stands in this file.
pub fn serve(file: &str) {
    let floor: Floor = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let shared = Data::new(Shared::new(floor));
    actix_web::rt::System::new().block_on(async move {
        let app = move || {
            App::new()
                .app_data(shared.clone())
                .route("/constant", web::get().to(constant))
                .route("/raw", web::get().to(raw))
        };
        let server = HttpServer::new(app).workers(1).bind("127.0.0.1:0").unwrap();
        eprintln!("listening on http://{}", server.addrs()[0]);
        server.run().await.unwrap();
    });
}

async fn constant(shared: Data<Shared>) -> HttpResponse {
    shared.answer()
}

/// Decodes the token's three parts and checks the signature.
async fn raw(shared: Data<Shared>, request: HttpRequest) -> HttpResponse {
    let token = request.headers().get(AUTHORIZATION).unwrap().to_str().unwrap().strip_prefix("Bearer ").unwrap();
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let (header, payload) = signed.split_once('.').unwrap();
    let decode = |part| URL_SAFE_NO_PAD.decode(part).unwrap();
    let _decoded = std::hint::black_box((decode(header), decode(payload)));
    shared.key.verify_sig(signed.as_bytes(), &decode(signature)).unwrap();
    shared.answer()
}

fn key(jwk: &Value) -> ParsedPublicKey {
    let part = |name: &str| URL_SAFE_NO_PAD.decode(jwk[name].as_str().unwrap()).unwrap();
    match jwk["kty"].as_str().unwrap() {
        "EC" => ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, [vec![4], part("x"), part("y")].concat()).unwrap(),
        "OKP" => ParsedPublicKey::new(&ED25519, part("x")).unwrap(),
        _ => PublicKeyComponents { n: part("n"), e: part("e") }
            .to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256)
            .unwrap(),
    }
}
