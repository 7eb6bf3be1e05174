//! Signing in, next to a bare Argon2id of the same cost with reused memory.

use std::hint::black_box;

use argon2::{Algorithm, Argon2, Block, Params, Version};
use jeton::authority::{Caller, Hashing, LoginRequest};

use crate::rounds::compare;
use crate::service::{PASSWORD, Service, password};

pub fn run() {
    let service = Service::start();
    let authority = &service.edge.authority;
    let caller = Caller::default();
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::default());
    let mut memory = vec![Block::default(); Params::DEFAULT.block_count()];
    compare(
        "login (SQLite, one thread)",
        || {
            let request = LoginRequest {
                username: "ada".to_owned(),
                password: password(),
                scope: None,
                audience: None,
                client_id: None,
            };
            let now = service.edge.clock.now();
            drop(black_box(
                service.runtime.block_on(authority.login(request, &caller, now, &Hashing::default())).unwrap(),
            ));
        },
        || {
            let mut out = [0; 32];
            argon2
                .hash_password_into_with_memory(PASSWORD.as_bytes(), b"sixteen byte salt", &mut out, &mut memory)
                .unwrap();
            black_box(out);
        },
    );
}
