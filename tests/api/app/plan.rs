//! How a server of a test comes to be: real sockets, a clock that only tests move, cheap hashes.

use std::net::TcpListener;
use std::sync::Arc;

use actix_web::web::Data;
use jeton::config::{Config, SessionsUrl, UsersUrl};
use jeton::entropy::SystemEntropy;
use jeton::server::{Stores, Surroundings, assemble, serve};
use jeton::testing::ManualClock;
use jeton::user::HashParameters;
use tempfile::TempDir;
use tokio::sync::oneshot;
use ureq::Agent;

use super::{START, TestApp, seconds};
use crate::logs;

/// What a server is made of, for a test to change before it starts.
pub struct Plan {
    pub folder: Arc<TempDir>,
    pub config: Config,
    pub stores: Stores,
    pub hashing: HashParameters,
}

impl Plan {
    /// The defaults, over a folder that may hold an earlier server's files.
    pub fn over(folder: Arc<TempDir>, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config {
            keys_dir: folder.path().join("keys"),
            sessions: SessionsUrl::File(folder.path().join("jeton.db")),
            users: UsersUrl::File(folder.path().join("jeton.db")),
            ..Config::default()
        };
        change(&mut config);
        let stores = Stores::open(&config).unwrap();
        Self { folder, config, stores, hashing: HashParameters::cheap() }
    }

    /// The defaults in a new folder.
    pub fn new(change: impl FnOnce(&mut Config)) -> Self {
        Self::over(Arc::new(tempfile::tempdir().unwrap()), change)
    }

    /// Starts it.
    pub fn start(self) -> TestApp {
        logs::capture();
        let Self { folder, config, stores, hashing } = self;
        let clock = ManualClock::new(START);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let surroundings = Surroundings { clock: Arc::new(clock.clone()), entropy: Arc::new(SystemEntropy), hashing };
        let edge = Data::new(assemble(&config, stores.clone(), surroundings).unwrap());
        let (stop, stopped) = oneshot::channel();
        let served = edge.clone();
        let thread = std::thread::spawn(move || {
            let stop = async { drop(stopped.await) };
            actix_web::rt::System::new().block_on(serve(served, listener, None, stop)).unwrap();
        });
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(seconds(20)))
            .max_idle_connections(0)
            .build()
            .into();
        TestApp { address, clock, stores, folder, edge, agent, stop: Some(stop), thread: Some(thread) }
    }
}
