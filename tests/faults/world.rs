//! Our server, Redis, and a proxy between them.

use std::sync::Arc;

use jeton::config::{Config, SessionsUrl};
use jeton::store::redis::RedisUrl;

use crate::app::{Plan, TestApp};
use crate::crowd::Crowd;
use crate::proxy::{Fault, Proxy};
use crate::servers::Server;

/// What an operator is told to set: what is acknowledged is on the disk.
pub const DURABLE: &[&str] = &["--appendonly", "yes", "--appendfsync", "always"];

/// Everything there is.
pub struct World {
    pub app: Arc<TestApp>,
    pub proxy: Proxy,
    pub server: Server,
    login: &'static str,
}

impl World {
    /// A world whose Redis keeps nothing on disk.
    pub fn start() -> Self {
        Self::with(&[])
    }

    /// A world whose Redis has these arguments.
    pub fn with(arguments: &[&str]) -> Self {
        Self::known_as("", arguments)
    }

    /// A world in which we sign in to Redis: `USER:PASSWORD@`.
    pub fn known_as(login: &'static str, arguments: &[&str]) -> Self {
        let server = Server::start(arguments);
        let proxy = Proxy::start(server.port);
        let app = Arc::new(TestApp::with(|config| point(config, login, &proxy)));
        Self { app, proxy, server, login }
    }

    /// Stops our server and starts another one over the same files.
    pub fn restart(&mut self) {
        let folder = Arc::clone(&self.app.folder);
        // It stops here: nobody else has a hand on it.
        drop(std::mem::replace(
            &mut self.app,
            Arc::new(Plan::over(folder, |config| point(config, self.login, &self.proxy)).start()),
        ));
    }
}

fn point(config: &mut Config, login: &str, proxy: &Proxy) {
    config.sessions = SessionsUrl::Redis(RedisUrl::parse(&format!("redis://{login}127.0.0.1:{}", proxy.port)).unwrap());
}

/// The proxy's fault is an outage, and all is well once it is over.
pub fn is_outage(fault: Fault) {
    let world = World::start();
    is_outage_in(&world, || world.proxy.set(fault), || world.proxy.set(Fault::None));
}

/// What `begin` does is an outage, and all is well once `end` has returned.
pub fn is_outage_in(world: &World, begin: impl FnOnce(), end: impl FnOnce()) {
    let mut crowd = Crowd::gather(&world.app);
    crowd.is_well();
    begin();
    crowd.is_out();
    end();
    crowd.is_well();
}
