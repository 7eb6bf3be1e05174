//! One connection that stands: what can be asked over it, whether it is still good, and what time it
//! is at its other end.

use std::sync::Mutex;

use redis::aio::MultiplexedConnection;
use redis::{Pipeline, Value, cmd};
use tokio::time::Instant;

use super::failure::{Failure, ends_connection, good};
use super::refusal::CLUSTER;
use crate::store::driver::Kept;

/// A connection to a server that was a primary when it was last looked at.
pub(super) struct Line {
    connection: MultiplexedConnection,
    clock: Mutex<Reading>,
    /// Ends the connection's task with the last request over it.
    _pump: Kept,
}

/// What the server's clock said at a moment of ours. Ours is the monotonic one: no step of this
/// machine's clock moves a deadline.
#[derive(Clone, Copy)]
struct Reading {
    server: i64,
    at: Instant,
}

/// What a server says of itself.
struct Health {
    reading: Option<Reading>,
    /// Whether it says that it is a node of a cluster.
    is_member: bool,
}

impl Line {
    /// Looks at the server for the first time.
    ///
    /// # Errors
    /// Where it is no primary, is loading, does not tell the time, or is a node of a cluster although it
    /// must be alone.
    pub(super) async fn new(connection: MultiplexedConnection, pump: Kept, is_alone: bool) -> Result<Self, Failure> {
        let health = look(&connection).await?;
        if is_alone && health.is_member {
            return Err(Failure::down(CLUSTER));
        }
        let reading = health
            .reading
            .ok_or_else(|| Failure::down("the server does not tell the time; our user may need +time (ACL)"))?;
        Ok(Self { connection, clock: Mutex::new(reading), _pump: pump })
    }

    /// Looks at the server again.
    ///
    /// # Errors
    /// Where the connection is of no use any more.
    pub(super) async fn check(&self) -> Result<(), Failure> {
        if let Some(reading) = look(&self.connection).await?.reading {
            *self.clock.lock().expect("nobody panics with it in hand") = reading;
        }
        Ok(())
    }

    /// The time at the server, in milliseconds since 1970: as it told it within the last second or
    /// two, and what has passed since.
    pub(super) fn server_time(&self) -> i64 {
        let Reading { server, at } = *self.clock.lock().expect("nobody panics with it in hand");
        server.saturating_add(i64::try_from(at.elapsed().as_millis()).unwrap_or(i64::MAX))
    }

    /// Sends commands one after the other; an answer for each, errors of the server included.
    ///
    /// # Errors
    /// Where the connection fails or is too slow: it must not be used any more.
    pub(super) async fn ask(&self, commands: &Pipeline) -> Result<Vec<Value>, Failure> {
        // A clone is a handle to the same connection.
        let answers = self.connection.clone().send_packed_commands(commands, 0, commands.len()).await?;
        if answers.len() == commands.len() { Ok(answers) } else { Err(Failure::unexpected()) }
    }
}

/// PING, because unlike TIME it is refused by a server that is loading or has lost its primary; ROLE,
/// because a demoted server keeps its connections; TIME, in the middle of its own way there and back;
/// INFO, because a node of a cluster is found in the place of a server.
async fn look(connection: &MultiplexedConnection) -> Result<Health, Failure> {
    let mut commands = Pipeline::with_capacity(4);
    commands.add_command(cmd("PING")).add_command(cmd("ROLE")).add_command(cmd("TIME"));
    commands.add_command(cmd("INFO").arg("cluster").take());
    let before = Instant::now();
    let answers = connection.clone().send_packed_commands(&commands, 0, commands.len()).await?;
    let at = before + before.elapsed() / 2;
    let [ping, role, time, cluster] = <[Value; 4]>::try_from(answers).map_err(|_| Failure::unexpected())?;
    if let Value::ServerError(error) = &ping
        && ends_connection(error)
    {
        good(ping)?;
    }
    // An ACL may forbid ROLE and INFO; a write then tells.
    if let Value::Array(role) = role
        && let Some(Value::BulkString(role)) = role.first()
    {
        match role.as_slice() {
            b"master" => {}
            b"sentinel" => return Err(Failure::down("it is a sentinel: use redis+sentinel://")),
            _ => return Err(Failure::down("the server is a replica")),
        }
    }
    let is_member = matches!(cluster, Value::BulkString(text) if has_line(&text, b"cluster_enabled:1"));
    Ok(Health { reading: milliseconds(&time).map(|server| Reading { server, at }), is_member })
}

fn has_line(text: &[u8], wanted: &[u8]) -> bool {
    text.split(|byte| *byte == b'\n').any(|line| line.trim_ascii() == wanted)
}

/// The answer to TIME: seconds and microseconds, as text.
pub(super) fn milliseconds(time: &Value) -> Option<i64> {
    let number = |value: &Value| match value {
        Value::BulkString(digits) => std::str::from_utf8(digits).ok()?.parse::<i64>().ok(),
        Value::Int(number) => Some(*number),
        _ => None,
    };
    match time {
        Value::Array(parts) => match parts.as_slice() {
            [seconds, micros] => number(seconds)?.checked_mul(1000)?.checked_add(number(micros)? / 1000),
            _ => None,
        },
        _ => None,
    }
}
