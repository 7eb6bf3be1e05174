//! The keys that sign: access tokens with an asymmetric key or a shared secret, refresh tokens with
//! a secret of ours.
//!
//! Owns the folder of key files, the immutable snapshot of it ([`Ring`]), the plan by which keys come and
//! go (next, active, retired, gone, told apart by time alone) and signing itself. It does not own what is
//! signed (`authority`), checking signatures (`verify`), nor when a running server looks at the folder
//! (`server`). Called by `authority`, the composition root and the command line.

#[cfg(feature = "server")]
mod assembly;
#[cfg(feature = "server")]
mod files;
#[cfg(feature = "server")]
mod following;
#[cfg(feature = "server")]
mod keyring;
#[cfg(feature = "server")]
mod look;
#[cfg(feature = "server")]
mod manage;
#[cfg(feature = "server")]
mod name;
#[cfg(feature = "server")]
mod pause;
#[cfg(feature = "server")]
mod private_file;
#[cfg(feature = "server")]
mod ring;
#[cfg(feature = "server")]
mod rotation;
#[cfg(feature = "server")]
mod schedule;
mod signing;
#[cfg(feature = "server")]
mod standing;
#[cfg(all(test, feature = "server"))]
mod tests;
#[cfg(feature = "server")]
mod upkeep;

#[cfg(feature = "server")]
pub use files::KeyFolder;
#[cfg(feature = "server")]
pub use following::Kept;
#[cfg(feature = "server")]
pub use keyring::{Keyring, KeyringSettings, Opened};
#[cfg(feature = "server")]
pub use look::{Looked, look};
#[cfg(feature = "server")]
pub use manage::{Listed, ManageError, Managed, Wish, list, manage};
#[cfg(feature = "server")]
pub use private_file::{KeyFolderError, check_private_file};
#[cfg(feature = "server")]
pub use ring::Ring;
#[cfg(feature = "server")]
pub use schedule::Schedule;
pub use signing::{BadKey, SigningKey};
#[cfg(feature = "server")]
pub use standing::{Happening, KeyEvent, KeyName, Stage, Standing};
