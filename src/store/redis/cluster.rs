//! A cluster: one link per primary, a map of who serves what, and redirections followed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{Pipeline, ServerError, Value, cmd};
use tokio::runtime::Handle;
use tokio::sync::{Notify, watch};
use tokio::time::{sleep, timeout};

use super::CONNECT_WITHIN;
use super::dial::Dialer;
use super::failure::{Failure, good};
use super::link::{Destination, Link, Voice};
use super::slots::{SlotMap, redirection, slot};
use super::target::Target;
use super::url::{Login, Node};
use crate::store::driver::Kept;

/// How often a redirection is followed: a slot that moves while it is asked for moves once.
const REDIRECTIONS: usize = 3;

/// How often the map is asked for: while something is wrong, otherwise, and at most.
const WHILE_WRONG: Duration = Duration::from_millis(300);
const USUALLY: Duration = Duration::from_secs(10);
const AT_MOST: Duration = Duration::from_millis(100);

/// A cluster.
pub(super) struct Cluster {
    shared: Arc<Shared>,
    _keeper: Kept,
}

struct Shared {
    dialer: Arc<Dialer>,
    runtime: Handle,
    seeds: Vec<Node>,
    login: Option<Login>,
    voice: Voice,
    map: watch::Sender<State>,
    links: Mutex<HashMap<Node, Arc<Link>>>,
    /// Told when the map has proved wrong.
    stale: Notify,
}

#[derive(Clone)]
enum State {
    /// The first map is being asked for: worth waiting for.
    New,
    Known(Arc<SlotMap>),
    Unknown(Arc<str>),
}

impl Cluster {
    /// Starts asking for the map.
    pub(super) fn start(
        runtime: &Handle,
        dialer: Arc<Dialer>,
        seeds: Vec<Node>,
        login: Option<Login>,
        voice: Voice,
    ) -> Self {
        let shared = Arc::new(Shared {
            dialer,
            runtime: runtime.clone(),
            seeds,
            login,
            voice,
            map: watch::Sender::new(State::New),
            links: Mutex::default(),
            stale: Notify::new(),
        });
        let keeper = Kept::of(runtime, Arc::clone(&shared).keep());
        Self { shared, _keeper: keeper }
    }

    /// Sends commands to whoever has the key, following redirections: a redirected command did not
    /// run, so that sending it again is safe.
    pub(super) async fn ask(&self, key: &[u8], make: &(dyn Fn(i64) -> Pipeline + Sync)) -> Result<Vec<Value>, Failure> {
        let map = self.shared.map().await?;
        let unserved = || Failure::down("nobody in the cluster serves this slot");
        let mut node = map.primary(slot(key)).ok_or_else(unserved)?.clone();
        let mut asking = false;
        for _ in 0..=REDIRECTIONS {
            let mut answers =
                self.shared.link(&node).ask(|now| prefixed(asking, make(now))).await.inspect_err(|_| {
                    self.shared.stale.notify_one();
                })?;
            if asking {
                answers.remove(0);
            }
            let Some(Value::ServerError(error)) = answers.first() else { return Ok(answers) };
            match error.code() {
                "MOVED" => asking = false,
                "ASK" => asking = true,
                code => {
                    if code == "CLUSTERDOWN" {
                        self.shared.stale.notify_one();
                    }
                    return Ok(answers);
                }
            }
            if !asking {
                self.shared.stale.notify_one();
            }
            node = target(error, &node)?;
        }
        Err(Failure::down("the cluster sends us in a circle"))
    }

    /// Who has a key.
    pub(super) async fn owner(&self, key: &[u8]) -> Result<Option<Node>, Failure> {
        Ok(self.shared.map().await?.primary(slot(key)).cloned())
    }

    /// A link to each primary.
    pub(super) async fn primaries(&self) -> Result<Vec<(Node, Arc<Link>)>, Failure> {
        let map = self.shared.map().await?;
        let mut nodes: Vec<Node> = map.primaries().cloned().collect();
        nodes.sort_unstable();
        nodes.dedup();
        Ok(nodes.into_iter().map(|node| (node.clone(), self.shared.link(&node))).collect())
    }
}

fn prefixed(asking: bool, commands: Pipeline) -> Pipeline {
    if !asking {
        return commands;
    }
    let mut all = Pipeline::with_capacity(commands.len() + 1);
    all.add_command(cmd("ASKING"));
    for command in commands.cmd_iter() {
        all.add_command(command.clone());
    }
    all
}

fn target(error: &ServerError, replied: &Node) -> Result<Node, Failure> {
    error.details().and_then(|details| redirection(details, replied)).ok_or_else(Failure::unexpected)
}

impl Shared {
    async fn map(&self) -> Result<Arc<SlotMap>, Failure> {
        let current = |state: &State| match state {
            State::New => None,
            State::Known(map) => Some(Ok(Arc::clone(map))),
            State::Unknown(why) => Some(Err(Failure::Down(Arc::clone(why)))),
        };
        if let Some(known) = current(&self.map.borrow()) {
            return known;
        }
        let mut states = self.map.subscribe();
        match timeout(CONNECT_WITHIN, states.wait_for(|state| !matches!(state, State::New))).await {
            Ok(Ok(state)) => current(&state).unwrap_or_else(|| Err(Failure::down("not connected yet"))),
            _ => Err(Failure::down("not connected yet")),
        }
    }

    fn link(&self, node: &Node) -> Arc<Link> {
        let mut links = self.links.lock().expect("nobody panics with it in hand");
        let link = links.entry(node.clone()).or_insert_with(|| {
            let destination = Destination {
                dialer: Arc::clone(&self.dialer),
                target: Target::Member(node.clone()),
                login: self.login.clone(),
                database: 0,
                voice: self.voice,
            };
            Arc::new(Link::start(&self.runtime, destination))
        });
        Arc::clone(link)
    }

    /// Keeps the map and the links.
    async fn keep(self: Arc<Self>) {
        loop {
            let is_well = self.refresh().await;
            sleep(AT_MOST).await;
            tokio::select! {
                () = self.stale.notified() => {}
                () = sleep(if is_well { USUALLY } else { WHILE_WRONG }) => {}
            }
        }
    }

    /// Asks the nodes for the map, one after the other. Whether all is well.
    async fn refresh(&self) -> bool {
        let mut last = Failure::down("no node of the cluster answers");
        for node in self.known() {
            match timeout(CONNECT_WITHIN, self.ask_for_map(&node)).await {
                Ok(Ok(map)) => {
                    let nodes: Vec<Node> = map.primaries().cloned().collect();
                    self.map.send_replace(State::Known(Arc::new(map)));
                    self.links.lock().expect("nobody panics with it in hand").retain(|node, _| nodes.contains(node));
                    // All links are made now, not by the first request that needs one.
                    return nodes.iter().map(|node| self.link(node)).filter(|link| link.is_down()).count() == 0;
                }
                Ok(Err(failure)) => last = failure,
                Err(_) => last = Failure::down(format!("{node}: no answer in time")),
            }
        }
        let why: Arc<str> = last.to_string().into();
        self.map.send_if_modified(|state| {
            // An old map is better than none: its nodes may come back.
            let is_none = !matches!(state, State::Known(_));
            if is_none {
                *state = State::Unknown(why);
            }
            is_none
        });
        false
    }

    /// Whom to ask: those with a link that stands first, the seeds last.
    fn known(&self) -> Vec<Node> {
        let links = self.links.lock().expect("nobody panics with it in hand");
        let mut nodes: Vec<Node> =
            links.iter().filter(|(_, link)| !link.is_down()).map(|(node, _)| node.clone()).collect();
        nodes.extend(self.seeds.iter().filter(|seed| !links.contains_key(*seed)).cloned());
        nodes.extend(links.iter().filter(|(_, link)| link.is_down()).map(|(node, _)| node.clone()));
        nodes
    }

    async fn ask_for_map(&self, node: &Node) -> Result<SlotMap, Failure> {
        let question = cmd("CLUSTER").arg("SLOTS").take();
        let ask = |mut connection: MultiplexedConnection, pump| async move {
            let _pump = Kept::of(&self.runtime, pump);
            good(connection.send_packed_command(&question).await?)
        };
        let answer = self.dialer.dial(node, self.login.as_ref(), 0, ask).await?;
        SlotMap::parse(&answer, node).ok_or_else(Failure::unexpected)
    }
}
