//! Whose attempts are counted together.

use std::net::IpAddr;

use aws_lc_rs::digest::{Context, SHA256};

use super::place::Place;
use crate::clock::Timestamp;
use crate::user::FoldedName;

/// An account, whether it exists or not: a digest of the folded name, so that all spellings of a name are
/// one account, and no name stands in a store. Whoever reads the store can still try names against it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AccountKey([u8; 16]);

impl AccountKey {
    /// The account of a name.
    pub fn new(name: &FoldedName) -> Self {
        Self(digest("account", &[name.as_str().as_bytes()]))
    }

    /// The same account with none of its attempts until an operator let it in: its counters are others from then
    /// on, in whichever process they are.
    #[must_use]
    pub fn let_in(&self, at: Timestamp) -> Self {
        Self(digest("let in", &[&self.0, &at.as_millis().to_be_bytes()]))
    }

    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

/// The name of a counter: 16 bytes that mean nothing to a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CounterKey([u8; 16]);

impl CounterKey {
    /// Of what is tried against an account from places where it never signed in.
    pub fn account(account: &AccountKey) -> Self {
        Self(digest("elsewhere", &[&account.0]))
    }

    /// Of what is tried against an account from one place where it did.
    pub fn account_at(account: &AccountKey, place: &Place) -> Self {
        Self(digest("place", &[&account.0, place.as_bytes()]))
    }

    /// Of what comes from an address: one of IPv4, a /64 of IPv6, of which a single customer has at
    /// least one. Callers without an address are counted together.
    pub fn address(address: Option<IpAddr>) -> Self {
        Self(from_address("address", address))
    }

    /// Of the accounts that are made from an address.
    pub fn registrations(address: Option<IpAddr>) -> Self {
        Self(from_address("registrations", address))
    }

    /// A counter of its own, for tests of stores.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

fn from_address(purpose: &str, address: Option<IpAddr>) -> [u8; 16] {
    match address.map(|address| address.to_canonical()) {
        None => digest(purpose, &[]),
        Some(IpAddr::V4(address)) => digest(purpose, &[&address.octets()]),
        Some(IpAddr::V6(address)) => digest(purpose, &[&address.octets()[..8]]),
    }
}

/// The first half of a SHA-256. What varies in length stands last, so that two lists never look alike.
fn digest(purpose: &str, parts: &[&[u8]]) -> [u8; 16] {
    let mut context = Context::new(&SHA256);
    context.update(format!("jeton throttle {purpose}\0").as_bytes());
    parts.iter().for_each(|part| context.update(part));
    let mut half = [0; 16];
    half.copy_from_slice(&context.finish().as_ref()[..16]);
    half
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> CounterKey {
        CounterKey::address(Some(text.parse().unwrap()))
    }

    fn place(text: &str) -> Place {
        Place::of(text.parse().unwrap())
    }

    #[test]
    fn every_spelling_of_a_name_is_one_account() {
        let key = |name| AccountKey::new(&FoldedName::new(name));
        assert_eq!(key("Ada"), key("\u{ff21}DA"));
        assert_ne!(key("ada"), key("adb"));
        assert!(!format!("{:?}", key("ada")).contains("ada"));
    }

    #[test]
    fn an_ipv4_address_and_an_ipv6_network_are_counted_as_one_each() {
        assert_ne!(address("192.0.2.1"), address("192.0.2.2"));
        assert_eq!(address("192.0.2.1"), address("::ffff:192.0.2.1"));
        assert_eq!(address("2001:db8:0:1::1"), address("2001:db8:0:1:ffff::2"));
        assert_ne!(address("2001:db8:0:1::1"), address("2001:db8:0:2::1"));
        assert_eq!(CounterKey::address(None), CounterKey::address(None));
        assert_ne!(CounterKey::address(None), address("::"));
    }

    #[test]
    fn nothing_that_is_counted_for_itself_shares_a_counter() {
        let ada = AccountKey::new(&FoldedName::new("ada"));
        let somewhere = Some("192.0.2.1".parse().unwrap());
        let keys = [
            CounterKey::account(&ada),
            CounterKey::account_at(&ada, &place("192.0.2.1")),
            CounterKey::account_at(&ada, &place("2001:db8::")),
            CounterKey::account(&ada.let_in(Timestamp::from_secs(1))),
            CounterKey::account(&ada.let_in(Timestamp::from_secs(2))),
            CounterKey::account_at(&ada.let_in(Timestamp::from_secs(1)), &place("192.0.2.1")),
            CounterKey::address(somewhere),
            CounterKey::registrations(somewhere),
        ];
        for (number, key) in keys.iter().enumerate() {
            assert!(!keys[number + 1..].contains(key), "{number}");
        }
    }
}
