//! From a key to the link that leads to it.

use std::sync::Arc;

use redis::{Pipeline, Value, cmd};
use tokio::runtime::Handle;

use super::cluster::Cluster;
use super::dial::Dialer;
use super::failure::{Failure, good};
use super::link::{Destination, Link, Voice};
use super::sentinel::Sentinels;
use super::target::Target;
use super::url::{Login, RedisUrl, Topology};
use crate::secret::Secret;

/// Where the servers are, and how to connect to them.
pub(super) struct Servers {
    pub dialer: Arc<Dialer>,
    pub url: RedisUrl,
    pub sentinel_password: Option<Secret<String>>,
}

/// All links of one kind of work, and where to turn while one of them is down.
pub(super) struct Route {
    links: Links,
    otherwise: Option<Arc<Route>>,
}

enum Links {
    /// Every key is behind one link.
    One(Arc<Link>),
    /// Keys are spread.
    Cluster(Cluster),
}

impl Links {
    fn start(runtime: &Handle, servers: &Servers, voice: Voice) -> Self {
        let Servers { dialer, url, sentinel_password } = servers;
        let (dialer, login, database) = (Arc::clone(dialer), url.login.clone(), url.database);
        let target = match &url.topology {
            Topology::Cluster(seeds) => {
                return Self::Cluster(Cluster::start(runtime, dialer, seeds.clone(), login, voice));
            }
            Topology::Single(node) => Target::Node(node.clone()),
            Topology::Sentinel { sentinels, group } => {
                let login = sentinel_password.clone().map(|password| Login { user: None, password });
                Target::Primary(Sentinels::new(sentinels.clone(), group.clone(), login, Arc::clone(&dialer)))
            }
        };
        Self::One(Arc::new(Link::start(runtime, Destination { dialer, target, login, database, voice })))
    }

    async fn ask(&self, key: &[u8], make: &(dyn Fn(i64) -> Pipeline + Sync)) -> Result<Vec<Value>, Failure> {
        match self {
            Self::One(link) => link.ask(make).await,
            Self::Cluster(cluster) => cluster.ask(key, make).await,
        }
    }
}

impl Route {
    /// Starts the links on that runtime.
    pub(super) fn start(runtime: &Handle, servers: &Servers) -> Self {
        Self { links: Links::start(runtime, servers, Voice::Aloud), otherwise: None }
    }

    /// Starts links on the current runtime, for those who ask there; while one of them is down they are
    /// sent over these instead.
    pub(super) fn beside(shared: &Arc<Self>, servers: &Servers) -> Self {
        Self { links: Links::start(&Handle::current(), servers, Voice::Low), otherwise: Some(Arc::clone(shared)) }
    }

    /// Sends commands that all touch this key, made for the time at the server that has it; an answer
    /// for each, errors included.
    pub(super) async fn ask(&self, key: &[u8], make: &(dyn Fn(i64) -> Pipeline + Sync)) -> Result<Vec<Value>, Failure> {
        match (self.links.ask(key, make).await, &self.otherwise) {
            // Nothing was sent.
            (Err(Failure::Down(_)), Some(shared)) => Box::pin(shared.ask(key, make)).await,
            (outcome, _) => outcome,
        }
    }

    /// Every link that a key can be behind, with a name for people.
    pub(super) async fn all(&self) -> Result<Vec<(String, Arc<Link>)>, Failure> {
        match &self.links {
            Links::One(link) => Ok(vec![("the server".to_owned(), Arc::clone(link))]),
            Links::Cluster(cluster) => {
                let primaries = cluster.primaries().await?;
                Ok(primaries.into_iter().map(|(node, link)| (node.to_string(), link)).collect())
            }
        }
    }

    /// Whether this server, by its name in [`Self::all`], is the one that has a key.
    pub(super) async fn leads(&self, key: &[u8], server: &str) -> Result<bool, Failure> {
        match &self.links {
            Links::One(_) => Ok(true),
            Links::Cluster(cluster) => Ok(cluster.owner(key).await?.is_some_and(|node| node.to_string() == server)),
        }
    }

    /// Whether every server answers.
    pub(super) async fn ping(&self) -> Result<(), Failure> {
        for (_, link) in self.all().await? {
            only(link.ask(|_| one(cmd("PING"))).await?)?;
        }
        Ok(())
    }
}

/// A pipeline of one command.
pub(super) fn one(command: redis::Cmd) -> Pipeline {
    let mut commands = Pipeline::with_capacity(1);
    commands.add_command(command);
    commands
}

/// The answer to a pipeline of one command.
pub(super) fn only(answers: Vec<Value>) -> Result<Value, Failure> {
    answers.into_iter().next().map_or_else(|| Err(Failure::unexpected()), good)
}
