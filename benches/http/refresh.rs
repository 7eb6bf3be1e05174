//! POST /refresh on Redis and on SQLite, next to Redis alone with the script of a rotation.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use jeton::entropy::SystemEntropy;
use jeton::id::{SessionId, UserId};
use jeton::scope::Scope;
use jeton::session::{Session, State};
use jeton::store::redis::{Redis, RedisSettings, RedisUrl};
use jeton::store::{SessionStore, Version};
use tempfile::TempDir;
use tokio::task::JoinSet;

use crate::chain::{Client, refresh_for_a_while};
use crate::pinned::command;
use crate::rounds::{Side, compare};
use crate::service::Service;

const ROUNDS: usize = 7;
const CLIENTS: [usize; 3] = [1, 32, 256];
const MANY: usize = 1_000_000;

pub fn run() {
    let redis = RedisServer::start();
    let on_redis = Service::start(&[("JETON_SESSIONS_URL", &redis.url())]);
    let on_sqlite = Service::start(&[]);
    let script = redis.script_of_a_rotation(&on_redis);
    for clients in CLIENTS {
        let (mut of_redis, mut of_sqlite) = (clients_of(&on_redis, clients), clients_of(&on_sqlite, clients));
        let mut sides = vec![
            Side::new("Redis alone: redis-benchmark -c 32 -P 1, EVALSHA of the swap", || redis.benchmark(&script)),
            Side::new("jeton on Redis (ES256)", || refresh_for_a_while(&on_redis.running.address, &mut of_redis)),
        ];
        sides.push(Side::new("jeton on SQLite (ES256)", || {
            refresh_for_a_while(&on_sqlite.running.address, &mut of_sqlite)
        }));
        compare(&format!("POST /refresh, {clients} clients; jeton and Redis on one core"), ROUNDS, sides);
    }
    size(&redis, &on_redis);
}

/// The rate where Redis holds next to nothing, and where it holds a million sessions.
fn size(small: &RedisServer, on_small: &Service) {
    let large = RedisServer::start();
    let on_large = Service::start(&[("JETON_SESSIONS_URL", &large.url())]);
    let before = large.used_memory();
    large.fill(MANY);
    let each = (large.used_memory() - before) / MANY as u64;
    println!("\n{MANY} sessions of as many users, refreshed not yet, take {each} bytes of Redis each");
    small.fill(1_000);
    let (mut of_small, mut of_large) = (clients_of(on_small, 32), clients_of(&on_large, 32));
    let sides = vec![
        Side::new("a thousand sessions", || refresh_for_a_while(&on_small.running.address, &mut of_small)),
        Side::new("a million sessions", || refresh_for_a_while(&on_large.running.address, &mut of_large)),
    ];
    compare("POST /refresh, 32 clients", ROUNDS, sides);
}

fn clients_of(service: &Service, count: usize) -> Vec<Client> {
    let token = |_| service.sign_in()["refresh_token"].as_str().unwrap().to_owned();
    (0..count).map(token).map(|token| Client { token }).collect()
}

/// A Redis on the server's core, with the log that operators are told to have.
struct RedisServer {
    child: Child,
    port: u16,
    _folder: TempDir,
}

impl RedisServer {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut redis = command("redis-server");
        redis.args(["--port", &port.to_string(), "--save", "", "--appendonly", "yes", "--dir"]).arg(folder.path());
        let child = redis.stdout(Stdio::null()).spawn().unwrap();
        let server = Self { child, port, _folder: folder };
        while server.ask(&["PING"]) != "PONG" {
            std::thread::yield_now();
        }
        server
    }

    fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    fn ask(&self, words: &[&str]) -> String {
        let output = Command::new("redis-cli").args(["-p", &self.port.to_string()]).args(words).output().unwrap();
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    fn used_memory(&self) -> u64 {
        let info = self.ask(&["INFO", "memory"]);
        info.lines().find_map(|line| line.strip_prefix("used_memory:")?.trim().parse().ok()).unwrap()
    }

    /// The script's hash, as a real rotation names it.
    fn script_of_a_rotation(&self, service: &Service) -> String {
        self.ask(&["CONFIG", "SET", "slowlog-log-slower-than", "0"]);
        refresh_for_a_while(&service.running.address, &mut clients_of(service, 1));
        let log = self.ask(&["SLOWLOG", "GET", "20"]);
        self.ask(&["CONFIG", "SET", "slowlog-log-slower-than", "-1"]);
        let mut words = log.lines().map(|line| line.rsplit('"').nth(1).unwrap_or(line).trim());
        words.find(|word| *word == "EVALSHA").expect("a rotation runs a script");
        words.next().unwrap().to_owned()
    }

    /// How often a second it can do that script, each time with a new record of the usual size.
    fn benchmark(&self, script: &str) -> f64 {
        let record = format!("{:A<9}{:.<180}", "version.", "");
        self.ask(&["SET", "bench", &record]);
        let output = Command::new("redis-benchmark")
            .args(["-p", &self.port.to_string(), "-c", "32", "-P", "1", "-n", "60000", "--csv", "EVALSHA", script])
            .args(["1", "bench", "9999999999999", &record[..9], &record, "1000000"])
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let line = text.lines().last().unwrap_or_default();
        let rate = line.split("\",\"").nth(1).and_then(|rate| rate.trim_matches('"').parse().ok());
        rate.unwrap_or_else(|| panic!("redis-benchmark: {text}"))
    }

    /// Stores sessions, each of a user of its own.
    fn fill(&self, count: usize) {
        const AT_ONCE: usize = 200;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let settings = RedisSettings::new(RedisUrl::parse(&self.url()).unwrap());
        let store = Redis::open(settings, Arc::new(SystemEntropy)).unwrap();
        runtime.block_on(async {
            let mut tasks = JoinSet::new();
            for _ in 0..AT_ONCE {
                let store = store.clone();
                tasks.spawn(async move {
                    for _ in 0..count / AT_ONCE {
                        assert!(store.insert(&session(), Version::random(&SystemEntropy)).await.unwrap());
                    }
                });
            }
            tasks.join_all().await;
        });
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A session as they are right after a sign-in, with a User-Agent of 40 bytes.
fn session() -> Session {
    use jeton::clock::{Clock, SystemClock};
    let now = SystemClock.now();
    let days = |days: u64| std::time::Duration::from_secs(days * 86_400);
    Session {
        id: SessionId::random(&SystemEntropy),
        user: UserId::random(&SystemEntropy),
        epoch: 0,
        client: "default".to_owned(),
        scope: Scope::parse("read write"),
        audience: "https://id.example".to_owned(),
        secret_id: 1,
        generation: 0,
        ring: Vec::new(),
        created: now,
        authenticated_at: now,
        amr: vec!["pwd".to_owned()],
        last_used: now,
        expires: now + days(90),
        idle: days(14),
        state: State::Active,
        user_agent: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0)".to_owned(),
        ip: Some(std::net::Ipv4Addr::LOCALHOST.into()),
    }
}
