//! The keys that sign: access tokens with an asymmetric key or a shared secret, refresh tokens with
//! a secret of ours.
//!
//! Owns the folder of key files, the immutable snapshot of it ([`Ring`]: next, active and retired
//! keys, told apart by time alone) and signing itself. It does not own what is signed (`authority`) nor
//! checking signatures (`verify`). Called by `authority` and the composition root.

#[cfg(feature = "server")]
mod files;
#[cfg(feature = "server")]
mod keyring;
#[cfg(feature = "server")]
mod look;
#[cfg(feature = "server")]
mod ring;
mod signing;
#[cfg(all(test, feature = "server"))]
mod tests;

#[cfg(feature = "server")]
pub use files::{KeyFolder, KeyFolderError, check_private_file};
#[cfg(feature = "server")]
pub use keyring::{Keyring, KeyringSettings, Opened};
#[cfg(feature = "server")]
pub use look::{Looked, SeenKey, look};
#[cfg(feature = "server")]
pub use ring::{JWKS_MAX_AGE, Ring, Stage};
pub use signing::{BadKey, SigningKey};
