//! A Cluster of three primaries.

use std::sync::{Arc, Mutex, Weak};

use super::eventually;
use super::process::Server;

/// A cluster. Dropping it ends its processes.
pub struct ClusterGroup {
    pub nodes: Vec<Server>,
}

impl ClusterGroup {
    /// A cluster whose nodes agree on who serves what.
    pub fn start() -> Self {
        let cluster = ["--cluster-enabled", "yes", "--cluster-node-timeout", "2000"];
        // A dead node's slots are unserved, the others go on.
        let partial = ["--cluster-require-full-coverage", "no"];
        let nodes: Vec<Server> = (0..3)
            .map(|_| Server::start(&[cluster, [partial[0], partial[1], "--appendonly", "no"]].concat()))
            .collect();
        for (number, (node, (first, last))) in (1..).zip(nodes.iter().zip([(0, 5460), (5461, 10922), (10923, 16383)])) {
            node.ask::<()>(&["CLUSTER", "SET-CONFIG-EPOCH", &i32::to_string(&number)]);
            let slots: Vec<String> = (first..=last).map(|slot: u16| slot.to_string()).collect();
            let words: Vec<&str> =
                ["CLUSTER", "ADDSLOTS"].into_iter().chain(slots.iter().map(String::as_str)).collect();
            node.ask::<()>(&words);
            node.ask::<()>(&["CLUSTER", "MEET", "127.0.0.1", &nodes[0].port.to_string()]);
        }
        eventually("the nodes agree", || nodes.iter().all(knows_all));
        Self { nodes }
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

    /// Its redis+cluster:// URL.
    pub fn url(&self) -> String {
        let hosts: Vec<_> = self.nodes.iter().map(|node| format!("127.0.0.1:{}", node.port)).collect();
        format!("redis+cluster://{}", hosts.join(","))
    }
}

fn knows_all(node: &Server) -> bool {
    let info: String = node.ask(&["CLUSTER", "INFO"]);
    info.contains("cluster_state:ok") && info.contains("cluster_slots_ok:16384") && info.contains("cluster_size:3")
}
