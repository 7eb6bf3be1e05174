//! The keys' names. Each script and command touches one key, so that a cluster can hold them anywhere.

use crate::id::{SessionId, UserId};

/// Names keys: `NAMESPACE:s:SID` for a session, `NAMESPACE:u:USER` for the index of a user's sessions.
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
    }
}
