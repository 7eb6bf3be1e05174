//! From a URL to a connection.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;
use tokio_postgres::{Client, Config};

use super::CONNECT_WITHIN;
use super::failure::Failure;
use super::query::UsersQuery;
use super::tls::Tls;
use super::url::{PostgresUrl, TlsMode};
use crate::store::Access;
use crate::store::pem_files::Useless;

/// Makes connections.
pub(super) struct Dialer {
    pub config: Config,
    pub tls: Tls,
    /// How many for requests at most.
    pub pool: usize,
    /// The servers, for the log.
    pub servers: String,
    /// What must work before anything is asked: the operator's query, where there is one.
    pub probe: Option<UsersQuery>,
    /// Which rights are asked for first.
    pub access: Access,
}

impl Dialer {
    /// Reads the files that the URL names.
    pub(super) fn new(url: &PostgresUrl, probe: Option<UsersQuery>, access: Access) -> Result<Self, Useless> {
        let mut config = url.config.clone();
        // For each of several servers, so that one which does not answer leaves time for the next.
        config.connect_timeout(CONNECT_WITHIN / 2);
        Ok(Self { config, tls: Tls::new(url)?, pool: url.pool, servers: url.servers(), probe, access })
    }

    /// How long connecting may take: every server but the last may be silent.
    pub(super) fn within(&self) -> Duration {
        let others = u32::try_from(self.config.get_hosts().len().saturating_sub(1)).unwrap_or(0);
        CONNECT_WITHIN + CONNECT_WITHIN / 2 * others
    }

    /// A connection, and what ends when it does. It lives on the runtime that this is called on, for as
    /// long as the client does.
    pub(super) async fn dial(&self) -> Result<(Client, watch::Receiver<()>), Failure> {
        let connecting = timeout(self.within(), self.config.connect(self.tls.clone())).await;
        let connected = connecting.map_err(|_| Failure::Down("no connection in time".to_owned()))?;
        let (client, connection) = connected.map_err(|error| Failure::at_start(&error))?;
        let (closed, is_closed) = watch::channel(());
        tokio::spawn(async move {
            // How it ended is what the next one who asks is told.
            let _ = connection.await;
            drop(closed);
        });
        Ok((client, is_closed))
    }
}

/// What is to be said of a URL whose servers could be anybody's.
pub(super) fn danger(url: &PostgresUrl) -> Option<&'static str> {
    if url.is_local() {
        return None;
    }
    match url.tls {
        TlsMode::Disable => Some("is not encrypted: whoever is in between reads every password hash"),
        TlsMode::Prefer => Some("may not be encrypted, and whoever is in between can be the server"),
        TlsMode::Require => Some("is encrypted, but with whoever answers: whoever is in between can be the server"),
        TlsMode::VerifyCa | TlsMode::VerifyFull => None,
    }
}
