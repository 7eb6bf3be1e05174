//! The process's own limits.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

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
