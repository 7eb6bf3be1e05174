//! The bearer token in other people's actix services, over HTTP as their clients see it, with nothing of
//! jeton's server: a `TestIssuer` signs, the app holds a `Verifier`.

mod app;
mod claims;
mod credentials;
mod keys;
mod misuse;
mod permissions;
