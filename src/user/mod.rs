//! People: the record, how names are compared, how passwords are hashed and checked.
//!
//! Owns the rules about a user and the bounded threads that compute password hashes. It does not own
//! where users are kept (`store`) nor what a sign-in does (`authority`), which call it.

mod hasher;
mod model;
mod name;
mod password;

pub use hasher::{Busy, Hasher, HasherSettings};
pub use model::{User, UserChange};
pub use name::{FoldedName, NameRefused, check_name};
pub use password::{HashParameters, MAX_PASSWORD_BYTES, Password, PasswordHash, PasswordRefused, check_password};
