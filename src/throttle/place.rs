//! Where somebody signs in from.

use std::net::IpAddr;
use std::time::Duration;

/// How long after a sign-in its place is known.
pub const KNOWN_FOR: Duration = Duration::from_secs(30 * 86_400);

/// How many places of an account are known at most: the latest.
pub const KNOWN_PLACES: u8 = 8;

/// Where somebody signs in from, roughly, so that a new lease or a restarted phone is the same place:
/// the /24 of an IPv4 address, the /64 of an IPv6 address.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place(Vec<u8>);

impl Place {
    /// The place of an address.
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self(address.octets()[..3].to_vec()),
            IpAddr::V6(address) => Self(address.octets()[..8].to_vec()),
        }
    }

    /// No network, but the operator's desk: what is noted here is that an operator let the account in.
    pub const fn operator() -> Self {
        Self(Vec::new())
    }

    /// The place with these bytes, from a store.
    pub const fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// Its 3 or 8 bytes; none for the operator's desk.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str) -> Place {
        Place::of(text.parse().unwrap())
    }

    #[test]
    fn a_place_is_a_network() {
        assert_eq!(place("192.0.2.1"), place("::ffff:192.0.2.255"));
        assert_ne!(place("192.0.2.1"), place("192.0.3.1"));
        assert_eq!(place("2001:db8::1"), place("2001:db8::ff:1"));
        assert_ne!(place("2001:db8::1"), place("2001:db8:0:1::1"));
    }
}
