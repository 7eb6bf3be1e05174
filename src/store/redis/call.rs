//! One command or script on one key, and what must be true before its answer counts.

use std::time::Duration;

use redis::{Cmd, Pipeline, Value, cmd};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::Shared;
use super::failure::{Failure, good};
use super::route::Route;
use super::scripts::By;

/// How long replicas may take to acknowledge. A server looks at this deadline only every 100 ms (its
/// `hz`), and its answer must still come in time.
const ACKNOWLEDGED_WITHIN: Duration = Duration::from_millis(350);

/// How long a durable write may wait for those before it.
const TURN_WITHIN: Duration = Duration::from_millis(250);

/// Makes a command for the time at the server; where it is no script, the same for both names.
pub(super) type Make<'a> = &'a (dyn Fn(By, i64) -> Cmd + Sync);

/// For what replicas must have before it is acknowledged: connections of their own, because WAIT holds
/// up all that comes after it on its connection.
pub(super) struct Durable {
    route: Route,
    pub replicas: usize,
    /// One at a time: what is sent behind a WAIT that takes long would get no answer in time and be
    /// ambiguous; so it is not sent.
    turn: Semaphore,
}

impl Durable {
    /// Writes over this route that so many replicas must have.
    pub(super) const fn new(route: Route, replicas: usize) -> Self {
        Self { route, replicas, turn: Semaphore::const_new(1) }
    }
}

impl Shared {
    /// A write that, where replicas are asked for, enough of them have.
    pub(super) async fn durably(&self, key: &[u8], make: Make<'_>) -> Result<Value, Failure> {
        let Some(Durable { route, replicas, turn }) = &self.durable else {
            return ask(&self.route, key, make, None).await;
        };
        match timeout(TURN_WITHIN, turn.acquire()).await {
            Ok(Ok(_turn)) => ask(route, key, make, Some(*replicas)).await,
            _ => Err(Failure::down("replicas acknowledge too slowly")),
        }
    }
}

/// Sends a command, with a WAIT behind it where `replicas` are asked for. A script that the server does
/// not have is sent again by its text: NOSCRIPT means that nothing ran.
pub(super) async fn ask(route: &Route, key: &[u8], make: Make<'_>, replicas: Option<usize>) -> Result<Value, Failure> {
    let commands = |by: By| {
        move |now: i64| {
            let mut commands = Pipeline::with_capacity(2);
            commands.add_command(make(by, now));
            if let Some(replicas) = replicas {
                let patience = u64::try_from(ACKNOWLEDGED_WITHIN.as_millis()).unwrap_or(u64::MAX);
                commands.add_command(cmd("WAIT").arg(replicas).arg(patience).take());
            }
            commands
        }
    };
    let mut answers = route.ask(key, &commands(By::Hash)).await?;
    if matches!(answers.first(), Some(Value::ServerError(error)) if error.code() == "NOSCRIPT") {
        answers = route.ask(key, &commands(By::Text)).await?;
    }
    let mut answers = answers.into_iter();
    let answer = answers.next().map_or_else(|| Err(Failure::unexpected()), good)?;
    match (replicas, answers.next().map(good).transpose()?) {
        (None, _) => Ok(answer),
        (Some(wanted), Some(Value::Int(have))) if usize::try_from(have).is_ok_and(|have| have >= wanted) => Ok(answer),
        (Some(wanted), Some(Value::Int(have))) => {
            Err(Failure::Lost(format!("{have} of {wanted} replicas have acknowledged a write")))
        }
        (Some(_), _) => Err(Failure::unexpected()),
    }
}
