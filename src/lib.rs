//! jeton: sign people in, hand out tokens that everyone else can check alone.

pub mod clock;
pub mod entropy;
pub mod id;
#[cfg(any(feature = "server", feature = "testing"))]
pub mod keys;
pub mod scope;
pub mod secret;
#[cfg(feature = "server")]
pub mod session;
pub mod verify;
