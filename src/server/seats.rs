//! How many connections there are, so that an operator is told when there can be no more. The library
//! stops accepting then, and says nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

/// A server that is full again and again says so once in this time.
const TOLD_EVERY: Duration = Duration::from_secs(60);

/// The connections that there may be.
pub struct Seats {
    most: usize,
    taken: AtomicUsize,
    was_told: AtomicBool,
}

/// One that is taken. Dropping it makes it free.
pub struct Seat(Arc<Seats>);

impl Seats {
    /// So many, all free.
    pub fn new(most: usize) -> Arc<Self> {
        Arc::new(Self { most, taken: AtomicUsize::new(0), was_told: AtomicBool::new(false) })
    }

    /// Takes one. Whether there is one is the library's to see to; the last one is logged.
    pub fn take(self: &Arc<Self>) -> Seat {
        if self.taken.fetch_add(1, Ordering::Relaxed) + 1 >= self.most && !self.was_told.swap(true, Ordering::Relaxed) {
            log::warn!("all {} connections are taken; whoever comes now waits until one ends", self.most);
            let seats = Arc::clone(self);
            actix_web::rt::spawn(async move {
                tokio::time::sleep(TOLD_EVERY).await;
                seats.was_told.store(false, Ordering::Relaxed);
            });
        }
        Seat(Arc::clone(self))
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.taken.fetch_sub(1, Ordering::Relaxed);
    }
}
