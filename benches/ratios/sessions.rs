//! Refreshing on SQLite: one session after another, and many at once; next to the ES256 signature that
//! every refresh makes.

use std::hint::black_box;

use jeton::authority::{Authority, Caller, Hashing, LoginRequest, RefreshRequest};
use jeton::clock::Timestamp;
use jeton::secret::Secret;

use crate::rounds::{compare, measure};
use crate::service::{Service, password};

const AT_ONCE: usize = 32;
const ROUNDS: usize = 300;

pub fn run() {
    let service = Service::start();
    let authority = &service.edge.authority;
    let now = service.edge.clock.now();
    let mut token = service.runtime.block_on(sign_in(authority, now));
    let signer = authority.keys.ring().signer(now).clone();
    compare(
        "refresh (SQLite, one at a time)",
        || token = service.runtime.block_on(refresh(authority, &token, now)),
        || drop(black_box(signer.sign(&[7; 400]))),
    );

    let tokens: Vec<String> = (0..AT_ONCE).map(|_| service.runtime.block_on(sign_in(authority, now))).collect();
    let edge = &service.edge;
    measure(&format!("refresh (SQLite, {AT_ONCE} at once, one core)"), AT_ONCE * ROUNDS, || {
        service.runtime.block_on(async {
            let tasks: Vec<_> = tokens
                .into_iter()
                .map(|mut token| {
                    let edge = edge.clone();
                    tokio::spawn(async move {
                        for _ in 0..ROUNDS {
                            token = refresh(&edge.authority, &token, now).await;
                        }
                    })
                })
                .collect();
            for task in tasks {
                task.await.unwrap();
            }
        });
    });
}

async fn sign_in(authority: &Authority, now: Timestamp) -> String {
    let request =
        LoginRequest { username: "ada".to_owned(), password: password(), scope: None, audience: None, client_id: None };
    let tokens = authority.login(request, &Caller::default(), now, &Hashing::default()).await.unwrap();
    tokens.refresh_token.expose().clone()
}

async fn refresh(authority: &Authority, token: &str, now: Timestamp) -> String {
    let request =
        RefreshRequest { refresh_token: Secret::from(token), client_id: None, scope: None, idempotency_key: None };
    let refreshed = authority.refresh(&request, &Caller::default(), now).await.unwrap();
    refreshed.tokens.refresh_token.expose().clone()
}
