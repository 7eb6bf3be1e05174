//! How the file comes to be, and how it is opened: modes, locks, settings of a connection.

use std::fs::{DirBuilder, File, OpenOptions};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fmt, io};

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::{Writers, schema};

/// The file could not be opened.
#[derive(Debug)]
pub struct OpenError {
    /// Which file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with a file that could not be opened.
#[derive(Debug)]
pub enum Problem {
    /// The system refused: what was being done, and its answer.
    Io(&'static str, io::Error),
    /// It is no SQLite file, or another program's.
    Foreign,
    /// A newer jeton has changed it; an older one would misread it.
    Newer {
        /// The file's schema.
        found: u32,
        /// The newest schema that this program knows.
        known: u32,
    },
    /// SQLite cannot keep its write-ahead log there, as on some network file systems.
    NoLog,
    /// Any other answer of SQLite, damage included.
    Sqlite(rusqlite::Error),
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match &self.problem {
            Problem::Io(doing, error) => write!(f, "cannot {doing} {path}: {error}"),
            Problem::Foreign => write!(f, "{path} is no database of jeton"),
            Problem::Newer { found, known } => {
                write!(f, "{path} was changed by a newer jeton (its schema is {found}, this program knows {known})")
            }
            Problem::NoLog => write!(f, "{path} is on a file system where SQLite cannot keep its log (WAL)"),
            Problem::Sqlite(error) => write!(f, "cannot open {path}: {error}"),
        }
    }
}

impl std::error::Error for OpenError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.problem {
            Problem::Io(_, error) => Some(error),
            Problem::Sqlite(error) => Some(error),
            Problem::Foreign | Problem::Newer { .. } | Problem::NoLog => None,
        }
    }
}

impl From<rusqlite::Error> for Problem {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => Self::Foreign,
            _ => Self::Sqlite(error),
        }
    }
}

/// The connections of one handle.
pub(super) struct Connections {
    pub reader: Connection,
    pub writers: Writers,
}

/// Opens the file, with its schema up to date.
pub(super) fn connections(path: &Path, busy: Duration) -> Result<Connections, Problem> {
    // Absolute, because SQLite gives names such as `file:x` and `:memory:` a meaning of their own,
    // and so that all connections mean the same file.
    let path = std::path::absolute(path).map_err(|error| Problem::Io("find", error))?;
    let _lock = create(&path)?;
    let mut durable = connect(&path, busy)?;
    schema::check(&durable)?;
    use_log(&durable)?;
    durable.pragma_update(None, "synchronous", "FULL")?;
    schema::migrate(&mut durable)?;
    let relaxed = connect(&path, busy)?;
    relaxed.pragma_update(None, "synchronous", "NORMAL")?;
    let reader = connect(&path, busy)?;
    reader.pragma_update(None, "query_only", true)?;
    Ok(Connections { reader, writers: Writers { relaxed, durable } })
}

/// Makes the folder and the file where missing. Holds back others that open the file, until the
/// returned lock is dropped, for two reasons:
/// - switching a new file to the log answers "locked" at once to the second of two that try;
/// - closing any descriptor of a file drops all of this process's POSIX locks on it, SQLite's too,
///   so the descriptor that made the file must be closed before SQLite opens it anywhere. For the
///   same reason a file that exists is not touched here.
fn create(path: &Path) -> Result<File, Problem> {
    let folder = path.parent().unwrap_or(path);
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(|error| Problem::Io("make the folder of", error))?;
    let lock = File::open(folder).map_err(|error| Problem::Io("open the folder of", error))?;
    lock.lock().map_err(|error| Problem::Io("lock the folder of", error))?;
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        // The new name must survive a power cut as the first durable write does.
        Ok(_) => lock.sync_all().map_err(|error| Problem::Io("make", error))?,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(Problem::Io("make", error)),
    }
    Ok(lock)
}

fn connect(path: &Path, busy: Duration) -> Result<Connection, Problem> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(busy)?;
    // A file that somebody else could write to must not run code of theirs through its schema.
    connection.pragma_update(None, "trusted_schema", false)?;
    Ok(connection)
}

/// Write-ahead log: readers and the writer, of this process and others, do not wait for each other.
fn use_log(connection: &Connection) -> Result<(), Problem> {
    let mode: String = connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
    if mode == "wal" { Ok(()) } else { Err(Problem::NoLog) }
}
