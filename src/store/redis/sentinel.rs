//! Who is the primary: the sentinels are asked, all at once, and most of those that answer are right.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{Value, cmd};
use tokio::runtime::Handle;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::ANSWER_WITHIN;
use super::dial::Dialer;
use super::failure::{Failure, good};
use super::url::{Login, Node};
use crate::store::driver::Kept;

/// How often they are asked whether the primary still is one.
const ASK_EVERY: Duration = Duration::from_millis(300);

/// Sentinels and the group that they watch.
pub(super) struct Sentinels {
    shared: Arc<Shared>,
}

struct Shared {
    nodes: Vec<Node>,
    group: String,
    /// The sentinels' own password.
    login: Option<Login>,
    dialer: Arc<Dialer>,
    /// Connections that stand, between two questions.
    idle: Mutex<HashMap<Node, (MultiplexedConnection, Kept)>>,
}

impl Sentinels {
    /// The sentinels at these addresses.
    pub(super) fn new(nodes: Vec<Node>, group: String, login: Option<Login>, dialer: Arc<Dialer>) -> Self {
        Self { shared: Arc::new(Shared { nodes, group, login, dialer, idle: Mutex::default() }) }
    }

    /// The primary's address, as most sentinels that answer in time name it. During a failover it may
    /// be the old one: who connects to it asks it for its role.
    pub(super) async fn primary(&self) -> Result<Node, Failure> {
        let votes = self.votes().await?;
        votes.into_iter().max_by_key(|(_, count)| *count).map(|(node, _)| node).ok_or_else(Failure::unexpected)
    }

    /// Returns once most sentinels name another primary than this one. A server that was cut off or
    /// halted for a while does not know that it is none any more, and would go on as if it were.
    pub(super) async fn leave(&self, node: &Node) {
        loop {
            sleep(ASK_EVERY).await;
            let is_other = |(named, count): &(Node, usize)| named != node && self.is_most(*count);
            if self.votes().await.is_ok_and(|votes| votes.iter().any(is_other)) {
                return;
            }
        }
    }

    fn is_most(&self, count: usize) -> bool {
        count * 2 > self.shared.nodes.len()
    }

    /// Who is named, and by how many: all that answer in time, unless most agree before.
    ///
    /// # Errors
    /// Where none answers; why the last one did not.
    async fn votes(&self) -> Result<Vec<(Node, usize)>, Failure> {
        let mut answers = JoinSet::new();
        for node in self.shared.nodes.clone() {
            let shared = Arc::clone(&self.shared);
            answers.spawn(async move {
                let answer = timeout(ANSWER_WITHIN, shared.ask(&node)).await;
                answer
                    .unwrap_or_else(|_| Err(Failure::down("no answer in time")))
                    .map_err(|failure| Failure::down(format!("sentinel {node}: {failure}")))
            });
        }
        let mut votes: Vec<(Node, usize)> = Vec::new();
        let mut last = Failure::down("no sentinel answers");
        while let Some(answer) = answers.join_next().await {
            match answer.unwrap_or_else(|_| Err(Failure::down("a task ended"))) {
                Err(failure) => last = failure,
                Ok(named) => {
                    if self.is_most(count_vote(&mut votes, named)) {
                        // The others go on, and so do their connections.
                        answers.detach_all();
                        break;
                    }
                }
            }
        }
        if votes.is_empty() { Err(last) } else { Ok(votes) }
    }
}

fn count_vote(votes: &mut Vec<(Node, usize)>, named: Node) -> usize {
    if let Some((_, count)) = votes.iter_mut().find(|(node, _)| *node == named) {
        *count += 1;
        return *count;
    }
    votes.push((named, 1));
    1
}

impl Shared {
    /// Asks one of them. A connection that fails is not kept.
    async fn ask(&self, sentinel: &Node) -> Result<Node, Failure> {
        let idle = self.idle().remove(sentinel);
        let question = cmd("SENTINEL").arg("get-master-addr-by-name").arg(&self.group).take();
        let ask = async |mut connection: MultiplexedConnection, pump| {
            let answer = good(connection.send_packed_command(&question).await?)?;
            Ok((answer, connection, pump))
        };
        let (answer, connection, pump) = match idle {
            Some((connection, pump)) => ask(connection, pump).await?,
            None => {
                let first = |connection, pump| ask(connection, Kept::of(&Handle::current(), pump));
                self.dialer.dial(sentinel, self.login.as_ref(), 0, first).await?
            }
        };
        self.idle().insert(sentinel.clone(), (connection, pump));
        match answer {
            Value::Array(address) => match address.as_slice() {
                [Value::BulkString(host), Value::BulkString(port)] => node(host, port).ok_or_else(Failure::unexpected),
                _ => Err(Failure::unexpected()),
            },
            Value::Nil => Err(Failure::down("it does not watch a group of that name")),
            _ => Err(Failure::unexpected()),
        }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, HashMap<Node, (MultiplexedConnection, Kept)>> {
        self.idle.lock().expect("nobody panics with it in hand")
    }
}

fn node(host: &[u8], port: &[u8]) -> Option<Node> {
    let host = std::str::from_utf8(host).ok()?.to_owned();
    let port = std::str::from_utf8(port).ok()?.parse().ok()?;
    Some(Node { host, port })
}
