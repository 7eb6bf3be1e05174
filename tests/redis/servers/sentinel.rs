//! A Sentinel group: one primary, two replicas, three sentinels.

use std::fs;
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use super::eventually;
use super::process::Server;

/// The group's name.
const NAME: &str = "main";

/// How long a server must be silent before the sentinels take it for down.
pub const DOWN_AFTER: Duration = Duration::from_secs(1);

/// A group. Dropping it ends its processes.
pub struct SentinelGroup {
    /// The primary first.
    pub servers: Vec<Server>,
    pub sentinels: Vec<Server>,
}

impl SentinelGroup {
    /// A group in which everybody knows everybody.
    pub fn start() -> Self {
        let fast = ["--repl-diskless-sync-delay", "0", "--repl-ping-replica-period", "1"];
        let primary = Server::start(&fast);
        let port = primary.port.to_string();
        let replica = || Server::start(&[fast.as_slice(), &["--replicaof", "127.0.0.1", &port]].concat());
        let servers = vec![primary, replica(), replica()];
        eventually("two replicas are in step", || servers[0].has_replicas(2));
        let sentinels: Vec<Server> = (0..3).map(|_| sentinel(&port)).collect();
        eventually("the sentinels know each other and the replicas", || sentinels.iter().all(is_informed));
        Self { servers, sentinels }
    }

    /// The group that all conformance cases share; it ends with the last of them.
    pub fn shared() -> Arc<Self> {
        static GROUP: Mutex<Weak<SentinelGroup>> = Mutex::new(Weak::new());
        let mut group = GROUP.lock().unwrap();
        group.upgrade().unwrap_or_else(|| {
            let started = Arc::new(Self::start());
            *group = Arc::downgrade(&started);
            started
        })
    }

    /// Whom most sentinels name: the port.
    pub fn primary(&self) -> Option<u16> {
        let named = |sentinel: &Server| {
            sentinel.try_ask::<(String, u16)>(&["SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME]).ok().map(|(_, port)| port)
        };
        let named: Vec<u16> = self.sentinels.iter().filter_map(named).collect();
        named
            .iter()
            .copied()
            .find(|port| named.iter().filter(|other| *other == port).count() > self.sentinels.len() / 2)
    }

    /// Has one of the sentinels promote a replica, as before work on the primary.
    pub fn fail_over(&self) {
        self.sentinels[0].ask::<()>(&["SENTINEL", "FAILOVER", NAME]);
    }

    /// Has the sentinels watch another primary, of which the one so far hears nothing.
    pub fn turn_to(&self, primary: &Server) {
        for sentinel in &self.sentinels {
            sentinel.ask::<()>(&["SENTINEL", "REMOVE", NAME]);
            sentinel.ask::<()>(&["SENTINEL", "MONITOR", NAME, "127.0.0.1", &primary.port.to_string(), "2"]);
        }
    }

    /// Its redis+sentinel:// URL.
    pub fn url(&self) -> String {
        let hosts: Vec<_> = self.sentinels.iter().map(|sentinel| format!("127.0.0.1:{}", sentinel.port)).collect();
        format!("redis+sentinel://{}/{NAME}", hosts.join(","))
    }
}

fn sentinel(primary: &str) -> Server {
    Server::with(|folder| {
        let file = folder.join("sentinel.conf");
        let lines = [
            format!("sentinel monitor {NAME} 127.0.0.1 {primary} 2"),
            format!("sentinel down-after-milliseconds {NAME} {}", DOWN_AFTER.as_millis()),
            format!("sentinel failover-timeout {NAME} 4000"),
            "bind 127.0.0.1\n".to_owned(),
        ];
        fs::write(&file, lines.join("\n")).unwrap();
        vec![file.to_str().unwrap().to_owned(), "--sentinel".to_owned()]
    })
}

fn is_informed(sentinel: &Server) -> bool {
    let info: String = sentinel.ask(&["INFO", "sentinel"]);
    info.contains("status=ok") && info.contains("slaves=2,sentinels=3")
}
