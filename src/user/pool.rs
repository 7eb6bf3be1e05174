//! Threads of their own for work that fills memory, each with memory that it keeps.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};
use std::{io, thread};

use tokio::sync::oneshot;

use super::memory::Memory;
use super::queue::{Busy, Queue};

/// The threads behind their queue. Dropping it ends them after what they are at.
pub(super) struct Pool {
    queue: Arc<Queue>,
    wait: Duration,
}

impl Pool {
    /// Starts `workers` threads, at least one; `waiting` callers may wait for them, each for `wait`.
    ///
    /// # Errors
    /// The system refuses another thread.
    pub fn start(workers: usize, waiting: usize, wait: Duration) -> io::Result<Self> {
        let workers = workers.max(1);
        // Made first: should a thread fail to start, dropping this ends those that did.
        let pool = Self { queue: Arc::new(Queue::new(workers.saturating_add(waiting))), wait };
        for number in 0..workers {
            let queue = Arc::clone(&pool.queue);
            thread::Builder::new().name(format!("jeton-hash-{number}")).spawn(move || serve(&queue))?;
        }
        Ok(pool)
    }

    /// Has `work` done by one of the threads. The wait for a thread is bounded; work that has begun
    /// is awaited to its end. Needs a tokio runtime with its timer.
    ///
    /// # Errors
    /// [`Busy`]: at once where every place is held, at the deadline where no thread was free by
    /// then, and where the work panicked (which is logged).
    pub async fn run<T, W>(&self, work: W) -> Result<T, Busy>
    where
        T: Send + 'static,
        W: FnOnce(&mut Memory) -> T + Send + 'static,
    {
        let (reply, mut answer) = oneshot::channel();
        let place = self.queue.admit(
            now().checked_add(self.wait),
            Box::new(move |memory, computing| {
                let result = work(memory);
                // First the place, then the answer: whoever has the answer may ask again at once.
                drop(computing);
                // Nobody may be listening any more, and then nobody misses it.
                let _ = reply.send(result);
            }),
        )?;
        match tokio::time::timeout(self.wait, &mut answer).await {
            Ok(done) => done.map_err(|_| self.queue.refuse()),
            Err(_) if place.withdraw() => Err(self.queue.refuse()),
            Err(_) => answer.await.map_err(|_| self.queue.refuse()),
        }
    }

    /// Whether work that came now would be taken.
    pub fn has_room(&self) -> Result<(), Busy> {
        self.queue.has_room()
    }

    /// How much work has begun so far.
    pub fn begun(&self) -> u64 {
        self.queue.begun()
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.queue.close();
    }
}

/// A thread's life.
fn serve(queue: &Arc<Queue>) {
    let_others_first();
    let mut memory = Memory::default();
    // Under load the next hash overwrites what the last one left. Only a thread with nothing to do
    // wipes (6 % of a hash, measured), so that wiping takes from nobody's time.
    while let Some((job, computing)) = queue.next(|| memory.wipe()) {
        // The caller hears of it by its own timer, or by the job being dropped here.
        if job.deadline.is_some_and(|deadline| now() >= deadline) {
            continue;
        }
        // Whatever a panic leaves in the memory, the next hash writes before it reads.
        if catch_unwind(AssertUnwindSafe(|| (job.work)(&mut memory, computing))).is_err() {
            log::error!("hashing a password panicked; its thread goes on");
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a queue's deadline is the machine's own business, not a rule's")]
fn now() -> Instant {
    Instant::now()
}

/// Lets the threads that verify tokens and answer requests go first. On Linux a priority belongs to
/// a thread; elsewhere it is the whole process's and is left alone.
fn let_others_first() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, 19) {
        log::debug!("hashing threads keep their priority: {error}");
    }
}

#[cfg(test)]
mod tests;
