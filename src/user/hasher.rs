//! The server's password hashing: bounded, off the request threads, and equally dear for everybody.

use std::sync::Arc;
use std::time::Duration;
use std::{io, thread};

use super::argon;
use super::hash::PasswordHash;
use super::memory::Memory;
use super::parameters::HashParameters;
use super::password::Password;
use super::phc::Argon2Hash;
use super::pool::Pool;
use super::queue::Busy;
use super::refused::HashRefused;
use super::stored::Stored;
use crate::entropy::Entropy;

/// How much hashing there may be at a time, and how dear a hash is.
#[derive(Clone, Debug)]
pub struct HasherSettings {
    /// Threads, each with memory of its own; at least one.
    pub workers: usize,
    /// How many callers may wait beside those that are served.
    pub queue: usize,
    /// How long one waits for a thread at most.
    pub wait: Duration,
    /// The cost of a new hash.
    pub parameters: HashParameters,
    /// Whether a weaker stored hash is renewed at sign-in. Not where nobody may store the new one.
    pub upgrades: bool,
}

/// As many threads as cores, at most 8; 64 may wait, for 1 s.
impl Default for HasherSettings {
    fn default() -> Self {
        Self {
            workers: thread::available_parallelism().map_or(1, |cores| cores.get().min(8)),
            queue: 64,
            wait: Duration::from_secs(1),
            parameters: HashParameters::default(),
            upgrades: true,
        }
    }
}

/// What checking a password found.
#[must_use]
#[derive(Debug, PartialEq, Eq)]
pub struct PasswordChecked {
    /// Whether the password is the stored hash's.
    pub matches: bool,
    /// Where it is, and the stored hash is weaker than a new one: a new one, to be stored instead.
    pub upgrade: Option<PasswordHash>,
    /// Why the stored hash can never match, where that is so.
    pub refused: Option<HashRefused>,
}

/// Threads that hash passwords. Dropping it ends them.
pub struct Hasher {
    pool: Pool,
    checker: Arc<Checker>,
}

impl Hasher {
    /// Starts the threads, and makes up the hash that is checked where there is none.
    ///
    /// # Errors
    /// The system refuses another thread.
    pub fn start(settings: HasherSettings, entropy: Arc<dyn Entropy>) -> io::Result<Self> {
        let HasherSettings { workers, queue, wait, parameters, upgrades } = settings;
        let checker = Arc::new(Checker { upgrades, ..Checker::new(parameters, entropy) });
        Ok(Self { pool: Pool::start(workers, queue, wait)?, checker })
    }

    /// Checks a password. Without a stored hash, or with one that cannot be used, the same work is
    /// done for a made-up one, so that the time tells nobody who exists.
    ///
    /// A hash of another cost than the current, or of another program, takes a time of its own. One that
    /// is cheaper, or another program's, takes the time of a new one on top, whether the password is right
    /// or not: the new one is made, or the made-up one checked. It is replaced at its next sign-in; a dearer
    /// one is kept.
    ///
    /// # Errors
    /// [`Busy`] where no thread is free in time. Dropping the future gives up the place in the queue.
    pub async fn verify(&self, password: Password, stored: Option<PasswordHash>) -> Result<PasswordChecked, Busy> {
        let checker = Arc::clone(&self.checker);
        self.pool.run(move |memory| checker.verify(memory, &password, stored.as_ref())).await
    }

    /// Whether a password that came now would be taken. Asked before anything is looked up or counted,
    /// it makes a refusal in a flood cost next to nothing.
    ///
    /// # Errors
    /// [`Busy`] where every place is held.
    pub fn has_room(&self) -> Result<(), Busy> {
        self.pool.has_room()
    }

    /// How many passwords a thread has begun to check or hash so far.
    pub fn begun(&self) -> u64 {
        self.pool.begun()
    }

    /// Makes a hash of a new password.
    ///
    /// # Errors
    /// As [`verify`](Self::verify).
    pub async fn hash(&self, password: Password) -> Result<PasswordHash, Busy> {
        let checker = Arc::clone(&self.checker);
        self.pool.run(move |memory| checker.hash(memory, &password)).await
    }
}

/// What the threads do: everything but the waiting.
struct Checker {
    parameters: HashParameters,
    upgrades: bool,
    dummy: Argon2Hash,
    entropy: Arc<dyn Entropy>,
}

impl Checker {
    fn new(parameters: HashParameters, entropy: Arc<dyn Entropy>) -> Self {
        // Through the same text and parser as every stored hash: a dummy that did not parse would
        // make the step a no-op, so that is found out here, at start.
        let made_up = argon::dummy(&parameters, &*entropy);
        let dummy = Argon2Hash::parse(made_up.as_phc()).expect("our own hashes can be read");
        Self { parameters, upgrades: true, dummy, entropy }
    }

    fn hash(&self, memory: &mut Memory, password: &Password) -> PasswordHash {
        argon::make(memory, password, &self.parameters, &*self.entropy)
    }

    fn verify(&self, memory: &mut Memory, password: &Password, hash: Option<&PasswordHash>) -> PasswordChecked {
        let (stored, refused) = match hash.map_or(Ok(None), Stored::read) {
            Ok(stored) => (stored, None),
            Err(why) => (None, Some(why)),
        };
        let matches = stored.as_ref().is_some_and(|stored| stored.matches(memory, password));
        // What a dearer stored hash needed is not held on to.
        memory.shrink_to(&self.parameters);
        let weak = stored.is_none_or(|stored| stored.is_weaker_than(&self.parameters));
        // Whatever was checked, and nothing: one computation of the current cost comes with all that
        // does not suffice, be it for the new hash or for nobody.
        // Not where a new one could not be stored: that the password is right is then told by the answer.
        let upgrade = (weak && matches && self.upgrades).then(|| self.hash(memory, password));
        if weak && !matches {
            argon::matches(memory, password.composed(), &self.dummy);
        }
        PasswordChecked { matches, upgrade, refused }
    }
}

#[cfg(test)]
mod tests;
