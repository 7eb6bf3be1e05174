//! Who is the primary: the sentinels are asked, all at once, and most of those that answer are right.

use std::sync::Arc;

use redis::{Value, cmd};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::ANSWER_WITHIN;
use super::dial::Dialer;
use super::driver::Kept;
use super::failure::{Failure, good};
use super::url::{Login, Node};

/// Sentinels and the group that they watch.
pub(super) struct Sentinels {
    pub nodes: Vec<Node>,
    pub group: String,
    /// The sentinels' own password.
    pub login: Option<Login>,
}

impl Sentinels {
    /// The primary's address, as most sentinels that answer in time name it. During a failover it may
    /// be the old one: who connects to it asks it for its role.
    pub(super) async fn primary(&self, dialer: &Arc<Dialer>) -> Result<Node, Failure> {
        let mut answers = JoinSet::new();
        for node in self.nodes.clone() {
            let (dialer, group, login) = (Arc::clone(dialer), self.group.clone(), self.login.clone());
            answers.spawn(async move {
                let asked = ask(&dialer, &node, login.as_ref(), &group);
                let answer = timeout(ANSWER_WITHIN, asked).await;
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
                    let count = count_vote(&mut votes, named.clone());
                    if count * 2 > self.nodes.len() {
                        return Ok(named);
                    }
                }
            }
        }
        votes.into_iter().max_by_key(|(_, count)| *count).map(|(node, _)| node).ok_or(last)
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

async fn ask(dialer: &Dialer, sentinel: &Node, login: Option<&Login>, group: &str) -> Result<Node, Failure> {
    let (mut connection, pump) = dialer.dial(sentinel, login, 0).await?;
    let _pump = Kept::of(&tokio::runtime::Handle::current(), pump);
    let question = cmd("SENTINEL").arg("get-master-addr-by-name").arg(group).take();
    match good(connection.send_packed_command(&question).await?)? {
        Value::Array(address) => match address.as_slice() {
            [Value::BulkString(host), Value::BulkString(port)] => node(host, port).ok_or_else(Failure::unexpected),
            _ => Err(Failure::unexpected()),
        },
        Value::Nil => Err(Failure::down("it does not watch a group of that name")),
        _ => Err(Failure::unexpected()),
    }
}

fn node(host: &[u8], port: &[u8]) -> Option<Node> {
    let host = std::str::from_utf8(host).ok()?.to_owned();
    let port = std::str::from_utf8(port).ok()?.parse().ok()?;
    Some(Node { host, port })
}
