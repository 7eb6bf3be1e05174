//! The process's own limits.

use std::io;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// More clients than this at the same time are not served; they wait in the socket's queue.
const MOST_CONNECTIONS: usize = 16_384;

/// Open files that are not connections: the stores, keys, the library's own. It needs some 20.
const OTHER_FILES: usize = 256;

/// And what each worker has open without any connection.
const FILES_OF_WORKER: usize = 4;

/// How many connections there may be: fewer than there can be open files, so that neither accepting nor
/// the stores ever run out of them.
///
/// # Errors
/// Where there are too few open files to serve anybody.
pub fn most_connections(workers: usize) -> io::Result<usize> {
    let files = getrlimit(Resource::Nofile).current.and_then(|files| usize::try_from(files).ok());
    connections_of(files.unwrap_or(usize::MAX), workers)
}

fn connections_of(files: usize, workers: usize) -> io::Result<usize> {
    let fewest = 64 + 2 * FILES_OF_WORKER * workers;
    if files < fewest {
        let why = format!("the limit on open files is {files}, and no less than {fewest} will do (ulimit -n)");
        return Err(io::Error::other(why));
    }
    let others = OTHER_FILES + FILES_OF_WORKER * workers;
    Ok((files - others.min(files / 2)).min(MOST_CONNECTIONS))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_open_files_for_all_else() {
        for (files, workers, connections) in [
            (usize::MAX, 2, MOST_CONNECTIONS),
            (20_000, 2, MOST_CONNECTIONS),
            (1_024, 2, 1_024 - 256 - 8),
            (1_024, 64, 512),
            (256, 2, 128),
            (80, 2, 40),
        ] {
            assert_eq!(connections_of(files, workers).unwrap(), connections, "{files} and {workers}");
        }
        for (files, workers) in [(79, 2), (0, 1), (500, 64)] {
            let error = connections_of(files, workers).unwrap_err().to_string();
            assert!(error.contains(&files.to_string()), "{error}");
        }
    }
}
