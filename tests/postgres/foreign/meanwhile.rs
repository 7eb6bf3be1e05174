//! What happens to an account between the moment at which a sign-in reads it and the end of the sign-in.

use std::sync::Arc;

use async_trait::async_trait;
use jeton::clock::Timestamp;
use jeton::id::UserId;
use jeton::store::conformance::run;
use jeton::store::conformance::sample::NOW;
use jeton::store::{Unavailable, UserStore};
use jeton::user::{FoldedName, PasswordHash, User, UserChange};
use tokio::task::spawn_blocking;

use super::table::Application;
use crate::app::{Plan, TestApp};

/// Runs statements while the password's hash is computed: after the account was read, and before anything
/// of the sign-in is kept.
struct Meanwhile {
    users: Arc<dyn UserStore>,
    application: Arc<Application>,
    statements: &'static str,
}

#[async_trait]
impl UserStore for Meanwhile {
    fn is_read_only(&self) -> bool {
        self.users.is_read_only()
    }

    async fn by_typed_name(&self, name: &str) -> Result<Option<User>, Unavailable> {
        let found = self.users.by_typed_name(name).await;
        let (application, statements) = (Arc::clone(&self.application), self.statements);
        match statements {
            // By jeton itself, as `jeton session revoke --user` does.
            "" => {
                let change = UserChange { end_sessions: true, ..UserChange::default() };
                self.users.change(&UserId::from("42".to_owned()), &change, NOW).await.map(drop)?;
            }
            statements => drop(spawn_blocking(move || application.sql(statements)).await.unwrap()),
        }
        found
    }

    async fn remember(&self, user: &User, typed: &str) -> Result<(), Unavailable> {
        self.users.remember(user, typed).await
    }

    async fn by_name(&self, name: &FoldedName) -> Result<Option<User>, Unavailable> {
        self.users.by_name(name).await
    }

    async fn by_id(&self, id: &UserId) -> Result<Option<User>, Unavailable> {
        self.users.by_id(id).await
    }

    async fn insert(&self, user: &User) -> Result<bool, Unavailable> {
        self.users.insert(user).await
    }

    async fn change(&self, id: &UserId, change: &UserChange, now: Timestamp) -> Result<Option<User>, Unavailable> {
        self.users.change(id, change, now).await
    }

    async fn rehash(&self, id: &UserId, old: &PasswordHash, new: &PasswordHash) -> Result<bool, Unavailable> {
        self.users.rehash(id, old, new).await
    }

    async fn delete(&self, id: &UserId) -> Result<bool, Unavailable> {
        self.users.delete(id).await
    }

    async fn list(&self, after: Option<&FoldedName>, limit: u32) -> Result<Vec<User>, Unavailable> {
        self.users.list(after, limit).await
    }

    async fn ping(&self) -> Result<(), Unavailable> {
        self.users.ping().await
    }
}

fn serve(application: &Arc<Application>, statements: &'static str) -> TestApp {
    let mut plan = Plan::new(|config| application.configure(config));
    let users = Arc::clone(&plan.stores.users);
    plan.stores.users = Arc::new(Meanwhile { users, application: Arc::clone(application), statements });
    plan.start()
}

#[test]
fn sessions_that_are_ended_during_the_very_first_sign_in_include_its_own() {
    for statements in ["SELECT jeton.end_sessions('42')", ""] {
        let application = Arc::new(Application::new());
        let app = serve(&application, statements);
        let tokens = app.sign_in("ada");
        let reply = app.refresh(&tokens.refresh);
        assert_eq!((reply.status, reply.json()["reason"].as_str()), (400, Some("revoked")), "{statements}");
        // Whoever signs in after that stays.
        let app = application.serve();
        assert_eq!(app.refresh(&app.sign_in("ada").refresh).status, 200, "{statements}");
    }
}

#[test]
fn an_account_whose_sessions_were_ended_before_it_ever_signed_in_is_not_known_by_id() {
    let application = Application::new();
    let store = application.open(super::table::QUERY).unwrap();
    application.sql("SELECT jeton.end_sessions('42')");
    let id = UserId::from("42".to_owned());
    run(async {
        assert_eq!(store.by_id(&id).await.unwrap(), None);
        let ada = store.by_typed_name("ada").await.unwrap().unwrap();
        assert!(ada.epoch > 0);
        store.remember(&ada, "ada").await.unwrap();
        assert_eq!(store.by_id(&id).await.unwrap(), Some(ada), "the names are kept, and the epoch stays");
    });
}
