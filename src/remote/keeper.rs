//! The keeper: a thread that fetches keys before they are needed, and hands them to the verifier.

use std::sync::Arc;
use std::time::Duration;
use std::{io, thread};

use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;
use tokio::task::{LocalSet, spawn_local};
use tokio::time::timeout;

use super::fetch::{Answer, Fetch, FetchError, MAX_ANSWER_BYTES};
use super::freshness::lifetime;
use super::watch::{Next, Watch};
use crate::verify::{KeySet, WeakVerifier};

/// How often the clock is looked at. Not one long wait: a machine may have slept, or its clock been set.
const TICK: Duration = Duration::from_secs(1);

/// Everything that the thread owns.
pub(super) struct Keeper {
    pub watch: Arc<Watch>,
    pub sender: watch::Sender<()>,
    pub verifier: WeakVerifier,
    pub client: Arc<dyn Fetch>,
    pub url: String,
    pub max_age: Duration,
    pub timeout: Duration,
}

impl Keeper {
    /// Starts the thread.
    ///
    /// # Errors
    /// The system gives no thread, or no runtime for it.
    pub fn start(self) -> io::Result<()> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        thread::Builder::new().name("jeton-keys".to_owned()).spawn(move || self.run(&runtime))?;
        Ok(())
    }

    fn run(self, runtime: &Runtime) {
        // A client may spawn tasks that are bound to their thread, as actix's does.
        LocalSet::new().block_on(runtime, async move {
            // The answer whose keys are in use.
            let mut used = None;
            loop {
                match self.watch.next() {
                    Next::End => return,
                    Next::Wait => drop(timeout(TICK, self.watch.wanted()).await),
                    Next::Drop => {
                        log::error!("no key of {} could be fetched for a day; none is trusted any more", self.url);
                        self.use_keys(KeySet::default());
                        used = None;
                    }
                    Next::Fetch => match self.fetch().await {
                        Ok((answer, keys)) => self.take(answer, keys, &mut used),
                        Err(error) => self.report(&error),
                    },
                }
            }
        });
    }

    /// Keys first, word of them then.
    fn take(&self, answer: Answer, keys: KeySet, used: &mut Option<Vec<u8>>) {
        let kids = keys.kids().map(str::to_owned).collect();
        let fresh = lifetime(answer.cache_control.as_deref(), answer.age.as_deref(), self.max_age);
        // With its keys a verifier forgets which tokens were good: not for nothing.
        if used.as_ref() != Some(&answer.body) {
            self.use_keys(keys);
            *used = Some(answer.body);
        }
        if self.watch.succeeded(kids, fresh, &self.sender) {
            log::info!("the keys at {} are there", self.url);
        }
    }

    /// Where the verifier is gone by now, the next look ends the thread.
    fn use_keys(&self, keys: KeySet) {
        if let Some(verifier) = self.verifier.upgrade() {
            verifier.replace_keys(keys);
        }
    }

    /// Once per outage as a warning: the retries go on for as long as it lasts.
    fn report(&self, error: &FetchError) {
        let failures = self.watch.failed(&self.sender);
        let level = if failures == 1 { log::Level::Warn } else { log::Level::Debug };
        log::log!(level, "the keys at {} could not be fetched, try {failures}: {error}", self.url);
    }

    /// One fetch, to its end or until time is up: the answer, and its keys.
    async fn fetch(&self) -> Result<(Answer, KeySet), FetchError> {
        let (client, url) = (Arc::clone(&self.client), self.url.clone());
        // As a task, so that a client's panic is its own.
        let mut task = spawn_local(async move { client.fetch(&url).await });
        let Ok(ended) = timeout(self.timeout, &mut task).await else {
            task.abort();
            return Err(FetchError::TimedOut);
        };
        let answer = ended.unwrap_or_else(|_| Err(FetchError::Unreachable("the HTTP client panicked".to_owned())))?;
        let keys = read(&answer)?;
        Ok((answer, keys))
    }
}

/// The checks that hold whichever client it was.
fn read(answer: &Answer) -> Result<KeySet, FetchError> {
    if answer.status != 200 {
        return Err(FetchError::Status(answer.status));
    }
    if answer.body.len() > MAX_ANSWER_BYTES {
        return Err(FetchError::TooLarge);
    }
    KeySet::from_jwks(&answer.body).ok().filter(|keys| !keys.is_empty()).ok_or(FetchError::Unusable)
}
