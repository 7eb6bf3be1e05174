//! A look at a file that changes nothing: for whoever wants to know before the server starts.

use std::ffi::OsString;
use std::fmt::Write;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::Duration;
use std::{fs, io};

use rusqlite::{Connection, OpenFlags};

use super::open::Problem;
use super::schema;

/// A file as it was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Looked {
    /// Whether its schema is this program's; otherwise the next one to open it brings it up to date.
    pub is_current: bool,
    /// How many people are in it.
    pub people: u32,
}

/// Looks at the file; `None` where there is none.
pub(super) fn look(path: &Path, busy: Duration) -> Result<Option<Looked>, Problem> {
    let path = std::path::absolute(path).map_err(|error| Problem::Io("find", error))?;
    match fs::metadata(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Problem::Io("look at", error)),
        Ok(_) => {}
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(uri(&path), flags)?;
    connection.busy_timeout(busy)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    let schema = schema::check(&connection)?;
    let people = match schema {
        0 => 0,
        _ => connection.query_row("SELECT count(*) FROM users", [], |row| row.get(0))?,
    };
    Ok(Some(Looked { is_current: schema == schema::KNOWN, people }))
}

/// The file as SQLite's URI. With nothing in its log it is called immutable: SQLite would otherwise make
/// the log and its index beside it, even to read.
fn uri(path: &Path) -> String {
    let mut log: OsString = path.into();
    log.push("-wal");
    let is_log_empty = fs::metadata(&log).map_or(true, |log| log.len() == 0);
    let mut uri = "file:".to_owned();
    for byte in path.as_os_str().as_bytes() {
        // Writing to a String does not fail.
        let _ = match byte {
            b'/' | b'.' | b'-' | b'_' => uri.write_char(char::from(*byte)),
            byte if byte.is_ascii_alphanumeric() => uri.write_char(char::from(*byte)),
            byte => write!(uri, "%{byte:02X}"),
        };
    }
    uri + if is_log_empty { "?mode=ro&immutable=1" } else { "?mode=ro" }
}
