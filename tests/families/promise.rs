//! What is promised to an honest client, and so how long the world may make it wait.

use std::time::Duration;

use jeton::clock::Timestamp;
use jeton::session::Supersession;

use super::check::{NOBODY_SIGNED_OUT, Violation, ensure};
use super::client::Keys;
use super::request::{Answer, Request};
use super::world::{BEGINNING, HOUR, SERVERS, World};

impl World {
    /// What a server's clock says.
    pub fn now(&self, server: usize) -> Timestamp {
        let skew = if server == 0 { Duration::ZERO } else { self.setup.skew };
        BEGINNING + self.clock + skew - self.set_back
    }

    pub fn advance(&mut self, span: Duration) {
        self.clock += span.min(self.patience());
    }

    /// How long a client may still wait: one without keys comes back within the window, and no more
    /// is promised to it.
    fn patience(&self) -> Duration {
        if !self.innocent || self.client.keys != Keys::None {
            return Duration::MAX;
        }
        self.window_end(&self.client.storage)
            .map_or(Duration::MAX, |end| end.since(self.now(1)).saturating_sub(Duration::from_millis(1)))
    }

    /// Whether a request without a key arrives after its window, or more than three generations late.
    pub fn is_later_than_promised(&self, request: &Request) -> bool {
        let late = || self.window_end(&request.token).is_some_and(|end| self.now(1) >= end);
        self.innocent && request.key.is_none() && (self.is_far_behind(&request.token) || late())
    }

    /// Whether a token is more than three generations old: then nothing is promised, key or no key.
    pub fn is_far_behind(&self, token: &str) -> bool {
        self.shared.store.record().session.generation.saturating_sub(self.shared.generation(token)) > 3
    }

    /// When the window of a superseded token ends, as far as the record knows.
    fn window_end(&self, token: &str) -> Option<Timestamp> {
        let session = &self.shared.store.record().session;
        let age = session.generation.checked_sub(self.shared.generation(token))?.checked_sub(1)?;
        match session.ring.get(usize::try_from(age).ok()?)? {
            Supersession::At(at, _) => Some(*at + self.setup.window),
            Supersession::Lost => None,
        }
    }

    /// The storm is over: all that was on its way is lost, and the user comes back. Signed in still?
    pub fn settle(&mut self) -> Result<(), Violation> {
        if !self.innocent {
            return Ok(());
        }
        self.note("the storm is over");
        (0..SERVERS).for_each(|server| self.crash(server));
        self.requests.clear();
        self.answers.clear();
        for server in 0..SERVERS {
            let answer = self.refresh(server, server)?;
            ensure(matches!(answer, Answer::Granted(_)), NOBODY_SIGNED_OUT, || format!("{answer:?}"))?;
            self.advance(HOUR);
        }
        Ok(())
    }
}
