//! The process's own limits.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// More clients than this at the same time are not served; they wait in the socket's queue.
const MOST_CONNECTIONS: usize = 16_384;

/// Open files that are not connections: the stores, keys, the library's own.
const OTHER_FILES: usize = 256;

/// How many connections there may be: fewer than there can be open files, so that neither accepting nor
/// the stores ever run out of them.
pub fn most_connections() -> usize {
    let files = getrlimit(Resource::Nofile).current.and_then(|files| usize::try_from(files).ok());
    let files = files.unwrap_or(usize::MAX);
    files.saturating_sub(OTHER_FILES.min(files / 2)).min(MOST_CONNECTIONS)
}

/// Raises the soft limit on open files to the hard one, and forbids core dumps: they would hold keys
/// and passwords. What the system refuses is logged and lived with.
pub fn raise_limits() {
    let files = getrlimit(Resource::Nofile);
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: files.maximum, maximum: files.maximum }) {
        log::warn!("the limit on open files stays at {:?}: {error}", files.current);
    }
    if let Err(error) = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) }) {
        log::warn!("core dumps could not be forbidden: {error}");
    }
}
