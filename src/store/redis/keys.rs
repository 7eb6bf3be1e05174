//! The keys' names. Each script and command touches one key, so that a cluster can hold them anywhere.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::id::{SessionId, UserId};
use crate::throttle::{AccountKey, CounterKey};

/// Names keys: `NAMESPACE:s:SID` for a session, `NAMESPACE:u:USER` for the index of a user's sessions,
/// `NAMESPACE:c:DIGEST` for a counter of attempts, `NAMESPACE:p:DIGEST` for an account's known places.
///
/// A name has no hash tag on purpose: the sessions of one user spread over a cluster.
pub(super) struct Keys {
    namespace: String,
}

impl Keys {
    /// Names that begin with this.
    pub(super) const fn new(namespace: String) -> Self {
        Self { namespace }
    }

    /// The record of a session.
    pub(super) fn session(&self, id: SessionId) -> Vec<u8> {
        format!("{}:s:{id}", self.namespace).into_bytes()
    }

    /// The ids of a user's sessions.
    pub(super) fn user(&self, user: &UserId) -> Vec<u8> {
        format!("{}:u:{user}", self.namespace).into_bytes()
    }

    /// A counter of attempts.
    pub(super) fn counter(&self, counter: &CounterKey) -> Vec<u8> {
        format!("{}:c:{}", self.namespace, URL_SAFE_NO_PAD.encode(counter.as_bytes())).into_bytes()
    }

    /// The places from which an account signed in.
    pub(super) fn places(&self, account: &AccountKey) -> Vec<u8> {
        format!("{}:p:{}", self.namespace, URL_SAFE_NO_PAD.encode(account.as_bytes())).into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_names_what_it_holds() {
        let keys = Keys::new("jeton".into());
        let id = SessionId::from_bytes([0; 16]);
        assert_eq!(keys.session(id), b"jeton:s:AAAAAAAAAAAAAAAAAAAAAA");
        assert_eq!(keys.user(&UserId::from("ada".to_owned())), b"jeton:u:ada");
        assert_eq!(keys.counter(&CounterKey::from_bytes([0; 16])), b"jeton:c:AAAAAAAAAAAAAAAAAAAAAA");
    }
}
