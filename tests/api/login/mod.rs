//! POST /login: what a sign-in gives, and in which order it is refused.

mod answer;
mod body;
mod credentials;
mod grants;
mod hashing;
mod throttling;
