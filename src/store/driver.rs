//! The thread on which all connections live, so that they outlive any worker's runtime and no request
//! ever waits for connecting.

use std::future::Future;
use std::io;
use std::thread;

use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;
use tokio::task::{AbortHandle, JoinHandle};

/// A thread with a runtime. Dropping it ends the thread and everything on it.
pub(super) struct Driver {
    handle: Handle,
    /// Only there to be dropped.
    _stop: oneshot::Sender<()>,
}

impl Driver {
    /// Starts the thread.
    pub(super) fn start(name: &str) -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (stop, stopped) = oneshot::channel::<()>();
        // Not joined: the last handle may be dropped by a task of this very thread.
        thread::Builder::new().name(name.to_owned()).spawn(move || {
            // An error is how a dropped sender shows.
            let _ = runtime.block_on(stopped);
        })?;
        Ok(Self { handle, _stop: stop })
    }

    /// Runs a task on the thread, also where whoever started it goes away.
    pub(super) fn spawn<T: Send + 'static>(&self, task: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
        self.handle.spawn(task)
    }

    /// Where tasks can start others.
    pub(super) fn handle(&self) -> &Handle {
        &self.handle
    }
}

/// A task that ends when this is dropped.
pub(super) struct Kept(AbortHandle);

impl Kept {
    /// Runs a task on that runtime.
    pub(super) fn of(handle: &Handle, task: impl Future<Output = ()> + Send + 'static) -> Self {
        Self(handle.spawn(task).abort_handle())
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.0.abort();
    }
}
