//! The use cases: sign in, refresh, sign out, sessions, the user's own page and password, registration. No
//! HTTP in sight.
//!
//! Owns the order of things: which store is asked when, what is decided before a write, what is
//! retried. The rules themselves are pure and live in `session`, `user` and `throttle`; it does not own them, nor
//! how requests are read and answers worded (`http`). Called by `http` and the command line.

mod attempt;
mod audit;
mod hashes;
mod hashing;
mod login;
mod logout;
mod me;
mod mint;
mod password;
mod refresh;
mod register;
mod sessions;
mod throttle;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

pub use audit::{Audit, AuditEvent, Repeats};
pub use hashes::UselessHashes;
pub use hashing::Hashing;
pub use login::{LoginError, LoginRequest};
pub use me::Me;
pub use mint::TokenSet;
pub use password::{PasswordChange, PasswordError};
pub use refresh::{GrantRefused, Outcome, RefreshError, RefreshRequest, Refreshed};
pub use register::{RegisterError, Registered, Registration};
pub use sessions::Refused;
pub use throttle::{Throttle, Throttled, let_in};

use login::Grant;

use crate::entropy::Entropy;
use crate::id::UserId;
use crate::keys::Keyring;
use crate::scope::Scope;
use crate::session::Standing;
use crate::store::{SessionStore, Unavailable, UserStore};
use crate::user::{Hasher, User};

/// What the use cases go by.
#[derive(Clone, Debug)]
pub struct Terms {
    /// `iss` of every token.
    pub issuer: String,
    /// The audiences that may be asked for; the first is the default.
    pub audiences: Vec<String>,
    /// The scopes that every user may ask for.
    pub scopes: Scope,
    /// The client labels that are known; `None`: any well-formed one.
    pub clients: Option<Vec<String>>,
    /// How long an access token lives.
    pub access_ttl: Duration,
    /// How long a session may lie unused.
    pub idle_ttl: Duration,
    /// How long a session lives at most.
    pub absolute_ttl: Duration,
    /// For how long a superseded refresh token is answered with the current one.
    pub reuse_window: Duration,
    /// The shortest password that may be chosen, in code points.
    pub password_min: usize,
    /// Whether anybody may make an account.
    pub registration: bool,
}

/// Who is calling, as the edge saw it. For records and the audit log; it decides nothing.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    /// The client's address, where the edge knows it.
    pub address: Option<IpAddr>,
    /// The User-Agent, at most 128 bytes.
    pub user_agent: String,
    /// The request's id.
    pub request_id: String,
}

/// The use cases over their stores, keys and hashing threads, which clones share.
#[derive(Clone)]
pub struct Authority {
    /// What it goes by.
    pub terms: Terms,
    /// People.
    pub users: Arc<dyn UserStore>,
    /// Sessions.
    pub sessions: Arc<dyn SessionStore>,
    /// The keys.
    pub keys: Arc<Keyring>,
    /// The password threads.
    pub hasher: Arc<Hasher>,
    /// What is counted before they are asked.
    pub throttle: Throttle,
    /// How often the audit log says what somebody does again and again.
    pub repeats: Arc<Repeats>,
    /// How often the log says whose stored hash is of no use.
    pub useless_hashes: Arc<UselessHashes>,
    /// Where identifiers and versions come from.
    pub entropy: Arc<dyn Entropy>,
}

impl Authority {
    /// The user's record and what it says about sessions (row 2 of refresh.md).
    async fn standing(&self, user: &UserId) -> Result<(Option<User>, Standing), Unavailable> {
        let user = self.users.by_id(user).await?;
        let standing = match &user {
            None => Standing::Gone,
            Some(user) if user.disabled => Standing::Disabled,
            Some(user) => Standing::Good { epoch: user.epoch },
        };
        Ok((user, standing))
    }
}
