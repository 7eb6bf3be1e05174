//! The one connection to a server, or to whoever is the primary of a group: made, watched, dropped
//! and made again, off the path of any request.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use log::Level;
use redis::{Pipeline, Value};
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};

use super::dial::{Dialer, Pump};
use super::failure::{Failure, ends_connection};
use super::line::Line;
use super::refusal::Refusal;
use super::target::Target;
use super::url::{Login, Node};
use super::{ANSWER_WITHIN, CONNECT_WITHIN};
use crate::store::backoff::Backoff;
use crate::store::driver::Kept;

/// How often a connection is looked at that nobody complains about.
const CHECK_EVERY: Duration = Duration::from_secs(1);

/// What a link needs to know to connect.
pub(super) struct Destination {
    pub dialer: Arc<Dialer>,
    pub target: Target,
    pub login: Option<Login>,
    pub database: u16,
    pub voice: Voice,
}

/// Whether a link says at the usual level how it fares. One of several that lead to the same servers is
/// enough to.
#[derive(Clone, Copy)]
pub(super) enum Voice {
    Aloud,
    Low,
}

impl Voice {
    const fn at(self, usual: Level) -> Level {
        match self {
            Self::Aloud => usual,
            Self::Low => Level::Debug,
        }
    }
}

/// A link. Dropping it ends the connection.
pub(super) struct Link {
    state: Arc<watch::Sender<State>>,
    _keeper: Kept,
}

#[derive(Clone)]
enum State {
    /// The first attempt is under way: worth waiting for.
    New,
    Up(Arc<Line>),
    /// Not worth waiting for; why.
    Down(Arc<str>),
}

impl State {
    fn is(&self, line: &Arc<Line>) -> bool {
        matches!(self, Self::Up(current) if Arc::ptr_eq(current, line))
    }
}

impl Link {
    /// Starts connecting.
    pub(super) fn start(runtime: &Handle, destination: Destination) -> Self {
        let state = Arc::new(watch::Sender::new(State::New));
        let keeper = Keeper { destination, state: Arc::clone(&state), runtime: runtime.clone() };
        Self { state, _keeper: Kept::of(runtime, keeper.run()) }
    }

    /// Sends commands, made for the time at the server; an answer for each, errors included.
    ///
    /// # Errors
    /// At once where the link is down. A connection that fails is dropped.
    pub(super) async fn ask(&self, make: impl Fn(i64) -> Pipeline) -> Result<Vec<Value>, Failure> {
        let line = self.line().await?;
        let outcome = line.ask(&make(line.server_time())).await;
        match &outcome {
            Err(failure) => drop_line(&self.state, &line, &failure.to_string()),
            Ok(answers) => {
                let ending = answers.iter().find_map(|answer| match answer {
                    Value::ServerError(error) if ends_connection(error) => Some(error),
                    _ => None,
                });
                if let Some(error) = ending {
                    drop_line(&self.state, &line, &Refusal::from(error).to_string());
                }
            }
        }
        outcome
    }

    /// Whether the link is known to be down.
    pub(super) fn is_down(&self) -> bool {
        matches!(*self.state.borrow(), State::Down(_))
    }

    async fn line(&self) -> Result<Arc<Line>, Failure> {
        let current = |state: &State| match state {
            State::New => None,
            State::Up(line) => Some(Ok(Arc::clone(line))),
            State::Down(why) => Some(Err(Failure::Down(Arc::clone(why)))),
        };
        if let Some(known) = current(&self.state.borrow()) {
            return known;
        }
        let mut states = self.state.subscribe();
        let known = timeout(CONNECT_WITHIN, states.wait_for(|state| !matches!(state, State::New))).await;
        match known {
            Ok(Ok(state)) => current(&state).unwrap_or_else(|| Err(Failure::down("not connected yet"))),
            _ => Err(Failure::down("not connected yet")),
        }
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.state.send_replace(State::Down("closed".into()));
    }
}

/// Takes a line out of use, unless another has taken its place already.
fn drop_line(state: &watch::Sender<State>, line: &Arc<Line>, why: &str) {
    state.send_if_modified(|state| {
        let is_current = state.is(line);
        if is_current {
            *state = State::Down(why.into());
        }
        is_current
    });
}

/// The task that keeps the connection.
struct Keeper {
    destination: Destination,
    state: Arc<watch::Sender<State>>,
    runtime: Handle,
}

impl Keeper {
    async fn run(self) {
        let mut backoff = Backoff::default();
        loop {
            match self.connect().await {
                Ok((node, line)) => {
                    log::log!(self.voice(Level::Info), "redis: connected to {node}");
                    let since = Instant::now();
                    self.watch(&node, &line).await;
                    // One that lasted is made again at once; one that breaks again and again is not.
                    if since.elapsed() > CHECK_EVERY {
                        backoff.reset();
                        continue;
                    }
                }
                Err(failure) => self.failed(&failure),
            }
            sleep(backoff.next(&*self.destination.dialer.entropy)).await;
        }
    }

    /// Finds out where to, connects, and puts the line into use.
    async fn connect(&self) -> Result<(Node, Arc<Line>), Failure> {
        let Destination { dialer, target, login, database, .. } = &self.destination;
        let node = target.find().await?;
        let connecting = async {
            // A connection that the server closes is noticed here, before any request is.
            let (closed, is_closed) = watch::channel(());
            let first = |connection, pump: Pump| {
                let pump = async move {
                    pump.await;
                    drop(closed);
                };
                Line::new(connection, Kept::of(&self.runtime, pump), target.is_alone())
            };
            let line = dialer.dial(&node, login.as_ref(), *database, first).await?;
            target.confirm(&node).await?;
            Ok((Arc::new(line), is_closed))
        };
        let outcome = tokio::select! {
            outcome = timeout(CONNECT_WITHIN, connecting) => {
                outcome.unwrap_or_else(|_| Err(Failure::down("no connection in time")))
            }
            failure = target.leave(&node) => Err(failure),
        };
        let (line, mut is_closed) = outcome.map_err(|failure: Failure| Failure::down(format!("{node}: {failure}")))?;
        self.state.send_replace(State::Up(Arc::clone(&line)));
        let (state, watched) = (Arc::clone(&self.state), Arc::downgrade(&line));
        self.runtime.spawn(async move {
            // Nothing is ever sent: an error is how a dropped sender shows.
            let _ = is_closed.changed().await;
            if let Some(line) = watched.upgrade() {
                drop_line(&state, &line, "the server closed the connection");
            }
        });
        Ok((node, line))
    }

    /// Looks at the line every now and then; returns when it is out of use.
    async fn watch(&self, node: &Node, line: &Arc<Line>) {
        let mut states = self.state.subscribe();
        let mut leave = pin!(self.destination.target.leave(node));
        loop {
            tokio::select! {
                // An error: the link is gone, and this task with it.
                _ = states.wait_for(|state| !state.is(line)) => break,
                failure = &mut leave => {
                    drop_line(&self.state, line, &failure.to_string());
                    break;
                }
                () = sleep(CHECK_EVERY) => {}
            }
            if let Err(failure) = timeout(ANSWER_WITHIN, line.check())
                .await
                .unwrap_or_else(|_| Err(Failure::Lost("no answer in time".to_owned())))
            {
                drop_line(&self.state, line, &failure.to_string());
            }
        }
        if let State::Down(why) = &*states.borrow() {
            log::log!(self.voice(Level::Warn), "redis: {node}: {why}; connecting again");
        }
    }

    const fn voice(&self, usual: Level) -> Level {
        self.destination.voice.at(usual)
    }

    /// Says so once, and again when it is for another reason.
    fn failed(&self, failure: &Failure) {
        let why: Arc<str> = failure.to_string().into();
        let previous = self.state.send_replace(State::Down(Arc::clone(&why)));
        match previous {
            State::Down(before) if before == why => {}
            _ => log::log!(self.voice(Level::Warn), "redis: {why}"),
        }
    }
}
