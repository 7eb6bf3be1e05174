//! The embedded store: sessions, people and their known places in one SQLite file, the default.
//!
//! Owns the file, its schema and the two threads that talk to SQLite, which is synchronous: one
//! writes, one reads, each through a bounded queue. It does not own any rule (see `store`) nor the
//! record's format (`session_codec`). Made by the composition root and the command line; several
//! processes may have the same file open, so nothing of it is remembered here.

mod job;
mod look;
mod open;
mod places;
mod schema;
mod sessions;
#[cfg(test)]
mod tests;
mod users;

pub use look::Looked;
pub use open::{OpenError, Problem};

use std::path::Path;
use std::sync::Arc;

use rusqlite::Connection;

use self::job::{Limits, Orphan, Worker};
use self::open::Connections;
use super::Unavailable;

/// A SQLite file, as a session store and as a user store. Clones share the threads, which end,
/// after what is queued, when the last clone is dropped; SQLite then folds its log into the file.
#[derive(Clone)]
pub struct Sqlite {
    reader: Arc<Worker<Connection>>,
    writer: Arc<Worker<Writers>>,
}

/// The writer thread's two connections: SQLite sets durability per connection.
struct Writers {
    /// Commits reach the disk with the next durable one or the next checkpoint: safe against our
    /// own crash, not against a power cut.
    relaxed: Connection,
    /// Commits are on the disk when they are answered.
    durable: Connection,
}

/// What a write must survive once it is answered.
#[derive(Clone, Copy)]
enum Durability {
    /// A crash of this process.
    Crash,
    /// A power cut.
    PowerCut,
}

impl Sqlite {
    /// Opens the file, brings its schema up to date and starts the threads. Blocks.
    ///
    /// A missing folder is made with mode 0700, a missing file with 0600, which SQLite then gives to
    /// the files that it puts beside it (`-wal`, `-shm`).
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        Self::open_with(path, Limits::default())
    }

    /// Looks at the file without changing or making anything; `None` where there is none. Blocks.
    ///
    /// # Errors
    /// Where [`Self::open`] would fail on what is there.
    pub fn look(path: &Path) -> Result<Option<Looked>, OpenError> {
        look::look(path, Limits::default().busy).map_err(|problem| OpenError { path: path.to_owned(), problem })
    }

    fn open_with(path: &Path, limits: Limits) -> Result<Self, OpenError> {
        let start = || {
            let Connections { reader, writers } = open::connections(path, limits.busy)?;
            let failed = |error| Problem::Io("start a thread for", error);
            Ok(Self {
                reader: Arc::new(Worker::start("sqlite-read", reader, limits).map_err(failed)?),
                writer: Arc::new(Worker::start("sqlite-write", writers, limits).map_err(failed)?),
            })
        };
        start().map_err(|problem| OpenError { path: path.to_owned(), problem })
    }

    /// Has the reader do this. Skipped where the caller has gone.
    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Unavailable> + Send + 'static,
    ) -> Result<T, Unavailable> {
        self.reader.ask(Orphan::Skip, |reader| work(reader)).await
    }

    /// Has the writer do this, also where the caller goes away: a logout whose client hung up is
    /// still a logout.
    async fn write<T: Send + 'static>(
        &self,
        durability: Durability,
        work: impl FnOnce(&mut Connection) -> Result<T, Unavailable> + Send + 'static,
    ) -> Result<T, Unavailable> {
        let work = move |writers: &mut Writers| match durability {
            Durability::Crash => work(&mut writers.relaxed),
            Durability::PowerCut => work(&mut writers.durable),
        };
        self.writer.ask(Orphan::Finish, work).await
    }

    /// Whether both threads answer and the file can be read. Writes nothing.
    async fn answers(&self) -> Result<(), Unavailable> {
        self.writer.ask(Orphan::Skip, |_| Ok(())).await?;
        self.read(|reader| Ok(reader.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?)).await
    }
}

/// SQLite's texts name statements, tables and columns, never a bound value.
impl From<rusqlite::Error> for Unavailable {
    fn from(error: rusqlite::Error) -> Self {
        Unavailable(format!("sqlite: {error}"))
    }
}
