//! The task that knows whether the servers are there: it connects, makes ready, watches, and connects
//! again.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};
use tokio_postgres::Client;

use super::dial::Dialer;
use super::failure::Failure;
use super::link::{Shared, State};
use super::{ANSWER_WITHIN, foreign, rights, schema};
use crate::entropy::Entropy;
use crate::store::backoff::Backoff;

/// How often a connection is looked at that nobody complains about.
const CHECK_EVERY: Duration = Duration::from_secs(1);

/// Another instance's migration, and ours, must be done by then; then it is tried again.
const READY_WITHIN: Duration = Duration::from_secs(600);

/// What the task needs.
pub(super) struct Keeper {
    pub dialer: Dialer,
    pub entropy: Arc<dyn Entropy>,
    pub shared: Arc<Shared>,
}

impl Keeper {
    /// Never ends by itself. Tells how each attempt to connect ended.
    pub(super) async fn run(self, tell: impl Fn(Result<(), Failure>)) {
        let mut backoff = Backoff::default();
        loop {
            match self.connect().await {
                Ok((client, closed)) => {
                    log::info!("postgres: connected to {}", self.dialer.servers);
                    self.shared.state.send_replace(State::Up);
                    tell(Ok(()));
                    let since = Instant::now();
                    self.lost(self.watch(&client, closed).await);
                    // One that lasted is made again at once; one that breaks again and again is not.
                    if since.elapsed() > CHECK_EVERY {
                        backoff.reset();
                        continue;
                    }
                }
                Err(failure) => {
                    self.failed(&failure);
                    tell(Err(failure));
                }
            }
            sleep(backoff.next(&*self.entropy)).await;
        }
    }

    async fn connect(&self) -> Result<(Client, watch::Receiver<()>), Failure> {
        let (client, mut closed) = self.dialer.dial().await?;
        let ready = tokio::select! {
            // A server or pooler that says why it closes the connection has said so before it does.
            biased;
            ready = timeout(READY_WITHIN, self.make_ready(&client)) => ready.unwrap_or_else(|_| Err(Failure::late())),
            _ = closed.changed() => Err(Failure::Lost("the server closed the connection".to_owned())),
        };
        ready.map(|()| (client, closed))
    }

    async fn make_ready(&self, client: &Client) -> Result<(), Failure> {
        rights::takes_writes(client).await?;
        schema::migrate(client).await?;
        rights::may(client, self.dialer.access, self.dialer.probe.is_some()).await?;
        match &self.dialer.probe {
            Some(query) => foreign::try_query(client, query, true).await,
            None => Ok(()),
        }
    }

    /// Looks at the connection every now and then, and when somebody got no answer; returns why it is of
    /// no use any more.
    async fn watch(&self, client: &Client, mut closed: watch::Receiver<()>) -> Failure {
        loop {
            tokio::select! {
                // Nothing is ever sent: an error is how a dropped sender shows.
                _ = closed.changed() => return Failure::Lost("the server closed the connection".to_owned()),
                () = self.shared.doubt.notified() => {}
                () = sleep(CHECK_EVERY) => {}
            }
            match timeout(ANSWER_WITHIN, client.batch_execute("")).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => return Failure::at_start(&error),
                Err(_) => return Failure::late(),
            }
        }
    }

    /// Nobody is to ask any more, and what was connected is connected to what is gone.
    fn lost(&self, why: Failure) {
        log::warn!("postgres: {}: {why}; connecting again", self.dialer.servers);
        self.shared.state.send_replace(State::Down(why));
        self.shared.pool.retain(|_, _| false);
    }

    /// Says so once, and again when it is for another reason.
    fn failed(&self, why: &Failure) {
        let before = self.shared.state.send_replace(State::Down(why.clone()));
        if before != State::Down(why.clone()) {
            log::warn!("postgres: {}: {why}", self.dialer.servers);
        }
    }
}
