//! From an address to a connection that knows who we are.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, RedisConnectionInfo};
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::ANSWER_WITHIN;
use super::failure::Failure;
use super::farewell::{NoRoom, Overheard};
use super::refusal::NO_ROOM;
use super::url::{Login, Node};
use crate::entropy::Entropy;

/// How many commands may queue for the socket before callers wait.
const QUEUE: usize = 1024;

/// What makes a connection work: it must be polled for as long as the connection is used.
pub(super) type Pump = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Makes connections.
pub(super) struct Dialer {
    /// `None`: without TLS.
    pub connector: Option<TlsConnector>,
    /// What spreads attempts over time.
    pub entropy: Arc<dyn Entropy>,
}

impl Dialer {
    /// Connects, says who we are, and does what `first` does with the connection. Without a deadline: the
    /// caller has one over all it does.
    pub(super) async fn dial<T, F: Future<Output = Result<T, Failure>>>(
        &self,
        node: &Node,
        login: Option<&Login>,
        database: u16,
        first: impl FnOnce(MultiplexedConnection, Pump) -> F,
    ) -> Result<T, Failure> {
        let no_room = NoRoom::default();
        let done = async {
            let (connection, pump) = self.connect(node, login, database, no_room.clone()).await?;
            first(connection, pump).await
        };
        done.await.map_err(|failure| if no_room.is_said() { Failure::down(NO_ROOM) } else { failure })
    }

    async fn connect(
        &self,
        node: &Node,
        login: Option<&Login>,
        database: u16,
        no_room: NoRoom,
    ) -> Result<(MultiplexedConnection, Pump), Failure> {
        let failed = |error: std::io::Error| Failure::down(error.to_string());
        let socket = TcpStream::connect((node.host.as_str(), node.port)).await.map_err(failed)?;
        socket.set_nodelay(true).map_err(failed)?;
        let socket = Overheard::new(socket, no_room);
        match &self.connector {
            None => greet(socket, login, database).await,
            Some(connector) => {
                let name = ServerName::try_from(node.host.clone()).map_err(|error| Failure::down(error.to_string()))?;
                greet(connector.connect(name, socket).await.map_err(failed)?, login, database).await
            }
        }
    }
}

async fn greet(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    login: Option<&Login>,
    database: u16,
) -> Result<(MultiplexedConnection, Pump), Failure> {
    let mut who = RedisConnectionInfo::default().set_db(database.into()).set_skip_set_lib_name();
    if let Some(login) = login {
        who = who.set_password(login.password.expose());
        if let Some(user) = &login.user {
            who = who.set_username(user);
        }
    }
    let config = AsyncConnectionConfig::new().set_response_timeout(Some(ANSWER_WITHIN)).set_pipeline_buffer_size(QUEUE);
    let (connection, pump) = MultiplexedConnection::new_with_config(&who, stream, config).await?;
    Ok((connection, Box::pin(pump)))
}
