//! An honest client with several tabs over one storage, following "The client's rule" of refresh.md,
//! without the lock across tabs: where none can be had, the rule must do without.

use super::request::{Answer, Request, Sender};

pub const TABS: usize = 3;

/// Whether, and how, the client names its attempts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keys {
    /// One per refresh token, the same in every tab and every retry (rule 1).
    PerToken,
    /// None: such a client is promised something only within the window.
    None,
    /// M1, to show that the model notices: a new one for every request.
    PerRequest,
}

pub struct Client {
    pub keys: Keys,
    /// The refresh token, as every tab reads it.
    pub storage: String,
    /// What each tab waits for.
    tabs: [Option<Waiting>; TABS],
}

struct Waiting {
    request: usize,
    sent: String,
}

/// What an answer did to the client.
#[derive(Debug, PartialEq, Eq)]
pub enum Heard {
    /// Nobody waits for this answer any more.
    Ignored,
    /// Another token was put into storage.
    Stored,
    /// Refused or too late, but storage holds a token that is worth a try; or try again later.
    GoesOn,
    /// Refused, and there is no other token: the user has to sign in again.
    SignedOut,
}

impl Client {
    pub fn new(keys: Keys, token: String) -> Self {
        Self { keys, storage: token, tabs: [const { None }; TABS] }
    }

    /// A tab refreshes, or tries again and gives up waiting for the last try (rules 1 and 2).
    pub fn send(&mut self, tab: usize, request: usize) -> Request {
        let token = self.storage.clone();
        let key = match self.keys {
            // The HMAC of rule 1 is replaced by its input: only equality matters here.
            Keys::PerToken => Some(format!("device secret, {token}")),
            Keys::PerRequest => Some(format!("request {request}")),
            Keys::None => None,
        };
        self.tabs[tab] = Some(Waiting { request, sent: token.clone() });
        Request { id: request, from: Sender::Tab(tab), token, key }
    }

    /// An answer reaches a tab (rules 3 and 4).
    pub fn hear(&mut self, tab: usize, request: usize, answer: &Answer) -> Heard {
        let Some(waiting) = self.tabs[tab].take_if(|waiting| waiting.request == request) else {
            return Heard::Ignored;
        };
        let unchanged = self.storage == waiting.sent;
        match answer {
            Answer::Granted(token) if unchanged => {
                self.storage.clone_from(token);
                Heard::Stored
            }
            Answer::Refused(_) if unchanged => Heard::SignedOut,
            Answer::Granted(_) | Answer::Refused(_) | Answer::Unavailable => Heard::GoesOn,
        }
    }
}
