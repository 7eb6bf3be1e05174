//! What the servers have in common.

use std::time::Duration;

use jeton::id::SessionId;
use jeton::session::{RefreshSecret, RefreshToken, Session, Standing, UnverifiedToken};

use super::store::Store;

/// What two instances share: the store, the secrets, the settings, the people.
pub struct Shared {
    pub store: Store,
    pub session: SessionId,
    pub secrets: Vec<RefreshSecret>,
    pub window: Duration,
    pub user: Standing,
    pub flaws: Flaws,
}

/// How the servers can be made to break the design, to show that the model notices.
#[derive(Default)]
pub struct Flaws {
    /// M8: everything is made with the newest secret.
    pub newest_secret_for_all: bool,
    /// M6: a swap may land whenever it likes.
    pub no_swap_deadline: bool,
    /// A request may take as long as it likes, between its one `now` and its swap too.
    pub no_request_deadline: bool,
}

impl Shared {
    /// The generation that one of our own tokens carries.
    pub fn generation(&self, token: &str) -> u32 {
        let token = UnverifiedToken::parse(token).expect("one of our own");
        token.verify(&self.secrets[usize::from(token.secret_id())]).expect("one of our own").generation
    }

    /// The token of the record, for a server with this newest secret.
    pub fn mint(&self, session: &Session, newest: u8) -> String {
        let secret = if self.flaws.newest_secret_for_all { newest } else { session.secret_id };
        let token = RefreshToken { session: session.id, generation: session.generation };
        token.mint(&self.secrets[usize::from(secret)]).expose().clone()
    }
}
