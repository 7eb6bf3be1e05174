//! People in PostgreSQL: in tables of jeton's own, or in another application's, shared by any number of
//! instances.
//!
//! Owns the connections and how they break and come back, what the server and our role must allow, the
//! schema `jeton` and its migrations, and how the operator's own query is judged and a row of it becomes a
//! user. It does not own any rule (see `store`). Made by the composition root and the command line.
//!
//! Every statement is sent unnamed, with its parameters and their types: nothing is prepared, so that a
//! pooler in front changes nothing and no plan goes stale. No statement is ever sent twice.

mod complaints;
mod dial;
mod failure;
mod foreign;
mod keeper;
mod link;
mod look;
mod query;
mod rights;
mod row;
mod schema;
mod tls;
mod trust;
mod types;
mod url;
mod users;

pub use foreign::ForeignUsers;
pub use look::Looked;
pub use query::UsersQuery;
pub use url::{PostgresUrl, TlsMode};

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use self::dial::Dialer;
use self::failure::Failure;
use self::link::Link;
use super::Access;
use super::pem_files::Useless;
use crate::entropy::Entropy;

/// A connection, with TLS and greeting, must stand by then.
const CONNECT_WITHIN: Duration = Duration::from_secs(1);

/// Everything asked must be answered by then.
const ANSWER_WITHIN: Duration = Duration::from_millis(500);

/// PostgreSQL could not be set up, as it never will be until somebody puts something right. That it
/// does not answer is no such error: it may be up later.
#[derive(Debug)]
pub struct PostgresError(String);

impl fmt::Display for PostgresError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "postgres: {}", self.0)
    }
}

impl std::error::Error for PostgresError {}

impl From<Useless> for PostgresError {
    fn from(useless: Useless) -> Self {
        Self(useless.to_string())
    }
}

/// People in tables of jeton's own. Clones share the connections, which end with the last clone.
#[derive(Clone)]
pub struct Postgres {
    link: Arc<Link>,
}

impl Postgres {
    /// Connects, brings the tables up to date, and starts the thread that keeps the connections.
    /// `entropy` spreads the attempts to connect. Blocks until the first attempt has ended.
    ///
    /// # Errors
    /// Files that are of no use, a login or database that is refused, tables of a newer jeton. Not that
    /// nobody answers.
    pub fn open(url: &PostgresUrl, entropy: Arc<dyn Entropy>) -> Result<Self, PostgresError> {
        Self::open_for(url, Access::Write, entropy)
    }

    /// The same, where the role may be one that can only read.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_for(url: &PostgresUrl, access: Access, entropy: Arc<dyn Entropy>) -> Result<Self, PostgresError> {
        Ok(Self { link: Arc::new(start(url, None, access, entropy)?) })
    }
}

fn start(
    url: &PostgresUrl,
    probe: Option<UsersQuery>,
    access: Access,
    entropy: Arc<dyn Entropy>,
) -> Result<Link, PostgresError> {
    if let Some(danger) = dial::danger(url) {
        log::warn!("postgres: the connection to {} {danger}; see sslmode", url.servers());
    }
    Link::start(Dialer::new(url, probe, access)?, entropy)
}

/// Work between BEGIN and COMMIT; where it fails, nothing of it was done.
async fn within<T>(
    client: &tokio_postgres::Client,
    begin: &str,
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    // Sent in this order and at once: the first statement need not wait for the answer to BEGIN.
    let (begun, done) = tokio::join!(client.batch_execute(begin), work);
    begun?;
    match done {
        Ok(done) => {
            client.batch_execute("COMMIT").await?;
            Ok(done)
        }
        Err(failure) => {
            client.batch_execute("ROLLBACK").await?;
            Err(failure)
        }
    }
}
