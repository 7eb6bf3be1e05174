//! Who may wait for a hashing thread, and who is next.
//!
//! A *place* is held by each caller that waits and by each computation under way; their number is
//! fixed. A caller that goes away takes its work out of the queue with it; a computation that has
//! begun keeps its place to the end, so that hanging up lets nobody start more.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use super::memory::Memory;

/// How long a thread has nothing to do before it counts as idle: longer than the pauses of load.
const REST: Duration = Duration::from_millis(100);

const UNPOISONED: &str = "nothing that can panic is done under this lock";

/// No place was free, or no thread came to it in time. Nothing was computed; trying again later is
/// right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy {
    /// How much later: 1 to 4 s by turns. Whoever is refused in the same moment as hundreds of others would else
    /// come back with all of them, and everybody would wait for their answers.
    pub wait: Duration,
}

impl fmt::Display for Busy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("too many passwords are being checked")
    }
}

impl std::error::Error for Busy {}

/// What a thread is to do, in its memory, while it holds the place.
pub(super) type Work = Box<dyn FnOnce(&mut Memory, Computing) + Send>;

/// Work that waits for a thread.
pub(super) struct Job {
    number: u64,
    /// When nobody wants it any more; `None`: later than the clock can say.
    pub deadline: Option<Instant>,
    pub work: Work,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Job>,
    computing: usize,
    begun: u64,
    refused: u64,
    next_number: u64,
    closed: bool,
}

impl State {
    fn refuse(&mut self) -> Busy {
        self.refused += 1;
        Busy { wait: Duration::from_secs(1 + self.refused % 4) }
    }
}

/// The jobs that wait, and the places.
pub(super) struct Queue {
    state: Mutex<State>,
    wake: Condvar,
    places: usize,
}

impl Queue {
    /// An empty queue with so many places for waiting and computing together.
    pub fn new(places: usize) -> Self {
        Self { state: Mutex::default(), wake: Condvar::new(), places }
    }

    /// Adds a job, where a place is free. It waits as long as the answer is kept.
    pub fn admit(&self, deadline: Option<Instant>, work: Work) -> Result<Place<'_>, Busy> {
        let mut state = self.lock();
        self.room(&mut state)?;
        let number = state.next_number;
        state.next_number += 1;
        state.waiting.push_back(Job { number, deadline, work });
        drop(state);
        self.wake.notify_one();
        Ok(Place { queue: self, number })
    }

    /// Whether a place is free just now.
    pub fn has_room(&self) -> Result<(), Busy> {
        self.room(&mut self.lock())
    }

    fn room(&self, state: &mut State) -> Result<(), Busy> {
        if state.waiting.len() + state.computing < self.places { Ok(()) } else { Err(state.refuse()) }
    }

    /// The refusal of somebody who had a place.
    pub fn refuse(&self) -> Busy {
        self.lock().refuse()
    }

    /// The next job, as soon as there is one; `None` once the queue is closed. A thread that has had
    /// nothing to do for [`REST`] calls `idle`, once.
    pub fn next(self: &Arc<Self>, mut idle: impl FnMut()) -> Option<(Job, Computing)> {
        let mut state = self.lock();
        let mut rested = false;
        while !state.closed {
            if let Some(job) = state.waiting.pop_front() {
                state.computing += 1;
                state.begun += 1;
                return Some((job, Computing(Arc::clone(self))));
            }
            if rested {
                state = self.wake.wait(state).expect(UNPOISONED);
                continue;
            }
            let (lock, timeout) = self.wake.wait_timeout(state, REST).expect(UNPOISONED);
            state = lock;
            if timeout.timed_out() && state.waiting.is_empty() {
                drop(state);
                idle();
                rested = true;
                state = self.lock();
            }
        }
        None
    }

    /// How many jobs a thread has taken so far.
    pub fn begun(&self) -> u64 {
        self.lock().begun
    }

    /// Ends every thread that asks for the next job.
    pub fn close(&self) {
        self.lock().closed = true;
        self.wake.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect(UNPOISONED)
    }
}

/// The place of a computation under way: it moves into the work and is free once that is over,
/// by a panic too.
pub(super) struct Computing(Arc<Queue>);

impl Drop for Computing {
    fn drop(&mut self) {
        self.0.lock().computing -= 1;
    }
}

/// The place of a caller that waits.
pub(super) struct Place<'a> {
    queue: &'a Queue,
    number: u64,
}

impl Place<'_> {
    /// Takes the job out of the queue; `false` where a thread already has it.
    pub fn withdraw(&self) -> bool {
        let mut state = self.queue.lock();
        let found = state.waiting.iter().position(|job| job.number == self.number);
        let job = found.and_then(|index| state.waiting.remove(index));
        // The password in it is wiped after the lock is gone.
        drop(state);
        job.is_some()
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.withdraw();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_with_nothing_to_do_is_idle_once() {
        let queue = Arc::new(Queue::new(1));
        let mut idled = 0;
        let next = queue.next(|| {
            idled += 1;
            queue.close();
        });
        assert!(next.is_none());
        assert_eq!(idled, 1);
    }
}
