//! What a server says of itself.

use redis::{Cmd, Pipeline, Value, cmd};

use super::super::line::milliseconds;
use super::super::link::Link;
use crate::store::Unavailable;

/// The settings that are asked for, in the order of their fields.
const SETTINGS: [&str; 5] = ["maxmemory-policy", "appendonly", "appendfsync", "maxclients", "min-replicas-to-write"];

/// The answers; `None`: it does not let us know.
#[derive(Default)]
pub(super) struct Answers {
    pub policy: Option<String>,
    pub append_only: Option<String>,
    pub sync: Option<String>,
    pub most_clients: Option<String>,
    pub least_replicas: Option<String>,
    /// INFO server.
    pub program: Option<String>,
    /// INFO replication.
    pub replication: Option<String>,
    /// Whether it does not tell whether it is a primary.
    pub hides_role: bool,
    /// By its clock, in milliseconds since 1970.
    pub time: Option<i64>,
}

impl Answers {
    /// Asks a server.
    ///
    /// # Errors
    /// Where it does not answer.
    pub(super) async fn of(link: &Link) -> Result<Self, Unavailable> {
        let questions = |_| {
            let settings = SETTINGS.map(|name| cmd("CONFIG").arg("GET").arg(name).take());
            let others = [about("server"), about("replication"), cmd("ROLE"), cmd("TIME")];
            let mut commands = Pipeline::with_capacity(settings.len() + others.len());
            for command in settings.into_iter().chain(others) {
                commands.add_command(command);
            }
            commands
        };
        let answers = link.ask(questions).await?;
        let [policy, append_only, sync, most_clients, least_replicas, program, replication, role, time] =
            <[Value; 9]>::try_from(answers).map_err(|_| Unavailable("redis: answers are missing".to_owned()))?;
        Ok(Self {
            policy: configured(policy),
            append_only: configured(append_only),
            sync: configured(sync),
            most_clients: configured(most_clients),
            least_replicas: configured(least_replicas),
            program: text(program),
            replication: text(replication),
            hides_role: matches!(role, Value::ServerError(_)),
            time: milliseconds(&time),
        })
    }

    /// How many replicas it has.
    pub(super) fn replicas(&self) -> Option<usize> {
        let info = self.replication.as_deref()?;
        info.lines().find_map(|line| line.strip_prefix("connected_slaves:")?.trim().parse().ok())
    }
}

fn about(section: &str) -> Cmd {
    cmd("INFO").arg(section).take()
}

/// The value in an answer to CONFIG GET of one name.
fn configured(answer: Value) -> Option<String> {
    match answer {
        Value::Array(pair) => pair.into_iter().nth(1).and_then(text),
        _ => None,
    }
}

fn text(answer: Value) -> Option<String> {
    match answer {
        Value::BulkString(bytes) => String::from_utf8(bytes).ok(),
        _ => None,
    }
}
