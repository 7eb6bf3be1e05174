//! The people of a test, made and changed as the command line does it: in the store.

use jeton::clock::Clock;
use jeton::entropy::SystemEntropy;
use jeton::id::UserId;
use jeton::scope::Scope;
use jeton::user::{User, UserChange};

use super::{TestApp, block_on, hash};

/// The password of every user that a test makes.
pub const PASSWORD: &str = "correct horse battery staple";

impl TestApp {
    /// Adds a user with the password [`PASSWORD`].
    pub fn add_user(&self, username: &str) -> User {
        self.add(username, |_| {})
    }

    /// Adds a user after changing the record.
    pub fn add(&self, username: &str, change: impl FnOnce(&mut User)) -> User {
        let mut user = User {
            id: UserId::random(&SystemEntropy),
            username: username.to_owned(),
            password: hash(PASSWORD),
            roles: Vec::new(),
            scopes: Scope::default(),
            claims: serde_json::Map::new(),
            disabled: false,
            epoch: 0,
            created: self.clock.now(),
        };
        change(&mut user);
        assert!(block_on(self.stores.users.insert(&user)).unwrap(), "the name is free");
        user
    }

    /// Changes a user as the command line does, behind the server's back.
    pub fn change(&self, user: &User, change: UserChange) {
        block_on(self.stores.users.change(&user.id, &change, self.clock.now())).unwrap().expect("there is such a user");
    }

    /// Deletes a user as the command line does.
    pub fn delete(&self, user: &User) {
        assert!(block_on(self.stores.users.delete(&user.id)).unwrap(), "there is such a user");
    }
}
