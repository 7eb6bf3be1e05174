//! Whether a request is with the hashing threads just now.

use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};

/// Tells whoever waits for a use case whether it waits for a store or for a hash. How long a hash takes was
/// decided by whoever made it; that time is not the stores', and no reason to give up.
#[derive(Debug, Default)]
pub struct Hashing(AtomicBool);

impl Hashing {
    /// Whether a hash is what is waited for.
    pub fn is_under_way(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Waits for a hash.
    pub async fn of<T>(&self, hash: impl Future<Output = T>) -> T {
        self.0.store(true, Ordering::Relaxed);
        let hashed = hash.await;
        self.0.store(false, Ordering::Relaxed);
        hashed
    }
}
