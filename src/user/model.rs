//! A user's record and the one rule for changing it.

use serde_json::{Map, Value};

use super::hash::PasswordHash;
use super::name::FoldedName;
use crate::clock::Timestamp;
use crate::id::UserId;
use crate::scope::Scope;

/// Somebody who can sign in.
#[derive(Clone, Debug, PartialEq)]
pub struct User {
    /// `sub`: opaque, stable, never reused.
    pub id: UserId,
    /// The name as it was given; compared only folded ([`FoldedName`]).
    pub username: String,
    /// The password's hash.
    pub password: PasswordHash,
    /// Role words, put into access tokens.
    pub roles: Vec<String>,
    /// The user's own scopes, beside those that everybody may ask for.
    pub scopes: Scope,
    /// Custom claims, put into access tokens as they stand.
    pub claims: Map<String, Value>,
    /// Whether sign-in and refresh are refused.
    pub disabled: bool,
    /// `session_epoch`: sessions of an earlier epoch are over (refresh.md, "Revoking").
    pub epoch: u64,
    /// When the user was made.
    pub created: Timestamp,
}

impl User {
    /// The name as it is compared.
    pub fn folded_name(&self) -> FoldedName {
        FoldedName::new(&self.username)
    }
}

/// What to change of a user; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct UserChange {
    /// A new password hash. Ends every session.
    pub password: Option<PasswordHash>,
    /// Where the password is another by now, or the user is disabled, nothing is changed at all: whoever
    /// proved that they know the old one must not overwrite a newer one. The answer's hash tells.
    pub only_from: Option<PasswordHash>,
    /// New roles, in place of the old.
    pub roles: Option<Vec<String>>,
    /// New scopes, in place of the old.
    pub scopes: Option<Scope>,
    /// New custom claims, in place of the old.
    pub claims: Option<Map<String, Value>>,
    /// Disable or enable. Disabling ends every session.
    pub disabled: Option<bool>,
    /// End every session, whatever else changes.
    pub end_sessions: bool,
}

impl UserChange {
    /// The epoch after this change: max(unix ms, old + 1) where it ends sessions, which is free of clock
    /// resolution and of clock steps.
    pub fn epoch_after(&self, epoch: u64, now: Timestamp) -> u64 {
        if self.password.is_some() || self.disabled == Some(true) || self.end_sessions {
            u64::try_from(now.as_millis()).unwrap_or(0).max(epoch.saturating_add(1))
        } else {
            epoch
        }
    }

    /// Whether the end of sessions is all that is asked: what can be had also where people are another
    /// application's.
    pub const fn only_ends_sessions(&self) -> bool {
        let Self { password, only_from: _, roles, scopes, claims, disabled, end_sessions } = self;
        let is_rest_empty = password.is_none() && roles.is_none() && scopes.is_none() && claims.is_none();
        *end_sessions && is_rest_empty && disabled.is_none()
    }

    /// Applies the change in place. A store calls this inside its write transaction, so that the
    /// epoch rises in the same write as the change that asks for it.
    pub fn apply(&self, user: &mut User, now: Timestamp) {
        if self.only_from.as_ref().is_some_and(|old| user.disabled || *old != user.password) {
            return;
        }
        user.epoch = self.epoch_after(user.epoch, now);
        if let Some(password) = &self.password {
            user.password = password.clone();
        }
        if let Some(roles) = &self.roles {
            user.roles = roles.clone();
        }
        if let Some(scopes) = &self.scopes {
            user.scopes = scopes.clone();
        }
        if let Some(claims) = &self.claims {
            user.claims = claims.clone();
        }
        if let Some(disabled) = self.disabled {
            user.disabled = disabled;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MADE: Timestamp = Timestamp::from_secs(1_000);

    fn ada() -> User {
        User {
            id: UserId::from("u1".to_owned()),
            username: "Ada".to_owned(),
            password: PasswordHash::from_phc("old".to_owned()),
            roles: vec!["reader".to_owned()],
            scopes: Scope::parse("read"),
            claims: Map::new(),
            disabled: false,
            epoch: 1_000_000,
            created: MADE,
        }
    }

    fn changed(change: &UserChange, now: Timestamp) -> User {
        let mut user = ada();
        change.apply(&mut user, now);
        user
    }

    #[test]
    fn nothing_asked_is_nothing_changed() {
        assert_eq!(changed(&UserChange::default(), Timestamp::from_secs(2_000)), ada());
    }

    #[test]
    fn what_ends_sessions_raises_the_epoch_to_the_time_of_the_change() {
        let now = Timestamp::from_secs(2_000);
        let password = PasswordHash::from_phc("new".to_owned());
        let enders = [
            UserChange { password: Some(password.clone()), ..Default::default() },
            UserChange { disabled: Some(true), ..Default::default() },
            UserChange { end_sessions: true, ..Default::default() },
        ];
        for change in &enders {
            assert_eq!(changed(change, now).epoch, 2_000_000, "{change:?}");
        }
        assert_eq!(changed(&enders[0], now), User { password, epoch: 2_000_000, ..ada() });
    }

    #[test]
    fn a_change_from_a_password_that_is_another_by_now_changes_nothing() {
        let hash = |text: &str| Some(PasswordHash::from_phc(text.to_owned()));
        let from = |old| UserChange { password: hash("new"), only_from: hash(old), ..Default::default() };
        assert_eq!(changed(&from("older"), Timestamp::from_secs(2_000)), ada());
        assert_eq!(changed(&from("old"), Timestamp::from_secs(2_000)).epoch, 2_000_000);
        let mut disabled = User { disabled: true, ..ada() };
        from("old").apply(&mut disabled, Timestamp::from_secs(2_000));
        assert_eq!(disabled, User { disabled: true, ..ada() });
    }

    #[test]
    fn the_epoch_rises_even_where_the_clock_stands_still_or_steps_back() {
        let change = UserChange { end_sessions: true, ..Default::default() };
        for now in [MADE, Timestamp::from_secs(1), Timestamp::from_millis(-5)] {
            assert_eq!(changed(&change, now).epoch, 1_000_001);
        }
    }

    #[test]
    fn the_rest_is_replaced_and_ends_no_session() {
        let claims = Map::from_iter([("team".to_owned(), Value::from("engine"))]);
        let change = UserChange {
            roles: Some(vec![]),
            scopes: Some(Scope::parse("read write")),
            claims: Some(claims.clone()),
            disabled: Some(false),
            ..Default::default()
        };
        let expected = User { roles: vec![], scopes: Scope::parse("read write"), claims, ..ada() };
        assert_eq!(changed(&change, Timestamp::from_secs(2_000)), expected);
    }
}
