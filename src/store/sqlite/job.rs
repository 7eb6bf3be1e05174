//! A thread that owns something synchronous, and the bounded queue of jobs to it.
//!
//! Whoever asks waits a bounded time, whatever the thread is stuck in; a caller that goes away, and
//! a job that panics, break nothing for the others.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::store::Unavailable;

/// How much may be asked of the threads, and how long anything may take.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    /// How many jobs may wait for a thread.
    pub queue: usize,
    /// How long SQLite waits for a lock that another process holds.
    pub busy: Duration,
    /// How long a caller waits for an answer.
    pub answer: Duration,
}

impl Default for Limits {
    /// An outage must be answered within two seconds, the request's own work included (invariant 10
    /// of refresh.md).
    fn default() -> Self {
        Self { queue: 1024, busy: Duration::from_secs(1), answer: Duration::from_millis(1500) }
    }
}

/// What becomes of a job whose caller has gone before it began.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Orphan {
    /// It is left out: nobody would see what it reads.
    Skip,
    /// It is done all the same.
    Finish,
}

/// A moment after which something must not happen any more. Monotonic: no clock step moves it.
#[derive(Clone, Copy)]
pub(super) struct Deadline(Instant);

impl Deadline {
    /// So long from now.
    #[expect(clippy::disallowed_methods, reason = "a deadline of the machine itself, not a time of the rules")]
    pub(super) fn after(span: Duration) -> Self {
        Self(Instant::now() + span)
    }

    /// Whether it is over.
    #[expect(clippy::disallowed_methods, reason = "a deadline of the machine itself, not a time of the rules")]
    pub(super) fn has_passed(self) -> bool {
        Instant::now() >= self.0
    }
}

type Job<C> = Box<dyn FnOnce(&mut C) + Send>;

/// The thread and the queue to it. Dropping it lets the thread finish what is queued, and waits.
pub(super) struct Worker<C> {
    /// `None` only while being dropped.
    jobs: Option<SyncSender<Job<C>>>,
    thread: Option<JoinHandle<()>>,
    answer: Duration,
}

impl<C: Send + 'static> Worker<C> {
    /// Starts a thread that owns `owned`.
    pub(super) fn start(name: &str, mut owned: C, limits: Limits) -> io::Result<Self> {
        let (sender, jobs) = sync_channel::<Job<C>>(limits.queue);
        let thread = thread::Builder::new().name(name.to_owned()).spawn(move || {
            for job in jobs {
                // A panic costs its own caller the answer, not everybody the store. The connection
                // stays sound: an open transaction was rolled back on the way out.
                let _ = catch_unwind(AssertUnwindSafe(|| job(&mut owned)));
            }
        })?;
        Ok(Self { jobs: Some(sender), thread: Some(thread), answer: limits.answer })
    }

    /// Queues a job and waits for its answer. A full queue is refused at once.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        orphan: Orphan,
        work: impl FnOnce(&mut C) -> Result<T, Unavailable> + Send + 'static,
    ) -> Result<T, Unavailable> {
        let (answer, awaited) = oneshot::channel();
        let job: Job<C> = Box::new(move |owned| {
            if orphan == Orphan::Finish || !answer.is_closed() {
                // Where this fails, the caller has gone meanwhile: there is nobody to tell.
                let _ = answer.send(work(owned));
            }
        });
        let jobs = self.jobs.as_ref().ok_or_else(|| Unavailable("sqlite: closed".into()))?;
        jobs.try_send(job).map_err(|refused| match refused {
            TrySendError::Full(_) => Unavailable("sqlite: too many jobs are waiting".into()),
            TrySendError::Disconnected(_) => Unavailable("sqlite: the thread has ended".into()),
        })?;
        match timeout(self.answer, awaited).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(Unavailable("sqlite: the job panicked".into())),
            Err(_) => Err(Unavailable(format!("sqlite: no answer within {} ms", self.answer.as_millis()))),
        }
    }
}

impl<C> Drop for Worker<C> {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // It cannot have panicked (see `start`), and there is nothing to do if it has.
            let _ = thread.join();
        }
    }
}
