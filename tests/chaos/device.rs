//! An honest client: several tabs over one storage, which keep to the rule of docs/clients.md.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::family::{Family, Holder, generation};
use crate::plan::Plan;

/// A client, as all of its tabs see it.
pub struct Device {
    pub name: String,
    /// Who signs in.
    pub user: &'static str,
    /// The device secret; without it no keys are sent.
    secret: Option<hmac::Key>,
    /// One refresh at a time, in clients that have a lock across their tabs.
    lock: Option<Mutex<()>>,
    storage: Mutex<Stored>,
    /// One tab signs in, the others wait.
    pub door: Mutex<()>,
}

/// What the client has stored.
#[derive(Clone)]
pub struct Stored {
    pub family: Arc<Family>,
    pub token: String,
    /// When it is refreshed next.
    pub due: Duration,
}

/// A try that has begun.
pub struct Try {
    pub family: Arc<Family>,
    pub token: String,
    /// Its number among the family's uses.
    pub number: usize,
    pub key: Option<String>,
    /// Its X-Request-Id.
    pub request: String,
}

/// What a tab that wants to refresh may do now.
pub enum Next {
    Send(Try),
    /// Nothing until then.
    Wait(Duration),
    /// Nothing is promised any more to this client without keys: it does not know whether its first try
    /// has landed, and its window may be over before the next one is heard.
    TooLate(Arc<Family>),
}

impl Device {
    pub fn new(name: String, user: &'static str, secret: Option<[u8; 32]>, has_lock: bool, stored: Stored) -> Self {
        let secret = secret.map(|secret| hmac::Key::new(hmac::HMAC_SHA256, &secret));
        let lock = has_lock.then(Mutex::default);
        Self { name, user, secret, lock, storage: Mutex::new(stored), door: Mutex::new(()) }
    }

    /// Waits for the other tabs, where there is a lock.
    pub fn take_turn(&self) -> Option<MutexGuard<'_, ()>> {
        self.lock.as_ref().map(|lock| lock.lock().unwrap())
    }

    pub fn has_keys(&self) -> bool {
        self.secret.is_some()
    }

    pub fn stored(&self) -> Stored {
        self.storage.lock().unwrap().clone()
    }

    /// Reads the storage (rule 2) and begins a try, if it is time for one. `at_once`: it is.
    pub fn next(&self, tab: usize, request: String, at_once: bool, plan: &Plan, now: Duration) -> Next {
        let stored = self.storage.lock().unwrap();
        let Stored { family, token, due } = &*stored;
        if now < *due && !at_once {
            return Next::Wait(*due);
        }
        let generation = generation(token);
        if let Some(until) = family.too_far_ahead(generation, now, plan.limbo()) {
            return Next::Wait(until);
        }
        let is_late = |first: Duration| now >= first + plan.patience_without_keys();
        if !self.has_keys() && family.first_use(generation).is_some_and(is_late) {
            return Next::TooLate(Arc::clone(family));
        }
        let number = family.begin(Holder::Tab(tab), generation, self.has_keys(), &request, now);
        Next::Send(Try { family: Arc::clone(family), token: token.clone(), number, key: self.key(token), request })
    }

    /// Rule 1.
    fn key(&self, token: &str) -> Option<String> {
        let mac = |secret| URL_SAFE_NO_PAD.encode(hmac::sign(secret, token.as_bytes()));
        self.secret.as_ref().map(mac)
    }

    /// Rule 4: stores what came back for `sent`, unless the storage holds something else by now.
    pub fn store(&self, sent: &str, token: &str, due: Duration) {
        let mut stored = self.storage.lock().unwrap();
        if stored.token == sent {
            (stored.token, stored.due) = (token.to_owned(), due);
        }
    }

    /// Rule 3: whether the storage still holds what was refused.
    pub fn holds(&self, sent: &str) -> bool {
        self.storage.lock().unwrap().token == sent
    }

    /// Whether this is its session still.
    pub fn uses(&self, family: &Arc<Family>) -> bool {
        Arc::ptr_eq(&self.storage.lock().unwrap().family, family)
    }

    /// A new session.
    pub fn sign_in(&self, stored: Stored) {
        *self.storage.lock().unwrap() = stored;
    }

    /// Nobody is there until then.
    pub fn go_away(&self, until: Duration) {
        let mut stored = self.storage.lock().unwrap();
        stored.due = stored.due.max(until);
    }

    /// Everybody comes back.
    pub fn come_back(&self, now: Duration) {
        let mut stored = self.storage.lock().unwrap();
        stored.due = stored.due.min(now);
    }
}
