//! The way to the servers: a pool of connections for what is asked, and one connection more by which it
//! is known whether they are there; that one is made and made again off the path of any request.

use std::future::Future;
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, PoolError, RecyclingMethod, Runtime};
use tokio::sync::{Notify, watch};
use tokio::time::timeout;

use super::dial::Dialer;
use super::failure::Failure;
use super::keeper::Keeper;
use super::{ANSWER_WITHIN, CONNECT_WITHIN, PostgresError};
use crate::entropy::Entropy;
use crate::store::driver::{Driver, Kept};

/// How long a start waits to be told what would stop it: a connection, and others' migrations.
const START_WITHIN: Duration = Duration::from_secs(5);

/// How long a request waits for one of the connections while others use them all.
const FREE_WITHIN: Duration = Duration::from_secs(1);

/// Whether the servers answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// The first attempt is under way: worth waiting for.
    New,
    Up,
    /// Not worth asking; why.
    Down(Failure),
}

/// What requests and the keeper share.
pub(super) struct Shared {
    pub pool: Pool,
    pub state: watch::Sender<State>,
    /// Somebody got no answer: the keeper is to look now.
    pub doubt: Notify,
}

/// The link. Dropping it ends the connections and their thread.
pub(super) struct Link {
    shared: Arc<Shared>,
    driver: Driver,
    _keeper: Kept,
}

impl Link {
    /// Starts the thread and waits for the first attempt. That nobody answers is no error: somebody may,
    /// later. Blocks.
    pub(super) fn start(dialer: Dialer, entropy: Arc<dyn Entropy>) -> Result<Self, PostgresError> {
        let driver = Driver::start("postgres").map_err(|error| PostgresError(error.to_string()))?;
        let pool = pool(&dialer).map_err(PostgresError)?;
        let shared = Arc::new(Shared { pool, state: watch::Sender::new(State::New), doubt: Notify::new() });
        let (first, outcome) = sync_channel(1);
        let keeper = Keeper { dialer, entropy, shared: Arc::clone(&shared) };
        let _keeper = Kept::of(driver.handle(), keep(keeper, first));
        match outcome.recv_timeout(START_WITHIN) {
            Ok(Err(Failure::Misconfigured(why))) => Err(PostgresError(why)),
            _ => Ok(Self { shared, driver, _keeper }),
        }
    }

    /// Does work with a connection, to its end also where the caller goes away: a logout whose client
    /// hung up is still a logout.
    ///
    /// # Errors
    /// At once where the servers are known to be down.
    pub(super) async fn ask<T, F>(&self, work: impl FnOnce(Arc<Object>) -> F + Send + 'static) -> Result<T, Failure>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Failure>> + Send,
    {
        let shared = Arc::clone(&self.shared);
        let asked = self.driver.spawn(async move { shared.ask(work).await });
        asked.await.unwrap_or_else(|_| Err(Failure::Lost("the task has ended".to_owned())))
    }
}

async fn keep(keeper: Keeper, first: SyncSender<Result<(), Failure>>) {
    keeper
        .run(move |outcome| {
            // Whoever waited may have given up.
            let _ = first.try_send(outcome);
        })
        .await;
}

impl Shared {
    async fn ask<T, F: Future<Output = Result<T, Failure>>>(
        &self,
        work: impl FnOnce(Arc<Object>) -> F,
    ) -> Result<T, Failure> {
        self.is_up().await?;
        let connection = tokio::select! {
            connection = self.pool.get() => Arc::new(connection.map_err(|error| of_pool(&error))?),
            down = self.is_down() => return Err(down),
        };
        let answer = timeout(ANSWER_WITHIN, work(Arc::clone(&connection)));
        let outcome = answer.await.unwrap_or_else(|_| Err(Failure::late()));
        if let Err(failure) = &outcome
            && failure.ends_connection()
        {
            // The work has ended or was dropped, so that nobody else holds it.
            drop(Arc::into_inner(connection).map(Object::take));
            self.doubt.notify_one();
        }
        outcome
    }

    /// Resolves when there is nothing to wait for any more.
    async fn is_down(&self) -> Failure {
        let mut states = self.state.subscribe();
        match states.wait_for(|state| matches!(state, State::Down(_))).await.as_deref() {
            Ok(State::Down(why)) => Failure::Down(why.to_string()),
            _ => Failure::Down("closed".to_owned()),
        }
    }

    async fn is_up(&self) -> Result<(), Failure> {
        let known = |state: &State| match state {
            State::New => None,
            State::Up => Some(Ok(())),
            State::Down(why) => Some(Err(Failure::Down(why.to_string()))),
        };
        if let Some(known) = known(&self.state.borrow()) {
            return known;
        }
        let mut states = self.state.subscribe();
        let state = timeout(CONNECT_WITHIN, states.wait_for(|state| *state != State::New)).await;
        let state = state.ok().and_then(Result::ok).and_then(|state| known(&state));
        state.unwrap_or_else(|| Err(Failure::Down("not connected yet".to_owned())))
    }
}

fn pool(dialer: &Dialer) -> Result<Pool, String> {
    // No query is asked of an idle connection first: the keeper tells whether the servers are there.
    let checks = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let manager = Manager::from_config(dialer.config.clone(), dialer.tls.clone(), checks);
    Pool::builder(manager)
        .max_size(dialer.pool)
        .wait_timeout(Some(FREE_WITHIN))
        .create_timeout(Some(dialer.within()))
        .recycle_timeout(Some(ANSWER_WITHIN))
        .runtime(Runtime::Tokio1)
        .build()
        .map_err(|error| error.to_string())
}

fn of_pool(error: &PoolError) -> Failure {
    match error {
        PoolError::Backend(error) => match Failure::at_start(error) {
            Failure::Misconfigured(why) => Failure::Down(why),
            other => other,
        },
        PoolError::Timeout(_) => Failure::Down("no connection is free in time".to_owned()),
        other => Failure::Down(other.to_string()),
    }
}
