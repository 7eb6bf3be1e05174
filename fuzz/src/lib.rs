//! What must hold whatever bytes come in, one function for each kind of input.
//!
//! Owns properties, not only "no panic": what is accepted says the same to another reader, what must be
//! accepted is, and nothing passes under another key. It does not own where the bytes come from: the
//! fuzzer makes them up (`fuzz_targets`), and tests/hostile takes this file in by its path to try the
//! seeds and everything that was ever found.

pub mod authorization;
pub mod claims;
pub mod header;
pub mod jwk;
pub mod password_hash;
pub mod refresh_token;
mod strict;
pub mod token;

use jeton::clock::Timestamp;
use jeton::keys::SigningKey;
use jeton::testing::{ManualClock, TestIssuer};

/// A function of bytes that panics where something does not hold.
pub type Check = fn(&[u8]);

/// Every target by its name, which its seeds' folder has, too.
pub const TARGETS: [(&str, Check); 7] = [
    ("token", token::check),
    ("header", header::check),
    ("claims", claims::check),
    ("jwk", jwk::check),
    ("authorization", authorization::check),
    ("refresh_token", refresh_token::check),
    ("password_hash", password_hash::check),
];

/// When all of this happens.
pub const NOW: Timestamp = Timestamp::from_secs(1_795_253_400);

/// An issuer that is the same in every run, so that a token among the seeds stays good. HS256: no private
/// key stands in the source, and a signature costs a microsecond.
pub fn issuer() -> TestIssuer {
    let key = SigningKey::hs256(b"known to all who fuzz, used nowhere else").expect("it is long enough");
    TestIssuer::of(key).with_clock(ManualClock::new(NOW))
}
