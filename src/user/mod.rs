//! People: the record, how names are compared, how passwords are hashed and checked.
//!
//! Owns the rules about a user and the bounded threads that compute password hashes. It does not own
//! where users are kept (`store`) nor what a sign-in does (`authority`), which call it.
//!
//! A password on its way: [`Password`] (normalised) → [`Hasher`] (what is asked) → `queue` (who may
//! wait) → `pool` (the threads) → `stored` (a [`PasswordHash`] read within bounds: `phc`, or `foreign`
//! where another program made it) → `argon` (the computation, in `memory` that is reused).

mod argon;
mod attributes;
mod common;
mod foreign;
mod hash;
mod hasher;
mod import;
mod memory;
mod model;
mod name;
mod parameters;
mod password;
mod phc;
mod pool;
mod queue;
mod refused;
mod stored;

pub use argon::hash_now;
pub use attributes::{AttributeRefused, MAX_CLAIMS_BYTES, check_claims, check_words, read_claims};
pub use hash::PasswordHash;
pub use hasher::{Hasher, HasherSettings, PasswordChecked};
pub use import::import_hash;
pub use model::{User, UserChange};
pub use name::{FoldedName, NameRefused, check_foreign_name, check_name};
pub use parameters::HashParameters;
pub use password::{MAX_PASSWORD_BYTES, Password, PasswordRefused, check_password};
pub use queue::Busy;
pub use refused::HashRefused;
pub use stored::check_hash;
