//! A Cluster of three primaries.

use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use super::eventually;
use super::process::Server;

/// How long a node must be silent before the others take it for down.
pub const NODE_TIMEOUT: Duration = Duration::from_secs(2);

/// The last slot of each node.
const LAST_SLOTS: [u16; 3] = [5_460, 10_922, 16_383];

/// A cluster. Dropping it ends its processes.
pub struct ClusterGroup {
    pub nodes: Vec<Server>,
    /// Where there are any.
    pub replicas: Vec<Server>,
}

impl ClusterGroup {
    /// A cluster whose nodes agree on who serves what.
    pub fn start() -> Self {
        Self::with(&[])
    }

    /// A cluster whose nodes have these arguments beside.
    pub fn with(arguments: &[&str]) -> Self {
        let nodes: Vec<Server> = (0..3).map(|_| node(arguments)).collect();
        let mut first = 0;
        for (number, (node, last)) in (1..).zip(nodes.iter().zip(LAST_SLOTS)) {
            node.ask::<()>(&["CLUSTER", "SET-CONFIG-EPOCH", &i32::to_string(&number)]);
            let slots: Vec<String> = (first..=last).map(|slot: u16| slot.to_string()).collect();
            first = last + 1;
            let words: Vec<&str> =
                ["CLUSTER", "ADDSLOTS"].into_iter().chain(slots.iter().map(String::as_str)).collect();
            node.ask::<()>(&words);
            node.ask::<()>(&["CLUSTER", "MEET", "127.0.0.1", &nodes[0].port.to_string()]);
        }
        eventually("the nodes agree", || nodes.iter().all(knows_all));
        Self { nodes, replicas: Vec::new() }
    }

    /// A cluster whose nodes have a replica each, which takes over when its node is gone; the first has
    /// two, so that one is left then.
    pub fn with_replicas() -> Self {
        let mut group = Self::start();
        for primary in [0, 0, 1, 2].map(|number| &group.nodes[number]) {
            let replica = node(&["--repl-diskless-sync-delay", "0"]);
            replica.ask::<()>(&["CLUSTER", "MEET", "127.0.0.1", &primary.port.to_string()]);
            let id = id(primary);
            eventually("it knows its primary", || replica.try_ask::<()>(&["CLUSTER", "REPLICATE", &id]).is_ok());
            group.replicas.push(replica);
        }
        let is_in_step = |(primary, count): (&Server, i64)| primary.has_replicas(count);
        eventually("all replicas are in step", || group.nodes.iter().zip([2, 1, 1]).all(is_in_step));
        let knows_replicas = |node: &Server| node.ask::<String>(&["CLUSTER", "NODES"]).matches("slave").count() == 4;
        eventually("all nodes know of them", || group.nodes.iter().chain(&group.replicas).all(knows_replicas));
        group
    }

    /// The cluster that all conformance cases share; it ends with the last of them.
    pub fn shared() -> Arc<Self> {
        static GROUP: Mutex<Weak<ClusterGroup>> = Mutex::new(Weak::new());
        let mut group = GROUP.lock().unwrap();
        group.upgrade().unwrap_or_else(|| {
            let started = Arc::new(Self::start());
            *group = Arc::downgrade(&started);
            started
        })
    }

    /// Whether a node serves its slots.
    pub fn serves(&self, node: usize) -> bool {
        let info = self.nodes[node].try_ask::<String>(&["CLUSTER", "INFO"]);
        info.is_ok_and(|info| info.contains("cluster_state:ok"))
    }

    /// Who serves a key's slot, as long as no slot has moved; and the slot.
    pub fn owner(&self, key: &str) -> (usize, u16) {
        let slot: u16 = self.nodes[1].ask(&["CLUSTER", "KEYSLOT", key]);
        (LAST_SLOTS.iter().position(|last| slot <= *last).expect("every slot has an owner"), slot)
    }

    /// Moves a slot and its keys, as a tool does that balances a cluster; calls `step` in between.
    pub fn hand_over(&self, slot: u16, from: usize, to: usize, mut step: impl FnMut()) {
        let (from, to, slot) = (&self.nodes[from], &self.nodes[to], slot.to_string());
        to.ask::<()>(&["CLUSTER", "SETSLOT", &slot, "IMPORTING", &id(from)]);
        from.ask::<()>(&["CLUSTER", "SETSLOT", &slot, "MIGRATING", &id(to)]);
        step();
        for key in from.ask::<Vec<String>>(&["CLUSTER", "GETKEYSINSLOT", &slot, "1000"]) {
            from.ask::<()>(&["MIGRATE", "127.0.0.1", &to.port.to_string(), &key, "0", "5000"]);
        }
        step();
        for node in [to, from] {
            node.ask::<()>(&["CLUSTER", "SETSLOT", &slot, "NODE", &id(to)]);
        }
        step();
    }

    /// Its redis+cluster:// URL.
    pub fn url(&self) -> String {
        let hosts: Vec<_> = self.nodes.iter().map(|node| format!("127.0.0.1:{}", node.port)).collect();
        format!("redis+cluster://{}", hosts.join(","))
    }
}

fn node(arguments: &[&str]) -> Server {
    let timeout = NODE_TIMEOUT.as_millis().to_string();
    let cluster = ["--cluster-enabled", "yes", "--cluster-node-timeout", &timeout];
    // A dead node's slots are unserved, the others go on.
    let partial = ["--cluster-require-full-coverage", "no"];
    Server::start(&[&cluster[..], &partial, arguments].concat())
}

fn id(node: &Server) -> String {
    node.ask(&["CLUSTER", "MYID"])
}

fn knows_all(node: &Server) -> bool {
    let info: String = node.ask(&["CLUSTER", "INFO"]);
    info.contains("cluster_state:ok") && info.contains("cluster_slots_ok:16384") && info.contains("cluster_size:3")
}
